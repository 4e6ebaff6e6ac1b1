"""Drawing a market: customers by the law of the base, prospects by the law of leavers (model.md d3, d4)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemsim.base.compiled import entry
from cemsim.base.draws import Stream, normal, uniform
from cemsim.engine.durations import tabled
from cemsim.engine.lines import rows_of_zeros
from cemsim.engine.state import BOND, CUSTOMER, LONG_AGO, PERSON, PURSE
from cemsim.engine.ties import first_ties
from cemsim.model.experience import REFERENCE, bounded
from cemsim.model.spend import lognormal_factor
from cemsim.plan.tables import QUANTILES, REPERTOIRE, Tables

HAZARD, MATCH, TENURE, SEGMENT = int(Stream.HAZARD), int(Stream.MATCH), int(Stream.TENURE), int(Stream.SEGMENT)
ORIGIN, WALLET, TRIP_RATE = int(Stream.ORIGIN), int(Stream.WALLET), int(Stream.TRIP_RATE)


@lru_cache(maxsize=64)
def hazard_quantiles(churn: float, precision: float, heterogeneous: bool) -> NDArray[np.float64]:
    """[2, QUANTILES] monthly hazards at even normal scores: of the base, and weighted by the hazard itself.

    The yearly probability is Beta with mean ``churn`` and alpha + beta = ``precision``.
    """
    from scipy.special import betaincinv, ndtr

    shares = ndtr(np.linspace(-6.0, 6.0, QUANTILES))
    if churn <= 0.0 or not heterogeneous:
        return np.full((2, QUANTILES), -np.log1p(-churn) / 12.0)
    shape = (churn * precision, (1.0 - churn) * precision)
    base = -np.log1p(-np.minimum(betaincinv(*shape, shares), 1.0 - 1e-9)) / 12.0
    fine = (np.arange(20_000) + 0.5) / 20_000
    hazard = -np.log1p(-np.minimum(betaincinv(*shape, fine), 1.0 - 1e-9)) / 12.0
    weighted = np.interp(shares, np.cumsum(hazard) / hazard.sum(), hazard)
    return np.stack([base, weighted])


@lru_cache(maxsize=64)
def trip_quantiles(shape: float) -> NDArray[np.float64]:
    """Quantiles of a gamma law with mean 1 at even normal scores."""
    from scipy.special import gammaincinv, ndtr

    return np.asarray(gammaincinv(shape, ndtr(np.linspace(-6.0, 6.0, QUANTILES))) / shape)


@entry
def _draw(
    tables: Any, people: Any, purses: Any, keys: Any, hazards: Any, trips: Any, edges: Any, base_mix: Any,
    leaver_mix: Any, exogenous: float, newborn: bool,
) -> None:
    world = tables.world[0]
    for i in range(people.shape[0]):
        person = people[i]
        purse = purses[i]
        g = 0
        is_customer = i < edges[edges.shape[0] - 1]
        row = 0
        shift = 0.0
        if is_customer:
            while i >= edges[g]:
                g += 1
        else:
            row = 0 if uniform(keys[ORIGIN], i, 0) < exogenous else 1
            u = uniform(keys[SEGMENT], i, 0)
            while g < base_mix.shape[0] - 1 and u >= (base_mix[g] if row == 0 else leaver_mix[g]):
                g += 1
            if row == 1:
                shift = -world.beta1 * tables.segments[g].slope * world.match_sd * world.match_sd
        segment = tables.segments[g]
        person.segment = g
        person.hazard = tabled(hazards[g], row, uniform(keys[HAZARD], i, 0))
        person.match = shift + world.match_sd * normal(uniform(keys[MATCH], i, 0))
        person.status = CUSTOMER if is_customer else 0
        person.last_failure = LONG_AGO
        if is_customer and not newborn and person.hazard > 0.0:
            person.tenure = int(min(-np.log(uniform(keys[TENURE], i, 0)) / person.hazard, 360.0))
        for k in range(6):
            settled = world.image_start if k == 5 and is_customer and not newborn else 0.0
            person.satisfaction[k] = bounded(REFERENCE + person.match + settled)
            person.expectation[k] = bounded(world.norm[k] + person.match + world.expect_offset[k])
        purse.wallet = lognormal_factor(normal(uniform(keys[WALLET], i, 0)), segment.dispersion)
        purse.sow = 1.0
        purse.trip_rate = 1.0
        if segment.spend == REPERTOIRE:
            purse.trip_rate = tabled(trips, g, uniform(keys[TRIP_RATE], i, 0))


def draw_people(tables: Tables, keys: NDArray[np.uint64], newborn: bool) -> tuple[NDArray[Any], NDArray[Any]]:
    """The market's people at the start of a burn-in.

    Customers come first, segment by segment; ``newborn`` gives all of them a tenure of 0. Returns the tables
    PERSON and PURSE, one row a person.
    """
    world, segments = tables.world[0], tables.segments
    people, purses = rows_of_zeros(int(world["people"]), PERSON), rows_of_zeros(int(world["people"]), PURSE)
    hazards = np.stack([
        hazard_quantiles(float(s["churn"]), float(world["precision"]), bool(world["heterogeneous"])) for s in segments
    ])
    trips = np.stack([trip_quantiles(float(s["trip_shape"])) for s in segments])
    customers = segments["customers"].astype(float)
    leaving = customers * segments["churn"]
    mixes = [np.cumsum(m) / m.sum() if m.sum() > 0 else np.cumsum(customers) / customers.sum()
             for m in (customers, leaving)]
    exogenous = float(world["ledger"][:2].sum())
    _draw(tables, people, purses, keys, hazards, trips, np.cumsum(segments["customers"]), mixes[0], mixes[1],
          exogenous, newborn)
    return people, purses


@entry
def _tie(tables: Any, people: Any, bonds: Any, keys: Any) -> None:
    pad = np.zeros(6)
    for i in range(people.shape[0]):
        first_ties(tables.world[0], tables.segments[people[i].segment], people[i], bonds[i], keys, i, pad)


def draw_bonds(
    tables: Tables, people: NDArray[Any], keys: NDArray[np.uint64], memory: bool
) -> NDArray[Any]:
    """What ties people to the firm at the start of a burn-in: the table BOND, of length zero without memory.

    Where people may be won back, those of ``people`` who are no customers get a cause for which they left.
    """
    bonds = np.zeros(len(people) if memory else 0, BOND)
    if memory:
        _tie(tables, people, bonds, keys)
    return bonds
