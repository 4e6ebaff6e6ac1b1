"""What a touch does to a person, and what remains when a journey closes (model.md a1-a7); both engines call it.

The functions take records (a world, a step, a person, an issue) and change the last two.
"""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import normal, uniform
from cemsim.model.experience import bounded, image_step, resting_point, towards, transaction, value
from cemsim.model.science import science

NOISE = 22
SERVICE, CONVENIENCE, IMAGE = 1, 4, 5


@science
def touch(
    world: Any, climate: Any, loads: Any, quality: Any, person: Any, issue: Any, keys: Any,
    counter: int, wait_points: float, hung_up: bool, blow: float, origin: int,
) -> tuple[float, float]:
    """Let a person live one touch; returns its emotion and its load-weighted satisfaction, in points.

    ``loads`` and ``quality`` are the step's, ``wait_points`` the effect of waiting on convenience,
    ``blow`` the net effect of a failure of kind ``origin`` felt here (0 for none).
    """
    emotion = 0.0
    satisfied = 0.0
    weight = 0.0
    for k in range(6):
        load = loads[k]
        hit = blow != 0.0 and world.fail_loads[origin, k] > 0.0
        if hit:
            load += world.fail_loads[origin, k]
        issue.last_ts[k] = 0.0
        issue.last_l[k] = 0.0
        if load <= 0.0:
            continue
        p = world.quality[k] + quality[k] + person.match
        if hit:
            p += blow
        if k == SERVICE:
            p -= world.repeat_penalty * issue.repeat
            if hung_up:
                p -= world.abandon_penalty
        elif k == CONVENIENCE:
            p += wait_points - world.repeat_penalty * issue.repeat
        if world.noise > 0.0:
            p += world.noise * normal(uniform(keys[NOISE + k], issue.person, counter))
        felt = value(p - person.expectation[k], world.gain[k], world.loss[k])
        ts = transaction(p, climate[k], felt + world.recentre[k], world.theta, world.gamma, world.offset[k])
        emotion += load * felt
        satisfied += load * ts
        weight += load
        issue.a_sum[k] += load * ts
        issue.l_sum[k] += load
        issue.p_sum[k] += load * p
        issue.last_ts[k] = load * ts
        issue.last_l[k] = load
    issue.touches += 1
    if blow != 0.0:
        issue.weighed = 2
    if issue.touches == 1 or abs(emotion) > issue.peak:
        issue.peak = abs(emotion)
        for k in range(6):
            issue.peak_ts[k] = issue.last_ts[k]
            issue.peak_l[k] = issue.last_l[k]
    return emotion, (satisfied / weight if weight > 0.0 else 0.0)


@science
def conclude(world: Any, person: Any, issue: Any, pull: float, learn: float) -> None:
    """Close a journey: its peak, end and mean move satisfaction; its mean moves expectation (a5-a7).

    ``pull`` and ``learn`` are the shares of the way that satisfaction and expectation move.
    """
    if issue.touches == 0:
        return
    each = (1.0 - world.peak - world.end) / issue.touches
    for k in range(6):
        weight = each * issue.l_sum[k] + world.peak * issue.peak_l[k] + world.end * issue.last_l[k]
        if issue.l_sum[k] <= 0.0:
            continue
        if k != IMAGE and weight > 0.0:
            total = each * issue.a_sum[k] + world.peak * issue.peak_ts[k] + world.end * issue.last_ts[k]
            person.satisfaction[k] = bounded(towards(person.satisfaction[k], total / weight, pull))
        person.expectation[k] = bounded(towards(person.expectation[k], issue.p_sum[k] / issue.l_sum[k], learn))
        person.met |= 1 << k


@science
def month_of_use(
    world: Any, climate: Any, person: Any, usage_pull: float, price_pull: float, usage_learn: float,
) -> float:
    """A month of plain use: product, relationship and price are met, the rest fades or follows quality.

    Returns the sum of absolute gaps of the three, for the calibration of the Kano term.
    """
    gaps = 0.0
    for k in (0, 2, 3):
        p = world.quality[k] + person.match
        gap = p - person.expectation[k]
        gaps += abs(gap)
        felt = value(gap, world.gain[k], world.loss[k])
        ts = transaction(p, climate[k], felt + world.recentre[k], world.theta, world.gamma, world.offset[k])
        share = price_pull if k == 3 else usage_pull
        person.satisfaction[k] = bounded(towards(person.satisfaction[k], ts, share))
        person.expectation[k] = bounded(towards(person.expectation[k], p, usage_learn))
    for k in (1, 4):
        if person.met & (1 << k) == 0 and world.loaded & (1 << k) != 0:
            rest = resting_point(person.expectation[k], climate[k], world.theta, world.rest_offset[k])
            person.satisfaction[k] = bounded(towards(person.satisfaction[k], rest, world.fade))
    goal = 7.5 + person.match + world.theta * (world.quality[5] - climate[5])
    person.satisfaction[5] = bounded(image_step(person.satisfaction[5], goal, world.image_up, world.image_down))
    if world.eta_norm > 0.0:
        for k in range(6):
            person.expectation[k] = bounded(
                towards(person.expectation[k], climate[k] + person.match, world.eta_norm)
            )
    person.met = 0
    return gaps
