"""Differences as lines that add up: net present value by kind of money, churn by cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.base.words import CAUSES
from cemsim.finance.cashflow import EFFECT, cash_flow, spending, terms
from cemsim.finance.rates import present_value
from cemsim.measures.books import Array, Books
from cemsim.measures.catalogue import KPIS
from cemsim.measures.customers import CAUSE_LABEL
from cemsim.measures.kpi import FREE, Kpi, amount
from cemsim.measures.money import contribution


@dataclass(frozen=True)
class Lines:
    """How one measure differs between two scenarios, in lines that add up to the difference.

    ``kpi`` names it and says how it is shown; ``names`` are those of its lines, one where it is not split;
    ``gap(base, ours)`` is ``[replicate, line]``, of books with the same replicates.
    """

    kpi: Kpi
    names: tuple[str, ...]
    gap: Callable[[Books, Books], Array]


NOTE = "As in the investment case: after tax, discounted, over the horizon."
NPV = Kpi(
    "npv", "Net present value", "money", 1,
    lambda books: contribution(books)[..., None], lambda sums, books: amount(sums, books), FREE, group="money",
    note=NOTE,
)  # fmt: skip
#: Lines of the cash flow that customers and teams move; those of the investment stand beside.
MOVED = (*EFFECT, "pay", "campaigns", "tax", "working_capital", "terminal")
MONEY = {
    "margin": "revenue times margin", "unit_costs": "contacts beside pay", "compensation": "compensation",
    "offers": "offers that save, win back or sell",
    "rewards": "rewards of loyalty schemes", "campaigns": "campaigns",
    "acquisition": "winning customers", "pay": "pay", "tax": "tax", "working_capital": "working capital",
    "terminal": "value after the horizon",
}  # fmt: skip


def lines_of(kpi: str, finance: Any) -> Lines:
    """A measure by id, ``npv`` among them, in lines where it has any: money by kind, losses by cause.

    ``finance``: the baseline's, which says how money is counted.

    Raises:
        KeyError: there is no such measure.

    >>> lines_of("churn", None).names[-1], lines_of("nps", None).names
    ('service', ('True net promoter score',))
    """
    if kpi == "npv":
        return Lines(NPV, tuple(MONEY[name] for name in MOVED), lambda base, ours: _worths(base, ours, finance))
    found = KPIS[kpi]
    if kpi in ("churn", "lost"):
        parts, names = [KPIS[f"{kpi}_{cause}"] for cause in CAUSES], tuple(CAUSE_LABEL[c] for c in CAUSES)
    else:
        parts, names = [found], (found.label,)
    return Lines(found, names, lambda base, ours: _totals(parts, ours) - _totals(parts, base))


def outlay(investment: Any, finance: Any, months: int) -> float:
    """Present value of an investment's capex and opex after tax, as a positive amount: it belongs to a plan as a whole.

    >>> from cemsim.scenario.schema.finance import Finance, Investment
    >>> round(outlay(Investment(capex=1000.0), Finance(tax=0.0), 36), 6)
    1000.0
    """
    spent, tax = spending(investment, months), terms(finance).tax
    flow = spent.capex + spent.opex - tax * (spent.opex + spent.depreciation)
    return float(present_value(flow, terms(finance).discount))


def _worths(base: Books, ours: Books, finance: Any) -> Array:
    """Present value of what each line of MOVED adds, ``[replicate, line]``, without an investment."""
    months = min(base.months, ours.months)
    flow = cash_flow(base, ours, list(base.replicates), months, terms(finance), spending(None, months))
    return np.stack([present_value(flow.lines[name], terms(finance).discount) for name in MOVED], axis=-1)


def _totals(parts: list[Kpi], books: Books) -> Array:
    return np.stack([part.total(books) for part in parts], axis=-1)
