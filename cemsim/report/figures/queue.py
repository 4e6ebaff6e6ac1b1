"""A team's day: when contacts arrive and how long they wait, hour by hour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cemsim.base.language import say
from cemsim.compare.interval import interval
from cemsim.measures.books import Array, Books, books
from cemsim.measures.catalogue import KPIS
from cemsim.measures.curves import DAY, WEEKEND, WORKDAYS, day_profile
from cemsim.report.figures.style import WIDTH, Look, drawn, headroom, legend, looks, tidy
from cemsim.report.numbers import plain, scale

SELDOM = 0.005
"""Share of a day's contacts below which an hour's mean wait is not drawn."""
DAYS = (("weekdays", WORKDAYS), ("weekend", WEEKEND))


def queue(runs: Sequence[Any], team: str, number: int = 0) -> str:
    """SVG of a team's arrivals and waits over the day; ``number`` tells several on a page apart."""
    return drawn(f"queue{number}", say("A day at {team}", team=plain(team)), lambda: _figure(runs, team))


def _figure(runs: Sequence[Any], team: str) -> Figure:
    opened = [books(run) for run in runs]
    scenarios = looks([book.name for book in opened])
    figure = Figure(figsize=(WIDTH, headroom(scenarios) + 3.5), layout="constrained")
    grid = figure.subplots(2, 2, sharex=True, sharey="row")
    waits = np.concatenate([_profile(book, team, days, "wait") for book in opened for _, days in DAYS])
    size = float(np.nanmax(waits)) if np.isfinite(waits).any() else 0.0
    shown = scale(KPIS["wait"], size, "")
    wait = say("Mean wait ({unit})", unit=shown.unit.strip())
    rows = (("arrived", say("Contacts an hour"), 1.0), ("wait", wait, shown.factor))
    for row, (name, title, factor) in zip(grid, rows, strict=True):
        for axes, (words, days) in zip(row, DAYS, strict=True):
            axes.set_title(say("{measure}, {when}", measure=title, when=say(words)))
            for look, book in zip(scenarios, opened, strict=True):
                _line(axes, look, factor * _profile(book, team, days, name), len(scenarios))
            tidy(axes)
        row[0].set_ylim(bottom=0)  # only now: it ends the scaling that both panels share
    for axes in grid[-1]:
        axes.set_xlabel(say("hour of arrival"))
        axes.set_xticks(range(0, DAY + 1, 4))
    legend(figure, scenarios)
    return figure


def _profile(book: Books, team: str, days: slice, name: str) -> Array:
    if team not in book.teams:
        return np.full((len(book.replicates), DAY), np.nan)
    place = book.teams.index(team)
    found = day_profile(book, days, name)[:, place]
    if name == "wait":                              # a handful who wait over night would flatten everybody else's day
        come = day_profile(book, days, "arrived")[:, place].mean(axis=0)
        found = np.where(come < SELDOM * come.sum(), np.nan, found)
    return found


def _line(axes: Axes, look: Look, values: Array, scenarios: int) -> None:
    points = [interval(column, (0.0, np.inf)) for column in values.T]
    x = np.arange(DAY) + 0.5
    mean, low, high = (np.array([getattr(p, name) for p in points]) for name in ("mean", "low", "high"))
    axes.fill_between(x, low, high, color=look.colour, alpha=0.13, linewidth=0)
    axes.plot(
        x, mean, color=look.colour, linestyle=look.dash, linewidth=0.7 * look.width, marker=look.marker,
        markersize=3.5, markevery=(look.number, scenarios), gid=f"scenario-{look.number}",
    )  # fmt: skip
