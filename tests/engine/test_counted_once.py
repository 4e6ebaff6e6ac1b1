"""Nothing is counted twice (model.md, section 5): each cause has one channel. What is not here, docs/why.md names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cemsim.base.records import PEOPLE, STEPS, column
from cemsim.base.words import ATTRIBUTES
from cemsim.engine.crews import CREW_NOW, Crews
from cemsim.engine.firm import staffed
from cemsim.engine.log import Log
from cemsim.plan.compile import plan
from cemsim.plan.tables import Tables
from tests.engine.small import ALONE, COMPANY, Constants, lived, patched, unmoved, written

#: Without peak and end, by which a wait would also say how much the touch it belongs to weighs.
OWN = "own_baseline: true\nchange: {switches.satisfaction_churn: {to: off}, switches.peak_end: {to: off}, %s}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("once")


def world(folder: Path, name: str, text: str, change: str) -> Log:
    """A world in which satisfaction moves nobody, and one thing is changed."""
    base = written(folder / name, text.replace("horizon: 18", "horizon: 4"))
    constants: Constants = unmoved(base)
    patch = written(folder / name, f"based_on: base.yaml\nname: {name}\n{OWN % change}", "patch.yaml")
    return lived(patch, constants).log


def moved(a: Log, b: Log) -> set[str]:
    """Attributes whose satisfaction differs between two worlds."""
    same = [np.array_equal(a.satisfaction[..., k], b.satisfaction[..., k]) for k in range(len(ATTRIBUTES))]
    return {name for name, alike in zip(ATTRIBUTES, same, strict=True) if not alike}


def test_a_wait_is_felt_in_convenience_alone(folder: Path) -> None:
    still = world(folder, "still", COMPANY, "model.waiting.kappa: {to: 1.1 points}")
    sour = world(folder, "sour", COMPANY, "model.waiting.kappa: {to: 4 points}")
    assert moved(still, sour) == {"convenience"}
    for part in ("people", "lost", "waits", "hours"):
        keep = [column(PEOPLE, n) for n in ("active", "joined", "months")] if part == "people" else slice(None)
        assert np.array_equal(getattr(still, part)[..., keep], getattr(sour, part)[..., keep]), part


def test_a_price_is_felt_in_price_alone_and_moves_no_demand(folder: Path) -> None:
    cheap = world(folder, "cheap", ALONE, "advertising: {to: 0.5}, price.ours: {to: 1.0001}")
    dear = world(folder, "dear", ALONE, "advertising: {to: 0.5}, price.ours: {to: 1.3}")
    assert moved(cheap, dear) == {"price"}
    arrived = [column(STEPS, n) for n in ("arrived", "served", "resolved")]
    assert np.array_equal(cheap.steps[..., arrived], dear.steps[..., arrived])
    contractual = 0                                     # loyal customers: spend follows no satisfaction, so no price
    spent = column(PEOPLE, "spend")
    assert np.array_equal(cheap.people[:, contractual, spent], dear.people[:, contractual, spent])


STAFFED = ALONE.replace("patience: 6 min,", "patience: 6 min, workforce: {},")


def of_crews(folder: Path, skill: float, morale: float) -> tuple[Tables, Tables]:
    """A month's tables as written, and as people of some skill and morale fill them."""
    ours = plan(written(folder / "staff", STAFFED))
    tables = ours.at(-1, unmoved(ours.scenario))
    crews = Crews()
    crews.now = np.zeros(len(tables.crews), CREW_NOW)
    crews.now["skill"], crews.now["morale"] = skill, morale
    return tables, staffed(tables, crews)


def quality(tables: Tables) -> NDArray[np.float64]:
    return np.asarray(tables.steps["quality"])


def test_how_staff_is_felt_is_service_at_their_own_steps_alone(folder: Path) -> None:
    tables, filled = of_crews(folder, 0.9, 9.0)
    gap = quality(filled) - quality(tables)
    own = tables.steps["team"] == np.flatnonzero(tables.crews["on"])[0]
    service = ATTRIBUTES.index("service")
    assert np.all(gap[own, service] != 0.0) and np.count_nonzero(gap) == np.count_nonzero(own)
    # nothing else of the world hears of them but the chance to put a complaint right
    numbers = tables.world.dtype.names or ()
    different = {n for n in numbers if not np.array_equal(tables.world[n], filled.world[n], equal_nan=True)}
    assert different <= {"recovery"}
    assert np.array_equal(tables.segments, filled.segments)


def test_one_productivity_moves_speed_resolution_and_recovery(folder: Path) -> None:
    tables, slow = of_crews(folder, 0.7, 7.5)
    _, fast = of_crews(folder, 1.0, 7.5)
    own = tables.steps["team"] == np.flatnonzero(tables.crews["on"])[0]
    asks = own & (tables.steps["resolves"] < 1.0)
    handling = tables.steps["handling"][own]
    assert np.all(slow.laws["mean"][handling] > fast.laws["mean"][handling])
    assert np.all(slow.steps["resolves"][asks] < fast.steps["resolves"][asks])
    assert slow.world["recovery"][0] < fast.world["recovery"][0]


def test_contacts_of_failures_are_among_the_observed_ones(folder: Path) -> None:
    """Twice the failures, the same observed contacts: calibration lowers the needs, not the sum."""
    from cemsim.experiment import run

    text = COMPANY.replace("horizon: 18", "horizon: 12") + "observed: {contacts: 10 /year}\n"
    base = written(folder / "observed", text)
    other = patched(folder / "observed", "failing", {"failures.probability": "{to: 36 %}"}, "own_baseline: true\n")
    runs = run([base, other], replicates=3)
    contacts, complaints = [], []
    for done in runs:
        arrived = done.log.steps[..., column(STEPS, "arrived")].sum(axis=(0, 1, 3))
        live = [i for i, team in enumerate(done.plan.step_team.tolist()) if team == done.plan.names.teams.index("desk")]
        months = done.log.people[..., column(PEOPLE, "months")].sum()
        contacts.append(12.0 * arrived[live].sum() / months)
        complaints.append(arrived[done.plan.names.steps.index(("complaint", "tell"))])
    assert contacts == pytest.approx([10.0, 10.0], rel=0.04)
    assert complaints[1] > 2.0 * complaints[0]
