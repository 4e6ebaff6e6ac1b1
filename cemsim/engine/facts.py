"""What a rule's fact is, read from the records of both engines: the one place where facts get their values."""

from __future__ import annotations

from math import floor, inf
from typing import Any, Final

import numpy as np

from cemsim.engine.law import DAY
from cemsim.engine.state import EXCELLENT_CASE, RECENT
from cemsim.model.churn import leave_probability
from cemsim.model.science import inlined, science
from cemsim.plan.rulebook import PLACE
from cemsim.rules.table import UNKNOWN
from cemsim.rules.vocabulary import DAYS_30, DAYS_90

(SEGMENT, VALUE_GROUP, TIER, TENURE, CONTRACT_LEFT, SATISFACTION, CASE_AGE, FAILURES_30D, CONTACTS_30D, CREDITS_90D,
 SPEND_365D, VISITS_365D, AT_RISK, CONSENT, PRESSURE, INTENT, CHANNEL, STAGE, TEAM, WAIT, OVER, QUEUE, OCCUPANCY,
 STAFF_ON, HOUR, WEEKDAY, ATTEMPTS, OUTCOME, RESOLVED, ORIGIN, SEVERITY, VOICED, REPEATED, ESCALATED, RECOVERY,
 OVERTIME_TODAY) = (PLACE[name] for name in (
    "segment", "value_group", "loyalty_tier", "tenure", "contract_left", "satisfaction", "open_case_age",
    "failures_30d", "contacts_30d", "credits_90d", "spend_365d", "visits_365d", "at_risk", "consent",
    "contact_pressure", "intent", "channel", "stage", "team", "wait", "wait_over_target", "queue_length", "occupancy",
    "staff_on", "hour", "weekday", "attempts", "outcome", "resolved", "origin", "severity", "voiced", "repeated",
    "escalated", "recovery", "overtime_today",
))  # fmt: skip
FLAGS: Final = len(PLACE)
NOT_KNOWN: Final = UNKNOWN
NEVER: Final = -1e18
STRETCH: Final = DAYS_90 / (RECENT - 1)
"""Minutes: in any window of 90 days lie parts of at most RECENT such stretches of time."""
LONG_SINCE: Final = -2_000_000_000
"""A time in whole seconds before all others."""


@inlined
def steps_of(amount: float, scale: float) -> int:
    """A number as a whole count of steps, half a step upwards."""
    return int(floor(amount * scale + 0.5))


@inlined
def second(now: float) -> int:
    """The whole second in which a minute of the world lies."""
    return int(now * 60.0)


@inlined
def since(times: Any, now: float, window: float) -> int:
    """How many happenings, known to the second, lie in (now - window, now]; times in minutes, none ahead of now."""
    # as narrow as the times, so that all are compared at once
    found, first = np.int32(0), np.int32(second(now) - second(window))
    for k in range(RECENT):
        found += np.int32(times[k] > first)
    return int(found)


@inlined
def tell(m: Any, segment: Any, person: Any, ruled: Any, now: float) -> None:
    """Write down the facts of a customer that are read off as they stand, and the time of day."""
    values = m.values
    values[SEGMENT] = person.segment
    values[VALUE_GROUP] = segment.group if segment.group >= 0 else NOT_KNOWN
    values[TIER] = ruled.tier
    values[TENURE] = person.tenure
    values[SATISFACTION] = ruled.reported if ruled.reported >= 0 else NOT_KNOWN
    values[CONSENT] = 1 - ruled.opted_out
    values[PRESSURE] = steps_of(ruled.pressure, 100.0)
    tell_time(m, now)


@inlined
def tell_time(m: Any, now: float) -> None:
    """Write down the hour and the day of the week, which stand for an hour."""
    if now >= m.hour_ends:
        hour = int(now / 60.0)
        m.hour_ends = (hour + 1) * 60.0
        m.values[HOUR], m.values[WEEKDAY] = hour % 24, int(now / DAY) % 7


@inlined
def is_safe(ruled: Any, lowest: int) -> bool:
    """Whether a customer's risk of leaving is known to be at most ``lowest``: no probability lies above its hazard."""
    return bool(ruled.hazard >= 0.0 and steps_of(12.0 * ruled.hazard, 10000.0) <= lowest)


