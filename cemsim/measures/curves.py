"""Curves for figures: emotion along a journey, satisfaction by stage and channel, a queue's day."""

from __future__ import annotations

import numpy as np

from cemsim.base.records import EMOTION, HOURS, column
from cemsim.base.words import CHANNELS, STAGES
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import ratio

DAY = 24
WEEK = 7 * DAY
WORKDAYS = slice(0, 5)
WEEKEND = slice(5, 7)


def emotion(books: Books) -> Array:
    """Mean emotion felt at each step over the horizon, ``[replicate, step, segment, (first, repeat)]``.

    Emotion is the valued difference between what a touch was and what the customer expected (model.md, a5):
    0 as expected, below 0 a let-down, in points. NaN where nobody was touched.
    """
    total = books.log.emotion.sum(axis=1)
    return ratio(total[..., column(EMOTION, "sum")], total[..., column(EMOTION, "n")])


def stage_by_channel(books: Books) -> Array:
    """Transaction satisfaction in points, ``[replicate, stage, channel]``; NaN where nobody was touched."""
    values = books.of_steps("ts_sum", "ts_n").sum(axis=(1, 3))
    table = np.zeros((values.shape[0], len(STAGES), len(CHANNELS), 2))
    for step, (stage, channel) in enumerate(zip(books.step_stage, books.step_channel[-1].tolist(), strict=True)):
        table[:, STAGES.index(stage), CHANNELS.index(channel)] += values[:, step]
    return ratio(table[..., 0], table[..., 1])


def day_profile(books: Books, days: slice, name: str) -> Array:
    """A queue over the day, ``[replicate, team, hour of day]``.

    ``days``: WORKDAYS or WEEKEND. ``name``: ``arrived`` (contacts an hour on a mean day), ``wait`` (mean
    minutes waited by those who arrived in the hour and were served) or ``abandoned`` (share of the arrived).
    """
    hours = books.log.hours
    week = hours.reshape(hours.shape[:2] + (7, DAY, hours.shape[-1]))[:, :, days].sum(axis=2)

    def of(field: str) -> Array:
        return np.asarray(week[..., column(HOURS, field)])

    if name == "wait":
        return ratio(of("wait_sum"), of("served_arrived"))
    if name == "abandoned":
        return ratio(of("abandoned"), of("arrived"))
    weeks = books.months * 365.0 / 12.0 / 7.0
    return of("arrived") / (weeks * len(range(7)[days]))
