"""The emotion curve of a journey: how its steps feel, by segment, on the first and on later contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cemsim.base.language import say
from cemsim.compare.interval import interval
from cemsim.measures.books import Array, Books, books
from cemsim.measures.curves import emotion
from cemsim.report.figures.style import GREY, WIDTH, Look, drawn, headroom, legend, looks, tidy
from cemsim.report.numbers import plain

WHEN = ("first contact", "repeat contact")


def journey(runs: Sequence[Any], name: str, number: int = 0) -> str:
    """SVG of the emotion curve of a journey in every scenario; ``number`` tells several on a page apart."""
    return drawn(f"emotion{number}", say("Emotion along {journey}", journey=plain(name)), lambda: _figure(runs, name))


def _figure(runs: Sequence[Any], name: str) -> Figure:
    opened = [books(run) for run in runs]
    scenarios = looks([book.name for book in opened])
    segments = list(dict.fromkeys(segment for book in opened for segment in book.segments))
    steps = _steps(opened, name)
    curves = [emotion(book) for book in opened]
    repeats = any(
        np.isfinite(_values(b, c, name, steps, segment, 1)).any()
        for b, c in zip(opened, curves, strict=True)
        for segment in segments
    )
    figure = Figure(figsize=(WIDTH, headroom(scenarios) + 0.4 + 1.35 * len(segments)), layout="constrained")
    grid = figure.subplots(len(segments), 1 + repeats, squeeze=False, sharex=True, sharey=True)
    for row, segment in enumerate(segments):
        for when, words in enumerate(WHEN[: 1 + repeats]):
            axes = grid[row, when]
            axes.set_title(say("{segment}, {when}", segment=plain(segment), when=say(words)))
            axes.axhline(0, color=GREY, linewidth=0.8)
            for look, book, curve in zip(scenarios, opened, curves, strict=True):
                values = _values(book, curve, name, steps, segment, when)
                _line(axes, look, values, len(scenarios))
            tidy(axes)
        grid[row, 0].set_ylabel(say("emotion (points)"))
    for axes in grid[-1]:
        labels = [f"{plain(step)}\n({say(plain(channel))})" for step, channel in steps.items()]
        axes.set_xticks(range(len(steps)), labels)
        axes.set_xlim(-0.5, len(steps) - 0.5)
    legend(figure, scenarios)
    return figure


def _steps(opened: list[Books], name: str) -> dict[str, str]:
    """A journey's steps in all scenarios, with channels; a scenario's own stands where it walks it."""
    order: list[str] = []
    channels: dict[str, str] = {}
    for book in opened:
        place = 0
        for number in book.walks[book.journeys.index(name)] if name in book.journeys else ():
            step = book.steps[number][1]
            if step not in channels:
                order.insert(place, step)
                channels[step] = str(book.step_channel[-1, number])
            place = order.index(step) + 1
    return {step: channels[step] for step in order}


def _values(book: Books, curve: Array, name: str, steps: dict[str, str], segment: str, when: int) -> Array:
    """``[replicate, step]``; NaN for a step that the scenario does not have."""
    out = np.full((curve.shape[0], len(steps)), np.nan)
    if segment in book.segments:
        for place, step in enumerate(steps):
            if (name, step) in book.steps:
                out[:, place] = curve[:, book.steps.index((name, step)), book.segments.index(segment), when]
    return out


def _line(axes: Axes, look: Look, values: Array, scenarios: int) -> None:
    shift = 0.3 * ((look.number + 0.5) / scenarios - 0.5)
    points = [interval(column) for column in values.T]
    x = np.arange(len(points)) + shift
    mean, low, high = (np.array([getattr(p, name) for p in points]) for name in ("mean", "low", "high"))
    axes.vlines(x, low, high, color=look.colour, linewidth=1)
    axes.plot(
        x, mean, color=look.colour, linestyle=look.dash, linewidth=0.6 * look.width, marker=look.marker,
        markersize=4, gid=f"scenario-{look.number}",
    )  # fmt: skip
