"""Intervals that hold at every number of observations at once, so that one may look, go on, and stop when one likes.

An interval made for a fixed number of observations misses more often than it says when it is looked at again and
again until it pleases. These do not: with the stated probability they hold the true mean at *all* times together.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Spread of the effects, in standard deviations, that the width is best for: wide nowhere, near least for 5 to 500.
EFFECTS: Final = 1.0
LEVEL: Final = 0.95


def limit(count: int, level: float = LEVEL) -> float:
    """Student's t at which a mean of ``count`` observations is told from the true one, whenever one looks.

    The t test's Bayes factor with effects N(0, 1) and the invariant prior on the standard deviation is a
    test martingale whatever the true standard deviation is, so by Ville's inequality it exceeds 1 / alpha with
    probability alpha at most, over all counts together. This is where it reaches 1 / alpha. For observations of a
    normal law; a replicate is a sum over many customers. Infinite while nothing can be told.

    Source: Lai (1976), Annals of Statistics 4; Wang and Ramdas, "Anytime-valid t-tests and confidence sequences for
    Gaussian means with unknown variance".

    >>> [round(limit(n), 2) for n in (2, 10, 100)]
    [inf, 3.87, 3.35]
    """
    if count < 2:
        return inf
    grown = 1.0 + count * EFFECTS**2
    edge = (grown / (1.0 - level) ** 2) ** (1.0 / count)
    if edge >= grown:
        return inf
    return sqrt((count - 1) * (edge - 1.0) / (1.0 - edge / grown))


def reach(values: NDArray[np.float64], level: float = LEVEL) -> float:
    """Half of the width of the interval that holds at all times, around the mean of ``values``.

    Equal values have no spread: 0, once there are enough of them that any spread would be seen through.
    """
    count = len(values)
    found = limit(count, level)
    if found == inf:
        return inf
    if np.ptp(values) <= 1e-12 * np.abs(values).max():
        return 0.0
    return float(found * values.std(ddof=1) / sqrt(count))


def needed(effect: float, spread: float, level: float = LEVEL, most: int = 100_000) -> int:
    """Observations at which the half-width falls to ``effect``, were the standard deviation ``spread``.

    >>> needed(1.0, 1.0) < needed(0.5, 1.0)
    True
    """
    if spread == 0.0:
        return 2
    if effect <= 0.0:
        return most
    low, high = 2, 4
    while high < most and limit(high, level) * spread > effect * sqrt(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if limit(middle, level) * spread > effect * sqrt(middle):
            low = middle
        else:
            high = middle
    return min(high, most)
