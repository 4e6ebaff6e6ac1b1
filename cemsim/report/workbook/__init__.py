"""The workbook: the comparison as a spreadsheet that calculates.

Quantities are simulated, prices are cells: net present value, rate of return, payback and the whole cash flow are
formulas, and a change of a wage or of the discount rate gives what pricing the same run anew would give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cemsim.compare.ledger import Ledger, ledger
from cemsim.report.full import Full
from cemsim.report.workbook.cash import write_cash
from cemsim.report.workbook.paper import Paper
from cemsim.report.workbook.prices import prices_of, write_prices
from cemsim.report.workbook.quantities import write_quantities
from cemsim.report.workbook.results import (
    write_decomposition,
    write_information,
    write_ledgers,
    write_risk,
    write_sensitivity,
)
from cemsim.report.workbook.sheets import write_assumptions, write_receipt, write_verdict
from cemsim.report.workbook.terminal import write_terminal

__all__ = ["write"]


def write(
    runs: Sequence[Any],
    path: Path | str,
    command: str = "",
    receipt: Mapping[str, Any] | None = None,
    full: Full | None = None,
    ledgers: Sequence[Ledger] = (),
) -> Path:
    """Write the workbook of a comparison; gives its path.

    Args:
        runs: of one baseline, the baseline first.
        path: of the file, ending in .xlsx.
        command: what was typed, to be repeated.
        receipt: what made the results, as names and values; put on the last sheet.
        full, ledgers: other results, a sheet each, left out where there are none. Ledgers are made from the runs where
            these kept people's fates.
    """
    from cemsim.compare import compare
    from cemsim.finance import cases, in_short
    from cemsim.measures.books import books
    from cemsim.report.page import limits, versions

    opened = [books(run) for run in runs]
    common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
    places = [[book.replicates.index(number) for number in common] for book in opened]
    found = cases(runs)
    months, terms = found[0].months, found[0].terms
    plans = [run.scenario.investment for run in runs]

    paper = Paper(runs[0].scenario.name)
    verdict = paper.sheet("verdict")
    paper.sheet("cash flow")
    prices = write_prices(paper, [run.scenario for run in runs], prices_of(opened, terms, plans))
    blocks = write_quantities(paper, opened, places, months, prices)
    ends = write_terminal(paper, opened, common, months, terms, prices, plans)
    figures = write_cash(paper, found, plans[1:], blocks, prices, ends)
    write_verdict(verdict, runs, compare(runs), [in_short(case) for case in found], figures,
                  limits(runs))  # fmt: skip
    write_assumptions(paper, runs)
    more = full or Full()
    if more.risks:
        write_risk(paper, more.risks, opened[0].currency)
    if more.tornadoes:
        write_sensitivity(paper, more.tornadoes, opened[0].currency)
    if more.why:
        write_decomposition(paper, more.why)
    if more.known is not None:
        write_information(paper, more.known, opened[0].currency)
    able = [run for run in runs[1:] if getattr(run, "fates", ()) and not run.scenario.own_baseline]
    if closed := ledgers or [ledger([runs[0], run]) for run in able if getattr(runs[0], "fates", ())]:
        write_ledgers(paper, closed)
    write_receipt(paper, runs, command, versions(), receipt or {})
    return paper.save(Path(path))
