"""Each lever, low and high, moves its outcome the right way, in every replicate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from cemsim.base.words import ATTRIBUTES, CAUSES
from cemsim.engine.log import stack
from cemsim.experiment import run
from cemsim.experiment.constants import constants_of
from cemsim.measures.books import books
from cemsim.measures.catalogue import KPIS
from cemsim.plan.compile import plan
from tests.engine.small import COMPANY, failure_sum, lived, patched, people_sum, same, step_sum, written

pytestmark = pytest.mark.direction
REPLICATES = 3

#: Calls come by a profile, so that opening hours do not move them.
TEXT = (
    COMPANY.replace("horizon: 18", "horizon: 12")
    .replace("need: 16 /year", "need: 16 /year\n    profile: phone.csv")
    .replace("starts: complaint", "starts: complaint\n    profile: phone.csv")
)
PROFILE = "weekday,hour,weight\n" + "".join(f"{d},{h},1\n" for d in range(6) for h in range(8, 20))
CALL, REPAIR, LOOK = (f"journeys.question.steps.{s}" for s in ("call", "repair", "look"))

Reading = Callable[[Any], NDArray[np.float64]]


class Lever(NamedTuple):
    """A lever at its low and its high end, and the sign of high less low for each outcome."""

    low: dict[str, str]
    high: dict[str, str]
    moves: dict[str, int]


def lever(path: str, low: str, high: str, **moves: int) -> Lever:
    return Lever({path: f"{{to: {low}}}"}, {path: f"{{to: {high}}}"}, moves)


LEVERS: dict[str, Lever] = {
    "headcount": lever("teams.desk.on_shift", "1", "4", wait=-1, abandonment=-1, within_target=1, occupancy=-1),
    "handling": lever(f"{CALL}.handling", "4 min", "9 min", occupancy=1, wait=1, abandonment=1),
    "resolves": lever(f"{CALL}.resolves", "40 %", "85 %", contacts=-1, first_contact=1, first_walk=1),
    "resolves at repair": lever(f"{REPAIR}.resolves", "40 %", "95 %", contacts=-1, first_walk=1),
    "used by": lever(f"{LOOK}.used_by", "10 %", "100 %", contacts=-1, self_service=1),
    "contains": lever(f"{LOOK}.resolves", "5 %", "60 %", contacts=-1, wait=-1),
    "promise": lever(f"{REPAIR}.promise", "4 h", "90 h", late=-1),
    "office": lever("teams.office.on_shift", "4", "12", late=-1, office_wait=-1),
    "loyal first": Lever({}, {"teams.desk.serve_first": "{to: [loyal]}"}, {"wait_loyal": -1, "wait_fickle": 1}),
    "fickle first": Lever({}, {"teams.desk.serve_first": "{to: [fickle]}"}, {"wait_loyal": 1, "wait_fickle": -1}),
    "need": lever("journeys.question.need", "8 /year", "20 /year", contacts=1, occupancy=1, wait=1),
    "contact rate": lever("segments.fickle.contact_rate", "0.4", "2", contacts=1),
    "overdispersion": lever("journeys.question.overdispersion", "0", "1", wait=1),
    "opening hours": lever(
        "teams.desk.open", '"11:00-16:00 mon-sat"', '"08:00-20:00 mon-sat"', sent_away=-1, satisfaction_service=1
    ),
    "room": lever("teams.desk.room", "0", "50", sent_away=-1, wait=1),
    "failures": lever(
        "failures.probability", "2 %", "40 %", failures=1, leaving=1, satisfaction=-1, nps=-1, contacts=1
    ),
    "failure of a journey": lever("journeys.question.failure", "0 %", "30 %", failures=1, leaving=1),
    "failures in use": lever("failures.usage", "0 /year", "4 /year", failures=1, leaving=1, satisfaction_product=-1),
    "back office factor": lever("failures.back_office_factor", "0.2", "3", failures=1, leaving=1),
    "front factor": lever("failures.front_factor", "0", "6", failures=1, leaving=1, satisfaction_service=-1),
    "voice": lever("failures.voice", "5 %", "95 %", contacts=1, complaints=1),
    "recovery": lever(
        "failures.recovery.success", "5 %", "95 %", recovered=1, leaving=-1, satisfaction=1, compensation=1
    ),
    "recovery's promise": lever("failures.promise", "1 h", "20 days", good_fast=1, leaving=-1),
    "empowerment": Lever(
        {}, {f"teams.{t}.empowerment": "{to: 3}" for t in ("desk", "office")}, {"recovered": 1, "compensation": 1}
    ),
    "compensation": lever("failures.compensation.major", "0", "3", compensation=1, leaving=0, satisfaction=0),
    **{
        f"quality of {name}": lever(
            f"quality.{name}", "6 points", "9 points", leaving=-1, nps=1, satisfaction=1, **{f"satisfaction_{name}": 1}
        )
        for name in ATTRIBUTES
    },
    "quality of a step": lever(
        f"{CALL}.quality", "{service: -2 points}", "{service: 2 points}", satisfaction_service=1, nps=1
    ),
    "price": lever("price.ours", "0.9", "1.15", leaving=1, satisfaction_price=-1, nps=-1, competition=1),
    "rivals' price": lever("price.rivals", "0.9", "1.15", leaving=-1, satisfaction_price=1, competition=-1),
    "attraction": lever("market.attraction", "-0.5", "0.5", leaving=1, competition=1, competition_tilt=1),
    "advertising": lever("advertising", "0.3", "3", joined=1, customers=1),
    "over-promising": lever(
        "model.experience.promise", "{product: 7 points}", "{product: 10 points}", satisfaction_product=-1, leaving=1
    ),
    "escalation": lever(
        f"{CALL}.escalate", "{to: expert, after: 1, share: 0 %}", "{to: expert, after: 1, share: 100 %}",
        escalated=1, office_wait=-1,
    ),
    "margin": lever("segments.loyal.margin", "20 %", "70 %", contribution=1),
    "wage": lever("teams.desk.wage", "10 USD/h", "40 USD/h", cost_to_serve=1, contribution=-1),
}  # fmt: skip

#: Facts about the world, not levers: lived under the same frozen constants.
FACTS: dict[str, Lever] = {
    "redial": lever("teams.desk.redial.same_day", "0 %", "95 %", desk_arrived=1),
    "next day": lever("teams.desk.redial.next_day", "0 %", "100 %", desk_arrived=1),
    "patience": lever("teams.desk.patience", "30 s", "40 min", abandonment=-1, wait=1),
    "weight of waits": lever("model.waiting.kappa", "0.2 points", "3 points", satisfaction_convenience=-1),
    "loss ratio": lever("model.experience.loss_ratio", "1", "2.5", satisfaction=-1),
    "slope of churn": lever("segments.fickle.churn_slope", "0", "3", unhappy_leave=1),
    "severity": lever("failures.severity.minor", "1 points", "4.9 points", satisfaction=-1, leaving=1),
}


def _segment_wait(run_: Any, g: int) -> NDArray[np.float64]:
    """Mean wait at the desk of all who left its queue: with patience, those served alone would flatter a long queue."""
    desk = np.asarray(run_.plan.step_team) == run_.plan.names.teams.index("desk")
    waited, served, gone = (
        step_sum(run_.log, n)[:, :, desk, g].sum(axis=(1, 2)) for n in ("all_wait_sum", "served", "abandoned")
    )
    return np.asarray(waited / (served + gone))


def _of_team(run_: Any, team: str, name: str) -> NDArray[np.float64]:
    place = run_.plan.names.teams.index(team)
    mine = np.asarray(run_.plan.step_team) == place
    return np.asarray(step_sum(run_.log, name)[:, :, mine].sum(axis=(1, 2, 3)))


def _competition(run_: Any) -> NDArray[np.float64]:
    return np.asarray(run_.log.lost[..., CAUSES.index("competition")].sum(axis=1))


OWN: dict[str, Reading] = {
    "leaving": lambda r: people_sum(r.log, "exposed").sum(axis=(1, 2)) / people_sum(r.log, "months").sum(axis=(1, 2)),
    "unhappy_leave": lambda r: (
        people_sum(r.log, "exposed")[..., 1].sum(axis=1) / people_sum(r.log, "months")[..., 1].sum(axis=1)
    ),
    "competition": lambda r: _competition(r).sum(axis=1),
    "competition_tilt": lambda r: _competition(r)[:, 1] / np.maximum(_competition(r)[:, 0], 1.0),
    "wait_loyal": lambda r: _segment_wait(r, 0),
    "wait_fickle": lambda r: _segment_wait(r, 1),
    "office_wait": lambda r: _of_team(r, "office", "wait_sum") / _of_team(r, "office", "served"),
    "desk_arrived": lambda r: _of_team(r, "desk", "arrived"),
    "compensation": lambda r: failure_sum(r.log, "compensation").sum(axis=(1, 2)),
    "good_fast": lambda r: failure_sum(r.log, "good_fast").sum(axis=(1, 2)),
    "complaints": lambda r: failure_sum(r.log, "voiced").sum(axis=(1, 2)),
    "escalated": lambda r: step_sum(r.log, "escalated").sum(axis=(1, 2, 3)),
}


def reading(name: str, run_: Any) -> NDArray[np.float64]:
    """An outcome over the horizon, one number a replicate; of the desk where it is a team's."""
    if name in OWN:
        return np.asarray(OWN[name](run_))
    kpi, book = KPIS[name], books(run_)
    if "team" in kpi.axes:
        team = "office" if name == "late" else "desk"
        return np.asarray(kpi.total(book, ("team",))[:, book.teams.index(team)])
    return np.asarray(kpi.total(book))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = tmp_path_factory.mktemp("direction")
    (at / "phone.csv").write_text(PROFILE)
    written(at, TEXT)
    return at


