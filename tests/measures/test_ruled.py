"""What rules do is counted, costs money everywhere alike, and loses no contact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cemsim.base.records import RULES, column
from cemsim.compare.ledger import ledger
from cemsim.engine.log import Log
from cemsim.experiment import Run, run
from cemsim.finance.cashflow import cash_flow, spending, terms
from cemsim.finance.draws import Pricer
from cemsim.finance.prices import repriced, settings
from cemsim.finance.serve import to_serve
from cemsim.measures import KPIS, books, money, ruled
from cemsim.report.levels import level_rows
from cemsim.report.sections.rules import sections
from tests.engine.small import COMPANY, people_sum, step_sum, team_sum, written

CARE = "  care: {starts: rule, steps: {call: {channel: phone_out, team: desk, handling: 4 min}}}\n"
#: Nothing is solved, the desk is short of people, and somebody may be called unasked.
BASE = (
    COMPANY.replace("horizon: 18", "horizon: 12")
    .replace("on_shift: 2,", "on_shift: 1,")
    .replace("teams:\n", f"{CARE}teams:\n", 1)
    + "switches: {calibration: off}\n"
)
PATCH = """\
cemsim: 1
based_on: base.yaml
name: By rules
investment: {starts: month 1}
change:
  finance.message_cost: {to: 0.5 USD}
  rules:
    add:
      - version: 1
        ruleset: queue
        decide_on: waiting
        rules:
          - id: web
            because: The web is quicker.
            when: {all: [{intent: question}, {queue_length: {ge: 2}}, {wait: {lt: 1 min}}]}
            then: [{route_to: {channel: web, acceptance: 50 %}}]
          - {id: call_back, because: Music., when: {wait: {ge: 2 min}}, then: [{call_back: {acceptance: 60 %}}]}
      - version: 1
        ruleset: sorry
        decide_on: contact_ends
        rules:
          - id: too_long
            because: A promise was broken.
            when: {all: [{wait: {gt: 3 min}}, {credits_90d: {lt: 20 USD}}]}
            then: [{offer_credit: {amount: 5 USD}}, {send_message: {channel: mail}}]
            cooldown: {per: customer, time: 30 days}
          - {id: never, because: It cannot be., when: {attempts: {ge: 60}}, then: [{log: {}}]}
      - version: 1
        ruleset: extra
        decide_on: team_hour
        hit: all
        rules:
          - id: stay
            because: A long queue.
            when: {all: [{team: desk}, {queue_length: {ge: 2}}]}
            then: [{add_staff: {people: 1, time: 2 h}}]
            cooldown: {per: team, time: 2 h}
      - version: 1
        ruleset: care
        decide_on: failure
        rules:
          - {id: call, because: We care., when: {consent: true}, then: [{schedule_call: {within: 24 h, team: desk}}]}
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    folder = tmp_path_factory.mktemp("ruled")
    return run([written(folder, BASE), written(folder, PATCH, "ruled.yaml")], replicates=2, events=True, fates=True)


def test_every_deed_is_seen(runs: list[Run]) -> None:
    """What is counted and paid below is not a row of zeros."""
    plan = books(runs[1])
    for name in ("overtime", "messages", "calls", "moved", "credits", "overtime_cost"):
        assert KPIS[name].total(plan).min() > 0.0, name
        assert KPIS[name].total(books(runs[0])).max() == 0.0, name


