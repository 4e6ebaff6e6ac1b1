"""Loyalty schemes in a person's month: joining, purchases that a reward pulls forward, points; both engines call it.

What a person buys anyway is drawn as without any scheme. What a scheme brings about comes on top, from draws of its
own: so the two are known apart, and nobody's purchases change because a scheme stands beside them. ``book`` rows are
those of the month's table of schemes, [scheme, segment].
"""

from __future__ import annotations

from math import floor, inf, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemsim.base.draws import Stream, normal, uniform
from cemsim.engine.month import purchases
from cemsim.engine.state import CARD, FORGIVES, NO_REWARD
from cemsim.model.contact import welcome
from cemsim.model.loyalty import ever_joins, faded, fee_lift, goal_lift, worth_the_fee
from cemsim.model.science import inlined, science
from cemsim.model.spend import lognormal_factor
from cemsim.plan.tables import MAX_SCHEMES, POINTS, REPERTOIRE, STAMPS

ENROL, TRIP_TIME, BASKET = int(Stream.ENROL), int(Stream.TRIP_TIME), int(Stream.BASKET)
MORE_TRIPS, MORE_BASKET, REDEEM = int(Stream.MORE_TRIPS), int(Stream.MORE_BASKET), int(Stream.REDEEM)
MOST_POINTS = 2_000_000_000
MOST_TRIPS = 510
"""Purchases of a person in a month that are told apart."""


def empty_cards(people: int, schemes: int, ages: int) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """Cards of people who are in no scheme, [person, scheme], and their points by age, [person, scheme, ages].

    Points of a month lie in the place ``month % ages``; where none ever expire, there are no places.
    """
    cards = np.zeros((people, schemes), CARD)
    cards["since"] = NO_REWARD
    return cards, np.zeros((people, schemes, ages), np.int32)


@science
def close(card: Any, lots: Any) -> None:
    """Whatever was on a card is gone, and its holder is no member."""
    card.balance, card.part, card.joined, card.member, card.since = 0, 0.0, 0, 0, NO_REWARD
    for place in range(lots.shape[0]):
        lots[place] = 0


@science
def put_on(card: Any, lots: Any, month: int, points: int) -> int:
    """Put whole points of a month on a card; gives how many there was room for."""
    kept = min(points, MOST_POINTS - card.balance)
    card.balance += kept
    if lots.shape[0] > 0:
        lots[month % lots.shape[0]] += kept
    return kept


@science
def take_off(card: Any, lots: Any, month: int, points: int) -> None:
    """Take points that are there, the oldest first."""
    card.balance -= points
    for later in range(1, lots.shape[0] + 1):
        place = (month + later) % lots.shape[0]
        taken = min(points, lots[place])
        lots[place] -= taken
        points -= taken


@science
def open_card(scheme: Any, card: Any, lots: Any, month: int, told: Any) -> None:
    """Become a member; a new card may have something on it already."""
    close(card, lots)
    card.member, card.joined = 1, month
    told.joined += 1.0
    if scheme.free > 0:
        told.given += put_on(card, lots, month, scheme.free)


@science
def forfeit(cards: Any, lots: Any, bond: Any, book: Any, g: int) -> None:
    """A customer leaves: what was not used is lost."""
    for s in range(cards.shape[0]):
        if cards[s].member != 0:
            book[s, g].forfeited += cards[s].balance
            close(cards[s], lots[s])
    bond.saved, bond.redeemed = 0.0, 0


@inlined
def nearness(schemes: Any, cards: Any, tier: int) -> float:
    """Points on relationship for members of a tier (g5)."""
    for s in range(cards.shape[0]):
        if cards[s].member != 0 and schemes[s].tiered != 0 and schemes[s].on != 0:
            return float(schemes[s].closer[tier])
    return 0.0


@inlined
def _memberships(
    world: Any, segment: Any, schemes: Any, cards: Any, lots: Any, known: Any, keys: Any, i: int, g: int, month: int,
    own: float, gift: float, book: Any,
) -> int:
    """Who joins this month, whose scheme has ended, and where rules' points (``gift``) go; gives how many cards are
    held."""
    held = 0
    for s in range(cards.shape[0]):
        scheme, card = schemes[s], cards[s]
        if scheme.on == 0:
            if card.member != 0:
                book[s, g].forfeited += card.balance
                close(card, lots[s])
                if scheme.tiered != 0:
                    known.tier = 0
            continue
        if card.member == 0 and scheme.open[g] != 0:
            chance = ever_joins(segment.proneness, own, world.selection)
            chance *= worth_the_fee(scheme.fee, own * segment.revenue, world.fee_aversion)
            if uniform(keys[ENROL], i, s) < chance:
                waits = world.enrolment
                speed = own**world.selection
                u = uniform(keys[ENROL], i, (month + 1) * MAX_SCHEMES + s)
                if waits <= 0.0 or -log(1.0 - u) * waits < speed:
                    open_card(scheme, card, lots[s], month, book[s, g])
        if gift >= 1.0 and scheme.counts == POINTS and (card.member != 0 or scheme.open[g] != 0):
            if card.member == 0:
                open_card(scheme, card, lots[s], month, book[s, g])
            book[s, g].given += put_on(card, lots[s], month, int(gift))
            gift = 0.0
        held += card.member
    return held


