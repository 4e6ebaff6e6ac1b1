"""Ends of patience: near ones in a heap, far ones put aside, because most who wait are answered long before.

A horizon parts the two. It is an event of the heap, too: when its time comes, those put aside who still wait and whose
patience ends before the next horizon go into the heap, and those who were answered are forgotten.
"""

from __future__ import annotations

from typing import Any, Final

from numpy import uint64 as at  # places are unsigned: nothing is counted from an array's end

from cemsim.base.compiled import inner, within
from cemsim.engine import codes
from cemsim.engine.fast.agenda import clear, put
from cemsim.engine.law import IMPATIENT, event_order

HORIZON: Final = -1
"""Stands in an event for whom it is about."""
ROOM: Final = 1024
"""How many may be put aside; more go into the heap at once."""
SHARE: Final = 0.125
"""Of the mean patience: from horizon to horizon."""
LEAST: Final = 1.0 / 60.0
"""Minutes from horizon to horizon, at least."""


@inner
def bear(limits: Any, n_limits: int, far: Any, m: Any, issue: Any, slot: int, ends: float, mean: float) -> int:
    """Somebody begins to wait whose patience, of this ``mean``, ends at ``ends``; returns the events in the heap."""
    issue.limited = 1
    order, packed = event_order(IMPATIENT, issue.number), (issue.stamp << 32) | slot
    if n_limits == 0:
        m.span = max(mean * SHARE, LEAST)
        m.horizon = m.instant + m.span
        n_limits = put(limits, n_limits, m.horizon, HORIZON, HORIZON)
    if ends < m.horizon or m.n_far == ROOM:
        return put(limits, n_limits, ends, order, packed)
    last = far[at(m.n_far)]
    last.time, last.order, last.slot = ends, order, packed
    m.n_far += 1
    return n_limits


@within
def look_ahead(limits: Any, n_limits: int, far: Any, m: Any, issues: Any) -> int:
    """The horizon is reached: sort out who was put aside, and set the next; returns the events in the heap."""
    m.horizon += m.span
    kept = 0
    for k in range(m.n_far):
        event = far[at(k)]
        time, order, packed = event.time, event.order, event.slot
        if issues[at(packed & codes.SLOT_BITS)].stamp != packed >> 32:
            continue
        if time < m.horizon:
            n_limits = put(limits, n_limits, time, order, packed)
        else:
            far[at(kept)].time, far[at(kept)].order, far[at(kept)].slot = time, order, packed
            kept += 1
    m.n_far = kept
    return put(limits, n_limits, m.horizon, HORIZON, HORIZON)


@inner
def at_ease(limits: Any, n_limits: int, m: Any) -> int:
    """Nobody waits whose patience ends: forget them all; returns 0."""
    m.n_far = 0
    return clear(limits, n_limits)
