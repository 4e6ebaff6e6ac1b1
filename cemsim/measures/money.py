"""Money: prices meet quantities here, never in an engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from cemsim.measures.books import Array, Books
from cemsim.measures.customers import lost, retention
from cemsim.measures.kpi import FREE, Keep, Kpi, amount, per_year, ratio
from cemsim.measures.margin import EARNINGS

MINUTES = 60.0


def sales(books: Books) -> Array:
    """Sales at list prices, ``[replicate, month, segment]``."""
    return books.people("spend")[..., 0] * books.revenue


def fees(books: Books) -> Array:
    """Fees of paid clubs, ``[replicate, month, segment]``."""
    return _over_schemes(books.of_schemes("paying")[..., 0] * books.fee[..., None])


def revenue(books: Books) -> Array:
    """Money earned: sales and fees of paid clubs, ``[replicate, month, segment]``."""
    return sales(books) + fees(books)


def earned(books: Books) -> Array:
    """Sales times margin, the premium of customers brought, and fees, ``[replicate, month, segment]``."""
    return earning(books) * books.margin + fees(books)


def points_used(books: Books) -> Array:
    """Worth of the points and full cards that were used, ``[replicate, month, segment]``."""
    return _over_schemes(books.of_schemes("redeemed")[..., 0] * books.worth[..., None])


def discounts(books: Books) -> Array:
    """What members did not pay, ``[replicate, month, segment]``."""
    return _over_schemes(books.of_schemes("discounts")[..., 0]) * books.revenue


def rewards(books: Books) -> Array:
    """Points used and discounts of loyalty schemes, ``[replicate, month, segment]``."""
    return points_used(books) + discounts(books)


def campaigns(books: Books) -> Array:
    """Messages of campaigns and what these cost beside, by customers, ``[replicate, month, segment]``."""
    sent, running = np.moveaxis(books.of_campaigns("sent", "running"), -1, 0)
    people = books.people("months")[..., 0]
    share = people / np.where(people.sum(axis=-1, keepdims=True) > 0, people.sum(axis=-1, keepdims=True), 1.0)
    paid = (running.sum(axis=-1) * books.campaign_cost).sum(axis=-1)
    return np.asarray((sent * books.campaign_message[..., None]).sum(axis=2) + paid[..., None] * share)


def _over_schemes(values: Array) -> Array:
    """Sum ``[replicate, month, scheme, segment]`` over schemes."""
    return np.asarray(values.sum(axis=2))


def earning(books: Books) -> Array:
    """Sales, and what customers brought by others earn beyond them: times the margin, what customers bring in.

    Shape ``[replicate, month, segment]``.
    """
    extra = books.referral_margin * books.people("referred_spend")[..., 0]
    return np.asarray((books.people("spend")[..., 0] + extra) * books.revenue)


def staff_by_team(books: Books) -> Array:
    """Pay, ``[replicate, month, team]``: paid minutes (shrinkage included) at the wage, overtime, replacing people."""
    paid = books.of_teams("paid_minutes")[..., 0] / MINUTES * books.wage
    return np.asarray(paid + overtime_by_team(books) + hiring_by_team(books))


def hiring_by_team(books: Books) -> Array:
    """Cost of replacing those who left, ``[replicate, month, team]``: paid when the new one begins."""
    return np.asarray(books.of_teams("replaced")[..., 0] * books.hire)


def overtime_by_team(books: Books) -> Array:
    """Pay of overtime, ``[replicate, month, team]``: its minutes times wage and premium."""
    return np.asarray(books.of_teams("overtime_minutes")[..., 0] / MINUTES * books.wage * books.premium)


def staff_by_step(books: Books) -> Array:
    """Pay charged to steps and segments by minutes of handling, ``[replicate, month, step, segment]``.

    A month in which a team handled nothing is left out: see :func:`idle_staff`.
    """
    own, passed = (part[..., 0] for part in books.by_taker("handled_minutes"))
    minutes = books.of_contacts("handled_minutes")[..., 0].sum(axis=-1)
    rate = np.divide(staff_by_team(books), minutes, out=np.zeros_like(minutes), where=minutes > 0)
    if not books.teams:
        return np.zeros_like(own)
    place = books.step_team[None]
    pay = own * np.where(place >= 0, np.take_along_axis(rate, place, axis=2), 0.0)[..., None]
    return np.asarray(pay + (passed * rate[:, :, list(books.takers), None, None]).sum(axis=2))


def idle_staff(books: Books) -> Array:
    """Pay behind no contact, by customers, ``[replicate, month, segment]``.

    Of teams in months in which they handled nothing, and of people who organise experience management.
    """
    handled = books.of_contacts("handled_minutes")[..., 0].sum(axis=-1)
    pay = (np.where(handled > 0, 0.0, staff_by_team(books)).sum(axis=-1) + organisation(books))[..., None]
    people = books.people("months")[..., 0]
    people = np.where(people.sum(axis=-1, keepdims=True) > 0, people, 1.0)
    return np.asarray(pay * people / people.sum(axis=-1, keepdims=True))


def organisation(books: Books) -> Array:
    """Cost of people who do nothing but experience management, ``[replicate, month]``."""
    return np.asarray((books.firm("organisers") * books.organiser)[..., 0])


def staff(books: Books) -> Array:
    """Pay charged to segments by the minutes each one was served, ``[replicate, month, segment]``.

    A month in which a team served nobody is charged by customers, so segments always add up to the payroll.
    """
    return np.asarray(staff_by_step(books).sum(axis=2) + idle_staff(books))


def unit_costs_by_step(books: Books) -> Array:
    """Cost of contacts beside pay, partners' fees and losses among it, ``[replicate, month, step, segment]``."""
    return np.asarray(books.of_steps("served")[..., 0] * books.unit_cost[..., None] + losses_by_step(books))


