"""``cemsim rules lint``: what never happens, contradicts itself or rewards the wrong thing, before anything runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cemsim.commands import show

if TYPE_CHECKING:
    from cemsim.rules.lint_form import Finding
    from cemsim.scenario import Scenario
    from cemsim.scenario.schema.rules import Pack


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--scenario", type=click.Path(), metavar="FILE", help="Hold the rules against this company.")
@click.option("--currency", default="USD", show_default=True, help="Currency of amounts, without a scenario.")
def lint(files: tuple[str, ...], scenario: str | None, currency: str) -> None:
    """Say what in rule FILES never happens, contradicts itself or rewards the wrong thing.

    A scenario or patch among them stands for the rules that it has, held against itself.

    Exit code 1 if there are errors, 0 if there are at most warnings, 2 if a file cannot be read.
    """
    from cemsim.base.errors import CemsimError, Problem, ScenarioError
    from cemsim.rules.lint import lint as look
    from cemsim.scenario import load

    company = load(scenario) if scenario is not None else None
    packs: list[Pack] = []
    wrong: list[Problem] = []
    for file in dict.fromkeys(files):
        try:
            here, own = opened(Path(file), company.currency if company is not None else currency)
        except ScenarioError as error:
            wrong += error.problems
            continue
        packs += here
        if own is not None and company is not None:
            raise CemsimError(f"{file} is a scenario: rules are held against one at a time.")
        company = own or company
    if wrong:
        show.problems(dict.fromkeys(wrong))
        sys.exit(2)
    found = look([pack.ruleset for pack in packs], None, currency) if company is None else held(packs, company)
    for each in found:
        click.echo(f"{click.style(f'{each.problem.file}:{each.problem.line}', bold=True)}  {each.problem.path}")
        click.echo(f"  {each.severity}: {each.problem.message}   {each.problem.cure}")
    errors = sum(each.severity == "error" for each in found)
    click.echo(f"Files: {len(packs)}; errors: {errors}; warnings: {len(found) - errors}.")
    if errors:
        sys.exit(1)


def opened(file: Path, currency: str) -> tuple[list[Pack], Scenario | None]:
    """The rules of a file, and the scenario, where it is one."""
    from cemsim.base import text
    from cemsim.rules.read import RULES
    from cemsim.scenario import load
    from cemsim.scenario.packs import known, of_file

    path = known(file)
    if not {"cemsim", "based_on"}.isdisjoint(text.read(path, RULES)):
        scenario = load(path)
        return list(scenario.rules), scenario
    return [of_file(path, str(file), currency)], None


def held(packs: Sequence[Pack], scenario: Scenario) -> tuple[Finding, ...]:
    """What there is to say of rules if the scenario had them, beside its own or in place of those of the same name."""
    from cemsim.rules.lint import lint as look
    from cemsim.rules.lint_form import Finding
    from cemsim.scenario.company import company
    from cemsim.scenario.rule_checks import flags, names

    named = {pack.ruleset.name for pack in packs}
    others = tuple(pack for pack in scenario.rules if pack.ruleset.name not in named)
    whole = scenario.model_copy(update={"rules": (*others, *packs)})
    found = [Finding("name", "error", problem) for problem in names(whole)]
    found += [Finding("flag", "error", problem) for problem in flags(whole)]
    found += look(whole.rulesets, company(whole), whole.currency)
    files = {pack.ruleset.file for pack in packs}
    return tuple(each for each in found if each.problem.file in files)
