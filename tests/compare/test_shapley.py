"""Shapley's axioms on games made by hand and on any game."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cemsim.compare.shapley import alone, coalitions_of, interactions, last, orders, sampled, shapley

GAMES = st.integers(1, 4).flatmap(
    lambda n: arrays(np.float64, 1 << n, elements=st.floats(-1e6, 1e6, allow_subnormal=False))
)


def test_the_glove_game() -> None:
    """One left glove (player 0), two right ones: a pair is worth 1. Shapley: 2/3, 1/6, 1/6."""
    values = np.array([float(c & 1 and c > 1) for c in range(8)])
    assert shapley(values) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert alone(values) == pytest.approx([0, 0, 0])
    assert last(values) == pytest.approx([1, 0, 0])
    # alone nobody earns, so the pairs must carry all: the right gloves stand in each other's way
    found = interactions(values)
    assert found[0, 1] == found[0, 2] == pytest.approx(2 / 3)
    assert found[1, 2] == pytest.approx(-1 / 3)


def test_the_airport_game() -> None:
    """Runways of length 1, 2 and 3: each stretch is shared by those who need it (Littlechild and Owen 1973)."""
    values = np.array([max((i + 1 for i in range(3) if c >> i & 1), default=0) for c in range(8)], float)
    assert shapley(values) == pytest.approx([1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2 + 1])


@given(GAMES)
def test_efficiency(values: np.ndarray) -> None:
    size = np.abs(values).max() + 1
    assert shapley(values).sum() == pytest.approx(values[-1] - values[0], abs=1e-12 * size)
    pairs = interactions(values).sum() / 2
    assert alone(values).sum() + pairs == pytest.approx(values[-1] - values[0], abs=1e-11 * size)


@given(GAMES)
def test_a_dummy_gets_exactly_nothing(values: np.ndarray) -> None:
    more = np.concatenate([values, values])  # one more player, who changes nothing
    assert shapley(more)[-1] == 0.0
    assert not interactions(more)[-1].any()
    assert shapley(more)[:-1] == pytest.approx(shapley(values), rel=1e-9, abs=1e-9 * (np.abs(values).max() + 1))


@given(arrays(np.float64, 5, elements=st.floats(-1e6, 1e6, allow_subnormal=False)))
def test_symmetric_players_share_alike(by_size: np.ndarray) -> None:
    found = shapley(np.array([by_size[c.bit_count()] for c in range(16)]))
    assert found == pytest.approx(np.full(4, (by_size[4] - by_size[0]) / 4), abs=1e-9 * (np.abs(by_size).max() + 1))


@given(GAMES)
def test_additivity_and_the_definition(values: np.ndarray) -> None:
    size = np.abs(values).max() + 1
    assert shapley(3 * values + 7) == pytest.approx(3 * shapley(values), abs=1e-10 * size)
    players = len(shapley(values))
    every = tuple(permutations(range(players)))
    assert len(every) == factorial(players)
    assert sampled(every, lambda c: values[c]) == pytest.approx(shapley(values), abs=1e-10 * size)


def test_sampled_orders_are_within_their_error_and_add_up() -> None:
    luck = np.random.default_rng(3)
    values = luck.normal(size=1 << 7) * np.array([c.bit_count() for c in range(1 << 7)])
    exact = shapley(values)
    looks = []
    for _ in range(200):
        drawn = orders(7, 2, luck)
        assert len(coalitions_of(drawn)) <= 4 * 6 + 2
        looks.append(sampled(drawn, lambda c: values[c]))
    found = np.array(looks)
    assert found.sum(axis=1) == pytest.approx(np.full(200, values[-1] - values[0]))
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - exact) < 3.5 * error).all()


def test_a_game_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="power of two"):
        shapley(np.zeros(6))
