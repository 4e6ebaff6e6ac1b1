"""How many people a desk needs: the square-root rule (Erlang; Halfin & Whitt 1981)."""

from __future__ import annotations

import math


def square_root_staffing(load: float, beta: float = 1.0) -> int:
    """People needed for a load in erlangs: the load plus ``beta`` times its root, rounded up.

    >>> [square_root_staffing(load) for load in (10, 100, 400)]
    [14, 110, 420]
    """
    return math.ceil(load + beta * math.sqrt(load) - 1e-9)


def halfin_whitt(beta: float) -> float:
    """Limit, for large desks, of the probability to wait under the square-root rule.

    >>> round(halfin_whitt(1.0), 3)
    0.223
    """
    density = math.exp(-0.5 * beta * beta) / math.sqrt(2.0 * math.pi)
    return 1.0 / (1.0 + beta * 0.5 * math.erfc(-beta / math.sqrt(2.0)) / density)


def learnt(first: float, tau: float, months: int) -> float:
    """Mean speed over the first months of somebody who begins at ``first`` and works as all do after eleven.

    Between lies an exponential curve with ``tau`` months; the sum of its months is a geometric series.

    >>> round(learnt(0.53, 7.7, 1), 6), round(learnt(0.53, 7.7, 12), 3)
    (0.53, 0.814)
    """
    step, curved = math.exp(-1.0 / tau), min(months, 11)
    end = step**11
    rest = (1.0 - step**curved) / (1.0 - step) - curved * end
    return 1.0 - (1.0 - first) * rest / (1.0 - end) / months
