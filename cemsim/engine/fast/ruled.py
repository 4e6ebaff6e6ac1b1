"""Where the event loop meets the rules: what they are told of the moment, and what becomes of their orders.

Compiled twin of `glass.orders`. Everything that asks goes through one function, `consult`: each place that held the
asking would be optimised with all of it once more, and the first start would take minutes. It takes records only;
whole bundles of arrays are handed over only to `obey`, where there is something to obey.
"""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import int64

from cemsim.base.compiled import entry, inlined, within
from cemsim.engine import codes, places, trays
from cemsim.engine.codes import (
    CASE_AGE,
    COMPLAINT_CLOSED,
    CONTACT_ARRIVES,
    CONTACT_ENDS,
    FIRINGS,
    LOW_BITS,
    WAITS,
)
from cemsim.engine.facts import happened, next_of
from cemsim.engine.fast.agenda import put
from cemsim.engine.fast.asking import ask, note
from cemsim.engine.fast.borrowed import lent
from cemsim.engine.fast.counting import told_by
from cemsim.engine.fast.desks import join, one_more, pass_time, unlink
from cemsim.engine.issue import begin, no_errand
from cemsim.engine.law import ARRIVAL, DEADLINE, MAX_NEEDS, event_order, issue_number
from cemsim.engine.moments import of_case, of_contact, of_end, of_recovery, of_team, of_wait
from cemsim.engine.ruling import book_call, due_now, felt_before, no_orders, not_taken, take, unsettled, waits_anew
from cemsim.engine.state import FREE, GONE, LATER, WAITING
from cemsim.model.failure import FAILED, INTERACTIONAL
from cemsim.plan.rulebook import MOST_WAITS
from cemsim.plan.tables import LIVE


@within
def consult(
    me: Any, point: int, step: Any, desk: Any, d: int, what: int, waited: float, now: float
) -> bool:
    """An issue comes to a point of the rules: they are told what they may read, and asked.

    ``me`` are records: moment, rules, issue, errand, person, what rules remember, segment, and the segment's row
    of the month's people. ``d`` is the team, ``what`` how the contact or complaint ended; ``waited``
    minutes on the line. Gives whether there is anything to :func:`obey`, or a row to keep.
    """
    m, book, issue, errand, person, ruled, segment, told = me
    first, last = book.first[point], book.first[point + 1]
    journey = (issue.number >> 11) & 63
    if point == CONTACT_ARRIVES:
        waits_anew(issue, errand)
        if errand.passed_to >= 0:
            no_orders(m)
            m.route = errand.passed_to
            return True                           # another team's issue is not sent elsewhere
    elif point == WAITS:
        waited += errand.waited
        errand.joined = now if what == 0 else errand.joined      # it joins the queue now, or waits on
    elif point == CASE_AGE:
        first, last = due_now(book, issue.opened, now)
    elif point == CONTACT_ENDS:
        ruled.next_contact = next_of(ruled.contacts, ruled.next_contact, now)
        ruled.quiet = 0
        unsettled(issue, errand, step, what & 15, what >> 4 != 0)
        waited += errand.waited
        errand.waited = errand.waited if d < 0 else 0.0
    if first == last:
        return False
    if point in (CONTACT_ARRIVES, WAITS, CONTACT_ENDS):
        of_contact(m, journey, step, d, issue.attempt, errand.escalated)
        if point == CONTACT_ENDS:
            of_end(m, what & 15, what >> 4)
        else:
            of_team(m, desk.waiting, desk.busy, desk.people)
        if point != CONTACT_ARRIVES:
            of_wait(m, waited, m.targets[d] if d >= 0 else 0.0)
    elif point in (CASE_AGE, COMPLAINT_CLOSED):
        of_case(m, journey, m.stages[journey], issue.severity, errand.escalated, issue.attempt)
        of_recovery(m, what)
    who, counter = whole(issue.person), counter_of(issue)
    if not ask(book, m, first, last, segment, person, ruled, errand, desk, told, who, counter, now):
        return False
    ordered = m.ordered != 0
    if point == CONTACT_ARRIVES:
        errand.level = m.level
        ordered = m.route >= 0 or m.offer >= 0 or m.call >= 0
    elif point == COMPLAINT_CLOSED:
        ordered = ordered or m.apologies > 0
    return bool(ordered or (m.n_fired > 0 and m.keeps != 0))


