"""Luck of a month's newcomers, drawn before they come: how long each will take, and how long each would wait.

A draw is the same whenever it is made. Made in the event loop, it is what the loop waits for; here the compiler makes
eight side by side. Foreseen are exponential laws of journeys' first steps: for other laws and steps it does not pay.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy import uint64 as at  # places are unsigned: nothing is counted from an array's end

from cemsim.base.compiled import entry, inner, within
from cemsim.base.draws import exponential, uniform
from cemsim.engine import codes
from cemsim.engine.durations import drawn
from cemsim.model.laws import EXPONENTIAL

TOGETHER: Final = 256
"""Contacts whose draws are made together."""


@entry
def foresee(tables: Any, keys: Any, arrivals: Any, first: int, last: int, takes: Any, waits: Any) -> None:
    """Write how long the sorted needs from place ``first`` to ``last`` take and wait, in means of their laws; 0 where
    no law of the month asks for it.
    """
    steps, laws, n = tables.steps, tables.laws, len(tables.journeys)
    begins, handling, patience = np.zeros(n, np.int64), False, False
    for j in range(n):
        s = tables.journeys[j].first
        begins[j] = max(s, 0)
        if s >= 0 and steps[s].team >= 0:
            limit = tables.teams[steps[s].team].patience
            handling |= laws[steps[s].handling].kind == EXPONENTIAL
            patience |= limit >= 0 and laws[limit].kind == EXPONENTIAL
    if not handling:
        takes[first:last] = 0.0
    if not patience:
        waits[first:last] = 0.0
    who, what = np.empty(TOGETHER, np.int64), np.empty(TOGETHER, np.int64)
    for start in range(first, last if handling or patience else first, TOGETHER):
        n = min(TOGETHER, last - start)
        for k in range(n):
            number = arrivals[at(start + k)].number
            who[at(k)] = number >> 26
            what[at(k)] = (number & codes.LOW_BITS) * 16384 + begins[at((number >> 11) & 63)]
        if handling:
            side_by_side(keys[codes.HANDLING], who, what, n, takes[start:])
        if patience:
            side_by_side(keys[codes.PATIENCE], who, what, n, waits[start:])


@within
def side_by_side(key: int, who: Any, what: Any, n: int, into: Any) -> None:
    """Exponential quantiles of mean 1 of ``n`` decisions."""
    for k in range(n):
        into[at(k)] = exponential(uniform(key, who[at(k)], what[at(k)]))


@inner
def time_of(law: Any, quantiles: Any, ahead: float, issue: Any, journey: Any, key: int, counter: int) -> float:
    """Minutes that a contact takes or waits: as foreseen (``ahead``, if positive) at its first step, else drawn."""
    if ahead > 0.0 and law.kind == EXPONENTIAL and issue.attempt == 0 and issue.step == journey.first:
        return law.a * ahead
    return drawn(law, quantiles, uniform(key, issue.number >> 26, counter))
