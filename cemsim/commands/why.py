"""``cemsim why``: what of a plan makes the difference, change by change and path by path."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from cemsim.base.errors import CemsimError
from cemsim.base.language import say
from cemsim.commands.show import table
from cemsim.commands.simulate import Meter, family, notice, options, ready
from cemsim.commands.simulate import asked as language

BUDGET = (
    "Changes: {changes} ({how}); paths: {paths}. Worlds to simulate: {worlds} in each of {replicates} replicates, "
    "{months} months, {times} times the baseline alone (burn-ins are shared, else {worlds} times)."
)


@click.command()
@click.argument("baseline", type=click.Path(path_type=Path))
@click.argument("patch", type=click.Path(path_type=Path))
@options(default=10, kept=False)
@click.option("--kpi", "kpis", multiple=True, default=("npv", "churn"), show_default=True,
              help="Measure to explain, such as npv, churn or nps; more than one may be given, at no more cost.")
@click.option("--by", type=click.Choice(["changes", "paths", "both"]), default="both", show_default=True,
              help="Explain by the patch's changes, by the paths through which they act, or by both.")
@click.option("--most-worlds", type=click.IntRange(4, 4096), default=32, show_default=True,
              help="Subsets of the changes simulated a replicate at most; beyond, orders are sampled.")
@click.option("--dry-run", is_flag=True, help="Only say how much would be simulated.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("why"), show_default=True,
              help="Folder for the page and the table.")
def why(
    baseline: Path, patch: Path, replicates: int, seed: int, workers: int | None, quiet: bool,
    kpis: tuple[str, ...], by: str, most_worlds: int, dry_run: bool, out: Path,
) -> None:  # fmt: skip
    """Say which part of PATCH earns its difference from BASELINE."""
    from cemsim.base.near import nearest
    from cemsim.compare.why import inquire
    from cemsim.finance.lines import lines_of, outlay
    from cemsim.measures import KPIS

    unknown = [name for name in kpis if name != "npv" and name not in KPIS]
    if unknown:
        names = ("npv", *KPIS)
        raise CemsimError(f'There is no measure "{unknown[0]}".{nearest(unknown[0], names)} '
                          f"Measures are: {', '.join(names)}.")
    scenarios = family([baseline, patch])
    if len(scenarios) != 2:
        raise CemsimError("Name the baseline and one patch of it: cemsim why baseline.yaml patch.yaml")
    base, plan = scenarios
    asked = inquire(base, plan, by != "paths", by != "changes", most_worlds)
    worlds = len(asked.worlds())
    months = replicates * (base.burn_in + worlds * base.horizon)
    plain = replicates * (base.burn_in + base.horizon)
    how = say("{count} sampled orders a replicate", count=2 * asked.pairs) if asked.pairs else say("all subsets")
    click.echo(say(BUDGET, changes=len(asked.changes), how=how, paths=len(asked.paths), worlds=worlds,
                   replicates=replicates, months=f"{months:,}", times=f"{months / plain:.1f}"))  # fmt: skip
    if dry_run:
        return
    ready(out)
    notice(quiet)

    from cemsim.compare.paths import REST
    from cemsim.compare.why import answer
    from cemsim.report.ledgers import write_why
    from cemsim.report.sections import decomposition as told
    from cemsim.report.sections import write_alone

    measures = {name: lines_of(name, base.finance, plan.investment) for name in dict.fromkeys(kpis)}
    gaps = {name: (measure.names, measure.gap) for name, measure in measures.items()}
    with Meter(quiet) as meter:
        answers, bases = answer(asked, gaps, replicates, seed, workers, meter.tell, REST)
    done = sum(len(book.replicates) for book in bases)
    if done < replicates:
        click.echo(say("Stopped: {count} of {replicates} replicates were finished and are kept.", count=done,
                       replicates=replicates), err=True)  # fmt: skip
    cost = outlay(plan.investment, base.finance, bases)
    for name, found in answers.items():
        for kind, one in (("change", found.changes), ("path", found.paths)):
            if one is None:
                continue
            shown = told.table(one, measures[name], base.currency, cost if name == "npv" else 0.0, {}, kind, False)
            title = f"{say(measures[name].kpi.label)}" + (f" ({shown.unit})" if shown.unit else "")
            heads = (say(kind), say("part"), say("interval"), say("alone"), say("without it"))
            click.echo(f"\n{title}")
            table(heads, [(r.name, r.part, r.interval, r.alone, r.last) for r in shown.rows], right=(1, 2, 3, 4))
    typed = f"cemsim why {shlex.quote(str(baseline))} {shlex.quote(str(patch))} --replicates {replicates} --seed {seed}"
    typed += "".join(f" --kpi {name}" for name in measures) + f" --by {by} --most-worlds {most_worlds}" + language()
    written = write_why(answers, cost, out / "why.csv")
    section = told.section(asked, answers, measures, cost, done)
    note = say("Seed {seed}, replicates {replicates}.", seed=seed, replicates=done)
    page = write_alone(out / "why.html", plan.name, plan.question, [section], typed, note)
    click.echo(f"{say('Table')}: {written}")
    click.echo(f"{say('Page')}: {page.resolve()}")
