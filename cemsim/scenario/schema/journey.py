"""Journeys: what makes people get in touch, and the steps an issue walks until it is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AliasChoices, Field, model_validator

from cemsim.scenario.files import File
from cemsim.scenario.quantity import (
    Count,
    Flag,
    Minutes,
    Money,
    Number,
    PerYear,
    Points,
    Share,
    Weight,
    Word,
    about,
    wrong,
)
from cemsim.scenario.schema.blueprint import Control, Partner, Risk, Windowed
from cemsim.scenario.schema.law import NO_TIME, Handling, Lag, Law
from cemsim.scenario.schema.noun import BY_ATTRIBUTE, Attribute, Channel, Noun, Stage

#: Which attributes a contact touches, by channel (assumption).
CHANNEL_LOADS: Final[Mapping[str, Mapping[str, float]]] = {
    "face_to_face": {"product": 0.1, "service": 0.4, "relationship": 0.3, "convenience": 0.2},
    "phone_in": {"service": 0.5, "relationship": 0.2, "convenience": 0.3},
    "phone_out": {"service": 0.4, "relationship": 0.4, "convenience": 0.2},
    "web": {"product": 0.2, "service": 0.2, "convenience": 0.6},
    "app": {"product": 0.2, "service": 0.2, "convenience": 0.6},
    "mail": {"service": 0.4, "relationship": 0.2, "convenience": 0.4},
    "other": {"product": 0.3, "service": 0.4, "convenience": 0.3},
}
#: Attributes that mere use touches each month, without any contact (model.md 2.4, step 9).
USED_MONTHLY: Final = ("product", "relationship", "price", "image")

_DAY = 24 * 60.0
LoadWeights = Annotated[Mapping[Attribute, Weight], *BY_ATTRIBUTE]
QualityShifts = Annotated[Mapping[Attribute, Points], *BY_ATTRIBUTE]


class Escalate(Noun):
    """After so many failed contacts, some issues go to another step (a second line)."""

    to: Word = about(..., "step of the same journey that takes over")
    after: Count = about(
        2, "failed contacts before it", low=1, high=20, range=(1, 4), source="model.md c6", tag="A"
    )
    share: Share = about(
        0.5, "share escalated", low=0, high=1, range=(0.2, 0.9), source="model.md c6", tag="A"
    )


class Step(Noun):
    """A touchpoint of a journey: where, by whom, how long, and how often it resolves the issue."""

    channel: Channel = about("other", "channel")
    team: Word | None = about(None, "team that handles it; none for self-service")
    handling: Handling | None = about(
        None, "handling time of a contact",
        source="service calls 6:21, sales 6:48 [CB14] V; lognormal [BRO05] V, CV 1.2 G", tag="G",
    )  # fmt: skip
    resolves: Annotated[Share, Field(validation_alias=AliasChoices("resolves", "contains"))] = about(
        1.0, "share of handled contacts that resolve the issue (self-service: contains)", low=0, high=1,
        source="always, where not given; by industry .61 to .78 [SQM]", tag="A",
    )  # fmt: skip
    used_by: Share = about(1.0, "share of issues that try this step; the others pass it by", low=0, high=1)
    lag: Lag = about(NO_TIME, "time between the step before and this one", source="at once", tag="A")
    promise: Minutes | None = about(None, "acceptable time until done; faster counts as fast", over=0)
    loads: LoadWeights = about(
        {}, "attributes a contact here touches, and how strongly", role="world", source="by channel",
        tag="A", stated="by channel",
    )  # fmt: skip
    quality: QualityShifts = about({}, "points better (or worse) than the firm's level, by attribute")
    escalate: Escalate | None = about(None, "when an issue goes to another step")
    unit_cost: Money = about(0.0, "cost of one contact beside wages", low=0)
    partner: Partner | None = about(None, "somebody else who delivers it in our name")
    window: Windowed | None = about(None, "span of time promised for a visit at home")
    control: Control | None = about(None, "check that prevents losses")
    risk: Risk | None = about(None, "what may be lost here", role="world")
    skip: Flag = about(False, "leave this step out")

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, value: Any) -> Any:
        if isinstance(value, dict) and "resolves" in value and "contains" in value:
            raise wrong("resolves and contains are two words for the same share.", "Keep one of them.")
        if isinstance(value, dict) and value.get("loads") is None:
            channel = str(value.get("channel", "other"))
            return value | {"loads": dict(CHANNEL_LOADS.get(channel, {}))}
        return value

    @model_validator(mode="after")
    def _agrees(self) -> Step:
        if self.team is not None and self.handling is None:
            raise wrong("A step with a team needs a handling time.", "Write handling: 6 min 21 s.")
        if self.team is None and self.handling is not None:
            raise wrong("A step with a handling time needs a team.", "Write team: and the team's name.")
        if min(self.loads.values(), default=0.0) < 0:
            raise wrong("A load is negative.", "Write weights of 0 or more.")
        if self.window is not None and self.channel != "face_to_face":
            raise wrong("A window is promised for a visit.", "Write channel: face_to_face, or leave window out.")
        self._delivered()
        return self

    def _delivered(self) -> None:
        """A partner's step has no team and no lag of ours."""
        if self.partner is None:
            return
        if self.team is not None:
            raise wrong("A partner's step is handled by no team of ours.",
                        "Leave team and handling out; used_by says which share the partner gets.")  # fmt: skip
        if self.partner.kept is not None and self.promise is None:
            raise wrong("The partner keeps a promise that the step does not make.", "Write promise: 24 h.")
        if self.partner.kept is not None and self.lag.mean > 0:
            raise wrong("The time until the partner is done follows from promise and kept.", "Leave lag out.")


