"""``cemsim run``: simulate one scenario and show its measures; a baseline also shows target against achieved."""

from __future__ import annotations

from pathlib import Path

import click

from cemsim.commands.show import table
from cemsim.commands.simulate import family, options, ready, simulate, write_tables


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@options(default=10)
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Folder for the tables (CSV and Parquet).")
def run(
    file: Path, replicates: int, seed: int, workers: int | None, events: bool, quiet: bool, out: Path | None
) -> None:
    """Simulate one scenario and print its measures."""
    scenarios = family([file])
    if events and out is None:
        raise click.UsageError("--events needs --out: the visits are written there.")
    if out is not None:
        ready(out)
    runs = simulate(scenarios, replicates, seed, workers, events, quiet)
    baseline, ours = runs[0], runs[-1]
    from cemsim.report.levels import level_rows, target_rows

    click.echo(f"{ours.scenario.name}: {ours.scenario.question}")
    table(("measure", "group", "value"), level_rows(ours), "Over the horizon", right=(2,))
    if baseline.achieved:
        heads = ("observed", "target", "achieved", "unit")
        table(heads, target_rows(baseline), "Calibration of the baseline", right=(1, 2))
    if out is not None:
        for path in write_tables(runs[-1:], out):
            click.echo(f"Written: {path}")
