"""The cash that a plan adds, month by month: scenario less baseline, paired by replicate.

Signs are those of cash: what comes in is positive. Months are counted from 0 to the horizon T; month T, one more,
holds what is settled at the end (terminal value, working capital given back). Source: model.md k1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cemsim.base.errors import CemsimError
from cemsim.compare.comparison import paired
from cemsim.finance.rates import Array
from cemsim.measures import money
from cemsim.measures.books import Books
from cemsim.measures.customers import lost, retention

#: Lines that customers' reaction moves, and lines that the plan decides. Together they are the net cash flow.
EFFECT = ("margin", "unit_costs", "compensation", "offers", "rewards", "acquisition")
OUTLAY = ("pay", "campaigns", "opex", "capex")
LINES = (*EFFECT, *OUTLAY, "tax", "working_capital", "terminal")
#: Measures behind the lines, and the sign with which they are cash.
OPERATING: Final[dict[str, tuple[Any, float]]] = {
    "margin": (money.earned, 1.0), "unit_costs": (money.unit_costs, -1.0),
    "compensation": (money.compensation, -1.0), "offers": (money.offers, -1.0), "rewards": (money.rewards, -1.0),
    "acquisition": (money.acquisition, -1.0), "pay": (money.staff, -1.0), "campaigns": (money.campaigns, -1.0),
}  # fmt: skip
YEAR = 12
ROUNDING = 1e-12
"""Of sums of money: what is closer, for its size, differs only by the order in which it was added up."""


@dataclass(frozen=True)
class Terms:
    """How cash is counted; numbers, or arrays that broadcast against ``[..., month]`` (one value a draw)."""

    discount: Any
    tax: Any
    working_capital: Any
    terminal: str


@dataclass(frozen=True)
class Spending:
    """What an investment costs, ``[..., month]``, as positive amounts: capex, opex and depreciation for tax."""

    capex: Array
    opex: Array
    depreciation: Array


@dataclass(frozen=True)
class CashFlow:
    """Lines of the added cash, each ``[replicate, T + 1]``; they add up to ``net``.

    ``segments``: margin less cost to serve, offers and acquisition before tax, ``[segment, replicate, T + 1]``.
    ``depreciation``: no cash, but behind the tax, ``[T + 1]``. ``relief``: tax of each line of EFFECT and OUTLAY,
    which adds up to the line tax.
    """

    lines: Mapping[str, Array]
    relief: Mapping[str, Array]
    segments: Array
    depreciation: Array

    @property
    def net(self) -> Array:
        """Net cash, ``[replicate, T + 1]``."""
        return np.asarray(sum(self.lines[name] for name in LINES))

    @property
    def effect(self) -> Array:
        """What customers' reaction brings after tax: the lines of EFFECT, working capital and terminal value."""
        parts = [self.lines[name] + self.relief[name] for name in EFFECT]
        return np.asarray(sum(parts) + self.lines["working_capital"] + self.lines["terminal"])

    @property
    def outlay(self) -> Array:
        """What the plan itself costs after tax, as positive amounts: pay, opex, capex."""
        return -np.asarray(sum(self.lines[name] + self.relief[name] for name in OUTLAY))


def terms(finance: Any) -> Terms:
    """Terms of a scenario's ``finance`` block."""
    return Terms(finance.discount_rate, finance.tax, finance.working_capital, finance.terminal)


def spending(investment: Any, months: int) -> Spending:
    """An investment's payments and depreciation, each ``[month]``.

    Capex in equal parts over ``capex_over`` months from ``starts``; opex each month from then on, growing over
    ``opex_ramp`` months; each part of capex is depreciated evenly over ``depreciation`` months from its payment.
    What lies beyond the last month is not counted.

    >>> from cemsim.scenario.schema.finance import Investment
    >>> plan = Investment(capex=1200.0, opex=10.0, starts=1, depreciation=3, opex_ramp=2)
    >>> found = spending(plan, 5)
    >>> found.capex.tolist(), found.opex.tolist(), found.depreciation.tolist()
    ([0.0, 1200.0, 0.0, 0.0, 0.0], [0.0, 5.0, 10.0, 10.0, 10.0], [0.0, 400.0, 400.0, 400.0, 0.0])
    """
    if investment is None:
        return Spending(*np.zeros((3, months)))
    capex, opex, written_off = unit_spending(investment, months)
    return Spending(investment.capex * capex, investment.opex * opex, investment.capex * written_off)


