"""The world's state: one record a customer, small reused pools for what is open.

Everything an engine changes lives in these arrays, so a copy of them is a branch of the world.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.base.draws import STREAMS
from cemsim.engine.lines import copy_rows
from cemsim.engine.places import RULE_WIDTH
from cemsim.plan.rulebook import MOST, MOST_RESTING, MOST_WAITING, VALUES
from cemsim.plan.tables import MAX_JOURNEYS, MAX_SEGMENTS, MAX_TEAMS
from cemsim.rules.vocabulary import MOST_COUNTED

#: One cache line a person.
PERSON: Final = np.dtype([
    ("satisfaction", "f4", 6), ("expectation", "f4", 6),
    ("hazard", "f4"), ("match", "f4"),
    ("tenure", "i2"), ("last_failure", "i2"),     # months; absolute month of the last failure
    ("segment", "u1"), ("status", "u1"),          # status: 1 customer, else prospect (2 + cause if lost)
    ("met", "u1"), ("cases", "u1"),               # attributes met this month, bit by bit (and FORGIVES); open cases
])
FORGIVES: Final = 64
"""Bit of what a person met: a member of a scheme, where members overlook failures."""
CUSTOMER: Final = 1
LONG_AGO: Final = -1000
RECENT: Final = MOST_COUNTED
"""Happenings of a kind that are remembered for rules: counts over a window end there."""
EXCELLENT_CASE: Final = 128
"""Bit of a person's cases: a first recovery was excellent this month (heard in the survey only)."""

#: What only the month end reads.
PURSE: Final = np.dtype([
    ("wallet", "f4"), ("sow", "f4"), ("trip_rate", "f4"),
    ("severity", "f4"), ("origin", "i2"),         # of the worst open failure case
    ("complained", "u1"), ("righted", "u1"),      # whether ever since joining; whether the last complaint was put right
    # since the horizon began: months, times somebody joined, spend, compensation
    ("lived", "u2"), ("joins", "u2"), ("spent", "f8"), ("paid", "f8"),
])
#: What rules know of a person beside the rest; kept only where a scenario has rules. Times of the last few happenings,
#: contacts and failures in whole seconds. A contact touches the first two lines of the cache, a month end the first
#: and that of spending.
RULED: Final = np.dtype([
    ("contacts", "i4", RECENT),
    ("hazard", "f4"), ("pressure", "f4"),         # a month's, of the year after the last month end; below 0 before it
    ("reported", "i1"), ("next_contact", "u1"),   # the last rating, -1 for none; place in contacts to be filled next
    ("tier", "u1"), ("opted_out", "u1"), ("quiet", "u1"),
    ("reached", "u1"), ("compensated", "u1"), ("next_failure", "u1"),   # unasked outreach this month; if ever credited
    ("relief", "f8"), ("points", "f8"),           # credits of this month, money; points that rules gave
    ("failures", "i4", RECENT),
    ("rests", "f8", MOST_RESTING),                # until when rules rest
    ("call", "i2"), ("calls", "i2"), ("spare4", "i4"), ("call_at", "f8"),      # journey of a call that was ordered
    ("spare8", "f8", 2),
    ("spend", "f4", 12), ("visits", "u1", 12),
    ("messages", "u2"),                           # messages that rules sent since the horizon began
    ("contract", "u1"), ("spare1", "u1"),         # months of contract left, as in BOND
    ("credited", "f8", RECENT),
    ("credits", "f4", RECENT), ("granted", "f8"), # granted: credits since the horizon began, money
    ("end", "f8", 3),
    ("cases", "f8", RECENT),
])
assert RULED.itemsize % 64 == 0
#: What is remembered of a person where something ties them to the firm and there are no rules. What functions of both
#: tables share has the same name in RULED.
KNOWN: Final = np.dtype([
    ("call_at", "f8"), ("pressure", "f4"), ("call", "i2"), ("calls", "i2"),
    ("tier", "u1"), ("opted_out", "u1"), ("reached", "u1"), ("quiet", "u1"), ("contract", "u1"),
    ("spare", "u1", 3), ("spend", "f4", 12),
])
#: What ties a person to the firm beside satisfaction; kept only where a scenario has rules or such a mechanism.
BOND: Final = np.dtype([
    ("source", "u1"),                             # how the person was won, a place in SOURCES
    # contract, products, wake-up, save desk, win-back
    ("contract", "u1"), ("extra", "u1"),          # months of contract left; products beyond the first
    ("wake", "u1"), ("partly", "u1"),             # months awake after outreach; kept by the save desk for less money
    ("offer", "u1"), ("left", "i2"),              # offer that won the person back; month in which the person left
    # loyalty schemes
    ("saved", "f4"), ("redeemed", "u1"),          # share of the last month's spend that came back; used points in it
    # closed loop: the last failure that was not voiced, and whether and when the firm gets in touch
    ("silent", "f8"), ("follow_at", "f8"), ("silent_month", "i2"), ("silent_origin", "u1"), ("silent_major", "u1"),
    ("follow", "u1"),
    # customer ledger, since the horizon began: spend behind a referral's premium, times, messages of campaigns
    ("premium", "f8"), ("brought", "u2"), ("kept", "u2"), ("returned", "u2"), ("bought", "u2"), ("sent", "u2"),
])
BY_ADVERTISING, BY_WORD_OF_MOUTH, BY_REFERRAL, WON_BACK = 1, 2, 3, 4
#: What a person has in a loyalty scheme; kept only where a scenario has schemes.
CARD: Final = np.dtype([
    ("balance", "i4"), ("part", "f4"),            # whole points; the part of a point that is not whole yet
    ("joined", "i2"), ("member", "u1"),           # month; whether
    ("since", "u1"),                              # months since the last reward, or NO_REWARD
    # since the horizon began: points used, spend that came back as a discount, months that owed a fee
    ("used", "i8"), ("less", "f8"), ("paying", "u2"),
])
NO_REWARD: Final = 255
SOURCES: Final = ("initial", "advertising", "word_of_mouth", "referral", "win_back")

