"""Messages that nobody asked for: sent at the month end, felt as pressure, and outreach that wakes people up (h1-h3).

Both engines call it.
"""

from __future__ import annotations

from math import floor
from typing import Any

from cemsim.base.draws import Stream, uniform
from cemsim.model.contact import reactance
from cemsim.model.science import inlined
from cemsim.plan.rulebook import MESSAGE
from cemsim.plan.tables import MAX_CAMPAIGNS

SEND = int(Stream.SEND)
RELATIONSHIP, COMPETITION = 2, 3


def sends(book: Any) -> bool:
    """Whether any of the rules sends messages."""
    return bool((book["deeds"]["kind"] == MESSAGE).any())


@inlined
def write_to(campaigns: Any, known: Any, bond: Any, keys: Any, i: int, g: int, month: int, book: Any) -> None:
    """A month's messages of all campaigns to one customer; who has opted out gets none."""
    for c in range(campaigns.shape[0]):
        campaign = campaigns[c]
        if campaign.on == 0 or campaign.sent <= 0.0 or campaign.to[g] == 0 or known.opted_out != 0:
            continue
        sent = floor(campaign.sent + uniform(keys[SEND], i, month * MAX_CAMPAIGNS + c))
        if sent < 1.0:
            continue
        known.pressure += sent
        book[c, g].sent += sent
        bond.sent += int(sent)
        if campaign.outreach != 0:
            known.reached = 1
            book[c, g].woken += 1.0


@inlined
def drive_away(world: Any, segment: Any, known: Any, rates: Any, total: float) -> float:
    """More messages than are wanted raise two causes of leaving; changes ``rates`` [6] and gives their sum (h2)."""
    factor = reactance(known.pressure, segment.ideal / (1.0 - world.pressure_left), world.reactance)
    if factor == 1.0:
        return total
    for c in (RELATIONSHIP, COMPETITION):
        total += rates[c] * (factor - 1.0)
        rates[c] *= factor
    return total
