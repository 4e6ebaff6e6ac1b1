"""What must agree between the steps of a journey: partners, controls and what is at risk."""

from __future__ import annotations

from cemsim.base.errors import Problem, Remark
from cemsim.scenario.checks import Where
from cemsim.scenario.schema.recipe import Recipe


def cross(recipe: Recipe, where: Where) -> tuple[list[Problem], list[Remark]]:
    """Problems, and remarks that stop nothing."""
    wrong: list[Problem] = []
    odd: list[Remark] = []
    for name, journey in recipe.journeys.items():
        here = ["journeys", name, "steps"]
        steps = [(key, step) for key, step in journey.steps.items() if not step.skip]
        for place, (key, step) in enumerate(steps):
            if journey.starts == "complaint" and step.partner is not None and step.partner.failure > 0.0:
                wrong.append(where.problem(
                    [*here, key, "partner", "failure"],
                    "A complaint is put right or not (failures.recovery); it does not go wrong a second time.",
                    "Leave failure out.",
                ))  # fmt: skip
            if step.control is not None and all(later.risk is None for _, later in steps[place:]):
                odd.append(where.remark(
                    [*here, key, "control"],
                    "Nothing is at risk at this step or behind it: the control costs effort and prevents nothing.",
                    "Write risk: {attempts: 0.1 %, loss: 300 USD} at the step that it guards, or leave it out.",
                ))  # fmt: skip
    return wrong, odd
