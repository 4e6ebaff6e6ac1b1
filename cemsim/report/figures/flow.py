"""The customer ledger as flows: everybody by group, and those whose end the plan changes by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path

from cemsim.base.language import say
from cemsim.base.words import CAUSES
from cemsim.compare.ledger import FATES, LABELS, WITH, WITHOUT, Ledger
from cemsim.measures.customers import CAUSE_LABEL
from cemsim.report.figures.style import GREY, WIDTH, drawn
from cemsim.report.numbers import plain, text

#: Okabe and Ito's colours; those who stay as they are stand back in grey.
SHADES = {
    "kept": "#c4c4c4", "saved": "#0072B2", "lost": "#D55E00", "gone": "#8a8a8a",
    "won": "#c4c4c4", "won_with": "#009E73", "won_without": "#E69F00", "passing": "#8a8a8a",
}  # fmt: skip
CHANGED = ("saved", "won_with", "won_without", "lost")
HERE, NOT_HERE, OTHER = "customer", "no customer", "other causes"
#: Space between nodes, and between lines of labels, in parts of a panel's height.
GAP, LINE = 0.022, 0.068
#: Width of a node.
BAR = 0.012
#: Causes with a smaller part of those whose end changes are drawn as one.
SMALL = 0.03


@dataclass(frozen=True)
class Ribbon:
    """People who go from one node on the left to one on the right."""

    left: str
    right: str
    people: float
    colour: str


def flow(found: Ledger, number: int = 0) -> str:
    """SVG of a ledger, two panels of flows; people are means over replicates; ``number`` keeps figures apart."""
    return drawn(f"flow-{number}", say("What becomes of customers without and with the plan"), lambda: _figure(found))


def _figure(found: Ledger) -> Figure:
    figure = Figure(figsize=(WIDTH, 6.1))
    above, below = figure.subplots(2, 1)
    figure.subplots_adjust(left=0.25, right=0.73, top=0.91, bottom=0.07, hspace=0.3)
    _panel(above, _everybody(found), say("Everybody, by group"), say("at the start"), say("at the end"))
    title = say("Only those whose end the plan changes")
    _panel(below, _changed(found), title, say("at the end without the plan"), say("at the end with the plan"))
    patches = [Patch(color=SHADES[fate], alpha=0.75, label=say(SHORT[fate])) for fate in CHANGED]
    figure.legend(handles=patches, loc="lower center", ncols=len(patches), fontsize=7)
    return figure


def _everybody(found: Ledger) -> list[Ribbon]:
    """Groups of customers at the start, and those who were none, to what became of them."""
    ribbons = []
    for fate in FATES:
        by_group = found.of(fate, found.people).mean(axis=0)
        if fate in ("kept", "saved", "lost", "gone"):
            ribbons += [
                Ribbon(plain(name), say(SHORT[fate]), float(n), SHADES[fate])
                for name, n in zip(found.segments, by_group, strict=True)
            ]
        else:
            ribbons.append(Ribbon(say("no customers yet"), say(SHORT[fate]), float(by_group.sum()), SHADES[fate]))
    order = {name: place for place, name in enumerate((*map(plain, found.segments), say("no customers yet")))}
    return sorted((r for r in ribbons if r.people > 0), key=lambda r: order[r.left])


SHORT = {
    "kept": "kept either way", "saved": "saved", "lost": "lost", "gone": "gone either way", "won": "won either way",
    "won_with": "won only with it", "won_without": "won only without it", "passing": "came and went",
}  # fmt: skip
assert set(SHORT) == set(LABELS)


def _changed(found: Ledger) -> list[Ribbon]:
    """Those who are customers at the end in one world only, by where they are in each."""
    sums: dict[tuple[str, str, str], float] = {}
    for fate, world in (("saved", WITHOUT), ("lost", WITH)):
        people = found.by_cause(fate, world).mean(axis=0).sum(axis=-1)
        for cause, n in zip(CAUSES, people, strict=True):
            sums[fate, *((CAUSE_LABEL[cause], HERE) if world == WITHOUT else (HERE, CAUSE_LABEL[cause]))] = float(n)
    for fate, ends in (("won_with", (NOT_HERE, HERE)), ("won_without", (HERE, NOT_HERE))):
        sums[fate, *ends] = float(found.of(fate, found.people).mean(axis=0).sum())
    total = sum(sums.values())
    named = {CAUSE_LABEL[c] for c in CAUSES}
    few = {
        cause for cause in named
        if all(n < SMALL * total for (_, *ends), n in sums.items() if cause in ends)
    }  # fmt: skip
    ribbons: dict[tuple[str, str, str], float] = {}
    for (fate, here, there), n in sums.items():
        key = fate, OTHER if here in few else here, OTHER if there in few else there
        ribbons[key] = ribbons.get(key, 0.0) + n
    order = (*(CAUSE_LABEL[c] for c in reversed(CAUSES)), OTHER, NOT_HERE, HERE)
    kept = sorted(((k, n) for k, n in ribbons.items() if n > 0), key=lambda item: order.index(item[0][1]))
    return [Ribbon(say(a), say(b), n, SHADES[fate]) for (fate, a, b), n in kept]


def _panel(axes: Axes, ribbons: Sequence[Ribbon], title: str, above_left: str, above_right: str) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.text(0.5, 1.05, title, ha="center", fontsize=8.5)
    if sum(ribbon.people for ribbon in ribbons) < 1.0:       # drawn, it would be as high as a crowd
        axes.text(0.5, 0.5, say("less than one person") if ribbons else say("nobody"), ha="center", color=GREY)
        return
    axes.text(-0.06, 1.05, above_left, ha="right", color=GREY, fontsize=7)
    axes.text(1.06, 1.05, above_right, ha="left", color=GREY, fontsize=7)
    left, right = _nodes([(r.left, r.people) for r in ribbons]), _nodes(_downwards(ribbons))
    at_left, at_right = {n: top for n, (top, _) in left.items()}, {n: top for n, (top, _) in right.items()}
    sums = _sums(ribbons, "left"), _sums(ribbons, "right")
    begins = {}
    for r in sorted(ribbons, key=lambda r: -right[r.right][0]):
        begins[r] = at_left[r.left]
        at_left[r.left] -= left[r.left][1] * r.people / sums[0][r.left]
    for r in sorted(ribbons, key=lambda r: -begins[r]):
        talls = left[r.left][1] * r.people / sums[0][r.left], right[r.right][1] * r.people / sums[1][r.right]
        _draw(axes, begins[r], at_right[r.right], *talls, r.colour)
        at_right[r.right] -= talls[1]
    _label(axes, left, sums[0], 0.0, -1)
    _label(axes, right, sums[1], 1.0, 1)


def _sums(ribbons: Sequence[Ribbon], side: str) -> dict[str, float]:
    out: dict[str, float] = {}
    for r in ribbons:
        name = getattr(r, side)
        out[name] = out.get(name, 0.0) + r.people
    return out


def _downwards(ribbons: Sequence[Ribbon]) -> list[tuple[str, float]]:
    """Nodes on the right, those of ribbons that end as customers or come from above first."""
    order: dict[str, float] = {}
    for place, r in enumerate(ribbons):
        order.setdefault(r.right, place)
    return sorted(((r.right, r.people) for r in ribbons), key=lambda node: order[node[0]])


def _nodes(people: Sequence[tuple[str, float]]) -> dict[str, tuple[float, float]]:
    """Top and height of each node, from the top of the panel down, in order of first mention."""
    sums: dict[str, float] = {}
    for name, n in people:
        sums[name] = sums.get(name, 0.0) + n
    unit = (1.0 - GAP * (len(sums) - 1)) / sum(sums.values())
    out, top = {}, 1.0
    for name, n in sums.items():
        out[name] = (top, n * unit)
        top -= n * unit + GAP
    return out


def _draw(axes: Axes, left: float, right: float, tall_left: float, tall_right: float, colour: str) -> None:
    corners = [
        (BAR, left), (0.5, left), (0.5, right), (1 - BAR, right), (1 - BAR, right - tall_right),
        (0.5, right - tall_right), (0.5, left - tall_left), (BAR, left - tall_left), (BAR, left),
    ]  # fmt: skip
    codes = [Path.MOVETO, *3 * [Path.CURVE4], Path.LINETO, *3 * [Path.CURVE4], Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(corners, codes), facecolor=colour, edgecolor=colour, linewidth=0.4, alpha=0.75))


def _label(
    axes: Axes, nodes: Mapping[str, tuple[float, float]], sums: Mapping[str, float], x: float, side: int
) -> None:
    middles = np.array([top - tall / 2 for top, tall in nodes.values()])
    corner = x - BAR if side > 0 else 0.0
    for (name, (top, tall)), middle, y in zip(nodes.items(), middles, spread(middles, LINE), strict=True):
        axes.add_patch(Rectangle((corner, top - tall), BAR, tall, color="#333333", linewidth=0.3))
        axes.plot([x, x + 0.015 * side, x + 0.045 * side], [middle, y, y], color=GREY, linewidth=0.5, clip_on=False)
        count = text(sums[name], 0 if sums[name] >= 10 else 1).removesuffix(".0")
        words = fill(f"{name} {count}", 30, max_lines=2, placeholder=" …")
        axes.text(x + 0.055 * side, y, words, ha="left" if side > 0 else "right", va="center", fontsize=6.8)


def spread(places: Any, least: float) -> Any:
    """Heights of labels, from the top down, no two nearer than ``least``, as near to their places as that allows.

    >>> spread(np.array([0.9, 0.89, 0.2]), 0.1).round(3).tolist()
    [0.945, 0.845, 0.2]
    """
    groups: list[list[float]] = []                       # sum of wishes for the first of a block, and its length
    for place in places:
        groups.append([float(place), 1.0])
        while len(groups) > 1:
            (above, n), (below, m) = groups[-2:]
            if above / n - least * n >= below / m:
                break
            groups[-2:] = [[above + below + m * n * least, n + m]]
    return np.array([total / n - least * i for total, n in groups for i in range(int(n))])
