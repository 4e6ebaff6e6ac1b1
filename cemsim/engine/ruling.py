"""From the rules that match to what is done: cooldowns, who is overruled, orders; both engines call it.

Deciders only say which rules match. What follows is the same code for all of them. Orders to queues and teams are
noted in the moment, and carried out by the engine; what concerns the customer alone is done here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import uint64 as at

from cemsim.base.draws import Stream, uniform
from cemsim.engine import places
from cemsim.engine.codes import CASE_AGE, HANDLED, POINTS_REDEEMED, RENEWAL, SELF_SERVED
from cemsim.engine.durations import in_time
from cemsim.engine.facts import ATTEMPTS, CHANNEL, INTENT, NOT_KNOWN, credited
from cemsim.engine.facts import TEAM as AT_TEAM
from cemsim.engine.overtime import also_stay
from cemsim.model.science import inlined, science
from cemsim.model.waiting import wait_effect
from cemsim.plan.rulebook import (
    ALL,
    APOLOGISE,
    CALL,
    CALL_BACK,
    CASE,
    CREDIT,
    CUSTOMER,
    DERIVE,
    ESCALATE,
    MESSAGE,
    MOST_WAITING,
    NEVER,
    POINTS_GIVEN,
    ROUTE_CHANNEL,
    ROUTE_TEAM,
    SET_PRIORITY,
    STAFF,
    TEAM,
    TIER,
)
from cemsim.plan.tables import CONTRACTUAL, OUTGOING

ACCEPT, CALL_TIME = int(Stream.ACCEPT), int(Stream.CALL)
ONE, NONE = np.uint64(1), np.uint64(0)


@science
def no_orders(m: Any) -> None:
    """A decision begins: nothing is derived or ordered yet."""
    m.flags = 0
    m.level, m.route, m.offer, m.call_back, m.escalate, m.tier = -1, -1, -1, -1, -1, -1
    m.credit, m.credit_by, m.call, m.within = 0.0, -1, -1, 0.0
    m.messages, m.apologies, m.points, m.n_more = 0, 0, 0.0, 0
    m.ordered, m.matched, m.n_fired, m.beaten = 0, 0, 0, 0
    m.reaches, m.calls_out, m.in_vain = 0, 0, 0


@science
def asked_now(ruled: Any, bond: Any, person: Any, segment: Any, point: int, drifts: int) -> bool:
    """Whether somebody who stays is asked about at a month end.

    Where points were used, in the months in which they were. At a renewal, when the last month of a contract begins or,
    where no terms are written, on anniversaries of who pays by the month. At a review, unless no rule matched last
    time, nothing that rules could read has happened since, and no rule reads what changes by itself.
    """
    if point == POINTS_REDEEMED:
        return bool(bond.redeemed != 0)
    if point == RENEWAL and segment.contract > 0:
        return bool(bond.contract == 1)
    if point == RENEWAL:
        return segment.spend == CONTRACTUAL and person.tenure > 0 and person.tenure % 12 == 0
    return ruled.quiet == 0 or drifts != 0


@inlined
def due_now(book: Any, opened: float, now: float) -> tuple[int, int]:
    """Rulesets whose deadline of a complaint falls due now: the first, and behind the last.

    They are looked up by their time: since the complaint was opened, other rules may have come into force.
    """
    first, last = book.first[CASE_AGE], book.first[CASE_AGE + 1]
    while first < last and opened + book.after[first] != now:
        first += 1
    end = first
    while end < last and book.after[end] == book.after[first]:
        end += 1
    return int(first), int(end)


@science
def until(rule: Any, ruled: Any, errand: Any, desk: Any, m: Any) -> float:
    """When a rule has rested: for the customer, the issue, the team or everybody."""
    if rule.rests == CUSTOMER:
        return float(ruled.rests[rule.column])
    if rule.rests == CASE:
        return float(errand.rests[rule.column])
    if rule.rests == TEAM:                        # who helps himself is at none
        return float(desk.rests[rule.column]) if m.values[AT_TEAM] != NOT_KNOWN else -1.0
    return float(m.rests[rule.column]) if rule.rests == ALL else -1.0


@inlined
def resting(book: Any, first: Any, matched: Any, ruled: Any, errand: Any, desk: Any, m: Any, now: float) -> Any:
    """Which of the rules that match rest now, as bits; ``matched`` are those that rest at all."""
    found, bit, r = NONE, ONE, at(first)
    while bit <= matched and bit != NONE:
        if matched & bit and now < until(book.rules[r], ruled, errand, desk, m):
            found |= bit
        bit <<= ONE
        r += ONE
    return found


@science
def rest(rule: Any, ruled: Any, errand: Any, desk: Any, m: Any, time: float) -> None:
    """A rule rests until a time."""
    if rule.rests == CUSTOMER:
        ruled.rests[rule.column] = time
    elif rule.rests == CASE:
        errand.rests[rule.column] = time
    elif rule.rests == TEAM:
        if m.values[AT_TEAM] != NOT_KNOWN:
            desk.rests[rule.column] = time
    elif rule.rests == ALL:
        m.rests[rule.column] = time


@inlined
def answer(m: Any, who: int, counter: int, draws: int) -> float:
    """The draw by which a customer answers a rule's offer: accepted where it lies below the acceptance."""
    return uniform(m.keys[ACCEPT], who, draws + counter)


