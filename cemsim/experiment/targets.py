"""What the user observes, against what the calibrated baseline shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cemsim.base.records import PEOPLE, TEAMS, column
from cemsim.base.words import CAUSES
from cemsim.engine.log import Log
from cemsim.plan.plan import Plan
from cemsim.plan.tables import LIVE


@dataclass(frozen=True)
class Target:
    """One observed number and its simulated counterpart, in the same unit."""

    name: str
    target: float
    achieved: float
    unit: str


def targets(plan: Plan, log: Log) -> tuple[Target, ...]:
    """Targets of a calibrated baseline; ``log`` has a leading replicate axis. Empty without calibration."""
    if not plan.scenario.switches.calibration:
        return ()
    found: list[Target] = []
    people = log.people.sum(axis=(0, 1))
    base, left = people[:, column(PEOPLE, "year_base")], people[:, column(PEOPLE, "year_left")]
    for name, b, gone, want in zip(plan.names.segments, base, left, plan.before.segments["churn"], strict=True):
        if b > 0:
            found.append(Target(f"churn, {name}", 100.0 * float(want), float(100.0 * gone / b), "% a year"))
    lost = log.lost.sum(axis=(0, 1, 2))
    if lost.sum() > 0:
        for cause, count, want in zip(CAUSES, lost, plan.before.world["ledger"][0], strict=True):
            found.append(
                Target(f"leavers, {cause}", 100.0 * float(want), float(100.0 * count / lost.sum()), "% of leavers")
            )
    everybody = people.sum(axis=0)
    replied = everybody[[column(PEOPLE, f"replied_{w}") for w in ("promoters", "passives", "detractors")]]
    observed = float(plan.before.world["observed_nps"][0])
    if np.isfinite(observed) and replied.sum() > 0:
        found.append(
            Target("NPS, surveyed", observed, float(100.0 * (replied[0] - replied[2]) / replied.sum()), "points")
        )
    teams = log.teams.sum(axis=(0, 1))
    arrived = teams[:, column(TEAMS, "arrived")]
    contacts = float(plan.before.world["observed_contacts"][0])
    if np.isfinite(contacts):
        live = plan.before.teams["works"] == LIVE
        rate = 12.0 * float(arrived[live].sum()) / max(float(everybody[column(PEOPLE, "months")]), 1.0)
        found.append(Target("contacts", contacts, rate, "a customer-year"))
    for i, name in enumerate(plan.names.teams):
        team = plan.scenario.teams.get(name)
        if team is not None and team.observed.abandonment is not None and arrived[i] > 0:
            share = teams[i, column(TEAMS, "abandoned")] / arrived[i]
            found.append(
                Target(f"abandonment, {name}", 100.0 * team.observed.abandonment, 100.0 * float(share), "% of contacts")
            )
    return tuple(found)
