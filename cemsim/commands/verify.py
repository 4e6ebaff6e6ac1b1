"""``cemsim verify``: are these results what their receipt says, and do they come out again?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cemsim.base.language import say
from cemsim.commands.simulate import Meter, language, notice


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--workers", "-w", type=click.IntRange(1, 256), default=None,
              help="Threads; default one a core. They change no number.")  # fmt: skip
@click.option("--files-only", is_flag=True, help="Hold the files against the receipt, without simulating again.")
@click.option("--quiet", "-q", is_flag=True, help="No progress line.")
@language
def verify(folder: Path, workers: int | None, files_only: bool, quiet: bool) -> None:
    """Run the results of a folder again and say whether they are identical, or where they first differ.

    FOLDER is the --out of run, compare or demo. Ends with exit code 1 where something differs.
    """
    from cemsim.experiment.verify import verify as verified

    if not files_only:
        notice(quiet)
    with Meter(quiet) as meter:
        verdict = verified(folder, workers, meter.tell, not files_only)
    if verdict.missing:
        told = say(
            "{folder} is not finished: {count} of its replicates are missing. Go on with cemsim resume {folder}.",
            folder=folder, count=verdict.missing,
        )  # fmt: skip
        click.echo(say("Note: {text}", text=told), err=True)
    if verdict.identical:
        again = len(verdict.replicates)
        said = "identical: {again} replicates simulated again, {files} files as written" if again else (
            "identical: {files} files as written")  # fmt: skip
        click.echo(say(said, again=again, files=verdict.files))
        return
    click.echo(say("different:"))
    for line in verdict.differences:
        click.echo(f"  {line}")
    if verdict.reasons:
        click.echo(say("A likely reason:"))
        for line in verdict.reasons:
            click.echo(f"  {line}")
    sys.exit(1)
