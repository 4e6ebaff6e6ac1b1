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


@inlined
def beside_habit(points: float, habit: float, unserved: bool) -> float:
    """Points of a wait beside those of the waits that a team's customers are used to (``habit``).

    Who was not served takes no pleasure in having waited less than usual.

    >>> beside_habit(0.0, 0.75, False), beside_habit(0.0, 0.75, True), beside_habit(-2.0, 0.75, True)
    (0.75, 0.0, -1.25)
    """
    return min(points + habit, 0.0) if unserved else points + habit