@pytest.fixture(scope="module")
def ends(folder: Path) -> dict[str, tuple[Any, Any]]:
    """Runs of each lever, low and high, all of one family."""
    base = written(folder, TEXT)
    family = [base]
    place: dict[str, list[int]] = {}
    for name, (low, high, _) in LEVERS.items():
        for changes in (low, high):
            place.setdefault(name, []).append(len(family) if changes else 0)
            if changes:
                file = f"{name} {len(family)}".replace(" ", "_").replace("'", "")
                family.append(patched(folder, file, changes))
    runs = run(family, replicates=REPLICATES)
    return {name: (runs[low], runs[high]) for name, (low, high) in place.items()}


@pytest.fixture(scope="module")
def facts(folder: Path) -> dict[str, tuple[Any, Any]]:
    base = written(folder, TEXT)
    constants = constants_of(plan(base), lambda what, share: None)

    def live(name: str, changes: dict[str, str]) -> SimpleNamespace:
        scenario = patched(folder, name.replace(" ", "_"), changes, "own_baseline: true\n")
        lives = [lived(scenario, constants, replicate=r) for r in range(REPLICATES)]
        return SimpleNamespace(
            scenario=scenario, plan=lives[0].plan, log=stack([life.log for life in lives]), replicates=range(REPLICATES)
        )

    return {name: (live(f"{name} low", low), live(f"{name} high", high)) for name, (low, high, _) in FACTS.items()}


