"""``cemsim check``: what is wrong with scenario files; their assumptions."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import click

from cemsim.base.language import say
from cemsim.commands import show
from cemsim.commands.simulate import language

if TYPE_CHECKING:
    from cemsim.scenario import Scenario

HEADS = ("path", "value", "unit", "range", "kind", "tag", "source", "written in", "law")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option(
    "--assumptions", is_flag=True, help="List every number in force: unit, source, tag, range, where written."
)
@click.option(
    "--all", "everything", is_flag=True, help="With --assumptions, also each team's and step's own defaults."
)
@language
@click.option(
    "--theory", is_flag=True, help="Simulate, and print the closed form beside it where one exists."
)
@click.option("--run", "tries", is_flag=True, help="Simulate, and try what the scenario says must hold (expect:).")
def check(files: tuple[str, ...], assumptions: bool, everything: bool, theory: bool, tries: bool) -> None:
    """Say what is wrong with scenario FILES, all at once; exit code 2 if anything is.

    With --theory the exit code is 1 if a simulation differs from its formula, with --run if a statement fails.
    """
    from cemsim.base.errors import Remark
    from cemsim.scenario import ScenarioError, load
    from cemsim.scenario.company import look

    wrong: list[object] = []
    agrees = True
    for file in files:
        try:
            scenario = load(file)
        except ScenarioError as error:
            fresh = [p for p in error.problems if p not in wrong]
            show.problems(fresh)
            wrong += error.problems
            continue
        show.problems(scenario.remarks)
        said = look(scenario)
        if scenario.expect:
            from cemsim.measures.stated import problems

            said = [*said, *problems(scenario)]
        show.problems(said)
        bad = [problem for problem in said if not isinstance(problem, Remark)]
        wrong += bad
        if assumptions:
            from cemsim.commands.assumptions import rows

            title = say("{scenario}: numbers in force", scenario=scenario.name)
            show.table([say(head) for head in HEADS], rows(scenario, everything), title=title, right=(1,))
        elif tries and not bad:
            from cemsim.commands.reality import held as holds

            agrees = holds(scenario) and agrees
        elif theory:
            from cemsim.commands.theory import held

            agrees = held(scenario) and agrees
        elif not bad:
            based = say(", based on {file}", file=scenario.based_on[0].name) if scenario.based_on else ""
            count = len(scenario.changes)
            changes = say(", {count} changes", count=count) if count > 1 else say(", 1 change") if count else ""
            odd = len(scenario.remarks) + len(said)
            ends = say(": no errors; warnings: {count}.", count=odd) if odd else say(": nothing wrong.")
            click.echo(f"{file}: {scenario.name}{based}{changes}{ends}")
            if scenario.based_on:
                from cemsim.scenario.words import staff

                for told in staff(load(scenario.based_on[-1]), scenario):
                    click.echo(f"  {told}")
        if scenario.schemes and not theory and not bad:
            _loyalty(scenario)
    if wrong or not agrees:
        sys.exit(2 if wrong else 1)


def _loyalty(scenario: Scenario) -> None:
    """What rewards cost, and by how much purchases have to rise to pay for them."""
    from cemsim.plan.loyalty import break_even_lifts, gives_nothing_back

    for name, about in scenario.schemes.items():
        if about.runs and gives_nothing_back(about):
            click.echo(
                say("  {scheme}: gives no money back; its tiers cost what serving members better costs.",
                    scheme=name.replace("_", " "))
            )  # fmt: skip
    for scheme, segment, cost, lift in break_even_lifts(scenario):
        who = {"scheme": scheme.replace("_", " "), "segment": segment.replace("_", " ")}
        if cost < 0.0:
            click.echo(say("  {scheme}, {segment}: fees bring {gain} % of sales more than rewards cost.",
                           gain=f"{-100 * cost:.3g}", **who))  # fmt: skip
            continue
        more = say("{lift} % more purchases", lift=f"{100 * lift:.3g}")
        told = say("never, at that margin") if math.isinf(lift) else more
        click.echo(
            say("  {scheme}, {segment}: rewards less fees cost {cost} % of sales; pays with: {told}.",
                cost=f"{100 * cost:.3g}", told=told, **who)
        )  # fmt: skip
