"""What ``compare --full`` simulates beside the comparison, with few replicates, and how long that takes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from cemsim.base.errors import CemsimError
from cemsim.base.language import say
from cemsim.commands import worlds
from cemsim.commands.simulate import Meter
from cemsim.scenario import Scenario

if TYPE_CHECKING:
    from cemsim.compare.why import Inquiry
    from cemsim.experiment.uncertain import Choice, Uncertain
    from cemsim.report.full import Full, Why

DRAWS: Final = 16
REPLICATES: Final = 2
#: Assumptions that the tornado simulates one at a time, beside all prices, which need no run; and bars that it shows.
STRONGEST: Final = 8
SHOWN: Final = 10
#: Replicates of a decomposition, and subsets of a plan's changes that each of them lives at most.
APART: Final = 4
SUBSETS: Final = 8
KPIS: Final = ("npv", "churn")


def study(scenarios: Sequence[Scenario], seed: int, workers: int | None, quiet: bool) -> Full:
    """Risk, sensitivity, decomposition and value of information of a family; says beforehand how long it takes.

    Ctrl-C leaves out what is not finished.
    """
    from cemsim.compare.why import inquire
    from cemsim.experiment.uncertain import choices, uncertain
    from cemsim.report.full import Full, told_missing

    missing: list[str] = []
    known: tuple[Uncertain, ...] = ()
    try:
        known = uncertain(scenarios)
    except CemsimError as error:
        missing.append(told_missing("risk", [p.message for p in error.problems]))
    asked: dict[str, Inquiry] = {}
    for plan in scenarios[1:]:
        try:
            asked[plan.name] = inquire(scenarios[0], plan, most_worlds=SUBSETS)
        except CemsimError as error:
            missing.append(told_missing("decomposition", [plan.name, *(p.message for p in error.problems)]))
    ways = choices(scenarios[0])
    _announce(scenarios, known, ways, asked, workers, quiet)
    found = Full(missing=tuple(missing))
    try:
        with Meter(quiet) as meter:
            if known:
                found = _uncertain(found, scenarios, known, ways, seed, workers, meter)
            for name, inquiry in asked.items():
                found = _apart(found, name, inquiry, seed, workers, meter)
    except KeyboardInterrupt:
        click.echo(say("Stopped: the page holds what was finished."), err=True)
    return found


def _announce(
    scenarios: Sequence[Scenario], known: Sequence[Uncertain], ways: Sequence[Choice], asked: dict[str, Inquiry],
    workers: int | None, quiet: bool,
) -> None:
    if quiet:
        return
    many = (DRAWS * len(ways) + 2 * min(STRONGEST, len(known)) + 2) if known else 0
    a_month, a_world = worlds.pace(scenarios, known, REPLICATES, workers)
    base = scenarios[0]
    lived = sum(APART * (base.burn_in + len(each.worlds()) * base.horizon) for each in asked.values())
    seconds = many * a_world + lived * a_month / (workers or os.cpu_count() or 1)
    click.echo(
        say("In full: {worlds} worlds x {replicates} replicates for risk, sensitivity and value of information; "
            "{parts} worlds x {apart} replicates to take the plans apart: about {long}.",
            worlds=many, replicates=REPLICATES, parts=sum(len(each.worlds()) for each in asked.values()), apart=APART,
            long=worlds.length(seconds)),
        err=True,
    )  # fmt: skip


def _uncertain(
    found: Full, scenarios: Sequence[Scenario], known: Sequence[Uncertain], ways: Sequence[Choice], seed: int,
    workers: int | None, meter: Meter,
) -> Full:
    from dataclasses import replace

    from cemsim.experiment.sensitivity import Study
    from cemsim.finance.gain import net_values
    from cemsim.finance.information import information
    from cemsim.finance.risk import draw, moved_most, risks

    drawn = draw(scenarios, known, ways, DRAWS, REPLICATES, seed, workers, meter.tell)
    found = replace(found, drawn=drawn, risks=risks(drawn), known=information(drawn, seed=seed))
    free = Study.priced(scenarios, known)
    strongest = [place for place in moved_most(drawn) if place not in free][:STRONGEST]
    tried = [known[place] for place in (*free, *strongest)]
    bars = Study(scenarios, tried, net_values, REPLICATES, seed, workers, meter.tell).tornado()
    return replace(found, tornadoes=tuple(replace(one, bars=one.bars[:SHOWN]) for one in bars), free=len(free))


def _apart(found: Full, name: str, asked: Inquiry, seed: int, workers: int | None, meter: Meter) -> Full:
    from dataclasses import replace

    from cemsim.compare.paths import REST
    from cemsim.compare.why import answer
    from cemsim.finance.lines import lines_of, outlay
    from cemsim.report.full import Why, told_missing

    base, plan = asked.base, asked.plan
    wanted = [kpi for kpi in KPIS if kpi == "npv" or base.horizon >= 12]
    measures = {kpi: lines_of(kpi, base.finance, plan.investment) for kpi in wanted}
    gaps = {kpi: (measure.names, measure.gap) for kpi, measure in measures.items()}
    try:
        answers, bases = answer(asked, gaps, APART, seed, workers, meter.tell, REST)
    except CemsimError as error:
        said = told_missing("decomposition", [plan.name, *(p.message for p in error.problems)])
        return replace(found, missing=(*found.missing, said))
    done = sum(len(book.replicates) for book in bases)
    made: Why = Why(asked, answers, measures, outlay(plan.investment, base.finance, bases), done)
    return replace(found, why={**found.why, name: made})
