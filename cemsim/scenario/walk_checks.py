"""What is odd about how customers walk through a journey's steps."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

from pydantic_core import PydanticCustomError

from cemsim.base.errors import Remark
from cemsim.scenario.files import read_profile
from cemsim.scenario.schema.journey import Journey
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.staff import hours_at_work

if TYPE_CHECKING:
    from cemsim.scenario.checks import Where

MANY: Final = 0.2
"""Share of walks that nobody settles from which on it is remarked on (A)."""
CLOSED: Final = 0.1
"""Share of a journey's profile in closed hours from which on it is remarked on (A)."""


def passed_by(recipe: Recipe, where: Where) -> list[Remark]:
    """Journeys whose last step is passed by often: who was served and not settled begins again."""
    found = []
    for name, journey in recipe.journeys.items():
        share = _unsettled(journey)
        if MANY <= share < 1.0:
            last = [step for step, about in journey.steps.items() if not about.skip][-1]
            found.append(
                where.remark(
                    ["journeys", name, "steps", last, "used_by"],
                    f"{100 * share:.0f} % of walks pass by the last step with nothing settled, and begin again: an "
                    f"issue takes {1.0 / (1.0 - share):.1f} walks for that alone.",
                    "Write how many need no more as resolves: of the step before, or let everybody use the last step.",
                )
            )
    return found


def come_when_closed(recipe: Recipe, where: Where) -> list[Remark]:
    """Journeys of which many begin while the first team to be met is closed: those are turned away."""
    found = []
    for name, journey in recipe.journeys.items():
        steps = (step for step in journey.steps.values() if not step.skip)
        met = next((step for step in steps if step.team is not None or step.lag.mean > 0), None)
        if journey.profile is None or met is None or met.team not in recipe.teams or met.lag.mean > 0:
            continue
        team = recipe.teams[str(met.team)]
        try:
            weights = read_profile(journey.profile)
        except PydanticCustomError:                      # told as a problem
            continue
        share = sum(weight * (1.0 - there) for weight, there in zip(weights, hours_at_work(team), strict=True))
        if team.works == "live" and share >= CLOSED:
            found.append(
                where.remark(
                    ["journeys", name, "profile"],
                    f"{100 * share:.0f} % of the profile lies in hours in which {met.team} is closed: who comes then "
                    "is turned away.",
                    "Open the team in these hours, or give the hours in which people can be served; without a profile "
                    "they come while the team is there.",
                )
            )
    return found


def _unsettled(journey: Journey) -> float:
    """Share of walks in which a team's step settled nothing and the last step is passed by."""
    steps = [step for step in journey.steps.values() if not step.skip]
    if not any(step.team is not None and step.used_by > 0.0 for step in steps[:-1]):
        return 0.0
    return (1.0 - steps[-1].used_by) * prod(1.0 - step.used_by * step.resolves for step in steps[:-1])
