"""Closing the loop with customers: who is found to be unhappy is got in touch with (model.md j1); both engines call it.

A failure that nobody voiced is remembered for a while. Where it is found, by an unhappy answer or by the firm itself,
a complaint is opened that the customer did not make; other unhappy people are called, where a journey is named.
"""

from __future__ import annotations

from typing import Any, Final

from cemsim.base.draws import Stream, uniform
from cemsim.engine.durations import at_an_hour
from cemsim.engine.issue import begin
from cemsim.engine.state import LATER
from cemsim.model.science import inlined, science

FOLLOW_UP = int(Stream.FOLLOW_UP)
UNHAPPY: Final = 6
"""Answers up to this, of ten, are unhappy."""
REMEMBERED: Final = 3
"""Months for which a failure that nobody voiced can still be found (assumption)."""


@science
def keep_silence(bond: Any, severity: float, origin: int, major: bool, month: int) -> None:
    """A customer did not voice a failure."""
    bond.silent, bond.silent_origin, bond.silent_month = severity, origin, month
    bond.silent_major = 1 if major else 0


@inlined
def follow_up(
    world: Any, bond: Any, known: Any, daytime: Any, rating: int, keys: Any, i: int, month: int, now: float, told: Any
) -> None:
    """Settle whether somebody is got in touch with after a month end; ``rating`` is the answer of this month, or -1."""
    if world.follow_up == 0 or bond.follow != 0:
        return
    unhappy = 0 <= rating <= UNHAPPY
    silent = bond.silent > 0.0 and month - bond.silent_month < REMEMBERED and world.complaint >= 0
    found = False
    if silent and bond.silent_month == month:
        found = uniform(keys[FOLLOW_UP], i, month) < world.follow_found
    if not (unhappy or found):
        return
    journey = world.complaint if silent else world.follow_journey
    if journey < 0 or (not silent and known.call >= 0):
        return
    due = now + world.follow_within * uniform(keys[FOLLOW_UP], i, ~month)
    at = at_an_hour(daytime, journey, now, due, uniform(keys[FOLLOW_UP], i, month + 4096))
    if silent:
        bond.follow, bond.follow_at = 1, at
    else:
        known.call, known.call_at = journey, at
    told.followed += 1.0


@science
def open_followed(world: Any, first_step: int, person: Any, purse: Any, bond: Any, case: Any, month: int, who: int
                  ) -> float:
    """Open the complaint that a customer did not make; returns when it begins."""
    # of the needs of its journey, the last: no complaint about a complaint takes it
    number = ((who * 512 + month) * 64 + world.complaint) * 2048 + world.complaint * 32 + 31
    begin(case, number, first_step, bond.follow_at)
    person.cases += 1
    case.origin, case.severity, case.major, case.again = bond.silent_origin, bond.silent, bond.silent_major, 1
    case.state = LATER
    if bond.silent > purse.severity:
        purse.severity, purse.origin = bond.silent, bond.silent_origin
    bond.silent, bond.follow = 0.0, 0
    return float(bond.follow_at)
