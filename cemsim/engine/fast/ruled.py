"""Where the event loop meets the rules: what they are told of the moment, and what becomes of their orders.

Each function stands for one point of the language, is called only where a scenario has rules, and is the compiled
twin of one in `glass.orders`.
"""

from __future__ import annotations

from math import inf
from typing import Any

from numba import njit

from cemsim.engine import codes, places
from cemsim.engine.codes import (
    CASE_AGE,
    COMPLAINT_CLOSED,
    CONTACT_ARRIVES,
    CONTACT_ENDS,
    FAILURE,
    HOUR_NOW,
    HOUR_TEAM,
    LOW_BITS,
    TEAM_HOUR,
    WAITS,
)
from cemsim.engine.facts import happened
from cemsim.engine.fast.agenda import put
from cemsim.engine.fast.asking import ask_team, consult
from cemsim.engine.fast.desks import count_staff, join, pass_time, unlink
from cemsim.engine.law import DAY, DEADLINE, LONG_WAIT, event_order
from cemsim.engine.moments import of_case, of_contact, of_failure, of_team, of_wait
from cemsim.engine.overtime import send_home, stay_on
from cemsim.engine.state import FREE, GONE, WAITING
from cemsim.model.failure import FAILED, GOOD_FAST, INTERACTIONAL
from cemsim.plan.tables import LIVE


@njit(error_model="numpy")
def asked_of(tables: Any, state: Any) -> tuple[bool, bool, bool]:
    """Whether there are rules at all, rules for those who wait, and rules for teams."""
    first = tables.rules.first
    ruled = state.errands.shape[0] > 0
    return ruled, ruled and first[WAITS] < first[WAITS + 1], ruled and first[TEAM_HOUR] < first[TEAM_HOUR + 1]


@njit(error_model="numpy")
def on_line(issue: Any, errands: Any, slot: int, until: float) -> float:
    """Minutes waited on the line: until a time, or until a call-back was promised."""
    if errands[slot].called_back != 0:
        until = errands[slot].off_line
    return until - issue.arrived


@njit(error_model="numpy")
def rank_of(team: Any, segment: int, errands: Any, slot: int) -> int:
    """An issue's rank in a queue: what a rule gave, else what the team gives."""
    return errands[slot].level if errands[slot].level >= 0 else team.rank[segment]


@njit(error_model="numpy")
def would_take(desk: Any, team: Any) -> bool:
    """Whether one more contact could be handled at once, or may wait."""
    at_once = desk.busy < desk.people and desk.waiting == 0
    return at_once or not ((desk.people == 0 and team.works == LIVE) or desk.waiting >= team.room)


@njit(error_model="numpy")
def shift_count(tables: Any, out: Any, row: int, column: int, of: int, to: int) -> None:
    """Count a contact for another team than its step's own, by which the month is counted up."""
    if of != to:
        base = row * tables.teams.shape[0]
        out.teams[(base + of) * places.TEAM_WIDTH + column] -= 1.0
        out.teams[(base + to) * places.TEAM_WIDTH + column] += 1.0


@njit(error_model="numpy")
def line_of(tables: Any, state: Any, issue: Any, row: int) -> int:
    """The issue's row in the month's steps."""
    line = (row * tables.steps.shape[0] + issue.step) * tables.segments.shape[0]
    return line + state.people[issue.person].segment


@njit(error_model="numpy")
def offered(tables: Any, m: Any, issue: Any, errand: Any) -> int:
    """The step of the channel that a rule offers, once an attempt; -1 for none."""
    if m.offer < 0 or errand.routed == issue.attempt:
        return -1
    onward = tables.rules.offers[(issue.number >> 11) & 63, m.offer]
    if onward < 0 or onward == issue.step:
        return -1
    errand.routed = issue.attempt
    return onward


