"""Calls that we make: nobody hears of one that is not made yet, and it is made as soon as somebody is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.engine.durations import in_time, opens_next
from cemsim.engine.parity import lived_fast, lived_glass, parted
from cemsim.experiment import Run, run
from cemsim.measures import KPIS, books
from cemsim.model.science import plain
from cemsim.plan.compile import plan
from tests.engine.small import patched, step_sum, written

#: At the month's end everybody is to be called within two days, by two people who are there for four hours a day.
CALLS = """\
cemsim: 1
name: Calls out
horizon: 6 months
burn_in: 1 month
market: {people: 4_000}
segments:
  all: {customers: 2_000, revenue: 40 USD/month, churn: 20 %/year}
journeys:
  question:
    need: 2 /year
    steps: {call: {channel: phone_in, team: desk, handling: 5 min, resolves: 80 %}}
  care:
    starts: rule
    steps: {call: {channel: phone_out, team: callers, handling: 10 min}}
teams:
  desk: {on_shift: 8, open: "09:00-19:00 mon-sat"}
  callers: {on_shift: 2, open: "09:00-13:00 mon-fri"}
failures: {probability: 20 %, voice: 0}
switches: {calibration: off}
rules:
  - version: 1
    ruleset: care
    decide_on: month_end
    rules:
      - {id: call, because: We ask how they are., when: {tenure: {ge: 0 months}},
         then: [{schedule_call: {within: 48 h, team: callers}}]}
"""
NEVER = {"teams.callers.on_shift": "{to: 0}"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """The company, and the same with nobody who could call."""
    at = tmp_path_factory.mktemp("calls")
    return run([written(at, CALLS), patched(at, "never", NEVER)], replicates=2, events=True)


def test_a_call_that_is_not_made_is_put_off(runs: list[Run]) -> None:
    """It takes two weeks to call everybody: at each day's end calls are left, and none of them is lost or felt."""
    done = runs[0]
    assert done.visits is not None
    calls = done.visits[done.visits["journey"] == "care"]
    assert set(calls["outcome"]) == {"served"} and len(calls) > 5_000
    assert not calls.duplicated(["issue", "step", "attempt"]).any()
    place = list(done.plan.names.steps).index(("care", "call"))
    count = {name: float(step_sum(done.log, name)[:, :, place].sum())
             for name in ("arrived", "served", "sent_away", "abandoned")}
    assert count["sent_away"] == count["abandoned"] == 0.0
    left = float(step_sum(done.log, "open")[:, -1, place].sum())
    assert 0.0 <= count["arrived"] - count["served"] <= left + 2.0          # begun before the first month
    minute = calls["arrived"] % 1440.0
    assert ((minute >= 540.0) & (minute <= 780.0 + 60.0)).all()


def test_who_is_never_called_lives_as_if_nobody_meant_to(runs: list[Run], tmp_path: Path) -> None:
    alone = CALLS.partition("rules:")[0].replace("on_shift: 2, open", "on_shift: 0, open")
    (without,) = run([written(tmp_path, alone)], replicates=2)
    never = books(runs[1])
    for name in ("satisfaction", "nps", "loss_rate", "failures", "contacts_per_customer"):
        assert np.array_equal(KPIS[name].total(never), KPIS[name].total(books(without))), name
    place = list(runs[1].plan.names.steps).index(("care", "call"))
    assert float(step_sum(runs[1].log, "sent_away")[:, :, place].sum()) > 5_000


def test_our_calls_are_no_contacts_of_theirs_and_fail_nobody(runs: list[Run]) -> None:
    before, after = (KPIS["contacts_per_customer"].total(books(each)).mean() for each in reversed(runs))
    assert after == pytest.approx(before, rel=0.05)
    calls = runs[0].visits[runs[0].visits["journey"] == "care"]             # type: ignore[index]
    assert (calls["emotion"] > -20.0).all()
    fails = [KPIS["failures"].total(books(each)).mean() for each in runs]
    assert fails[0] == pytest.approx(fails[1], rel=0.05)


