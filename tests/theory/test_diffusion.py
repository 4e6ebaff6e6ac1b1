"""Words that spread: Bass where everybody meets everybody, a circle, and a small world between them (model.md D11)."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from cemsim.base import theory
from cemsim.base.shipped import shipped
from cemsim.compare.theory import Form, forms
from cemsim.compare.theory.diffusion import _reached
from cemsim.experiment import run
from cemsim.measures.books import books
from cemsim.scenario import Scenario, load
from tests.checked import Checked

TEXTBOOK = shipped("scenarios", "textbook")
P, Q = 0.03, 0.38


def textbook(name: str, **network: Any) -> Scenario:
    scenario = load(TEXTBOOK / f"{name}.yaml")
    assert scenario.network is not None
    return scenario.model_copy(update={"network": scenario.network.model_copy(update=network)})


def lines(scenario: Scenario) -> dict[str, tuple[float, int]]:
    (form,), without = forms(scenario)
    assert not [str(w) for w in without if w.what == "The network"]
    return {line.what: (line.exact, line.side) for line in form.quantities}


@pytest.mark.theory
def test_d11_fully_mixed_words_are_bass(checked: Checked) -> None:
    (done,) = run(textbook("bass"), replicates=8)
    opened = books(done)
    share = opened.people("active")[..., 0].sum(axis=-1) / 20_000
    wanted = [theory.bass(P, Q, 5.0), theory.bass(P, Q, 10.0)]
    assert wanted == pytest.approx([0.331, 0.813], abs=5e-4)
    found = share[:, [59, 119]].mean(axis=0).tolist()
    checked("D11", wanted, found, 0.02, "simulated: share won after 5 and 10 years, month ends against continuous time")
    peak = theory.bass_peak(P, Q)
    assert peak == pytest.approx(6.19, abs=0.005)
    most = partial(_reached, 20_000, theory.bass(P, Q, peak))(opened).mean()
    checked("D11", peak, float(most), 2.0 / 12.0, "simulated: years until most are won, within two of its months")


@pytest.mark.theory
def test_a_circle_by_months_becomes_that_of_continuous_time() -> None:
    """Fibich and Gibori: left = exp(-(p + q) t + q / p (1 - exp(-p t))), in steps of a two-hundredth of a year."""
    steps = 200
    found = theory.circle_monthly(1 - np.exp(-P / steps), 1 - np.exp(-Q / steps / 2), 10 * steps)
    for years in (1, 5, 10):
        left = np.exp(-(P + Q) * years + Q / P * (1 - np.exp(-P * years)))
        assert found[years * steps - 1] == pytest.approx(1 - left, abs=1e-3)
    fine = theory.bass_monthly(1 - np.exp(-P / steps), Q / steps, 10 * steps)
    assert fine[5 * steps - 1] == pytest.approx(theory.bass(P, Q, 5.0), abs=1e-3)


@pytest.mark.theory
def test_a_circle_of_people_by_hand() -> None:
    """All histories of a circle of five over three months, weighed; five are as good as endless for so short a time."""
    a, b = 0.3, 0.4
    chances = {(False,) * 5: 1.0}
    for _ in range(2):                                       # in two months words travel two people from each side
        after: dict[tuple[bool, ...], float] = {}
        for state, chance in chances.items():
            told = [state[i - 1] + state[(i + 1) % 5] for i in range(5)]
            each = [1.0 if s else 1 - (1 - a) * (1 - b) ** n for s, n in zip(state, told, strict=True)]
            for number in range(32):
                new = tuple(bool(number >> i & 1) for i in range(5))
                part = np.prod([p if n else 1 - p for n, p in zip(new, each, strict=True)])
                after[new] = after.get(new, 0.0) + chance * float(part)
        chances = after
    won = sum(chance for state, chance in chances.items() if state[0])
    assert won == pytest.approx(theory.circle_monthly(a, b, 2)[-1], abs=1e-12)


def test_the_files_promise_what_they_say() -> None:
    bass, ring, small = (lines(textbook(name)) for name in ("bass", "ring", "small_world"))
    assert bass["won after 5 years"][0] == pytest.approx(0.324, abs=5e-4)
    assert bass["won after 10 years"][0] == pytest.approx(0.806, abs=5e-4)
    assert ring["won after 10 years"][0] == pytest.approx(0.555, abs=5e-4)
    least, most = small["more than round a circle after 10 years"], small["less than mixed after 10 years"]
    assert least == (pytest.approx(ring["won after 10 years"][0], rel=1e-4), 1)
    assert most == (pytest.approx(bass["won after 10 years"][0], rel=1e-4), -1)


@pytest.mark.parametrize(
    ("network", "why"),
    [
        ({"kind": "preferential_attachment", "strong": 4}, "how many ties"),
        ({"talk": None}, "not everybody speaks well"),
        ({"referral": 0.1}, "for a reward"),
    ],
)
def test_what_stands_in_the_way_is_said(network: dict[str, Any], why: str) -> None:
    scenario = textbook("small_world")
    assert scenario.network is not None
    if "talk" in network:
        network = {"talk": scenario.network.talk.model_copy(update={"well": 9.0})}
    if "referral" in network:
        network = {"referral": scenario.network.referral.model_copy(update={"rate": 0.1})}
    found, without = forms(textbook("small_world", **network))
    assert not any(isinstance(form, Form) and form.title.startswith("Diffusion") for form in found)
    assert any(why in str(each) for each in without)
