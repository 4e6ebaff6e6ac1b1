"""Ties are called ties; the best is found; looking again and again does no harm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemsim.base import anytime
from cemsim.compare.best import contest


def test_the_best_is_found_under_luck_that_all_share() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 1000, 20)
    values = np.stack([luck + rng.normal(m, 1, 20) for m in (0, 5, 20)])
    found = contest(["nothing", "a", "b"], values)
    assert [s.word for s in found.standings] == ["beaten", "beaten", "best"]
    assert found.settled and found.more == 0.0
    assert found.leaders[0].low < 15 < found.leaders[0].high


def test_equal_scenarios_are_a_tie_and_no_replicate_would_change_it() -> None:
    luck = np.random.default_rng(1).normal(0, 1, 20)
    found = contest(["a", "b"], np.stack([luck, luck]))
    assert [s.word for s in found.standings] == ["tied", "tied"]
    assert found.settled


def test_two_equal_ones_ahead_of_a_third_are_a_tie_that_is_settled() -> None:
    luck = np.random.default_rng(1).normal(0, 1, 20)
    found = contest(["a", "b", "c"], np.stack([luck + 9, luck, luck + 9]))
    assert [s.word for s in found.standings] == ["tied", "beaten", "tied"] and found.settled


def test_differences_that_matter_to_nobody_settle_a_tie() -> None:
    rng = np.random.default_rng(2)
    values = np.stack([rng.normal(0, 1, 400), rng.normal(0.05, 1, 400)])
    assert not contest(["a", "b"], values).settled
    assert contest(["a", "b"], values).more > 0
    assert contest(["a", "b"], values, tie=1.0).settled


def test_one_replicate_tells_nothing() -> None:
    found = contest(["a", "b"], np.array([[1.0], [9.0]]))
    assert [s.word for s in found.standings] == ["tied", "tied"]


@given(st.integers(2, 6), st.integers(3, 30), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_somebody_always_leads_and_intervals_hold_zero_unless_told(arms: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = contest([str(i) for i in range(arms)], rng.normal(rng.normal(0, 1, (arms, 1)), 1, (arms, count)))
    assert found.leaders
    for one in found.standings:
        assert one.low <= one.high
        assert one.word == "best" or one.low <= 0 <= one.high


def test_intervals_for_looking_hold_at_all_looks() -> None:
    """500 experiments of a normal law looked at 38 times each; Student's interval would miss in a quarter."""
    rng = np.random.default_rng(7)
    missed = 0
    for values in rng.normal(0, 3, (500, 40)):
        missed += any(abs(values[:n].mean()) > anytime.reach(values[:n]) for n in range(3, 41))
    assert missed / 500 <= 0.05


@pytest.mark.parametrize(("effect", "spread"), [(1.0, 1.0), (0.3, 1.0), (5.0, 1.0)])
def test_the_forecast_is_the_first_count_that_is_enough(effect: float, spread: float) -> None:
    count = anytime.needed(effect, spread)
    assert anytime.limit(count) * spread / count**0.5 <= effect
    assert count == 2 or anytime.limit(count - 1) * spread / (count - 1) ** 0.5 > effect or count <= 4
