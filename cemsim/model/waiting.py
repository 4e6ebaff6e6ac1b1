"""3b: what a wait feels like (model.md b2-b3)."""

from __future__ import annotations

from math import exp, log

from cemsim.model.science import inlined


@inlined
def wait_effect(
    wait: float, overestimate: float, exponent: float, kappa: float, acceptable: float
) -> float:
    """Points that a wait takes from convenience; ``wait`` and ``acceptable`` in minutes.

    People overestimate waits (Larson) and judge them against what they accept (Antonides et al. 2002).

    >>> wait_effect(0.0, 1.36, 1.0, 1.0, 1.0)
    0.0
    """
    if wait <= 0.0 or kappa == 0.0:
        return 0.0
    perceived = overestimate * wait if exponent == 1.0 else overestimate * exp(exponent * log(wait))
    return -kappa * log(1.0 + perceived / acceptable)
