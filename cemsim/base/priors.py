"""Laws of what is not known: quantiles in closed form, so that a design in the unit cube becomes values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Kind = Literal["triangular", "uniform", "lognormal", "normal"]


@dataclass(frozen=True)
class Prior:
    """A law of one number.

    triangular and uniform: between ``low`` and ``high``, the former with its peak at ``middle``. lognormal: median
    ``middle``, standard deviation of the logarithm ``spread``. normal: mean ``middle``, standard deviation
    ``spread``; both cut at ``low`` and ``high``.

    >>> prior = Prior("triangular", 1.0, low=0.0, high=2.0)
    >>> prior.quantile(0.5), round(float(prior.quantile(0.1)), 3)
    (array(1.), 0.447)
    """

    kind: Kind
    middle: float
    spread: float = 0.0
    low: float = -np.inf
    high: float = np.inf

    def quantile(self, share: ArrayLike) -> NDArray[np.float64]:
        """Values below which the given shares (0 to 1) lie."""
        from scipy.special import ndtr, ndtri

        u = np.asarray(share, dtype=float)
        low, high, peak = self.low, self.high, self.middle
        if self.kind == "uniform":
            return np.asarray(low + u * (high - low))
        if self.kind == "triangular":
            if high <= low:
                return np.full(u.shape, peak)
            turn = (peak - low) / (high - low)
            up = low + np.sqrt(u * (high - low) * max(peak - low, 0.0))
            down = high - np.sqrt((1.0 - u) * (high - low) * max(high - peak, 0.0))
            return np.asarray(np.where(u <= turn, up, down))
        log = self.kind == "lognormal"
        centre = np.log(peak) if log else peak
        with np.errstate(divide="ignore"):
            ends = [(np.log(max(x, 0.0)) if log else x) for x in (low, high)]
        below, above = (ndtr((end - centre) / self.spread) for end in ends)
        found = centre + self.spread * ndtri(np.clip(below + u * (above - below), 1e-12, 1 - 1e-12))
        return np.asarray(np.exp(found) if log else found)

    @property
    def words(self) -> str:
        """The law as a person would write it.

        >>> Prior("lognormal", 0.25, 0.35).words
        'lognormal, median 0.25, sd of the logarithm 0.35'
        """
        match self.kind:
            case "uniform":
                return f"uniform from {self.low:g} to {self.high:g}"
            case "triangular":
                return f"triangular from {self.low:g} to {self.high:g}, peak {self.middle:g}"
            case "lognormal":
                return f"lognormal, median {self.middle:g}, sd of the logarithm {self.spread:g}"
        return f"normal, mean {self.middle:g}, sd {self.spread:g}"
