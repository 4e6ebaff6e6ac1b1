"""What a rule does: its actions, read from what is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from cemsim.base.near import listed, nearest
from cemsim.base.text import Text
from cemsim.base.units import UnitError
from cemsim.base.words import CHANNELS
from cemsim.rules.form import Deed
from cemsim.rules.marks import Fields, Findings, Wrong, shown, what
from cemsim.rules.vocabulary import ACTIONS, FACTS, POINTS, Action, Param, Point


@dataclass
class Deeds:
    """Reads the actions of one ruleset."""

    findings: Findings
    point: Point
    currency: str

    def read(self, value: Any, at: Any, path: str) -> tuple[Deed, ...]:
        """The actions of a rule in their order.

        Errors: Wrong, with the reasons among the findings.
        """
        items = self.findings.items(value, at, path, "Write then: [{action: {parameter: value}}].")
        found = [self._one(item, at, f"{path}.{i}") for i, item in enumerate(items, 1)]
        right = tuple(deed for deed in found if deed is not None)
        if len(right) < len(found):
            raise Wrong
        return right

    def _one(self, value: Any, at: Any, path: str) -> Deed | None:
        try:
            block = self.findings.block(value, at, path, "Write {action: {parameter: value}}, or {action: {}}.")
            if len(block) != 1:
                self.findings.stop(
                    value or at,
                    path,
                    f"One action is needed here, and there are {len(block)}.",
                    "Write a list: [{...}, {...}].",
                )
            name, params = next(iter(block.items()))
            return self._deed(name, params, f"{path}.{shown(name)}")
        except Wrong:
            return None

    def _deed(self, name: Text, params: Any, path: str) -> Deed:
        action = self._action(name, path)
        block = (
            {}
            if params is None
            else self.findings.block(
                params, name, path, f"Parameters are: {listed(action.params)}. Write {{{name}: {{...}}}}."
            )
        )
        before = len(self.findings.problems)
        needed = {
            field: f"Write {{{name}: {{{field}: ...}}}}: {param.meaning}."
            for field, param in action.params.items()
            if param.required
        }
        fields = Fields(self.findings, block, path, tuple(action.params), needed)
        read: dict[str, float | str] = {}
        for field, param in action.params.items():
            found = fields.get(field, partial(self._param, param))
            if found is not None:
                read[field] = found
            elif field not in block and param.kind == "number":
                read[field] = param.default
        choices = [f for f, param in action.params.items() if not param.required and param.kind in ("team", "channel")]
        if len(choices) > 1 and sum(field in block for field in choices) != 1:
            self.findings.add(name, path, f"{name} takes one of {' and '.join(choices)}.", "Write one of them.")
        if len(self.findings.problems) > before:
            raise Wrong
        return Deed(str(name), read, name.line)

    def _action(self, name: Text, path: str) -> Action:
        if name in self.point.actions:
            return ACTIONS[name]
        if name in ACTIONS:
            where = [point.name for point in POINTS.values() if name in point.actions]
            self.findings.stop(
                name,
                path,
                f"{name} cannot be done at {self.point.name}.",
                f"It can at: {listed(where)}. Here: {listed(self.point.actions, 20)}.",
            )
        self.findings.stop(
            name,
            path,
            f'There is no action "{shown(name)}".',
            f"Actions here are: {listed(self.point.actions, 20)}.{nearest(name, ACTIONS)}",
        )

    def _param(self, param: Param, value: Any, at: Text, path: str) -> float | str:
        if param.kind == "channel":
            return self.findings.one_of(value, at, path, CHANNELS, "channel")
        if param.kind == "word":
            return self.findings.one_of(value, at, path, param.values, str(at))
        if param.kind in ("team", "name"):
            word = self.findings.name(value, at, path, f"Write {param.meaning}.")
            if param.kind == "name" and word in (*FACTS, "all", "any", "not", "on", "On", "ON"):
                self.findings.stop(value, path, f'"{word}" means something else already.', "Use another name.")
            return word
        word = self.findings.word(value, at, path, f"Write a number such as {param.unit.examples[0]}.")
        try:
            number = param.unit.read(word, self.currency)
        except UnitError as error:                   # no parameter goes below 0, so none is proposed
            self.findings.stop(word, path, error.message, re.sub(r" -(?=\d)", " ", error.cure))
        if not param.low <= number <= param.high:
            low, high = (param.unit.write(x, self.currency) for x in (param.low, param.high))
            self.findings.stop(word, path, f"{what(word)} is out of range.", f"It goes from {low} to {high}.")
        return number
