"""Visits in a window, a partner's promise, a control's losses (model.md b2-b3 and i6, carried over to blueprints)."""

from __future__ import annotations

from math import log, log2

from cemsim.model.science import inlined

DAY = 24 * 60.0


@inlined
def at_home(window: float, kept: float, u: float) -> float:
    """Minutes that a customer waits at home: evenly spread over the window, all of it where the visit misses it.

    ``kept`` is the share of visits within the window, ``u`` uniform.

    >>> at_home(480.0, 0.9, 0.45), at_home(480.0, 0.9, 0.95)
    (240.0, 480.0)
    """
    return window * u / kept if u < kept else window


def mean_time(promise: float, kept: float) -> float:
    """Mean of the exponential time of which a share ``kept`` ends within the promise, in its unit.

    >>> from math import exp
    >>> round(1.0 - exp(-24.0 / mean_time(24.0, 0.95)), 12)
    0.95
    """
    return -promise / log(1.0 - kept)


def travel(window: float, minutes: float) -> float:
    """Minutes of travel and idling that a visit costs more than one within 24 hours; ``minutes`` for each halving.

    >>> travel(720.0, 10.0), travel(2880.0, 10.0)
    (10.0, 0.0)
    """
    return minutes * max(0.0, log2(DAY / window))


def either(*chances: float) -> float:
    """Chance that at least one of several independent things happens.

    >>> either(0.5, 0.5), either()
    (0.75, 0.0)
    """
    none = 1.0
    for chance in chances:
        none *= 1.0 - chance
    return 1.0 - none
