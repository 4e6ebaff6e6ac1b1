"""Teams at work: who is next, when shifts change, when back-office work is done."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy import uint64 as at  # places are unsigned: nothing is counted from an array's end

from cemsim.base.compiled import inner, within
from cemsim.engine.law import SLOT
from cemsim.engine.overtime import send_home
from cemsim.engine.state import FREE
from cemsim.plan.tables import LIVE, SLOTS


@inner
def hour_of_week(now: float) -> tuple[int, float]:
    """Hour of the week, 0 to 167, of a minute, and the minute at which it ends."""
    hours: Any = np.uint64(now) // np.uint64(60)
    hour: Any = np.int64(hours % np.uint64(168))
    return hour, 60.0 * (int(hours) + 1)


@inner
def next_shift(desks: Any) -> tuple[float, int]:
    """Time and place of the next change of a headcount; the first team wins a tie."""
    when = inf
    where = -1
    for d in range(desks.shape[0]):
        if desks[d].shift_at < when:
            when = desks[d].shift_at
            where = d
    return when, where


@inner
def pass_time(desk: Any, now: float) -> None:
    """Count the time that those waiting have waited since the queue last changed."""
    desk.queue_area += desk.waiting * (now - desk.queue_since)
    desk.queue_since = now


@within
def change_shift(desk: Any, heads: Any, team: int, now: float) -> None:
    """Bring a team's clocks to now, set its headcount, and find its next change."""
    count_staff(desk, now)
    pass_time(desk, now)
    quarter = int(now / SLOT + 1e-9)
    desk.roster = heads[team, quarter % SLOTS]
    ahead = 1
    while ahead < SLOTS and heads[team, (quarter + ahead) % SLOTS] == desk.roster:
        ahead += 1
    desk.shift_at = inf if ahead == SLOTS else (quarter + ahead) * SLOT
    if desk.extra > 0:
        desk.shift_at = min(desk.shift_at, send_home(desk, now))
    desk.people = desk.roster + desk.extra


@within
def turn(desks: Any, teams: Any, heads: Any, d: int, now: float) -> tuple[int, int]:
    """A team's shift changes; returns the team if it closes on those who wait, and if it can serve more (else -1)."""
    desk = desks[d]
    change_shift(desk, heads, d, now)
    if desk.people == 0 and teams[d].works == LIVE and desk.waiting > 0:
        return d, -1
    return -1, d if desk.waiting > 0 and desk.busy < desk.people else -1


@within
def count_staff(desk: Any, now: float) -> None:
    """Bring the clocks of staffed minutes and of overtime to now."""
    desk.staffed_minutes += desk.people * (now - desk.staff_since)
    desk.overtime += desk.extra * (now - desk.staff_since)
    desk.staff_since = now


@inner
def handling_ends(desk: Any, issue: Any) -> bool:
    """Somebody's handling has ended; returns whether somebody else can begin."""
    desk.busy -= 1
    desk.busy_minutes += issue.minutes
    return bool(desk.waiting > 0 and desk.busy < desk.people)


@inner
def release(issue: Any, free: Any, n_free: int, slot: int) -> int:
    """Give an issue's place back; its stamp tells events that still name it that it is gone."""
    issue.stamp += 1
    issue.state = FREE
    free[at(n_free)] = slot
    return n_free + 1


@inner
def one_more(desk: Any, rank: int) -> None:
    """Count somebody who waits now in a rank's queue."""
    desk.foremost = min(desk.foremost, rank)
    desk.waiting += 1


@inner
def join(desk: Any, issues: Any, slot: int, rank: int) -> None:
    """Put an issue at the end of its rank's queue."""
    issue = issues[at(slot)]
    issue.rank = rank
    issue.after = -1
    issue.before = desk.tail[at(rank)]
    if desk.tail[at(rank)] >= 0:
        issues[at(desk.tail[at(rank)])].after = slot
    else:
        desk.head[at(rank)] = slot
    desk.tail[at(rank)] = slot
    one_more(desk, rank)


@inner
def unlink(desks: Any, issues: Any, d: int, slot: int, rank: int) -> None:
    """Take an issue out of the middle of its queue."""
    issue = issues[at(slot)]
    desk = desks[at(d)]
    if issue.before >= 0:
        issues[at(issue.before)].after = issue.after
    else:
        desk.head[at(rank)] = issue.after
    if issue.after >= 0:
        issues[at(issue.after)].before = issue.before
    else:
        desk.tail[at(rank)] = issue.before
    desk.waiting -= 1


@inner
def leave_line(desks: Any, issues: Any, slot: int, now: float) -> None:
    """Somebody who waits stops waiting."""
    issue = issues[at(slot)]
    pass_time(desks[at(issue.team)], now)
    unlink(desks, issues, issue.team, slot, issue.rank)


@inner
def take_first(desks: Any, issues: Any, d: int) -> int:
    """Take the issue that is next: lowest rank first, then first come."""
    desk = desks[at(d)]
    rank = desk.foremost
    while desk.head[at(rank)] < 0:
        rank += 1
    desk.foremost = rank
    slot = desk.head[at(rank)]
    unlink(desks, issues, d, slot, rank)
    return slot


@within
def working_end(heads: Any, d: int, start: float, work: float) -> float:
    """When ``work`` minutes begun at ``start`` are done, if work pauses while the team is closed."""
    t = start
    left = work
    for _ in range(672 * 60):
        quarter = int(t / 15.0)
        edge = (quarter + 1) * 15.0
        if heads[d, quarter % 672] > 0:
            if t + left <= edge:
                return t + left
            left -= edge - t
        t = edge
    return t + left
