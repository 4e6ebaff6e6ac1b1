"""A waiting contact goes one way only, an offer of a channel is real, and orders of overtime keep their times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.experiment import Run, run
from cemsim.measures import KPIS, books, ruled
from tests.engine.small import COMPANY, step_sum, team_sum, written

#: Callers wait, and three of them or more are offered the web after a minute, at which everybody accepts.
BUSY = COMPANY.replace("horizon: 18", "horizon: 4").replace("burn_in: 2", "burn_in: 0").replace(
    "on_shift: 2,", "on_shift: 1,")  # fmt: skip
WEB = """\
switches: {calibration: off}
rules:
  - version: 1
    ruleset: ways
    decide_on: waiting
    hit: all
    rules:
      - id: web
        because: The web is quicker.
        when: {all: [{intent: question}, {channel: phone_in}, {wait: {ge: 1 min}}]}
        then: [{route_to: {channel: web}}]
"""
BACK = """\
      - id: back
        because: Music.
        when: {all: [{intent: question}, {channel: phone_in}, {wait: {ge: 1 min}}]}
        then: [{call_back: {}}]
"""


def _lived(folder: Path, used_by: str, rules: str) -> Run:
    (done,) = run([written(folder, BUSY.replace("used_by: 60 %", f"used_by: {used_by}") + rules)], 1, events=True)
    return done


def _all(done: Run, name: str) -> float:
    return float(step_sum(done.log, name).sum())


def test_an_accepted_channel_is_used_by_who_else_passes_it_by(tmp_path: Path) -> None:
    """Nobody comes to the web of their own; who accepts is there once, and is helped as the step says."""
    done = _lived(tmp_path, "0 %", WEB)
    assert done.visits is not None
    seen = done.visits[done.visits["step"] == "look"]
    moved = _all(done, "moved")
    assert len(seen) == moved > 100
    assert not seen.duplicated(["issue"]).any()
    helped = (seen["resolved"] == 1).mean()
    assert abs(helped - 0.2) < 4.0 * np.sqrt(0.2 * 0.8 / moved)
    assert ruled.counted(done)[0].fired > moved                     # who came back to the line is asked again


def test_who_takes_another_channel_on_coming_is_counted(tmp_path: Path) -> None:
    """Those who accept are on the web and never reach the desk; the others have declined."""
    rules = WEB.replace("{wait: {ge: 1 min}}", "{attempts: {lt: 1}}").replace("on: waiting", "on: contact_arrives")
    done = _lived(tmp_path, "0 %", rules.replace("channel: web}", "channel: web, acceptance: 30 %}"))
    (web,) = ruled.counted(done)
    assert done.visits is not None
    seen = (done.visits["step"] == "look").sum()
    assert seen > 100 and _all(done, "moved") == 0.0
    assert float(KPIS["moved"].total(books(done))[0]) == _all(done, "deflected") == seen
    assert web.fired == seen + web.declined + web.not_taken
    offered = web.fired - web.not_taken
    assert abs(web.declined / offered - 0.7) < 4.0 * np.sqrt(0.3 * 0.7 / offered)


def test_nobody_is_sent_where_it_was_not_settled(tmp_path: Path) -> None:
    """All have tried the web before they call: it is offered to all who wait, and comes to nothing."""
    done = _lived(tmp_path, "100 %", WEB)
    (web,) = ruled.counted(done)
    assert _all(done, "moved") == 0.0
    assert web.not_taken == web.fired > 100


@pytest.mark.parametrize("first", ["web", "back"])
def test_a_contact_goes_one_way(tmp_path: Path, first: str) -> None:
    """Both ways are ordered together: the first is gone; who is to be called is on no line to be sent from."""
    head, rest = WEB.split("      - id: web", 1)
    web = "      - id: web" + rest
    done = _lived(tmp_path, "0 %", head + (web + BACK if first == "web" else BACK + web))
    moved, promised = _all(done, "moved"), _all(done, "promised")
    met = _all(done, "called") + _all(done, "not_called")
    assert 0.0 <= promised - met < 0.02 * promised + 3              # some still wait, or have left
    assert promised > 100                                           # who is back from the web is called back, too
    assert moved > 100 if first == "web" else moved == 0.0


def test_what_is_declined_is_decided_by_the_next_rule(tmp_path: Path) -> None:
    head, rest = WEB.split("      - id: web", 1)
    web = "      - id: web" + rest.replace("channel: web}", "channel: web, acceptance: 30 %}")
    done = _lived(tmp_path, "0 %", head + web + BACK)
    assert _all(done, "moved") > 50 and _all(done, "promised") > 50


def test_orders_of_overtime_keep_their_times(tmp_path: Path) -> None:
    """One person for an hour and one for two, daily at ten: three hours a day."""
    stay = "when: {{all: [{{team: desk}}, {{hour: 10}}]}}, then: [{{add_staff: {{people: 1, time: {} h}}}}]}}\n"
    rules = """\
switches: {calibration: off}
rules:
  - version: 1
    ruleset: extra
    decide_on: team_hour
    hit: all
    rules:
