"""Running a family of scenarios: every replicate burns in once, and every scenario branches from there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import CemsimError
from cemsim.engine.log import Log, empty_log, stack
from cemsim.experiment.constants import constants_of
from cemsim.experiment.targets import Target, targets
from cemsim.plan.compile import plan
from cemsim.plan.plan import Plan
from cemsim.plan.tables import MAX_MONTHS
from cemsim.scenario.schema.recipe import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from cemsim.engine.fast.world import World

Constants = dict[str, NDArray[np.float64]]
#: Called with what is going on and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]
REPLICATES: Final = 20


@dataclass(frozen=True)
class Run:
    """What the replicates of one scenario gave.

    Attributes: the scenario, its plan and frozen constants; ``log``, arrays with a leading replicate axis (see
    base.records); numbers of the replicates; the seed; observed targets against what was achieved (baseline
    only); the visits of the first replicate, where they were asked for; whether the run was stopped early; what
    became of each person, one table (see engine.state.FATE) a replicate, where it was asked for.
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


#: A replicate of one scenario: its log, its visits in parts, and the fates where they were asked for.
_Told = tuple[Log, list[NDArray[Any]], NDArray[Any] | None]


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
) -> list[Run]:
    """Simulate scenarios that share a baseline; the baseline comes first.

    Arguments: ``replicates`` independent repetitions, numbered from ``first``; ``seed`` a whole number;
    ``workers`` threads (default: one a core) that change no number; ``events`` keeps the visits of the first
    replicate; ``fates`` keeps what became of each person; ``stop`` an event that ends the run, keeping finished
    replicates.
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
    base = plan(family[0])
    plans = [base] + [plan(s, None if s.own_baseline else base) for s in family[1:]]
    # a plan that changes the world is calibrated and burned in by itself; the draws are the same
    solved = [constants_of(p, tell) if i == 0 or p.scenario.own_baseline else None for i, p in enumerate(plans)]
    constants = [c if c is not None else solved[0] or {} for c in solved]
    halt = stop or threading.Event()
    cores = workers or os.cpu_count() or 1
    own = sum(p.scenario.burn_in for p, c in zip(plans, solved, strict=True) if c is not None)
    total = replicates * (own + sum(p.scenario.horizon for p in plans))
    meter = _Meter(tell, total)
    kept: dict[int, list[_Told]] = {}
    numbers = range(first, first + replicates)
    # with fewer replicates than cores, a replicate's month ends share the cores instead
    inner = ThreadPoolExecutor(cores) if cores > 1 and replicates < cores else None
    try:
        with ThreadPoolExecutor(min(cores, replicates)) as pool:
            jobs = {
                pool.submit(_replicate, plans, constants, seed, r, events and r == first, fates, meter, halt, inner): r
                for r in numbers
            }
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
    return _gather(plans, constants, kept, seed, len(kept) < replicates)


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
    root = _root(family[0])
    for s in family[1:]:
        if _root(s) != root and not s.own_baseline:
            raise CemsimError(f"{s.path} is based on {_root(s)}, but the comparison's baseline is {root}.")


def _root(scenario: Scenario) -> Any:
    return scenario.based_on[-1] if scenario.based_on else scenario.path


def _replicate(
    plans: list[Plan], constants: list[Constants], seed: int, number: int, events: bool, fates: bool, meter: _Meter,
    halt: threading.Event, inner: Executor | None,
) -> list[_Told]:
    """One replicate: burn in, then live each scenario from a copy of that world."""
    origin = _burned_in(plans[0], constants[0], seed, number, meter, halt, inner)
    found = []
    for p, c in zip(plans, constants, strict=True):
        visits: list[NDArray[Any]] = []
        take = visits.append if events else None
        start = origin if c is constants[0] else _burned_in(p, c, seed, number, meter, halt, inner)
        tables = p.at(0, c)
        world = start.branch(tables, take)
        began = world.open_books()
        out = empty_log(p.scenario.horizon, len(tables.segments), len(tables.steps), len(tables.teams))
        for month in range(p.scenario.horizon):
            if halt.is_set():
                raise Stopped
            world.step(p.at(month, c), out, month)
            meter.month()
        found.append((out, visits, world.fates(began) if fates else None))
    return found


def _burned_in(
    p: Plan, constants: Constants, seed: int, number: int, meter: _Meter, halt: threading.Event,
    inner: Executor | None,
) -> World:
    """The world of a baseline after its burn-in."""
    from cemsim.engine.fast.world import World

    tables = p.at(-1, constants)
    newborn = not p.scenario.switches.calibration
    world = World(tables, seed, number, p.scenario.burn_in, newborn, pool=inner)
    spare = empty_log(1, len(tables.segments), len(tables.steps), len(tables.teams))
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


def _gather(
    plans: list[Plan], constants: list[Constants], kept: dict[int, list[_Told]], seed: int,
    stopped: bool,
) -> list[Run]:
    from cemsim.experiment.visits import visit_frame

    numbers = tuple(sorted(kept))
    runs = []
    for i, p in enumerate(plans):
        log = stack([kept[n][i][0] for n in numbers])
        rows = kept[numbers[0]][i][1]
        runs.append(Run(
            p.scenario, p, constants[i], log, numbers, seed, targets(p, log) if i == 0 else (),
            visit_frame(p, rows) if rows else None, stopped,
            tuple(f for n in numbers if (f := kept[n][i][2]) is not None),
        ))
    return runs
