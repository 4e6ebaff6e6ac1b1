"""Reality checks: the sentences that a scenario may state, and what simulation says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cemsim.base.errors import ScenarioError
from cemsim.base.shipped import shipped
from cemsim.base.text import Text
from cemsim.commands import cemsim
from cemsim.compare.reality import tried
from cemsim.experiment import run
from cemsim.measures.stated import problems
from cemsim.report.checks import reality_rows
from cemsim.report.sections.checks import sections
from cemsim.scenario import load
from cemsim.scenario.expect import EFFECTS, MOVES, read

SHOP = """\
cemsim: 1
name: Shop
horizon: 14 months
burn_in: 1 month
market: {people: 3_000}
segments: {everybody: {customers: 1_500, revenue: 30 USD/month, churn: 17 %/year}}
journeys:
  ask:
    need: 6 /year
    steps: {call: {channel: phone_in, team: desk, handling: 6 min, resolves: 60 %}}
teams: {desk: {on_shift: 1, open: "09:00-18:00 daily"}}
failures: {probability: 10 %, voice: 0 %}
switches: {calibration: off}
"""


def shop(folder: Path, *sentences: str, name: str = "shop.yaml") -> Path:
    file = folder / name
    file.write_text(SHOP + "expect:\n" + "".join(f"  - {sentence}\n" for sentence in sentences), encoding="utf-8")
    return file


def test_every_move_and_effect_is_read_in_both_orders() -> None:
    for gerund, participle, between in MOVES:
        amount = f" {between} 3 min" if between else ""
        for effect, (behind_change, behind_measure) in EFFECTS.items():
            one = f"{gerund} teams.desk.acceptable_wait{amount} {behind_change} wait of desk"
            other = f"wait of desk {behind_measure} when teams.desk.acceptable_wait is {participle}{amount}."
            (a, b), wrong = read([Text(one, "a.yaml", 3), Text(other, "a.yaml", 4)])
            assert wrong == []
            assert (a.measure, a.member, a.lever, a.effect) == ("wait", "desk", "teams.desk.acceptable_wait", effect)
            assert (b.measure, b.member, b.lever, b.change, b.effect) == (
                a.measure, a.member, a.lever, a.change, a.effect,
            )  # fmt: skip
    (stays,), _ = read([Text("wait stays above 3 min", "a.yaml", 1)])
    assert (stays.low, stays.high, stays.lever) == ("3 min", "", "")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("npss stays between 10 and 30", "Did you mean nps?"),
        ("nps stays betwen 10 and 30", "Did you mean between?"),
        ("nps should be high", "cannot be read"),
        ("import os", "cannot be read"),
        ("doubling teams.dsk.on_shift lowers wait", "Did you mean desk?"),
        ("doubling teams.desk.onshift lowers wait", "Did you mean on_shift?"),
        ("halving segments.everybody.churn raises nps", "belongs to the world"),
        ("raising journeys.ask.steps.call.resolves by 3 % raises first_contact", "ambiguous"),
        ("lowering teams.desk.on_shift by 2 raises wait", "least possible"),
        ("doubling teams.desk.open lowers wait", "no number"),
        ("wait of dsk stays below 3 min", "Did you mean desk?"),
        ("nps of desk stays below 3", "not known of"),
        ("wait stays below 3 apples", "apples"),
        ("nps stays between 30 and 10", "Nothing lies between"),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_line(tmp_path: Path, sentence: str, said: str) -> None:
    file = shop(tmp_path, "nps stays between -100 and 100", sentence)
    done = CliRunner().invoke(cemsim, ["check", "--run", str(file)])
    assert done.exit_code == 2
    line = SHOP.count("\n") + 3
    assert f"{file}:{line}" in done.output.replace("\n", "") and said in done.output, done.output
    assert "Traceback" not in done.output


def test_statements_pass_and_fail_with_figures(tmp_path: Path) -> None:
    file = shop(
        tmp_path,
        "doubling teams.desk.on_shift does not raise abandonment",
        "doubling teams.desk.on_shift raises abandonment",
        "churn does not move when teams.desk.wage is doubled",
        "staff_cost rises when teams.desk.wage is doubled",
        "first_contact of desk stays between 50 % and 70 %",
        "nps stays above 90",
        "setting journeys.ask.steps.call.resolves to 90 % lowers contacts_per_customer",
    )
    found = tried(load(file), replicates=4)
    assert [each.word for each in found] == ["passed", "failed", "passed", "passed", "passed", "failed", "passed"]
    rows = reality_rows(found, "USD")
    assert "Hung up while waiting" in rows[0][1] and "→" in rows[0][1] and "to" in rows[0][1]
    assert "in year" in rows[5][1]
    done = CliRunner().invoke(cemsim, ["check", "--run", str(file)])
    assert done.exit_code == 1 and "5 passed, 2 failed, 0 cannot be told" in done.output, done.output


def test_a_plan_states_its_own_and_inherits(tmp_path: Path) -> None:
    shop(tmp_path, "doubling teams.desk.on_shift lowers wait")
    patch = tmp_path / "more.yaml"
    body = "based_on: shop.yaml\nname: More\nchange: {teams.desk.on_shift: {to: 2}}\n"
    patch.write_text(body, encoding="utf-8")
    (inherited,) = tried(load(patch), replicates=3)
    assert inherited.base is not None and inherited.ours is not None
    (plain,) = tried(load(tmp_path / "shop.yaml"), replicates=3)
    assert plain.ours is not None and inherited.base.mean == plain.ours.mean    # four people against the plan's two
    assert tried(load(patch), replicates=3, own=True) == []
    patch.write_text(body + "expect: [occupancy falls when journeys.ask.need is halved]\n", encoding="utf-8")
    (own,) = tried(load(patch), replicates=3, own=True)
    assert own.word == "passed" and own.statement.text.file == str(patch)


def test_an_own_baseline_is_judged_in_its_own_world(tmp_path: Path) -> None:
    shop(tmp_path, "nps stays between -100 and 100")
    patch = tmp_path / "other.yaml"
    patch.write_text(
        "based_on: shop.yaml\nname: Other\nown_baseline: true\nchange: {segments.everybody.churn: {to: 30 %/year}}\n"
        "expect: [churn rises when quality.service is lowered by 2 points, churn stays above 25 %]\n", encoding="utf-8",
    )
    assert [each.word for each in tried(load(patch), replicates=4)] == ["passed", "passed"]


def test_what_a_plan_inherits_and_cannot_move_is_not_an_error(tmp_path: Path) -> None:
    shop(tmp_path, "setting teams.desk.on_shift to 2 lowers wait")
    patch = tmp_path / "two.yaml"
    patch.write_text("based_on: shop.yaml\nchange: {teams.desk.on_shift: {to: 2}}\n", encoding="utf-8")
    (each,) = tried(load(patch), replicates=2)
    assert each.word == "cannot tell" and "the same already" in each.why


def test_the_page_shows_theory_and_reality(tmp_path: Path) -> None:
    file = shop(tmp_path, "doubling teams.desk.on_shift lowers wait")
    patch = tmp_path / "more.yaml"
    patch.write_text("based_on: shop.yaml\nname: More\nchange: {teams.desk.on_shift: {to: 2}}\n", encoding="utf-8")
    out = tmp_path / "out"
    done = CliRunner().invoke(cemsim, ["compare", str(file), str(patch), "-r", "2", "-q", "--out", str(out)])
    assert done.exit_code == 0, done.output
    page = (out / "report.html").read_text(encoding="utf-8")
    assert 'id="checks"' in page and "No closed form covers" in page
    assert "Shop: reality" in page and "doubling teams.desk.on_shift lowers wait" in page
    assert "More: reality" not in page
    with pytest.raises(ScenarioError, match="A sentence is needed"):
        load(shop(tmp_path, "[1, 2]"))


def test_the_page_shows_closed_forms(tmp_path: Path) -> None:
    textbook = shipped("scenarios", "textbook", "first_contact.yaml")
    (done,) = run(load(textbook), replicates=2)
    (section,) = sections([done], {})
    assert "theory" in section.html and "Contacts until resolved" in section.html and "passed" in section.html


def test_no_statements_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text(SHOP, encoding="utf-8")
    assert tried(load(file)) == [] and problems(load(file)) == []
    done = CliRunner().invoke(cemsim, ["check", "--run", str(file)])
    assert done.exit_code == 0 and "states nothing that must hold" in done.output


def test_a_lever_of_a_statement_is_read_when_the_file_is(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="There is no team"):
        load(shop(tmp_path, "doubling teams.dsk.on_shift lowers wait"))