class Journey(Noun):
    """What makes people get in touch: an issue walks the steps in order until one resolves it."""

    stage: Stage = about("after", "before, during or after the purchase", role="world")
    starts: Literal["need", "joining", "complaint", "trace", "rule"] = about(
        "need", "what starts an issue; rule: the schedule_call of a rule, at the first step of its team", role="world"
    )
    need: PerYear = about(0.0, "issues a customer has in a year", low=0, high=10_000)
    profile: File | None = about(
        None, "CSV of weekday, hour and weight; none means evenly over the hours of the first team that a step needs"
    )
    overdispersion: Number = about(
        0.0, "coefficient of variation of the day's factor on arrivals (0 = Poisson)", low=0, high=3,
        range=(0, 0.3), source="Poisson, where not given", tag="A",
    )  # fmt: skip
    trace: File | None = about(None, "CSV of recorded arrivals, replayed")
    repeat_lag: Lag = about(
        Law(kind="lognormal", mean=1.5 * _DAY, cv=1.0), "time until an unresolved issue comes back",
        range=(0.5 * _DAY, 5 * _DAY), role="world", source="model.md b5", tag="A",
    )  # fmt: skip
    restart: Word | None = about(None, "step where an issue comes back; else the first with a team")
    failure: Share | None = about(
        None, "share of issues that go wrong; else failures.probability (calls that rules start: none)", low=0, high=1
    )
    shared_platform: Flag | None = about(
        None, "whether its channels know what the others were told; else the firm's shared_platform"
    )
    salience: Number = about(
        1.0, "how strongly it moves satisfaction, relative to a contact", low=0, high=10, range=(0.25, 4),
        role="world", source="contact 1, onboarding 1, failure 3, model.md 3a", tag="A",
    )  # fmt: skip
    steps: Mapping[Word, Step] = about(..., "touchpoints, in order")

    @model_validator(mode="after")
    def _agrees(self) -> Journey:
        if not self.steps:
            raise wrong(
                "A journey needs at least one step.", "Write steps: {call: {channel: phone_in, team: ...}}."
            )
        if (self.starts == "trace") != (self.trace is not None):
            raise wrong("A trace and starts: trace go together.", "Write both, or neither.")
        if self.starts == "rule" and self.profile is not None:
            raise wrong("A journey that a rule starts has no profile: the rule says when.", "Leave profile out.")
        if self.starts != "need" and self.need:
            raise wrong(f"A journey that starts by {self.starts} has no need of its own.", "Leave need out.")
        return self
