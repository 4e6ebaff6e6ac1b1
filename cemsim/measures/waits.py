"""Percentiles of waits from the log's histogram."""

from __future__ import annotations

import numpy as np

from cemsim.base.records import WAIT_EDGES
from cemsim.measures.books import Array


def percentile(counts: Array, level: float) -> Array:
    """Wait in minutes that a share ``level`` of contacts does not exceed.

    ``counts``: ``[..., bin]`` as logged. Interpolates linearly within a bin (bins are about 18 % wide); bin 0
    is "no wait"; in the open last bin its lower edge is given. No contact: NaN.

    >>> counts = np.zeros(len(WAIT_EDGES))
    >>> counts[0] = 10
    >>> float(percentile(counts, 0.9))
    0.0
    """
    counts = np.asarray(counts, float)
    running = counts.cumsum(axis=-1)
    goal = level * running[..., -1:]
    place = np.minimum((running < goal).sum(axis=-1), counts.shape[-1] - 1)

    def at(table: Array) -> Array:
        return np.asarray(np.take_along_axis(table, place[..., None], axis=-1)[..., 0])

    inside = at(counts)
    above = goal[..., 0] - (at(running) - inside)
    part = np.divide(above, inside, out=np.zeros_like(inside), where=inside > 0)
    lower = np.concatenate(([0.0], WAIT_EDGES[:-1]))[place]
    upper = np.where(np.isfinite(WAIT_EDGES), WAIT_EDGES, WAIT_EDGES[-2])[place]
    return np.where(running[..., -1] > 0, lower + part * (upper - lower), np.nan)
