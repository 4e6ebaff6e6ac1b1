"""``cemsim voi``: what it would be worth to know more before deciding."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cemsim.base.errors import CemsimError
from cemsim.base.language import say
from cemsim.base.units import MONEY, SHARE, UnitError
from cemsim.commands import worlds
from cemsim.commands.show import table
from cemsim.commands.simulate import Meter

if TYPE_CHECKING:
    from cemsim.scenario import Scenario

HOLD = (
    "{scenario}: a pilot of {people} customers for {months} months shows what is worth {sample}, costs {cost} and "
    "{delay} of waiting: hold it ({net})."
)
LEAVE = (
    "{scenario}: a pilot of {people} customers for {months} months shows what is worth {sample}, costs {cost} and "
    "{delay} of waiting: it does not pay ({net})."
)
IN_STAGES = (
    "{scenario}: in stages ({share} % for {months} months) it is worth {parts}, all at once {now}; the right to stop "
    "is worth {option}."
)
_PILOT = re.compile(r"\s*([\d_,]+)\s+customers?\s+for\s+(\d+)\s+months?(?:\s+at\s+(.+))?\s*", re.I)
_STAGE = re.compile(r"\s*(.+?)\s+for\s+(\d+)\s+months?\s*", re.I)


@click.command()
@worlds.options(replicates=4, out="voi")
@click.option("--draws", "-n", type=click.IntRange(8, 100_000), default=64, show_default=True,
              help="Draws of what is not known.")
@click.option("--pilot", "pilots", multiple=True, metavar="TEXT",
              help="A pilot, such as '2_000 customers for 6 months at 50_000 USD' (may be repeated).")
@click.option("--stage", "stages", multiple=True, metavar="TEXT",
              help="A first stage with the right to stop, such as '20 % for 6 months' (may be repeated).")
def voi(
    files: tuple[Path, ...], replicates: int, seed: int, only: tuple[str, ...], cut: float, workers: int | None,
    yes: bool, dry_run: bool, quiet: bool, out: Path, draws: int, pilots: tuple[str, ...], stages: tuple[str, ...],
) -> None:
    """Say what it would be worth to know more before deciding, and whether a pilot or stages pay."""
    from cemsim.experiment.uncertain import choices, uncertain
    from cemsim.finance.information import information
    from cemsim.finance.risk import draw
    from cemsim.report.amounts import amount, money_scale
    from cemsim.report.ledgers import write_draws
    from cemsim.report.sections import information as told

    scenarios = worlds.opened(files, cut, out, quiet, dry_run)
    planned = [_pilot(text, scenarios[0]) for text in pilots]
    staged = [_stage(text, scenarios[0]) for text in stages]
    known, ways = uncertain(scenarios, only), choices(scenarios[0])
    worlds.budget(draws * len(ways) + 1, replicates, scenarios, known, cut, workers, yes, quiet, dry_run)
    with Meter(quiet) as meter:
        drawn = draw(scenarios, known, ways, draws, replicates, seed, workers, meter.tell, share=cut)
    found = information(drawn, planned, staged, seed)
    shown = money_scale([found.perfect], drawn.currency)
    rows = [(w.name, amount(w.value, 2 * w.error, shown)) for w in told.worth_learning(found)][:10]
    if rows:
        table((say("assumption"), say("worth of knowing it")), rows, say("Value of information"), right=(1,))
    for p in found.pilots:
        sample, cost, delay, net = (_own(x, drawn.currency) for x in (p.sample, p.cost, p.delay, p.net))
        click.echo(say(HOLD if p.net > 0 else LEAVE, scenario=p.scenario, people=f"{p.people:,.0f}", months=p.months,
                       sample=sample, cost=cost, delay=delay, net=net))  # fmt: skip
    for s in found.staged:
        now, parts, option = (_own(x, drawn.currency) for x in (s.now, s.staged, s.option))
        said = say(IN_STAGES, scenario=s.scenario, share=f"{100 * s.share:g}", months=s.months, parts=parts, now=now,
                   option=option)  # fmt: skip
        click.echo(said + (say(" Doing nothing is better than both.") if max(s.now, s.staged) < 0 else ""))
    click.echo(told.sentence(found, drawn.currency))
    words = worlds.typed("voi", files, draws=draws, replicates=replicates, seed=seed, only=only, cut=cut, pilot=pilots,
                         stage=stages)
    section = told.section(found, drawn.currency, worlds.note(cut, seed, scenarios[0]))
    worlds.written(out, "voi.html", scenarios, [section], words)
    click.echo(say("Draws: {file}", file=write_draws(drawn, out / "draws.csv").resolve()))


def _own(value: float, currency: str) -> str:
    from cemsim.report.amounts import amount, money_scale

    return amount(value, 0.0, money_scale([value], currency))


def _pilot(text: str, baseline: Scenario) -> tuple[float, int, float]:
    read = _PILOT.fullmatch(text)
    if read is None:
        raise CemsimError(f'"{text}" is no pilot. Write: 2_000 customers for 6 months at 50_000 {baseline.currency}')
    try:
        cost = MONEY.read(read[3], baseline.currency) if read[3] else 0.0
    except UnitError as error:
        raise CemsimError(f"{error.message} {error.cure}") from None
    people, most = int(re.sub("[_,]", "", read[1])), sum(s.customers for s in baseline.segments.values()) // 2
    if not 0 < people <= most:
        raise CemsimError(
            f'"{text}": a pilot leaves as many customers alone, so of {2 * most:,} at most {most:,} can take part.'
        )
    return float(people), _months(text, int(read[2]), baseline), cost


def _stage(text: str, baseline: Scenario) -> tuple[float, int]:
    read = _STAGE.fullmatch(text)
    try:
        share = SHARE.read(read[1]) if read else 0.0
    except UnitError:
        share = 0.0
    if read is None or not 0 < share < 1:
        raise CemsimError(f'"{text}" is no stage. Write: 20 % for 6 months')
    return share, _months(text, int(read[2]), baseline)


def _months(text: str, months: int, baseline: Scenario) -> int:
    if not 0 < months < baseline.horizon:
        raise CemsimError(f'"{text}": write 1 to {baseline.horizon - 1} months; the horizon is {baseline.horizon}.')
    return months
