"""Whether a scenario ties people to the firm by more than satisfaction, so that more must be remembered of each."""

from __future__ import annotations

from cemsim.plan.market import network_of
from cemsim.plan.ties import tying
from cemsim.scenario.schema.recipe import Scenario


def bonded(scenario: Scenario) -> bool:
    """Whether any mechanism of a scenario needs the table BOND."""
    follows = scenario.improvement is not None and scenario.improvement.follow_up is not None
    return (
        tying(scenario) or network_of(scenario) is not None or (follows and scenario.switches.improvement)
        or bool(scenario.schemes or scenario.campaigns)
    )  # fmt: skip
