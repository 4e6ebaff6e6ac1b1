"""Minutes of a law of the plan at a quantile: closed form where there is one, else a table; both engines call it."""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64 as at  # places are unsigned: nothing is counted from an array's end

from cemsim.base.draws import normal
from cemsim.engine.law import SLOT
from cemsim.model.laws import between, closed_form
from cemsim.model.science import inlined, science
from cemsim.plan.tables import SLOTS

ONE = at(1)


@inlined
def tabled(rows: Any, r: int, u: float) -> float:
    """Value of a tabled quantile function, row ``r``; points are evenly spaced in the normal score from -6 to 6."""
    last = rows.shape[1] - 1
    place = (normal(u) + 6.0) * (last / 12.0)
    place = min(max(place, 0.0), last - 1e-9)
    i = int(place)
    return between(rows[r, i], rows[r, i + 1], place - i)


@inlined
def minutes(law: Any, quantiles: Any, u: float) -> float:
    """Minutes at quantile ``u`` of a law record."""
    if law.table >= 0:
        return law.mean * tabled(quantiles, law.table, u)
    return closed_form(law.kind, law.a, law.b, u)


@inlined
def drawn(law: Any, quantiles: Any, u: float) -> float:
    """The same, with the closed form first: most laws have one."""
    return closed_form(law.kind, law.a, law.b, u) if law.table < 0 else minutes(law, quantiles, u)


@inlined
def so_far(hours: Any, minute: float) -> float:
    """Share of a day's arrivals until a minute of it; ``hours`` [25] is their cumulative profile."""
    past = min(max(minute, 0.0) / 60.0, 24.0)
    h = min(int(past), 23)
    return between(hours[h], hours[h + 1], past - h)


@inlined
def minute_at(hours: Any, share: float) -> float:
    """The minute of a day at which a share of its arrivals has come."""
    h = 0
    while h < 23 and hours[h + 1] <= share:
        h += 1
    width = hours[h + 1] - hours[h]
    within = (share - hours[h]) / width if width > 0.0 else 0.0
    return 60.0 * (h + min(within, 1.0))


@inlined
def at_an_hour(daytime: Any, journey: int, earliest: float, due: float, u: float) -> float:
    """When somebody comes who means to come at about ``due``: the day is kept, the hour is one in which people come.

    ``daytime`` [journey, 7, 25] is the cumulative profile of each weekday; nobody comes before ``earliest``. Days
    without arrivals are passed over; where there are none at all, ``due`` stands.
    """
    day = int(due / 1440.0)
    for _ in range(8):
        hours = daytime[journey, day % 7]
        done = so_far(hours, earliest - day * 1440.0)
        if hours[24] > 0.0 and done < 1.0:
            return max(day * 1440.0 + minute_at(hours, done + u * (1.0 - done)), earliest)
        day += 1
    return due


@science
def in_time(daytime: Any, journey: int, now: float, within: float, u: float) -> float:
    """When a call is made that is promised within so many minutes: at an hour in which such calls are made, each day
    alike; only where there is none in time, at the first that comes (``daytime`` as in :func:`at_an_hour`)."""
    last = now + within
    first, days, total = int(now / 1440.0), int(last / 1440.0) - int(now / 1440.0) + 1, 0.0
    for day in range(first, first + days):
        hours = daytime[journey, day % 7]
        total += so_far(hours, last - day * 1440.0) - so_far(hours, now - day * 1440.0)
    if total <= 0.0:
        return at_an_hour(daytime, journey, last, last, 0.0)
    left = u * total
    for day in range(first, first + days):
        hours = daytime[journey, day % 7]
        done = so_far(hours, now - day * 1440.0)
        here = so_far(hours, last - day * 1440.0) - done
        if left < here:
            return min(max(day * 1440.0 + minute_at(hours, done + left), now), last)
        left -= here
    return at_an_hour(daytime, journey, now, now, 0.0)        # all but the last bit of the last day was passed over


@inlined
def when(share: float, start: float, hours: Any, guide: Any, journey: int) -> float:
    """Minute at which a share of the month's expected arrivals has come; ``hours`` [journey, hours + 1]
    is cumulative, 0 to 1, and ``guide`` an index into it."""
    row = at(journey)
    h = at(guide[row, at(int(share * (guide.shape[1] - 1)))])
    while hours[row, h + ONE] <= share:
        h += ONE
    width = hours[row, h + ONE] - hours[row, h]
    return start + 60.0 * (int(h) + (share - hours[row, h]) / width)


@science
def opens_next(heads: Any, now: float) -> float:
    """The next quarter of an hour, after the present one, in which somebody of a team is there; infinite for never.

    ``heads``: people of the team by quarter of an hour of the week.
    """
    quarter = int(now / SLOT + 1e-9)
    for ahead in range(1, SLOTS + 1):
        if heads[(quarter + ahead) % SLOTS] > 0:
            return float((quarter + ahead) * SLOT)
    return inf
