"""Segments that are a textbook cohort: people who differ (sBG), or people alike (geometric lifetimes)."""

from __future__ import annotations

from functools import partial

import numpy as np

from cemsim.base import theory
from cemsim.base.words import CAUSES, EXOGENOUS
from cemsim.compare.theory.form import Form, Quantity, Without
from cemsim.measures.books import Array, Books
from cemsim.scenario import Scenario


def cohort(scenario: Scenario, name: str) -> Form | Without | None:
    """The closed form of a segment's survival, or why there is none; None where nobody leaves."""
    segment = scenario.segments[name]
    years = scenario.horizon // 12
    if segment.churn == 0.0:
        return None
    because = _in_the_way(scenario, name)
    if because or not years:
        return Without(f"Segment {name}", tuple(because) or ("the horizon is shorter than a year",))
    survived = partial(_survival, name)
    if scenario.switches.heterogeneity:
        total = scenario.model.churn.heterogeneity
        law = segment.churn * total, (1.0 - segment.churn) * total
        kept, left = theory.retention_sbg(*law, years), theory.survival_sbg(*law, years)
        lines = [
            Quantity(
                f"still there after {t} year{'s' if t > 1 else ''}",
                "share",
                float(left[t - 1]),
                partial(survived, t),
            )
            for t in range(1, years + 1)
        ]
        lines += [
            Quantity(f"retention in year {t}", "share", float(kept[t - 1]), partial(_retention, name, t))
            for t in sorted({1, years})
        ]
        title = f"A cohort of different people, Beta({law[0]:.4g}, {law[1]:.4g}), segment {name}"
        return Form(title, "Fader & Hardie 2007", tuple(lines))
    keep = 1.0 - segment.churn
    margin, discount = 12.0 * segment.revenue * segment.margin, scenario.finance.discount_rate
    value = theory.lifetime_value(margin, keep, discount)
    lines = [
        Quantity(f"still there after {t} year{'s' if t > 1 else ''}", "share", keep**t, partial(survived, t))
        for t in range(1, years + 1)
    ]
    lines += [
        Quantity("retention, all years", "share", keep, partial(_pooled, name, years)),
        Quantity("mean lifetime", "years", theory.geometric_lifetime(keep), partial(_lifetime, name, years)),
    ]
    if value:
        worth = partial(_value, name, years, margin, discount)
        lines.append(Quantity("value of a customer just won", "money", value, worth))
    return Form(f"A cohort of people alike, segment {name}", "Gupta & Lehmann 2003", tuple(lines))


def _in_the_way(scenario: Scenario, name: str) -> list[str]:
    segment, churn, switches = scenario.segments[name], scenario.model.churn, scenario.switches
    exogenous = sum(scenario.causes.ledger[cause] for cause in CAUSES[:EXOGENOUS])
    found = []
    if switches.satisfaction_churn and (churn.beta1 or churn.beta3):
        found.append("satisfaction moves churn")
    if scenario.advertising:
        found.append("others join")
    if scenario.burn_in:
        found.append("some have left in the burn-in already")
    if exogenous and (switches.heterogeneity or len(scenario.segments) > 1):
        found.append("death and moving do not depend on the person")
    if scenario.market.attraction and segment.attraction_reaction:
        found.append("rivals attract")
    return found


def _alive(name: str, books: Books) -> Array:
    """Customers at the start and after each full year, ``[replicate, year]``."""
    start, end = np.moveaxis(books.people("active_start", "active")[:, :, books.segments.index(name)], -1, 0)
    return np.concatenate((start[:, :1], end[:, 11::12]), axis=1)


def _survival(name: str, years: int, books: Books) -> Array:
    alive = _alive(name, books)
    return np.asarray(alive[:, years] / alive[:, 0])


def _retention(name: str, year: int, books: Books) -> Array:
    alive = _alive(name, books)
    return np.asarray(alive[:, year] / alive[:, year - 1])


def _pooled(name: str, years: int, books: Books) -> Array:
    alive = _alive(name, books)[:, : years + 1]
    return np.asarray(alive[:, 1:].sum(axis=1) / alive[:, :-1].sum(axis=1))


def _lifetime(name: str, years: int, books: Books) -> Array:
    return np.asarray(1.0 / (1.0 - _pooled(name, years, books)))


def _value(name: str, years: int, margin: float, discount: float, books: Books) -> Array:
    kept = _pooled(name, years, books)
    return np.asarray(margin * kept / (1.0 + discount - kept))
