"""Numbers of the behavioural model, each with its range and source (model.md, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from cemsim.base import units
from cemsim.base.words import ATTRIBUTES
from cemsim.scenario.quantity import In, Months, Number, Points, PointsPerYear, Share, SharePerMonth, about
from cemsim.scenario.schema.blueprint import Touchpoints
from cemsim.scenario.schema.campaigns import Communication
from cemsim.scenario.schema.contract import Ties
from cemsim.scenario.schema.noun import BY_ATTRIBUTE, Attribute, Noun
from cemsim.scenario.schema.schemes import Loyalty

PerPoint = Annotated[float, In(units.number("/point", "0.25"))]
PointsPerPoint = Annotated[float, In(units.number("points/point", "1.0"))]
Ratio = Annotated[float, In(units.number("ratio", "1.5"))]
PerYearNumber = Annotated[float, In(units.number("/year", "0.2"))]


def _stages(value: Mapping[str, float]) -> dict[str, float]:
    return {name: value.get(name, 1.0) for name in ATTRIBUTES}


KanoStage = Annotated[float, In(units.number("stage", "1")), Field(ge=0, le=2)]
Stages = Annotated[Mapping[Attribute, KanoStage], *BY_ATTRIBUTE, AfterValidator(_stages)]


class GainLoss(Noun):
    """Weight of being better, and of being worse, than expected."""

    gain: Ratio = about(..., "weight of a gain", low=0, high=10, role="world")
    loss: Ratio = about(..., "weight of a loss", low=0, high=10, role="world")


class Kano(Noun):
    """Gains and losses at the ends of an attribute's life; between lies one-dimensional (1, loss_ratio)."""

    attractive: GainLoss = about(
        GainLoss(gain=1.5, loss=0.5), "at stage 0, a delighter", role="world",
        source="shape Kano, order of the life cycle [KANO01] V; values A", tag="A",
    )  # fmt: skip
    must_be: GainLoss = about(
        GainLoss(gain=0.25, loss=2.5), "at stage 2, taken for granted", role="world",
        source="shape Kano, order of the life cycle [KANO01] V; values A", tag="A",
    )  # fmt: skip


class Salience(Noun):
    """How strongly each kind of episode moves satisfaction."""

    usage: Number = about(
        0.25, "a month of use", low=0, high=10, range=(0.1, 0.5), role="world", source="model.md 3a"
    )
    contact: Number = about(
        1.0, "a contact", low=0, high=10, range=(0.5, 2.0), role="world",
        source="model.md 3a: the yardstick",
    )  # fmt: skip
    onboarding: Number = about(
        1.0, "joining", low=0, high=10, range=(1, 2), role="world", source="model.md 3a"
    )
    failure: Number = about(
        3.0, "a failure", low=0, high=10, range=(2, 4), role="world", source="model.md 3a"
    )