@science
def fact(f: int, person: Any, ruled: Any, m: Any, now: float) -> int:
    """The value of fact ``f`` in whole steps at time ``now``, NOT_KNOWN where there is none; ``m`` holds the moment.

    Worked out here are those of `vocabulary.SUMMED`; all others are told beforehand (see `engine.moments`). What lies
    far away in memory is looked up only where something nearer says that there is anything to find.
    """
    if f == CONTACTS_30D:
        return since(ruled.contacts, now, DAYS_30)
    if f == FAILURES_30D:
        return since(ruled.failures, now, DAYS_30) if m.month - person.last_failure <= 2 else 0
    if f == AT_RISK:
        return steps_of(leave_probability(12.0 * ruled.hazard), 10000.0) if ruled.hazard >= 0.0 else NOT_KNOWN
    if f == CONTRACT_LEFT:
        return int(ruled.contract) if ruled.contract > 0 else NOT_KNOWN
    if f == CREDITS_90D:
        total = 0.0
        for k in range(RECENT if ruled.compensated != 0 else 0):
            if now - DAYS_90 < ruled.credited[k] <= now:
                total += ruled.credits[k]
        return steps_of(total, 100.0)
    if f == CASE_AGE:
        if person.cases & (EXCELLENT_CASE - 1) == 0:
            return NOT_KNOWN
        first = inf
        for k in range(RECENT):
            if ruled.cases[k] != NEVER:
                first = min(first, ruled.cases[k])
        return steps_of(now - first, 100.0) if first <= now else NOT_KNOWN
    if f == SPEND_365D:
        spent = 0.0
        for k in range(12):
            spent += ruled.spend[k]
        return steps_of(spent, 100.0)
    if f == VISITS_365D:
        visits = 0
        for k in range(12):
            visits += ruled.visits[k]
        return visits
    if f >= FLAGS:
        return flag(f, m)
    return int(m.values[f])


@inlined
def flag(f: int, m: Any) -> int:
    """Whether a flag was derived in this decision."""
    found: int = (m.flags >> (f - FLAGS)) & 1
    return found


@science
def never_known(known: Any) -> None:
    """What is remembered of somebody who has just come, whether or not there are rules."""
    for k in range(12):
        known.spend[k] = 0.0
    known.tier, known.opted_out, known.quiet, known.reached, known.contract = 0, 0, 0, 0, 0
    known.pressure, known.calls, known.call, known.call_at = 0.0, 0, -1, NEVER


@science
def never_ruled(ruled: Any) -> None:
    """What rules know of somebody of whom they know nothing."""
    for k in range(RECENT):
        ruled.failures[k] = ruled.contacts[k] = LONG_SINCE
        ruled.credited[k] = ruled.cases[k] = NEVER
        ruled.credits[k] = 0.0
    for k in range(12):
        ruled.visits[k] = 0
    never_known(ruled)
    ruled.relief, ruled.hazard, ruled.points = 0.0, -1.0, 0.0
    ruled.reported, ruled.compensated, ruled.next_contact, ruled.next_failure = -1, 0, 0, 0
    for column in range(ruled.rests.shape[0]):
        ruled.rests[column] = -1.0


@inlined
def next_of(times: Any, turn: int, now: float) -> int:
    """Remember a happening, known to the second, whose ``turn`` it is; returns whose turn is next."""
    times[turn] = second(now)
    return (turn + 1) % RECENT


@inlined
def oldest(times: Any) -> int:
    """Place of the happening that is longest ago."""
    found = 0
    for k in range(1, RECENT):
        if times[k] < times[found]:
            found = k
    return found


@science
def happened(times: Any, now: Any) -> int:
    """Remember a happening in place of the oldest one; returns its place."""
    place = oldest(times)
    times[place] = now
    return place


@science
def credited(ruled: Any, amount: float, now: float) -> None:
    """Remember a credit; where all that are remembered lie within 90 days, two of one stretch are one, of the later
    time: a rule that caps credits never finds too little, and too much for a stretch at most."""
    place, into = oldest(ruled.credited), 0
    if ruled.credited[place] > now - DAYS_90:
        for j in range(RECENT):
            if floor(ruled.credited[j] / STRETCH) == floor(now / STRETCH):
                ruled.credited[j], ruled.credits[j] = now, ruled.credits[j] + amount
                return
        for i in range(RECENT):
            for j in range(RECENT):
                a, b = ruled.credited[i], ruled.credited[j]
                if floor(a / STRETCH) == floor(b / STRETCH) and (a < b or (a == b and i < j)):
                    place, into = i, j
        ruled.credits[into] += ruled.credits[place]
    ruled.credited[place], ruled.credits[place] = now, amount


@science
def no_case(ruled: Any, opened: float) -> None:
    """A complaint that was voiced at a time is closed."""
    for k in range(RECENT):
        if ruled.cases[k] == opened:
            ruled.cases[k] = NEVER
            return
