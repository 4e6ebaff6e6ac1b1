"""Customers worth a story: who was lost, saved, angry or rescued."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cemsim.base.errors import CemsimError
from cemsim.base.words import EXOGENOUS
from cemsim.engine.glass.story import Life, Lived

MEANING: Final = {
    "lost": "left, by a cause that the firm has a hand in",
    "saved": "leaves without the plan and stays with it",
    "angry": "was let down in a contact",
    "rescued": "complained of a failure, was recovered well, and stayed",
}
LET_DOWN: Final = -0.25
"""Emotion, in points, from which on downwards a contact is called a let-down."""
GOOD_REMAINS: Final = 0.5
"""A good recovery leaves less than this share of a failure's severity (model.md c4: 10 or 40 %)."""


def pick(kind: str, lived: Lived, other: Lived | None = None) -> int:
    """The person of a kind whose story shows it best; ``other`` is the plan that saves.

    Raises CemsimError where there is nobody of the kind.
    """
    measures: dict[str, Callable[[Life], float | None]] = {
        "lost": _lost, "angry": _anger, "rescued": _rescued,
        "saved": lambda life: _saved(life, other.life(life.who) if other is not None else life),
    }
    best: tuple[float, int] | None = None
    for who in sorted(lived.rows):
        size = measures[kind](lived.life(who))
        if size is not None and (best is None or size > best[0]):
            best = size, who
    if best is None:
        raise CemsimError(
            f"Nobody was picked: of {len(lived.people):,} people none {MEANING[kind]} within {lived.months} months. "
            "Try more --customers, more --months, or another --seed."
        )
    return best[1]


def gone(life: Life) -> bool:
    """Whether a person has left and has not come back by the end."""
    last = next((row.kind for row in reversed(life.rows) if row.kind in ("joins", "leaves")), "")
    return last == "leaves"


def _lost(life: Life) -> float | None:
    """How much was lived before leaving for good."""
    causes = [row.facts["cause"] for row in life.rows if row.kind == "leaves"]
    if not gone(life) or causes[-1] < EXOGENOUS:
        return None
    return float(sum(row.kind == "felt" for row in life.rows))


def _saved(life: Life, other: Life) -> float | None:
    """How much likelier leaving was in the month in which only one of the two lives ended."""
    if not gone(life) or any(row.kind == "leaves" for row in other.rows):
        return None
    last = [row for row in life.rows if row.kind == "month"][-1]
    twin = next((row for row in other.rows if row.kind == "month" and row.month == last.month), None)
    return None if twin is None else float(last.facts["hazard"] - twin.facts["hazard"])


def _anger(life: Life) -> float | None:
    """How bad the worst contact felt, where it was a let-down."""
    felt = [float(row.facts["emotion"]) for row in life.rows if row.kind == "felt"]
    return -min(felt) if felt and min(felt) <= LET_DOWN else None


def _rescued(life: Life) -> float | None:
    """Severity of the worst failure that was recovered well, of somebody who never left."""
    if any(row.kind == "leaves" for row in life.rows):
        return None
    good = [
        float(row.facts["severity"]) for row in life.rows
        if row.kind == "recovery" and -row.facts["blow"] < GOOD_REMAINS * row.facts["severity"]
    ]
    return max(good, default=None)
