"""The sheet of prices: every price in one cell with a name, to be changed there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cemsim.base.language import say
from cemsim.finance.cashflow import Terms
from cemsim.finance.prices import SHORT
from cemsim.measures.books import Array, Books
from cemsim.measures.prices import terms
from cemsim.report.numbers import plain
from cemsim.report.workbook.paper import Paper, Sheet

BEFORE, WITH, PARTLY = "at the price before the plan", "at the plan's price", "at prices partly the plan's"
FIRST = 3
"""First column of prices: the baseline's; a column a scenario from there."""


@dataclass(frozen=True)
class Price:
    """A price in every scenario (NaN where a scenario has no use for it)."""

    id: str
    label: str
    unit: str
    look: str
    values: tuple[float, ...]


@dataclass
class Prices:
    """Where each price stands: ``cell(id, scenario)`` for formulas, ``value(id, scenario)`` for checks."""

    sheet: Sheet
    rows: dict[str, tuple[int, Price]] = field(default_factory=dict)

    def cell(self, name: str, scenario: int = 0) -> str:
        """The cell of a price, as formulas on any sheet write it."""
        return self.sheet.at(self.rows[name][0], FIRST + scenario)

    def value(self, name: str, scenario: int = 0) -> float:
        """A price."""
        return self.rows[name][1].values[scenario]

    def split(
        self, names: tuple[str, ...], scenario: int, share: Array
    ) -> Iterator[tuple[str, tuple[tuple[str, int], ...], Array | None]]:
        """A product of prices in parts, as some of them move from the baseline's to the scenario's own.

        Yields words for the part, each price with the scenario whose it is (0: the baseline), and the weight by month.
        """
        moves = [self._moves(name, scenario) for name in names]
        for ends, weight in terms(moves, share):
            own = {after for after, moved in zip(ends, moves, strict=True) if moved}
            words = "" if weight is None else f" · {say(PARTLY if len(own) > 1 else WITH if True in own else BEFORE)}"
            whose = tuple((name, scenario if after else 0) for name, after in zip(names, ends, strict=True))
            yield words, whose, weight

    def _moves(self, name: str, scenario: int) -> bool:
        """Whether both the baseline and a scenario have a price, and not the same."""
        old, new = self.value(name), self.value(name, scenario)
        return bool(np.isfinite(old) and np.isfinite(new)) and old != new


def key(*parts: str) -> str:
    """What a price is called inside the program: unlike its name in the workbook, never shortened."""
    return ".".join(parts)


def identity(name: str) -> str:
    """A name that a workbook takes.

    >>> identity("wage.contact centre (north)")
    'wage_contact_centre__north_'
    """
    return re.sub(r"[^\w]", "_", name)


def prices_of(opened: Sequence[Books], counted: Terms, plans: Sequence[Any]) -> list[Price]:
    """All prices of a family, the baseline first; ``plans``: each scenario's investment, or None."""
    currency = opened[0].currency
    month = say("{currency} a month", currency=currency)

    def one(name: str) -> tuple[float, ...]:
        """A price of nothing in particular."""
        return tuple(float(b.after[name][0]) for b in opened)

    found = [
        Price("discount_rate", say("discount rate a year"), "", "input_rate", (counted.discount,)),
        Price("tax", say("tax on what a plan adds to profit"), "", "input_rate", (counted.tax,)),
        Price("working_capital", say("share of a year's added revenue that is tied up"), "", "input_rate",
              (counted.working_capital,)),
        Price("acquisition_cost", say("cost of winning one customer"), currency, "input_money",
              one("acquisition")),
        Price("message_cost", say("cost of one message"), currency, "input_money", one("message")),
    ]  # fmt: skip

    # what customers feel is not yellow: it needs a new run
    def add(kind: str, label: str, unit: str, names: str, values: str, look: str = "input_money") -> None:
        tables = [dict(zip(getattr(b, names), b.after[values], strict=True)) for b in opened]
        for name in dict.fromkeys(name for table in tables for name in table):
            words = (name,) if isinstance(name, str) else name
            said = f"{label}: {' · '.join(map(plain, words))}"
            row = tuple(float(table.get(name, np.nan)) for table in tables)
            found.append(Price(key(kind, *words), said, unit, look, row))

    add("revenue", say("revenue of a customer"), month, "segments", "revenue", "number")
    add("margin", say("margin on revenue"), "", "segments", "margin", "input_rate")
    add("wage", say("wage"), say("{currency} an hour", currency=currency), "teams", "wage")
    add("overtime_premium", say("an hour of overtime, in hours of pay"), "", "teams", "premium", "input_number")
    if any(b.organiser.any() for b in opened):
        found.append(Price("organiser", say("cost of one person who organises experience management"), month,
                           "input_money", one("organiser")))  # fmt: skip
    if any(b.hire.any() for b in opened):
        add("replacement_cost", say("cost of replacing one person"), currency, "teams", "hire")
    if any(b.people("joined_referral").any() for b in opened):
        found.append(Price("referral_reward", say("reward for a customer brought"), currency, "input_money",
                           one("reward")))
        found.append(Price("referral_margin", say("margin of customers brought, above that of others at first"), "",
                           "input_rate", one("referral_margin")))
    add("unit_cost", say("cost of a contact beside pay"), currency, "steps", "unit_cost")
    if any(b.loss.any() for b in opened):
        add("loss", say("loss that no control stopped"), currency, "steps", "loss")
    add("offer", say("cost of an offer to each who takes it"), currency, "offers", "offer_cost")
    if any(b.schemes for b in opened):
        add("point", say("worth of a loyalty point"), currency, "schemes", "worth", "number")
        add("fee", say("fee of a member"), month, "schemes", "fee", "number")
    if any(b.campaigns for b in opened):
        add("campaign_message", say("cost of a message"), currency, "campaigns", "campaign_message")
        add("campaign_cost", say("cost of a campaign"), month, "campaigns", "campaign_cost")
    for name, label, unit in (
        ("capex", say("paid at the start of the plan"), currency),
        ("opex", say("paid each month by the plan"), month),
    ):
        paid = tuple(np.nan if plan is None else float(getattr(plan, name)) for plan in plans)
        found.append(Price(name, label, unit, "input_money", paid))
    return found


