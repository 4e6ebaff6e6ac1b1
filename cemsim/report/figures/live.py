"""A company while it is watched: queues, occupancy, satisfaction, and who has left and joined.

These figures are drawn anew after every step, so their SVG is written straight: a hundred times faster than a whole
figure of the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from cemsim.report.figures.style import looks, tick

if TYPE_CHECKING:
    from cemsim.engine.glass.watched import Seen

#: Queues and occupancy are shown of so many steps (a week of hours); what is slow, of the whole time.
LATEST = 168
MOST_POINTS = 240
#: The drawing's size, and where its axes stand in it.
WIDTH, HEIGHT = 480.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 472.0, 8.0, 156.0
#: Dashes in the order of the report's scenarios.
DASHES = ("", "7 3", "2 2.5", "9 3 2 3", "12 4")


@dataclass(frozen=True)
class Line:
    """A line of a figure: how it is called and drawn, and its path."""

    label: str
    colour: str
    dash: str
    path: str


@dataclass(frozen=True)
class Panel:
    """A figure with a time axis: places and words of its ticks, and its lines."""

    title: str
    lines: Sequence[Line]
    across: Sequence[tuple[float, str]]
    up: Sequence[tuple[float, str]]


def live(seen: Sequence[Seen], teams: Sequence[str], segments: Sequence[str]) -> list[Panel]:
    """The figures of what was seen until now; ``teams`` and ``segments`` are their labels."""
    late, every = seen[-LATEST:], -(-len(seen) // MOST_POINTS)
    slow = [s for number, s in enumerate(seen) if number % every == 0 or s is seen[-1]]
    steps = f"last {len(late) - 1:,} steps" if len(late) > 1 else "now"
    satisfaction = [s.satisfaction for s in slow]
    found = [_panel("Satisfaction by segment (points, 0 to 10)", slow, segments, satisfaction, None, 0.5)]
    if teams:
        waiting = [[team.most for team in s.teams] for s in late]
        occupancy = [[100.0 * team.occupancy for team in s.teams] for s in late]
        found.insert(0, _panel(f"Most contacts waiting at a full hour ({steps})", late, teams, waiting, 0.0, 4.0))
        found.append(_panel(f"Busy share of staffed time (%, {steps})", late, teams, occupancy, 0.0, 100.0))
    people = [[s.lost, s.won] for s in slow]
    found.append(_panel("Left and joined so far (people, at month ends)", slow, ("left", "joined"), people, 0.0, 4.0))
    return found


def _panel(
    title: str, seen: Sequence[Seen], labels: Sequence[str], values: Sequence[Sequence[float]], bottom: float | None,
    least: float,
) -> Panel:
    """A figure whose upward axis begins at ``bottom`` and spans ``least`` at the least."""
    days = [s.time / 1440.0 for s in seen]
    known = [v for row in values for v in row if isfinite(v)]
    low = min(known, default=0.0) if bottom is None else bottom
    high = max(known, default=low)
    if high - low < least:
        spare = least - (high - low)
        low, high = (low - spare / 2, high + spare / 2) if bottom is None else (low, low + least)
    across = _Axis(days[0], max(days[-1], days[0] + 1.0), LEFT, RIGHT)
    up = _Axis(low, high, BOTTOM, TOP, whole=bottom is not None)
    lines = [
        Line(look.label, look.colour.replace("#000000", "currentColor"), DASHES[look.number % len(DASHES)],
             _path(days, [row[k] for row in values], across, up))
        for k, look in enumerate(looks(labels))
    ]  # black would be lost on a dark page
    return Panel(title, lines, across.ticks(8), up.ticks(5))


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    start: float
    end: float
    whole: bool = False

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        values = MaxNLocator(most, steps=[1, 2, 5, 10], integer=self.whole).tick_values(self.low, self.high)
        return [(self.at(v), tick(round(v, 6))) for v in map(float, values) if self.low <= v <= self.high]


def _path(days: Sequence[float], values: Sequence[float], across: _Axis, up: _Axis) -> str:
    """An SVG path with gaps where a value is not known; a lone point is a dot."""
    parts, pen = [], "M"
    for day, value in zip(days, values, strict=True):
        if not isfinite(value):
            pen = "M"
            continue
        parts.append(f"{pen}{across.at(day):.1f} {up.at(value):.1f}")
        if pen == "M":
            parts.append("h.1")
        pen = "L"
    return "".join(parts)
