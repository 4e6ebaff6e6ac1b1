"""Heat map: how touches satisfy, by stage of the relationship and channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from cemsim.base.language import say
from cemsim.base.words import CHANNELS, STAGES
from cemsim.compare.comparison import paired
from cemsim.compare.interval import Interval, difference, interval
from cemsim.measures.books import Array, books
from cemsim.measures.curves import stage_by_channel
from cemsim.report.figures.style import WIDTH, drawn, looks
from cemsim.report.numbers import decimals, plain, text

POINTS = (0.0, 10.0)
Table = list[list[Interval]]


def heat(runs: Sequence[Any]) -> str:
    """SVG of satisfaction by stage and channel: one row a scenario, its level and its difference."""
    return drawn("heat", say("Satisfaction by stage and channel"), lambda: _figure(runs))


def _figure(runs: Sequence[Any]) -> Figure:
    opened = [books(run) for run in runs]
    scenarios = looks([book.name for book in opened])
    common = sorted(set(opened[0].replicates).intersection(*(book.replicates for book in opened)))
    values = [paired(book, stage_by_channel(book), common) for book in opened]
    stages, channels = _touched(np.nanmax(np.stack(values), axis=(0, 1), initial=-1.0))
    values = [table[:, stages][:, :, channels] for table in values]
    levels = [_table(table, None) for table in values]
    gaps = [_table(table, values[0]) for table in values]
    figure = Figure(figsize=(WIDTH, 0.5 + len(runs) * (0.65 + 0.34 * len(stages))), layout="constrained")
    grid = figure.subplots(len(runs), 2, squeeze=False)
    named = ([say(STAGES[s]) for s in stages], [say(plain(CHANNELS[c])).replace(" ", "\n") for c in channels])
    spans = (_span(levels, middle=False), _span(gaps, middle=True))
    for look, level, gap, (left, right) in zip(scenarios, levels, gaps, grid, strict=True):
        _map(left, level, look.label, named, "cividis", spans[0], gap=False)
        left.set_gid(f"scenario-{look.number}")
        if look.number:
            _map(right, gap, say("difference from the baseline"), named, "PuOr_r", spans[1], gap=True)
        else:
            right.set_axis_off()
    return figure


def _touched(most: Array) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Stages and channels that anybody met (``most`` is not -1), or all where nobody met any."""
    if (most < 0).all():
        return np.arange(len(STAGES)), np.arange(len(CHANNELS))
    return np.flatnonzero(most.max(axis=1) >= 0), np.flatnonzero(most.max(axis=0) >= 0)


def _table(values: Array, base: Array | None) -> Table:
    """Intervals of ``[replicate, stage, channel]``, or of its differences from ``base``."""
    return [
        [
            interval(values[:, s, c], POINTS)
            if base is None
            else difference(values[:, s, c], base[:, s, c], POINTS)
            for c in range(values.shape[2])
        ]
        for s in range(values.shape[1])
    ]


LEAST = 0.1
"""Points that colours stretch to at least: what is shown as 0.00 is not coloured."""


def _span(tables: list[Table], middle: bool) -> Normalize:
    found = [cell.mean for table in tables for row in table for cell in row if not np.isnan(cell.mean)]
    low, high = min(found, default=0.0), max(found, default=1.0)
    if middle:
        low, high = -max(abs(low), abs(high), LEAST), max(abs(low), abs(high), LEAST)
    return Normalize(low, high)


def _map(
    axes: Axes,
    table: Table,
    title: str,
    named: tuple[list[str], list[str]],
    colours: str,
    span: Normalize,
    gap: bool,
) -> None:
    means = np.array([[cell.mean for cell in row] for row in table])
    palette = colormaps[colours].with_extremes(bad="#f0f0f0")
    axes.pcolormesh(np.ma.masked_invalid(means), cmap=palette, norm=span, edgecolors="white", linewidth=1.5)
    for s, row in enumerate(table):
        for c, cell in enumerate(row):
            sure = gap and not cell.low <= 0 <= cell.high and not np.isnan(cell.low)
            axes.text(
                c + 0.5, s + 0.5, _said(cell, sure, gap),
                ha="center", va="center", fontsize=7.5, fontweight="bold" if sure else "normal",
                color=_ink(palette(span(cell.mean)) if not np.isnan(cell.mean) else (1, 1, 1, 1)),
            )  # fmt: skip
    stages, channels = named
    axes.set_title(title)
    axes.set_yticks(np.arange(len(stages)) + 0.5, stages)
    axes.set_xticks(np.arange(len(channels)) + 0.5, channels)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _said(cell: Interval, sure: bool, gap: bool) -> str:
    # a difference that is told from nothing must not look like nothing
    return text(cell.mean, min(3 if sure else 2, decimals(cell.mean, cell.half)), sign=gap)


def _ink(colour: tuple[float, ...]) -> str:
    red, green, blue = colour[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