#: An open issue: a journey under way. Two cache lines.
ISSUE: Final = np.dtype([
    ("number", "i8"), ("arrived", "f8"), ("begun", "f8"), ("opened", "f8"), ("minutes", "f8"), ("severity", "f8"),
    ("person", "i4"), ("before", "i4"), ("after", "i4"), ("stamp", "i4"),
    ("step", "i4"), ("state", "i4"), ("origin", "i4"), ("hour", "i4"), ("rank", "i4"), ("limited", "i4"),
    ("segment", "u1"), ("major", "u1"), ("team", "i2"),  # team: who handles the contact now, or -1
    # side by side: nothing but zeros at first
    ("attempt", "i4"), ("hangups", "i4"), ("touches", "i4"), ("handled", "i4"), ("lagged", "i4"), ("failed", "i4"),
    ("again", "i4"), ("repeat", "i4"), ("weighed", "i4"),
])
#: What rules ordered for an issue: a side pool with the issues' places, kept only where a scenario has rules.
ERRAND: Final = np.dtype([
    ("joined", "f8"), ("off_line", "f8"),         # when it joined its queue; when it left the line for a call-back
    ("waited", "f8"),                             # minutes in a queue that it left for another channel
    ("passed_to", "i4"), ("level", "i4"),         # another team, a rank; -1 for none
    ("called_back", "i2"), ("escalated", "i2"),
    ("routed", "i4"), ("taken", "i4"),            # attempt in which another channel was accepted last, and its step
    ("tried", "i4"), ("left", "i4"),              # channels that did not settle it, bit by bit; team of that queue
    ("done", "u8", MOST_WAITING),                 # rules that have fired in this wait, by ruleset
    ("rests", "f8", MOST_RESTING),                # until when rules rest
])
#: What an issue of more than one touch remembers for its peak and end: a side pool with the issues' places.
MEMORY: Final = np.dtype([
    ("ts_sum", "f8", 6), ("load_sum", "f8", 6), ("p_sum", "f8", 6), ("peak_ts", "f8", 6), ("peak_load", "f8", 6),
    ("end_ts", "f8", 6), ("end_load", "f8", 6), ("peak", "f8"),
])
FREE, WAITING, IN_SERVICE, LATER = 0, 1, 2, 3
AGAIN: Final = 2
"""Of ``lagged``: it comes to the same step again, and has waited since it first did."""
GONE: Final = 8
"""Added to an issue's state when its customer left."""

