"""Rules inside the compiled loop: asking them, and carrying out what they order of queues and teams."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numba import njit

from cemsim.engine import codes, places
from cemsim.engine.codes import CASE_AGE, CONTACT_ARRIVES, MONTH_END, TEAM_HOUR, WAITS
from cemsim.engine.decide import matching, ready
from cemsim.engine.facts import fact, of_moment
from cemsim.engine.fast.agenda import put
from cemsim.engine.fast.desks import count_staff, join, pass_time, unlink
from cemsim.engine.issue import begin, no_errand
from cemsim.engine.law import ARRIVAL, DAY, DEADLINE, LONG_WAIT, MAX_NEEDS, event_order, issue_number
from cemsim.engine.moments import of_case, of_contact, of_team, of_wait
from cemsim.engine.overtime import send_home, stay_on
from cemsim.engine.ruling import fire, no_orders, resting, serve
from cemsim.engine.state import FREE, GONE, LATER, WAITING
from cemsim.plan.tables import LIVE

NONE = np.uint64(0)


@njit(error_model="numpy")
def ask(
    tables: Any, state: Any, m: Any, first: int, last: int, who: int, slot: int, counter: int, number: int, now: float,
    told: Any, place: int, counts: Any, row: int, firings: Any, n_firings: int,
) -> int:
    """Ask rulesets ``first`` to ``last`` about a customer, and do what they order for that customer.

    ``told`` at ``place`` is the segment's row of the month's people, ``counts`` at ``row`` the month's rules; fired
    rules are noted in ``firings`` where it has rows. Orders of queues and teams stay in ``m``. Returns the number of
    firings noted so far.
    """
    rules, book = tables.rules, tables.rules.book
    person, ruled, purse = state.people[who], state.ruled[who], state.purse[who]
    segment = tables.segments[person.segment]
    no_orders(m)
    month = state.counts[5]
    any_fired, any_matched = False, False
    for s in range(first, last):
        head = book.rulesets[s]
        for slot_of in range(head.first_slot, head.first_slot + head.slots):
            f = np.int64(book.slots[slot_of].fact)
            m.values[f] = fact(f, segment, person, ruled, m, now)
        start = np.int64(head.first_rule)
        counts[row + rules.rules[start].number * places.RULE_WIDTH + places.RULE_ASKED] += 1.0
        matched = matching(book, s, m.values)
        if matched == NONE:
            continue
        any_matched = True
        cooling = resting(rules.rules, start, matched, state.rests, who, slot, 0, now)
        fired = ready(book, s, matched, cooling)
        fire(rules.rules, rules.deeds, start, matched, cooling, fired, m, state.rests, m.keys, who, slot, 0, counter,
             now, counts, row)
        if fired != NONE:
            any_fired = True
            n_firings = note(rules.rules, start, fired, firings, n_firings, now, number, month, who, -1)
    if first == rules.first[MONTH_END] and first < rules.first[MONTH_END + 1]:
        ruled.quiet = 0 if any_matched else 1
    if any_fired:
        serve(m, segment, purse, ruled, tables, m.keys, who, counter, now, told, place)
    return n_firings


@njit(error_model="numpy")
def ask_team(
    tables: Any, state: Any, m: Any, first: int, last: int, team: int, now: float, counts: Any, row: int,
    firings: Any, n_firings: int,
) -> int:
    """Ask rulesets ``first`` to ``last`` about a team, as :func:`ask` does about a customer."""
    rules, book = tables.rules, tables.rules.book
    no_orders(m)
    for s in range(first, last):
        head = book.rulesets[s]
        for slot_of in range(head.first_slot, head.first_slot + head.slots):
            f = np.int64(book.slots[slot_of].fact)
            m.values[f] = of_moment(f, m, now)
        start = np.int64(head.first_rule)
        counts[row + rules.rules[start].number * places.RULE_WIDTH + places.RULE_ASKED] += 1.0
        matched = matching(book, s, m.values)
        if matched == NONE:
            continue
        cooling = resting(rules.rules, start, matched, state.rests, 0, 0, team, now)
        fired = ready(book, s, matched, cooling)
        fire(rules.rules, rules.deeds, start, matched, cooling, fired, m, state.rests, m.keys, team, 0, team, 0, now,
             counts, row)
        if fired != NONE:
            n_firings = note(rules.rules, start, fired, firings, n_firings, now, -1, state.counts[5], -1, team)
    return n_firings


@njit(error_model="numpy")
def note(
    rules: Any, start: int, fired: Any, firings: Any, n: int, now: float, number: int, month: int, who: int, team: int
) -> int:
    """Keep a row for each rule that fired, where rows are kept."""
    r = start
    while fired != NONE:
        if fired & np.uint64(1) and n < firings.shape[0]:
            firings[n].time, firings[n].issue, firings[n].month = now, number, month
            firings[n].rule, firings[n].person, firings[n].team = rules[r].number, who, team
            n += 1
        fired >>= np.uint64(1)
        r += 1
    return n


@njit(error_model="numpy")
def new_errand(errand: Any, rests: Any, slot: int) -> None:
    """An issue begins: nothing was ordered for it, and no rule rests for it."""
    no_errand(errand)
    for column in range(rests.issues.shape[1]):
        rests.issues[slot, column] = -1.0


@njit(error_model="numpy")
def is_open_case(issue: Any, order: int) -> bool:
    """Whether the complaint that a deadline was set for is still there; its number is in the event's order."""
    return issue.state != FREE and issue.state < GONE and issue.number == (order & codes.NUMBER_BITS)


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
def consult(
    tables: Any, state: Any, out: Any, m: Any, first: int, last: int, who: int, slot: int, counter: int, number: int,
    now: float, row: int, n_firings: int, n_after: int, n_free: int,
) -> tuple[int, int, int]:
    """Ask about a customer in the middle of a month, and set the call that was ordered, if any.

    Returns the numbers of firings, of events in ``after`` and of free issues.
    """
    place = (row * tables.segments.shape[0] + state.people[who].segment) * places.PEOPLE_WIDTH
    n_firings = ask(
        tables, state, m, first, last, who, slot, counter, number, now, out.people, place, out.rules,
        row * tables.rules.in_log[0] * places.RULE_WIDTH, state.firings, n_firings,
    )
    if state.ruled[who].call >= 0:
        n_after, n_free = set_call(tables, state, who, n_after, n_free)
    return n_firings, n_after, n_free