@within
def obey(
    everything: Any, m: Any, point: int, slot: int, what: int, now: float, row: int, n_after: int, n_free: int,
    n_limited: int,
) -> tuple[int, int, int, int]:
    """Carry out what was ordered of queues and teams, and keep rows of what fired.

    Returns what follows (an arrival: the team, or -1 where it goes to another step; else what is to do), the numbers
    of events in ``after`` and of free issues, and how many wait with a limit.
    """
    tables, state, out = lent(everything)
    issue, errand = state.issues[slot], state.errands[slot]
    who = whole(issue.person)
    state.counts[FIRINGS] = note(
        m, state.firings, state.counts[FIRINGS], now, issue.number, state.counts[5], who, -1)
    if m.call >= 0:
        told = out.people[row * tables.segments.shape[0] + issue.segment]
        book_call(m, state.ruled[who], tables.daytime, who, counter_of(issue), now, told)
        n_after, n_free = set_call(tables, state, state.ruled, who, n_after, n_free)
    follows = codes.IDLE
    if point == CONTACT_ARRIVES:
        follows = arrived(tables, state, out, m, issue, errand, row)
    elif point == WAITS:
        follows, n_limited = waits(tables, state, out, m, slot, now, row, n_limited)
    elif point == COMPLAINT_CLOSED and m.apologies > 0 and what == FAILED:
        line = row * tables.segments.shape[0] + issue.segment
        out.failures[line * places.FAIL_WIDTH + places.JUSTICE] += INTERACTIONAL
    if point in (CONTACT_ENDS, CASE_AGE) and m.escalate >= 0:
        escalate(tables, out, issue, errand, m.escalate, row)
        if point == CASE_AGE and issue.state == WAITING and m.escalate != issue.team:
            follows, n_limited = pass_to(tables, state, out, slot, m.escalate, now, row, n_limited)
    return follows, n_after, n_free, n_limited


@inlined
def whole(number: int) -> int:
    """A number of a record in the usual size, so that what it is handed to is compiled once and not for each size."""
    return int(int64(number))


@within
def is_over(issue: Any, order: int) -> bool:
    """Whether the complaint is closed or gone whose deadline falls due now."""
    return bool(issue.state == FREE or issue.state >= GONE or issue.number != (order & codes.NUMBER_BITS))


@within
def counter_of(issue: Any) -> int:
    """What is decided: which issue, attempt and step."""
    return (issue.number & LOW_BITS) * 16384 + issue.attempt * 256 + max(issue.step, 0)


@within
def arrived(tables: Any, state: Any, out: Any, m: Any, issue: Any, errand: Any, row: int) -> int:
    """The team that takes a contact, or -1 where it was sent to another step."""
    if errand.passed_to >= 0:
        return int(errand.passed_to)
    if m.offer >= 0:
        issue.team = tables.steps[issue.step].team
        told_of(tables, out, issue, row).deflected += 1.0
        issue.step = take(tables.rules[0], m, issue, errand, 0.0)
        return -1
    if m.route >= 0:
        if would_take(state.desks[m.route], tables.teams[m.route]):
            return int(m.route)
        not_taken(m)
    return int(tables.steps[issue.step].team)


@within
def moved_up(desks: Any, issues: Any, errands: Any, m: Any, slot: int) -> bool:
    """Give a waiting contact the rank that was ordered; returns whether there is more to :func:`obey`."""
    issue = issues[slot]
    if m.level >= 0:
        errands[slot].level = m.level
        if m.level != issue.rank:
            unlink(desks, issues, issue.team, slot, issue.rank)
            join_in_order(desks[issue.team], issues, errands, slot, m.level)
    more = m.call_back > 0 or m.route >= 0 or m.offer >= 0 or m.call >= 0
    return bool(more or (m.n_fired > 0 and m.keeps != 0))


@within
def waits(tables: Any, state: Any, out: Any, m: Any, slot: int, now: float, row: int, n_limited: int
          ) -> tuple[int, int]:
    """What becomes of a contact that waits (it waits on, begins, or goes to another step), and who waits with a
    limit."""
    issue, errand = state.issues[slot], state.errands[slot]
    desk = state.desks[issue.team]
    if m.call_back > 0 and not trays.on_line(tables.steps[issue.step], tables.teams, tables.teams[issue.team]):
        not_taken(m)
    elif m.call_back > 0:
        errand.called_back, errand.off_line = 1, now
        told_of(tables, out, issue, row).promised += 1.0
        n_limited, issue.limited = n_limited - issue.limited, 0
    if m.route >= 0 and m.route != issue.team:
        follows, n_limited = pass_to(tables, state, out, slot, m.route, now, row, n_limited)
        if issue.team != m.route:
            not_taken(m)
        return follows, n_limited
    if m.offer < 0:
        return codes.IDLE, n_limited
    pass_time(desk, now)
    unlink(state.desks, state.issues, issue.team, slot, issue.rank)
    n_limited, issue.limited = n_limited - issue.limited, 0
    issue.stamp += 1
    told, waited = told_of(tables, out, issue, row), now - issue.arrived
    told.moved += 1.0
    told.all_wait_sum += waited
    issue.step = take(tables.rules[0], m, issue, errand, waited)
    return codes.REACH, n_limited


@within
def next_wait(book: Any, issue: Any, errand: Any, now: float) -> float:
    """The next moment at which a rule names the wait of a contact; never, where there is none."""
    for k in range(MOST_WAITS):
        due = issue.arrived + (book.waits[issue.team, k] - errand.waited)
        if due > now:
            return float(due)
    return inf


