"""Layers of doubt, apart; value of information from draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemsim.base.priors import Prior
from cemsim.experiment.uncertain import Choice, Uncertain
from cemsim.finance.gain import Gain
from cemsim.finance.information import information, pilot, staged
from cemsim.finance.risk import Draws, advise, layers, risks, summary, tail


def made(chance: float, shared: float, parameters: float, model: float, seed: int = 1) -> np.ndarray:
    """Values ``[600 draws, 2 choices, 6 replicates]`` with known standard deviations of each layer."""
    rng = np.random.default_rng(seed)
    world = rng.normal(0, parameters, (600, 1, 1))
    way = model * np.array([-1.0, 1.0])[None, :, None]
    luck = rng.normal(0, shared, (1, 1, 6)) + rng.normal(0, chance, (600, 2, 6))
    return np.asarray(100.0 + world + way + luck)


SDS = [(5.0, 0.0, 3.0, 2.0), (1.0, 0.0, 0.0, 4.0), (8.0, 0.0, 0.0, 0.0), (6.0, 0.0, 1.0, 0.0)]


@pytest.mark.parametrize("sds", SDS)
def test_each_layer_is_found_again(sds: tuple[float, float, float, float]) -> None:
    chance, shared, parameters, model = sds
    found = layers(made(*sds))
    assert found.chance == pytest.approx(chance**2 + shared**2, rel=0.1)
    assert found.parameters == pytest.approx(parameters**2, rel=0.15, abs=0.8)
    assert found.model == pytest.approx(model**2, rel=0.1, abs=0.3)


def test_luck_that_all_worlds_share_is_not_taken_off_the_scatter_of_worlds() -> None:
    with_it, without = layers(made(2.0, 30.0, 3.0, 0.0)), layers(made(2.0, 0.0, 3.0, 0.0))
    assert with_it.parameters == pytest.approx(without.parameters, rel=1e-9)


def test_noise_is_not_taken_for_doubt() -> None:
    """Without the correction, luck of 20 over 6 replicates would look like a doubt of 67."""
    found = [layers(made(20.0, 0.0, 0.0, 0.0, seed)).parameters for seed in range(10)]
    assert np.mean(found) < 12.0


def test_what_would_help() -> None:
    assert summary("a", made(1.0, 0.0, 60.0, 0.0)).advice == "knowledge"
    assert summary("a", made(60.0, 0.0, 1.0, 0.0)).advice == "chance"
    assert summary("a", made(1.0, 0.0, 1.0, 0.0)).advice == "enough"
    noisy = summary("a", made(60.0, 0.0, 1.0, 0.0) - 100.0)
    assert advise(0.5, 10.0, noisy.layers, 0.5) == "runs"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.floats(0.01, 1.0))
@settings(max_examples=100, deadline=None)
def test_the_tail_lies_between_the_worst_and_the_mean(values: list[float], share: float) -> None:
    found = tail(np.array(values), share)
    assert min(values) - 1e-6 <= found <= np.mean(values) + 1e-6


def drawn(worth: np.ndarray, rank: np.ndarray, luck: float = 1.0) -> Draws:
    """Draws of one plan worth ``worth`` ``[draw]``, earned evenly over 12 months, with one thing not known."""
    rng = np.random.default_rng(0)
    thing = Uncertain("rate", ("a.b",), Prior("uniform", 0.5, low=0, high=1), 0.5, "", "")
    gains = []
    for value in worth:
        noise = rng.normal(0, luck, (1, 4, 2, 12))
        lives = noise + np.stack([np.full(12, value / 12), np.zeros(12)])
        flow = np.broadcast_to(np.append(np.full(12, value / 12), 0.0), (1, 4, 13))
        net = np.full((1, 4), value)
        gains.append((Gain(net, flow, flow, np.zeros(1), lives, 1000.0, (0,)),))
    return Draws(("plan",), "USD", (thing,), (Choice("", {}),), rank[:, None], tuple(gains), gains[0][0], 0.0)


def test_knowing_what_everything_hangs_on_is_worth_as_much_as_knowing_everything() -> None:
    rank = (np.arange(200) + 0.5) / 200
    worth = 100.0 * (rank - 0.4)
    found = information(drawn(worth, rank))
    exact = np.maximum(worth, 0).mean() - max(worth.mean(), 0.0)
    assert found.perfect == pytest.approx(exact)
    assert found.by_assumption[0].value == pytest.approx(exact, rel=1e-3)
    assert found.choice == "plan"


def test_knowing_what_does_not_matter_is_worth_nothing() -> None:
    rng = np.random.default_rng(3)
    found = information(drawn(rng.normal(5.0, 30.0, 200), rng.permutation(200) / 200))
    assert found.perfect > 5.0
    assert found.by_assumption[0].value < 0.1 * found.perfect


def test_luck_is_not_worth_knowing() -> None:
    """Worlds that differ by luck alone: means of four replicates scatter, and that scatter is worth next to nothing."""
    rng = np.random.default_rng(6)
    alike = drawn(np.full(200, 1.0), rng.random(200))
    lucky = tuple((replace(row[0], net=row[0].net + rng.normal(0, 40, (1, 4))),) for row in alike.gains)
    found = information(replace(alike, gains=lucky))
    noisy = np.array([row[0].net.mean() for row in lucky])
    assert found.perfect < 0.4 * (np.maximum(noisy, 0).mean() - max(noisy.mean(), 0.0))


def test_no_information_is_worth_more_than_all_of_it() -> None:
    rng = np.random.default_rng(4)
    some = drawn(rng.normal(5.0, 30.0, 100), rng.random(100))
    perfect = information(some).perfect
    small, large = pilot(some, 0, 10, 3, 0.0), pilot(some, 0, 1000, 3, 0.0)
    assert 0.0 <= small.sample <= large.sample
    assert large.sample <= perfect * 1.25              # as of a normal law, so about
    assert pilot(some, 0, 1000, 3, 7.0).net == pytest.approx(large.net - 7.0)


def test_the_right_to_stop_is_worth_something_and_never_less_than_nothing() -> None:
    rng = np.random.default_rng(5)
    doubtful = drawn(rng.normal(2.0, 60.0, 100), rng.random(100), luck=0.1)
    found = staged(doubtful, 0, 0.2, 3)
    assert found.option > 0.0 and 0.2 < found.goes_on < 0.9
    sure = staged(drawn(np.full(50, 100.0) + rng.random(50), rng.random(50), luck=0.1), 0, 0.2, 3)
    assert sure.option == pytest.approx(0.0, abs=1e-9) and sure.goes_on == 1.0


def test_shares_add_up_and_the_fan_is_in_order() -> None:
    (found,) = risks(drawn(np.linspace(-50, 100, 40), np.linspace(0, 1, 40)))
    assert sum(found.layers.shares) == pytest.approx(1.0)
    assert (np.diff(found.fan, axis=0) >= -1e-9).all()
    assert found.p10 < found.p50 < found.p90
