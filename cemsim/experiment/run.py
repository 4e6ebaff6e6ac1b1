"""Running a family of scenarios: every replicate burns in once, and every scenario branches from there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import CemsimError
from cemsim.engine.glass.extend import refuse
from cemsim.engine.log import Log, empty_log, stack
from cemsim.experiment.constants import constants_of
from cemsim.experiment.quantities import Told
from cemsim.experiment.targets import Target, targets
from cemsim.plan.compile import plan
from cemsim.plan.plan import Plan
from cemsim.plan.tables import MAX_MONTHS
from cemsim.scenario.family import related
from cemsim.scenario.schema.recipe import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from cemsim.engine.fast.world import World

Constants = dict[str, NDArray[np.float64]]
#: Called with what is going on and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]
#: Called in a worker with the number of a finished replicate and what it gave, one a scenario.
Keep = Callable[[int, list[Told]], None]
Take = Callable[[NDArray[Any]], None]
REPLICATES: Final = 20


@dataclass(frozen=True)
class Run:
    """What the replicates of one scenario gave.

    Attributes: the scenario, its plan and frozen constants; ``log``, arrays with a leading replicate axis (see
    base.records); numbers of the replicates; the seed; observed targets against what was achieved (baseline
    only); the visits of the first replicate, where they were asked for; whether the run was stopped early; what
    became of each person, one table (see engine.fate) a replicate, where it was asked for; the rules that fired
    in the first replicate, where visits were asked for and there are rules.
    """

    scenario: Scenario
    plan: Plan
    constants: Constants
    log: Log
    replicates: tuple[int, ...]
    seed: int
    achieved: tuple[Target, ...]
    visits: pd.DataFrame | None
    stopped: bool
    fates: tuple[NDArray[Any], ...] = ()
    firings: pd.DataFrame | None = None


class Stopped(Exception):
    """Raised inside a worker when the user asked to stop."""


def run(
    scenarios: Sequence[Scenario] | Scenario,
    replicates: int = REPLICATES,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
    events: bool = False,
    stop: threading.Event | None = None,
    first: int = 0,
    fates: bool = False,
    keep: Keep | None = None,
    have: Mapping[int, list[Told]] | None = None,
    constants: Sequence[Constants] | None = None,
) -> list[Run]:
    """Simulate scenarios that share a baseline; the baseline comes first.

    Arguments: ``replicates`` independent repetitions, numbered from ``first``; ``seed`` a whole number;
    ``workers`` threads (default: one a core) that change no number; ``events`` keeps the visits of the first
    replicate, and the rules that fired in it; ``fates`` keeps what became of each person; ``stop`` an event that ends
    the run, keeping finished replicates; ``keep`` is given each replicate as it is finished (an error it raises ends
    the run); ``have`` holds replicates finished before, which are not run again; ``constants`` those solved before, one
    a scenario.
    Returns one :class:`Run` a scenario, in the order given. Raises CemsimError where a scenario stands on
    another baseline, is too long, or nothing was finished.

    >>> from cemsim import load, run
    >>> from cemsim.base.shipped import shipped
    >>> runs = run(load(shipped("scenarios/textbook/geometric.yaml")), replicates=1)
    >>> runs[0].log.people.shape[0]
    1
    """
    family = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
    _refuse(family, replicates, seed)
    tell = progress or (lambda what, share: None)
    plans = plans_of(family)
    solved = frozen(plans, tell, constants)
    halt = stop or threading.Event()
    cores = workers or os.cpu_count() or 1
    kept = {r: told for r, told in (have or {}).items() if first <= r < first + replicates}
    numbers = [r for r in range(first, first + replicates) if r not in kept]
    own = sum(p.scenario.burn_in for i, p in enumerate(plans) if i == 0 or p.scenario.own_baseline)
    meter = _Meter(tell, len(numbers) * (own + sum(p.scenario.horizon for p in plans)))
    # with fewer replicates than cores, a replicate's month ends share the cores instead
    inner = ThreadPoolExecutor(cores) if cores > 1 and len(numbers) < cores else None

    def one(number: int) -> list[Told]:
        told = _replicate(plans, solved, seed, number, events and number == first, fates, meter, halt, inner)
        if keep is not None:
            try:
                keep(number, told)
            except BaseException:
                halt.set()                       # what cannot be kept need not be simulated
                raise
        return told

    try:
        with ThreadPoolExecutor(max(min(cores, len(numbers)), 1)) as pool:
            jobs = {pool.submit(one, r): r for r in numbers}
            try:
                wait(jobs)
            except KeyboardInterrupt:
                halt.set()
            for job, number in jobs.items():
                try:
                    kept[number] = job.result()
                except Stopped:
                    continue
    finally:
        if inner is not None:
            inner.shutdown()
    if not kept:
        raise CemsimError("Stopped before a replicate was finished: nothing was kept.")
    return gather(plans, solved, kept, seed, len(kept) < replicates)


def plans_of(family: Sequence[Scenario]) -> list[Plan]:
    """Plans of a family, the baseline first; a patch keeps the places of its baseline."""
    base = plan(family[0])
    return [base] + [plan(s, None if s.own_baseline else base) for s in family[1:]]


def frozen(plans: Sequence[Plan], tell: Progress, given: Sequence[Constants] | None = None) -> list[Constants]:
    """Constants of each plan: a patch shares its baseline's, but one that changes the world has its own.

    ``given``: constants solved before, in the same order; they are used instead of solving.
    """
    found: list[Constants] = []
    for i, p in enumerate(plans):
        if i == 0 or p.scenario.own_baseline:
            found.append(given[i] if given is not None else constants_of(p, tell))
        else:
            found.append(found[0])               # the same object: it shares the burn-in as well
    return found


def _refuse(family: list[Scenario], replicates: int, seed: int) -> None:
    if not family:
        raise CemsimError("There is no scenario to run.")
    if replicates < 1:
        raise CemsimError(f"{replicates} replicates cannot be run; write 1 or more.")
    if seed < 0:
        raise CemsimError(f"The seed is {seed}; write 0 or more.")
    for s in family:
        if s.burn_in + s.horizon > MAX_MONTHS:
            raise CemsimError(
                f"{s.path}: burn-in and horizon are {s.burn_in + s.horizon} months; at most {MAX_MONTHS} are simulated."
            )
    for s in family:
        refuse(s)
    related(family)


def _replicate(
    plans: list[Plan], constants: list[Constants], seed: int, number: int, events: bool, fates: bool, meter: _Meter,
    halt: threading.Event, inner: Executor | None,
) -> list[Told]:
    """One replicate: burn in, then live each scenario from a copy of that world."""
    from cemsim.engine.fate import counter, open_books
    from cemsim.engine.fate import fates as fates_of

    remembered = max(p.names.remembered for p in plans)      # a patch's rules look back into the burn-in
    ages = max(p.names.ages for p in plans)
    origin = _burned_in(plans[0], constants[0], seed, number, meter, halt, inner, remembered, ages)
    found = []
    of_origin = [i for i, c in enumerate(constants) if c is constants[0]]
    for i, (p, c) in enumerate(zip(plans, constants, strict=True)):
        visits: list[NDArray[Any]] = []
        firings: list[NDArray[Any]] = []
        note = firings.append if events else None
        alone = c is not constants[0]                        # a baseline of its own
        start = _burned_in(p, c, seed, number, meter, halt, inner, remembered, ages) if alone else origin
        contacts, count = counter(len(start.state.people) if fates else 0, len(p.names.steps))
        take = _both(visits.append if events else None, count if fates else None)
        tables = p.at(0, c)
        world = start.branch(tables, take, note, last=alone or i == of_origin[-1])
        began = open_books(world.state)
        out = empty_log(p.scenario.horizon, *p.names.sizes)
        for month in range(p.scenario.horizon):
            if halt.is_set():
                raise Stopped
            world.step(p.at(month, c), out, month)
            meter.month()
        found.append((out, visits, fates_of(world.state, began, contacts) if fates else None, firings))
        del world                                                # before the next branch asks for as much memory
    return found


def _both(one: Take | None, other: Take | None) -> Take | None:
    """What gives rows to two takers, or to the one there is."""
    if one is None or other is None:
        return one or other

    def take(rows: NDArray[Any]) -> None:
        one(rows)
        other(rows)

    return take


def _burned_in(
    p: Plan, constants: Constants, seed: int, number: int, meter: _Meter, halt: threading.Event,
    inner: Executor | None, remembered: int, ages: int,
) -> World:
    """The world of a baseline after its burn-in."""
    from cemsim.engine.fast.world import World

    tables = p.at(-1, constants)
    if remembered:                               # what was spent is remembered, though perhaps only a patch asks for it
        segments = tables.segments.copy()
        segments["revenue"] = [p.scenario.segments[name].revenue for name in p.names.segments]
        tables = tables._replace(segments=segments)
    newborn = not p.scenario.switches.calibration
    world = World(tables, seed, number, p.scenario.burn_in, newborn, pool=inner, memory=remembered, ages=ages)
    spare = empty_log(1, *p.names.sizes)
    for _ in range(p.scenario.burn_in):
        if halt.is_set():
            raise Stopped
        world.step(tables, spare, 0)
        meter.month()
    return world


class _Meter:
    """Counts months over all threads and tells how far the run is, at most ten times a second."""

    def __init__(self, tell: Progress, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0
        self._lock, self._last = threading.Lock(), 0.0

    def month(self) -> None:
        with self._lock:
            self._done += 1
            now = time.monotonic()
            if now - self._last > 0.1 or self._done == self._total:
                self._last = now
                self._tell("simulating", self._done / self._total)


def gather(
    plans: Sequence[Plan], constants: Sequence[Constants], kept: Mapping[int, list[Told]], seed: int, stopped: bool
) -> list[Run]:
    """Runs of what replicates gave, one a scenario; the replicates in order of their number."""
    from cemsim.experiment.visits import firing_frame, visit_frame

    numbers = tuple(sorted(kept))
    runs = []
    for i, p in enumerate(plans):
        log = stack([kept[n][i][0] for n in numbers])
        rows, fired = kept[numbers[0]][i][1], kept[numbers[0]][i][3]
        runs.append(Run(
            p.scenario, p, constants[i], log, numbers, seed, targets(p, log) if i == 0 else (),
            visit_frame(p, rows) if rows else None, stopped,
            tuple(f for n in numbers if (f := kept[n][i][2]) is not None),
            firing_frame(p, fired) if any(len(part) for part in fired) else None,
        ))
    return runs