@entry
def set_call(tables: Any, state: Any, memory: Any, who: int, n_after: int, n_free: int) -> tuple[int, int]:
    """Begin the journey of the call that was settled with a customer, if any; ``memory`` is what is remembered."""
    known, after = memory[who], state.after
    if known.call < 0:
        return n_after, n_free
    n_free -= 1
    slot = state.free[n_free]
    issue = state.issues[slot]
    number = issue_number(who, state.counts[5], known.call, known.calls % MAX_NEEDS)
    begin(issue, number, tables.journeys[known.call].first, known.call_at)
    issue.state, issue.segment = LATER, state.people[who].segment
    if state.ruled.shape[0] > 0:
        no_errand(state.errands[slot])
    n_after = put(after, n_after, known.call_at, event_order(ARRIVAL, number),
                  (issue.stamp << 32) | slot)
    known.calls += 1
    known.call = -1
    return n_after, n_free


@within
def on_line(book: Any, issue: Any, errand: Any, until: float) -> float:
    """Minutes waited on the line: until a time, or until a call-back was promised."""
    if book is not None and errand.called_back != 0:
        until = errand.off_line
    return until - issue.arrived


@within
def off_line(book: Any, told: Any, issue: Any, errand: Any, now: float, begins: bool) -> float:
    """The same of a contact that begins to be handled now, or is not handled any more: what became of a call-back is
    counted."""
    if book is not None and errand.called_back != 0:
        if begins:
            told.called += 1.0
            told.call_wait += now - errand.off_line
        else:
            told.not_called += 1.0
    return on_line(book, issue, errand, now)


@within
def before(book: Any, world: Any, teams: Any, errand: Any, points: float) -> float:
    """Points of a wait, with those of one before it that was left for another channel."""
    return points + felt_before(world, teams, errand) if book is not None else points


@within
def rank_in(book: Any, team: Any, segment: int, errand: Any) -> int:
    """The same, where there may be no rules."""
    return rank_of(team, segment, errand) if book is not None else team.rank[segment]


@within
def rank_of(team: Any, segment: int, errand: Any) -> int:
    """An issue's rank in a queue: what a rule gave, else what the team gives."""
    return errand.level if errand.level >= 0 else team.rank[segment]


@within
def would_take(desk: Any, team: Any) -> bool:
    """Whether one more contact could be handled at once, or may wait."""
    at_once = desk.busy < desk.people and desk.waiting == 0
    return at_once or not ((desk.people == 0 and team.works == LIVE) or desk.waiting >= team.room)


@within
def told_of(tables: Any, out: Any, issue: Any, row: int) -> Any:
    """The issue's row in the month's steps."""
    n_steps, n_segments = tables.steps.shape[0], tables.segments.shape[0]
    line = (row * n_steps + issue.step) * n_segments + issue.segment
    return told_by(tables.rules[0], out.steps, out.passed, n_steps * n_segments, row, line,
                   whole(tables.steps[issue.step].team), whole(issue.team))


@within
def pass_to(tables: Any, state: Any, out: Any, slot: int, to: int, now: float, row: int, n_limited: int
            ) -> tuple[int, int]:
    """Move a waiting contact to another team, where that would take it; returns what is to do, and who waits with a
    limit."""
    issue, desks, team = state.issues[slot], state.desks, tables.teams[to]
    if not would_take(desks[to], team):
        return codes.IDLE, n_limited
    pass_time(desks[issue.team], now)
    unlink(desks, state.issues, issue.team, slot, issue.rank)
    told_of(tables, out, issue, row).arrived -= 1.0
    issue.team, issue.hour = to, to * 168 + issue.hour % 168
    told_of(tables, out, issue, row).arrived += 1.0
    desk = desks[to]
    at_once = desk.busy < desk.people and desk.waiting == 0
    if at_once or team.works != LIVE:
        n_limited, issue.limited = n_limited - issue.limited, 0
    if at_once:
        return codes.START, n_limited
    pass_time(desk, now)
    state.errands[slot].joined = now
    join(desk, state.issues, slot, rank_of(team, issue.segment, state.errands[slot]))
    return codes.IDLE, n_limited


@within
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
    one_more(desk, rank)


@within
def escalate(tables: Any, out: Any, issue: Any, errand: Any, to: int, row: int) -> None:
    """From now on the issue is another team's."""
    errand.passed_to, errand.escalated = to, 1
    if issue.step >= 0:
        told_of(tables, out, issue, row).escalated += 1.0


@within
def case_opened(tables: Any, state: Any, slot: int, n_after: int) -> int:
    """A complaint was opened: from now on its deadlines run; returns the number of events in ``after``."""
    rules, issue, after = tables.rules[0], state.issues[slot], state.after
    happened(state.ruled[issue.person].cases, issue.opened)
    for s in range(rules.first[CASE_AGE], rules.first[CASE_AGE + 1]):
        if s == rules.first[CASE_AGE] or rules.after[s] != rules.after[s - 1]:
            n_after = put(after, n_after, issue.opened + rules.after[s],
                          event_order(DEADLINE, issue.number), slot)
    return n_after
