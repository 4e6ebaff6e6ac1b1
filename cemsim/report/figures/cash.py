"""Cumulative cash of every scenario, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from cemsim.base.language import say
from cemsim.compare.interval import interval
from cemsim.finance.case import Case
from cemsim.measures.catalogue import KPIS
from cemsim.report.figures.style import GREY, WIDTH, drawn, headroom, legend, looks, tidy
from cemsim.report.numbers import MONTHS, scale

HEIGHT = 2.6


def cash(cases: Sequence[Case], baseline: str) -> str:
    """SVG of the cash that each scenario has added so far, month by month, not discounted."""
    return drawn("cash", say("Cumulative cash"), lambda: _figure(cases, baseline))


def _figure(cases: Sequence[Case], baseline: str) -> Figure:
    # the baseline keeps its look, so that a scenario looks alike in every figure
    scenarios = looks([baseline, *(case.scenario for case in cases)])[1:]
    figure = Figure(figsize=(WIDTH, headroom(scenarios) + HEIGHT), layout="constrained")
    axes = figure.subplots()
    curves = [[interval(column) for column in case.cumulative.T] for case in cases]
    size = max(abs(point.mean) for curve in curves for point in curve)
    shown = scale(KPIS["contribution"], size, cases[0].currency, gap=True)
    axes.axhline(0, color=GREY, linewidth=0.8)
    for look, curve, case in zip(scenarios, curves, cases, strict=True):
        at = np.arange(len(curve))
        at[-1] = case.months - 1  # what is settled at the end belongs to the last month's end
        points = shown.factor * np.array([(point.mean, point.low, point.high) for point in curve])
        mean, low, high = points.T
        axes.fill_between(at, low, high, color=look.colour, alpha=0.13, linewidth=0)
        axes.plot(at, mean, color=look.colour, linestyle=look.dash, linewidth=look.width, marker=look.marker,
                  markersize=4, markevery=max(1, len(curve) // 6), gid=f"scenario-{look.number}")  # fmt: skip
    axes.set_title(say("Cumulative cash") + f" ({shown.unit.strip()})")
    axes.set_xlabel(say(MONTHS))
    axes.xaxis.set_major_locator(MultipleLocator(max(1, 12 * -(-cases[0].months // 72))))
    tidy(axes)
    legend(figure, scenarios)
    return figure
