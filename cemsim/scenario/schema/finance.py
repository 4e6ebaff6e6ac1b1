"""Money beside the journeys: discounting, winning customers, and what an investment costs."""

from __future__ import annotations

from cemsim.scenario.quantity import Money, MoneyPerMonth, MonthIndex, Months, SharePerYear, about
from cemsim.scenario.schema.noun import Noun


class Finance(Noun):
    """How money is counted."""

    discount_rate: SharePerYear = about(
        0.10, "discount rate a year", low=0, high=1, range=(0.08, 0.12), role="world", source="nominal",
        tag="A",
    )  # fmt: skip
    acquisition_cost: Money = about(
        0.0, "cost of winning one customer", low=0,
        source="nothing, where not given; telecom 350, bank 300 (model.md section 8)", tag="A",
    )  # fmt: skip


class Investment(Noun):
    """What a plan costs, and when it works."""

    capex: Money = about(0.0, "paid once at the start", low=0)
    opex: MoneyPerMonth = about(0.0, "paid each month from the start")
    starts: MonthIndex = about(0, "month in which it starts (0 is the first)", low=0, high=600)
    ramp: Months = about(
        0.0, "months from 10 % to 90 % of the effect", low=0, high=240, range=(0, 24),
        source="at once, where not given; model.md k3: 12 months", tag="A",
    )  # fmt: skip
