"""What partners, hand-offs, controls and windows change in the tables of steps and journeys.

How many issues get as far as a step, and how many of them come from another channel, is worked out here from the shares
written in the journey; the engines see quality, minutes and chances.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.base.words import ATTRIBUTES
from cemsim.model.blueprint import either, mean_time, travel
from cemsim.plan.laws import LawShelf
from cemsim.plan.names import Names
from cemsim.plan.tables import COMPLAINT
from cemsim.scenario.schema.journey import Journey
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.recipe import Scenario

SERVICE, CONVENIENCE = ATTRIBUTES.index("service"), ATTRIBUTES.index("convenience")


class Walk(NamedTuple):
    """What issues do at a journey's steps: the share of issues that ``reached`` each at the first walk, and of its
    contacts the share ``handed`` over from another channel."""

    reached: NDArray[np.float64]
    handed: NDArray[np.float64]


def draw_up(scenario: Scenario, names: Names, steps: NDArray[Any], journeys: NDArray[Any], shelf: LawShelf) -> None:
    """Write a scenario's blueprints into its tables of steps and journeys and its laws."""
    if not scenario.switches.blueprints:
        return
    for name, journey in scenario.journeys.items():
        places = [names.steps.index((name, step)) for step in journey.steps]
        rows = [steps[place] for place in places]
        plan = journeys[names.journeys.index(name)]
        walk = walked(rows, places.index(int(plan["restart"])))
        _partners(scenario, journey, rows, places, shelf)
        _windows(scenario, journey, rows, shelf)
        _controls(journey, rows, shelf)
        known = scenario.shared_platform if journey.shared_platform is None else journey.shared_platform
        if not known:
            _hand_offs(scenario, rows, walk, shelf)
        if scenario.switches.failure and plan["starts"] != COMPLAINT:
            each = zip(journey.steps.values(), walk.reached.tolist(), strict=True)
            plan["failure"] = either(float(plan["failure"]), *(_goes_wrong(step) * share for step, share in each))
        for row in rows:
            row["blueprint"] = any(row[column] > 0.0 for column in ("window", "delay", "at_risk", "stopped"))


def walked(rows: Sequence[Any], restart: int) -> Walk:
    """How issues walk steps that each resolve some of them, coming back at ``restart`` until resolved.

    Somebody who comes back starts again by choice, so the first touch then is no hand-off.
    """
    reached, handed, left = _once(rows, 0)
    again, handed_again, left_again = _once(rows, restart)
    returns = left / max(1.0 - left_again, 1e-3)
    contacts = reached + returns * again
    over = handed + returns * handed_again
    return Walk(reached, np.divide(over, contacts, out=np.zeros_like(over), where=contacts > 0.0))


def _once(rows: Sequence[Any], start: int) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """One walk: contacts, hand-offs, and the share of issues left unresolved by whoever handled them."""
    contacts, handed = np.zeros(len(rows)), np.zeros(len(rows))
    came: dict[int, float] = {-1: 1.0}                  # by the channel they were in last, -1 for none yet
    for i in range(start, len(rows)):
        row = rows[i]
        if row["skip"]:
            continue
        channel, used = int(row["channel"]), float(row["used_by"])
        contacts[i] = used * sum(came.values())
        handed[i] = used * sum(share for last, share in came.items() if last not in (-1, channel))
        came = {last: share * (1.0 - used) for last, share in came.items()}
        came[channel] = came.get(channel, 0.0) + contacts[i] * (1.0 - float(row["resolves"]))
    return contacts, handed, sum(share for last, share in came.items() if last != -1)


def _goes_wrong(step: Any) -> float:
    """Chance that a contact at a step goes wrong because of a partner or a missed window."""
    partner = step.partner.failure if step.partner else 0.0
    return 0.0 if step.skip else either(partner, 1.0 - step.window.kept if step.window else 0.0)


def _partners(
    scenario: Scenario, journey: Journey, rows: Sequence[Any], places: Sequence[int], shelf: LawShelf
) -> None:
    for step, row, place in zip(journey.steps.values(), rows, places, strict=True):
        if step.partner is None:
            continue
        row["partner"] = 1
        for name, level in step.partner.quality.items():   # its own level, whatever the firm's own becomes
            row["quality"][ATTRIBUTES.index(name)] = level - scenario.quality[name]
        if step.partner.kept is not None and step.promise is not None:
            row["delay"] = mean_time(step.promise, step.partner.kept)
            row["lag"] = shelf.put(("lag", place), Law(kind="exponential", mean=float(row["delay"]), cv=1.0))


def _windows(scenario: Scenario, journey: Journey, rows: Sequence[Any], shelf: LawShelf) -> None:
    for step, row in zip(journey.steps.values(), rows, strict=True):
        if step.window is not None:
            row["window"], row["in_window"] = step.window.width, step.window.kept
            _longer(row, travel(step.window.width, scenario.model.touchpoints.window_minutes), shelf)


def _controls(journey: Journey, rows: Sequence[Any], shelf: LawShelf) -> None:
    passes = 1.0                                        # share of attempts that earlier controls let pass
    for step, row in zip(journey.steps.values(), rows, strict=True):
        if step.skip:
            continue
        here = passes
        if step.control is not None:
            row["quality"][CONVENIENCE] -= step.control.effort
            _longer(row, step.control.minutes, shelf)
            here *= 1.0 - step.control.prevents
            passes *= 1.0 - step.used_by * step.control.prevents
        if step.risk is not None:
            row["at_risk"], row["stopped"] = step.risk.attempts * here, step.risk.attempts * (1.0 - here)


def _hand_offs(scenario: Scenario, rows: Sequence[Any], walk: Walk, shelf: LawShelf) -> None:
    lost = scenario.model.touchpoints
    for row, share in zip(rows, walk.handed.tolist(), strict=True):
        for k in (SERVICE, CONVENIENCE):
            row["quality"][k] -= lost.handoff_penalty * share
        row["resolves"] *= 1.0 - lost.handoff_lost * share
        _longer(row, lost.explain * share, shelf)


def _longer(row: Any, minutes: float, shelf: LawShelf) -> None:
    """Add to the mean handling time of a step of ours."""
    if row["team"] >= 0:
        shelf.laws[int(row["handling"])]["mean"] += minutes
