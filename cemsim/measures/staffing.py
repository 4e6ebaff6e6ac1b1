"""Staff, where its people are followed one by one: how many, how fast, how satisfied, how many quit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from cemsim.base.language import say
from cemsim.measures.books import Array, Books, books
from cemsim.measures.kpi import SHARE, Keep, Kpi, amount, ratio, share
from cemsim.measures.money import MINUTES
from cemsim.model.workforce import TIRING

TEAM: Keep = ("team",)
CUTS: Final[tuple[Keep, ...]] = ((), TEAM)
QUARTER: Final = 3
"""Months at both ends of a horizon between which a spiral shows."""
GONE: Final = 0.05
"""Share of people gone from which it is called one (assumption)."""


def _of(*names: str) -> Callable[[Books], Array]:
    return lambda opened: opened.of_teams(*names)


def _vacant(opened: Books) -> Array:
    jobs, present = np.moveaxis(opened.of_teams("jobs", "present"), -1, 0)
    return np.stack([jobs - present, jobs], axis=-1)


def _yearly(sums: Array, opened: Books) -> Array:
    return 12.0 * ratio(sums[..., 0], sums[..., 1])


kpi = partial(Kpi, group="staff", axes=TEAM, cuts=CUTS)

KPIS = (
    kpi("staff", "Staff at the end", "people", 0, _of("staff"), amount, last=True),
    kpi("hired", "People hired", "people", 0, _of("hired"), amount),
    kpi("vacancies", "Jobs vacant or in training", "share", -1, _vacant, share, SHARE),
    kpi("attrition", "Staff who leave, a year", "share", -1, _of("left", "present"), _yearly,
        note="Leavers over people, times twelve: above 100 % where places are taken more than once a year."),
    kpi("productivity", "Productivity of staff", "share", 1, _of("productivity_sum", "present"), share, SHARE,
        note="Speed, relative to people who have learnt."),
    kpi("morale", "Staff satisfaction", "points", 1, _of("morale_sum", "present"), share, (0.0, 10.0)),
    kpi("training", "Hours of training", "hours", 0,
        lambda opened: opened.of_teams("training_minutes") / MINUTES, amount),
)  # fmt: skip
#: Measures that say something only where people of teams are followed.
ONLY_WITH_STAFF: Final = (*(each.id for each in KPIS), "hiring_cost")


@dataclass(frozen=True)
class Spiral:
    """A team that loses people because it is busy, and is busier for it: its first and last months.

    ``people``, ``occupancy`` and ``attrition`` (a year) are pairs, of the first and the last quarter.
    """

    scenario: str
    team: str
    people: tuple[float, float]
    occupancy: tuple[float, float]
    attrition: tuple[float, float]

    def __str__(self) -> str:
        return say(
            "{scenario}: {team} is in a spiral: people {people}, occupancy {occupancy}, attrition a year {attrition}.",
            scenario=self.scenario, team=self.team.replace("_", " "),
            people=" → ".join(f"{n:,.0f}" for n in self.people),
            occupancy=" → ".join(f"{100 * n:.0f} %" for n in self.occupancy),
            attrition=" → ".join(f"{100 * n:.0f} %" for n in self.attrition),
        )  # fmt: skip


def spirals(run: Any) -> tuple[Spiral, ...]:
    """Teams whose people dwindle while more of them quit, in work that tires, from the first quarter to the last.

    ``run``: as for :func:`cemsim.measures.books.books`. Sums over replicates.
    """
    opened = books(run)
    if opened.months < 2 * QUARTER:
        return ()
    columns = opened.of_teams("present", "left", "busy_minutes", "staffed_minutes").sum(axis=0)
    found = []
    for place, team in enumerate(opened.teams):
        ends = [columns[part, place].sum(axis=0) for part in (slice(0, QUARTER), slice(-QUARTER, None))]
        if min(end[0] for end in ends) <= 0.0:
            continue
        each = len(opened.replicates) * QUARTER
        people = ends[0][0] / each, ends[1][0] / each
        quits = 12.0 * ends[0][1] / ends[0][0], 12.0 * ends[1][1] / ends[1][0]
        busy = ends[0][2] / max(ends[0][2:4].max(), 1.0), ends[1][2] / max(ends[1][2:4].max(), 1.0)
        if people[1] < (1.0 - GONE) * people[0] and quits[1] > quits[0] and busy[1] >= max(busy[0], TIRING):
            found.append(Spiral(opened.name, team, people, busy, quits))
    return tuple(found)
