"""The firm behind its customers, from words to numbers: improvement, follow-up, maturity (model.md 3j)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cemsim.model.maturity import CAPABILITIES, DISCIPLINES, EFFECTS, NEUTRAL, multiplier
from cemsim.plan.names import Names
from cemsim.plan.tables import FIRM
from cemsim.scenario.schema.improvement import FollowUp
from cemsim.scenario.schema.recipe import Scenario

if TYPE_CHECKING:
    from cemsim.plan.plan import Stage

_LEVELS = (*CAPABILITIES, *DISCIPLINES)


def firm(scenario: Scenario, names: Names) -> NDArray[np.void]:
    """One record: how failures are found and mended, and how mature the firm is."""
    table = np.zeros(1, FIRM)
    row, it = table[0], scenario.improvement
    row["levels"] = NEUTRAL
    if scenario.switches.maturity:
        row["mature"], row["levels"] = 1, [getattr(scenario.maturity, name) for name in _LEVELS]
        row["weak"], row["strong"] = scenario.maturity.weak, scenario.maturity.strong
    if it is None or not scenario.switches.improvement:
        return table
    row["improves"], row["reviews"], row["lead"] = 1, it.reviews, it.lead
    row["detection"], row["floor"] = it.detection, it.floor
    row["injected"], row["decay"], row["people"] = it.new_defects, it.decay, it.people
    for place, owner in enumerate((it.owner.back, it.owner.front)):
        row["pace"][place] = 0.0 if owner == "nobody" else 1.0 / getattr(it.half_life, owner)
        row["crosses"][place] = owner in ("cross_functional", "several_firms")
    return table


def follow_up(world: Any, scenario: Scenario, names: Names) -> None:
    """Write into a world's record how unhappy customers are followed up."""
    it = scenario.improvement
    world["follow_journey"], world["follow_within"] = -1, FollowUp().within        # so that a ramp moves no delay
    if it is None or it.follow_up is None or not scenario.switches.improvement:
        return
    world["follow_up"], world["follow_within"] = 1, it.follow_up.within
    world["follow_found"] = it.follow_up.found
    if it.follow_up.journey is not None:
        world["follow_journey"] = names.journeys.index(it.follow_up.journey)


def ramp_of(scenario: Scenario, ramp: float) -> float:
    """Months a plan takes to take hold: sooner, where delivery is mature."""
    if not scenario.switches.maturity:
        return ramp
    return ramp * multiplier(scenario.maturity.deliver, *EFFECTS["noise"][1:])


def matured(now: Stage, before: Stage) -> None:
    """Write what maturity moves into a state of the world; ``before``: the world that a plan starts from."""
    row = now.firm[0]
    if row["mature"] == 0:
        return
    levels = dict(zip(_LEVELS, row["levels"].tolist(), strict=True))
    by = {name: multiplier(levels[of], low, high) for name, (of, low, high) in EFFECTS.items()}
    of = {name: multiplier(levels[name], float(row["weak"]), float(row["strong"])) for name in DISCIPLINES}
    world, was = now.world, before.world
    world["quality"] = was["quality"] + by["targeting"] * (world["quality"] - was["quality"])
    known = (before.steps["skip"] == 0) & (now.steps["skip"] == 0)
    gained = now.steps["quality"] - before.steps["quality"]
    now.steps["quality"][known] = (before.steps["quality"] + by["projects"] * gained)[known]
    world["back_factor"] *= by["defects"]
    world["noise"] *= by["noise"]
    world["reply"] = world["reply"].mean() + by["survey_gap"] * (world["reply"] - world["reply"].mean())
    row["detection"] = min(float(row["detection"]) * by["detection"], 1.0)
    row["injected"] *= by["defects"] * of["rigour"]
    row["decay"] *= by["decay"] * of["rhythm"]
    row["pace"] /= np.where(row["crosses"] != 0, of["coordination"], of["accountability"])
    now.crews["attrition"] *= by["attrition"]
