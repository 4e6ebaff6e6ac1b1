"""Events as they act on a month's arrays, before anything is derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cemsim.base.words import ATTRIBUTES
from cemsim.scenario.schema.events import Event
from cemsim.scenario.schema.recipe import Scenario

if TYPE_CHECKING:
    from cemsim.plan.plan import Stage


def at_work(scenario: Scenario, month: int) -> tuple[str, ...]:
    """Names of the events that last in a month of the horizon; none before it."""
    return tuple(name for name, event in scenario.events.items() if month >= 0 and month in event.months)


def tariff(events: Sequence[Event]) -> float:
    """Own price of a month with these events, relative."""
    return float(np.prod([event.price for event in events]))


def strike(stage: Stage, events: Sequence[Event]) -> None:
    """Let events act on arrays that nobody else holds."""
    w = stage.world
    for event in events:
        for origin in ("back_factor", "front_factor"):
            w[origin] *= event.failures
        stage.journeys["need"][-1] *= event.failures             # the last journey is use: nobody gets in touch
        stage.journeys["need"][:-1] *= event.contacts
        w["price"] *= event.price
        w["rival_price"] *= event.rivals_price
        w["attraction"] += event.attraction
        w["advertising"] *= event.advertising
        w["quality"] += [event.quality.get(name, 0.0) for name in ATTRIBUTES]
    _come_to_work(stage, float(np.prod([event.staff for event in events])))
    stage.segments["tariff"] *= tariff(events)


def _come_to_work(stage: Stage, share: float) -> None:
    """Whole people by rounding; who stays away is paid all the same, unless nobody comes."""
    if share == 1.0:
        return
    before = stage.heads.sum(axis=1)
    stage.heads[:] = np.floor(stage.heads * share + 0.5)
    now = stage.heads.sum(axis=1)
    stage.teams["paid_factor"] *= np.where((now > 0) & (now < before), before / np.maximum(now, 1), 1.0)
