"""Closing the loop: how failures are found and mended, who owns their causes, and how the work is organised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import model_validator

from cemsim.scenario.quantity import (
    Minutes,
    MoneyPerMonth,
    Months,
    Number,
    Share,
    SharePerMonth,
    WholeMonths,
    Word,
    about,
)
from cemsim.scenario.schema.noun import Noun

_DAY = 24 * 60.0
Owner = Literal["one_function", "cross_functional", "several_firms", "nobody"]
Form = Literal["supporting", "parallel", "vertical"]

#: Three ways to organise experience management: who owns causes, how often they are reviewed, how long it takes to set
#: up, within what time unhappy customers are followed up, and how many people it takes (assumptions, all of them).
FORMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "supporting": {"owner": {"back": "cross_functional", "front": "one_function"}, "reviews": 3, "lead": 1,
                   "people": 2.0, "within": 21 * _DAY},
    "parallel": {"owner": {"back": "cross_functional", "front": "cross_functional"}, "reviews": 1, "lead": 3,
                 "people": 6.0, "within": 14 * _DAY},
    "vertical": {"owner": {"back": "one_function", "front": "one_function"}, "reviews": 1, "lead": 9,
                 "people": 10.0, "within": 7 * _DAY},
}  # fmt: skip


class Owners(Noun):
    """Who owns the causes of failures, by where they come from."""

    back: Owner = about("cross_functional", "owner of causes in the back office", source="model.md 3j", tag="S")
    front: Owner = about("one_function", "owner of causes in the front line", source="model.md 3j", tag="A")


class HalfLives(Noun):
    """Months in which a cause that is worked on loses half its failures, by who owns it."""

    one_function: Months = about(
        3.0, "where one function owns it", over=0, range=(2, 6), role="world", source="Schneiderman 1988", tag="G"
    )
    cross_functional: Months = about(
        9.0, "where several functions share it", over=0, range=(6, 12), role="world", source="Schneiderman 1988",
        tag="G",
    )  # fmt: skip
    several_firms: Months = about(
        18.0, "where several firms share it", over=0, range=(12, 24), role="world", source="Schneiderman 1988",
        tag="G",
    )  # fmt: skip


class FollowUp(Noun):
    """Getting in touch with customers who are found to be unhappy, in staff's own time."""

    within: Minutes = about(
        14 * _DAY, "time within which they are followed up", low=0, high=90 * _DAY, range=(1 * _DAY, 30 * _DAY),
        source="model.md 3j (l_d)", tag="A",
    )  # fmt: skip
    journey: Word | None = about(
        None, "journey (starts: rule) of those whose unhappiness has no known failure behind it"
    )
    found: Share = about(
        0.0, "share of failures that nobody voiced which the firm finds by itself", low=0, high=1, range=(0, 0.3),
        source="none", tag="A",
    )  # fmt: skip


class Improvement(Noun):
    """Failures are found by reports, their causes worked on by whoever owns them; new ones come, gains fade."""

    organisation: Form | None = about(
        None, "a way to organise it, which sets owners, reviews, lead, people and follow-up where not given"
    )
    detection: Share = about(
        0.10, "share of a cause that 100 reports bring to light", low=0, high=1, range=(0.05, 0.2),
        source="model.md 3j (d)", tag="A",
    )  # fmt: skip
    reviews: WholeMonths = about(
        1, "months between reviews of what was reported", low=1, high=60, range=(1, 6), source="model.md 3j", tag="A"
    )
    lead: WholeMonths = about(
        0, "months from the start until the first review may be held", low=0, high=60, range=(0, 12),
        source="at once, where not given", tag="A",
    )  # fmt: skip
    owner: Owners = about(Owners(), "who owns the causes")
    half_life: HalfLives = about(HalfLives(), "how fast causes are mended", role="world")
    floor: Share = about(
        0.10, "share of today's failures that no work removes", low=0, high=1, range=(0, 0.3), role="world",
        source="model.md j2 (f_min)", tag="A",
    )  # fmt: skip
    new_defects: SharePerMonth = about(
        0.005, "new failures, of today's", low=0, high=1, range=(0, 0.01), role="world", source="model.md 3j (nu_new)",
        tag="A",
    )  # fmt: skip
    decay: SharePerMonth = about(
        0.02, "share of what was gained that fades", low=0, high=1, range=(0, 0.04), role="world",
        source="model.md 3j (rho_g)", tag="A",
    )  # fmt: skip
    follow_up: FollowUp | None = about(None, "getting in touch with unhappy customers")
    people: Number = about(
        0.0, "people who do nothing else, full time", low=0, high=10_000, range=(0, 12), source="none", tag="A"
    )
    cost: MoneyPerMonth = about(
        8_000.0, "cost of each of them", low=0, range=(5_000, 12_000), source="no published value", tag="A"
    )

    @model_validator(mode="before")
    @classmethod
    def _organised(cls, value: Any) -> Any:
        """What a way to organise it sets, where it is not given."""
        if not isinstance(value, dict) or (form := FORMS.get(str(value.get("organisation")))) is None:
            return value
        found = dict(value)
        for name in ("owner", "reviews", "lead", "people"):
            found.setdefault(name, form[name])
        follow = found.get("follow_up")
        if isinstance(follow, dict):
            found["follow_up"] = {"within": form["within"], **follow}
        return found
