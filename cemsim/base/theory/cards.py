"""Loyalty cards in closed form: how long a stamp card takes, how long a point waits to be used."""

from __future__ import annotations

from collections.abc import Callable


def card_time(size: int, free: int, trips: float, lift: Callable[[float], float]) -> float:
    """Mean months from an empty card to a full one, of a buyer with ``trips`` a month.

    ``lift``: share by which purchases come faster with a share ``left`` of the card still to go. Purchases are a
    Poisson process whose rate changes with each stamp, so the times between them add up.

    >>> round(card_time(10, 0, 10.0, lambda left: 0.0), 2)
    1.0
    >>> round(card_time(10, 2, 10.0, lambda left: 0.25), 2)
    0.64
    """
    return sum(1.0 / (trips * (1.0 + lift((size - stamps) / size))) for stamps in range(free, size))


def waiting_months(use: float, lives: int | None = None) -> float:
    """Mean months that a point waits, where each month's end it is used with chance ``use``; at most ``lives`` months.

    It counts the month ends that a point lives through: by Little's law outstanding points are those issued in a month,
    times this.

    >>> waiting_months(0.25), waiting_months(0.5, 2)
    (3.0, 0.75)
    """
    if lives is None:
        return (1.0 - use) / use
    return sum((1.0 - use) ** k for k in range(1, lives + 1))
