"""What of a plan's net present value maturity claims: the same worlds lived without it, under the same constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.compare.interval import Interval, interval
from cemsim.finance.case import Case, cases
from cemsim.finance.rates import Array, present_value
from cemsim.model.maturity import CAPABILITIES, DISCIPLINES, NEUTRAL, capped

#: Lives a family of scenarios under constants that are given.
Live = Callable[[Sequence[Any], Sequence[Any]], Sequence[Any]]


@dataclass(frozen=True)
class Claim:
    """Of a scenario's net present value, the part that maturity claims, paired by replicate.

    ``without``: the mean without maturity; ``counted``: the claim, kept within a fifth of that (model.md 3j), since no
    study maps maturity to effects.
    """

    scenario: str
    currency: str
    claim: Interval
    without: float
    counted: float

    @property
    def is_capped(self) -> bool:
        """Whether less is counted than is claimed."""
        return self.counted != self.claim.mean

    @property
    def net(self) -> float:
        """The net present value that may be counted on."""
        return self.without + self.counted


def acts(family: Sequence[Any]) -> bool:
    """Whether maturity moves anything in a family of scenarios."""
    levels = (*CAPABILITIES, *DISCIPLINES)
    return any(
        s.switches.maturity and any(getattr(s.maturity, name) != NEUTRAL for name in levels) for s in family
    )  # fmt: skip


def claims(runs: Sequence[Any], live: Live) -> tuple[Claim, ...]:
    """What maturity claims of each plan; empty where it moves nothing.

    ``runs``: the baseline first. ``live(scenarios, constants)`` simulates the same family without maturity.
    """
    family = [run.scenario for run in runs]
    if len(family) < 2 or not acts(family):
        return ()
    neutral = [
        s.model_copy(update={"switches": s.switches.model_copy(update={"maturity": False})}) for s in family
    ]
    others = live(neutral, [run.constants for run in runs])
    return tuple(_claim(ours, theirs) for ours, theirs in zip(cases(runs), cases(others), strict=True))


def _claim(ours: Case, theirs: Case) -> Claim:
    with_it, without = (_worths(each) for each in (ours, theirs))
    both = min(len(with_it), len(without))
    found, mean = interval(with_it[:both] - without[:both]), float(np.mean(without[:both]))
    return Claim(ours.scenario, ours.currency, found, mean, capped(found.mean, mean))


def _worths(case: Case) -> Array:
    return np.asarray(present_value(case.flow.net, case.terms.discount))
