"""One customer's story: it is what the fast engine lived, the picks are what they say, the parting is found."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cemsim.base.errors import CemsimError
from cemsim.base.shipped import shipped
from cemsim.base.words import ATTRIBUTES, EXOGENOUS
from cemsim.commands.explain import explain
from cemsim.engine.glass.chapters import chapters, ending, told
from cemsim.engine.glass.decided import decided
from cemsim.engine.glass.parting import parted, parting
from cemsim.engine.glass.phrases import duration, points, share
from cemsim.engine.glass.picks import gone, pick
from cemsim.engine.glass.reasons import EASILY, LIKELIER, at_reference, why
from cemsim.engine.glass.sentences import Narrator
from cemsim.engine.glass.story import Lived, live
from cemsim.engine.glass.told import Told
from cemsim.engine.state import CUSTOMER
from cemsim.engine.stay import hazards
from cemsim.model.churn import leave_probability
from cemsim.plan.compile import plan
from cemsim.rules.read import read_rules
from tests.engine.small import COMPANY, Life, lived, patched, unmoved, written

MONTHS, BURN_IN = 7, 2
SEGMENT_CHURN = (0.4, 0.6)
#: A smaller company in which nothing is solved, so that no test waits; more leave, so that some are lost and saved.
QUICK = (
    COMPANY.replace("churn: 12", "churn: 40").replace("churn: 30", "churn: 60")
    .replace("customers: 1_200", "customers: 500").replace("customers: 800", "customers: 300")
    .replace("people: 3_000", "people: 1_200")
    .replace("on_shift: 2,", "on_shift: 1,").replace("on_shift: 7,", "on_shift: 3,")
    + "switches: {calibration: off}\n"
)  # fmt: skip
CHANGES = {"failures.probability": "{to: 2 %}", "teams.desk.on_shift": "{add: 2}"}
HEAD = "investment: {capex: 1 USD, starts: month 3}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("explain")
    written(found, QUICK)
    patched(found, "better", CHANGES, HEAD)
    written(found / "elsewhere", QUICK)
    written(found / "still", QUICK.replace("churn: 40", "churn: 0").replace("churn: 60", "churn: 0"), "still.yaml")
    return found


@pytest.fixture(scope="module")
def base(folder: Path) -> Lived:
    scenario = written(folder, QUICK)
    return live(plan(scenario), unmoved(scenario), MONTHS, BURN_IN, 1, 0)


@pytest.fixture(scope="module")
def better(folder: Path) -> Lived:
    scenario = written(folder, QUICK)
    ours = plan(patched(folder, "better", CHANGES, HEAD), plan(scenario))
    return live(ours, unmoved(scenario), MONTHS, BURN_IN, 1, 0)


@pytest.fixture(scope="module")
def fast(folder: Path) -> Life:
    scenario = written(folder, QUICK)
    return lived(scenario, unmoved(scenario), months=MONTHS)


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(explain, [str(word) for word in words], env={"COLUMNS": "100"})


def quick(folder: Path, *words: str | Path) -> Result:
    return call(folder / "base.yaml", "--months", str(MONTHS), "-q", *words)


def test_what_is_told_is_what_the_fast_engine_lived(base: Lived, fast: Life) -> None:
    visits = fast.visits[fast.visits["month"] >= BURN_IN]
    felt = [row for rows in base.rows.values() for row in rows if row.kind == "felt" and row.facts["step"] >= 0]
    felt.sort(key=lambda row: (row.time, row.facts["issue"]))
    order = np.lexsort((visits["issue"], visits["left"]))
    assert len(felt) == len(visits) > 2_000
    assert [row.time for row in felt] == visits["left"][order].tolist()
    assert [float(row.facts["emotion"]) for row in felt] == visits["emotion"][order].tolist()
    assert [float(row.facts["satisfied"]) for row in felt] == visits["satisfaction"][order].tolist()
    waits = sorted(
        row.facts["waited"] for rows in base.rows.values() for row in rows if row.kind in ("answered", "hangs_up")
    )
    assert len(waits) > 1_000 and waits[-1] in visits["waited"]


def test_the_last_thing_told_is_how_the_fast_engine_leaves_a_person(base: Lived, fast: Life) -> None:
    people = fast.world.state.people
    for who, rows in base.rows.items():
        assert gone(base.life(who)) == (people[who]["status"] != CUSTOMER), who
        ends = [row for row in rows if row.kind in ("month", "joins")]
        if people[who]["status"] == CUSTOMER and ends[-1].kind == "month":
            assert ends[-1].facts["satisfaction"].tobytes() == people[who]["satisfaction"].tobytes()


def test_one_listened_to_is_told_as_among_all(folder: Path, base: Lived) -> None:
    scenario = written(folder, QUICK)
    who = max(base.rows, key=lambda who: len(base.rows[who]))
    alone = live(plan(scenario), unmoved(scenario), MONTHS, BURN_IN, 1, 0, who)
    assert list(alone.rows) == [who] and len(alone.rows[who]) > 15
    assert parting(base.life(who), alone.life(who)) is None


def test_who_is_picked(base: Lived, better: Lived, fast: Life) -> None:
    lost = base.life(pick("lost", base))
    assert gone(lost) and [row for row in lost.rows if row.kind == "leaves"][-1].facts["cause"] >= EXOGENOUS
    visits = fast.visits[fast.visits["month"] >= BURN_IN]
    assert pick("angry", base) == visits["person"][visits["emotion"].argmin()]
    saved = pick("saved", base, better)
    assert gone(base.life(saved)) and not gone(better.life(saved))
    rescued = base.life(pick("rescued", base))
    assert not gone(rescued)
    assert any(-row.facts["blow"] < row.facts["severity"] for row in rescued.rows if row.kind == "recovery")


def test_nobody_is_picked(base: Lived) -> None:
    with pytest.raises(CemsimError, match="Nobody was picked"):
        pick("saved", base, base)


def test_lives_part_where_the_first_row_differs(base: Lived) -> None:
    who = max(base.rows, key=lambda who: len(base.rows[who]))
    life = base.life(who)
    place = next(i for i, row in enumerate(life.rows) if row.kind == "felt" and i > 8)
    row = life.rows[place]
    other = replace(row, facts={**row.facts, "emotion": np.nextafter(row.facts["emotion"], 99.0)})
    twin = replace(life, rows=(*life.rows[:place], other, *life.rows[place + 1 :]))
    found = parting(life, twin)
    assert found is not None and found.one is life.rows[place] and found.facts == ("emotion",)
    assert parting(life, replace(life, rows=life.rows[:place])) is not None
    later = replace(life, rows=(*life.rows[:place], replace(row, time=row.time + 2.0), *life.rows[place + 1 :]))
    assert any("2 min sooner with A" in said for said in parted(life, later, ("A", "B")))
    assert parted(life, life, ("A", "B")) == [
        "Nothing that happens to this customer differs: both lives are the same to the last bit."
    ]


def test_no_life_parts_before_the_plan_begins(base: Lived, better: Lived) -> None:
    apart = [parting(base.life(who), better.life(who)) for who in sorted(base.rows)]
    months = [found.first.month - BURN_IN for found in apart if found is not None]
    assert min(months) == 3 and len(months) > 200


def test_every_row_has_its_sentence(folder: Path, base: Lived) -> None:
    """Nothing falls to the sentence for unknown kinds, and every life can be told."""
    kinds = set()
    scenario = written(folder, QUICK)
    won = unmoved(scenario) | {"segments.adoption": np.array([0.05, 0.05])}
    for each in (base, live(plan(scenario), won, 2, 0, 1, 0)):
        for who in each.rows:
            life = each.life(who)
            narrator = Narrator(life)
            for row in life.rows:
                kinds.add(row.kind)
                said = narrator.say(row)
                assert row.kind in narrator._say and (said or row.kind == "begins")
                assert "nan" not in said and "np." not in said and "_" not in said
    assert kinds == {*narrator._say} - {"decision", "stays", "keeps_to_it", "saved", "rewards"}  # none of these here


def test_a_contact_is_told_in_its_order(base: Lived) -> None:
    hung = next(row for rows in base.rows.values() for row in rows if row.kind == "hangs_up")
    life = base.life(hung.who)
    (paragraph,) = (
        text for text in told(life)[life.month_of(hung)]
        if f"Hangs up after waiting {duration(hung.facts['waited'])}" in text
    )
    felt = next(r for r in life.rows if r.kind == "felt" and r.time == hung.time)
    came = felt.facts["felt"]
    for k in range(6):
        if came[1][k] > 0.0:
            said = f"{ATTRIBUTES[k]} {points(came[2][k] / came[1][k])} for {points(felt.facts['expectation'][k])}"
            assert said in paragraph
    assert paragraph.index("Reaches desk") < paragraph.index("Hangs up") < paragraph.rindex("Came:")


def test_a_month_end_says_the_chance_and_the_draw(base: Lived) -> None:
    left = next(row for rows in base.rows.values() for row in rows if row.kind == "leaves")
    life = base.life(left.who)
    row = [r for r in life.rows if r.kind == "month" and r.month == left.month][0]
    text = told(life)[life.month_of(left)][-1]
    assert text.startswith("Month end.") and "below" in text and "Leaves; " in text
    assert f"Chance of leaving this month {share(leave_probability(row.facts['hazard']))}" in text
    assert row.facts["drawn"] < leave_probability(row.facts["hazard"])
    until = replace(life, rows=life.rows[: life.rows.index(left) + 1])
    assert ending(until).startswith(f"left at the end of month {life.month_of(left)}, by ")


def test_why_tells_nature_from_what_was_lived(base: Lived) -> None:
    """Both chances are those of the engine's own hazard, and only who left is explained."""
    left = [base.life(row.who) for rows in base.rows.values() for row in rows if row.kind == "leaves"]
    for life in left:
        row = next(r for r in reversed(life.rows) if r.kind == "month")
        text, nature = why(life), leave_probability(at_reference(life, row))
        if [r.kind for r in life.rows if r.kind in ("joins", "leaves")][-1] == "joins":
            assert text == ""
            continue
        assert share(nature) in text and share(leave_probability(row.facts["hazard"])) in text
        others = 1.0 - (1.0 - SEGMENT_CHURN[int(life.start["segment"])]) ** (1.0 / 12.0)
        assert ("more easily" in text) == (nature > EASILY * others)
        assert ("times as likely" in text) == (row.facts["hazard"] >= LIKELIER * at_reference(life, row))
    stays = next(base.life(who) for who in base.rows if not any(r.kind == "leaves" for r in base.rows[who]))
    assert len(left) > 3 and why(stays) == ""


