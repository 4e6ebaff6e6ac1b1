"""``cemsim check --theory``: the closed form beside the simulated value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import click

from cemsim.base.language import say
from cemsim.commands import show
from cemsim.commands.simulate import simulate
from cemsim.compare.interval import interval
from cemsim.compare.theory import REPLICATES, Case, Line, beside, forms
from cemsim.compare.theory.readings import READINGS
from cemsim.measures.books import books
from cemsim.scenario import Scenario

if TYPE_CHECKING:
    from cemsim.experiment import Run

#: What is told of a team without a closed form.
SHOWN: Final = ("delayed", "wait", "within", "abandoned", "blocked", "occupancy")
HEADS = ("quantity", "formula", "simulated", "+-", "unit", "")


def held(scenario: Scenario) -> bool:
    """Print every closed form that applies to a scenario beside its simulation; say whether all agree.

    A team without a closed form is shown as simulated. The column +- is half of the 95 % interval.
    """
    click.echo(f"{scenario.path}: {scenario.name}")
    heads = [say(head) for head in HEADS]
    found, without = forms(scenario)
    teams = [(part, team) for part in without for team in scenario.teams if part.what == f"Team {team}"]
    cases: list[Case] = []
    if found or teams:
        (done,) = simulate([scenario], REPLICATES, seed=1, workers=None, events=False, quiet=False)
        cases = beside(found, done)
    for case in cases:
        click.echo(f"\n{case.title} ({case.source})")
        show.table(heads, [_row(line) for line in case.lines], right=(1, 2, 3))
    for part in without:
        click.echo(f"\n{part}")
        for _, team in (pair for pair in teams if pair[0] is part):
            show.table(heads, [_row(line) for line in simulated(team, done)], right=(1, 2, 3))
    if cases:
        click.echo(f"\n{_verdict(cases)}")
    return all(case.agrees for case in cases)


def simulated(team: str, run: Run) -> list[Line]:
    """What a run says of a team; there is no exact value (NaN)."""
    opened = books(run)
    return [
        Line(what, unit, math.nan, interval(measure(team, (), opened)))
        for what, unit, measure in (READINGS[name] for name in SHOWN)
    ]


def _row(line: Line) -> tuple[str, ...]:
    found = line.found
    verdict = "" if math.isnan(line.exact) else say("agrees") if line.agrees else say("differs")
    reach = f"{100.0 * found.half if line.unit == 'share' else found.half:.2g}" if found.n > 1 else ""
    unit = "%" if line.unit == "share" else line.unit
    return line.what, _number(line.exact, line.unit), _number(found.mean, line.unit), reach, unit, verdict


def _number(value: float, unit: str) -> str:
    """Four figures; shares in per cent.

    >>> _number(0.0309122, "share"), _number(32.5, "min")
    ('3.091', '32.50')
    """
    if math.isnan(value):
        return "-"
    shown = 100.0 * value if unit == "share" else value
    return f"{shown:.4g}" if abs(shown) >= 1000 or shown == 0 else f"{shown:#.4g}"


def _verdict(cases: list[Case]) -> str:
    off = sum(not line.agrees for case in cases for line in case.lines)
    if not off:
        return say("The simulation agrees with every formula (within three standard errors or 1 %).")
    return say("{count} values differ by more than three standard errors and 1 %.", count=off)
