"""What a touch does to a person, and what remains when a journey closes (model.md a1-a7); both engines call it.

The functions take records (a world, a step, a person, an issue) and change them. ``felt`` [3, 6] is what the touch
in hand left by attribute: load times satisfaction, load, and load times performance.
"""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import Stream, normal, uniform
from cemsim.engine.blueprint import kept_waiting
from cemsim.engine.state import FORGIVES
from cemsim.model.experience import bounded, image_step, resting_point, towards, transaction, value
from cemsim.model.loyalty import forgiven
from cemsim.model.science import inlined, science

NOISE = int(Stream.NOISE)
SERVICE, CONVENIENCE, IMAGE = 1, 4, 5


@science
def touch(
    world: Any, climate: Any, step: Any, person: Any, who: int, repeat: int, keys: Any, counter: int,
    wait_points: float, hung_up: bool, blow: float, origin: int, felt: Any,
) -> tuple[float, float]:
    """Let a person live one touch; returns its emotion and its load-weighted satisfaction, in points.

    ``repeat`` counts extra contacts before this one, ``wait_points`` is the effect of waiting on convenience,
    ``blow`` the net effect of a failure of kind ``origin`` felt here (0 for none). Fills ``felt``.
    """
    emotion = 0.0
    satisfied = 0.0
    weight = 0.0
    forgives = blow != 0.0 and person.met & FORGIVES != 0
    if step.blueprint != 0 and not hung_up:
        wait_points += kept_waiting(world, step, keys, who, counter)
    for k in range(6):
        load = step.loads[k]
        p = world.quality[k] + step.quality[k] + person.match
        if blow != 0.0 and world.fail_loads[origin, k] > 0.0:
            load += world.fail_loads[origin, k]
            p += blow
        felt[0, k] = 0.0
        felt[1, k] = load
        felt[2, k] = 0.0
        if load <= 0.0:
            continue
        if k == SERVICE:
            p -= world.repeat_penalty * repeat
            if hung_up:
                p -= world.abandon_penalty
        elif k == CONVENIENCE:
            p += wait_points - world.repeat_penalty * repeat
        if world.noise > 0.0:
            p += world.noise * normal(uniform(keys[NOISE + k], who, counter))
        loss = forgiven(world.loss[k], world.failure_loss, forgives)
        surprise = value(p - person.expectation[k], world.gain[k], loss)
        ts = transaction(p, climate[k], surprise + world.recentre[k], world.theta, world.gamma, world.offset[k])
        emotion += load * surprise
        satisfied += load * ts
        weight += load
        felt[0, k] = load * ts
        felt[2, k] = load * p
    return emotion, (satisfied / weight if weight > 0.0 else 0.0)


@science
def forget(felt: Any) -> float:
    """Nothing is felt; returns the satisfaction of nothing, 0."""
    for k in range(6):
        felt[0, k] = 0.0
        felt[1, k] = 0.0
        felt[2, k] = 0.0
    return 0.0


@science
def remember(memory: Any, felt: Any, emotion: float, first: bool) -> None:
    """Keep a touch of an issue that goes on, or went on before: sums, the peak, and the end so far."""
    peaks = first or abs(emotion) > memory.peak
    if peaks:
        memory.peak = abs(emotion)
    for k in range(6):
        memory.ts_sum[k] = felt[0, k] if first else memory.ts_sum[k] + felt[0, k]
        memory.load_sum[k] = felt[1, k] if first else memory.load_sum[k] + felt[1, k]
        memory.p_sum[k] = felt[2, k] if first else memory.p_sum[k] + felt[2, k]
        memory.end_ts[k] = felt[0, k]
        memory.end_load[k] = felt[1, k]
        if peaks:
            memory.peak_ts[k] = felt[0, k]
            memory.peak_load[k] = felt[1, k]


@inlined
def settle(person: Any, k: int, ts: float, p: float, pull: float, learn: float) -> None:
    """A closed journey moves satisfaction with an attribute and what is expected of it (a6, a7)."""
    if k != IMAGE:
        person.satisfaction[k] = bounded(towards(person.satisfaction[k], ts, pull))
    person.expectation[k] = bounded(towards(person.expectation[k], p, learn))
    person.met |= 1 << k


@inlined
def conclude_one(person: Any, felt: Any, pull: float, learn: float) -> None:
    """Close a journey of one touch: it is its own mean, peak and end."""
    for k in range(6):
        load = felt[1, k]
        if load > 0.0:
            settle(person, k, felt[0, k] / load, felt[2, k] / load, pull, learn)


@science
def conclude(world: Any, person: Any, memory: Any, touches: int, pull: float, learn: float) -> None:
    """Close a journey of several touches: its peak, end and mean move satisfaction; its mean moves expectation (a5-a7).

    ``pull`` and ``learn`` are the shares of the way that satisfaction and expectation move.
    """
    each = (1.0 - world.peak - world.end) / touches
    for k in range(6):
        if memory.load_sum[k] <= 0.0:
            continue
        mean = memory.p_sum[k] / memory.load_sum[k]
        if touches == 1:
            settle(person, k, memory.ts_sum[k] / memory.load_sum[k], mean, pull, learn)
            continue
        weight = each * memory.load_sum[k] + world.peak * memory.peak_load[k] + world.end * memory.end_load[k]
        total = each * memory.ts_sum[k] + world.peak * memory.peak_ts[k] + world.end * memory.end_ts[k]
        if weight > 0.0:
            settle(person, k, total / weight, mean, pull, learn)
        else:                                            # met in the middle only, where the middle counts for nothing
            person.expectation[k] = bounded(towards(person.expectation[k], mean, learn))


@inlined
def month_of_use(
    world: Any, climate: Any, person: Any, usage_pull: float, price_pull: float, usage_learn: float, cheaper: float,
    closer: float,
) -> float:
    """A month of plain use: product, relationship and price are met, the rest fades or follows quality.

    ``cheaper`` are points on price for money given back, ``closer`` points on relationship for members of a tier.

    Returns the sum of absolute gaps of the three, for the calibration of the Kano term.
    """
    gaps = 0.0
    for k in (0, 2, 3):
        p = world.quality[k] + person.match
        if k == 2:
            p += closer
        elif k == 3:
            p += cheaper
        gap = p - person.expectation[k]
        gaps += abs(gap)
        surprise = value(gap, world.gain[k], world.loss[k])
        ts = transaction(p, climate[k], surprise + world.recentre[k], world.theta, world.gamma, world.offset[k])
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
