"""Waiting at home for a visit, and for what a partner does; both engines call it."""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import Stream, uniform
from cemsim.model.blueprint import at_home
from cemsim.model.laws import EXPONENTIAL, closed_form
from cemsim.model.science import inlined
from cemsim.model.waiting import wait_effect

LAG, VISIT = int(Stream.LAG), int(Stream.VISIT)


@inlined
def comes_in_window(step: Any, keys: Any, who: int, counter: int) -> bool:
    """Whether a visit comes within the window promised for it."""
    return uniform(keys[VISIT], who, counter) < step.in_window


@inlined
def partner_takes(step: Any, keys: Any, who: int, counter: int) -> float:
    """Minutes until a partner is done: the step's lag, by the same draw."""
    return closed_form(EXPONENTIAL, step.delay, 0.0, uniform(keys[LAG], who, counter))


@inlined
def kept_waiting(world: Any, step: Any, keys: Any, who: int, counter: int) -> float:
    """Points that waiting at home, and for a partner, takes from convenience."""
    points = 0.0
    if step.window > 0.0:
        waited = at_home(step.window, step.in_window, uniform(keys[VISIT], who, counter))
        points += wait_effect(waited, world.overestimate, world.exponent, world.kappa_wait, world.at_home)
    if step.delay > 0.0:
        waited = partner_takes(step, keys, who, counter)
        points += wait_effect(waited, world.overestimate, world.exponent, world.kappa_wait, step.promise)
    return points
