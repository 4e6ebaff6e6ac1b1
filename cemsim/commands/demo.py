"""``cemsim demo``: the shipped mobile operator against its patches."""

from __future__ import annotations

from pathlib import Path

import click

from cemsim.base.shipped import shipped
from cemsim.commands.compare import tell
from cemsim.commands.simulate import asked, family, open_folder, options, simulate

PATCHES = ("more_people", "knowledge_base", "back_office", "loyalists_first")


@click.command()
@options(default=20)
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True,
              help="Folder for the report and the tables.")
@click.option("--xlsx", is_flag=True, help="Also write a workbook that calculates (report.xlsx).")
def demo(
    replicates: int, seed: int, workers: int | None, events: bool, anew: bool, quiet: bool, out: Path, xlsx: bool
) -> None:
    """Compare the shipped mobile operator with four plans."""
    files = [shipped("scenarios", "telecom", f"{name}.yaml") for name in ("baseline", *PATCHES)]
    scenarios = family(files)
    store = open_folder(
        out, scenarios, replicates, seed, command="demo", events=events, anew=anew, quiet=quiet,
        typed=f"cemsim demo --replicates {replicates} --seed {seed}{asked(xlsx, events)}",
    )  # fmt: skip
    tell(simulate(scenarios, replicates, seed, workers, events, quiet, store), store)
