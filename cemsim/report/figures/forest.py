"""Forest plot: differences from the baseline with their intervals, group by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cemsim.base.language import say
from cemsim.compare.comparison import Comparison, Difference
from cemsim.measures.frames import ALL
from cemsim.report.figures.causes import offset, whisker
from cemsim.report.figures.style import GREY, WIDTH, Look, drawn, headroom, legend, looks, tick
from cemsim.report.numbers import scale, shown_group

SHOWN = ("customers", "churn", "nps", "satisfaction", "cost_to_serve", "contribution")


def forest(comparison: Comparison) -> str:
    """SVG of the differences of the main measures, one panel a measure, one row a customer group."""
    return drawn("forest", say("Differences from the baseline with intervals"), lambda: _figure(comparison))


def _figure(comparison: Comparison) -> Figure:
    scenarios = looks(comparison.names)
    groups = list(dict.fromkeys(r.group for r in comparison.rows if r.by in (ALL, "segment")))
    rows = -(-len(SHOWN) // 2)
    height = headroom(scenarios) + 0.1 + rows * (0.55 + len(groups) * (0.1 + 0.11 * (len(scenarios) - 1)))
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    grid = figure.subplots(rows, 2, squeeze=False, sharey=True)
    for name, axes in zip(SHOWN, grid.flat, strict=True):
        kpi = comparison.churn if name == "churn" else name
        _panel(axes, [r for r in comparison.rows if r.kpi.id == kpi], groups, scenarios, comparison)
    legend(figure, scenarios[1:], line=False)
    return figure


def _panel(
    axes: Axes, rows: Sequence[Difference], groups: Sequence[str], scenarios: Sequence[Look], of: Comparison
) -> None:
    ends = [abs(x) for row in rows for x in (row.gap.mean, row.gap.low, row.gap.high) if not np.isnan(x)]
    shown = scale(rows[0].kpi, max(ends, default=0.0), of.currency, gap=True)
    for row in rows:
        look = scenarios[of.names.index(row.scenario)]
        place = -groups.index(row.group) + offset(look.number - 1, len(scenarios) - 1)
        whisker(axes, look, place, row.gap, shown.factor)
    good = {1: say(", right is better"), -1: say(", left is better")}.get(rows[0].kpi.good, "")
    unit = f" ({shown.unit.strip()})" if shown.unit else ""
    axes.set_title(f"{say(rows[0].kpi.label)}{unit}{good}")
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks([-place for place in range(len(groups))], [shown_group(group) for group in groups])
    axes.set_ylim(-len(groups) + 0.5, 0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(tick))
