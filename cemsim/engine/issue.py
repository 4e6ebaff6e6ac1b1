"""An issue's life: how it begins, becomes a complaint, ends as one, and is noted as a visit; both engines call it."""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import Stream, uniform
from cemsim.engine import places
from cemsim.engine.codes import HANDLED
from cemsim.engine.durations import at_an_hour, minutes
from cemsim.engine.mishap import how_recovered
from cemsim.engine.state import EXCELLENT_CASE, LATER
from cemsim.model.failure import FAILED, GOOD_FAST, justice, net_effect
from cemsim.model.science import inlined, science

VOICE_LAG, HOUR = int(Stream.VOICE_LAG), int(Stream.HOUR)


@inlined
def begin(issue: Any, number: int, first_step: int, now: float) -> None:
    """A new issue, at the first step of its journey."""
    issue.number, issue.opened, issue.person, issue.step = number, now, number >> 26, first_step
    issue.attempt, issue.hangups, issue.touches, issue.handled, issue.repeat = 0, 0, 0, 0, 0
    issue.lagged, issue.failed, issue.again, issue.weighed = 0, 0, 0, 0
    issue.origin, issue.severity, issue.minutes = -1, 0.0, 0.0


@science
def no_errand(errand: Any) -> None:
    """Rules have ordered nothing for an issue."""
    errand.joined, errand.off_line, errand.waited, errand.left = 0.0, 0.0, 0.0, -1
    errand.passed_to, errand.level = -1, -1
    errand.called_back, errand.escalated, errand.routed, errand.taken, errand.tried = 0, 0, -1, -1, 0
    for column in range(errand.rests.shape[0]):
        errand.rests[column] = -1.0


@science
def open_case(
    tables: Any, world: Any, person: Any, purse: Any, case: Any, number: int, origin: int, severity: float,
    major: bool, again: bool, keys: Any, now: float,
) -> float:
    """Start the complaint about a voiced failure of issue ``number``; returns when it is heard (c2)."""
    who = number >> 26
    journey = (number >> 11) & 63
    what = number & ((1 << 26) - 1)
    person.cases += 1
    if severity > purse.severity:
        purse.severity = severity
        purse.origin = origin
    purse.complained, purse.righted = 1, 0
    due = now + minutes(tables.laws[world.voice_lag], tables.quantiles, uniform(keys[VOICE_LAG], who, what))
    heard = at_an_hour(tables.daytime, world.complaint, now, due, uniform(keys[HOUR], who, what))
    # which need it is says which issue it is about, so that its draws are its own
    about = ((number >> 17) << 17) | (world.complaint << 11) | (journey << 5) | (number & 31)
    begin(case, about, tables.journeys[world.complaint].first, heard)
    case.origin, case.severity, case.state = origin, severity, LATER
    case.again = 1 if again else 0
    case.major = 1 if major else 0
    return heard


@science
def end_complaint(
    world: Any, issue: Any, person: Any, empowerment: float, occupancy: float, purse: Any, keys: Any,
    counter: int, now: float, account: Any, place: int,
) -> tuple[float, int]:
    """Conclude a complaint that was dealt with; logs at ``place``; gives the blow that is left and how it ended."""
    ending = how_recovered(world, empowerment, occupancy, now - issue.opened, keys, issue.person, counter)
    good, fast = ending != FAILED, ending == GOOD_FAST
    account[place + places.GOOD_FIRST + ending - GOOD_FAST] += 1.0
    account[place + places.JUSTICE] += justice(good, good, fast)
    if good:
        purse.righted = 1
        pay = (world.pay_major if issue.major != 0 else world.pay_minor) * purse.wallet
        account[place + places.COMPENSATION] += pay
        purse.paid += pay
    if fast and issue.again == 0:
        account[place + places.EXCELLENT] += 1.0
        person.cases |= EXCELLENT_CASE
    return net_effect(ending, issue.severity), ending


@science
def note_visit(
    visit: Any, issue: Any, segment: int, month: int, how: int, team: int, resolved: bool, now: float,
    emotion: float, satisfied: float,
) -> None:
    """Write a row of the visit table; ``team`` is -1 for self-service."""
    by_person = how == HANDLED and team >= 0
    visit.issue, visit.person, visit.month = issue.number, issue.person, month
    visit.segment, visit.journey, visit.step, visit.team = segment, (issue.number >> 11) & 63, issue.step, team
    visit.attempt, visit.outcome = issue.attempt, how
    visit.resolved = 1 if resolved else 0
    visit.arrived, visit.left = issue.arrived, now
    visit.waited = (issue.begun if by_person else now) - issue.arrived
    visit.handled = issue.minutes if by_person else 0.0
    visit.emotion, visit.satisfaction = emotion, satisfied
