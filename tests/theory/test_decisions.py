"""Risk and the value of information against closed forms (model.md D22 to D24)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from cemsim.finance.information import after_sample, discrete, loss
from cemsim.finance.risk import summary, tail

pytestmark = pytest.mark.theory


def test_risk_of_a_normal_value() -> None:
    """D22: N(100, 80²)."""
    values = norm.ppf((np.arange(40_000) + 0.5) / 40_000, 100.0, 80.0)
    found = summary("plan", values.reshape(-1, 1, 1))
    assert found.loss == pytest.approx(0.1056, rel=0.02)
    assert found.p10 == pytest.approx(-2.52, rel=0.02)
    assert found.worst == pytest.approx(-65.0, rel=0.02)
    assert tail(values, 1.0) == pytest.approx(100.0)


def test_a_pilot_that_is_right_four_times_in_five() -> None:
    """D23: p = .5, +8 or -6, accuracy .8."""
    payoff = np.array([[8.0, 0.0], [-6.0, 0.0]])
    signal = np.array([[0.8, 0.2], [0.2, 0.8]])
    assert discrete(np.array([0.5, 0.5]), payoff, signal) == pytest.approx((1.0, 2.6, 1.6, 3.0), abs=1e-12)


@pytest.mark.parametrize(("noise", "worth"), [(40.0, 2.64), (80.0, 0.875), (160.0, 0.028)])
def test_a_pilot_with_normal_noise(noise: float, worth: float) -> None:
    """D24: prior mean 100, standard deviation 80."""
    assert loss(100.0, after_sample(80.0, noise)) == pytest.approx(worth, rel=0.01, abs=5e-4)  # as printed


def test_perfect_information_on_a_normal_value() -> None:
    """D24, and the same by simulation: the mean of what is not lost."""
    assert loss(100.0, 80.0) == pytest.approx(4.05, rel=0.01)
    values = norm.ppf((np.arange(100_000) + 0.5) / 100_000, 100.0, 80.0)
    assert np.maximum(values, 0.0).mean() - 100.0 == pytest.approx(loss(100.0, 80.0), rel=1e-3)
    assert loss(100.0, 0.0) == 0.0
    assert loss(-100.0, 80.0) == pytest.approx(loss(100.0, 80.0))
