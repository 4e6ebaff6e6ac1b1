"""Who waits for letters is on nobody's line, also where a rule gives them to people who answer calls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.engine import trays
from cemsim.engine.parity import lived_fast, lived_glass, parted
from cemsim.experiment import Run, run
from cemsim.experiment.calibrate import neutral
from cemsim.measures import KPIS, books
from cemsim.model.science import plain
from cemsim.plan.compile import plan
from cemsim.plan.tables import STEP, TEAM
from tests.engine.small import written

#: Complaints are written, few people read them, and after three days a desk that answers calls gets them.
LETTERS = """\
cemsim: 1
name: Letters
horizon: 6 months
burn_in: 0 months
market: {people: 4_000}
segments:
  all: {customers: 2_000, revenue: 40 USD/month, churn: 20 %/year}
journeys:
  question:
    need: 12 /year
    steps: {call: {channel: phone_in, team: desk, handling: 5 min, resolves: 80 %}}
  complaint:
    starts: complaint
    steps: {letter: {channel: mail, team: office, handling: 400 min, resolves: 90 %, promise: 5 days}}
teams:
  desk: {on_shift: 4, open: "09:00-12:00 mon-fri", patience: 1 min, target: {within: 1 min}}
  office: {on_shift: 1, open: "09:00-17:00 mon-fri", works: back_office}
failures: {probability: 20 %, voice: 50 %}
switches: {calibration: off}
rules:
  - version: 1
    ruleset: too_long
    decide_on: case_age
    schedule: {start: complaint_opened, after: 3 days, cancel_on: [complaint_closed]}
    rules:
      - {id: desk, because: Nobody answers., when: {escalated: false}, then: [{escalate: {to: desk}}]}
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Run:
    (found,) = run([written(tmp_path_factory.mktemp("letters"), LETTERS)], replicates=1, events=True)
    return found


def test_nobody_hangs_up_on_a_letter_or_is_sent_away_with_one(done: Run) -> None:
    visits = done.visits
    assert visits is not None
    letters = visits[(visits["team"] == "desk") & (visits["journey"] == "complaint")]
    calls = visits[visits["journey"] == "question"]
    assert len(letters) > 200 and set(letters["outcome"]) == {"served"}
    assert (calls["outcome"] == "abandoned").sum() > 100
    days = letters["waited"][letters["attempt"] == 0] / 1440.0
    assert days.min() >= 3.0 - 1e-9                             # since the complaint came, also over night at the desk


def test_a_desks_waits_are_those_of_its_callers(done: Run) -> None:
    assert done.visits is not None
    calls = done.visits[done.visits["journey"] == "question"]
    answered = calls[calls["outcome"] == "served"]
    place = list(done.plan.names.teams).index("desk")
    told = {name: float(KPIS[name].total(books(done), ("team",))[0, place])
            for name in ("wait", "wait_p90", "abandonment")}  # fmt: skip
    assert told["wait"] == pytest.approx(answered["waited"].mean(), rel=0.02)
    assert told["wait_p90"] == pytest.approx(answered["waited"].quantile(0.9), rel=0.2)
    assert told["abandonment"] == pytest.approx((calls["outcome"] == "abandoned").mean(), rel=0.02)


def test_a_letter_is_felt_alike_at_a_desk_and_in_a_tray(tmp_path: Path) -> None:
    """What was promised within five days is felt by that, not by the minute in which the desk answers calls."""
    more = '  helpers: {on_shift: 20, open: "09:00-12:00 mon-fri", works: back_office}\n'
    many = LETTERS.replace("on_shift: 4", "on_shift: 20").replace("failures:", more + "failures:")
    lives = [run([written(tmp_path, many.replace("escalate: {to: desk}", f"escalate: {{to: {team}}}"), f"{team}.yaml")],
                 replicates=1, events=True)[0] for team in ("desk", "helpers")]  # fmt: skip

    def felt(at: Run, team: str) -> float:
        visits = at.visits
        assert visits is not None
        mine = visits[(visits["journey"] == "complaint") & (visits["team"] == team) & (visits["resolved"] == 1)]
        in_time = mine[mine["waited"] < 4.9 * 1440.0]
        assert len(in_time) > 100
        return float(in_time["satisfaction"].mean())

    assert felt(lives[0], "desk") == pytest.approx(felt(lives[1], "helpers"), abs=0.4)


def test_what_is_bearable() -> None:
    def kinds(promise: float, own: int, taker: int) -> tuple[float, bool, bool, bool]:
        step, teams = np.zeros(1, STEP), np.zeros(2, TEAM)
        step["promise"], step["team"], step["channel"] = promise, own, 5
        teams["works"], teams["acceptable"] = [0, 1], [2.0, 2_000.0]
        asked = (step.view(np.recarray)[0], teams.view(np.recarray), teams.view(np.recarray)[taker])
        return (plain(trays.bearable)(*asked), plain(trays.in_tray)(*asked), plain(trays.on_line)(*asked),
                plain(trays.is_put_off)(*asked))  # fmt: skip

    assert kinds(600.0, 0, 0) == (2.0, False, True, False)            # a promise of a call back is no patience
    assert kinds(600.0, 0, 1) == (600.0, True, False, False)          # a call that the office does
    assert kinds(0.0, 1, 1) == (2_000.0, True, False, False)
    assert kinds(600.0, 1, 0) == (600.0, True, False, True)           # a letter at the desk
    assert kinds(0.0, 1, 0) == (2_000.0, True, False, True)


def test_both_engines_agree(tmp_path: Path) -> None:
    small = LETTERS.replace("4_000", "300").replace("2_000", "150").replace("on_shift: 4", "on_shift: 1")
    small = small.replace("400 min", "900 min").replace("probability: 20", "probability: 30")
    ours = plan(written(tmp_path, small))
    fast, glass = (lived(ours, neutral(ours), 4, 0) for lived in (lived_fast, lived_glass))
    assert parted(fast, glass) is None
    assert (fast["visits"]["team"] == list(ours.names.teams).index("desk")).any()


@pytest.mark.parametrize("lag", ["", ", lag: {kind: deterministic, mean: 6 days}"])
def test_who_tries_again_does_not_wait_for_the_steps_time_again(tmp_path: Path, lag: str) -> None:
    """A step that is reached six days after the one before it is tried again as soon as any other."""
    text = LETTERS.partition("rules:")[0].replace("handling: 5 min", f"handling: 5 min{lag}").replace("4, o", "2, o")
    (lived,) = run([written(tmp_path, text)], replicates=1, events=True)
    assert lived.visits is not None
    calls = lived.visits[lived.visits["journey"] == "question"].sort_values(["issue", "attempt"])
    again = (calls["issue"] == calls["issue"].shift()) & calls["outcome"].shift().isin(["abandoned", "sent_away"])
    gap = (calls["arrived"] - calls["left"].shift())[again]
    assert len(gap) > 500 and gap.median() < 1440.0
