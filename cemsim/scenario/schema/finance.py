"""Money beside the journeys: discounting, tax, winning customers, and what an investment costs.

Neutral settings: with ``tax: 0``, ``working_capital: 0`` and ``terminal: none`` the net present value is the plain
one, before tax, of what happens within the horizon.
"""

from __future__ import annotations

from typing import Literal

from cemsim.scenario.quantity import (
    Money,
    MoneyPerMonth,
    MonthIndex,
    Months,
    Share,
    SharePerYear,
    WholeMonths,
    about,
)
from cemsim.scenario.schema.noun import Noun


class Finance(Noun):
    """How money is counted; every scenario of a baseline is counted alike."""

    discount_rate: SharePerYear = about(
        0.10, "discount rate a year", low=0, high=1, range=(0.08, 0.12), role="world", source="nominal",
        tag="A",
    )  # fmt: skip
    acquisition_cost: Money = about(
        0.0, "cost of winning one customer", low=0,
        source="nothing, where not given; telecom 350, bank 300 (model.md section 8)", tag="A",
    )  # fmt: skip
    message_cost: Money = about(
        0.0, "cost of one message that rules send", low=0, source="nothing, where not given", tag="A",
    )  # fmt: skip
    tax: Share = about(
        0.25, "tax on what a plan adds to profit; a loss is relieved at once by profits elsewhere (0 = before tax)",
        low=0, high=0.95, range=(0.0, 0.35), role="world", source="model.md 3k", tag="A",
    )  # fmt: skip
    working_capital: Share = about(
        0.0, "share of the added revenue of a year that is tied up in receivables and stock (0 = nothing)",
        low=0, high=1, range=(0.0, 0.15), role="world", source="nothing tied up, where not given", tag="A",
    )  # fmt: skip
    terminal: Literal["none", "clv"] = about(
        "none", "what counts after the horizon: none, or clv, the lifetime value of the customers still there, less "
        "the plan's opex for them",
        role="world", source="the cautious choice", tag="A",
    )  # fmt: skip
    finance_rate: SharePerYear | None = about(
        None, "rate a year at which outlays are financed, for the modified rate of return (none = the discount rate)",
        low=0, high=1, role="world",
    )  # fmt: skip
    reinvestment_rate: SharePerYear | None = about(
        None,
        "rate a year at which receipts are put to use, for the modified rate of return (none = the discount rate)",
        low=0, high=1, role="world",
    )  # fmt: skip


class Investment(Noun):
    """What a plan costs, and when it works."""

    capex: Money = about(0.0, "paid at the start", low=0)
    opex: MoneyPerMonth = about(0.0, "paid each month from the start")
    starts: MonthIndex = about(0, "month in which it starts (0 is the first)", low=0, high=600)
    ramp: Months = about(
        0.0, "months from 10 % to 90 % of the effect", low=0, high=240, range=(0, 24),
        source="at once, where not given; model.md k3: 12 months", tag="A",
    )  # fmt: skip
    capex_over: WholeMonths = about(
        1, "months over which capex is paid, in equal parts", low=1, high=120,
        source="at once, where not given", tag="A",
    )  # fmt: skip
    opex_ramp: WholeMonths = about(
        0, "months in which opex grows from nothing to its full height, in equal steps", low=0, high=120,
        source="at once, where not given", tag="A",
    )  # fmt: skip
    depreciation: WholeMonths = about(
        36, "months of straight-line depreciation of capex, for tax", low=1, high=600, range=(36, 84),
        source="purchased software in the US 36 months (IRC 167f), equipment five to seven years", tag="G",
    )  # fmt: skip
