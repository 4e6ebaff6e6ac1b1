"""Numbers of the world that no plan changes: each, low and high, moves its outcome the right way (model.md 3a-3j).

Both ends live under the constants of the unchanged company, so that nothing is solved away.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from cemsim.base.words import ATTRIBUTES
from cemsim.experiment.constants import constants_of
from cemsim.plan.compile import plan
from cemsim.scenario import Scenario
from tests.engine.small import COMPANY, Constants, Life, failure_sum, lived, patched, people_sum, step_sum, written

pytestmark = pytest.mark.direction

TEXT = (
    COMPANY.replace("horizon: 18", "horizon: 12")
    .replace("churn: 12 %/year}", "churn: 12 %/year, contract: {term: 6 months}, win_back: {offer: bundle}}")
    .replace("on_shift: 2,", "on_shift: 2, workforce: {},")
    + "improvement: {}\n"
)


class Case(NamedTuple):
    """A number at its low and its high end, what is changed at both, and the sign of high less low by outcome."""

    path: str
    low: str
    high: str
    moves: dict[str, int]
    at_both: dict[str, str] = {}


POOR = {"quality": "{to: {service: 5 points, convenience: 5 points, product: 5 points}}"}
X, WAITING, ADVOCACY, TIES = (f"model.{part}" for part in ("experience", "waiting", "advocacy", "ties"))
BUSY = {"teams.desk.on_shift": "{to: 1}"}
WORK = "teams.desk.workforce"
QUITTING = {f"{WORK}.attrition": "{to: 80 %/year}"}
CASES = {
    # 3a
    "alpha_0": Case(f"{X}.alpha_0", "10 %", "50 %", {"service": -1}, POOR),
    "alpha_min": Case(f"{X}.alpha_min", "2 %", "20 %", {"service": -1}, POOR),
    "tau_alpha": Case(f"{X}.tau_alpha", "6 months", "60 months", {"service": -1}, POOR),
    "image up": Case(f"{X}.image_up", "1 %/month", "5 %/month", {"image": 1}, {"quality.image": "{to: 9.5 points}"}),
    "image ratio": Case(f"{X}.image_ratio", "1", "2.5", {"image": -1}, {"quality.image": "{to: 5 points}"}),
    "price": Case(f"{X}.price_sensitivity", "5", "15", {"price": -1}, {"price.ours": "{to: 1.1}"}),
    "kano stage": Case(f"{X}.kano_stage", "{service: 0}", "{service: 2}", {"service": -1}, POOR),
    "delight": Case(f"{X}.kano.attractive.gain", "1", "2", {"service": 1},
                    {f"{X}.kano_stage": "{to: {service: 0}}", "quality.service": "{to: 9 points}"}),
    "must": Case(f"{X}.kano.must_be.loss", "1.5", "3.5", {"service": -1},
                 {f"{X}.kano_stage": "{to: {service: 2}}"} | POOR),
    "onboarding": Case(f"{X}.salience.onboarding", "0.2", "4", {"service": -1}, POOR),
    # 3b
    "overestimate": Case(f"{WAITING}.overestimate", "1", "2", {"convenience": -1}, BUSY),
    "exponent": Case(f"{WAITING}.exponent", "0.8", "1.6", {"convenience": -1}, BUSY),
    "no answer": Case(f"{WAITING}.abandon_penalty", "0.2 points", "3 points", {"service": -1}, BUSY),
    "coming again": Case(f"{WAITING}.repeat_penalty", "0.2 points", "2 points", {"service": -1, "convenience": -1}),
    # 3c
    "major": Case("failures.severity.major_share", "10 %", "60 %", {"compensation": 1, "service": -1}),
    "empowered": Case("failures.recovery.per_empowerment", "0", "0.3", {"recovered": 1},
                      {"teams.desk.empowerment": "{to: 1}", "teams.office.empowerment": "{to: 1}"}),
    # 3d
    "expiry": Case(f"{TIES}.at_expiry", "1", "4", {"leaving": 1}),
    "price leavers": Case(f"{TIES}.price_returns", "1", "8", {"won_back": 1}),
    "service leavers": Case(f"{TIES}.service_returns", "0.3", "3", {"won_back": 1}),
    "bundle": Case(f"{TIES}.bundle_life", "1", "9", {"leaving": 1},
                   {"segments.loyal.win_back.success": "{to: 90 %}"}),
    # 3e
    "wallets": Case("segments.loyal.spend.dispersion", "0.5", "1.5", {"unlike wallets": 1}),
    "share of wallet": Case("segments.fickle.spend.adjustment", "2 %/month", "90 %/month", {"spend": -1}, POOR),
    "buyers": Case("segments.fickle.spend.trip_shape", "0.8", "6", {"unlike buyers": -1}),
    # 3f
    "unlike answers": Case(f"{ADVOCACY}.ltr_sd", "0.8 points", "3 points", {"detractors": 1}),
    "style": Case(f"{ADVOCACY}.style_sd", "0.2 points", "3 points", {"detractors": 1}),
    # 3i
    "first month": Case(f"{WORK}.first_month", "30 %", "90 %", {"minutes": -1}, QUITTING),
    "learning": Case(f"{WORK}.learning", "2 months", "30 months", {"minutes": 1}, QUITTING),
    # 3j
    "half-life": Case("improvement.half_life.cross_functional", "3 months", "18 months", {"failures": 1}),
}  # fmt: skip

READ: dict[str, Callable[[Life], float]] = {
    **{name: (lambda life, k=k: float(life.log.satisfaction[..., k].sum() / people_sum(life.log, "months").sum()))
       for k, name in enumerate(ATTRIBUTES)},
    "spend": lambda life: float(people_sum(life.log, "spend")[:, 1].sum() / people_sum(life.log, "months")[:, 1].sum()),
    "leaving": lambda life: float(people_sum(life.log, "exposed").sum() / people_sum(life.log, "months").sum()),
    "won_back": lambda life: float(people_sum(life.log, "joined_win_back").sum()),
    "detractors": lambda life: float(people_sum(life.log, "detractors").sum()),
    "compensation": lambda life: float(failure_sum(life.log, "compensation").sum()),
    "recovered": lambda life: float(sum(failure_sum(life.log, f"good_{pace}").sum() for pace in ("fast", "slow"))),
    "failures": lambda life: float(failure_sum(life.log, "voiced").sum() + failure_sum(life.log, "silent").sum()),
    "minutes": lambda life: float(step_sum(life.log, "handled_minutes").sum() / step_sum(life.log, "served").sum()),
    "unlike wallets": lambda life: float(np.std(life.world.state.purse["wallet"][:1000])),
    "unlike buyers": lambda life: float(np.std(life.world.state.purse["trip_rate"][1200:2000])),
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Constants]:
    scenario = written(tmp_path_factory.mktemp("world"), TEXT)
    return scenario, constants_of(plan(scenario), lambda what, share: None)


@pytest.mark.parametrize("name", CASES)
def test_a_number_of_the_world(base: tuple[Scenario, Constants], name: str) -> None:
    scenario, constants = base
    case, ends = CASES[name], []
    for end in (case.low, case.high):
        file = f"{name} {len(ends)}".replace(" ", "_")
        changes = case.at_both | {case.path: f"{{to: {end}}}"}
        ends.append(lived(patched(Path(scenario.path).parent, file, changes, "own_baseline: true\n"), constants))
    for outcome, sign in case.moves.items():
        low, high = (READ[outcome](life) for life in ends)
        assert sign * (high - low) > 0.0, f"{outcome}: {low} to {high}"
