"""The sheet of cash flow: the case of each scenario in live formulas over quantities and prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.base.language import say
from cemsim.finance import rates
from cemsim.finance.case import Case
from cemsim.finance.cashflow import LINES, OPERATING, YEAR, unit_spending
from cemsim.measures.books import Array
from cemsim.report.sections.case import LABELS
from cemsim.report.workbook.paper import Paper, Sheet, cell
from cemsim.report.workbook.prices import Prices
from cemsim.report.workbook.quantities import FIRST, Block

TOTAL = 2
ROUNDING = "1E-13"
#: A smaller amount of money is rounding of the machine, and would be shown as -0.
NOTHING = 1e-6

#: A month's formula, by its place.
Formula = Callable[[int], str]


@dataclass(frozen=True)
class Figure:
    """A figure that lives in a cell: its place and its value at the prices of the run."""

    at: str
    value: float | str | None

    def put(self, sheet: Sheet, row: int, column: int, look: str) -> None:
        """Show it on another sheet."""
        sheet.formula(row, column, self.at, say("none") if self.value is None else self.value, look)


@dataclass(frozen=True)
class Figures:
    """The live figures of a scenario: net present value, internal rate of return, payback in months."""

    net: Figure
    rate: Figure
    payback: Figure


class Table:
    """The rows of one scenario, each with a formula and a value a month."""

    def __init__(self, sheet: Sheet, row: int, months: int) -> None:
        self.sheet, self.row, self.months = sheet, row, months
        self.rows: dict[str, int] = {}
        self.values: dict[str, Array] = {}

    def add(
        self, name: str, label: str, formula: Formula, values: Array, look: str = "money", total: bool = True
    ) -> None:
        """A row; ``values``: at the prices of the run, ``[month]``."""
        row, heavy = self.row, look.endswith("_total")
        self.rows[name], self.values[name] = row, values
        self.sheet.text(row, 0, label, "text_total" if heavy else "text")
        self.sheet.text(row, 1, "", "text_total" if heavy else "text")
        if total:
            self.sheet.formula(row, TOTAL, f"SUM({self.span(name)})", float(values.sum()), look)
        elif heavy:
            self.sheet.text(row, TOTAL, "", "text_total")
        for month in range(self.months):
            shown = float(values[month]) if abs(values[month]) > NOTHING else 0.0
            self.sheet.formula(row, FIRST + month, formula(month), shown, look)
        self.row += 1

    def of(self, name: str, month: int) -> str:
        """The cell of a row in a month."""
        return cell(self.rows[name], FIRST + month)

    def span(self, name: str, start: int = 0, end: int | None = None) -> str:
        """The cells of a row, from a month on, and before another."""
        last = FIRST + (self.months if end is None else end) - 1
        return f"{cell(self.rows[name], FIRST + start)}:{cell(self.rows[name], last)}"


def write_cash(
    paper: Paper, cases: Sequence[Case], plans: Sequence[Any], blocks: Sequence[dict[str, Block]], prices: Prices,
    ends: Sequence[tuple[str, float]],
) -> list[Figures]:
    """Write the sheet; gives where each scenario's figures stand.

    ``blocks``: from :func:`write_quantities`, the baseline first. ``ends``: formula and value of each scenario's
    terminal value before tax, the baseline first.
    """
    sheet = paper.sheets["cash flow"]
    months = cases[0].months
    sheet.widths(44, 12, 15, *[11] * (months + 1))
    sheet.text(0, 0, say("Cash that each scenario adds to the baseline"), "title")
    currency = say("In {currency}; what comes in is positive. Every cell is a formula over drivers and quantities. "
                   "Months count as in the files: 0 is the first.", currency=cases[0].currency)  # fmt: skip
    sheet.text(1, 0, currency, "quiet")
    heads = [say("month"), "", say("total"), *map(str, range(months)), say("end")]
    sheet.heads(3, heads, range(2, FIRST + months + 1))
    sheet.inner.freeze_panes(4, FIRST)
    sheet.inner.repeat_rows(3)
    sheet.pages = -(-months // YEAR)
    sheet.inner.repeat_columns(0, 2)
    found, row = [], 4
    for number, (case, plan) in enumerate(zip(cases, plans, strict=True), 1):
        sheet.text(row, 0, case.scenario, "heading")
        table = Table(sheet, row + 1, months + 1)
        _lines(table, case, plan, number, blocks, prices, ends)
        figures, row = _figures(table, case)
        found.append(figures)
        row += 2
    return found


def _lines(
    table: Table, case: Case, plan: Any, number: int, blocks: Sequence[dict[str, Block]], prices: Prices,
    ends: Sequence[tuple[str, float]],
) -> None:
    end = case.months
    means = {name: case.flow.lines[name].mean(axis=0) for name in LINES}
    ours, base = blocks[number], blocks[0]
    rate, tax, tied = (prices.cell(name) for name in ("discount_rate", "tax", "working_capital"))

    def simulated(name: str) -> Formula:
        sign = "" if OPERATING[name][1] > 0 else "-"
        return lambda t: "0" if t == end else f"{sign}({ours[name].formula(t)}-{base[name].formula(t)})"

    def spent(name: str, shares: Array) -> Formula:
        if plan is None:
            return lambda t: "0"
        return lambda t: f"-{prices.cell(name, number)}*{shares[t]:.17g}" if t < end and shares[t] else "0"

    none = np.zeros(end)
    capex, opex, written_off = (none, none, none) if plan is None else unit_spending(plan, end)
    for name in OPERATING:
        table.add(name, say(LABELS[name]), simulated(name), means[name])
    table.add("opex", say(LABELS["opex"]), spent("opex", opex), means["opex"])
    table.add("depreciation", say("depreciation of capex (no cash; lowers tax)"), spent("capex", written_off),
              -case.flow.depreciation)  # fmt: skip
    first, last = next(iter(OPERATING)), "depreciation"
    table.add("tax", say(LABELS["tax"]), lambda t: f"-{tax}*SUM({table.of(first, t)}:{table.of(last, t)})",
              means["tax"])  # fmt: skip
    table.add("capex", say(LABELS["capex"]), spent("capex", capex), means["capex"])
    revenue = np.append(ours["margin"].revenue - base["margin"].revenue, 0.0)
    table.add("revenue", say("added revenue (no line of its own: the margin counts)"),
              lambda t: "0" if t == end else f"{ours['margin'].revenue_formula(t)}-{base['margin'].revenue_formula(t)}",
              revenue)  # fmt: skip
    kept = case.terms.terminal != "none"

    def level(t: int) -> str:
        return table.of("revenue", t - 1 if t == end and kept else t)

    table.add(
        "working_capital", say(LABELS["working_capital"]),
        lambda t: f"-{YEAR}*{tied}*({level(t)}{'-' + level(t - 1) if t else ''})", means["working_capital"],
    )  # fmt: skip
    table.add(
        "terminal", say(LABELS["terminal"]),
        lambda t: f"(1-{tax})*({ends[number][0]}-{ends[0][0]})" if t == end and kept else "0", means["terminal"],
    )  # fmt: skip
    net = case.flow.net.mean(axis=0)
    factors = rates.discounts(case.terms.discount, end + 1)
    parts = (*OPERATING, "opex", "tax", "capex", "working_capital", "terminal")
    table.add("net", say("net cash"), lambda t: "+".join(table.of(each, t) for each in parts), net, "money_total")
    table.add("factor", say("discount factor"), lambda t: f"(1+{rate})^-({t}/{YEAR})", factors, "factor", total=False)
    table.add("present", say("present value"), lambda t: f"{table.of('net', t)}*{table.of('factor', t)}", net * factors)
    table.add("sum", say("net cash so far"),
              lambda t: f"{table.of('sum', t - 1)}+{table.of('net', t)}" if t else table.of("net", 0),
              net.cumsum(), total=False)  # fmt: skip


def _figures(table: Table, case: Case) -> tuple[Figures, int]:
    """The rows below a table: net present value, rates of return, payback; and the next free row."""
    sheet, row, none = table.sheet, table.row, f'"{say("none")}"'

    def figure(label: str, formula: str, value: float | None, look: str) -> Figure:
        nonlocal row
        sheet.text(row, 0, label, "heading")
        sheet.formula(row, TOTAL, formula, say("none") if value is None else value, look)
        row += 1
        return Figure(sheet.at(row - 1, TOTAL), value)

    net = figure(say("net present value"), f"SUM({table.span('present')})", case.net.mean, "money_total")
    flows = table.span("net")
    roots = case.irr or (None,)
    found = []
    for place, root in enumerate(roots, 1):
        label = say("internal rate of return a year")
        if len(roots) > 1:
            label = say("{label}, {place} of {count}", label=label, place=place, count=len(roots))
        guess = 0.01 if root is None else (1.0 + root) ** (1.0 / YEAR) - 1.0
        formula = f"IFERROR((1+IRR({flows},{guess:.17g}))^{YEAR}-1,{none})"
        found.append(figure(label, formula, root, "rate"))
    back = figure(say("payback in months from the plan's start"), _payback(table, case, none), case.payback, "months")
    return Figures(net, _one(found), back), row


def _one(found: Sequence[Figure]) -> Figure:
    """The rate of return, or that there are several: none of them alone says what a plan earns."""
    return found[0] if len(found) == 1 else Figure(f'"{say("several")}"', say("several"))


def _payback(table: Table, case: Case, none: str) -> str:
    """Months until the cash is back for good: the last month in debt, and the part of the next that clears it."""
    start, end = case.starts, case.months + (case.terms.terminal == "none")    # a terminal value is no cash
    if start >= case.months:
        return none
    flows, owed = table.span("net", start, end), table.span("sum", start, end)
    if start:  # what happened before the plan does not count
        owed = f"({owed}-{table.of('sum', start - 1)})"
    count = end - start
    places = f"(COLUMN({flows})-COLUMN({table.of('net', start)})+1)"
    debts = f"SUMPRODUCT(MAX(({owed}<-{ROUNDING}*SUMPRODUCT(ABS({flows})))*{places}))"
    debt = f"SUMPRODUCT(({places}={debts})*{owed})"
    return f"IF({debts}=0,0,IF({debts}={count},{none},{debts}-1-{debt}/INDEX({flows},1,{debts}+1)))"
