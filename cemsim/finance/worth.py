"""Net present value of the difference a plan makes, less what the plan costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.compare.comparison import paired
from cemsim.compare.interval import Interval, interval
from cemsim.compare.verdict import Verdict, judge
from cemsim.measures.books import Array, books
from cemsim.measures.money import contribution


@dataclass(frozen=True)
class Worth:
    """What a scenario is worth against the baseline, in money of month 0.

    ``gain``: present value of the contribution it adds. ``cost``: present value of its capex and opex.
    ``net``: gain less cost, with the interval of the gain (the cost is known).
    """

    scenario: str
    gain: Interval
    cost: float
    net: Interval
    verdict: Verdict


def present_value(flows: Array, rate: float) -> Array:
    """Value in money of month 0 of monthly flows ``[..., month]`` at a discount rate per year.

    A month's flow is discounted by (1 + rate) to the power of month / 12; the first month's not at all.

    >>> round(float(present_value(np.array([-1000.0] + 11 * [0.0] + [1210.0]), 0.10)), 6)
    100.0
    """
    factor = (1.0 + rate) ** (-np.arange(flows.shape[-1]) / 12.0)
    return np.asarray((flows * factor).sum(axis=-1))


def spending(investment: Any, months: int) -> Array:
    """An investment's monthly cost, ``[month]``: capex in its first month, opex from then on."""
    flows = np.zeros(months)
    if investment is not None and investment.starts < months:
        flows[int(investment.starts)] += investment.capex
        flows[int(investment.starts) :] += investment.opex
    return flows


def worth(runs: Sequence[Any]) -> tuple[Worth, ...]:
    """Net present value of each scenario against the first, paired by replicate.

    ``runs``: as for :func:`cemsim.compare.compare`. The discount rate is the baseline's. Nothing after the
    horizon counts.
    """
    opened = [books(run) for run in runs]
    common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
    months = min(book.months for book in opened)
    flows = [paired(book, contribution(book).sum(axis=-1)[:, :months], common) for book in opened]
    out = []
    for run, book, flow in zip(runs[1:], opened[1:], flows[1:], strict=True):
        gain = interval(present_value(flow - flows[0], opened[0].discount))
        cost = float(present_value(spending(run.scenario.investment, months), opened[0].discount))
        net = Interval(gain.mean - cost, gain.low - cost, gain.high - cost, gain.sd, gain.n)
        out.append(Worth(book.name, gain, cost, net, judge(net, 1)))
    return tuple(out)
