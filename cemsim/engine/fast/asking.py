"""Asking rules inside compiled code: read the facts, look the answer up, do what concerns the customer alone.

All arguments are records: they are handed over without counting references, which would cost more than the answer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cemsim.base.compiled import within
from cemsim.engine import places
from cemsim.engine.decide import allowed, matching, owners, ready
from cemsim.engine.facts import fact, of_moment
from cemsim.engine.ruling import fire, no_orders, resting, serve

NONE = np.uint64(0)


@within
def ask(
    book: Any, m: Any, first: int, last: int, segment: Any, person: Any, ruled: Any, errand: Any, desk: Any,
    told: Any, who: int, counter: int, now: float,
) -> bool:
    """Ask rulesets ``first`` to ``last`` about a customer, and do what they order for that customer.

    ``told`` is the segment's row of the month's people. Returns whether any rule matched: what is ordered beside that
    stands in ``m``, which else may still hold the orders of a decision before.
    """
    m.flags, m.matched = 0, 0
    for s in range(first, last):
        head = book.rulesets[s]
        start: Any = np.int64(head.first_rule)
        m.counts[book.rules[start].number, places.RULE_ASKED] += 1.0
        left = head.asked
        for slot in range(head.first_slot, head.first_slot + head.slots):
            question = book.slots[slot]
            if left & question.cares != NONE:          # what makes no difference any more is not looked up
                f: Any = np.int64(question.fact)
                left &= allowed(book, question, fact(f, segment, person, ruled, m, now))
                if left == NONE:
                    break
        if left != NONE:
            matched = owners(book, head, left)
            if m.matched == 0:
                no_orders(m)
            cooling = resting(book, start, matched, ruled, errand, desk, m, now)
            fire(book, start, matched, cooling, ready(book, s, matched, cooling), m, ruled, errand, desk, who, counter,
                 now)
    if m.matched == 0:
        return False
    if m.n_fired > 0:
        serve(m, ruled, told, now)
    return True


@within
def ask_team(book: Any, m: Any, first: int, last: int, ruled: Any, errand: Any, desk: Any, team: int, now: float
             ) -> None:
    """Ask rulesets ``first`` to ``last`` about a team, as :func:`ask` does about a customer."""
    no_orders(m)
    for s in range(first, last):
        head = book.rulesets[s]
        for slot in range(head.first_slot, head.first_slot + head.slots):
            place: Any = np.int64(book.slots[slot].fact)
            m.values[place] = of_moment(place, m, now)
        start: Any = np.int64(head.first_rule)
        m.counts[book.rules[start].number, places.RULE_ASKED] += 1.0
        matched = matching(book, s, m.values)
        if matched != NONE:
            cooling = resting(book, start, matched, ruled, errand, desk, m, now)
            fire(book, start, matched, cooling, ready(book, s, matched, cooling), m, ruled, errand, desk, team, 0,
                 now)


@within
def note(m: Any, firings: Any, n: int, now: float, number: int, month: int, who: int, team: int) -> int:
    """Keep a row for each rule that fired, where rows are kept; returns how many there are."""
    for k in range(m.n_fired):
        if n < firings.shape[0]:
            firings[n].time, firings[n].issue, firings[n].month = now, number, month
            firings[n].rule, firings[n].person, firings[n].team = m.fired[k], who, team
            n += 1
    return n
