"""What ties a customer beside satisfaction, as the glass engine tells it: kinds of ties and their factors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cemsim.base.words import CAUSES, EXOGENOUS
from cemsim.engine.glass.phrases import many
from cemsim.engine.outreach import COMPETITION, RELATIONSHIP, drive_away
from cemsim.engine.state import BY_REFERRAL
from cemsim.engine.ties import tied
from cemsim.model.ties import lock

if TYPE_CHECKING:
    from cemsim.engine.glass.customer import Customer

LEFT, LOCK = "months of contract", "contract counts"
OTHERS, ACT = "other ties", "other ties count"
MESSAGES: Final = "too many messages count"
"""Names of what ties somebody, as they are told."""


def ties(customer: Customer) -> dict[str, Any]:
    """What ties a customer now, and its factors on hazards; only what acts is there, so nothing for whoever is free."""
    world = customer.world
    if world.listener is None or not world.rules.on:
        return {}
    w, segment, bond = world.tables.world[0], world.tables.segments[customer.segment], customer.bond
    found: dict[str, Any] = {}
    if bond["contract"] > 0:
        found[LEFT] = int(bond["contract"])
        found[LOCK] = float(lock(found[LEFT], segment["in_contract"], segment["at_expiry"]))
    others = (
        (bond["extra"] > 0 and w["switching"] != 0.0, f"{many(int(bond['extra']), 'product')} beyond the first"),
        (bond["wake"] > 0 and w["wake_ratio"] != 1.0, "outreach that wakes"),
        (w["second_life"][bond["offer"]] != 1.0, "the offer that won back"),
        (bond["source"] == BY_REFERRAL and w["referred_hazard"] != 1.0, "another customer's word"),
    )
    if names := tuple(name for acts, name in others if acts):
        unsigned, held = bond.copy(), np.ones(len(CAUSES))
        unsigned["contract"] = 0
        tied(w, segment, unsigned, held, 0.0)
        found |= {OTHERS: names, ACT: float(held[EXOGENOUS])}
    driven = np.ones(len(CAUSES))
    drive_away(w, segment, world.rules.ruled[customer.who], driven, 0.0)
    if driven[COMPETITION] != 1.0:
        found[MESSAGES] = float(driven[COMPETITION])
    return found


def factor(told: Mapping[str, Any], cause: int) -> float:
    """By how much ties multiply the hazard of a cause that people decide on themselves."""
    driven = told.get(MESSAGES, 1.0) if cause in (RELATIONSHIP, COMPETITION) else 1.0
    return float(told.get(LOCK, 1.0) * told.get(ACT, 1.0) * driven)