@njit(error_model="numpy")
def set_call(tables: Any, state: Any, who: int, n_after: int, n_free: int) -> tuple[int, int]:
    """Begin the journey of a call that a rule ordered."""
    ruled, after = state.ruled[who], state.after
    n_free -= 1
    slot = state.free[n_free]
    issue = state.issues[slot]
    number = issue_number(who, state.counts[5], ruled.call, ruled.calls % MAX_NEEDS)
    begin(issue, number, tables.journeys[ruled.call].first, ruled.call_at)
    issue.state = LATER
    new_errand(state.errands[slot], state.rests, slot)
    n_after = put(after.time, after.order, after.slot, n_after, ruled.call_at, event_order(ARRIVAL, number),
                  (issue.stamp << 32) | slot)
    ruled.calls += 1
    ruled.call = -1
    return n_after, n_free


@njit(error_model="numpy")
def is_free_for(desk: Any, team: Any) -> bool:
    """Whether a team would take one more contact, at once or to wait."""
    at_once = desk.busy < desk.people and desk.waiting == 0
    return at_once or not ((desk.people == 0 and team.works == LIVE) or desk.waiting >= team.room)


@njit(error_model="numpy")
def arrives(
    tables: Any, state: Any, out: Any, m: Any, slot: int, d: int, counter: int, now: float, row: int,
    n_firings: int, n_after: int, n_free: int,
) -> tuple[int, int, int, int, int]:
    """A contact reaches a step with a team: who takes it, and where it goes instead.

    Returns the team, the step it is sent to (-1: it stays), and the numbers of :func:`consult`.
    """
    issue, errand, rules = state.issues[slot], state.errands[slot], tables.rules
    if errand.passed_to >= 0:
        d = errand.passed_to
    errand.level, errand.called_back = -1, 0
    first, last = rules.first[CONTACT_ARRIVES], rules.first[CONTACT_ARRIVES + 1]
    if first == last:
        return d, -1, n_firings, n_after, n_free
    journey = (issue.number >> 11) & 63
    desk = state.desks[d]
    of_contact(m, journey, tables.steps[issue.step], d, issue.attempt, errand.escalated)
    of_team(m, desk.waiting, desk.busy, desk.people)
    n_firings, n_after, n_free = consult(
        tables, state, out, m, first, last, issue.person, slot, counter, issue.number, now, row, n_firings, n_after,
        n_free,
    )
    errand.level = m.level
    if m.route >= 0 and is_free_for(state.desks[m.route], tables.teams[m.route]):
        d = m.route
    onward = -1
    if m.offer >= 0 and errand.routed != issue.attempt:
        onward = rules.offers[journey, m.offer]
        if onward == issue.step:
            onward = -1
        if onward >= 0:
            errand.routed = issue.attempt
    return d, onward, n_firings, n_after, n_free


