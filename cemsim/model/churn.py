"""3d: why and when people leave (model.md d1-d3)."""

from __future__ import annotations

from math import exp

from cemsim.model.science import inlined


@inlined
def pull_to_stay(gap: float, beta1: float, beta3: float, slope: float) -> float:
    """Factor on a hazard from a satisfaction gap in points: flat in the middle, steep at the ends (d1).

    >>> pull_to_stay(0.0, 0.25, 0.02, 1.0)
    1.0
    """
    z = min(max(gap, -5.0), 2.5)
    g = z * (beta1 + beta3 * (z * z))
    return exp(-min(max(g, -3.0), 3.0) * slope)


@inlined
def leave_probability(hazard: float) -> float:
    """Probability to leave within a month with a total monthly hazard (d2)."""
    return 1.0 - exp(-hazard)


@inlined
def leaves(hazard: float, u: float) -> bool:
    """Whether ``u`` falls under the probability to leave; most people are told without an exponential."""
    return u < hazard and u < 1.0 - exp(-hazard)
