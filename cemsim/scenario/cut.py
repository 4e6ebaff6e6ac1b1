"""The same company with another number of customers: fewer where many worlds are needed, more for a benchmark."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from cemsim.base.errors import CemsimError
from cemsim.base.near import listed
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.schema.team import Team

MUCH = 1.1
"""People after rounding, over people before it, from which on a cut is remarked on (A)."""


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
    if share == 1:
        return list(family)
    if not nearly:
        _leaves_whole_people(family, share)
        _leaves_whole_shifts(family, share)
    return [_plan(scenario, family[0], share) for scenario in family]


def _leaves_whole_people(family: Sequence[Scenario], share: float) -> None:
    steps = [
        (name, now - was) for plan in family[1:] for name, team in plan.teams.items()
        for _, was, now in _resized(team, family[0].teams.get(name))
    ]  # fmt: skip
    for name, step in steps:
        if not _is_whole(step * share):
            fitting = [f"{p} %" for p in range(1, 100) if all(_is_whole(each * p / 100) for _, each in steps)]
            raise CemsimError(
                f"A plan changes the people of {name} by {step:+g}; {100 * share:g} % of that is {step * share:+.2g}. "
                + (f"Whole people are left at {listed(fitting, 5)}, or at 100 % (no cut)." if fitting
                   else "Only 100 % (no cut) leaves whole people.")
            )  # fmt: skip


def _leaves_whole_shifts(family: Sequence[Scenario], share: float) -> None:
    """Refuse a cut of a plan with shifts or overtime of its own: rounding would change staff by more than the plan."""
    for plan in family[1:]:
        for name, team in plan.teams.items():
            before = family[0].teams.get(name)
            if before is not None and team.shifts != before.shifts:
                sizes = [shift.people for each in (before, team) for shift in each.shifts]
                odd = [people for people in (*sizes, before.on_shift or 0) if not _is_whole(people * share)]
                if odd:
                    raise CemsimError(
                        f"{plan.name} changes the shifts of {name}, and {100 * share:g} % of {odd[0]:g} people on "
                        f"shift is {odd[0] * share:.2g}. Write a cut that leaves whole people in all shifts, or none."
                    )
    for scenario in family:
        if any(deed.action == "add_staff" for s in scenario.rulesets for rule in s.rules for deed in rule.then):
            raise CemsimError(
                f"Rules of {scenario.name} order overtime of whole people (add_staff), which a smaller company could "
                "not do in proportion. Leave the cut out."
            )


def rounded(scenario: Scenario, share: float) -> dict[str, tuple[float, float]]:
    """Teams of which a cut leaves a tenth more people than its share or beyond, by rounding up: exact, and left.

    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.scenario import load
    >>> rounded(load(shipped("scenarios", "telecom", "baseline.yaml")), 0.2)["contact_centre"]
    (1.6, 2.0)
    """
    found = {}
    for name, team in scenario.teams.items():
        small = _team(team, share)
        exact, left = ((each.on_shift or each.paid or sum(s.people for s in each.shifts)) for each in (team, small))
        if exact * share > 0 and left >= MUCH * exact * share:
            found[name] = (exact * share, float(left))
    return found


def _is_whole(people: float) -> bool:
    return abs(people - round(people)) <= 1e-9


def _plan(scenario: Scenario, base: Scenario, share: float) -> Scenario:
    small = scaled(scenario, share)
    teams = {
        name: _changed(scenario.teams[name], base.teams.get(name), team, share) for name, team in small.teams.items()
    }
    update: dict[str, object] = {"teams": teams}
    if scenario.investment is not None:
        spent = {"capex": scenario.investment.capex * share, "opex": scenario.investment.opex * share}
        update["investment"] = scenario.investment.model_copy(update=spent)
    return small.model_copy(update=update)


def _changed(team: Team, before: Team | None, small: Team, share: float) -> Team:
    """A plan's team cut down: as many whole people more or fewer than the baseline's as the share makes of them."""
    update = {
        field: max(_whole(was, share) + round((now - was) * share), 0) for field, was, now in _resized(team, before)
    }
    return small.model_copy(update=update)


def _resized(team: Team, before: Team | None) -> Iterator[tuple[str, float, float]]:
    """What a plan changes of a team's size: the field, and people before and after."""
    for field in ("on_shift", "paid"):
        now, was = getattr(team, field), getattr(before, field, None)
        if now is not None and was is not None and was != now:
            yield field, was, now


def _team(team: Team, share: float) -> Team:
    counts = {field: getattr(team, field) for field in ("on_shift", "paid", "room")}
    update: dict[str, object] = {field: _whole(count, share) for field, count in counts.items() if count is not None}
    if team.shifts:
        update["shifts"] = tuple(s.model_copy(update={"people": _whole(s.people, share)}) for s in team.shifts)
    return team.model_copy(update=update)


def _whole(count: float, share: float) -> int:
    return max(1, math.ceil(count * share - 1e-9)) if count else 0
