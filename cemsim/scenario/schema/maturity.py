"""How mature the firm is at experience management; acts only where switched on (model.md 3j)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from cemsim.base import units
from cemsim.scenario.quantity import In, Number, about
from cemsim.scenario.schema.noun import Noun

Level = Annotated[float, In(units.number("level", "1.5")), Field(ge=0, le=3)]
_SOURCE = "0 undeveloped, 1 ad hoc, 2 repeatable, 3 systematic [FORR]; 1.5 moves nothing"


def _level(description: str) -> Any:
    return about(1.5, description, source=_SOURCE, tag="A")


class Maturity(Noun):
    """Levels from 0 to 3 of six capabilities and four disciplines; 1.5 is neutral."""

    understanding: Level = _level("customer understanding: effort goes to what matters")
    prioritise: Level = _level("prioritising: effect of a plan on the touchpoints it chose")
    design: Level = _level("design: new defects, and failures of the back office")
    deliver: Level = _level("delivery: how even touchpoints are, how fast a plan takes hold")
    measure: Level = _level("measurement: detection of causes, who replies to surveys")
    culture: Level = _level("culture: fading of gains, attrition of staff")
    accountability: Level = _level("accountability: pace of mending within one function")
    rhythm: Level = _level("rhythm of review: fading of gains")
    rigour: Level = _level("rigour: new defects")
    coordination: Level = _level("coordination: pace of mending across functions and firms")
    weak: Number = about(
        1.25, "what a discipline at level 0 multiplies half-lives, fading and new defects by", over=0, high=10,
        range=(1.0, 1.5), role="world", source="as of design; no published value", tag="A",
    )  # fmt: skip
    strong: Number = about(
        0.8, "the same at level 3", over=0, high=10, range=(0.6, 1.0), role="world",
        source="as of design; no published value", tag="A",
    )  # fmt: skip
