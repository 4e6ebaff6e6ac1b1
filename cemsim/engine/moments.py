"""What rules may read of the moment they are asked in; both engines fill it."""

from __future__ import annotations

from typing import Any

from cemsim.engine.mishap import USAGE
from cemsim.model.science import science


@science
def of_contact(m: Any, journey: int, step: Any, team: int, attempts: int, escalated: int) -> None:
    """A contact: what it is about and where it is."""
    m.journey, m.channel, m.stage, m.team = journey, step.channel, step.stage, team
    m.attempts, m.escalated = attempts, escalated


@science
def of_team(m: Any, queue: int, busy: int, people: int) -> None:
    """A team as it stands: contacts waiting, people busy, people on shift."""
    m.queue, m.busy, m.people = queue, busy, people


@science
def of_wait(m: Any, wait: float, within: float) -> None:
    """A wait so far, and how far it lies beyond the service level; minutes."""
    m.wait, m.over = wait, wait - within


@science
def of_failure(m: Any, journey: int, stage: int, origin: int, severity: float, voiced: bool, repeated: bool) -> None:
    """Something that went wrong; in use nobody wants anything, so there is no journey."""
    m.journey, m.stage, m.origin, m.severity = journey if origin != USAGE else -1, stage, origin, severity
    m.voiced, m.repeated = 1 if voiced else 0, 1 if repeated else 0


@science
def of_case(m: Any, journey: int, stage: int, severity: float, escalated: int, attempts: int) -> None:
    """A complaint that is open, or was dealt with."""
    m.journey, m.stage, m.severity, m.escalated, m.attempts = journey, stage, severity, escalated, attempts
