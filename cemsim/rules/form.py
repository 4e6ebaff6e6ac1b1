"""A rule as data: the small representation that every decider obeys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Op = Literal["eq", "ne", "lt", "le", "gt", "ge", "known", "unknown"]
MOST_RULES: Final = 48
MOST_ALTERNATIVES: Final = 60
MOST_DEPTH: Final = 4
MOST_STAGES: Final = 10
FLAG: Final = "flag:"
"""What a derived flag's name begins with where it stands among facts."""


@dataclass(frozen=True)
class Leaf:
    """One comparison: a number is a whole count of the fact's steps, a flag 0 or 1, a label a word."""

    fact: str
    op: Op
    value: int | str = 0


@dataclass(frozen=True)
class Deed:
    """One action of a rule with its parameters: numbers in kept units, words as written."""

    action: str
    params: Mapping[str, float | str]
    line: int = 0

    @property
    def taker(self) -> str | None:
        """The team to which it passes a contact of another team's, if it does."""
        found = self.params.get({"route_to": "team", "escalate": "to"}.get(self.action, ""))
        return None if found is None else str(found)


@dataclass(frozen=True)
class Cooldown:
    """How long a rule rests after it fired: for a customer, a case, a team, or everybody; minutes."""

    per: Literal["customer", "case", "team", "all"]
    time: float


@dataclass(frozen=True)
class Rule:
    """One rule: it matches when all leaves of one of its ``alternatives`` are true."""

    id: str
    because: str
    alternatives: tuple[tuple[Leaf, ...], ...]
    then: tuple[Deed, ...]
    salience: int = 0
    cooldown: Cooldown | None = None
    enabled: bool = True
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Schedule:
    """A deadline: asked ``after`` minutes after an event, unless one of ``cancel_on`` comes first."""

    start: str
    after: float
    cancel_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ruleset:
    """Rules decided together at one point; ``rules`` stand in the order in which they are tried.

    That is: salience downwards, then place in the file; disabled rules are left out.
    """

    name: str
    point: str
    rules: tuple[Rule, ...]
    hit: Literal["first", "all"] = "first"
    stage: int = 0
    schedule: Schedule | None = None
    file: str = ""
    line: int = 0

    @property
    def facts(self) -> tuple[str, ...]:
        """Facts that its rules ask, in order of first mention; derived flags begin with ``flag:``."""
        found = dict.fromkeys(
            leaf.fact for rule in self.rules for leaves in rule.alternatives for leaf in leaves
        )
        return tuple(found)


@dataclass(frozen=True)
class Decision:
    """What was decided: places of the rules that matched, fired, and rested although they would have matched."""

    matched: tuple[int, ...]
    fired: tuple[int, ...]
    cooling: tuple[int, ...] = ()
