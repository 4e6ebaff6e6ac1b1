"""A team: a SimPy priority resource whose headcount follows the roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import simpy

from cemsim.engine.law import SHIFT, SLOT, event_order
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

    def _follow(self, roster: int) -> Any:
        """The process of a roster's shifts; a newer roster ends it."""
        clock, heads = self.world.clock, self.world.tables.heads[self.place]
        time = self.world.month_start
        while True:
            yield clock.at(time, event_order(SHIFT, self.place))
            if roster != self.roster:
                return
            quarter = int(time / SLOT + 0.5)
            self.change_headcount(int(heads[quarter % SLOTS]))
            ahead = 1
            while ahead < SLOTS and heads[(quarter + ahead) % SLOTS] == heads[quarter % SLOTS]:
                ahead += 1
            if ahead == SLOTS:
                return
            time = (quarter + ahead) * SLOT

    def change_headcount(self, people: int) -> None:
        """People come or go; whoever can be served now is, and a live team that closes sends its queue away."""
        self.count_staff()
        self._capacity = people
        if people == 0 and self.rules["works"] == LIVE:
            for request in list(self.queue):
                request.issue.sent_away()
        while self.queue and self.count < self._capacity:
            before = len(self.queue)
            self._trigger_put(None)                      # a resource grants one request a trigger
            if len(self.queue) == before:
                break

    def count_staff(self) -> None:
        """Bring the clock of staffed minutes to now."""
        self.staffed_minutes += self._capacity * (self.world.clock.now - self.staff_since)
        self.staff_since = self.world.clock.now

    def end_month(self) -> None:
        """Occupancy of the month is what recoveries of the next one read."""
        self.count_staff()
        if self.staffed_minutes > 0.0:
            self.occupancy = self.busy_minutes / self.staffed_minutes
        self.staffed_minutes = self.busy_minutes = 0.0
