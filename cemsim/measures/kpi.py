"""A measure: additive parts, and the function that turns their sums into a number.

Because months, segments, teams and journeys are summed *before* the function is applied, a ratio is always a
ratio of sums, never a mean of ratios. Nothing divided by nothing is NaN on purpose: there is no such number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cemsim.measures.books import Array, Books
from cemsim.measures.margin import BY_UNIT, Margin

FREE = (-np.inf, np.inf)
POSITIVE = (0.0, np.inf)
SHARE = (0.0, 1.0)

Keep = tuple[str, ...]


@dataclass(frozen=True)
class Kpi:
    """One measure.

    ``unit``: share, points, min, hours, customers, contacts, messages, money, or one of them per customer-year.
    ``good``: +1 more is better, -1 less is better, 0 neither.
    ``axes``: what the parts are split by, after replicate and month. ``cuts``: the splits that make sense to
    report; ``()`` is everything together. ``parts(books)`` is ``[replicate, month, *axes, part]`` and
    ``value(sums, books)`` maps ``[..., part]`` to ``[...]``. ``last`` marks a stock: over a period it is its
    value at the end, not a sum. ``own_margin``: the smallest difference that matters, where it is not that of the unit.
    """

    id: str
    label: str
    unit: str
    good: Literal[-1, 0, 1]
    parts: Callable[[Books], Array]
    value: Callable[[Array, Books], Array]
    bounds: tuple[float, float] = POSITIVE
    group: str = ""
    axes: Keep = ("segment",)
    cuts: tuple[Keep, ...] = ((), ("segment",))
    last: bool = False
    note: str = ""
    own_margin: Margin | None = None

    @property
    def margin(self) -> Margin:
        """The smallest difference that matters."""
        return self.own_margin or BY_UNIT[self.unit]

    def monthly(self, books: Books, keep: Keep = ()) -> Array:
        """Value month by month, ``[replicate, month, *keep]``."""
        return self.value(self._sums(books, keep), books)

    def total(self, books: Books, keep: Keep = (), months: slice = slice(None)) -> Array:
        """Value over a period (default the whole horizon), ``[replicate, *keep]``."""
        sums = self._sums(books, keep)[:, months]
        return self.value(sums[:, -1] if self.last else sums.sum(axis=1), books)

    def _sums(self, books: Books, keep: Keep) -> Array:
        gone = tuple(2 + place for place, axis in enumerate(self.axes) if axis not in keep)
        return np.asarray(self.parts(books).sum(axis=gone))


def ratio(top: Array, bottom: Array) -> Array:
    """Top over bottom; NaN where the bottom is 0.

    >>> ratio(np.array([1.0, 0.0]), np.array([4.0, 0.0]))
    array([0.25,  nan])
    """
    out = np.full(np.broadcast(top, bottom).shape, np.nan)
    return np.asarray(np.divide(top, bottom, out=out, where=np.asarray(bottom) != 0))


def amount(sums: Array, books: Books) -> Array:
    """The value of a measure that is a plain sum."""
    return np.asarray(sums[..., 0])


def share(sums: Array, books: Books) -> Array:
    """The value of a measure that is its first part over its second."""
    return ratio(sums[..., 0], sums[..., 1])


def per_year(sums: Array, books: Books) -> Array:
    """First part per customer-year, the second part being customer-months."""
    return 12.0 * share(sums, books)
