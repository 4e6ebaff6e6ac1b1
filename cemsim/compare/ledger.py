"""The customer ledger: each person lives in both worlds, so what a plan changed can be said person by person.

A person's end is where they stand at the end of the horizon: a customer, gone through a cause, or never a customer.
Whoever left and came back counts as there. Money is what each person earned and all that was spent on them
(see compare.spent), so the lines add up to the difference in contribution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import CemsimError
from cemsim.base.words import CAUSES
from cemsim.compare.spent import COSTS, KINDS, Totals, by_person
from cemsim.engine.state import CUSTOMER
from cemsim.measures.books import Array, books

#: Where a person stands at the end, in the order of the ledger's axes.
ENDS: Final = ("customer", *CAUSES, "never")
HERE, NEVER = 0, len(ENDS) - 1
#: What became of people: those who were customers at the start, then those who were not.
FATES: Final = ("kept", "saved", "lost", "gone", "won", "won_with", "won_without", "passing")
LABELS: Final = {
    "kept": "kept either way",
    "saved": "saved: customers only with the plan",
    "lost": "lost: customers only without it",
    "gone": "gone either way",
    "won": "newly won either way",
    "won_with": "newly won only with the plan",
    "won_without": "newly won only without it",
    "passing": "came and went",
}
WITHOUT, WITH = 0, 1
_SIZE: Final = 2 * len(ENDS) ** 2


@dataclass(frozen=True)
class Ledger:
    """Two worlds of the same people, the baseline and a plan.

    All arrays begin ``[replicate, start (0 customer, 1 not), end without the plan, end with it, segment]``, ends in
    the order of ENDS. ``people`` counts heads (in their segment without the plan); ``months`` lived and ``money``, by
    kind (see compare.spent.KINDS), have one more axis: without the plan, with it. ``moved`` counts people by segment
    without and with the plan, ``[replicate, segment, segment]``; ``tiers`` those who are customers in both worlds and
    stand in a higher or a lower tier with the plan, ``[replicate, 2]``.
    """

    baseline: str
    plan: str
    currency: str
    segments: tuple[str, ...]
    replicates: tuple[int, ...]
    people: Array
    months: Array
    money: Mapping[str, Array]
    moved: Array
    tiers: Array

    @property
    def worth(self) -> Array:
        """Margin less all that was spent: the contribution, laid out as ``months``."""
        return np.asarray(self.money["margin"] - self.spent(COSTS))

    def spent(self, kinds: Sequence[str]) -> Array:
        """Several kinds of money together, laid out as ``months``."""
        return np.asarray(sum(self.money[kind] for kind in kinds))

    @property
    def movers(self) -> Array:
        """People whose segment is another with the plan, ``[replicate]``."""
        return np.asarray(self.moved.sum(axis=(1, 2)) - np.trace(self.moved, axis1=1, axis2=2))

    def of(self, fate: str, values: Array) -> Array:
        """``people``, or another array without its last axis, of one of FATES by segment: ``[replicate, segment]``."""
        return np.asarray(values[:, _WHERE[fate]].sum(axis=1))

    def gain(self, values: Array) -> Array:
        """With the plan less without it: drops the last axis of ``months``, ``worth`` or a kind of money."""
        return np.asarray(values[..., WITH] - values[..., WITHOUT])

    def by_cause(self, fate: str, world: int) -> Array:
        """People of a fate by the cause through which they left in a world, ``[replicate, cause, segment]``."""
        own = np.where(_WHERE[fate][None, ..., None], self.people, 0.0).sum(axis=1)
        ends = own.sum(axis=2 if world == WITHOUT else 1)
        return np.asarray(ends[:, 1:NEVER])

    def customers(self, world: int) -> Array:
        """Customers at the end of a world by segment, ``[replicate, segment]``."""
        ends = self.people.sum(axis=1)
        return np.asarray((ends[:, HERE] if world == WITHOUT else ends[:, :, HERE]).sum(axis=1))

    def anyway(self, values: Array) -> Array:
        """``[replicate, segment, world]`` of a kind of money for those who are customers at the end in both worlds."""
        return np.asarray(values[:, :, HERE, HERE].sum(axis=1))


def _where() -> dict[str, NDArray[np.bool_]]:
    """Cells ``[start, end without, end with]`` of each fate; the cell of those who never were customers has none."""
    start, without, with_plan = np.indices((2, len(ENDS), len(ENDS)))
    old, here, there = start == 0, without == HERE, with_plan == HERE
    never = (without == NEVER) & (with_plan == NEVER)
    return {
        "kept": old & here & there,
        "saved": old & ~here & there,
        "lost": old & here & ~there,
        "gone": old & ~here & ~there,
        "won": ~old & here & there,
        "won_with": ~old & ~here & there,
        "won_without": ~old & here & ~there,
        "passing": ~old & ~here & ~there & ~never,
    }


_WHERE: Final = _where()


def ledger(runs: Sequence[Any]) -> Ledger:
    """The ledger of a plan against its baseline.

    ``runs``: the baseline's and the plan's, of one family, run with ``fates=True``.

    Raises:
        CemsimError: the fates were not kept, or the two are not the same people.
    """
    base, plan = runs
    common = [n for n in base.replicates if n in plan.replicates]
    if plan.scenario.own_baseline:
        raise CemsimError(
            f"{plan.scenario.path} has a baseline of its own (own_baseline: true): its people live another life from "
            "before the start, so nobody can be followed from one world into the other."
        )
    if not (base.fates and plan.fates and common):
        raise CemsimError("A ledger needs to know what became of each person: run both scenarios with fates=True.")
    opened = books(base), books(plan)
    totals = [Totals.of(book) for book in opened]
    segments = max((book.segments for book in opened), key=len)
    found = [
        _tally([(total, run.fates[run.replicates.index(n)], run.replicates.index(n))
                for total, run in zip(totals, runs, strict=True)], len(segments))
        for n in common
    ]  # fmt: skip
    people, months, moved, tiers = (np.stack(parts) for parts in list(zip(*found, strict=True))[:4])
    kinds = {kind: np.stack([each[4][kind] for each in found]) for kind in KINDS}
    return Ledger(
        base.scenario.name, plan.scenario.name, opened[0].currency, segments, tuple(common),
        people, months, kinds, moved, tiers,
    )  # fmt: skip


def _tally(
    worlds: Sequence[tuple[Totals, NDArray[Any], int]], groups: int
) -> tuple[Array, Array, Array, Array, dict[str, Array]]:
    """One replicate: people, months, moved, tiers, money by kind; ``worlds``: totals, fates, the replicate's place."""
    base, plan = (fates for _, fates, _ in worlds)
    if len(base) != len(plan) or np.any(base["start"] != plan["start"]):
        raise CemsimError("The two scenarios do not begin with the same people, so nobody can be followed.")
    start = (base["start"] != CUSTOMER).astype(np.int64)
    cell = (start * len(ENDS) + _end(base)) * len(ENDS) + _end(plan)
    shape = (2, len(ENDS), len(ENDS), groups)

    def add(fates: NDArray[Any], weights: NDArray[Any] | None) -> Array:
        place = cell * groups + fates["segment"]
        return np.bincount(place, weights, minlength=_SIZE * groups).astype(float).reshape(shape)

    pair = base["segment"].astype(np.int64) * groups + plan["segment"]
    moved = np.bincount(pair, minlength=groups * groups).astype(float).reshape(groups, groups)
    tiers = np.zeros(2)
    if "tier" in (base.dtype.names or ()) and "tier" in (plan.dtype.names or ()):
        higher = plan["tier"].astype(int) - base["tier"]
        there = (base["end"] == CUSTOMER) & (plan["end"] == CUSTOMER)
        tiers = np.array([np.sum(there & (higher > 0)), np.sum(there & (higher < 0))], float)
    months = np.stack([add(fates, fates["lived"]) for _, fates, _ in worlds], axis=-1)
    each = [by_person(*world) for world in worlds]
    kinds = {
        kind: np.stack([add(fates, told[kind]) for (_, fates, _), told in zip(worlds, each, strict=True)], axis=-1)
        for kind in KINDS
    }  # fmt: skip
    return add(base, None), months, moved, tiers, kinds


def _end(fates: NDArray[Any]) -> NDArray[np.int64]:
    """Place in ENDS. A status of before the horizon is no end: who was no customer and never became one is "never"."""
    end = fates["end"].astype(np.int64)
    customer, left = end == CUSTOMER, end > CUSTOMER
    was = (fates["start"] == CUSTOMER) | (fates["lived"] > 0)
    return np.where(customer, HERE, np.where(left & was, end - CUSTOMER, NEVER))
