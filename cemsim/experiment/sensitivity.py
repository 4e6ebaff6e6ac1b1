"""Which assumptions a result hangs on: one at a time, by screening, by shares of variance; and where it turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from cemsim.experiment.outer import at_each, kinds
from cemsim.experiment.run import Progress, Run, run
from cemsim.experiment.uncertain import Uncertain, at, defaults, values_at
from cemsim.scenario.schema.recipe import Scenario

Array = NDArray[np.float64]
#: What is looked at: runs to ``[scenario, replicate]``, such as the net present value.
Value = Callable[[list[Run]], Array]
ENDS: Final = (0.1, 0.9)
#: Screening goes from the 5th to the 95th percentile: a law without an end has none to go to.
EDGE: Final = 0.05
REFINE: Final = 4
LEVELS: Final = 4


@dataclass(frozen=True)
class Bar:
    """A result at the P10 and the P90 of one assumption, all else as it is, with the same luck.

    ``low`` and ``high``: the assumption's values; ``at_low`` and ``at_high``: mean results; ``errors``: standard
    errors of their differences from the result as it is. ``turns``: value at which the result is zero, NaN where it is
    not found; ``free``: it is a price, so other values need no run.
    """

    thing: Uncertain
    low: float
    high: float
    at_low: float
    at_high: float
    errors: tuple[float, float]
    turns: float
    free: bool

    @property
    def width(self) -> float:
        """Distance between the results at both ends."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Tornado:
    """Bars of one scenario, the widest first; ``mean``: the result as it is."""

    scenario: str
    mean: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Share:
    """One assumption in a global analysis.

    Morris: ``effect`` the mean absolute change of the result while it goes from one end of its range to the other,
    ``other`` the standard deviation of that change (curvature, and dependence on others). Sobol: shares of the
    variance, ``effect`` with all its interactions, ``other`` by itself. ``error``: half of the 95 % interval of
    ``effect``.
    """

    thing: Uncertain
    effect: float
    error: float
    other: float


@dataclass(frozen=True)
class Global:
    """A global analysis of one scenario, the strongest assumption first."""

    scenario: str
    method: Literal["morris", "sobol"]
    shares: tuple[Share, ...]


def _at_end(known: Sequence[Uncertain], thing: int, share: float) -> Array:
    """Values as they are, but for one assumption at a share of its law."""
    row = defaults(known)
    row[thing] = float(known[thing].prior.quantile(share))
    return row


