"""What a plan is worth, in short: the net present value of its case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cemsim.compare.interval import Interval
from cemsim.compare.verdict import Verdict
from cemsim.finance.case import Case, cases
from cemsim.finance.rates import present_value

__all__ = ["Worth", "in_short", "present_value", "worth"]


@dataclass(frozen=True)
class Worth:
    """What a scenario is worth against the baseline, in money of month 0 (see :class:`cemsim.finance.case.Case`).

    ``gain``: what customers' reaction brings, after tax. ``cost``: the plan's own pay, opex and capex, after tax.
    ``net``: gain less cost. ``within``: months after which nothing counts, None where a terminal value does.
    """

    scenario: str
    gain: Interval
    cost: float
    net: Interval
    verdict: Verdict
    within: int | None


def worth(runs: Sequence[Any]) -> tuple[Worth, ...]:
    """Net present value of each scenario against the first, paired by replicate.

    ``runs``: as for :func:`cemsim.compare.compare`. How money is counted is the baseline's ``finance``.

    >>> from cemsim import load, run
    >>> from cemsim.base.shipped import shipped
    >>> cohort = load(shipped("scenarios/textbook/geometric.yaml")).model_copy(update={"horizon": 12})
    >>> twin = cohort.model_copy(update={"name": "The same again"})
    >>> [found.verdict.word for found in worth(run([cohort, twin], replicates=2))]
    ['identical']
    """
    return tuple(in_short(case) for case in cases(runs))


def in_short(case: Case) -> Worth:
    """A case in a few fields."""
    within = case.months if case.terms.terminal == "none" else None
    return Worth(case.scenario, case.gain, case.cost, case.net, case.verdict, within)
