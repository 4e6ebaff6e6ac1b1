"""3d: what holds people beside satisfaction: contracts, products, being left alone (model.md d1)."""

from __future__ import annotations

from math import exp

from cemsim.model.science import inlined, science


@inlined
def lock(left: int, in_contract: float, at_expiry: float) -> float:
    """Factor on a hazard with ``left`` months of contract to go: the last of them is the month in which it expires.

    >>> [lock(left, 0.3, 2.0) for left in (24, 2, 1, 0)]
    [0.3, 0.3, 2.0, 1.0]
    """
    if left <= 0:
        return 1.0
    return in_contract if left > 1 else at_expiry


@inlined
def switching(sigma: float, extra: int) -> float:
    """Factor on a hazard of somebody who has ``extra`` products beyond the first.

    >>> switching(0.25, 0), round(switching(0.25, 2), 4)
    (1.0, 0.6065)
    """
    return exp(-sigma * extra) if extra > 0 else 1.0


@science
def left_over(left: int, signed: bool, months: int) -> int:
    """Months of contract to go after a month: one less, or a new term for somebody without one who signs.

    >>> left_over(2, False, 24), left_over(0, True, 24), left_over(0, False, 24)
    (1, 24, 0)
    """
    if left > 0:
        return left - 1
    return months if signed else 0
