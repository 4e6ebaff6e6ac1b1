"""Deciding between scenarios: what their replicates say by now, and how many more would tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.base.errors import CemsimError
from cemsim.compare.best import Contest, contest
from cemsim.compare.comparison import paired
from cemsim.experiment.precision import Goal, Reached, reached
from cemsim.finance.gain import net_values
from cemsim.finance.rates import Array
from cemsim.measures.books import books
from cemsim.measures.catalogue import KPIS

#: What a goal may name beside the measures: the net present value.
NPV = "npv"


@dataclass(frozen=True)
class Standing:
    """Where an experiment stands: each goal's differences, and the contest, if a decision was asked for."""

    goals: tuple[tuple[Goal, tuple[Reached, ...]], ...]
    contest: Contest | None

    @property
    def more(self) -> float:
        """Replicates still wanted by forecast; 0 where all that was asked for is reached."""
        wanted = [float(one.more) for _, found in self.goals for one in found]
        if self.contest is not None and not self.contest.settled:
            wanted.append(max(self.contest.more, 1.0))
        return max(wanted, default=0.0)


def differences(runs: Sequence[Any], measure: str) -> Array:
    """A measure of each scenario less the baseline's, ``[scenario, replicate]``.

    ``measure``: ``npv`` or a measure's id. Errors: CemsimError where there is no such measure.
    """
    if measure == NPV:
        return net_values(runs)
    if measure not in KPIS:
        from cemsim.base.near import nearest

        names = (NPV, *KPIS)
        raise CemsimError(f'There is no measure "{measure}".{nearest(measure, names)} Measures: {", ".join(names)}.')
    opened = [books(run) for run in runs]
    common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
    rows = [paired(book, KPIS[measure].total(book), common) for book in opened]
    found = np.array([row - rows[0] for row in rows[1:]])
    if np.isnan(found).any():
        raise CemsimError(f"{measure} is not known in every replicate of this experiment, so it cannot be a goal.")
    return found


def standing(runs: Sequence[Any], goals: Sequence[Goal] = (), decide: bool = False, tie: float = 0.0) -> Standing:
    """Where an experiment stands; its answers hold however often one looks.

    A decision is between all scenarios and doing nothing, which is worth 0. Several goals share the level.
    """
    names = [run.scenario.name for run in runs[1:]]
    asked = len(goals) + decide
    level = 1.0 - 0.05 / max(asked, 1)
    found = tuple((g, tuple(reached(names, differences(runs, g.measure), g, level))) for g in goals)
    match = None
    if decide:
        worth = net_values(runs)
        rows = np.concatenate([np.zeros((1, worth.shape[1])), worth])
        match = contest([runs[0].scenario.name, *names], rows, tie, level)
    return Standing(found, match)
