"""Loyalty schemes and campaigns: who is in them, the ledger of points, what is owed, and what was paid for nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from cemsim.measures import money
from cemsim.measures.books import Array, Books, books
from cemsim.measures.kpi import Keep, Kpi, amount, share

SCHEME: Keep = ("scheme",)
CAMPAIGN: Keep = ("campaign",)
#: Lines of the ledger of points, with their signs: what comes in, what goes out.
LEDGER: Final = {"issued": 1, "given": 1, "redeemed": -1, "expired": -1, "forfeited": -1}


def liability(opened: Books) -> Array:
    """Points outstanding that will be used, in money, ``[replicate, month, scheme]`` (model.md g4)."""
    left = opened.of_schemes("outstanding")[..., 0].sum(axis=-1)
    return np.asarray(left * opened.worth * (1.0 - opened.breakage))


def deferred_revenue(opened: Books) -> Array:
    """The part of past sales that was paid for points still outstanding, ``[replicate, month, scheme]``.

    A sale is shared between goods and points by what each is worth alone (IFRS 15): points earned for a sale of 1
    that are worth c take c / (1 + c) of it. Points and sales are those of the horizon until then.
    """
    issued = opened.of_schemes("issued")[..., 0].sum(axis=-1)
    earned = (issued * opened.worth * (1.0 - opened.breakage)).cumsum(axis=1)
    sold = earned_sales(opened).cumsum(axis=1)
    rate = np.divide(earned, sold, out=np.zeros_like(earned), where=sold > 0)
    return np.asarray(liability(opened) / (1.0 + rate))


def earned_sales(opened: Books) -> Array:
    """Sales of members, ``[replicate, month, scheme]``, in money."""
    return np.asarray((opened.of_schemes("sales")[..., 0] * opened.revenue[:, None]).sum(axis=-1))


def deadweight(opened: Books) -> Array:
    """Reward for purchases that would have been made anyway, as they are made, ``[replicate, month, scheme]``."""
    points, less = np.moveaxis(opened.of_schemes("issued_anyway", "discounts_anyway"), -1, 0)
    worth = opened.worth * (1.0 - opened.breakage)
    return np.asarray(points.sum(axis=-1) * worth + (less * opened.revenue[:, None]).sum(axis=-1))


def reward(opened: Books) -> Array:
    """Reward for all purchases, as they are made, ``[replicate, month, scheme]``: what deadweight is a part of."""
    points, less = np.moveaxis(opened.of_schemes("issued", "discounts"), -1, 0)
    worth = opened.worth * (1.0 - opened.breakage)
    return np.asarray(points.sum(axis=-1) * worth + (less * opened.revenue[:, None]).sum(axis=-1))


def ledger(run: Any) -> dict[str, dict[str, float]]:
    """Each scheme's points over the horizon: outstanding before, what came in and went out, outstanding at the end.

    ``run``: as for :func:`cemsim.measures.books.books`. Means over replicates.
    """
    opened = books(run)
    moved = opened.of_schemes(*LEDGER).sum(axis=(1, 3)).mean(axis=0)
    left = opened.of_schemes("outstanding")[:, -1, :, :, 0].sum(axis=-1).mean(axis=0)
    found = {}
    for place, name in enumerate(opened.schemes):
        lines = dict(zip(LEDGER, moved[place].tolist(), strict=True))
        before = float(left[place]) - sum(sign * lines[line] for line, sign in LEDGER.items())
        found[name] = {"before": before, **lines, "outstanding": float(left[place])}
    return found


def _points(name: str) -> Callable[[Books], Array]:
    return lambda opened: opened.of_schemes(name)[..., 0].sum(axis=-1)[..., None]


def _one(of: Callable[[Books], Array]) -> Callable[[Books], Array]:
    return lambda opened: of(opened)[..., None]


def _spoken(name: str) -> Callable[[Books], Array]:
    return lambda opened: opened.of_campaigns(name)[..., 0].sum(axis=-1)[..., None]


def _idle(opened: Books) -> Array:
    return np.stack([deadweight(opened), reward(opened)], axis=-1)


EACH: Final[tuple[Keep, ...]] = (SCHEME,)
BOTH: Final[tuple[Keep, ...]] = ((), SCHEME)
in_points = partial(Kpi, unit="loyalty points", good=0, value=amount, group="loyalty", axes=SCHEME, cuts=EACH)
in_money = partial(Kpi, unit="money", good=-1, value=amount, group="loyalty")

KPIS = (
    Kpi("members", "Members of a scheme", "customers", 0, _points("members"), amount, group="loyalty", axes=SCHEME,
        cuts=EACH, last=True),
    in_points("points_issued", "Points issued", parts=_points("issued")),
    in_points("points_given", "Points given by rules and new cards", parts=_points("given")),
    in_points("points_redeemed", "Points used", parts=_points("redeemed")),
    in_points("points_expired", "Points expired", parts=_points("expired")),
    in_points("points_forfeited", "Points forfeited by leavers", parts=_points("forfeited")),
    in_points("points_outstanding", "Points outstanding", parts=_points("outstanding"), last=True),
    in_money("points_liability", "Liability for points", parts=_one(liability), axes=SCHEME, cuts=BOTH, last=True,
             note="Points outstanding times their worth, less the breakage that the books expect."),
    in_money("deferred_revenue", "Deferred revenue of points", parts=_one(deferred_revenue), axes=SCHEME, cuts=BOTH,
             last=True, note="The part of past sales that was paid for points outstanding."),
    in_money("rewards", "Rewards of loyalty schemes", parts=_one(money.rewards),
             note="Points and full cards as they are used, and discounts."),
    in_money("club_fees", "Fees of paid clubs", good=1, parts=_one(money.fees), note="Among revenue."),
    in_money("deadweight", "Reward for purchases made anyway", parts=_one(deadweight), axes=SCHEME, cuts=BOTH,
             note="As earned, less breakage: paid for purchases that would have been made without the scheme."),
    Kpi("deadweight_share", "Share of rewards for purchases made anyway", "share", -1, _idle, share, (0.0, 1.0),
        group="loyalty", axes=SCHEME, cuts=BOTH),
    Kpi("more_trips", "Purchases that schemes brought about", "contacts", 1, _points("more_trips"), amount,
        group="loyalty", axes=SCHEME, cuts=BOTH),
    Kpi("campaign_messages", "Messages of campaigns", "messages", 0, _spoken("sent"), amount, group="campaigns",
        axes=CAMPAIGN, cuts=((), CAMPAIGN)),
    Kpi("woken", "Customers reached by outreach", "customers", 0, _spoken("woken"), amount, group="campaigns",
        axes=CAMPAIGN, cuts=((), CAMPAIGN)),
    Kpi("campaign_cost", "Cost of campaigns", "money", -1, _one(money.campaigns), amount, group="campaigns",
        note="Messages, and what is paid each month while they run."),
)  # fmt: skip
#: Measures that say something only where there are loyalty schemes; where there are campaigns.
ONLY_WITH_SCHEMES: Final = tuple(each.id for each in KPIS if each.group == "loyalty")
ONLY_WITH_CAMPAIGNS: Final = tuple(each.id for each in KPIS if each.group == "campaigns")
