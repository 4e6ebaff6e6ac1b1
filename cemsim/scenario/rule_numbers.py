"""The numbers that rules name: thresholds, amounts and times, for the register of assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cemsim.base.text import Text
from cemsim.base.units import MINUTES, Unit
from cemsim.rules.vocabulary import ACTIONS, FACTS
from cemsim.scenario.schema.recipe import Assumption, Recipe

_JOINS = ("all", "any", "not")
Found = tuple[str, Unit, Text]


def numbers(recipe: Recipe) -> Iterator[Assumption]:
    """Every number in the rules in force, as written; whoever writes rules decides it, so it is a lever.

    Paths name the ruleset, the rule and the place in it; what one rule names twice in the same way is numbered.
    """
    seen: dict[str, int] = {}
    for pack in recipe.rules:
        active = {rule.id: rule for rule in pack.ruleset.rules}
        told = list(_schedule(pack.words, "schedule")) if active else []
        reasons = {"": ""}
        for words in pack.words["rules"]:
            if (rule := active.get(str(words["id"]))) is not None:
                inside = [*_when(words["when"], "when"), *_then(words["then"]), *_rest(words.get("cooldown"))]
                told += [(f"{rule.id}.{path}", unit, text) for path, unit, text in inside]
                reasons[rule.id] = rule.because
        for path, unit, text in told:
            whole = f"rules.{pack.ruleset.name}.{path}"
            seen[whole] = seen.get(whole, 0) + 1
            name = whole if seen[whole] == 1 else f"{whole}.{seen[whole]}"
            kept = unit.label or unit.word.replace("{money}", recipe.currency).replace("%", "fraction")
            yield Assumption(
                name, unit.read(text, recipe.currency), kept, str(text), reasons.get(path.partition(".")[0], ""), None,
                "lever", text.file, text.line, "",
            )  # fmt: skip


def _when(value: Any, path: str) -> Iterator[Found]:
    """Numbers of a condition, however deep."""
    for each in value if isinstance(value, list) else [value]:
        for name, inside in each.items() if isinstance(each, Mapping) else ():
            if name in _JOINS:
                yield from _when(inside, path)
            elif name in FACTS and FACTS[name].kind == "number":
                yield from _tests(inside, f"{path}.{name}", FACTS[name].unit)


def _tests(value: Any, path: str, unit: Unit) -> Iterator[Found]:
    """Numbers that a fact is compared with."""
    if isinstance(value, Mapping):
        for test, inside in value.items():
            if test != "known":
                yield from _tests(inside, f"{path}.{test}", unit)
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Text):
            yield path, unit, each


def _then(deeds: list[Mapping[Any, Any]]) -> Iterator[Found]:
    for deed in deeds:
        for action, params in deed.items():
            for name, value in params.items():
                param = ACTIONS[action].params[name]
                if param.kind == "number":
                    yield f"then.{action}.{name}", param.unit, value


def _rest(cooldown: Mapping[Any, Any] | None) -> Iterator[Found]:
    if cooldown:
        yield "cooldown.time", MINUTES, cooldown["time"]


def _schedule(words: Mapping[Any, Any], name: str) -> Iterator[Found]:
    if words.get(name):
        yield f"{name}.after", MINUTES, words[name]["after"]
