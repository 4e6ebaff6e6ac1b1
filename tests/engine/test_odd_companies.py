"""Companies at the edge: a segment that dies out, a team that nobody is left in; nothing is lost, nothing breaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.base.errors import ScenarioError
from cemsim.experiment import Run, run
from cemsim.measures import KPIS, books
from tests.engine.small import patched, people_sum, step_sum, team_sum, written

ODD = """\
cemsim: 1
name: Edge
horizon: 24 months
burn_in: 2 months
market: {people: 3_000, won: 0 %/month}
segments:
  old: {customers: 5, revenue: 50 USD/month, churn: 90 %/year}
  young: {customers: 1_500, revenue: 40 USD/month, churn: 12 %/year}
journeys:
  ask:
    need: 6 /year
    steps: {call: {channel: phone_in, team: desk, handling: 6 min, resolves: 60 %}}
  complaint:
    starts: complaint
    steps: {call: {channel: phone_in, team: desk, handling: 8 min, resolves: 80 %}}
teams:
  desk: {on_shift: 2, open: "09:00-18:00 daily", patience: 5 min, workforce: {attrition: 95 %/year}}
failures: {probability: 10 %}
schemes: {card: {discount: 100 %}}
network: ring
switches: {calibration: off}
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    folder = tmp_path_factory.mktemp("odd")
    base = written(folder, ODD)
    nobody = patched(folder, "nobody", {"teams.desk.on_shift": "{to: 0}"}, "investment: {starts: month 6}\n")
    return run([base, nobody], replicates=2)


def test_a_segment_dies_out(runs: list[Run]) -> None:
    """Nobody of it is left, nobody is counted any more, and every measure of the others is a number."""
    log = runs[0].log
    start, end, joined = (people_sum(log, name) for name in ("active_start", "active", "joined"))
    assert np.array_equal(end, start + joined - log.lost.sum(axis=-1))
    assert not end[:, -1, 0].any() and end[:, -1, 1].all()
    gone = start[..., 0] == 0.0
    assert gone.any() and not step_sum(log, "arrived")[:, 1:, :, 0][gone[:, 1:]].any()
    book = books(runs[0])
    for name in ("customers", "churn", "nps", "satisfaction", "contribution", "cost_to_serve", "rewards"):
        assert np.isfinite(KPIS[name].total(book)).all(), name


def test_nobody_is_left_in_a_team(runs: list[Run]) -> None:
    """From the month in which its roster is empty nobody is paid or served, and each contact still ends in one way."""
    log = runs[1].log
    staffed, served = team_sum(log, "staffed_minutes"), step_sum(log, "served")
    assert np.all(staffed[:, :6] > 0.0) and not staffed[:, 7:].any() and not served[:, 7:].any()
    arrived, left = step_sum(log, "arrived"), step_sum(log, "open")
    before = np.concatenate([np.zeros_like(left[:, :1]), left[:, :-1]], axis=1)
    ends = sum(step_sum(log, name) for name in ("served", "abandoned", "sent_away", "cancelled"))
    assert arrived[:, 7:].any()
    assert np.array_equal(arrived[:, 1:], (ends + left - before)[:, 1:])


def test_fewer_than_nobody_is_refused(tmp_path: Path) -> None:
    written(tmp_path, ODD)
    with pytest.raises(ScenarioError, match="the least possible is 0"):
        patched(tmp_path, "minus", {"teams.desk.on_shift": "{add: -5}"})
