"""The sheets around the cash flow: verdict, assumptions, receipt, and tables of other results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cemsim.base.language import say
from cemsim.compare.comparison import Comparison
from cemsim.finance.worth import Worth
from cemsim.measures.books import books
from cemsim.measures.kpi import Kpi
from cemsim.report.numbers import unit_word
from cemsim.report.page import NOTES
from cemsim.report.words import headlines, named, sentence, target_name
from cemsim.report.workbook.cash import Figures
from cemsim.report.workbook.paper import Paper, Sheet

WIDE = 155
FIGURES = (
    "scenario", "net present value", "95 % interval from", "to", "internal rate of return a year",
    "payback in months", "verdict",
)  # fmt: skip
LIVE = (
    "In {currency}. Net present value, rate of return and payback are live: they follow the yellow cells of the sheet "
    "of drivers. Intervals, verdicts and sentences belong to the prices of the run and do not move. Rate and payback "
    "are those of the mean cash flow, also where the page says that they cannot be told because an interval holds zero."
)
#: A smaller difference would be shown as nothing, or by a single digit.
FINE = 0.1
MEASURES = ("measure", "baseline", "scenario", "difference", "95 % interval from", "to", "verdict")

ASSUMPTIONS = ("scenario", "name", "value", "unit", "as written", "from", "to", "source", "tag", "kind", "file", "line")


def write_verdict(
    sheet: Sheet, runs: Sequence[Any], comparison: Comparison, worths: Sequence[Worth], figures: Sequence[Figures],
    limits: Sequence[str],
) -> None:
    """Live figures of every scenario first, then the verdicts in sentences, the main measures and the limits."""
    sheet.portrait = True
    sheet.widths(38, *[18] * 5, 34)
    sheet.text(0, 0, runs[0].scenario.name, "title")
    sheet.long(1, 0, 6, runs[0].scenario.question or " ", WIDE, "note")
    sheet.heads(3, [say(head) for head in FIGURES], range(1, 6), (6,))
    for row, (worth, live) in enumerate(zip(worths, figures, strict=True), 4):
        sheet.text(row, 0, worth.scenario, "wrap")
        live.net.put(sheet, row, 1, "money")
        sheet.number(row, 2, worth.net.low, "money")
        sheet.number(row, 3, worth.net.high, "money")
        live.rate.put(sheet, row, 4, "rate")
        live.payback.put(sheet, row, 5, "months")
        sheet.text(row, 6, worth.verdict.brief, "apart")
        sheet.high(row, 6, worth.verdict.brief)
    row = 5 + len(worths)
    sheet.long(row, 0, 6, say(LIVE, currency=comparison.currency), WIDE, "note")
    row += 2
    for worth in worths:
        sheet.text(row, 0, worth.scenario, "heading")
        discount = books(runs[0]).discount
        sheet.long(row + 1, 0, 6, sentence(comparison, worth.scenario, worth, discount), WIDE)
        row += 3
    for worth in worths:
        row = _measures(sheet, row, comparison, worth.scenario) + 1
    sheet.text(row, 0, say("Limits"), "heading")
    for limit in limits:
        row += 1
        sheet.long(row, 0, 6, limit, WIDE)


def _measures(sheet: Sheet, row: int, comparison: Comparison, scenario: str) -> int:
    start, end = comparison.months
    sheet.text(row, 0, say("{scenario}: main measures over {months} months", scenario=scenario, months=end - start),
               "heading")  # fmt: skip
    sheet.heads(row + 1, [say(head) for head in MEASURES], range(1, 6), (6,))
    row += 2
    for found in headlines(comparison, scenario):
        unit = "%" if found.kpi.unit == "share" else unit_word(found.kpi.unit, comparison.currency)
        sheet.text(row, 0, f"{named(found, inside=False)} ({unit})" if unit else named(found, inside=False))
        level, gap = look_of(found.kpi)
        gap = "gap_fine" if gap == "gap" and abs(found.gap.mean) < FINE else gap
        for column, value in enumerate((found.base.mean, found.ours.mean), 1):
            sheet.number(row, column, value, level)
        for column, value in enumerate((found.gap.mean, found.gap.low, found.gap.high), 3):
            sheet.number(row, column, value, gap)
        sheet.text(row, 6, found.verdict.brief, "apart")
        sheet.high(row, 6, found.verdict.brief)
        row += 1
    return row


def look_of(kpi: Kpi) -> tuple[str, str]:
    """How levels and differences of a measure look in a cell."""
    if kpi.unit == "share":
        return "rate", "gap_rate"
    if kpi.unit in ("money", "customers", "contacts"):
        return "whole", "gap_whole"
    return "number", "gap"


def write_assumptions(paper: Paper, runs: Sequence[Any]) -> None:
    """Every number in force in the baseline, and those that a scenario sets otherwise."""
    sheet = paper.sheet("assumptions")
    sheet.widths(22, 46, 12, 16, 22, 11, 11, 52, 6, 12, 20, 7)
    sheet.text(0, 0, say("Assumptions"), "title")
    sheet.text(1, 0, say(NOTES["tags"]), "quiet")
    sheet.heads(3, [say(head) for head in ASSUMPTIONS], (2, 5, 6, 11))
    sheet.inner.freeze_panes(4, 2)
    sheet.inner.repeat_rows(3)
    row, base = 4, {known.path: known.value for known in runs[0].scenario.register}
    for run in runs:
        for known in run.scenario.register:
            if run is not runs[0] and base.get(known.path) == known.value and known.path in base:
                continue
            _assumption(sheet, row, run.scenario.name, known)
            row += 1
    sheet.inner.autofilter(3, 0, max(row - 1, 4), len(ASSUMPTIONS) - 1)


def _assumption(sheet: Sheet, row: int, scenario: str, known: Any) -> None:
    sheet.text(row, 0, scenario)
    sheet.text(row, 1, known.path)
    if isinstance(known.value, int | float) and not isinstance(known.value, bool):
        sheet.number(row, 2, float(known.value), "plain")
    else:
        sheet.text(row, 2, known.text)
    sheet.text(row, 3, known.unit, "apart")
    sheet.text(row, 4, known.text)
    for column, end in enumerate(known.range or (), 5):
        sheet.number(row, column, float(end), "plain")
    source = known.source or (say("own input, no source given") if known.line else "")
    sheet.text(row, 7, source, "apart")
    sheet.high(row, 7, source)
    sheet.text(row, 8, known.tag)
    sheet.text(row, 9, known.kind or "")
    sheet.text(row, 10, Path(known.file).name if known.line else say("default"))
    if known.line:
        sheet.number(row, 11, known.line, "plain")


def write_receipt(paper: Paper, runs: Sequence[Any], command: str, versions: str, receipt: Mapping[str, Any]) -> None:
    """What made these numbers, so that they can be made again."""
    sheet = paper.sheet("receipt")
    sheet.portrait = True
    sheet.widths(46, 84)
    sheet.text(0, 0, say("How to repeat it"), "title")
    first = runs[0]
    rows: list[tuple[str, object]] = [
        *([(say("command"), command)] if command else []),
        (say("seed"), first.seed),
        (say("replicates"), len(first.replicates)),
        *((say("file"), run.scenario.path) for run in runs),
        (say("versions"), versions),
        *((key, value) for key, value in _flat(receipt)),
    ]
    sheet.heads(2, [say("what"), say("value")])
    row = 3
    for what, value in rows:
        sheet.text(row, 0, what)
        sheet.text(row, 1, value, "wrap")
        sheet.high(row, 1, str(value))
        row += 1
    if any(run.stopped for run in runs):
        sheet.long(row + 1, 0, 1, say("The run was stopped early: only finished replicates count."), 120, "note")
    row += 3
    if first.achieved:
        sheet.text(row, 0, say("Calibration: what the baseline was asked to show, and what it shows"), "heading")
        for target in first.achieved:
            row += 1
            sheet.text(row, 0, target_name(target.name))
            sheet.text(row, 1, say("asked {target}, achieved {achieved} {unit}", target=f"{target.target:.6g}",
                                   achieved=f"{target.achieved:.6g}", unit=say(target.unit)))  # fmt: skip


def _flat(given: object, above: str = "") -> list[tuple[str, object]]:
    """Names and values of what may be nested, in dotted names."""
    if isinstance(given, Mapping):
        each = [(str(name), value) for name, value in given.items()]
    elif isinstance(given, list | tuple) and any(isinstance(value, Mapping) for value in given):
        each = [(str(place), value) for place, value in enumerate(given)]
    else:
        return [(above, given)]
    return [found for name, value in each for found in _flat(value, f"{above}.{name}" if above else name)]
