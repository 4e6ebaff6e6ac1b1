"""What giving money back feels like (model.md g5)."""

from __future__ import annotations

from math import log

from cemsim.model.science import science


@science
def relief(credit: float, revenue: float, sensitivity: float) -> float:
    """Points on price of a credit: this month's bill is that much lower, which is felt like a lower price (g5).

    ``credit`` and ``revenue`` are money a month; ``sensitivity`` the points on price of a logarithm of the price.

    >>> relief(0.0, 40.0, 2.0)
    0.0
    >>> round(relief(4.0, 40.0, 2.0), 3)
    0.211
    """
    if credit <= 0.0 or revenue <= 0.0:
        return 0.0
    return -sensitivity * log(1.0 - min(credit / revenue, 0.9))
