"""Plausible runs without an engine: for tests of measures, comparison and report."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from cemsim.base.records import (
    CAMPAIGNS,
    EMOTION,
    FAILURES,
    FIRM,
    HOURS,
    PEOPLE,
    SCHEMES,
    STEPS,
    TEAMS,
    WAIT_BINS,
    WAIT_EDGES,
    column,
)
from cemsim.base.words import ATTRIBUTES, CAUSES
from cemsim.plan.ramp import share_at
from cemsim.scenario.schema.finance import Finance

SEGMENTS = ("loyalist", "butterfly")
TEAMS_HERE = ("contact_centre", "billing_team")
STEPS_HERE = (
    ("billing_question", "look_it_up"),
    ("billing_question", "call"),
    ("billing_question", "repair"),
    ("visit", "shop"),
)
CAUSE_SHARES = np.array([0.01, 0.03, 0.05, 0.09, 0.14, 0.68])
WEIGHTS = dict(zip(ATTRIBUTES, (0.33, 0.20, 0.11, 0.12, 0.12, 0.12), strict=True))


def scenario(name: str = "Baseline", **over: Any) -> SimpleNamespace:
    """A scenario with two segments, two teams and two journeys."""

    def step(channel: str, team: str | None, unit_cost: float = 0.0, **more: Any) -> SimpleNamespace:
        plain = {"promise": None, "skip": False, "partner": None, "window": None, "risk": None}
        return SimpleNamespace(channel=channel, team=team, unit_cost=unit_cost, **(plain | more))

    fields: dict[str, Any] = {
        "name": name,
        "question": "What does the base earn over three years if nothing changes?",
        "currency": "USD",
        "horizon": 36,
        "improvement": None,
        "burn_in": 12,
        "segments": {
            "loyalist": SimpleNamespace(
                customers=60_000, revenue=48.0, margin=0.5, churn=0.102, importance=WEIGHTS, offers={}
            ),
            "butterfly": SimpleNamespace(
                customers=40_000, revenue=40.0, margin=0.5, churn=0.27, importance=WEIGHTS, offers={}
            ),
        },
        "teams": {
            "contact_centre": SimpleNamespace(works="live", wage=21.0, overtime_premium=1.5, workforce=None),
            "billing_team": SimpleNamespace(works="back_office", wage=21.0, overtime_premium=1.5, workforce=None),
        },
        "journeys": {
            "billing_question": SimpleNamespace(
                stage="after",
                steps={
                    "look_it_up": step("web", None, 0.1, promise=60.0, partner=SimpleNamespace()),
                    "call": step("phone_in", "contact_centre", risk=SimpleNamespace(loss=200.0)),
                    "repair": step("mail", "billing_team", promise=2880.0),
                },
            ),
            "visit": SimpleNamespace(
                stage="before", steps={"shop": step("face_to_face", "contact_centre", window=SimpleNamespace())}
            ),
        },
        "schemes": {},
        "campaigns": {},
        "finance": Finance(discount_rate=0.10, acquisition_cost=350.0, tax=0.0),
        "investment": None,
        "network": None,
        "changes": (),
        "register": (),
        "path": f"scenarios/{name}.yaml",
        "based_on": (),
    }
    return SimpleNamespace(**{**fields, **over})


def empty_log(replicates: int, months: int, schemes: int = 0, campaigns: int = 0) -> SimpleNamespace:
    """All tables of the log, full of zeros."""
    lead, cut, steps = (replicates, months), len(SEGMENTS), len(STEPS_HERE)
    teams = len(TEAMS_HERE)
    return SimpleNamespace(
        people=np.zeros((*lead, cut, len(PEOPLE))),
        lost=np.zeros((*lead, cut, len(CAUSES))),
        satisfaction=np.zeros((*lead, cut, len(ATTRIBUTES))),
        expectation=np.zeros((*lead, cut, len(ATTRIBUTES))),
        steps=np.zeros((*lead, steps, cut, len(STEPS))),
        emotion=np.zeros((*lead, steps, cut, 2, len(EMOTION))),
        waits=np.zeros((*lead, teams, cut, WAIT_BINS)),
        teams=np.zeros((*lead, teams, len(TEAMS))),
        hours=np.zeros((replicates, teams, 168, len(HOURS))),
        failures=np.zeros((*lead, cut, len(FAILURES))),
        firm=np.zeros((*lead, len(FIRM))),
        schemes=np.zeros((*lead, schemes, cut, len(SCHEMES))),
        campaigns=np.zeros((*lead, campaigns, cut, len(CAMPAIGNS))),
        passed=np.zeros((*lead, 0, steps, cut, len(STEPS))),
    )


def put(table: np.ndarray, columns: dict[str, str], **values: Any) -> None:
    """Set columns of a table by name."""
    for name, value in values.items():
        table[..., column(columns, name)] = value


@dataclass(frozen=True)
class Plan:
    """As much of a plan as money reads: where it starts from, when, and how fast."""

    names: Any
    scenario: Any = None
    base: Any = None
    starts: int = 0
    ramp: float = 0.0

    def share(self, month: int) -> float:
        return share_at(month - self.starts, self.ramp)


def run(
    name: str = "Baseline",
    lift: float = 0.0,
    replicates: int = 8,
    months: int = 36,
    seed: int = 1,
    made: Any = None,
    **over: Any,
) -> SimpleNamespace:
    """A run whose customers churn less, wait less and like us more by ``lift`` (0.1 is a tenth).

    ``made`` is a loaded scenario to use instead of the plain one. The same replicate draws the same luck in
    every scenario, as common random numbers do.
    """
    told = made or scenario(name, **over)
    schemes, campaigns = tuple(told.schemes), tuple(told.campaigns)
    log = empty_log(replicates, months, len(schemes), len(campaigns))
    for number in range(replicates):
        _fill(log, number, lift, months, np.random.default_rng([seed, number]))
    steps = list(STEPS_HERE)
    names = SimpleNamespace(
        segments=list(SEGMENTS), journeys=["billing_question", "visit"], steps=steps, teams=list(TEAMS_HERE), rules=(),
        schemes=schemes, campaigns=campaigns, takers=(),
    )
    return SimpleNamespace(
        scenario=told,
        plan=Plan(names),
        constants=None,
        log=log,
        replicates=tuple(range(replicates)),
        seed=seed,
        achieved=(
            SimpleNamespace(name="churn, loyalist", target=10.2, achieved=10.23, unit="% a year"),
            SimpleNamespace(name="NPS, surveyed", target=19.0, achieved=19.2, unit="points"),
        ),
        visits=None,
        stopped=False,
    )


def _fill(log: Any, number: int, lift: float, months: int, luck: np.random.Generator) -> None:
    active = np.array([60_000.0, 40_000.0])
    rate = np.array([0.0089, 0.0259])
    for month in range(months):
        ramp = lift * min(1.0, month / 12)
        noise = luck.normal(size=(4, 2))
        lost = np.round(active * rate * (1 - ramp) + np.sqrt(active * rate) * noise[0])
        joined = np.round(100_000 * rate * np.array([0.6, 0.4]) + 8 * noise[1])
        start, active = active, active - lost + joined
        log.lost[number, month] = lost[:, None] * CAUSE_SHARES
        put(
            log.people[number, month],
            PEOPLE,
            active_start=start,
            active=active,
            joined=joined,
            months=(start + active) / 2,
            spend=active,
            promoters=active * (0.42 + 0.2 * ramp),
            detractors=active * (0.23 - 0.2 * ramp),
            asked=active / 12,
            replied_promoters=active / 12 * 0.09 + 9 * noise[2],
            replied_passives=active / 12 * 0.05,
            replied_detractors=active / 12 * 0.04 + 9 * noise[3],
            csat_replied=active / 12 * 0.18,
            csat_satisfied=active / 12 * 0.12,
            recommend_sum=active * 8,
        )
        if month % 12 == 11:
            base = log.people[number, month - 11, :, column(PEOPLE, "active_start")]
            put(
                log.people[number, month],
                PEOPLE,
                year_base=base,
                year_left=base * (1 - (1 - rate * (1 - ramp)) ** 12) + 5 * noise[0],
            )
        level = 7.5 + np.linspace(-0.3, 0.3, 6) + 2 * ramp
        log.satisfaction[number, month] = active[:, None] * (level + 0.02 * luck.normal(size=(2, 6)))
        _contacts(log, number, month, ramp, active, luck)
    _hours(log, number, lift, luck)


def _contacts(
    log: Any, number: int, month: int, ramp: float, active: np.ndarray, luck: np.random.Generator
) -> None:
    wait = np.array([0.0, 1.2 * (1 - 2 * ramp), 1500.0, 1.2 * (1 - 2 * ramp)])[:, None]
    arrived = luck.poisson(active / 12 * np.array([1.5, 1.3, 0.25, 0.3])[:, None]).astype(float)
    abandoned = np.round(arrived * np.array([0.0, 0.06, 0.0, 0.06])[:, None] * (1 - ramp))
    served = arrived - abandoned
    resolves = np.array([0.13, 0.61, 0.95, 0.9])[:, None]
    table = log.steps[number, month]
    put(
        table,
        STEPS,
        arrived=arrived,
        served=served,
        abandoned=abandoned,
        wait_sum=served * wait * (1 + 0.05 * luck.normal()),
        wait_sq=2 * served * wait**2,
        within_target=served * 0.8,
        first=served * 0.8,
        handled_minutes=served * np.array([0.0, 6.35, 12.0, 9.0])[:, None],
        resolved=np.round(served * resolves),
        losses=np.round(served * resolves) * np.array([0.0, 0.002, 0.0, 0.0])[:, None],
        visits=served * np.array([0.0, 0.0, 0.0, 1.0])[:, None],
        promised=served * 0.2,
        called=served * 0.1,
        call_wait=served,
        not_called=served * 0.01,
        in_window=served * np.array([0.0, 0.0, 0.0, 0.9])[:, None],
        first_resolved=np.round(served * 0.8 * resolves),
        ts_n=served,
        ts_sum=served * (np.array([7.0, 7.4, 6.4, 8.1])[:, None] + ramp + 0.05 * luck.normal(size=(4, 2))),
    )
    for repeat, weight in enumerate((0.8, 0.2)):
        touched = served * weight
        felt = (
            np.array([0.1, -0.4, -1.2, 0.5])[:, None] - 0.8 * repeat + ramp + 0.05 * luck.normal(size=(4, 2))
        )
        put(
            log.emotion[number, month, :, :, repeat],
            EMOTION,
            n=touched,
            sum=touched * felt,
            sum_sq=touched * 2,
        )
    place = {0: (1, 3), 1: (2,)}
    for team, steps in place.items():
        group = table[list(steps)].sum(axis=0)
        took = group[:, column(STEPS, "served")]
        middle = np.searchsorted(WAIT_EDGES, wait[steps[0], 0])
        log.waits[number, month, team, :, 0] = took * 0.6
        log.waits[number, month, team, :, middle + 4] = took * 0.4
        busy = group[:, column(STEPS, "handled_minutes")].sum()
        put(
            log.teams[number, month, team],
            TEAMS,
            busy_minutes=busy,
            staffed_minutes=busy / 0.8,
            paid_minutes=busy / 0.8 / 0.68,
            arrived=group[:, column(STEPS, "arrived")].sum(),
            served=took.sum(),
            abandoned=group[:, column(STEPS, "abandoned")].sum(),
        )
    failed = luck.poisson(active * 0.02).astype(float)
    put(
        log.failures[number, month],
        FAILURES,
        happened_back=failed * 0.8,
        happened_front=failed * 0.2,
        silent=failed / 2,
        voiced=failed / 2,
        good_fast=failed * 0.2,
        good_slow=failed * 0.1,
        failed=failed * 0.2,
        compensation=failed * 0.15,
    )


def _hours(log: Any, number: int, lift: float, luck: np.random.Generator) -> None:
    hour = np.arange(168) % 24
    weekend = np.arange(168) >= 120
    shape = np.where((hour >= 8) & (hour < 20), np.exp(-((hour - 11) ** 2) / 18), 0.0) * np.where(
        weekend, 0.5, 1.0
    )
    for team, scale in enumerate((40_000.0, 8_000.0)):
        arrived = luck.poisson(scale * shape).astype(float)
        wait = (1.2 if team == 0 else 1500.0) * (0.3 + shape) * (1 - lift)
        put(
            log.hours[number, team],
            HOURS,
            arrived=arrived,
            served_arrived=arrived * 0.95,
            wait_sum=arrived * 0.95 * wait * (1 + 0.05 * luck.normal(size=168)),
            abandoned=arrived * 0.05,
        )
