"""When somebody who was not helped tries again or comes back (model.md b4, b5); both engines call it."""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import Stream, uniform
from cemsim.engine.durations import at_an_hour, minutes
from cemsim.engine.law import DAY
from cemsim.model.science import inlined

REPEAT_LAG, REDIAL, REDIAL_LAG = int(Stream.REPEAT_LAG), int(Stream.REDIAL), int(Stream.REDIAL_LAG)
HOUR = int(Stream.HOUR)


@inlined
def tries_again(tables: Any, team: Any, journey: int, keys: Any, who: int, counter: int, now: float) -> float:
    """When somebody who hung up or was sent away tries again; negative: never (b4)."""
    u = uniform(keys[REDIAL], who, counter)
    if u < team.same_day:
        lag = minutes(tables.laws[team.redial], tables.quantiles, uniform(keys[REDIAL_LAG], who, counter))
        return now + lag
    if u < team.same_day + (1.0 - team.same_day) * team.next_day:
        return at_an_hour(tables.daytime, journey, now, now + DAY, uniform(keys[HOUR], who, counter))
    return -1.0


@inlined
def comes_back(tables: Any, journey: int, keys: Any, who: int, counter: int, now: float) -> float:
    """When an issue whose last step has failed comes back (b5)."""
    law = tables.laws[tables.journeys[journey].repeat]
    due = now + minutes(law, tables.quantiles, uniform(keys[REPEAT_LAG], who, counter))
    return at_an_hour(tables.daytime, journey, now, due, uniform(keys[HOUR], who, counter))
