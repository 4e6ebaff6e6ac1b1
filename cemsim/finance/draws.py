"""Many prices at once on quantities simulated once: net present values of thousands of draws in a moment.

Cash is a sum of quantities times prices, so what one unit of each price is worth is measured once (by the measures of
money themselves, at a price of 1) and every draw is a product of two tables. Where a plan moves a price on its way, the
quantities are split between the baseline's price and the plan's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np

from cemsim.base.errors import CemsimError
from cemsim.compare.comparison import paired
from cemsim.finance.cashflow import Ends, Spending, Terms, settled, terminal_opex, terminal_value, unit_spending
from cemsim.finance.prices import HIRE, ORGANISER
from cemsim.finance.rates import Array, present_value
from cemsim.measures import money
from cemsim.measures.books import Books, books
from cemsim.measures.prices import terms

T = TypeVar("T")
#: Draws priced at a time: few enough to stay in the cache, many enough to be fast.
CHUNK: Final = 250
FINANCE: Final = ("discount_rate", "tax", "working_capital", "acquisition_cost", "message_cost")
SPENDING: Final = ("capex", "opex")
#: Prices that most companies do not have: drawn only where they are more than nothing.
RARE: Final = ("hire", "organiser", "loss")

#: Prices multiplied with each other, by path, and which of them stand as the plan leaves them, else as in the baseline.
Product = tuple[tuple[str, ...], tuple[bool, ...]]


@dataclass(frozen=True)
class Drivers:
    """What one unit of each product of prices brings in a scenario.

    ``cash [product, replicate, month]``; the same summed over the last year and without acquisition, by segment,
    ``late [product, replicate, segment]``; for the revenue ``spend [product of sales, replicate, month]`` and ``fees
    [replicate, month]``.
    """

    book: Books
    products: tuple[Product, ...]
    cash: Array
    late: Array
    sales: tuple[Product, ...]
    spend: Array
    fees: Array
    ends: Ends

    @classmethod
    def of(cls, book: Books, common: list[int], months: int, changed: Collection[str]) -> Drivers:
        """Measure a scenario's books at prices of 1; ``changed``: paths that its plan changes."""
        ends = Ends.of(book, common, months)
        moving = {path for path, (old, new) in _ends(book).items() if old != new}.union(changed)

        def split(paths: tuple[str, ...], row: Array) -> Iterator[tuple[Product, Array]]:
            for after, weight in terms([path in moving for path in paths], book.share[:months]):
                yield (paths, after), row if weight is None else row * weight[:, None]

        products, cash, late = [], [], []
        for paths, row, lasting in _at_one(book):
            for product, part in split(paths, paired(book, row, common)[:, :months]):
                products.append(product)
                cash.append(part.sum(axis=-1))
                late.append(lasting * part[:, ends.period].sum(axis=1))
        sold = paired(book, money.sales(replace(book, revenue=np.ones(len(book.segments)))), common)[:, :months]
        one = np.eye(len(book.segments))
        sales = [part for name, mine in zip(book.segments, one, strict=True)
                 for part in split((f"segments.{name}.revenue",), sold * mine)]  # fmt: skip
        fees = paired(book, money.fees(book), common)[:, :months].sum(axis=-1)
        return cls(book, tuple(products), np.stack(cash), np.stack(late), tuple(product for product, _ in sales),
                   np.stack([part.sum(axis=-1) for _, part in sales]), fees, ends)  # fmt: skip


