"""What each person brought in and what was spent on them over the horizon: it adds up to the money of the log."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.measures import money
from cemsim.measures.books import Array, Books

#: Money by kind: what customers bring in, then what is spent. Margin less all of these is the contribution.
COSTS: Final = ("serving", "compensation", "offers", "rewards", "campaigns", "acquisition")
KINDS: Final = ("margin", *COSTS)
#: Given to customers, whether or not it would have taken that.
GIVEN: Final = ("compensation", "offers", "rewards", "campaigns")
#: Where an offer is counted person by person.
OFFERS: Final = {"save_desk": "kept", "win_back": "returned", "cross_sell": "bought"}


def by_person(book: Books, fates: NDArray[Any], place: int) -> dict[str, Array]:
    """Money by kind, ``[person]``, as positive amounts.

    ``fates``: what became of everybody (see engine.fate) in the replicate at ``place`` of the book. Pay and unit costs
    are charged by contacts: each contact at a step costs what the step's contacts cost the group on average.
    """
    group = fates["segment"]
    revenue = book.revenue[group]
    told = set(fates.dtype.names or ())

    def of(name: str) -> Array:
        return np.asarray(fates[name], float) if name in told else np.zeros(len(fates))

    found = {
        "margin": (of("spent") + book.referral_margin * of("premium")) * revenue * book.margin[group],
        "serving": _serving(book, fates, place) + of("messages") * book.message,
        "compensation": of("paid") * revenue + of("granted"),
        "offers": np.zeros(len(fates)),
        "rewards": np.zeros(len(fates)),
        "campaigns": np.zeros(len(fates)),
        "acquisition": of("joins") * book.acquisition + of("brought") * book.reward,
    }
    for (segment, what), cost in zip(book.offers, book.offer_cost, strict=True):
        mine = group == book.segments.index(segment)
        found["offers"] += np.where(mine, of(OFFERS[what]) * cost, 0.0)
    if book.schemes:
        found["margin"] += fates["paying"] @ book.fee
        found["rewards"] += fates["used"] @ book.worth + fates["less"].sum(axis=-1) * revenue
    if book.campaigns:
        sent = book.of_campaigns("sent")[place, ..., 0] * book.campaign_message[:, None]
        messages = sent.sum(axis=(0, 1))
        beside = money.campaigns(book)[place].sum(axis=0) - messages
        found["campaigns"] += _shared(messages, of("sent"), fates) + _shared(beside, of("lived"), fates)
    return found


def _serving(book: Books, fates: NDArray[Any], place: int) -> Array:
    """Pay and unit costs of each person."""
    steps = (money.staff_by_step(book) + money.unit_costs_by_step(book))[place].sum(axis=0)
    found = _shared(money.idle_staff(book)[place].sum(axis=0), fates["lived"], fates)
    for step, cost in enumerate(steps):
        if cost.any():
            found += _shared(cost, fates["contacts"][:, step], fates)
    return found


def _shared(total: Array, by: NDArray[Any], fates: NDArray[Any]) -> Array:
    """Money ``[group]`` shared out over the people of each group; where all shares are 0, by months, else evenly."""
    group = fates["segment"]
    found = np.zeros(len(fates))
    left = total != 0.0
    for weights in (by, fates["lived"], np.ones(len(fates))):
        whole = np.bincount(group, weights, minlength=len(total))
        rate = np.divide(total, whole, out=np.zeros(len(total)), where=left & (whole > 0))
        found += weights * rate[group]
        left &= whole <= 0
    return found
