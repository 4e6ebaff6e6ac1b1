"""``cemsim compare``: a baseline against its patches, with a report."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cemsim.commands.simulate import family, options, ready, simulate, write_tables

if TYPE_CHECKING:
    from cemsim.experiment import Run


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@options(default=20)
@click.option("--out", type=click.Path(path_type=Path), default=Path("report"), show_default=True,
              help="Folder for the report and the tables.")
def compare(
    files: tuple[Path, ...], replicates: int, seed: int, workers: int | None, events: bool, quiet: bool, out: Path
) -> None:
    """Compare scenarios with their baseline and write a report.

    FILES are a baseline and its patches, or patches alone: their baseline is found by based_on.
    """
    scenarios = family(files)
    if len(scenarios) < 2:
        raise click.UsageError("Name a patch beside the baseline: cemsim compare baseline.yaml patch.yaml")
    ready(out)
    runs = simulate(scenarios, replicates, seed, workers, events, quiet)
    tell(runs, out, _command(files, replicates, seed))


def tell(runs: Sequence[Run], out: Path, command: str) -> None:
    """Print the verdicts and write report and tables."""
    from rich.console import Console

    from cemsim.compare import compare as compared
    from cemsim.finance import worth
    from cemsim.report.page import write
    from cemsim.report.terminal import verdict_table

    comparison = compared(runs)
    Console().print(verdict_table(comparison, worth(runs)))
    written = write_tables(runs, out)
    page = write(runs, out / "report.html", command)
    click.echo("Tables: " + ", ".join(str(p) for p in written))
    click.echo(f"Report: {page.resolve()}")


def _command(files: Sequence[Path], replicates: int, seed: int) -> str:
    names = " ".join(shlex.quote(str(f)) for f in files)
    return f"cemsim compare {names} --replicates {replicates} --seed {seed}"
