"""What a plan is worth: by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cemsim.base.records import PEOPLE, column
from cemsim.finance import present_value, worth
from cemsim.finance.cashflow import spending
from cemsim.scenario.schema.finance import Investment
from tests.synthetic import run

PLAN = Investment(capex=1000.0, opex=50.0, starts=1)


def test_present_value_by_hand() -> None:
    # model.md D21: -1000, 200, 300, 400, 500 a year at 10 % is 71.78
    flows = np.zeros(49)
    flows[[0, 12, 24, 36, 48]] = [-1000, 200, 300, 400, 500]
    assert float(present_value(flows, 0.10)) == pytest.approx(71.78, abs=0.005)


def test_spending() -> None:
    spent = spending(PLAN, 4)
    assert spent.capex.tolist() == [0, 1000, 0, 0]
    assert spent.opex.tolist() == [0, 50, 50, 50]
    assert np.allclose(spent.depreciation, [0, 1000 / 36, 1000 / 36, 1000 / 36])
    assert not any(part.any() for part in (spending(None, 2).capex, spending(PLAN, 1).capex, spending(PLAN, 1).opex))


def test_worth_by_hand() -> None:
    base = run("a", months=3, replicates=3)
    ours = run("b", months=3, replicates=3, investment=PLAN)
    ours.log.people[:, 2, 0, column(PEOPLE, "spend")] += np.array([100.0, 200.0, 300.0])
    (got,) = worth([base, ours])
    # 100, 200, 300 customers' months of 48 at a margin of .5, two months away at 10 %
    unit = 24 / 1.1 ** (2 / 12)
    cost = 1050 / 1.1 ** (1 / 12) + 50 / 1.1 ** (2 / 12)
    assert got.gain.mean == pytest.approx(200 * unit)
    assert got.cost == pytest.approx(cost)
    assert got.net.mean == pytest.approx(200 * unit - cost)
    assert got.net.half == pytest.approx(4.302653 / np.sqrt(3) * 100 * unit, rel=1e-6)
    assert got.verdict.word == "unclear"


def test_nothing_changed_and_nothing_spent_is_worth_nothing() -> None:
    (got,) = worth([run("a", months=3), run("b", months=3)])
    assert got.verdict.word == "identical"
