"""The net present value of each scenario, replicate by replicate, for whatever looks at many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.finance.cashflow import cash_flow, spending, terms
from cemsim.finance.rates import Array, discounts, present_value
from cemsim.measures.books import books


@dataclass(frozen=True)
class Gain:
    """Cash of each scenario less the baseline's.

    ``net`` ``[scenario, replicate]``: net present value, the investment case's (finance.case). ``flow`` ``[scenario,
    replicate, month]``: net cash; ``worth``: the same in money of month 0. ``capex`` ``[scenario]``: present value of
    what the plan costs once, before tax. ``lives`` ``[scenario, replicate, 2, month]``: cash of scenario and baseline
    before tax and the plan's own cost, in money of month 0. ``people``: customers of the baseline at the start;
    ``starts``: month in which each plan starts.
    """

    net: Array
    flow: Array
    worth: Array
    capex: Array
    lives: Array
    people: float
    starts: tuple[int, ...]


def gain(runs: Sequence[Any]) -> Gain:
    """Net present values of the scenarios behind the first, paired by replicate; prices are those of the scenarios."""
    from cemsim.compare.comparison import paired
    from cemsim.measures.money import contribution

    opened = [books(run) for run in runs]
    common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
    months = min(book.months for book in opened)
    counted = terms(runs[0].scenario.finance)
    factors = discounts(counted.discount, months)
    earned = [paired(book, contribution(book).sum(axis=-1)[:, :months], common) * factors for book in opened]
    flows, capex = [], []
    for run, book in zip(runs[1:], opened[1:], strict=True):
        spent = spending(run.scenario.investment, months)
        flows.append(cash_flow(opened[0], book, common, months, counted, spent).net)
        capex.append(float(present_value(spent.capex, counted.discount)))
    flow = np.array(flows)
    starts = tuple(run.scenario.investment.starts if run.scenario.investment else 0 for run in runs[1:])
    worth = flow * discounts(counted.discount, flow.shape[-1])
    lives = np.stack([np.stack([ours, earned[0]], axis=1) for ours in earned[1:]])
    people = float(opened[0].people("active_start")[:, 0, :, 0].sum(axis=-1).mean())
    return Gain(present_value(flow, counted.discount), flow, worth, np.array(capex), lives, people, starts)


def net_values(runs: Sequence[Any]) -> Array:
    """Net present values, ``[scenario, replicate]``; see :func:`gain`."""
    return gain(runs).net
