"""Parts of a person's month end beside use and leaving: open cases, purchases, surveys; both engines call it."""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import Stream, normal, poisson, uniform
from cemsim.engine import places
from cemsim.engine.state import EXCELLENT_CASE, FORGIVES
from cemsim.model.advocacy import answer
from cemsim.model.experience import REFERENCE, transaction, value
from cemsim.model.loyalty import forgiven
from cemsim.model.science import inlined, science
from cemsim.model.spend import lognormal_factor, wallet_allocation

SCORE, STYLE, REPLY, RATING = int(Stream.SCORE), int(Stream.STYLE), int(Stream.REPLY), int(Stream.RATING)
OPT_OUT = int(Stream.OPT_OUT)
TRIPS, BASKET, RIVAL = int(Stream.TRIPS), int(Stream.BASKET), int(Stream.RIVAL)


@science
def open_case_drops(
    world: Any, climate: Any, person: Any, severity: float, origin: int, pull: float, drops: Any
) -> None:
    """Points an open case takes from satisfaction at the month end: it counts as not recovered (c4)."""
    forgives = person.met & FORGIVES != 0
    for k in range(5):
        if world.fail_loads[origin, k] > 0.0:
            p = world.quality[k] + person.match - severity
            loss = forgiven(world.loss[k], world.failure_loss, forgives)
            felt = value(p - person.expectation[k], world.gain[k], loss)
            ts = transaction(p, climate[k], felt + world.recentre[k], world.theta, world.gamma, world.offset[k])
            drops[k] = pull * (person.satisfaction[k] - max(ts, 0.0))


@science
def purchases(segment: Any, person: Any, purse: Any, felt: float, keys: Any, i: int, month: int) -> tuple[float, int]:
    """Spend multiplier and purchases of a repertoire buyer in a month (e2, e3)."""
    rank = 1.0
    for rival in range(segment.brands - 1):
        if normal(uniform(keys[RIVAL], i, rival)) > felt - REFERENCE:
            rank += 1.0
    goal = segment.sow_scale * wallet_allocation(rank, segment.brands)
    purse.sow += segment.sow_speed * (goal - purse.sow) if segment.sow_speed > 0.0 else 0.0
    mean = segment.trips * purse.trip_rate * purse.sow
    count = poisson(uniform(keys[TRIPS], i, month), mean)
    spent = 0.0
    for trip in range(count):
        spent += lognormal_factor(normal(uniform(keys[BASKET], i, month * 256 + min(trip, 255))), segment.basket)
    return purse.wallet * spent / segment.trips, count


@science
def survey(
    world: Any, person: Any, score: float, overall_now: float, keys: Any, i: int, month: int, told: Any
) -> int:
    """Ask one customer: what they would say, and whether they reply (f1, f2); gives their rating, -1 for none."""
    style = world.style_sd * normal(uniform(keys[STYLE], i, 0))
    says = answer(score + style + world.score_sd * normal(uniform(keys[SCORE], i, month)))
    told[places.ASKED] += 1.0
    group = 1
    if says >= 9:
        group = 0
        told[places.ASKED_PROMOTERS] += 1.0
    elif says <= 6:
        group = 2
        told[places.ASKED_DETRACTORS] += 1.0
    if uniform(keys[REPLY], i, month) < world.reply[group]:
        told[places.REPLIED + group] += 1.0
        bonus = 0.3 if person.cases & EXCELLENT_CASE != 0 else 0.0
        rating = answer(overall_now + style + bonus + world.rating_sd * normal(uniform(keys[RATING], i, month)))
        told[places.CSAT_REPLIED] += 1.0
        if rating >= 7:
            told[places.CSAT_SATISFIED] += 1.0
        return rating
    return -1


@inlined
def month_of_ties(
    world: Any, segment: Any, known: Any, keys: Any, i: int, month: int, spent: float, told: Any
) -> None:
    """What a month leaves of what is remembered: spending, messages that wear off, and who opts out (h1, h2)."""
    known.spend[month % 12] = spent * segment.revenue
    if known.pressure > 0.0:
        if known.opted_out == 0 and uniform(keys[OPT_OUT], i, month) < world.opt_out * known.pressure:
            known.opted_out = 1
            known.quiet = 0
            told.opted_out += 1.0
        known.pressure *= world.pressure_left


@inlined
def month_of_rules(ruled: Any, month: int, trips: int, ahead: float) -> None:
    """What a month leaves of what only rules know: purchases, and ``ahead``, the monthly hazard of the coming year."""
    ruled.visits[month % 12] = min(trips, 255)
    ruled.hazard = ahead
    ruled.relief = 0.0
