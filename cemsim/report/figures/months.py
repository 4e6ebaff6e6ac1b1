"""Month by month: levels of every scenario, and differences from the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from cemsim.base.language import say
from cemsim.compare.comparison import paired
from cemsim.compare.interval import Interval, difference, interval
from cemsim.measures.books import Array, Books, books
from cemsim.measures.catalogue import KPIS
from cemsim.measures.kpi import Keep, Kpi
from cemsim.report.figures.style import GREY, WIDTH, Look, drawn, headroom, legend, looks, tidy
from cemsim.report.numbers import MONTHS, plain, scale

SHOWN = ("customers", "loss_rate", "nps", "satisfaction", "wait", "contribution")
PANEL = 1.75


@dataclass(frozen=True)
class Panel:
    """A measure to draw; ``team`` for one that belongs to a team."""

    kpi: Kpi
    team: str = ""

    @property
    def title(self) -> str:
        """What the panel shows."""
        label = say("Customers") if self.kpi.last else say(self.kpi.label)
        if self.kpi.unit == "money":
            label = say("{measure} a month", measure=label)
        return say("{measure}, {team}", measure=label, team=plain(self.team)) if self.team else label

    def values(self, book: Books) -> Array:
        """``[replicate, month]``."""
        if not self.team:
            return self.kpi.monthly(book)
        if self.team not in book.teams:
            return np.full((len(book.replicates), book.months), np.nan)
        keep: Keep = ("team",)
        return self.kpi.monthly(book, keep)[:, :, book.teams.index(self.team)]


def levels(runs: Sequence[Any]) -> str:
    """SVG of the main measures month by month, every scenario with its interval."""
    return drawn("levels", say("Main measures month by month"), lambda: _figure(runs, gap=False))


def differences(runs: Sequence[Any]) -> str:
    """SVG of each scenario's difference from the baseline month by month, with its interval."""
    return drawn("differences", say("Differences from the baseline by month"), lambda: _figure(runs, gap=True))


def busiest(book: Books) -> str:
    """The team answering live that most contacts reach; empty when none does."""
    arrived = book.of_teams("arrived")[..., 0].sum(axis=(0, 1)) * np.array(book.live, float)
    return book.teams[int(arrived.argmax())] if arrived.any() else ""


def _figure(runs: Sequence[Any], gap: bool) -> Figure:
    opened = [books(run) for run in runs]
    scenarios = looks([book.name for book in opened])
    team = busiest(opened[0])
    panels = [Panel(KPIS[name], team if "team" in KPIS[name].axes else "") for name in SHOWN]
    panels = [panel for panel in panels if panel.team or "team" not in panel.kpi.axes]
    rows = -(-len(panels) // 2)
    figure = Figure(figsize=(WIDTH, headroom(scenarios) + 0.2 + PANEL * rows), layout="constrained")
    grid = figure.subplots(rows, 2, squeeze=False, sharex=True)
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    for panel, axes in zip(panels, grid.flat, strict=False):
        _draw(axes, panel, opened, scenarios, gap)
    for axes in grid.flat[max(0, len(panels) - 2) : len(panels)]:
        axes.set_xlabel(say(MONTHS))
        axes.xaxis.set_major_locator(MultipleLocator(max(1, 12 * -(-opened[0].months // 72))))
        axes.xaxis.set_tick_params(labelbottom=True)
    legend(figure, scenarios)
    return figure


def _draw(axes: Axes, panel: Panel, opened: list[Books], scenarios: Sequence[Look], gap: bool) -> None:
    common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
    tables = [paired(book, panel.values(book), common) for book in opened]
    bounds = panel.kpi.bounds
    curves = [
        [
            difference(ours, base, bounds) if gap else interval(ours, bounds)
            for ours, base in zip(t.T, tables[0].T, strict=False)
        ]
        for t in tables
    ]
    sizes = [abs(point.mean) for curve in curves for point in curve if not np.isnan(point.mean)]
    shown = scale(panel.kpi, max(sizes, default=0.0), opened[0].currency, gap)
    axes.set_title(panel.title + (f" ({unit})" if (unit := shown.unit.strip()) else ""))
    if gap:
        axes.axhline(0, color=GREY, linewidth=0.8)
    for look, curve in zip(scenarios, curves, strict=True):
        _line(axes, look, curve, shown.factor, len(scenarios))
    tidy(axes)


def _line(axes: Axes, look: Look, curve: Sequence[Interval], factor: float, scenarios: int) -> None:
    months = np.arange(len(curve))
    mean, low, high = (
        factor * np.array([getattr(p, name) for p in curve]) for name in ("mean", "low", "high")
    )
    axes.fill_between(months, low, high, color=look.colour, alpha=0.13, linewidth=0)
    # markers a few months apart, each scenario's between the others', so that equal lines still show them all
    apart = max(scenarios, len(curve) // 5)
    start = look.number * apart // scenarios
    axes.plot(
        months, mean, color=look.colour, linestyle=look.dash, linewidth=look.width, marker=look.marker,
        markersize=4, markevery=(min(start, len(curve) - 1), apart), gid=f"scenario-{look.number}",
    )  # fmt: skip
