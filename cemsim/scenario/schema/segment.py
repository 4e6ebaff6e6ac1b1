"""Customer groups: how many, what they are worth, how often they leave, what matters to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator

from cemsim.scenario.quantity import (
    Count,
    MoneyPerMonth,
    Number,
    PerMonth,
    Share,
    SharePerMonth,
    SharePerYear,
    Weight,
    about,
)
from cemsim.scenario.schema.contract import Contract, CrossSell, SaveDesk, WinBack
from cemsim.scenario.schema.noun import BY_ATTRIBUTE, Attribute, Group, Noun, adds_up

#: J.D. Power 2006 wireless weights on the six attributes [JDP06] V.
TELECOM_WEIGHTS: Final[Mapping[str, float]] = {
    "product": 0.34, "service": 0.17, "relationship": 0.09, "price": 0.14, "convenience": 0.12, "image": 0.14,
}  # fmt: skip

Weights = Annotated[Mapping[Attribute, Weight], *BY_ATTRIBUTE, AfterValidator(adds_up)]


class Spend(Noun):
    """How a group spends: a contract with one firm, or a repertoire of several brands."""

    kind: Literal["contractual", "repertoire"] = about(
        "contractual", "a contract, or a share of wallet among brands", role="world"
    )
    dispersion: Number = about(
        1.07, "sigma of the logarithm of spend over people", low=0, high=3, range=(0.5, 1.6), role="world",
        source="subscription 1.07, service 1.25, other 1.30, packaged goods 1.45 [MW18, KSW17]", tag="C",
    )  # fmt: skip
    brands: Count = about(
        1, "brands a person uses", low=1, high=20, range=(1, 6), role="world",
        source="grocery mean 4.4 banners [FMI19]", tag="V",
    )  # fmt: skip
    adjustment: SharePerMonth = about(
        0.2, "share of the gap to the wallet rule closed each month", low=0, high=1, range=(0.05, 0.5),
        role="world", source="model.md e2", tag="A",
    )  # fmt: skip
    trips: PerMonth = about(
        4.0, "purchases a customer makes of this company", low=0, high=200, role="world",
        source="about one a week", tag="A",
    )  # fmt: skip
    trip_shape: Number = about(
        1.5, "shape of the gamma law of trip rates over people", over=0, high=100, range=(0.5, 5),
        role="world", source="model.md e3 (NBD)", tag="A",
    )  # fmt: skip
    basket_dispersion: Number = about(
        0.5, "sigma of the logarithm of a basket", low=0, high=3, range=(0.2, 1), role="world",
        source="model.md e3", tag="A",
    )  # fmt: skip


def _spend(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


class Segment(Noun):
    """One customer group."""

    customers: Count = about(..., "customers today", low=0, high=20_000_000, role="world")
    revenue: MoneyPerMonth = about(..., "mean revenue of a customer", low=0)
    margin: Share = about(
        0.5, "contribution margin", low=-1, high=1, range=(0.3, 0.7),
        source="mobile telecom, model.md section 8", tag="A",
    )  # fmt: skip
    churn: SharePerYear = about(
        ..., "share of the base that leaves within a year, as observed", low=0, high=0.99, role="world"
    )
    importance: Weights = about(
        dict(TELECOM_WEIGHTS), "weight of each attribute, adding up to 1", role="world",
        source="J.D. Power 2006 wireless factor weights [JDP06]", tag="V",
    )  # fmt: skip
    group: Group | None = about(None, "group of Reinartz & Kumar", role="world", source="[RK02]", tag="V")
    churn_slope: Number = about(
        1.0, "slope of satisfaction on churn, relative", low=0, high=5, range=(0.5, 1.5), role="world",
        source="loyalist 1, butterfly 0.7, model.md section 6", tag="A",
    )  # fmt: skip
    attraction_reaction: Number = about(
        1.0, "reaction to the attraction of rivals, relative", low=0, high=10, range=(0.5, 3), role="world",
        source="loyalist 1, butterfly 2, model.md section 6", tag="A",
    )  # fmt: skip
    contact_rate: Number = about(
        1.0, "contacts relative to the journeys' need", low=0, high=20, range=(0.8, 1.3),
        source="loyalist 1, butterfly 1.1, model.md section 6", tag="A",
    )  # fmt: skip
    telling: Number = about(
        1.0, "how much the group talks, relative", low=0, high=10, range=(0.5, 1.5), role="world",
        source="loyalist 1.2, butterfly 0.8, model.md section 6", tag="A",
    )  # fmt: skip
    proneness: Share = about(
        0.3, "chance that an average customer joins a loyalty scheme", low=0, high=1, range=(0.1, 0.9), role="world",
        source="loyalist 0.3, butterfly 0.8, model.md section 6; sign [AHN06, LEE07] V", tag="A",
    )  # fmt: skip
    cards: Number = about(
        1.0, "loyalty cards a customer holds, ours among them", low=1, high=50, range=(1, 5), role="world",
        source="loyalist 1, butterfly 3, model.md section 6; US households 12 active [COL15]", tag="A",
    )  # fmt: skip
    reward_response: Number = about(
        1.0, "reaction to a near reward, relative", low=0, high=5, range=(0.1, 1), role="world",
        source="loyalist .1 to .5, butterfly 1, model.md section 6", tag="A",
    )  # fmt: skip
    ideal_messages: PerMonth = about(
        8.0, "messages that a customer finds just right", over=0, high=200, range=(4, 20), role="world",
        source="engaged ones tolerate up to five a week, 20 /month [RP]; average A", tag="A",
    )  # fmt: skip
    spend: Annotated[Spend, BeforeValidator(_spend)] = about(Spend(), "how the group spends", role="world")
    contract: Contract | None = about(None, "contract that binds customers for a term")
    cross_sell: CrossSell | None = about(None, "products bought beyond the first")
    save_desk: SaveDesk | None = about(None, "desk that answers announced cancellations")
    win_back: WinBack | None = about(None, "how those who left come back, beside advertising")

    @property
    def offers(self) -> dict[str, float]:
        """What each who takes an offer costs, by the block that makes it."""
        found: dict[str, float] = {}
        if self.save_desk is not None:
            found["save_desk"] = self.save_desk.cost
        if self.win_back is not None:
            found["win_back"] = self.win_back.price
        if self.cross_sell is not None:
            found["cross_sell"] = self.cross_sell.cost
        return found
