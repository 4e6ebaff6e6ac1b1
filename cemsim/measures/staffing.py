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

TEAM: Keep = ("team",)
CUTS: Final[tuple[Keep, ...]] = ((), TEAM)
QUARTER: Final = 3
"""Months by which a spiral is told."""
YEAR: Final = 12
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
class Quarter:
    """Three months of a team: people at work, occupancy, attrition a year, and minutes that contacts waited."""

    people: float
    occupancy: float
    attrition: float
    wait: float


@dataclass(frozen=True)
class Spiral:
    """A team that loses people because it is busy, and is busier for it: quarter by quarter."""

    scenario: str
    team: str
    quarters: tuple[Quarter, ...]

    def __str__(self) -> str:
        ends = self.quarters[0], self.quarters[-1]
        return say(
            "{scenario}: {team} is in a spiral: people {people}, occupancy {occupancy}, attrition a year {attrition}.",
            scenario=self.scenario, team=self.team.replace("_", " "),
            people=" → ".join(f"{end.people:,.0f}" for end in ends),
            occupancy=" → ".join(f"{100 * end.occupancy:.0f} %" for end in ends),
            attrition=" → ".join(f"{100 * end.attrition:.0f} %" for end in ends),
        )  # fmt: skip

    def rows(self) -> list[tuple[str, ...]]:
        """Quarter by quarter, as text: number, people, occupancy, attrition a year, wait in minutes."""
        return [
            (str(number), f"{each.people:,.1f}", f"{100 * each.occupancy:.0f} %", f"{100 * each.attrition:.0f} %",
             f"{each.wait:,.1f}")
            for number, each in enumerate(self.quarters, 1)
        ]


def spirals(run: Any) -> tuple[Spiral, ...]:
    """Teams whose people dwindle while more of them quit, in work that tires, from the first quarter to the last.

    ``run``: as for :func:`cemsim.measures.books.books`. Sums over replicates.
    """
    from cemsim.model.workforce import TIRING  # late: it compiles

    opened = books(run)
    if opened.months < 2 * QUARTER:
        return ()
    teams = opened.of_teams("present", "left", "busy_minutes", "staffed_minutes").sum(axis=0)
    waits = opened.of_callers("all_wait_sum", "served", "abandoned", "sent_away", "moved").sum(axis=(0, 3))
    found = []
    for place, team in enumerate(opened.teams):
        if teams[:QUARTER, place, 0].sum() == 0.0:
            continue
        parts = [slice(start, start + QUARTER) for start in range(0, opened.months - QUARTER + 1, QUARTER)]
        each = len(opened.replicates) * QUARTER
        course = tuple(_quarter(teams[part, place].sum(axis=0), waits[part, place].sum(axis=0), each) for part in parts)
        first, last = course[0], course[-1]
        fewer = last.people < (1.0 - GONE) * first.people and last.attrition > first.attrition
        if fewer and last.occupancy >= max(first.occupancy, TIRING):
            found.append(Spiral(opened.name, team, course))
    return tuple(found)


def _quarter(team: Array, waits: Array, each: int) -> Quarter:
    people, left, busy, staffed = team.tolist()
    return Quarter(
        people / each, busy / max(staffed, busy, 1.0), YEAR * left / max(people, 1.0),
        float(waits[0]) / max(float(waits[1:].sum()), 1.0),
    )  # fmt: skip
