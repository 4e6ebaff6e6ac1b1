"""3i: learning, leaving and mood of staff (model.md i1-i5); asked a few times a month, so not compiled."""

from __future__ import annotations

from math import exp

LEARNT = 11
"""Months on the phone after which somebody works as fast as everybody."""
TIRING = 0.85
"""Occupancy above which work wears people out."""
PACE = 0.1
"""Share of the gap to its resting point that staff satisfaction closes in a month (i4)."""


def productivity(months: int, first: float, tau: float) -> float:
    """Speed of somebody with so many full months on the phone, of those who have learnt (i1).

    ``first`` in the first month; ``tau`` months shape the curve.

    >>> round(productivity(0, 0.53, 7.7), 3), productivity(11, 0.53, 7.7), productivity(40, 0.53, 7.7)
    (0.53, 1.0, 1.0)
    """
    if months >= LEARNT:
        return 1.0
    end = exp(-LEARNT / tau)
    return 1.0 - (1.0 - first) * (exp(-months / tau) - end) / (1.0 - end)


def mean_productivity(quit: float, first: float, tau: float) -> float:
    """Mean speed of a team whose people each leave with chance ``quit`` a month, once numbers have settled.

    >>> round(mean_productivity(1.0 - exp(-0.0312), 0.53, 7.7), 3)
    0.937
    """
    total, here = 0.0, 1.0
    for month in range(LEARNT):
        total += quit * here * productivity(month, first, tau)
        here *= 1.0 - quit
    return total + here


def presence(quit: float, lead: float) -> float:
    """Share of jobs with somebody at work, where each vacancy takes ``lead`` months.

    >>> round(presence(0.03, 2.43), 3)
    0.932
    """
    return 1.0 / (1.0 + quit * lead)


def strain(occupancy: float) -> float:
    """What occupancy stands above the level that tires.

    >>> round(strain(0.9), 6), strain(0.6)
    (0.05, 0.0)
    """
    return max(occupancy - TIRING, 0.0)


def quit_chance(attrition: float, by_occupancy: float, strained: float, by_morale: float, morale: float) -> float:
    """Chance to quit in a month (i2): ``attrition`` a month, ``strained`` and ``morale`` relative to the baseline.

    >>> round(12 * (quit_chance(0.026, 1.6, 0.01, 0.1, 0.0) - quit_chance(0.026, 1.6, 0.0, 0.1, 0.0)), 3)
    0.005
    """
    return 1.0 - exp(-attrition * exp(by_occupancy * strained) * exp(-by_morale * morale))


def morale_next(morale: float, rest: float, per_strain: float, strained: float) -> float:
    """Staff satisfaction a month later, on 0 to 10 (i4); ``rest`` is where it settles in calm times.

    >>> round(morale_next(7.0, 7.0, 10.0, 0.05), 3)
    6.95
    """
    return min(max(morale + PACE * (rest - per_strain * strained - morale), 0.0), 10.0)


def staff_points(per_morale: float, morale: float, per_skill: float, skill: float) -> float:
    """Points of perceived service that staff add (i5); ``morale`` and ``skill`` relative to the baseline.

    >>> round(staff_points(0.3, -1.0, 1.0, -0.1), 3)
    -0.4
    """
    return per_morale * morale + per_skill * skill


def covered(present: float, most: float) -> float:
    """Overtime, as a share of the hours of who is present, that makes up for who is not: up to ``most`` (i3).

    >>> round(covered(0.95, 0.1), 4), covered(0.5, 0.1), covered(1.02, 0.1)
    (0.0526, 0.1, 0.0)
    """
    if present <= 0.0:
        return 0.0
    return min(max(1.0 / present - 1.0, 0.0), most)
