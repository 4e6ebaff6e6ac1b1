"""Rules as a table of integers: what the fast engine reads; other rules change only what the arrays hold.

Every alternative of a ruleset owns a bit of a 64-bit mask. For each fact that the ruleset asks, the numbers are cut
into cells at the values that its rules name; a cell's mask says which alternatives allow it, and being unknown is a
cell of its own. A decision is the masks of the cells found, joined by AND. The first alternative of rule r is bit r, so
that what is left is the rules themselves; bits above them stand for further alternatives, and ``more`` says whose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.rules.form import FLAG, MOST_RULES, Leaf, Ruleset
from cemsim.rules.interpret import true
from cemsim.rules.vocabulary import FACTS, POINTS, SUMMED

UNKNOWN: Final = -(2**62)
"""The value of a fact that is not known."""
LARGEST: Final = 2**61
"""Numbers of rules and facts lie below this."""
BITS: Final = 64
FEW: Final = 4
"""Most cuts that are compared side by side."""
NO_EDGE: Final = 2**63 - 1
"""A cut above all numbers, where there are fewer."""
DIRECT: Final = 64
"""Most cells that are found by place, one cell for each whole number, instead of by counting cuts."""

RULESET: Final = np.dtype(
    [
        ("point", "i8"), ("stage", "i8"), ("hit_all", "i8"), ("rules", "u8"), ("first_rule", "u8"),
        ("first_slot", "u8"), ("plain", "u8"), ("slots", "u8"), ("first_more", "u8"), ("asked", "u8"), ("rests", "u8"),
        ("once", "i8"), ("anew", "u8"),
    ]
)  # fmt: skip
"""A ruleset: its point (place in POINTS); stage; whether every matching rule fires; how many rules and the first one's
number in the book; its slots, first the ``plain`` ones, whose facts need not be worked out; where its further
alternatives begin in ``more``; the bits of all its alternatives; those of its rules that rest after firing; its place
among those that are asked while people wait, whose rules fire once in a wait (else -1); those that derive something,
which holds at each asking anew."""
SLOT: Final = np.dtype(
    [
        ("fact", "u8"), ("lowest", "i8"), ("first_cut", "u8"), ("cuts", "u8"), ("first_mask", "u8"), ("cells", "u8"),
        ("cares", "u8"), ("edges", "i8", FEW),
    ]
)  # fmt: skip
"""A fact that a ruleset asks: its place among the values; its masks: unknown first, then ``cells`` of known values;
the bits of the alternatives that compare it: to all others it makes no difference.

