"""What risk, sensitivity and voi share: what is not known, how many worlds that takes, and the page they write."""

from __future__ import annotations

import os
import random
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cemsim.base.errors import CemsimError
from cemsim.base.language import say
from cemsim.base.units import SHARE, UnitError
from cemsim.commands.show import table
from cemsim.commands.simulate import asked, family, language, notice, ready
from cemsim.scenario import Scenario

if TYPE_CHECKING:
    from cemsim.experiment.uncertain import Uncertain
    from cemsim.report.sections import Section


class Cut(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A share of the customers."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read 20 % or 0.2."""
        if isinstance(value, float):
            return value
        try:
            return SHARE.read(value) if "%" in value else float(value)
        except (UnitError, ValueError):
            self.fail(f'"{value}" is no share. Write 20 %.', param, ctx)


def options(replicates: int, out: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of every command that simulates many worlds."""
    chosen: list[Callable[..., Any]] = [
        click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True),
        click.option("--replicates", "-r", type=click.IntRange(2, 1000), default=replicates, show_default=True,
                     help="Replicates in each world; the same luck in all."),
        click.option("--seed", type=click.IntRange(0, 2**31), default=1, show_default=True,
                     help="Start of all random draws; the same seed gives the same numbers."),
        click.option("--only", multiple=True, metavar="PATTERN",
                     help="Assumptions that are not known, such as 'segments.*' (may be repeated; default all)."),
        click.option("--cut", type=Cut(), default=1.0, metavar="SHARE",
                     help="Simulate a share of the customers, such as 20 %; money is scaled back up."),
        click.option("--workers", "-w", type=click.IntRange(1, 256), default=None, help="Threads; default one a core."),
        click.option("--yes", is_flag=True, help="Do not ask before a long run."),
        click.option("--dry-run", is_flag=True,
                     help="Only list the assumptions, how much would be simulated, and how long that takes."),
        click.option("--quiet", "-q", is_flag=True, help="No progress line."),
        click.option("--out", type=click.Path(path_type=Path), default=Path(out), show_default=True,
                     help="Folder for the page."),
        language,
    ]  # fmt: skip

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(chosen):
            function = option(function)
        return function

    return add


#: Seconds up to which a length is told in seconds, and from which on a study is asked about.
SHORT, ASKED = 180.0, 600.0
#: Seconds that a trial goes on for where worlds are short, and worlds a core that it lives at most.
TRIAL, MOST = 4.0, 8


def opened(files: Sequence[Path], share: float, out: Path, quiet: bool, dry: bool) -> list[Scenario]:
    """The family, which can be cut to a share of it, and a folder that can be written to, unless nothing will be."""
    from cemsim.scenario.cut import cut

    found = family(files)
    if len(found) < 2:
        raise click.UsageError("Name a patch: what is looked at is the worth of a plan against its baseline.")
    cut(found, share)                  # refuses a plan that leaves part of a person, before anything is written
    if told := _rounding(found[0], share):
        click.echo(say("Note: {text}", text=told), err=True)
    if not dry:
        ready(out)
    notice(quiet)
    return found


def pace(
    scenarios: Sequence[Scenario], known: Sequence[Uncertain], replicates: int, workers: int | None = None,
    share: float = 1.0,
) -> tuple[float, float]:
    """Seconds that a month of one scenario takes on one core, and those that a world takes in a study.

    Measured: a replicate of the world as it is; then as many worlds as a study lives side by side, each with values of
    its own, calibrated by itself.
    """
    from cemsim.experiment import run
    from cemsim.experiment.outer import at_each
    from cemsim.experiment.uncertain import at
    from cemsim.finance.gain import gain
    from cemsim.scenario.cut import cut

    family = cut(scenarios, share)
    run(family, 1, seed=0, workers=1)             # compiles, and solves the constants of the world as it is
    began = time.perf_counter()
    run(family, 1, seed=0, workers=1)
    month = (time.perf_counter() - began) / (family[0].burn_in + sum(s.horizon for s in family))
    if not known:
        return month, 0.0
    cores = workers or os.cpu_count() or 1
    began, lived = time.perf_counter(), 0
    while not lived or (time.perf_counter() - began < TRIAL and lived < MOST * cores):
        fresh = random.random()                   # worlds whose constants are not known from an earlier trial
        places = [(place + 0.25 + fresh / 2) / cores for place in range(cores)]
        drawn = [[float(k.prior.quantile(place)) for k in known] for place in places]
        at_each([at(scenarios, known, row, share=share) for row in drawn], gain, replicates, seed=0, workers=workers)
        lived += cores
    return month, (time.perf_counter() - began) / lived


def length(seconds: float) -> str:
    """How long something will take, in words."""
    if seconds < SHORT:
        return say("{seconds} s", seconds=f"{max(seconds, 1):.0f}")
    return say("{minutes} min", minutes=f"{seconds / 60:,.0f}")


def budget(
    worlds: int, replicates: int, scenarios: Sequence[Scenario], known: Sequence[Uncertain], share: float,
    workers: int | None, yes: bool, quiet: bool, dry: bool,
) -> None:
    """Say what a study costs before it begins, measured on some of its worlds; a long one is asked about.

    ``dry``: that, and what is not known, is all that was asked for, and the command ends here.
    """
    if dry:
        from cemsim.experiment.uncertain import reach
        from cemsim.report.numbers import quantity

        rows = [(k.name, *(quantity(x, k.unit) for x in reach(k))) for k in known]
        table([say(head) for head in ("assumption", "P10", "now", "P90")], rows, right=(1, 2, 3))
    seconds = worlds * pace(scenarios, known, replicates, workers, share)[1]
    if dry or not quiet:
        click.echo(say("{worlds} worlds x {replicates} replicates x {scenarios} scenarios: about {long}.",
                       worlds=f"{worlds:,}", replicates=replicates, scenarios=len(scenarios), long=length(seconds)),
                   err=not dry)  # fmt: skip
    if dry:
        click.get_current_context().exit()
    if seconds > ASKED and not yes:
        if not sys.stdin.isatty():
            raise CemsimError("That is long. Write --yes to accept it, or --cut 20 % or --only to make it shorter.")
        click.confirm(say("Go on?"), abort=True)


def note(share: float, seed: int, baseline: Scenario) -> str:
    """What a study was made with, for its page."""
    cut = say("Simulated on {share} of the customers, money scaled back up; a smaller company serves worse with "
              "the same staff a customer.", share=f"{100 * share:g} %") if share < 1 else ""
    return " ".join(part for part in (cut, _rounding(baseline, share), say("Seed {seed}.", seed=seed)) if part)


def _rounding(baseline: Scenario, share: float) -> str:
    """Which teams a cut leaves with more people than its share of them; empty where none."""
    from cemsim.scenario.cut import rounded

    teams = ", ".join(say("{team}: {left} instead of {exact}", team=name, left=f"{left:g}", exact=f"{exact:.3g}")
                      for name, (exact, left) in rounded(baseline, share).items()) if share < 1 else ""  # fmt: skip
    return say("Staff is rounded up to whole people ({teams}), so waits and what hangs on them are not the whole "
               "company's.", teams=teams) if teams else ""  # fmt: skip


def written(out: Path, name: str, scenarios: Sequence[Scenario], sections: Sequence[Section], words: str) -> None:
    """Write the page of a study and say where."""
    from cemsim.report.sections import write_alone

    page = write_alone(out / name, scenarios[0].name, scenarios[0].question, sections, words)
    click.echo(say("Report: {file}", file=page.resolve()))


def typed(command: str, files: Sequence[Path], **given: object) -> str:
    """The command that repeats a study."""
    words = ["cemsim", command, *map(str, files)]
    for name, value in given.items():
        if name == "cut" and value == 1.0:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            words += [f"--{name.replace('_', '-')}", str(one)]
    return shlex.join(words) + asked()