@inlined
def done_before(head: Any, errand: Any) -> Any:
    """Rules, as bits, that have fired in this wait: who waits is asked again at each wait that any rule names."""
    return errand.done[head.once] if head.once >= 0 else NONE


@inlined
def first_time(head: Any, errand: Any, able: Any) -> Any:
    """Of rules that would fire, as bits, those that have not done so in this wait, in which a rule fires once."""
    if head.once < 0:
        return able
    found = able & ~errand.done[head.once]
    errand.done[head.once] |= able
    return found


@science
def derive_again(book: Any, first: Any, bits: Any, m: Any) -> None:
    """What rules derive that have fired before in this wait: that holds for each decision anew."""
    bit, r = ONE, at(first)
    while bit <= bits and bit != NONE:
        if bits & bit:
            rule = book.rules[r]
            for d in range(rule.first_deed, rule.first_deed + rule.deeds):
                if book.deeds[at(d)].kind == DERIVE:
                    m.flags |= 1 << book.deeds[at(d)].of
        bit <<= ONE
        r += ONE


@inlined
def waits_anew(issue: Any, errand: Any) -> None:
    """A contact comes to a team: what rules ordered for an earlier queue counts no more."""
    errand.level, errand.called_back = -1, 0
    errand.waited = errand.waited if errand.routed == issue.attempt else 0.0
    for s in range(MOST_WAITING):
        errand.done[s] = 0


@science
def fire(
    book: Any, first: Any, matched: Any, cooling: Any, fired: Any, m: Any, ruled: Any, errand: Any, desk: Any,
    who: int, counter: int, now: float,
) -> None:
    """Count what rules did, let those that fired rest, and note their orders.

    ``counter`` says what is decided, for acceptance.
    """
    m.matched = 1
    bit, r = ONE, at(first)
    while bit <= matched and bit != NONE:
        if matched & bit:
            rule = book.rules[r]
            number = at(rule.number)
            m.counts[number, places.RULE_MATCHED] += 1.0
            if cooling & bit:
                m.counts[number, places.RULE_COOLING] += 1.0
            if fired & bit:
                m.counts[number, places.RULE_FIRED] += 1.0
                m.fired[at(m.n_fired)] = rule.number
                m.n_fired += 1
                if rule.rests != NEVER:
                    rest(rule, ruled, errand, desk, m, now + rule.time)
                mine, overruled = m.n_fired - 1, False
                for d in range(rule.first_deed, rule.first_deed + rule.deeds):
                    deed = book.deeds[at(d)]
                    u = 0.0
                    if deed.kind in (ROUTE_TEAM, ROUTE_CHANNEL, CALL_BACK):
                        u = answer(m, who, counter, rule.draws)
                    before = m.credit_by
                    if not order(book, deed, rule.number, u, m, errand):
                        overruled = True
                    elif deed.kind == CREDIT and before >= 0 and before != mine:
                        goes_after(m, before)
                if overruled:
                    goes_after(m, mine)
        bit <<= ONE
        r += ONE


@science
def goes_after(m: Any, place: int) -> None:
    """Count once in a decision that a rule, by its place among those that fired, is overruled by another."""
    if not m.beaten >> place & 1:
        m.beaten |= 1 << place
        m.counts[at(m.fired[at(place)]), places.RULE_OVERRULED] += 1.0


@science
def not_taken(m: Any) -> None:
    """Count that a contact does not go the way that a rule sends it, and stays: closed, full, or not to be had."""
    m.counts[at(m.way_by), places.RULE_NOT_TAKEN] += 1.0
    m.in_vain = 1


@inlined
def to_be_had(book: Any, m: Any, errand: Any, channel: int) -> bool:
    """Whether a contact can go to a channel that is offered: its journey has it, it is another one, and nothing else
    was accepted in this attempt; it has not settled the matter before; and the customer is on the line to hear of it.
    """
    return bool(
        m.values[CHANNEL] != OUTGOING and book.offers[m.values[INTENT], channel] >= 0 and m.values[CHANNEL] != channel
        and errand.routed != m.values[ATTEMPTS] and not errand.tried >> channel & 1 and errand.called_back == 0
    )


