"""What is odd about how customers walk through a journey's steps."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

from cemsim.base.errors import Remark
from cemsim.scenario.schema.journey import Journey
from cemsim.scenario.schema.recipe import Recipe

if TYPE_CHECKING:
    from cemsim.scenario.checks import Where

MANY: Final = 0.2
"""Share of walks from which on it is said that they end without anybody having settled or tried to settle the issue."""


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


def _unsettled(journey: Journey) -> float:
    """Share of walks in which a team's step settled nothing and the last step is passed by."""
    steps = [step for step in journey.steps.values() if not step.skip]
    if not any(step.team is not None and step.used_by > 0.0 for step in steps[:-1]):
        return 0.0
    return (1.0 - steps[-1].used_by) * prod(1.0 - step.used_by * step.resolves for step in steps[:-1])
