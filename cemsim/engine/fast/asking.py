"""Asking rules inside compiled code: read the facts, look the answer up, do what concerns the customer alone.

All arguments are records: they are handed over without counting references, which would cost more than the answer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import uint64 as at

from cemsim.base.compiled import inner, within
from cemsim.engine import places
from cemsim.engine.decide import allowed, among, matching, owners, ready
from cemsim.engine.facts import AT_RISK, fact, flag, is_safe, tell, tell_time
from cemsim.engine.ruling import derive_again, done_before, fire, first_time, no_orders, resting, serve

ONE, NONE = np.uint64(1), np.uint64(0)


@inner
def ask(
    book: Any, m: Any, first: int, last: int, segment: Any, person: Any, ruled: Any, errand: Any, desk: Any,
    told: Any, who: int, counter: int, now: float,
) -> bool:
    """Ask rulesets ``first`` to ``last`` about a customer, and do what they order for that customer.

    ``told`` is the segment's row of the month's people. Returns whether any rule matched: what is ordered beside that
    stands in ``m``, which else may still hold the orders of a decision before.
    """
    m.flags, m.matched = 0, 0
    tell(m, segment, person, ruled, now)
    for s in range(first, last):
        head = book.rulesets[at(s)]
        start = at(head.first_rule)
        m.counts[at(book.rules[start].number), places.RULE_ASKED] += 1.0
        slot, end = at(head.first_slot + head.plain), at(head.first_slot + head.slots)
        left = among(book, head.asked, head.first_slot, head.plain, m.values)
        while slot < end:
            question = book.slots[slot]
            if left & question.cares != NONE:          # what makes no difference any more is not worked out
                f: Any = np.int64(question.fact)
                if f == AT_RISK and is_safe(ruled, question.lowest):
                    left &= book.masks[question.first_mask + ONE]          # the lowest cell that is known
                else:
                    left &= allowed(book, question, fact(f, person, ruled, m, now))
            slot += ONE
        if left != NONE:
            matched = owners(book, head, left)
            if m.matched == 0:
                no_orders(m)
            waits = matched & head.rests & ~done_before(head, errand)
            cooling = resting(book, start, waits, ruled, errand, desk, m, now)
            able = ready(book, s, matched, cooling)
            fired = first_time(head, errand, able)
            fire(book, start, matched, cooling, fired, m, ruled, errand, desk, who, counter, now)
            again = able & ~fired & head.anew
            if again != NONE:
                derive_again(book, start, again, m)
    if m.matched == 0:
        return False
    if m.n_fired > 0:
        serve(m, ruled, told, now)
    return True


@within
def ask_apart(
    book: Any, m: Any, first: int, last: int, segment: Any, person: Any, ruled: Any, errand: Any, desk: Any,
    told: Any, who: int, counter: int, now: float,
) -> bool:
    """The same in a function of its own: for who seldom asks."""
    return ask(book, m, first, last, segment, person, ruled, errand, desk, told, who, counter, now)


@within
def ask_team(book: Any, m: Any, first: int, last: int, ruled: Any, errand: Any, desk: Any, team: int, now: float
             ) -> None:
    """Ask rulesets ``first`` to ``last`` about a team, as :func:`ask` does about a customer."""
    counter: Any = np.int64(0)                         # in the usual size: what it is handed to is compiled once
    no_orders(m)
    tell_time(m, now)
    for s in range(first, last):
        head = book.rulesets[s]
        for slot in range(head.first_slot + head.plain, head.first_slot + head.slots):
            place: Any = np.int64(book.slots[slot].fact)
            m.values[place] = flag(place, m)           # of a team nothing else is worked out
        start = at(head.first_rule)
        m.counts[book.rules[start].number, places.RULE_ASKED] += 1.0
        matched = matching(book, s, m.values)
        if matched != NONE:
            cooling = resting(book, start, matched & head.rests, ruled, errand, desk, m, now)
            fire(book, start, matched, cooling, ready(book, s, matched, cooling), m, ruled, errand, desk, team,
                 counter, now)


@within
def note(m: Any, firings: Any, n: int, now: float, number: int, month: int, who: int, team: int) -> int:
    """Keep a row for each rule that fired, where rows are kept; returns how many there are."""
    for k in range(m.n_fired):
        if n < firings.shape[0]:
            firings[n].time, firings[n].issue, firings[n].month = now, number, month
            firings[n].rule, firings[n].person, firings[n].team = m.fired[k], who, team
            n += 1
    return n
