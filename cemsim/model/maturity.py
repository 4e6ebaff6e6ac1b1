"""3j: how mature a firm is at experience management; asked once a month, so not compiled."""

from __future__ import annotations

from typing import Final

NEUTRAL: Final = 1.5
HIGHEST: Final = 3.0
CAPABILITIES: Final = ("understanding", "prioritise", "design", "deliver", "measure", "culture")
DISCIPLINES: Final = ("accountability", "rhythm", "rigour", "coordination")
#: What each capability multiplies, at level 0 and at level 3 (model.md 3j; assumptions, no study maps levels to them).
EFFECTS: Final = {
    "targeting": ("understanding", 0.60 / 0.775, 0.95 / 0.775),   # share of effort on what matters: .60, .775, .95
    "projects": ("prioritise", 0.85, 1.10),
    "defects": ("design", 1.25, 0.8),
    "noise": ("deliver", 1.15, 0.85),
    "detection": ("measure", 0.6, 1.6),
    "survey_gap": ("measure", 1.0, 0.5),
    "decay": ("culture", 1.5, 0.5),
    "attrition": ("culture", 1.1, 0.9),
}
CAP: Final = 0.20
"""Share of a plan's net present value that maturity may claim, up or down (model.md 3j)."""


def multiplier(level: float, lowest: float, highest: float) -> float:
    """What a level multiplies by: linear from ``lowest`` at 0 to 1 at 1.5, and on to ``highest`` at 3.

    >>> multiplier(0.0, 1.25, 0.8), multiplier(1.5, 1.25, 0.8), multiplier(3.0, 1.25, 0.8)
    (1.25, 1.0, 0.8)
    """
    end = lowest if level < NEUTRAL else highest
    return 1.0 + (end - 1.0) * abs(level - NEUTRAL) / NEUTRAL


def capped(claim: float, without: float) -> float:
    """What maturity may claim of a net present value that is ``without`` it so much.

    >>> capped(50.0, 100.0), capped(-50.0, 100.0), capped(5.0, -100.0)
    (20.0, -20.0, 5.0)
    """
    most = CAP * abs(without)
    return min(max(claim, -most), most)
