"""The visit table: one row a touch, for those who want to see every contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cemsim.engine.state import OUTCOMES
from cemsim.plan.plan import Plan

if TYPE_CHECKING:
    import pandas as pd


def visit_frame(plan: Plan, rows: list[NDArray[Any]]) -> pd.DataFrame:
    """Visits as a frame in order of time; times in minutes since the burn-in began, feelings in points."""
    import pandas as pd

    table = np.concatenate(rows)
    names = plan.names
    steps = [step for _, step in names.steps]

    def named(codes: NDArray[Any], words: tuple[str, ...] | list[str]) -> Any:
        unique = list(dict.fromkeys(words))
        return pd.Categorical(np.array(words)[codes], categories=unique)

    frame: dict[str, Any] = {name: table[name] for name in table.dtype.names or ()}
    frame["month"] = table["month"] - plan.scenario.burn_in
    frame["segment"] = named(table["segment"], names.segments)
    frame["journey"] = named(table["journey"], names.journeys)
    frame["step"] = named(table["step"], steps)
    frame["outcome"] = named(table["outcome"], OUTCOMES)
    frame["resolved"] = table["resolved"] == 1
    return pd.DataFrame(frame)
