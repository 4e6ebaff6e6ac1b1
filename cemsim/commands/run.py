"""``cemsim run``: simulate one scenario and show its measures; a baseline also shows target against achieved."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cemsim.base.language import say
from cemsim.commands.show import table
from cemsim.commands.simulate import asked, family, open_folder, options, simulate

if TYPE_CHECKING:
    from cemsim.experiment import Run, Store


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@options(default=10)
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Folder for the tables (CSV and Parquet).")
def run(
    file: Path, replicates: int, seed: int, workers: int | None, events: bool, anew: bool, quiet: bool,
    out: Path | None,
) -> None:
    """Simulate one scenario and print its measures."""
    scenarios = family([file])
    if events and out is None:
        raise click.UsageError("--events needs --out: the visits are written there.")
    if out is None:
        tell(simulate(scenarios, replicates, seed, workers, events, quiet), workers=workers, quiet=quiet)
        return
    store = open_folder(
        out, scenarios, replicates, seed, command="run",
        typed=f"cemsim run {shlex.quote(str(file))} --replicates {replicates} --seed {seed}{asked(events=events)}",
        events=events, anew=anew, quiet=quiet,
    )  # fmt: skip
    tell(simulate(scenarios, replicates, seed, workers, events, quiet, store), store, workers, quiet)


def tell(
    runs: Sequence[Run], store: Store | None = None, workers: int | None = None, quiet: bool = False
) -> None:
    """Print the measures and what was checked, and write the tables where they are kept."""
    from cemsim.commands.reality import stated
    from cemsim.compare.theory import beside, forms
    from cemsim.report.checks import THEORY_HEADS, theory_rows
    from cemsim.report.levels import RULE_HEADS, level_rows, rule_rows, target_rows

    baseline, ours = runs[0], runs[-1]
    click.echo(": ".join(part for part in (ours.scenario.name, ours.scenario.question) if part))
    table((say("measure"), say("group"), say("value")), level_rows(ours), say("Over the horizon"), right=(2,))
    if rules := rule_rows(ours):
        heads = tuple(say(head) for head in RULE_HEADS)
        table(heads, rules, say("Rules: how often, mean over replicates"), right=range(1, len(RULE_HEADS)))
    if baseline.achieved:
        heads = tuple(say(head) for head in ("observed", "target", "achieved", "unit"))
        table(heads, target_rows(baseline), say("Calibration of the baseline"), right=(1, 2))
    if checked := theory_rows(beside(forms(ours.scenario)[0], ours)):
        table([say(head) if head else "" for head in THEORY_HEADS], checked, say("Theory checks"), right=(1, 2))
    stated([ours.scenario], workers, quiet)
    if store is None:
        return
    from cemsim.experiment.results import write_tables
    from cemsim.experiment.store import on_disk

    with on_disk(store.folder):
        written = write_tables(runs[-1:], store.folder)
    store.finish(runs, written, [len(runs) - 1])
    for path in written:
        click.echo(say("Written: {file}", file=path))