@njit(error_model="numpy")
def arrives(
    tables: Any, state: Any, out: Any, m: Any, slot: int, counter: int, now: float, row: int, n_after: int, n_free: int
) -> tuple[int, int, int]:
    """A contact reaches a step: gives the team that takes it, -1 where it was sent to another step, and `consult`'s."""
    issue, errand, rules = state.issues[slot], state.errands[slot], tables.rules
    own = tables.steps[issue.step].team
    d = errand.passed_to if errand.passed_to >= 0 else own
    errand.level, errand.called_back = -1, 0
    first, last = rules.first[CONTACT_ARRIVES], rules.first[CONTACT_ARRIVES + 1]
    if first < last:
        desk = state.desks[d]
        of_contact(m, (issue.number >> 11) & 63, tables.steps[issue.step], d, issue.attempt, errand.escalated)
        of_team(m, desk.waiting, desk.busy, desk.people)
        n_after, n_free = consult(tables, state, out, m, first, last, slot, counter, now, row, n_after, n_free)
        errand.level = m.level
        if m.route >= 0 and would_take(state.desks[m.route], tables.teams[m.route]):
            d = m.route
        onward = offered(tables, m, issue, errand)
        if onward >= 0:
            issue.step = onward
            return -1, n_after, n_free
    shift_count(tables, out, row, places.TEAM_ARRIVED, own, d)
    return d, n_after, n_free


@njit(error_model="numpy")
def pass_to(tables: Any, state: Any, out: Any, slot: int, to: int, now: float, row: int, n_limited: int
            ) -> tuple[int, int]:
    """Move a waiting contact to another team, where that would take it; returns what is to do, and who waits with a
    limit."""
    issue, desks, team = state.issues[slot], state.desks, tables.teams[to]
    if not would_take(desks[to], team):
        return codes.IDLE, n_limited
    pass_time(desks[issue.team], now)
    unlink(desks, state.issues, issue.team, slot, issue.rank)
    shift_count(tables, out, row, places.TEAM_ARRIVED, issue.team, to)
    issue.team, issue.hour = to, to * 168 + issue.hour % 168
    desk = desks[to]
    at_once = desk.busy < desk.people and desk.waiting == 0
    if at_once or team.works != LIVE:
        n_limited -= issue.limited
        issue.limited = 0
    if at_once:
        return codes.START, n_limited
    pass_time(desk, now)
    state.errands[slot].joined = now
    join(desk, state.issues, slot, rank_of(team, state.people[issue.person].segment, state.errands, slot))
    return codes.IDLE, n_limited


@njit(error_model="numpy")
def join_in_order(desk: Any, issues: Any, errands: Any, slot: int, rank: int) -> None:
    """Put an issue into a rank's queue behind all that joined the team's queue no later than it did."""
    issue = issues[slot]
    ahead = desk.tail[rank]
    while ahead >= 0 and errands[ahead].joined > errands[slot].joined:
        ahead = issues[ahead].before
    issue.rank = rank
    issue.before = ahead
    issue.after = desk.head[rank] if ahead < 0 else issues[ahead].after
    if issue.after >= 0:
        issues[issue.after].before = slot
    else:
        desk.tail[rank] = slot
    if ahead >= 0:
        issues[ahead].after = slot
    else:
        desk.head[rank] = slot
    desk.waiting += 1


@njit(error_model="numpy")
def waits(
    tables: Any, state: Any, out: Any, m: Any, slot: int, counter: int, now: float, row: int,
    n_after: int, n_free: int, n_limited: int,
) -> tuple[int, int, int, int]:
    """A contact waits, or has waited as long as a rule names: ask, obey, and set the next such moment.

    Returns what is to do with it now (it waits on, begins, or goes to another step), `consult`'s numbers, and how many
    wait with a limit.
    """
    issue, errand, rules = state.issues[slot], state.errands[slot], tables.rules
    if now == issue.arrived:
        errand.joined = now
    desk = state.desks[issue.team]
    of_contact(m, (issue.number >> 11) & 63, tables.steps[issue.step], issue.team, issue.attempt, errand.escalated)
    of_team(m, desk.waiting, desk.busy, desk.people)
    of_wait(m, now - issue.arrived, tables.teams[issue.team].within)
    first, last = rules.first[WAITS], rules.first[WAITS + 1]
    n_after, n_free = consult(tables, state, out, m, first, last, slot, counter, now, row, n_after, n_free)
    if m.level >= 0:
        errand.level = m.level
        if m.level != issue.rank:
            unlink(state.desks, state.issues, issue.team, slot, issue.rank)
            join_in_order(desk, state.issues, state.errands, slot, m.level)
    if m.call_back > 0 and errand.called_back == 0:
        errand.called_back, errand.off_line = 1, now
        n_limited -= issue.limited
        issue.limited = 0
    todo = codes.IDLE
    if m.route >= 0 and m.route != issue.team:
        todo, n_limited = pass_to(tables, state, out, slot, m.route, now, row, n_limited)
    else:
        onward = offered(tables, m, issue, errand)
        if onward >= 0:
            pass_time(desk, now)
            unlink(state.desks, state.issues, issue.team, slot, issue.rank)
            n_limited -= issue.limited
            issue.limited = 0
            issue.stamp += 1
            out.steps[line_of(tables, state, issue, row)].moved += 1.0
            issue.step = onward
            return codes.REACH, n_after, n_free, n_limited
    if todo == codes.IDLE:
        for k in range(rules.waits.shape[1]):
            due = issue.arrived + rules.waits[issue.team, k]
            if due > now:
                if due < inf:
                    after = state.after
                    n_after = put(after.time, after.order, after.slot, n_after, due,
                                  event_order(LONG_WAIT, issue.number), (issue.stamp << 32) | slot)
                break
    return todo, n_after, n_free, n_limited


