"""Many worlds: a family simulated at many values of what is not known, each world calibrated by itself, same luck.

Every world uses the same seed and the same replicate numbers, so what differs between worlds is the worlds. Families
that differ only in prices share one simulation: quantities are simulated, prices applied after.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from cemsim.experiment.constants import fingerprint
from cemsim.experiment.run import Progress, Run, run
from cemsim.measures.prices import priced
from cemsim.plan.compile import plan
from cemsim.plan.plan import Plan
from cemsim.scenario.schema.recipe import Scenario

T = TypeVar("T")
Family = Sequence[Scenario]


def kinds(families: Sequence[Family]) -> list[str]:
    """What has to be simulated for each family; equal texts share one simulation."""
    return [_digest(family) for family in families]


def at_each(
    families: Sequence[Family], read: Callable[[list[Run]], T], replicates: int, seed: int = 1,
    workers: int | None = None, progress: Progress | None = None, kept: Mapping[str, list[Run]] | None = None,
) -> list[T]:
    """What ``read`` makes of the runs of each family, in order.

    Constants are solved in one pass for each distinct world. Only what ``read`` gives is kept. Numbers depend
    neither on ``workers`` nor on which families share a simulation. ``kept``: runs that are there already, by kind.
    """
    groups: dict[str, list[int]] = {}
    for place, kind in enumerate(kinds(families)):
        groups.setdefault(kind, []).append(place)
    found: dict[int, T] = {}
    cores = workers or os.cpu_count() or 1
    stop = threading.Event()
    within = 1 if len(groups) >= cores else cores

    def one(kind: str, places: list[int]) -> None:
        runs = (kept or {}).get(kind) or run(list(families[places[0]]), replicates, seed, within, stop=stop)
        for place in places:
            found[place] = read(priced(runs, families[place]))

    with ThreadPoolExecutor(max(1, cores // within)) as pool:
        jobs = [pool.submit(one, *group) for group in groups.items()]
        try:
            for done, job in enumerate(as_completed(jobs), 1):
                job.result()
                if progress is not None:
                    progress("simulating worlds", done / len(jobs))
        except BaseException:
            stop.set()
            for job in jobs:
                job.cancel()
            raise
    return [found[place] for place in range(len(families))]


def _digest(family: Family) -> str:
    base = plan(family[0])
    told = hashlib.sha256()
    for scenario in family:
        p = base if scenario is family[0] else plan(scenario, None if scenario.own_baseline else base)
        _add(told, p)
        if p.names.remembered:                                   # its burn-in remembers what was spent, in money
            told.update(repr([segment.revenue for segment in family[0].segments.values()]).encode())
    return told.hexdigest()


def _add(told: hashlib._Hash, p: Plan) -> None:
    s = p.scenario
    told.update(fingerprint(p).encode())
    told.update(repr((s.burn_in, s.horizon, p.starts, p.ramp, s.own_baseline, s.switches.calibration)).encode())
    for part in p.after:
        told.update(part.tobytes())
