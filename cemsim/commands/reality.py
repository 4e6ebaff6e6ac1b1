"""``cemsim check --run`` and what run and compare try of the sentences that their scenarios state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cemsim.base.language import say
from cemsim.commands import show
from cemsim.commands.simulate import Meter, notice
from cemsim.scenario import Scenario

if TYPE_CHECKING:
    from cemsim.compare.reality import Tried


def held(scenario: Scenario) -> bool:
    """Try all that a scenario states and print what was found; say whether nothing failed."""
    from cemsim.compare.reality import REPLICATES, tried

    if not scenario.expect:
        click.echo(say("{file}: it states nothing that must hold (expect:).", file=scenario.path))
        return True
    notice(False)
    with Meter(False) as meter:
        found = tried(scenario, progress=meter.tell)
    tell(scenario, found)
    count = {word: sum(each.word == word for each in found) for word in ("passed", "failed", "cannot tell")}
    click.echo(say("{passed} passed, {failed} failed, {unclear} cannot be told ({count} replicates).",
                   passed=count["passed"], failed=count["failed"], unclear=count["cannot tell"], count=REPLICATES))
    return not count["failed"]


def stated(scenarios: Sequence[Scenario], workers: int | None, quiet: bool) -> dict[str, list[Tried]]:
    """Try what each scenario's own file states, and say what was found; by scenario's name."""
    found = {}
    for scenario in scenarios:
        if any(text.file == str(scenario.path) for text in scenario.expect):
            from cemsim.compare.reality import tried

            with Meter(quiet) as meter:
                found[scenario.name] = tried(scenario, workers=workers, progress=meter.tell, own=True)
            tell(scenario, found[scenario.name])
    return found


def tell(scenario: Scenario, found: Sequence[Tried]) -> None:
    """Print statements, figures and verdicts."""
    from cemsim.report.checks import REALITY_HEADS, reality_rows

    heads = [say(head) if head else "" for head in REALITY_HEADS]
    show.table(heads, reality_rows(found, scenario.currency), say("{name}: reality", name=scenario.name))
