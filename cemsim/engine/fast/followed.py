"""Complaints that the firm opens itself, inside the event loop's tables."""

from __future__ import annotations

from typing import Any

from cemsim.base.compiled import entry
from cemsim.engine.closing import open_followed
from cemsim.engine.fast.agenda import put
from cemsim.engine.fast.ruled import case_opened
from cemsim.engine.issue import no_errand
from cemsim.engine.law import ARRIVAL, event_order


@entry
def set_follow_up(tables: Any, state: Any, who: int, n_after: int, n_free: int) -> tuple[int, int]:
    """Open the complaint of somebody who is followed up; returns the events that come after, and free issues."""
    world, after = tables.world[0], state.after
    n_free -= 1
    slot = state.free[n_free]
    case, person = state.issues[slot], state.people[who]
    first = tables.journeys[world.complaint].first
    at = open_followed(world, first, person, state.purse[who], state.bonds[who], case, state.counts[5], who)
    case.segment = person.segment
    n_after = put(after, n_after, at, event_order(ARRIVAL, case.number),
                  (case.stamp << 32) | slot)
    if state.ruled.shape[0] > 0:
        no_errand(state.errands[slot])
        n_after = case_opened(tables, state, slot, n_after)
    return n_after, n_free
