"""A binary heap of coming events, kept in three small arrays.

Which of two children is earlier is a coin toss that no branch predictor guesses, so it is computed, not branched on;
equal times are rare and may branch. The place behind the last event holds a time that never comes.
"""

from __future__ import annotations

from math import inf
from typing import Any

from numba import njit


@njit(error_model="numpy")
def put(time: Any, order: Any, slot: Any, n: int, t: float, o: int, s: int) -> int:
    """Add an event; returns the new number of events."""
    time[n + 1] = inf
    i = n
    while i > 0:
        up = (i - 1) >> 1
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


@njit(error_model="numpy")
def drop_first(time: Any, order: Any, slot: Any, n: int) -> int:
    """Take the first event away; returns the new number of events."""
    n -= 1
    t = time[n]
    o = order[n]
    s = slot[n]
    time[n] = inf
    i = 0
    child = 1
    while child < n:                                      # the hole sinks to a leaf ...
        left, right = time[child], time[child + 1]
        if left == right and order[child + 1] < order[child] and child + 1 < n:
            child += 1
        else:
            child += int(right < left)
        time[i] = time[child]
        order[i] = order[child]
        slot[i] = slot[child]
        i = child
        child = 2 * i + 1
    while i > 0:                                          # ... and the last event rises from there
        up = (i - 1) >> 1
        if time[up] < t or (time[up] == t and order[up] <= o):
            break
        time[i] = time[up]
        order[i] = order[up]
        slot[i] = slot[up]
        i = up
    time[i] = t
    order[i] = o
    slot[i] = s
    return n
