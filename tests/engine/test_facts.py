"""Facts of rules: each is told or worked out, and nothing of a decision before is left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cemsim.engine import facts, moments
from cemsim.engine.facts import NOT_KNOWN, fact, is_safe, never_ruled, tell, tell_time
from cemsim.engine.log import PEOPLE_ROW
from cemsim.engine.ruling import serve
from cemsim.engine.state import PAD, PERSON, RULED
from cemsim.plan.rulebook import PLACE
from cemsim.plan.tables import SEGMENT, STEP
from cemsim.rules.vocabulary import SUMMED, WEEKDAYS

LEFT = 123_456_789
"""What stands where nobody has written anything."""


def record(kind: np.dtype[Any], **values: Any) -> Any:
    found = np.zeros(1, kind)[0]
    for name, value in values.items():
        found[name] = value
    return found


@pytest.fixture
def moment() -> Any:
    m = record(PAD)
    m["values"] = LEFT
    return m


def customer(**values: Any) -> Any:
    ruled = record(RULED)
    never_ruled(ruled)
    for name, value in values.items():
        ruled[name] = value
    return ruled


def test_every_fact_is_told_or_worked_out(moment: Any) -> None:
    person, ruled, now = record(PERSON), customer(), 100_000.0
    moments.of_contact(moment, 1, record(STEP), 2, 0, 0)
    moments.of_team(moment, 3, 4, 5)
    moments.of_wait(moment, 1.0, 2.0)
    moments.of_end(moment, 1, 0)
    moments.of_failure(moment, 1, 0, 1, 2.5, True, False)
    moments.of_case(moment, 1, 0, 2.5, 0, 0)
    moments.of_recovery(moment, 5)
    moments.of_overtime(moment, 1, 30.0)
    tell(moment, record(SEGMENT), person, ruled, now)
    told = {name for name, place in PLACE.items() if moment["values"][place] != LEFT}
    assert told == set(PLACE) - SUMMED
    assert all(fact(PLACE[name], person, ruled, moment, now) != LEFT for name in PLACE)


def test_facts_have_their_steps(moment: Any) -> None:
    moments.of_contact(moment, 3, record(STEP, channel=2, stage=1), -1, 1, 0)
    moments.of_team(moment, 7, 3, 4)
    moments.of_wait(moment, 2.5, 3.0)
    ruled = customer(reported=8, tier=2, opted_out=1, pressure=1.5)
    tell(moment, record(SEGMENT, group=-1), record(PERSON, tenure=30, segment=1), ruled, 0.0)
    told = {name: int(moment["values"][place]) for name, place in PLACE.items()}
    assert (told["intent"], told["channel"], told["stage"], told["attempts"], told["team"]) == (3, 2, 1, 1, NOT_KNOWN)
    assert (told["queue_length"], told["staff_on"], told["occupancy"]) == (7, 4, 7_500)
    assert (told["wait"], told["wait_over_target"]) == (250, -50)
    assert (told["satisfaction"], told["loyalty_tier"], told["consent"], told["contact_pressure"]) == (8, 2, 0, 150)
    assert (told["segment"], told["tenure"], told["value_group"]) == (1, 30, NOT_KNOWN)
    moments.of_team(moment, 0, 0, 0)
    assert moment["values"][PLACE["occupancy"]] == NOT_KNOWN


def test_a_contract_has_months_left_or_there_is_none(moment: Any) -> None:
    left = [fact(PLACE["contract_left"], record(PERSON), customer(contract=n), moment, 0.0) for n in (0, 1, 24)]
    assert left == [NOT_KNOWN, 1, 24]


def test_who_was_never_asked_has_no_satisfaction(moment: Any) -> None:
    tell(moment, record(SEGMENT), record(PERSON), customer(), 0.0)
    assert moment["values"][PLACE["satisfaction"]] == NOT_KNOWN
    assert fact(PLACE["at_risk"], record(PERSON), customer(), moment, 0.0) == NOT_KNOWN
    assert fact(PLACE["open_case_age"], record(PERSON), customer(), moment, 0.0) == NOT_KNOWN


@pytest.mark.parametrize("minute", [0.0, 59.999, 60.0, 61.5, 1439.9, 1440.0, 8 * 1440.0 + 15 * 60.0, 1e6, 1e6 + 7.5])
def test_the_clock_of_rules(moment: Any, minute: float) -> None:
    for before in (0.0, minute - 30.0, minute):        # whatever hour was told before
        moment["hour_ends"] = 0.0
        tell_time(moment, max(before, 0.0))
        tell_time(moment, minute)
        assert moment["values"][PLACE["hour"]] == int(minute // 60) % 24
        assert moment["values"][PLACE["weekday"]] == int(minute // 1440) % len(WEEKDAYS)


def test_flags_are_those_of_this_decision(moment: Any) -> None:
    moment["flags"] = 0b101
    assert [facts.flag(facts.FLAGS + k, moment) for k in range(4)] == [1, 0, 1, 0]
    assert fact(facts.FLAGS + 2, record(PERSON), customer(), moment, 0.0) == 1


def test_credits_beyond_those_remembered_are_counted(moment: Any) -> None:
    known, told, day = customer(), record(PEOPLE_ROW), 1_440.0
    moment["credit"] = 5.0
    for k in range(20):
        serve(moment, known, told, k * day)
    assert fact(PLACE["credits_90d"], record(PERSON), known, moment, 20 * day) == 20 * 500
    moment["credit"] = 1.0
    serve(moment, known, told, 200 * day)                    # all others are long over
    assert fact(PLACE["credits_90d"], record(PERSON), known, moment, 200 * day) == 100


@pytest.mark.parametrize("lowest", [0, 1, 999, 3_999, 9_999])
def test_who_is_safe_has_no_higher_risk(moment: Any, lowest: int) -> None:
    edge = -np.log1p(-(lowest + 0.5) / 10_000.0) / 12.0 if lowest < 9_999 else 1.0
    for hazard in [*np.linspace(0.0, 0.5, 101), *(edge * (1.0 + k * 1e-7) for k in range(-5, 6))]:
        person, ruled = record(PERSON), customer(hazard=hazard)
        assert not is_safe(ruled, lowest) or fact(PLACE["at_risk"], person, ruled, moment, 0.0) <= lowest
    assert is_safe(customer(hazard=0.0), lowest) and not is_safe(customer(), lowest)
