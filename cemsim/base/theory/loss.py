"""Desks that send contacts away: no waiting at all (M/G/c/c), or a room with a last seat (M/M/c/K + M)."""

from __future__ import annotations

import math

import numpy as np

from cemsim.base.theory.queues import Answer, erlang_b


def loss(arrivals: float, handling: float, servers: int) -> Answer:
    """M/G/c/c: whoever finds everybody busy is lost; only the mean handling time matters (Sevastyanov 1957).

    >>> round(loss(8.0, 1.0, 10).blocked, 5)
    0.12166
    """
    blocked = erlang_b(arrivals * handling, servers)
    carried = arrivals * handling * (1.0 - blocked)
    return Answer(0.0, 0.0, 0.0, carried / servers, blocked=blocked, wait_served=0.0, within=1.0 - blocked)


def room(arrivals: float, handling: float, servers: int, places: int, patience: float = math.inf) -> Answer:
    """M/M/c/K + M: at most ``places`` may wait, each with exponential patience.

    Args:
        places: waiting places besides the servers.
        patience: mean patience.

    >>> round(room(8.0, 1.0, 10, 0).blocked, 5) == round(loss(8.0, 1.0, 10).blocked, 5)
    True
    """
    n = np.arange(1, servers + places + 1, dtype=np.float64)
    waiting = np.maximum(n - servers, 0.0)
    leave = 0.0 if math.isinf(patience) else 1.0 / patience
    fall = np.minimum(n, servers) / handling + waiting * leave
    logs = np.concatenate(([0.0], np.cumsum(np.log(arrivals) - np.log(fall))))
    share = np.exp(logs - logs.max())
    share /= share.sum()
    blocked = float(share[-1])
    delayed = float(share[servers:-1].sum()) if places else 0.0
    queue = float(share[1:] @ waiting)
    busy = float(share[1:] @ np.minimum(n, servers))
    return Answer(
        delayed,
        queue / arrivals,
        queue,
        busy / servers,
        abandoned=leave * queue / arrivals,
        blocked=blocked,
    )