@njit(error_model="numpy")
def falls_due(
    tables: Any, state: Any, out: Any, m: Any, slot: int, packed: int, order: int, now: float, row: int,
    n_after: int, n_free: int, n_limited: int,
) -> tuple[int, int, int, int]:
    """A wait is as long as a rule names, or a complaint's deadline is there, unless that is over; as :func:`waits`."""
    issue, errand, rules = state.issues[slot], state.errands[slot], tables.rules
    counter = (issue.number & LOW_BITS) * 16384 + issue.attempt * 256 + max(issue.step, 0)
    s = (packed >> 32) - codes.CASE_DUE
    if s < 0:
        if issue.stamp != packed >> 32:
            return codes.IDLE, n_after, n_free, n_limited
        return waits(tables, state, out, m, slot, counter, now, row, n_after, n_free, n_limited)
    todo = codes.IDLE
    if issue.state == FREE or issue.state >= GONE or issue.number != (order & codes.NUMBER_BITS):
        return todo, n_after, n_free, n_limited
    last = s + 1
    while last < rules.first[CASE_AGE + 1] and rules.after[last] == rules.after[s]:
        last += 1
    told_of_case(tables, m, issue, errand)
    n_after, n_free = consult(tables, state, out, m, s, last, slot, counter, now, row, n_after, n_free)
    if m.escalate >= 0:
        escalate(tables, state, out, issue, errand, m.escalate, row)
        if issue.state == WAITING and m.escalate != issue.team:
            todo, n_limited = pass_to(tables, state, out, slot, m.escalate, now, row, n_limited)
    return todo, n_after, n_free, n_limited


@njit(error_model="numpy")
def told_of_case(tables: Any, m: Any, issue: Any, errand: Any) -> None:
    """What rules may read of a complaint."""
    journey = (issue.number >> 11) & 63
    of_case(m, journey, tables.journeys[journey].stage, issue.severity, errand.escalated, issue.attempt)


@njit(error_model="numpy")
def escalate(tables: Any, state: Any, out: Any, issue: Any, errand: Any, to: int, row: int) -> None:
    """From now on the issue is another team's."""
    errand.passed_to, errand.escalated = to, 1
    if issue.step >= 0:
        out.steps[line_of(tables, state, issue, row)].escalated += 1.0


@njit(error_model="numpy")
def case_opened(tables: Any, state: Any, slot: int, n_after: int) -> int:
    """A complaint was opened: from now on its deadlines run; returns the number of events in ``after``."""
    rules, issue, after = tables.rules, state.issues[slot], state.after
    happened(state.ruled[issue.person].cases, issue.opened)
    for s in range(rules.first[CASE_AGE], rules.first[CASE_AGE + 1]):
        if s == rules.first[CASE_AGE] or rules.after[s] != rules.after[s - 1]:
            n_after = put(after.time, after.order, after.slot, n_after, issue.opened + rules.after[s],
                          event_order(DEADLINE, issue.number), ((codes.CASE_DUE + s) << 32) | slot)
    return n_after


@njit(error_model="numpy")
def recovered(
    tables: Any, state: Any, out: Any, m: Any, slot: int, ending: int, counter: int, now: float, row: int, account: int,
    n_after: int, n_free: int,
) -> tuple[int, int]:
    """A complaint was dealt with; an apology for a failed recovery is interactional justice. Gives `consult`'s."""
    first, last = tables.rules.first[COMPLAINT_CLOSED], tables.rules.first[COMPLAINT_CLOSED + 1]
    if first < last:
        told_of_case(tables, m, state.issues[slot], state.errands[slot])
        m.recovery = ending - GOOD_FAST
        n_after, n_free = consult(tables, state, out, m, first, last, slot, counter, now, row, n_after, n_free)
        if m.apologies > 0 and ending == FAILED:
            out.failures[account + places.JUSTICE] += INTERACTIONAL
    return n_after, n_free


