"""A difference as steps from the baseline to the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cemsim.base.language import say
from cemsim.compare.interval import Interval
from cemsim.measures.kpi import Kpi
from cemsim.report.figures.style import GREY, WIDTH, drawn, tick
from cemsim.report.numbers import scale

GAIN, LOSS, WHOLE = "#0072B2", "#D55E00", "#4d4d4d"


@dataclass(frozen=True)
class Step:
    """One bar: its name, the part with its interval, the number as shown; ``whole`` bars stand on the zero line."""

    name: str
    part: Interval
    shown: str
    whole: bool = False


def waterfall(name: str, kpi: Kpi, steps: Sequence[Step], currency: str) -> str:
    """SVG of parts that add up, each beginning where the one above ends; a line on each bar is its 95 % interval.

    ``name`` keeps figures of a page apart.
    """
    words = say("How the parts add up: {measure}", measure=say(kpi.label))
    return drawn(f"waterfall-{name}", words, lambda: _figure(kpi, steps, currency))


def _figure(kpi: Kpi, steps: Sequence[Step], currency: str) -> Figure:
    labels = [fill(step.name, 44, max_lines=3, placeholder=" …", break_on_hyphens=False) for step in steps]
    deep = [label.count("\n") + 1 for label in labels]
    figure = Figure(figsize=(WIDTH, 0.75 + sum(0.2 + 0.13 * lines for lines in deep)), layout="constrained")
    axes = figure.subplots()
    ends, at = [0.0], 0.0
    for step in steps:
        at = step.part.mean if step.whole else at + step.part.mean
        ends.append(at)
    shown = scale(kpi, max(abs(end) for end in ends), currency, gap=True)
    sign = -1 if kpi.good < 0 else 1
    reach = []
    at = 0.0
    for place, step in enumerate(steps):
        begin, size = 0.0 if step.whole else at, step.part.mean
        low, high = (begin + (size if end != end else end) for end in (step.part.low, step.part.high))
        colour = WHOLE if step.whole else GAIN if size * sign >= 0 else LOSS
        axes.barh(-place, size * shown.factor, left=begin * shown.factor, height=0.62, color=colour,
                  hatch="" if step.whole or size * sign >= 0 else "////", edgecolor="white", linewidth=0.4)  # fmt: skip
        axes.plot([low * shown.factor, high * shown.factor], [-place, -place], color="black", linewidth=1.1)
        far = max(low, high, begin, begin + size) * shown.factor
        axes.annotate(step.shown, (far, -place), (4, 0), textcoords="offset points", va="center", fontsize=7)
        at = begin + size
        if place + 1 < len(steps) and not steps[place + 1].whole:
            axes.plot(2 * [at * shown.factor], [-place - 0.31, -place - 0.69], color=GREY, linewidth=0.7)
        reach += [low, high, begin, begin + size]
    low, high = min(reach) * shown.factor, max(reach) * shown.factor
    room = (high - low) or 1.0
    axes.set_xlim(low - 0.04 * room, high + 0.24 * room)
    axes.set_yticks([-place for place in range(len(steps))], labels)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(steps) + 0.45, 0.55)
    axes.grid(visible=False, axis="y")
    axes.axvline(0, color=GREY, linewidth=0.8)
    unit = f" ({shown.unit.strip()})" if shown.unit.strip() else ""
    axes.set_title(say(kpi.label) + unit)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(tick))
    return figure
