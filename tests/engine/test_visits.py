"""The visit table and the log tell the same story, to the digit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from cemsim import load, run
from cemsim.base.records import EMOTION, HOURS, WAIT_EDGES, column
from cemsim.engine.law import DAY
from cemsim.engine.log import Log
from cemsim.experiment import Run
from cemsim.measures import KPIS, money
from cemsim.measures.books import books
from cemsim.plan.tables import clock
from tests.engine.small import step_sum, team_sum


def test_d5_little_month_by_month(faithful: Run, faithful_visits: pd.DataFrame) -> None:
    """Rebuilt from the visits alone: contact-minutes in the queue, month by month."""
    days = clock(faithful.scenario.horizon).astype(float) * DAY
    names = [faithful.plan.names.teams[t] if t >= 0 else "" for t in faithful.plan.step_team]
    team_of = {step: names[i] for i, step in enumerate(faithful.plan.names.steps)}
    table = faithful_visits
    team = np.array([team_of[pair] for pair in zip(table["journey"], table["step"], strict=True)])
    for number, name in enumerate(faithful.plan.names.teams):
        arrived = table["arrived"].to_numpy()[team == name]
        left_queue = arrived + table["waited"].to_numpy()[team == name]
        for month in range(faithful.scenario.horizon - 1):  # who waits at the very end has no visit yet
            inside = np.clip(left_queue, days[month], days[month + 1]) - np.clip(arrived, days[month], days[month + 1])
            area = team_sum(faithful.log, "queue_area")[0, month, number]
            assert area == pytest.approx(inside.sum(), rel=1e-9, abs=1e-6)


def test_waits_fall_into_their_bins(faithful: Run, faithful_visits: pd.DataFrame) -> None:
    """The histogram of waits is that of the visits, by month in which handling began; for our calls nobody waits."""
    names, journeys = faithful.plan.names, faithful.scenario.journeys
    ours = [f"{one}.{step}" for one, step in names.steps if journeys[one].steps[step].channel == "phone_out"]
    served = faithful_visits[faithful_visits["outcome"] == "served"]
    made = (served["journey"].astype(str) + "." + served["step"].astype(str)).isin(ours)
    assert made.sum() > 100
    table = served[~made]
    days = clock(faithful.scenario.horizon).astype(float) * DAY
    where = dict(zip(names.steps, faithful.plan.step_team, strict=True))
    team = np.array([where[pair] for pair in zip(table["journey"], table["step"], strict=True)])
    segment = table["segment"].cat.codes.to_numpy()
    waited, begun = table["waited"].to_numpy(), (table["arrived"] + table["waited"]).to_numpy()
    month = np.searchsorted(days, begun, side="right") - 1
    place = np.searchsorted(WAIT_EDGES, waited, side="left")
    found = np.zeros_like(faithful.log.waits[0])
    np.add.at(found, (month, team, segment, place), 1.0)
    missing = faithful.log.waits[0] - found  # in the last month some are still being handled
    assert not missing[:-1].any()
    assert missing.min() >= 0.0
    assert missing.sum() <= step_sum(faithful.log, "open")[0, -1].sum()


def by_cell(run_: Run, table: pd.DataFrame, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum a visit's numbers into ``[month, step, segment]``, in order of time."""
    names = run_.plan.names
    number = {pair: i for i, pair in enumerate(names.steps)}
    step = np.array([number[pair] for pair in zip(table["journey"], table["step"], strict=True)])
    found = np.zeros((run_.scenario.horizon, len(names.steps), len(names.segments)))
    np.add.at(found, (table["month"].to_numpy(), step, table["segment"].cat.codes.to_numpy()), values)
    return found


