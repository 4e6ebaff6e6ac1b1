"""Events: they strike for their months, pass, and are seen by neither the burn-in nor the calibration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.base.errors import ScenarioError
from cemsim.experiment import Run, run
from cemsim.experiment.calibrate import neutral
from cemsim.experiment.constants import fingerprint
from cemsim.experiment.inputs import plan_digest
from cemsim.plan.compile import plan
from cemsim.scenario.words import differences
from tests.engine.small import ALONE, failure_sum, patched, people_sum, team_sum, written

TEXT = ALONE.replace("horizon: 18", "horizon: 9")
FROM, TO = 3, 5
LASTS = f"starts: month {FROM}, lasts: {TO - FROM} months"
EVENTS = {
    "outage": f"{{new: {{{LASTS}, failures: 4, quality: {{product: -3 points}}}}}}",
    "rush": f"{{new: {{{LASTS}, contacts: 2}}}}",
    "absence": f"{{new: {{{LASTS}, staff: 60 %}}}}",
    "dearer": f"{{new: {{{LASTS}, price: 1.2}}}}",
    "price_war": f"{{new: {{{LASTS}, rivals_price: 0.7, attraction: 2}}}}",
    "campaign": f"{{new: {{{LASTS}, advertising: 3}}}}",
}


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("events")
    base = written(folder, TEXT)
    plans = [patched(folder, name, {f"events.{name}": event}) for name, event in EVENTS.items()]
    joining = neutral(plan(base)) | {"segments.adoption": np.array([0.02, 0.02])}
    done = run([base, *plans], replicates=1, constants=[joining] * (len(plans) + 1))
    return dict(zip(("base", *EVENTS), done, strict=True))


def level(of: Any, done: Run) -> Any:
    """Something in each month."""
    return np.asarray(of(done.log)[0].sum(axis=tuple(range(1, of(done.log)[0].ndim))))


READ: dict[str, tuple[Any, float, float]] = {
    "outage": (lambda log: failure_sum(log, "happened_back") + failure_sum(log, "happened_front"), 3.0, 4.6),
    "rush": (lambda log: team_sum(log, "arrived"), 1.5, 2.5),
    "absence": (lambda log: team_sum(log, "staffed_minutes"), 0.599, 0.601),
    "dearer": (lambda log: people_sum(log, "spend")[..., :1], 1.19, 1.21),
    "price_war": (lambda log: log.lost[..., 3], 2.0, 1e9),
    "campaign": (lambda log: people_sum(log, "joined"), 2.4, 3.6),
}


@pytest.mark.parametrize("name", EVENTS)
def test_it_strikes_in_its_months_and_passes(struck: dict[str, Run], name: str) -> None:
    of, low, high = READ[name]
    plain, hit = level(of, struck["base"]), level(of, struck[name])
    assert np.array_equal(plain[:FROM], hit[:FROM])
    ratio = hit[FROM:TO].sum() / plain[FROM:TO].sum()
    assert low < ratio < high, ratio
    after = hit[TO:].sum() / plain[TO:].sum()
    assert abs(after - 1.0) < 0.25 * abs(ratio - 1.0) + 0.02, after


def test_those_who_stay_away_are_paid(struck: dict[str, Run]) -> None:
    paid = [team_sum(struck[name].log, "paid_minutes") for name in ("base", "absence")]
    assert np.allclose(paid[0], paid[1], rtol=1e-12)


def test_nothing_frozen_sees_an_event(tmp_path: Path) -> None:
    """A baseline with an event has the constants of one without, and another digest of what an engine reads."""
    plain = plan(written(tmp_path, TEXT))
    hit = plan(written(tmp_path, TEXT + f"events: {{outage: {{{LASTS}, failures: 4}}}}\n", "hit.yaml"))
    assert fingerprint(plain) == fingerprint(hit) and plan_digest(plain) != plan_digest(hit)
    c = neutral(plain)
    for month in (-1, FROM - 1, TO):
        assert hit.at(month, c).world.tobytes() == plain.at(month, c).world.tobytes()
    assert hit.at(FROM, c).world["back_factor"][0] == 4.0


def test_a_price_is_felt_when_it_comes_and_when_it_goes(tmp_path: Path) -> None:
    hit = plan(written(tmp_path, TEXT + f"events: {{dearer: {{{LASTS}, price: 1.2}}}}\n"))
    moved = [int(hit.at(month, neutral(hit)).world["price_moved"][0]) for month in range(7)]
    assert moved == [0, 0, 0, 1, 0, 1, 0]


def test_events_in_words(tmp_path: Path) -> None:
    base = written(tmp_path, TEXT)
    crisis = patched(tmp_path, "crisis", {
        "events.outage": "{new: {starts: month 2, lasts: 2 months, failures: 3}}",
        "events.storm": "{new: {starts: month 3, failures: 2}}",
        "events.late": "{new: {starts: month 30, contacts: 2}}",
    })  # fmt: skip
    assert str(differences(base, crisis)[0]) == "Event outage: is new (starts month 2, lasts 2 months, failures 3)."
    said = [remark.message for remark in crisis.remarks]
    assert any("outage and storm both act on failures from month 3 to 3" in each for each in said)
    assert any("it changes nothing" in each for each in said)
    for text, message in (("starts: month 2", "changes nothing"), ("starts: 2, failures: 2", "no unit")):
        with pytest.raises(ScenarioError, match=message):
            written(tmp_path, TEXT + f"events: {{odd: {{{text}}}}}\n", "odd.yaml")