@science
def pull_of(world: Any, segment: Any, scheme: Any, card: Any, month: int, own: float) -> float:
    """Share by which a member buys more often now, because of one scheme (g2, g3, g6)."""
    if card.member == 0:
        return 0.0
    lift = 0.0
    if scheme.pull > 0.0:
        left = (scheme.threshold - card.balance % scheme.threshold) / scheme.threshold
        response = segment.reward_response * (world.heavy if own >= world.heavy_from else 1.0)
        lift += goal_lift(left, scheme.pull, world.goal_power, segment.cards, response)
    if card.since <= world.rewarded_months:
        lift += world.rewarded
    lift *= faded(float(month - card.joined), world.scheme_fading)
    if scheme.uplift > 0.0:
        lift += fee_lift(scheme.uplift, world.economic, scheme.benefit)
    return lift


@inlined
def _buy(
    segment: Any, schemes: Any, cards: Any, lots: Any, g: int, month: int, amount: float, anyway: bool, book: Any
) -> float:
    """One purchase, ``amount`` as a spend multiplier: points and stamps for it; gives the share handed back."""
    back = 0.0
    for s in range(cards.shape[0]):
        scheme, card, told = schemes[s], cards[s], book[s, g]
        if card.member == 0:
            continue
        told.sales += amount
        less = min(scheme.discount, 1.0 - back)
        if less > 0.0:
            back += less
            told.discounts += less * amount
            card.less += less * amount
            if anyway:
                told.discounts_anyway += less * amount
        if scheme.counts == 0:
            continue
        due = scheme.earn
        if scheme.counts == POINTS:
            due = card.part + scheme.earn * (segment.revenue * amount)
        whole = int(floor(min(due, 1e9)))
        if scheme.counts == POINTS:
            card.part = due - floor(due)
        kept = put_on(card, lots[s], month, whole)
        told.issued += kept
        if anyway:
            told.issued_anyway += kept
    return back


@science
def _hand_in(scheme: Any, card: Any, lots: Any, month: int, bond: Any, told: Any) -> float:
    """Use all rewards that a card has points for; gives their worth in money."""
    rewards = card.balance // scheme.threshold
    used = rewards * scheme.threshold
    take_off(card, lots, month, used)
    card.since, bond.redeemed = 0, 1
    told.redeemed += used
    card.used += used
    told.rewards += rewards
    if scheme.free > 0:
        told.given += put_on(card, lots, month, rewards * scheme.free)
    return float(used * scheme.value)


@inlined
def _full_cards(schemes: Any, cards: Any, lots: Any, bond: Any, g: int, month: int, book: Any) -> float:
    """Full cards of stamps are handed in at once; gives their worth in money."""
    worth = 0.0
    for s in range(cards.shape[0]):
        if cards[s].member != 0 and schemes[s].counts == STAMPS and cards[s].balance >= schemes[s].threshold:
            worth += _hand_in(schemes[s], cards[s], lots[s], month, bond, book[s, g])
    return worth


@science
def _next(time: float, left: int, u: float) -> float:
    """When the first of the purchases that are left comes, spread evenly over the rest of the month (1 is its end)."""
    return time + (1.0 - time) * (1.0 - u ** (1.0 / left)) if left > 0 else inf


@science
def _through_the_month(
    world: Any, segment: Any, purse: Any, schemes: Any, cards: Any, lots: Any, bond: Any, keys: Any, i: int, g: int,
    month: int, own: float, likes: float, spent: float, anyway: int, dear: float, book: Any,
) -> tuple[float, int, float, float]:
    """Purchases one after the other, those that would be made ``anyway`` and those that come on top.

    Gives spend and purchases, and what came back as a discount (a spend multiplier) and as rewards (money).
    """
    rate = segment.trips * purse.trip_rate * purse.sow
    share = purse.wallet / segment.trips
    time, done, trips, back, worth, strongest = 0.0, 0, anyway, 0.0, 0.0, -1
    comes = _next(0.0, anyway, uniform(keys[TRIP_TIME], i, month * 512))
    for step in range(MOST_TRIPS):
        lift, most = likes, 0.0
        for s in range(cards.shape[0]):
            pull = pull_of(world, segment, schemes[s], cards[s], month, own)
            lift += pull
            if pull > most:
                most, strongest = pull, s
        more = inf
        if lift > 0.0 and rate > 0.0:
            more = time - log(uniform(keys[MORE_TRIPS], i, month * 512 + step)) / (rate * lift)
        if more >= 1.0 and done == anyway:
            break
        on_top = more < comes
        if on_top:
            time = more
            drawn = uniform(keys[MORE_BASKET], i, month * 512 + step)
        else:
            time = comes
            drawn = uniform(keys[BASKET], i, month * 256 + min(done, 255))
            done += 1
            comes = _next(time, anyway - done, uniform(keys[TRIP_TIME], i, month * 512 + done))
        amount = share * lognormal_factor(normal(drawn), segment.basket)
        if on_top:
            spent += amount
            trips += 1
            if most > 0.0:
                book[strongest, g].more_trips += 1.0
        back += amount * _buy(segment, schemes, cards, lots, g, month, amount * dear, not on_top, book)
        worth += _full_cards(schemes, cards, lots, bond, g, month, book)
    return spent, trips, back, worth