class Experience(Noun):
    """From what happens to satisfaction, expectation and emotion (model.md 3a)."""

    theta: PointsPerPoint = about(
        1.0, "effect of the level", low=0, high=5, range=(0.5, 1.0), role="world",
        source="quality and disconfirmation both act [AS93] V (form); value A", tag="A",
    )  # fmt: skip
    gamma: PointsPerPoint = about(
        0.5, "effect of disconfirmation", low=0, high=5, range=(0.0, 1.0), role="world",
        source="quality and disconfirmation both act [AS93] V (form); value A", tag="A",
    )  # fmt: skip
    loss_ratio: Ratio = about(
        1.955, "loss over gain, one-dimensional attribute", low=0, high=10, range=(1.0, 2.5), role="world",
        source="mean of 607 estimates, 95 % interval 1.820-2.102 [BRO24]", tag="V",
    )  # fmt: skip
    kano: Kano = about(Kano(), "gains and losses at the ends of an attribute's life", role="world")
    kano_stage: Stages = about(
        dict.fromkeys(ATTRIBUTES, 1.0),
        "Kano stage at the start: 0 attractive, 1 one-dimensional, 2 must-be", role="world",
        source="model.md a9", tag="A",
    )  # fmt: skip
    stage_months: Months = about(
        36.0, "months an attribute takes for one Kano stage", over=0, range=(18, 72), role="world",
        source="model.md 3a", tag="A",
    )  # fmt: skip
    alpha_0: Share = about(
        0.30, "weight of a new experience, newcomers", low=0, high=1, range=(0.1, 0.5), role="world",
        source="satisfaction is an anchor, updated [BOL98] V; value A", tag="A",
    )  # fmt: skip
    alpha_min: Share = about(
        0.10, "weight of a new experience, old customers", low=0, high=1, range=(0.05, 0.2), role="world",
        source="experienced customers weigh the prior more [BOL98] G; value A", tag="A",
    )  # fmt: skip
    tau_alpha: Months = about(
        24.0, "months over which it falls", over=0, range=(12, 48), role="world", source="model.md a6",
        tag="A",
    )  # fmt: skip
    salience: Salience = about(Salience(), "how strongly each kind of episode counts", role="world")
    fade: SharePerMonth = about(
        0.03, "fade of attributes not met", low=0, high=1, range=(0.0, 0.06), role="world",
        source="half-life 23 months", tag="A",
    )  # fmt: skip
    eta: Share = about(
        0.15, "adaptation of expectation per journey", low=0, high=1, range=(0.02, 0.40), role="world",
        source="a small adaptive component [AFL94] V; value A", tag="A",
    )  # fmt: skip
    eta_norm: SharePerMonth = about(
        0.0, "pull of expectation to the market norm", low=0, high=1, range=(0.0, 0.1), role="world",
        source="model.md a7, off", tag="A",
    )  # fmt: skip
    xi: SharePerMonth = about(
        0.15, "pull of a promise while a campaign runs", low=0, high=1, range=(0.0, 0.3), role="world",
        source="[KL06] V (mechanism); value A", tag="A",
    )  # fmt: skip
    promise: Annotated[Mapping[Attribute, Points], *BY_ATTRIBUTE] = about(
        {}, "level promised by advertising, by attribute", role="lever", source="nothing promised", tag="A"
    )
    peak: Share = about(
        0.25, "weight of a journey's peak", low=0, high=1, range=(0.0, 0.5), role="world",
        source="peak-end effect r = .581 [ALA22] V; split A", tag="A",
    )  # fmt: skip
    end: Share = about(
        0.25, "weight of a journey's end", low=0, high=1, range=(0.0, 0.5), role="world",
        source="peak-end effect r = .581 [ALA22] V; split A", tag="A",
    )  # fmt: skip
    noise: Points = about(
        1.3, "standard deviation of a touchpoint", low=0, high=10, range=(0.8, 2.0), role="world",
        source="model.md 3a", tag="A",
    )  # fmt: skip
    match_sd: Points = about(
        0.9, "standard deviation of how well a person and the firm fit", low=0, high=5, range=(0.5, 1.3),
        role="world", source="ratings differ by person [MK01] V (fact); value A", tag="A",
    )  # fmt: skip
    image_up: SharePerMonth = about(
        0.0184, "adjustment of the image upwards", low=0, high=1, range=(0.01, 0.03), role="world",
        source="20 % of a change perceived in year 1 [MG06] V: 1 - 0.8^(1/12)", tag="C",
    )  # fmt: skip
    image_ratio: Ratio = about(
        1.5, "adjustment of the image, down over up", low=0, high=10, range=(1.0, 2.5), role="world",
        source="decreases act quicker [MG06] V (sign); value A", tag="A",
    )  # fmt: skip
    norm_drift: PointsPerYear = about(
        0.0, "drift of the market norm", low=-5, high=5, range=(0.0, 0.2), role="world",
        source="model.md a8; off unless rivals copy", tag="A",
    )  # fmt: skip
    imitation: PerYearNumber = about(
        0.0, "share of a lead that rivals copy in a year", low=0, high=10, range=(0.0, 1.0), role="world",
        source="model.md a8; 0.2 when switched on", tag="A",
    )  # fmt: skip
    price_sensitivity: Points = about(
        10.0, "points for each unit of log price", low=0, high=50, range=(5, 15), role="world",
        source="model.md a10", tag="A",
    )  # fmt: skip


