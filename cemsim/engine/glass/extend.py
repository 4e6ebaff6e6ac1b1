"""Trying something new in the glass engine first: a fact, an action, a behaviour, registered from outside.

The fast engine knows nothing of it and refuses rules that use it; what proves its worth is then written into
`engine.facts` or `engine.ruling`, which both engines share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cemsim.rules.vocabulary import POINTS, Action, Fact, register_action, register_fact

if TYPE_CHECKING:
    from cemsim.engine.glass.customer import Customer
    from cemsim.engine.glass.world import GlassWorld

#: Reads a fact of a customer (or of a team) in whole steps; None where it is not known.
Reader = Callable[["GlassWorld", int], int | None]
#: Does an action for a customer (or a team), given the parameters of the rule.
Doer = Callable[["GlassWorld", int, Mapping[str, float | str]], None]

READERS: dict[str, Reader] = {}
DOERS: dict[str, Doer] = {}
BEHAVIOURS: dict[str, Callable[[Customer], None]] = {}


def new_fact(fact: Fact, points: Sequence[str], read: Reader) -> None:
    """Let rules ask something new at some points. Errors: ValueError where the name is taken."""
    register_fact(fact)
    READERS[fact.name] = read
    for point in points:
        POINTS[point] = replace(POINTS[point], facts=(*POINTS[point].facts, fact.name))


def new_action(action: Action, points: Sequence[str], do: Doer) -> None:
    """Let rules do something new at some points. Errors: ValueError where the name is taken."""
    register_action(action)
    DOERS[action.name] = do
    for point in points:
        POINTS[point] = replace(POINTS[point], actions=(*POINTS[point].actions, action.name))


def new_behaviour(name: str, act: Callable[[Customer], None]) -> None:
    """Let every customer do something at each month end, before anything else does."""
    if name in BEHAVIOURS:
        raise ValueError(f"{name} is declared already")
    BEHAVIOURS[name] = act
