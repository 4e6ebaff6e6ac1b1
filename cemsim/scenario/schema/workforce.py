"""People of a team: how they learn, leave, are hired and trained, and what moves them (model.md 3i)."""

from __future__ import annotations

from typing import Annotated

from cemsim.base import units
from cemsim.scenario.quantity import In, Minutes, Money, Months, Number, Points, Share, SharePerYear, about
from cemsim.scenario.schema.noun import Noun

_DAY = 24 * 60.0
PerUnit = Annotated[float, In(units.number("ratio", "1.6"))]


class Incentive(Noun):
    """What a pay plan that rewards speed alone would do; one that rewards quality alone does the opposite."""

    handling: Share = about(
        0.10, "share of handling time that speed saves", low=0, high=0.5, range=(0, 0.2), role="world",
        source="no published value", tag="A",
    )  # fmt: skip
    resolves: Share = about(
        0.05, "share of resolved contacts that speed loses", low=0, high=0.5, range=(0, 0.1), role="world",
        source="no published value", tag="A",
    )  # fmt: skip
    service: Points = about(
        0.3, "points of perceived service that speed costs", low=0, high=5, range=(0, 0.6), role="world",
        source="no published value", tag="A",
    )  # fmt: skip


class Hiring(Noun):
    """How vacancies are filled."""

    fill: Minutes = about(
        34 * _DAY, "time until a vacancy is filled", low=0, high=730 * _DAY, range=(15 * _DAY, 60 * _DAY),
        source="34 days [CIN]", tag="V",
    )  # fmt: skip
    train: Minutes = about(
        40 * _DAY, "time a newcomer is trained before the first contact", low=0, high=730 * _DAY,
        range=(15 * _DAY, 60 * _DAY), source="40 days [CIN]", tag="V",
    )  # fmt: skip
    replacement_cost: Money = about(
        14_113.0, "cost of replacing one person: search, training and its pay, low output of others", low=0,
        range=(5_000, 20_000), source="14,113 (Gartner), 10-20 thousand (McKinsey) [APEX, SYM]", tag="Vw",
    )  # fmt: skip
    selection: Share = about(
        0.0, "care in choosing people: 0 as today, 1 as careful as can be", low=0, high=1, source="as today", tag="A"
    )
    better_start: Share = about(
        0.10, "first-month productivity that full care adds", low=0, high=0.5, range=(0, 0.12), role="world",
        source="no published value; the plausible first month ends at .65 [CIN]", tag="A",
    )  # fmt: skip
    dearer: Share = about(
        0.5, "share by which full care makes a replacement dearer", low=0, high=5, range=(0.1, 1.0), role="world",
        source="no published value", tag="A",
    )  # fmt: skip


class Training(Noun):
    """Branded training of people who are there already: time off the phone for better service."""

    time: Minutes = about(
        0.0, "hours of training a person has a month, off the phone", low=0, high=40 * 60.0, source="none", tag="A"
    )
    points: Points = about(
        0.1, "points of perceived service for each hour a month", low=0, high=5, range=(0, 0.2), role="world",
        source="no published value", tag="A",
    )  # fmt: skip
    most: Points = about(
        0.5, "points of service that training can add at most", low=0, high=5, range=(0.25, 0.5), role="world",
        source="model.md 7", tag="A",
    )  # fmt: skip


class Morale(Noun):
    """Staff satisfaction, on 0 to 10: what moves it, and what it moves."""

    rest: Points = about(
        7.0, "where it settles in calm times", low=0, high=10, range=(5, 9), role="world",
        source="only differences act", tag="A",
    )  # fmt: skip
    recognition: Points = about(0.0, "points that recognition adds", low=-5, high=5, source="as today", tag="A")
    per_empowerment: Points = about(
        0.25, "points for each step of the team's empowerment", low=0, high=5, range=(0, 0.5), role="world",
        source="model.md i4; no published value", tag="A",
    )  # fmt: skip
    strain: Points = about(
        10.0, "points lost for each unit of occupancy above .85", low=0, high=100, range=(5, 20), role="world",
        source="model.md i4 (kappa_b)", tag="A",
    )  # fmt: skip
    service: PerUnit = about(
        0.3, "points of perceived service for each point", low=0, high=5, range=(0, 0.6), role="world",
        source="acts through perceived service only [BL08] V; may be small [GY05] V; value A", tag="A",
    )  # fmt: skip
    attrition: PerUnit = about(
        0.1, "log attrition for each point less", low=0, high=2, range=(0, 0.2), role="world",
        source="units with higher turnover: r = -.30 to -.36 [HAR02] V (sign); value A", tag="A",
    )  # fmt: skip


class Workforce(Noun):
    """People of a team one by one; without this block a team is what its roster says."""

    attrition: SharePerYear = about(
        0.312, "share of people who quit in a year, as today", low=0, high=0.99, range=(0.19, 0.45), role="world",
        source="31.2 % in 2024, 28.1 % in 2023 [MET] V; 35 % [INO], 19 % [MYRA] Vw", tag="V",
    )  # fmt: skip
    by_occupancy: PerUnit = about(
        1.6, "log attrition for each unit of occupancy above .85", low=0, high=20, range=(0, 3.2), role="world",
        source="half a point of yearly attrition for each point of occupancy [OCC2]", tag="Vw",
    )  # fmt: skip
    first_month: Share = about(
        0.53, "productivity in the first month, of that after a year", over=0, high=1, range=(0.45, 0.65),
        role="world", source="1,800 agents in 8 centres [CIN] V; .61 [DEG16] V", tag="V",
    )  # fmt: skip
    learning: Months = about(
        7.7, "months that shape the learning curve", over=0, high=120, range=(4, 9), role="world",
        source="a first-year mean of .81: a centre loses 18.6 % of a seat-year [CIN]", tag="C",
    )  # fmt: skip
    skill: PerUnit = about(
        1.0, "share of resolved contacts, and points of service, for each unit of productivity", low=0, high=10,
        range=(0, 2), role="world", source="model.md i5 (omega_q)", tag="A",
    )  # fmt: skip
    recovery: PerUnit = about(
        0.3, "share of recoveries that work, for each unit of productivity", low=0, high=5, range=(0, 0.6),
        role="world", source="model.md c3 (r_sk)", tag="A",
    )  # fmt: skip
    overtime: Share = about(
        0.10, "overtime that may make up for vacancies, of the hours of who is there", low=0, high=1,
        range=(0, 0.2), source="no published value", tag="A",
    )  # fmt: skip
    incentive: Number = about(
        0.0, "what pay rewards: 1 speed alone, -1 quality alone, 0 as today", low=-1, high=1, source="as today",
        tag="A",
    )  # fmt: skip
    incentive_effect: Incentive = about(Incentive(), "what rewarding speed alone does", role="world")
    hiring: Hiring = about(Hiring(), "how vacancies are filled")
    training: Training = about(Training(), "training of people who are there already")
    morale: Morale = about(Morale(), "staff satisfaction")
