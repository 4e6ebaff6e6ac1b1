"""Rules that cut one number into bands: where the bands leave a hole, overlap, or run the wrong way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, pairwise
from operator import or_
from typing import Final

from cemsim.rules.form import FLAG, Leaf, Rule, Ruleset
from cemsim.rules.lint_cells import Axis, Box, Cells, both
from cemsim.rules.lint_form import Finding, finding
from cemsim.rules.values import number, told
from cemsim.rules.vocabulary import FACTS
from cemsim.rules.words import told_name

_LATE: Final = ("wait", "wait_over_target")
#: Actions whose bands are rightly kept apart, so that nobody moves up and down.
_KEPT_APART: Final = {"set_tier"}


@dataclass(frozen=True)
class Band:
    """What one alternative of a rule asks of one number, as pieces of its axis (bits), and what else it asks."""

    rule: Rule
    others: frozenset[Leaf]
    own: tuple[Leaf, ...]
    pieces: int

    @property
    def actions(self) -> frozenset[str]:
        """What the rule does, by name."""
        return frozenset(deed.action for deed in self.rule.then)


def families(ruleset: Ruleset, cells: Cells) -> Iterator[tuple[Axis, list[Band]]]:
    """For each number, the bands of it that are asked under the same other conditions."""
    for axis in cells.axes:
        if axis.fact.startswith(FLAG) or FACTS[axis.fact].kind != "number":
            continue
        found: dict[frozenset[Leaf], list[Band]] = {}
        for rule in ruleset.rules:
            for leaves in rule.alternatives:
                own = tuple(leaf for leaf in leaves if leaf.fact == axis.fact)
                others = frozenset(leaf for leaf in leaves if leaf.fact != axis.fact)
                if own and (pieces := axis.where(own)):
                    found.setdefault(others, []).append(Band(rule, others, own, pieces))
        yield from ((axis, bands) for bands in found.values() if len({band.rule.id for band in bands}) > 1)


def holes(ruleset: Ruleset, cells: Cells, currency: str) -> Iterator[Finding]:
    """Values between bands that no rule is true for: a threshold itself, a band left out, or unknown."""
    boxes = [box for rule in ruleset.rules for box in cells.boxes(rule)]
    for axis, bands in families(ruleset, cells):
        around = cells.box(bands[0].others)
        if around is None:
            continue
        place = cells.axes.index(axis)
        covered = reduce(or_, (band.pieces for band in bands))
        for piece in range(1, len(axis.lasts) - 1):
            before, after = _at(bands, piece - 1), _at(bands, piece + 1)
            if covered >> piece & 1 or not before or not after or not _free(around, place, piece, boxes):
                continue
            at_threshold = _strict(before, axis.values[piece], "lt") and _strict(after, axis.values[piece], "gt")
            alike = (before[-1].actions & after[0].actions) - _KEPT_APART
            forgotten = bool(alike) and _width(axis, [piece]) == 1
            if at_threshold or forgotten or _left_out(bands, axis, before[-1], after[0]):
                yield finding(
                    "gap", "warning", ruleset, after[0].rule,
                    f"No rule is true where {told_name(axis.fact)} is {_told(axis, [piece], currency)}: "
                    f"{before[-1].rule.id} ends before it, {after[0].rule.id} begins after it.",
                    "Write le or ge on one side, or a rule for what lies between.",
                )  # fmt: skip
        known = len(axis.lasts)
        if len(axis.values) > known and covered == (1 << known) - 1 and _free(around, place, known, boxes):
            yield finding(
                "gap", "warning", ruleset, bands[-1].rule,
                f"Every {told_name(axis.fact)} has its rule, but where it is unknown none is true.",
                f"Add a rule with {{{axis.fact}: {{known: false}}}}, or one for everybody else.",
            )  # fmt: skip


def _free(around: Box, place: int, piece: int, boxes: list[Box]) -> bool:
    """Whether no rule is ever true in one piece of an axis, the others as ``around`` says."""
    here = (*around[:place], 1 << piece, *around[place + 1 :])
    return not any(both(here, box) for box in boxes)


def _at(bands: list[Band], piece: int) -> list[Band]:
    return [band for band in bands if band.pieces >> piece & 1]


def _strict(bands: list[Band], value: object, op: str) -> bool:
    return any(leaf.op == op and leaf.value == value for band in bands for leaf in band.own)


def _left_out(bands: list[Band], axis: Axis, before: Band, after: Band) -> bool:
    """Whether three or more bands, two of which touch, decide one matter and leave this one out."""
    if not before.actions & after.actions or len({band.rule.id for band in bands}) < 3:
        return False
    there = [{band.rule.id for band in _at(bands, piece)} for piece in range(len(axis.lasts))]
    return any(one and other and one != other for one, other in pairwise(there))


def overlaps(ruleset: Ruleset, cells: Cells, currency: str) -> Iterator[Finding]:
    """Bands that share some values, neither holding the other, though they decide the same matter differently."""
    for axis, bands in families(ruleset, cells):
        for one, other in combinations(bands, 2):
            shared = axis.pieces(one.pieces & other.pieces)
            apart = one.pieces & ~other.pieces and other.pieces & ~one.pieces
            if one.rule is other.rule or not apart or not one.actions & other.actions:
                continue
            if one.rule.then == other.rule.then or _width(axis, shared) <= 1:
                continue
            yield finding(
                "overlap", "warning", ruleset, other.rule,
                f"{one.rule.id} and this rule overlap: both are true where {told_name(axis.fact)} is "
                f"{_told(axis, shared, currency)}.",
                "Let one end where the other begins: lt on one side, ge on the other.",
            )  # fmt: skip


def _width(axis: Axis, pieces: list[int]) -> int:
    """How many values these pieces hold."""
    return sum(axis.lasts[i] - int(axis.values[i] or 0) + 1 for i in pieces)


def _told(axis: Axis, pieces: list[int], currency: str) -> str:
    """The values of a run of pieces in words."""
    first, last = int(axis.values[pieces[0]] or 0), axis.lasts[pieces[-1]]
    fact = FACTS[axis.fact]
    ends = [told(fact, value, currency) for value in dict.fromkeys((first, last))]
    return " to ".join(ends)


def later_is_worse(ruleset: Ruleset, cells: Cells) -> Iterator[Finding]:
    """Priorities that fall while people wait: the service level is met by those who came late, the others hang up."""
    if ruleset.point != "waiting":
        return
    for axis, bands in families(ruleset, cells):
        if axis.fact not in _LATE:
            continue
        levels = [(level, band) for band in bands if (level := level_of(band.rule)) is not None]
        placed = sorted(((_lowest(band.pieces), level, band) for level, band in levels), key=lambda each: each[0])
        for (since, level, band), (later, worse, other) in combinations(placed, 2):
            if since < later and worse > level:
                yield finding(
                    "hang-ups", "warning", ruleset, other.rule,
                    f"Who has waited longer goes to place {worse:g}, behind place {level:g} of {band.rule.id}: the "
                    "service level looks better, because those who missed it hang up.",
                    "Give longer waits the same place or a better one.",
                )  # fmt: skip


def _lowest(bits: int) -> int:
    """Place of the lowest bit."""
    return (bits & -bits).bit_length() - 1


def level_of(rule: Rule) -> float | None:
    """Place in the queue that a rule gives."""
    return next((float(deed.params["level"]) for deed in rule.then if deed.action == "set_priority"), None)


def least(leaves: Sequence[Leaf], fact: str) -> float | None:
    """The least value that a number has, in its kept unit; None where it is not bounded from below."""
    own = [int(leaf.value) for leaf in leaves if leaf.fact == fact and leaf.op in ("gt", "ge", "eq")]
    return number(FACTS[fact], max(own)) if own else None
