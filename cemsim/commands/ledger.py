"""``cemsim ledger``: person by person, what a plan changed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cemsim.base.errors import CemsimError
from cemsim.commands.show import table
from cemsim.commands.simulate import Meter, asked, family, notice, options, ready

if TYPE_CHECKING:
    from cemsim.report.sections.ledger import Row


def _lines(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    return [(row.name, *(f"{c.value} ({c.interval})" if c.interval else c.value for c in row.cells)) for row in rows]


@click.command()
@click.argument("baseline", type=click.Path(path_type=Path))
@click.argument("patch", type=click.Path(path_type=Path))
@options(default=20, kept=False)
@click.option("--out", type=click.Path(path_type=Path), default=Path("ledger"), show_default=True,
              help="Folder for the page and the table.")
def ledger(
    baseline: Path, patch: Path, replicates: int, seed: int, workers: int | None, quiet: bool, out: Path
) -> None:
    """Say which customers PATCH saves, loses and wins against BASELINE, whose, worth how much, by which cause."""
    scenarios = family([baseline, patch])
    if len(scenarios) != 2:
        raise CemsimError("Name the baseline and one patch of it: cemsim ledger baseline.yaml patch.yaml")
    ready(out)
    notice(quiet)

    from cemsim.base.language import say
    from cemsim.compare.ledger import ledger as made
    from cemsim.experiment import run
    from cemsim.report.ledgers import write_ledger
    from cemsim.report.sections import ledger as told
    from cemsim.report.sections import write_alone

    with Meter(quiet) as meter:
        runs = run(scenarios, replicates, seed, workers, meter.tell, fates=True)
    if runs[0].stopped:
        click.echo(say("Stopped: {count} of {replicates} replicates were finished.", count=len(runs[0].replicates),
                       replicates=replicates), err=True)  # fmt: skip
    found = made(runs)
    for sentence in told.sentences(found):
        click.echo(sentence)
    heads = told.heads(found)
    table(heads, _lines(told.rows(found)), f"{found.plan}, {say('compared with')} {found.baseline}",
          right=range(1, len(heads)))  # fmt: skip
    if gifts := told.gifts(found):
        table([say(head) for head in told.GIVEN_HEADS], _lines(gifts), say("Given to customers"), right=range(1, 5))
    typed = f"cemsim ledger {shlex.quote(str(baseline))} {shlex.quote(str(patch))}"
    typed += f" --replicates {replicates} --seed {seed}" + asked()
    written = write_ledger(found, out / "ledger.csv")
    note = say("Seed {seed}, replicates {replicates}.", seed=seed, replicates=len(found.replicates))
    section = told.section(found)
    page = write_alone(out / "ledger.html", found.plan, scenarios[1].question, [section], typed, note)
    click.echo(f"{say('Table')}: {written}")
    click.echo(f"{say('Page')}: {page.resolve()}")
