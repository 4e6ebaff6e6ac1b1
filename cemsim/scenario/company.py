"""What rules are held against before anything runs: the company of a scenario."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import Problem, Remark
from cemsim.base.theory.severity import severity_now
from cemsim.rules.lint_form import Company, Place
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.schema.team import Team
from cemsim.scenario.staff import open_minutes, shift_minutes

_SLOTS, _QUARTER = 672, 15
_MONTH = 365 / 12 * 1440.0


def company(recipe: Recipe) -> Company:
    """Horizon, names, opening hours and service levels of a scenario, whose rules are all there are.

    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.scenario import load
    >>> one = company(load(shipped("scenarios", "telecom", "baseline.yaml")))
    >>> int(one.open["billing_team"].sum()) / 4, one.targets["contact_centre"]
    (40.0, 0.3333333333333333)
    """
    hurt = recipe.failures.severity
    return Company(
        recipe.horizon * _MONTH,
        {"segments": tuple(recipe.segments), "journeys": tuple(recipe.journeys), "teams": tuple(recipe.teams)},
        {name: _open(team) for name, team in recipe.teams.items()},
        {name: team.target.within for name, team in recipe.teams.items()},
        frozenset(name for name, team in recipe.teams.items() if team.works == "back_office"),
        {name: float(_heads(team).max()) for name, team in recipe.teams.items()},
        [Place(name, journey.starts, step.channel, journey.stage, step.team, step.resolves > 0)
         for name, journey in recipe.journeys.items() for step in journey.steps.values() if not step.skip],
        {name: segment.group for name, segment in recipe.segments.items()},
        any(scheme.runs and scheme.points is not None for scheme in recipe.schemes.values()),
        frozenset(tier for scheme in recipe.schemes.values() if scheme.runs for tier in scheme.tiers),
        _longest(recipe),
        _unasked(recipe),
        sorted({severity_now(points, again) for points in (hurt.minor, hurt.major) for again in (False, True)}),
    )


def _longest(recipe: Recipe) -> int:
    """Months of the longest contract; 0 where there is none."""
    terms = [int(segment.contract.term) for segment in recipe.segments.values() if segment.contract]
    return max(terms, default=0) if recipe.switches.contract else 0


def _unasked(recipe: Recipe) -> dict[str, str]:
    """Points at which nobody is ever asked, with the reason."""
    bound = _longest(recipe) > 0
    monthly = any(segment.spend.kind == "contractual" for segment in recipe.segments.values())
    redeemed = any(s.runs and (s.points is not None or s.stamps is not None) for s in recipe.schemes.values())
    return ({} if bound or monthly else {"renewal": "nobody has a contract or pays by the month"}) | (
        {} if redeemed else {"points_redeemed": "no loyalty scheme has points or cards to fill"}
    )


def _open(team: Team) -> NDArray[np.bool_]:
    """Quarter hours of the week in which somebody is on shift."""
    return np.asarray(_heads(team) > 0)


def _heads(team: Team) -> NDArray[np.float64]:
    """People on shift in each quarter hour of the week."""
    found = np.zeros(_SLOTS)
    if shift_minutes(team) == 0:
        return found
    spans = [(s.days, *s.hours, float(s.people)) for s in team.shifts]
    even = shift_minutes(team) / open_minutes(team)
    for days, start, end, people in spans or [(h.days, h.start, h.end, even) for h in team.open]:
        for day in days:
            places = np.arange((day * 1440 + start) // _QUARTER, (day * 1440 + end) // _QUARTER) % _SLOTS
            found[places] = found[places] + people if spans else people     # hours written twice are open once
    return found


def look(recipe: Recipe) -> list[Problem]:
    """What there is to say of a scenario's rules: problems, and remarks that stop nothing."""
    if not recipe.rulesets:
        return []
    from cemsim.rules.lint import lint

    said = []
    for found in lint(recipe.rulesets, company(recipe), recipe.currency):
        p = found.problem
        kind = Problem if found.severity == "error" else Remark
        said.append(kind(p.file, p.line, p.path, p.message, p.cure))
    return said