def unit_spending(investment: Any, months: int) -> tuple[Array, Array, Array]:
    """Capex, opex and depreciation of an investment for capex 1 and opex 1 a month, each ``[month]``."""
    since = np.arange(months) - int(investment.starts)
    over, life = int(investment.capex_over), int(investment.depreciation)
    capex = np.where((since >= 0) & (since < over), 1.0 / over, 0.0)
    opex = np.clip((since + 1) / max(int(investment.opex_ramp), 1), 0.0, 1.0)
    written_off = np.convolve(capex, np.full(life, 1.0 / life))[:months]
    return capex, opex, written_off


def cash_flow(base: Books, ours: Books, common: list[int], months: int, terms: Terms, spent: Spending) -> CashFlow:
    """The cash that ``ours`` adds to ``base`` over ``months``, for the replicates in ``common``."""
    groups = tuple(dict.fromkeys((*base.segments, *ours.segments)))

    def sides(of: Any, sign: float = 1.0) -> list[Array]:
        """A money measure of both, as cash, ``[replicate, month, group]``."""
        both = ((book, paired(book, of(book), common)[:, :months]) for book in (ours, base))
        return [sign * _spread(values, book.segments, groups) for book, values in both]

    operating: dict[str, Array] = {}
    segments = np.zeros((len(groups), len(common), months))
    for name, (of, sign) in OPERATING.items():
        after, before = sides(of, sign)
        segments += np.moveaxis(after - before, -1, 0)
        operating[name] = difference(after.sum(axis=-1), before.sum(axis=-1))
    revenue = difference(*(side.sum(axis=-1) for side in sides(money.revenue)))
    worth = [terminal_of(book, common, months, terms) for book in (ours, base)]
    if terms.terminal != "none":
        worth[0] = worth[0] - terminal_opex(spent.opex, Ends.of(ours, common, months), terms)
    lines, relief = settled(operating, revenue, worth[0] - worth[1], spent, terms)
    return CashFlow(lines, relief, _ended(segments), _ended(spent.depreciation))


def difference(ours: Array, base: Array) -> Array:
    """One sum less another; 0 where they differ by no more than the rounding of their parts.

    >>> difference(np.array([0.1 + 0.2, 2.0]), np.array([0.3, 1.5])).tolist()
    [0.0, 0.5]
    """
    apart = ours - base
    return np.where(np.abs(apart) <= ROUNDING * np.maximum(np.abs(ours), np.abs(base)), 0.0, apart)


