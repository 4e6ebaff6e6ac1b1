"""Rates of return and paybacks: model.md D10, D21, D25, published libraries, and properties."""

from __future__ import annotations

import numpy as np
import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemsim.base.theory import lifetime_value as theory
from cemsim.finance import rates
from cemsim.measures.money import lifetime_value
from tests.checked import Checked

ROW = np.array([-1000.0, 200.0, 300.0, 400.0, 500.0])


@pytest.mark.theory
def test_d21_one_rate(checked: Checked) -> None:
    checked("D21", 71.78, float(rates.present_value(ROW, 0.10, periods=1)), 0.005, "net present value")
    checked("D21", [0.12826], rates.internal_rates(ROW, periods=1), 5e-6, "internal rate")
    modified, plain = rates.modified_rate(ROW, 0.10, 0.10, periods=1), rates.payback(ROW)
    discounted = rates.payback(ROW * rates.discounts(0.10, 5, periods=1))
    assert modified is not None and plain is not None and discounted is not None
    checked("D21", 0.11923, modified, 5e-6, "modified internal rate")
    checked("D21", [3.20, 3.79], [plain, discounted], 0.005, "payback, and discounted, years")


@pytest.mark.theory
def test_d21_two_rates(checked: Checked) -> None:
    found = rates.internal_rates(np.array([-100.0, 230.0, -132.0]), periods=1)
    checked("D21", [0.10, 0.20], found, 1e-6, "both internal rates of -100, 230, -132")


@pytest.mark.theory
def test_d10_lifetime_value(checked: Checked) -> None:
    margin, kept, rate = np.array(100.0), np.array(0.8), 0.1
    found = float(lifetime_value(margin, kept, rate))
    checked("D10", [266.67, 366.67], [found, 100.0 + found], 0.005, "measure: value after acquisition; from the first")
    assert float(lifetime_value(margin, kept, rate)) == pytest.approx(theory(100, 0.8, 0.1))


@pytest.mark.theory
def test_d25_break_even_lift(checked: Checked) -> None:
    found = [rates.break_even_lift(cost, margin) for cost, margin in ((0.008, 0.25), (0.05, 0.25), (0.008, 0.10))]
    lifts = [lift for lift in found if lift is not None]
    checked("D25", [0.0331, 0.25, 0.0870], lifts, 5e-5, "lift that pays for points at 25 %, a card, points at 10 %")
    assert rates.break_even_lift(0.3, 0.25) is None


def test_what_does_not_exist_is_none() -> None:
    assert rates.internal_rates(np.array([100.0, 50.0])) == ()
    assert rates.internal_rates(np.zeros(5)) == ()
    assert rates.internal_rates(np.array([100.0, -200.0, 150.0]), periods=1) == ()
    assert rates.modified_rate(np.array([100.0, 50.0]), 0.1, 0.1) is None
    assert rates.payback(np.array([-100.0, 50.0, 49.0])) is None
    assert rates.payback(np.array([0.0, 10.0])) == 0.0
    assert rates.return_on_investment(5.0, 0.0) is None
    assert rates.profitability(5.0, -1.0) is None
    assert rates.break_even(-5.0, 3.0) is None


def test_a_row_that_dips_again_is_paid_back_only_then() -> None:
    assert rates.payback(np.array([-100.0, 150.0, -100.0, 100.0])) == pytest.approx(2.5)


def test_a_rate_of_nothing_and_a_coinciding_one() -> None:
    assert rates.internal_rates(np.array([-0.1, -0.2, 0.3]), periods=1) == pytest.approx([0.0])
    assert rates.internal_rates(np.array([1.0, -2.2, 1.21]), periods=1) == pytest.approx([0.1], abs=1e-6)


def test_monthly_rates_are_a_year() -> None:
    monthly = np.zeros(49)
    monthly[::12] = ROW
    assert rates.internal_rates(monthly) == pytest.approx(rates.internal_rates(ROW, periods=1))


roots = st.lists(st.floats(-0.4, 1.5), min_size=1, max_size=4).map(sorted).filter(
    lambda found: all(b - a > 0.03 for a, b in zip(found, found[1:], strict=False))
)


@given(roots, st.floats(0.1, 5.0))
def test_all_roots_are_found(wanted: list[float], scale: float) -> None:
    """Rows made from their roots, times a polynomial that has none above 0."""
    row = np.poly([1.0 / (1.0 + rate) for rate in wanted])[::-1]
    row = np.convolve(row * scale, [3.0, 1.0, 0.5])
    assert rates.internal_rates(row, periods=1) == pytest.approx(wanted, abs=1e-5)


flows = st.tuples(
    st.integers(1, 10**6), st.lists(st.integers(0, 10**5), min_size=1, max_size=40).filter(any)
).map(lambda pair: np.array([-pair[0], *pair[1]], float))


@given(flows, st.floats(0.0, 1.0), st.floats(0.001, 0.5))
def test_npv_falls_with_the_rate_where_flows_change_sign_once(row: np.ndarray, rate: float, more: float) -> None:
    low, high = (float(rates.present_value(row, each)) for each in (rate, rate + more))
    assert high <= low


@given(flows)
def test_where_flows_change_sign_once_there_is_one_rate_and_npv_is_nothing_there(row: np.ndarray) -> None:
    found = rates.internal_rates(row, periods=1)
    if not found:
        assert float(rates.present_value(row, rates.LOWEST, periods=1)) < 0
        return
    (only,) = found
    factors = rates.discounts(only, len(row), periods=1)
    assert abs((row * factors).sum()) <= 1e-7 * (np.abs(row) * factors).sum()


@given(flows)
def test_as_numpy_financial_where_that_finds_a_rate(row: np.ndarray) -> None:
    theirs = numpy_financial.irr(row)
    if np.isfinite(theirs) and -0.5 < theirs < 2.0:
        assert rates.internal_rates(row, periods=1) == pytest.approx([theirs], abs=1e-6)
    assert float(rates.present_value(row, 0.1, periods=1)) == pytest.approx(numpy_financial.npv(0.1, row), rel=1e-9)
