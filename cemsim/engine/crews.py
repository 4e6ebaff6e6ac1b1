"""People of teams, month by month: who is there, how fast they work, who quits (model.md 3i).

Both engines call this at the start of a month, to learn what is in force, and at its end. Each job is a seat of its
own, so that what happens to one says nothing of another's draws.
"""

from __future__ import annotations

from math import floor, log
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.draws import Stream, uniform
from cemsim.engine import places
from cemsim.model.workforce import covered, morale_next, productivity, quit_chance, strain
from cemsim.plan.tables import SLOTS, Tables

#: A job: since which month somebody works there; a month to come is that of the next one's first day.
SEAT: Final = np.dtype([("team", "i4"), ("seat", "i4"), ("since", "i4"), ("start", "f8")])
#: A team: seats made so far, satisfaction of its people, and what this month shows of them.
CREW_NOW: Final = np.dtype([
    ("begun", "i4"), ("seats", "i4"), ("jobs", "i4"), ("present", "i4"), ("hired", "i4"), ("let_go", "i4"),
    ("morale", "f8"), ("skill", "f8"), ("overtime", "f8"),
])
_SEATS: Final = 1 << 20
_OLDEST: Final = 480
_DAY: Final = np.arange(SLOTS) // 96
#: A part of a person is there on that part of the week's days, spread over the week.
_SPREAD: Final = (_DAY * 3 % 7 + 0.5) / 7.0


