"""Why a rule does not match, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from cemsim.rules.form import FLAG, Leaf, Rule
from cemsim.rules.interpret import true
from cemsim.rules.words import join, told_leaves, told_name

#: More ways to match than that are not told one by one.
WAYS: Final = 3


def missed(rule: Rule, values: Mapping[str, int | str], currency: str = "USD") -> str:
    """The comparisons of a rule that fail; empty where it matches.

    ``values`` are facts in kept units. Of a rule that may match in several ways: what all of them lack, and where that
    is not all, what each lacks beside.

    >>> either_way = Rule("r", "...", tuple((Leaf("intent", "eq", "order"), leaf) for leaf in (
    ...     Leaf("attempts", "ge", 1), Leaf("failures_30d", "ge", 2))), ())
    >>> missed(either_way, {"intent": "order", "attempts": 0, "failures_30d": 0})
    'attempts is at least 1 or failures in 30 days is at least 2'
    """
    failing = [[leaf for leaf in leaves if not true(leaf, values)] for leaves in rule.alternatives]
    if not all(failing):
        return ""
    always = [leaf for leaf in min(failing, key=len, default=[]) if all(leaf in leaves for leaves in failing)]
    asks = _asks(always, currency)
    ways = list(dict.fromkeys(
        join(_asks([leaf for leaf in leaves if leaf not in always], currency)) for leaves in failing))  # fmt: skip
    if len(ways) > WAYS:
        return join([*asks, f"one of {len(ways)} other things holds" if asks else f"one of {len(ways)} things holds"])
    if len(ways) < 2 or "" in ways:
        return join(asks or ways)
    return f"{join(asks)}, and that {' or '.join(ways)}" if asks else " or ".join(ways)


def _asks(leaves: Collection[Leaf], currency: str) -> list[str]:
    """Comparisons in words, flags first."""
    flags = [
        f"{told_name(leaf.fact)} is {raised((leaf.op == 'eq') == bool(leaf.value))}"
        for leaf in leaves if leaf.fact.startswith(FLAG)
    ]
    return [*flags, *told_leaves([leaf for leaf in leaves if not leaf.fact.startswith(FLAG)], currency)]


def raised(flag: bool) -> str:
    """Whether a flag is raised, in words."""
    return "raised" if flag else "not raised"