@njit(error_model="numpy")
def change_team(tables: Any, state: Any, out: Any, slot: int, to: int, now: float, row: int, n_limited: int
                ) -> tuple[int, int]:
    """Move a waiting contact to another team's queue, or into its hands; returns what is to do, and who still waits
    with a limit."""
    issue, desks = state.issues[slot], state.desks
    if not is_free_for(desks[to], tables.teams[to]):
        return codes.IDLE, n_limited
    pass_time(desks[issue.team], now)
    unlink(desks, state.issues, issue.team, slot, issue.rank)
    teams = tables.teams.shape[0]
    out.teams[(row * teams + issue.team) * places.TEAM_WIDTH + places.TEAM_ARRIVED] -= 1.0
    out.teams[(row * teams + to) * places.TEAM_WIDTH + places.TEAM_ARRIVED] += 1.0
    issue.team = to
    if issue.limited != 0 and tables.teams[to].works != LIVE:
        issue.limited = 0
        n_limited -= 1
    desk = desks[to]
    if desk.busy < desk.people and desk.waiting == 0:
        n_limited -= issue.limited
        issue.limited = 0
        return codes.START, n_limited
    pass_time(desk, now)
    errand = state.errands[slot]
    errand.joined = now
    join(desk, state.issues, slot, errand.level if errand.level >= 0 else rank_of(tables, state, issue, to))
    return codes.IDLE, n_limited


@njit(error_model="numpy")
def rank_of(tables: Any, state: Any, issue: Any, team: int) -> int:
    """The rank that a team gives to an issue's customer."""
    return int(tables.teams[team].rank[state.people[issue.person].segment])


@njit(error_model="numpy")
def waits(
    tables: Any, state: Any, out: Any, m: Any, slot: int, counter: int, now: float, row: int,
    n_firings: int, n_after: int, n_free: int, n_limited: int,
) -> tuple[int, int, int, int, int]:
    """A contact waits, for the first time or for as long as a rule names: ask, obey, and set the next such time.

    Returns what is to do with it now (it waits on, begins, or goes to another step), the numbers of
    :func:`consult`, and how many wait with a limit.
    """
    issue, errand, rules = state.issues[slot], state.errands[slot], tables.rules
    desk = state.desks[issue.team]
    journey = (issue.number >> 11) & 63
    of_contact(m, journey, tables.steps[issue.step], issue.team, issue.attempt, errand.escalated)
    of_team(m, desk.waiting, desk.busy, desk.people)
    of_wait(m, now - issue.arrived, tables.teams[issue.team].within)
    n_firings, n_after, n_free = consult(
        tables, state, out, m, rules.first[WAITS], rules.first[WAITS + 1], issue.person, slot, counter, issue.number,
        now, row, n_firings, n_after, n_free,
    )
    todo = codes.IDLE
    if m.level >= 0:
        errand.level = m.level
        if m.level != issue.rank:
            unlink(state.desks, state.issues, issue.team, slot, issue.rank)
            join_in_order(desk, state.issues, state.errands, slot, m.level)
    if m.call_back > 0 and errand.called_back == 0:
        errand.called_back, errand.off_line = 1, now
        n_limited -= issue.limited
        issue.limited = 0
    if m.route >= 0 and m.route != issue.team:
        todo, n_limited = change_team(tables, state, out, slot, m.route, now, row, n_limited)
    elif m.offer >= 0 and errand.routed != issue.attempt:
        onward = rules.offers[journey, m.offer]
        if onward >= 0 and onward != issue.step:
            errand.routed = issue.attempt
            pass_time(desk, now)
            unlink(state.desks, state.issues, issue.team, slot, issue.rank)
            n_limited -= issue.limited
            issue.limited = 0
            issue.stamp += 1
            cell = (row * tables.steps.shape[0] + issue.step) * tables.segments.shape[0]
            cell = (cell + state.people[issue.person].segment) * places.STEP_WIDTH
            out.steps[cell + places.MOVED] += 1.0
            issue.step = onward
            return codes.REACH, n_firings, n_after, n_free, n_limited
    if todo == codes.IDLE:
        for k in range(rules.waits.shape[1]):
            due = issue.arrived + rules.waits[issue.team, k]
            if due > now:
                if due < inf:
                    after = state.after
                    n_after = put(after.time, after.order, after.slot, n_after, due,
                                  event_order(LONG_WAIT, issue.number), (issue.stamp << 32) | slot)
                break
    return todo, n_firings, n_after, n_free, n_limited


