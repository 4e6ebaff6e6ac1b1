"""Enough replicates: going on until the answer is as sure as was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base import anytime
from cemsim.base.errors import CemsimError
from cemsim.experiment.quantities import Told
from cemsim.experiment.run import Run, run
from cemsim.scenario.schema.recipe import Scenario

#: Replicates before the first look, and the most that are run where nothing else is said.
FIRST: Final = 10
MOST: Final = 200
_GOAL = re.compile(r"\s*(\w+)\s*:\s*([\d_.,]+(?:e\d+)?)\s*(.*)", re.I)


@dataclass(frozen=True)
class Goal:
    """How sure is sure enough: half of the interval's width at most, of the mean (relative) or in the unit kept."""

    measure: str
    amount: float
    relative: bool


@dataclass(frozen=True)
class Reached:
    """A difference known within an interval that holds at all times, for all scenarios together.

    ``more``: replicates still wanted by forecast; 0 where the goal is reached.
    """

    scenario: str
    mean: float
    half: float
    more: int
    n: int


def goal(text: str) -> Goal:
    """Read what was asked: a measure, a colon, a share of its mean or an amount.

    Errors: CemsimError with what to write.

    >>> goal("npv: 5 %"), goal("churn: 0.1 %-points"), goal("npv: 10_000 USD").amount
    (Goal(measure='npv', amount=0.05, relative=True), Goal(measure='churn', amount=0.001, relative=False), 10000.0)
    """
    read = _GOAL.fullmatch(text)
    try:
        amount = float(read[2].replace("_", "").replace(",", "")) if read else 0.0
    except ValueError:
        amount = 0.0
    if not read or amount <= 0:
        raise CemsimError(f'"{text}" is no precision. Write a measure and how sure it should be: "npv: 5 %".')
    unit = read[3].strip().lower()
    if unit == "%":
        return Goal(read[1], amount / 100.0, True)
    return Goal(read[1], amount / 100.0 if unit in ("%-points", "%-point") else amount, False)


def reached(
    names: Sequence[str], gaps: NDArray[np.float64], wanted: Goal, level: float = anytime.LEVEL
) -> list[Reached]:
    """Where each difference ``[scenario, replicate]`` stands; the level is shared out over the scenarios."""
    each = 1.0 - (1.0 - level) / max(len(names), 1)
    found = []
    for name, gap in zip(names, gaps, strict=True):
        n, mean = len(gap), float(gap.mean())
        half = anytime.reach(gap, each)
        target = wanted.amount * abs(mean) if wanted.relative else wanted.amount
        more = 0
        if half > target:
            spread = float(gap.std(ddof=1)) if n > 1 else inf
            more = max(1, anytime.needed(target, spread, each) - n) if isfinite(spread) else FIRST
        found.append(Reached(name, mean, half, more, n))
    return found


def run_until(
    simulated: Callable[[int], list[Run]], wants: Callable[[list[Run]], float], first: int = FIRST, most: int = MOST
) -> list[Run]:
    """Simulate more replicates until ``wants(runs)``, replicates still wanted, is 0, or ``most`` are there.

    ``simulated(n)`` gives the runs of replicates 0 to n - 1 (see :func:`growing`). The rule behind ``wants`` must
    hold at whatever time one stops (see base.anytime): looks are as many as it takes.
    """
    count = min(first, most)
    while True:
        runs = simulated(count)
        more = wants(runs)
        if more <= 0 or count >= most or runs[0].stopped:
            return runs
        count = int(min(most, count + max(2, min(more, count))))      # forecasts are rough: at most twice as many


def growing(scenarios: Sequence[Scenario], seed: int = 1, workers: int | None = None) -> Callable[[int], list[Run]]:
    """For :func:`run_until`: replicates that are there are not simulated again, and are those of one long run."""
    have: dict[int, list[Told]] = {}

    def simulated(count: int) -> list[Run]:
        return run(scenarios, count, seed, workers, keep=have.__setitem__, have=dict(have))

    return simulated
