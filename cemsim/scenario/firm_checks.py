"""What must agree about the firm behind its customers: follow-up that somebody can do, maturity that acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cemsim.base.errors import Problem, Remark
from cemsim.base.near import listed, nearest
from cemsim.scenario.schema.recipe import Change, Recipe

if TYPE_CHECKING:
    from cemsim.scenario.checks import Where


def loop(recipe: Recipe, where: Where) -> Iterator[Problem]:
    """Follow-up that nobody can do."""
    follow = recipe.improvement.follow_up if recipe.improvement else None
    if follow is not None:
        yield from _follow_up(recipe, follow.journey, where)


def idle_maturity(recipe: Recipe, where: Where, changes: tuple[Change, ...]) -> Iterator[Remark]:
    """Levels that are changed although they do nothing."""
    for change in changes:
        if change.path.startswith("maturity.") and not recipe.switches.maturity:
            yield where.remark(
                change.path.split("."), "Maturity is switched off here, so this changes nothing.",
                "Write switches: {maturity: on} in the baseline.",
            )  # fmt: skip


def _follow_up(recipe: Recipe, journey: str | None, where: Where) -> Iterator[Problem]:
    path = ["improvement", "follow_up"]
    by_rule = [name for name, each in recipe.journeys.items() if each.starts == "rule"]
    if journey is not None and journey not in by_rule:
        have = f"Journeys with starts: rule are: {listed(by_rule)}.{nearest(journey, by_rule)}" if by_rule else ""
        yield where.problem(
            [*path, "journey"], f'No journey "{journey}" starts by a rule, so nobody follows up by it.',
            have or "Add a journey with starts: rule.",
        )  # fmt: skip
    if journey is None and not any(each.starts == "complaint" for each in recipe.journeys.values()):
        yield where.problem(
            path, "Nobody can be followed up: there is neither a journey for complaints nor one that it names.",
            "Add a journey with starts: complaint, or name one with starts: rule.",
        )  # fmt: skip
