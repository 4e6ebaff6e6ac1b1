"""Rules that cut one number into bands: where the bands leave a hole, overlap, or run the wrong way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from cemsim.rules.form import FLAG, Leaf, Rule, Ruleset
from cemsim.rules.lint_cells import Axis, Cells, Mask
from cemsim.rules.lint_form import Finding, finding
from cemsim.rules.values import told
from cemsim.rules.vocabulary import FACTS
from cemsim.rules.words import told_name

_LATE = ("wait", "wait_over_target")


@dataclass(frozen=True)
class Band:
    """What one alternative of a rule asks of one number, as pieces of its axis; ``others``: what else it asks."""

    rule: Rule
    others: frozenset[Leaf]
    own: tuple[Leaf, ...]
    mask: Mask

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
                if own and (mask := axis.where(own)).any():
                    found.setdefault(others, []).append(Band(rule, others, own, mask))
        yield from ((axis, bands) for bands in found.values() if len({band.rule.id for band in bands}) > 1)


def holes(ruleset: Ruleset, cells: Cells, currency: str) -> Iterator[Finding]:
    """Values between bands that no rule is true for: a threshold itself, a band left out, or unknown."""
    anywhere = np.any([cells.where(rule) for rule in ruleset.rules], axis=0)
    for axis, bands in families(ruleset, cells):
        place = next(i for i, other in enumerate(cells.axes) if other is axis)
        around = cells.inside(tuple(bands[0].others))

        def free(piece: int, here: Mask = around, place: int = place) -> bool:
            rows = here & (cells.index[:, place] == piece)
            return bool(rows.any() and not (rows & anywhere).any())

        covered = np.any([band.mask for band in bands], axis=0)
        for piece in range(1, len(axis.lasts) - 1):
            before, after = _at(bands, piece - 1), _at(bands, piece + 1)
            if covered[piece] or not before or not after or not free(piece):
                continue
            at_threshold = _strict(before, axis.values[piece], "lt") and _strict(after, axis.values[piece], "gt")
            if at_threshold or _left_out(bands, covered, axis, before[-1], after[0]):
                value = _told(axis, piece, currency)
                yield finding(
                    "gap", "warning", ruleset, after[0].rule,
                    f"No rule is true where {told_name(axis.fact)} is {value}: {before[-1].rule.id} ends before it, "
                    f"{after[0].rule.id} begins after it.",
                    "Write le or ge on one side, or a rule for what lies between.",
                )  # fmt: skip
        known = covered[: len(axis.lasts)]
        if len(axis.values) > len(axis.lasts) and known.all() and not covered[-1] and free(len(axis.values) - 1):
            yield finding(
                "gap", "warning", ruleset, bands[-1].rule,
                f"Every {told_name(axis.fact)} has its rule, but where it is unknown none is true.",
                f"Add a rule with {{{axis.fact}: {{known: false}}}}, or one for everybody else.",
            )  # fmt: skip


def _at(bands: list[Band], piece: int) -> list[Band]:
    return [band for band in bands if band.mask[piece]]


def _strict(bands: list[Band], value: object, op: str) -> bool:
    return any(leaf.op == op and leaf.value == value for band in bands for leaf in band.own)


def _left_out(bands: list[Band], covered: Mask, axis: Axis, before: Band, after: Band) -> bool:
    """Whether three or more bands, two of which touch, decide one matter and leave this one out."""
    if not before.actions & after.actions or len({band.rule.id for band in bands}) < 3:
        return False
    pieces = range(len(axis.lasts) - 1)
    return any(
        covered[i] and covered[i + 1] and {b.rule.id for b in _at(bands, i)} != {b.rule.id for b in _at(bands, i + 1)}
        for i in pieces
    )


def overlaps(ruleset: Ruleset, cells: Cells, currency: str) -> Iterator[Finding]:
    """Bands that share some values, neither holding the other, though they decide the same matter differently."""
    for axis, bands in families(ruleset, cells):
        for one, other in combinations(bands, 2):
            both = np.flatnonzero((one.mask & other.mask)[: len(axis.lasts)]).tolist()
            apart = (one.mask & ~other.mask).any() and (other.mask & ~one.mask).any()
            if one.rule is other.rule or not both or not apart or not one.actions & other.actions:
                continue
            if one.rule.then == other.rule.then or _width(axis, both) <= 1:
                continue
            yield finding(
                "overlap", "warning", ruleset, other.rule,
                f"{one.rule.id} and this rule overlap: both are true where {told_name(axis.fact)} is "
                f"{_told(axis, both[0], currency, both[-1])}.",
                "Let one end where the other begins: lt on one side, ge on the other.",
            )  # fmt: skip


def _width(axis: Axis, pieces: list[int]) -> int:
    """How many values these pieces hold."""
    return sum(axis.lasts[i] - int(axis.values[i] or 0) + 1 for i in pieces)


def _told(axis: Axis, low: int, currency: str, high: int | None = None) -> str:
    """The values of a run of pieces in words."""
    first, last = int(axis.values[low] or 0), axis.lasts[low if high is None else high]
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
        placed = sorted(((int(np.argmax(band.mask)), level, band) for level, band in levels), key=lambda p: p[0])
        for (since, level, band), (later, worse, other) in combinations(placed, 2):
            if since < later and worse > level:
                yield finding(
                    "hang-ups", "warning", ruleset, other.rule,
                    f"Who has waited longer goes to place {worse:g}, behind place {level:g} of {band.rule.id}: the "
                    "service level looks better, because those who missed it hang up.",
                    "Give longer waits the same place or a better one.",
                )  # fmt: skip


def level_of(rule: Rule) -> float | None:
    """Place in the queue that a rule gives."""
    return next((float(deed.params["level"]) for deed in rule.then if deed.action == "set_priority"), None)
