"""What compare does until it is sure: ``--precision`` and ``--decide``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from cemsim.base.errors import CemsimError
from cemsim.base.language import say
from cemsim.base.units import MONEY, UnitError
from cemsim.commands.simulate import simulate
from cemsim.scenario import Scenario

if TYPE_CHECKING:
    from cemsim.experiment import Run, Store
    from cemsim.finance.decide import Standing
    from cemsim.report.sections import Section


@dataclass(frozen=True)
class Asked:
    """How sure the answer should be."""

    precision: tuple[str, ...]
    decide: bool
    tie: str
    most: int

    def __bool__(self) -> bool:
        return bool(self.precision) or self.decide

    @property
    def typed(self) -> str:
        """As it would be typed, with a space in front; empty where nothing was asked for."""
        if not self:
            return ""
        words = [x for text in self.precision for x in ("--precision", text)]
        words += ["--decide"] if self.decide else []
        words += ["--tie", self.tie] if self.tie != "0" else []
        return " " + shlex.join([*words, "--most", str(self.most)])


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that make a comparison go on until it is sure enough."""
    chosen = [
        click.option("--precision", multiple=True, metavar="GOAL",
                     help='Go on until a measure is known this well, such as "npv: 5 %" (may be repeated).'),
        click.option("--decide", is_flag=True, help="Go on until the best scenario is known, or a tie is."),
        click.option("--tie", default="0", metavar="AMOUNT",
                     help="With --decide: smaller differences matter to nobody, such as 50_000 USD."),
        click.option("--most", type=click.IntRange(2, 100_000), default=200, show_default=True,
                     help="With --precision or --decide: replicates at most."),
    ]
    for option in reversed(chosen):
        function = option(function)
    return function


def simulate_until(
    scenarios: Sequence[Scenario], asked: Asked, first: int, seed: int, workers: int | None, events: bool, quiet: bool,
    store: Store,
) -> tuple[list[Run], Standing]:
    """Simulate until what was asked for is reached; gives the runs, and where they stand."""
    from cemsim.experiment.precision import goal, run_until
    from cemsim.experiment.store import on_disk
    from cemsim.finance.decide import standing

    goals = [goal(text) for text in asked.precision]
    tie = _money(asked.tie, scenarios[0].currency)
    found: list[Standing] = []

    def simulated(count: int) -> list[Run]:
        store.receipt = replace(store.receipt, replicates=count)
        with on_disk(store.folder):
            store.receipt.write(store.folder)
        return simulate(scenarios, count, seed, workers, events, quiet, store)

    def wants(runs: list[Run]) -> float:
        found.append(standing(runs, goals, asked.decide, tie))
        return found[-1].more

    return run_until(simulated, wants, first, asked.most), found[-1]


def _money(text: str, currency: str) -> float:
    try:
        return 0.0 if text.strip() == "0" else MONEY.read(text, currency)
    except UnitError as error:
        raise CemsimError(f"--tie: {error.message} {error.cure}") from None


def told(found: Standing, currency: str) -> list[str]:
    """Where an experiment stands, in sentences."""
    from cemsim.finance.decide import NPV
    from cemsim.measures.catalogue import KPIS
    from cemsim.report.amounts import amount, money_scale
    from cemsim.report.numbers import decimals, scale, text

    lines = []
    for goal, each in found.goals:
        for one in each:
            if goal.measure == NPV or KPIS[goal.measure].unit.startswith("money"):
                shown = money_scale([one.mean, one.half], currency)
            else:
                shown = scale(KPIS[goal.measure], one.mean, currency, gap=True)
            half = one.half * shown.factor
            around = text(half, decimals(half, half, 2)) if isfinite(half) else "?"
            value = amount(one.mean, one.half, shown)
            lines.append(
                say("{measure} of {scenario}: {value} ± {half} after {n} replicates, as sure as asked.",
                    measure=goal.measure, scenario=one.scenario, value=value, half=around, n=one.n)
                if one.more == 0 else
                say("{measure} of {scenario}: {value} ± {half} after {n} replicates, not yet as sure as asked: about "
                    "{more} more would do.", measure=goal.measure, scenario=one.scenario, value=value, half=around,
                    n=one.n, more=f"{one.more:,}")
            )  # fmt: skip
    return [*lines, *_decided(found, currency)]


def sections(lines: Sequence[str]) -> list[Section]:
    """The same as a section of the report; none where nothing was asked for."""
    from cemsim.report.sections import Section, filled

    html = filled("sections/sure.html.j2", lines=lines)
    return [Section("sure", say("Sure enough"), html)] if lines else []


def _decided(found: Standing, currency: str) -> list[str]:
    from cemsim.report.amounts import amount, money_scale

    match = found.contest
    if match is None:
        return []
    shown = money_scale([x for s in match.standings for x in (s.mean, s.low, s.high) if isfinite(x)], currency)
    leaders = match.leaders
    within = [s.name for s in match.standings if s.word == "beaten" and s.low >= -match.tie]
    names = say(" and ").join(s.name for s in leaders)
    if len(leaders) == 1:
        best = leaders[0]
        after = max((s for s in match.standings if s is not best), key=lambda s: s.mean).name
        said = say("Best after {n} replicates: {name}, ahead of the next ({next}) by {low} to {high}.", n=match.n,
                   name=best.name, next=after, low=amount(best.low, 0.0, shown),
                   high=amount(best.high, 0.0, shown))  # fmt: skip
        as_it_is = say("That is: leave everything as it is.") if best is match.standings[0] else ""
        return [f"{said} {as_it_is}".strip()]
    if match.settled:
        return [say("A tie: {names} differ by nothing that matters (up to {tie}).",
                    names=say(" and ").join([names, *within]), tie=amount(match.tie, 0.0, shown))]  # fmt: skip
    more = say("about {more} more would tell", more=f"{match.more:,.0f}") if isfinite(match.more) else say(
        "no number of replicates would tell")
    return [say("A tie so far: after {n} replicates {names} cannot be told apart; {more}.", n=match.n, names=names,
                more=more)]  # fmt: skip
