"""Teams that cannot keep up: what is left open grows without end, so waits and satisfaction of those served mislead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.base.language import say
from cemsim.measures.books import books

MEANS = (
    "Those still waiting have felt nothing yet, so satisfaction, churn and waits of those served look better than they "
    "will be."
)
HALF_A_MONTH = 0.5
"""Open work, in months of what is served, from which a growing queue is called endless (assumption)."""


@dataclass(frozen=True)
class Overload:
    """A team that cannot keep up: contacts open at the end, and how many months of its work they are."""

    scenario: str
    team: str
    open: float
    months: float

    def __str__(self) -> str:
        return say(
            "{scenario}: {team} cannot keep up; {open} contacts are open at the end, {months} months of its work.",
            scenario=self.scenario, team=self.team.replace("_", " "), open=f"{self.open:,.0f}",
            months=f"{self.months:.1f}",
        )  # fmt: skip


def overloads(run: Any) -> tuple[Overload, ...]:
    """Teams of a run whose open work grew over the horizon beyond half a month of what they serve.

    ``run``: as for :func:`cemsim.measures.books.books`. Means over replicates.
    """
    opened = books(run)
    left = opened.of_contacts("open")[..., 0].sum(axis=-1).mean(axis=0)      # [month, team]
    served = opened.of_contacts("served")[..., 0].sum(axis=-1).mean(axis=0)
    found = []
    for place, team in enumerate(opened.teams):
        end, middle = float(left[-1, place]), float(left[len(left) // 2, place])
        month = float(np.mean(served[-12:, place]))
        if end > HALF_A_MONTH * max(month, 1.0) and end > 1.2 * middle:
            found.append(Overload(opened.name, team, end, end / max(month, 1.0)))
    return tuple(found)
