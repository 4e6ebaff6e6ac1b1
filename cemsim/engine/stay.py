"""Whether a person leaves and why (model.md d1-d2); both engines call it."""

from __future__ import annotations

from typing import Any

from cemsim.model.churn import pull_to_stay
from cemsim.model.experience import REFERENCE
from cemsim.model.science import inlined, science


@inlined
def hazards(world: Any, segment: Any, person: Any, drops: Any, into: Any) -> float:
    """Fill ``into`` [6] with a customer's monthly hazard by cause and return their sum.

    ``drops`` [6] are points taken from satisfaction for this look only: an open case counts as not recovered.
    """
    s = person.satisfaction
    base = segment.kappa * person.hazard
    total = 0.0
    for c in range(2):
        into[c] = world.ledger[c] * (world.hazard_mean if world.hazard_mean >= 0.0 else base)
        total += into[c]
    service = segment.service_share * (s[1] - drops[1]) + (1.0 - segment.service_share) * (s[4] - drops[4])
    tie = segment.relationship_share * (s[2] - drops[2]) + (1.0 - segment.relationship_share) * s[5]
    for c in range(2, 6):
        if world.beta1 == 0.0 and world.beta3 == 0.0:
            factor = 1.0
        else:
            felt = tie if c == 2 else (s[3] - drops[3] if c == 3 else (s[0] - drops[0] if c == 4 else service))
            factor = pull_to_stay(felt - REFERENCE, world.beta1, world.beta3, segment.slope)
        into[c] = base * world.cause_level[c] * world.ledger[c] * factor
        if c == 3:
            into[c] *= segment.attraction
        total += into[c]
    return total


@science
def cause_of(into: Any, total: float, u: float) -> int:
    """The cause that takes a leaver, in proportion to the hazards."""
    mark = u * total
    sofar = 0.0
    for c in range(5):
        sofar += into[c]
        if mark < sofar:
            return c
    return 5


@inlined
def overall(segment: Any, person: Any) -> float:
    """Overall satisfaction, weighted by importance, in points."""
    total = 0.0
    for k in range(6):
        total += segment.importance[k] * person.satisfaction[k]
    return total
