"""Sums that calibration needs of a population as it stands: expected hazards by segment and cause, and moments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from cemsim.engine.state import CUSTOMER, PAD
from cemsim.engine.stay import hazards, overall
from cemsim.model.churn import leave_probability


@njit(nogil=True, error_model="numpy", cache=True)
def outlook(tables: Any, people: Any, since: int, sums: Any, moments: Any, staying: Any) -> None:
    """Add up a population.

    ``sums`` [segment, 6] expected hazards by cause; ``moments`` [14]: customers, sum of match, then satisfaction
    and expectation by attribute; ``staying`` [segment, 4]: expected leavers and number of the customers with
    at least ``since`` months of tenure (an unbroken cohort), expected leavers of all, and prospects.
    """
    pad = np.zeros(1, PAD)[0]
    rates, drops = pad.rates, pad.drops
    world = tables.world[0]
    for i in range(people.shape[0]):
        person = people[i]
        if person.status != CUSTOMER:
            staying[person.segment, 3] += 1.0
            continue
        g = person.segment
        total = hazards(world, tables.segments[g], person, drops, rates)
        for c in range(6):
            sums[g, c] += rates[c]
        moments[0] += 1.0
        moments[1] += person.match
        for k in range(6):
            moments[2 + k] += person.satisfaction[k]
            moments[8 + k] += person.expectation[k]
        leaving = leave_probability(total)
        staying[g, 2] += leaving
        if person.tenure >= since:
            staying[g, 0] += leaving
            staying[g, 1] += 1.0


@njit(nogil=True, error_model="numpy", cache=True)
def scores(tables: Any, people: Any, into: Any) -> int:
    """Write each customer's overall satisfaction into ``into`` [people]; returns how many there are."""
    n = 0
    for i in range(people.shape[0]):
        if people[i].status == CUSTOMER:
            into[n] = overall(tables.segments[people[i].segment], people[i])
            n += 1
    return n
