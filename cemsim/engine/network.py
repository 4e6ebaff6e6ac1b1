"""Drawing who is tied to whom: one network a replicate, shared by all scenarios that branch from its burn-in.

People who are tied have near numbers within their segment, so that a month end walks through memory; yet customers of
all segments and prospects are mixed as if seats were drawn by lot.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.base.compiled import entry, within
from cemsim.base.draws import Stream, uniform
from cemsim.plan.tables import ATTACHMENT, MIXED, NO_NETWORK, TIE_FILE, WATTS_STROGATZ, Tables

SEAT, TIE = int(Stream.SEAT), int(Stream.TIE)
#: Draws set aside for one tie: whether it is rewired, then tries to find it another end.
DRAWS = 64


class Web(NamedTuple):
    """Ties of person i: ``ties[starts[i]:starts[i + 1]]``, each twice the other's number, plus 1 where it is weak."""

    starts: NDArray[np.int64]
    ties: NDArray[np.int32]


def weave(tables: Tables, keys: NDArray[np.uint64]) -> Web:
    """The network of a replicate; without ties where there is none, or where everybody meets everybody."""
    w = tables.world[0]
    kind, n = int(w["network"]), int(w["people"])
    if kind in (NO_NETWORK, MIXED):
        return Web(np.zeros(1, np.int64), np.zeros(0, np.int32))
    strong, weak = int(w["strong"]), int(w["weak"])
    if kind == TIE_FILE:
        ends, loose = np.ascontiguousarray(tables.edges[:, :2].T), tables.edges[:, 2].astype(np.uint8)
        order = np.arange(n, dtype=np.int32)
    else:
        order = seats(tables.segments["customers"], n, keys)
        if kind == ATTACHMENT:
            ends, loose = _attached(n, strong, weak, keys)
        else:
            rewiring = float(w["rewiring"]) if kind == WATTS_STROGATZ else 0.0
            ends, loose = _circle(n, strong, weak, rewiring, keys)
    return Web(*_listed(n, ends, loose, order))


def seats(customers: NDArray[np.int64], people: int, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Who sits where: segments and prospects mixed by lot, each in the order of its people's numbers."""
    edges = np.concatenate(([0], np.cumsum(customers), [people]))
    return np.argsort(_lots(edges, people, keys), kind="stable").astype(np.int32)


@entry
def _lots(edges: Any, people: int, keys: Any) -> Any:
    """Sorted uniform lots within each group, as sums of exponential gaps."""
    found = np.zeros(people)
    for g in range(len(edges) - 1):
        total = 0.0
        for i in range(edges[g], edges[g + 1]):
            total -= np.log(uniform(keys[SEAT], i, 0))
            found[i] = total
        total -= np.log(uniform(keys[SEAT], people + g, 0))
        for i in range(edges[g], edges[g + 1]):
            found[i] /= total
    return found


@entry
def _circle(n: int, strong: int, weak: int, rewiring: float, keys: Any) -> Any:
    """Each seat tied to its nearest ones on a circle, the nearer ones strongly; some lead anywhere (Watts 1998)."""
    reach = (strong + weak) // 2
    ends = np.zeros((2, n * reach), np.int32)
    loose = np.zeros(n * reach, np.uint8)
    e = 0
    for seat in range(n):
        for step in range(1, reach + 1):
            other = (seat + step) % n
            if rewiring > 0.0 and uniform(keys[TIE], seat, step * DRAWS) < rewiring:
                for attempt in range(1, DRAWS):
                    found = int(uniform(keys[TIE], seat, step * DRAWS + attempt) * n)
                    if found != seat:
                        other = found
                        break
            ends[0, e], ends[1, e], loose[e] = seat, other, 2 * step > strong
            e += 1
    return ends, loose


@entry
def _attached(n: int, strong: int, weak: int, keys: Any) -> Any:
    """Each newcomer tied to some who sit already, the likelier the more ties they have (Barabasi and Albert 1999)."""
    each = (strong + weak) // 2
    first = min(each + 1, n)                             # these know each other
    known = first * (first - 1) // 2
    total = known + (n - first) * each
    ends = np.zeros((2, total), np.int32)
    loose = np.zeros(total, np.uint8)
    e = 0
    for seat in range(n):
        before = e
        for step in range(min(seat, each)):
            other = step
            if seat >= first:
                place = int(uniform(keys[TIE], seat, step * DRAWS) * (2 * before))
                other = ends[place & 1, place >> 1]      # an end of any tie: people come up as often as they have ties
                attempt = 1
                while _among(ends, before, e, other) and attempt < DRAWS - 1:
                    place = int(uniform(keys[TIE], seat, step * DRAWS + attempt) * (2 * before))
                    other = ends[place & 1, place >> 1]
                    attempt += 1
            ends[0, e], ends[1, e] = seat, other
            loose[e] = uniform(keys[TIE], seat, step * DRAWS + DRAWS - 1) * (strong + weak) >= strong
            e += 1
    return ends, loose


@within
def _among(ends: Any, first: int, last: int, other: int) -> bool:
    found = False
    for e in range(first, last):
        found = found or ends[1, e] == other
    return found


@within
def _sort(ties: Any, first: int, last: int) -> None:
    """Put a few ties in order by insertion, many by a library's sort."""
    if last - first > 64:
        ties[first:last] = np.sort(ties[first:last])
        return
    for k in range(first + 1, last):
        one, place = ties[k], k
        while place > first and ties[place - 1] > one:
            ties[place] = ties[place - 1]
            place -= 1
        ties[place] = one


@entry
def _listed(n: int, ends: Any, loose: Any, order: Any) -> Any:
    """Everybody's ties one after the other, each of them once: the strong one where there are two."""
    starts = np.zeros(n + 1, np.int64)
    for e in range(ends.shape[1]):
        starts[order[ends[0, e]] + 1] += 1
        starts[order[ends[1, e]] + 1] += 1
    for i in range(n):
        starts[i + 1] += starts[i]
    ties = np.zeros(starts[n], np.int32)
    cursor = starts[:n].copy()
    for e in range(ends.shape[1]):
        a, b = order[ends[0, e]], order[ends[1, e]]
        ties[cursor[a]], ties[cursor[b]] = 2 * b + loose[e], 2 * a + loose[e]
        cursor[a] += 1
        cursor[b] += 1
    kept = 0
    for i in range(n):
        first, last = starts[i], starts[i + 1]
        _sort(ties, first, last)
        starts[i] = kept
        before = -1
        for k in range(first, last):
            if ties[k] >> 1 != before:
                before = ties[k] >> 1
                ties[kept] = ties[k]
                kept += 1
    starts[n] = kept
    return starts, ties[:kept].copy()
