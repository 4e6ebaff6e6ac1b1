"""The market: how many people there are, what the firm offers, what rivals offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from cemsim.base import units
from cemsim.base.words import ATTRIBUTES
from cemsim.scenario.quantity import Count, In, Number, PerYear, SharePerMonth, about
from cemsim.scenario.schema.noun import BY_ATTRIBUTE, Attribute, Noun

#: Share of the market that the firm's customers are, where the file does not say (assumption; model.md f4).
SHARE_OF_MARKET: Final = 0.625

#: The market norm at the start, on the scale of 0 to 10.
NORM: Final = dict.fromkeys(ATTRIBUTES, 7.5)


class Market(Noun):
    """Everybody who could be a customer, and what pulls them elsewhere."""

    people: Count = about(
        0, "people in the market, customers included", low=0, role="world", stated="customers / 0.625",
        source="customers / 0.625 where not given; market size decides what is gained", tag="A",
    )  # fmt: skip
    won: SharePerMonth | None = about(
        None, "chance that advertising wins a prospect in a month, where calibration is off (on: solved for)",
        low=0, high=1, role="world", source="where not given, nobody is won", tag="A",
    )  # fmt: skip
    attraction: Number = about(
        0.0, "attraction of rivals (0 = as in the baseline)", low=-5, high=5, range=(-1, 1),
        source="model.md d1: X = exp(reaction x attraction)", tag="A",
    )  # fmt: skip


class Price(Noun):
    """Price indices; 1 is the baseline's price."""

    ours: Number = about(1.0, "own price index", over=0, high=10, source="1 = today's price", tag="A")
    rivals: Number = about(1.0, "rivals' price index", over=0, high=10, source="1 = today's price", tag="A")


class Observed(Noun):
    """What the firm observes of the whole base today, for calibration."""

    contacts: PerYear | None = about(
        None, "contacts a customer makes in a year", low=0, high=1000, role="world",
        source="mobile 2.5, fixed line 1.8 [OW]", tag="V",
    )  # fmt: skip


Level = Annotated[float, In(units.POINTS), Field(ge=0, le=10)]


def _filled(value: Mapping[str, float]) -> dict[str, float]:
    return {**NORM, **value}


#: Quality by attribute, on the scale of 0 to 10. Attributes left out stand at the norm of 7.5.
Levels = Annotated[Mapping[Attribute, Level], *BY_ATTRIBUTE, AfterValidator(_filled)]
