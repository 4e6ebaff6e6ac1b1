"""Risk and the value of information against closed forms (model.md D22 to D24)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from cemsim.finance.information import after_sample, discrete, loss
from cemsim.finance.risk import summary, tail
from tests.checked import Checked

pytestmark = pytest.mark.theory


def test_risk_of_a_normal_value(checked: Checked) -> None:
    """D22: N(100, 80²)."""
    values = norm.ppf((np.arange(40_000) + 0.5) / 40_000, 100.0, 80.0)
    found = summary("plan", values.reshape(-1, 1, 1))
    values_of = [found.loss, found.p10, found.worst]
    checked("D22", [0.1056, -2.52, -65.0], values_of, 0.02, "chance of a loss; P10; mean of the worst 5 %", True)
    assert tail(values, 1.0) == pytest.approx(100.0)


def test_a_pilot_that_is_right_four_times_in_five(checked: Checked) -> None:
    """D23: p = .5, +8 or -6, accuracy .8."""
    payoff = np.array([[8.0, 0.0], [-6.0, 0.0]])
    signal = np.array([[0.8, 0.2], [0.2, 0.8]])
    found = discrete(np.array([0.5, 0.5]), payoff, signal)
    checked("D23", (1.0, 2.6, 1.6, 3.0), found, 1e-12, "without; with the pilot; its worth; perfect information")


@pytest.mark.parametrize(("noise", "worth"), [(40.0, 2.64), (80.0, 0.875), (160.0, 0.028)])
def test_a_pilot_with_normal_noise(checked: Checked, noise: float, worth: float) -> None:
    """D24: prior mean 100, standard deviation 80."""
    found = loss(100.0, after_sample(80.0, noise))
    checked("D24", worth, found, max(0.01 * worth, 5e-4), f"worth of a pilot with noise {noise:g}")  # as printed


def test_perfect_information_on_a_normal_value(checked: Checked) -> None:
    """D24, and the same by simulation: the mean of what is not lost."""
    checked("D24", 4.05, loss(100.0, 80.0), 0.01, "worth of perfect information", True)
    values = norm.ppf((np.arange(100_000) + 0.5) / 100_000, 100.0, 80.0)
    assert np.maximum(values, 0.0).mean() - 100.0 == pytest.approx(loss(100.0, 80.0), rel=1e-3)
    assert loss(100.0, 0.0) == 0.0
    assert loss(-100.0, 80.0) == pytest.approx(loss(100.0, 80.0))
