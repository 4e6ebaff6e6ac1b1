"""People of teams, from words to numbers; and what of them is frozen on the baseline (model.md 3i)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cemsim.model.workforce import mean_productivity, presence
from cemsim.plan.names import Names
from cemsim.plan.tables import CREW
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.schema.team import Team
from cemsim.scenario.schema.workforce import Workforce

#: What is known of the baseline's people, and shared by all its scenarios.
FROZEN: Final = ("presence", "skill", "morale", "strain")
_MONTH: Final = 365.0 / 12.0
_DAY: Final = 1440.0


def crews(
    scenario: Scenario, names: Names, heads: NDArray[np.int32], teams: NDArray[np.void]
) -> NDArray[np.void]:
    """The people of each team; ``heads`` are those on shift by quarter hour of the week."""
    table = np.zeros(len(names.teams), CREW)
    for i, name in enumerate(names.teams):
        team = scenario.teams.get(name)
        if team is None or team.workforce is None or not scenario.switches.workforce:
            continue
        paid = 15.0 * float(heads[i].sum()) * float(teams["paid_factor"][i])
        table[i]["on"], table[i]["present"] = 1, max(round(paid / team.paid_week), int(paid > 0.0))
        _fill(table[i], team, team.workforce)
    return table


def _fill(row: np.void, team: Team, people: Workforce) -> None:
    hiring, training, morale, dial = people.hiring, people.training, people.morale, people.incentive
    row["attrition"] = -math.log1p(-people.attrition) / 12.0
    row["by_occupancy"], row["by_morale"] = people.by_occupancy, morale.attrition
    row["first"], row["tau"] = people.first_month, people.learning
    row["lead"] = (hiring.fill + hiring.train) / (_MONTH * _DAY)
    row["start"] = min(people.first_month + hiring.better_start * hiring.selection, 1.0)
    row["care"] = 1.0 + hiring.dearer * hiring.selection
    row["overtime"] = people.overtime
    row["off_phone"] = min(training.time / (team.paid_week * (1.0 - team.shrinkage) * _MONTH / 7.0), 1.0)
    effect = people.incentive_effect
    row["handling"], row["resolves"] = 1.0 - effect.handling * dial, 1.0 - effect.resolves * dial
    row["service"] = min(training.points * training.time / 60.0, training.most) - effect.service * dial
    row["recovery"], row["skill_points"], row["morale_points"] = people.recovery, people.skill, morale.service
    row["strain_points"] = morale.strain
    row["rest"] = morale.rest + morale.recognition + morale.per_empowerment * team.empowerment
    quit = 1.0 - math.exp(-float(row["attrition"]))
    row["presence"] = presence(quit, float(row["lead"]))
    row["skill"] = mean_productivity(quit, people.first_month, people.learning)
    row["morale"] = row["rest"]


def beginnings(before: NDArray[np.void], after: NDArray[np.void]) -> NDArray[np.void]:
    """The state before a change that first gives a team its people: their numbers do not ramp up from nothing."""
    new = (before["on"] == 0) & (after["on"] == 1)
    found = np.where(new, after, before)
    found["on"] = before["on"]
    return np.asarray(found)


def freeze(table: NDArray[np.void], column: str, value: NDArray[np.float64]) -> None:
    """Write what is frozen of the baseline's people; a team without any there keeps its own."""
    known = value != 0.0
    table[column][: len(value)][known] = value[known]