def test_what_satisfaction_did_is_measured_against_the_reference(base: Lived) -> None:
    """The chance "with everything at 7.5" is what the engine's own hazard gives at 7.5."""
    compared = 0
    for who in list(base.rows)[:300]:
        life = base.life(who)
        for row in life.rows:
            if row.kind != "month" or " With everything at 7.5 " not in (said := Narrator(life).hazard(row)):
                continue
            tables, usual = life.tables(life.month_of(row)), life.start.copy()
            usual["satisfaction"] = 7.5
            segment = tables.segments[usual["segment"]]
            total = hazards(tables.world[0], segment, usual, np.zeros(6), np.zeros(6))
            assert f"With everything at 7.5 it would be {share(leave_probability(total))}." in said
            compared += 1
    assert compared > 100


def test_quiet_months_are_joined_and_none_is_lost(base: Lived) -> None:
    joined = 0
    for who in list(base.rows)[:200]:
        spans = [(each.first, each.last) for (each,) in chapters([base.life(who)])]
        joined += any(last > first for first, last in spans)
        assert [m for first, last in spans for m in range(first, last + 1)] == list(range(MONTHS))
    assert joined > 20


def test_dates_are_those_of_the_calendar(base: Lived) -> None:
    life = base.life(0)
    burn = 31 + 28
    assert life.date(burn * 1440.0) == (0, 1, "Thursday", "00:00")          # day 59; day 0 is a Monday
    assert life.date((burn + 31) * 1440.0 - 1.0) == (0, 31, "Saturday", "23:59")
    assert life.date((burn + 31) * 1440.0) == (1, 1, "Sunday", "00:00")


