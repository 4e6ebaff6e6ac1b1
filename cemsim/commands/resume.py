"""``cemsim resume``: go on with a run that was interrupted."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from cemsim.base.language import LANGUAGES, speaking
from cemsim.commands.simulate import open_folder, simulate


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--workers", "-w", type=click.IntRange(1, 256), default=None,
              help="Threads; default one a core. They change no number.")  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="No progress line.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=None,
              help="Language of page, workbook and terminal; default that of the run.")  # fmt: skip
def resume(folder: Path, workers: int | None, quiet: bool, language: str | None) -> None:
    """Go on with an interrupted run: finished replicates are kept, the others are simulated.

    FOLDER is the --out of run, compare or demo. The result is that of a run which was never interrupted.
    """
    from cemsim.commands import compare, run
    from cemsim.experiment.inputs import kept_family
    from cemsim.experiment.store import read_receipt

    old = read_receipt(folder)
    typed = shlex.split(old.typed)
    with speaking(language or (typed[typed.index("--language") + 1] if "--language" in typed else "en")):
        scenarios = kept_family(folder, old)
        store = open_folder(
            folder, scenarios, old.replicates, old.seed, command=old.command, typed=old.typed, events=old.events,
            quiet=quiet, fates=old.fates,
        )  # fmt: skip
        runs = simulate(scenarios, old.replicates, old.seed, workers, old.events, quiet, store)
        if old.command == "run":
            run.tell(runs, store)
        else:
            compare.tell(runs, store, workers=workers, quiet=quiet)
