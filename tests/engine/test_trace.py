"""Recorded arrivals, laws, opening hours, and ties made on purpose: contact by contact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from cemsim.engine.law import DAY, WEEK
from cemsim.engine.state import OUTCOMES
from cemsim.plan.tables import clock
from tests.engine.small import DESK, Life, lived, step_sum, team_sum, unmoved, written

NINE, TEN = 9 * 60.0, 10 * 60.0
SERVED, ABANDONED, SENT_AWAY = (OUTCOMES.index(name) for name in ("served", "abandoned", "sent_away"))


def fixed(minutes: float) -> str:
    return f"{{kind: deterministic, mean: {minutes} min}}"


def replayed(
    folder: Path, stamps: list[Any], team: str, step: str = "handling: " + fixed(5), more: str = "", **changes: str
) -> Life:
    """A desk that takes recorded calls; ``more`` is further journeys."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "calls.csv").write_text("time\n" + "".join(f"{s}\n" for s in stamps))
    call = f"  call: {{starts: trace, trace: calls.csv, steps: {{talk: {{team: desk, {step}}}}}}}\n"
    text = DESK.format(people="2_000", journeys=call + more, teams=f"  desk: {{{team}}}")
    for old, new in changes.items():
        text = text.replace(f"{old}: {'2 months' if old == 'horizon' else '0 months'}", f"{old}: {new}")
    scenario = written(folder, text)
    return lived(scenario, unmoved(scenario))


def told(life: Life) -> list[tuple[float, int, float, float]]:
    """Each contact in order of arrival: when, how it ended, how long it waited, when it was over."""
    visits = np.sort(life.visits, order=["arrived", "issue"])
    return [(float(v["arrived"]), int(v["outcome"]), float(v["waited"]), float(v["left"])) for v in visits]


# --- recorded traces


def test_a_trace_is_replayed_to_the_minute(tmp_path: Path) -> None:
    stamps = np.sort(np.random.default_rng(1).uniform(0, 50_000, 3_000)).round(4)
    life = replayed(tmp_path, stamps.tolist(), "on_shift: 900, patience: none")
    assert np.array_equal(np.sort(life.visits["arrived"]), stamps)
    assert step_sum(life.log, "arrived").sum() == 3_000


def test_time_stamps_keep_weekday_and_hour(tmp_path: Path) -> None:
    """Monday 4 March 2024 is minute 0; traces begin on the first Monday of the horizon."""
    stamps = ["2024-03-06T09:15:30", "2024-03-06T09:15:30", "2024-03-08T23:59:00", "2024-04-01T00:00:00"]
    life = replayed(tmp_path, stamps, "on_shift: 9", burn_in="1 month")
    monday = 5 * WEEK  # the horizon begins on day 31, a Thursday
    wanted = [2 * DAY + 555.5, 2 * DAY + 555.5, 5 * DAY - 1.0, 4 * WEEK]
    assert [t for t, *_ in told(life)] == [monday + t for t in wanted]


def test_a_trace_ends_with_the_horizon(tmp_path: Path) -> None:
    life = replayed(tmp_path, [10.0, 30 * DAY, 31 * DAY, 58.5 * DAY, 59 * DAY, 300 * DAY], "on_shift: 9")
    assert [t for t, *_ in told(life)] == [10.0, 30 * DAY, 31 * DAY, 58.5 * DAY]
    assert step_sum(life.log, "arrived").sum(axis=(1, 2)).tolist() == [2.0, 2.0]


def test_people_behind_a_trace_are_drawn_evenly(tmp_path: Path) -> None:
    life = replayed(tmp_path, list(range(40_000)), "on_shift: 900")
    calls = np.bincount(life.visits["person"], minlength=2_000)
    assert stats.chisquare(calls).pvalue > 1e-4


# --- arrivals by need


def needs(folder: Path, months: int, journeys: str) -> Life:
    text = DESK.format(people="2_000", journeys=journeys, teams="  desk: {on_shift: 900}")
    scenario = written(folder, text.replace("horizon: 2", f"horizon: {months}"))
    return lived(scenario, unmoved(scenario))


