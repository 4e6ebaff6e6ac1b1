"""A smaller company with the same ways: for engines that are slow, and for a first look."""

from __future__ import annotations

from cemsim.scenario.cut import scaled
from cemsim.scenario.schema.recipe import Scenario


def cut(scenario: Scenario, customers: int) -> Scenario:
    """The scenario with about so many customers; people of the market and staff in proportion, staff rounded up.

    Queues have economies of scale, so a cut company waits differently: it is for comparing engines, not plans.
    A scenario that is small enough is given back as it is.
    """
    now = sum(s.customers for s in scenario.segments.values())
    return scenario if now <= customers else scaled(scenario, customers / now)
