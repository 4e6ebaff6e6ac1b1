"""What the event loop counts, row by row of the log (see `fast.rows`); compiled into the loop."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cemsim.base.compiled import inner
from cemsim.base.records import WAIT_EDGES
from cemsim.engine.blueprint import comes_in_window, partner_takes

#: A number's exponent and the first four bits behind its point name a cell, six per cent wide, with one edge at most.
CELL: Final = 48
LOWEST: Final = int(WAIT_EDGES[1:2].view(np.int64)[0]) >> CELL
HIGHEST: Final = int(WAIT_EDGES[-2:-1].view(np.int64)[0]) >> CELL
#: Bin of the shortest wait of each cell.
BINS: Final = np.searchsorted(
    WAIT_EDGES, (np.arange(LOWEST, HIGHEST + 1, dtype=np.int64) << CELL).view(np.float64)).astype(np.uint8)


@inner
def bin_of(wait: float) -> int:
    """Bin of the histogram of waits in which a wait of more than 0 minutes falls; a logarithm would cost as much as
    all else that is counted."""
    cell: Any = (np.float64(wait).view(np.int64) >> CELL) - LOWEST
    found = np.uint64(BINS[np.uint64(min(max(cell, 0), HIGHEST - LOWEST))])
    return int(found) + (1 if wait > WAIT_EDGES[found] else 0)


@inner
def taker(book: Any, of: int, by: int) -> int:
    """Place among the takers of the team ``by`` that has a contact of a step of the team ``of``; -1 where no rule
    passed it on."""
    return int(book.takers[np.uint64(by)]) if by >= 0 and by != of else -1


@inner
def told_by(book: Any, steps: Any, passed: Any, size: int, row: int, line: int, of: int, by: int) -> Any:
    """The row of the log in which a contact counts: one of its step, or of its step and the team that took it.

    ``line`` is its place among ``steps``, of which a month has ``size``; ``of`` and ``by`` as in :func:`taker`.
    """
    if book is not None:
        place = taker(book, of, by)
        if place >= 0:
            return passed[np.uint64(line + (row * (book.n_takers - 1) + place) * size)]
    return steps[np.uint64(line)]


@inner
def answered(told: Any, hour: Any, waits: Any, first_bin: int, wait: float, within: float, heard: bool) -> None:
    """A contact began to be handled after ``wait`` minutes; its histogram of waits begins at ``first_bin``.

    Not ``heard``: a call that we make, for which nobody waited; only its step tells how long it took to be made.
    """
    place = 0
    if wait > 0.0:
        place = bin_of(wait)
        told.wait_sum += wait
        told.wait_sq += wait * wait
        told.all_wait_sum += wait
    told.within_target += 1.0 if wait <= within else 0.0
    if heard:
        waits[np.uint64(first_bin + place)] += 1.0
        hour.wait_sum += wait
        hour.served_arrived += 1.0


@inner
def served(told: Any, resolved: bool, first: bool) -> None:
    """A contact was handled, by a team or by self-service; ``first`` is the issue's first attempt."""
    solved = 1.0 if resolved else 0.0
    told.served += 1.0
    told.resolved += solved
    if first:
        told.first += 1.0
        told.first_resolved += solved


@inner
def unserved(told: Any, hour: Any, waited: float, hung_up: bool) -> None:
    """A contact hung up, or else was turned away."""
    told.all_wait_sum += waited
    if hung_up:
        told.abandoned += 1.0
        hour.abandoned += 1.0
    else:
        told.sent_away += 1.0


@inner
def lived(told: Any, mood: Any, felt: bool, emotion: float, satisfied: float) -> None:
    """A touch was lived, with its emotion and satisfaction in points; both are 0 where it was not ``felt``."""
    told.ts_n += 1.0
    mood.n += 1.0
    if felt:
        told.ts_sum += satisfied
        mood.sum += emotion
        mood.sum_sq += emotion * emotion


@inner
def as_promised(step: Any, told: Any, resolved: bool, keys: Any, who: int, counter: int) -> None:
    """A contact of a blueprint was handled: was the window or the partner's promise kept, and what was at risk?"""
    if step.window > 0.0:
        told.visits += 1.0
        told.in_window += 1.0 if comes_in_window(step, keys, who, counter) else 0.0
    if step.delay > 0.0 and partner_takes(step, keys, who, counter) > step.promise:
        told.late += 1.0
    if resolved:
        told.losses += step.at_risk
        told.prevented += step.stopped
