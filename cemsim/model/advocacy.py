"""3f: recommendation, NPS, survey answers, and customers won by advertising (model.md f1, f2, f4)."""

from __future__ import annotations

from math import erf, floor, sqrt

from cemsim.model.experience import REFERENCE
from cemsim.model.science import inlined, science


@inlined
def recommendation(overall: float, intercept: float, slope: float) -> float:
    """Inner recommendation score L*, which behaviour reads: no style, no noise (f1).

    >>> recommendation(7.5, 8.0, 1.05)
    8.0
    """
    return intercept + slope * (overall - REFERENCE)


@science
def normal_share_below(x: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * (1.0 + erf(x / sqrt(2.0)))


@science
def promoter_chance(score: float, spread: float) -> float:
    """Probability that a person with inner score ``score`` answers 9 or 10 (f1).

    ``spread`` joins response style and noise, in points. With a spread of 0 it is a step at 8.5.
    """
    if spread <= 0.0:
        return 1.0 if score >= 8.5 else 0.0
    return 1.0 - normal_share_below((8.5 - score) / spread)


@science
def detractor_chance(score: float, spread: float) -> float:
    """Probability that a person with inner score ``score`` answers 6 or less (f1)."""
    if spread <= 0.0:
        return 1.0 if score < 6.5 else 0.0
    return normal_share_below((6.5 - score) / spread)


@science
def answer(score: float) -> int:
    """A spoken score on the 0-10 scale: halves round up.

    >>> answer(8.5), answer(-3.0), answer(12.0)
    (9, 0, 10)
    """
    return int(floor(min(max(score, 0.0), 10.0) + 0.5))


@inlined
def adoption(base: float, advertising: float) -> float:
    """Monthly probability that a prospect is won by advertising (f4 without word of mouth)."""
    return min(max(base * advertising, 0.0), 1.0)
