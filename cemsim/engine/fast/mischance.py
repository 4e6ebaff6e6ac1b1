"""A failure of an issue: noted, felt or voiced. Rare, so it stands outside the loop and may cost a call."""

from __future__ import annotations

from typing import Any

from numba import njit

from cemsim.engine import codes, places
from cemsim.engine.fast.agenda import put
from cemsim.engine.issue import open_case
from cemsim.engine.law import ARRIVAL, event_order
from cemsim.engine.mishap import how_severe, is_major, speaks_up
from cemsim.model.failure import NONE, net_effect


@njit(error_model="numpy")
def fails(
    tables: Any, state: Any, account: Any, row: int, keys: Any, number: int, origin: int, month: int, now: float,
    n_free: int, n_after: int,
) -> tuple[float, int, int]:
    """Something of kind ``origin`` went wrong with issue ``number``; counted in ``account`` from ``row`` on.

    Returns the points that a silent one takes at once, how many issues are free, and how many events come after.
    """
    world, who, what = tables.world[0], number >> 26, number & codes.LOW_BITS
    person, at = state.people[who], state.after
    again = month - person.last_failure < 12
    major = is_major(world, keys, who, what)
    severity = how_severe(world, major, again)
    person.last_failure = month
    account[row + places.FAIL_FIRST + origin] += 1.0
    account[row + places.REPEAT_FAILURES] += 1.0 if again else 0.0
    if not speaks_up(world, keys, who, what):
        account[row + places.SILENT] += 1.0
        return net_effect(NONE, severity), n_free, n_after
    account[row + places.VOICED] += 1.0
    place = state.free[n_free - 1]
    case = state.issues[place]
    heard = open_case(tables, world, person, state.purse[who], case, number, origin, severity, major, again, keys, now)
    case.segment = person.segment
    order = event_order(ARRIVAL, case.number)
    n_after = put(at.time, at.order, at.slot, n_after, heard, order, (case.stamp << 32) | place)
    return 0.0, n_free - 1, n_after
