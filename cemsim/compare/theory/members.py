"""Loyalty schemes that are a textbook case: a stamp card of steady buyers, points that wait to be used."""

from __future__ import annotations

from functools import partial

import numpy as np

from cemsim.base import theory
from cemsim.compare.theory.form import Form, Quantity, Without
from cemsim.measures.books import Array, Books
from cemsim.measures.points import liability
from cemsim.model.loyalty import goal_lift
from cemsim.model.science import plain
from cemsim.scenario import Scenario
from cemsim.scenario.schema.schemes import Scheme, Stamps
from cemsim.scenario.schema.segment import Segment

DAYS = 365.0 / 12.0


def scheme_form(scenario: Scenario, name: str) -> Form | Without | None:
    """The closed form of a scheme, or why there is none; None for one that counts neither points nor stamps."""
    scheme = scenario.schemes[name]
    if not (scheme.points or scheme.stamps) or not scheme.runs or not scenario.switches.schemes:
        return None
    because = _in_the_way(scenario, scheme)
    if because:
        return Without(f"Scheme {name}", tuple(because))
    segment = next(iter(scenario.segments.values()))
    return _stamps(scenario, name, segment) if scheme.stamps else _points(scenario, name, segment)


def _stamps(scenario: Scenario, name: str, segment: Segment) -> Form:
    card = scenario.schemes[name].stamps
    assert card is not None
    lift = partial(_lift, scenario, segment, card)
    months = theory.card_time(card.size, card.free, segment.spend.trips, lift)
    alone = theory.card_time(card.size, card.free, segment.spend.trips, lambda left: 0.0)
    return Form(
        f"A stamp card of {card.size}, scheme {name}", "Kivetz, Urminsky & Zheng 2006; Poisson purchases",
        (
            Quantity("days for a card", "days", DAYS * months, partial(_days, name)),
            Quantity("of what it takes without a pull", "share", months / alone, partial(_of_alone, name, alone)),
        ),
    )  # fmt: skip


def _lift(scenario: Scenario, segment: Segment, card: Stamps, left: float) -> float:
    power = scenario.model.loyalty.power
    return float(plain(goal_lift)(left, card.pull, power, segment.cards, segment.reward_response))


def _points(scenario: Scenario, name: str, segment: Segment) -> Form:
    scheme = scenario.schemes[name]
    assert scheme.points is not None
    issued = segment.customers * scheme.points.earn * segment.revenue
    waits = theory.waiting_months(scheme.points.use, scheme.points.expires)
    owed = issued * waits * scheme.points.worth * (1.0 - scheme.points.breakage)
    return Form(
        f"Points in steady state, scheme {name}", "Little 1961",
        (
            Quantity("points issued a month", "points", issued, partial(_monthly, name, "issued")),
            Quantity("points outstanding", "points", issued * waits, partial(_monthly, name, "outstanding")),
            Quantity("owed for them", "money", owed, partial(_owed, name)),
        ),
    )  # fmt: skip


def _in_the_way(scenario: Scenario, scheme: Scheme) -> list[str]:
    loyal, segments = scenario.model.loyalty, tuple(scenario.segments.values())
    stamps, points = scheme.stamps, scheme.points
    contract = all(s.spend.kind == "contractual" for s in segments)
    found = {
        "there are several segments": len(segments) > 1,
        "there are other schemes": len(scenario.schemes) > 1,
        "customers come and go": any(s.churn > 0 for s in segments),
        "constants are solved on the baseline": scenario.switches.calibration,
        "not everybody is a member from the start": loyal.enrolment > 0 or any(s.proneness < 1 for s in segments),
        "a fee or a discount moves customers": scheme.club is not None or scheme.discount > 0,
        "messages move customers": any(c.kind == "messages" for c in scenario.campaigns.values()),
    }
    if stamps is not None:
        found |= {
            "a contract makes no trips": contract,
            "large buyers react less": loyal.heavy < 1,
            "a scheme's pull fades": loyal.half_life is not None and stamps.pull > 0,
            "rewards are remembered": loyal.rewarded > 0,
            "stamps expire": stamps.expires is not None,
            "customers buy elsewhere too": any(s.spend.brands > 1 for s in segments),
        }
    if points is not None:
        bills = [points.earn * s.revenue for s in segments]
        found |= {
            "purchases come at random times": not contract,
            "bills differ between customers": any(s.spend.dispersion > 0 for s in segments),
            "a bill is no whole number of rewards": any(b % points.threshold or b <= 0 for b in bills),
            "nobody uses points": points.use == 0,
        }
    return [why for why, so in found.items() if so]


def _table(name: str, column: str, books: Books) -> Array:
    """A column of a scheme, ``[replicate, month]``."""
    return np.asarray(books.of_schemes(column)[:, :, books.schemes.index(name), :, 0].sum(axis=-1))


def _days(name: str, books: Books) -> Array:
    return np.asarray(DAYS * _table(name, "members", books).sum(axis=1) / _table(name, "rewards", books).sum(axis=1))


def _of_alone(name: str, alone: float, books: Books) -> Array:
    return np.asarray(_days(name, books) / (DAYS * alone))


def _monthly(name: str, column: str, books: Books) -> Array:
    return np.asarray(_table(name, column, books).mean(axis=1))


def _owed(name: str, books: Books) -> Array:
    return np.asarray(liability(books)[:, :, books.schemes.index(name)].mean(axis=1))