def losses_by_step(books: Books, column: str = "losses") -> Array:
    """Money lost (or ``prevented``) at steps with a risk, ``[replicate, month, step, segment]``."""
    return np.asarray(books.of_steps(column)[..., 0] * books.loss[..., None])


def unit_costs(books: Books) -> Array:
    """Cost of contacts beside pay, and of messages, ``[replicate, month, segment]``."""
    return np.asarray(unit_costs_by_step(books).sum(axis=2) + messages(books))


def messages(books: Books) -> Array:
    """Cost of messages that rules sent, ``[replicate, month, segment]``."""
    return np.asarray(books.people("messages")[..., 0] * books.message)


def compensation(books: Books) -> Array:
    """Compensation (months of revenue times revenue) and credits that rules gave, ``[replicate, month, segment]``."""
    return books.failures("compensation")[..., 0] * books.revenue + credits(books)


def credits(books: Books) -> Array:
    """Credits that rules gave, ``[replicate, month, segment]``."""
    return np.asarray(books.people("credits")[..., 0])


def cost_to_serve(books: Books) -> Array:
    """Pay, unit costs, compensation and credits, ``[replicate, month, segment]``."""
    return staff(books) + unit_costs(books) + compensation(books)


def offers_taken(books: Books) -> Array:
    """Customers who took each offer, ``[replicate, month, offer]``, in the order of ``books.offers``."""
    columns = {"save_desk": ("saved", "saved_partly"), "win_back": ("offers_taken",), "cross_sell": ("products_sold",)}
    found = [
        books.people(*columns[what])[..., books.segments.index(segment), :].sum(axis=-1)
        for segment, what in books.offers
    ]
    return np.stack(found, axis=-1) if found else np.zeros((*books.log.people.shape[:2], 0))


def offers(books: Books) -> Array:
    """Cost of offers that save customers, win them back or sell them more, ``[replicate, month, segment]``."""
    costs = offers_taken(books) * books.offer_cost
    out = np.zeros(books.log.people.shape[:3])
    for place, (segment, _) in enumerate(books.offers):
        out[:, :, books.segments.index(segment)] += costs[..., place]
    return out


def acquisition(books: Books) -> Array:
    """Cost of winning the customers who joined, rewards among it, ``[replicate, month, segment]``."""
    return np.asarray(books.people("joined")[..., 0] * books.acquisition + referral_rewards(books))


def referral_rewards(books: Books) -> Array:
    """Rewards of customers who brought others, ``[replicate, month, segment]``."""
    return np.asarray(books.people("joined_referral")[..., 0] * books.reward)


