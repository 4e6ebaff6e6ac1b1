"""The investment case of a scenario: what it adds in cash, and what finance makes of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.compare.interval import Interval, interval
from cemsim.compare.verdict import Verdict, judge
from cemsim.finance import rates
from cemsim.finance.cashflow import EFFECT, LINES, OUTLAY, CashFlow, Terms, cash_flow, spending, terms
from cemsim.finance.rates import Array, discounts, present_value
from cemsim.finance.serve import Served, to_serve
from cemsim.measures.books import Books, books


@dataclass(frozen=True)
class Case:
    """One scenario against the baseline, in money of month 0 (see :mod:`cemsim.finance.cashflow`).

    ``gain``: present value of what customers' reaction brings after tax. ``cost``: present value of the plan's own
    pay, opex and capex after tax. ``net``: gain less cost, the net present value. ``plain``: the same before tax,
    without working capital and terminal value. ``worths``: present value of each line, and of each ``segment``'s
    operating cash before tax. ``later_relief``: tax relief on depreciation after the horizon, not counted.
    ``unpaid``: capex that is due after the horizon, not counted.
    ``served``: cost to serve in the baseline and in the scenario.

    Rates of return and paybacks are those of the mean cash flow; paybacks in months from the start of the plan, without
    the terminal value, which is no cash within the horizon. ``paid_back``: share of replicates in which it is paid
    back. ``roi``: net cash over capex and opex paid, not discounted; ``profitability``: present value of all that comes
    back over that of capex and opex. Opex below 0, money saved, is among what comes back.
    """

    scenario: str
    currency: str
    terms: Terms
    starts: int
    flow: CashFlow
    groups: tuple[str, ...]
    net: Interval
    gain: Interval
    cost: float
    plain: Interval
    verdict: Verdict
    worths: Mapping[str, Interval]
    by_segment: Mapping[str, Interval]
    irr: tuple[float, ...]
    mirr: float | None
    roi: float | None
    profitability: float | None
    payback: float | None
    discounted_payback: float | None
    paid_back: float
    break_even: float | None
    later_relief: float
    unpaid: float
    spent: bool
    served: tuple[Served, Served]

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return int(self.flow.net.shape[-1] - 1)

    @property
    def cumulative(self) -> Array:
        """Net cash so far, not discounted, ``[replicate, T + 1]``."""
        return np.asarray(self.flow.net.cumsum(axis=-1))

    def years(self) -> tuple[tuple[str, ...], dict[str, Array]]:
        """Heads (year 1, year 2, ..., end) and mean cash of each line in them, ``{line: [column]}``.

        The lines' columns add up to ``net``; the column ``end`` is there only if something is settled then.
        """
        edges = [*range(0, self.months, 12), self.months]
        rows = {name: self.flow.lines[name].mean(axis=0) for name in LINES}
        rows["net"] = self.flow.net.mean(axis=0)
        out = {name: np.add.reduceat(row, edges) for name, row in rows.items()}
        ended = any(row[-1] != 0.0 for row in out.values())
        heads = [f"year {number}" for number in range(1, len(edges))]
        return (*heads, *(("end",) if ended else ())), {
            name: row if ended else row[:-1] for name, row in out.items()
        }


def cases(runs: Sequence[Any]) -> tuple[Case, ...]:
    """The investment case of each scenario against the first, paired by replicate.

    ``runs``: as for :func:`cemsim.compare.compare`. Rates and taxes are the baseline's, for all alike.
    """
    opened = [books(run) for run in runs]
    common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
    months = min(book.months for book in opened)
    finance = runs[0].scenario.finance
    return tuple(
        _case(opened[0], book, common, months, finance, run.scenario.investment)
        for run, book in zip(runs[1:], opened[1:], strict=True)
    )


def _case(
    base: Books, ours: Books, common: list[int], months: int, finance: Any, investment: Any
) -> Case:
    counted = terms(finance)
    spent = spending(investment, months)
    flow = cash_flow(base, ours, common, months, counted, spent)
    starts = min(int(investment.starts), months) if investment is not None else 0
    net, effect = flow.net, flow.effect

    def worth(row: Array) -> Array:
        return present_value(row, counted.discount)

    found = interval(worth(net))
    gain, cost = interval(worth(effect)), float(worth(flow.outlay).mean())
    mean = net.mean(axis=0)
    cash = (net if counted.terminal == "none" else net[:, :-1])[:, starts:]
    seen = cash.mean(axis=0)
    put_in = spent.capex + np.maximum(spent.opex, 0.0)             # opex below zero is money saved: it comes back
    paid, paid_now = float(put_in.sum()), float(worth(put_in))

    def back(row: Array) -> float | None:
        return rates.payback(row) if starts < months else None

    groups = tuple(dict.fromkeys((*base.segments, *ours.segments)))
    plain = np.asarray(sum(flow.lines[name] for name in (*EFFECT, *OUTLAY)))
    return Case(
        scenario=ours.name,
        currency=base.currency,
        terms=counted,
        starts=starts,
        flow=flow,
        groups=groups,
        net=found,
        gain=gain,
        cost=cost,
        plain=interval(worth(plain)),
        verdict=judge(found, 1),
        worths={name: interval(worth(flow.lines[name])) for name in LINES},
        by_segment={name: interval(worth(flow.segments[place])) for place, name in enumerate(groups)},
        irr=rates.internal_rates(mean),
        mirr=rates.modified_rate(
            mean[starts:],
            finance.discount_rate if finance.finance_rate is None else finance.finance_rate,
            finance.discount_rate if finance.reinvestment_rate is None else finance.reinvestment_rate,
        ),
        roi=rates.return_on_investment(float(mean.sum()) + paid, paid),
        profitability=rates.profitability(found.mean + paid_now, paid_now),
        payback=back(seen),
        discounted_payback=back(seen * discounts(counted.discount, starts + len(seen))[starts:]),
        paid_back=float(np.mean([back(row) is not None for row in cash])),
        break_even=rates.break_even(gain.mean, cost),
        unpaid=investment.capex - float(spent.capex.sum()) if investment is not None and starts < months else 0.0,
        later_relief=float(counted.tax * (spent.capex.sum() - spent.depreciation.sum())),
        spent=bool(np.any(spent.capex) or np.any(spent.opex)),
        served=(to_serve(base, common, months), to_serve(ours, common, months)),
    )
