"""The written order of events: by time, then kind, then contact.

Time is float64 minutes since the burn-in began and is never rebased. At one instant a shift changes first, then
handling ends, then patience ends, then a wait is as long as a rule names, then a deadline falls due, then teams are
reviewed, then contacts arrive. A
contact whose patience ends at the very instant a desk frees is served. Ties within a kind go by the issue's
number, which says what the issue is (person, month, journey, which need), never when it was made.
"""

from __future__ import annotations

from typing import Final

from cemsim.model.science import inlined

SHIFT, SERVED, IMPATIENT, LONG_WAIT, DEADLINE, REVIEW, ARRIVAL = 0, 1, 2, 3, 4, 5, 6

DAY: Final = 1440.0
WEEK: Final = 10080.0
SLOT: Final = 15.0

KIND_SHIFT: Final = 53
MAX_NEEDS: Final = 2048
MAX_ATTEMPTS: Final = 63


@inlined
def issue_number(person: int, month: int, journey: int, need: int) -> int:
    """Pack what an issue is: person 27 bits, month 9, journey 6, need 11; below 2**53."""
    return ((person * 512 + month) * 64 + journey) * 2048 + need


@inlined
def event_order(kind: int, issue: int) -> int:
    """What events at one instant are sorted by."""
    return (kind << KIND_SHIFT) + issue