"""
    for number in (1, 2):
        rules += f"      - {{id: h{number}, because: Busy., " + stay.format(number)
    (done,) = run([written(tmp_path, COMPANY.replace("horizon: 18", "horizon: 2").replace("burn_in: 2", "burn_in: 0")
                           + rules)], 1)  # fmt: skip
    one, two = ruled.counted(done)
    assert one.fired == two.fired > 40
    assert team_sum(done.log, "overtime_minutes")[0].sum() == pytest.approx(one.fired * 180.0)


def test_a_wait_before_another_channel_is_not_forgotten(tmp_path: Path) -> None:
    """Who is moved has waited a minute: it is in the waits of all who left the queue, beside those that visits tell."""
    done = _lived(tmp_path, "0 %", WEB)
    assert done.visits is not None
    desk = done.visits[done.visits["team"] == "desk"]
    told = float(desk["waited"].sum()) + _all(done, "moved")
    place = np.array(done.plan.step_team) == done.plan.names.teams.index("desk")
    booked = float(step_sum(done.log, "all_wait_sum")[:, :, place].sum())
    assert booked == pytest.approx(told, rel=2e-3)                  # some are still spoken to at the end


def test_a_channel_that_never_helps_keeps_nobody(tmp_path: Path) -> None:
    """Every caller who waits is sent where nothing is settled: more of them leave."""
    idle = BUSY.replace("horizon: 4", "horizon: 12").replace("contains: 20 %", "contains: 0 %")
    base = written(tmp_path, idle + "switches: {calibration: off}\n")
    rules = WEB.split("rules:\n", 1)[1].replace("\n", "\n      ")
    plan = f"based_on: base.yaml\nname: To nowhere\nchange:\n  rules:\n    add:\n      {rules.rstrip()}\n"
    runs = run([base, written(tmp_path, plan, "nowhere.yaml")], 4)
    assert step_sum(runs[1].log, "moved").sum() > 1_000
    before, after = (KPIS["churn"].total(books(each)) for each in runs)
    assert np.mean(after - before) > 0.0


def test_nobody_stays_at_a_phone_that_is_closed(tmp_path: Path) -> None:
    """Asked at six for three hours, at a desk that closes at seven."""
    rules = """\
switches: {calibration: off}
rules:
  - version: 1
    ruleset: late
    decide_on: team_hour
    rules:
      - {id: late, because: Busy., when: {all: [{team: desk}, {hour: 18}]}, then: [{add_staff: {people: 1, time: 3 h}}]}
"""
    short = COMPANY.replace("horizon: 18", "horizon: 2").replace("burn_in: 2", "burn_in: 0")
    (done,) = run([written(tmp_path, short + rules)], 1)
    (late,) = ruled.counted(done)
    assert late.fired > 40 and team_sum(done.log, "overtime_minutes")[0].sum() == pytest.approx(late.fired * 60.0)


NOTED = """\
  - version: 1
    ruleset: noted
    decide_on: waiting
    rules:
      - {id: noted, because: Noted,
         when: {all: [{channel: phone_in}, {any: [{wait: {ge: 2 min}}, {wait: {ge: 3 min}}]}]},
         then: [{log: {}}]}
"""
PAID = """\
switches: {calibration: off}
rules:
  - version: 1
    ruleset: paid
    decide_on: waiting
    hit: all
    rules:
      - {id: flag, because: Long., when: {wait: {ge: 1 min}}, then: [{derive: {flag: long}}]}
      - {id: pay, because: A wait is made good., when: {wait: {ge: 1 min}}, then: [{offer_credit: {amount: 5 USD}}]}
  - version: 1
    ruleset: later
    decide_on: waiting
    stage: 1
    rules:
      - {id: longer, because: Longer., when: {all: [{long: true}, {wait: {ge: 3 min}}, {channel: phone_in}]},
         then: [{log: {}}]}
"""


def test_a_rule_fires_once_in_a_wait(tmp_path: Path) -> None:
    """Another file that names longer waits has those who wait asked again: nobody is paid twice for one wait."""
    alone = _lived(tmp_path / "alone", "0 %", PAID.replace("3 min", "1 min"))
    noted = _lived(tmp_path / "noted", "0 %", PAID + NOTED)
    counts = [{name: rule.fired for (_, name), rule in zip(each.plan.names.rules, ruled.counted(each), strict=True)}
              for each in (alone, noted)]
    assert counts[0]["pay"] == counts[1]["pay"] > 500
    paid = [float(KPIS["credits"].total(books(each)).sum()) for each in (alone, noted)]
    assert paid[0] == paid[1] == 5.0 * counts[0]["pay"]
    held = {rule.rule: rule.held_back for rule in ruled.counted(noted)}
    assert held["pay"] >= counts[1]["noted"] and all(rule.held_back >= 0.0 for rule in ruled.counted(alone))
    visits = noted.visits
    assert visits is not None
    waits = visits["waited"][visits["step"].isin(["call", "tell"])]
    assert counts[1]["noted"] == pytest.approx((waits >= 2.0).sum(), abs=20)      # some wait on at the end
    assert counts[1]["longer"] == pytest.approx((waits >= 3.0).sum(), abs=20)     # what is derived is derived anew
