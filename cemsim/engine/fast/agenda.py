"""A binary heap of coming events, kept in three small arrays."""

from __future__ import annotations

from typing import Any

from numba import njit


@njit(error_model="numpy", inline="always")
def put(time: Any, order: Any, slot: Any, n: int, t: float, o: int, s: int) -> int:
    """Add an event; returns the new number of events."""
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


@njit(error_model="numpy", inline="always")
def drop_first(time: Any, order: Any, slot: Any, n: int) -> int:
    """Take the first event away; returns the new number of events."""
    n -= 1
    t = time[n]
    o = order[n]
    s = slot[n]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and (
            time[child + 1] < time[child]
            or (time[child + 1] == time[child] and order[child + 1] < order[child])
        ):
            child += 1
        if t < time[child] or (t == time[child] and o <= order[child]):
            break
        time[i] = time[child]
        order[i] = order[child]
        slot[i] = slot[child]
        i = child
    time[i] = t
    order[i] = o
    slot[i] = s
    return n
