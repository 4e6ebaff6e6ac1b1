"""Needs that were recorded: a trace is replayed, and each of its times finds a customer."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

from cemsim.base.draws import Stream, uniform
from cemsim.engine.law import DAY, MAX_NEEDS, WEEK, issue_number
from cemsim.plan.tables import TRACE, clock

if TYPE_CHECKING:
    from cemsim.engine.glass.world import GlassWorld

TRIES = 64
"""People who are looked at for one recorded time, until one of them is a customer."""


def recorded(world: GlassWorld) -> Iterator[tuple[float, int]]:
    """Time and issue number of each need of this month that traces hold; a trace begins on the horizon's Monday."""
    tables = world.tables
    origin = ceil(float(clock(world.burn_in)[-1]) * DAY / WEEK) * WEEK
    for j, journey in enumerate(tables.journeys):
        if journey["starts"] != TRACE:
            continue
        needs: dict[int, int] = {}
        for place in range(int(journey["trace_from"]), int(journey["trace_to"])):
            time = origin + float(tables.trace[place])
            if not world.month_start <= time < world.month_end:
                continue
            for attempt in range(TRIES):
                who = int(uniform(world.pad["keys"][Stream.TRACE], place, attempt) * len(world.people))
                if world.customers[who].is_customer:
                    need = needs.get(who, 0)
                    needs[who] = need + 1
                    yield time, int(issue_number(who, world.month, j, need % MAX_NEEDS))
                    break
