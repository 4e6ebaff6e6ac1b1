"""Running what a decomposition asks for: the worlds of a plan with some of its changes, or some of its paths closed.

All worlds of a replicate are one family of one baseline: they share its burn-in, its constants and its luck.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from cemsim.base.errors import CemsimError
from cemsim.compare.decompose import Decomposition, Orders, decompose, decompose_sampled
from cemsim.compare.paths import Path, closed, open_paths
from cemsim.compare.shapley import coalitions_of, ends, orders
from cemsim.experiment.constants import constants_of
from cemsim.experiment.run import Progress, run
from cemsim.measures.books import Array, Books, books
from cemsim.plan.compile import plan as compiled
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.subset import Part, separable, with_changes

#: Worlds of the changes at most; with more subsets than that, orders are sampled.
MOST_WORLDS: Final = 32
#: A world: the baseline or the plan (0, 1), and two sets as bits: changes left out, paths closed.
World = tuple[int, int, int]
BASELINE: Final = (0, 0, 0)
#: Difference of a measure between two books, ``[replicate, line]``, with the names of its lines.
Gap = tuple[Sequence[str], Callable[[Books, Books], Array]]


@dataclass(frozen=True)
class Inquiry:
    """A plan taken apart: its changes, its paths, and which worlds have to be simulated to know their parts.

    ``changes`` or ``paths`` are empty where they are not asked for. ``pairs`` is the number of sampled orders a
    replicate, each with its reverse; 0 where all subsets of the changes are simulated. ``ends``: beside the orders,
    each change alone and the plan without each.
    """

    base: Scenario
    plan: Scenario
    changes: tuple[Part, ...]
    paths: tuple[Path, ...]
    pairs: int
    ends: bool
    _made: dict[World, Scenario] = field(default_factory=dict, repr=False, compare=False)

    def orders(self, replicate: int, seed: int) -> Orders:
        """The orders of joining that a replicate plays; none where all subsets are simulated."""
        luck = np.random.default_rng([seed, replicate, len(self.changes)])
        return orders(len(self.changes), self.pairs, luck) if self.pairs else ()

    def worlds(self, replicate: int = 0, seed: int = 1) -> tuple[World, ...]:
        """All worlds that a replicate simulates, the baseline first."""
        found = {BASELINE: None, (1, 0, 0): None}
        found |= {self.of_changes(subset): None for subset in self.subsets(self.orders(replicate, seed))}
        for subset in range(1 << len(self.paths)):
            found |= dict.fromkeys(self.of_paths(subset))
        return tuple(found)

    def subsets(self, drawn: Orders) -> Sequence[int]:
        """The subsets of the changes that are simulated where these orders are played."""
        if not drawn:
            return range(1 << len(self.changes))
        return tuple(dict.fromkeys(coalitions_of(drawn) + (ends(len(self.changes)) if self.ends else ())))

    def of_changes(self, subset: int) -> World:
        """The world with only these changes."""
        without = ~subset & ((1 << len(self.changes)) - 1)
        return BASELINE if subset == 0 and self.changes else (1, without, 0)

    def of_paths(self, subset: int) -> tuple[World, World]:
        """The baseline and the plan with only these paths open."""
        shut = ~subset & ((1 << len(self.paths)) - 1)
        felt = sum(1 << i for i, path in enumerate(self.paths) if path.felt)
        return (0, 0, shut & felt), (1, 0, shut)

    def scenario(self, world: World) -> Scenario:
        """The scenario of a world."""
        if world not in self._made:
            side, without, shut = world
            made = self.plan if side else self.base
            if without:
                made = with_changes(self.plan, [p for i, p in enumerate(self.changes) if not without >> i & 1])
            if shut:
                taken = tuple(path for i, path in enumerate(self.paths) if shut >> i & 1)
                made = closed(made, self.base, self.plan, taken)
            self._made[world] = made
        return self._made[world]


@dataclass(frozen=True)
class Answer:
    """Decompositions of one measure: over changes and over paths, None where not asked for.

    The first part over paths is the rest: what moves although nobody feels anything.
    """

    changes: Decomposition | None
    paths: Decomposition | None


def inquire(
    base: Scenario, plan: Scenario, changes: bool = True, paths: bool = True, most_worlds: int = MOST_WORLDS
) -> Inquiry:
    """What has to be simulated to explain how a plan differs from its baseline.

    All subsets of the changes if there are ``most_worlds`` of them at most, else each change alone, the plan without
    each, and as many pairs of sampled orders a replicate as fit; only orders where that leaves no room for a pair.

    Raises:
        CemsimError: the plan changes nothing, or calibrates a baseline of its own.
    """
    parts = separable(plan)
    players = len(parts)
    exact = players < 30 and 1 << players <= most_worlds
    found = Inquiry(base, plan, parts if changes else (), open_paths(base, plan) if paths else (), 0, False)
    if exact or not changes:
        return found
    if most_worlds >= worlds_with_ends(players):
        return replace(found, pairs=(most_worlds - 2 - 2 * players) // (2 * (players - 3)), ends=True)
    return replace(found, pairs=max((most_worlds - 2) // (2 * (players - 1)), 1))


def worlds_with_ends(players: int) -> int:
    """Worlds that it takes to simulate a pair of orders, each change alone, and the plan without each."""
    return 2 + 2 * players + 2 * (players - 3)


def answer(
    inquiry: Inquiry, gaps: Mapping[str, Gap], replicates: int, seed: int = 1, workers: int | None = None,
    progress: Progress | None = None, rest: str = "the rest",
) -> tuple[dict[str, Answer], list[Books]]:
    """Simulate an inquiry and decompose measures; gives the answers by the measures' names, and the baseline's books.

    ``gaps``: how each measure differs between two books. Where orders are sampled, each replicate has its own, so its
    family is run by itself. Ctrl-C keeps what is finished.

    Raises:
        CemsimError: nothing was finished, or a measure has no value.
    """
    looks = _looks(inquiry, gaps, replicates, seed, workers, progress or (lambda what, share: None))
    for name in gaps:
        if any(np.isnan(look.gaps[name][world]).any() for look in looks for world in look.gaps[name]):
            raise CemsimError(
                f"{name} has no value in some replicate (a measure of a year needs twelve months; a service measure "
                "needs contacts), so it cannot be shared out. Write another --kpi."
            )
    answers = {name: _answer(inquiry, looks, name, tuple(gaps[name][0]), rest) for name in gaps}
    return answers, [look.base for look in looks]


@dataclass(frozen=True)
class _Look:
    """What was seen of some replicates: differences of each measure in pairs of worlds, ``[replicate, line]``."""

    base: Books
    orders: Orders
    gaps: Mapping[str, Mapping[tuple[World, World], Array]]


def _looks(
    inquiry: Inquiry, gaps: Mapping[str, Gap], replicates: int, seed: int, workers: int | None, tell: Progress
) -> list[_Look]:
    if not inquiry.pairs:
        worlds = inquiry.worlds()
        runs = run([inquiry.scenario(w) for w in worlds], replicates, seed, workers, tell)
        return [_look(inquiry, (), dict(zip(worlds, runs, strict=True)), gaps)]
    cores = min(workers or os.cpu_count() or 1, replicates)
    constants = [constants_of(compiled(inquiry.base), tell)]
    halt, shares, lock = threading.Event(), dict.fromkeys(range(replicates), 0.0), threading.Lock()

    def one(number: int) -> _Look:
        def told(what: str, share: float) -> None:
            with lock:
                shares[number] = share
                tell(what, sum(shares.values()) / replicates)

        worlds = inquiry.worlds(number, seed)
        with lock:
            family = [inquiry.scenario(w) for w in worlds]
        runs = run(family, 1, seed, 1, told, stop=halt, first=number, constants=constants)
        return _look(inquiry, inquiry.orders(number, seed), dict(zip(worlds, runs, strict=True)), gaps)

    found = []
    with ThreadPoolExecutor(cores) as pool:
        jobs = [pool.submit(one, number) for number in range(replicates)]
        try:
            wait(jobs)
        except KeyboardInterrupt:
            halt.set()
        for job in jobs:
            if not (halt.is_set() and job.exception() is not None):
                found.append(job.result())
    if not found:
        raise CemsimError("Stopped before a replicate was finished: nothing was kept.")
    return found


def _look(inquiry: Inquiry, drawn: Orders, runs: Mapping[World, Any], gaps: Mapping[str, Gap]) -> _Look:
    opened = {world: books(each) for world, each in runs.items()}
    pairs = {(BASELINE, world) for world in runs if world[2] == 0}
    pairs |= {inquiry.of_paths(subset) for subset in range(1 << len(inquiry.paths))}
    seen = {
        name: {(a, b): gap(opened[a], opened[b]) for a, b in pairs if a in opened and b in opened}
        for name, (_, gap) in gaps.items()
    }
    return _Look(opened[BASELINE], drawn, seen)


def _answer(inquiry: Inquiry, looks: Sequence[_Look], name: str, lines: tuple[str, ...], rest: str) -> Answer:
    changes = paths = None
    seen = [look.gaps[name] for look in looks]
    names = [part.words for part in inquiry.changes]
    if inquiry.pairs:
        played = []
        for look, gap in zip(looks, seen, strict=True):
            walked = inquiry.subsets(look.orders)
            played.append((look.orders, {c: gap[BASELINE, inquiry.of_changes(c)][0] for c in walked}))
        changes = decompose_sampled(names, lines, played)
    elif inquiry.changes:
        subsets = range(1 << len(names))
        values = np.stack([seen[0][BASELINE, inquiry.of_changes(c)] for c in subsets], axis=1)
        changes = decompose(names, lines, values)
    if inquiry.paths:
        subsets = range(1 << len(inquiry.paths))
        values = np.stack([np.concatenate([gap[inquiry.of_paths(c)] for gap in seen]) for c in subsets], axis=1)
        paths = decompose([path.name for path in inquiry.paths], lines, values).beside(rest, values[:, 0])
    return Answer(changes, paths)
