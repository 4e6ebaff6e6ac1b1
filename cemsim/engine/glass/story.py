"""One person's life: a plan is lived in the glass engine, and what is told of people is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemsim.engine.glass.told import Told
from cemsim.engine.glass.world import GlassWorld
from cemsim.plan.plan import Plan
from cemsim.plan.tables import Tables, clock

Constants = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Lived:
    """A plan as it was lived over ``months`` of the horizon, after ``burn_in`` months.

    ``people`` and ``purses`` are the tables PERSON and PURSE as the horizon began; ``rows`` what was told since, by
    person.
    """

    plan: Plan
    constants: Constants
    burn_in: int
    months: int
    people: NDArray[Any]
    purses: NDArray[Any]
    rows: Mapping[int, list[Told]] = field(repr=False)

    def life(self, who: int) -> Life:
        """The life of one person."""
        return Life(self, who, tuple(self.rows.get(who, ())))


@dataclass(frozen=True)
class Life:
    """What one person lived: everything that was told of them, in order."""

    lived: Lived
    who: int
    rows: tuple[Told, ...]

    @property
    def start(self) -> Any:
        """The person's row as the horizon began."""
        return self.lived.people[self.who]

    @property
    def purse(self) -> Any:
        """The person's purse as the horizon began."""
        return self.lived.purses[self.who]

    def tables(self, month: int) -> Tables:
        """The tables in force in a month of the horizon, 0 the first."""
        return self.lived.plan.at(month, self.lived.constants)

    def month_of(self, row: Told) -> int:
        """The month of the horizon in which a row was told, 0 the first."""
        return row.month - self.lived.burn_in

    def in_month(self, month: int) -> list[Told]:
        """What was told in a month of the horizon, 0 the first."""
        return [row for row in self.rows if self.month_of(row) == month]

    def date(self, time: float) -> tuple[int, int, str, str]:
        """Month of the horizon (0 the first), day of the month, weekday and time of day of a moment."""
        day, minute = divmod(time, 1440.0)
        days = clock(self.lived.burn_in + self.lived.months + 24)
        month = int(np.searchsorted(days, day, side="right")) - 1
        weekday = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[int(day) % 7]
        hour = f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"
        return month - self.lived.burn_in, int(day) - int(days[month]) + 1, weekday, hour

    def moment(self, row: Told) -> float:
        """When a row was told, in months since the horizon began."""
        days = clock(self.lived.burn_in + self.lived.months + 24)[self.lived.burn_in :].astype(float) * 1440.0
        return float(np.interp(row.time, days, np.arange(len(days))))

    def satisfactions(self) -> list[tuple[float, NDArray[Any] | None]]:
        """Satisfaction by attribute whenever it was set: months since the horizon began, and [6]; None after leaving.

        What closes at a time counts from that time, a month of use from the month's end.
        """
        found: list[tuple[float, NDArray[Any] | None]] = []
        if self.start["status"] == 1:
            found.append((0.0, self.start["satisfaction"]))
        for row in self.rows:
            if row.kind == "leaves":
                found.append((self.moment(row), None))
            elif "satisfaction" in row.facts:
                found.append((self.moment(row), row.facts["satisfaction"]))
        return found


def live(
    plan: Plan, constants: Constants, months: int, burn_in: int, seed: int, replicate: int, who: int | None = None,
    tell: Callable[[float], None] = lambda share: None,
) -> Lived:
    """Live a plan in the glass engine; keeps what is told of ``who``, or of everybody.

    ``tell`` hears the share of months done.
    """
    world = GlassWorld(plan, plan.at(-1, constants), seed, replicate, burn_in, not plan.scenario.switches.calibration)
    rows: dict[int, list[Told]] = {}

    def listen(row: Told) -> None:
        if who is None or row.who == who:
            rows.setdefault(row.who, []).append(row)

    for month in range(burn_in):
        world.live_month(plan.at(-1, constants))
        tell((month + 1) / (burn_in + months))
    people, purses = world.people.copy(), world.purse.copy()
    world.listener = listen
    for month in range(months):
        world.live_month(plan.at(month, constants))
        tell((burn_in + month + 1) / (burn_in + months))
    return Lived(plan, constants, burn_in, months, people, purses, rows)
