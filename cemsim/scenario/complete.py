"""Defaults that follow from the rest of a scenario."""

from __future__ import annotations

import math
from typing import Final

from cemsim.scenario.schema.market import SHARE_OF_MARKET
from cemsim.scenario.schema.model import Churn
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.schema.segment import Segment

_MOST: Final = 1000.0


def complete(recipe: Recipe) -> Recipe:
    """The recipe with market size, heterogeneity and the complaints' journey filled in where not given."""
    fresh: dict[str, object] = {}
    if "people" not in recipe.market.model_fields_set:
        customers = sum(s.customers for s in recipe.segments.values())
        fresh["market"] = recipe.market.model_copy(update={"people": round(customers / SHARE_OF_MARKET)})
    if "heterogeneity" not in recipe.model.churn.model_fields_set:
        within = heterogeneity(tuple(recipe.segments.values()))
        churn = recipe.model.churn.model_copy(update={"heterogeneity": within})
        fresh["model"] = recipe.model.model_copy(update={"churn": churn})
    if recipe.failures.complaints is None:
        complaints = [name for name, journey in recipe.journeys.items() if journey.starts == "complaint"]
        if len(complaints) == 1:
            fresh["failures"] = recipe.failures.model_copy(update={"complaints": complaints[0]})
    return recipe.model_copy(update=fresh) if fresh else recipe


def heterogeneity(segments: tuple[Segment, ...]) -> float:
    """Alpha + beta of the Beta law of yearly churn within a segment (model.md d3).

    The whole base keeps the variance of the one-segment preset, of which a part lies between segments.

    >>> base = {"revenue": 1.0, "importance": {"product": 1}}
    >>> loyal, fickle = Segment(customers=6, churn=0.102, **base), Segment(customers=4, churn=0.272, **base)
    >>> round(heterogeneity((loyal, fickle)))
    32
    """
    preset = float(Churn.model_fields["heterogeneity"].default)
    people = sum(s.customers for s in segments)
    if len(segments) < 2 or people == 0:
        return preset
    shares = [s.customers / people for s in segments]
    mean = math.fsum(w * s.churn for w, s in zip(shares, segments, strict=True))
    whole = mean * (1 - mean) / (preset + 1)
    between = math.fsum(w * (s.churn - mean) ** 2 for w, s in zip(shares, segments, strict=True))
    spread = math.fsum(w * s.churn * (1 - s.churn) for w, s in zip(shares, segments, strict=True))
    within = whole - between
    if within <= 0 or spread == 0:
        return _MOST if spread else preset
    return min(max(spread / within - 1, preset), _MOST)
