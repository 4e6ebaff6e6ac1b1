"""``cemsim rules``: rules tested, told in plain sentences, and what they may say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cemsim.commands import show
from cemsim.commands.rules_lint import lint, opened

if TYPE_CHECKING:
    from cemsim.rules.cases import Case

CURRENCY = click.option("--currency", default="USD", show_default=True, help="Currency of amounts in the rules.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def rules() -> None:
    """Test rules, tell them in plain sentences, and list what they may say."""


@rules.command(name="test")
@click.argument("places", nargs=-1, required=True, type=click.Path(), metavar="FILE_OR_FOLDER...")
@CURRENCY
def run_cases(places: tuple[str, ...], currency: str) -> None:
    """Say which cases pass; exit code 1 if one does not, 2 if a file cannot be read."""
    from cemsim.base.errors import Problem, ScenarioError
    from cemsim.rules.cases import readable

    wrong: list[Problem] = []
    passed = failed = 0
    for file in _files(places):
        try:
            cases, found = readable(file, currency)
        except ScenarioError as error:
            cases, found = (), error.problems
        fresh = [p for p in found if p not in wrong]
        show.problems(fresh)
        wrong += fresh
        for case in cases:
            told = list(_told(case, currency))
            click.echo("\n".join(told))
            passed, failed = passed + (len(told) == 1), failed + (len(told) > 1)
    click.echo(f"{passed} passed, {failed} failed.")
    if wrong or failed:
        sys.exit(2 if wrong else 1)


def _files(places: tuple[str, ...]) -> Iterator[Path]:
    from cemsim.base.errors import Problem, ScenarioError

    for place in map(Path, places):
        if not place.is_dir():
            yield place
            continue
        inside = sorted(file for file in place.iterdir() if file.suffix in (".yaml", ".yml"))
        if not inside:
            message = "There is no file of cases in this folder."
            raise ScenarioError(Problem(str(place), 0, "", message, "Name one, or a folder that holds .yaml files."))
        yield from inside


def _told(case: Case, currency: str) -> Iterator[str]:
    """One line of a case that passes; where it fails, also why."""
    from cemsim.rules.missed import missed

    decision = case.decided()
    fired = case.ids(decision.fired)
    right = set(fired) == set(case.expect)
    mark = click.style("passed", fg="green") if right else click.style("FAILED", fg="red", bold=True)
    yield f"{mark}  {case.file}:{case.line}  {case.name}"
    if not right:
        given = [f"{fact} {value}" for fact, value in case.given.items()]
        resting = case.ids(decision.cooling)
        waiting = [name for name in case.ids(decision.matched) if name not in (*fired, *resting)]
        for head, names in (
            ("given", given),
            ("unknown", case.unknown),
            ("expected", case.expect),
            ("found", fired),
            ("would match too", waiting),
            ("would match, but rests", resting),
        ):
            if names or head in ("expected", "found"):
                yield f"    {head}: {', '.join(names) or 'no rule'}"
        for rule in case.ruleset.rules:
            if rule.id in case.expect and (asks := missed(rule, case.facts, currency)):
                yield f"    {rule.id} asks that {asks}"


@rules.command()
@click.option("--point", help="Only what may be asked and done at this point.")
def facts(point: str | None) -> None:
    """List the points, facts and actions of the language of rules."""
    from cemsim.base.errors import CemsimError, Problem
    from cemsim.base.near import listed, nearest
    from cemsim.rules.vocabulary import ACTIONS, FACTS, POINTS
    from cemsim.rules.words import told_kind, told_params, told_points

    if point is not None and point not in POINTS:
        cure = f"Points are: {listed(POINTS)}.{nearest(point, POINTS)}"
        raise CemsimError(Problem("--point", 0, "", f'There is no point "{point}".', cure))
    chosen = [POINTS[point]] if point else list(POINTS.values())
    show.table(("point", "when"), [(p.name, p.meaning) for p in chosen], title="Points")

    asked = [fact for fact in FACTS.values() if any(fact.name in p.facts for p in chosen)]
    done = [action for action in ACTIONS.values() if any(action.name in p.actions for p in chosen)]
    click.echo()
    rows = [(f.name, f.meaning, told_kind(f), told_points(f)) for f in asked]
    show.table(("fact", "meaning", "what it is", "known at"), rows, title="Facts")
    click.echo()
    deeds = [(a.name, a.meaning, told_params(a), told_points(a)) for a in done]
    show.table(("action", "meaning", "parameters", "possible at"), deeds, title="Actions")


@rules.command(name="show")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@CURRENCY
def tell(files: tuple[Path, ...], currency: str) -> None:
    """Tell the rules of FILES in plain sentences, in the order in which they are tried.

    Of a scenario or patch among them, those that it has.
    """
    from cemsim.rules.words import told_rule, told_ruleset

    for place, ruleset in enumerate([pack.ruleset for file in files for pack in opened(file, currency)[0]]):
        click.echo("\n" * (place > 0) + f"{click.style(ruleset.name, bold=True)}  {told_ruleset(ruleset)}")
        for rule in ruleset.rules:
            salience = f", salience {rule.salience}" if rule.salience else ""
            click.echo(f"\n{click.style(rule.id, bold=True)} ({rule.file}:{rule.line}{salience})")
            click.echo(f"  {told_rule(rule, currency)}\n  Because: {rule.because}")


rules.add_command(lint)
