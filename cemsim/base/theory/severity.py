"""How bad a failure is: what rules are held against, and what both engines take (model.md c4)."""

from __future__ import annotations


def severity_now(severity: float, repeated: bool) -> float:
    """A second failure within twelve months weighs half as much again, up to 6 points and never less than one (c4).

    >>> severity_now(2.5, True), severity_now(5.0, True), severity_now(7.0, True)
    (3.75, 6.0, 7.0)
    """
    return max(severity, min(1.5 * severity, 6.0)) if repeated else severity
