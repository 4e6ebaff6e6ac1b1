"""What rules and the rest of a scenario must agree on: names, flags, and calls that somebody has to make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cemsim.base.errors import Problem
from cemsim.base.near import listed, nearest
from cemsim.base.text import Text
from cemsim.rules.form import FLAG, Deed, Rule, Ruleset
from cemsim.rules.vocabulary import ACTIONS, FACTS, POINTS
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.schema.rules import Pack

#: Names and values in all rules of a scenario: results keep them in one file, which has to be read again.
MOST_VALUES: Final = 12_000
_ONE: Final = {"segments": "segment", "journeys": "journey", "teams": "team"}


def cross(recipe: Recipe) -> list[Problem]:
    """Everything in a scenario's rules that the rest of it does not have, and flags that nobody raises in time."""
    return [*names(recipe), *flags(recipe)]


def names(recipe: Recipe) -> list[Problem]:
    """Segments, journeys, teams and channels that rules name and that are not there; rulesets of one name."""
    found: list[Problem] = []
    if (size := sum(_values(pack.words) for pack in recipe.rules)) > MOST_VALUES:
        message = f"The rules of this scenario hold {size:,} values; all in one file, there may be {MOST_VALUES:,}."
        found.append(_at(recipe.rules[-1], None, message, "Leave rule files out."))
    for number, pack in enumerate(recipe.rules):
        for earlier in recipe.rules[:number]:
            if earlier.ruleset.name == pack.ruleset.name:
                where = f"{earlier.ruleset.file}:{earlier.ruleset.line}"
                found.append(_at(pack, None, f'Two rulesets are called "{pack.ruleset.name}" (also {where}).',
                                 "Give each a name of its own."))  # fmt: skip
        for rule in pack.ruleset.rules:
            found += _names(recipe, pack, rule)
            found += _deeds(recipe, pack, rule)
    return found


def flags(recipe: Recipe) -> list[Problem]:
    """Flags that are asked though no ruleset of a lower stage raises them at the same point."""
    return [
        problem for pack in recipe.rules for rule in pack.ruleset.rules
        for problem in _flags(recipe.rulesets, pack, rule)
    ]  # fmt: skip


def _names(recipe: Recipe, pack: Pack, rule: Rule) -> Iterator[Problem]:
    """Segments, journeys and teams that a condition names."""
    asked = {
        (leaf.fact, leaf.value): None
        for leaves in rule.alternatives for leaf in leaves
        if leaf.op in ("eq", "ne") and leaf.fact in FACTS and FACTS[leaf.fact].of
    }  # fmt: skip
    for fact, name in asked:
        kind = FACTS[fact].of
        known = getattr(recipe, kind)
        if name not in known:
            yield _unknown(pack, rule, _ONE[kind], str(name), list(known), "when")


def _deeds(recipe: Recipe, pack: Pack, rule: Rule) -> Iterator[Problem]:
    """Teams, channels and calls that an action needs."""
    for deed in rule.then:
        for name, param in ACTIONS[deed.action].params.items():
            value = deed.params.get(name)
            if value is None or value == "":
                continue
            if param.kind == "team" and value not in recipe.teams:
                yield _unknown(pack, rule, "team", str(value), list(recipe.teams), "then")
            elif param.kind == "team" and deed.action == "schedule_call" and value not in callers(recipe):
                yield _at(pack, rule, f"No journey starts by a rule at the team {value}, so nobody makes the call.",
                          "Add a journey with starts: rule and a step of that team.", deed=deed)  # fmt: skip
            elif deed.action == "route_to" and param.kind == "channel" and value not in _channels(recipe):
                yield _at(pack, rule, f"No journey has a step with the channel {value}.",
                          f"Channels of steps are: {listed(_channels(recipe))}.", deed=deed)  # fmt: skip


def _flags(rulesets: tuple[Ruleset, ...], pack: Pack, rule: Rule) -> Iterator[Problem]:
    """Flags that no ruleset of a lower stage raises at the same point."""
    here = pack.ruleset
    asked = dict.fromkeys(
        leaf.fact.removeprefix(FLAG) for leaves in rule.alternatives for leaf in leaves if leaf.fact.startswith(FLAG)
    )
    for flag in asked:
        raisers = [other for other in rulesets if flag in _raised(other)]
        if any(other.point == here.point and other.stage < here.stage for other in raisers):
            continue
        message = f'No rule raises the flag "{flag}" before stage {here.stage} of {here.point}.'
        if raisers:
            other = raisers[0]
            cure = f"It is raised by {other.name}, in stage {other.stage} of {other.point}."
            if other.point == here.point:
                cure += f" Give this ruleset stage: {other.stage + 1}."
        else:
            known = sorted({name for each in rulesets for name in _raised(each)})
            cure = f"Flags raised are: {listed(known)}.{nearest(flag, [*known, *POINTS[here.point].facts])}"
        yield _at(pack, rule, message, cure, flag)


def _raised(ruleset: Ruleset) -> set[str]:
    return {str(deed.params["flag"]) for rule in ruleset.rules for deed in rule.then if deed.action == "derive"}


def callers(recipe: Recipe) -> list[str]:
    """Teams that make the calls of rules."""
    return list(dict.fromkeys(
        step.team
        for journey in recipe.journeys.values() if journey.starts == "rule"
        for step in journey.steps.values() if step.team is not None and not step.skip
    ))  # fmt: skip


def _channels(recipe: Recipe) -> list[str]:
    return list(dict.fromkeys(
        step.channel for journey in recipe.journeys.values() for step in journey.steps.values() if not step.skip
    ))  # fmt: skip


def _values(words: Any) -> int:
    """Names and values in a block of words."""
    if isinstance(words, Mapping):
        return 1 + sum(1 + _values(inner) for inner in words.values())
    return 1 + (sum(_values(inner) for inner in words) if isinstance(words, list) else 0)


def _unknown(pack: Pack, rule: Rule, kind: str, name: str, known: list[str], part: str) -> Problem:
    cure = f"{kind.capitalize()}s are: {listed(known)}.{nearest(name, known) or _brought(kind, name)}"
    return _at(pack, rule, f'There is no {kind} "{name}" in this scenario.', cure, name, part)


def _brought(kind: str, name: str) -> str:
    """How a patch brings what a rule of it needs."""
    return f" A patch brings a new {kind} by {kind}s.{name}: {{new: {{...}}}}." if kind in ("team", "journey") else ""


def _at(
    pack: Pack, rule: Rule | None, message: str, cure: str, word: str = "", part: str = "when", deed: Deed | None = None
) -> Problem:
    """A problem at a word of a rule, at an action of it, or at the rule."""
    if rule is None:
        return Problem(pack.ruleset.file, pack.ruleset.line, pack.ruleset.name, message, cure)
    line = rule.line if deed is None or not deed.line else deed.line
    words: Mapping[Any, Any] = next((each for each in pack.words["rules"] if each.get("id") == rule.id), {})
    mark = _mark(words.get(part), word) if word else None
    path = f"{pack.ruleset.name}.{rule.id}"
    return Problem(rule.file or pack.ruleset.file, mark.line if mark is not None else line, path, message, cure)


def _mark(value: Any, word: str) -> Text | None:
    """Where a word stands in a block of words."""
    if isinstance(value, Text):
        return value if value == word else None
    inside: list[Any] = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    return next((found for each in inside or () if (found := _mark(each, word)) is not None), None)
