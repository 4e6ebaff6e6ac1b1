"""The fast engine gives the same visits, people and minutes as the readable one, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.base.shipped import shipped
from cemsim.engine.parity import first_difference, parity
from cemsim.experiment.calibrate import neutral
from cemsim.experiment.constants import constants_of
from cemsim.experiment.cut import cut
from cemsim.plan.compile import plan
from cemsim.scenario import load

pytestmark = pytest.mark.parity

TELECOM = ("baseline", "more_people", "knowledge_base", "back_office", "loyalists_first")

#: Ties on purpose (deterministic times), every law, both kinds of spend, lags, escalation, failures in use, drift.
BUSY = """
cemsim: 1
name: everything at once
question: Do the engines agree where everything happens at once?
horizon: 6 months
burn_in: 1 month
market: {people: 400}
segments:
  a: {customers: 200, revenue: 10 USD/month, churn: 20 %/year, spend: {kind: repertoire, brands: 3, trips: 2 /month}}
  b: {customers: 100, revenue: 10 USD/month, churn: 30 %/year}
journeys:
  question:
    need: 12 /year
    overdispersion: 0.5
    steps:
      web: {channel: web, used_by: 60 %, contains: 20 %}
      call:
        channel: phone_in
        team: front
        handling: {kind: deterministic, mean: 30 min}
        resolves: 50 %
        escalate: {to: second, after: 2, share: 80 %}
      second:
        channel: phone_in
        team: second
        handling: {kind: gamma, mean: 40 min, cv: 0.7}
        resolves: 70 %
        used_by: 30 %
      back:
        channel: other
        team: back
        handling: {kind: weibull, mean: 300 min, cv: 0.8}
        resolves: 60 %
        lag: {kind: deterministic, mean: 60 min}
        promise: 24 h
  welcome:
    starts: joining
    steps:
      call: {channel: phone_out, team: front, handling: 10 min, lag: 2 days}
  complaint:
    starts: complaint
    steps:
      call: {channel: phone_in, team: front, handling: {kind: deterministic, mean: 15 min}, resolves: 70 %}
      letter: {channel: mail, team: back, handling: 100 min, resolves: 80 %}
teams:
  front:
    on_shift: 1
    open: "09:00-17:00 mon-fri"
    patience: {kind: deterministic, mean: 30 min}
    room: 4
    serve_first: [b]
    empowerment: 1
  second:
    shifts:
      - {days: mon-fri, hours: "09:00-13:00", people: 2}
      - {days: mon-fri, hours: "12:00-18:00", people: 1}
  back: {works: back_office, on_shift: 2, open: "08:00-16:00 mon-fri"}
failures: {probability: 30 %, usage: 1 /year}
model: {experience: {norm_drift: 0.3 points/year, imitation: 0.5, eta_norm: 5 %/month, promise: {service: 9}}}
quality: {service: 8.5}
price: {ours: 1.1}
switches: {calibration: off, norm: on, kano: on}
"""


@pytest.mark.parametrize("name", TELECOM)
def test_the_mobile_operator(name: str) -> None:
    base = load(shipped("scenarios", "telecom", "baseline.yaml"))
    constants = constants_of(plan(base), lambda what, share: None)
    small = plan(cut(base, 2_000))
    ours = small
    if name != "baseline":
        ours = plan(cut(load(shipped("scenarios", "telecom", f"{name}.yaml")), 2_000), small)
    for replicate in range(2):
        parted, sizes = parity(ours, constants, 6, 2, replicate=replicate)
        assert parted is None, str(parted)
        assert sizes["visits"] > 3_000 and sizes["people"] == 3_200


def test_everything_at_once(tmp_path: Path) -> None:
    file = tmp_path / "busy.yaml"
    file.write_text(BUSY, encoding="utf-8")
    ours = plan(load(file))
    constants = neutral(ours) | {"segments.adoption": np.array([0.05, 0.04]), "world.hazard_mean": np.array(0.02)}
    for seed in (1, 2, 3):
        parted, sizes = parity(ours, constants, 5, 1, seed=seed)
        assert parted is None, str(parted)
        assert sizes["visits"] > 3_000


def test_a_difference_is_found_and_told() -> None:
    kind = np.dtype([("a", "i4"), ("b", "f8")])
    fast = np.array([(1, 0.5), (2, 0.25)], kind)
    glass = fast.copy()
    glass["b"][1] = np.nextafter(0.25, 1.0)
    found = first_difference("visits", fast, glass)
    assert found is not None and (found.row, found.column) == (1, "b")
    assert first_difference("visits", fast, fast.copy()) is None
    short = first_difference("visits", fast, fast[:1])
    assert short is not None and short.column == "number of rows"
