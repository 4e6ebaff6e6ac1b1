"""What may go wrong with an issue, and how a complaint ends (model.md c1-c6); both engines call it."""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import Stream, uniform
from cemsim.engine.codes import HANDLED, HUNG_UP, SELF_SERVED, TURNED_AWAY
from cemsim.model.failure import FAILED, GOOD_FAST, GOOD_SLOW, recovery_chance, severity_now
from cemsim.model.science import inlined, science

FAIL, SEVERITY, VOICE, RECOVER = int(Stream.FAIL), int(Stream.SEVERITY), int(Stream.VOICE), int(Stream.RECOVER)
BACK, FRONT, USAGE = 0, 1, 2


@inlined
def shows(how: int, team: int, resolved: bool, again: float) -> bool:
    """Whether what went wrong with an issue shows at a touch: once somebody has handled it, it is settled, or the
    customer gives up reaching anybody (``again``, when that is tried again, is negative)."""
    if how == HANDLED:
        return team >= 0
    if how == SELF_SERVED:
        return resolved
    return how in (HUNG_UP, TURNED_AWAY) and again < 0.0


@inlined
def what_failed(world: Any, share: float, served: bool, keys: Any, person: int, counter: int) -> int:
    """Where a failure came from: back office 0, front line 1, or -1 when nothing went wrong.

    One uniform decides; the two origins sit at its two ends, so that mending one leaves the other as it was. Who was
    not served met no front line.
    """
    if share <= 0.0:
        return -1
    back = share * world.back_share * world.back_factor
    front = share * (1.0 - world.back_share) * world.front_factor
    if back + front <= 0.0:
        return -1
    u = uniform(keys[FAIL], person, counter)
    if u < back:
        return BACK
    if served and u > 1.0 - front:
        return FRONT
    return -1


@science
def is_major(world: Any, keys: Any, person: int, counter: int) -> bool:
    """Whether a failure is a major one."""
    return uniform(keys[SEVERITY], person, counter) < world.major_share


@science
def how_severe(world: Any, major: bool, again: bool) -> float:
    """Severity in points; a second failure within twelve months weighs more."""
    return severity_now(world.major if major else world.minor, again)


@science
def speaks_up(world: Any, keys: Any, person: int, counter: int) -> bool:
    """Whether the customer voices the failure, where a complaint journey exists to hear it."""
    return world.complaint >= 0 and uniform(keys[VOICE], person, counter) < world.voice


@science
def how_recovered(
    world: Any, empowerment: float, occupancy: float, elapsed: float, keys: Any, person: int, counter: int
) -> int:
    """How a complaint that was dealt with ended: GOOD_FAST, GOOD_SLOW or FAILED; ``elapsed`` in minutes."""
    chance = recovery_chance(world.recovery, world.per_empowerment, empowerment, world.workload, occupancy)
    if uniform(keys[RECOVER], person, counter) >= chance:
        return FAILED
    return GOOD_FAST if elapsed <= world.promise else GOOD_SLOW
