"""Intervals over replicates: each replicate is one independent observation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil, inf, isfinite, isnan, nan, sqrt

import numpy as np

from cemsim.measures.books import Array

LEVEL = 0.95
POWER = 0.80
MANY = 10_000
ROUNDING = 1e-12


@dataclass(frozen=True)
class Interval:
    """A mean over ``n`` replicates and where the true one lies with 95 % confidence.

    ``low`` and ``high`` are NaN when one replicate, or none, says nothing about the spread.
    """

    mean: float
    low: float
    high: float
    sd: float
    n: int

    @property
    def half(self) -> float:
        """Half of the interval's width; NaN without an interval."""
        return (self.high - self.low) / 2


@cache
def quantile(probability: float, freedom: int) -> float:
    """Quantile of Student's t."""
    from scipy.stats import t

    return float(t.ppf(probability, freedom))


def interval(values: Array, bounds: tuple[float, float] = (-inf, inf)) -> Interval:
    """Interval of the mean of one value a replicate.

    ``values``: ``[replicate]``, NaN where a replicate has no such number (it is left out). On a bounded
    measure the t interval is made where there are no bounds and brought back: on the logit scale between two
    bounds, on the log scale above one, the standard error carried over by the delta method. So it cannot
    leave the bounds and is wider towards the middle, as the noise of a share near 0 or 1 is. A mean on a
    bound has no spread to carry.

    >>> interval(np.array([1.0, 2.0, 3.0])).high - 2.0
    2.4841...
    >>> interval(np.array([0.98, 0.99, 1.0]), (0.0, 1.0)).high < 1.0
    True
    """
    values = values[~np.isnan(values)]
    n = len(values)
    if n == 0:
        return Interval(nan, nan, nan, nan, 0)
    mean, sd = _moments(values)
    if n == 1:
        return Interval(mean, nan, nan, nan, 1)
    reach = quantile((1 + LEVEL) / 2, n - 1) * sd / sqrt(n)
    return Interval(mean, *_within(mean, reach, bounds), sd, n)


def difference(ours: Array, base: Array, bounds: tuple[float, float] = (-inf, inf)) -> Interval:
    """Interval of the mean of the differences, paired by replicate.

    Common random numbers make the two scenarios of a replicate share their luck; the pair's difference is the
    observation, so that the shared luck cancels. Cut so that the baseline plus the difference stays within
    the measure's bounds: a value that cannot be cannot be the true one, and the estimate is always inside.

    ``ours``, ``base``: ``[replicate]``; a pair with a NaN in it is left out.
    """
    gaps = ours - base
    # what remains of equal numbers after dividing sums by sums is rounding, not a difference
    gaps = np.where(np.abs(gaps) <= ROUNDING * np.maximum(np.abs(ours), np.abs(base)), 0.0, gaps)
    both = ~np.isnan(gaps)
    plain = interval(gaps[both])
    if not both.any():
        return plain
    start = float(base[both].mean())
    low, high = max(plain.low, bounds[0] - start), min(plain.high, bounds[1] - start)
    if isnan(plain.low):
        return plain
    return Interval(plain.mean, min(low, plain.mean), max(high, plain.mean), plain.sd, plain.n)


def replicates_needed(effect: float, sd: float) -> float:
    """Pairs that would show a true difference ``effect`` in four cases of five (two-sided, 5 %).

    Solves n = ((t[.975] + t[.80]) sd / effect)² for n, t having n-1 degrees of freedom. Infinite when there
    is no effect; more than 10,000 is given as it comes from the normal law.

    >>> replicates_needed(0.5, 1.0)
    34.0
    """
    if effect == 0 or not isfinite(effect):
        return inf
    ratio = (sd / effect) ** 2
    n = max(2, ceil((1.959964 + 0.841621) ** 2 * ratio))
    if n > MANY:
        return float(n)
    while n < ratio * (quantile((1 + LEVEL) / 2, n - 1) + quantile(POWER, n - 1)) ** 2:
        n += 1
    return float(n)


def _moments(values: Array) -> tuple[float, float]:
    """Mean and sample standard deviation; none at all for equal values, whatever a mean's rounding leaves."""
    if np.ptp(values) <= ROUNDING * np.abs(values).max():
        return float(values[0]), 0.0
    return float(values.mean()), float(values.std(ddof=1))


def _within(mean: float, reach: float, bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    if reach == 0 or not low < mean < high:       # outside: people busier than staffed, who stay after closing
        return mean - reach, mean + reach
    if isfinite(low) and isfinite(high):
        part = (mean - low) / (high - low)
        odds, step = np.log(part / (1 - part)), min(reach / (high - low) / (part * (1 - part)), 600.0)
        ends = 1 / (1 + np.exp(-(odds + np.array([-step, step]))))
        return low + float(ends[0]) * (high - low), low + float(ends[1]) * (high - low)
    if isfinite(low):
        factor = float(np.exp(min(reach / (mean - low), 700.0)))
        return low + (mean - low) / factor, low + (mean - low) * factor
    return mean - reach, mean + reach
