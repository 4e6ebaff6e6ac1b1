"""What one customer's story says of contracts and other ties: apart from satisfaction, and in the right month."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cemsim.base.words import EXOGENOUS
from cemsim.engine.glass.bonds import ACT, LEFT, LOCK, MESSAGES, OTHERS
from cemsim.engine.glass.chapters import chapters, is_quiet
from cemsim.engine.glass.phrases import points, share
from cemsim.engine.glass.reasons import LIKELIER, at_reference, held, usual, why
from cemsim.engine.glass.sentences import Narrator
from cemsim.engine.glass.story import Life, Lived, live
from cemsim.engine.glass.told import Told
from cemsim.engine.stay import hazards
from cemsim.model.churn import leave_probability
from cemsim.plan.compile import plan
from cemsim.scenario import load
from tests.engine.small import COMPANY, unmoved, written
from tests.parity.test_parity import moving

TIES = Path(__file__).resolve().parents[1] / "parity" / "worlds" / "ties.yaml"
MONTHS = 14


@pytest.fixture(scope="module")
def lived() -> Lived:
    ours = plan(load(TIES))
    return live(ours, moving(ours), MONTHS, 0, 1, 0)


@pytest.fixture(scope="module")
def unasked() -> Lived:
    """The same without rules, so that months are quiet."""
    ours = plan(load(TIES).model_copy(update={"rules": ()}))
    return live(ours, moving(ours), MONTHS, 0, 1, 0)


def ends(life: Life) -> list[Told]:
    return [row for row in life.rows if row.kind == "month"]


def untied(life: Life, row: Told, satisfaction: object, drops: object) -> np.ndarray:
    """The engine's hazards before ties act."""
    tables, person, rates = life.tables(life.month_of(row)), life.start.copy(), np.zeros(6)
    person["satisfaction"] = satisfaction
    hazards(tables.world[0], tables.segments[person["segment"]], person, drops, rates)
    return rates


def test_the_fold_of_a_cause_is_that_of_satisfaction_alone(lived: Lived) -> None:
    """Whatever ties somebody is on both sides of the comparison: the fold is that of the same person without ties."""
    met: set[str] = set()
    for life in map(lived.life, lived.rows):
        for row in ends(life):
            felt, rest = untied(life, row, row.facts["satisfaction"], row.facts["drops"]), usual(life, row)
            free = untied(life, row, 7.5, np.zeros(6))
            own = slice(EXOGENOUS, None)
            assert row.facts["hazards"][own] / rest[own] == pytest.approx(felt[own] / free[own], rel=1e-12)
            assert rest[:EXOGENOUS].tolist() == free[:EXOGENOUS].tolist()
            met |= row.facts["ties"].keys()
            if not row.facts["ties"]:
                assert rest.tolist() == free.tolist()
    assert {LEFT, LOCK, OTHERS, ACT} <= met


def test_the_contract_is_told_in_its_months(lived: Lived) -> None:
    last = runs = 0
    for life in map(lived.life, lived.rows):
        rows = ends(life)
        for one, two in pairwise(rows):
            if two.month == one.month + 1 and (left := one.facts["ties"].get(LEFT, 0)) > 0:
                assert two.facts["ties"].get(LEFT, 0) == left - 1
        for row in rows:
            said, left = Narrator(life).hazard(row), row.facts["ties"].get(LEFT, 0)
            last, runs = last + (left == 1), runs + (left > 1)
            assert ("The contract runs out this month: leaving of their own accord counts 2-fold." in said) == (
                left == 1)
            assert (f"The contract runs for another {'month' if left == 2 else f'{left - 1} months'}: leaving of "
                    "their own accord counts 0.3-fold." in said) == (left > 1)
            assert ("contract" in said) == (left > 0)
            whole = share(leave_probability(at_reference(life, row)))
            if held(row.facts["ties"]):
                assert f"With everything at {points(7.5)} and tied as now it would be {whole}." in said
    assert last > 20 and runs > 20


def test_other_ties_are_named_with_their_common_factor() -> None:
    assert held({}) == held({LEFT: 3, LOCK: 1.0, OTHERS: ("a",), ACT: 0.9, MESSAGES: 1.1}) == ""
    assert held({OTHERS: ("2 products beyond the first", "outreach that wakes"), ACT: 0.61, MESSAGES: 1.5}) == (
        "Because of 2 products beyond the first and outreach that wakes, leaving of their own accord counts 0.61-fold. "
        "Because of too many messages, relationship and competition count 1.5-fold."
    )


def test_quiet_months_say_when_a_contract_ran_out_or_began(unasked: Lived) -> None:
    out = began = 0
    for life in map(unasked.life, unasked.rows):
        left = {life.month_of(row): row.facts["ties"].get(LEFT, 0) for row in ends(life)}
        for (chapter,) in chapters([life]):
            if not is_quiet(life, chapter.first):
                continue
            (text,) = chapter.paragraphs
            for month in range(chapter.first, chapter.last + 1):
                assert (f"The contract ran out in month {month}: a chance of" in text) == (left.get(month) == 1)
                fresh = left.get(month, 0) > 1 and left.get(month - 1) == 0
                assert (f"A contract began in month {month}: a chance of" in text) == fresh
                out, began = out + (left.get(month) == 1), began + fresh
    assert out > 5 and began > 5


def test_why_leaves_ties_out_of_what_was_lived(lived: Lived, unasked: Lived) -> None:
    words = set()
    for life in (each.life(who) for each in (lived, unasked) for who in each.rows):
        if not (text := why(life)):
            continue
        row = ends(life)[-1]
        left, whole = row.facts["ties"].get(LEFT, 0), at_reference(life, row)
        assert ("The contract ran out in that month" in text) == (left == 1)
        assert ("The contract still ran" in text) == (left > 1)
        assert ("times as likely" in text) == (row.facts["hazard"] >= LIKELIER * whole)
        assert "tied by nothing" in text
        nature = untied(life, row, 7.5, np.zeros(6)).sum()
        assert f"({share(leave_probability(nature))})" in text
        if held(row.facts["ties"]):
            assert f"tied so, it was {share(leave_probability(whole))}." in text
        words.add(min(left, 2))
    assert words == {0, 1, 2}


def test_where_nothing_ties_people_nothing_is_said_of_it(tmp_path: Path) -> None:
    text = COMPANY.replace("1_200", "120").replace("800", "80")
    scenario = written(tmp_path, f"{text}switches: {{calibration: off}}\n")
    free = live(plan(scenario), unmoved(scenario), 3, 0, 1, 0)
    for life in map(free.life, free.rows):
        for row in ends(life):
            assert row.facts["ties"] == {}
            assert "tied" not in Narrator(life).hazard(row) + why(life)
