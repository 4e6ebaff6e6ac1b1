"""Runs that several tests of the engine look at."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cemsim.engine.fast.world import World
from cemsim.engine.log import empty_log
from cemsim.engine.state import CUSTOMER
from cemsim.experiment import Run, run
from cemsim.experiment.constants import constants_of
from cemsim.plan.compile import plan
from tests.engine.small import COMPANY, Life, Watched, written

#: From the first minute on, so that nothing is open that is not in the log.
FROM_THE_START = COMPANY.replace("burn_in: 2", "burn_in: 0").replace("horizon: 18", "horizon: 26")
#: The same with a desk and an office that never close, and nobody who leaves.
FAITHFUL = (
    FROM_THE_START.replace('open: ["09:00-19:00 mon-sat"]', "open: 00:00-24:00 daily")
    .replace("on_shift: 2,", "on_shift: 1,")
    .replace('open: "09:00-17:00 mon-fri"', "open: 00:00-24:00 daily")
    .replace("on_shift: 7,", "on_shift: 2,")
    .replace("churn: 12", "churn: 0")
    .replace("churn: 30", "churn: 0")
    + "switches: {calibration: off}\n"
)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Run:
    (done,) = run(written(tmp_path_factory.mktemp("company"), FROM_THE_START), replicates=2, events=True)
    return done


@pytest.fixture(scope="session")
def faithful(tmp_path_factory: pytest.TempPathFactory) -> Run:
    (done,) = run(written(tmp_path_factory.mktemp("faithful"), FAITHFUL), replicates=1, events=True)
    return done


@pytest.fixture(scope="session")
def visits(company: Run) -> pd.DataFrame:
    assert company.visits is not None
    return company.visits


@pytest.fixture(scope="session")
def faithful_visits(faithful: Run) -> pd.DataFrame:
    assert faithful.visits is not None
    return faithful.visits


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A company lived by hand, with everybody's status noted at each month end."""
    scenario = written(tmp_path_factory.mktemp("watched"), FROM_THE_START)
    p = plan(scenario)
    constants = constants_of(p, lambda what, share: None)
    tables = p.at(0, constants)
    world = World(tables, 1, 0, 0)
    out = empty_log(scenario.horizon, len(tables.segments), len(tables.steps), len(tables.teams))
    states = [np.where(world.state.people["status"] == CUSTOMER, 1, 0)]
    spells: list[float] = []
    since = np.zeros(len(world.state.people))
    for month in range(scenario.horizon):
        world.step(tables, out, month)
        now = np.where(world.state.people["status"] == CUSTOMER, 1, 0)
        left = (states[-1] == 1) & (now == 0)
        spells += (month + 1 - since[left]).tolist()
        since[(states[-1] == 0) & (now == 1)] = month + 1
        states.append(now)
    alive = states[-1] == 1
    spells += (scenario.horizon - since[alive]).tolist()
    return Watched(Life(world, out, np.zeros(0), p), states, np.array(spells))
