"""How every figure looks: one colour, dash and marker a scenario, in the scenarios' order, everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from itertools import cycle, islice
from textwrap import fill
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cemsim.base.language import chosen, speaking
from cemsim.report.figures.fonts import FONTS, font_of
from cemsim.report.numbers import MINUS

#: Okabe and Ito's colours, tellable apart by the colour-blind; yellow is left out, print loses it.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)), (0, (9, 3)))
#: One more than colours, so that colour and marker together repeat only after 56 scenarios.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
GREY = "#767676"
WIDTH = 7.2
#: Text stays text (searchable, small), in faces no wider than the one it was measured with.
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "text.parse_math": False,  # a $ in a user's name is a dollar
}


def family() -> list[str]:
    """Faces for the language spoken now: the usual one, and after it one that has the language's signs."""
    more = font_of(chosen())
    return ["DejaVu Sans", *([more] if more else [])]


def speaks() -> bool:
    """Whether figures can be labelled in the language spoken now; otherwise they are in English."""
    return chosen() not in FONTS or bool(font_of(chosen()))


@dataclass(frozen=True)
class Look:
    """How a scenario is drawn; ``width`` falls with the order, so that a line never hides one below."""

    number: int
    label: str
    colour: str
    dash: Any
    marker: str
    width: float


def looks(names: Sequence[str]) -> tuple[Look, ...]:
    """The look of each scenario, by its place; the baseline is solid and black."""
    return tuple(
        Look(number, fill(name, 34), colour, dash, marker, max(1.1, 2.8 - 0.5 * number))
        for number, (name, colour, dash, marker) in enumerate(
            zip(names, _round(COLOURS, names), _round(DASHES, names), _round(MARKERS, names), strict=True)
        )
    )


def _round(values: Sequence[Any], names: Sequence[str]) -> Iterator[Any]:
    return islice(cycle(values), len(names))


def legend(figure: Figure, scenarios: Sequence[Look], line: bool = True) -> None:
    """One legend for the whole figure, above its panels, in the scenarios' order."""
    handles = [
        Line2D(
            [], [], color=look.colour, marker=look.marker, markersize=4.5, label=look.label,
            linestyle=look.dash if line else "none", linewidth=look.width,
        )
        for look in scenarios
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper left", ncols=_columns(scenarios), handlelength=3.2)


def headroom(scenarios: Sequence[Look]) -> float:
    """Inches that the legend needs above the panels."""
    columns = _columns(scenarios)
    lines = [look.label.count("\n") + 1 for look in scenarios]
    deepest = -(-len(lines) // columns)
    return 0.15 + 0.17 * max(sum(sorted(lines)[-deepest:]), 1)


def _columns(scenarios: Sequence[Look]) -> int:
    widest = max((len(part) for look in scenarios for part in look.label.split("\n")), default=1)
    return max(1, min(len(scenarios), int(105 / (widest + 8))))


def tidy(axes: Axes, decimals: bool = True) -> None:
    """Few ticks, thousands separators, a real minus."""
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=not decimals))
    axes.yaxis.set_major_formatter(FuncFormatter(tick))


def tick(value: float, _: int = 0) -> str:
    """A tick's number.

    >>> tick(-12000.0), tick(0.25)
    ('−12,000', '0.25')
    """
    return f"{value:,.10g}".replace("-", MINUS)


def drawn(name: str, words: str, make: Callable[[], Figure]) -> str:
    """The SVG of a figure: one ``<svg>`` element to stand in a page.

    ``name`` keeps its ids apart from other figures' on the page; ``words`` say what it shows to those who
    cannot see it. The same data give the same bytes.
    """
    faces, language = family(), chosen() if speaks() else "en"
    with rc_context({**STYLE, "font.family": faces, "svg.hashsalt": name}), speaking(language):
        out = StringIO()
        make().savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<[A-Za-z][^<>]*>", lambda tag: _own_ids(tag.group(), name), svg)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(words)}"', 1)


def _own_ids(tag: str, name: str) -> str:
    # what belongs to a scenario is a class: it occurs in every panel
    tag = re.sub(r'\bid="(scenario-\d+)"', r'class="\1"', tag)
    return re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", tag)