def test_days_differ_as_much_as_is_written(tmp_path: Path) -> None:
    """Variance over mean of daily counts is 1 for Poisson days and 1 + cv^2 mean for gamma ones."""
    step = "steps: {talk: {team: desk, handling: 1 min}}"
    life = needs(
        tmp_path, 24, f"  calm: {{need: 30 /year, {step}}}\n  wild: {{need: 30 /year, overdispersion: 0.3, {step}}}"
    )
    days = int(clock(24)[-1])
    mean = 2_000 * 30 / 365
    band = 4.0 * np.sqrt(2.0 / days)
    for journey, wanted in ((0, 1.0), (1, 1.0 + 0.3**2 * mean)):
        mine = life.visits["arrived"][life.visits["journey"] == journey]
        counts = np.bincount((mine / DAY).astype(int), minlength=days)
        assert counts.mean() == pytest.approx(mean, abs=4.0 * np.sqrt(wanted * mean / days))
        assert counts.var(ddof=1) / counts.mean() == pytest.approx(wanted, rel=1.5 * band)


def test_arrivals_follow_the_profile(tmp_path: Path) -> None:
    weight = {(day, hour): (day + 1) * (hour - 7) for day in range(6) for hour in range(8, 20)}
    rows = "".join(f"{d},{h},{w}\n" for (d, h), w in weight.items())
    (tmp_path / "phone.csv").write_text("weekday,hour,weight\n" + rows)
    life = needs(
        tmp_path, 12, "  call: {need: 20 /year, profile: phone.csv, steps: {talk: {team: desk, handling: 1 min}}}"
    )
    hour_of_week = (life.visits["arrived"] / 60.0).astype(int) % 168
    hours = (np.arange(int(clock(12)[-1]) * 24)) % 168
    expected = np.bincount(hours, minlength=168) * np.array(
        [weight.get((h // 24, h % 24), 0) for h in range(168)], dtype=float
    )
    counts = np.bincount(hour_of_week, minlength=168)
    assert not counts[expected == 0].any()
    open_now = expected > 0
    total = counts.sum()
    assert stats.chisquare(counts[open_now], expected[open_now] / expected.sum() * total).pvalue > 1e-4
    assert total == pytest.approx(
        2_000 * 20 * expected.sum() / 365 / 24 / np.mean(list(weight.values())) / 72 * 168, rel=0.03
    )


# --- laws

LAWS = {
    "exponential": ("{kind: exponential, mean: 4 min}", 4.0, 1.0, stats.expon(scale=4.0)),
    "deterministic": ("{kind: deterministic, mean: 4 min}", 4.0, 0.0, None),
    "lognormal": ("{kind: lognormal, mean: 4 min, cv: 0.8}", 4.0, 0.8,
                  stats.lognorm(np.sqrt(np.log(1.64)), scale=4.0 / np.sqrt(1.64))),
    "gamma": ("{kind: gamma, mean: 4 min, cv: 0.5}", 4.0, 0.5, stats.gamma(4.0, scale=1.0)),
    "weibull": ("{kind: weibull, mean: 4 min, cv: 0.5}", 4.0, 0.5, stats.weibull_min(2.1013491, scale=4.5163)),
    "gamma_wide": ("{kind: gamma, mean: 4 min, cv: 1.6}", 4.0, 1.6, stats.gamma(1 / 2.56, scale=4.0 * 2.56)),
    "weibull_wide": ("{kind: weibull, mean: 4 min, cv: 1.5}", 4.0, 1.5, None),
}  # fmt: skip


@pytest.fixture(scope="module")
def handled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NDArray[np.float64]]:
    """Minutes of handling by each law, drawn by the engine."""
    folder = tmp_path_factory.mktemp("laws")
    times = np.round(np.random.default_rng(4).gamma(2.0, 2.0, 400), 3)
    (folder / "times.csv").write_text("minutes\n" + "".join(f"{t}\n" for t in times))
    laws = {name: law for name, (law, *_) in LAWS.items()} | {"empirical": "{kind: empirical, file: times.csv}"}
    journeys = "".join(
        f"  {name}: {{need: 60 /year, steps: {{talk: {{team: desk, handling: {law}}}}}}}\n"
        for name, law in laws.items()
    )
    life = needs(folder, 2, journeys)
    found = {
        name: np.asarray(life.visits["handled"][life.visits["journey"] == i], dtype=float)
        for i, name in enumerate(laws)
    }
    return found | {"times": times}


@pytest.mark.parametrize("name", LAWS)
def test_a_law_keeps_its_mean_and_spread(handled: dict[str, NDArray[np.float64]], name: str) -> None:
    _, mean, cv, law = LAWS[name]
    x = handled[name]
    assert len(x) > 15_000
    if cv == 0.0:
        assert np.all(x == mean)
        return
    assert x.mean() == pytest.approx(mean, abs=4.0 * mean * cv / np.sqrt(len(x)))
    squares = (x - mean) ** 2
    assert squares.mean() == pytest.approx((mean * cv) ** 2, abs=4.0 * squares.std() / np.sqrt(len(x)))
    if law is not None:
        assert stats.kstest(x, law.cdf).pvalue > 1e-4


def test_an_empirical_law_is_its_file(handled: dict[str, NDArray[np.float64]]) -> None:
    x, times = handled["empirical"], handled["times"]
    assert x.min() >= times.min() * 0.99 and x.max() <= times.max() * 1.01
    assert x.mean() == pytest.approx(times.mean(), abs=4.0 * times.std() / np.sqrt(len(x)))
    assert x.std() / x.mean() == pytest.approx(times.std() / times.mean(), rel=0.04)
    shares = np.linspace(0.05, 0.95, 19)
    assert np.quantile(x, shares) == pytest.approx(np.quantile(times, shares), rel=0.04)


# --- opening hours

OFFICE = 'works: back_office, on_shift: 1, open: "09:00-17:00 mon-fri"'


def test_back_office_work_pauses_at_night_and_over_the_weekend(tmp_path: Path) -> None:
    """Twelve hours of work begun on Monday at ten end on Tuesday at two; on Friday at four, on Tuesday at twelve."""
    friday = 4 * DAY
    life = replayed(tmp_path, [TEN, friday + 16 * 60], OFFICE, "handling: " + fixed(720) + ", promise: 30 h")
    first, second = told(life)
    assert first == (TEN, SERVED, 0.0, DAY + 14 * 60)
    assert second == (friday + 16 * 60, SERVED, 0.0, 8 * DAY + 12 * 60)
    assert step_sum(life.log, "late").sum() == 1.0  # a promise counts elapsed hours: 28 h is in time
    assert step_sum(life.log, "handled_minutes").sum() == 1_440.0
    assert team_sum(life.log, "busy_minutes").sum() == 1_440.0


def test_back_office_work_goes_on_over_a_month_end(tmp_path: Path) -> None:
    """Day 30 is the last of January, a Wednesday."""
    begun = 30 * DAY + 15 * 60
    life = replayed(tmp_path, [begun, begun + 30], OFFICE, "handling: " + fixed(240))
    first, second = told(life)
    assert first == (begun, SERVED, 0.0, 31 * DAY + 11 * 60)
    assert second == (begun + 30, SERVED, 31 * DAY + 11 * 60 - begun - 30, 31 * DAY + 15 * 60)
    assert step_sum(life.log, "open").sum(axis=(1, 2)).tolist() == [2.0, 0.0]
    assert step_sum(life.log, "served").sum(axis=(1, 2)).tolist() == [0.0, 2.0]
    area = [31 * DAY - begun - 30, 11 * 60.0]
    assert team_sum(life.log, "queue_area")[:, 0].tolist() == area


def test_back_office_keeps_who_comes_at_night(tmp_path: Path) -> None:
    life = replayed(tmp_path, [20 * 60.0, 21 * 60.0], OFFICE, "handling: " + fixed(30))
    assert told(life) == [
        (20 * 60.0, SERVED, DAY + NINE - 20 * 60.0, DAY + NINE + 30),
        (21 * 60.0, SERVED, DAY + NINE + 30 - 21 * 60.0, DAY + NINE + 60),
    ]


LIVE = 'on_shift: 1, open: "09:00-10:00 daily", patience: none'


def test_closing_finishes_one_and_sends_the_others_away(tmp_path: Path) -> None:
    life = replayed(tmp_path, [NINE + 30, NINE + 40, NINE + 50], LIVE, "handling: " + fixed(45))
    assert told(life) == [
        (NINE + 30, SERVED, 0.0, TEN + 15),
        (NINE + 40, SENT_AWAY, 20.0, TEN),
        (NINE + 50, SENT_AWAY, 10.0, TEN),
    ]


def test_outside_hours_nobody_answers(tmp_path: Path) -> None:
    life = replayed(tmp_path, [NINE - 1, NINE + 1, TEN + 1], LIVE)
    assert [how for _, how, *_ in told(life)] == [SENT_AWAY, SERVED, SENT_AWAY]


def test_the_day_after_closing_is_another_day(tmp_path: Path) -> None:
    life = replayed(tmp_path, [TEN - 1, DAY + NINE + 1], LIVE, "handling: " + fixed(2_000))
    assert told(life)[0] == (TEN - 1, SERVED, 0.0, TEN - 1 + 2_000)
    assert told(life)[1][1] == SENT_AWAY  # the only person is still on the phone at closing


SHIFTS = 'shifts: [{days: daily, hours: "09:00-10:00", people: 2}, {days: daily, hours: "10:00-18:00", people: 1}]'


def test_when_headcount_falls_the_busy_finish(tmp_path: Path) -> None:
    """Two are on the phone when one shift ends; who comes then waits until both are done but one."""
    other = "  long: {starts: trace, trace: long.csv, steps: {talk: {team: desk, handling: " + fixed(150) + "}}}\n"
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "long.csv").write_text(f"time\n{NINE}\n")
    life = replayed(tmp_path, [NINE + 30, TEN + 5], SHIFTS + ", patience: none", "handling: " + fixed(60), other)
    assert told(life) == [
        (NINE, SERVED, 0.0, NINE + 150),
        (NINE + 30, SERVED, 0.0, NINE + 90),
        (TEN + 5, SERVED, 85.0, NINE + 150 + 60),
    ]
    assert team_sum(life.log, "staffed_minutes")[0, 0] == 31 * (2 * 60 + 8 * 60)


def test_when_headcount_rises_those_who_wait_are_taken(tmp_path: Path) -> None:
    rising = (
        SHIFTS.replace("people: 2", "people: 0").replace("people: 1", "people: 3").replace("people: 0", "people: 1")
    )
    stamps = [NINE, NINE + 1, NINE + 2, NINE + 3]
    life = replayed(tmp_path, stamps, rising + ", patience: none", "handling: " + fixed(90))
    assert [(t, left - 90) for t, _, _, left in told(life)] == [
        (NINE, NINE), (NINE + 1, TEN), (NINE + 2, TEN), (NINE + 3, NINE + 90),
    ]  # fmt: skip


# --- ties: the order written in engine.law, made to matter

ONE = "on_shift: 1, patience: none"


def test_a_shift_ends_before_the_call_that_ends_with_it(tmp_path: Path) -> None:
    life = replayed(tmp_path, [NINE + 30, NINE + 40], LIVE, "handling: " + fixed(30))
    assert told(life) == [(NINE + 30, SERVED, 0.0, TEN), (NINE + 40, SENT_AWAY, 20.0, TEN)]


def test_who_comes_as_the_doors_open_is_served_and_as_they_close_is_not(tmp_path: Path) -> None:
    life = replayed(tmp_path, [NINE, TEN], LIVE)
    assert told(life) == [(NINE, SERVED, 0.0, NINE + 5), (TEN, SENT_AWAY, 0.0, TEN)]


def test_a_call_that_ends_comes_before_patience_that_ends(tmp_path: Path) -> None:
    life = replayed(tmp_path, [60, 61], "on_shift: 1, patience: " + fixed(4))
    assert told(life) == [(60.0, SERVED, 0.0, 65.0), (61.0, SERVED, 4.0, 70.0)]
    hurried = replayed(tmp_path / "b", [60, 60.5], "on_shift: 1, patience: " + fixed(4.25))
    assert told(hurried)[1] == (60.5, ABANDONED, 4.25, 64.75)


def test_a_call_that_ends_comes_before_one_that_arrives(tmp_path: Path) -> None:
    life = replayed(tmp_path, [60, 65, 70], ONE + ", room: 0")
    assert told(life) == [(t, SERVED, 0.0, t + 5) for t in (60.0, 65.0, 70.0)]


def test_patience_ends_before_somebody_arrives(tmp_path: Path) -> None:
    """The only seat is free again at that very instant."""
    team = "on_shift: 1, room: 1, patience: " + fixed(4)
    life = replayed(tmp_path, [60, 61, 65], team, "handling: " + fixed(100))
    assert [how for _, how, *_ in told(life)] == [SERVED, ABANDONED, ABANDONED]


def test_ties_of_one_kind_go_by_number(tmp_path: Path) -> None:
    """Six call at one instant: they are served in the order of their numbers, one after the other."""
    life = replayed(tmp_path, [60] * 6, ONE)
    by_number = np.sort(life.visits, order="issue")
    assert by_number["left"].tolist() == [65.0, 70.0, 75.0, 80.0, 85.0, 90.0]
    assert len(set(by_number["person"])) > 1


def test_calls_and_patience_that_end_together_go_by_number(tmp_path: Path) -> None:
    team = "on_shift: 3, patience: " + fixed(2)
    life = replayed(tmp_path, [60] * 6, team)
    for outcome, left in ((SERVED, 65.0), (ABANDONED, 62.0)):
        mine = life.visits[life.visits["outcome"] == outcome]  # in the order in which they were written
        assert mine["left"].tolist() == [left] * 3
        assert np.all(np.diff(mine["issue"]) > 0)


def test_first_come_first_served_within_a_class(tmp_path: Path) -> None:
    """And a class that is served first never waits behind another."""
    stamps = np.sort(np.random.default_rng(8).uniform(0, 20_000, 3_500)).round(2)
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "calls.csv").write_text("time\n" + "".join(f"{s}\n" for s in stamps))
    call = "  call: {starts: trace, trace: calls.csv, steps: {talk: {team: desk, handling: 5 min}}}\n"
    text = DESK.format(
        people="1_000", journeys=call, teams="  desk: {on_shift: 1, patience: none, serve_first: [gold]}"
    )
    gold = "  gold: {customers: 600, revenue: 0 USD/month, churn: 0 %/year}\n"
    text = text.replace("market: {people: 1_000}", "market: {people: 1_600}").replace(
        "journeys:\n", gold + "journeys:\n"
    )
    life = lived(written(tmp_path, text), unmoved(written(tmp_path, text)))
    served = np.sort(life.visits[life.visits["outcome"] == SERVED], order="arrived")
    begun = served["arrived"] + served["waited"]
    first = served["segment"] == 1
    for group in (first, ~first):
        assert np.all(np.diff(begun[group]) > 0.0)
    for i in np.flatnonzero(~first & (served["waited"] > 0)):
        waiting = first & (served["arrived"] < begun[i] - 1e-6) & (begun > begun[i] + 1e-6)
        assert not waiting.any()
    assert served["waited"][first].mean() < 0.2 * served["waited"][~first].mean()


def test_a_lag_is_kept_to_the_minute(tmp_path: Path) -> None:
    step = (
        "handling: " + fixed(5) + ", resolves: 0 %}, post: {team: desk, lag: " + fixed(200) + ", handling: " + fixed(7)
    )
    life = replayed(tmp_path, [60, 90], "works: back_office, on_shift: 9", step)
    assert [(t, left) for t, _, _, left in told(life)] == [(60.0, 65.0), (90.0, 95.0), (265.0, 272.0), (295.0, 302.0)]
