"""Risk: the fan of cumulative cash, and the histogram of the net present value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from cemsim.base.language import say
from cemsim.finance.risk import FAN, Risk
from cemsim.report.amounts import money_scale
from cemsim.report.figures.style import COLOURS, GREY, WIDTH, drawn, tick, tidy
from cemsim.report.numbers import MONTHS

BLUE, RED = COLOURS[1], COLOURS[2]


def fan(found: Sequence[Risk], currency: str) -> str:
    """SVG of cumulative cash month by month: one panel a scenario, bands of 50, 80 and 90 % of all futures."""
    return drawn("fan", say("Cumulative cash, with bands of what it could be"), lambda: _fan(found, currency))


def histogram(found: Sequence[Risk], currency: str) -> str:
    """SVG of what the net present value could be: one panel a scenario, losses in another colour."""
    return drawn("npv", say("What the net present value could be"), lambda: _histogram(found, currency))


def _panels(found: Sequence[Risk], tall: float) -> tuple[Figure, list[Axes]]:
    columns = min(2, len(found))
    rows = -(-len(found) // columns)
    figure = Figure(figsize=(WIDTH, 0.3 + tall * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(found) :]:
        axes.set_axis_off()
    return figure, list(grid.flat)[: len(found)]


def _fan(found: Sequence[Risk], currency: str) -> Figure:
    figure, panels = _panels(found, 2.1)
    for axes, risk in zip(panels, found, strict=True):
        shown = money_scale(risk.fan.ravel().tolist(), currency)
        rows = dict(zip(FAN, risk.fan * shown.factor, strict=True))
        months = np.arange(risk.fan.shape[1])
        for low, high, alpha, label in ((5, 95, 0.13, "90 %"), (10, 90, 0.18, "80 %"), (25, 75, 0.28, "50 %")):
            axes.fill_between(months, rows[low], rows[high], color=BLUE, alpha=alpha, linewidth=0, label=label)
        axes.plot(months, rows[50], color=BLUE, linewidth=1.8, label=say("median"))
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set_title(f"{risk.scenario} ({shown.unit.strip()})", wrap=True)
        axes.set_xlabel(say(MONTHS))
        axes.xaxis.set_major_locator(MultipleLocator(max(1, 12 * -(-len(months) // 72))))
        tidy(axes)
    panels[0].legend(loc="best", fontsize=7, frameon=True, facecolor="white", edgecolor="none", framealpha=0.8)
    return figure


def _histogram(found: Sequence[Risk], currency: str) -> Figure:
    figure, panels = _panels(found, 1.9)
    for axes, risk in zip(panels, found, strict=True):
        values = risk.values.ravel()
        shown = money_scale(values.tolist(), currency)
        values = values * shown.factor
        count = int(np.clip(np.sqrt(len(values)) * 1.5, 8, 40))
        edges = np.histogram_bin_edges(values, count)
        if edges[0] < 0 < edges[-1]:                     # no bar holds both a loss and a gain
            edges = edges - edges[np.abs(edges).argmin()]
            edges = np.concatenate([[edges[0] - (edges[1] - edges[0])], edges, [edges[-1] + (edges[1] - edges[0])]])
        share, _ = np.histogram(values, edges)
        heights = 100 * share / len(values)
        colours = [RED if middle < 0 else BLUE for middle in (edges[:-1] + edges[1:]) / 2]
        axes.bar(edges[:-1], heights, np.diff(edges), align="edge", color=colours, edgecolor="white", linewidth=0.4)
        width = edges[-1] - edges[0]
        if edges[0] <= width and edges[-1] >= -width:    # from afar, zero would press the bars together
            axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_ylim(0, 1.3 * heights.max())            # names of the percentiles stand above the bars
        places = np.array([risk.p10, risk.p50, risk.p90]) * shown.factor
        below = 8 + 7 * np.cumsum([0, *(np.diff(places) < 0.15 * width)])
        for x, down, name in zip(places, below, ("P10", "P50", "P90"), strict=True):
            axes.axvline(x, color="#1a1a1a", linewidth=0.9, linestyle=(0, (3, 2)))
            axes.annotate(name, (x, 1.0), xycoords=("data", "axes fraction"), xytext=(1.5, -down),
                          textcoords="offset points", fontsize=6.5)
        axes.set_title(f"{risk.scenario} ({shown.unit.strip()})", wrap=True)
        axes.set_ylabel(say("% of futures"))
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
        tidy(axes)
    return figure
