"""What partners cost and keep, visits in their windows, and losses that controls prevent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import SHARE, Keep, Kpi, amount, share
from cemsim.measures.margin import EARNINGS
from cemsim.measures.money import losses_by_step

JOURNEY: Keep = ("journey", "segment")
CUTS: tuple[Keep, ...] = ((), ("segment",), ("journey",))


def partner_fees(books: Books) -> Array:
    """Fees of contacts that partners served, ``[replicate, month, journey, segment]``."""
    served = books.of_steps("served")[..., 0] * (books.unit_cost * books.partner)[..., None]
    return books.by_journey(np.asarray(served))


def _kept(books: Books) -> Array:
    """Contacts that partners finished within the promise, and all of theirs that have one."""
    ours = books.partner & books.promised
    late, served = np.moveaxis(books.of_steps("late", "served") * ours[..., None, None], -1, 0)
    return books.by_journey(np.stack([served - late, served], axis=-1))


def _in_window(books: Books) -> Array:
    return books.by_journey(books.of_steps("in_window", "visits"))


def _money(column: str, books: Books) -> Array:
    return books.by_journey(losses_by_step(books, column))[..., None]


kpi = partial(Kpi, axes=JOURNEY, cuts=CUTS)
EXPECTED = "Expected: contacts at risk times the chance that somebody tries and is not stopped, times what is lost."

KPIS = (
    kpi("in_window", "Visits within their window", "share", 1, _in_window, share, SHARE, group="service"),
    kpi("partner_kept", "Partners' work done as promised", "share", 1, _kept, share, SHARE, group="service"),
    kpi("partner_fees", "Partners' fees", "money", -1, lambda books: partner_fees(books)[..., None], amount,
        group="money", own_margin=EARNINGS, note="Contacts that partners served, times the step's unit cost."),
    kpi("losses", "Losses that no control stopped", "money", -1, partial(_money, "losses"), amount, group="money",
        own_margin=EARNINGS, note=EXPECTED),
    kpi("losses_prevented", "Losses that controls prevented", "money", 1, partial(_money, "prevented"), amount,
        group="money", own_margin=EARNINGS, note=EXPECTED),
)  # fmt: skip


#: Steps that a measure needs; where a scenario has none, there is nothing to show.
NEEDS: Final[dict[str, Callable[[Books], bool]]] = {
    "in_window": lambda books: any(books.windows), "partner_kept": lambda books: bool(books.partner.any()),
    "partner_fees": lambda books: bool(books.partner.any()), "losses": lambda books: bool(books.loss.any()),
    "losses_prevented": lambda books: bool(books.loss.any()),
}  # fmt: skip
