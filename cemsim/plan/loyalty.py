"""Loyalty schemes and campaigns of a scenario as the arrays that an engine reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemsim.base.words import ATTRIBUTES
from cemsim.model.contact import advertising_lift, built_up
from cemsim.model.loyalty import break_even
from cemsim.plan.names import Names
from cemsim.plan.tables import CAMPAIGN, POINTS, SCHEME, STAMPS
from cemsim.rules.vocabulary import TIERS
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.schema.schemes import Earned, Scheme, Stamps

ENDLESS = 2**30
BEYOND = 1e12
"""Spending that nobody reaches: there is no such tier."""
UNPROMISED = -100.0


def scheme_table(scenario: Scenario, names: Names) -> NDArray[np.void]:
    """A row for each scheme; one that this scenario does not have does not run."""
    table = np.zeros(len(names.schemes), SCHEME)
    for row, name in zip(table, names.schemes, strict=True):
        scheme = scenario.schemes.get(name)
        if scheme is None or not scenario.switches.schemes:
            row["above"], row["threshold"] = BEYOND, 1
            continue
        row["on"] = scheme.runs
        for g, segment in enumerate(names.segments):
            row["open"][g] = not scheme.open_to or segment in scheme.open_to
        _counted(row, scheme)
        row["above"], row["tiered"] = BEYOND, bool(scheme.tiers)
        for tier, about in scheme.tiers.items():
            row["above"][TIERS.index(tier)] = about.above
            row["closer"][TIERS.index(tier)] = about.relationship
        row["discount"] = scheme.discount
        if scheme.club is not None:
            row["fee"], row["uplift"], row["benefit"] = scheme.club.fee, scheme.club.uplift, scheme.club.benefit
    return table


def _counted(row: Any, scheme: Scheme) -> None:
    """What is counted, and what it takes for a reward."""
    row["threshold"] = 1
    what: Earned | Stamps | None = scheme.points or scheme.stamps
    if what is None:
        return
    if isinstance(what, Stamps):
        row["counts"], row["threshold"], row["free"] = STAMPS, what.size, what.free
        row["earn"], row["use"] = 1.0, 1.0
    else:
        row["counts"], row["threshold"] = POINTS, what.threshold
        row["earn"], row["use"] = what.earn, what.use
    row["value"], row["pull"], row["lives"] = point_value(scheme), what.pull, scheme.lives


def point_value(scheme: Scheme) -> float:
    """What a point (or a stamp) of a scheme is worth when it is used, in money."""
    if scheme.stamps is not None:
        return scheme.stamps.reward / scheme.stamps.size
    return scheme.points.worth if scheme.points is not None else 0.0


def gives_nothing_back(scheme: Scheme) -> bool:
    """Whether a scheme costs no reward and brings no fee: it has tiers only, and they cost how members are served."""
    return not (scheme.points or scheme.stamps or scheme.club or scheme.discount)


def break_even_lifts(scenario: Scenario) -> list[tuple[str, str, float, float]]:
    """Of each scheme and segment that may join: what rewards cost as a share of sales, and the lift that pays for it.

    A stamp is worth its part of the reward; what a club's fee brings is taken off; breakage is as the books expect.
    A scheme that gives nothing back, of tiers only, is left out.
    """
    found = []
    for name, scheme in scenario.schemes.items():
        if gives_nothing_back(scheme):
            continue
        for segment, about in scenario.segments.items():
            if (scheme.open_to and segment not in scheme.open_to) or about.revenue <= 0.0 or not scheme.runs:
                continue
            cost = scheme.discount - (scheme.club.fee / about.revenue if scheme.club else 0.0)
            if scheme.points:
                cost += scheme.points.earn * scheme.points.worth * (1.0 - scheme.points.breakage)
            if scheme.stamps:
                bought = about.spend.trips if about.spend.kind == "repertoire" else 1.0
                rewards = bought / (scheme.stamps.size - scheme.stamps.free)
                cost += rewards * scheme.stamps.reward * (1.0 - scheme.stamps.breakage) / about.revenue
            found.append((name, segment, cost, break_even(max(cost, 0.0), about.margin)))
    return found


def campaign_table(scenario: Scenario, names: Names) -> NDArray[np.void]:
    """A row for each campaign; one that this scenario does not have does not run."""
    table = np.zeros(len(names.campaigns), CAMPAIGN)
    table["promise"], table["advertising"], table["lasts"] = UNPROMISED, 1.0, ENDLESS
    for row, name in zip(table, names.campaigns, strict=True):
        campaign = scenario.campaigns.get(name)
        if campaign is None or not scenario.switches.communication:
            continue
        row["on"], row["outreach"] = campaign.runs, campaign.outreach
        row["starts"] = -ENDLESS if campaign.starts is None else campaign.starts
        row["lasts"] = ENDLESS if campaign.lasts is None else campaign.lasts
        for g, segment in enumerate(names.segments):
            row["to"][g] = not campaign.to or segment in campaign.to
        if campaign.kind == "messages":
            row["sent"] = campaign.sent
        else:
            row["advertising"] = campaign.advertising
            row["promise"] = [campaign.promise.get(k, UNPROMISED) for k in ATTRIBUTES]
    return table


def unheard(before: NDArray[np.void], after: NDArray[np.void]) -> NDArray[np.void]:
    """The table of a baseline, in which what only a plan has stands as it will be, switched off.

    So a new scheme or campaign steps in as it is written, and nothing of it is blended in.
    """
    found = before.copy()
    new = (before["on"] == 0) & (after["on"] != 0)
    found[new] = after[new]
    found["on"][new] = 0
    return found


def loyalty_numbers(row: Any, scenario: Scenario) -> None:
    """Write the numbers of schemes and communication into the world's row."""
    loyal, spoken, on = scenario.model.loyalty, scenario.model.communication, scenario.switches.communication
    row["goal_power"], row["heavy"], row["heavy_from"] = loyal.power, loyal.heavy, loyal.heavy_from
    row["rewarded"], row["rewarded_months"] = loyal.rewarded, loyal.rewarded_months
    row["scheme_fading"] = math.log(2.0) / loyal.half_life if loyal.half_life else 0.0
    row["selection"], row["enrolment"] = loyal.selection, loyal.enrolment
    row["economic"], row["fee_aversion"] = loyal.economic, loyal.fee_aversion
    row["failure_loss"] = loyal.failure_loss if scenario.switches.schemes else 1.0
    row["pressure_left"] = spoken.left
    row["opt_out"], row["welcome"], row["reactance"] = (
        (spoken.opt_out, spoken.welcome, spoken.reactance) if on else (0.0, 0.0, 0.0)
    )
    row["short"], row["lasting"], row["carry_over"] = spoken.short, spoken.lasting, spoken.carry_over


