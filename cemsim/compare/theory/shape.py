"""A team as a queue: who arrives, who handles it how fast, and what makes it more than a textbook case."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cemsim.base import theory
from cemsim.scenario import Scenario
from cemsim.scenario.schema.hours import ALWAYS
from cemsim.scenario.schema.journey import Journey, Step
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.team import Team

YEAR = 365 * 1440.0


@dataclass(frozen=True)
class Shape:
    """What a closed form needs to know of a team, in minutes.

    Attributes: name; contacts a minute by class, first the one served first; the segments of each class;
    people; laws of handling and patience; places to wait; the wait that counts as prompt.
    """

    name: str
    arrivals: tuple[float, ...]
    classes: tuple[tuple[str, ...], ...]
    people: int
    handling: theory.Law
    patience: theory.Law
    room: int | None
    prompt: float

    @property
    def total(self) -> float:
        """Contacts a minute."""
        return sum(self.arrivals)


def shape(scenario: Scenario, name: str) -> Shape:
    """A team without obstacles as a queue."""
    team = scenario.teams[name]
    handling = _at(scenario, name)[0][1].handling
    assert handling is not None and team.on_shift is not None
    patience = _patience(scenario, team)
    rates = arrivals(scenario, name)
    first = [s for s in team.serve_first if rates[s] > 0.0]
    rest = tuple(s for s in rates if s not in first and rates[s] > 0.0)
    classes = (*((s,) for s in first), *((rest,) if rest else ()))
    return Shape(
        name,
        tuple(sum(rates[s] for s in members) for members in classes),
        classes,
        int(team.on_shift),
        theory.Law(handling.kind, handling.mean, handling.cv),
        theory.Law(patience.kind, patience.mean, patience.cv) if patience else theory.FOREVER,
        None if team.room is None else int(team.room),
        team.target.within,
    )


def used(scenario: Scenario, name: str) -> bool:
    """Whether any step is handled by a team."""
    return bool(_at(scenario, name))


def arrivals(scenario: Scenario, name: str) -> dict[str, float]:
    """Contacts a minute that reach a team, by segment; earlier steps keep what they resolve."""
    rates = dict.fromkeys(scenario.segments, 0.0)
    for journey in scenario.journeys.values():
        left = journey.need / YEAR
        for step in _walked(journey):
            if step.team == name:
                for segment, s in scenario.segments.items():
                    rates[segment] += s.customers * s.contact_rate * left * step.used_by
            left *= 1.0 - step.used_by * _resolves(scenario, step)
    return rates


def obstacles(scenario: Scenario, name: str) -> list[str]:
    """Everything that keeps a team from being a textbook queue, in words; empty where nothing does."""
    team, steps = scenario.teams[name], _at(scenario, name)
    plan, redial = scenario.investment, team.redial
    again = scenario.switches.redial and redial.attempts > 1 and (redial.same_day > 0 or redial.next_day > 0)
    turned_away = _patience(scenario, team) is not None or team.room is not None
    found = {
        "not all contacts arise from need, at random times": any(j.starts != "need" for j, _ in steps),
        "arrivals follow a profile over the week": any(j.profile for j, _ in steps),
        "some days bring more contacts than others": any(j.overdispersion for j, _ in steps),
        "contacts come from another team": any(_after_a_team(j, s) for j, s in steps),
        "unresolved issues come back": any(_comes_back(scenario, j) for j, _ in steps),
        "demand is fitted to what is observed": scenario.observed.contacts is not None,
        "customers come and go": any(s.churn > 0 for s in scenario.segments.values()),
        "the plan changes things on the way": plan is not None and (plan.starts > 0 or plan.ramp > 0),
        "work waits over night": team.works != "live",
        "people come and go over the week": team.on_shift is None or tuple(team.open) != tuple(ALWAYS),
        "handling times differ between steps": len({repr(s.handling) for _, s in steps}) > 1,
        "those who get no answer try again": again and turned_away,
        "patience is fitted to what is observed": team.observed.abandonment is not None,
        "its people learn, tire and quit": team.workforce is not None and scenario.switches.workforce,
        "nobody gets in touch": sum(arrivals(scenario, name).values()) == 0.0,
    }
    return [why for why, so in found.items() if so]


def _walked(journey: Journey) -> list[Step]:
    return [step for step in journey.steps.values() if not step.skip]


def _at(scenario: Scenario, name: str) -> list[tuple[Journey, Step]]:
    return [(j, s) for j in scenario.journeys.values() for s in _walked(j) if s.team == name]


def _after_a_team(journey: Journey, step: Step) -> bool:
    steps = _walked(journey)
    return any(s.team for s in steps[: [s is step for s in steps].index(True)])


def _resolves(scenario: Scenario, step: Step) -> float:
    """Share resolved; the switch makes every team's step resolve, self-service stays as it is."""
    return 1.0 if step.team and step.resolves > 0.0 and not scenario.switches.resolution else step.resolves


def _comes_back(scenario: Scenario, journey: Journey) -> bool:
    left = math.prod(1.0 - step.used_by * _resolves(scenario, step) for step in _walked(journey))
    return left > 0.0


def _patience(scenario: Scenario, team: Team) -> Law | None:
    return team.patience if scenario.switches.waiting else None
