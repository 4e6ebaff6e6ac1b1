"""What a rule means, as a program that anyone can read: the two other deciders are held equal to this one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from cemsim.rules.form import Decision, Leaf, Ruleset

COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq, "ne": operator.ne,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip


def decide(ruleset: Ruleset, facts: Mapping[str, int | str], cooling: Collection[int] = ()) -> Decision:
    """Try the rules in their order; a fact that ``facts`` does not hold is unknown.

    ``cooling`` holds the places of rules that rest: such a rule does not fire, so under ``first`` the next one may.

    >>> from cemsim.rules.form import Rule
    >>> long = Rule("long_wait", "Nobody waits longer.", ((Leaf("wait", "gt", 500),),), ())
    >>> gold = Rule("gold", "Gold goes first.", ((Leaf("loyalty_tier", "eq", "gold"),),), ())
    >>> decide(Ruleset("queue", "waiting", (long, gold)), {"wait": 501, "loyalty_tier": "gold"})
    Decision(matched=(0, 1), fired=(0,), cooling=())
    >>> decide(Ruleset("queue", "waiting", (long, gold)), {"loyalty_tier": "gold"})
    Decision(matched=(1,), fired=(1,), cooling=())
    """
    matched = tuple(
        place
        for place, rule in enumerate(ruleset.rules)
        if any(all(true(leaf, facts) for leaf in leaves) for leaves in rule.alternatives)
    )
    ready = tuple(place for place in matched if place not in cooling)
    fired = ready if ruleset.hit == "all" else ready[:1]
    return Decision(matched, fired, tuple(place for place in matched if place in cooling))


def true(leaf: Leaf, facts: Mapping[str, int | str]) -> bool:
    """Whether one comparison holds; a comparison with an unknown fact never does."""
    if leaf.op == "unknown":
        return leaf.fact not in facts
    if leaf.op == "known":
        return leaf.fact in facts
    return leaf.fact in facts and COMPARE[leaf.op](facts[leaf.fact], leaf.value)