def test_call_backs_are_promised_made_and_waited_for(runs: list[Run]) -> None:
    """Visits know waits until somebody is spoken to: what the log books as waited on the line and for the call."""
    visits, log = runs[1].visits, runs[1].log
    assert visits is not None
    promised, called, not_called, off_line = (
        step_sum(log, name)[0].sum() for name in ("promised", "called", "not_called", "call_wait"))  # fmt: skip
    assert 0.0 <= promised - called - not_called < 0.02 * promised     # waits on, or left the company
    desk = np.array(runs[1].plan.step_team) == 0
    assert step_sum(log, "promised")[0][:, ~desk].sum() == 0.0         # nobody is on a back office's line
    live = visits[visits["team"] == "desk"]
    waited = live["waited"][live["outcome"] == "served"]
    booked = step_sum(log, "wait_sum")[0][:, desk].sum() + off_line
    begun = step_sum(log, "open")[0, -1].sum()               # who is spoken to at the very end has no visit yet
    assert 0.0 <= booked - waited.sum() <= begun * waited.max()
    shut_out = (live["outcome"] == "sent_away") & (live["waited"] >= 2.0)
    assert 0 < not_called <= shut_out.sum()
    opened = books(runs[1])
    share = KPIS["call_backs_made"].total(opened, ("team",))[0]
    assert share[0] == called / (called + not_called) and np.isnan(share[1])
    assert KPIS["call_back_wait"].total(opened)[0] == pytest.approx(off_line / called)
    ours = desk & np.array([journey == "care" for journey, _ in runs[1].plan.names.steps])
    until = KPIS["until_answered"].total(opened, ("team",))[0, 0]
    theirs = booked - step_sum(log, "wait_sum")[0][:, ours].sum()
    assert until == pytest.approx(theirs / step_sum(log, "served")[0][:, desk & ~ours].sum())
    answered = (live["outcome"] == "served") & (live["journey"] != "care")
    assert until == pytest.approx(live["waited"][answered].mean(), rel=0.01)
    assert until > KPIS["wait"].total(opened, ("team",))[0, 0]


@pytest.mark.parametrize("which", [0, 1])
def test_no_contact_is_lost_with_rules(runs: list[Run], which: int) -> None:
    log = runs[which].log
    now = step_sum(log, "open")
    ends = sum(step_sum(log, name) for name in ("served", "abandoned", "sent_away", "moved", "cancelled"))
    left = step_sum(log, "arrived") - ends
    assert np.array_equal(left[:, 1:], now[:, 1:] - now[:, :-1])


def test_nobody_stays_on_who_is_not_there(tmp_path: Path) -> None:
    """Ordered are fifty people at every full hour: as many are paid overtime as are on shift by the roster, no more."""
    wanted = PATCH.replace("add_staff: {people: 1,", "add_staff: {people: 50,")
    wanted = wanted.replace("{team: desk}, {queue_length: {ge: 2}}", "{team: desk}, {queue_length: {ge: 0}}")
    (all_stay,) = run([written(tmp_path, BASE), written(tmp_path, wanted, "fifty.yaml")], replicates=1)[1:]
    by_roster = (team_sum(all_stay.log, "staffed_minutes") - team_sum(all_stay.log, "overtime_minutes"))[..., 0]
    stayed = team_sum(all_stay.log, "overtime_minutes")[..., 0]
    assert stayed.sum() > 0.8 * by_roster.sum()
    assert np.all(stayed <= by_roster + 1e-6)


def test_money_by_hand(runs: list[Run]) -> None:
    plan, log = books(runs[1]), runs[1].log
    given = people_sum(log, "credits")
    assert np.allclose(money.compensation(plan) - given, plan.failures("compensation")[..., 0] * plan.revenue)
    assert np.array_equal(money.credits(plan), given) and np.all(given % 5.0 == 0.0)
    assert np.allclose(money.messages(plan), 0.5 * people_sum(log, "messages"))
    hours = team_sum(log, "overtime_minutes") / 60.0
    assert np.allclose(money.overtime_by_team(plan), hours * 21.0 * 1.5)
    paid = (team_sum(log, "paid_minutes") / 60.0 * 21.0 + hours * 31.5).sum(axis=-1)
    assert np.allclose(money.staff(plan).sum(axis=-1), paid)
    assert np.allclose(money.staff_by_team(plan).sum(axis=-1), paid)


def test_books_close(runs: list[Run]) -> None:
    opened = [books(each) for each in runs]
    served = to_serve(opened[1], [0, 1], 12)
    total = served.channel_total.sum(axis=-1) + served.idle + served.messages + served.compensation.sum(axis=-1)
    assert np.allclose(total, money.cost_to_serve(opened[1]).sum(axis=(1, 2)))
    flow = cash_flow(*opened, [0, 1], 12, terms(runs[0].scenario.finance), spending(None, 12))
    added = [money.contribution(book).sum(axis=(1, 2)) for book in opened]
    before_tax = sum(flow.lines[name].sum(axis=-1) for name in (
        "margin", "unit_costs", "compensation", "acquisition", "pay"))  # fmt: skip
    assert np.allclose(before_tax, added[1] - added[0])


