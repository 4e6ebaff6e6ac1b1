"""The sheet of simulated quantities, month by month: means over replicates, each beside its price."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cemsim.base.language import say
from cemsim.finance.cashflow import YEAR
from cemsim.measures import money
from cemsim.measures.books import Array, Books
from cemsim.measures.customers import lost
from cemsim.measures.money import MINUTES
from cemsim.report.numbers import plain
from cemsim.report.workbook.paper import Paper, Sheet, cell
from cemsim.report.workbook.prices import Prices, key

FIRST = 3
"""Column of the first month, here and on the sheet of cash flow."""


@dataclass(frozen=True)
class Quantity:
    """One line: ``values [month]``, and the prices whose product is the price of one, by name.

    ``money``: it is money already, so one is worth 1.
    """

    label: str
    unit: str
    values: Array
    prices: tuple[str, ...] = ()
    money: bool = False


@dataclass(frozen=True)
class Block:
    """Where the lines of one kind stand; ``earning``: the prices of revenue that stand behind their own prices.

    ``revenue``: what they bring at those, ``[month]``.
    """

    sheet: Sheet
    first: int
    last: int
    earning: tuple[str, ...]
    revenue: Array

    def formula(self, month: int) -> str:
        """Their worth in a month, as a formula."""
        if self.last < self.first:
            return "0"
        at, column = self.sheet.quoted, FIRST + month
        price = f"{at}{cell(self.first, 2, True, True)}:{cell(self.last, 2, True, True)}"
        return f"SUMPRODUCT({price},{at}{cell(self.first, column, True)}:{cell(self.last, column, True)})"

    def revenue_formula(self, month: int) -> str:
        """Revenue in a month, before the margin, as a formula."""
        at, column = self.sheet.quoted, FIRST + month
        each = [f"{price}*{at}{cell(row, column, True)}" for row, price in enumerate(self.earning, self.first)]
        return f"({'+'.join(each)})"


def lines(book: Books, which: Sequence[int]) -> dict[str, list[Quantity]]:
    """Quantities of a scenario, by kind; means over the replicates at places ``which``."""

    def mean(values: Array) -> Array:
        return np.asarray(values[list(which)].mean(axis=0))

    spend, months_paid = mean(book.people("spend")[..., 0]), mean(book.failures("compensation")[..., 0])
    hours, served = mean(book.of_teams("paid_minutes")[..., 0]) / MINUTES, mean(book.of_steps("served")[..., 0])
    gone = mean(book.of_steps("losses")[..., 0])
    extra = mean(book.of_teams("overtime_minutes")[..., 0]) / MINUTES
    sent, given = (mean(book.people(name)[..., 0]).sum(axis=-1) for name in ("messages", "credits"))
    owing, used = (mean(book.of_schemes(name)[..., 0].sum(axis=-1)) for name in ("paying", "redeemed"))
    less = mean(book.of_schemes("discounts")[..., 0].sum(axis=2))
    told, ran = (mean(book.of_campaigns(name)[..., 0].sum(axis=-1)) for name in ("sent", "running"))
    organisers = mean(book.firm("organisers")[..., 0])
    brought, fading = mean(book.people("referred_spend")[..., 0]), say("customers brought, by what is left of it")
    begun = mean(book.of_teams("replaced")[..., 0])
    paying, paid, worked, stayed, handled, new = (
        say("customers, weighted by what they spend"), say("compensation, in months of revenue"),
        say("paid hours"), say("hours of overtime"), say("contacts served"),
        say("people replaced, in ordinary costs"),
    )  # fmt: skip
    taken = say("offers taken")
    return {
        "margin": [
            Quantity(f"{paying}: {plain(s)}", say("customer-months"), spend[:, i],
                     (key("revenue", s), key("margin", s)))
            for i, s in enumerate(book.segments)
        ] + [
            Quantity(f"{say('members who pay a fee')}: {plain(s)}", say("months"), owing[:, i], (key("fee", s),))
            for i, s in enumerate(book.schemes) if owing[:, i].any()
        ] + [
            Quantity(f"{fading}: {plain(s)}", say("customer-months"), brought[:, i],
                     ("referral_margin", key("revenue", s), key("margin", s)))
            for i, s in enumerate(book.segments) if brought[:, i].any()
        ],
        "pay": [
            Quantity(f"{worked}: {plain(t)}", say("hours"), hours[:, i], (key("wage", t),))
            for i, t in enumerate(book.teams)
        ] + [
            Quantity(f"{stayed}: {plain(t)}", say("hours"), extra[:, i], (key("wage", t), key("overtime_premium", t)))
            for i, t in enumerate(book.teams) if extra[:, i].any()
        ] + [
            Quantity(f"{new}: {plain(t)}", say("people"), begun[:, i], (key("replacement_cost", t),))
            for i, t in enumerate(book.teams) if (begun[:, i] * book.hire[:, i]).any()
        ] + [
            Quantity(say("people who organise experience management"), say("people"), each, ("organiser",))
            for each in (organisers,) if (each * book.organiser[:, 0]).any()
        ],
        "unit_costs": [
            Quantity(f"{handled}: {plain(j)} · {plain(s)}", say("contacts"), served[:, i].sum(axis=-1),
                     (key("unit_cost", j, s),))
            for i, (j, s) in enumerate(book.steps)
        ] + [
            Quantity(f"{say('losses not stopped')}: {plain(j)} · {plain(s)}", say("losses"), gone[:, i].sum(axis=-1),
                     (key("loss", j, s),))
            for i, (j, s) in enumerate(book.steps) if gone[:, i].any()
        ] + [
            Quantity(say("messages that rules sent"), say("messages"), each, ("message_cost",))
            for each in (sent,) if each.any()
        ],
        "compensation": [
            Quantity(f"{paid}: {plain(s)}", say("months"), months_paid[:, i], (key("revenue", s),))
            for i, s in enumerate(book.segments)
        ] + [
            Quantity(say("credits that rules gave"), book.currency, each, money=True) for each in (given,) if each.any()
        ],
        "offers": [
            Quantity(f"{taken}: {plain(s)} · {plain(what)}", say("customers"), each, (key("offer", s, what),))
            for (s, what), each in zip(book.offers, mean(money.offers_taken(book)).T, strict=True)
        ],
        "rewards": [
            Quantity(f"{say('points used')}: {plain(s)}", say("loyalty points"), used[:, i], (key("point", s),))
            for i, s in enumerate(book.schemes) if used[:, i].any()
        ] + [
            Quantity(f"{say('discounts, in months of revenue')}: {plain(s)}", say("months"), less[:, i],
                     (key("revenue", s),))
            for i, s in enumerate(book.segments) if less[:, i].any()
        ],
        "campaigns": [
            Quantity(f"{say('messages')}: {plain(c)}", say("messages"), told[:, i], (key("campaign_message", c),))
            for i, c in enumerate(book.campaigns) if told[:, i].any()
        ] + [
            Quantity(f"{say('months of the campaign')}: {plain(c)}", say("months"), ran[:, i],
                     (key("campaign_cost", c),))
            for i, c in enumerate(book.campaigns) if ran[:, i].any() and book.campaign_cost[:, i].any()
        ],
        "acquisition": [
            Quantity(say("customers won"), say("customers"), mean(book.people("joined")[..., 0]).sum(axis=-1),
                     ("acquisition_cost",))
        ] + [
            Quantity(say("customers brought by others"), say("customers"), each, ("referral_reward",))
            for each in (mean(book.people("joined_referral")[..., 0]).sum(axis=-1),) if each.any()
        ],
        "more": [
            Quantity(f"{words}: {plain(s)}", say("customers"), mean(of(book))[:, i])
            for words, of in _more() for i, s in enumerate(book.segments)
        ],
    }  # fmt: skip


def _more() -> tuple[tuple[str, Callable[[Books], Array]], ...]:
    return (
        (say("customers at the end of the month"), lambda book: book.people("active")[..., 0]),
        (say("customers lost"), lost),
    )


def write_quantities(
    paper: Paper, opened: Sequence[Books], which: Sequence[Sequence[int]], months: int, prices: Prices
) -> list[dict[str, Block]]:
    """Write the sheet; gives, scenario by scenario, where each kind of lines stands."""
    sheet = paper.sheet("quantities")
    sheet.widths(48, 18, 14, *[11] * months)
    sheet.text(0, 0, say("Simulated quantities, month by month"), "title")
    count = len(which[0])
    sheet.text(1, 0, say("Means over {count} paired replicates. Changing them here proves nothing: they are results. "
                         "Months count as in the files: 0 is the first.", count=count), "quiet")  # fmt: skip
    sheet.heads(3, [say("quantity"), say("unit"), say("price of one"), *map(str, range(months))],
                range(2, FIRST + months))  # fmt: skip
    sheet.inner.freeze_panes(4, FIRST)
    sheet.inner.repeat_rows(3)
    sheet.pages = -(-months // YEAR)
    sheet.inner.repeat_columns(0, 2)
    out, row = [], 4
    for number, (book, places) in enumerate(zip(opened, which, strict=True)):
        row += number > 0
        sheet.text(row, 0, book.name, "heading")
        row += 1
        blocks = {}
        for kind, each in lines(book, places).items():
            first = row
            earning, revenue = [], np.zeros(months)
            for line in each:
                for words, whose, weight in prices.split(line.prices, number, book.share):
                    values = line.values if weight is None else line.values * weight
                    _line(sheet, row, replace(line, label=line.label + words, values=values), whose, months, prices)
                    row += 1
                    if kind == "margin" and line.prices[0] != "referral_margin":
                        earning.append(prices.cell(*whose[0]))
                        revenue += prices.value(*whose[0]) * values[:months]
            cells = tuple(earning)
            blocks[kind] = Block(sheet, first, row - 1, cells, revenue)
        out.append(blocks)
    return out


def _line(
    sheet: Sheet, row: int, line: Quantity, whose: Sequence[tuple[str, int]], months: int, prices: Prices
) -> None:
    sheet.text(row, 0, line.label)
    sheet.text(row, 1, line.unit)
    if whose:
        price = float(np.prod([prices.value(*each) for each in whose]))
        sheet.formula(row, 2, "*".join(prices.cell(*each) for each in whose), price, "number")
    elif line.money:
        sheet.number(row, 2, 1.0, "number")
    for month in range(months):
        sheet.number(row, FIRST + month, float(line.values[month]), "whole")
