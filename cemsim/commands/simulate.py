"""What run, compare and demo share: loading a family, running it with progress, and writing what came out."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cemsim.base.errors import CemsimError, Problem
from cemsim.base.language import LANGUAGES, chosen, say, speaking
from cemsim.scenario import Scenario, ScenarioError, load
from cemsim.scenario.family import related

if TYPE_CHECKING:
    from cemsim.experiment import Run, Store


def options(default: int, kept: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of every command that simulates; ``kept``: also of those that keep replicates in a folder."""
    found = [
        click.option("--replicates", "-r", type=click.IntRange(1, 100_000), default=default, show_default=True,
                     help="Independent repetitions; more give narrower intervals."),
        click.option("--seed", type=click.IntRange(0, 2**62), default=1, show_default=True,
                     help="Start of all random draws; the same seed gives the same numbers."),
        click.option("--workers", "-w", type=click.IntRange(1, 256), default=None,
                     help="Threads; default one a core. They change no number."),
        *(_of_kept() if kept else ()),
        click.option("--quiet", "-q", is_flag=True, help="No progress line."),
        language,
    ]

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(found):
            function = option(function)
        return function

    return add


def language(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option of every command that speaks."""
    return click.option(
        "--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True, expose_value=False,
        is_eager=True, callback=_speak, help="Language of page, workbook and terminal: en, or zh for 简体中文.",
    )(function)


def _of_kept() -> list[Callable[..., Any]]:
    return [
        click.option("--events", is_flag=True,
                     help="Also write the visits of the first replicate, and the rules that fired (Parquet)."),
        click.option("--anew", is_flag=True, help="Throw away the results that the --out folder holds."),
    ]


def _speak(context: click.Context, _: click.Parameter, language: str) -> None:
    """Speak a language until the command ends."""
    context.with_resource(speaking(language))


def asked(xlsx: bool = False, events: bool = False) -> str:
    """How tables of visits, a workbook and another language than English are asked for, to be repeated."""
    wanted = (("--events", events), ("--xlsx", xlsx), (f"--language {chosen()}", chosen() != "en"))
    return "".join(f" {option}" for option, given in wanted if given)


def family(files: Sequence[Path]) -> list[Scenario]:
    """Scenarios of the files, their baseline first: it is loaded where only patches are named."""
    found: list[Scenario] = []
    wrong: list[Problem] = []
    for file in files:
        try:
            found.append(load(file))
        except ScenarioError as error:
            wrong += error.problems
    for each in found:
        if each.expect:
            from cemsim.measures.stated import problems

            wrong += problems(each)
    if wrong:
        raise ScenarioError(list(dict.fromkeys(wrong)))
    if found[0].based_on:
        root = found[0].based_on[-1]
        named = next((s for s in found if s.path.resolve() == root.resolve()), None)
        found = [named or load(root), *(s for s in found if s is not named)]
    seen: dict[Path, Scenario] = {}
    for s in found:
        if s.path.resolve() in seen:
            raise CemsimError(f"{s.path} is named twice.")
        if twin := next((other for other in seen.values() if other.name == s.name), None):
            raise CemsimError(f'{twin.path} and {s.path} are both called "{s.name}". Give one another name.')
        seen[s.path.resolve()] = s
    related(found)
    return found


def simulate(
    scenarios: Sequence[Scenario], replicates: int, seed: int, workers: int | None, events: bool, quiet: bool,
    store: Store | None = None,
) -> list[Run]:
    """Run a family with a progress line; Ctrl-C keeps what is finished and says so.

    ``store``: the folder where finished replicates are kept, and where those of an earlier run are found.
    """
    from cemsim.experiment import run

    notice(quiet)
    have = store.have() if store is not None else {}
    if have and not quiet:
        click.echo(say("Going on: {count} of {replicates} replicates are there.", count=len(have),
                       replicates=replicates), err=True)  # fmt: skip
    for mended in store.mended if store is not None else ():
        click.echo(say("Simulated again: {what}", what=mended), err=True)
    with Meter(quiet) as meter:
        runs = run(
            scenarios, replicates, seed, workers, meter.tell, events,
            fates=store is not None and store.receipt.fates, keep=store.keep if store is not None else None,
            have=have, constants=store.constants if store is not None else None,
        )  # fmt: skip
    if runs[0].stopped:
        more = say(" To go on: cemsim resume {folder}", folder=store.folder) if store is not None else ""
        said = say("Stopped: {count} of {replicates} replicates were finished and are kept.",
                   count=len(runs[0].replicates), replicates=replicates)  # fmt: skip
        click.echo(said + more, err=True)
    warn(runs)
    return runs


def by_maturity(runs: Sequence[Run], workers: int | None, quiet: bool) -> list[str]:
    """What of each plan's worth maturity claims, in sentences; where it acts, the family is lived once more."""
    from cemsim.experiment import run
    from cemsim.finance.maturity import claims
    from cemsim.report.sections.maturity import lines

    def live(family: Sequence[Scenario], constants: Sequence[Any]) -> Sequence[Run]:
        with Meter(quiet) as meter:
            first, count = runs[0].replicates[0], len(runs[0].replicates)
            return run(family, count, runs[0].seed, workers, meter.tell, first=first, constants=constants)

    return lines(claims(runs, live))


def notice(quiet: bool) -> None:
    """Say that the engine is compiled first, where it is."""
    from cemsim.engine.fast import is_compiled

    if not is_compiled() and not quiet:
        click.echo(say("Compiling the engine (once on a machine, about half a minute) ..."), err=True)


def open_folder(
    out: Path, scenarios: Sequence[Scenario], replicates: int, seed: int, *, command: str, typed: str,
    events: bool = False, anew: bool = False, quiet: bool = False, fates: bool = False,
) -> Store:
    """The folder of results, new or with what an interrupted run of the same experiment left there."""
    from cemsim.experiment import open_store

    ready(out)
    notice(quiet)
    with Meter(quiet) as meter:
        return open_store(
            out, scenarios, replicates, seed, command=command, typed=typed, events=events, anew=anew,
            progress=meter.tell, fates=fates,
        )  # fmt: skip


class Meter:
    """One line on the error stream: what is going on, how far, and the time left."""

    def __init__(self, quiet: bool) -> None:
        self._quiet, self._what, self._shown = quiet, "", ""
        self._since, self._first = 0.0, 0.0
        self._line = sys.stderr.isatty()
        self._tenth = -1
        self._language = chosen()  # workers, who tell how far they are, have a context of their own

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._line and self._shown:
            click.echo("\r" + " " * len(self._shown) + "\r", err=True, nl=False)

    def tell(self, what: str, share: float) -> None:
        """Show a share done, 0 to 1."""
        if self._quiet:
            return
        now = time.monotonic()
        if what != self._what:
            self._what, self._since, self._first, self._tenth = what, now, share, -1
        spent, done = now - self._since, share - self._first
        with speaking(self._language):
            left = say(", {time} left", time=_clock(spent * (1.0 - share) / done)) if done > 0.02 else ""
            text = f"{say(what)} {100 * share:.0f} %{left}"
        if self._line:
            click.echo("\r" + text.ljust(len(self._shown)), err=True, nl=False)
            self._shown = text
        elif int(share * 4) > self._tenth:               # in a log: a line each quarter
            self._tenth = int(share * 4)
            click.echo(text, err=True)


def _clock(seconds: float) -> str:
    return f"{seconds:.0f}{say(' s')}" if seconds < 90 else f"{seconds / 60:.0f}{say(' min')}"


def ready(folder: Path) -> Path:
    """A folder that can be written to; an error names what is in the way."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".cemsim"
        probe.touch()
        probe.unlink()
    except OSError as error:
        why = error.strerror
        raise CemsimError(f"{folder} cannot be written to: {why}. Write --out with another folder.") from None
    return folder


def warn(runs: Sequence[Run]) -> None:
    """Say on the error stream which teams cannot keep up or turn many away, and which rules never fired."""
    from cemsim.measures import ruled
    from cemsim.measures.overload import MEANS, overloads, turned_away
    from cemsim.measures.staffing import spirals

    found = [each for run in runs for each in overloads(run)]
    for each in found:
        click.echo(say("Note: {text}", text=each), err=True)
    if found:
        click.echo(say(MEANS), err=True)
    for text in turned_away(runs):
        click.echo(say("Note: {text}", text=text), err=True)
    for spiral in (each for run in runs for each in spirals(run)):
        click.echo(say("Note: {text}", text=spiral), err=True)
    for text in (text for run in runs for text in ruled.idle(run)):
        click.echo(say("Note: {text}", text=text), err=True)
