"""What rules may read of the moment they are asked in, in whole steps of each fact; both engines write it down."""

from __future__ import annotations

from typing import Any

from cemsim.engine.facts import (
    ATTEMPTS,
    CHANNEL,
    ESCALATED,
    INTENT,
    NOT_KNOWN,
    OCCUPANCY,
    ORIGIN,
    OUTCOME,
    OVER,
    OVERTIME_TODAY,
    QUEUE,
    RECOVERY,
    REPEATED,
    RESOLVED,
    SEVERITY,
    STAFF_ON,
    STAGE,
    TEAM,
    VOICED,
    WAIT,
    steps_of,
)
from cemsim.engine.mishap import USAGE
from cemsim.model.failure import GOOD_FAST
from cemsim.model.science import inlined


@inlined
def of_contact(m: Any, journey: int, step: Any, team: int, attempts: int, escalated: int) -> None:
    """A contact: what it is about and where it is."""
    values = m.values
    values[INTENT], values[CHANNEL], values[STAGE] = journey, step.channel, step.stage
    values[TEAM] = team if team >= 0 else NOT_KNOWN
    values[ATTEMPTS], values[ESCALATED] = attempts, escalated


@inlined
def of_team(m: Any, queue: int, busy: int, people: int) -> None:
    """A team as it stands: contacts waiting, people busy, people on shift."""
    values = m.values
    values[QUEUE], values[STAFF_ON] = queue, people
    values[OCCUPANCY] = steps_of(busy / people, 10000.0) if people > 0 else NOT_KNOWN


@inlined
def of_wait(m: Any, wait: float, within: float) -> None:
    """A wait so far, and how far it lies beyond the service level; minutes."""
    m.values[WAIT], m.values[OVER] = steps_of(wait, 100.0), steps_of(wait - within, 100.0)


@inlined
def of_end(m: Any, how: int, resolved: int) -> None:
    """How a contact ended, and whether what it was about is settled."""
    m.values[OUTCOME], m.values[RESOLVED] = how, resolved


@inlined
def of_failure(m: Any, journey: int, stage: int, origin: int, severity: float, voiced: bool, repeated: bool) -> None:
    """Something that went wrong; in use nobody wants anything, so there is no journey."""
    values = m.values
    values[INTENT] = journey if origin != USAGE else NOT_KNOWN
    values[STAGE], values[ORIGIN], values[SEVERITY] = stage, origin, steps_of(severity, 100.0)
    values[VOICED], values[REPEATED] = 1 if voiced else 0, 1 if repeated else 0


@inlined
def of_case(m: Any, journey: int, stage: int, severity: float, escalated: int, attempts: int) -> None:
    """A complaint that is open, or was dealt with."""
    values = m.values
    values[INTENT], values[STAGE], values[SEVERITY] = journey, stage, steps_of(severity, 100.0)
    values[ESCALATED], values[ATTEMPTS] = escalated, attempts


@inlined
def of_recovery(m: Any, ending: int) -> None:
    """How a complaint was dealt with."""
    m.values[RECOVERY] = ending - GOOD_FAST


@inlined
def of_overtime(m: Any, team: int, minutes: float) -> None:
    """A team at its full hour: which, and how long people stayed on today."""
    m.values[TEAM], m.values[OVERTIME_TODAY] = team, steps_of(minutes, 1.0)
