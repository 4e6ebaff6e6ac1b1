"""A smaller company with the same ways: for engines that are slow, and for a first look."""

from __future__ import annotations

import math
from typing import Any

from cemsim.scenario.schema.recipe import Scenario


def cut(scenario: Scenario, customers: int) -> Scenario:
    """The scenario with about so many customers; people of the market and staff in proportion, staff rounded up.

    Queues have economies of scale, so a cut company waits differently: it is for comparing engines, not plans.
    Traces stay as recorded. A scenario that is small enough is given back as it is.
    """
    now = sum(s.customers for s in scenario.segments.values())
    if now <= customers:
        return scenario
    share = customers / now

    def fewer(count: float | None) -> Any:
        return None if count is None else math.ceil(count * share)

    segments = {
        name: s.model_copy(update={"customers": round(s.customers * share)}) for name, s in scenario.segments.items()
    }
    teams = {
        name: t.model_copy(update={
            "on_shift": fewer(t.on_shift), "paid": fewer(t.paid),
            "shifts": tuple(s.model_copy(update={"people": fewer(s.people)}) for s in t.shifts),
        })
        for name, t in scenario.teams.items()
    }
    people = sum(s.customers for s in segments.values())
    market = scenario.market.model_copy(update={"people": max(round(scenario.market.people * share), people)})
    return scenario.model_copy(update={"segments": segments, "teams": teams, "market": market})
