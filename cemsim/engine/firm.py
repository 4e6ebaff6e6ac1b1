"""The firm behind its customers, and what it makes of a month's tables; both engines call it once a month.

Rosters, handling times, what is resolved and what goes wrong follow from it, so that the event loops need not know.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.engine import places
from cemsim.engine.crews import Crews, morale_at_first
from cemsim.model.improvement import detected, level_next
from cemsim.model.workforce import staff_points
from cemsim.plan.laws import derive
from cemsim.plan.tables import Tables

SERVICE = 1


#: Failures by origin relative to the start, what was reported of them since the last review, and how much is worked on.
FIRM_NOW: Final = np.dtype([("level", "f8", 2), ("reports", "f8", 2), ("worked", "f8", 2), ("months", "i4")])


class Firm:
    """All of a world's firm that changes: its people, and what it has mended; ``newborn``: people begin with it."""

    def __init__(self, newborn: bool = False, burn_in: int = 0) -> None:
        self.crews, self.burn_in = Crews(newborn), burn_in
        self.now = np.zeros(1, FIRM_NOW)
        self.now["level"] = 1.0

    def copy(self) -> Firm:
        """The same firm in a world that goes its own way."""
        twin = Firm(burn_in=self.burn_in)
        twin.crews, twin.now = self.crews.copy(), self.now.copy()
        return twin

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that changes, by name, for whoever compares two worlds."""
        return {"seats": self.crews.seats, "crews": self.crews.now, "firm": self.now}

    def open_month(self, tables: Tables, keys: NDArray[np.uint64], month: int) -> Tables:
        """The tables of this month as the firm fills them; the same ones where it changes nothing."""
        if np.any(self.now["level"] != 1.0):
            tables = mended(tables, self.now["level"][0])
        if not tables.crews["on"].any():
            return tables
        self.crews.open_month(tables, keys, month)
        return staffed(tables, self.crews)

    def close_month(
        self, tables: Tables, keys: NDArray[np.uint64], month: int, teams: NDArray[np.float64],
        failures: NDArray[np.float64], unhappy: float, told: NDArray[np.float64],
    ) -> None:
        """What the month leaves.

        ``teams`` [team, TEAMS] holds the month's minutes and is added to; ``failures`` [FAILURES] are the month's,
        ``unhappy`` its unhappy answers; ``told`` [FIRM] is filled.
        """
        if tables.crews["on"].any():
            self.crews.close_month(tables, keys, month, teams)
        rules, now = tables.firm[0], self.now[0]
        told[places.LEVEL : places.LEVEL + 2] = now["level"]
        told[places.WORKED : places.WORKED + 2] = now["worked"]
        told[places.ORGANISERS] = rules["people"]
        if rules["improves"] != 0 and month >= self.burn_in:
            told[places.REPORTS] = improve(rules, now, failures, unhappy)


def improve(rules: Any, now: Any, failures: NDArray[np.float64], unhappy: float) -> float:
    """A month of finding and mending (j1-j3); returns the reports that name a cause.

    Complaints and unhappy answers speak of causes in proportion to the failures that happened.
    """
    happened = failures[places.FAIL_FIRST : places.FAIL_FIRST + 3]
    total = float(happened[0] + happened[1] + happened[2])
    spoken = float(failures[places.VOICED]) + unhappy
    for origin in (0, 1):
        if total > 0.0:
            now["reports"][origin] += spoken * float(happened[origin]) / total
        now["level"][origin] = level_next(
            float(now["level"][origin]), float(rules["pace"][origin]), float(now["worked"][origin]),
            float(rules["floor"]), float(rules["injected"]), float(rules["decay"]),
        )  # fmt: skip
    now["months"] += 1
    since = int(now["months"]) - int(rules["lead"])
    if since > 0 and (since - 1) % int(rules["reviews"]) == 0:
        gap = int(now["months"]) if since == 1 else int(rules["reviews"])   # a rare review must not know more
        for origin in (0, 1):
            now["worked"][origin] = detected(float(rules["detection"]), float(now["reports"][origin]) / gap)
            now["reports"][origin] = 0.0
    return spoken * float(happened[0] + happened[1]) / total if total > 0.0 else 0.0


def mended(tables: Tables, level: NDArray[np.float64]) -> Tables:
    """Failures by origin, at the levels reached."""
    world = tables.world.copy()
    world["back_factor"] *= level[0]
    world["front_factor"] *= level[1]
    return tables._replace(world=world)


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
        own = (steps["team"] == team) & (steps["partner"] == 0)      # a partner's people are not ours (i6)
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
