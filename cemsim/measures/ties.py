"""What ties customers to the firm: saved and won back, products beyond the first, contracts that run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import POSITIVE, SHARE, Kpi, amount, share


def _of(*names: str) -> Callable[[Books], Array]:
    return lambda opened: opened.people(*names)


def _saved(opened: Books) -> Array:
    return np.asarray(opened.people("saved", "saved_partly").sum(axis=-1, keepdims=True))


kpi = partial(Kpi, group="ties")

KPIS = (
    kpi("saved", "Cancellations taken back", "customers", 1, _saved, amount, note="Some of them for less money."),
    kpi("won_back", "Customers won back", "customers", 1, _of("joined_win_back"), amount, note="Among customers won."),
    kpi("products_sold", "Products sold beyond the first", "products", 1, _of("products_sold"), amount),
    kpi("further_products", "Products beyond the first, per customer", "products", 1, _of("extra_products", "active"),
        share, POSITIVE, last=True),
    kpi("in_contract", "Customers in contract", "share", 0, _of("in_contract", "active"), share, SHARE, last=True),
)  # fmt: skip
#: Columns that are all 0 where nobody is tied.
TRACED: Final = ("saved", "saved_partly", "joined_win_back", "products_sold", "extra_products", "in_contract")
#: Measures that say something only where customers are tied.
ONLY_WITH_TIES: Final = (*(each.id for each in KPIS), "offers")
