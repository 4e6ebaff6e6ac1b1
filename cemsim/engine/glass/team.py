"""A team: a SimPy priority resource whose headcount follows the roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from cemsim.engine.codes import TEAM_HOUR
from cemsim.engine.law import REVIEW, SHIFT, SLOT, event_order
from cemsim.engine.moments import of_overtime, of_team
from cemsim.engine.overtime import book_overtime, can_stay, overtime_on, send_home, stay_on, stays_until
from cemsim.engine.state import DESK
from cemsim.plan.tables import LIVE, SLOTS

if TYPE_CHECKING:
    from cemsim.engine.glass.world import GlassWorld


class Team(simpy.PriorityResource):
    """People who handle contacts; who waits is served by rank, then first come.

    Headcount falls: idle people go first, busy ones finish and go. A live team that closes sends its queue away.
    """

    def __init__(self, world: GlassWorld, place: int) -> None:
        super().__init__(world.clock, capacity=1)
        self.world, self.place = world, place
        self._capacity = 0
        self.roster = 0
        self.row = np.zeros(1, DESK)[0]                      # people who stay on, and their minutes
        self.busy_minutes = self.staffed_minutes = self.staff_since = self.occupancy = 0.0

    @property
    def rules(self) -> Any:
        """This month's row of the plan."""
        return self.world.tables.teams[self.place]

    @property
    def open(self) -> bool:
        """Whether anybody is there."""
        return bool(self._capacity > 0)

    def must_wait(self) -> bool:
        """Whether a contact that comes now would have to wait."""
        return bool(self.count >= self._capacity or len(self.queue) > 0)

    def new_roster(self) -> None:
        """A month begins: its roster is looked up, and followed from now on."""
        self.roster += 1
        self.world.clock.process(self._follow(self.roster))
        if self.world.rules.any_at(TEAM_HOUR):
            self.world.clock.process(self.review(self.roster))

    def _follow(self, roster: int) -> Any:
        """The process of a roster's shifts; a newer roster ends it."""
        clock, heads = self.world.clock, self.world.tables.heads[self.place]
        time = self.world.month_start
        while True:
            yield clock.at(time, event_order(SHIFT, self.place))
            if roster != self.roster:
                return
            self.follow_roster()
            quarter = int(time / SLOT + 0.5)
            ahead = 1
            while ahead < SLOTS and heads[(quarter + ahead) % SLOTS] == heads[quarter % SLOTS]:
                ahead += 1
            if ahead == SLOTS:
                return
            time = (quarter + ahead) * SLOT

    def follow_roster(self) -> None:
        """The headcount is what the roster says now, and those who stay on."""
        self.count_staff()
        send_home(self.row, self.world.clock.now)
        heads, quarter = self.world.tables.heads[self.place], int(self.world.clock.now / SLOT + 1e-9)
        self.row["roster"] = heads[quarter % SLOTS]
        self.change_headcount(int(self.row["roster"]) + int(self.row["extra"]))

    def review(self, roster: int) -> Any:
        """The process of a month's full hours, at which rules may let people stay on."""
        world, clock = self.world, self.world.clock
        for hour in range(int(world.month_start / 60.0), int(world.month_end / 60.0)):
            yield clock.at(hour * 60.0, event_order(REVIEW, self.place))
            if roster != self.roster:
                return
            if not self.open:
                continue
            m, row = world.pad, self.row
            of_overtime(m, self.place, overtime_on(row, clock.now))
            of_team(m, len(self.queue), self.count, int(self._capacity))
            orders = world.rules.ask_team(world.rules.at(TEAM_HOUR), self.place)
            for k in range(int(orders["n_more"])):
                people, minutes = can_stay(row, int(orders["more_people"][k])), float(orders["more_time"][k])
                if people > 0 and minutes > 0.0:
                    heads, works = world.tables.heads[self.place], int(self.rules["works"])
                    end = float(stays_until(heads, works, clock.now, minutes))
                    book_overtime(row, people, clock.now, end)
                    self.count_staff()
                    stay_on(row, people, end)
                    self.change_headcount(int(self._capacity) + people)
                    clock.process(self._send_home(end))

    def _send_home(self, time: float) -> Any:
        yield self.world.clock.at(time, event_order(SHIFT, self.place))
        self.follow_roster()

    def would_take(self) -> bool:
        """Whether one more contact could be handled at once, or may wait."""
        closed = not self.open and self.rules["works"] == LIVE
        return not self.must_wait() or not (closed or len(self.queue) >= self.rules["room"])

    def rank_anew(self, request: Any, level: int) -> None:
        """A waiting request gets another rank; within it, who came first goes first."""
        if request.priority == level:
            return
        self.queue.remove(request)
        request.priority, request.key = level, (level, request.time, not request.preempt)
        self.queue.append(request)

    def change_headcount(self, people: int) -> None:
        """People come or go; whoever can be served now is, and a live team that closes sends its queue away."""
        self.count_staff()
        self._capacity = people
        if people == 0 and self.rules["works"] == LIVE:
            for request in [each for each in self.queue if each.issue.waiting]:    # some shifts end at one instant
                request.issue.waiting = False
                request.issue.sent_away()
        while self.queue and self.count < self._capacity:
            before = len(self.queue)
            self._trigger_put(None)                      # a resource grants one request a trigger
            if len(self.queue) == before:
                break

    def count_staff(self) -> None:
        """Bring the clock of staffed minutes to now."""
        self.staffed_minutes += self._capacity * (self.world.clock.now - self.staff_since)
        self.row["overtime"] += int(self.row["extra"]) * (self.world.clock.now - self.staff_since)
        self.staff_since = self.world.clock.now

    def end_month(self) -> None:
        """Occupancy of the month is what recoveries of the next one read."""
        self.count_staff()
        if self.staffed_minutes > 0.0:
            self.occupancy = self.busy_minutes / self.staffed_minutes
        self.staffed_minutes = self.busy_minutes = self.row["overtime"] = 0.0