def test_visits_are_the_log_to_the_digit(company: Run, visits: pd.DataFrame) -> None:
    log = Log(*(part[0] for part in company.log))
    outcome = visits["outcome"].astype(str).to_numpy()
    served = np.isin(outcome, ("served", "self_served"))
    ones = np.ones(len(visits))
    for name, mask in (
        ("served", served),
        ("abandoned", outcome == "abandoned"),
        ("sent_away", outcome == "sent_away"),
        ("resolved", visits["resolved"].to_numpy()),
        ("ts_n", ones > 0),
    ):
        assert np.array_equal(step_sum(log, name), by_cell(company, visits, np.where(mask, 1.0, 0.0))), name
    assert np.array_equal(step_sum(log, "handled_minutes"), by_cell(company, visits, visits["handled"].to_numpy()))
    assert np.array_equal(step_sum(log, "ts_sum"), by_cell(company, visits, visits["satisfaction"].to_numpy()))
    felt = log.emotion[..., column(EMOTION, "sum")].sum(axis=-1)
    assert felt == pytest.approx(by_cell(company, visits, visits["emotion"].to_numpy()), abs=1e-6)
    gone = np.isin(outcome, ("abandoned", "sent_away"))
    waited = by_cell(company, visits, visits["waited"].to_numpy()).sum(axis=0)
    assert step_sum(log, "all_wait_sum").sum(axis=0) == pytest.approx(waited, rel=1e-2)
    for_nothing = by_cell(company, visits, np.where(gone, visits["waited"].to_numpy(), 0.0))
    extra = (step_sum(log, "all_wait_sum") - step_sum(log, "wait_sum")).sum(axis=0)
    assert extra == pytest.approx(for_nothing.sum(axis=0), rel=1e-9, abs=1e-6)


def test_visits_of_the_faithful_agree_on_waits(faithful: Run, faithful_visits: pd.DataFrame) -> None:
    """Nobody leaves: each wait that was logged when handling began has its visit, but for those still handled."""
    waited = faithful_visits["waited"].to_numpy()
    served = (faithful_visits["outcome"] == "served").to_numpy()
    found = by_cell(faithful, faithful_visits, np.where(served, waited, 0.0))[:-1].sum(axis=0)
    squares = by_cell(faithful, faithful_visits, np.where(served, waited * waited, 0.0)).sum(axis=0)
    assert np.all(step_sum(faithful.log, "wait_sum")[0].sum(axis=0) >= found * (1.0 - 1e-12))
    assert step_sum(faithful.log, "wait_sq")[0].sum(axis=0) == pytest.approx(squares, rel=0.02)
    target = [
        faithful.scenario.teams[faithful.plan.names.teams[t]].target.within if t >= 0 else -1.0
        for t in faithful.plan.step_team
    ]
    number = {pair: i for i, pair in enumerate(faithful.plan.names.steps)}
    step = np.array([number[pair] for pair in zip(faithful_visits["journey"], faithful_visits["step"], strict=True)])
    prompt = np.bincount(step[served & (waited <= np.array(target)[step])], minlength=len(number))
    logged = step_sum(faithful.log, "within_target")[0].sum(axis=(0, 2))
    assert np.all(prompt <= logged)
    assert np.all(logged <= prompt + step_sum(faithful.log, "open")[0, -1].sum(axis=1))


def test_a_visit_is_whole(visits: pd.DataFrame) -> None:
    assert np.all(visits["waited"] >= 0.0)
    live = visits[visits["outcome"] == "served"]  # back-office work pauses at night
    assert np.all(live["left"] + 1e-6 >= live["arrived"] + live["waited"] + live["handled"])
    assert np.all(np.diff(visits["left"]) >= 0.0)
    others = visits[visits["outcome"] != "served"]
    assert not others["handled"].any()
    assert np.allclose(others["left"], others["arrived"] + others["waited"])


