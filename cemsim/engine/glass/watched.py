"""A world that is lived an hour, a day or a week at a time, and what is seen of it after each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.engine.glass.issue import Issue
from cemsim.engine.glass.team import Team
from cemsim.engine.glass.world import GlassWorld
from cemsim.engine.law import DAY, SLOT
from cemsim.engine.stay import overall
from cemsim.plan.plan import Plan
from cemsim.plan.tables import BACK_OFFICE, SLOTS, Tables, clock

HOUR: Final = 60.0
STEPS: Final = {"hour": HOUR, "day": DAY, "week": 7 * DAY}
"""How long a step can be, in minutes."""
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Company:
    """Who is watched: a plan, frozen constants, the seed of all draws; ``whole`` is the customers before a cut."""

    plan: Plan
    constants: Mapping[str, NDArray[np.float64]]
    seed: int
    whole: int

    @property
    def burn_in(self) -> int:
        """Months lived before the plan begins."""
        return self.plan.scenario.burn_in

    def tables(self, month: int) -> Tables:
        """What is in force in a month since the burn-in began."""
        return self.plan.at(month - self.burn_in if month >= self.burn_in else -1, self.constants)


@dataclass(frozen=True)
class TeamSeen:
    """A team at a moment: contacts that wait, minutes of the longest wait, contacts in hand, people on shift.

    Of the step that has just ended: ``most`` contacts that waited at a full hour, and ``occupancy``, the busy share of
    the minutes staffed; nan where nobody was there.
    """

    waiting: int
    longest: float
    in_hand: int
    on_shift: int
    most: int
    occupancy: float


@dataclass(frozen=True)
class Seen:
    """The company at a moment; counts of what has happened are since the plan began, ``time`` is in minutes since then.

    ``satisfaction`` is the mean overall satisfaction of each segment's customers in points, nan where nobody is left.
    """

    time: float
    customers: int
    lost: int
    won: int
    contacts: int
    open_issues: int
    complaints: int
    satisfaction: tuple[float, ...]
    teams: tuple[TeamSeen, ...]
    fired: Mapping[str, int] = field(default_factory=dict)


class WatchedWorld(GlassWorld):
    """The glass engine's world with its burn-in behind it; each step lives ``length`` minutes and is looked at.

    It is the same world: whoever lives it in hours or in months sees the same contacts.
    """

    def __init__(self, company: Company, replicate: int = 0) -> None:
        newborn = not company.plan.scenario.switches.calibration
        super().__init__(company.plan, company.tables(0), company.seed, replicate, company.burn_in, newborn)
        self.company, self.length = company, STEPS["hour"]
        days = clock(company.burn_in + company.plan.scenario.horizon)
        self.begins, self.ends = float(days[company.burn_in]) * DAY, float(days[-1]) * DAY
        self._behind = np.zeros((len(self.teams), 2))        # busy and staffed minutes of the months behind us
        self._before = np.zeros((len(self.teams), 2))        # and of all time until the last look
        self._most: list[int] = [0] * len(self.teams)
        while self.month < self.burn_in:
            self.live_month(company.tables(self.month))
        self._at_start = len(self.visits), len(self.lost)
        self.at_start = sum(c.is_customer for c in self.customers)
        self._fired = dict(self.fired)
        self.begin_month(company.tables(self.month))
        self._look()                                         # minutes worked before the plan are no occupancy of it
        self.seen = [self._look()]

    def step(self) -> None:
        """Live on for a step, until the horizon."""
        if not self.running:
            return
        until = min(self.clock.now + self.length, self.ends)
        while self.clock.now < until:
            self._live_until(min((self.clock.now // HOUR + 1) * HOUR, until))
            self._most = [max(most, len(team.queue)) for most, team in zip(self._most, self.teams, strict=True)]
        self.seen.append(self._look())

    def _live_until(self, time: float) -> None:
        """Live on, through the end of a month where it is due."""
        self.clock.live_until(time)
        if time == self.month_end:
            self.end_month()
            self.running = time < self.ends
            if self.running:
                self.begin_month(self.company.tables(self.month))

    def end_month(self) -> None:
        """As always; and the minutes that the teams have counted are kept."""
        super().end_month()
        for _, place, staffed, busy, _ in self.staff[-len(self.teams):] if self.teams else ():
            self._behind[place] += busy, staffed

    def when(self) -> str:
        """The moment in words, such as "Month 2 (of 0 to 23), day 12, Monday 14:00"."""
        horizon = self.company.plan.scenario.horizon
        if not self.running:
            return f"The end of month {horizon - 1}, the last"
        day, minute = divmod(int(self.clock.now), int(DAY))
        nth = day - int(clock(self.month)[-1]) + 1
        return (f"Month {self.month - self.burn_in} (of 0 to {horizon - 1}), day {nth}, {WEEKDAYS[day % 7]} "
                f"{minute // 60:02d}:{minute % 60:02d}")

    def _look(self) -> Seen:
        visits, lost = self._at_start
        here = [c for c in self.customers if c.is_customer]
        issues = [issue for issue in self.issues if issue.row["opened"] <= self.clock.now]
        left = len(self.lost) - lost
        satisfaction: list[list[float]] = [[] for _ in self.tables.segments]
        for customer in here:
            segment = customer.segment
            satisfaction[segment].append(overall(self.tables.segments[segment], customer.row))
        return Seen(
            time=self.clock.now - self.begins, customers=len(here), lost=left, won=len(here) - self.at_start + left,
            contacts=len(self.visits) - visits, open_issues=len(issues),
            complaints=sum(issue.is_complaint for issue in issues),
            satisfaction=tuple(float(np.mean(points)) if points else nan for points in satisfaction),
            teams=tuple(self._look_at(team) for team in self.teams),
            fired={rule: count - self._fired.get(rule, 0) for rule, count in self.fired.items()},
        )  # fmt: skip

    def _look_at(self, team: Team) -> TeamSeen:
        now, waiting = self.clock.now, team.queue
        minutes = self._behind[team.place] + self._minutes(team)
        busy, staffed = minutes - self._before[team.place]
        self._before[team.place] = minutes
        most = max(self._most[team.place], len(waiting))
        self._most[team.place] = 0
        waits = [now - float(request.issue.row["arrived"]) for request in waiting]
        return TeamSeen(len(waits), max(waits, default=0.0), team.count, int(team.capacity), most,
                        float(busy / staffed) if staffed > 0.0 else nan)

    def _minutes(self, team: Team) -> NDArray[np.float64]:
        """Busy and staffed minutes of this month until now; nothing of the team is changed by looking."""
        staffed = team.staffed_minutes + team.capacity * (self.clock.now - team.staff_since)
        served: list[Any] = team.users
        return np.array([team.busy_minutes + sum(self._worked(team, r.issue) for r in served), staffed])

    def _worked(self, team: Team, issue: Issue) -> float:
        """Minutes of work done on an issue that is being handled; a back office rests while it is closed."""
        begun, now = float(issue.row["begun"]), self.clock.now
        if team.rules["works"] != BACK_OFFICE:
            return now - begun
        edges = np.concatenate(([begun], np.arange(int(begun / SLOT) + 1, int(now / SLOT) + 1) * SLOT, [now]))
        heads: Any = self.tables.heads[team.place][(edges[:-1] / SLOT).astype(int) % SLOTS]
        return float(np.diff(edges)[heads > 0].sum())
