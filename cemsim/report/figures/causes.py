"""Why customers leave: losses by cause, and what each scenario changes in them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cemsim.base.language import say
from cemsim.base.words import CAUSES
from cemsim.compare.comparison import Comparison
from cemsim.compare.interval import Interval
from cemsim.measures.customers import CAUSE_LABEL
from cemsim.report.figures.style import COLOURS, GREY, WIDTH, Look, drawn, headroom, legend, looks, tick
from cemsim.report.numbers import text

ORDER = tuple(reversed(CAUSES))  # the causes a firm can act on first


def causes(comparison: Comparison) -> str:
    """SVG of customers lost by cause in every scenario (left), and the differences (right)."""
    return drawn("causes", say("Customers lost by cause"), lambda: _figure(comparison))


def _figure(comparison: Comparison) -> Figure:
    scenarios = looks(comparison.names)
    figure = Figure(
        figsize=(WIDTH, headroom(scenarios) + 0.5 + len(CAUSES) * (0.12 + 0.16 * len(scenarios))),
        layout="constrained",
    )
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1.15, 1))
    for look in scenarios:
        for place, cause in enumerate(ORDER):
            y = -place + offset(look.number, len(scenarios))
            level, gap = _of(comparison, look, cause)
            share = _share(comparison, look, cause)
            _bar(
                left, look, y, level, text(100 * share, 1 if share < 0.1 else 0, " %"), cause, len(scenarios)
            )
            whisker(right, look, y, gap)
    left.set_yticks([-place for place in range(len(CAUSES))], [say(CAUSE_LABEL[c]) for c in ORDER])
    left.set_title(say("Customers lost, and share of all losses"))
    right.set_title(say("Difference from the baseline (customers)"))
    right.axvline(0, color=GREY, linewidth=0.8)
    left.margins(x=0.16)
    left.set_xlim(left=0)
    for axes in (left, right):
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
    legend(figure, scenarios, line=False)
    return figure


def offset(number: int, scenarios: int) -> float:
    """Where in its row a scenario stands, the first on top; rows are 1 apart."""
    return 0.8 * (0.5 - (number + 0.5) / scenarios)


def whisker(axes: Axes, look: Look, y: float, gap: Interval, factor: float = 1.0) -> None:
    """A difference as a marker with its interval."""
    if not np.isnan(gap.low):
        axes.plot([gap.low * factor, gap.high * factor], [y, y], color=look.colour, linewidth=1.3)
    axes.plot(
        [gap.mean * factor], [y], color=look.colour, marker=look.marker, markersize=4,
        linestyle="none", gid=f"scenario-{look.number}",
    )  # fmt: skip


def _bar(axes: Axes, look: Look, y: float, level: Interval, label: str, cause: str, scenarios: int) -> None:
    axes.barh(
        y,
        level.mean,
        height=0.72 / scenarios,
        color=look.colour,
        alpha=0.75,
        hatch=None if look.number < len(COLOURS) else "///",
        gid=f"scenario-{look.number}",
    )
    end = level.mean if np.isnan(level.high) else level.high
    if not np.isnan(level.low):
        axes.plot([level.low, level.high], [y, y], color=GREY, linewidth=1)
    axes.annotate(label, (end, y), (3, 0), textcoords="offset points", va="center", fontsize=6.5)


def _of(comparison: Comparison, look: Look, cause: str) -> tuple[Interval, Interval]:
    name = f"lost_{cause}"
    if look.number == 0:
        row = comparison.of(name, comparison.names[1])
        return row.base, Interval(0.0, 0.0, 0.0, 0.0, row.base.n)
    row = comparison.of(name, comparison.names[look.number])
    return row.ours, row.gap


def _share(comparison: Comparison, look: Look, cause: str) -> float:
    row = comparison.of(f"share_{cause}", comparison.names[max(1, look.number)])
    return row.ours.mean if look.number else row.base.mean