@njit(error_model="numpy")
def case_due(
    tables: Any, state: Any, out: Any, m: Any, slot: int, s: int, counter: int, now: float, row: int,
    n_firings: int, n_after: int, n_free: int, n_limited: int,
) -> tuple[int, int, int, int, int]:
    """A complaint is still open at the deadline of ruleset ``s`` and those after it that share it; as :func:`waits`."""
    issue, errand = state.issues[slot], state.errands[slot]
    journey = (issue.number >> 11) & 63
    of_case(m, journey, tables.journeys[journey].stage, issue.severity, errand.escalated, issue.attempt)
    last = s + 1
    while last < tables.rules.first[CASE_AGE + 1] and tables.rules.after[last] == tables.rules.after[s]:
        last += 1
    n_firings, n_after, n_free = consult(
        tables, state, out, m, s, last, issue.person, slot, counter, issue.number, now, row, n_firings, n_after, n_free
    )
    todo = codes.IDLE
    if m.escalate >= 0:
        escalated(tables, state, out, issue, errand, m.escalate, row)
        if issue.state == WAITING and m.escalate != issue.team:
            todo, n_limited = change_team(tables, state, out, slot, m.escalate, now, row, n_limited)
    return todo, n_firings, n_after, n_free, n_limited


@njit(error_model="numpy")
def escalated(tables: Any, state: Any, out: Any, issue: Any, errand: Any, to: int, row: int) -> None:
    """From now on the issue is another team's."""
    errand.passed_to, errand.escalated = to, 1
    if issue.step >= 0:
        cell = (row * tables.steps.shape[0] + issue.step) * tables.segments.shape[0]
        out.steps[(cell + state.people[issue.person].segment) * places.STEP_WIDTH + places.ESCALATED] += 1.0


@njit(error_model="numpy")
def set_deadlines(tables: Any, state: Any, slot: int, n_after: int) -> int:
    """A complaint was opened: the deadlines that rulesets set for it."""
    rules, issue, after = tables.rules, state.issues[slot], state.after
    for s in range(rules.first[CASE_AGE], rules.first[CASE_AGE + 1]):
        if s > rules.first[CASE_AGE] and rules.after[s] == rules.after[s - 1]:
            continue
        n_after = put(after.time, after.order, after.slot, n_after, issue.opened + rules.after[s],
                      event_order(DEADLINE, issue.number), ((codes.CASE_DUE + s) << 32) | slot)
    return n_after


@njit(error_model="numpy")
def another_team(tables: Any, out: Any, row: int, step: int, team: int, column: int) -> None:
    """Count a contact for the team that had it, where a rule gave it to another team than the step's own."""
    own = tables.steps[step].team
    if own != team:
        base = row * tables.teams.shape[0]
        out.teams[(base + own) * places.TEAM_WIDTH + column] -= 1.0
        out.teams[(base + team) * places.TEAM_WIDTH + column] += 1.0


@njit(error_model="numpy")
def review_team(
    tables: Any, state: Any, out: Any, m: Any, d: int, now: float, row: int, n_firings: int
) -> int:
    """A team's full hour: ask, and let people stay on; returns the number of firings."""
    desk, rules = state.desks[d], tables.rules
    if desk.people == 0:
        return n_firings
    day = int(now / DAY)
    if day != desk.today:
        desk.today, desk.overtime_today = day, 0.0
    m.team, m.overtime_today = d, desk.overtime_today
    of_team(m, desk.waiting, desk.busy, desk.people)
    n_firings = ask_team(
        tables, state, m, rules.first[TEAM_HOUR], rules.first[TEAM_HOUR + 1], d, now, out.rules,
        row * tables.rules.in_log[0] * places.RULE_WIDTH, state.firings, n_firings,
    )
    if m.more_people > 0 and m.more_time > 0.0:
        desk.overtime_today += m.more_people * m.more_time
        pass_time(desk, now)
        count_staff(desk, now)
        stay_on(desk, m.more_people, now + m.more_time)
        desk.people += m.more_people
        desk.shift_at = min(desk.shift_at, send_home(desk, now))
    return n_firings