def _at_one(book: Books) -> Iterator[tuple[tuple[str, ...], Array, float]]:
    """Paths of prices, cash ``[replicate, month, segment]`` at a price of 1, and 0 if it ends with the horizon."""
    for of, sign, what in ((money.earning, 1.0, ("revenue", "margin")), (_promised, -1.0, ("revenue",))):
        for name, one in _each(book.segments):
            yield tuple(f"segments.{name}.{each}" for each in what), sign * of(replace(book, revenue=one)), 1.0
    none, nothing, nobody = np.zeros(len(book.teams)), np.zeros(len(book.steps)), np.zeros(1)
    planned = replace(book, premium=none, hire=none, organiser=nobody)
    only = replace(planned, premium=np.ones(len(book.teams)))
    for name, one in _each(book.teams):
        yield (f"teams.{name}.wage",), -money.staff(replace(planned, wage=one)), 1.0
    for name, one in _each(book.teams):
        extra = money.staff(replace(planned, wage=one)) - money.staff(replace(only, wage=one))
        yield (f"teams.{name}.wage", f"teams.{name}.overtime_premium"), extra, 1.0
    for name, one in _each(book.teams):
        yield (f"teams.{name}.{HIRE}",), -money.staff(replace(planned, wage=none, hire=one)), 1.0
    yield (ORGANISER,), -money.staff(replace(planned, wage=none, organiser=np.ones(1))), 1.0
    for (journey, step), one in _each(book.steps):
        cost = money.unit_costs(replace(book, unit_cost=one, loss=nothing, message=nobody))
        yield (f"journeys.{journey}.steps.{step}.unit_cost",), -cost, 1.0
    for (journey, step), one in _each(book.steps):
        cost = money.unit_costs(replace(book, unit_cost=nothing, loss=one, message=nobody))
        yield (f"journeys.{journey}.steps.{step}.risk.loss",), -cost, 1.0
    yield ("finance.message_cost",), -money.messages(replace(book, message=np.ones(1))), 1.0
    yield (), money.fees(book) - money.credits(book) - money.points_used(book) - money.campaigns(book), 1.0
    for (segment, offer), one in _each(book.offers):
        yield (f"segments.{segment}.{offer}.cost",), -money.offers(replace(book, offer_cost=one)), 1.0
    won = replace(book, acquisition=np.ones(1), reward=nobody)
    yield ("finance.acquisition_cost",), -money.acquisition(won), 0.0
    yield (), -money.referral_rewards(book), 0.0


def _each(names: Sequence[T]) -> Iterator[tuple[T, Array]]:
    """Names, each with a price of 1 for it alone."""
    return zip(names, np.eye(len(names)), strict=True)


def _promised(book: Books) -> Array:
    """Compensation and discounts, both parts of revenue, without credits: these are money already."""
    return money.compensation(book) - money.credits(book) + money.discounts(book)


def _paths(book: Books) -> dict[str, list[str]]:
    """Paths of prices by the name that the books have for them."""
    return {
        "revenue": [f"segments.{name}.revenue" for name in book.segments],
        "margin": [f"segments.{name}.margin" for name in book.segments],
        "wage": [f"teams.{name}.wage" for name in book.teams],
        "premium": [f"teams.{name}.overtime_premium" for name in book.teams],
        "hire": [f"teams.{name}.{HIRE}" for name in book.teams],
        "organiser": [ORGANISER],
        "unit_cost": [f"journeys.{journey}.steps.{step}.unit_cost" for journey, step in book.steps],
        "loss": [f"journeys.{journey}.steps.{step}.risk.loss" for journey, step in book.steps],
        "offer_cost": [f"segments.{segment}.{what}.cost" for segment, what in book.offers],
        "acquisition": ["finance.acquisition_cost"],
        "message": ["finance.message_cost"],
    }


def _ends(book: Books) -> dict[str, tuple[float, float]]:
    """Prices in force by path: before the plan, and after it."""
    return {
        path: (old, new)
        for name, paths in _paths(book).items()
        for path, old, new in zip(paths, book.before[name].tolist(), book.after[name].tolist(), strict=True)
    }


class _Prices:
    """Prices of one scenario, ``[draw]`` each, by path."""

    def __init__(self, book: Books, scenario: Any, base: Any, draws: Mapping[str, Array], count: int) -> None:
        self._draws, self._count, self._ends = draws, count, _ends(book)
        self._changes = scenario.changes if scenario is not base else ()

    def of(self, path: str, after: bool) -> Array:
        """Draws of a path before or after the plan; what it adds or multiplies counts from the drawn value, what it
        sets stays."""
        if path not in self._draws:
            return np.full(self._count, self._ends[path][after])
        found = np.asarray(self._draws[path], float)
        for change in self._changes if after else ():
            if change.path != path:
                continue
            if change.verb == "add":
                found = found + (change.after - change.before)
            elif change.verb == "times" and change.before:
                found = found * (change.after / change.before)
            else:
                found = np.full(self._count, float(change.after))
        return found

    def table(self, products: Sequence[Product]) -> Array:
        """Products of prices, ``[draw, product]``."""
        out = np.ones((len(products), self._count))
        for row, (paths, ends) in zip(out, products, strict=True):
            for path, after in zip(paths, ends, strict=True):
                row *= self.of(path, after)
        return out.T


