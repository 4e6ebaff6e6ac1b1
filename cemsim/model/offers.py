"""3d and 3e: what people take up when it is offered: another product, a reason to stay, a reason to come back."""

from __future__ import annotations

from math import exp

from cemsim.model.science import science


@science
def purchase_chance(rate: float, slope: float, gap: float) -> float:
    """Chance to buy one more product in a month (e1).

    ``rate`` a month at the reference; ``slope`` of its logarithm for each point of satisfaction; ``gap`` from the
    reference in points, taken as it is in hazards: from -5 to 2.5.

    >>> round(purchase_chance(0.05 / 12, 0.25, 0.0), 6)
    0.004158
    """
    return 1.0 - exp(-rate * exp(slope * min(max(gap, -5.0), 2.5)))


@science
def money_factor(extra: int, step: float, partly: int, part: float, scale: float) -> float:
    """What somebody spends, relative to one product at the full price (e1).

    ``scale`` brings the mean of the baseline's customers to 1.

    >>> money_factor(0, 0.2, 0, 0.5, 1.0), money_factor(2, 0.2, 1, 0.5, 1.0)
    (1.0, 0.7)
    """
    return (1.0 + step * extra) * (part if partly != 0 else 1.0) * scale


@science
def remembering(complained: bool, righted: bool, complaint: float, recovery: float) -> float:
    """What is left of the chance to win back who complained, times more where the last complaint was put right.

    >>> remembering(False, False, 0.8, 1.5), remembering(True, False, 0.8, 1.5), remembering(True, True, 0.5, 1.5)
    (1.0, 0.8, 0.75)
    """
    if not complained:
        return 1.0
    return complaint * (recovery if righted else 1.0)


@science
def return_chance(rate: float, factor: float) -> float:
    """Chance that somebody who left comes back in a month; ``factor``: why they left.

    ``rate`` a month; over ``n`` months in which ``p`` of them come back it is -ln(1 - p) / n.

    >>> from math import log
    >>> monthly = return_chance(-log(1 - 0.1) / 12, 1.0)
    >>> round(1 - (1 - monthly) ** 12, 6)
    0.1
    """
    return 1.0 - exp(-rate * factor)