def heard(
    campaigns: NDArray[np.void], world: Any, month: int, steps_in: Sequence[int | None]
) -> tuple[tuple[bool, float], ...]:
    """Of each campaign: whether it runs in a month of the horizon (below 0: burn-in), and its factor on joining.

    ``steps_in``: of each, the month in which it begins if it has no start of its own, None for long ago.
    """
    found = []
    for row, own in zip(campaigns, steps_in, strict=True):
        starts = own if row["starts"] == -ENDLESS else int(row["starts"])
        since, lasts = ENDLESS if starts is None else month - starts, int(row["lasts"])
        if not row["on"] or (month < 0 and row["starts"] > -ENDLESS):
            found.append((False, 1.0))
            continue
        runs = 0 <= since < lasts or starts is None
        built = built_up(since, lasts, float(world["carry_over"]))
        lift = advertising_lift(float(row["advertising"]), runs, built, float(world["short"]), float(world["lasting"]))
        found.append((runs, lift))
    return tuple(found)


def speak(campaigns: NDArray[np.void], world: Any, now: tuple[tuple[bool, float], ...]) -> None:
    """Write what campaigns do in a month into their rows and the world's."""
    for row, (runs, lift) in zip(campaigns, now, strict=True):
        row["on"] = runs
        world["advertising"] *= lift
        if runs and np.any(row["promise"] > UNPROMISED):
            world["promised"] = np.maximum(world["promised"], row["promise"])
            world["xi"] = world["promise_pull"]
