"""What it costs to serve customers: by segment, and by channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cemsim.base.words import CHANNELS
from cemsim.compare.comparison import paired
from cemsim.finance.rates import Array
from cemsim.measures import money
from cemsim.measures.books import Books, spans


@dataclass(frozen=True)
class Served:
    """Cost to serve over a horizon, not discounted.

    By segment: ``pay``, ``unit_costs``, ``compensation`` and ``customer_years``, each ``[replicate, segment]``.
    By channel: ``channel_pay`` (charged by minutes of handling), ``channel_costs`` (unit costs), ``contacts`` served
    and ``missed`` (who hung up or was turned away), each ``[replicate, channel]``. Of no channel, ``[replicate]``:
    ``idle``, pay of months in which a team handled nothing, and ``messages`` that rules sent.
    """

    segments: tuple[str, ...]
    channels: tuple[str, ...]
    pay: Array
    unit_costs: Array
    compensation: Array
    customer_years: Array
    channel_pay: Array
    channel_costs: Array
    contacts: Array
    missed: Array
    idle: Array
    messages: Array

    @property
    def total(self) -> Array:
        """Cost to serve by segment, ``[replicate, segment]``."""
        return self.pay + self.unit_costs + self.compensation

    @property
    def channel_total(self) -> Array:
        """Pay and unit costs, ``[replicate, channel]``; with ``idle``, ``messages`` and compensation it is all."""
        return self.channel_pay + self.channel_costs


def to_serve(book: Books, common: list[int], months: int) -> Served:
    """Cost to serve in one scenario, for the replicates in ``common``."""

    def summed(values: Array) -> Array:
        """Over months, ``[replicate, ...]``."""
        return np.asarray(paired(book, values, common)[:, :months].sum(axis=1))

    months_of = spans(book.step_channel[:months])
    used = tuple(name for name in CHANNELS if name in book.step_channel[:months])

    def by_channel(values: Array) -> Array:
        """Over segments and steps, ``[replicate, channel]``."""
        out = np.zeros((len(common), len(used)))
        for span in months_of:
            steps = np.asarray(paired(book, values, common)[:, span].sum(axis=1)).sum(axis=-1)
            for step, channel in enumerate(book.step_channel[span.start].tolist()):
                out[:, used.index(channel)] += steps[:, step]
        return out

    return Served(
        segments=book.segments,
        channels=used,
        pay=summed(money.staff(book)),
        unit_costs=summed(money.unit_costs(book)),
        compensation=summed(money.compensation(book)),
        customer_years=summed(book.people("months")[..., 0]) / 12.0,
        channel_pay=by_channel(money.staff_by_step(book)),
        channel_costs=by_channel(money.unit_costs_by_step(book)),
        contacts=by_channel(book.of_steps("served")[..., 0]),
        missed=by_channel(book.of_steps("abandoned", "sent_away").sum(axis=-1)),
        idle=summed(money.idle_staff(book)).sum(axis=-1),
        messages=summed(money.messages(book)).sum(axis=-1),
    )
