"""The engine against closed forms, through the same path that users run (model.md D1-D9, D19)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from cemsim.base.shipped import shipped
from cemsim.compare.theory import against_theory
from cemsim.experiment import Run, run
from cemsim.measures.books import books
from cemsim.measures.kpi import ratio
from cemsim.scenario import Scenario, load
from tests.checked import Checked

pytestmark = pytest.mark.theory
TEXTBOOK = shipped("scenarios", "textbook")
REPLICATES = 8


def textbook(name: str, **changes: Any) -> Scenario:
    return load(TEXTBOOK / f"{name}.yaml").model_copy(update=changes)


def queue(name: str, need: float, team: dict[str, Any], handling: dict[str, Any], **changes: Any) -> Scenario:
    """A textbook file with another need, team and law of handling."""
    scenario = textbook(name, **changes)
    ((journey_name, journey),) = scenario.journeys.items()
    ((step_name, step),) = journey.steps.items()
    ((team_name, old),) = scenario.teams.items()
    assert step.handling is not None
    step = step.model_copy(update={"handling": step.handling.model_copy(update=handling)})
    journey = journey.model_copy(update={"need": need, "steps": {step_name: step}})
    teams = {team_name: old.model_copy(update=team)}
    return scenario.model_copy(update={"journeys": {journey_name: journey}, "teams": teams})


def agreed(scenario: Scenario, replicates: int = REPLICATES) -> dict[str, tuple[float, float]]:
    """Exact and simulated value of each quantity; fails where they differ."""
    cases, _ = against_theory(scenario, replicates=replicates)
    lines = [line for case in cases for line in case.lines]
    assert lines
    wrong = [f"{x.what}: {x.found.mean:g} for {x.exact:g}" for x in lines if not x.agrees]
    assert wrong == []
    return {line.what: (line.exact, line.found.mean) for line in lines}


@pytest.mark.parametrize(
    "name",
    ["mmc_m", "mg1", "mgcc", "square_root", "first_contact", "sbg_cohort", "geometric", "learning_curve", "bass",
     "ring", "small_world"],
)
def test_every_textbook_file_agrees(name: str) -> None:
    agreed(textbook(name), 4)


def test_d1_erlang_c(checked: Checked) -> None:
    """8 erlangs, 10 people."""
    exponential = {"kind": "exponential", "mean": 5.0, "cv": 1.0}
    people = {"on_shift": 10, "patience": None}
    found = agreed(queue("mgcc", 84.096, {**people, "room": None}, exponential, horizon=24))
    assert found["has to wait"][0] == pytest.approx(0.40918, rel=1e-4)
    checked("D1", 5 * 0.20459, found["mean wait"][1], 0.03, "simulated: mean wait where a call takes 5 min", True)


def test_d20_learning_curve(checked: Checked) -> None:
    """A first month at .53 of the speed of later ones, a first year at .81."""
    found = agreed(textbook("learning_curve"), 4)
    checked("D20", 0.53, found["productivity in the first month"][1], 0.01, "productivity in month 1")
    checked("D20", 0.81, found["mean productivity in the first year"][1], 0.01, "mean of the first year")


@pytest.mark.parametrize(("kind", "cv", "wait"), [("deterministic", 0.0, 2.0), ("exponential", 1.0, 4.0)])
def test_d6_one_server(checked: Checked, kind: str, cv: float, wait: float) -> None:
    found = agreed(queue("mg1", 4.2048, {}, {"kind": kind, "cv": cv}))
    assert found["mean wait"][0] == pytest.approx(5 * wait)
    checked("D6", 5 * wait, found["mean wait"][1], 0.03, f"simulated: mean wait, {kind} calls of 5 min", True)


@pytest.mark.parametrize(("people", "asa"), [(14, 7.84), (13, 17.12)])
def test_d7_half_hour_of_calls(checked: Checked, people: int, asa: float) -> None:
    """100 calls in 30 minutes, 180 s each."""
    need = 100 / 30 * 365 * 1440 / 10_000
    law = {"kind": "exponential", "mean": 3.0, "cv": 1.0}
    found = agreed(queue("mgcc", need, {"on_shift": people, "room": None}, law, horizon=6))
    assert found["mean wait"][0] * 60 == pytest.approx(asa, abs=5e-3)
    checked("D7", asa, found["mean wait"][1] * 60, 0.03, f"simulated, {people} people: mean wait, s", True)


@pytest.mark.parametrize("kind", ["deterministic", "gamma", "weibull", "lognormal"])
def test_any_law_of_patience(kind: str) -> None:
    """Baccelli & Hebuterne: M/M/c + G, an overloaded desk."""
    patience = textbook("mmc_m").teams["desk"].patience
    assert patience is not None
    law = patience.model_copy(
        update={"kind": kind, "mean": 4.0, "cv": 0.6 if kind != "deterministic" else 0.0}
    )
    exponential = {"kind": "exponential", "mean": 5.0, "cv": 1.0}
    desk = {"on_shift": 9, "room": None, "patience": law}
    redial = textbook("mgcc").teams["lines"].redial.model_copy(update={"same_day": 0.0, "next_day": 0.0})
    agreed(queue("mgcc", 105.0, {**desk, "redial": redial}, exponential, horizon=6))


@pytest.mark.parametrize("kind", ["exponential", "deterministic", "gamma"])
def test_a_loss_system_does_not_care_for_the_law(kind: str) -> None:
    cv = {"exponential": 1.0, "deterministic": 0.0, "gamma": 0.5}[kind]
    found = agreed(queue("mgcc", 84.096, {}, {"kind": kind, "cv": cv}, horizon=6))
    assert found["is sent away"][0] == pytest.approx(0.12166, abs=5e-6)


def test_a_room_with_a_last_seat() -> None:
    exponential = {"kind": "exponential", "mean": 5.0, "cv": 1.0}
    agreed(queue("mgcc", 84.096, {"room": 4}, exponential, horizon=12))


@cache
def telecom() -> Run:
    """A whole company: opening hours, repeats, redials, two kinds of queue, month ends."""
    (done,) = run(load(shipped("scenarios", "telecom", "baseline.yaml")), replicates=1)
    return done


def test_d3_and_d4_patience(checked: Checked) -> None:
    """With exponential patience the share who hang up is the mean wait over the mean patience."""
    found = agreed(textbook("mmc_m"), 4)
    wait, gone = found["mean wait"][1], found["hangs up"][1]
    checked("D3", [0.03091, 0.9303], [gone, found["occupancy"][1]], 0.05, "simulated: hangs up; occupancy", True)
    checked("D3", 3.709, wait / 5.0 * 60.0, 0.05, "simulated: mean wait, s, where a call takes a minute", True)
    checked("D4", wait / 10.0, gone, 0.02, "simulated: mean wait ÷ patience against who hangs up", True)


def test_d5_little_on_every_queue(checked: Checked) -> None:
    """Contact-minutes in the queue, counted by the clock, are the waits of contacts, counted by person."""
    opened = books(telecom())
    for place, name in enumerate(opened.teams):
        area = opened.of_teams("queue_area")[..., place, 0].sum(axis=1)
        waited = opened.of_contacts("all_wait_sum")[:, :, place].sum(axis=(1, 2, 3))
        checked("D5", 1.0, ratio(area, waited), 0.02, f"simulated, {name}: queue by the clock ÷ waits by person")


def test_d5_customers_are_conserved_every_month(checked: Checked) -> None:
    opened = books(telecom())
    start, end, joined = np.moveaxis(opened.people("active_start", "active", "joined"), -1, 0)
    lost = opened.log.lost.sum(axis=-1)
    off = float(np.abs(end - (start + joined - lost)).max())
    checked("D5", 0.0, off, 0.0, "simulated: customers at a month's end less start, joined and lost")
    assert np.array_equal(start[:, 1:], end[:, :-1])
