"""Closed forms of queues against published and exact values (model.md D1-D7, D27)."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.theory import (
    Law,
    by_priority,
    desk,
    erlang_b,
    erlang_c,
    halfin_whitt,
    loss,
    one_server,
    room,
    square_root_staffing,
)
from tests.checked import Checked

pytestmark = pytest.mark.theory
DATA = Path(__file__).resolve().parent.parent / "data"


def rows(name: str) -> list[dict[str, float]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def test_d1_erlang_c_small(checked: Checked) -> None:
    found = desk(8.0, 1.0, 10)
    checked("D1", [0.40918, 0.20459], [found.delayed, found.wait], 1e-4, "formula: has to wait; mean wait", True)


def test_d2_erlang_c_large(checked: Checked) -> None:
    found = desk(48.0, 1.0, 50)
    checked("D2", 0.69446, found.delayed, 1e-4, "formula: has to wait", True)
    checked("D2", [20.83, 16.67], [found.wait * 60, found.queue], 0.005, "formula: mean wait, s; people waiting")


def test_d3_erlang_a(checked: Checked) -> None:
    found = desk(48.0, 1.0, 50, Law("exponential", 2.0))
    checked("D3", 0.03091, found.abandoned, 5e-6, "formula: hangs up")
    checked("D3", [3.709, 2.968], [found.wait * 60, found.queue], 5e-4, "formula: mean wait, s; people waiting")
    checked("D3", [0.9303, 0.4678], [found.occupancy, found.delayed], 5e-5, "formula: occupancy; has to wait")


@pytest.mark.parametrize("servers", [1, 7, 50, 400])
@pytest.mark.parametrize("load", [0.5, 0.95, 1.3])
def test_d4_patience_identity(checked: Checked, servers: int, load: float) -> None:
    found = desk(load * servers, 1.0, servers, Law("exponential", 2.5))
    what = f"formula: mean wait ÷ patience against who hangs up; {servers} people, load {load}"
    checked("D4", found.wait / 2.5, found.abandoned, 1e-9, what, True)


def test_d6_one_server(checked: Checked) -> None:
    waits = [one_server(0.8, Law("gamma", 1.0, math.sqrt(scv))).wait for scv in (1e-12, 1.0, 2.25)]
    checked("D6", [2.0, 4.0, 6.5], waits, 1e-6, "formula: mean wait where CV² is 0, 1, 2.25", True)


def test_d7_half_hour_of_calls(checked: Checked) -> None:
    for servers, delayed, asa, prompt, busy in [
        (14, 0.1741, 7.84, 0.8884, 10 / 14),
        (13, 0.2853, 17.12, 0.7956, 10 / 13),
    ]:
        found = desk(100 / 1800, 180.0, servers, target=20.0)
        shares, exact = [found.delayed, found.within, found.occupancy], [delayed, prompt, busy]
        checked("D7", exact, shares, 5e-5, f"formula, {servers} people: has to wait; within 20 s; occupancy")
        checked("D7", asa, found.wait, 5e-3, f"formula, {servers} people: mean wait, s")


def test_d27_square_root_staffing(checked: Checked) -> None:
    people = [square_root_staffing(load) for load in (10, 100, 400)]
    checked("D27", [14, 110, 420], people, 0.0, "people for loads of 10, 100, 400")
    busy = [load / n for load, n in zip((10, 100, 400), people, strict=True)]
    checked("D27", [0.71, 0.91, 0.95], busy, 0.005, "their occupancy")
    assert erlang_c(40_000.0, 40_200) == pytest.approx(halfin_whitt(1.0), rel=0.01)


def test_exact_erlang_b_and_c() -> None:
    table = rows("erlang_bc.csv")
    assert len(table) > 50
    for row in table:
        servers, load = int(row["servers"]), row["offered_erlangs"]
        assert erlang_b(load, servers) == pytest.approx(row["erlangB"], abs=2e-8)
        found = desk(load / 180.0, 180.0, servers, target=20.0)
        assert found.delayed == pytest.approx(row["erlangC_pwait"], abs=2e-8)
        assert found.wait == pytest.approx(row["asa_sec"], rel=1e-6, abs=1e-7)
        assert found.within == pytest.approx(row["service_level_20s"], abs=2e-8)


def test_exact_erlang_a() -> None:
    table = rows("erlang_a.csv")
    assert len(table) > 50
    for row in table:
        servers, aht = int(row["servers"]), row["aht"]
        found = desk(row["load"] * servers / aht, aht, servers, Law("exponential", row["patience_mean"]))
        assert found.abandoned == pytest.approx(row["p_abandon"], abs=2e-8)
        assert found.wait == pytest.approx(row["mean_wait_sec"], abs=2e-7)
        assert found.delayed == pytest.approx(row["p_wait"], abs=2e-8)


def test_patience_laws_agree_where_they_meet() -> None:
    exact = desk(9.0, 1.0, 8, Law("exponential", 0.7), target=0.2)
    for kind in ("gamma", "weibull"):
        found = desk(9.0, 1.0, 8, Law(kind, 0.7, 1.0), target=0.2)
        assert (found.wait, found.abandoned, found.within, found.wait_served) == pytest.approx(
            (exact.wait, exact.abandoned, exact.within, exact.wait_served), rel=1e-6
        )


@pytest.mark.parametrize("kind", ["deterministic", "lognormal", "gamma", "weibull"])
def test_flow_balances_for_any_patience(kind: str) -> None:
    """Work brought in and not abandoned is work done by those on duty, counted from the other side."""
    found = desk(11.0, 1.0, 10, Law(kind, 1.5, 0.6), target=0.3)
    low = desk(11.0, 1.0, 10, Law(kind, 1.5, 0.6), target=1e-9)
    assert 0.0 < low.within < found.within < 1.0 - found.abandoned
    served = 1.0 - found.abandoned
    # those who wait keep everybody busy; the others find a free person
    assert found.occupancy * 10 == pytest.approx(11.0 * served)
    assert found.wait_served * served < found.wait


def test_endless_patience_is_the_limit() -> None:
    nearly = desk(8.0, 1.0, 10, Law("exponential", 1e6))
    exact = desk(8.0, 1.0, 10)
    assert nearly.wait == pytest.approx(exact.wait, rel=1e-4)
    assert nearly.within == pytest.approx(1.0 - exact.delayed, rel=1e-4)


def test_room_meets_its_limits() -> None:
    wide = room(48.0, 1.0, 50, 2000, patience=2.0)
    exact = desk(48.0, 1.0, 50, Law("exponential", 2.0))
    for name in ("wait", "abandoned", "delayed", "occupancy"):
        assert getattr(wide, name) == pytest.approx(getattr(exact, name)), name
    none = room(9.0, 1.0, 10, 0)
    assert none.blocked == pytest.approx(loss(9.0, 1.0, 10).blocked)
    assert none.occupancy == pytest.approx(loss(9.0, 1.0, 10).occupancy)


def test_priorities_without_patience_are_cobham() -> None:
    first, second = by_priority([3.0, 5.0], 1.0, 10)
    chance = erlang_c(8.0, 10)
    assert first.wait == pytest.approx(chance / 10 / (1 - 0.3))
    assert second.wait == pytest.approx(chance / 10 / ((1 - 0.3) * (1 - 0.8)))


def test_priorities_with_patience_against_the_two_dimensional_chain() -> None:
    """Solve the whole chain (waiting of each class) and compare class by class."""
    rates, drain, servers, leave, most = (2.0, 2.5), 1.0, 4, 0.8, 28
    states = [(n, 0, 0) for n in range(servers)]
    states += [(servers, i, j) for i in range(most) for j in range(most)]
    place = {state: k for k, state in enumerate(states)}
    flow = np.zeros((len(states), len(states)))

    def move(start: tuple[int, int, int], end: tuple[int, int, int], rate: float) -> None:
        if end in place and rate > 0.0:
            flow[place[start], place[end]] += rate
            flow[place[start], place[start]] -= rate

    for n, i, j in states:
        if n < servers:
            move((n, i, j), (n + 1, 0, 0), sum(rates))
            move((n, i, j), (n - 1, 0, 0), n * drain)
            continue
        move((n, i, j), (n, i + 1, j), rates[0])
        move((n, i, j), (n, i, j + 1), rates[1])
        done = (n, i - 1, j) if i else (n, i, j - 1) if j else (n - 1, 0, 0)
        move((n, i, j), done, n * drain)
        move((n, i, j), (n, i - 1, j), i * leave)
        move((n, i, j), (n, i, j - 1), j * leave)
    balance = np.vstack([flow.T, np.ones(len(states))])
    share = np.linalg.lstsq(balance, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    queues = [sum(share[place[s]] * s[1 + k] for s in states) for k in (0, 1)]
    found = by_priority(rates, 1.0 / drain, servers, 1.0 / leave)
    assert [answer.queue for answer in found] == pytest.approx(queues, rel=1e-7)


def test_an_endless_queue_is_refused() -> None:
    with pytest.raises(CemsimError, match="grows for ever"):
        desk(10.0, 1.0, 10)
    with pytest.raises(CemsimError, match="grows for ever"):
        one_server(1.0, Law("exponential", 1.0))
