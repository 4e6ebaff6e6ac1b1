"""Prices of a scenario month by month: the baseline's until its plan starts, then on the plan's ramp to its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cemsim.plan.ramp import on_the_way

Array = npt.NDArray[np.float64]
#: One world's prices by name, each ``[place]``.
Prices = Mapping[str, Array]

NONE = float("nan")


def prices(scenario: Any, names: Any, offers: Sequence[tuple[str, str]]) -> dict[str, Array]:
    """Prices of one scenario in the order of names; NaN where it does not have what is priced.

    A price of nothing in particular (a message, a new customer) has one place.
    """
    from cemsim.plan.loyalty import point_value  # late: cemsim check asks what measures there are, and is light

    segments = [scenario.segments.get(name) for name in names.segments]
    teams = [scenario.teams.get(name) for name in names.teams]
    steps = [step_of(scenario, *pair) for pair in names.steps]
    schemes = [_running(scenario.schemes, name) for name in names.schemes]
    campaigns = [_running(scenario.campaigns, name) for name in names.campaigns]
    improvement, network = scenario.improvement, scenario.network
    message = float(scenario.finance.message_cost)
    offered = {pair: scenario.segments[pair[0]].offers.get(pair[1], NONE) for pair in offers}
    found = {
        "revenue": [s.revenue if s else NONE for s in segments],
        "margin": [s.margin if s else NONE for s in segments],
        "wage": [t.wage if t else NONE for t in teams],
        "premium": [t.overtime_premium if t else NONE for t in teams],
        "hire": [t.workforce.hiring.replacement_cost if t and t.workforce else NONE for t in teams],
        "organiser": [improvement.cost if improvement else NONE],
        "unit_cost": [s.unit_cost if s else NONE for s in steps],
        "loss": [s.risk.loss if s and s.risk else NONE for s in steps],
        "message": [message],
        "acquisition": [scenario.finance.acquisition_cost],
        "offer_cost": list(offered.values()),
        "worth": [point_value(s) if s else NONE for s in schemes],
        "fee": [(s.club.fee if s.club else 0.0) if s else NONE for s in schemes],
        "breakage": [_breakage(s) if s else NONE for s in schemes],
        "campaign_message": [
            (message if c.message_cost is None else c.message_cost) if c else NONE for c in campaigns
        ],
        "campaign_cost": [c.cost if c else NONE for c in campaigns],
        "reward": [NONE if network is None else network.referral.reward],
        "referral_margin": [NONE if network is None else network.referral.margin],
    }
    return {name: np.array(values, float) for name, values in found.items()}


def both(base: Prices, plan: Prices) -> tuple[dict[str, Array], dict[str, Array]]:
    """Prices before a plan and after it. What only one of the two has costs the same throughout; what nobody has, 0."""
    before, after = {}, {}
    for name, new in plan.items():
        old = base[name]
        before[name] = np.nan_to_num(np.where(np.isnan(old), new, old))
        after[name] = np.nan_to_num(np.where(np.isnan(new), old, new))
    return before, after


def monthly(old: Array, new: Array, share: Array) -> Array:
    """Prices by month, ``[month, place]``: ``share [month]`` of the way from old to new.

    >>> monthly(np.array([20.0]), np.array([24.0]), np.array([0.0, 0.25, 1.0])).tolist()
    [[20.0], [21.0], [24.0]]
    """
    part = share[:, None]
    return np.where(part >= 1.0, new, on_the_way(old, new, part))


def average(quantity: Array, price: Array) -> Array:
    """What a unit cost on average, ``[replicate, place]``: of ``quantity [replicate, month, place]``.

    ``price``: ``[month, place]``. Where it does not move it is the price itself; what nobody took costs the last one.
    """
    if (price == price[-1]).all():
        return price[-1:]
    whole = quantity.sum(axis=1)
    last = np.broadcast_to(price[-1], whole.shape).copy()
    return np.asarray(np.divide((quantity * price).sum(axis=1), whole, out=last, where=whole != 0))


def terms(moves: Sequence[bool], share: Array) -> Iterator[tuple[tuple[bool, ...], Array | None]]:
    """A product of prices, some of which move, as a sum of products of prices that do not.

    Yields which factors stand as the plan leaves them (else as in the baseline), and the weight by month, None for 1.

    >>> [(ends, weight.tolist()) for ends, weight in terms([False, True], np.array([0.0, 0.25]))]
    [((True, False), [1.0, 0.75]), ((True, True), [0.0, 0.25])]
    """
    moving = [place for place, moved in enumerate(moves) if moved and np.any(share < 1.0)]
    if not moving:
        yield (True,) * len(moves), None
        return
    for number in range(2 ** len(moving)):
        after = {place: bool(number >> bit & 1) for bit, place in enumerate(moving)}
        weight = np.ones(len(share))
        for there in after.values():
            weight = weight * (share if there else 1.0 - share)
        yield tuple(after.get(place, True) for place in range(len(moves))), weight


def priced(runs: Sequence[Any], family: Sequence[Any]) -> list[Any]:
    """The same runs at the prices of another family, whose quantities are the same; the baseline first."""
    return [
        replace(run, scenario=scenario,
                plan=replace(run.plan, scenario=scenario, base=None if run.plan.base is None else family[0]))
        for run, scenario in zip(runs, family, strict=True)
    ]  # fmt: skip


def step_of(scenario: Any, journey: str, step: str) -> Any:
    """A step of a scenario; None where it has none of this name."""
    known = scenario.journeys.get(journey)
    return known.steps.get(step) if known is not None else None


def _running(table: Mapping[str, Any], name: str) -> Any:
    """A scheme or campaign that runs; one that waits to be switched on by a plan is as good as not there."""
    found = table.get(name)
    return found if found is not None and found.runs else None


def _breakage(scheme: Any) -> float:
    counted = scheme.points or scheme.stamps
    return float(counted.breakage) if counted is not None else 0.0