class Crews:
    """The people of all teams in one world; ``newborn``: all of them begin with it."""

    def __init__(self, newborn: bool = False) -> None:
        self.newborn = newborn
        self.seats, self.now = np.zeros(0, SEAT), np.zeros(0, CREW_NOW)

    def copy(self) -> Crews:
        """The same people in a world that goes its own way."""
        twin = Crews(self.newborn)
        twin.seats, twin.now = self.seats.copy(), self.now.copy()
        return twin

    def open_month(self, tables: Tables, keys: NDArray[np.uint64], month: int) -> None:
        """Newcomers begin; jobs are made or cut where the roster changed."""
        more = len(tables.crews) - len(self.now)
        if more > 0:
            self.now = np.concatenate([self.now, np.zeros(more, CREW_NOW)])
        for team in np.flatnonzero(tables.crews["on"]).tolist():
            crew, now = tables.crews[team], self.now[team]
            jobs = int(float(crew["present"]) / float(crew["presence"]) + 0.5)
            if now["begun"] == 0:
                self._begin(team, crew, keys, month, jobs)
            else:
                self._resize(team, crew, keys, month, jobs)
            there = self._there(team, month)
            now["jobs"], now["present"] = jobs, len(there)
            speeds = [self.speed(seat, crew, month) for seat in there]
            now["skill"] = sum(speeds) / len(speeds) if speeds else float(crew["skill"])
            now["overtime"] = covered(self.share(team, crew), float(crew["overtime"]))

    def share(self, team: int, crew: Any) -> float:
        """People there, as a share of those whom the roster reckons with."""
        reckoned = float(crew["presence"]) * int(self.now[team]["jobs"])
        return int(self.now[team]["present"]) / reckoned if reckoned > 0.0 else 0.0

    def speed(self, seat: Any, crew: Any, month: int) -> float:
        """Productivity of whoever sits on a seat."""
        return productivity(month - int(seat["since"]), float(seat["start"]), float(crew["tau"]))

    def heads(self, roster: NDArray[np.int32], team: int, crew: Any) -> NDArray[np.int32]:
        """People on shift by quarter hour of the week; a shift is not left empty while anybody is there."""
        share = self.share(team, crew) * (1.0 + float(self.now[team]["overtime"])) * (1.0 - float(crew["off_phone"]))
        found = np.floor(roster * share + _SPREAD).astype(np.int32)
        return np.where((roster > 0) & (share > 0.0), np.maximum(found, 1), 0).astype(np.int32)

    def close_month(self, tables: Tables, keys: NDArray[np.uint64], month: int, told: NDArray[np.float64]) -> None:
        """Who quits, and what all make of the month; ``told`` [team, TEAMS] holds its minutes and is added to."""
        for team in np.flatnonzero(tables.crews["on"]).tolist():
            crew, now, row = tables.crews[team], self.now[team], told[team]
            _settle_minutes(row, crew, float(now["overtime"]), float(tables.teams[team]["paid_factor"]))
            planned = float(row[places.STAFFED] - row[places.OVERTIME])
            strained = strain(float(row[places.BUSY]) / planned if planned > 0.0 else 0.0)
            chance = quit_chance(
                float(crew["attrition"]), float(crew["by_occupancy"]), strained - float(crew["strain"]),
                float(crew["by_morale"]), float(now["morale"]) - morale_at_first(crew),
            )  # fmt: skip
            left = self._quit(team, crew, keys, month, chance)
            row[places.JOBS], row[places.PRESENT] = now["jobs"], now["present"]
            row[places.STAFF] = now["present"] - left
            row[places.HIRED], row[places.LEFT] = now["hired"], left + int(now["let_go"])
            row[places.REPLACED] = now["hired"] * float(crew["care"])
            row[places.PRODUCTIVITY] = now["skill"] * now["present"]
            row[places.MORALE] = now["morale"] * now["present"]
            rest, per_strain = float(crew["rest"]), float(crew["strain_points"])
            now["morale"] = morale_next(float(now["morale"]), rest, per_strain, strained)

    def _there(self, team: int, month: int) -> NDArray[Any]:
        return self.seats[(self.seats["team"] == team) & (self.seats["since"] <= month)]

    def _begin(self, team: int, crew: Any, keys: NDArray[np.uint64], month: int, jobs: int) -> None:
        """The people of a team at first: as if it had always been like this."""
        quit = quit_chance(float(crew["attrition"]), 0.0, 0.0, 0.0, 0.0)
        found = np.zeros(jobs, SEAT)
        found["team"], found["seat"], found["start"] = team, np.arange(jobs), crew["first"]
        for seat in found:
            if self.newborn:
                seat["since"] = month
                continue
            who, key = team * _SEATS + int(seat["seat"]), keys[Stream.STAFF]
            luck = uniform(key, who, 1)
            if uniform(key, who, 0) < crew["presence"]:
                served = floor(log(luck) / log(1.0 - quit)) if quit > 0.0 else _OLDEST
                seat["since"] = month - min(served, _OLDEST)
            else:
                seat["since"] = month + 1 + floor(float(crew["lead"]) * luck)
        self.seats = np.concatenate([self.seats, found])
        now = self.now[team]
        now["begun"], now["seats"], now["morale"] = 1, jobs, morale_at_first(crew)

    def _resize(self, team: int, crew: Any, keys: NDArray[np.uint64], month: int, jobs: int) -> None:
        """Fewer jobs: vacancies go first, then who came last. More jobs: they are vacant until somebody is found."""
        now = self.now[team]
        mine = np.flatnonzero(self.seats["team"] == team)
        now["let_go"] = 0
        if len(mine) > jobs:
            latest = mine[np.argsort(-self.seats["since"][mine], kind="stable")][: len(mine) - jobs]
            now["let_go"] = int(np.sum(self.seats["since"][latest] < month))
            self.seats = np.delete(self.seats, latest)
        elif len(mine) < jobs:
            new = np.zeros(jobs - len(mine), SEAT)
            new["team"], new["seat"] = team, int(now["seats"]) + np.arange(len(new))
            for seat in new:
                seat["since"], seat["start"] = month + self._absent(seat, crew, keys, month), crew["start"]
            now["seats"] += len(new)
            self.seats = np.concatenate([self.seats, new])
        now["hired"] = int(np.sum((self.seats["team"] == team) & (self.seats["since"] == month)))

    def _quit(self, team: int, crew: Any, keys: NDArray[np.uint64], month: int, chance: float) -> int:
        left = 0
        for seat in self.seats:
            if seat["team"] != team or seat["since"] > month:
                continue
            if uniform(keys[Stream.QUIT], team * _SEATS + int(seat["seat"]), month) < chance:
                left += 1
                seat["since"] = month + 1 + self._absent(seat, crew, keys, month)
                seat["start"] = crew["start"]
        return left

    def _absent(self, seat: Any, crew: Any, keys: NDArray[np.uint64], month: int) -> int:
        """Whole months until the next one begins, as many on average as finding and training takes."""
        luck = uniform(keys[Stream.HIRE], int(seat["team"]) * _SEATS + int(seat["seat"]), month)
        return floor(float(crew["lead"]) + luck)


def morale_at_first(crew: Any) -> float:
    """Staff satisfaction on the baseline, against which all else is felt."""
    return min(max(float(crew["morale"]) - float(crew["strain_points"]) * float(crew["strain"]), 0.0), 10.0)


def _settle_minutes(row: NDArray[np.float64], crew: Any, overtime: float, factor: float) -> None:
    """Overtime for vacancies is paid as such; who is trained is paid, off the phone."""
    planned = row[places.STAFFED] - row[places.OVERTIME]
    extra = planned * overtime / (1.0 + overtime)
    off = float(crew["off_phone"])
    row[places.OVERTIME] += extra
    row[places.TRAINING] = (planned - extra) * factor * off / (1.0 - off) if off < 1.0 else 0.0
    row[places.PAID] = (planned - extra) * factor + row[places.TRAINING]
