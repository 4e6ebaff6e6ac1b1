"""3a: what a touch is worth, and how satisfaction and expectation follow it (model.md a1-a8)."""

from __future__ import annotations

from math import exp

from cemsim.model.science import inlined, science

REFERENCE = 7.5
"""S_ref, the market's norm at the start (0-10 points)."""


@inlined
def value(gap: float, gain: float, loss: float) -> float:
    """Gain or loss felt from a gap between what came and what was expected, in points (a3).

    >>> value(1.0, 1.0, 2.0), value(-1.0, 1.0, 2.0)
    (1.0, -2.0)
    """
    return gain * gap if gap > 0.0 else loss * gap


@inlined
def transaction(
    performance: float, norm: float, felt: float, theta: float, gamma: float, offset: float
) -> float:
    """Satisfaction with one attribute of one touch, -5 to 15 points (a4).

    ``felt`` is :func:`value` of the gap; ``offset`` is the frozen delta_k.

    >>> transaction(8.0, 7.5, 0.5, 1.0, 0.5, 0.0)
    8.25
    """
    ts = REFERENCE + theta * (performance - norm) + gamma * felt + offset
    return min(max(ts, -5.0), 15.0)


@inlined
def bounded(points: float) -> float:
    """Keep satisfaction or expectation on its 0-10 scale."""
    return min(max(points, 0.0), 10.0)


@inlined
def towards(now: float, goal: float, share: float) -> float:
    """Move a share of the way to a goal: anchoring and adjustment (a6, a7), fading, image.

    >>> towards(7.0, 9.0, 0.5)
    8.0
    """
    return now + share * (goal - now)


@inlined
def resting_point(expected: float, norm: float, theta: float, offset: float) -> float:
    """Where satisfaction with an attribute that is not met fades to: what the person can know (a6)."""
    return REFERENCE + theta * (expected - norm) + offset


@inlined
def image_step(satisfaction: float, goal: float, up: float, down: float) -> float:
    """Image follows quality over years, down faster than up (a6; Mitra & Golder 2006)."""
    gap = goal - satisfaction
    return satisfaction + (up if gap > 0.0 else down) * gap


@science
def learning_rate(alpha_0: float, alpha_min: float, tau: float, tenure: float, salience: float) -> float:
    """Share of the way that satisfaction moves after a journey of a given salience (a6).

    ``tenure`` and ``tau`` in months. Old customers weigh the past more.

    >>> round(learning_rate(0.3, 0.1, 24.0, 0.0, 1.0), 6)
    0.3
    """
    alpha = alpha_min + (alpha_0 - alpha_min) * exp(-tenure / tau)
    return 1.0 - (1.0 - alpha) ** salience


@science
def norm_step(norm: float, quality: float, drift: float, imitation: float) -> float:
    """Market norm one month later: drift and imitation by rivals, both per year (a8)."""
    return norm + drift / 12.0 + imitation / 12.0 * max(0.0, quality - norm)
