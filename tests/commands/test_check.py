"""The commands check, diff and schema as a user calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TELECOM = "scenarios/telecom"


def call(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "cli.py", *args], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, cemsim.commands as c\n"
        "try: c.cemsim(['--help'], prog_name='cemsim')\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pydantic', 'pandas', 'numba', 'rich', 'ruamel.yaml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "check" in done.stdout and "diff" in done.stdout


def test_check_says_nothing_is_wrong() -> None:
    done = call("check", f"{TELECOM}/baseline.yaml", f"{TELECOM}/more_people.yaml")
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.splitlines() == [
        f"{TELECOM}/baseline.yaml: Mobile operator, postpaid: nothing wrong.",
        f"{TELECOM}/more_people.yaml: More people on the phone, based on baseline.yaml, 1 change: "
        "nothing wrong.",
        "  Team contact_centre, people paid full time: 30.9 instead of 24.7 (+6.2), 1,352,647 USD a year instead of "
        "1,082,118 (+270,529).",
    ]


def test_check_says_what_is_wrong(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("cemsim: 1\nname: x\nsegments: {a: {customers: 1, revenue: 5, churn: 1 %/year}}\n")
    done = call("check", str(bad), "nowhere.yaml", TELECOM)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert f'{bad}:3  segments.a.revenue\n  "5" has no unit.' in done.stderr
    assert "nowhere.yaml\n  There is no such file." in done.stderr
    assert "This is a folder." in done.stderr


def test_assumptions() -> None:
    done = call("check", "--assumptions", f"{TELECOM}/knowledge_base.yaml")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    found = {row[0]: row for row in rows}
    assert rows[0] == ["path", "value", "unit", "range", "kind", "tag", "source", "written in", "law"]
    assert found["model.experience.theta"][1:6] == ["1", "points/point", "0.5 to 1", "", "A"]
    changed = found["journeys.billing_question.steps.call.resolves"]
    assert changed[1:3] == ["67", "%"] and changed[-2] == f"{TELECOM}/knowledge_base.yaml:8"
    assert found["journeys.billing_question.steps.call.handling"][-1] == "lognormal, cv 1.2"
    assert found["teams.contact_centre.patience"][-1] == "exponential, cv 1"
    assert found["journeys.*.steps.*.loads.service (phone_in)"][1] == "0.5"
    assert len({row[0] for row in rows if row[-2] == "default"}) == sum(row[-2] == "default" for row in rows)
    assert found["teams.*.shrinkage"][1:6] == ["32", "%", "20 to 35", "", "Vw"]
    assert found["teams.contact_centre.wage"][-2].startswith(f"{TELECOM}/baseline.yaml:")


def test_theory_says_what_is_simulated_where_no_formula_is(tmp_path: Path) -> None:
    lines = (ROOT / "scenarios/textbook/mgcc.yaml").read_text().replace("room: 0", "room: 5")
    bad = tmp_path / "room.yaml"
    bad.write_text(lines.replace("horizon: 12 months", "horizon: 2 months"))
    done = call("check", "--theory", str(bad))
    assert done.returncode == 0 and "no closed form, because" in done.stdout
    rows = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    found = {row[0]: row for row in rows}
    assert rows[0] == ["quantity", "formula", "simulated", "+-", "unit", ""]
    assert found["is sent away"][1] == "-" and 1 < float(found["is sent away"][2]) < 12
    assert set(found) >= {"has to wait", "mean wait", "hangs up", "occupancy"}


def test_diff(tmp_path: Path) -> None:
    base, patch = tmp_path / "base.yaml", tmp_path / "patch.yaml"
    base.write_text(
        "cemsim: 1\nname: Shop\nsegments: {a: {customers: 9, revenue: 5 USD/month, churn: 1 %/year}}\n"
        "journeys: {q: {need: 1 /year, steps: {call: {team: desk, handling: 4 min, resolves: 60 %}}}}\n"
        "teams: {desk: {on_shift: 2}}\n"
    )
    patch.write_text(
        "based_on: base.yaml\nname: Better\ninvestment: {capex: 900 USD}\nchange:\n"
        "  teams.desk.on_shift: {add: 1}\n  journeys.q.steps.call.handling: {times: 0.75}\n"
        "  journeys.q.steps.call.resolves: {add: 6 %-points}\n  quality.service: {add: 0.5}\n"
        "  journeys.q.steps.mail: {new: {channel: mail, team: back, handling: 1 h}}\n"
        "  teams.back: {new: {paid: 4, works: back_office}}\n"
    )
    assert call("diff", str(base), str(patch)).stdout.splitlines() == [
        "Better, compared with Shop:",
        "- Quality, service: 8 points instead of 7.5 points (+0.5).",
        "- Step call of journey q, handling: lognormal, mean 3 min, cv 1.2 instead of lognormal, mean 4 min, cv 1.2 "
        "(-25 %).",
        "- Step call of journey q, resolves: 66 % instead of 60 % (+6 %-points).",
        "- Step mail of journey q: is new (channel mail, team back, handling lognormal, mean 60 min, "
        "cv 1.2).",
        "- Team desk, on shift: 3 instead of 2 (+1).",
        "- Team desk, people paid full time: 18.5 instead of 12.4 (+6.2), 811,588 USD a year instead of 541,059 "
        "(+270,529).",
        "- Team back: is new (paid 4, works back_office).",
        "- Team back, people paid full time: 4.0, 175,200 USD a year.",
        "- Investment: capex 900 USD instead of none.",
    ]
    rota = "[{days: mon-fri, hours: '09:00-17:00', people: 3}, {days: sat, hours: '09:00-12:00', people: 1}]"
    patch.write_text(f"based_on: base.yaml\nname: Rota\nchange:\n  teams.desk.shifts: {{to: {rota}}}\n")
    assert call("diff", str(base), str(patch)).stdout.splitlines()[1:2] == [       # hours are those of the shifts
        "- Team desk, size: 123 h a week (3 people 09:00-17:00 mon-fri; 1 person 09:00-12:00 sat) instead of 2 on "
        "shift (336 h a week)."
    ]
    patch.write_text("based_on: base.yaml\nname: Better\nchange: {teams.back: {new: {paid: 4, works: back_office}}}\n")
    told = "  Team back, people paid full time: 4.0, 175,200 USD a year."
    assert told in call("check", str(patch)).stdout.splitlines()
    assert "says the same" in call("diff", str(base), str(base)).stdout
    assert call("diff", str(base), "nowhere.yaml").returncode == 2


def test_compare_tells_the_mistakes_of_all_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("cemsim: 2\nname: x\n")
    done = call("compare", str(tmp_path / "one.yaml"), str(tmp_path / "two.yaml"))
    assert done.returncode == 2 and "one.yaml:1" in done.stderr and "two.yaml:1" in done.stderr


def test_what_a_scheme_costs_is_said_as_it_is(tmp_path: Path) -> None:
    """A card that gives money back has to bring purchases; tiers alone give none back, and no lift is told."""
    shop = tmp_path / "shop.yaml"
    shop.write_text(
        "cemsim: 1\nname: Shop\nmarket: {people: 900}\n"
        "segments: {all: {customers: 600, revenue: 100 USD/month, margin: 25 %, churn: 10 %/year}}\n"
        "schemes: {card: {discount: 5 %}, gold_club: {tiers: {gold: {above: 500 USD}}}}\n"
    )
    said = call("check", str(shop)).stdout.splitlines()
    assert "  card, all: rewards less fees cost 5 % of sales; pays with: 25 % more purchases." in said
    assert [line for line in said if "gold" in line] == [
        "  gold club: gives no money back; its tiers cost what serving members better costs."
    ]


def test_schema() -> None:
    schema = json.loads(call("schema").stdout)
    assert schema["else"]["properties"]["segments"]["description"] == "customer groups"


@pytest.mark.parametrize("args", [["chekc"], ["check"], ["check", "--nope", "a"]])
def test_misuse(args: list[str]) -> None:
    done = call(*args)
    assert done.returncode == 2 and "Traceback" not in done.stderr
