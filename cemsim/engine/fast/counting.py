"""What the event loop counts, row by row of the log (see `fast.rows`); compiled into the loop."""

from __future__ import annotations

from math import ceil, log
from typing import Any

import numpy as np
from numba import njit

from cemsim.engine import codes, places
from cemsim.engine.blueprint import comes_in_window, partner_takes


@njit(error_model="numpy", forceinline=True)
def answered(told: Any, hour: Any, waits: Any, first_bin: int, wait: float, within: float) -> None:
    """A contact began to be handled after ``wait`` minutes; its histogram of waits begins at ``first_bin``."""
    place = 0
    if wait > 0.0:
        place = min(max(1 + int(ceil(log(wait * 60.0) * codes.WAIT_STEP)), 1), places.WAIT_WIDTH - 1)
        told.wait_sum += wait
        told.wait_sq += wait * wait
        told.all_wait_sum += wait
        hour.wait_sum += wait
    waits[np.uint64(first_bin + place)] += 1.0
    told.within_target += 1.0 if wait <= within else 0.0
    hour.served_arrived += 1.0


@njit(error_model="numpy", forceinline=True)
def served(told: Any, resolved: bool, first: bool) -> None:
    """A contact was handled, by a team or by self-service; ``first`` is the issue's first attempt."""
    solved = 1.0 if resolved else 0.0
    told.served += 1.0
    told.resolved += solved
    if first:
        told.first += 1.0
        told.first_resolved += solved


@njit(error_model="numpy", forceinline=True)
def unserved(told: Any, hour: Any, waited: float, hung_up: bool) -> None:
    """A contact hung up, or else was turned away."""
    told.all_wait_sum += waited
    if hung_up:
        told.abandoned += 1.0
        hour.abandoned += 1.0
    else:
        told.sent_away += 1.0


@njit(error_model="numpy", forceinline=True)
def lived(told: Any, mood: Any, emotion: float, satisfied: float) -> None:
    """A touch was lived, with its emotion and satisfaction in points."""
    told.ts_sum += satisfied
    told.ts_n += 1.0
    mood.n += 1.0
    mood.sum += emotion
    mood.sum_sq += emotion * emotion


@njit(error_model="numpy", forceinline=True)
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
