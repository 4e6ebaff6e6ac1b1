"""Customers: how many, how many join, how many leave and why."""

from __future__ import annotations

from functools import partial

import numpy as np

from cemsim.base.words import CAUSES
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import SHARE, Kpi, amount, ratio, share

YEARLY = (
    "From the mean monthly rate of loss q: 1-(1-q)^12. It counts everybody who is a customer in the month, "
    "new ones too; because new customers leave sooner, it lies a little above the loss of a fixed base."
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


def _loss(books: Books) -> Array:
    return np.stack([lost(books), books.people("active_start")[..., 0]], axis=-1)


def _churn(sums: Array, books: Books) -> Array:
    return yearly(share(sums, books))


def _retention(sums: Array, books: Books) -> Array:
    return 1.0 - _churn(sums, books)


def _loss_by(cause: int, books: Books) -> Array:
    return np.concatenate([books.log.lost[..., cause, None], _loss(books)], axis=-1)


def _churn_by(sums: Array, books: Books) -> Array:
    """A cause's part of the yearly churn, so that the causes add up to it."""
    part = ratio(sums[..., 0], sums[..., 1])
    return yearly(ratio(sums[..., 1], sums[..., 2])) * np.where(sums[..., 1] > 0, part, 0.0)


kpi = partial(Kpi, group="customers")


def _by_cause(number: int, cause: str) -> tuple[Kpi, ...]:
    parts, label = partial(_loss_by, number), CAUSE_LABEL[cause]
    return (
        kpi(f"lost_{cause}", f"Customers lost to {label}", "customers", -1, parts, amount),
        kpi(f"share_{cause}", f"Share of losses to {label}", "share", 0, parts, share, SHARE),
        kpi(f"churn_{cause}", f"Churn a year by {label}", "share", -1, parts, _churn_by, SHARE, note=YEARLY),
    )


KPIS = (
    kpi("customers", "Customers at the end", "customers", 1, lambda b: b.people("active"), amount, last=True),
    kpi("joined", "Customers won", "customers", 1, lambda b: b.people("joined"), amount),
    kpi("lost", "Customers lost", "customers", -1, lambda b: lost(b)[..., None], amount),
    kpi("churn", "Churn a year", "share", -1, _loss, _churn, SHARE, note=YEARLY),
    kpi("retention", "Retention a year", "share", 1, _loss, _retention, SHARE, note=YEARLY),
    *(each for number, cause in enumerate(CAUSES) for each in _by_cause(number, cause)),
)
