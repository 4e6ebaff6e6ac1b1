"""``cemsim parity``: both engines on the same world, compared bit for bit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from cemsim.base.errors import CemsimError
from cemsim.commands.simulate import family

MONTHS: Final = 6
"""Months lived where nothing else is asked: the glass engine is slow."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--customers", type=click.IntRange(1, 100_000), default=2_000, show_default=True,
              help="Cut the company to about so many customers: the glass engine is slow.")
@click.option("--months", type=click.IntRange(1, 240), default=None,
              help=f"Months of the horizon; the first {MONTHS} where it is not said.")
@click.option("--burn-in", type=click.IntRange(0, 240), default=2, show_default=True, help="Months before them.")
@click.option("--replicates", "-r", type=click.IntRange(1, 1_000), default=2, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**62), default=1, show_default=True)
def parity(file: Path, customers: int, months: int | None, burn_in: int, replicates: int, seed: int) -> None:
    """Live a scenario in the fast and in the glass engine; compare each visit, person, team and rule that fired."""
    from cemsim.engine.glass.extend import refuse
    from cemsim.engine.parity import parity as compared
    from cemsim.experiment.constants import constants_of
    from cemsim.experiment.cut import cut
    from cemsim.plan.compile import plan

    scenarios = family([file])
    lasts = scenarios[-1].horizon
    if months is not None and months > lasts:
        raise CemsimError(f"The horizon has {lasts} months; {months} cannot be lived. Write --months {lasts} or less.")
    months = min(lasts, MONTHS) if months is None else months
    constants = constants_of(plan(scenarios[0]), lambda what, share: None)
    base = plan(cut(scenarios[0], customers))
    ours = base if len(scenarios) == 1 else plan(cut(scenarios[1], customers), base)
    people = sum(s.customers for s in ours.scenario.segments.values())
    click.echo(f"{ours.scenario.name}: {people:,} customers, {months} months after {burn_in} of burn-in, two engines.")
    for scenario in scenarios:
        refuse(scenario)
    never: set[str] = set()
    for replicate in range(replicates):
        parted, sizes, silent = compared(ours, constants, months, burn_in, seed, replicate)
        if parted is not None:
            click.echo(f"Replicate {replicate}: the engines part in {parted}")
            sys.exit(1)
        told = ", ".join(f"{sizes[name]:,} rows of {name}" for name in sizes if sizes[name])
        click.echo(f"Replicate {replicate}: identical, bit for bit, in every column: {told}")
        never = set(silent) if replicate == 0 else never & set(silent)
    if never:
        click.echo(f"Never fired here, so nothing was compared of them: {', '.join(sorted(never))}. "
                   "More --customers or --months may reach them.")
