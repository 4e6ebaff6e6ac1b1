"""Laws of durations as an engine reads them; each use has a fixed place, so that a patch can be blended in."""

from __future__ import annotations

from math import gamma

import numpy as np
from numpy.typing import NDArray

from cemsim.base.words import LAWS
from cemsim.plan.names import Names
from cemsim.plan.tables import LAW, QUANTILES
from cemsim.scenario.files import read_minutes
from cemsim.scenario.schema.law import Law

_USES = ("handling", "lag", "patience", "redial", "repeat", "voice")
NEVER = len(LAWS)


class LawShelf:
    """Collects the laws of a scenario at the places given by their use.

    ``put(("handling", step), law)`` returns the place; None leaves a law that never ends.
    """

    def __init__(self, names: Names) -> None:
        sizes = (len(names.steps), len(names.steps), len(names.teams), len(names.teams), len(names.journeys), 1)
        starts = np.concatenate(([0], np.cumsum(sizes)))
        self._first: dict[str, int] = dict(zip(_USES, starts.tolist(), strict=False))
        self.laws = np.zeros(int(starts[-1]), LAW)
        self.laws["kind"], self.laws["table"] = NEVER, -1
        self._tables: list[NDArray[np.float64]] = []

    def put(self, use: tuple[str, int], law: Law | None) -> int:
        """Set the law of a use and return its place."""
        place = self._first[use[0]] + use[1]
        if law is None:
            return place
        row = self.laws[place]
        row["kind"], row["mean"], row["cv"] = LAWS.index(law.kind), law.mean, law.cv
        if law.kind in ("gamma", "empirical"):
            row["table"] = len(self._tables)
            self._tables.append(_quantiles(law))
        return place

    def quantiles(self) -> NDArray[np.float64]:
        """[tabled law, QUANTILES] quantiles relative to the mean, evenly spaced in the normal score."""
        return np.array(self._tables).reshape(-1, QUANTILES)


def _quantiles(law: Law) -> NDArray[np.float64]:
    from scipy.special import gammaincinv, ndtr

    shares = ndtr(np.linspace(-6.0, 6.0, QUANTILES))
    if law.kind == "gamma":
        shape = 1.0 / law.cv**2
        values = gammaincinv(shape, shares) / shape
    else:
        assert law.file is not None
        times = np.sort(np.array(read_minutes(law.file)))
        # Hazen's plotting positions: the k-th of n observations stands at (k - 1/2) / n
        values = np.interp(shares, (np.arange(len(times)) + 0.5) / len(times), times)
        values = values / times.mean() if times.mean() > 0 else values
    weight = np.diff(ndtr(np.linspace(-6.0, 6.0, QUANTILES)))
    mean = float(np.sum(weight * 0.5 * (values[1:] + values[:-1])))
    # the table's own mean is exactly one
    return np.asarray(values / mean if mean > 0 else values, dtype=np.float64)


def derive(laws: NDArray[np.void]) -> None:
    """Fill a and b of each law from its kind, mean and coefficient of variation."""
    kind, mean, cv = laws["kind"], np.maximum(laws["mean"], 1e-300), laws["cv"]
    laws["a"], laws["b"] = laws["mean"], 0.0
    log_normal = kind == LAWS.index("lognormal")
    variance = np.log1p(cv**2)
    laws["a"] = np.where(log_normal, np.log(mean) - 0.5 * variance, laws["a"])
    laws["b"] = np.where(log_normal, np.sqrt(variance), laws["b"])
    for i in np.flatnonzero(kind == LAWS.index("weibull")):
        shape = _weibull_shape(float(cv[i]))
        laws["a"][i] = float(mean[i]) / gamma(1.0 + 1.0 / shape)
        laws["b"][i] = 1.0 / shape


def _weibull_shape(cv: float) -> float:
    """Shape of a Weibull law with a given coefficient of variation."""
    from scipy.optimize import brentq
    from scipy.special import gammaln

    def excess(log_shape: float) -> float:
        shape = np.exp(log_shape)
        return float(gammaln(1 + 2 / shape) - 2 * gammaln(1 + 1 / shape) - np.log1p(cv**2))

    return float(np.exp(brentq(excess, np.log(0.05), np.log(200.0))))
