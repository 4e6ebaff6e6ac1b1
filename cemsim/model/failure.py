"""3c: failure, voice and recovery (model.md c1-c6)."""

from __future__ import annotations

from cemsim.base.theory import severity
from cemsim.model.science import science

NONE, GOOD_FAST, GOOD_SLOW, FAILED = 0, 1, 2, 3
DISTRIBUTIVE, INTERACTIONAL, PROCEDURAL = 0.40, 0.42, 0.18
"""Weights of the justice index (c3; assumptions)."""
severity_now = science(severity.severity_now)
"""Severity of a failure that may be a second one (c4)."""


@science
def net_effect(outcome: int, severity: float) -> float:
    """Points left on performance after a failure, by how it was recovered (c4).

    >>> [net_effect(o, 2.0) for o in (NONE, GOOD_FAST, GOOD_SLOW, FAILED)]
    [-2.0, -0.2, -0.8, -3.0]
    """
    if outcome == 1:
        return -0.1 * severity
    if outcome == 2:
        return -0.4 * severity
    if outcome == 3:
        return -severity - 1.0
    return -severity


@science
def recovery_chance(
    base: float, per_empowerment: float, empowerment: float, workload: float, occupancy: float
) -> float:
    """Probability that a recovery works (c3); occupancy above 85 % takes from it.

    >>> recovery_chance(0.5, 0.15, 1.0, 1.0, 0.80)
    0.65
    """
    return min(max(base + per_empowerment * empowerment - workload * max(0.0, occupancy - 0.85), 0.0), 1.0)


@science
def justice(compensated: bool, recovered: bool, fast: bool) -> float:
    """Justice index J: distributive .40, interactional .42, procedural .18 (c3; weights are assumptions).

    >>> justice(True, True, True)
    1.0
    """
    return (
        (DISTRIBUTIVE if compensated else 0.0) + (INTERACTIONAL if recovered else 0.0) + (PROCEDURAL if fast else 0.0)
    )
