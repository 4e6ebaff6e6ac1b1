"""The limit: a compiled loop that makes a desk's draws and logarithms, and does nothing with them."""

from __future__ import annotations

import time

import numpy as np
from numba import njit

from benchmarks.desk import Desk, Outcome
from cemsim.base.draws import Stream, decision, exponential, stream_keys, uniform


@njit(error_model="numpy")
def _draws(
    contacts: int, need: int, patience: int, handling: int, rate: float, mean: float, limit: float
) -> float:
    total = 0.0
    for person in range(contacts):
        what = decision(person & 255, 0, 0, 0, 0)
        total += exponential(uniform(need, person, what)) / rate
        total += exponential(uniform(patience, person, what)) * limit
        total += exponential(uniform(handling, person, what)) * mean
    return total


def draws_only(desk: Desk, contacts: int, seed: int) -> Outcome:
    """Arrival, patience and handling time of each contact, drawn as the engine draws them."""
    keys = stream_keys(seed, 0)
    chosen = (keys[Stream.NEED], keys[Stream.PATIENCE], keys[Stream.HANDLING])
    rest = (sum(desk.arrivals), desk.handling, desk.patience)
    _draws(1, *chosen, *rest)
    start = time.perf_counter()
    mean = _draws(contacts, *chosen, *rest) / contacts
    seconds = time.perf_counter() - start
    assert np.isclose(mean, 1.0 / rest[0] + desk.handling + desk.patience, rtol=0.05)
    return Outcome("draws only", contacts, seconds, {})
