"""Teams whose people all begin at once and learn: their speed, and what handling takes meanwhile."""

from __future__ import annotations

from functools import partial

from cemsim.base import theory
from cemsim.compare.theory.form import Form, Quantity, Without
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import ratio
from cemsim.scenario import Scenario

YEAR = 12


def learning(scenario: Scenario, name: str) -> Form | Without | None:
    """The closed form of a team that learns, or why there is none; None where its people are not followed."""
    team = scenario.teams[name]
    people = team.workforce
    if people is None or not scenario.switches.workforce:
        return None
    steps = [step for each in scenario.journeys.values() for step in each.steps.values() if step.team == name]
    found = {
        "not everybody begins with the first month": scenario.switches.calibration or scenario.burn_in > 0,
        "people quit and are replaced": people.attrition > 0,
        "the horizon is less than a year": scenario.horizon < YEAR,
        "no single step says how long handling takes": len(steps) != 1,
        "pay rewards speed or quality": people.incentive != 0,
    }
    because = tuple(why for why, so in found.items() if so)
    if because:
        return Without(f"People of team {name}", because)
    handling = steps[0].handling
    assert handling is not None
    first, tau = people.first_month, people.learning
    lines = (
        Quantity("productivity in the first month", "share", first, partial(_speed, name, 1)),
        Quantity("mean productivity in the first year", "share", theory.learnt(first, tau, YEAR),
                 partial(_speed, name, YEAR)),
        Quantity("handling in the first month", "min", handling.mean / first, partial(_handling, name)),
    )  # fmt: skip
    return Form(f"Everybody learns: team {name}", "exponential learning curve", lines)


def _speed(team: str, months: int, books: Books) -> Array:
    place = books.teams.index(team)
    speed, there = books.of_teams("productivity_sum", "present")[:, :months, place].sum(axis=1).T
    return ratio(speed, there)


def _handling(team: str, books: Books) -> Array:
    table = books.of_contacts("handled_minutes", "served")[:, 0, books.teams.index(team)].sum(axis=1)
    return ratio(table[:, 0], table[:, 1])