class Pricer:
    """Net present values of a family of runs under many prices.

    ``runs``: the baseline first. Made once; asked for as many draws as wanted.
    """

    def __init__(self, runs: Sequence[Any]) -> None:
        opened = [books(run) for run in runs]
        self.common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
        self.months = min(book.months for book in opened)
        self.runs = tuple(runs)
        self._drivers = [
            Drivers.of(book, self.common, self.months, {change.path for change in run.scenario.changes})
            for book, run in zip(opened, runs, strict=True)
        ]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the prices that can be drawn."""
        book = self._drivers[0].book
        own = (
            path for name, paths in _paths(book).items()
            for path, price in zip(paths, book.after[name], strict=True) if price or name not in RARE
        )  # fmt: skip
        return (
            *(path for path in own if not path.startswith("finance.")),
            *(f"finance.{name}" for name in FINANCE),
            *(f"investment.{name}" for name in SPENDING),
        )

    def npv(self, draws: Mapping[str, Array], scenario: int = 1) -> Array:
        """Net present value of a scenario against the baseline, ``[draw, replicate]``.

        Args: prices by path, each ``[draw]``, in kept units (see :attr:`paths`; shares as fractions); place of the
        scenario in the runs. A price that is not drawn is the one in force.
        Errors: CemsimError where a path is no price that can be drawn, or draws differ in number.
        """
        known = self.paths
        for path in draws:
            if path not in known:
                raise CemsimError(f"{path} cannot be drawn as a price. Prices are: {', '.join(known)}.")
        counts = {len(values) for values in draws.values()} or {1}
        if len(counts) > 1:
            raise CemsimError("Every price needs the same number of draws.")
        (count,) = counts
        parts = [
            self._chunk({path: np.asarray(v)[at : at + CHUNK] for path, v in draws.items()}, scenario,
                        min(CHUNK, count - at))
            for at in range(0, count, CHUNK)
        ]  # fmt: skip
        return np.concatenate(parts)

    def _chunk(self, draws: Mapping[str, Array], scenario: int, count: int) -> Array:
        base = self.runs[0].scenario
        sides = [(self._drivers[place], self.runs[place].scenario) for place in (scenario, 0)]
        finance = base.finance

        def of(path: str, value: float) -> Array:
            return np.asarray(draws[path], float) if path in draws else np.full(count, float(value))

        discount = of("finance.discount_rate", finance.discount_rate)
        counted = Terms(
            discount,
            of("finance.tax", finance.tax)[:, None, None],
            of("finance.working_capital", finance.working_capital)[:, None, None],
            finance.terminal,
        )
        cash, revenue, terminal = (
            ours - theirs
            for ours, theirs in zip(*(self._side(d, s, base, draws, counted, count) for d, s in sides), strict=True)
        )
        spent = self._spending(sides[0][1].investment, of, count)
        if counted.terminal != "none":
            terminal = terminal - terminal_opex(spent.opex, sides[0][0].ends, counted)
        lines, _ = settled({"operating": cash}, revenue, terminal, spent, counted)
        net = np.asarray(sum(lines.values()))
        return present_value(net, discount[:, None])

    def _side(
        self, drivers: Drivers, scenario: Any, base: Any, draws: Mapping[str, Array], counted: Terms, count: int
    ) -> tuple[Array, Array, Array]:
        prices = _Prices(drivers.book, scenario, base, draws, count)
        table = prices.table(drivers.products)
        shape = (count, *drivers.cash.shape[1:])
        cash = _times(table, drivers.cash)
        if np.any(counted.working_capital):
            revenue = _times(prices.table(drivers.sales), drivers.spend) + drivers.fees
        else:
            revenue = np.zeros(shape)
        terminal = np.zeros(shape[:-1])
        if counted.terminal != "none":
            terminal = terminal_value(_times(table, drivers.late), drivers.ends, counted)
        return cash, revenue, terminal

    def _spending(self, investment: Any, of: Any, count: int) -> Spending:
        if investment is None:
            return Spending(*np.zeros((3, 1, 1, self.months)))
        capex, opex, written_off = unit_spending(investment, self.months)
        amounts = [of(f"investment.{name}", getattr(investment, name))[:, None, None] for name in SPENDING]
        return Spending(amounts[0] * capex, amounts[1] * opex, amounts[0] * written_off)


def _times(prices: Array, quantities: Array) -> Array:
    """Prices ``[draw, driver]`` times quantities ``[driver, replicate, x]``, summed over drivers.

    Not a matrix product: that would start threads, which on a busy machine wait for each other far longer than
    such small tables take.
    """
    used = np.flatnonzero(prices.any(axis=0))
    return np.asarray(np.einsum("dk,krx->drx", prices[:, used], quantities[used]))
