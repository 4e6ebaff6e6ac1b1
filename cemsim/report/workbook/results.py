"""Sheets of results that not every comparison has: risk, decomposition, customer ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cemsim.base.language import say
from cemsim.compare.decompose import Decomposition
from cemsim.compare.interval import Interval, interval
from cemsim.compare.ledger import FATES, LABELS, WITH, WITHOUT, Ledger
from cemsim.compare.spent import COSTS, GIVEN
from cemsim.experiment.sensitivity import Tornado
from cemsim.finance.information import Information
from cemsim.finance.risk import FAN, Risk
from cemsim.measures.books import Array
from cemsim.report.full import Why
from cemsim.report.numbers import MONTHS
from cemsim.report.sections.decomposition import INVESTMENT, known, less
from cemsim.report.sections.ledger import GIFTS
from cemsim.report.workbook.paper import Paper, Sheet, cell

RISK = ("scenario", "mean", "P10", "median", "P90", "probability of a loss", "mean of the worst 5 %")
LAYERS = ("luck between replicates", "what is not known", "choice of model")
BARS = (
    "scenario", "assumption", "unit", "value", "P10", "P90", "as it is", "worth at P10", "at P90", "breaks even at",
)  # fmt: skip
WORTHS = ("what is known before deciding", "worth", "standard error")
PARTS = ("part", "mean", "95 % interval from", "to")
LEDGER = (
    "fate", "people", "95 % interval from", "to", "months lived", "margin", "cost to serve", "compensation", "offers",
    "rewards", "campaigns", "winning customers", "worth",
)  # fmt: skip
NOTE = "Months and money are differences: with the plan less without it, not discounted; what is spent is negative."
GIVEN_HEADS = ("given to customers with the plan", "all", "to customers either way", "share")


def write_risk(paper: Paper, found: Sequence[Risk], currency: str) -> None:
    """What each scenario's net present value could be, what makes it uncertain, and its cumulative cash."""
    sheet = paper.sheet("risk")
    sheet.widths(38, *[14] * 9)
    sheet.text(0, 0, say("What the net present value could be"), "title")
    sheet.text(1, 0, say("In {currency}. Shares say where the spread comes from.", currency=currency), "quiet")
    sheet.heads(3, [say(head) for head in (*RISK, *LAYERS)], range(1, 10))
    sheet.inner.freeze_panes(4, 1)
    sheet.inner.repeat_rows(3)
    row = 4
    for risk in found:
        sheet.text(row, 0, risk.scenario)
        for column, value in enumerate((risk.mean, risk.p10, risk.p50, risk.p90), 1):
            sheet.number(row, column, value, "money")
        sheet.number(row, 5, risk.loss, "rate")
        sheet.number(row, 6, risk.worst, "money")
        for column, share in enumerate(risk.layers.shares, 7):
            sheet.number(row, column, share, "rate")
        row += 1
    for risk in (each for each in found if each.fan.size):
        row += 1
        sheet.text(row, 0, say("{scenario}: cumulative cash, not discounted", scenario=risk.scenario), "heading")
        sheet.heads(row + 1, [say(MONTHS), *(f"P{level:g}" for level in FAN)], range(1, 1 + len(FAN)))
        row += 2
        for month, values in enumerate(risk.fan.T):
            sheet.text(row, 0, month)
            for column, value in enumerate(values, 1):
                sheet.number(row, column, float(value), "money")
            row += 1


def write_sensitivity(paper: Paper, found: Sequence[Tornado], currency: str) -> None:
    """Net present values at the P10 and the P90 of one assumption at a time, and where they turn."""
    sheet = paper.sheet("sensitivity")
    sheet.widths(44, 52, 16, *[14] * 7)
    sheet.text(0, 0, say("Sensitivity"), "title")
    said = say("In {currency}: net present value at both ends of one assumption, all else as it is.", currency=currency)
    sheet.text(1, 0, said, "quiet")
    sheet.heads(3, [say(head) for head in BARS], range(3, 10))
    sheet.inner.freeze_panes(4, 2)
    sheet.inner.repeat_rows(3)
    row = 4
    for one in found:
        for bar in one.bars:
            sheet.text(row, 0, one.scenario)
            sheet.text(row, 1, bar.thing.name)
            sheet.text(row, 2, bar.thing.unit)
            for column, value in enumerate((bar.thing.value, bar.low, bar.high), 3):
                sheet.number(row, column, value, "short")
            for column, value in enumerate((one.mean, bar.at_low, bar.at_high), 6):
                sheet.number(row, column, value, "money")
            sheet.number(row, 9, bar.turns, "short")
            row += 1


def write_information(paper: Paper, found: Information, currency: str) -> None:
    """What it would be worth to know everything, or one assumption, before deciding."""
    sheet = paper.sheet("information")
    sheet.widths(60, 18, 18)
    sheet.text(0, 0, say("Value of information"), "title")
    sheet.text(1, 0, say("In {currency}, expected over what is not known.", currency=currency), "quiet")
    sheet.heads(3, [say(head) for head in WORTHS], (1, 2))
    sheet.inner.freeze_panes(4, 1)
    sheet.text(4, 0, say("best as things stand: {plan}", plan=found.choice or say("do nothing")))
    sheet.number(4, 1, found.expected, "money")
    sheet.text(5, 0, say("knowing everything"))
    sheet.number(5, 1, found.perfect, "money")
    for row, each in enumerate(found.by_assumption, 6):
        sheet.text(row, 0, each.name)
        sheet.number(row, 1, each.value, "money")
        sheet.number(row, 2, each.error, "money")


