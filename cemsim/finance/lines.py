"""Differences as lines that add up: net present value by kind of money, churn by cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.base.words import CAUSES
from cemsim.finance.cashflow import EFFECT, Ends, cash_flow, spending, terminal_opex, terms
from cemsim.finance.rates import discounts, present_value
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


def lines_of(kpi: str, finance: Any, investment: Any = None) -> Lines:
    """A measure by id, ``npv`` among them, in lines where it has any: money by kind, losses by cause.

    ``finance``: the baseline's, which says how money is counted; ``investment``: the plan's, whose opex goes on for
    customers whom the plan keeps beyond the horizon (see :func:`outlay`).

    Raises:
        KeyError: there is no such measure.

    >>> lines_of("churn", None).names[-1], lines_of("nps", None).names
    ('service', ('True net promoter score',))
    """
    if kpi == "npv":
        names = tuple(MONEY[name] for name in MOVED)
        return Lines(NPV, names, lambda base, ours: _worths(base, ours, finance, investment))
    found = KPIS[kpi]
    if kpi in ("churn", "lost"):
        parts, names = [KPIS[f"{kpi}_{cause}"] for cause in CAUSES], tuple(CAUSE_LABEL[c] for c in CAUSES)
    else:
        parts, names = [found], (found.label,)
    return Lines(found, names, lambda base, ours: _totals(parts, ours) - _totals(parts, base))


def outlay(investment: Any, finance: Any, bases: Sequence[Books]) -> float:
    """Present value of an investment's capex and opex after tax, as a positive amount: it belongs to a plan as a whole.

    ``bases``: books of the baseline. Where a terminal value counts, opex goes on for their customers; that it goes on
    for other customers is part of what the plan's changes bring (`lines_of`).
    """
    counted, months = terms(finance), bases[0].months
    spent = spending(investment, months)
    flow = spent.capex + spent.opex - counted.tax * (spent.opex + spent.depreciation)
    later = np.concatenate([_later(book, book, finance, investment) for book in bases])
    return float(present_value(flow, counted.discount) + later.mean())


def _later(book: Books, base: Books, finance: Any, investment: Any) -> Array:
    """Present value of a plan's opex after the horizon, ``[replicate]``; 0 where nothing after it counts."""
    counted, common, months = terms(finance), list(base.replicates), min(base.months, book.months)
    if counted.terminal == "none":
        return np.zeros(len(common))
    opex = terminal_opex(spending(investment, months).opex, Ends.of(book, common, months), counted)
    return np.asarray(opex * discounts(counted.discount, months + 1)[-1])


def _worths(base: Books, ours: Books, finance: Any, investment: Any) -> Array:
    """Present value of what each line of MOVED adds, ``[replicate, line]``, without an investment's own cost."""
    months = min(base.months, ours.months)
    flow = cash_flow(base, ours, list(base.replicates), months, terms(finance), spending(None, months))
    worths = np.stack([present_value(flow.lines[name], terms(finance).discount) for name in MOVED], axis=-1)
    later = _later(ours, base, finance, investment) - _later(base, base, finance, investment)
    worths[:, MOVED.index("terminal")] -= later
    return worths


def _totals(parts: list[Kpi], books: Books) -> Array:
    return np.stack([part.total(books) for part in parts], axis=-1)
