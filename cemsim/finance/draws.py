"""Many prices at once on quantities simulated once: net present values of thousands of draws in a moment.

Cash is a sum of quantities times prices, so what one unit of each price is worth is measured once (by the measures of
money themselves, at a price of 1) and every draw is a product of two tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from cemsim.base.errors import CemsimError
from cemsim.compare.comparison import paired
from cemsim.finance.cashflow import Ends, Spending, Terms, settled, terminal_value, unit_spending
from cemsim.finance.prices import HIRE, ORGANISER
from cemsim.finance.rates import Array, present_value
from cemsim.measures import money
from cemsim.measures.books import Books, books

#: Draws priced at a time: few enough to stay in the cache, many enough to be fast.
CHUNK: Final = 250
FINANCE: Final = ("discount_rate", "tax", "working_capital", "acquisition_cost", "message_cost")
SPENDING: Final = ("capex", "opex")


@dataclass(frozen=True)
class Drivers:
    """What one unit of each price brings in a scenario.

    ``paths`` of the prices in force with their ``values``. ``cash [driver, replicate, month]``; the same summed over
    the last year and without acquisition, by segment, ``late [driver, replicate, segment]``; ``spend [segment,
    replicate, month]`` and ``fees [replicate, month]`` for the revenue.
    """

    book: Books
    cash: Array
    late: Array
    spend: Array
    fees: Array
    ends: Ends

    @classmethod
    def of(cls, book: Books, common: list[int], months: int) -> Drivers:
        """Measure a scenario's books at prices of 1."""
        ends = Ends.of(book, common, months)
        cash, late = [], []
        for row, lasting in _at_one(book):
            row = paired(book, row, common)[:, :months]
            cash.append(row.sum(axis=-1))
            late.append(lasting * row[:, ends.period].sum(axis=1))
        spend = paired(book, money.sales(replace(book, revenue=np.ones(len(book.segments)))), common)[:, :months]
        fees = paired(book, money.fees(book), common)[:, :months].sum(axis=-1)
        return cls(book, np.stack(cash), np.stack(late), np.moveaxis(spend, -1, 0), fees, ends)


def _at_one(book: Books) -> Iterator[tuple[Array, float]]:
    """Cash ``[replicate, month, segment]`` of each driver at a price of 1, in the order of :func:`_prices`; 0 beside it
    where it ends with the horizon."""
    for of, sign in ((money.earning, 1.0), (_promised, -1.0)):
        for one in np.eye(len(book.segments)):
            yield sign * of(replace(book, revenue=one)), 1.0
    none, nothing = np.zeros(len(book.teams)), np.zeros(len(book.steps))
    planned = replace(book, premium=none, hire=none, organiser=0.0)
    only = replace(planned, premium=np.ones(len(book.teams)))
    for one in np.eye(len(book.teams)):
        yield -money.staff(replace(planned, wage=one)), 1.0
    for one in np.eye(len(book.teams)):
        yield money.staff(replace(planned, wage=one)) - money.staff(replace(only, wage=one)), 1.0
    for one in np.eye(len(book.teams)):
        yield -money.staff(replace(planned, wage=none, hire=one)), 1.0
    yield -money.staff(replace(planned, wage=none, organiser=1.0)), 1.0
    for one in np.eye(len(book.steps)):
        yield -money.unit_costs(replace(book, unit_cost=one, loss=nothing, message=0.0)), 1.0
    for one in np.eye(len(book.steps)):
        yield -money.unit_costs(replace(book, unit_cost=nothing, loss=one, message=0.0)), 1.0
    yield -money.messages(replace(book, message=1.0)), 1.0
    yield money.fees(book) - money.credits(book) - money.points_used(book) - money.campaigns(book), 1.0
    for one in np.eye(len(book.offers)):
        yield -money.offers(replace(book, offer_cost=one)), 1.0
    yield -money.acquisition(replace(book, acquisition=1.0, reward=0.0)), 0.0
    yield -money.referral_rewards(book), 0.0


def _promised(book: Books) -> Array:
    """Compensation and discounts, both parts of revenue, without credits: these are money already."""
    return money.compensation(book) - money.credits(book) + money.discounts(book)


