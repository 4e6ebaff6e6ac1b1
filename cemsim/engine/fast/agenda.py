"""A binary heap of coming events, kept in three small arrays.

Which of two children is earlier is a coin toss that no branch predictor guesses, so it is computed, not branched on;
equal times are rare and may branch. The place behind the last event holds a time that never comes. Places are
unsigned, because the compiler then leaves out the code for counting from an array's end.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numba import njit

ZERO, ONE, TWO = np.uint64(0), np.uint64(1), np.uint64(2)


@njit(error_model="numpy", forceinline=True)
def put(time: Any, order: Any, slot: Any, n: int, t: float, o: int, s: int) -> int:
    """Add an event; returns the new number of events."""
    i = np.uint64(n)
    time[i + ONE] = inf
    while i > ZERO:
        up = (i - ONE) >> ONE
        if time[up] < t or (time[up] == t and order[up] <= o):
            break
        time[i] = time[up]
        order[i] = order[up]
        slot[i] = slot[up]
        i = up
    time[i] = t
    order[i] = o
    slot[i] = s
    return n + 1


@njit(error_model="numpy", forceinline=True)
def drop_first(time: Any, order: Any, slot: Any, n: int) -> int:
    """Take the first event away; returns the new number of events."""
    last = np.uint64(n - 1)
    t = time[last]
    o = order[last]
    s = slot[last]
    time[last] = inf
    i = ZERO
    child = ONE
    while child < last:                                   # the hole sinks to a leaf ...
        left, right = time[child], time[child + ONE]
        if left == right and order[child + ONE] < order[child] and child + ONE < last:
            child += ONE
        else:
            child += np.uint64(right < left)
        time[i] = time[child]
        order[i] = order[child]
        slot[i] = slot[child]
        i = child
        child = TWO * i + ONE
    while i > ZERO:                                       # ... and the last event rises from there
        up = (i - ONE) >> ONE
        if time[up] < t or (time[up] == t and order[up] <= o):
            break
        time[i] = time[up]
        order[i] = order[up]
        slot[i] = slot[up]
        i = up
    time[i] = t
    order[i] = o
    slot[i] = s
    return n - 1
