"""Campaigns: messages that nobody asked for, and advertising that promises something (model.md 3h)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from cemsim.scenario.quantity import (
    Flag,
    Money,
    MoneyPerMonth,
    MonthIndex,
    Months,
    Number,
    PerMonth,
    Points,
    Share,
    WholeMonths,
    Word,
    about,
)
from cemsim.scenario.schema.noun import BY_ATTRIBUTE, Attribute, Noun

Way = Literal["email", "sms", "phone", "mail", "app"]


class Campaign(Noun):
    """Messages to customers, or advertising to everybody."""

    kind: Literal["messages", "brand"] = about(..., "messages to customers, or advertising of the brand")
    runs: Flag = about(True, "whether there is such a campaign")
    starts: MonthIndex | None = about(
        None, "month in which it starts (none: it is always there, or from the plan's start)", low=0, high=600
    )
    lasts: WholeMonths | None = about(None, "months it lasts (none: to the end)", low=1, high=600)
    to: tuple[Word, ...] = about((), "segments that are written to (none named: all)")
    channel: Way = about("email", "how people are reached; pressure adds up over channels")
    sent: PerMonth = about(0.0, "messages to each customer", low=0, high=200, range=(0, 30), source="none", tag="A")
    outreach: Flag = about(
        False, "unasked outreach that makes people think about leaving: it wakes them up"
    )
    message_cost: Money | None = about(None, "cost of a message (none: finance.message_cost)", low=0)
    advertising: Number = about(
        1.0, "advertising while it runs, relative to today", low=0, high=100, source="1 = as today", tag="A"
    )
    promise: Annotated[Mapping[Attribute, Points], *BY_ATTRIBUTE] = about(
        {}, "level promised while it runs, by attribute"
    )
    cost: MoneyPerMonth = about(0.0, "paid each month while it runs", low=0, source="nothing, where not given", tag="A")


class Communication(Noun):
    """How unasked messages wear, and what campaigns reach (model.md 3h)."""

    left: Share = about(
        0.5, "share of the contact pressure that is left a month later", low=0, high=0.99, range=(0.3, 0.7),
        role="world", source="model.md h1 (delta_M)", tag="A",
    )  # fmt: skip
    opt_out: Share = about(
        0.0015, "chance of opting out at a month end, for each message of the pressure", low=0, high=1,
        range=(0.0005, 0.005), role="world", source="model.md h2 (c_3)", tag="A",
    )  # fmt: skip
    welcome: Share = about(
        0.05, "purchases more often at the ideal number of messages (c_1)", low=0, high=1, range=(0.0, 0.1),
        role="world", source="an ideal point exists [GSV11] V (form); value A", tag="A",
    )  # fmt: skip
    reactance: Number = about(
        0.2, "how fast too many messages drive people away (c_2)", low=0, high=5, range=(0.0, 0.4), role="world",
        source="[GSV11] V (sign); value A", tag="A",
    )  # fmt: skip
    short: Number = about(
        0.12, "elasticity of customers won, at once", low=0, high=1, range=(0.05, 0.2), role="world",
        source="mean short-term elasticity [STB11]", tag="V",
    )  # fmt: skip
    lasting: Number = about(
        0.24, "elasticity of customers won, in the long run", low=0, high=1, range=(0.1, 0.4), role="world",
        source="mean long-term elasticity [STB11]", tag="V",
    )  # fmt: skip
    carry_over: Months = about(
        3.0, "months in which the lasting part of advertising builds up, or fades, by half", over=0, high=60,
        range=(1, 12), role="world", source="model.md h4", tag="A",
    )  # fmt: skip
