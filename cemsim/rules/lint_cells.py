"""All that rulesets can tell apart: each fact cut into pieces at the values that rules name, and their combinations.

What a rule is true for is a set of boxes: one for each of its alternatives, with the pieces that it allows of each fact
as the bits of a whole number. Whether boxes leave something of another is settled by cutting them out of it, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cemsim.rules.form import FLAG, Leaf, Rule, Ruleset
from cemsim.rules.interpret import true
from cemsim.rules.vocabulary import FACTS

#: Up to so many combinations all are looked at, where they have to be; of more, cases are drawn with a fixed seed.
MOST_CELLS: Final = 200_000
#: Cases drawn for each alternative of each rule.
DRAWN: Final = 400
#: Pieces cut, at most, before cases are drawn instead.
MOST_CUTS: Final = 200_000
_SEED: Final = 20_260
#: Stands for all names of a scenario that no rule mentions.
OTHER: Final = ""
Value = int | str | None
Box = tuple[int, ...]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Axis:
    """A fact's pieces: the first value of each, and of a number also the last; None, at the end, is unknown."""

    fact: str
    values: tuple[Value, ...]
    lasts: tuple[int, ...] = ()

    def where(self, leaves: Iterable[Leaf]) -> int:
        """Pieces, as bits, in which all of these comparisons hold; those of other facts count for nothing."""
        own = [leaf for leaf in leaves if leaf.fact == self.fact]
        told: list[Mapping[str, int | str]] = [{} if v is None else {self.fact: v} for v in self.values]
        return sum(1 << piece for piece, facts in enumerate(told) if all(true(leaf, facts) for leaf in own))

    def pieces(self, bits: int) -> list[int]:
        """Pieces of a known number among bits, in order."""
        return [piece for piece in range(len(self.lasts)) if bits >> piece & 1]


@dataclass(frozen=True)
class Cells:
    """The facts that some rulesets ask, cut into pieces."""

    axes: tuple[Axis, ...]
    rules: tuple[Rule, ...]

    def box(self, leaves: Iterable[Leaf]) -> Box | None:
        """Where all of these comparisons hold; None where they cannot."""
        several = tuple(leaves)
        found = tuple(axis.where(several) for axis in self.axes)
        return found if all(found) else None

    @cached_property
    def _boxes(self) -> dict[int, list[Box]]:
        return {
            id(rule): [box for leaves in rule.alternatives if (box := self.box(leaves)) is not None]
            for rule in self.rules
        }

    def boxes(self, rule: Rule) -> list[Box]:
        """Where a rule is true."""
        return self._boxes[id(rule)]

    def meet(self, one: Rule, other: Rule) -> bool:
        """Whether two rules can be true at once."""
        return any(both(a, b) for a in self.boxes(one) for b in self.boxes(other))

    def left(self, boxes: Iterable[Box], taken: Sequence[Box]) -> tuple[bool, bool]:
        """Whether the taken boxes leave something of these; and whether that is certain, not only seen in draws."""
        cuts = 0
        for whole in boxes:
            open_: list[tuple[Box, int]] = [(whole, 0)]
            while open_:
                box, since = open_.pop()
                at = next((k for k in range(since, len(taken)) if both(box, taken[k])), None)
                if at is None:
                    return True, True
                parts = _outside(box, taken[at])
                open_ += [(part, at + 1) for part in parts]
                cuts += len(parts)
                if cuts > MOST_CUTS:
                    return self._drawn(boxes, taken), False
        return False, True

    def _drawn(self, boxes: Iterable[Box], taken: Sequence[Box]) -> bool:
        luck = np.random.default_rng(_SEED)
        for box in boxes:
            rows = self._draw(box, luck)
            if not np.any([self.inside(other, rows) for other in taken], axis=0).all():
                return True
        return False

    def _draw(self, box: Box, luck: np.random.Generator) -> Index:
        """Cases drawn from a box."""
        pieces = (np.flatnonzero([bits >> piece & 1 for piece in range(bits.bit_length())]) for bits in box)
        return np.column_stack([luck.choice(allowed, DRAWN) for allowed in pieces]).astype(np.int64)

    def inside(self, box: Box, rows: Index) -> Mask:
        """Which rows, each the pieces of one combination, lie in a box."""
        found = np.ones(len(rows), bool)
        for place, (axis, bits) in enumerate(zip(self.axes, box, strict=True)):
            if bits != (1 << len(axis.values)) - 1:
                allowed = np.array([bits >> piece & 1 for piece in range(len(axis.values))], bool)
                found &= allowed[rows[:, place]]
        return found

    def where(self, rule: Rule, rows: Index) -> Mask:
        """In which rows a rule is true."""
        found = np.zeros(len(rows), bool)
        for box in self.boxes(rule):
            found |= self.inside(box, rows)
        return found

    @cached_property
    def exact(self) -> bool:
        """Whether ``rows`` holds all combinations."""
        return math.prod(len(axis.values) for axis in self.axes) <= MOST_CELLS

    @cached_property
    def rows(self) -> Index:
        """All combinations of pieces, one a row; where they are too many, cases drawn from each rule."""
        sizes = [len(axis.values) for axis in self.axes]
        if self.exact:
            return np.indices(sizes).reshape(len(sizes), math.prod(sizes)).T.astype(np.int64)
        luck = np.random.default_rng(_SEED)
        return np.concatenate([self._draw(box, luck) for rule in self.rules for box in self.boxes(rule)])


