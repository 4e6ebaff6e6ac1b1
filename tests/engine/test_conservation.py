"""Nothing is lost and nothing is counted twice: contacts, customers, minutes, answers."""

from __future__ import annotations

import numpy as np
import pytest

from cemsim.base.records import EMOTION, HOURS, PEOPLE, column
from cemsim.engine.law import DAY
from cemsim.engine.state import CUSTOMER
from cemsim.experiment import Run
from cemsim.plan.tables import SLOTS, clock
from tests.engine.small import Watched, failure_sum, people_sum, step_sum, team_sum

ENDS = ("served", "abandoned", "sent_away", "cancelled")


@pytest.mark.parametrize("which", ["company", "faithful"])
def test_contacts_every_month_at_every_step(which: str, request: pytest.FixtureRequest) -> None:
    log = request.getfixturevalue(which).log
    arrived, open_now = step_sum(log, "arrived"), step_sum(log, "open")
    before = np.concatenate([np.zeros_like(open_now[:, :1]), open_now[:, :-1]], axis=1)
    gone = sum(step_sum(log, name) for name in ENDS)
    assert np.array_equal(arrived, gone + open_now - before)
    assert min(step_sum(log, name).min() for name in (*ENDS, "arrived", "open")) >= 0.0


def test_the_company_shows_every_way_a_contact_ends(company: Run) -> None:
    """What is conserved above is not a row of zeros."""
    for name in (*ENDS, "open", "late", "escalated", "within_target"):
        assert step_sum(company.log, name).sum() > 0.0, name


def test_counts_within_counts(company: Run) -> None:
    log = company.log
    served = step_sum(log, "served")
    for part in ("resolved", "first", "first_resolved", "late"):
        assert np.all(step_sum(log, part) <= served), part
    assert np.all(step_sum(log, "first_resolved") <= step_sum(log, "first"))
    assert np.all(step_sum(log, "first_resolved") <= step_sum(log, "resolved"))
    assert np.all(step_sum(log, "escalated") <= served - step_sum(log, "resolved"))
    assert np.all(step_sum(log, "wait_sum") <= step_sum(log, "all_wait_sum"))
    touches = served + step_sum(log, "abandoned") + step_sum(log, "sent_away")
    assert np.array_equal(step_sum(log, "ts_n"), touches)
    assert np.array_equal(log.emotion[..., column(EMOTION, "n")].sum(axis=-1), touches)


def test_customers_every_month(company: Run) -> None:
    log = company.log
    start, end, joined = (people_sum(log, n) for n in ("active_start", "active", "joined"))
    assert np.array_equal(end, start + joined - log.lost.sum(axis=-1))
    assert np.array_equal(start[:, 1:], end[:, :-1])
    assert np.array_equal(people_sum(log, "months"), start)
    assert log.lost.sum() > 300 and joined.sum() > 300


def test_leavers_are_as_many_as_their_chances_say(company: Run) -> None:
    """Lost customers against the sum of their probabilities to leave."""
    expected, lost = people_sum(company.log, "exposed").sum(), company.log.lost.sum()
    assert abs(lost - expected) < 4.0 * np.sqrt(expected)


def test_answers_add_up(company: Run) -> None:
    log = company.log
    asked, replied = people_sum(log, "asked"), people_sum(log, "csat_replied")
    named = {n: people_sum(log, n) for n in PEOPLE if n.startswith(("asked_", "replied_"))}
    passive = asked - named["asked_promoters"] - named["asked_detractors"]
    assert np.all(passive >= 0.0)
    assert np.array_equal(sum(v for n, v in named.items() if n.startswith("replied_")), replied)
    for reply, base in (
        ("promoters", named["asked_promoters"]),
        ("passives", passive),
        ("detractors", named["asked_detractors"]),
    ):
        assert np.all(named[f"replied_{reply}"] <= base)
    assert np.all(people_sum(log, "csat_satisfied") <= replied)
    start = people_sum(log, "active_start")
    assert np.all(people_sum(log, "promoters") + people_sum(log, "detractors") <= start)
    drawn = named["asked_promoters"].sum() / asked.sum()
    true = people_sum(log, "promoters").sum() / start.sum()
    assert abs(drawn - true) < 4.0 * np.sqrt(true * (1.0 - true) / asked.sum())


