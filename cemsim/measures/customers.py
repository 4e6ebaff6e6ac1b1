"""Customers: how many, how many join, how many leave and why."""

from __future__ import annotations

from functools import partial

import numpy as np

from cemsim.base.words import CAUSES
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import SHARE, Kpi, amount, ratio, share
from cemsim.measures.margin import STOCKS

YEAR = "Share of customers who have left twelve months later, counted at the end of each full year."
KEPT = "Share of customers who are still there twelve months later, counted at the end of each full year."
RATE = (
    "A month's losses as a yearly rate: 1-(1-q)^12, q lost over customers at the start. New customers count "
    "too and leave sooner, so it lies a little above churn a year."
)
CAUSE_LABEL = {
    "death": "death",
    "move": "moving away",
    "relationship": "other relationships",
    "competition": "competition",
    "product": "product",
    "service": "service",
}


def lost(books: Books) -> Array:
    """People lost, ``[replicate, month, segment]``."""
    out: Array = books.log.lost.sum(axis=-1)
    return out


def yearly(monthly_rate: Array) -> Array:
    """Share lost in a year at a constant monthly rate.

    >>> round(float(yearly(np.array(0.015))), 4)
    0.1659
    """
    return np.asarray(1.0 - (1.0 - monthly_rate) ** 12)


def retention(left: Array, base: Array, gone: Array, start: Array) -> Array:
    """Share of customers kept over a year.

    From those who were there a year before (``base``, ``left``); before a first full year is over, from the
    monthly rate of loss (``gone`` of ``start``).
    """
    return np.where(base > 0, 1.0 - ratio(left, base), 1.0 - yearly(ratio(gone, start)))


def _year(books: Books) -> Array:
    return books.people("year_left", "year_base")


def _stayed(sums: Array, books: Books) -> Array:
    return 1.0 - share(sums, books)


def _loss(books: Books) -> Array:
    return np.stack([lost(books), books.people("active_start")[..., 0]], axis=-1)


def _rate(sums: Array, books: Books) -> Array:
    return yearly(share(sums, books))


def _loss_by(cause: int, books: Books) -> Array:
    return np.stack([books.log.lost[..., cause], lost(books)], axis=-1)


def _churn_parts(cause: int, books: Books) -> Array:
    return np.concatenate([_loss_by(cause, books), _year(books)], axis=-1)


def _churn_by(sums: Array, books: Books) -> Array:
    """A cause's part of the yearly churn, so that the causes add up to it."""
    part = ratio(sums[..., 0], sums[..., 1])
    return ratio(sums[..., 2], sums[..., 3]) * np.where(sums[..., 1] > 0, part, 0.0)


kpi = partial(Kpi, group="customers")


def _by_cause(number: int, cause: str) -> tuple[Kpi, ...]:
    losses, churn, label = partial(_loss_by, number), partial(_churn_parts, number), CAUSE_LABEL[cause]
    return (
        kpi(f"lost_{cause}", f"Customers lost to {label}", "customers", -1, losses, amount),
        kpi(f"share_{cause}", f"Share of losses to {label}", "share", 0, losses, share, SHARE),
        kpi(f"churn_{cause}", f"Churn a year by {label}", "share", -1, churn, _churn_by, SHARE, note=YEAR),
    )


KPIS = (
    kpi("customers", "Customers at the end", "customers", 1, lambda b: b.people("active"), amount, last=True,
        own_margin=STOCKS),  # fmt: skip
    kpi("joined", "Customers won", "customers", 1, lambda b: b.people("joined"), amount),
    kpi("lost", "Customers lost", "customers", -1, lambda b: lost(b)[..., None], amount),
    kpi("churn", "Churn a year", "share", -1, _year, share, SHARE, note=YEAR),
    kpi("retention", "Retention a year", "share", 1, _year, _stayed, SHARE, note=KEPT),
    kpi("loss_rate", "Yearly rate of loss", "share", -1, _loss, _rate, SHARE, note=RATE),
    *(each for number, cause in enumerate(CAUSES) for each in _by_cause(number, cause)),
)
