"""Sums that calibration needs of a population as it stands: expected hazards by segment and cause, and moments."""

from __future__ import annotations

from typing import Any

import numpy as np

from cemsim.base.compiled import entry
from cemsim.engine.state import CUSTOMER, PAD
from cemsim.engine.stay import hazards, overall
from cemsim.engine.ties import chance_of_return, money_of, share_kept, tied
from cemsim.model.churn import leave_probability


@entry
def outlook(
    tables: Any, people: Any, purses: Any, bonds: Any, month: int, since: int, sums: Any, moments: Any, staying: Any
) -> None:
    """Add up a population as it stands before the end of ``month``; ``bonds`` may be of length zero.

    ``sums`` [segment, 6] expected hazards by cause; ``moments`` [14]: customers, sum of match, then satisfaction
    and expectation by attribute; ``staying`` [segment, 5]: expected leavers and number of the customers with
    at least ``since`` months of tenure (an unbroken cohort), expected leavers of all, prospects who are not won back
    and people who are. Leavers are those whom no save desk keeps.
    """
    pad = np.zeros(1, PAD)[0]
    rates, drops = pad.rates, pad.drops
    world = tables.world[0]
    for i in range(people.shape[0]):
        person = people[i]
        g = person.segment
        segment = tables.segments[g]
        if person.status != CUSTOMER:
            back = 0.0
            if bonds.shape[0] > 0:
                back = chance_of_return(world, segment, person, purses[i], bonds[i], month)
            staying[g, 3] += 1.0 - back
            staying[g, 4] += back
            continue
        total = hazards(world, segment, person, drops, rates)
        desk, kept = 0.0, 0.0
        if bonds.shape[0] > 0:
            total = tied(world, segment, bonds[i], rates, total)
            desk, kept = segment.save_full + segment.save_part, share_kept(segment, rates, total)
        for c in range(6):
            sums[g, c] += rates[c] * (1.0 - (desk if c >= 2 else 0.0))
        moments[0] += 1.0
        moments[1] += person.match
        for k in range(6):
            moments[2 + k] += person.satisfaction[k]
            moments[8 + k] += person.expectation[k]
        leaving = leave_probability(total) * (1.0 - kept)
        staying[g, 2] += leaving
        if person.tenure >= since:
            staying[g, 0] += leaving
            staying[g, 1] += 1.0


@entry
def scores(tables: Any, people: Any, into: Any) -> int:
    """Write each customer's overall satisfaction into ``into`` [people]; returns how many there are."""
    n = 0
    for i in range(people.shape[0]):
        if people[i].status == CUSTOMER:
            into[n] = overall(tables.segments[people[i].segment], people[i])
            n += 1
    return n


@entry
def money(tables: Any, people: Any, bonds: Any, into: Any) -> None:
    """Add to ``into`` [segment, 2] what customers spend beside their wallets, relative, and how many they are."""
    for i in range(bonds.shape[0]):
        if people[i].status == CUSTOMER:
            g = people[i].segment
            into[g, 0] += money_of(tables.segments[g], bonds[i])
            into[g, 1] += 1.0
