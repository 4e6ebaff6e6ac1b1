"""Intervals: to the digit by hand, coverage by simulation, bounds never left."""

from __future__ import annotations

from math import inf, isnan, nan

import numpy as np
import pytest

from cemsim.compare.interval import Interval, difference, interval, replicates_needed
from cemsim.compare.verdict import Verdict, judge

SHARE = (0.0, 1.0)


def test_interval_by_hand() -> None:
    # mean 5, sd 2, n 4: t[.975; 3] = 3.182446, half width 3.182446 * 2 / 2
    got = interval(np.array([3.0, 4.0, 6.0, 7.0]))
    assert got.mean == 5.0
    assert got.sd == pytest.approx(np.sqrt(10 / 3))
    assert got.half == pytest.approx(3.182446 * np.sqrt(10 / 3) / 2, rel=1e-6)


def test_paired_difference_by_hand() -> None:
    # pairs differ by 1, 2, 3: mean 2, sd 1, t[.975; 2] = 4.302653, half width 4.302653 / sqrt 3
    got = difference(np.array([11.0, 52.0, 93.0]), np.array([10.0, 50.0, 90.0]))
    assert got.mean == 2.0
    assert (got.low, got.high) == pytest.approx((2 - 2.484138, 2 + 2.484138), abs=1e-6)


def test_shared_luck_cancels() -> None:
    luck = np.random.default_rng(1).normal(0, 100, 20)
    got = difference(luck + 1.0, luck)
    assert got.half < 1e-9
    assert judge(got, 1).word == "better"


def test_logit_interval_by_hand() -> None:
    # mean .5, sd .1, n 4: reach = 3.182446 * .1 / 2; on the logit scale divided by .25
    values = 0.5 + 0.1 * np.array([-1.0, -1.0, 1.0, 1.0]) * np.sqrt(3 / 4)
    step = 3.182446 * 0.05 / 0.25
    got = interval(values, SHARE)
    assert got.low == pytest.approx(1 / (1 + np.exp(step)), rel=1e-6)
    assert got.high == pytest.approx(1 / (1 + np.exp(-step)), rel=1e-6)


@pytest.mark.parametrize("values", [[0.0, 0.0, 0.01], [1.0, 1.0, 0.2], [0.0, 1.0, 0.0, 1.0], [1e-9, 0.5]])
def test_shares_stay_shares(values: list[float]) -> None:
    got = interval(np.array(values), SHARE)
    assert 0.0 <= got.low <= got.mean <= got.high <= 1.0


def test_positive_measures_stay_positive() -> None:
    got = interval(np.array([0.1, 30.0]), (0.0, inf))
    assert 0.0 < got.low < got.mean < got.high


def test_difference_never_promises_more_than_the_bound() -> None:
    base, ours = np.array([0.97, 0.99, 0.98]), np.array([1.0, 0.99, 1.0])
    got = difference(ours, base, SHARE)
    assert got.high == pytest.approx(1 - base.mean())
    assert got.low < got.mean < got.high


@pytest.mark.parametrize("bounds", [(-inf, inf), (0.0, inf), SHARE])
def test_coverage(bounds: tuple[float, float]) -> None:
    """95 % of intervals hold the true mean, within three standard errors of the simulation."""
    draw = np.random.default_rng(7)
    trials = 2000
    table = 0.6 + 0.05 * draw.normal(size=(trials, 8))
    hits = sum(i.low <= 0.6 <= i.high for i in (interval(row, bounds) for row in table))
    assert abs(hits / trials - 0.95) < 3 * np.sqrt(0.95 * 0.05 / trials) + 0.005


def test_nothing_and_one() -> None:
    assert judge(interval(np.array([nan, nan])), 1).word == "none"
    one = interval(np.array([2.0]))
    assert one.mean == 2.0
    assert isnan(one.low)
    assert judge(one, 1).text == "one replicate: no interval"


def test_a_replicate_without_the_number_is_left_out() -> None:
    got = difference(np.array([2.0, nan, 4.0]), np.array([1.0, 1.0, nan]))
    assert (got.n, got.mean) == (1, 1.0)


def test_rounding_is_no_difference() -> None:
    base = np.array([0.8, 0.8, 0.8])
    assert judge(difference(np.nextafter(base, 1.0), base), -1).word == "identical"


@pytest.mark.parametrize(
    ("effect", "sd", "pairs"), [(0.5, 1.0, 34), (0.8, 1.0, 15), (0.2, 1.0, 199), (-0.5, 1.0, 34)]
)
def test_replicates_needed_as_published(effect: float, sd: float, pairs: int) -> None:
    # sample sizes of a paired two-sided t test at 5 % and 80 % power (Cohen's tables, G*Power)
    assert replicates_needed(effect, sd) == pairs


def test_a_mean_outside_its_bounds_keeps_a_plain_interval() -> None:
    """People who finish work after closing are busier than they are staffed: occupancy above 1, and no share."""
    plain = interval(np.array([0.99, 1.02, 1.05]))
    assert interval(np.array([0.99, 1.02, 1.05]), SHARE) == plain
    assert plain.low < 1.02 < plain.high


def test_verdict_words() -> None:
    wide = Interval(0.5, -0.2, 1.2, 1.0, 10)
    assert judge(wide, 1) == Verdict("unclear", 24)
    assert "24 more replicates" in judge(wide, 1).text
    nearly = judge(Interval(0.5, -0.001, 1.001, 0.7, 17), 1)
    assert nearly == Verdict("unclear", 1.0) and nearly.brief == "not distinguishable (1 more replicate)"
    assert "as seen, 1 more replicate would tell" in nearly.text
    clear = Interval(0.5, 0.2, 0.8, 0.4, 10)
    assert [judge(clear, good).word for good in (1, -1, 0)] == ["better", "worse", "higher"]
    assert judge(Interval(0.0, 0.0, 0.0, 0.0, 10), 1).word == "identical"
    assert judge(Interval(-3.0, -3.0, -3.0, 0.0, 10), 1).word == "worse"
    assert "no number of replicates" in judge(Interval(0.0, -1.0, 1.0, 1.0, 10), 1).text
    assert "more than 10,000" in judge(Interval(0.001, -1.0, 1.0, 1.0, 10), 1).text


def test_a_certain_difference_that_matters_to_nobody() -> None:
    sure = Interval(0.3, 0.2, 0.4, 0.1, 10)
    assert judge(sure, 1, margin=0.5) == Verdict("negligible")
    assert judge(sure, 1, margin=0.4).word == "better"          # an end on the margin is not inside it
    assert judge(sure, -1, margin=0.35).word == "worse"         # a part of the interval matters
    around = Interval(0.0, -0.1, 0.1, 0.1, 10)
    assert judge(around, 1).word == "unclear"
    assert judge(around, 1, margin=0.2).word == "negligible"    # nothing is known of the sign, and it does not matter
    assert judge(Interval(0.0, 0.0, 0.0, 0.0, 10), 1, margin=0.2).word == "identical"
    assert judge(sure, 1, margin=0.5).brief == judge(sure, 1, margin=0.5).text == "no difference that matters"


def test_few_more_replicates_tell_that_it_does_not_matter() -> None:
    wide = Interval(0.01, -0.4, 0.42, 0.5, 8)
    assert judge(wide, 1).more > 10_000
    assert judge(wide, 1, margin=0.3).more == replicates_needed(0.29, 0.5) - 8
