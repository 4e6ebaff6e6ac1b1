"""Laws of patience and handling time, as far as a closed form needs them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cemsim.base.errors import CemsimError


@dataclass(frozen=True)
class Law:
    """A law of a duration by its kind, mean and coefficient of variation.

    Args:
        kind: exponential, deterministic, lognormal, gamma or weibull.
        mean: in the caller's unit of time; infinite patience is ``math.inf``.
        cv: standard deviation over mean; exponential is 1 and deterministic 0 whatever is given.

    >>> Law("exponential", 2.0).survival(2.0)
    0.36787944117144233
    """

    kind: str
    mean: float
    cv: float = 1.0

    @property
    def scv(self) -> float:
        """Squared coefficient of variation."""
        return {"exponential": 1.0, "deterministic": 0.0}.get(self.kind, self.cv * self.cv)

    def survival(self, x: float) -> float:
        """Probability to last longer than ``x``."""
        if math.isinf(self.mean) or x <= 0.0:
            return 1.0
        if self.kind == "exponential":
            return math.exp(-x / self.mean)
        if self.kind == "deterministic":
            return 1.0 if x < self.mean else 0.0
        from scipy import special

        first, second = self._shape()
        if self.kind == "lognormal":
            return float(special.ndtr((first - math.log(x)) / second))
        if self.kind == "gamma":
            return float(special.gammaincc(first, x / second))
        return math.exp(-((x / second) ** first))

    def limited(self, x: float) -> float:
        """Mean of the shorter of the duration and ``x``: the time that somebody of this patience waits.

        >>> round(Law("exponential", 2.0).limited(2.0), 6)
        1.264241
        """
        if math.isinf(self.mean):
            return x
        if self.kind == "exponential":
            return -self.mean * math.expm1(-x / self.mean)
        if self.kind == "deterministic":
            return min(x, self.mean)
        if x <= 0.0:
            return 0.0
        from scipy import special

        first, second = self._shape()
        if self.kind == "lognormal":
            below = self.mean * float(special.ndtr((math.log(x) - first - second * second) / second))
        elif self.kind == "gamma":
            below = self.mean * float(special.gammainc(first + 1.0, x / second))
        else:
            below = self.mean * float(special.gammainc(1.0 + 1.0 / first, (x / second) ** first))
        return below + x * self.survival(x)

    def _shape(self) -> tuple[float, float]:
        """Mean and deviation of the logarithm (lognormal), or shape and scale (gamma, Weibull)."""
        if self.kind == "lognormal":
            spread = math.log1p(self.cv * self.cv)
            return math.log(self.mean) - 0.5 * spread, math.sqrt(spread)
        if self.kind == "gamma":
            shape = 1.0 / (self.cv * self.cv)
            return shape, self.mean / shape
        if self.kind == "weibull":
            shape = weibull_shape(self.cv)
            return shape, self.mean / math.gamma(1.0 + 1.0 / shape)
        raise CemsimError(f"No closed form is known for the law {self.kind!r}.")


def weibull_shape(cv: float) -> float:
    """Shape of the Weibull law with this coefficient of variation.

    >>> round(weibull_shape(1.0), 9)
    1.0
    """
    from scipy import optimize

    def gap(shape: float) -> float:
        return 2.0 * (math.lgamma(1.0 + 1.0 / shape)) - math.lgamma(1.0 + 2.0 / shape) + math.log1p(cv * cv)

    return float(optimize.brentq(gap, 0.05, 200.0, xtol=1e-13))