@pytest.fixture(scope="module")
def passed_on() -> Run:
    """A company in which rules pass contacts on, on arrival, while waiting and at the end."""
    world = load("tests/parity/worlds/everything.yaml")
    crowd = {name: people.model_copy(update={"customers": 600}) for name, people in world.segments.items()}
    market = world.market.model_copy(update={"people": 1400})
    return run(world.model_copy(update={"segments": crowd, "market": market}), replicates=1, events=True)[0]


def test_contacts_that_rules_pass_on_count_for_the_team_that_took_them(passed_on: Run) -> None:
    """How each contact ended, and its minutes, are those of the team's visits; callers' waits are those by hour."""
    opened, table = books(passed_on), passed_on.visits[passed_on.visits["team"] != ""]
    names, shape = passed_on.plan.names, passed_on.log.waits.shape[1:4]
    own = dict(zip(names.steps, passed_on.plan.step_team, strict=True))
    team = np.array([names.teams.index(name) for name in table["team"]])
    step = np.array([own[pair] for pair in zip(table["journey"], table["step"], strict=True)])
    cells = (table["month"].to_numpy(), team, table["segment"].cat.codes.to_numpy())
    outcome = table["outcome"].to_numpy()
    assert min(((step != team) & (outcome == how)).sum() for how in ("served", "abandoned", "sent_away")) > 20

    def by_visits(chosen: NDArray[np.bool_], values: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.zeros(shape)
        np.add.at(found, tuple(part[chosen] for part in cells), values[chosen])
        return found

    ones = np.ones(len(table))
    for how in ("served", "abandoned", "sent_away"):
        assert np.array_equal(opened.of_contacts(how)[0, ..., 0], by_visits(outcome == how, ones))
    told = opened.of_contacts("arrived", "served", "abandoned", "sent_away").sum(axis=3)
    assert np.array_equal(told, opened.of_teams("arrived", "served", "abandoned", "sent_away"))
    handled = by_visits(outcome == "served", table["handled"].to_numpy())
    assert np.allclose(opened.of_contacts("handled_minutes")[0, ..., 0], handled, rtol=1e-12)
    by_hour = passed_on.log.hours[0, ..., column(HOURS, "wait_sum")].sum(axis=-1)
    assert np.allclose(opened.of_callers("wait_sum")[0, ..., 0].sum(axis=(0, 2)), by_hour, rtol=1e-12)
    assert opened.of_contacts("wait_sum").sum() == pytest.approx(opened.of_steps("wait_sum").sum(), rel=1e-12)
    ended = np.bincount(team[step != team], minlength=len(names.teams))
    without, still = (opened.by_taker(*what)[1][0] for what in (("cancelled", "moved"), ("open",)))
    ended[list(opened.takers)] += (without.sum(axis=(0, 2, 3, 4)) + still[-1].sum(axis=(1, 2, 3))).astype(np.int64)
    assert np.array_equal(KPIS["passed"].total(opened, ("team",))[0], ended)
    worked = opened.of_contacts("handled_minutes")[..., 0].sum(axis=-1) > 0.0
    charged = money.staff_by_step(opened).sum(axis=(2, 3))
    assert np.allclose(charged, (money.staff_by_team(opened) * worked).sum(axis=-1), rtol=1e-12)


def test_the_service_level_counts_who_hung_up(company: Run, visits: pd.DataFrame) -> None:
    """Of all visits to the desk; letters have no service level."""
    opened = books(company)
    desk = company.plan.names.teams.index("desk")
    target = company.scenario.teams["desk"].target.within
    told = KPIS["service_level"].total(opened, ("team",))
    assert np.isnan(told[:, 1 - desk]).all() and len(company.plan.names.teams) == 2
    came = visits[visits["team"] == "desk"]
    in_time = (came["outcome"] == "served") & (came["waited"] <= target)
    assert (came["outcome"] == "abandoned").sum() > 100
    assert told[0, desk] == pytest.approx(in_time.mean(), abs=2e-3)
    assert (told[:, desk] < KPIS["within_target"].total(opened, ("team",))[:, desk] - 0.01).all()