@njit(error_model="numpy")
def failed(
    tables: Any, state: Any, out: Any, m: Any, slot: int, origin: int, severity: float, voiced: bool, again: bool,
    counter: int, now: float, row: int, n_after: int, n_free: int,
) -> tuple[int, int]:
    """Something went wrong. Gives `consult`'s."""
    issue = state.issues[slot]
    ruled, journey = state.ruled[issue.person], (issue.number >> 11) & 63
    happened(ruled.failures, now)
    ruled.quiet = 0
    first, last = tables.rules.first[FAILURE], tables.rules.first[FAILURE + 1]
    if first < last:
        of_failure(m, journey, tables.journeys[journey].stage, origin, severity, voiced, again)
        n_after, n_free = consult(tables, state, out, m, first, last, slot, counter, now, row, n_after, n_free)
    return n_after, n_free


@njit(error_model="numpy")
def ends(tables: Any, state: Any, out: Any, slot: int, d: int, how: int, until: float, row: int) -> float:
    """A contact with a team ends: it is counted for the team that had it; gives the minutes on the line."""
    issue = state.issues[slot]
    column = places.TEAM_SERVED if how == codes.HANDLED else (
        places.TEAM_ABANDONED if how == codes.HUNG_UP else places.TEAM_SENT_AWAY)
    shift_count(tables, out, row, column, tables.steps[issue.step].team, d)
    return on_line(issue, state.errands, slot, until)


@njit(error_model="numpy")
def contact_ends(
    tables: Any, state: Any, out: Any, m: Any, slot: int, d: int, how: int, resolved: bool, waited: float,
    counter: int, now: float, row: int, n_after: int, n_free: int,
) -> tuple[int, int]:
    """A contact has ended and was felt. Gives `consult`'s."""
    issue, errand = state.issues[slot], state.errands[slot]
    ruled = state.ruled[issue.person]
    happened(ruled.contacts, now)
    ruled.quiet = 0
    first, last = tables.rules.first[CONTACT_ENDS], tables.rules.first[CONTACT_ENDS + 1]
    if first < last:
        of_contact(m, (issue.number >> 11) & 63, tables.steps[issue.step], d, issue.attempt, errand.escalated)
        of_wait(m, waited, tables.teams[d].within if d >= 0 else 0.0)
        m.outcome, m.resolved = how, 1 if resolved else 0
        n_after, n_free = consult(tables, state, out, m, first, last, slot, counter, now, row, n_after, n_free)
        if m.escalate >= 0:
            escalate(tables, state, out, issue, errand, m.escalate, row)
    return n_after, n_free


@njit(error_model="numpy")
def review_team(tables: Any, state: Any, out: Any, m: Any, now: float, row: int) -> int:
    """A team's full hour, one team after the other; returns a team that can serve more now, or -1."""
    d, counts, rules = state.counts[HOUR_TEAM], state.counts, tables.rules
    counts[HOUR_TEAM] += 1
    if counts[HOUR_TEAM] == tables.teams.shape[0]:
        counts[HOUR_TEAM] = 0
        counts[HOUR_NOW] += 1
    desk = state.desks[d]
    if desk.people == 0:
        return -1
    day = int(now / DAY)
    if day != desk.today:
        desk.today, desk.overtime_today = day, 0.0
    m.team, m.overtime_today = d, desk.overtime_today
    of_team(m, desk.waiting, desk.busy, desk.people)
    ask_team(tables, state, m, rules.first[TEAM_HOUR], rules.first[TEAM_HOUR + 1], d, now, out.rules,
             row * rules.in_log[0] * places.RULE_WIDTH)
    if m.more_people > 0 and m.more_time > 0.0:
        desk.overtime_today += m.more_people * m.more_time
        pass_time(desk, now)
        count_staff(desk, now)
        stay_on(desk, m.more_people, now + m.more_time)
        desk.people += m.more_people
        desk.shift_at = min(desk.shift_at, send_home(desk, now))
    return d if desk.waiting > 0 and desk.busy < desk.people else -1
