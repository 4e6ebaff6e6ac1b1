"""What ties a person to the firm: contract, products, outreach, save desk and win-back; both engines call it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cemsim.base.draws import Stream, poisson, uniform
from cemsim.engine.state import BY_REFERRAL, CUSTOMER, WON_BACK
from cemsim.engine.stay import cause_of
from cemsim.model.contact import welcome
from cemsim.model.experience import REFERENCE
from cemsim.model.offers import money_factor, purchase_chance, remembering, return_chance
from cemsim.model.science import inlined, science
from cemsim.model.talk import premium_left
from cemsim.model.ties import left_over, lock, switching
from cemsim.plan.tables import CONTRACTUAL, NO_NETWORK

CONTRACT, PRODUCTS, SAVE, WIN_BACK = (
    int(Stream.CONTRACT), int(Stream.PRODUCTS), int(Stream.SAVE), int(Stream.WIN_BACK),
)
EVER: Final = 1 << 20
"""Counters of what is drawn once lie beyond those of months."""
LEAVES, SAVED, SAVED_PARTLY = 0, 1, 2


def binds(tables: Any) -> bool:
    """Whether anything can tie people to the firm beside satisfaction; else nobody's BOND says more than how they came.
    """
    world, segments = tables.world[0], tables.segments
    columns = ("contract", "cross_rate", "win_back", "save_full", "save_part")
    return bool(
        any(np.any(segments[name] > 0) for name in columns) or np.any(segments["spend_scale"] != 1.0)
        or tables.rules[0]["deeds"]["reaches"].any() or world["network"] != NO_NETWORK or world["follow_up"] != 0
        or len(tables.schemes) + len(tables.campaigns) > 0
    )  # fmt: skip


@inlined
def tied(world: Any, segment: Any, bond: Any, into: Any, total: float) -> float:
    """Multiply a customer's hazards of the causes that people decide on themselves by what ties them (d1).

    ``into`` [6] and ``total`` as from `stay.hazards`; returns the new sum.
    """
    factor = lock(bond.contract, segment.in_contract, segment.at_expiry) * switching(world.switching, bond.extra)
    if bond.wake > 0:
        factor *= world.wake_ratio
    factor *= world.second_life[bond.offer]
    if bond.source == BY_REFERRAL:
        factor *= world.referred_hazard
    if factor == 1.0:
        return total
    total = into[0] + into[1]
    for c in range(2, 6):
        into[c] *= factor
        total += into[c]
    return total


@science
def coming_year(segment: Any, bond: Any, into: Any, total: float) -> float:
    """Mean monthly hazard of the next twelve months, if nothing changes but a contract, which ends or is signed.

    ``into`` [6] and ``total`` are this month's, as from `tied`. A month does not speak for a year: in the one in which
    a contract runs out many leave, and in the others few.
    """
    if segment.contract <= 0:                     # most lines of bonds are not looked at
        return total
    now = lock(bond.contract, segment.in_contract, segment.at_expiry)
    if total <= 0.0 or now <= 0.0:
        return total
    left, free, factors = int(bond.contract), 1.0, 0.0
    for _ in range(12):
        if left > 0:
            left -= 1
            factors += lock(left, segment.in_contract, segment.at_expiry)
        else:
            free *= 1.0 - segment.renewal
            factors += free + (1.0 - free) * segment.in_contract
    others = into[0] + into[1]
    return others + (total - others) * (factors / 12.0 / now)


@inlined
def share_kept(segment: Any, into: Any, total: float) -> float:
    """Expected share of those about to leave whom the save desk keeps; it hears nothing of deaths and moves."""
    if total <= 0.0:
        return 0.0
    return (segment.save_full + segment.save_part) * (1.0 - (into[0] + into[1]) / total)


@science
def desk_says(segment: Any, bond: Any, cause: int, keys: Any, i: int, month: int, told: Any) -> int:
    """What comes of an announced cancellation: LEAVES, SAVED, or SAVED_PARTLY, for less money."""
    both = segment.save_full + segment.save_part
    if cause < 2 or both <= 0.0:
        return LEAVES
    u = uniform(keys[SAVE], i, month)
    if u < segment.save_full:
        told.saved += 1.0
        bond.kept += 1
        return SAVED
    if u < both:
        told.saved_partly += 1.0
        bond.kept += 1
        bond.partly = 1
        return SAVED_PARTLY
    return LEAVES


@science
def chance_of_return(world: Any, segment: Any, person: Any, purse: Any, bond: Any, month: int) -> float:
    """Chance that somebody who left is won back at a month end; 0 for whoever never left, or too long ago."""
    if segment.win_back <= 0.0 or person.status <= CUSTOMER:
        return 0.0
    since = month - bond.left
    if since < 1 or since > segment.within:
        return 0.0
    factor = remembering(purse.complained != 0, purse.righted != 0, world.complaint_returns, world.recovery_returns)
    return return_chance(segment.win_back, world.returns[person.status - 2] * factor)


@science
def is_won_back(
    world: Any, segment: Any, person: Any, purse: Any, bond: Any, keys: Any, i: int, month: int
) -> bool:
    """Whether somebody who left is won back at a month end."""
    chance = chance_of_return(world, segment, person, purse, bond, month)
    return chance > 0.0 and uniform(keys[WIN_BACK], i, month) < chance


@science
def new_ties(segment: Any, bond: Any, known: Any, source: int, keys: Any, i: int, month: int, told: Any) -> None:
    """Somebody joins, won as ``source`` says (a place in SOURCES): nothing ties them but what they sign now."""
    bond.source = source
    bond.contract = bond.extra = bond.wake = bond.partly = bond.offer = 0
    if segment.contract > 0 and uniform(keys[CONTRACT], i, EVER + month) < segment.signs:
        bond.contract = segment.contract
    known.contract = bond.contract
    if source == WON_BACK:
        bond.offer = segment.offer
        if segment.offer > 0:
            told.offers_taken += 1.0
            bond.returned += 1
    elif source == BY_REFERRAL:
        bond.brought += 1


@inlined
def older_ties(
    world: Any, segment: Any, bond: Any, known: Any, felt: float, keys: Any, i: int, month: int, told: Any
) -> None:
    """A month of somebody who stays: the contract runs on or is renewed, another product is bought, outreach wakes.

    ``felt``: overall satisfaction in points.
    """
    signs = bond.contract == 0 and segment.contract > 0 and uniform(keys[CONTRACT], i, month) < segment.renewal
    bond.contract = known.contract = left_over(bond.contract, signs, segment.contract)
    if segment.cross_rate > 0.0 and bond.extra < segment.most_extra:
        u = uniform(keys[PRODUCTS], i, month)
        if u < segment.cross_top:                      # nobody's chance is higher: most need no exponentials
            likes = welcome(known.pressure, segment.ideal / (1.0 - world.pressure_left), world.welcome)
            if u < purchase_chance(segment.cross_rate * (1.0 + likes), segment.cross_slope, felt - REFERENCE):
                bond.extra += 1
                bond.bought += 1
                told.products_sold += 1.0
    if bond.wake > 0:
        bond.wake -= 1
    if known.reached != 0:
        known.reached = 0
        bond.wake = world.wake_months
    told.extra_products += bond.extra
    told.in_contract += 1.0 if bond.contract > 0 else 0.0


@inlined
def money_of(segment: Any, bond: Any) -> float:
    """What somebody spends beside their wallet: more for more products, less if kept for less (contracts only)."""
    if segment.spend != CONTRACTUAL:
        return 1.0
    return money_factor(bond.extra, segment.cross_step, bond.partly, segment.part_revenue, segment.spend_scale)


@science
def premium_of(world: Any, person: Any, bond: Any, spent: float) -> float:
    """Spend of a month on which a customer whom another brought earns more, kept in the bond; 0 for others (f6)."""
    if bond.source != BY_REFERRAL:
        return 0.0
    extra = spent * premium_left(person.tenure, world.referral_fades)
    bond.premium += extra
    return extra


@science
def first_ties(world: Any, segment: Any, person: Any, bond: Any, keys: Any, i: int, pad: Any) -> None:
    """Draw the ties of somebody at the start of a burn-in, as a long past would have left them.

    Products and partial saves came at their rates over the tenure; whoever is no customer left by the law of leavers.
    ``pad`` [6] is room for hazards.
    """
    if person.status == CUSTOMER:
        u = uniform(keys[CONTRACT], i, 2 * EVER)
        if segment.contract > 0 and u < segment.locked:
            bond.contract = 1 + int(u / segment.locked * segment.contract)
        if segment.cross_rate > 0.0:
            drawn = poisson(uniform(keys[PRODUCTS], i, 2 * EVER), segment.cross_rate * person.tenure)
            bond.extra = min(drawn, segment.most_extra)
        if segment.save_part > 0.0:
            net = person.hazard * person.tenure * (1.0 - world.ledger[0] - world.ledger[1])
            kept = net * segment.save_part / max(1.0 - segment.save_full - segment.save_part, 1e-9)
            if uniform(keys[SAVE], i, 2 * EVER) < return_chance(kept, 1.0):
                bond.partly = 1
    elif segment.win_back > 0.0 and segment.adoption > 0.0:
        bond.left = -1 - geometric(uniform(keys[WIN_BACK], i, 2 * EVER), segment.adoption)
        for c in range(6):
            pad[c] = world.ledger[c]
        person.status = 2 + cause_of(pad, 1.0, uniform(keys[WIN_BACK], i, 2 * EVER + 1))


@science
def geometric(u: float, chance: float) -> int:
    """Months since something that a monthly ``chance`` ends; at most 500.

    >>> [geometric(u, 0.5) for u in (0.9, 0.4, 0.2)]
    [0, 1, 2]
    """
    months = 0
    left = 1.0 - chance
    stay = left
    while u < stay and months < 500:
        months += 1
        stay *= left
    return months
