"""``cemsim diff``: what differs between two scenarios, in sentences."""

from __future__ import annotations

import click


@click.command()
@click.argument("one", type=click.Path())
@click.argument("other", type=click.Path())
def diff(one: str, other: str) -> None:
    """Say in sentences how scenario OTHER differs from ONE."""
    from cemsim.base.errors import Remark, ScenarioError
    from cemsim.scenario import check, load
    from cemsim.scenario.words import differences

    wrong = [p for p in check([one, other]) if not isinstance(p, Remark)]
    if wrong:
        raise ScenarioError(wrong)
    a, b = load(one), load(other)
    found = differences(a, b)
    if not found:
        click.echo(f"{b.name} says the same as {a.name}.")
        return
    click.echo(click.style(f"{b.name}, compared with {a.name}:", bold=True))
    for difference in found:
        click.echo(f"- {difference}")
