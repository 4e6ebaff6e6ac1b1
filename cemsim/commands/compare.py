"""``cemsim compare``: a baseline against its patches, with a report."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cemsim.base.language import say
from cemsim.commands import precise
from cemsim.commands.show import console
from cemsim.commands.simulate import asked, by_maturity, family, open_folder, options, simulate

if TYPE_CHECKING:
    from cemsim.experiment import Run, Store


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@options(default=20)
@click.option("--out", type=click.Path(path_type=Path), default=Path("report"), show_default=True,
              help="Folder for the report and the tables.")
@click.option("--xlsx", is_flag=True, help="Also write a workbook that calculates (report.xlsx).")
@click.option("--ledger", is_flag=True, help="Also follow each customer: the report gains the customer ledger.")
@click.option("--full", is_flag=True,
              help="Also risk, sensitivity, decomposition, value of information and the customer ledger, in small.")
@precise.options
def compare(
    files: tuple[Path, ...], replicates: int, seed: int, workers: int | None, events: bool, anew: bool, quiet: bool,
    out: Path, xlsx: bool, ledger: bool, full: bool, precision: tuple[str, ...], decide: bool, tie: str, most: int,
) -> None:
    """Compare scenarios with their baseline and write a report.

    FILES are a baseline and its patches, or patches alone: their baseline is found by based_on.
    """
    scenarios = family(files)
    if len(scenarios) < 2:
        raise click.UsageError("Name a patch beside the baseline: cemsim compare baseline.yaml patch.yaml")
    typed = _command(files, replicates, seed) + asked(xlsx, events)
    typed += (" --ledger" if ledger else "") + (" --full" if full else "")
    if tie != "0" and not decide:
        raise click.UsageError("--tie says which differences matter to nobody when the best is sought: add --decide.")
    sure = precise.Asked(precision, decide, tie, most)
    typed += sure.typed
    store = open_folder(
        out, scenarios, replicates, seed, command="compare", typed=typed, events=events, anew=anew, quiet=quiet,
        fates=ledger or full,
    )
    if not sure:
        tell(simulate(scenarios, replicates, seed, workers, events, quiet, store), store, workers=workers, quiet=quiet)
        return
    runs, found = precise.simulate_until(scenarios, sure, replicates, seed, workers, events, quiet, store)
    tell(runs, store, precise.told(found, scenarios[0].currency), workers, quiet)


def tell(
    runs: Sequence[Run], store: Store, sure: Sequence[str] = (), workers: int | None = None, quiet: bool = False
) -> None:
    """Print the verdicts and write report, tables and receipt; ``sure``: how sure they are, in sentences.

    Where it was typed in full, more is simulated first.
    """
    from cemsim.base.atomic import whole
    from cemsim.commands.reality import stated
    from cemsim.compare import compare as compared
    from cemsim.experiment.results import write_tables
    from cemsim.experiment.store import on_disk
    from cemsim.finance import cases, in_short
    from cemsim.report.full import Full, closing
    from cemsim.report.page import write
    from cemsim.report.sections import checks, maturity
    from cemsim.report.terminal import verdict_table

    comparison = compared(runs)
    found = cases(runs)
    console().print(verdict_table(comparison, [in_short(case) for case in found]))
    grown = by_maturity(runs, workers, quiet)
    for line in (*sure, *grown):
        click.echo(line)
    typed, page, books = store.receipt.typed, store.folder / "report.html", []
    words = shlex.split(typed)
    more = Full()
    if "--full" in words and not runs[0].stopped:
        from cemsim.commands.full import study

        more = study([run.scenario for run in runs], store.receipt.seed, workers, quiet)
        for line in closing(more):
            click.echo(line)
    tried = stated([run.scenario for run in runs], workers, quiet) if not runs[0].stopped else {}
    with on_disk(store.folder):
        written = write_tables(runs, store.folder)
        with whole(page) as draft:
            more_sections = [*precise.sections(sure), *maturity.sections(grown), *checks.sections(runs, tried)]
            write(runs, draft, typed, more_sections, found, more)
        if "--xlsx" in words:
            from cemsim.report.workbook import write as write_workbook

            books = [write_workbook(runs, page.with_suffix(".xlsx"), typed, asdict(store.receipt), full=more)]
    store.finish(runs, [*written, page, *books], range(len(runs)))
    click.echo(say("Tables: {files}", files=", ".join(str(p) for p in written)))
    for book in books:
        click.echo(say("Workbook: {file}", file=book.resolve()))
    click.echo(say("Report: {file}", file=page.resolve()))


def _command(files: Sequence[Path], replicates: int, seed: int) -> str:
    names = " ".join(shlex.quote(str(f)) for f in files)
    return f"cemsim compare {names} --replicates {replicates} --seed {seed}"
