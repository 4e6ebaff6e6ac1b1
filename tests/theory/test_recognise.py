"""Which closed form a scenario is given, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cemsim.base.shipped import shipped
from cemsim.compare.theory import forms
from cemsim.scenario import Scenario, load

TEXTBOOK = shipped("scenarios", "textbook")


def textbook(name: str) -> Scenario:
    return load(TEXTBOOK / f"{name}.yaml")


def team(scenario: Scenario, **changes: Any) -> Scenario:
    ((name, old),) = scenario.teams.items()
    return scenario.model_copy(update={"teams": {name: old.model_copy(update=changes)}})


def exact(scenario: Scenario) -> dict[str, float]:
    found, without = forms(scenario)
    assert not without, [str(w) for w in without]
    return {q.what: q.exact for form in found for q in form.quantities}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("mmc_m", "M/M/c + M, patience and priorities"),
        ("mg1", "M/G/1"),
        ("mgcc", "M/G/c/c"),
        ("square_root", "M/M/c, a desk"),
        ("first_contact", "Contacts until resolved"),
        ("sbg_cohort", "A cohort of different people"),
        ("geometric", "A cohort of people alike"),
        ("learning_curve", "Everybody learns: team desk"),
        ("bass", "Diffusion, fully mixed"),
        ("ring", "Diffusion round a circle"),
        ("small_world", "Diffusion between"),
    ],
)
def test_every_textbook_file_has_its_formula(name: str, title: str) -> None:
    found, without = forms(textbook(name))
    assert [form.title.startswith(title) for form in found] == [True]
    assert [str(w) for w in without if name not in ("first_contact", "learning_curve")] == []


def test_the_numbers_that_the_files_promise() -> None:
    desk = exact(textbook("mmc_m"))
    assert desk["hangs up"] == pytest.approx(0.03091, abs=5e-6)
    assert desk["mean wait"] == pytest.approx(5.0 * 3.709 / 60.0, abs=5e-5)
    assert desk["occupancy"] == pytest.approx(0.9303, abs=5e-5)
    assert exact(textbook("mg1"))["mean wait"] == pytest.approx(32.5)
    assert exact(textbook("mgcc"))["is sent away"] == pytest.approx(0.12166, abs=5e-6)
    assert exact(textbook("square_root"))["has to wait"] < 0.25
    assert exact(textbook("sbg_cohort"))["retention in year 12"] == pytest.approx(0.945, abs=5e-4)
    worth = exact(textbook("geometric"))
    assert worth["mean lifetime"] == pytest.approx(5.0)
    assert worth["value of a customer just won"] == pytest.approx(266.67, abs=0.005)


def test_other_desks_find_their_formula() -> None:
    desk = textbook("square_root")
    law = desk.teams["desk"].redial.lag
    patient = law.model_copy(update={"kind": "deterministic", "mean": 3.0, "cv": 0.0})
    quiet = team(desk, patience=patient)
    assert forms(quiet)[0][0].title.startswith("M/M/c + G")
    assert exact(team(desk, room=5))["is sent away"] > 0.0
    assert exact(team(desk, on_shift=111))["mean wait"] < exact(desk)["mean wait"]


@pytest.mark.parametrize(
    ("name", "changes", "why"),
    [
        ("mmc_m", {"works": "back_office"}, "over night"),
        ("mmc_m", {"on_shift": None, "paid": 60.0}, "come and go over the week"),
        ("square_root", {"on_shift": 100}, "grows for ever"),
        ("mgcc", {"room": 3}, "lognormal handling times"),
    ],
)
def test_an_obstacle_is_named(name: str, changes: dict[str, Any], why: str) -> None:
    found, without = forms(team(textbook(name), **changes))
    assert found == [] and len(without) == 1
    assert why in str(without[0])


def test_a_cohort_that_others_join_has_none() -> None:
    scenario = textbook("sbg_cohort").model_copy(update={"advertising": 1.0, "burn_in": 12})
    found, without = forms(scenario)
    assert found == []
    assert "others join" in str(without[0]) and "burn-in" in str(without[0])


def test_a_whole_company_has_none(tmp_path: Path) -> None:
    found, without = forms(load(shipped("scenarios", "telecom", "baseline.yaml")))
    assert found == [] and without