def settled(
    operating: Mapping[str, Array], revenue: Array, terminal: Array, spent: Spending, terms: Terms
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Operating lines with the plan's spending, tax, working capital and terminal value beside them.

    ``operating``: added cash by line, each ``[..., month]``; ``revenue``: added revenue, likewise; ``terminal``:
    after tax, ``[...]``. Returns lines that add up to the net cash, each ``[..., T + 1]``, and the tax behind each
    line that is taxed (below 0: paid).
    """
    shape = (*revenue.shape[:-1], revenue.shape[-1] + 1)
    taxed = {name: _ended(flow) for name, flow in operating.items()}
    taxed["opex"] = np.broadcast_to(-_ended(spent.opex), shape)
    relief = {name: -terms.tax * flow for name, flow in taxed.items()}
    relief["capex"] = np.broadcast_to(terms.tax * _ended(spent.depreciation), shape)
    end = np.zeros(shape)
    end[..., -1] = terminal
    lines = {
        **taxed,
        "capex": np.broadcast_to(-_ended(spent.capex), shape),
        "tax": np.asarray(sum(relief.values())),
        "working_capital": tied_up(revenue, terms),
        "terminal": end,
    }
    return lines, relief


def tied_up(revenue: Array, terms: Terms) -> Array:
    """Cash that goes into working capital, ``[..., T + 1]``, from the added revenue ``[..., month]``.

    A share of a year's revenue at the month's rate is tied up; what is left of it comes back at the end, unless a
    terminal value lets the business go on.

    >>> tied_up(np.array([100.0, 300.0]), Terms(0.1, 0.25, 0.05, "none")).round(6).tolist()
    [-60.0, -120.0, 180.0]
    """
    level = YEAR * terms.working_capital * revenue
    end = np.zeros_like(level[..., :1]) if terms.terminal == "none" else level[..., -1:]
    level = np.concatenate([np.zeros_like(level[..., :1]), level, end], axis=-1)
    return np.asarray(-np.diff(level, axis=-1))


def terminal_of(book: Books, common: list[int], months: int, terms: Terms) -> Array:
    """Lifetime value, after tax, of a scenario's customers at the end, ``[replicate]``; 0 where it is not asked."""
    if terms.terminal == "none":
        return np.zeros(len(common))
    earned = money.contribution(book) + money.acquisition(book)
    ends = Ends.of(book, common, months)
    return terminal_value(paired(book, earned, common)[:, ends.period].sum(axis=1), ends, terms)


@dataclass(frozen=True)
class Ends:
    """Customers of the last year (or of the whole horizon, where it is shorter), each ``[replicate, segment]``.

    ``period``: the months; ``lived``: customer-months in them; ``kept``: share kept over a year; ``left``: customers
    still there at the end.
    """

    period: slice
    lived: Array
    kept: Array
    left: Array

    @classmethod
    def of(cls, book: Books, common: list[int], months: int) -> Ends:
        """The last year of a scenario's books."""
        period = slice(max(0, months - YEAR), months)
        people = paired(book, book.people("months", "year_left", "year_base", "active_start"), common)
        lived, left, base, start = np.moveaxis(people[:, period].sum(axis=1), -1, 0)
        gone = paired(book, lost(book), common)[:, period].sum(axis=1)
        active = paired(book, book.people("active")[..., 0], common)[:, months - 1]
        return cls(period, lived, retention(left, base, gone, start), active)


def terminal_value(earned: Array, ends: Ends, terms: Terms) -> Array:
    """Lifetime value after tax of the customers still there, ``[..., replicate]``, in money of the horizon's end.

    ``earned``: contribution before acquisition in the last year, ``[..., replicate, segment]``. What customers bring
    within the horizon is not in it: m r / (1 + i − r) begins with the margin of the year after (model.md e5).

    Raises CemsimError where nobody leaves and nothing is discounted: that is worth more than any number.
    """
    present = ends.left > 0
    kept = np.where(present, ends.kept, 0.0)
    discount = np.asarray(terms.discount, float)
    if np.any(np.min(discount) <= kept - 1.0):
        raise CemsimError("The lifetime value of customers who never leave is endless at a discount rate of 0.")
    a_year = YEAR * np.divide(earned, ends.lived, out=np.zeros_like(earned), where=ends.lived > 0)
    each = money.lifetime_value(a_year, kept, discount[..., None, None] if discount.ndim else discount)
    total = (each * np.where(present, ends.left, 0.0)).sum(axis=-1)
    return np.asarray((1.0 - (terms.tax[..., 0] if np.ndim(terms.tax) else terms.tax)) * total)


def terminal_opex(opex: Array, ends: Ends, terms: Terms) -> Array:
    """What a plan's opex costs after the horizon and after tax, ``[..., replicate]``, as positive amounts.

    ``opex``: ``[..., month]``. It goes on as in the last year, for each customer, as long as customers stay: what the
    plan brings after the horizon is not had without what keeps it running.
    """
    year = opex[..., ends.period].sum(axis=-1)
    return terminal_value(year[..., None] * shares(ends), ends, terms)


def shares(ends: Ends) -> Array:
    """Share of each segment in the last year's customer-months, ``[replicate, segment]``."""
    return np.asarray(ends.lived / np.maximum(ends.lived.sum(axis=-1, keepdims=True), 1.0))


def _ended(flow: Array) -> Array:
    return np.concatenate([flow, np.zeros_like(flow[..., :1])], axis=-1)


def _spread(values: Array, names: tuple[str, ...], groups: tuple[str, ...]) -> Array:
    """Values ``[..., segment]`` put to the places of all groups; 0 where a scenario does not have one."""
    out = np.zeros((*values.shape[:-1], len(groups)))
    out[..., [groups.index(name) for name in names]] = values
    return out