@science
def order(book: Any, deed: Any, rule: int, u: float, m: Any, errand: Any) -> bool:
    """Note one deed among the orders; returns whether it stands (False: another rule's went first)."""
    kind = deed.kind
    if kind <= ESCALATE or kind in (CALL, STAFF):
        m.ordered = 1
    if kind == SET_PRIORITY:
        if m.level >= 0:
            return False
        m.level = deed.of
    elif kind in (ROUTE_TEAM, ROUTE_CHANNEL, CALL_BACK):
        if m.route >= 0 or m.offer >= 0 or m.call_back > 0:       # a contact goes one way only
            return False
        if u < deed.much:
            m.way_by = rule
            if (kind == ROUTE_CHANNEL and not to_be_had(book, m, errand, deed.of)) or (
                    kind == CALL_BACK and errand.called_back != 0):
                not_taken(m)
            elif kind == ROUTE_TEAM:
                m.route = deed.of
            elif kind == ROUTE_CHANNEL:
                m.offer = deed.of
            else:
                m.call_back = 1
        else:
            m.counts[at(rule), places.RULE_DECLINED] += 1.0
    elif kind == ESCALATE:
        if m.escalate >= 0:
            return False
        m.escalate = deed.of
    elif kind == CREDIT:
        if deed.much <= m.credit:
            return bool(m.credit_by == m.n_fired - 1)              # by no other rule, but its own larger amount
        m.credit, m.credit_by = deed.much, m.n_fired - 1
    elif kind == APOLOGISE:
        m.apologies += 1
    elif kind == CALL:
        if m.call >= 0:
            return False
        m.call, m.within, m.calls_out = deed.of, deed.much, deed.reaches
    elif kind == TIER:
        if m.tier >= 0:
            return False
        m.tier = deed.of
    elif kind == POINTS_GIVEN:
        m.points += deed.much
    elif kind == MESSAGE:
        m.messages += 1
        m.reaches |= deed.reaches
    elif kind == STAFF:
        also_stay(m, deed.of, deed.much)
    elif kind == DERIVE:
        m.flags |= 1 << deed.of
    return True


@inlined
def take(book: Any, m: Any, issue: Any, errand: Any, waited: float) -> int:
    """The step of the channel that was offered and accepted, after minutes in a queue."""
    onward = book.offers[m.values[INTENT], m.offer]
    errand.routed, errand.taken = issue.attempt, onward
    if waited > 0.0:
        errand.waited, errand.left = waited, issue.team
    return int(onward)


@science
def felt_before(world: Any, teams: Any, errand: Any) -> float:
    """Points of a wait that was left for another channel: felt with the next touch, once."""
    if errand.left < 0:
        return 0.0
    acceptable = teams[errand.left].acceptable
    errand.left = -1
    return wait_effect(errand.waited, world.overestimate, world.exponent, world.kappa_wait, acceptable)


@inlined
def chosen(issue: Any, errand: Any) -> bool:
    """Whether a customer is at the step of a channel that was offered and accepted: then nobody passes it by."""
    return bool(errand.taken == issue.step and errand.routed == issue.attempt)


@inlined
def unsettled(issue: Any, errand: Any, step: Any, how: int, resolved: bool) -> None:
    """A contact has ended; a channel that has not settled the matter is remembered, and one to which a rule sent
    somebody was a contact in vain (b5)."""
    if not resolved and how in (HANDLED, SELF_SERVED):
        errand.tried |= 1 << step.channel
        if chosen(issue, errand):
            issue.repeat += 1


@science
def serve(m: Any, ruled: Any, told: Any, now: float) -> None:
    """Do what was ordered for the customer; ``told`` is the segment's row of the month's people table."""
    if m.credit > 0.0:
        credited(ruled, m.credit, now)
        ruled.compensated = 1
        ruled.relief += m.credit
        ruled.granted += m.credit
        told.credits += m.credit
        m.counts[at(m.fired[at(m.credit_by)]), places.RULE_CREDITS] += m.credit
    if m.tier >= 0:
        ruled.tier = m.tier
    if m.points > 0.0:
        ruled.points += m.points
        told.points += m.points
    if m.messages > 0 and ruled.opted_out == 0:
        ruled.pressure += m.messages
        told.messages += m.messages
        ruled.messages += m.messages
        ruled.reached |= m.reaches
    told.apologies += m.apologies
    ruled.quiet = 0


@science
def book_call(m: Any, ruled: Any, daytime: Any, who: int, counter: int, now: float, told: Any) -> None:
    """Settle when a customer is called, unless a call is settled already; ``daytime`` as in `durations.in_time`."""
    if m.call >= 0 and ruled.call < 0:
        ruled.call = m.call
        ruled.call_at = in_time(daytime, m.call, now, m.within, uniform(m.keys[CALL_TIME], who, counter))
        told.calls += 1.0
        ruled.reached |= m.calls_out
