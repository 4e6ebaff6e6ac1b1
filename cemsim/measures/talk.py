"""Where new customers come from, and what is said of the firm: only where people talk."""

from __future__ import annotations

from functools import partial
from typing import Final

from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import SHARE, Kpi, amount, share

HEARD = "Of all customers won: by what others told them, unasked and without a reward."
WORDS = "Share of customers who say so in a month, to all they are tied to."


def _columns(*names: str) -> partial[Array]:
    return partial(_people, names)


def _people(names: tuple[str, ...], books: Books) -> Array:
    return books.people(*names)


kpi = partial(Kpi, group="advocacy")

KPIS = (
    kpi("joined_advertising", "Customers won by advertising", "customers", 1, _columns("joined_advertising"), amount),
    kpi("joined_word_of_mouth", "Customers won by word of mouth", "customers", 1, _columns("joined_word_of_mouth"),
        amount),
    kpi("joined_referral", "Customers brought for a reward", "customers", 1, _columns("joined_referral"), amount),
    kpi("word_of_mouth", "Share won by word of mouth", "share", 0, _columns("joined_word_of_mouth", "joined"), share,
        SHARE, note=HEARD),
    kpi("spoke_well", "Customers who speak well", "share", 1, _columns("spoke_well", "months"), share, SHARE,
        note=WORDS),
    kpi("spoke_ill", "Customers who speak ill", "share", -1, _columns("spoke_ill", "months"), share, SHARE, note=WORDS),
)  # fmt: skip

#: Measures that say nothing where nobody talks or brings others.
ONLY_WITH_TALK: Final = (*(each.id for each in KPIS), "referral_rewards")