def test_a_decision_says_why_each_rule_did_or_did_not() -> None:
    rules = read_rules(shipped("rules", "tiered_priority.yaml"), "USD")
    gold, leaver = (rule.id for rule in rules.rules)

    def say(fired: tuple[str, ...], matched: tuple[str, ...], cooling: tuple[str, ...] = (), **read: str) -> str:
        facts = {"point": rules.point, "ruleset": rules.name, "matched": matched, "fired": fired, "cooling": cooling,
                 "overruled": (), "facts": read}
        return decided(Told(0.0, 0, 0, "decision", facts), [rules], "USD")

    text = say((gold,), (gold, leaver), wait="6 min", loyalty_tier="gold", channel="phone in", at_risk="50 %")
    assert f"{gold} fires: the contact takes priority 1. The reason: Gold customers" in text
    assert f"{leaver} matches too, but an earlier rule has decided." in text
    text = say((), (), wait="3 min", loyalty_tier="gold", channel="phone in")
    assert text.endswith(f"No match: {gold} asks that wait is over 5 min; {leaver} asks that at risk is at least 40 %.")
    said = decided(Told(0.0, 0, 0, "decision", {"point": "contact_ends", "ruleset": "gone", "fired": (), "facts": {
        "credits_90d": 500, "wait": 105_197}}), [rules], "USD")
    assert said == (
        'As the contact ends, the rules "gone" are asked; they read: credits in 90 days 5 USD, wait 18 h. None fires.'
    )
    text = say((), (), wait="1.5 min", at_risk="50 %")
    assert "wait 90 s" in text and f"{leaver} asks" in text
    assert f"{gold} matches, but rests" in say((), (gold,), (gold,), wait="6 min", loyalty_tier="gold")
    row = Told(0.0, 0, 0, "decision", {"point": "waiting", "ruleset": "gone", "fired": (gold,), "facts": {}})
    assert decided(row, [rules], "USD").endswith(f"nothing is known. Fires: {gold}.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Choose one"),
        (("--customer", "1", "--pick", "lost"), "Choose one"),
        (("--customer", "1", "--fired", "any"), "Choose one"),
        (("--fired", "any"), "There are none here."),
        (("--customer", "1200"), "persons 0 to 1199"),
        (("--pick", "saved"), "--against"),
        (("--customer", "1", "--months", "40"), "18 months"),
        (("--customer", "1", "--plot", "life.pdf"), ".svg or .png"),
        (("--customer", "1", "--plot", "FOLDER/none/life.svg"), "There is no folder"),
        (("--customer", "1", "--against", "FOLDER/base.yaml"), "named twice"),
        (("--customer", "1", "--against", "FOLDER/elsewhere/base.yaml"), "no customers in common"),
        (("--customer", "1", "--against", "FOLDER/nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_what_cannot_be_told_is_said(folder: Path, words: tuple[str, ...], said: str) -> None:
    words = tuple(word.replace("FOLDER", str(folder)) for word in words)
    done = call(folder / "base.yaml", "-q", *words)
    assert isinstance(done.exception, CemsimError) and said in str(done.exception) and done.output == ""


def test_picking_nobody_is_an_error(folder: Path) -> None:
    done = call(folder / "still" / "still.yaml", "-q", "--months", "1", "--customers", "100", "--pick", "lost")
    assert isinstance(done.exception, CemsimError) and "Nobody was picked" in str(done.exception)


RULES = """\
  rules:
    add:
      - version: 1
        ruleset: noted
        decide_on: contact_ends
        rules:
          - {id: third, because: Noted., when: {attempts: {ge: 3}}, then: [{log: {}}]}
          - {id: never, because: Noted., when: {wait: {ge: 99 h}}, then: [{log: {}}]}
"""


def test_somebody_is_found_for_whom_a_rule_fired(folder: Path, tmp_path: Path) -> None:
    """The rule may be the plan's: the other life is the one without it."""
    plan_file = folder / "noted.yaml"
    plan_file.write_text(f"based_on: base.yaml\nname: Noted\nchange:\n{RULES}", encoding="utf-8")
    done = quick(folder, "--fired", "noted.third", "--against", plan_file)
    assert done.exit_code == 0, done.exception
    unbroken = " ".join(done.output.split())
    assert "Picked: the rule third of noted fired in month" in unbroken and "fires:" in unbroken
    for words, said in ((("--fired", "never"), "fired for none of"), (("--fired", "thrid"), "Did you mean third?")):
        failed = call(plan_file, "-q", "--months", "2", "--customers", "100", *words)
        assert isinstance(failed.exception, CemsimError) and said in str(failed.exception)


def test_both_lives_stand_side_by_side_and_are_drawn(folder: Path, base: Lived, better: Lived, tmp_path: Path) -> None:
    picture = tmp_path / "life.svg"
    done = quick(folder, "--pick", "saved", "--against", folder / "better.yaml", "--plot", picture)
    assert done.exit_code == 0, done.exception
    who = pick("saved", base, better)
    unbroken = " ".join(done.output.split())
    assert "Picked (saved): left at the end of month" in unbroken and "with the plan it was" in unbroken
    assert f"begins, person {who} (" in done.output and "to change the company in month 3." in done.output
    assert done.output.count("Here the lives part") == 1 and "Up to then both lives are the same" in done.output
    assert "the draw is" in done.output and "with better" in done.output
    assert f"better: {ending(better.life(who))[:25]}" in done.output
    assert max(len(line) for line in done.output.splitlines()[:-1]) <= 100
    assert any(" | " in line for line in done.output.splitlines())
    labels = {"".join(text.itertext()) for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")}
    assert {"Small company", "better", f"what happened to person {who}", "leaves", "handled"} <= labels
    assert {f"satisfaction with {name} (0 to 10)" for name in ATTRIBUTES} <= labels


def test_one_life_as_a_bitmap_and_a_cut_company(folder: Path, tmp_path: Path) -> None:
    picture = tmp_path / "life.PNG"
    done = call(folder / "base.yaml", "-q", "--customers", "200", "--months", "2", "--customer", "7", "--plot", picture)
    assert done.exit_code == 0, done.exception
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "cut to 200 of 800 customers" in done.output and "desk 1 for 1; office 1 for 3" in done.output
    (tmp_path / "taken.svg").mkdir()
    blocked = call(folder / "base.yaml", "-q", "--customers", "100", "--months", "1", "--customer", "7",
                   "--plot", tmp_path / "taken.svg")
    assert isinstance(blocked.exception, CemsimError) and "cannot be written" in str(blocked.exception)
