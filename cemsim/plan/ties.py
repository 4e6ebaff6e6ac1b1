"""What ties people to the firm, from words to columns; without a mechanism its columns say that nothing is tied."""

from __future__ import annotations

from math import inf, log1p
from typing import Any, get_args

from cemsim.base.theory.contracts import bound_share
from cemsim.base.words import CAUSES
from cemsim.model.offers import purchase_chance
from cemsim.model.science import plain
from cemsim.scenario.schema.contract import Offer, Ties
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.schema.segment import Segment
from cemsim.scenario.schema.switches import Switches

OFFERS = get_args(Offer)


def tying(scenario: Scenario) -> bool:
    """Whether contracts, products, a save desk or win-back act anywhere in a scenario."""
    on = scenario.switches
    return any(
        (on.contract and s.contract is not None) or (on.cross_sell and s.cross_sell is not None)
        or (on.save_desk and s.save_desk is not None) or (on.win_back and s.win_back is not None)
        for s in scenario.segments.values()
    )  # fmt: skip


def put_segment(row: Any, segment: Segment, ties: Ties, on: Switches) -> None:
    """Write a segment's columns."""
    row["in_contract"] = row["at_expiry"] = row["part_revenue"] = row["spend_scale"] = row["tariff"] = 1.0
    contract, more, desk, back = segment.contract, segment.cross_sell, segment.save_desk, segment.win_back
    if contract is not None and on.contract:
        row["contract"] = contract.term
        row["locked"] = contract.locked if contract.locked is not None else bound_share(
            contract.term, contract.renewal, contract.signs, segment.churn, ties.in_contract, ties.at_expiry
        )
        row["signs"], row["renewal"] = contract.signs, contract.renewal
        row["in_contract"], row["at_expiry"] = ties.in_contract, ties.at_expiry
    if more is not None and on.cross_sell:
        row["cross_rate"], row["cross_slope"], row["cross_step"] = more.rate / 12.0, more.slope, more.step
        row["most_extra"] = more.most
    if desk is not None and on.save_desk:
        row["save_full"], row["save_part"], row["part_revenue"] = desk.success, desk.partial, desk.partial_revenue
    if back is not None and on.win_back:
        row["win_back"] = -log1p(-back.returning) / back.within
        row["within"], row["offer"] = back.within, OFFERS.index(back.offer)


def likeliest(rate: float, slope: float, strength: float) -> float:
    """The highest chance that anybody buys one more product in a month: delighted, and written to as one likes it."""
    return plain(purchase_chance)(rate * (1.0 + strength), slope, inf) * (1.0 + 1e-9)


def put_world(row: Any, ties: Ties, on: Switches) -> None:
    """Write the world's columns."""
    row["switching"] = ties.switching if on.switching_cost else 0.0
    row["wake_ratio"] = ties.wake_up if on.wake_up else 1.0
    row["wake_months"] = ties.wake_months if on.wake_up else 0
    returns = {"death": 0.0, "move": 0.0, "competition": ties.price_returns, "service": ties.service_returns}
    row["returns"] = [returns.get(cause, 1.0) for cause in CAUSES]
    row["complaint_returns"], row["recovery_returns"] = ties.complaint_returns, ties.recovery_returns
    row["second_life"] = [ties.bundle_life if offer == "bundle" else 1.0 for offer in OFFERS]
