"""Who is tied to whom, what people tell each other, and a programme that rewards bringing somebody (model.md 3f)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from cemsim.base import units
from cemsim.scenario.files import File
from cemsim.scenario.quantity import (
    Count,
    In,
    Money,
    Months,
    PerYear,
    Points,
    Share,
    SharePerMonth,
    about,
)
from cemsim.scenario.schema.noun import Noun

Kind = Literal["watts_strogatz", "preferential_attachment", "ring", "mixed", "file"]
Ratio = Annotated[float, In(units.number("ratio", "1.5"))]


class Talk(Noun):
    """What customers tell, and what it does to those who hear it."""

    rate: SharePerMonth = about(
        0.05, "chance that a customer talks of the firm in a month", low=0, high=1, range=(0.02, 0.1), role="world",
        source="model.md f3 (t_0)", tag="A",
    )  # fmt: skip
    per_point: SharePerMonth = about(
        0.05, "the same, added for each point of satisfaction above the reference", low=0, high=1,
        range=(0.02, 0.1), role="world", source="model.md f3 (t_+)", tag="A",
    )  # fmt: skip
    below: Ratio = about(
        1.5, "added below the reference, over what is added above it", low=0, high=10, range=(1.0, 2.0), role="world",
        source="the dissatisfied talk more, but less so than is said [AND98] V (sign)", tag="A",
    )  # fmt: skip
    well: Points = about(
        9.0, "recommendation score from which people speak well", low=0, high=10, range=(8.5, 9.0), role="world",
        source="model.md f3: promoters", tag="A",
    )  # fmt: skip
    ill: Points = about(
        6.0, "recommendation score up to which people speak ill", low=0, high=10, range=(6.0, 6.5), role="world",
        source="model.md f3: detractors", tag="A",
    )  # fmt: skip
    strong: Share = about(
        0.03, "chance that a good word over a strong tie wins somebody", low=0, high=0.9, range=(0.01, 0.07),
        role="world", source="order of the three chances [GLM] V; ranges G", tag="G",
    )  # fmt: skip
    weak: Share = about(
        0.01, "chance that a good word over a weak tie wins somebody", low=0, high=0.9, range=(0.005, 0.015),
        role="world", source="order of the three chances [GLM] V; ranges G", tag="G",
    )  # fmt: skip
    negative: Ratio = about(
        1.0, "weight of an ill word over that of a good one", low=0, high=10, range=(0.7, 1.5), role="world",
        source="impact of good words is generally not less [EHL08] V; value A", tag="A",
    )  # fmt: skip
    image: Share = about(
        0.1, "share of the way that a word moves a customer's image of the firm", low=0, high=1, range=(0.0, 0.3),
        role="world", source="model.md f5 (iota)", tag="A",
    )  # fmt: skip


class Referral(Noun):
    """A programme that rewards customers who bring somebody."""

    rate: PerYear = about(
        0.0, "customers that a promoter brings (0 = no programme)", low=0, high=12, range=(0.0, 0.25),
        source=".15 where there is a programme: 12 of 81 intending in telecom, 14 of 68 in finance [KPL07]", tag="C",
    )  # fmt: skip
    reward: Money = about(
        0.0, "reward for a customer brought", low=0, source="nothing, where not given", tag="A",
    )  # fmt: skip
    hazard: Ratio = about(
        0.82, "hazard of leaving of a customer brought, over that of others", low=0, high=2, range=(0.75, 1.0),
        role="world", source="18 % less churn [SSV11b]", tag="Vw",
    )  # fmt: skip
    margin: Share = about(
        0.10, "margin of a customer brought, above that of others, at first", low=0, high=1, range=(0.0, 0.25),
        role="world", source="a premium that erodes [SSV11] V; size A", tag="A",
    )  # fmt: skip
    fades: Months = about(
        30.0, "months over which that premium fades", over=0, high=600, range=(18, 36), role="world",
        source="model.md 3f [SSV11]", tag="A",
    )  # fmt: skip


class Network(Noun):
    """Ties between the people of the market."""

    kind: Kind = about(..., "how people are tied", role="world")
    strong: Count = about(
        10, "strong ties of a person, on average", low=0, high=200, range=(5, 29), role="world",
        source="[GLM] (range)", tag="V",
    )  # fmt: skip
    weak: Count = about(
        10, "weak ties of a person, on average", low=0, high=200, range=(5, 29), role="world",
        source="[GLM] (range)", tag="V",
    )  # fmt: skip
    rewiring: Share = about(
        0.1, "share of ties that lead anywhere instead of to a neighbour (watts_strogatz)", low=0, high=1,
        range=(0.01, 0.3), role="world", source="a small world", tag="A",
    )  # fmt: skip
    file: File | None = about(
        None, "CSV of ties: from, to and, where wanted, tie (strong or weak); people count from 0, customers first",
        role="world",
    )  # fmt: skip
    share: Share | None = about(
        None, "share of today's new customers who come by word of mouth; the chances of words are scaled to it",
        low=0, high=0.95, role="world",
    )  # fmt: skip
    talk: Talk = about(Talk(), "what customers tell, and what it does", role="world")
    referral: Referral = about(Referral(), "a programme that rewards bringing customers")


def _kind(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) and value != "none" else value


#: A network as a scenario writes it: a block, or its kind alone.
Ties = Annotated[Network | None, BeforeValidator(_kind)]
