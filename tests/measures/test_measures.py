"""Measures: hand-worked cases to the digit, totals that add up, nothing divided by nothing."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cemsim.base.records import CAMPAIGNS, FAILURES, PEOPLE, SCHEMES, STEPS, TEAMS, WAIT_BINS, WAIT_EDGES
from cemsim.base.words import CAUSES
from cemsim.measures import KPIS, Books, books
from cemsim.measures.curves import WEEKEND, WORKDAYS, day_profile, emotion, stage_by_channel
from cemsim.measures.money import contribution, lifetime_value, revenue, staff, staff_by_team
from cemsim.measures.waits import percentile
from cemsim.scenario.schema.schemes import Earned
from tests.synthetic import empty_log, put, run


@pytest.fixture(scope="module")
def plausible() -> Books:
    points = Earned(earn=1.0, worth=0.01, breakage=0.25)
    card = SimpleNamespace(runs=True, points=points, stamps=None, club=SimpleNamespace(fee=2.0))
    letters = SimpleNamespace(runs=True, message_cost=None, cost=500.0)
    made = run(lift=0.05, replicates=3, schemes={"card": card}, campaigns={"letters": letters})
    put(made.log.schemes, SCHEMES, members=900.0, paying=900.0, issued=4_000.0, issued_anyway=3_600.0, given=50.0,
        redeemed=3_000.0, expired=200.0, forfeited=100.0, outstanding=9_000.0, more_trips=40.0, sales=800.0,
        discounts=8.0, discounts_anyway=7.0)  # fmt: skip
    put(made.log.campaigns, CAMPAIGNS, sent=5_000.0, woken=20.0, running=1.0)
    put(made.log.teams, TEAMS, jobs=20.0, present=18.0, staff=17.0, left=1.0, productivity_sum=17.0, morale_sum=120.0)
    return books(made)


def empty(months: int = 2) -> Books:
    made = run(months=1, replicates=1)
    made.log = empty_log(1, months)
    return books(made)


def test_churn_by_hand() -> None:
    book = empty()
    put(book.log.people[0, 0], PEOPLE, active_start=[1000.0, 500.0])
    put(
        book.log.people[0, 1],
        PEOPLE,
        active_start=[990.0, 480.0],
        year_base=[1000.0, 600.0],
        year_left=[100.0, 180.0],
    )
    book.log.lost[0, 0, 0, CAUSES.index("service")] = 10
    book.log.lost[0, 0, 1, CAUSES.index("product")] = 20
    book.log.lost[0, 1, 0, CAUSES.index("service")] = 5
    # 280 of 1600 left within the year
    assert KPIS["churn"].total(book)[0] == 0.175
    assert KPIS["churn"].total(book, ("segment",))[0].tolist() == [0.1, 0.3]
    assert KPIS["retention"].total(book)[0] == 0.825
    assert np.isnan(KPIS["churn"].monthly(book)[0, 0])
    # 35 lost of 1000 + 500 + 990 + 480 = 2970 starting a month
    assert KPIS["loss_rate"].total(book)[0] == pytest.approx(1 - (1 - 35 / 2970) ** 12, rel=1e-12)
    assert KPIS["loss_rate"].total(book, ("segment",))[0, 1] == pytest.approx(1 - (1 - 20 / 980) ** 12)
    assert KPIS["share_service"].total(book)[0] == pytest.approx(15 / 35)
    assert KPIS["churn_service"].total(book)[0] == pytest.approx(0.175 * 15 / 35)
    assert KPIS["lost_product"].total(book)[0] == 20
    by_cause = sum(KPIS[f"churn_{cause}"].total(book)[0] for cause in CAUSES)
    assert by_cause == pytest.approx(KPIS["churn"].total(book)[0], rel=1e-12)


def test_net_promoter_score_is_a_ratio_of_sums() -> None:
    book = empty()
    put(book.log.people[0, 0], PEOPLE, months=[100.0, 0.0], promoters=[60.0, 0.0], detractors=[10.0, 0.0])
    put(book.log.people[0, 1], PEOPLE, months=[300.0, 0.0], promoters=[90.0, 0.0], detractors=[90.0, 0.0])
    assert KPIS["nps"].monthly(book)[0].tolist() == [50.0, 0.0]
    assert KPIS["nps"].total(book)[0] == 12.5  # (60-10+90-90) of 400, not the mean of 50 and 0
    assert np.isnan(KPIS["nps"].total(book, ("segment",))[0, 1])


def test_surveyed_score_counts_those_who_replied() -> None:
    book = empty(1)
    put(book.log.people[0, 0], PEOPLE, replied_promoters=22, replied_passives=15, replied_detractors=16)
    assert KPIS["nps_survey"].total(book)[0] == pytest.approx(100 * 6 / 53)


def test_satisfaction_weighs_attributes_by_importance() -> None:
    book = empty(1)
    put(book.log.people[0, 0], PEOPLE, active=[10.0, 30.0])
    book.log.satisfaction[0, 0] = np.array([10.0, 30.0])[:, None] * np.array([8, 7, 6, 5, 4, 3.0])
    expected = 0.33 * 8 + 0.20 * 7 + 0.11 * 6 + 0.12 * (5 + 4 + 3)
    assert KPIS["satisfaction"].total(book)[0] == pytest.approx(expected)
    assert KPIS["satisfaction_service"].total(book)[0] == pytest.approx(7.0)


def test_service_by_hand() -> None:
    book = empty(1)
    call = book.log.steps[0, 0, 1]
    put(
        call,
        STEPS,
        arrived=[100.0, 50.0],
        served=[80.0, 40.0],
        abandoned=[15.0, 5.0],
        sent_away=[5.0, 5.0],
        wait_sum=[160.0, 20.0],
        within_target=[60.0, 39.0],
        first=[70.0, 30.0],
        first_resolved=[42.0, 18.0],
    )
    put(book.log.people[0, 0], PEOPLE, months=[600.0, 600.0])
    put(book.log.teams[0, 0, 0], TEAMS, busy_minutes=850.0, staffed_minutes=1000.0)
    team = ("team",)
    assert KPIS["wait"].total(book, team)[0, 0] == 180 / 120
    assert KPIS["wait"].total(book, ("team", "segment"))[0, 0].tolist() == [2.0, 0.5]
    assert KPIS["within_target"].total(book, team)[0, 0] == 99 / 120
    assert KPIS["abandonment"].total(book, team)[0, 0] == 20 / 150
    assert KPIS["sent_away"].total(book, team)[0, 0] == 10 / 150
    assert KPIS["first_contact"].total(book, team)[0, 0] == 0.6
    assert KPIS["occupancy"].total(book, team)[0, 0] == 0.85
    assert KPIS["contacts"].total(book)[0] == 150
    assert KPIS["contacts_per_customer"].total(book)[0] == 1.5
    assert np.isnan(KPIS["wait"].total(book, team)[0, 1])


def test_promises_and_targets() -> None:
    book = empty(1)
    put(
        book.log.steps[0, 0, 1], STEPS, served=100.0, within_target=80.0, late=100.0
    )  # no promise on the phone
    put(book.log.steps[0, 0, 2], STEPS, served=50.0, within_target=1.0, late=10.0)  # promised within 48 hours
    late = KPIS["late"].total(book, ("team",))[0]
    assert np.isnan(late[0])
    assert late[1] == 0.2
    target = KPIS["within_target"].total(book, ("team",))[0]
    assert target[0] == 0.8
    assert np.isnan(target[1])


def test_first_walk_ends_at_the_last_step() -> None:
    book = empty(1)
    steps = book.log.steps[0, 0]
    # 100 issues: 13 end on the web, 60 of 87 on the phone, 20 of 27 at the second line; 7 come back
    for step, (first, resolved) in enumerate([(100, 13), (87, 60), (27, 20)]):
        put(steps[step, 0], STEPS, first=float(first), first_resolved=float(resolved))
    assert KPIS["first_walk"].total(book, ("journey",))[0, 0] == 0.93


def test_money_by_hand() -> None:
    book = empty(1)
    put(book.log.people[0, 0], PEOPLE, spend=[100.0, 50.0], joined=[2.0, 0.0], months=[100.0, 50.0])
    put(book.log.steps[0, 0, 0], STEPS, served=[10.0, 10.0])  # self-service at 0.10 each
    put(book.log.steps[0, 0, 1], STEPS, handled_minutes=[90.0, 30.0])
    put(book.log.teams[0, 0, 0], TEAMS, paid_minutes=240.0)  # 4 hours at 21
    put(book.log.teams[0, 0, 1], TEAMS, paid_minutes=60.0)  # 1 hour at 21, nobody served
    put(book.log.failures[0, 0], FAILURES, compensation=[0.5, 0.0])
    # revenue 48 and 40 a month, margin .5, acquisition 350
    assert KPIS["revenue"].total(book, ("segment",))[0].tolist() == [4800.0, 2000.0]
    assert KPIS["compensation"].total(book)[0] == 24.0
    assert staff(book)[0, 0] == pytest.approx([84 * 0.75 + 21 * 2 / 3, 84 * 0.25 + 21 / 3])
    assert KPIS["cost_to_serve"].total(book)[0] == pytest.approx(84 + 21 + 2 + 24)
    assert KPIS["cost_per_customer"].total(book)[0] == pytest.approx(131 / 150 * 12)
    assert KPIS["contribution"].total(book)[0] == pytest.approx(3400 - 131 - 700)


def test_lifetime_value_as_published() -> None:
    # model.md D10: retention .8, margin 100, discount 10 %
    assert float(lifetime_value(np.array(100.0), np.array(0.8), 0.1)) == pytest.approx(266.67, abs=0.005)


def test_lifetime_value_by_hand() -> None:
    book = empty(1)
    put(book.log.people[0, 0], PEOPLE, spend=[12.0, 0.0], months=[12.0, 0.0], active_start=[12.0, 0.0])
    # no loss: r = 1, m = 12 * 48 * .5, i = .1
    assert KPIS["lifetime_value"].total(book, ("segment",))[0, 0] == pytest.approx(288 / 0.1)
    put(book.log.people[0, 0], PEOPLE, year_base=[100.0, 0.0], year_left=[20.0, 0.0])
    assert KPIS["lifetime_value"].total(book, ("segment",))[0, 0] == pytest.approx(288 * 0.8 / 0.3)


@pytest.mark.parametrize("name", KPIS)
def test_sums_add_up_over_groups(name: str, plausible: Books) -> None:
    kpi = KPIS[name]
    if kpi.value.__name__ != "amount" or () not in kpi.cuts:
        return
    whole = kpi.total(plausible)
    for keep in kpi.cuts:
        parts = kpi.total(plausible, keep)
        assert parts.reshape(len(whole), -1).sum(axis=1) == pytest.approx(whole, rel=1e-12)
    if not kpi.last:
        assert kpi.monthly(plausible).sum(axis=1) == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("name", KPIS)
def test_every_measure_stays_within_its_bounds(name: str, plausible: Books) -> None:
    kpi = KPIS[name]
    if name.startswith("calls_made"):                                    # its centre calls instead of being called
        plausible = replace(plausible, step_channel=np.full_like(plausible.step_channel, "phone_out", dtype="U9"))
    for keep in kpi.cuts:
        for values in (kpi.monthly(plausible, keep), kpi.total(plausible, keep)):
            assert np.isfinite(values).any()
            assert (np.isnan(values) | ((values >= kpi.bounds[0]) & (values <= kpi.bounds[1]))).all()


@pytest.mark.parametrize("name", KPIS)
def test_an_empty_log_measures_nothing_and_breaks_nothing(name: str) -> None:
    book = empty()
    for keep in KPIS[name].cuts:
        values = KPIS[name].total(book, keep)
        assert (np.isnan(values) | (values == 0)).all()


def test_pay_is_shared_out_whole(plausible: Books) -> None:
    assert staff(plausible).sum(axis=-1) == pytest.approx(staff_by_team(plausible).sum(axis=-1), rel=1e-12)
    assert (contribution(plausible) < revenue(plausible)).all()


def test_percentile_by_hand() -> None:
    counts = np.zeros(WAIT_BINS)
    counts[0], counts[10], counts[20] = 50, 40, 10
    assert percentile(counts, 0.5) == 0.0
    assert percentile(counts, 0.9) == pytest.approx(WAIT_EDGES[10])
    assert percentile(counts, 0.7) == pytest.approx((WAIT_EDGES[9] + WAIT_EDGES[10]) / 2)
    assert percentile(counts, 0.95) == pytest.approx((WAIT_EDGES[19] + WAIT_EDGES[20]) / 2)
    counts[-1] = 1000
    assert percentile(counts, 0.9) == WAIT_EDGES[-2]
    assert np.isnan(percentile(np.zeros(WAIT_BINS), 0.9))


def test_percentile_of_exponential_waits() -> None:
    waits = np.random.default_rng(3).exponential(2.0, 200_000)
    counts = np.bincount(np.searchsorted(WAIT_EDGES, waits), minlength=WAIT_BINS).astype(float)
    assert percentile(counts, 0.9) == pytest.approx(2 * np.log(10), rel=0.02)


def test_curves(plausible: Books) -> None:
    assert emotion(plausible).shape == (3, 4, 2, 2)
    table = stage_by_channel(plausible)
    assert table.shape == (3, 3, 7)
    assert np.isfinite(table).sum() == 3 * 4
    arrived = day_profile(plausible, WORKDAYS, "arrived") * 5 + day_profile(plausible, WEEKEND, "arrived") * 2
    weeks = 36 * 365 / 12 / 7
    assert arrived.sum() * weeks == pytest.approx(plausible.log.hours[..., 0].sum())
    assert np.isnan(day_profile(plausible, WORKDAYS, "wait")[0, 0, 3])


def test_what_is_owed_for_points(plausible: Books) -> None:
    """9,000 points in each of two segments, worth a cent, a quarter of them never used."""
    owed = 2 * 9_000 * 0.01 * 0.75
    assert KPIS["points_liability"].total(plausible) == pytest.approx(owed)
    earned, sold = 2 * 4_000 * 0.01 * 0.75, 800.0 * (48.0 + 40.0)
    assert KPIS["deferred_revenue"].total(plausible) == pytest.approx(owed / (1.0 + earned / sold))
    month = 2 * 3_600 * 0.01 * 0.75 + 7.0 * (48.0 + 40.0)
    assert KPIS["deadweight"].total(plausible) == pytest.approx(36 * month)
    paid = 2 * 3_000 * 0.01 + 8.0 * (48.0 + 40.0)
    assert KPIS["rewards"].total(plausible) == pytest.approx(36 * paid)
    assert KPIS["club_fees"].total(plausible) == pytest.approx(36 * 2 * 900.0 * 2.0)
    assert KPIS["campaign_cost"].total(plausible) == pytest.approx(36 * 2 * 500.0)   # running is put in both segments


def test_a_contribution_counts_rewards_fees_and_campaigns(plausible: Books) -> None:
    without = replace(plausible, worth=np.zeros(1), fee=np.zeros(1), campaign_cost=np.zeros(1))
    gap = KPIS["contribution"].total(plausible) - KPIS["contribution"].total(without)
    used, fees, spoken = (KPIS[n].total(plausible) for n in ("rewards", "club_fees", "campaign_cost"))
    assert gap == pytest.approx(fees - spoken - (used - KPIS["rewards"].total(without)))
