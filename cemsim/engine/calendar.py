"""A month's arrival profile: hours of the week laid over the month, with the day's luck where days differ."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.base.draws import Stream, decision, uniform
from cemsim.plan.tables import COMPLAINT, JOINING, NEED, TRACE, Tables

GUIDE = 4096


class MonthProfile(NamedTuple):
    """Expected needs [journey, segment, 2] (number, chance of none), cumulative hours and an index into them."""

    rates: NDArray[np.float64]
    hours: NDArray[np.float64]
    guide: NDArray[np.int16]


def month_profile(
    tables: Tables, keys: NDArray[np.uint64], first_day: int, days: int, use: bool = True
) -> MonthProfile:
    """The profile of the month that begins on day ``first_day`` (0 is a Monday) and has ``days`` days."""
    journeys, segments = tables.journeys, len(tables.segments)
    count = len(journeys)
    rates, hours = np.zeros((count, segments, 2)), np.zeros((count, days * 24 + 1))
    guide = np.zeros((count, GUIDE + 1), np.int16)
    scale = float(tables.world["demand_scale"][0])
    place = (np.arange(days * 24) + first_day * 24) % 168
    for j in range(count):
        kind = int(journeys["starts"][j])
        if kind in (COMPLAINT, TRACE):
            continue
        weights: NDArray[np.float64] = tables.profiles[j][place]
        spread = float(journeys["overdispersion"][j])
        if spread > 0.0:
            weights = weights * np.repeat(_luck(keys, j, first_day, days, spread), 24)
        total = float(weights.sum())
        if total <= 0.0:
            continue
        hours[j, 1:] = np.cumsum(weights) / total
        hours[j, -1] = 1.0
        guide[j] = np.searchsorted(hours[j], np.linspace(0.0, 1.0, GUIDE + 1), side="right") - 1
        rate = journeys["need"][j][:segments] * total / (365.0 * 24.0)
        if kind == NEED and j < count - 1:
            rate = rate * scale
        rates[j, :, 0] = rate if kind != JOINING else 0.0
    rates[:, :, 1] = np.exp(-rates[:, :, 0])
    return MonthProfile(rates, hours, np.minimum(guide, days * 24 - 1))


def _luck(keys: NDArray[np.uint64], journey: int, first_day: int, days: int, spread: float) -> NDArray[np.float64]:
    """A gamma factor with mean 1 for each day, common to all people (gamma-Poisson arrivals)."""
    from scipy.special import gammaincinv

    shape = 1.0 / spread**2
    u = [uniform(keys[Stream.DAY], first_day + d, decision(0, journey, 0, 0, 0)) for d in range(days)]
    return np.asarray(gammaincinv(shape, u) / shape)