def test_failures_add_up(company: Run) -> None:
    log = company.log
    happened = sum(failure_sum(log, f"happened_{w}") for w in ("back", "front", "usage"))
    voiced, silent = failure_sum(log, "voiced"), failure_sum(log, "silent")
    assert np.array_equal(happened, voiced + silent)
    good = failure_sum(log, "good_fast") + failure_sum(log, "good_slow")
    closed = good + failure_sum(log, "failed")
    assert np.all(np.cumsum(closed, axis=1) <= np.cumsum(voiced, axis=1))
    assert closed.sum() > 0.5 * voiced.sum()
    assert np.all(failure_sum(log, "excellent_first") <= failure_sum(log, "good_fast"))
    assert np.all(failure_sum(log, "justice_sum") <= good + 1e-9)
    assert np.all(failure_sum(log, "repeat_failures") <= happened)
    names = [journey for journey, _ in company.plan.names.steps]
    dealt = step_sum(log, "resolved")[:, :, [j == "complaint" for j in names]].sum(axis=2)
    assert np.array_equal(dealt, closed)


def test_teams_are_their_steps(company: Run) -> None:
    place = np.asarray(company.plan.step_team)
    for name in ("arrived", "served", "abandoned", "sent_away"):
        for team in range(len(company.plan.names.teams)):
            mine = step_sum(company.log, name)[:, :, place == team].sum(axis=(2, 3))
            assert np.array_equal(team_sum(company.log, name)[..., team], mine), name
    by_hour = company.log.hours[..., column(HOURS, "arrived")].sum(axis=-1)
    assert np.array_equal(by_hour, team_sum(company.log, "arrived").sum(axis=1))


def test_staffed_minutes_are_the_roster(company: Run) -> None:
    scenario = company.scenario
    days = clock(scenario.horizon)
    open_days = {"desk": (range(6), 10 * 60 * 2), "office": (range(5), 8 * 60 * 7)}
    for team, name in enumerate(company.plan.names.teams):
        weekdays, minutes = open_days[name]
        for month in range(scenario.horizon):
            worked = sum(day % 7 in weekdays for day in range(days[month], days[month + 1]))
            staffed = team_sum(company.log, "staffed_minutes")[:, month, team]
            assert staffed == pytest.approx(worked * minutes, abs=1e-6)
    paid, staffed = team_sum(company.log, "paid_minutes"), team_sum(company.log, "staffed_minutes")
    assert paid == pytest.approx(staffed / (1.0 - 0.32))


def test_nobody_works_more_than_they_are_there(faithful: Run, company: Run) -> None:
    """Within a month; minutes of a contact are booked when it ends, so one contact a person may lap over."""
    for done in (faithful, company):
        busy, staffed = team_sum(done.log, "busy_minutes"), team_sum(done.log, "staffed_minutes")
        handled = np.asarray(done.visits["handled"]) if done.visits is not None else np.zeros(1)
        most = float(handled.max())
        people = np.array([int(h.max()) for h in done.plan.after.heads])
        assert np.all(busy.sum(axis=1) <= staffed.sum(axis=1))
        assert np.all(busy <= staffed + most * people)
        assert np.all(busy.sum(axis=1) > 0.2 * staffed.sum(axis=1))


def test_busy_minutes_are_the_handled_ones(faithful: Run) -> None:
    place = np.asarray(faithful.plan.step_team)
    for team in range(len(faithful.plan.names.teams)):
        handled = step_sum(faithful.log, "handled_minutes")[:, :, place == team].sum(axis=(2, 3))
        assert team_sum(faithful.log, "busy_minutes")[..., team] == pytest.approx(handled, rel=1e-12)


def test_d5_little_to_the_digit(faithful: Run) -> None:
    """The area under a queue is the sum of all waits in it, those still waiting at the end included."""
    end = float(clock(faithful.scenario.horizon)[-1]) * DAY
    for team, name in enumerate(faithful.plan.names.teams):
        steps = np.flatnonzero(np.asarray(faithful.plan.step_team) == team)
        waited = step_sum(faithful.log, "all_wait_sum")[0][:, steps].sum()
        area = team_sum(faithful.log, "queue_area")[0, :, team].sum()
        still = step_sum(faithful.log, "open")[0, -1][steps].sum()
        assert area > 1_000.0, name
        if still == 0:
            assert area == pytest.approx(waited, rel=1e-9), name
        else:
            assert waited <= area * (1 + 1e-12) <= waited + still * end
            assert area == pytest.approx(waited, rel=5e-3), name


