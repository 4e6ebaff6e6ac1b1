"""Trying something new in the glass engine first: a fact, an action, a scheme, a behaviour, registered from outside.

The fast engine knows nothing of it and refuses what would use it; what proves its worth is then written into
`engine.facts` or `engine.ruling`, which both engines share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cemsim.base.errors import CemsimError
from cemsim.plan.rulebook import beyond
from cemsim.rules.vocabulary import POINTS, Action, Fact, register_action, register_fact
from cemsim.scenario.schema.recipe import Scenario

if TYPE_CHECKING:
    from cemsim.engine.glass.customer import Customer
    from cemsim.engine.glass.world import GlassWorld

#: Reads a fact of a customer (or, at team_hour, of a team) as a whole number of its steps (of 0.1 where a fact has one
#: decimal, of a minute where its unit is time); None where it is not known.
Reader = Callable[["GlassWorld", int], int | None]
#: Does an action for a customer (or a team), given the parameters of the rule.
Doer = Callable[["GlassWorld", int, Mapping[str, float | str]], None]

READERS: dict[str, Reader] = {}
DOERS: dict[str, Doer] = {}
#: Share of a month's spend that a scheme gives back to a customer, given that spend (of what the group spends a month)
#: and the number of purchases; felt as a lower price a month later.
Gives = Callable[["Customer", float, int], float]
BEHAVIOURS: dict[str, Callable[[Customer], None]] = {}
SCHEMES: dict[str, Gives] = {}


def new_fact(fact: Fact, points: Sequence[str], read: Reader) -> None:
    """Let rules ask something new at some points. Errors: ValueError where the name is taken, or no such point is."""
    _known(points)
    register_fact(fact)
    READERS[fact.name] = read
    for point in points:
        POINTS[point] = replace(POINTS[point], facts=(*POINTS[point].facts, fact.name))


def new_action(action: Action, points: Sequence[str], do: Doer) -> None:
    """Let rules do something new at some points. Errors: ValueError where the name is taken, or no such point is."""
    _known(points)
    register_action(action)
    DOERS[action.name] = do
    for point in points:
        POINTS[point] = replace(POINTS[point], actions=(*POINTS[point].actions, action.name))


def new_behaviour(name: str, act: Callable[[Customer], None]) -> None:
    """Let every customer do something at each month end, before anything else does."""
    _fresh(name)
    BEHAVIOURS[name] = act


def new_scheme(name: str, gives: Gives) -> None:
    """Let the firm reward purchases in a way of its own, beside the schemes that scenarios describe."""
    _fresh(name)
    SCHEMES[name] = gives


def refuse(scenario: Scenario) -> None:
    """Refuse to live a scenario fast, wholly or in part, that only this engine knows: CemsimError names what."""
    if own := (*beyond(scenario.rulesets), *BEHAVIOURS, *SCHEMES):
        raise CemsimError(
            f"{scenario.path}: {', '.join(own)} is known to the glass engine only; live it there "
            "(docs/how-to/try_something_new.md)."
        )


def _known(points: Sequence[str]) -> None:
    for point in points:
        if point not in POINTS:
            raise ValueError(f"there is no point {point}; write one of {', '.join(POINTS)}")


def _fresh(name: str) -> None:
    if name in BEHAVIOURS or name in SCHEMES:
        raise ValueError(f"{name} is declared already")