def moved(cell: str, name: str, scenario: Any) -> str:
    """The formula of a price that a scenario adds to or multiplies, from the baseline's cell; empty if it sets it."""
    kind, *words = name.split(".")
    path = SHORT[kind].format(*words) if kind in SHORT else f"finance.{kind}"
    changes = [change for change in scenario.changes if change.path == path]
    for change in changes:
        if change.verb == "add":
            cell = f"({cell}+{change.after - change.before:.17g})"
        elif change.verb == "times" and change.before:
            cell = f"{cell}*{change.after / change.before:.17g}"
        else:
            return ""
    return cell if changes else ""


def write_prices(paper: Paper, family: Sequence[Any], prices: Sequence[Price]) -> Prices:
    """Write the sheet. A scenario's price follows the baseline's if it equals it or is made of it (see
    :func:`cemsim.finance.prices.repriced`)."""
    names = [scenario.name for scenario in family]
    sheet = paper.sheet("drivers")
    out = Prices(sheet)
    sheet.widths(30, 44, 16, *[16] * len(names))
    sheet.text(0, 0, say("Prices"), "title")
    sheet.long(
        1, 0, max(4, FIRST + len(names) - 1),
        say("Change a yellow cell: cash flow, NPV, IRR and payback follow. A scenario's price follows the "
            "baseline's where both are the same or the plan adds to it or multiplies it; one that differs counts from "
            "the plan's start, over its ramp. A plan's own cell that still follows the baseline's counts from the "
            "first month when it is overwritten: write such a price into the plan's file. "
            "What customers feel (tariffs, rewards, staff) needs a new run."),
        110, "note",
    )  # fmt: skip
    sheet.heads(3, [say("name"), say("what it is"), say("unit"), *names], range(FIRST, FIRST + len(names)))
    sheet.inner.freeze_panes(4, FIRST)
    sheet.inner.repeat_rows(3)
    taken: set[str] = set()
    for row, price in enumerate(prices, 4):
        out.rows[price.id] = (row, price)
        sheet.text(row, 1, price.label)
        sheet.text(row, 2, price.unit)
        name = _free(identity(price.id), taken)
        sheet.text(row, 0, name)
        for scenario, value in enumerate(price.values):
            at = FIRST + scenario
            base = out.cell(price.id)
            own = base if value == price.values[0] else moved(base, price.id, family[scenario])
            if scenario and own:
                sheet.formula(row, at, own, value, price.look)
            else:
                sheet.number(row, at, value, price.look if np.isfinite(value) else "text")
            if np.isfinite(value):
                paper.name(f"{name}_{scenario}" if scenario else name, sheet.at(row, at))
    return out


def _free(name: str, taken: set[str]) -> str:
    """A name that no other cell has; a workbook does not tell A from a."""
    free, number = name[:200], 2
    while free.lower() in taken:
        free, number = f"{name[:200]}_again{number}", number + 1
    taken.add(free.lower())
    return free
