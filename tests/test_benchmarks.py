"""The benchmarks measure what they say; nothing here is timed."""

from __future__ import annotations

import pytest

from benchmarks.desk import Desk, read
from benchmarks.peers import simpy_desk
from benchmarks.population import company
from cemsim.base.shipped import shipped
from cemsim.scenario import load


@pytest.fixture(scope="module")
def desk() -> Desk:
    return read(load(shipped("scenarios", "textbook", "mmc_m.yaml")))


def test_the_desk_is_the_textbook_case(desk: Desk) -> None:
    exact = desk.exact()
    assert exact["abandoned"] == pytest.approx(0.03091, abs=5e-6)
    assert exact["wait"] == pytest.approx(5 * 3.709, abs=5e-3)
    assert exact["wait first"] < exact["wait"] < exact["wait second"]


@pytest.mark.parametrize("tuned", [False, True])
def test_simpy_runs_the_same_desk(desk: Desk, tuned: bool) -> None:
    found = simpy_desk(desk, 30_000, 1, tuned)
    assert found.misses(desk.exact()) == []


def test_a_wrong_desk_is_found(desk: Desk) -> None:
    slower = Desk(desk.names, desk.arrivals, desk.servers, desk.handling * 1.1, desk.patience)
    assert simpy_desk(slower, 30_000, 1).misses(desk.exact())


def test_a_larger_company_keeps_its_proportions() -> None:
    small = load(shipped("scenarios", "telecom", "baseline.yaml"))
    large = company(small, 1_000_000, 14.0)
    assert sum(s.customers for s in large.segments.values()) == 1_000_000
    assert large.market.people == 10 * small.market.people
    assert large.observed.contacts == 14.0
    busier = 10 * 14.0 / (small.observed.contacts or 14.0)
    for name, team in small.teams.items():
        if team.on_shift is not None:
            assert large.teams[name].on_shift == pytest.approx(team.on_shift * busier, abs=1)
