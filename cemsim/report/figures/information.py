"""Value of information: what learning each assumption would be worth."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cemsim.base.language import say
from cemsim.finance.information import Information
from cemsim.report.amounts import money_scale
from cemsim.report.figures.style import COLOURS, GREY, WIDTH, drawn, tick
from cemsim.report.numbers import plain

SHOWN = 10


def information(found: Information, currency: str) -> str:
    """SVG of the value of knowing everything, and of knowing each assumption alone."""
    return drawn("information", say("What it is worth to know each assumption"), lambda: _figure(found, currency))


def _figure(found: Information, currency: str) -> Figure:
    told = [worth for worth in found.by_assumption if worth.value > 0][:SHOWN]
    shown = money_scale([found.perfect], currency)
    figure = Figure(figsize=(WIDTH, 0.9 + 0.24 * (len(told) + 1)), layout="constrained")
    axes = figure.subplots()
    axes.barh(0, found.perfect * shown.factor, 0.66, color=GREY)
    for place, worth in enumerate(told, 1):
        reach = min(2 * worth.error, worth.value) * shown.factor, 2 * worth.error * shown.factor
        axes.barh(-place, worth.value * shown.factor, 0.66, color=COLOURS[1], xerr=[[reach[0]], [reach[1]]],
                  error_kw={"elinewidth": 0.8, "ecolor": "#1a1a1a"})
    names = [say("everything"), *(plain(worth.name) for worth in told)]
    axes.set_yticks([-place for place in range(len(names))], names)
    axes.set_title(f"{say('Worth of knowing before deciding')} ({shown.unit.strip()})")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(tick))
    return figure
