"""What the event loop keeps its time by: the heap of coming events, the hour of the week, bins of waits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from cemsim.base.records import LONGEST_WAIT, WAIT_EDGES
from cemsim.engine.fast.agenda import FIRST, closed, coming, empty_agenda, fill
from cemsim.engine.fast.counting import bin_of
from cemsim.engine.fast.desks import hour_of_week


@njit
def _played(times: Any, orders: Any, takes: Any, heap: Any, seen: Any) -> int:
    """Add events; where ``takes`` says so, the first is over: its hole stays open until the next comes or goes."""
    n, hole, found = 0, False, 0
    for k in range(len(times)):
        n, hole = fill(heap, n, hole, times[k], orders[k], k), False
        for _ in range(takes[k]):
            due = coming(heap, hole)
            n, hole = closed(heap, n, hole), False
            if n == 0:
                break
            if heap[FIRST].time != due:
                return -1
            seen[found] = heap[FIRST].slot
            found, hole = found + 1, True
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=200))
def test_events_come_by_time_then_order_whoever_fills_the_hole(steps: list[tuple[int, int]]) -> None:
    times = np.array([float(t) for t, _ in steps])
    orders = np.array([1000 - k for k in range(len(steps))])
    takes = np.array([n for _, n in steps])
    seen = np.zeros(takes.sum() + 1, np.int64)
    found = _played(times, orders, takes, empty_agenda(len(steps)), seen)

    waiting: list[tuple[float, int, int]] = []
    expected: list[int] = []
    for k in range(len(steps)):
        waiting.append((times[k], orders[k], k))
        for _ in range(takes[k]):
            if waiting:
                first = min(waiting)
                waiting.remove(first)
                expected.append(first[2])
    assert found == len(expected)
    assert seen[:found].tolist() == expected


@njit
def _bins(waits: Any) -> Any:
    found = np.zeros(len(waits), np.int64)
    for i in range(len(waits)):
        found[i] = bin_of(waits[i])
    return found


def test_each_wait_falls_in_the_bin_whose_edges_hold_it() -> None:
    edges = WAIT_EDGES[1:-1]
    some = np.exp(np.random.default_rng(1).uniform(np.log(1e-6), np.log(10 * LONGEST_WAIT), 20_000))
    waits = np.concatenate([some, edges, np.nextafter(edges, 0.0), np.nextafter(edges, np.inf)])
    assert np.array_equal(_bins(waits), np.searchsorted(WAIT_EDGES, waits))


@njit
def _hour(now: float) -> tuple[int, float]:
    return hour_of_week(now)


@pytest.mark.parametrize("hours", [0, 1, 23, 24, 167, 168, 169, 3 * 168 + 5, 100_001])
def test_an_hour_begins_at_its_first_minute_and_lasts_until_the_next(hours: int) -> None:
    start = 60.0 * hours
    assert _hour(start) == (hours % 168, start + 60.0)
    assert _hour(np.nextafter(start + 60.0, 0.0)) == (hours % 168, start + 60.0)