With ``cuts``, a known value's cell is the number of cuts that do not lie above it: few cuts stand in ``edges``, more in
a list of their own. Without, it is its distance to ``lowest``; the first and last cell hold all that lies beyond.
"""


class Book(NamedTuple):
    """All rulesets of a scenario as arrays; all of length zero without rules."""

    rulesets: NDArray[Any]
    slots: NDArray[Any]
    cuts: NDArray[np.int64]
    masks: NDArray[np.uint64]
    more: NDArray[np.uint64]


def asked(rulesets: Sequence[Ruleset]) -> tuple[str, ...]:
    """Facts that any ruleset asks: the order of values in a decision, that of the vocabulary, flags last."""
    found = dict.fromkeys(fact for ruleset in rulesets for fact in ruleset.facts)
    flags = [fact for fact in found if fact.startswith(FLAG)]
    return (*(fact for fact in FACTS if fact in found), *flags)


def build(rulesets: Sequence[Ruleset], labels: Mapping[str, Sequence[str]]) -> Book:
    """The arrays of rulesets; ``labels`` gives the names of each label in the order of its numbers.

    >>> from cemsim.rules.form import Rule
    >>> long = Rule("long_wait", "Nobody waits longer.", ((Leaf("wait", "gt", 500),),), ())
    >>> book = build([Ruleset("queue", "waiting", (long,))], {})
    >>> book.slots["lowest"], book.masks  # unknown, at most 500, more
    (array([500]), array([0, 0, 1], dtype=uint64))
    """
    place = {fact: number for number, fact in enumerate(asked(rulesets))}
    points = list(POINTS)
    heads: list[tuple[int, ...]] = []
    slots: list[tuple[Any, ...]] = []
    cuts: list[int] = []
    masks: list[int] = []
    more: list[int] = []
    rules = 0
    for ruleset in rulesets:
        owners = _owners(ruleset, labels)
        heads.append(
            (
                points.index(ruleset.point), ruleset.stage, int(ruleset.hit == "all"), len(ruleset.rules), rules,
                len(slots), sum(map(_is_plain, ruleset.facts)), len(ruleset.facts), len(more), _mask(owners),
                _mask(place for place, rule in enumerate(ruleset.rules) if rule.cooldown is not None),
                sum(each.point == "waiting" for each in rulesets[: len(heads)]) if ruleset.point == "waiting" else -1,
                _mask(n for n, rule in enumerate(ruleset.rules) if any(d.action == "derive" for d in rule.then)),
            )
        )  # fmt: skip
        rules += len(ruleset.rules)
        more += [1 << rule for bit, (rule, _) in owners.items() if bit >= len(ruleset.rules)]
        for fact in _easy_first(ruleset):
            edges = _edges([leaf for _, leaves in owners.values() for leaf in leaves if leaf.fact == fact])
            lowest, span = edges[0] - 1, edges[-1] - edges[0] + 2
            few, direct = len(edges) <= FEW, span <= DIRECT
            samples = [*range(lowest, lowest + span)] if direct else [lowest, *edges]
            cares = _mask(bit for bit, (_, leaves) in owners.items() if any(leaf.fact == fact for leaf in leaves))
            near = [*edges, *[NO_EDGE] * FEW][:FEW]
            slots.append(
                (place[fact], lowest, len(cuts), 0 if direct else len(edges), len(masks), len(samples), cares, near)
            )
            cuts += [] if few or direct else edges
            masks += [_allowed(owners, fact, known) for known in ({}, *({fact: value} for value in samples))]
    return Book(
        np.array(heads, RULESET), np.array(slots, SLOT), np.array(cuts, np.int64),
        np.array(masks, np.uint64), np.array(more, np.uint64),
    )  # fmt: skip


def _easy_first(ruleset: Ruleset) -> list[str]:
    """The facts of a ruleset, those that have to be worked out last: a decision ends as soon as no rule is left."""
    order = list(FACTS)
    return sorted(ruleset.facts, key=lambda f: (not _is_plain(f), -order.index(f) if f in order else -len(order)))


def _is_plain(fact: str) -> bool:
    return fact not in SUMMED and not fact.startswith(FLAG)


def in_numbers(leaf: Leaf, labels: Mapping[str, Sequence[str]]) -> Leaf:
    """A comparison with a label as one with the label's number."""
    value = list(labels[leaf.fact]).index(leaf.value) if isinstance(leaf.value, str) else leaf.value
    if abs(value) >= LARGEST:
        raise ValueError(f"{leaf.fact}: {value} is too large a number for a table")
    return Leaf(leaf.fact, leaf.op, value)


Owners = dict[int, tuple[int, tuple[Leaf, ...]]]
"""Bit of an alternative: its rule and its comparisons, in numbers."""


def _owners(ruleset: Ruleset, labels: Mapping[str, Sequence[str]]) -> Owners:
    firsts: Owners = {}
    others: Owners = {}
    for place, rule in enumerate(ruleset.rules):
        for number, leaves in enumerate(rule.alternatives):
            own = place, tuple(in_numbers(leaf, labels) for leaf in leaves)
            if number == 0:
                firsts[place] = own
            else:
                others[len(ruleset.rules) + len(others)] = own
    if len(ruleset.rules) > MOST_RULES or len(ruleset.rules) + len(others) > BITS:
        raise ValueError(f"{ruleset.name}: more rules or alternatives than a table holds")
    return firsts | others


def _edges(leaves: Sequence[Leaf]) -> list[int]:
    """Where an answer may change, going upwards: the first value of each cell but the lowest."""
    found = {int(leaf.value) + 1 for leaf in leaves if leaf.op in ("eq", "ne", "le", "gt")}
    found |= {int(leaf.value) for leaf in leaves if leaf.op in ("eq", "ne", "lt", "ge")}
    return sorted(found) or [0]


def _allowed(owners: Owners, fact: str, known: Mapping[str, int]) -> int:
    """Alternatives whose comparisons with a fact all hold."""
    return _mask(
        bit for bit, (_, leaves) in owners.items() if all(true(leaf, known) for leaf in leaves if leaf.fact == fact)
    )


def _mask(bits: Iterable[int]) -> int:
    return sum(1 << bit for bit in bits)
