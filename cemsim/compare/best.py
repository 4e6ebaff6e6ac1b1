"""Which of several scenarios is best, and which cannot be told apart: multiple comparison with the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

import numpy as np

from cemsim.base import anytime
from cemsim.compare.interval import LEVEL, quantile
from cemsim.measures.books import Array

Word = Literal["best", "tied", "beaten"]


@dataclass(frozen=True)
class Standing:
    """A scenario against the best of the others.

    ``low`` to ``high`` holds its value less the best other's, for all scenarios at once with the stated probability.
    ``tied``: it may be the best, and so may another. ``mean``: its own value.
    """

    name: str
    mean: float
    low: float
    high: float
    word: Word


@dataclass(frozen=True)
class Contest:
    """Standings of all, whether looking on could change anything, and how many more replicates would tell.

    ``settled``: there is one best, or those that may be best differ by less than ``tie``. ``more``: a forecast from
    the differences seen, 0 where settled, infinite where they do not differ at all.
    """

    standings: tuple[Standing, ...]
    settled: bool
    more: float
    tie: float
    level: float
    n: int

    @property
    def leaders(self) -> tuple[Standing, ...]:
        """Those that may be best, the highest first."""
        found = [s for s in self.standings if s.word != "beaten"]
        return tuple(sorted(found, key=lambda s: -s.mean))


def contest(
    names: Sequence[str], values: Array, tie: float = 0.0, level: float = LEVEL, looking: bool = True
) -> Contest:
    """Compare scenarios with the best of them.

    Args: names; values ``[scenario, replicate]``, higher is better, paired by replicate; differences up to ``tie``
    matter to nobody; ``looking``: the number of replicates was not fixed beforehand, so intervals hold at all times.
    Every comparison of the true best with another is made at 1 - (1 - level) / (scenarios - 1): the chance that any of
    them misses, hence that the wrong one is called best, is 1 - level at most, whatever luck the scenarios share.

    Source: Hsu (1984), Annals of Statistics 12; with common random numbers Nelson and Matejcik (1995),
    Management Science 41.

    >>> luck = np.arange(20.0) % 5
    >>> [s.word for s in contest("abc", np.array([luck + 9, luck, luck + 9])).standings]
    ['tied', 'beaten', 'tied']
    """
    count, n = values.shape
    each = 1.0 - (1.0 - level) / max(count - 1, 1)
    gaps, half, spread = (np.zeros((count, count)) for _ in range(3))
    for i in range(count):
        for j in range(count):
            if i != j:
                gap = _cleaned(values[i], values[j])
                gaps[i, j], spread[i, j] = gap.mean(), gap.std(ddof=1) if n > 1 and np.ptp(gap) else 0.0
                half[i, j] = _half(gap, each, looking)
    off = ~np.eye(count, dtype=bool)
    most = np.array([min((gaps + half)[i][off[i]], default=inf) for i in range(count)])
    upper, may = np.maximum(most, 0.0), most >= 0.0          # equal to the bit is not beaten
    lower = np.zeros(count)
    for i in range(count):
        others = may & off[i]
        if others.any():
            lower[i] = min(0.0, float((gaps - half)[i][others].min()))
    alone = int(may.sum()) == 1
    if alone:                               # where the best is told, its bounds against the others hold too
        best = int(may.argmax())
        lower[best] = max(0.0, float((gaps - half)[best][off[best]].min(initial=inf)))
    standings = tuple(
        Standing(name, float(values[i].mean()), float(lower[i]), float(upper[i]),
                 "beaten" if not may[i] else "best" if alone else "tied")
        for i, name in enumerate(names)
    )
    pairs = [(i, j) for i in range(count) for j in range(i) if may[i] and may[j]]
    open_ = [p for p in pairs if abs(gaps[p]) + half[p] > tie and not (half[p] == 0.0 and gaps[p] == 0.0)]
    wanted = [_wanted(abs(gaps[p]), spread[p], tie, each) for p in open_]
    more = max(0.0, max(wanted, default=0.0) - n)
    return Contest(standings, alone or not open_, more if open_ and not alone else 0.0, tie, level, n)


def _cleaned(a: Array, b: Array) -> Array:
    gap = a - b
    return np.asarray(np.where(np.abs(gap) <= 1e-12 * np.maximum(np.abs(a), np.abs(b)), 0.0, gap))


def _half(gap: Array, level: float, looking: bool) -> float:
    if looking:
        return anytime.reach(gap, level)
    if len(gap) < 2:
        return inf
    return quantile((1 + level) / 2, len(gap) - 1) * float(gap.std(ddof=1)) / sqrt(len(gap)) if np.ptp(gap) else 0.0


def _wanted(gap: float, spread: float, tie: float, level: float) -> float:
    # either the difference leaves zero, or its interval fits within what matters to nobody
    effect = max(gap, tie - gap)
    return inf if effect <= 0.0 else float(anytime.needed(effect, spread, level))
