"""Loyalty schemes: what members get, for what; and the numbers of how people react to them (model.md 3g)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from cemsim.base import units
from cemsim.scenario.quantity import (
    Count,
    Flag,
    In,
    Money,
    MoneyPerMonth,
    Months,
    Number,
    Points,
    Share,
    WholeMonths,
    Word,
    about,
)
from cemsim.scenario.schema.noun import Noun

TierName = Literal["bronze", "silver", "gold"]
EarnRate = Annotated[float, In(units.number("points for a unit of money", "1"))]


class Earned(Noun):
    """Points for money spent, worth money once there are enough of them."""

    earn: EarnRate = about(
        1.0, "points for each unit of money spent", over=0, high=1000, range=(0.5, 5),
        source="1 % of sales at a value of 0.01, model.md 3g", tag="A",
    )  # fmt: skip
    worth: Money = about(
        0.01, "what a point is worth", over=0, high=10_000, source="1 % of sales at one point a unit of money", tag="A"
    )
    threshold: Count = about(
        500, "points that can be used at once", low=1, high=10_000_000, range=(100, 2000),
        source="a voucher of 5, where a point is worth 0.01", tag="A",
    )  # fmt: skip
    use: Share = about(
        0.5, "chance that who has enough points uses them in a month", low=0, high=1, range=(0.2, 1.0),
        source="model.md g4 (u)", tag="A",
    )  # fmt: skip
    expires: WholeMonths | None = about(
        24, "months after which points expire (none: never)", low=1, high=120, range=(12, 36),
        source="model.md g4 (X)", tag="A",
    )  # fmt: skip
    breakage: Share = about(
        0.2, "share of points that are never used, as the books estimate it", low=0, high=1, range=(0.1, 0.35),
        source="20 % in a teaching example [IFRS] V (example); level G", tag="G",
    )  # fmt: skip
    pull: Share = about(
        0.1, "purchases more often, just before a reward (phi)", low=0, high=1, range=(0.0, 0.25),
        source="grocery-type 0.10, model.md g2", tag="A",
    )  # fmt: skip


class Stamps(Noun):
    """A card that is full after so many purchases, and then worth a reward at once."""

    size: Count = about(10, "stamps on a full card", low=1, high=1000, range=(5, 20), source="[KUZ06]", tag="V")
    free: Count = about(
        0, "stamps that are on a new card already", low=0, high=999,
        source="none; two speed people up [KUZ06] V", tag="V",
    )  # fmt: skip
    reward: Money = about(..., "what a full card is worth", over=0)
    expires: WholeMonths | None = about(
        None, "months after which a stamp expires (none: never)", low=1, high=120, source="cards do not expire", tag="A"
    )
    breakage: Share = about(
        0.2, "share of stamps on cards that are never full, as the books estimate it", low=0, high=1,
        range=(0.1, 0.35), source="as for points [IFRS] V (example); level G", tag="G",
    )  # fmt: skip
    pull: Share = about(
        0.25, "purchases more often, just before a reward (phi)", low=0, high=1, range=(0.0, 0.25),
        source="last interval 20 % shorter than the first [KUZ06]", tag="V",
    )  # fmt: skip


class Tier(Noun):
    """A tier of members: who reaches it, and how they are treated."""

    above: Money = about(..., "spending of twelve months from which on a member is in it", low=0)
    relationship: Points = about(
        0.5, "points on relationship for its members", low=-10, high=10, range=(0.0, 1.0),
        source="model.md g5 (Delta_tier)", tag="A",
    )  # fmt: skip


class Club(Noun):
    """A membership that is paid for."""

    fee: MoneyPerMonth = about(..., "fee of a member", low=0)
    uplift: Share = about(
        0.2, "purchases more often, for members", low=0, high=5, range=(0.05, 0.5),
        source='"large", persistent [IPY22] V; level A', tag="A",
    )  # fmt: skip
    benefit: Share = about(
        1.0, "what members get for it, over what it was designed to be", low=0, high=1, range=(0.0, 1.0),
        source="as designed", tag="A",
    )  # fmt: skip


class Scheme(Noun):
    """A loyalty scheme: who may join, and what members get; at least one thing."""

    runs: Flag = about(True, "whether there is such a scheme; where it ends, points are forfeited")
    open_to: tuple[Word, ...] = about((), "segments that may join (none named: all)")
    points: Earned | None = about(None, "points for money spent")
    stamps: Stamps | None = about(None, "a stamp for each purchase")
    tiers: Mapping[TierName, Tier] = about({}, "tiers by spending")
    discount: Share = about(
        0.0, "share of the price that members do not pay", low=0, high=1, range=(0.0, 0.1), source="none", tag="A"
    )
    club: Club | None = about(None, "a fee, and what it does")

    @property
    def lives(self) -> int:
        """Months after which points or stamps expire; 0 where they never do."""
        counted = self.points or self.stamps
        return counted.expires or 0 if counted is not None else 0


class Loyalty(Noun):
    """How people react to loyalty schemes (model.md 3g)."""

    power: Number = about(
        6.4, "how late a reward begins to pull (gamma)", over=0, high=50, range=(3, 10), role="world",
        source="last interval -20 %, card time -16.3 % [KUZ06], solved", tag="C",
    )  # fmt: skip
    heavy: Share = about(
        0.1, "response of heavy buyers, relative to all others", low=0, high=1, range=(0.0, 0.5), role="world",
        source="heavy buyers claim most rewards but do not change [LIU07] V (sign); value A", tag="A",
    )  # fmt: skip
    heavy_from: Number = about(
        1.5, "spending from which on a buyer is heavy, over the segment's mean", over=0, high=100, range=(1.2, 3),
        role="world", source="model.md 3g (light, moderate and heavy)", tag="A",
    )  # fmt: skip
    rewarded: Share = about(
        0.02, "purchases more often after a reward (Delta_rb)", low=0, high=1, range=(0.0, 0.05), role="world",
        source="[TN05] V (sign); size A", tag="A",
    )  # fmt: skip
    rewarded_months: WholeMonths = about(
        2, "months for which a reward is remembered", low=0, high=24, range=(1, 4), role="world",
        source="model.md g3", tag="A",
    )  # fmt: skip
    half_life: Months | None = about(
        7.0, "months in which a scheme's pull halves, from joining (none: it stays)", over=0, high=600, range=(4, 24),
        role="world", source="small changes erode 6-9 months after joining [MWA]", tag="V",
    )  # fmt: skip
    selection: Number = about(
        0.5, "how much more readily large buyers join, as a power of their spending", low=0, high=3, range=(0, 1),
        role="world", source="heavier buyers enrol first [MWA] V (sign); value A", tag="A",
    )  # fmt: skip
    enrolment: Months = about(
        6.0, "mean months until somebody joins who will (0: at once)", low=0, high=120, range=(1, 18), role="world",
        source="model.md g1", tag="A",
    )  # fmt: skip
    economic: Share = about(
        1 / 3, "part of a club's effect that goes with its benefit", low=0, high=1, range=(0.2, 0.5), role="world",
        source="one third economic, two thirds not [IPY22]", tag="V",
    )  # fmt: skip
    failure_loss: Share = about(
        1.0, "how much a failure that falls short weighs for members, relative to others", low=0, high=1,
        range=(0.8, 1.0), role="world",
        source="off; 0.9 where members overlook failures [BKB00] V (sign), value A", tag="A",
    )  # fmt: skip
    fee_aversion: Number = about(
        10.0, "how a fee keeps people from joining: exp (-x fee / own spending)", low=0, high=100, range=(5, 20),
        role="world", source="as a price is felt (model.md a10)", tag="A",
    )  # fmt: skip
