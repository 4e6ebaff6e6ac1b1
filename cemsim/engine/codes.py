"""Small integers of the event loop, in words."""

from __future__ import annotations

from typing import Final

from cemsim.base.draws import Stream
from cemsim.engine.law import KIND_SHIFT
from cemsim.rules.vocabulary import POINTS

USE_STEP, LAG, PATIENCE, HANDLING = int(Stream.USE_STEP), int(Stream.LAG), int(Stream.PATIENCE), int(Stream.HANDLING)
RESOLVE, ESCALATE, HOUR = int(Stream.RESOLVE), int(Stream.ESCALATE), int(Stream.HOUR)

# What is to be done with the issue in hand.
IDLE, REACH, START, TOUCH, CLOSE, DUE = 0, 1, 2, 3, 4, 5
# How a contact ended, as in engine.state.OUTCOMES; IN_USE is a failure outside contacts, PASSED_BY: nobody took
# the journey's last step.
HANDLED, HUNG_UP, TURNED_AWAY, SELF_SERVED, IN_USE, PASSED_BY = 0, 1, 2, 3, 4, -1
# Why the loop stopped.
DONE, GROW, FLUSH = 0, 1, 2

LOW_BITS: Final = (1 << 26) - 1
"""What an issue's number says beside the person."""
FIRINGS: Final = 9
"""Place of `State.counts`: rules that fired, in the buffer."""
HOUR_NOW, HOUR_TEAM = 10, 11
"""Places of `State.counts`: the hour and team that are reviewed next."""
NUMBER_BITS: Final = (1 << KIND_SHIFT) - 1
"""What an event's order says beside its kind."""
SLOT_BITS: Final = (1 << 32) - 1
AHEAD: Final = 12
"""Arrivals ahead of which a customer's record is fetched."""

(CONTACT_ARRIVES, WAITS, CONTACT_ENDS, FAILURE, CASE_AGE, COMPLAINT_CLOSED, MONTH_END, RENEWAL,
 POINTS_REDEEMED, TEAM_HOUR) = (
    list(POINTS).index(name) for name in (
        "contact_arrives", "waiting", "contact_ends", "failure", "case_age", "complaint_closed", "month_end",
        "renewal", "points_redeemed", "team_hour",
    )
)
NOTHING: Final = 0
"""How a contact ended that has only begun."""
AT_MONTH_ENDS: Final = (MONTH_END, RENEWAL, POINTS_REDEEMED)
"""Points at which customers who stay are asked about, one after the other."""