def both(one: Box, other: Box) -> bool:
    """Whether two boxes share a combination."""
    return all(a & b for a, b in zip(one, other, strict=True))


def _outside(box: Box, other: Box) -> list[Box]:
    """A box without another one that it meets, as boxes that do not meet each other."""
    found, rest = [], list(box)
    for place, bits in enumerate(other):
        if out := rest[place] & ~bits:
            found.append((*rest[:place], out, *rest[place + 1 :]))
        rest[place] &= bits
    return found


def cells_of(rulesets: Sequence[Ruleset], names: Mapping[str, Sequence[str]]) -> Cells:
    """What the rulesets of one point can tell apart.

    ``names``: segments, journeys and teams of the scenario; where they are not known, one stands for all others.
    """
    rules = tuple(rule for ruleset in rulesets for rule in ruleset.rules)
    leaves = [leaf for rule in rules for alternative in rule.alternatives for leaf in alternative]
    facts = dict.fromkeys(leaf.fact for leaf in leaves)
    return Cells(tuple(_axis(fact, [x for x in leaves if x.fact == fact], rulesets, names) for fact in facts), rules)


def _axis(name: str, leaves: Sequence[Leaf], rulesets: Sequence[Ruleset], names: Mapping[str, Sequence[str]]) -> Axis:
    if name.startswith(FLAG):
        return Axis(name, (0, 1, None))
    fact = FACTS[name]
    unknown: tuple[None, ...] = (None,) if fact.optional else ()
    if fact.kind == "flag":
        return Axis(name, (0, 1, *unknown))
    if fact.kind == "label":
        mentioned = [str(leaf.value) for leaf in leaves if leaf.op in ("eq", "ne")]
        words = fact.values or dict.fromkeys((*names.get(fact.of, (OTHER,)), *mentioned))
        return Axis(name, (*words, *unknown))
    low, high = math.ceil(fact.lowest * 10**fact.decimals), math.floor(fact.most * 10**fact.decimals)
    if name == "open_case_age" and (asked := [s.schedule.after for s in rulesets if s.schedule is not None]):
        low, unknown = math.floor(min(asked) * 10**fact.decimals), ()
    cuts = {low}
    for leaf in leaves:
        if leaf.op in ("lt", "ge", "eq", "ne"):
            cuts.add(int(leaf.value))
        if leaf.op in ("le", "gt", "eq", "ne"):
            cuts.add(int(leaf.value) + 1)
    starts = sorted(cut for cut in cuts if low <= cut <= high)
    return Axis(name, (*starts, *unknown), (*(start - 1 for start in starts[1:]), high))
