"""Laws of durations, each drawn by inversion of one uniform, so that a change of law or mean keeps who is early."""

from __future__ import annotations

from math import exp, log

from cemsim.base.draws import exponential, normal
from cemsim.model.science import inlined, science

EXPONENTIAL, DETERMINISTIC, LOGNORMAL, GAMMA, WEIBULL, EMPIRICAL, NEVER = 0, 1, 2, 3, 4, 5, 6


@science
def closed_form(kind: int, a: float, b: float, u: float) -> float:
    """Minutes at quantile ``u`` of a law with an elementary inverse.

    ``a`` and ``b`` are: exponential (mean, -), deterministic (value, -), lognormal (mean and standard deviation
    of the logarithm), Weibull (scale, 1 / shape). NEVER is infinite.

    >>> round(closed_form(EXPONENTIAL, 5.0, 0.0, 0.5), 4)
    3.4657
    """
    if kind == 2:
        return exp(a + b * normal(u))
    if kind == 0:
        return a * exponential(u)
    if kind == 1:
        return a
    if kind == 4:
        return a * exp(b * log(-log(1.0 - u)))
    return float("inf")


@inlined
def between(low: float, high: float, share: float) -> float:
    """Linear interpolation, exact at both ends.

    >>> between(2.0, 4.0, 0.5)
    3.0
    """
    return low * (1.0 - share) + high * share
