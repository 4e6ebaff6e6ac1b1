"""People of a team who stay on: how many, until when; both engines call it."""

from __future__ import annotations

from math import inf
from typing import Any

from cemsim.engine.law import DAY, SLOT
from cemsim.engine.state import MORE
from cemsim.model.science import science
from cemsim.plan.tables import LIVE, SLOTS


@science
def also_stay(m: Any, people: int, minutes: float) -> None:
    """Note that people are asked to stay on, beside those that other rules of the decision ask."""
    place = min(int(m.n_more), MORE - 1)
    merged = m.n_more > place
    m.more_people[place] = people + (m.more_people[place] if merged else 0)
    m.more_time[place] = max(minutes, m.more_time[place]) if merged else minutes
    m.n_more = place + 1


@science
def can_stay(desk: Any, people: int) -> int:
    """How many of those whom rules ask to stay on do: nobody who is not on shift, or stays already."""
    return max(min(people, desk.roster - desk.extra), 0)


@science
def stays_until(heads: Any, works: int, now: float, minutes: float) -> float:
    """Until when those stay whom rules ask for so long; nobody stays at a phone that is closed.

    ``heads``: people of the team by quarter of an hour of the week.
    """
    quarter = int(now / SLOT + 1e-9) + 1
    while works == LIVE and quarter * SLOT < now + minutes:
        if heads[quarter % SLOTS] == 0:
            return float(quarter * SLOT)
        quarter += 1
    return now + minutes


@science
def stay_on(desk: Any, people: int, until: float) -> None:
    """People stay on until a time; where too many such times are kept, they stay as long as the last of them."""
    place = 0
    for k in range(MORE):
        if desk.extra_people[k] == 0:
            place = k
            break
        if desk.extra_until[k] > desk.extra_until[place]:
            place = k
    desk.extra_people[place] += people
    desk.extra_until[place] = max(until, desk.extra_until[place])
    desk.extra += people


@science
def send_home(desk: Any, now: float) -> float:
    """Those whose overtime is over go; returns when the next will."""
    coming = inf
    for k in range(MORE):
        if desk.extra_people[k] > 0:
            if desk.extra_until[k] <= now:
                desk.extra -= desk.extra_people[k]
                desk.extra_people[k] = 0
                desk.extra_until[k] = 0.0
            else:
                coming = min(coming, desk.extra_until[k])
    return coming


@science
def overtime_on(desk: Any, now: float) -> float:
    """Minutes of overtime ordered for the day of a time, those before midnight being of the day before."""
    day = int(now / DAY)
    if day != desk.today:
        desk.overtime_today = desk.overtime_next if day == desk.today + 1 else 0.0
        desk.today, desk.overtime_next = day, 0.0
    return float(desk.overtime_today)


@science
def book_overtime(desk: Any, people: int, now: float, end: float) -> None:
    """People stay on from now to a time: what lies behind midnight is of the next day."""
    midnight = (int(now / DAY) + 1) * DAY
    desk.overtime_today += people * (min(end, midnight) - now)
    desk.overtime_next += people * max(end - midnight, 0.0)
