"""The closed loop, where a scenario has one: what is left of failures by origin, and who was followed up."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import Kpi, amount, share


def _level(name: str) -> partial[Array]:
    return partial(_of_firm, name)


def _of_firm(name: str, opened: Books) -> Array:
    level = opened.firm(name)
    return np.concatenate([level, np.ones_like(level)], axis=-1)


kpi = partial(Kpi, group="loop")
SAID: Final = "Relative to the start of the horizon, and to what the scenario says of them; mean over months."

KPIS = (
    kpi("level_back", "Failures of the back office, of those at the start", "share", -1, _level("level_back"), share,
        axes=(), cuts=((),), note=SAID),
    kpi("level_front", "Failures of the front line, of those at the start", "share", -1, _level("level_front"), share,
        axes=(), cuts=((),), note=SAID),
    kpi("followed", "Unhappy customers followed up", "customers", 0, lambda opened: opened.people("followed"), amount),
)  # fmt: skip
#: Measures that say something only where there is a closed loop.
ONLY_WITH_LOOP: Final = (*(each.id for each in KPIS), "organisation_cost")
