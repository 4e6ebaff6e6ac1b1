"""What goes wrong, who says so, and how it is put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from cemsim.scenario.quantity import Minutes, Number, PerYear, Points, Share, Weight, Word, about
from cemsim.scenario.schema.law import Lag, Law
from cemsim.scenario.schema.noun import BY_ATTRIBUTE, Attribute, Noun

_DAY = 24 * 60.0
Loads = Annotated[Mapping[Attribute, Weight], *BY_ATTRIBUTE]
#: Attributes that a failure hurts, by where it came from (assumption).
FAILURE_LOADS: Final[Mapping[str, Mapping[str, float]]] = {
    "back": {"product": 0.6, "service": 0.4},
    "front": {"service": 1.0},
}


class Severity(Noun):
    """How much a failure hurts."""

    minor: Points = about(
        2.5, "points a minor failure costs", low=0, high=10, range=(1.5, 3.5), role="world",
        source="model.md 3c", tag="A",
    )  # fmt: skip
    major: Points = about(
        5.0, "points a major failure costs", low=0, high=10, range=(3.0, 7.0), role="world",
        source="model.md 3c", tag="A",
    )  # fmt: skip
    major_share: Share = about(
        0.3, "share of failures that are major", low=0, high=1, range=(0.18, 0.42), role="world",
        source="model.md 3c", tag="A",
    )  # fmt: skip


class Recovery(Noun):
    """How often a voiced failure is put right."""

    success: Share = about(
        0.5, "share of recoveries that work", low=0, high=1, range=(0.3, 0.8),
        source='52 % got "something" [NCRS2] V (proxy)', tag="A",
    )  # fmt: skip
    per_empowerment: Number = about(
        0.15, "added by each step of empowerment", low=0, high=1, range=(0, 0.3), role="world",
        source="model.md c3", tag="A",
    )  # fmt: skip
    workload: Number = about(
        1.0, "lost for each point of occupancy above 85 %", low=0, high=10, range=(0, 2), role="world",
        source="model.md c3", tag="A",
    )  # fmt: skip


class Compensation(Noun):
    """What is paid for a voiced failure, in months of the customer's revenue."""

    minor: Number = about(
        0.25, "months of revenue for a minor failure", low=0, high=24, range=(0, 1), source="model.md c6",
        tag="A",
    )  # fmt: skip
    major: Number = about(
        0.5, "months of revenue for a major failure", low=0, high=24, range=(0, 2), source="model.md c6",
        tag="A",
    )  # fmt: skip


class Failures(Noun):
    """What goes wrong; off unless a probability (or a rate in use) is given."""

    probability: Share = about(
        0.0, "share of issues that go wrong", low=0, high=1,
        source="off, where not given; telecom .12 a contact, bank .06", tag="A",
    )  # fmt: skip
    back_office_share: Share = about(0.8, "share that comes from the back office", low=0, high=1, range=(0.5,
        0.9),
                                     role="world", source="back-office share, Xing Yan", tag="S")  # fmt: skip
    back_office_factor: Number = about(
        1.0, "back-office failures, relative to today", low=0, high=10, tag="A"
    )
    front_factor: Number = about(1.0, "front-line failures, relative to today", low=0, high=10, tag="A")
    severity: Severity = about(Severity(), "how much a failure hurts", role="world")
    voice: Share = about(
        0.5, "share of failures the customer voices", low=0, high=1, range=(0.3, 0.75),
        source="consumers .50, business .75 [GOOD05, GOOD]", tag="V",
    )  # fmt: skip
    voice_lag: Lag = about(
        Law(kind="exponential", mean=_DAY), "time until a failure is voiced", role="world",
        range=(0.2 * _DAY, 5 * _DAY), source="model.md c2", tag="A",
    )  # fmt: skip
    recovery: Recovery = about(Recovery(), "how often it is put right")
    promise: Minutes = about(
        2 * _DAY, "time within which putting it right counts as fast", over=0, range=(0.5 * _DAY, 7 * _DAY),
        source="48 hours", tag="A",
    )  # fmt: skip
    compensation: Compensation = about(Compensation(), "what is paid")
    usage: PerYear = about(
        0.0, "failures in use a customer has in a year, outside contacts", low=0, high=1000,
        source="none, where not given; model.md c1", tag="A",
    )  # fmt: skip
    loads: Mapping[Literal["back", "front"], Loads] = about(
        FAILURE_LOADS, "attributes a failure hurts, by where it came from", role="world",
        source="model.md c1", tag="A",
    )  # fmt: skip
    complaints: Word | None = about(None, "journey that voiced failures start; found by starts: complaint")
