"""The customer ledger: each person lives in both worlds, so what a plan changed can be said person by person.

A person's end is where they stand at the end of the horizon: a customer, gone through a cause, or never a customer.
Whoever left and came back counts as there. Money is revenue times margin, less compensation; the cost of serving is
not known person by person and stays out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import CemsimError
from cemsim.base.words import CAUSES
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
    the order of ENDS. ``people`` counts heads (in their segment without the plan); ``months`` lived, ``margin``
    earned (revenue times margin) and ``paid`` (compensation, money) have one more axis: without the plan, with it.
    ``moved`` counts people by segment without and with the plan, ``[replicate, segment, segment]``.
    """

    baseline: str
    plan: str
    currency: str
    segments: tuple[str, ...]
    replicates: tuple[int, ...]
    people: Array
    months: Array
    margin: Array
    paid: Array
    moved: Array

    @property
    def worth(self) -> Array:
        """Margin less compensation, laid out as ``margin``."""
        return self.margin - self.paid

    @property
    def movers(self) -> Array:
        """People whose segment is another with the plan, ``[replicate]``."""
        return np.asarray(self.moved.sum(axis=(1, 2)) - np.trace(self.moved, axis1=1, axis2=2))

    def of(self, fate: str, values: Array) -> Array:
        """``people``, or another array without its last axis, of one of FATES by segment: ``[replicate, segment]``."""
        return np.asarray(values[:, _WHERE[fate]].sum(axis=1))

    def gain(self, values: Array) -> Array:
        """With the plan less without it: drops the last axis of ``months``, ``margin``, ``paid`` or ``worth``."""
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
        """``[replicate, segment, world]`` of ``paid``, say, for those who are customers at the end in both worlds."""
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
    segments = max((book.segments for book in opened), key=len)
    prices = np.zeros((2, 2, len(segments)))
    for world, book in enumerate(opened):
        prices[world, :, : len(book.segments)] = book.revenue * book.margin, book.revenue
    found = [
        _tally(base.fates[base.replicates.index(n)], plan.fates[plan.replicates.index(n)], prices) for n in common
    ]
    people, months, margin, paid, moved = (np.stack(parts) for parts in zip(*found, strict=True))
    return Ledger(
        base.scenario.name, plan.scenario.name, opened[0].currency, segments, tuple(common),
        people, months, margin, paid, moved,
    )  # fmt: skip


def _tally(base: NDArray[Any], plan: NDArray[Any], prices: Array) -> tuple[Array, Array, Array, Array, Array]:
    """One replicate: people, months, margin, paid, moved; ``prices`` [world, (margin, revenue), segment]."""
    if len(base) != len(plan) or np.any(base["start"] != plan["start"]):
        raise CemsimError("The two scenarios do not begin with the same people, so nobody can be followed.")
    groups = prices.shape[2]
    start = (base["start"] != CUSTOMER).astype(np.int64)
    cell = (start * len(ENDS) + _end(base)) * len(ENDS) + _end(plan)
    shape = (2, len(ENDS), len(ENDS), groups)
    worlds = base, plan

    def add(world: int, weights: NDArray[Any] | None) -> Array:
        place = cell * groups + worlds[world]["segment"]
        return np.bincount(place, weights, minlength=_SIZE * groups).astype(float).reshape(shape)

    def both(name: str, price: Array) -> Array:
        return np.stack([add(world, worlds[world][name]) * price[world] for world in (WITHOUT, WITH)], axis=-1)

    pair = base["segment"].astype(np.int64) * groups + plan["segment"]
    moved = np.bincount(pair, minlength=groups * groups).astype(float).reshape(groups, groups)
    return (
        add(WITHOUT, None), both("lived", np.ones((2, groups))), both("spent", prices[:, 0]),
        both("paid", prices[:, 1]), moved,
    )  # fmt: skip


def _end(fates: NDArray[Any]) -> NDArray[np.int64]:
    """Place in ENDS. A status of before the horizon is no end: who was no customer and never became one is "never"."""
    end = fates["end"].astype(np.int64)
    customer, left = end == CUSTOMER, end > CUSTOMER
    was = (fates["start"] == CUSTOMER) | (fates["lived"] > 0)
    return np.where(customer, HERE, np.where(left & was, end - CUSTOMER, NEVER))
