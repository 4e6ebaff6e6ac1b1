"""Teams at their full hours: asked about by rules, and staying on where these say so."""

from __future__ import annotations

from math import inf
from typing import Any

from cemsim.base.compiled import within
from cemsim.engine.codes import FIRINGS, HOUR_NOW, HOUR_TEAM, TEAM_HOUR
from cemsim.engine.fast.asking import ask_team, note
from cemsim.engine.fast.borrowed import lent
from cemsim.engine.fast.desks import count_staff, pass_time
from cemsim.engine.moments import of_overtime, of_team
from cemsim.engine.overtime import book_overtime, can_stay, overtime_on, send_home, stay_on, stays_until


@within
def next_review(book: Any, counts: Any) -> float:
    """When teams are reviewed next; never, where no rule asks about teams."""
    return counts[HOUR_NOW] * 60.0 if book.first[TEAM_HOUR] < book.first[TEAM_HOUR + 1] else inf


@within
def review_team(everything: Any, m: Any, now: float) -> tuple[int, float]:
    """A team's full hour, one team after the other; returns a team that can serve more now, or -1, and the
    next such moment."""
    tables, state, _ = lent(everything)
    d, counts, rules = state.counts[HOUR_TEAM], state.counts, tables.rules[0]
    counts[HOUR_TEAM] += 1
    if counts[HOUR_TEAM] == tables.teams.shape[0]:
        counts[HOUR_TEAM] = 0
        counts[HOUR_NOW] += 1
    desk, then = state.desks[d], next_review(rules, counts)
    if desk.people == 0:
        return -1, then
    of_overtime(m, d, overtime_on(desk, now))
    of_team(m, desk.waiting, desk.busy, desk.people)
    first, last = rules.first[TEAM_HOUR], rules.first[TEAM_HOUR + 1]
    ask_team(rules, m, first, last, state.ruled[0], state.errands[0], desk, d, now)
    counts[FIRINGS] = note(m, state.firings, counts[FIRINGS], now, -1, counts[5], -1, d)
    for k in range(m.n_more):
        people = can_stay(desk, m.more_people[k])
        if people > 0 and m.more_time[k] > 0.0:
            end = stays_until(tables.heads[d], tables.teams[d].works, now, m.more_time[k])
            book_overtime(desk, people, now, end)
            pass_time(desk, now)
            count_staff(desk, now)
            stay_on(desk, people, end)
            desk.people += people
            desk.shift_at = min(desk.shift_at, send_home(desk, now))
    return (d if desk.waiting > 0 and desk.busy < desk.people else -1), then
