"""What a look at rules can find, and what it has to know of the company for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import Problem
from cemsim.rules.form import Rule, Ruleset

Kind = Literal[
    "name", "never true", "always true", "never first", "overruled", "conflict", "gap", "overlap", "flag", "cooldown",
    "deadline", "promise", "drawn", "hang-ups", "farming", "thrash", "back office",
    "passing", "overtime", "points", "tiers",
]  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing about rules that their author should know: an error, or a warning that stops nothing."""

    kind: Kind
    severity: Literal["error", "warning"]
    problem: Problem


class Place(NamedTuple):
    """Where a contact can be: journey and what starts it, channel, stage, team (None: nobody), whether it settles."""

    intent: str
    starts: str
    channel: str
    stage: str
    team: str | None
    settles: bool


@dataclass(frozen=True)
class Company:
    """What rules are held against, where they are all that a scenario has: its horizon, names, hours, service levels.

    Attributes: minutes simulated; names of segments, journeys and teams; for each team whether somebody is there in
    each quarter hour of a week from Monday 00:00, and the wait that it promises, in minutes; teams of the back office;
    most people of each team on shift at once; steps of journeys; group of each segment; whether a loyalty scheme counts
    points; tiers that a loyalty scheme gives; months of the longest contract, 0 where there is none; for points at
    which nobody is ever asked here, why; severities that failures can have, in points.
    """

    horizon: float
    names: Mapping[str, Sequence[str]]
    open: Mapping[str, NDArray[np.bool_]] = field(compare=False)
    targets: Mapping[str, float]
    back_office: frozenset[str]
    heads: Mapping[str, float]
    steps: Sequence[Place]
    groups: Mapping[str, str | None]
    counts_points: bool
    tiers: frozenset[str]
    contract: int
    unasked: Mapping[str, str]
    severities: Sequence[float]


def finding(
    kind: Kind, severity: Literal["error", "warning"], ruleset: Ruleset, rule: Rule | None, message: str, cure: str,
    line: int = 0,
) -> Finding:
    """A finding at a rule, at a line of it, or at the ruleset."""
    place = rule or ruleset
    path = ruleset.name if rule is None else f"{ruleset.name}.{rule.id}"
    return Finding(kind, severity, Problem(ruleset.file, line or place.line, path, message, cure))

