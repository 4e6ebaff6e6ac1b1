"""The sheet of terminal value, where one is counted: lifetime value of the customers left, replicate by replicate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cemsim.base.language import say
from cemsim.compare.comparison import paired
from cemsim.finance.cashflow import YEAR, Ends, Terms, shares, unit_spending
from cemsim.measures import money
from cemsim.measures.books import Array, Books
from cemsim.report.numbers import plain
from cemsim.report.workbook.paper import Paper, cell
from cemsim.report.workbook.prices import Prices, key

#: A quantity by replicate, the prices that it is worth (each with the scenario whose price it is), and the sign.
Term = tuple[str, Array, tuple[tuple[str, int], ...], int]


def write_terminal(
    paper: Paper, opened: Sequence[Books], common: Sequence[int], months: int, terms: Terms, prices: Prices,
    plans: Sequence[Any],
) -> list[tuple[str, float]]:
    """Write the sheet; gives formula and value of each scenario's terminal value before tax. ``plans``: investments.

    A row is a replicate's segment: what customers brought in the last year, times those left over those who lived
    it, in quantities; the price of each quantity stands above it.
    """
    if terms.terminal == "none":
        return [("0", 0.0)] * len(opened)
    sheet = paper.sheet("terminal value")
    sheet.text(0, 0, say("Lifetime value of the customers left at the end, before tax"), "title")
    sheet.text(1, 0, say("m r / (1 + i - r): m a year's contribution, r share kept over a year, i discount rate."),
               "quiet")  # fmt: skip
    sheet.inner.set_column(0, 0, 44)
    sheet.inner.set_column(1, 60, 13)
    out, row, rate = [], 3, prices.cell("discount_rate")
    for number, book in enumerate(opened):
        ends = Ends.of(book, list(common), months)
        present = (ends.left > 0) & (ends.lived > 0)
        kept = np.where(present, ends.kept, 0.0)
        scale = np.divide(YEAR * ends.left, ends.lived, out=np.zeros_like(ends.left), where=present)
        sheet.text(row, 0, book.name, "heading")
        first, total = row + 1, 0.0
        row += 1
        for place, segment in enumerate(book.segments):
            terms_here = [
                part for term in _terms(book, list(common), ends.period, place, segment)
                for part in _split(term, prices, number, book.share[ends.period])
            ]
            if (plan := plans[number]) is not None and plan.opex:
                goes_on = unit_spending(plan, months)[1][ends.period].sum() * shares(ends)[:, place]
                terms_here.append((say("months of the plan's opex"), goes_on, (("opex", number),), -1))
            last = 3 + len(terms_here)
            sheet.heads(row, [say("replicate"), say("share kept a year"), say("value"),
                              *(name for name, *_ in terms_here)], range(1, last))  # fmt: skip
            sheet.text(row + 1, 0, say("price of one"))
            row += 2
            top = cell(row - 1, 3, True, True) + ":" + cell(row - 1, last - 1, True, True)
            worths = np.zeros(len(common))
            for column, (_, values, names, sign) in enumerate(terms_here, 3):
                price = sign * float(np.prod([prices.value(*each) for each in names]))
                formula = "*".join(prices.cell(*each) for each in names)
                sheet.formula(row - 1, column, ("-" if sign < 0 else "") + (formula or "1"), price)
                worths += price * values * scale[:, place]
            for line, replicate in enumerate(common):
                sheet.text(row, 0, f"{plain(segment)}, {replicate}")
                stays = float(kept[line, place])
                sheet.number(row, 1, stays, "rate")
                own = f"{cell(row, 3)}:{cell(row, last - 1)}"
                value = float(worths[line]) * stays / (1.0 + terms.discount - stays)
                total += value
                kept_at = cell(row, 1)
                sheet.formula(row, 2, f"SUMPRODUCT({top},{own})*{kept_at}/(1+{rate}-{kept_at})", value, "money")
                for column, (_, values, *_rest) in enumerate(terms_here, 3):
                    sheet.number(row, column, float(values[line] * scale[line, place]))
                row += 1
        worth = f"{sheet.quoted}{cell(first, 2, True, True)}:{cell(row - 1, 2, True, True)}"
        # headings and empty cells in between count for nothing
        out.append((f"SUM({worth})/{len(common)}", total / len(common)))
        row += 1
    sheet.inner.freeze_panes(3, 1)
    return out


def _split(
    term: tuple[str, Array, tuple[str, ...], int], prices: Prices, number: int, share: Array
) -> Iterator[Term]:
    """A quantity over the last year, in parts where a price of it moves."""
    name, values, names, sign = term
    for words, whose, weight in prices.split(names, number, share):
        yield name + words, (values if weight is None else values * weight).sum(axis=1), whose, sign


def _terms(
    book: Books, common: list[int], period: slice, place: int, segment: str
) -> list[tuple[str, Array, tuple[str, ...], int]]:
    """Quantities of a segment's last year, ``[replicate, month]``, with the prices they are worth and the sign."""

    def year(values: Array) -> Array:
        return np.asarray(paired(book, values, common)[:, period, place])

    revenue, margin = key("revenue", segment), key("margin", segment)
    found = [
        (say("customers, weighted by what they spend"), year(book.people("spend")[..., 0]), (revenue, margin), 1),
        (say("compensation, in months of revenue"), year(book.failures("compensation")[..., 0]), (revenue,), -1),
    ]
    def of(table: Array, i: int) -> Array:
        """A scheme's or campaign's quantities of this segment."""
        return year(table[:, :, i])

    for i, scheme in enumerate(book.schemes):
        owing, used, less = np.moveaxis(book.of_schemes("paying", "redeemed", "discounts"), -1, 0)
        found += [
            (f"{say('members who pay a fee')}: {plain(scheme)}", of(owing, i), (key("fee", scheme),), 1),
            (f"{say('points used')}: {plain(scheme)}", of(used, i), (key("point", scheme),), -1),
            (f"{say('discounts, in months of revenue')}: {plain(scheme)}", of(less, i), (revenue,), -1),
        ]
    for i, campaign in enumerate(book.campaigns):
        only = np.eye(len(book.campaigns))[i]
        sent = of(book.of_campaigns("sent")[..., 0], i)
        found.append((f"{say('messages')}: {plain(campaign)}", sent, (key("campaign_message", campaign),), -1))
        ran = year(money.campaigns(replace(book, campaign_message=0.0 * only, campaign_cost=only)))
        found.append(
            (f"{say('months of the campaign')}: {plain(campaign)}", ran, (key("campaign_cost", campaign),), -1)
        )
    for i, team in enumerate(book.teams):
        none, only = np.zeros(len(book.teams)), np.eye(len(book.teams))[i]
        planned = replace(book, wage=only, premium=none, hire=none, organiser=np.zeros(1))
        hours = year(money.staff(planned))
        found.append((f"{say('paid hours')}: {plain(team)}", hours, (key("wage", team),), -1))
        extra = year(money.staff(replace(planned, premium=np.ones(len(book.teams))))) - hours
        if extra.any():
            prices = key("wage", team), key("overtime_premium", team)
            found.append((f"{say('hours of overtime')}: {plain(team)}", extra, prices, -1))
        new = year(money.staff(replace(planned, wage=none, hire=only)))
        if new.any() and book.after["hire"][i]:
            name = f"{say('people replaced, in ordinary costs')}: {plain(team)}"
            found.append((name, new, (key("replacement_cost", team),), -1))
    if book.organiser.any() and book.firm("organisers").any():
        none = np.zeros(len(book.teams))
        one = year(money.staff(replace(book, wage=none, premium=none, hire=none, organiser=np.ones(1))))
        found.append((say("people who organise experience management"), one, ("organiser",), -1))
    for i, (journey, step) in enumerate(book.steps):
        served = year(book.of_steps("served")[:, :, i, :, 0])
        name = f"{say('contacts served')}: {plain(journey)} · {plain(step)}"
        found.append((name, served, (key("unit_cost", journey, step),), -1))
        gone = year(book.of_steps("losses")[:, :, i, :, 0])
        if gone.any():
            name = f"{say('losses not stopped')}: {plain(journey)} · {plain(step)}"
            found.append((name, gone, (key("loss", journey, step),), -1))
    taken = money.offers_taken(book)
    for i, (whose, what) in enumerate(book.offers):
        if whose == segment:
            each = paired(book, taken, common)[:, period, i]
            found.append((f"{say('offers taken')}: {plain(what)}", each, (key("offer", whose, what),), -1))
    brought = year(book.people("referred_spend")[..., 0])
    if brought.any():
        name = say("customers brought, by what is left of it")
        found.append((name, brought, ("referral_margin", revenue, margin), 1))
    sent, given = (year(book.people(name)[..., 0]) for name in ("messages", "credits"))
    if sent.any():
        found.append((say("messages that rules sent"), sent, ("message_cost",), -1))
    if given.any():
        found.append((say("credits that rules gave"), given, (), -1))
    return found