def contribution(books: Books) -> Array:
    """What is earned, less what is spent on customers and on winning them, ``[replicate, month, segment]``."""
    spent = cost_to_serve(books) + offers(books) + rewards(books) + campaigns(books)
    return np.asarray(earned(books) - spent - acquisition(books))


def lifetime_value(margin: Array, retention: Array, discount: float | Array) -> Array:
    """Value of one customer's future, after acquisition: m r / (1 + i - r), m and r per year; NaN where it has no end.

    Source: Gupta and Lehmann's simple model (model.md, e5).

    >>> round(float(lifetime_value(np.array(100.0), np.array(0.8), 0.1)), 2)
    266.67
    """
    return ratio(margin * retention, 1.0 + discount - retention)


def _per_customer(books: Books) -> Array:
    return np.stack([cost_to_serve(books), books.people("months")[..., 0]], axis=-1)


def _value_parts(books: Books) -> Array:
    kept = contribution(books) + acquisition(books)
    people = books.people("months", "year_left", "year_base", "active_start")
    return np.concatenate([kept[..., None], people, lost(books)[..., None]], axis=-1)


def _value(sums: Array, books: Books) -> Array:
    kept, months, left, base, start, gone = np.moveaxis(sums, -1, 0)
    return lifetime_value(12.0 * ratio(kept, months), retention(left, base, gone, start), books.discount)


def _money(of: Callable[[Books], Array]) -> Callable[[Books], Array]:
    return lambda books: of(books)[..., None]


kpi = partial(Kpi, group="money")
COST = "Pay (charged to segments by minutes served), unit costs of contacts and messages, compensation, credits."
PAY = "Paid hours times wage, overtime times wage and premium, and replacing those who left."
PAID = "For complaints, and credits that rules give."
TAKEN = "To customers who are saved, won back or buy one more product."
NET = (
    "Sales times margin and fees, less cost to serve, offers, rewards, campaigns and acquisition; before the "
    "investment's own cost."
)
VALUE = "m r / (1 + i - r): m contribution a customer-year before acquisition, r retention, i discount rate."
BROUGHT = "For customers whom others brought; among the acquisition cost."
PER_YEAR = "money/customer-year"
TEAM: Keep = ("team",)
ONLY: tuple[Keep, ...] = (("segment",),)

KPIS = (
    kpi("revenue", "Revenue", "money", 1, _money(revenue), amount, own_margin=EARNINGS),
    kpi("staff_cost", "Pay", "money", -1, _money(staff_by_team), amount, axes=TEAM, cuts=((), TEAM), note=PAY),
    kpi("overtime_cost", "Pay of overtime", "money", -1, _money(overtime_by_team), amount, axes=TEAM,
        cuts=((), TEAM)),  # fmt: skip
    kpi("hiring_cost", "Cost of replacing staff", "money", -1, _money(hiring_by_team), amount, axes=TEAM,
        cuts=((), TEAM)),  # fmt: skip
    kpi("organisation_cost", "Cost of organising experience management", "money", -1, _money(organisation), amount,
        axes=(), cuts=((),)),  # fmt: skip
    kpi("compensation", "Compensation", "money", -1, _money(compensation), amount, note=PAID),
    kpi("credits", "Credits", "money", -1, _money(credits), amount, note="Given by rules; among compensation."),
    kpi("cost_to_serve", "Cost to serve", "money", -1, _money(cost_to_serve), amount, note=COST),
    kpi(
        "cost_per_customer",
        "Cost to serve per customer-year",
        PER_YEAR,
        -1,
        _per_customer,
        per_year,
        note=COST,
    ),
    kpi("offers", "Cost of offers", "money", 0, _money(offers), amount, note=TAKEN),
    kpi("acquisition", "Acquisition cost", "money", 0, _money(acquisition), amount),
    kpi("referral_rewards", "Rewards for bringing customers", "money", -1, _money(referral_rewards), amount,
        note=BROUGHT),
    kpi("contribution", "Contribution", "money", 1, _money(contribution), amount, FREE, note=NET, own_margin=EARNINGS),
    kpi("lifetime_value", "Lifetime value", "money", 1, _value_parts, _value, FREE, cuts=ONLY, note=VALUE),
)
