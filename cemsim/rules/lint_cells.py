"""All that rulesets can tell apart: each fact cut at the values that rules name, and every combination of pieces."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cemsim.rules.form import FLAG, Leaf, Rule, Ruleset
from cemsim.rules.interpret import true
from cemsim.rules.vocabulary import FACTS

#: Up to so many combinations all are looked at; of more, cases are drawn with a fixed seed.
MOST_CELLS: Final = 200_000
#: Cases drawn for each alternative of each rule, where there are too many combinations.
DRAWN: Final = 400
_SEED: Final = 20_260
#: Stands for all names of a scenario that no rule mentions.
OTHER: Final = ""
Value = int | str | None
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Axis:
    """A fact's pieces: the first value of each, and of a number also the last; None, at the end, is unknown."""

    fact: str
    values: tuple[Value, ...]
    lasts: tuple[int, ...] = ()

    def where(self, leaves: Sequence[Leaf]) -> Mask:
        """Pieces in which all of these comparisons hold; those of other facts count for nothing."""
        own = [leaf for leaf in leaves if leaf.fact == self.fact]
        told: list[Mapping[str, int | str]] = [{} if v is None else {self.fact: v} for v in self.values]
        return np.array([all(true(leaf, facts) for leaf in own) for facts in told], bool)


@dataclass(frozen=True)
class Cells:
    """Combinations of pieces: ``index`` holds one a row, as places along the axes; ``exact`` where it holds all."""

    axes: tuple[Axis, ...]
    index: Index
    exact: bool

    def inside(self, leaves: Sequence[Leaf], index: Index | None = None) -> Mask:
        """In which rows all of these comparisons hold."""
        rows = self.index if index is None else index
        found = np.ones(len(rows), bool)
        for place, axis in enumerate(self.axes):
            found &= axis.where(leaves)[rows[:, place]]
        return found

    def where(self, rule: Rule, index: Index | None = None) -> Mask:
        """In which rows a rule is true."""
        found: Mask = np.any([self.inside(leaves, index) for leaves in rule.alternatives], axis=0)
        return found

    def axis(self, fact: str) -> Axis:
        """The axis of a fact that rules ask."""
        return next(axis for axis in self.axes if axis.fact == fact)

    @property
    def how(self) -> str:
        """What a finding has to add about how sure it is."""
        return "" if self.exact else f" (as far as {len(self.index):,} drawn cases show)"


def cells_of(rulesets: Sequence[Ruleset], names: Mapping[str, Sequence[str]]) -> Cells:
    """Combinations that the rulesets of one point can tell apart.

    ``names``: segments, journeys and teams of the scenario; where they are not known, those that rules mention and one
    that stands for all others.
    """
    leaves = [leaf for s in rulesets for rule in s.rules for alternative in rule.alternatives for leaf in alternative]
    facts = dict.fromkeys(leaf.fact for leaf in leaves)
    axes = tuple(_axis(fact, [leaf for leaf in leaves if leaf.fact == fact], rulesets, names) for fact in facts)
    sizes = [len(axis.values) for axis in axes]
    if math.prod(sizes) <= MOST_CELLS:
        grid = np.indices(sizes).reshape(len(sizes), -1).T if sizes else np.zeros((1, 0), np.int64)
        return Cells(axes, grid.astype(np.int64), True)
    luck = np.random.default_rng(_SEED)
    drawn = []
    for ruleset in rulesets:
        for rule in ruleset.rules:
            for alternative in rule.alternatives:
                allowed = [np.flatnonzero(axis.where(alternative)) for axis in axes]
                if all(len(places) for places in allowed):
                    drawn.append(np.column_stack([luck.choice(places, DRAWN) for places in allowed]))
    drawn.append(np.column_stack([luck.integers(size, size=DRAWN) for size in sizes]))
    return Cells(axes, np.concatenate(drawn).astype(np.int64), False)


def _axis(name: str, leaves: Sequence[Leaf], rulesets: Sequence[Ruleset], names: Mapping[str, Sequence[str]]) -> Axis:
    if name.startswith(FLAG):
        return Axis(name, (0, 1, None))
    fact = FACTS[name]
    unknown: tuple[None, ...] = (None,) if fact.optional else ()
    if fact.kind == "flag":
        return Axis(name, (0, 1, *unknown))
    if fact.kind == "label":
        mentioned = dict.fromkeys(str(leaf.value) for leaf in leaves if leaf.op in ("eq", "ne"))
        words = fact.values or dict.fromkeys((*names.get(fact.of, (OTHER,)), *mentioned))
        return Axis(name, (*words, *unknown))
    low, high = math.ceil(fact.lowest * 10**fact.decimals), math.floor(fact.most * 10**fact.decimals)
    if name == "open_case_age" and (asked := [s.schedule.after for s in rulesets if s.schedule is not None]):
        low, unknown = math.floor(min(asked) * 10**fact.decimals), ()
    cuts = {low}
    for leaf in leaves:
        value = int(leaf.value)
        if leaf.op in ("lt", "ge", "eq", "ne"):
            cuts.add(value)
        if leaf.op in ("le", "gt", "eq", "ne"):
            cuts.add(value + 1)
    starts = sorted(cut for cut in cuts if low <= cut <= high)
    return Axis(name, (*starts, *unknown), (*(start - 1 for start in starts[1:]), high))