def test_a_credit_stands_with_the_rule_that_gave_it(runs: list[Run], tmp_path: Path) -> None:
    """Where two rules give, the larger amount is given once, and is the other's no more."""
    both = PATCH.replace("  - id: too_long\n", "  - {id: small, because: We wait., when: {wait: {gt: 4 min}}, "
                         "then: [{offer_credit: {amount: 2 USD}}]}\n          - id: too_long\n")
    both = both.replace("decide_on: contact_ends\n", "decide_on: contact_ends\n        hit: all\n")
    done = run([written(tmp_path, BASE), written(tmp_path, both, "both.yaml")], replicates=1)[1]
    found = {each.rule: each for each in ruled.counted(done)}
    large, small = found["too_long"], found["small"]
    assert large.credits == 5.0 * large.fired and large.overruled == 0.0
    assert 0.0 < small.credits == 2.0 * (small.fired - small.overruled) < 2.0 * small.fired
    for each in (*runs, done):
        given = people_sum(each.log, "credits").sum() / each.log.rules.shape[0]
        assert sum(rule.credits for rule in ruled.counted(each)) == given


def test_the_customer_ledger_holds_the_credits(runs: list[Run]) -> None:
    found = ledger(runs)
    for world, each in enumerate(runs):
        total = money.compensation(books(each)).sum(axis=(1, 2))
        assert np.allclose(found.money["compensation"][..., world].sum(axis=(1, 2, 3, 4)), total, rtol=1e-6)


def test_other_prices_need_no_other_run(runs: list[Run]) -> None:
    asked = settings([each.scenario for each in runs], ["overtime_premium.desk=2", "message_cost=1 USD"])
    before, after = books(runs[1]), books(repriced(runs, asked)[1])
    assert np.allclose(money.overtime_by_team(after), money.overtime_by_team(before) * 2.0 / 1.5)
    assert (after.message[1:] == 0.5).all()                  # a plan that sets a price keeps it
    assert after.message[0] == 1.0                           # and before it starts, today's is in force
    pricer = Pricer(runs)
    path = "teams.desk.overtime_premium"
    assert path in pricer.paths
    worth = pricer.npv({path: np.array([1.5, 2.0])})
    dearer = replace(before, premium=np.full(len(before.teams), 2.0))
    counted = terms(runs[0].scenario.finance)
    for row, book in zip(worth, (before, dearer), strict=True):
        flow = cash_flow(books(runs[0]), book, [0, 1], 12, counted, spending(runs[1].scenario.investment, 12))
        assert np.allclose(row, (flow.net * (1 + counted.discount) ** (-np.arange(13) / 12.0)).sum(axis=-1))


def test_rules_are_counted_and_idle_ones_named(runs: list[Run]) -> None:
    assert ruled.counted(runs[0]) == () and sections(runs[:1]) == []
    found = {each.name: each for each in ruled.counted(runs[1])}
    assert list(found) == ["queue.web", "queue.call_back", "sorry.too_long", "sorry.never", "extra.stay", "care.call"]
    for each in found.values():
        assert each.asked >= each.matched >= each.fired + each.cooling
        assert each.overruled <= each.fired
    assert found["sorry.too_long"].cooling > 0.0
    (said,) = ruled.idle(runs[1])
    assert said.startswith("By rules: the rule sorry.never never fired; it was asked ")
    (section,) = sections(runs)
    assert "sorry.never" in section.html and said in section.html


