"""Conditions: read from what is written, and expanded to alternatives of plain comparisons.

``not`` is pushed down to the comparisons; since a comparison with an unknown fact is false also when turned round,
nothing but the comparisons themselves has to say what unknown means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cemsim.base.near import listed, nearest
from cemsim.base.text import Text
from cemsim.base.units import UnitError
from cemsim.rules.form import FLAG, MOST_ALTERNATIVES, MOST_DEPTH, Leaf, Op
from cemsim.rules.marks import FALSE, TRUE, Findings, Wrong, is_name, shown
from cemsim.rules.values import read_value
from cemsim.rules.vocabulary import FACTS, POINTS, Fact, Point

Alternatives = tuple[tuple[Leaf, ...], ...]
NUMBER_TESTS: Final = ("eq", "ne", "lt", "le", "gt", "ge", "between", "known")
WORD_TESTS: Final = ("eq", "ne", "in", "not_in", "known")
TURNED: Final[Mapping[Op, Op]] = {
    "eq": "ne",
    "ne": "eq",
    "lt": "ge",
    "ge": "lt",
    "le": "gt",
    "gt": "le",
    "known": "unknown",
    "unknown": "known",
}
JOINTS: Final = ("all", "any", "not")
#: Words of other languages of rules, and words that other readers of YAML take for true and false.
MEANT: Final = {"and": "all", "or": "any"}
MEANT_FLAGS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
#: Signs that people write where a test is a word.
SIGNS: Final[Mapping[str, Op]] = {
    "=": "eq", "==": "eq", "!=": "ne", "<>": "ne", "<": "lt", "<=": "le", "≤": "le", ">": "gt", ">=": "ge", "≥": "ge",
}  # fmt: skip
_SIGNED: Final = re.compile(r"([=<>!≤≥]+)\s*(.*)", re.DOTALL)


class TooMany(Exception):
    """More alternatives than a file may have."""


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any_:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold, of what is known."""

    part: Condition


Condition = All | Any_ | Not | Leaf


def expand(condition: Condition, turned: bool = False) -> Alternatives:
    """Alternatives of which one must hold, each a row of comparisons that all must hold.

    Errors: TooMany, as soon as there are more than a file may have.

    >>> gold, late = Leaf("loyalty_tier", "eq", "gold"), Leaf("wait", "gt", 500)
    >>> expand(Not(All((gold, late))))
    ((Leaf(fact='loyalty_tier', op='ne', value='gold'),), (Leaf(fact='wait', op='le', value=500),))
    """
    if isinstance(condition, Leaf):
        return ((Leaf(condition.fact, TURNED[condition.op], condition.value) if turned else condition,),)
    if isinstance(condition, Not):
        return expand(condition.part, not turned)
    rows: dict[tuple[Leaf, ...], None] = {}
    if isinstance(condition, All) == turned:
        for part in condition.parts:
            rows.update(dict.fromkeys(expand(part, turned)))
            _few(rows)
        return tuple(rows)
    rows = {(): None}
    for part in condition.parts:
        more = expand(part, turned)
        joined = (tuple(dict.fromkeys((*row, *other))) for row in rows for other in more)
        rows = {}
        for row in joined:
            rows[row] = None
            _few(rows)
    return tuple(rows)


def _few(rows: Collection[object]) -> None:
    if len(rows) > MOST_ALTERNATIVES:
        raise TooMany


