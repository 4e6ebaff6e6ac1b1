"""Tables of events: a row a touch, and a row each time a rule fired."""

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
    frame["team"] = _teams(plan, table["team"])
    frame["outcome"] = named(table["outcome"], OUTCOMES)
    frame["resolved"] = table["resolved"] == 1
    return pd.DataFrame(frame)


def firing_frame(plan: Plan, rows: list[NDArray[Any]]) -> pd.DataFrame:
    """Each time a rule fired; times in minutes since the burn-in began, person and issue -1 where a team was asked."""
    import pandas as pd

    table = np.concatenate(rows)
    names, by = plan.names, table["rule"]
    return pd.DataFrame({
        "time": table["time"],
        "month": table["month"] - plan.scenario.burn_in,
        "person": table["person"],
        "team": _teams(plan, table["team"]),
        "ruleset": pd.Categorical(np.array([name for name, _ in names.rules])[by]),
        "rule": pd.Categorical(np.array([rule for _, rule in names.rules])[by]),
        "issue": table["issue"],
    })


def _teams(plan: Plan, places: NDArray[Any]) -> Any:
    import pandas as pd

    teams = np.array([*plan.names.teams, ""])                # the last is that of -1: nobody's
    return pd.Categorical(teams[places], categories=teams)