@inlined
def shop(
    world: Any, segment: Any, person: Any, purse: Any, schemes: Any, cards: Any, lots: Any, known: Any, bond: Any,
    keys: Any, i: int, month: int, satisfied: float, dear: float, gift: float, book: Any,
) -> tuple[float, int]:
    """A month of purchases of somebody who may be in schemes, or was sent messages: spend multiplier and purchases.

    Who has a contract makes no trips: a month's bill counts as one purchase, and nothing comes on top.
    ``dear``: what a person pays for each purchase, over what it was at the start (tariff, products); the spend that is
    given back is without it. ``gift``: points that rules gave. Keeps in the bond which share of the spend came back,
    and whether a reward was used.
    """
    g = person.segment
    own, spent, trips, back, worth = float(purse.wallet), float(purse.wallet), 0, 0.0, 0.0
    if segment.spend == REPERTOIRE:
        own *= purse.trip_rate
        spent, trips = purchases(segment, person, purse, satisfied, keys, i, month)
    held = _memberships(world, segment, schemes, cards, lots, known, keys, i, g, month, own, gift, book)
    if held > 0 and world.failure_loss < 1.0:
        person.met |= FORGIVES
    bond.saved, bond.redeemed = 0.0, 0
    if segment.spend == REPERTOIRE:
        likes = welcome(known.pressure, segment.ideal / (1.0 - world.pressure_left), world.welcome)
        if held == 0 and likes == 0.0:
            return spent, trips
        spent, trips, back, worth = _through_the_month(
            world, segment, purse, schemes, cards, lots, bond, keys, i, g, month, own, likes, spent, trips, dear, book)
    elif held > 0:
        back = spent * _buy(segment, schemes, cards, lots, g, month, spent * dear, True, book)
        worth = _full_cards(schemes, cards, lots, bond, g, month, book)
    for s in range(cards.shape[0]):
        scheme, card = schemes[s], cards[s]
        able = card.member != 0 and scheme.counts == POINTS and card.balance >= scheme.threshold
        if able and uniform(keys[REDEEM], i, month * MAX_SCHEMES + s) < scheme.use:
            worth += _hand_in(scheme, card, lots[s], month, bond, book[s, g])
        if card.member != 0 and scheme.fee > 0.0:
            book[s, g].paying += 1.0
            card.paying += 1
    paid = spent * dear * segment.revenue
    bond.saved = min(back / spent + worth / paid, 1.0) if paid > 0.0 else 0.0
    return spent, trips


@inlined
def review(schemes: Any, cards: Any, lots: Any, known: Any, g: int, month: int, book: Any) -> None:
    """The month end of a member who stays: points grow old and expire, and spending decides the tier."""
    for s in range(cards.shape[0]):
        scheme, card, told = schemes[s], cards[s], book[s, g]
        if card.member == 0:
            continue
        if card.balance > 0:
            told.expired += _grow_old(card, lots[s], month, scheme.lives)
        if card.since < NO_REWARD - 1:
            card.since += 1
        if scheme.tiered != 0:
            spent = 0.0
            for k in range(12):
                spent += known.spend[k]
            tier = 0
            for k in range(1, scheme.above.shape[0]):
                if spent >= scheme.above[k]:
                    tier = k
            if known.tier != tier:
                known.tier, known.quiet = tier, 0
        told.members += 1.0
        told.outstanding += card.balance


@science
def _grow_old(card: Any, lots: Any, month: int, lives: int) -> int:
    """At the end of a month, points that came ``lives`` months ago or before (0: none ever) expire. Gives how many."""
    ages, expired = lots.shape[0], 0
    if ages == 0:
        return 0
    if lives == 0:                                     # the oldest are one month's: theirs is where the next will lie
        lots[(month + 2) % ages] += lots[(month + 1) % ages]
        lots[(month + 1) % ages] = 0
    else:
        for age in range(lives, ages):
            expired += lots[(month - age) % ages]
            lots[(month - age) % ages] = 0
    card.balance -= expired
    return expired