def moved(pair: tuple[Any, Any], moves: dict[str, int]) -> list[str]:
    """Outcomes that did not move as they should, in words."""
    wrong = []
    for name, sign in moves.items():
        low, high = (reading(name, end) for end in pair)
        good = np.array_equal(low, high) if sign == 0 else bool(np.all(sign * (high - low) > 0.0))
        if not good:
            wrong.append(f"{name}: {low} to {high}, expected sign {sign}")
    return wrong


@pytest.mark.parametrize("name", LEVERS)
def test_lever(ends: dict[str, tuple[Any, Any]], name: str) -> None:
    assert moved(ends[name], LEVERS[name].moves) == []


@pytest.mark.parametrize("name", FACTS)
def test_fact(facts: dict[str, tuple[Any, Any]], name: str) -> None:
    assert moved(facts[name], FACTS[name].moves) == []


def test_attraction_takes_butterflies_first(ends: dict[str, tuple[Any, Any]]) -> None:
    """Reactions 1 and 2: from -0.5 to 0.5 the hazard grows e-fold and e squared-fold."""
    low, high = (_competition(end).sum(axis=0) for end in ends["attraction"])
    start = [people_sum(end.log, "months").sum(axis=(0, 1)) for end in ends["attraction"]]
    grown = (high / start[1]) / (low / start[0])
    band = 4.0 * np.sqrt(1.0 / low + 1.0 / high)
    assert np.all(np.abs(np.log(grown) - [1.0, 2.0]) < band)


def test_compensation_is_money_only(ends: dict[str, tuple[Any, Any]]) -> None:
    low, high = ends["compensation"]
    for part in ("people", "lost", "satisfaction", "steps", "teams"):
        assert same(getattr(low.log, part), getattr(high.log, part))


def test_more_people_leave_nobody_worse_off(ends: dict[str, tuple[Any, Any]]) -> None:
    """Not in any month, not in any replicate."""
    low, high = ends["headcount"]
    desk = np.asarray(low.plan.step_team) == low.plan.names.teams.index("desk")
    for name in ("all_wait_sum", "abandoned"):
        few, many = (step_sum(end.log, name)[:, :, desk].sum(axis=(2, 3)) for end in (low, high))
        assert np.all(many < few)
