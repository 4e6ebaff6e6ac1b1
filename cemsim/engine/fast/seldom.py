"""Parts of the event loop that few contacts reach: shifts, and when somebody tries again or comes back."""

from __future__ import annotations

from math import inf
from typing import Any

from numba import njit

from cemsim.base.draws import Stream, uniform
from cemsim.engine.durations import at_an_hour, minutes
from cemsim.engine.fast.desks import pass_time
from cemsim.engine.law import DAY, SLOT
from cemsim.plan.tables import SLOTS

REPEAT_LAG, REDIAL, REDIAL_LAG = int(Stream.REPEAT_LAG), int(Stream.REDIAL), int(Stream.REDIAL_LAG)
HOUR = int(Stream.HOUR)


@njit(nogil=True, error_model="numpy")
def change_shift(desk: Any, heads: Any, team: int, now: float) -> None:
    """Bring a team's clocks to now, set its headcount, and find its next change."""
    desk.staffed_minutes += desk.people * (now - desk.staff_since)
    desk.staff_since = now
    pass_time(desk, now)
    quarter = int(now / SLOT + 0.5)
    desk.people = heads[team, quarter % SLOTS]
    ahead = 1
    while ahead < SLOTS and heads[team, (quarter + ahead) % SLOTS] == desk.people:
        ahead += 1
    desk.shift_at = inf if ahead == SLOTS else (quarter + ahead) * SLOT


@njit(nogil=True, error_model="numpy")
def tries_again(tables: Any, team: Any, journey: int, keys: Any, who: int, counter: int, now: float) -> float:
    """When somebody who hung up or was sent away tries again; negative: never (b4)."""
    u = uniform(keys[REDIAL], who, counter)
    if u < team.same_day:
        lag = minutes(tables.laws[team.redial], tables.quantiles, uniform(keys[REDIAL_LAG], who, counter))
        return now + lag
    if u < team.same_day + (1.0 - team.same_day) * team.next_day:
        return at_an_hour(tables.daytime, journey, now, now + DAY, uniform(keys[HOUR], who, counter))
    return -1.0


@njit(nogil=True, error_model="numpy")
def comes_back(tables: Any, journey: int, keys: Any, who: int, counter: int, now: float) -> float:
    """When an issue whose last step has failed comes back (b5)."""
    law = tables.laws[tables.journeys[journey].repeat]
    due = now + minutes(law, tables.quantiles, uniform(keys[REPEAT_LAG], who, counter))
    return at_an_hour(tables.daytime, journey, now, due, uniform(keys[HOUR], who, counter))
