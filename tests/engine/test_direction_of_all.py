"""Every number of a scenario has a direction that a test holds, or a reason why there is none (model.md 3a-3j)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cemsim.model.maturity import CAPABILITIES, DISCIPLINES
from tests.engine import (
    test_blueprint,
    test_direction,
    test_direction_rest,
    test_direction_world,
    test_loyalty,
    test_talk,
    test_ties,
    test_workforce,
)
from tools.reference import blocks

pytestmark = pytest.mark.direction
TESTS = Path(__file__).resolve().parents[1]
#: What is no number of sections 3a-3j: dates, switches, money of the case (3k).
NOT_THE_MODEL = ("cemsim", "horizon", "burn_in", "switches", "finance", "investment")
WORDS = ("text", "file", "list", "hours", "on / off")

#: Held by a test of their own.
HELD_BY = {
    "network.rewiring": "engine/test_talk.py::test_rewiring_carries_words_further",
    "network.talk.image": "engine/test_talk.py::test_words_reach_hazards_through_the_image_alone",
    "network.referral.hazard": "engine/test_talk.py::test_those_brought_stay_longer",
    "network.referral.reward": "compare/test_ledger.py::test_all_that_is_given_is_found_person_by_person",
    "network.referral.margin": "compare/test_ledger.py::test_all_that_is_given_is_found_person_by_person",
    "model.experience.peak": "theory/test_model_checks.py::test_d16_peak_and_end",
    "model.experience.end": "theory/test_model_checks.py::test_d16_peak_and_end",
    "model.loyalty.failure_loss": "engine/test_loyalty.py::test_members_overlook_failures",
    "teams.*.overtime_premium": "measures/test_ruled.py::test_other_prices_need_no_other_run",
    "events.*": "engine/test_events.py::test_it_strikes_in_its_months_and_passes",
}
SOLVED = "a constant is solved so that the baseline shows it (tests/theory/test_model_checks.py)"
#: No test can say a direction, for a reason.
NO_DIRECTION = {
    "segments.*.churn": SOLVED, "causes.ledger": SOLVED, "observed.contacts": SOLVED, "survey.observed_nps": SOLVED,
    "teams.*.observed.abandonment": SOLVED, "network.share": SOLVED, "market.won": "without calibration only: a start",
    "market.people": "how many there are, not how they behave", "segments.*.customers": "likewise",
    "segments.*.revenue": "money that multiplies spend; what it moves is in tests/finance/test_prices.py",
    "teams.*.redial.lag": "when, not whether, somebody calls again: a later call meets another queue",
    "teams.*.shifts.*.people": "on_shift, written by shift", "teams.*.target.share": "what is reported as reached",
}


def directed() -> Iterator[str]:
    """Paths that the tables of direction tests change from low to high."""
    for table in (test_direction.LEVERS, test_direction.FACTS):
        for lever in table.values():
            yield from (*lever.low, *lever.high)
    for cases in (test_direction_world.CASES, test_direction_rest.CASES, test_loyalty.LEVERS):
        yield from (case.path for case in cases.values())
    for plans in (test_ties.PLANS, test_workforce.DIRECTIONS):
        for changes, _ in plans.values():
            yield from changes
    yield from (path for path, *_ in test_talk.LEVERS.values())
    (mark,) = test_blueprint.test_each_assumption_moves_its_outcome.pytestmark
    yield from (f"model.touchpoints.{name}" for name, *_ in mark.args[1])
    yield from (f"maturity.{name}" for name in (*CAPABILITIES, *DISCIPLINES))    # test_each_level_moves_its_own_numbers


def numbers() -> list[str]:
    """Numbers of a scenario file, with a star for names of one's own."""
    return [
        ".".join(field.path)
        for _, _, fields in blocks()
        for field in fields
        if field.path[0] not in NOT_THE_MODEL and field.written not in WORDS and " / " not in field.written
    ]


def means(pattern: str, path: str) -> bool:
    """Whether a path of a patch changes a field, or one attribute of it."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^.]+") + r"(\.[a-z_]+)?", path) is not None


def test_every_number_has_its_direction() -> None:
    paths = set(directed())
    without = {each for each in numbers() if not any(means(each, path) for path in paths)}
    events = {each for each in without if each.startswith("events.")}
    excused = {*HELD_BY, *NO_DIRECTION, *events} - {"events.*"}
    assert without - excused == set()
    assert excused - without == set()                     # what has a direction, or is gone, needs no excuse


@pytest.mark.parametrize("path", HELD_BY)
def test_what_holds_it_is_there(path: str) -> None:
    file, name = HELD_BY[path].split("::")
    tests = [node.name for node in ast.walk(ast.parse((TESTS / file).read_text())) if isinstance(node, ast.FunctionDef)]
    assert name in tests
