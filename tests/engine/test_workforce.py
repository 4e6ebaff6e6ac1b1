"""People of teams: they are counted, they learn, they tire, they quit, and a team that has none closes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.base.draws import stream_keys
from cemsim.engine.crews import Crews
from cemsim.engine.firm import staffed
from cemsim.engine.log import Log
from cemsim.experiment import run
from cemsim.experiment.constants import constants_of
from cemsim.measures import KPIS
from cemsim.measures.books import books
from cemsim.measures.staffing import spirals
from cemsim.plan.compile import plan
from cemsim.plan.tables import Tables
from cemsim.report.page import page
from tests.engine.small import COMPANY, lived, patched, step_sum, team_sum, unmoved, written

#: The company of the other tests, its teams large enough that one person more or less is no matter.
STAFFED = (
    COMPANY.replace("on_shift: 2,", "on_shift: 6, workforce: {},")
    .replace("on_shift: 7,", "on_shift: 7, workforce: {attrition: 40 %/year},")
    .replace("market: {people: 3_000}", "market: {people: 9_000}")
    .replace("customers: 1_200", "customers: 3_600")
    .replace("customers: 800", "customers: 2_400")
    .replace("horizon: 18", "horizon: 24")
)
WORK = "teams.desk.workforce"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("staffed")
    written(made, STAFFED)
    return made


def levels(folder: Path, name: str, changes: dict[str, str], replicates: int = 3) -> Any:
    """Runs of the baseline and of a patch that starts at once."""
    base = written(folder, STAFFED)
    return run([base, patched(folder, name, changes)], replicates=replicates)


def total(found: Any, kpi: str, team: str = "desk") -> float:
    opened = books(found)
    values = KPIS[kpi].total(opened, ("team",)).mean(axis=0)
    return float(values[opened.teams.index(team)])


def test_nobody_is_lost_between_months(folder: Path) -> None:
    base = written(folder, STAFFED)
    log = lived(base).log
    staff, hired, left, present, jobs = (team_sum(log, n) for n in ("staff", "hired", "left", "present", "jobs"))
    assert np.array_equal(staff[1:], staff[:-1] + hired[1:] - left[1:])
    assert np.all(present <= jobs) and np.all(staff <= present)
    assert left.sum() > 10 and hired.sum() > 10
    for part, whole in (("training_minutes", "paid_minutes"), ("productivity_sum", "present")):
        assert np.all(team_sum(log, part) <= team_sum(log, whole))


def test_a_baseline_with_people_shows_what_is_observed(folder: Path) -> None:
    """Attrition is the one stated, nothing drifts, and what is observed of customers is still met."""
    (found,) = run(written(folder, STAFFED), replicates=6)
    for team, stated in (("desk", 0.312), ("office", 0.40)):
        yearly = total(found, "attrition", team)
        assert abs(yearly - 12.0 * (1.0 - (1.0 - stated) ** (1.0 / 12.0))) < 0.06
    for target in found.achieved:
        if target.name.startswith("churn"):
            assert abs(target.achieved - target.target) < 2.0, target
    halves = [team_sum(found.log, "productivity_sum")[:, part].sum(axis=(0, 1))
              / team_sum(found.log, "present")[:, part].sum(axis=(0, 1))
              for part in (slice(0, 12), slice(12, 24))]  # fmt: skip
    assert np.all(np.abs(halves[1] - halves[0]) < 0.03)
    crews = plan(written(folder, STAFFED)).before.crews
    assert np.all(np.abs(np.mean(halves, axis=0) - crews["skill"]) < 0.02)
    shift = team_sum(found.log, "staffed_minutes").mean(axis=(0, 1)) / (365.0 / 12.0 * 60.0)
    assert abs(shift[0] / (6 * 10 * 6 / 7) - 1.0) < 0.04          # the roster is what was observed


def test_learning_shows_in_handling_times(folder: Path) -> None:
    """A team of newcomers works slower by what they have still to learn (i1)."""
    text = STAFFED.replace("workforce: {}", "workforce: {attrition: 0 %/year}") + "switches: {calibration: off}\n"
    scenario = written(folder / "new", text.replace("burn_in: 2", "burn_in: 0"))
    log = lived(scenario, unmoved(scenario)).log
    call = scenario.journeys["question"].steps
    place = list(call).index("call") + len(scenario.journeys["join"].steps)
    mean = step_sum(log, "handled_minutes")[:, place].sum(axis=1) / step_sum(log, "served")[:, place].sum(axis=1)
    assert abs(mean[0] / mean[12:].mean() * 0.53 - 1.0) < 0.1
    assert np.all(np.diff(team_sum(log, "productivity_sum")[:12, 0]) > 0.0)


def test_off_is_the_same_tables(folder: Path) -> None:
    off = patched(folder, "off", {"switches.workforce": "{to: off}"}, "own_baseline: true\n")
    without = STAFFED.replace("workforce: {},", "").replace("workforce: {attrition: 40 %/year},", "")
    none = written(folder / "none", without)
    constants = constants_of(plan(none), lambda what, share: None)
    a, b = (lived(s, constants, months=3).log for s in (off, none))
    assert all(x.tobytes() == y.tobytes() for x, y in zip(a, b, strict=True))


DIRECTIONS: dict[str, tuple[dict[str, str], dict[str, int]]] = {
    "attrition": ({"teams.desk.workforce.attrition": "{to: 80 %/year}"}, {"productivity": -1, "vacancies": 1}),
    "slow hiring": ({f"{WORK}.hiring.fill": "{to: 150 days}"}, {"vacancies": 1, "occupancy": 1, "wait": 1}),
    "training": ({f"{WORK}.training.time": "{to: 8 h}"}, {"training": 1, "satisfaction_service": 1, "wait": 1}),
    "speed": ({f"{WORK}.incentive": "{to: 1}"}, {"occupancy": -1, "first_contact": -1, "wait": -1}),
    "care in hiring": ({f"{WORK}.hiring.selection": "{to: 100 %}"}, {"productivity": 1, "hiring_cost": 1}),
    "recognition": ({f"{WORK}.morale.recognition": "{to: 2 points}"}, {"morale": 1, "satisfaction_service": 1}),
    "empowerment": ({"teams.desk.empowerment": "{to: 3}"}, {"morale": 1}),
}
WORLD = ("attrition",)


@pytest.mark.parametrize("name", DIRECTIONS)
def test_each_lever_moves_its_measure(folder: Path, name: str) -> None:
    changes, expected = DIRECTIONS[name]
    base = written(folder, STAFFED)
    head = "own_baseline: true\n" if name in WORLD else ""
    runs = run([base, patched(folder, name.replace(" ", "_"), changes, head)], replicates=3)
    for kpi, sign in expected.items():
        whole = KPIS[kpi].cuts[0] == ()
        if whole and "team" not in KPIS[kpi].axes:
            before, after = (float(KPIS[kpi].total(books(r)).mean()) for r in runs)
        else:
            before, after = (total(r, kpi) for r in runs)
        assert (after - before) * sign > 0.0, (kpi, before, after)


def test_a_team_that_tires_spirals(folder: Path) -> None:
    """More work, more leave, fewer are left for it: the report says so; with enough people it does not begin."""
    tired = "{by_occupancy: 3.2, overtime: 0 %, hiring: {fill: 80 days}, morale: {strain: 20 points, attrition: 0.2}}"
    patient = STAFFED.replace("workforce: {}", f"workforce: {tired}").replace("patience: 6 min", "patience: 30 min")
    base = written(folder / "tired", patient.replace("room: 12", "room: 40"))
    busy = {"journeys.question.need": "{times: 1.8}", "teams.office.on_shift": "{times: 3}"}
    runs = run([base, patched(folder / "tired", "busy", busy)], replicates=3)
    assert spirals(runs[0]) == ()
    (found,) = [each for each in spirals(runs[1]) if each.team == "desk"]
    first, last = found.quarters[0], found.quarters[-1]
    assert last.people < first.people and last.attrition > first.attrition and last.wait > first.wait > 0.0
    assert "desk is in a spiral: people" in str(found)
    shown = page(runs)
    assert "loses people because it is busy" in shown and f"<td>{found.rows()[-1][1]}</td>" in shown


def test_jobs_are_cut_and_made(folder: Path) -> None:
    """Vacancies go first, then who came last; new jobs are vacant until somebody is found; none is below zero."""
    tables = plan(written(folder, STAFFED)).at(0, {})
    keys, crews = stream_keys(3, 0), Crews()
    crews.open_month(tables, keys, 0)
    jobs = len(crews.seats)

    def with_jobs(present: int) -> Tables:
        found = tables.crews.copy()
        found["present"][0] = present
        return tables._replace(crews=found)

    before = set(crews.seats["since"][(crews.seats["team"] == 0) & (crews.seats["since"] <= 0)].tolist())
    crews.open_month(with_jobs(2), keys, 1)
    kept = crews.seats[crews.seats["team"] == 0]
    assert len(kept) == int(crews.now[0]["jobs"]) < jobs
    assert sorted(before)[: len(set(kept["since"].tolist()))] == sorted(set(kept["since"].tolist()))
    crews.open_month(with_jobs(12), keys, 2)
    new = crews.seats[crews.seats["team"] == 0][len(kept):]
    assert len(new) and np.all(new["since"] >= 4) and int(crews.now[0]["present"]) == len(kept)
    crews.open_month(with_jobs(0), keys, 3)
    assert int(crews.now[0]["present"]) == 0 and np.all(crews.heads(tables.heads[0], 0, tables.crews[0]) == 0)


def test_a_partner_is_not_reached(folder: Path) -> None:
    """What our staff feels and learns moves our steps, not those that a partner delivers (i6)."""
    tables = plan(written(folder, STAFFED)).at(0, {})
    crews, keys = Crews(newborn=True), stream_keys(3, 0)
    crews.open_month(tables, keys, 0)
    mine = np.flatnonzero(tables.steps["team"] == 0)
    steps = tables.steps.copy()
    steps["partner"][mine[0]] = 1
    found = staffed(tables._replace(steps=steps), crews)
    slower = found.laws["mean"][steps["handling"]] / tables.laws["mean"][steps["handling"]]
    assert slower[mine[0]] == 1.0 and np.all(slower[mine[1:]] > 1.5)
    moved = found.steps["quality"][:, 1] - steps["quality"][:, 1]
    assert moved[mine[0]] == 0.0 and np.all(moved[mine[1:]] < 0.0)


def test_a_team_at_nobody_closes(folder: Path) -> None:
    """Everybody quits and nobody can be hired: contacts are sent away, none is lost, nothing breaks."""
    leaving = STAFFED.replace("workforce: {}", "workforce: {attrition: 99 %/year, hiring: {fill: 700 days}}")
    scenario = written(folder / "gone", leaving + "switches: {calibration: off}\n")
    everybody_there = {"crews.presence": np.ones(2)}
    log: Log = lived(scenario, unmoved(scenario) | everybody_there).log
    empty = int(np.argmin(team_sum(log, "present")[:, 0]))
    assert team_sum(log, "present")[empty, 0] == 0.0 == team_sum(log, "staffed_minutes")[empty, 0]
    assert step_sum(log, "sent_away")[empty].sum() > 0.0 == team_sum(log, "served")[empty, 0]
    assert np.all(team_sum(log, "staff") >= 0.0)
