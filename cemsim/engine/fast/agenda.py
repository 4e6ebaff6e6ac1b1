"""A heap of coming events in which each has four below it: half the levels of a heap of pairs, so half the waiting for
memory.

Which of four is earliest is a toss that no branch predictor guesses, so it is computed, not branched on; equal times
are rare and may branch. The first event has place 3, so that fours of brothers begin at multiples of four. Places
behind the last hold a time that never comes. They are unsigned, because the compiler then leaves out the code for
counting from an array's end.
"""

from __future__ import annotations

from math import inf
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.compiled import inner
from cemsim.engine.fast.prefetch import span
from cemsim.engine.lines import rows_of_zeros
from cemsim.engine.state import EVENT

FIRST: Final = np.uint64(3)
BEYOND: Final = 8
"""Places more than there are events: those before the first and the fours behind the last."""
DEEP: Final = np.uint64(256)
"""Where a heap leaves the nearest cache: from here on the sixteen below the four are fetched before one is chosen."""
GRANDCHILDREN: Final = 16 * EVENT.itemsize
ONE, TWO, FOUR = np.uint64(1), np.uint64(2), np.uint64(4)


def empty_agenda(room: int) -> NDArray[Any]:
    """Room for so many events, none of them there."""
    found = rows_of_zeros(room + BEYOND, EVENT)
    found["time"] = inf
    return found


def wider(agenda: NDArray[Any]) -> NDArray[Any]:
    """The same events with twice the room."""
    found = empty_agenda(2 * (len(agenda) - BEYOND))
    found[: len(agenda)] = agenda
    return found


@inner
def bits(t: float) -> int:
    """Bits of a time."""
    found: Any = np.float64(t).view(np.int64)
    return found


@inner
def rise(heap: Any, i: Any, t: float, o: int, s: int) -> None:
    """Write an event at a hole, or where those above it are not later."""
    while i > FIRST:
        up = (i >> TWO) + TWO
        if heap[up].time < t or (heap[up].time == t and heap[up].order <= o):
            break
        heap[i].time, heap[i].order, heap[i].slot = heap[up].time, heap[up].order, heap[up].slot
        i = up
    heap[i].time, heap[i].order, heap[i].slot = t, o, s


@inner
def put(heap: Any, n: int, t: float, o: int, s: int) -> int:
    """Add an event; returns the new number of events."""
    rise(heap, np.uint64(n) + FIRST, t, o, s)
    return n + 1


@inner
def replace_first(heap: Any, n: int, t: float, o: int, s: int) -> None:
    """Write an event in the place of the first of ``n``: the hole sinks to the end, and the event rises from there."""
    i, below = FIRST, FOUR
    end = np.uint64(n) + FIRST
    while below < end:
        if below > DEEP:
            span(heap, (below - TWO) << TWO, GRANDCHILDREN)
        a, b = bits(heap[below].time), bits(heap[below + ONE].time)
        c, d = bits(heap[below + TWO].time), bits(heap[below + FIRST].time)
        left, right = min(a, b), min(c, d)
        least = min(left, right)
        if a == b or c == d or left == right:
            best = below
            while bits(heap[best].time) != least:
                best += ONE
            for k in range(best + ONE, min(below + FOUR, end)):
                if bits(heap[k].time) == least and heap[k].order < heap[best].order:
                    best = np.uint64(k)
        else:
            best = below + (np.uint64(b < a) if left <= right else TWO + np.uint64(d < c))
        heap[i].time, heap[i].order, heap[i].slot = heap[best].time, heap[best].order, heap[best].slot
        i, below = best, (best - TWO) << TWO
    rise(heap, i, t, o, s)


@inner
def drop_first(heap: Any, n: int) -> int:
    """Take the first event away; returns the new number of events."""
    last = np.uint64(n) + TWO
    t, o, s = heap[last].time, heap[last].order, heap[last].slot
    heap[last].time = inf
    if last > FIRST:
        replace_first(heap, n - 1, t, o, s)
    return n - 1


@inner
def fill(heap: Any, n: int, hole: bool, t: float, o: int, s: int) -> int:
    """Add an event, in the place of the first where that is over (a ``hole``); returns the number of events."""
    if hole:
        replace_first(heap, n, t, o, s)
        return n
    return put(heap, n, t, o, s)


@inner
def coming(heap: Any, hole: bool) -> float:
    """Time of the first event; where that is over (a ``hole``), of the one after it."""
    if hole:
        return min(min(heap[FOUR].time, heap[FOUR + ONE].time), min(heap[FOUR + TWO].time, heap[FOUR + FIRST].time))
    t: float = heap[FIRST].time
    return t


@inner
def closed(heap: Any, n: int, hole: bool) -> int:
    """Take the first event away where it is over and nothing took its place; returns the number of events."""
    return drop_first(heap, n) if hole else n


@inner
def clear(heap: Any, n: int) -> int:
    """Take all events away; returns 0."""
    for i in range(n):
        heap[np.uint64(i) + FIRST].time = inf
    return 0
