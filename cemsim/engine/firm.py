"""The firm behind its customers, and what it makes of a month's tables; both engines call it once a month."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemsim.engine.crews import Crews, morale_at_first
from cemsim.model.workforce import staff_points
from cemsim.plan.laws import derive
from cemsim.plan.tables import Tables

SERVICE = 1


class Firm:
    """All of a world's firm that changes: its people."""

    def __init__(self, newborn: bool = False) -> None:
        self.crews = Crews(newborn)

    def copy(self) -> Firm:
        """The same firm in a world that goes its own way."""
        twin = Firm()
        twin.crews = self.crews.copy()
        return twin

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that changes, by name, for whoever compares two worlds."""
        return {"seats": self.crews.seats, "crews": self.crews.now}

    def open_month(self, tables: Tables, keys: NDArray[np.uint64], month: int) -> Tables:
        """The tables of this month as the firm's people fill them; the same ones where nothing is followed."""
        if not tables.crews["on"].any():
            return tables
        self.crews.open_month(tables, keys, month)
        return staffed(tables, self.crews)

    def close_month(self, tables: Tables, keys: NDArray[np.uint64], month: int, told: NDArray[np.float64]) -> None:
        """What the month leaves; ``told`` [team, TEAMS] holds its minutes and is added to."""
        if tables.crews["on"].any():
            self.crews.close_month(tables, keys, month, told)


def staffed(tables: Tables, crews: Crews) -> Tables:
    """Rosters, handling times, what is resolved and how staff is felt, with the people who are there."""
    heads, steps, laws, world = tables.heads.copy(), tables.steps.copy(), tables.laws.copy(), tables.world.copy()
    for team in np.flatnonzero(tables.crews["on"]).tolist():
        crew, now = tables.crews[team], crews.now[team]
        heads[team] = crews.heads(tables.heads[team], team, crew)
        skill = float(now["skill"]) - float(crew["skill"])
        mood = float(now["morale"]) - morale_at_first(crew)
        points = float(crew["service"]) + staff_points(
            float(crew["morale_points"]), mood, float(crew["skill_points"]), skill
        )
        slower = float(crew["handling"]) * float(crew["skill"]) / float(now["skill"])
        own = steps["team"] == team
        laws["mean"][steps["handling"][own]] *= slower
        better = float(crew["resolves"]) * (1.0 + float(crew["skill_points"]) * skill)
        steps["resolves"][own] = _resolved(steps["resolves"][own], better)
        steps["quality"][own, SERVICE] += points
    world["recovery"] += _recovery(tables, crews)
    derive(laws)
    return tables._replace(heads=heads, steps=steps, laws=laws, world=world)


def _resolved(share: NDArray[np.float64], better: float) -> NDArray[np.float64]:
    """What is resolved; a step that always or never resolves is not a matter of skill."""
    return np.where((share > 0.0) & (share < 1.0), np.clip(share * better, 0.0, 1.0), share)


def _recovery(tables: Tables, crews: Crews) -> float:
    """What skill adds to the share of complaints that are put right: the mean over the teams that handle them."""
    complaint = tables.world["complaint"][0]
    found: list[Any] = []
    for team in tables.steps["team"][(tables.steps["journey"] == complaint) & (tables.steps["team"] >= 0)].tolist():
        crew = tables.crews[team]
        on = crew["on"] != 0
        found.append(float(crew["recovery"]) * (float(crews.now[team]["skill"]) - float(crew["skill"])) if on else 0.0)
    return sum(found) / len(found) if found else 0.0