@pytest.mark.parametrize(
    ("asked", "matched", "means"),
    [
        (6.0, 0.0, "too rarely to tell whether it ever will (12 times in all replicates, 300 would do)"),
        (149.5, 0.0, "too rarely to tell"),
        (150.0, 0.0, "Its conditions never hold together here"),
        (6.0, 0.5, "matched 0.5 times. Whenever it matched, another rule went first, or it rested."),
    ],
)
def test_never_is_said_only_of_what_was_asked_often(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch, asked: float, matched: float, means: str
) -> None:
    """The two replicates count together."""
    one = ruled.Counted("queue", "late", "Why.", asked, matched, 0.0, 0.0, matched, 0.0, 0.0, 0.0)
    monkeypatch.setattr(ruled, "counted", lambda run: (one,))
    assert runs[1].log.rules.shape[0] == 2
    (said,) = ruled.idle(runs[1])
    assert means in said


def test_only_companies_with_rules_show_what_rules_do(runs: list[Run]) -> None:
    first, second = ({label for label, _, _ in level_rows(each)} for each in runs)
    called = ("call_backs", "call_back_wait", "until_answered", "call_backs_made", "calls_made", "calls_made_after")
    assert second - first == {KPIS[name].label for name in (*ruled.ONLY_WITH_RULES, *called)}


def test_firings_are_the_counts(runs: list[Run]) -> None:
    assert runs[0].firings is None and runs[1].firings is not None
    fired = runs[1].firings
    assert fired["time"].is_monotonic_increasing and fired["month"].between(1, 11).all()
    count = fired.groupby("rule", observed=True).size()
    log = runs[1].log.rules[0, :, :, column(RULES, "fired")].sum(axis=0)
    assert {rule: n for (_, rule), n in zip(runs[1].plan.names.rules, log, strict=True) if n} == count.to_dict()
    team = fired["team"] != ""
    assert set(fired["rule"][team]) == {"stay"} and (fired["person"][team] == -1).all()
    assert (fired["person"][~team] >= 0).all()


def test_firings_are_kept(runs: list[Run], tmp_path: Path) -> None:
    from cemsim.experiment.quantities import Label, restore, save
    from cemsim.experiment.results import write_tables

    rows = np.zeros(3, [("time", "f8"), ("rule", "i4")])
    log, label = Log(*(part[0] for part in runs[1].log)), Label("", 0, 0)
    save(tmp_path, label, (log, [], None, [rows[:1], rows[1:]]))
    told = restore(tmp_path, label)
    assert told is not None and np.array_equal(told[3][0], rows)
    write_tables(runs[1:], tmp_path)
    assert pd.read_parquet(tmp_path / "firings.parquet").equals(runs[1].firings)


#: Experts take what has waited at the desk, or at once where many wait, but one of them is there for an hour a day.
PASSING = (
    COMPANY.replace("horizon: 18", "horizon: 3")
    .replace("burn_in: 2", "burn_in: 0")
    .replace("on_shift: 2,", "on_shift: 1,")
    .replace("teams:\n", 'teams:\n  experts: {on_shift: 1, open: "12:00-13:00 mon-sat", room: 1}\n', 1)
    + """\
switches: {calibration: off}
rules:
  - version: 1
    ruleset: to_experts
    decide_on: waiting
    rules:
      - id: long
        because: Experts are free at noon.
        when: {all: [{team: desk}, {not: {channel: phone_out}}, {wait: {ge: 2 min}}]}
        then: [{route_to: {team: experts}}]
  - version: 1
    ruleset: at_once
    decide_on: contact_arrives
    rules:
      - id: crowd
        because: Many wait.
        when: {all: [{team: desk}, {not: {channel: phone_out}}, {queue_length: {ge: 3}}]}
        then: [{route_to: {team: experts}}]
"""
)


def test_contacts_that_a_team_does_not_take_are_counted_by_rule(tmp_path: Path) -> None:
    """Whatever fired and was taken was passed on; before and after noon nothing is."""
    (done,) = run([written(tmp_path, PASSING)], 1, events=True)
    long, crowd = ruled.counted(done)
    assert min(each.not_taken for each in (long, crowd)) > 0.0
    taken = long.fired + crowd.fired - long.not_taken - crowd.not_taken
    assert taken == KPIS["passed"].total(books(done)).sum() > 20
    fired = done.firings
    noon = (fired["time"] // 60.0) % 24 == 12.0
    assert long.not_taken + crowd.not_taken >= (~noon).sum() > 0
    assert taken <= noon.sum()