def test_waits_of_a_team_that_also_calls_are_those_of_its_callers(tmp_path: Path) -> None:
    """Nobody waits on the line for a call that we make: waits, hang-ups and shares are of the others, as if counted."""
    shared = CALLS.replace("need: 2 /year", "need: 12 /year").replace("team: callers", "team: desk")
    shared = shared.replace("on_shift: 8", "on_shift: 3").replace("burn_in: 1", "burn_in: 0")
    (done,) = run([written(tmp_path, shared)], replicates=1, events=True)
    assert done.visits is not None
    calls, theirs = (done.visits[done.visits["journey"] == name] for name in ("care", "question"))
    answered = theirs[theirs["outcome"] == "served"]
    assert len(calls) > 1_000 and (theirs["outcome"] == "abandoned").sum() > 100
    told = {name: float(KPIS[name].total(books(done), ("team",))[0, list(done.plan.names.teams).index("desk")])
            for name in ("answered", "wait", "wait_p90", "abandonment", "sent_away", "first_contact", "calls_made",
                         "calls_made_after")}  # fmt: skip
    assert told["calls_made"] == pytest.approx(len(calls), abs=3)              # in work at the month's end
    assert told["calls_made_after"] == pytest.approx(calls["waited"].mean(), rel=0.01)
    assert told["answered"] == pytest.approx(len(calls) + len(answered), abs=3)
    assert told["wait"] == pytest.approx(answered["waited"].mean(), rel=0.01)
    assert told["wait_p90"] == pytest.approx(answered["waited"].quantile(0.9), rel=0.18)
    for name, outcome in (("abandonment", "abandoned"), ("sent_away", "sent_away")):
        assert told[name] == pytest.approx((theirs["outcome"] == outcome).mean(), rel=0.01), name
    assert told["first_contact"] == pytest.approx(0.8, abs=0.02)
    assert calls["waited"].mean() > 1.5 * told["wait"]                       # they would have counted


def test_a_call_within_a_time_is_made_within_it(tmp_path: Path) -> None:
    """Callers are there from nine to one: who is to be called within ten hours of midnight is called till ten."""
    many = CALLS.replace("within: 48 h", "within: 10 h").replace("on_shift: 2", "on_shift: 900")
    (done,) = run([written(tmp_path, many.replace("mon-fri", "daily"))], replicates=1, events=True)
    assert done.visits is not None
    calls = done.visits[done.visits["journey"] == "care"]
    assert len(calls) > 5_000
    assert set((calls["arrived"] % 1440.0 // 60.0).astype(int)) == {9}
    assert calls["arrived"].mod(1440.0).between(540.0, 600.0).all() and calls["arrived"].mod(1440.0).std() > 10.0


def test_when_a_call_is_made_in_time() -> None:
    daytime = np.zeros((1, 7, 25))
    daytime[0, :5] = np.clip((np.arange(25) - 9.0) / 4.0, 0.0, 1.0)                 # nine to one from Monday to Friday
    at = plain(in_time)
    day = 1440.0
    assert [at(daytime, 0, 0.0, 720.0, u) for u in (0.0, 0.5, 1.0 - 1e-9)] == pytest.approx([540.0, 630.0, 720.0])
    assert at(daytime, 0, 600.0, 60.0, 0.5) == pytest.approx(630.0)
    spread = [at(daytime, 0, 660.0, 2.0 * day, (k + 0.5) / 1000.0) for k in range(1000)]
    assert min(spread) >= 660.0 and max(spread) <= 660.0 + 2.0 * day
    assert np.bincount((np.array(spread) // day).astype(int)).tolist() == [250, 500, 250]
    assert at(daytime, 0, 5 * day, 600.0, 0.3) == 7 * day + 540.0                   # nobody calls at weekends
    assert at(np.zeros((1, 7, 25)), 0, 50.0, 10.0, 0.3) == 60.0


@pytest.mark.parametrize("people", [2, 0])
def test_both_engines_put_off_alike(tmp_path: Path, people: int) -> None:
    small = CALLS.replace("4_000", "200").replace("2_000", "100").replace("on_shift: 8", "on_shift: 1")
    small = small.replace("on_shift: 2", f"on_shift: {people}").replace("handling: 10 min", "handling: 60 min")
    ours = plan(written(tmp_path, small))
    from cemsim.experiment.calibrate import neutral

    fast, glass = (lived(ours, neutral(ours), 3, 0) for lived in (lived_fast, lived_glass))
    assert parted(fast, glass) is None
    if people:
        assert len(fast["visits"]) > 100


def test_when_a_team_opens_next() -> None:
    heads = np.zeros(672)
    assert plain(opens_next)(heads, 100.0) == np.inf
    heads[36:52] = 2                                        # Monday from nine to one
    assert [plain(opens_next)(heads, now) for now in (0.0, 539.0, 540.0, 780.0)] == [540.0, 540.0, 555.0, 10_620.0]
