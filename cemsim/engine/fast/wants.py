"""A month's needs: who comes when, and the sort that puts them in order of time."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy import uint64 as at  # places are unsigned: nothing is counted from an array's end

from cemsim.base.compiled import entry
from cemsim.base.draws import Stream, ln, uniform
from cemsim.engine.durations import when
from cemsim.engine.law import MAX_NEEDS, issue_number
from cemsim.engine.state import CUSTOMER
from cemsim.plan.tables import JOINING, NEED, TRACE

TOGETHER: Final = 8
"""Gaps between a person's needs that are drawn together, so that the compiler draws them side by side."""
NEED_STREAM, TRACE_STREAM = int(Stream.NEED), int(Stream.TRACE)


@entry
def wants(
    tables: Any, people: Any, pads: Any, month: int, start: float, rates: Any, hours: Any, guide: Any,
    first: int, last: int, raw: Any,
) -> int:
    """Write the month's needs of people ``first`` to ``last`` into ``raw``; returns how many there are.

    A need is a unit-rate Poisson process run at the person's rate: gap k is one draw, so that a higher rate brings
    everything a little forward and shuffles nothing. ``rates`` [journey, segment, 2] is the month's expected
    number and the chance of none, ``hours`` [journey, hours + 1] the cumulative profile, ``guide`` an index into it.
    What does not fit into ``raw`` is counted, not written.
    """
    n = 0
    key = pads[0].keys[NEED_STREAM]
    journeys = tables.journeys
    gaps = np.empty(TOGETHER)
    for i in range(first, last):
        if people[i].status != CUSTOMER:
            continue
        g = people[i].segment
        for j in range(journeys.shape[0]):
            kind = journeys[j].starts
            if kind == NEED:
                rate = rates[j, g, 0]
                if rate <= 0.0:
                    continue
                base = (month * 64 + j) * 2048
                u = uniform(key, i, base)
                if u <= rates[j, g, 1]:
                    continue
                share = -ln(u) / rate
                need = 0
                while share < 1.0 and need < MAX_NEEDS:
                    ahead = min(int(rate) + 1, TOGETHER)
                    for k in range(ahead):                       # side by side: several at a time
                        gaps[at(k)] = -ln(uniform(key, i, base + need + 1 + k)) / rate
                    for k in range(ahead):
                        if n < raw.shape[0]:
                            raw[at(n)].time = when(share, start, hours, guide, j)
                            raw[at(n)].number = issue_number(i, month, j, need)
                        n += 1
                        need += 1
                        share += gaps[at(k)]
                        if share >= 1.0 or need == MAX_NEEDS:
                            break
            elif kind == JOINING and people[i].tenure == 0:
                if n < raw.shape[0]:
                    share = uniform(key, i, (month * 64 + j) * 2048)
                    raw[at(n)].time = when(share, start, hours, guide, j)
                    raw[at(n)].number = issue_number(i, month, j, 0)
                n += 1
    return n


@entry
def replay(
    tables: Any, people: Any, pads: Any, month: int, start: float, end: float, origin: float, raw: Any
) -> int:
    """Write the arrivals recorded in traces for this month; each picks its customer by a keyed hash.

    ``origin`` is the minute at which the horizon, and so the trace, begins.
    """
    n = 0
    keys = pads[0].keys
    seen = np.zeros(people.shape[0], np.int32)              # which need of this person it is
    for j in range(tables.journeys.shape[0]):
        if tables.journeys[j].starts != TRACE:
            continue
        seen[:] = 0
        for i in range(tables.journeys[j].trace_from, tables.journeys[j].trace_to):
            t = origin + tables.trace[i]
            if t < start or t >= end:
                continue
            for attempt in range(64):
                who = int(uniform(keys[TRACE_STREAM], i, attempt) * people.shape[0])
                if people[who].status == CUSTOMER:
                    if n < raw.shape[0]:
                        raw[at(n)].time = t
                        raw[at(n)].number = issue_number(who, month, j, seen[who] % MAX_NEEDS)
                    seen[who] += 1
                    n += 1
                    break
    return n


@entry
def in_order(raw: Any, counts: Any, start: float, end: float, buckets: Any, into: Any) -> int:
    """Sort needs by time, then number, physically: into buckets, two for each, then by moving each to its place.

    ``raw`` [block, capacity] holds ``counts[block]`` needs a block. Returns how many were sorted into ``into``.
    """
    last = buckets.shape[0] - 1
    scale = last / (end - start)
    for b in range(buckets.shape[0]):
        buckets[at(b)] = 0
    total = 0
    for block in range(raw.shape[0]):
        for i in range(counts[block]):
            buckets[at(min(int((raw[at(block), at(i)].time - start) * scale), last - 1) + 1)] += 1
            total += 1
    for b in range(last):
        buckets[at(b + 1)] += buckets[at(b)]
    for block in range(raw.shape[0]):
        for i in range(counts[block]):
            t = raw[at(block), at(i)].time
            number = raw[at(block), at(i)].number
            b = min(int((t - start) * scale), last - 1)
            place = buckets[at(b)]
            buckets[at(b)] += 1
            into[at(place)].time = t
            into[at(place)].number = number
    for i in range(1, total):
        t = into[at(i)].time
        if into[at(i - 1)].time < t:
            continue
        number = into[at(i)].number
        k = i - 1
        while k >= 0 and (into[at(k)].time > t or (into[at(k)].time == t and into[at(k)].number > number)):
            into[at(k + 1)].time = into[at(k)].time
            into[at(k + 1)].number = into[at(k)].number
            k -= 1
        into[at(k + 1)].time = t
        into[at(k + 1)].number = number
    return total
