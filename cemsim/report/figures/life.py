"""One customer's life, drawn: what happened when, satisfaction by attribute, and the chance of leaving."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MultipleLocator

from cemsim.base.errors import CemsimError
from cemsim.base.words import ATTRIBUTES
from cemsim.engine.codes import HANDLED, SELF_SERVED
from cemsim.engine.glass.picks import recovered
from cemsim.model.churn import leave_probability
from cemsim.model.failure import FAILED
from cemsim.report.figures.style import STYLE, WIDTH, Look, headroom, legend, looks, tidy

if TYPE_CHECKING:
    from cemsim.engine.glass.story import Life
    from cemsim.engine.glass.told import Told

#: What is marked: kind of row, label, marker, colour.
MARKS: Final = (
    ("served", "handled", "o", "#56B4E9"), ("alone", "helped oneself", ".", "#767676"),
    ("hangs_up", "hung up", "x", "#E69F00"), ("failure", "failure", "v", "#D55E00"),
    ("recovery", "complaint dealt with", "P", "#009E73"), ("failed", "dealt with badly", "P", "#CC79A7"),
    ("rule", "a rule fires", "d", "#E69F00"), ("joins", "joins", ">", "#0072B2"), ("leaves", "leaves", "X", "#000000"),
)  # fmt: skip
#: Marks that stand beside their line, so that none hides another.
ABOVE: Final = {"failure": 0.4, "recovery": 0.4, "failed": 0.4, "alone": -0.3, "hangs_up": -0.3, "rule": 0.2}
#: Marks smaller than the others, because they are many.
SIZE: Final = {"rule": 3}
IN_A_ROW: Final = 5
"""Marks of the legend that fit beside one another."""


def draw(path: Path, lives: Sequence[Life], names: Sequence[str]) -> None:
    """Write a picture of one customer's life, or of both lives of the same customer, as SVG or PNG.

    Raises CemsimError where the file cannot be written.
    """
    with rc_context({**STYLE, "svg.hashsalt": "life"}):
        figure = _figure(lives, looks(names))
        kind = path.suffix.lower().lstrip(".")
        try:
            figure.savefig(path, format=kind, dpi=200, metadata={"Date": None} if kind == "svg" else {})
        except OSError as error:
            raise CemsimError(f"{path} cannot be written: {error.strerror}. Write --plot with another file.") from None


def _figure(lives: Sequence[Life], scenarios: Sequence[Look]) -> Figure:
    strip = 0.2 + 0.4 * len(lives)
    panels = 1.25
    figure = Figure(figsize=(WIDTH, headroom(scenarios) + strip + 0.95 + 4 * panels), layout="constrained")
    grid = figure.add_gridspec(5, 2, height_ratios=[strip, *4 * [panels]])
    top = figure.add_subplot(grid[0, :])
    _events(top, lives, scenarios)
    for k, name in enumerate(ATTRIBUTES):
        axes = figure.add_subplot(grid[1 + k // 2, k % 2])
        _satisfaction(axes, lives, scenarios, k)
        axes.set_title(f"satisfaction with {name} (0 to 10)")
        _months(axes, lives)
    last = figure.add_subplot(grid[4, :])
    _leaving(last, lives, scenarios)
    _months(last, lives)
    last.set_xlabel("beginning of month (0 is the first)")
    legend(figure, scenarios)
    return figure


def _months(axes: Axes, lives: Sequence[Life]) -> None:
    months = lives[0].lived.months
    axes.set_xlim(0, months)
    axes.xaxis.set_major_locator(MultipleLocator(max(1, -(-months // 12))))


def _events(axes: Axes, lives: Sequence[Life], scenarios: Sequence[Look]) -> None:
    """A line a life, with a mark for each thing that happened."""
    seen = set()
    for place, life in enumerate(lives):
        y = -place
        x, levels = _course(life)
        axes.step(x, [np.nan if each is None else y for each in levels], where="post", zorder=0,
                  **_line(scenarios[place]))
        for row in life.rows:
            kind = _kind(row)
            for name, _, marker, colour in MARKS:
                if kind == name:
                    seen.add(name)
                    above = ABOVE.get(name, 0.0)
                    axes.plot(life.moment(row), y + above, marker, color=colour, markersize=SIZE.get(name, 5),
                              clip_on=False)
    axes.set_ylim(-len(lives) + 0.4, 0.7)
    axes.set_yticks([])
    axes.grid(False)
    axes.spines[["left", "bottom"]].set_visible(False)
    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=5, label=label)
        for name, label, marker, colour in MARKS if name in seen
    ]
    axes.set_title(f"what happened to person {lives[0].who}", pad=17 if len(handles) <= IN_A_ROW else 29)
    if handles:
        axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=min(len(handles), IN_A_ROW),
                    handletextpad=0.1, columnspacing=0.9, borderaxespad=0.0)
    _months(axes, lives)


def _kind(row: Told) -> str:
    """The mark of what was told; of what has none, its kind."""
    if row.kind == "felt":
        return {HANDLED: "served", SELF_SERVED: "alone"}.get(row.facts["how"], "")
    if row.kind == "decision":
        return "rule" if row.facts["fired"] else ""
    return "failed" if row.kind == "recovery" and recovered(row) == FAILED else row.kind


def _satisfaction(axes: Axes, lives: Sequence[Life], scenarios: Sequence[Look], k: int) -> None:
    for life, look in zip(lives, scenarios, strict=True):
        x, levels = _course(life)
        y = [np.nan if each is None else float(each[k]) for each in levels]
        axes.step(x, y, where="post", **_line(look))
    axes.set_ylim(0, 10)
    tidy(axes)


def _course(life: Life) -> tuple[list[float], list[Any]]:
    """Months, and satisfaction by attribute from then on (None: no customer), up to the end."""
    points = life.satisfactions()
    last = [(float(life.lived.months), points[-1][1])] if points else []
    return [moment for moment, _ in [*points, *last]], [levels for _, levels in [*points, *last]]


def _leaving(axes: Axes, lives: Sequence[Life], scenarios: Sequence[Look]) -> None:
    for life, look in zip(lives, scenarios, strict=True):
        ends = {life.month_of(row): leave_probability(row.facts["hazard"]) for row in life.rows if row.kind == "month"}
        months = range(life.lived.months)                    # a month without a chance of leaving breaks the line
        axes.plot([month + 1 for month in months], [100.0 * ends.get(month, np.nan) for month in months],
                  marker=look.marker, markersize=3.5, clip_on=False, **_line(look))
    axes.set_title("chance of leaving at the month's end (%)")
    axes.set_ylim(bottom=0)
    tidy(axes)


def _line(look: Look) -> dict[str, Any]:
    return {"color": look.colour, "linestyle": look.dash, "linewidth": 0.7 * look.width}