MORE: Final = 8
"""Groups of people who stay on, each for its own time, that are kept for a team; more than those go with the last."""

#: A team at work: queues by rank are linked lists through the issues.
DESK: Final = np.dtype([
    ("head", "i4", MAX_SEGMENTS), ("tail", "i4", MAX_SEGMENTS),
    ("busy", "i4"), ("waiting", "i4"), ("people", "i4"), ("foremost", "i4"),     # foremost: no rank below it waits
    ("shift_at", "f8"), ("queue_since", "f8"), ("staff_since", "f8"),
    ("occupancy", "f8"),                                                      # last month's
    ("busy_minutes", "f8"), ("staffed_minutes", "f8"), ("queue_area", "f8"),  # this month so far
    ("wait_points", "f8"), ("wait_touches", "f8"),
    ("overtime", "f8"), ("overtime_today", "f8"), ("today", "i8"),            # minutes this month; those of a day
    ("overtime_next", "f8"),                                                  # those of the day after
    ("extra", "i4"), ("roster", "i4"), ("extra_people", "i4", MORE), ("extra_until", "f8", MORE),
    ("rests", "f8", MOST_RESTING),                                            # until when rules rest
])

#: What rules read of the moment they are asked in, and what they order to be done.
MOMENT: Final = [
    ("values", "i8", VALUES),
    ("flags", "i8"), ("hour_ends", "f8"), ("month", "i8"),       # derived, bit by bit; until when hour and day stand
    ("bound", "i8"),                                  # whether more ties people to the firm than satisfaction
    ("stages", "i8", MAX_JOURNEYS + 1), ("targets", "f8", MAX_TEAMS),     # of journeys; of teams
    # orders; -1 where nothing was ordered
    ("level", "i8"), ("route", "i8"), ("offer", "i8"), ("call_back", "i8"), ("way_by", "i8"), ("escalate", "i8"),
    ("tier", "i8"), ("credit", "f8"), ("credit_by", "i8"), ("call", "i8"), ("within", "f8"), ("messages", "i8"),
    ("apologies", "i8"), ("points", "f8"), ("more_people", "i8", MORE), ("more_time", "f8", MORE), ("n_more", "i8"),
    ("reaches", "i8"), ("calls_out", "i8"),           # messages; the call: whether nobody asked for it
    ("in_vain", "i8"),                                # a contact does not go the way that a rule sends it
    ("ordered", "i8"), ("matched", "i8"),             # an order that is not for the customer alone; any rule matched
    ("keeps", "i8"),                                  # whether rows of firings are kept
    ("fired", "i8", 64), ("n_fired", "i8"),           # numbers of the rules that fired
    ("beaten", "i8"),                                 # which of them were overruled, bit by bit
    ("counts", "f8", (MOST["rules"], RULE_WIDTH)),    # what rules did this month
    ("rests", "f8", MOST_RESTING),                    # until when rules rest for everybody
]

#: Arrays that hot functions pass around. As fields of a record they are not reference-counted; a count is an atomic
#: operation, and six of them cost as much as all else a touch does.
PAD: Final = np.dtype([
    ("keys", "u8", STREAMS), ("climate", "f8", 6),
    ("felt", "f8", (3, 6)), ("rates", "f8", 6), ("drops", "f8", 6),
    ("filling", "i8"), ("closing", "i8"), ("slot", "i8"), ("instant", "f8"),
    ("horizon", "f8"), ("span", "f8"), ("n_far", "i8"),                       # of those who wait (see `fast.patience`)
       # what the event loop is at
    *MOMENT,
])

