"""3h: what unasked messages and campaigns do (model.md h1, h2, h4)."""

from __future__ import annotations

from math import exp

from cemsim.model.science import science


@science
def welcome(pressure: float, ideal: float, strength: float) -> float:
    """Share by which purchases rise with contact pressure: most at the ideal point, less before and after (h1).

    >>> welcome(0.0, 16.0, 0.05), welcome(16.0, 16.0, 0.05), round(welcome(64.0, 16.0, 0.05), 5)
    (0.0, 0.05, 0.00996)
    """
    if pressure <= 0.0 or strength <= 0.0 or ideal <= 0.0:
        return 0.0
    ratio = pressure / ideal
    return strength * ratio * exp(1.0 - ratio)


@science
def reactance(pressure: float, ideal: float, strength: float) -> float:
    """Factor on the hazards of competition and relationship: more messages than are wanted drive people away (h2).

    >>> reactance(16.0, 16.0, 0.2), round(reactance(32.0, 16.0, 0.2), 4)
    (1.0, 1.2214)
    """
    if ideal <= 0.0 or pressure <= ideal:
        return 1.0
    return exp(strength * (pressure / ideal - 1.0))


def built_up(since: int, lasts: int, half_life: float) -> float:
    """How much of a campaign's lasting effect is there in the month ``since`` its start, 0 to 1.

    It grows towards 1 while the campaign runs (``lasts`` months) and halves every ``half_life`` months afterwards.

    >>> built_up(-1, 6, 3.0), built_up(2, 6, 3.0), built_up(8, 6, 3.0)
    (0.0, 0.5, 0.375)
    """
    if since < 0:
        return 0.0
    grown = 1.0 - 0.5 ** (min(since + 1, lasts) / half_life)
    return float(grown * 0.5 ** (max(since + 1 - lasts, 0) / half_life))


def advertising_lift(level: float, running: bool, built: float, short: float, lasting: float) -> float:
    """Factor on customers won by advertising at ``level`` times today's spending (h4; Sethuraman et al. 2011).

    ``short`` and ``lasting`` are elasticities; the part between them builds up (``built``, 0 to 1).

    >>> advertising_lift(2.0, False, 0.0, 0.12, 0.24), round(advertising_lift(2.0, True, 1.0, 0.12, 0.24), 4)
    (1.0, 1.181)
    """
    return float(level ** ((short if running else 0.0) + (lasting - short) * built))
