"""What each person brought in and what was spent on them over the horizon: it adds up to the money of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.measures import money
from cemsim.measures.books import Array, Books
from cemsim.measures.prices import average

#: Money by kind: what customers bring in, then what is spent. Margin less all of these is the contribution.
COSTS: Final = ("serving", "compensation", "offers", "rewards", "campaigns", "acquisition")
KINDS: Final = ("margin", *COSTS)
#: Given to customers, whether or not it would have taken that.
GIVEN: Final = ("compensation", "offers", "rewards", "campaigns")
#: Where an offer is counted person by person.
OFFERS: Final = {"save_desk": "kept", "win_back": "returned", "cross_sell": "bought"}


@dataclass(frozen=True)
class Totals:
    """A book with what is shared out over the people of a group, over the horizon.

    ``steps``: pay and unit costs ``[replicate, step, group]``; ``idle``: pay behind no contact; ``sent``: messages of
    campaigns; ``running``: what campaigns cost beside, each ``[replicate, group]``. ``price``: what a unit cost on
    average by what it is of, ``[replicate, group]`` (of schemes ``[replicate, scheme, group]``, of offers
    ``[replicate, offer]``): where a plan moves a price, all of a group are charged the mean of what the group took.
    """

    book: Books
    steps: Array
    idle: Array
    sent: Array
    running: Array
    price: Mapping[str, Array]

    @classmethod
    def of(cls, book: Books) -> Totals:
        """Add up a book."""
        sent = (book.of_campaigns("sent")[..., 0] * book.campaign_message[..., None]).sum(axis=(1, 2))
        return cls(
            book, (money.staff_by_step(book) + money.unit_costs_by_step(book)).sum(axis=1),
            money.idle_staff(book).sum(axis=1), sent, money.campaigns(book).sum(axis=1) - sent, _averages(book),
        )  # fmt: skip

    def rate(self, of: str, place: int) -> Array:
        """The average price of something in the replicate at ``place``."""
        prices = self.price[of]
        return np.asarray(prices[place if len(prices) > 1 else 0])


def _averages(book: Books) -> dict[str, Array]:
    """Average prices by what they are of."""

    def people(name: str) -> Array:
        return book.people(name)[..., 0]

    spend, earned = people("spend"), book.revenue * book.margin
    less = book.of_schemes("discounts")[..., 0].sum(axis=2)
    taken = {
        "revenue": (spend, book.revenue),
        "margin": (spend * book.revenue, book.margin),
        "premium": (people("referred_spend"), book.referral_margin * earned),
        "paid": (book.failures("compensation")[..., 0], book.revenue),
        "less": (less, book.revenue),
        "messages": (people("messages"), book.message),
        "joins": (people("joined"), book.acquisition),
        "brought": (people("joined_referral"), book.reward),
        "offers": (money.offers_taken(book), book.offer_cost),
        "paying": (book.of_schemes("paying")[..., 0], book.fee[..., None]),
        "used": (book.of_schemes("redeemed")[..., 0], book.worth[..., None]),
    }
    return {name: average(quantity, price) for name, (quantity, price) in taken.items()}


def by_person(totals: Totals, fates: NDArray[Any], place: int) -> dict[str, Array]:
    """Money by kind, ``[person]``, as positive amounts.

    ``fates``: what became of everybody (see engine.fate) in the replicate at ``place`` of the book. Pay and unit costs
    are charged by contacts: each contact at a step costs what the step's contacts cost the group on average.
    """
    book = totals.book
    group = fates["segment"]
    told = set(fates.dtype.names or ())

    def of(name: str) -> Array:
        return np.asarray(fates[name], float) if name in told else np.zeros(len(fates))

    def at(name: str) -> Array:
        """Average prices, ``[person]``."""
        prices = totals.rate(name, place)
        return prices[group] if len(prices) > 1 else prices

    found = {
        "margin": of("spent") * at("revenue") * at("margin") + of("premium") * at("premium"),
        "serving": _serving(totals, fates, place) + of("messages") * at("messages"),
        "compensation": of("paid") * at("paid") + of("granted"),
        "offers": np.zeros(len(fates)),
        "rewards": np.zeros(len(fates)),
        "campaigns": np.zeros(len(fates)),
        "acquisition": of("joins") * at("joins") + of("brought") * at("brought"),
    }
    for (segment, what), cost in zip(book.offers, totals.rate("offers", place), strict=True):
        mine = group == book.segments.index(segment)
        found["offers"] += np.where(mine, of(OFFERS[what]) * cost, 0.0)
    if book.schemes:
        found["margin"] += _by_scheme(fates, "paying", totals.rate("paying", place))
        used = _by_scheme(fates, "used", totals.rate("used", place))
        found["rewards"] += used + fates["less"].sum(axis=-1) * at("less")
    if book.campaigns:
        found["campaigns"] += _shared(totals.sent[place], of("sent"), fates)
        found["campaigns"] += _shared(totals.running[place], of("lived"), fates)
    return found


def _by_scheme(fates: NDArray[Any], name: str, rate: Array) -> Array:
    """A quantity of schemes at prices ``[scheme, group]``, or ``[scheme, 1]`` where all groups pay the same."""
    if rate.shape[1] == 1:
        return np.asarray(fates[name] @ rate[:, 0])
    return np.asarray((fates[name] * rate[:, fates["segment"]].T).sum(axis=-1))


def _serving(totals: Totals, fates: NDArray[Any], place: int) -> Array:
    """Pay and unit costs of each person."""
    found = _shared(totals.idle[place], fates["lived"], fates)
    for step, cost in enumerate(totals.steps[place]):
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