def write_decomposition(paper: Paper, plans: Mapping[str, Why]) -> None:
    """Why plans differ, change by change and path by path; each whole is the live sum of its parts.

    The investment stands among the parts of a net present value, so that these add up to that of the case.
    """
    sheet = paper.sheet("decomposition")
    sheet.widths(52, 15, 15, 15, *[18] * 6)
    sheet.text(0, 0, say("Why it differs"), "title")
    sheet.inner.freeze_panes(2, 1)
    row = 2
    for plan, why in plans.items():
        for kpi, answer in why.answers.items():
            look = "gap_rate_fine" if kpi in why.measures and why.measures[kpi].kpi.unit == "share" else "number"
            for by, found in ((say("By change"), answer.changes), (say("By path"), answer.paths)):
                if found is not None:
                    sheet.text(row, 0, f"{plan}: {by}: {kpi}", "heading")
                    row = _parts(sheet, row + 1, found, why.cost if kpi == "npv" else 0.0, look) + 1


def _parts(sheet: Sheet, row: int, found: Decomposition, cost: float, look: str) -> int:
    lines = found.lines if len(found.lines) > 1 else ()
    sheet.heads(row, [say(head) for head in PARTS] + [say(line) for line in lines], range(1, 4 + len(lines)))
    first = row = row + 1
    for part in found.parts:
        sheet.text(row, 0, say(part.name))
        _interval(sheet, row, 1, part.share, look)
        for column, _ in enumerate(lines, 4):
            sheet.number(row, column, part.line(column - 4).mean, look)
        row += 1
    if cost:
        sheet.text(row, 0, say(INVESTMENT), "wrap")
        _interval(sheet, row, 1, known(-cost), look)
        row += 1
    total = less(found.difference, cost)
    sheet.text(row, 0, say("difference"), "text_total")
    whole = [total.mean, *(interval(found.whole[:, i]).mean for i, _ in enumerate(lines))]
    for column, value in zip((1, *range(4, 4 + len(lines))), whole, strict=True):
        sheet.formula(row, column, f"SUM({cell(first, column)}:{cell(row - 1, column)})", value, look)
    sheet.number(row, 2, total.low, look)
    sheet.number(row, 3, total.high, look)
    return row + 1


def write_ledgers(paper: Paper, found: Sequence[Ledger]) -> None:
    """Who is saved, lost and won, and what they are worth; worth and differences are live sums."""
    sheet = paper.sheet("customer ledger")
    sheet.widths(44, *[15] * (len(LEDGER) - 1))
    sheet.text(0, 0, say("Customer ledger"), "title")
    sheet.text(1, 0, say(NOTE), "quiet")
    sheet.inner.freeze_panes(3, 1)
    row = 3
    for each in found:
        sheet.text(row, 0, each.plan, "heading")
        heads = [say(head) for head in LEDGER]
        heads[6:-1] = [say("{cost}, as cash", cost=cost) for cost in heads[6:-1]]   # a row adds up to its worth
        sheet.heads(row + 1, heads, range(1, len(LEDGER)))
        first = row = row + 2
        values = [each.gain(v) for v in (each.months, each.money["margin"], *(-each.money[kind] for kind in COSTS))]
        sums = [0.0] * (len(values) + 1)
        for fate in FATES:
            sheet.text(row, 0, say(LABELS[fate]))
            _interval(sheet, row, 1, interval(_all(each.of(fate, each.people))), "whole")
            means = [float(_all(each.of(fate, value)).mean()) for value in values]
            for place, mean in enumerate(means, 4):
                sheet.number(row, place, mean, "whole" if place == 4 else "money")
            worth = sum(means[1:])
            sheet.formula(row, 4 + len(means), f"SUM({cell(row, 5)}:{cell(row, 3 + len(means))})", worth, "money")
            sums = [total + mean for total, mean in zip(sums, (*means, worth), strict=True)]
            row += 1
        net = interval(_all(each.customers(WITH)) - _all(each.customers(WITHOUT)))
        sheet.text(row, 0, say("customers at the end: with the plan less without it"), "text_total")
        _interval(sheet, row, 1, net, "gap_whole")
        for place, total in enumerate(sums, 4):
            sheet.formula(row, place, f"SUM({cell(first, place)}:{cell(row - 1, place)})", total, "money_total")
        row = _given(sheet, row + 2, each) + 2


def _given(sheet: Sheet, row: int, found: Ledger) -> int:
    """What was given with the plan, and what of it to people who are customers at the end either way; the next row."""
    kinds = [kind for kind in GIVEN if found.money[kind].any()]
    if not kinds:
        return row
    sheet.heads(row, [say(head) for head in GIVEN_HEADS], (1, 2, 3))
    for kind in kinds:
        row += 1
        spent = found.money[kind]
        with_plan, either = float(spent[..., WITH].sum(axis=(1, 2, 3, 4)).mean()), found.anyway(spent)[..., WITH]
        sheet.text(row, 0, say(GIFTS[kind]))
        sheet.number(row, 1, with_plan, "money")
        sheet.number(row, 2, float(_all(either).mean()), "money")
        share = float(_all(either).mean()) / with_plan if with_plan else 0.0
        sheet.formula(row, 3, f"IF({cell(row, 1)}=0,0,{cell(row, 2)}/{cell(row, 1)})", share, "rate")
    return row + 1


def _all(values: Array) -> Array:
    """Sum over customer groups, ``[replicate]``."""
    return np.asarray(values.sum(axis=1))


def _interval(sheet: Sheet, row: int, column: int, found: Interval, look: str = "number") -> None:
    for place, value in enumerate((found.mean, found.low, found.high), column):
        sheet.number(row, place, value, look)
