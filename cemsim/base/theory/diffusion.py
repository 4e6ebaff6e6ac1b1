"""How something new spreads when those won tell others and nobody leaves: fully mixed, and round a circle.

Sources: Bass (1969); Fibich & Gibori (2010) for the circle, here in months instead of continuous time.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import NDArray


def bass(p: float, q: float, time: float) -> float:
    """Share won by ``time``, fully mixed, in continuous time: p from outside, q from those won, per unit of time.

    >>> round(bass(0.03, 0.38, 5.0), 3), round(bass(0.03, 0.38, 10.0), 3)
    (0.331, 0.813)
    """
    gone = exp(-(p + q) * time)
    return (1.0 - gone) / (1.0 + q / p * gone)


def bass_peak(p: float, q: float) -> float:
    """Time at which most are won, fully mixed.

    >>> round(bass_peak(0.03, 0.38), 2)
    6.19
    """
    return log(q / p) / (p + q)


def bass_monthly(outside: float, hazard: float, months: int) -> NDArray[np.float64]:
    """Share won after months 1..n, fully mixed, where people decide at month ends.

    Args:
        outside: chance to be won from outside in a month.
        hazard: hazard in a month if everybody else were won already.

    >>> months = bass_monthly(1.0 - exp(-0.03 / 12), 0.38 / 12, 120)
    >>> bool(abs(months[59] - bass(0.03, 0.38, 5.0)) < 0.02)
    True
    """
    left = np.ones(months + 1)
    for t in range(months):
        left[t + 1] = left[t] * (1.0 - outside) * exp(-hazard * (1.0 - left[t]))
    return np.asarray(1.0 - left[1:])


def circle_monthly(outside: float, neighbour: float, months: int) -> NDArray[np.float64]:
    """Share won after months 1..n on an endless circle, where each of the two neighbours who was won tries each month.

    A row of k people of whom none is won stays so if none is won from outside and neither end by its outer neighbour:
    S_k(t+1) = (1-a)^k [(1-b)^2 S_k(t) + 2 b (1-b) S_k+1(t) + b^2 S_k+2(t)]. As S_k+1(t) = (1-a)^t S_k(t) solves it,
    one person is left with S(t+1) = (1-a) [1 - b (1 - (1-a)^t)]^2 S(t).

    Args:
        outside: a, chance to be won from outside in a month.
        neighbour: b, chance to be won by a neighbour in a month.

    >>> [round(float(won), 4) for won in circle_monthly(0.1, 0.5, 3)]
    [0.1, 0.269, 0.4611]
    """
    steps = np.arange(months)
    factor = (1.0 - outside) * (1.0 - neighbour * (1.0 - (1.0 - outside) ** steps)) ** 2
    return np.asarray(1.0 - np.cumprod(factor))