@dataclass
class Conditions:
    """Reads the conditions of one ruleset; ``own`` are the flags that its rules raise."""

    findings: Findings
    point: Point
    stage: int
    own: frozenset[str]
    currency: str

    def read(self, value: Any, at: Any, path: str, depth: int = 0) -> Condition:
        """A condition as written.

        Errors: Wrong, with the reasons among the findings.
        """
        block = self.findings.block(value, at, path, "Write {fact: value}, {all: [...]}, {any: [...]} or {not: {...}}.")
        if not block:
            self.findings.stop(at, path, "This condition is empty.", "Write {fact: value}.")
        if len(block) > 1:
            self.findings.stop(
                value,
                path,
                f"A condition asks one thing, and this block asks {len(block)}: "
                f"{listed([shown(name) for name in block])}.",
                "Write {all: [{...}, {...}]}, or {any: [{...}, {...}]}.",
            )
        name, inner = next(iter(block.items()))
        here = f"{path}.{shown(name)}"
        if name not in JOINTS:
            return self._leaves(name, inner, here)
        if depth == MOST_DEPTH:
            self.findings.stop(
                name,
                here,
                f"Conditions are nested more than {MOST_DEPTH} deep.",
                "Split the rule, or derive a flag in an earlier stage.",
            )
        if name == "not":
            if isinstance(inner, list):
                cure = "Write {not: {any: [...]}}: none of them holds; or {not: {all: [...]}}: not all of them do."
                self.findings.stop(inner or name, here, "A list stands where a block is needed.", cure)
            return Not(self.read(inner, name, here, depth + 1))
        parts = self.findings.items(inner, name, here, f"Write {{{name}: [{{fact: value}}, ...]}}.")
        found = [self._part(part, name, f"{here}.{i}", depth) for i, part in enumerate(parts, 1)]
        right = tuple(part for part in found if part is not None)
        if len(right) < len(found):
            raise Wrong
        return All(right) if name == "all" else Any_(right)

    def _part(self, value: Any, at: Any, path: str, depth: int) -> Condition | None:
        """One part of several: what is wrong in it does not keep the others from being read."""
        try:
            return self.read(value, at, path, depth + 1)
        except Wrong:
            return None

    def _leaves(self, name: Text, value: Any, path: str) -> Condition:
        fact = self._fact(name, value, path)
        if isinstance(value, list):
            if fact.kind == "number":
                self.findings.stop(
                    name,
                    path,
                    f"{fact.name} is a number, and a list is for labels.",
                    "Write {between: [low, high]}, or {any: [...]}.",
                )
            return self._within(fact, "in", value, name, path)
        tests = NUMBER_TESTS if fact.kind == "number" else WORD_TESTS
        if not isinstance(value, dict):
            signed = _SIGNED.fullmatch(value) if isinstance(value, Text) else None
            if signed and SIGNS.get(signed[1]) in tests:
                cure = f"Write {name}: {{{SIGNS[signed[1]]}: {shown(signed[2])}}}. Tests are: {listed(tests)}."
                self.findings.stop(value, path, f'"{shown(value)}" is a test, and tests are written in words.', cure)
            return Leaf(fact.name, "eq", self._value(fact, value, name, path))
        if not value:
            self.findings.stop(name, path, "There is no test.", f"Tests of {fact.name} are: {listed(tests)}.")
        parts, right = [], True
        for test, operand in value.items():
            try:
                if test not in tests:
                    message = f'There is no test "{shown(test)}" of {fact.name}.'
                    self.findings.stop(
                        test,
                        f"{path}.{shown(test)}",
                        message,
                        f"Tests of a {fact.kind} are: {listed(tests)}.{nearest(test, tests)}",
                    )
                parts.append(self._test(fact, test, operand, f"{path}.{test}"))
            except Wrong:
                right = False
        if not right:
            raise Wrong
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _test(self, fact: Fact, test: Text, operand: Any, path: str) -> Condition:
        if test == "known":
            return Leaf(fact.name, "known" if self.findings.flag(operand, test, path) else "unknown")
        if test in ("in", "not_in"):
            return self._within(fact, test, operand, test, path)
        if test == "between":
            cure = "Write {between: [low, high]}; both ends belong to it."
            ends = self.findings.items(operand, test, path, cure)
            if len(ends) != 2:
                self.findings.stop(operand, path, f"Two ends are needed, and here are {len(ends)}.", cure)
            low, high = (self._value(fact, end, test, path) for end in ends)
            if isinstance(low, int) and isinstance(high, int) and low > high:
                self.findings.stop(operand, path, "The first end is above the second.", cure)
            return All((Leaf(fact.name, "ge", low), Leaf(fact.name, "le", high)))
        op: Op = test  # type: ignore[assignment]  # one of the tests that are comparisons
        value = self._value(fact, operand, test, path)
        if fact.kind == "flag":  # not true is false: one way to say it, since no third value is known
            return Leaf(fact.name, "eq", value if op == "eq" else 1 - int(value))
        return Leaf(fact.name, op, value)

    def _within(self, fact: Fact, test: str, value: Any, at: Any, path: str) -> Condition:
        """One of several words, or none of them; of a closed list, also said by the words left out."""
        words = self.findings.items(value, at, path, "Write a list of words.")
        picked = tuple(dict.fromkeys(self._value(fact, word, at, path) for word in words))
        if test == "not_in":
            return All(tuple(Leaf(fact.name, "ne", value) for value in picked))
        closed: tuple[int | str, ...] = (0, 1) if fact.kind == "flag" else fact.values
        left_out = tuple(Leaf(fact.name, "ne", value) for value in closed if value not in picked)
        if len(picked) > 1 and left_out:  # one row of comparisons in place of several alternatives
            return All(left_out)
        return Any_(tuple(Leaf(fact.name, "eq", value) for value in picked))

    def _value(self, fact: Fact, value: Any, at: Any, path: str) -> int | str:
        word = self.findings.word(value, at, path, f"Write {example(fact)}.")
        try:
            return read_value(fact, word, self.currency)
        except UnitError as error:
            self.findings.stop(word, path, error.message, error.cure)

    def _fact(self, name: Text, value: Any, path: str) -> Fact:
        """The fact of a name, if the point offers it; a flag of an earlier stage is one too."""
        if name in ("on", "On", "ON"):
            self.findings.stop(
                name,
                path,
                "Nothing is ever called on: many readers of YAML take it for true.",
                f"Facts here are: {listed(self.point.facts)}.",
            )
        if name in self.own:
            self.findings.stop(
                name,
                path,
                f"{name} is a flag that this same file derives, and a stage cannot read its own flag.",
                "Read it in a file of a later stage.",
            )
        if name in self.point.facts:
            return FACTS[name]
        if name in FACTS:
            where = [point.name for point in POINTS.values() if name in point.facts]
            self.findings.stop(
                name,
                path,
                f"{name} is not known at {self.point.name}.",
                f"It is known at: {listed(where)}. Known here: {listed(self.point.facts, 40)}.",
            )
        if name in MEANT:
            cure = f"Write {{{MEANT[name]}: [{{...}}, {{...}}]}}. Conditions are joined by {', '.join(JOINTS)}."
            self.findings.stop(name, path, f'There is no fact "{name}".', cure)
        if self.stage > 0 and isinstance(value, Text) and (meant := MEANT_FLAGS.get(value.lower())):
            cure = f"Write {{{shown(name)}: {meant}}}."
            self.findings.stop(value, path, f'"{value}" is neither true nor false.', cure)
        if self.stage > 0 and is_name(name) and _asks_a_flag(value):
            return Fact(FLAG + name, "flag", "derived in an earlier stage")
        cure = f"Facts here are: {listed(self.point.facts, 40)}.{nearest(name, FACTS)}"
        if self.stage == 0 and is_name(name) and _asks_a_flag(value):
            cure += "   A flag that another file derives is read in a later stage: write stage: 1 or higher."
        self.findings.stop(name, path, f'There is no fact "{shown(name)}".', cure)


def _asks_a_flag(value: Any) -> bool:
    words = value.values() if isinstance(value, dict) else [value]
    return all(isinstance(word, Text) and word in (*TRUE, *FALSE) for word in words)


def example(fact: Fact) -> str:
    """What may be written for a fact."""
    if fact.kind == "flag":
        return "true or false"
    if fact.kind == "label":
        return f"one of {listed(fact.values)}" if fact.values else f"one of the scenario's {fact.of}"
    return f"a number such as {fact.unit.examples[0].replace('{money}', 'USD')}"
