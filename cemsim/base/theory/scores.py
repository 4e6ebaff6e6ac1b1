"""Scores of a survey when the answer is a rounded normal on a scale from 0 to 10."""

from __future__ import annotations

import math


def _below(x: float, mean: float, sd: float) -> float:
    return 0.5 * math.erfc((mean - x) / (sd * math.sqrt(2.0)))


def nps_rounded_normal(mean: float, sd: float) -> float:
    """Net promoter score in points: share answering 9-10 less share answering 0-6, times 100.

    >>> round(nps_rounded_normal(8.0, 2.0), 1), round(abs(nps_rounded_normal(7.5, 2.0)), 9)
    (17.5, 0.0)
    """
    return 100.0 * ((1.0 - _below(8.5, mean, sd)) - _below(6.5, mean, sd))


def nps_sd(promoters: float, detractors: float, replies: float) -> float:
    """Standard deviation in points of a score measured from so many replies.

    >>> round(nps_sd(0.4, 0.2, 400), 2)
    3.74
    """
    spread = promoters + detractors - (promoters - detractors) ** 2
    return 100.0 * math.sqrt(spread / replies)


def satisfied_rounded_normal(mean: float, sd: float) -> float:
    """Share answering 7 or more.

    >>> round(satisfied_rounded_normal(6.5, 1.0), 9)
    0.5
    """
    return 1.0 - _below(6.5, mean, sd)
