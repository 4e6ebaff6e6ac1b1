"""``cemsim case``: the investment case of a plan; prices may be changed without another run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cemsim.commands.show import table
from cemsim.commands.simulate import by_maturity, family, options, simulate

if TYPE_CHECKING:
    from cemsim.finance import Case


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1)
@options(default=20, kept=False)
@click.option("--set", "prices", multiple=True, metavar="NAME=VALUE",
              help='Another price, such as "wage.contact_centre=24 USD/h", "wage.*=+10 %" or "discount_rate=8 %": '
                   "today's, in force until a plan changes it from its start on; needs no new run. What plans cost "
                   'is set for each of them, or for one by its name: "capex of Better booking=20_000 USD".')
@click.option("--from", "folder", type=click.Path(path_type=Path), default=None,
              help="Folder with results of compare, to be priced instead of simulating.")
def case(
    files: tuple[Path, ...], replicates: int, seed: int, workers: int | None, quiet: bool, prices: tuple[str, ...],
    folder: Path | None,
) -> None:  # fmt: skip
    """Print the investment case of patches against their baseline.

    FILES are a baseline and its patches, or patches alone; none where --from names results.
    """
    from cemsim.base.language import say
    from cemsim.finance import cases
    from cemsim.finance.prices import repriced, settings

    if bool(files) == bool(folder):
        raise click.UsageError("Name a baseline and a patch, or results: cemsim case --from report")
    if folder is not None:
        from cemsim.experiment.store import load_results

        runs: Sequence[Any] = load_results(folder)
        chosen = settings([run.scenario for run in runs], prices)
        if runs[0].stopped:
            told = say("{folder} is not finished: this rests on {count} of its replicates. Go on with cemsim resume "
                       "{folder}.", folder=folder, count=len(runs[0].replicates))  # fmt: skip
            click.echo(say("Note: {text}", text=told), err=True)
    else:
        scenarios = family(files)
        if len(scenarios) < 2:
            raise click.UsageError("Name a patch beside the baseline: cemsim case baseline.yaml patch.yaml")
        chosen = settings(scenarios, prices)  # what cannot be set is told before anything is simulated
        runs = simulate(scenarios, replicates, seed, workers, False, quiet)
    before = cases(runs)
    after = cases(repriced(runs, chosen)) if chosen else before
    for was, now in zip(before, after, strict=True):
        own = list(dict.fromkeys(each.typed for each in chosen if each.plan in ("", now.scenario)))
        tell(now, was if own else None, own)
    if len(after) > 1:
        from cemsim.report.sections.case import side_by_side

        beside = side_by_side(after)
        click.echo(click.style(say("Plans side by side"), bold=True))
        table(beside.heads, beside.rows, right=range(1, len(beside.heads)))
        click.echo(beside.note)
        click.echo()
    for line in by_maturity(runs, workers, quiet):
        click.echo(line)


def tell(found: Case, before: Case | None, chosen: Sequence[str]) -> None:
    """Print a case: a few sentences, then tables; ``before``: the case at the prices written in the files."""
    from cemsim.base.language import say
    from cemsim.report.sections.case import counted, tables
    from cemsim.report.sections.executive import sentences
    from cemsim.report.words import money

    click.echo(click.style(found.scenario, bold=True))
    for sentence in sentences(found):
        click.echo(sentence)
    if before is not None:
        click.echo(say("With {prices}; at the prices of the files its net present value is {value}.",
                       prices=", ".join(chosen), value=money(before.net, before.currency)))  # fmt: skip
    click.echo(counted(found))
    for each in tables(found).values():
        if each.rows:
            click.echo()
            table(each.heads, each.rows, right=range(1, len(each.heads)))
    click.echo()
