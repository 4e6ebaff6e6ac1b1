"""A SimPy environment that obeys `engine.law`: events at one instant go by kind, then by issue."""

from __future__ import annotations

from heapq import heappush
from itertools import count
from typing import Any

import simpy
from simpy.events import Event

CONSEQUENCE = 1
"""Order of what follows at once from an event (a granted request): before all events of the law but the
shifts of the first two teams."""


class LawfulClock(simpy.Environment):
    """Simulated time in minutes since the burn-in began; events are set at an absolute time.

    SimPy adds delays to the present, and a sum can differ in its last bit from the time itself; so events are put
    straight where they belong.
    """

    def __init__(self) -> None:
        super().__init__()
        self._number = count()
        self._queue: list[Any] = []

    def at(self, time: float, order: int) -> Event:
        """An event that happens at ``time``; ``order`` decides among events of that instant."""
        event = Event(self)
        event._ok, event._value = True, None
        heappush(self._queue, (time, order, next(self._number), event))
        return event

    def schedule(self, event: Event, priority: Any = CONSEQUENCE, delay: float = 0) -> None:
        """SimPy's own events (granted requests, started processes) follow at once."""
        heappush(self._queue, (self._now + delay, int(priority), next(self._number), event))

    def live_until(self, time: float) -> None:
        """Process every event before ``time``, then stand at it."""
        while self._queue and self._queue[0][0] < time:
            self.step()
        self._now = time