class Study:
    """A family, what is not known of it, and how a result is read; simulated once as it is.

    ``share``: of the company that is simulated (see `scenario.cut`); what is not known is of the whole company.
    """

    def __init__(
        self, family: Sequence[Scenario], known: Sequence[Uncertain], value: Value, replicates: int, seed: int = 1,
        workers: int | None = None, progress: Progress | None = None, share: float = 1.0,
    ) -> None:
        self.family, self.known, self.value, self.share = list(family), tuple(known), value, share
        self.replicates, self.seed, self.workers, self.progress = replicates, seed, workers, progress
        here = self._made(defaults(self.known))
        self._kept = {kinds([here])[0]: run(here, replicates, seed, workers, progress)}
        self.now = self.at([defaults(self.known)])[0]

    def at(self, rows: Iterable[Sequence[float] | Array]) -> Array:
        """Results at values of the assumptions, ``[row, scenario, replicate]``."""
        families = [self._made(row) for row in rows]
        return np.array(at_each(
            families, self.value, self.replicates, self.seed, self.workers, self.progress, self._kept))

    def worlds(self, rows: Iterable[Sequence[float] | Array]) -> int:
        """How many worlds these values would need to be simulated."""
        return len(set(kinds([self._made(row) for row in rows])) - set(self._kept))

    def _made(self, row: Sequence[float] | Array) -> list[Scenario]:
        return at(self.family, self.known, list(row), share=self.share)

    @staticmethod
    def priced(family: Sequence[Scenario], known: Sequence[Uncertain]) -> list[int]:
        """Places of the assumptions that are prices: other values of them need no run."""
        rows = [defaults(known)] + [_at_end(known, place, ENDS[0]) for place in range(len(known))]
        here, *there = kinds([at(list(family), known, list(row)) for row in rows])
        return [place for place, kind in enumerate(there) if kind == here]

    def free(self, thing: int) -> bool:
        """Whether an assumption is a price: nothing is simulated anew for other values of it."""
        return self.worlds(self._ends(thing)) == 0

    def _ends(self, thing: int) -> list[Array]:
        return [_at_end(self.known, thing, share) for share in ENDS]

    def tornado_rows(self) -> list[Array]:
        """Values that a tornado needs: each assumption at both ends, the others as they are."""
        return [row for thing in range(len(self.known)) for row in self._ends(thing)]

    def morris_rows(self, trajectories: int) -> tuple[dict[str, Any], Array, Array]:
        """SALib's problem, its points in the unit cube, and the values there."""
        from SALib.sample import morris

        problem = self._problem()
        points = np.asarray(morris.sample(problem, trajectories, num_levels=LEVELS, seed=self.seed))
        return problem, points, values_at(self.known, EDGE + (1 - 2 * EDGE) * points)

    def sobol_rows(self, size: int) -> tuple[dict[str, Any], Array]:
        """SALib's problem and the values at its points; ``size`` a power of two."""
        from SALib.sample import sobol

        problem = self._problem()
        points = np.asarray(sobol.sample(problem, size, calc_second_order=False, seed=self.seed))
        return problem, values_at(self.known, np.clip(points, 1e-6, 1 - 1e-6))

    def _problem(self) -> dict[str, Any]:
        names = [thing.name for thing in self.known]
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}

    def tornado(self) -> tuple[Tornado, ...]:
        """One assumption at a time, P10 to P90, and where the result turns."""
        found = self.at(self.tornado_rows())
        free = [self.free(thing) for thing in range(len(self.known))]
        turns = [self._turns(s, found[:, s].mean(axis=-1), free) for s in range(found.shape[1])]
        out = []
        for s, scenario in enumerate(self.family[1:]):
            bars = []
            for i, thing in enumerate(self.known):
                low, high = (float(thing.prior.quantile(share)) for share in ENDS)
                ends = found[2 * i : 2 * i + 2, s]
                if thing.scenario and thing.scenario != scenario.name:
                    continue
                errors = (_error(ends[0] - self.now[s]), _error(ends[1] - self.now[s]))
                means = float(ends[0].mean()), float(ends[1].mean())
                bars.append(Bar(thing, low, high, *means, errors, turns[s][i], free[i]))
            ordered = tuple(sorted(bars, key=lambda b: -b.width))
            out.append(Tornado(scenario.name, float(self.now[s].mean()), ordered))
        return tuple(out)

    def _turns(self, s: int, means: Array, free: Sequence[bool]) -> list[float]:
        """Values of each assumption at which scenario ``s`` is worth nothing, by regula falsi between the ends.

        For a price the search goes on beyond its range, since it costs no run.
        """
        start = defaults(self.known)
        brackets: dict[int, list[tuple[float, float]]] = {}
        for i, thing in enumerate(self.known):
            low, high = (float(thing.prior.quantile(share)) for share in ENDS)
            points = sorted({low: means[2 * i], start[i]: self.now[s].mean(), high: means[2 * i + 1]}.items())
            if not _crossing(points) and free[i]:
                wide = [low - 3 * (high - low), high + 3 * (high - low)]
                rows = [np.where(np.arange(len(start)) == i, x, start) for x in wide if x > 0 or low < 0]
                more = self.at(rows)[:, s].mean(axis=-1) if rows else np.zeros(0)
                points = sorted([*points, *((float(r[i]), float(y)) for r, y in zip(rows, more, strict=True))])
            if crossing := _crossing(points):
                brackets[i] = crossing
        for _ in range(REFINE):
            if not brackets:
                break
            tried = {i: _between(*pair) for i, pair in brackets.items()}
            rows = [np.where(np.arange(len(start)) == i, x, start) for i, x in tried.items()]
            results = self.at(rows)[:, s].mean(axis=-1)
            for (i, x), y in zip(tried.items(), results, strict=True):
                a, b = brackets[i]
                brackets[i] = [a, (x, float(y))] if a[1] * y <= 0 else [(x, float(y)), b]
        return [_between(*brackets[i]) if i in brackets else nan for i in range(len(self.known))]

    def morris(self, trajectories: int) -> tuple[Global, ...]:
        """Screening: which of many assumptions matter at all (Morris 1991, Campolongo 2007, by SALib)."""
        from SALib.analyze import morris

        problem, points, rows = self.morris_rows(trajectories)
        found = self.at(rows).mean(axis=-1)
        out = []
        for s, scenario in enumerate(self.family[1:]):
            told = morris.analyze(problem, points, found[:, s], num_levels=LEVELS, seed=self.seed)
            out.append(self._global(scenario, "morris", told["mu_star"], told["mu_star_conf"], told["sigma"]))
        return tuple(out)

    def sobol(self, size: int) -> tuple[Global, ...]:
        """Shares of the variance (Sobol 2001, Saltelli 2010, by SALib); needs size x (assumptions + 2) worlds."""
        from SALib.analyze import sobol

        problem, rows = self.sobol_rows(size)
        found = self.at(rows).mean(axis=-1)
        out = []
        for s, scenario in enumerate(self.family[1:]):
            told = sobol.analyze(problem, found[:, s], calc_second_order=False, seed=self.seed)
            out.append(self._global(scenario, "sobol", told["ST"], told["ST_conf"], told["S1"]))
        return tuple(out)

    def _global(
        self, scenario: Scenario, method: Literal["morris", "sobol"], effect: Any, error: Any, other: Any
    ) -> Global:
        rows = zip(self.known, map(float, effect), map(float, error), map(float, other), strict=True)
        shares = [Share(*row) for row in rows if not row[0].scenario or row[0].scenario == scenario.name]
        return Global(scenario.name, method, tuple(sorted(shares, key=lambda x: -(0 if isnan(x.effect) else x.effect))))


def _error(values: Array) -> float:
    return float(values.std(ddof=1) / sqrt(len(values))) if len(values) > 1 else nan


def _crossing(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The first two neighbours between which the result changes sign; empty where there are none."""
    for a, b in zip(points, points[1:], strict=False):
        if a[1] * b[1] <= 0 and a[1] != b[1]:
            return [a, b]
    return []


def _between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Where a straight line through two points is zero."""
    return a[0] if a[1] == b[1] else a[0] - a[1] * (b[0] - a[0]) / (b[1] - a[1])
