"""What ties a customer group to the firm: a contract, more products, a desk that saves, offers that win back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from cemsim.base import units
from cemsim.scenario.quantity import Count, In, Money, Number, PerYear, Share, SharePerMonth, WholeMonths, about
from cemsim.scenario.schema.noun import Noun

PerPoint = Annotated[float, In(units.number("/point", "0.25"))]
Offer = Literal["none", "discount", "upgrade", "bundle"]

#: Share of those approached who come back, and what each who does costs, by offer [WIN] Vw; without one, assumption.
SUCCESS: Final[Mapping[str, float]] = {"none": 0.10, "discount": 0.45, "upgrade": 0.41, "bundle": 0.47}
COST: Final[Mapping[str, float]] = {"none": 0.0, "discount": 120.0, "upgrade": 105.0, "bundle": 225.0}


class Contract(Noun):
    """A term for which customers are bound; they may sign another when it has run out."""

    term: WholeMonths = about(
        24, "length of a term", low=1, high=120, range=(6, 36), source="mobile, model.md section 8", tag="A"
    )
    locked: Share | None = about(
        None, "share of today's customers with a contract that runs", low=0, high=1, range=(0.4, 0.8), role="world",
        stated="as in the long run: 60 % where nobody leaves", source="60 % in mobile, model.md section 8", tag="A",
    )  # fmt: skip
    renewal: SharePerMonth = about(
        1 / 16, "share of customers without a running contract who sign one in a month", low=0, high=1,
        range=(0.02, 0.2), source="1/16 a month, model.md 3d: 24 of 40 months are bound", tag="A",
    )  # fmt: skip
    signs: Share = about(
        0.2, "share of new customers who sign when they join", low=0, high=1, range=(0, 1),
        source="so that 60 % are bound at 24 months, 1/16 a month and 17 % churn a year", tag="C",
    )  # fmt: skip


class CrossSell(Noun):
    """Products bought beyond the first; each adds revenue and makes leaving harder."""

    rate: PerYear = about(
        0.05, "products a customer buys in a year, at the reference satisfaction", low=0, high=12, range=(0.02, 0.2),
        source="telecom .05, bank 1/8 (model.md section 8)", tag="A",
    )  # fmt: skip
    slope: PerPoint = about(
        0.25, "slope of its logarithm for each point of satisfaction", low=0, high=3, range=(0, 0.5), role="world",
        source="as satisfaction acts on churn (beta1)", tag="A",
    )  # fmt: skip
    step: Share = about(
        0.20, "revenue that each adds, as a share of the first product's", low=0, high=5, range=(0.05, 0.5),
        role="world", source="no source; model.md e1", tag="A",
    )  # fmt: skip
    most: Count = about(
        5, "products beyond the first at most", low=1, high=50, range=(2, 10), role="world", source="no source", tag="A"
    )
    cost: Money = about(
        0.0, "cost of selling one", low=0, source="nothing, where not given; SaaS .28 for 1 of new revenue [KBCM] V",
        tag="A",
    )  # fmt: skip


class SaveDesk(Noun):
    """Whoever announces a cancellation is made an offer; a death or a move is no cancellation."""

    success: Share = about(
        0.455, "share that stays at the full price", low=0, high=1, range=(0.2, 0.5),
        source="276 488 of 607 948 German postpaid customers [GER15]", tag="V",
    )  # fmt: skip
    partial: Share = about(
        0.067, "share that stays for less", low=0, high=1, range=(0, 0.2),
        source="40 500 of 607 948 German postpaid customers [GER15]", tag="V",
    )  # fmt: skip
    partial_revenue: Share = about(
        0.5, "revenue of those, as a share of the full price", low=0, high=1, range=(0.3, 0.9), source="no source",
        tag="A",
    )  # fmt: skip
    cost: Money = about(
        120.0, "cost of the offer to each who stays", low=0, range=(50, 225),
        source="as the discount that wins customers back, in USD [WIN] Vw", tag="A",
    )  # fmt: skip


class WinBack(Noun):
    """Whoever left for a reason of their own may come back, within a time."""

    offer: Offer = about(
        "none", "what is offered: none (they come of themselves), discount, upgrade, or bundle (both)",
        source="reproduces Kumar et al. [WIN]", tag="Vw",
    )  # fmt: skip
    within: WholeMonths = about(
        12, "months within which they may come back", low=1, high=120, range=(3, 24), source="model.md 3d", tag="A"
    )
    success: Share | None = about(
        None, "share of those approached who come back (at mean; why they left moves it)", low=0, high=0.99,
        range=(0.05, 0.5), stated="none .10; discount .45, upgrade .41, bundle .47",
        source="by offer [WIN] Vw; without one, assumption", tag="Vw",
    )  # fmt: skip
    cost: Money | None = about(
        None, "cost of the offer to each who comes back", low=0, range=(50, 300),
        stated="none 0; discount 120, upgrade 105, bundle 225 USD", source="by offer [WIN]", tag="Vw",
    )  # fmt: skip
    reach: Share = about(
        1.0, "share of those lost who are approached", low=0, high=1, range=(0.2, 1), source="all of them", tag="A"
    )

    @property
    def returning(self) -> float:
        """Share of those lost who come back."""
        return self.reach * (SUCCESS[self.offer] if self.success is None else self.success)

    @property
    def price(self) -> float:
        """What each who comes back costs."""
        return COST[self.offer] if self.cost is None else self.cost


Ratio = Annotated[float, In(units.number("ratio", "1.5")), Field(ge=0, le=10)]


class Ties(Noun):
    """How what ties customers moves their hazards (model.md 3d)."""

    in_contract: Ratio = about(
        0.3, "hazard while a contract runs, relative", range=(0.1, 0.6), role="world",
        source="contract-expiry timing matters [JCS] V (fact); value A", tag="A",
    )  # fmt: skip
    at_expiry: Ratio = about(
        2.0, "hazard in the month in which it runs out, relative", range=(1, 4), role="world",
        source="contract-expiry timing matters [JCS] V (fact); value A", tag="A",
    )  # fmt: skip
    switching: Number = about(
        0.25, "what each product beyond the first takes from the logarithm of the hazard", low=0, high=3,
        range=(0, 0.6), role="world",
        source="switching costs explain more of staying than satisfaction [BFM03] V; value A", tag="A",
    )  # fmt: skip
    wake_up: Ratio = about(
        1.6, "hazard after unasked outreach, relative", range=(1, 1.7), role="world",
        source="6.4 to 10.0 % in three months: ln .900 / ln .936 = 1.59 [ASC16]", tag="V",
    )  # fmt: skip
    wake_months: WholeMonths = about(
        3, "months for which outreach wakes", low=0, high=60, range=(1, 6), role="world",
        source="three months were observed [ASC16]", tag="V",
    )  # fmt: skip
    price_returns: Ratio = about(
        1.3, "chance to win back who left for price (competition), relative", range=(1, 2), role="world",
        source="price leavers return more [KBZ15] V (sign); value A", tag="A",
    )  # fmt: skip
    service_returns: Ratio = about(
        0.7, "chance to win back who left for service, relative", range=(0.4, 1), role="world",
        source="service leavers return less [KBZ15] V (sign); value A", tag="A",
    )  # fmt: skip
    complaint_returns: Ratio = about(
        1.0, "chance to win back who ever complained, relative", range=(0.5, 1), role="world",
        source="past complaints hurt [KBZ15] V (sign); no size is published, so none is taken", tag="A",
    )  # fmt: skip
    recovery_returns: Ratio = about(
        1.0, "the same, where the last complaint was put right", range=(1, 2), role="world",
        source="a past recovery helps [KBZ15] V (sign); no size is published, so none is taken", tag="A",
    )  # fmt: skip
    bundle_life: Ratio = about(
        1.2, "hazard of who was won back by a bundle, relative to other offers", range=(1, 1.6), role="world",
        source="discount and upgrade: the shortest second life [KBZ15] V (sign); value A", tag="A",
    )  # fmt: skip
