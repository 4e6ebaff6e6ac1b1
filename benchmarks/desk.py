"""The desk that all simulators run: M/M/c + M with classes of priority, read from a scenario."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from cemsim.base import theory
from cemsim.scenario import Scenario


@dataclass(frozen=True)
class Desk:
    """A desk in minutes; classes in order of priority.

    Attributes: names of the classes; contacts a minute of each; people; mean handling; mean patience.
    """

    names: tuple[str, ...]
    arrivals: tuple[float, ...]
    servers: int
    handling: float
    patience: float

    def exact(self) -> dict[str, float]:
        """Abandonment and mean wait (seconds) by Erlang A, and the wait of each class."""
        law = theory.Law("exponential", self.patience)
        whole = theory.desk(sum(self.arrivals), self.handling, self.servers, law)
        classes = theory.by_priority(self.arrivals, self.handling, self.servers, self.patience)
        waits = {f"wait {name}": 60.0 * a.wait for name, a in zip(self.names, classes, strict=True)}
        return {"abandoned": whole.abandoned, "wait": 60.0 * whole.wait} | waits


def read(scenario: Scenario) -> Desk:
    """The desk of a scenario with one team, one journey and one step."""
    ((team_name, team),) = scenario.teams.items()
    ((_, journey),) = scenario.journeys.items()
    ((_, step),) = journey.steps.items()
    assert step.team == team_name and step.handling is not None and team.on_shift and team.patience
    first = list(team.serve_first)
    names = first + [name for name in scenario.segments if name not in first]
    rates = [scenario.segments[name].customers * journey.need / (365 * 1440) for name in names]
    return Desk(tuple(names), tuple(rates), int(team.on_shift), step.handling.mean, team.patience.mean)


@dataclass(frozen=True)
class Outcome:
    """What one simulator said about the desk, and how fast.

    Attributes: name of the simulator; contacts simulated; wall seconds; mean and standard error by quantity.
    """

    name: str
    contacts: int
    seconds: float
    found: dict[str, tuple[float, float]]

    @property
    def rate(self) -> float:
        """Contacts a second."""
        return self.contacts / self.seconds

    def misses(self, exact: dict[str, float]) -> list[str]:
        """Quantities further than four standard errors (and 1 %) from the exact value."""
        return [
            name
            for name, (mean, error) in self.found.items()
            if abs(mean - exact[name]) > max(4.0 * error, 0.01 * exact[name])
        ]


def summarise(
    desk: Desk, contacts: Sequence[tuple[int, float, bool]], batches: int = 20
) -> dict[str, tuple[float, float]]:
    """Means and standard errors by batches of (class, wait in minutes, hung up), in order of arrival.

    The first tenth is left out: the desk starts empty.
    """
    kept = contacts[len(contacts) // 10 :]
    size = len(kept) // batches
    values: dict[str, list[float]] = {}
    for b in range(batches):
        batch = kept[b * size : (b + 1) * size]
        values.setdefault("abandoned", []).append(statistics.fmean(gone for _, _, gone in batch))
        values.setdefault("wait", []).append(60.0 * statistics.fmean(wait for _, wait, _ in batch))
        for rank, name in enumerate(desk.names):
            mean = statistics.fmean(wait for k, wait, _ in batch if k == rank)
            values.setdefault(f"wait {name}", []).append(60.0 * mean)
    return {
        name: (statistics.fmean(found), statistics.stdev(found) / math.sqrt(batches))
        for name, found in values.items()
    }