#: Places of `State.counts`: events in soon, events in after, cursor and number of this month's arrivals, free issues,
#: month, visits in the buffer, events in limits, people who wait with a limit to their patience, firings in the buffer,
#: and the hour and team that are reviewed next.
COUNTS: Final = 12

#: A visit, as `--events` writes it.
VISIT: Final = np.dtype([
    ("issue", "i8"), ("person", "i4"), ("month", "i2"), ("segment", "u1"), ("journey", "u1"), ("step", "u1"),
    ("team", "i1"), ("attempt", "u1"), ("outcome", "u1"), ("resolved", "u1"),
    ("arrived", "f8"), ("waited", "f8"), ("handled", "f8"), ("left", "f8"), ("emotion", "f8"), ("satisfaction", "f8"),
])
OUTCOMES: Final = ("served", "abandoned", "sent_away", "self_served", "cancelled")

#: A rule that fired, as `--events` writes it: ``team`` is -1 where a customer is concerned, else ``person``.
FIRING: Final = np.dtype([
    ("time", "f8"), ("issue", "i8"), ("month", "i4"), ("rule", "i4"), ("person", "i4"), ("team", "i4"),
])

#: A coming event: minute, order key, and issue slot with its stamp (see `fast.agenda`).
EVENT: Final = np.dtype([("time", "f8"), ("order", "i8"), ("slot", "i8")])

#: A need of this month.
ARRIVAL_ROW: Final = np.dtype([("time", "f8"), ("number", "i8")])


class State(NamedTuple):
    """All that changes."""

    people: NDArray[Any]
    purse: NDArray[Any]
    issues: NDArray[Any]
    memory: NDArray[Any]
    free: NDArray[Any]
    desks: NDArray[Any]
    soon: NDArray[Any]                        # EVENT: ends of handling
    limits: NDArray[Any]                      # EVENT: ends of patience; emptied whenever nobody waits with a limit
    far: NDArray[Any]                         # EVENT: ends of patience put aside
    after: NDArray[Any]                       # EVENT: coming arrivals: repeats, redials, lags
    arrivals: NDArray[Any]                # this month's needs, sorted
    takes: NDArray[np.float64]            # what is foreseen of them (see fast.foreseen)
    waits: NDArray[np.float64]
    counts: NDArray[Any]
    climate: NDArray[Any]              # [6] drift of the market norm so far
    visits: NDArray[Any]                  # buffer; empty unless visits are wanted
    ruled: NDArray[Any]                   # RULED, one row a person; empty without rules
    known: NDArray[Any]                   # KNOWN, one row a person; empty with rules, or where nothing is remembered
    bonds: NDArray[Any]                   # BOND, one row a person; empty where nothing is remembered
    said: NDArray[Any]                    # [2, people] what was said this month and last (see engine.talk); empty
    invited: NDArray[Any]                 # [people] prospects whom a customer brings at this month end; empty
    cards: NDArray[Any]                   # [person, scheme] CARD; no columns without schemes
    lots: NDArray[Any]                    # [person, scheme, ages] points by the month they came; no ages if none expire
    errands: NDArray[Any]                 # ERRAND, one row an issue; empty without rules
    firings: NDArray[Any]                 # buffer like visits


def memory_of(state: State) -> NDArray[Any]:
    """What is remembered of people: RULED with rules, else KNOWN; empty without memory."""
    return state.ruled if len(state.ruled) else state.known


def copy_state(state: State) -> State:
    """A branch of the world: nothing is shared with the original."""
    parts: list[Any] = [
        copy_rows(part) if part.ndim == 1 else part.copy() for part in state
    ]
    return State(*parts)
