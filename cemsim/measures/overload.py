"""Teams that cannot keep up, whose waits of those served mislead, and teams that turn many away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cemsim.base.language import say
from cemsim.measures.books import books
from cemsim.measures.catalogue import KPIS

MEANS = (
    "Those still waiting have felt nothing yet, so satisfaction, churn and waits of those served look better than they "
    "will be."
)
HALF_A_MONTH = 0.5
"""Open work, in months of what is served, from which a growing queue is called endless (assumption)."""
MANY = 0.25
"""Share of a team's contacts that it turns away, from which on that is told (assumption)."""


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


def turned_away(runs: Sequence[Any]) -> tuple[str, ...]:
    """Teams that turn a quarter of their contacts away or more, in sentences; of plans, where the baseline's do not.

    ``runs``: as for :func:`cemsim.compare.compare`.
    """
    found: list[str] = []
    known: set[str] = set()
    for number, run in enumerate(runs):
        opened = books(run)
        shares = KPIS["sent_away"].total(opened, ("team",)).mean(axis=0)
        many = {team: float(share) for team, share in zip(opened.teams, shares, strict=True) if share >= MANY}
        found += [
            say("{scenario}: {team} turns away {share} of its contacts, because it is closed or full. Look at its "
                "hours, its room, and what is sent to it when.",
                scenario=opened.name, team=team.replace("_", " "), share=f"{100 * share:.0f} %")
            for team, share in many.items() if team not in known
        ]  # fmt: skip
        if number == 0:
            known = set(many)
    return tuple(found)
