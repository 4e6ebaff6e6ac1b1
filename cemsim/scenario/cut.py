"""The same company with another number of customers: fewer where many worlds are needed, more for a benchmark."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cemsim.base.errors import CemsimError
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.schema.team import Team


def scaled(scenario: Scenario, share: float, work: float | None = None) -> Scenario:
    """The scenario with ``share`` times its customers and its market, and ``work`` times its staff (default ``share``).

    Staff is rounded up to whole people; nobody stays nobody. A smaller company serves worse with the same staff for
    each customer (queues have economies of scale), so what it shows of waits is not what the whole company would show.
    Traces stay as recorded, and so does what plans cost.

    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.scenario import load
    >>> small = scaled(load(shipped("scenarios", "telecom", "baseline.yaml")), 0.25)
    >>> small.segments["loyalist"].customers, small.teams["contact_centre"].on_shift
    (15000, 2)
    """
    segments = {
        name: s.model_copy(update={"customers": max(1, round(s.customers * share))})
        for name, s in scenario.segments.items()
    }
    teams = {name: _team(team, share if work is None else work) for name, team in scenario.teams.items()}
    people = max(math.ceil(scenario.market.people * share), sum(s.customers for s in segments.values()))
    market = scenario.market.model_copy(update={"people": people})
    return scenario.model_copy(update={"segments": segments, "teams": teams, "market": market})


def cut(family: Sequence[Scenario], share: float, nearly: bool = False) -> list[Scenario]:
    """The same family with a share of its customers, of its staff, and of what its plans change of it and cost.

    A cut answers how much assumptions matter, not how long customers wait (see :func:`scaled`).

    Errors: CemsimError where a plan changes staff in a way that so small a company could not, unless the nearest whole
    number of people will do (``nearly``), as it does for one of many worlds.

    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.scenario import load
    >>> family = [load(shipped("scenarios", "telecom", f"{name}.yaml")) for name in ("baseline", "back_office")]
    >>> base, plan = cut(family, 0.5)
    >>> plan.investment.capex / family[1].investment.capex
    0.5
    """
    if not 0 < share <= 1:
        raise CemsimError(f"A cut of {share:g} cannot be made. Write a share from 0 to 1, such as 20 %.")
    return list(family) if share == 1 else [_plan(scenario, family[0], share, nearly) for scenario in family]


def _plan(scenario: Scenario, base: Scenario, share: float, nearly: bool) -> Scenario:
    small = scaled(scenario, share)
    teams = {name: _changed(name, scenario.teams[name], base, t, share, nearly) for name, t in small.teams.items()}
    update: dict[str, object] = {"teams": teams}
    if scenario.investment is not None:
        spent = {"capex": scenario.investment.capex * share, "opex": scenario.investment.opex * share}
        update["investment"] = scenario.investment.model_copy(update=spent)
    return small.model_copy(update=update)


def _changed(name: str, team: Team, base: Scenario, small: Team, share: float, nearly: bool) -> Team:
    """A plan's team cut down: as many whole people more or fewer than the baseline's as the share makes of them."""
    before = base.teams.get(name)
    update: dict[str, int] = {}
    for field in ("on_shift", "paid"):
        now, was = getattr(team, field), getattr(before, field, None)
        if now is None or was is None or was == now:
            continue
        more = (now - was) * share
        if abs(more - round(more)) > 1e-9 and not nearly:
            raise CemsimError(
                f"A plan changes {name} by {now - was:+d} people; {100 * share:g} % of that is {more:+.2g}. "
                "Choose a larger cut that leaves whole people, or none."
            )
        update[field] = max(_whole(was, share) + round(more), 0)
    return small.model_copy(update=update)


def _team(team: Team, share: float) -> Team:
    counts = {field: getattr(team, field) for field in ("on_shift", "paid", "room")}
    update: dict[str, object] = {field: _whole(count, share) for field, count in counts.items() if count is not None}
    if team.shifts:
        update["shifts"] = tuple(s.model_copy(update={"people": _whole(s.people, share)}) for s in team.shifts)
    return team.model_copy(update=update)


def _whole(count: float, share: float) -> int:
    return max(1, math.ceil(count * share - 1e-9)) if count else 0
