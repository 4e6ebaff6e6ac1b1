"""``cemsim risk``: what a plan's net present value could turn out to be."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from cemsim.base.language import say
from cemsim.commands import worlds
from cemsim.commands.show import table
from cemsim.commands.simulate import Meter


@click.command()
@worlds.options(replicates=4, out="risk")
@click.option("--draws", "-n", type=click.IntRange(4, 100_000), default=32, show_default=True,
              help="Draws of what is not known.")
@click.option("--design", type=click.Choice(["latin", "sobol"]), default="latin", show_default=True,
              help="Latin hypercube or Sobol sequence.")
@click.option("--without", multiple=True, metavar="SWITCH", help="One more way to model: this mechanism off.")
def risk(
    files: tuple[Path, ...], replicates: int, seed: int, only: tuple[str, ...], cut: float, workers: int | None,
    yes: bool, dry_run: bool, quiet: bool, out: Path, draws: int, design: str, without: tuple[str, ...],
) -> None:
    """Say how sure a plan's net present value is: luck, what is not known, and choice of model, kept apart."""
    from cemsim.experiment.uncertain import Design, choices, uncertain
    from cemsim.finance.risk import draw, risks
    from cemsim.report.amounts import amount, money_scale, percent
    from cemsim.report.ledgers import write_draws
    from cemsim.report.sections import risk as told

    scenarios = worlds.opened(files, cut, out, quiet, dry_run)
    known, ways = uncertain(scenarios, only), choices(scenarios[0], without)
    worlds.budget(draws * len(ways) + 1, replicates, scenarios, known, cut, workers, yes, quiet, dry_run)
    with Meter(quiet) as meter:
        how = cast(Design, design)
        drawn = draw(scenarios, known, ways, draws, replicates, seed, workers, meter.tell, how, cut)
    found = risks(drawn)
    rows = []
    for one in found:
        shown = money_scale((one.p10, one.p50, one.p90, one.worst), drawn.currency)
        worths = (one.written, one.p10, one.p50, one.p90, one.worst)
        cells = [amount(x, (one.p90 - one.p10) / 20, shown) for x in worths]
        rows.append((one.scenario, *cells[:4], percent(one.loss), cells[4], *(percent(x) for x in one.layers.shares)))
    heads = ("scenario", "as written", "P10", "P50", "P90", "P(loss)", "worst 5 %", "luck", "not known", "model")
    table([say(each) for each in heads], rows, say("Net present value, and where its spread comes from"),
          right=tuple(range(1, 10)))  # fmt: skip
    for one in found:
        click.echo(f"{one.scenario}: {told.sentence(one, drawn.currency)}")
    words = worlds.typed("risk", files, draws=draws, replicates=replicates, seed=seed, design=design, only=only,
                         without=without, cut=cut)
    section = told.section(found, drawn, worlds.note(cut, seed, scenarios[0]))
    worlds.written(out, "risk.html", scenarios, [section], words)
    click.echo(say("Draws: {file}", file=write_draws(drawn, out / "draws.csv").resolve()))
