"""``cemsim sensitivity``: which assumptions a plan's net present value hangs on."""

from __future__ import annotations

from pathlib import Path

import click

from cemsim.base.language import say
from cemsim.commands import worlds
from cemsim.commands.show import table
from cemsim.commands.simulate import Meter


@click.command()
@worlds.options(replicates=4, out="sensitivity")
@click.option("--morris", "trajectories", type=click.IntRange(0, 10_000), default=4, show_default=True,
              help="Trajectories of the Morris screening; 0 for none.")
@click.option("--sobol", "size", type=click.IntRange(2, 2**20), default=None, metavar="SIZE",
              help="Sobol indices instead, from SIZE x (assumptions + 2) worlds; SIZE a power of two.")
def sensitivity(
    files: tuple[Path, ...], replicates: int, seed: int, only: tuple[str, ...], cut: float, workers: int | None,
    yes: bool, dry_run: bool, quiet: bool, out: Path, trajectories: int, size: int | None,
) -> None:
    """Say which assumptions a plan's net present value hangs on, and where it turns.

    A tornado (one assumption at a time, P10 to P90) with break-even values, and Morris screening or Sobol indices.
    """
    from cemsim.experiment.sensitivity import Study
    from cemsim.experiment.uncertain import uncertain
    from cemsim.finance.gain import net_values
    from cemsim.report.amounts import amount, money_scale
    from cemsim.report.sections import tornado as told

    scenarios = worlds.opened(files, cut, out, quiet, dry_run)
    known = uncertain(scenarios, only)
    if size and size & (size - 1):
        raise click.UsageError(f"--sobol takes a power of two; {size} is none.")
    with Meter(quiet) as meter:
        study = Study(scenarios, known, lambda runs: net_values(runs) / cut, replicates, seed, workers, meter.tell, cut)
        count = study.worlds(study.tornado_rows())
        if size:
            count += study.worlds(list(study.sobol_rows(size)[1]))
        elif trajectories:
            count += study.worlds(list(study.morris_rows(trajectories)[2]))
        worlds.budget(count, replicates, scenarios, known, cut, workers, yes, quiet, dry_run)
        found = study.tornado()
        wide = study.sobol(size) if size else study.morris(trajectories) if trajectories else ()
    currency = scenarios[0].currency
    for one in found:
        rows = []
        for bar in one.bars[:10]:
            shown = money_scale((bar.at_low, bar.at_high, one.mean), currency)
            ends = (amount(x, 2 * e, shown) for x, e in zip((bar.at_low, bar.at_high), bar.errors, strict=True))
            rows.append((bar.thing.name, told.value(bar.low, bar), told.value(bar.high, bar), *ends,
                         told.value(bar.turns, bar)))
        heads = [say(h) for h in ("assumption", "P10", "P90", "worth at P10", "at P90", "breaks even at")]
        title = say("{scenario}: net present value by assumption", scenario=one.scenario)
        table(heads, rows, title, right=(1, 2, 3, 4, 5))
        click.echo(told.sentence(one))
    words = worlds.typed("sensitivity", files, replicates=replicates, seed=seed, only=only, cut=cut,
                         **({"sobol": size} if size else {"morris": trajectories}))
    section = told.section(found, currency, wide, worlds.note(cut, seed, scenarios[0]))
    worlds.written(out, "sensitivity.html", scenarios, [section], words)
