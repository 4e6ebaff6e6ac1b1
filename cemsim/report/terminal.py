"""The verdict in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cemsim.base.language import say
from cemsim.compare.comparison import Comparison, Difference
from cemsim.finance.worth import Worth
from cemsim.measures.catalogue import KPIS
from cemsim.report.numbers import from_to, gap
from cemsim.report.words import headlines, named

if TYPE_CHECKING:
    from rich.console import RenderableType

#: A word that must not be broken: "distinguishable".
LONGEST = 15
COLOURS = {"better": "green", "worse": "red"}
#: What is told beside the mean wait, each from more than this on.
BESIDE_WAIT = {"abandonment": 0.0, "sent_away": 0.01, "call_back_wait": 0.0, "until_answered": 0.0}
NOTE = (
    "Differences from {base} over {months} months, {pairs} paired replicates, with 95 % intervals. "
    "Not distinguishable: at this precision; in brackets, how many more replicates would tell, "
    "if the difference is as seen. No difference that matters: smaller than anybody would act on."
)


def verdict_table(comparison: Comparison, worths: Sequence[Worth] = ()) -> RenderableType:
    """The main measures of every scenario against the baseline, a table a scenario, for ``rich`` to print."""
    from rich.console import Group
    from rich.text import Text

    price = {found.scenario: found for found in worths}
    start, end = comparison.months
    note = say(NOTE, base=comparison.names[0], months=end - start, pairs=comparison.pairs)
    tables = [_table(comparison, scenario, price.get(scenario)) for scenario in comparison.names[1:]]
    return Group(*tables, Text(note, style="dim"))


def _table(comparison: Comparison, scenario: str, worth: Worth | None) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(scenario, style="bold"), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(say("measure"))
    for name in ("baseline → scenario", "difference", "interval"):
        table.add_column(say(name), justify="right")
    table.add_column(say("verdict"), min_width=LONGEST)
    for row in _rows(comparison, scenario):
        levels = from_to(row.kpi, row.base, row.ours, comparison.currency)
        shown = gap(row.kpi, row.gap, comparison.currency)
        verdict = Text(row.verdict.brief, style=COLOURS.get(row.verdict.word, ""))
        table.add_row(Text(named(row)), Text(levels), Text(shown.value), Text(shown.interval), verdict)
    if worth is not None:
        shown = gap(KPIS["contribution"], worth.net, comparison.currency)
        verdict = Text(worth.verdict.brief, style=COLOURS.get(worth.verdict.word, ""))
        table.add_row(say("net present value"), "", Text(shown.value), Text(shown.interval), verdict)
    return table


def _rows(comparison: Comparison, scenario: str) -> Iterator[Difference]:
    """The headlines; beside the wait of those served that of everybody, who hung up, who was sent away and how long
    a call-back took: a shorter wait on the line may serve fewer, or later."""
    for row in headlines(comparison, scenario):
        yield row
        if row.kpi.id == "wait":
            yield comparison.of("wait_all", scenario, row.group)
            for beside, least in BESIDE_WAIT.items():
                found = comparison.of(beside, scenario, row.group)
                if any(side.mean > least for side in (found.base, found.ours)):       # NaN: nothing to tell
                    yield found