class _Prices:
    """Prices of one scenario, ``[draw]`` each, by path."""

    def __init__(self, book: Books, scenario: Any, base: Any, draws: Mapping[str, Array], count: int) -> None:
        self._draws, self._count = draws, count
        self._changes = scenario.changes if scenario is not base else ()
        self.book = book

    def of(self, path: str, value: float) -> Array:
        """Draws of a path; what a patch adds or multiplies counts from the drawn value, what it sets stays."""
        if path not in self._draws:
            return np.full(self._count, float(value))
        found = np.asarray(self._draws[path], float)
        for change in self._changes:
            if change.path != path:
                continue
            if change.verb == "add":
                found = found + (change.after - change.before)
            elif change.verb == "times" and change.before:
                found = found * (change.after / change.before)
            else:
                found = np.full(self._count, float(change.after))
        return found

    def revenue(self) -> Array:
        """``[segment, draw]``."""
        pairs = zip(self.book.segments, self.book.revenue, strict=True)
        return np.array([self.of(f"segments.{name}.revenue", value) for name, value in pairs])

    def table(self) -> Array:
        """Prices of all drivers, ``[driver, draw]``, in the order of :func:`_at_one`."""
        book = self.book
        revenue = self.revenue()
        margin = [self.of(f"segments.{n}.margin", v) for n, v in zip(book.segments, book.margin, strict=True)]
        wage = [self.of(f"teams.{n}.wage", v) for n, v in zip(book.teams, book.wage, strict=True)]
        premium = [
            self.of(f"teams.{n}.overtime_premium", v) for n, v in zip(book.teams, book.premium, strict=True)
        ]
        overtime = [pay * more for pay, more in zip(wage, premium, strict=True)]
        hire = [self.of(f"teams.{n}.{HIRE}", v) for n, v in zip(book.teams, book.hire, strict=True)]
        unit = [
            self.of(f"journeys.{journey}.steps.{step}.unit_cost", value)
            for (journey, step), value in zip(book.steps, book.unit_cost, strict=True)
        ]
        lost = [
            self.of(f"journeys.{journey}.steps.{step}.risk.loss", value)
            for (journey, step), value in zip(book.steps, book.loss, strict=True)
        ]
        offers = [
            self.of(f"segments.{segment}.{what}.cost", value)
            for (segment, what), value in zip(book.offers, book.offer_cost, strict=True)
        ]
        return np.vstack([
            revenue * margin, revenue, *wage, *overtime, *hire,
            self.of(ORGANISER, book.organiser), *unit, *lost, self.of("finance.message_cost", book.message),
            np.ones(self._count), *offers, self.of("finance.acquisition_cost", book.acquisition), np.ones(self._count),
        ])  # fmt: skip


class Pricer:
    """Net present values of a family of runs under many prices.

    ``runs``: the baseline first. Made once; asked for as many draws as wanted.
    """

    def __init__(self, runs: Sequence[Any]) -> None:
        opened = [books(run) for run in runs]
        self.common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
        self.months = min(book.months for book in opened)
        self.runs = tuple(runs)
        self._drivers = [Drivers.of(book, self.common, self.months) for book in opened]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the prices that can be drawn."""
        book = self._drivers[0].book
        return (
            *(f"segments.{name}.{what}" for what in ("revenue", "margin") for name in book.segments),
            *(f"teams.{name}.{what}" for what in ("wage", "overtime_premium") for name in book.teams),
            *(f"teams.{name}.{HIRE}" for name, cost in zip(book.teams, book.hire, strict=True) if cost),
            *((ORGANISER,) if book.organiser else ()),
            *(f"journeys.{journey}.steps.{step}.unit_cost" for journey, step in book.steps),
            *(f"journeys.{j}.steps.{s}.risk.loss" for (j, s), loss in zip(book.steps, book.loss, strict=True) if loss),
            *(f"segments.{segment}.{what}.cost" for segment, what in book.offers),
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
        terms = Terms(
            discount,
            of("finance.tax", finance.tax)[:, None, None],
            of("finance.working_capital", finance.working_capital)[:, None, None],
            finance.terminal,
        )
        cash, revenue, terminal = (
            ours - theirs
            for ours, theirs in zip(*(self._side(d, s, base, draws, terms, count) for d, s in sides), strict=True)
        )
        spent = self._spending(sides[0][1].investment, of, count)
        lines, _ = settled({"operating": cash}, revenue, terminal, spent, terms)
        net = np.asarray(sum(lines.values()))
        return present_value(net, discount[:, None])

    def _side(
        self, drivers: Drivers, scenario: Any, base: Any, draws: Mapping[str, Array], terms: Terms, count: int
    ) -> tuple[Array, Array, Array]:
        prices = _Prices(drivers.book, scenario, base, draws, count)
        table = prices.table().T
        shape = (count, *drivers.cash.shape[1:])
        cash = _times(table, drivers.cash)
        if np.any(terms.working_capital):
            revenue = _times(prices.revenue().T, drivers.spend) + drivers.fees
        else:
            revenue = np.zeros(shape)
        terminal = np.zeros(shape[:-1])
        if terms.terminal != "none":
            terminal = terminal_value(_times(table, drivers.late), drivers.ends, terms)
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
