"""Minutes of a law of the plan at a quantile: closed form where there is one, else a table; both engines call it."""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import normal
from cemsim.model.laws import between, closed_form
from cemsim.model.science import science


@science
def tabled(row: Any, u: float) -> float:
    """Value of a tabled quantile function; points are evenly spaced in the normal score from -6 to 6."""
    last = row.shape[0] - 1
    place = (normal(u) + 6.0) * (last / 12.0)
    place = min(max(place, 0.0), last - 1e-9)
    i = int(place)
    return between(row[i], row[i + 1], place - i)


@science
def minutes(law: Any, quantiles: Any, u: float) -> float:
    """Minutes at quantile ``u`` of a law record."""
    if law.table >= 0:
        return law.mean * tabled(quantiles[law.table], u)
    return closed_form(law.kind, law.a, law.b, u)
