"""What a touchpoint may be beside a contact with our own people: a partner's work, a visit in a window, a control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from cemsim.base import units
from cemsim.scenario.quantity import In, Minutes, Money, Points, Share, about
from cemsim.scenario.schema.noun import BY_ATTRIBUTE, Attribute, Noun

Level = Annotated[float, In(units.POINTS), Field(ge=0, le=10)]


class Partner(Noun):
    """Somebody else delivers the step in our name; their fee is the step's unit_cost, their share its used_by."""

    quality: Annotated[Mapping[Attribute, Level], *BY_ATTRIBUTE] = about(
        {}, "what the partner delivers, by attribute (0-10), whatever the firm's own level becomes",
        source="as the firm, where not given", tag="A",
    )  # fmt: skip
    failure: Share = about(
        0.0, "share of its contacts that go wrong, beside what goes wrong at the firm", low=0, high=1,
        range=(0.0, 0.24), source="none of its own, where not given", tag="A",
    )  # fmt: skip
    kept: Share | None = about(
        None, "share done within the step's promise; the time it takes is exponential", over=0, high=0.999
    )


class Control(Noun):
    """A check that costs customers effort and prevents losses (fraud, error) here and at later steps."""

    prevents: Share = about(..., "share of attempts that it stops", low=0, high=1)
    effort: Points = about(
        0.3, "points of convenience that it costs whoever is checked", low=0, high=10, range=(0.0, 1.0),
        source="half of an extra contact, at most 1.2 (b5)", tag="A",
    )  # fmt: skip
    minutes: Minutes = about(
        0.5, "handling time that it adds, where a team does it", low=0, range=(0.0, 3.0),
        source="half a minute of questions", tag="A",
    )  # fmt: skip


class Risk(Noun):
    """What may be lost when the step succeeds."""

    attempts: Share = about(..., "share of resolved contacts in which somebody tries", low=0, high=1, role="world")
    loss: Money = about(..., "money lost when it is not stopped", low=0, role="world")


class Window(Noun):
    """A visit at home is promised for a span of time, in which the customer waits."""

    width: Minutes = about(..., "length of the window", over=0)
    kept: Share = about(
        0.9, "share of visits that come within it; the others are failures", over=0, high=1, range=(0.7, 0.99),
        source="no published rate was found", tag="A",
    )  # fmt: skip


def _width(value: Any) -> Any:
    return {"width": value} if isinstance(value, str | int | float) and not isinstance(value, bool) else value


Windowed = Annotated[Window, BeforeValidator(_width)]


class Touchpoints(Noun):
    """Hand-offs between channels and waiting at home (model.md 3b, carried over)."""

    explain: Minutes = about(
        1.5, "handling time in which a customer explains it all again to another channel", low=0, range=(0.5, 3.0),
        role="world", source="no published time was found", tag="A",
    )  # fmt: skip
    handoff_penalty: Points = about(
        0.6, "points on service and convenience for having to explain it again", low=0, high=10, range=(0.4, 1.2),
        role="world", source="as an extra contact (b5), 15 points of top box [SQM2]: .60-.71", tag="C",
    )  # fmt: skip
    handoff_lost: Share = about(
        0.05, "share of resolutions lost with the context", low=0, high=1, range=(0.0, 0.15), role="world",
        source="no published rate was found", tag="A",
    )  # fmt: skip
    at_home: Minutes = about(
        60.0, "acceptable wait at home for a visit", over=0, range=(15, 240), role="world",
        source="judged as other waits (b3); value A", tag="A",
    )  # fmt: skip
    window_minutes: Minutes = about(
        10.0, "travel and idle time that a visit costs for each halving of a window below 24 h", low=0, range=(0, 20),
        role="world", source="smaller windows make tours longer (travelling salesman studies; sign); value A", tag="A",
    )  # fmt: skip