class Waiting(Noun):
    """How waits are felt (model.md 3b)."""

    overestimate: Ratio = about(
        1.36, "perceived over real wait", low=0, high=10, range=(1.1, 1.5), role="world",
        source="waits are overestimated by 36 % [NYT]", tag="V",
    )  # fmt: skip
    exponent: Number = about(
        1.0, "exponent of the perceived wait", low=0, high=3, range=(0.8, 1.0), role="world",
        source="a power function [ANT02] V (form); exponent G", tag="G",
    )  # fmt: skip
    kappa: Points = about(
        1.0, "points for each unit of log (1 + wait / acceptable)", low=0, high=10, range=(0.4, 2.0),
        role="world", source='"significant but small" [GAR12] V (sign); value A', tag="A",
    )  # fmt: skip
    abandon_penalty: Points = about(
        1.0, "points on service for having to hang up", low=0, high=10, range=(0.0, 2.0), role="world",
        source="model.md b4", tag="A",
    )  # fmt: skip
    repeat_penalty: Points = about(
        0.6, "points on service and convenience for each extra contact", low=0, high=10, range=(0.4, 1.2),
        role="world", source="15 points of top box a call [SQM2] V: .60-.71", tag="C",
    )  # fmt: skip


class Churn(Noun):
    """From satisfaction to leaving (model.md 3d)."""

    beta1: PerPoint = about(
        0.25, "slope of the log hazard", low=0, high=3, range=(0.10, 0.40), role="world",
        source="flat in the middle, steep at the ends [JS95] V (shape); size A", tag="A",
    )  # fmt: skip
    beta3: PerPoint = about(
        0.02, "cubic part of the log hazard", low=0, high=1, range=(0.0, 0.04), role="world",
        source="flat in the middle, steep at the ends [JS95] V (shape); size A", tag="A",
    )  # fmt: skip
    heterogeneity: Number = about(
        11.8, "alpha + beta of the Beta law of yearly churn within a segment", over=0, high=100_000,
        role="world",
        source="telecom Beta(2.0, 9.8) for one segment; with several, less what lies between them", tag="C",
    )  # fmt: skip


class Advocacy(Noun):
    """From satisfaction to recommendation (model.md 3f)."""

    b: PointsPerPoint = about(
        1.05, "recommendation for each point of satisfaction", low=0, high=5, range=(0.8, 1.2),
        role="world", source="model.md f1", tag="A",
    )  # fmt: skip
    ltr_sd: Points = about(
        1.3, "noise of a recommendation score", low=0, high=10, range=(1.0, 2.0), role="world",
        source="total standard deviation about 1.9", tag="A",
    )  # fmt: skip
    style_sd: Points = about(
        0.8, "standard deviation of response styles", low=0, high=10, range=(0.5, 1.3), role="world",
        source="thresholds differ by person [MK01] V (fact); value A", tag="A",
    )  # fmt: skip
    csat_sd: Points = about(
        1.0, "noise of a satisfaction score", low=0, high=10, range=(0.5, 2.0), role="world",
        source="model.md f1", tag="A",
    )  # fmt: skip


class Model(Noun):
    """All numbers of the behavioural model; a strategist rarely touches them."""

    experience: Experience = about(Experience(), "satisfaction, expectation, emotion", role="world")
    waiting: Waiting = about(Waiting(), "how waits are felt", role="world")
    touchpoints: Touchpoints = about(Touchpoints(), "hand-offs between channels, and waiting at home", role="world")
    churn: Churn = about(Churn(), "leaving", role="world")
    advocacy: Advocacy = about(Advocacy(), "recommending", role="world")
    communication: Communication = about(Communication(), "unasked messages", role="world")
    ties: Ties = about(Ties(), "contracts, products, outreach, win-back", role="world")
    loyalty: Loyalty = about(Loyalty(), "loyalty schemes", role="world")
