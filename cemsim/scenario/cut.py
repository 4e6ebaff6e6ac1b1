"""A company with fewer customers, for questions that need many worlds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cemsim.base.errors import CemsimError
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.schema.team import Team


def cut(family: Sequence[Scenario], share: float) -> list[Scenario]:
    """The same family with a share of its customers, of its market, of its staff and of what its plans cost.

    Staff is rounded up to whole people. A smaller company serves worse with the same staff for each customer (queues
    have economies of scale), so a cut answers how much assumptions matter, not how long customers wait.

    Errors: CemsimError where a plan changes staff in a way that so small a company could not.

    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.scenario import load
    >>> (small,) = cut([load(shipped("scenarios", "telecom", "baseline.yaml"))], 0.25)
    >>> small.segments["loyalist"].customers, small.teams["contact_centre"].on_shift
    (15000, 2)
    """
    if not 0 < share <= 1:
        raise CemsimError(f"A cut of {share:g} cannot be made. Write a share from 0 to 1, such as 20 %.")
    if share == 1:
        return list(family)
    found = []
    for scenario in family:
        teams = {name: _team(name, team, family[0], share) for name, team in scenario.teams.items()}
        segments = {
            name: s.model_copy(update={"customers": max(1, round(s.customers * share))})
            for name, s in scenario.segments.items()
        }
        update: dict[str, object] = {
            "teams": teams, "segments": segments,
            "market": scenario.market.model_copy(update={"people": math.ceil(scenario.market.people * share)}),
        }
        if scenario.investment is not None:
            spent = {"capex": scenario.investment.capex * share, "opex": scenario.investment.opex * share}
            update["investment"] = scenario.investment.model_copy(update=spent)
        found.append(scenario.model_copy(update=update))
    return found


def _team(name: str, team: Team, base: Scenario, share: float) -> Team:
    before = base.teams.get(name)
    update: dict[str, object] = {}
    for field in ("on_shift", "paid", "room"):
        now = getattr(team, field)
        if now is None:
            continue
        small = max(1, math.ceil(now * share - 1e-9))
        was = None if before is None else getattr(before, field)
        if field != "room" and was is not None and was != now:
            more = (now - was) * share
            if abs(more - round(more)) > 1e-9:
                raise CemsimError(
                    f"A plan changes {name} by {now - was:+d} people; {100 * share:g} % of that is {more:+.2g}. "
                    "Choose a larger cut that leaves whole people, or none."
                )
            small = max(1, math.ceil(was * share - 1e-9)) + round(more)
        update[field] = small
    if team.shifts:
        update["shifts"] = tuple(
            s.model_copy(update={"people": max(1, math.ceil(s.people * share - 1e-9))}) for s in team.shifts
        )
    return team.model_copy(update=update)
