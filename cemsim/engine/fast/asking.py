"""Asking rules inside compiled code: read the facts, look the answer up, do what concerns the customer alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from cemsim.engine import places
from cemsim.engine.codes import FIRINGS, MONTH_END
from cemsim.engine.decide import matching, ready
from cemsim.engine.facts import fact, of_moment
from cemsim.engine.fast.agenda import put
from cemsim.engine.issue import begin, no_errand
from cemsim.engine.law import ARRIVAL, MAX_NEEDS, event_order, issue_number
from cemsim.engine.ruling import fire, no_orders, resting, serve
from cemsim.engine.state import LATER

NONE, ONE = np.uint64(0), np.uint64(1)


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
    any_fired, any_matched = False, False
    for s in range(first, last):
        head = book.rulesets[s]
        for slot_of in range(head.first_slot, head.first_slot + head.slots):
            f: Any = np.int64(book.slots[slot_of].fact)
            m.values[f] = fact(f, segment, person, ruled, m, now)
        start: Any = np.int64(head.first_rule)
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
            n_firings = note(rules.rules, start, fired, firings, n_firings, now, number, state.counts[5], who, -1)
    if first == rules.first[MONTH_END] and first < rules.first[MONTH_END + 1]:
        ruled.quiet = 0 if any_matched else 1
    if any_fired:
        serve(m, segment, purse, ruled, tables, m.keys, who, counter, now, told, place)
    return n_firings


@njit(error_model="numpy")
def ask_team(
    tables: Any, state: Any, m: Any, first: int, last: int, team: int, now: float, counts: Any, row: int
) -> None:
    """Ask rulesets ``first`` to ``last`` about a team, as :func:`ask` does about a customer."""
    rules, book = tables.rules, tables.rules.book
    no_orders(m)
    for s in range(first, last):
        head = book.rulesets[s]
        for slot_of in range(head.first_slot, head.first_slot + head.slots):
            f: Any = np.int64(book.slots[slot_of].fact)
            m.values[f] = of_moment(f, m, now)
        start: Any = np.int64(head.first_rule)
        counts[row + rules.rules[start].number * places.RULE_WIDTH + places.RULE_ASKED] += 1.0
        matched = matching(book, s, m.values)
        if matched == NONE:
            continue
        cooling = resting(rules.rules, start, matched, state.rests, 0, 0, team, now)
        fired = ready(book, s, matched, cooling)
        fire(rules.rules, rules.deeds, start, matched, cooling, fired, m, state.rests, m.keys, team, 0, team, 0, now,
             counts, row)
        if fired != NONE:
            state.counts[FIRINGS] = note(
                rules.rules, start, fired, state.firings, state.counts[FIRINGS], now, -1, state.counts[5], -1, team)


@njit(error_model="numpy")
def note(
    rules: Any, start: int, fired: Any, firings: Any, n: int, now: float, number: int, month: int, who: int, team: int
) -> int:
    """Keep a row for each rule that fired, where rows are kept."""
    r = start
    while fired != NONE:
        if fired & ONE and n < firings.shape[0]:
            firings[n].time, firings[n].issue, firings[n].month = now, number, month
            firings[n].rule, firings[n].person, firings[n].team = rules[r].number, who, team
            n += 1
        fired >>= ONE
        r += 1
    return n


@njit(error_model="numpy")
def consult(
    tables: Any, state: Any, out: Any, m: Any, first: int, last: int, slot: int, counter: int, now: float, row: int,
    n_after: int, n_free: int,
) -> tuple[int, int]:
    """Ask about an issue in the middle of a month, and set the call that was ordered, if any.

    Returns the numbers of events in ``after`` and of free issues.
    """
    number = state.issues[slot].number
    who = number >> 26
    place = (row * tables.segments.shape[0] + state.people[who].segment) * places.PEOPLE_WIDTH
    state.counts[FIRINGS] = ask(
        tables, state, m, first, last, who, slot, counter, number, now, out.people, place, out.rules,
        row * tables.rules.in_log[0] * places.RULE_WIDTH, state.firings, state.counts[FIRINGS],
    )
    if state.ruled[who].call >= 0:
        n_after, n_free = set_call(tables, state, who, n_after, n_free)
    return n_after, n_free


@njit(error_model="numpy")
def set_call(tables: Any, state: Any, who: int, n_after: int, n_free: int) -> tuple[int, int]:
    """Begin the journey of a call that a rule ordered."""
    ruled, after = state.ruled[who], state.after
    n_free -= 1
    slot = state.free[n_free]
    issue = state.issues[slot]
    number = issue_number(who, state.counts[5], ruled.call, ruled.calls % MAX_NEEDS)
    begin(issue, number, tables.journeys[ruled.call].first, ruled.call_at)
    issue.state, issue.segment = LATER, state.people[who].segment
    new_errand(state.errands[slot], state.rests, slot)
    n_after = put(after.time, after.order, after.slot, n_after, ruled.call_at, event_order(ARRIVAL, number),
                  (issue.stamp << 32) | slot)
    ruled.calls += 1
    ruled.call = -1
    return n_after, n_free


@njit(error_model="numpy")
def new_errand(errand: Any, rests: Any, slot: int) -> None:
    """An issue begins: nothing was ordered for it, and no rule rests for it."""
    no_errand(errand)
    for column in range(rests.issues.shape[1]):
        rests.issues[slot, column] = -1.0
