"""The ratchet: own adaptation, ageing of attributes and imitation by rivals, each with a switch of its own (a7-a9)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cemsim.base.records import PEOPLE, column
from cemsim.experiment import run
from cemsim.measures import KPIS, books
from tests.engine.small import lived, patched, unmoved, written

SERVICE = 1
#: People who meet nothing but service, once a month, a point better than the norm.
WORLD = """\
cemsim: 1
name: Ratchet
horizon: 96 months
burn_in: 0 months
market: {people: 300}
segments: {all: {customers: 300, revenue: 10 USD/month, churn: 0 %/year}}
quality: {service: 8.5 points}
journeys:
  visit: {need: 24 /year, steps: {one: {channel: web, loads: {service: 1}}}}
model: {experience: {match_sd: 0 points, imitation: 1, stage_months: 24 months}}
failures: {probability: 0 %, voice: 0 %}
"""
OFF = "switches: {calibration: off, fade: off, noise: off, heterogeneity: off, satisfaction_churn: off, "


def felt(folder: Path, **switches: bool) -> NDArray[np.float64]:
    """Mean satisfaction with service at the end of each month."""
    chosen = {"adaptation": False, "kano": False, "norm": False} | switches
    text = WORLD + OFF + ", ".join(f"{name}: {'on' if on else 'off'}" for name, on in chosen.items()) + "}\n"
    scenario = written(folder / "_".join(name for name, on in chosen.items() if on), text)
    log = lived(scenario, unmoved(scenario)).log
    return np.asarray(log.satisfaction[:, 0, SERVICE] / log.people[:, 0, column(PEOPLE, "active")])


def test_without_the_ratchet_a_lead_and_its_delight_stay(tmp_path: Path) -> None:
    """S = 7.5 + θ (p − N) + γ V: a point of level and half a point of surprise, for ever."""
    assert felt(tmp_path)[24:] == pytest.approx(9.0, abs=0.01)


def test_delight_from_surprise_is_temporary_and_the_level_stays(tmp_path: Path) -> None:
    """With p and N constant, E comes to p and S to 7.5 + (p − N): own adaptation (a7)."""
    found = felt(tmp_path, adaptation=True)
    assert found[:12].max() > 8.55
    assert found[48:] == pytest.approx(8.5, abs=0.01)


def test_the_level_stays_until_rivals_copy_it(tmp_path: Path) -> None:
    """Imitation (a8) takes the level, and only imitation does."""
    copied = felt(tmp_path, adaptation=True, norm=True)
    assert copied.max() > 7.9                            # it was worth something first
    assert copied[-1] == pytest.approx(7.5, abs=0.02)
    kept = felt(tmp_path, adaptation=True, norm=True, imitation=False)
    assert np.array_equal(kept, felt(tmp_path, adaptation=True))


def test_a_must_be_earns_no_surprise(tmp_path: Path) -> None:
    """As the attribute ages (a9), the same gap earns a quarter of the gain: γ × 0.25 is left."""
    aged = felt(tmp_path, kano=True)
    assert aged[-24:] == pytest.approx(8.5 + 0.5 * 0.25, abs=0.01)
    assert np.all(np.diff(aged[24:48]) < 1e-6)


def test_each_part_takes_something_of_its_own(tmp_path: Path) -> None:
    """From nothing to all three, what is left of the lead only shrinks; all three leave nothing."""
    names = ("adaptation", "kano", "norm")
    left = [felt(tmp_path, **dict.fromkeys(names[:n], True)).mean() - 7.5 for n in range(4)]
    assert left == sorted(left, reverse=True) and left[0] > left[1] > left[3]
    assert felt(tmp_path, adaptation=True, kano=True, norm=True)[-1] == pytest.approx(7.5, abs=0.02)


def test_service_spend_rises_and_satisfaction_does_not(tmp_path: Path) -> None:
    """Half as many people again, a point better: with the ratchet, satisfaction is soon where it was."""
    shop = WORLD.replace("quality: {service: 8.5 points}\n", "").replace(
        "{channel: web, loads: {service: 1}}", "{channel: phone_in, team: desk, handling: 5 min, loads: {service: 1}}"
    ) + 'teams: {desk: {on_shift: 20, open: "00:00-24:00 daily"}}\n'
    better = {"quality.service": "{to: 8.5 points}", "teams.desk.on_shift": "{to: 30}"}
    gains = {}
    for name, switches in (("ratchet", "adaptation: on, kano: on, norm: on}"), ("none", "adaptation: off}")):
        folder = tmp_path / name
        base = written(folder, shop + OFF + switches + "\n")
        before, after = (books(r) for r in run([base, patched(folder, "better", better)], replicates=1))
        pay = [KPIS["staff_cost"].total(book)[0] for book in (before, after)]
        assert pay[1] == pytest.approx(1.5 * pay[0])
        first, last = (
            [KPIS["satisfaction_service"].total(book, (), slice(m, m + 12))[0] for book in (before, after)]
            for m in (0, 84)
        )
        gains[name] = first[1] - first[0], last[1] - last[0]
    assert gains["ratchet"][0] > 0.4 and gains["ratchet"][1] == pytest.approx(0.0, abs=0.03)
    assert gains["none"][1] > 1.3
