"""Tornado: how far each assumption moves a result from its P10 to its P90."""

from __future__ import annotations

from textwrap import fill

from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cemsim.base.language import say
from cemsim.experiment.sensitivity import Bar, Tornado
from cemsim.report.amounts import money_scale
from cemsim.report.figures.style import COLOURS, WIDTH, drawn, tick
from cemsim.report.numbers import plain, quantity

SHOWN = 15
LONGEST = 44
"""Letters of a label's line."""


def tornado(found: Tornado, currency: str, number: int = 0) -> str:
    """SVG of the widest bars of one scenario; ``number`` keeps figures on a page apart."""
    words = say("Net present value at P10 and P90 of each assumption")
    return drawn(f"tornado-{number}", words, lambda: _figure(found, currency))


def name_of(bar: Bar) -> str:
    """An assumption in a line or two."""
    words = plain(bar.thing.name)
    for block in ("steps.", "journeys.", "segments.", "teams.", "model."):
        words = words.replace(block, "")
    return fill(words.replace(".", " · "), LONGEST, max_lines=2, placeholder=" …", break_on_hyphens=False)


def reach(found: Tornado) -> str:
    """How much of the result the widest bar is: a drawing has the same width whether it is much or next to nothing."""
    if not found.bars or not found.mean:
        return ""
    share = quantity(found.bars[0].width / abs(found.mean), "fraction", 2)
    return say("the widest bar, from end to end: {share} of the net present value as it is", share=share)


def _figure(found: Tornado, currency: str) -> Figure:
    bars = found.bars[:SHOWN]
    names = [name_of(bar) for bar in bars]
    each = 0.32 if any("\n" in name for name in names) else 0.24
    figure = Figure(figsize=(WIDTH, 1.1 + each * len(bars)), layout="constrained")
    axes = figure.subplots()
    shown = money_scale([x for b in bars for x in (b.at_low, b.at_high)] + [found.mean], currency)
    middle = found.mean * shown.factor
    for place, bar in enumerate(bars):
        ends = (bar.at_low, COLOURS[5], bar.low), (bar.at_high, COLOURS[1], bar.high)
        long, short = sorted(ends, key=lambda end: -abs(end[0] - found.mean))
        same = (long[0] - found.mean) * (short[0] - found.mean) > 0        # then the shorter one lies on the longer
        for (value, colour, _), height in ((long, 0.66), (short, 0.3 if same else 0.66)):
            axes.barh(-place, value * shown.factor - middle, height, left=middle, color=colour)
        left, right = sorted(ends, key=lambda end: end[0])
        for (value, _, at), side in ((left, "right"), (right, "left")):
            away = -3 if side == "right" else 3
            x = min(value * shown.factor, middle) if side == "right" else max(value * shown.factor, middle)
            own = bar.thing.unit
            unit = "fraction" if own.startswith("fraction") else own if own == "min" else ""
            axes.annotate(quantity(at, unit, 3), (x, -place), xytext=(away, 0), textcoords="offset points", ha=side,
                          va="center", fontsize=6)
    axes.axvline(middle, color="#1a1a1a", linewidth=0.9)
    low, high = axes.get_xlim()
    axes.set_xlim(low - 0.06 * (high - low), high + 0.06 * (high - low))
    if axes.get_xlim()[0] < 0 < axes.get_xlim()[1]:
        axes.axvline(0, color=COLOURS[2], linewidth=0.9, linestyle=(0, (3, 2)))
    axes.set_yticks([-place for place in range(len(bars))], names)
    axes.set_title(f"{found.scenario} ({shown.unit.strip()})", wrap=True)
    axes.set_xlabel(reach(found))
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(tick))
    handles = [Patch(color=COLOURS[5], label=say("at its P10")), Patch(color=COLOURS[1], label=say("at its P90"))]
    figure.legend(handles=handles, loc="outside lower right", ncols=2, fontsize=7)
    return figure
