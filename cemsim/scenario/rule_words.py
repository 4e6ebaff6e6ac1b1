"""What differs between the rules of two scenarios: which sets come and go, and which rules say another thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cemsim.base.language import say
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.schema.rules import Pack

_PARTS: Final = {
    "because": "reason", "salience": "place in the order", "when": "condition", "then": "actions", "cooldown": "rest",
}  # fmt: skip
_HEAD: Final = {
    "decide_on": "asked at", "stage": "stage", "hit": "rules that fire", "schedule": "deadline",
}  # fmt: skip


def differences(one: Recipe, other: Recipe) -> Iterator[tuple[str, str, str]]:
    """Path, whose, and what is different about it, for each ruleset and rule in which ``other`` differs."""
    before, after = ({pack.ruleset.name: pack for pack in recipe.rules} for recipe in (one, other))
    for name in dict.fromkeys((*before, *after)):
        whose = say("rules {name}", name=name)
        if name not in before:
            yield f"rules.{name}", whose, say("are new ({summary})", summary=_summary(after[name]))
        elif name not in after:
            yield f"rules.{name}", whose, say("are not there any more")
        else:
            yield from _inside(before[name], after[name], whose)
    order = [[name for name in side if name in before and name in after] for side in (before, after)]
    if order[0] != order[1]:
        yield "rules", say("rules"), say("stand in another order ({names})", names=say(", ").join(order[1]))


def _inside(one: Pack, other: Pack, whose: str) -> Iterator[tuple[str, str, str]]:
    path = f"rules.{one.ruleset.name}"
    for field, called in _HEAD.items():
        if one.words.get(field) != other.words.get(field):
            yield path, whose, say("say another {part}", part=say(called))
    old, new = ({str(rule["id"]): rule for rule in pack.words["rules"]} for pack in (one, other))
    for rule in dict.fromkeys((*old, *new)):
        owner = say("rule {rule} of {name}", rule=rule, name=one.ruleset.name)
        said = _rule(old.get(rule), new.get(rule))
        if said:
            yield f"{path}.{rule}", owner, said
    order = [[rule for rule in side if rule in old and rule in new] for side in (old, new)]
    if order[0] != order[1]:
        yield path, whose, say("stand in another order ({names})", names=say(", ").join(order[1]))


def _rule(old: Mapping[Any, Any] | None, new: Mapping[Any, Any] | None) -> str:
    """What happened to a rule; nothing where it says the same."""
    if new is None:
        return say("is not there any more")
    if old is None:
        return say("is new ({summary})", summary=str(new["because"]).rstrip("."))
    if _off(old) != _off(new):
        return say("is switched off") if _off(new) else say("is switched on")
    parts = [say(called) for field, called in _PARTS.items() if old.get(field) != new.get(field)]
    return say("says another {part}", part=say(", ").join(parts)) if parts else ""


def _off(rule: Mapping[Any, Any]) -> bool:
    return rule.get("enabled") in ("false", "False")


def _summary(pack: Pack) -> str:
    """Point and rules in a row."""
    names = say(", ").join(rule.id for rule in pack.ruleset.rules)
    return say("asked at {point}: {names}", point=pack.ruleset.point, names=names)
