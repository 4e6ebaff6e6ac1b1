"""3g: who joins a loyalty scheme, how near a reward pulls, and what a scheme has to move to pay (model.md g1-g6)."""

from __future__ import annotations

from math import exp

from cemsim.model.science import inlined, science


@science
def ever_joins(proneness: float, spend: float, selection: float) -> float:
    """Chance that a person joins sooner or later: large buyers see more in it (g1).

    ``proneness`` is that of an average buyer, ``spend`` a person's own over the segment's mean, ``selection`` how much
    that counts (0: not at all).

    >>> ever_joins(0.3, 1.0, 0.5), ever_joins(0.3, 4.0, 0.0)
    (0.30000000000000004, 0.30000000000000004)
    >>> round(ever_joins(0.3, 4.0, 0.5), 4)
    0.51
    """
    if proneness >= 1.0:
        return 1.0
    return 1.0 - (1.0 - proneness) ** (spend**selection)


@science
def worth_the_fee(fee: float, spend: float, aversion: float) -> float:
    """Share of those who would join for nothing who also join for a fee; both in money a month (assumption).

    >>> worth_the_fee(0.0, 100.0, 10.0), round(worth_the_fee(5.0, 100.0, 10.0), 4)
    (1.0, 0.6065)
    """
    if fee <= 0.0:
        return 1.0
    return exp(-aversion * fee / spend) if spend > 0.0 else 0.0


@science
def goal_lift(left: float, pull: float, power: float, cards: float, response: float) -> float:
    """Share by which purchases come faster, the nearer the reward (g2; Kivetz, Urminsky & Zheng 2006).

    ``left`` is the distance to the reward over the whole distance (1 just after a reward), ``pull`` phi, ``power``
    gamma, ``cards`` how many cards a person holds, ``response`` how much a person reacts.

    >>> goal_lift(1.0, 0.25, 6.4, 1.0, 1.0)
    0.0
    >>> [round(1.0 / (1.0 + goal_lift(left, 0.25, 6.4, 1.0, 1.0)), 2) for left in (0.9, 0.5, 0.1)]
    [0.89, 0.8, 0.8]
    """
    if left >= 1.0:
        return 0.0
    near = 1.0 - left**power if left > 0.0 else 1.0
    return pull / cards * response * near


@science
def faded(months: float, speed: float) -> float:
    """What is left of a scheme's effect some months after joining; ``speed`` is ln 2 over the half-life, 0 for never.

    >>> round(faded(7.0, 0.0990210257942779), 6)
    0.5
    """
    return exp(-speed * months) if speed > 0.0 else 1.0


@inlined
def fee_lift(uplift: float, economic: float, benefit: float) -> float:
    """Share by which members of a paid club buy more often (g6): part of it goes with the benefit, the rest stays.

    >>> round(fee_lift(0.2, 1 / 3, 0.0), 4), fee_lift(0.2, 1 / 3, 1.0)
    (0.1333, 0.2)
    """
    return uplift * (1.0 - economic * (1.0 - benefit))


@inlined
def forgiven(loss: float, share: float, member: bool) -> float:
    """What a failure's shortfall weighs: for members of a scheme, only a ``share`` of it (Bolton et al. 2000).

    >>> forgiven(1.955, 0.9, False), round(forgiven(1.955, 0.9, True), 4)
    (1.955, 1.7595)
    """
    return loss * share if member else loss


def break_even(cost: float, margin: float) -> float:
    """Share by which sales have to rise for a reward to pay: c / (g - c); infinite where it cannot.

    ``cost`` and ``margin`` are shares of sales.

    >>> [round(break_even(c, g), 4) for c, g in ((0.008, 0.25), (0.05, 0.25), (0.008, 0.10), (0.3, 0.25))]
    [0.0331, 0.25, 0.087, inf]
    """
    return cost / (margin - cost) if margin > cost else float("inf")