def test_with_leavers_the_queue_holds_what_was_cancelled(company: Run) -> None:
    place = np.asarray(company.plan.step_team)
    for team in range(len(company.plan.names.teams)):
        area = team_sum(company.log, "queue_area")[..., team].sum()
        waited = step_sum(company.log, "all_wait_sum")[:, :, place == team].sum()
        assert waited <= area * (1.0 + 1e-12)
        assert area == pytest.approx(waited, rel=0.1)


def test_histogram_counts_those_who_were_begun(company: Run) -> None:
    """Of all contacts of teams but the calls that these make: for them nobody waits."""
    log, journeys = company.log, company.scenario.journeys
    channels = np.array([journeys[journey].steps[step].channel for journey, step in company.plan.names.steps])
    steps = (np.asarray(company.plan.step_team) >= 0) & (channels != "phone_out")
    assert step_sum(log, "served")[:, :, channels == "phone_out"].sum() > 100.0
    served = step_sum(log, "served")[:, :, steps].sum(axis=(1, 2, 3))
    cancelled = step_sum(log, "cancelled").sum(axis=(1, 2, 3))
    open_last = step_sum(log, "open")[:, -1].sum(axis=(1, 2))
    begun = log.waits.sum(axis=(1, 2, 3, 4))
    assert np.all(begun >= served) and np.all(begun <= served + cancelled + open_last)
    behind = log.hours[..., column(HOURS, "served_arrived")].sum(axis=(1, 2))
    assert np.array_equal(behind, begun)


def test_d5_little_on_the_customer_base(watched: Watched) -> None:
    """Stock summed over months is the sum of lifetimes: L = lambda W over a whole window, exactly."""
    life, _, spells = watched
    assert people_sum(life.log, "active_start").sum() == spells.sum()
    joined = people_sum(life.log, "joined").sum() + people_sum(life.log, "active_start")[0].sum()
    assert len(spells) == joined


def test_d5_year_left_counts_people(watched: Watched) -> None:
    """Of the customers twelve months before, who was away at any month end since, even if back by now."""
    life, states, _ = watched
    for month in (11, 23):
        base = states[month - 11] == 1
        stayed = np.all(np.stack(states[month - 11 : month + 2]) == 1, axis=0)
        segment = life.world.state.people["segment"]
        for g in range(2):
            here = segment == g
            assert people_sum(life.log, "year_base")[month, g] == np.sum(base & here)
            assert people_sum(life.log, "year_left")[month, g] == np.sum(base & ~stayed & here)
    others = np.delete(people_sum(life.log, "year_base"), [11, 23], axis=0)
    assert not others.any()


def test_satisfaction_is_that_of_the_people(watched: Watched) -> None:
    life, _, _ = watched
    people = life.world.state.people
    for g in range(2):
        mine = people[(people["status"] == CUSTOMER) & (people["segment"] == g)]
        assert people_sum(life.log, "active")[-1, g] == len(mine)
        for what in ("satisfaction", "expectation"):
            logged = getattr(life.log, what)[-1, g]
            assert logged == pytest.approx(mine[what].astype(float).sum(axis=0), rel=1e-9)
            assert np.all((mine[what] >= 0.0) & (mine[what] <= 10.0))


def test_the_roster_is_what_was_written(company: Run) -> None:
    heads = company.plan.after.heads
    quarter = np.arange(SLOTS)
    day, hour = quarter // 96, quarter % 96 / 4.0
    assert np.array_equal(heads[0], np.where((day < 6) & (hour >= 9) & (hour < 19), 2, 0))
    assert np.array_equal(heads[1], np.where((day < 5) & (hour >= 9) & (hour < 17), 7, 0))


def test_spend_is_of_the_customers(company: Run) -> None:
    """Revenue multipliers average one: a contract by construction, a repertoire by calibration."""
    mean = people_sum(company.log, "spend").sum(axis=(0, 1)) / people_sum(company.log, "months").sum(axis=(0, 1))
    sigma = np.sqrt(np.exp(1.07**2) - 1.0)
    assert mean[0] == pytest.approx(1.0, abs=4.0 * sigma / np.sqrt(1_200))
    among_brands = np.sqrt(np.exp(1.07**2) * (1.0 + 1.0 / 1.5) - 1.0)  # wallets times rates of purchase
    assert mean[1] == pytest.approx(1.0, abs=4.0 * among_brands * np.sqrt(1.5 / 800))  # two replicates, one calibration
    assert people_sum(company.log, "trips")[..., 0].sum() == 0 < people_sum(company.log, "trips")[..., 1].sum()
