"""What a month did to a customer's points, stamps and tier, as the glass engine tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from numpy.typing import NDArray

from cemsim.engine.glass.phrases import plain
from cemsim.engine.state import CUSTOMER
from cemsim.plan.tables import STAMPS
from cemsim.rules.vocabulary import TIERS
from cemsim.rules.words import join

if TYPE_CHECKING:
    from cemsim.engine.glass.customer import Customer

COUNTED: Final = ("joined", "issued", "given", "redeemed", "rewards", "expired", "forfeited")
"""Columns of the month's table of schemes that are told of a person, in the order of their sentence."""


def as_it_was(customer: Customer) -> tuple[NDArray[Any], int]:
    """What a month's shopping may change: what the segment's members did so far, and the customer's tier."""
    rules = customer.world.rules
    tier = int(rules.ruled[customer.who]["tier"]) if rules.on else 0
    return customer.world.points[:, customer.segment].copy(), tier


def tell(customer: Customer, before: tuple[NDArray[Any], int]) -> None:
    """Tell what the month did for a member of each scheme, given how it was before: one row, none for no member."""
    world = customer.world
    if not world.rules.on:
        return
    earlier, tier = before
    now, kinds = world.points[:, customer.segment], world.tables.schemes["counts"]
    done = []
    for place, card in enumerate(world.cards[customer.who]):
        changed = {name: int(now[place][name] - earlier[place][name]) for name in COUNTED}
        if (card["member"] and kinds[place]) or any(changed.values()):
            stamps = int(kinds[place]) == STAMPS
            done.append({"scheme": place, "stamps": stamps, "balance": int(card["balance"]), **changed})
    reached = int(world.rules.ruled[customer.who]["tier"])
    if done or (reached != tier and customer.row["status"] == CUSTOMER):
        world.tell(customer.who, "rewards", schemes=tuple(done), before=tier, tier=reached)


def is_routine(facts: Mapping[str, Any]) -> bool:
    """Whether nothing but purchases added to the cards."""
    idle = (name for name in COUNTED if name != "issued")
    return facts["before"] == facts["tier"] and not any(one[name] for one in facts["schemes"] for name in idle)


def sentence(facts: Mapping[str, Any], schemes: Sequence[str]) -> str:
    """A row of kind ``rewards`` in words; ``schemes`` are their names.

    >>> one = {"scheme": 0, "stamps": False, "balance": 15, "joined": 0, "issued": 40, "given": 10, "redeemed": 60,
    ...        "rewards": 1, "expired": 0, "forfeited": 0}
    >>> sentence({"schemes": (one,), "before": 0, "tier": 1}, ["blue_card"])
    'blue card: earns 40 points, is given 10, uses 60 for 1 reward; 15 left. Rises to the tier bronze.'
    """
    said = [f"{plain(schemes[one['scheme']])}: {_scheme(one)}." for one in facts["schemes"]]
    if facts["tier"] != facts["before"]:
        moves = "Rises" if facts["tier"] > facts["before"] else "Falls"
        said.append(f"{moves} to the tier {TIERS[facts['tier']]}.")
    return " ".join(said)


def earned(rows: Sequence[Mapping[str, Any]], schemes: Sequence[str]) -> str:
    """What quiet months added to the cards; empty where nothing did."""
    sums: dict[int, int] = {}
    stamps = {one["scheme"] for facts in rows for one in facts["schemes"] if one["stamps"]}
    for one in (one for facts in rows for one in facts["schemes"]):
        sums[one["scheme"]] = sums.get(one["scheme"], 0) + one["issued"]
    parts = (f"{_amount(many, s in stamps)} ({plain(schemes[s])})" for s, many in sums.items() if many)
    told = join(parts)
    return f" Earns {told}." if told else ""


def _scheme(one: Mapping[str, Any]) -> str:
    uses = f"uses {one['redeemed']} for {one['rewards']} reward{'' if one['rewards'] == 1 else 's'}"
    words = {
        "joined": "becomes a member", "issued": f"earns {_amount(one['issued'], one['stamps'])}",
        "given": f"is given {one['given']}", "redeemed": uses, "expired": f"{one['expired']} expire",
        "forfeited": f"{one['forfeited']} are forfeited",
    }  # fmt: skip
    said = ", ".join(text for name, text in words.items() if one[name]) or "nothing is earned"
    return said if one["forfeited"] else f"{said}; {one['balance']} left"


def _amount(many: int, stamps: bool) -> str:
    kind = "stamp" if stamps else "point"
    return f"{many} {kind}{'' if many == 1 else 's'}"
