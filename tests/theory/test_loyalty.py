"""Loyalty and campaigns against what is known of them (model.md D18, D25, D26, D29, D30)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cemsim.base.records import PEOPLE, column
from cemsim.base.shipped import shipped
from cemsim.base.theory.cards import waiting_months
from cemsim.compare.theory import against_theory, forms
from cemsim.experiment import Run, run
from cemsim.measures.books import books
from cemsim.measures.catalogue import KPIS
from cemsim.model.loyalty import break_even, goal_lift
from cemsim.plan.loyalty import break_even_lifts
from cemsim.scenario import load
from tests.checked import Checked
from tests.engine.small import patched, written

pytestmark = pytest.mark.theory


def test_a_goal_pulls(checked: Checked) -> None:
    """D18: the last interval is a fifth shorter than the first, a card takes 24.6 instead of 29.4 days."""
    cases, without = against_theory(load(shipped("scenarios", "textbook", "stamp_card.yaml")), 3)
    assert not without and all(case.agrees for case in cases)
    days, share = (line.found.mean for line in cases[0].lines)
    last = 1.0 / (1.0 + goal_lift(0.1, 0.25, 6.4, 1.0, 1.0))
    checked("D18", 0.80, last, 0.01, "last interval ÷ first")
    checked("D18", 1.0 - 0.163, share, 0.01, "time of a card ÷ time without a pull")
    checked("D18", 24.6, days, 0.3, "days for a card")


def test_free_stamps_speed_people_up() -> None:
    """Illusionary progress: ten to go of twelve are bought sooner than ten of ten."""
    def mean(size: int, free: int) -> float:
        return float(np.mean([1.0 / (1.0 + goal_lift((size - k) / size, 0.25, 6.4, 1.0, 1.0))
                              for k in range(free, size)]))  # fmt: skip

    assert mean(12, 2) < mean(10, 0)


def test_the_lift_that_pays_for_a_reward(checked: Checked, tmp_path: Path) -> None:
    """D25: 1 % points with 20 % breakage at a margin of 25 %, a 5 % card at 25 %, points at 10 %."""
    found = [break_even(cost, margin) for cost, margin in ((0.008, 0.25), (0.05, 0.25), (0.008, 0.10))]
    checked("D25", [0.0331, 0.25, 0.0870], found, 5e-5, "lift that pays for points, a discount, points at 10 %")
    shop = written(tmp_path, SHOP)
    told = {name: (cost, lift) for name, _, cost, lift in break_even_lifts(shop)}
    assert told["points"] == pytest.approx((0.008, 0.008 / 0.242))
    assert told["card"] == pytest.approx((0.05, 0.25))
    assert told["coffee"] == pytest.approx((0.08, 0.08 / 0.17))       # 8 of ten purchases of 10, a fifth never claimed
    assert told["dear"][1] == float("inf")


SHOP = """\
cemsim: 1
name: Shop
market: {people: 1_000}
segments:
  all: {customers: 600, revenue: 100 USD/month, margin: 25 %, churn: 10 %/year,
        spend: {kind: repertoire, trips: 10 /month}}
schemes:
  points: {points: {earn: 1, worth: 0.01 USD, breakage: 20 %}}
  card: {discount: 5 %}
  coffee: {stamps: {size: 10, reward: 10 USD, breakage: 20 %}}
  dear: {discount: 30 %}
"""


def test_what_is_owed_for_points(checked: Checked) -> None:
    """D26: a month's points, less breakage, times the mean lag until they are used."""
    (done,) = run(load(shipped("scenarios", "textbook", "points.yaml")), replicates=3)
    book = books(done)
    table = book.of_schemes("issued", "redeemed", "outstanding")[:, :, 0, 0]
    issued, redeemed, left = table.mean(axis=(0, 1))
    lag = 0.75 / 0.25
    owed = float(KPIS["points_liability"].monthly(book).mean())
    checked("D26", issued * 0.01 * 0.8 * lag, owed, 0.03, "liability for points", True)
    assert redeemed == pytest.approx(issued, rel=0.01)                # steady
    found, without = forms(done.scenario)
    assert len(found) == 1 and not without


def test_points_expire_to_the_month(tmp_path: Path) -> None:
    """After 18 months: a geometric wait cut off there, by Little's law; a month more would be 3 % more."""
    text = shipped("scenarios", "textbook", "points.yaml").read_text(encoding="utf-8")
    text = text.replace("use: 25 %, expires: none", "use: 5 %, expires: 18 months")
    (done,) = run([written(tmp_path, text)], replicates=1)
    issued, left = books(done).of_schemes("issued", "outstanding")[0, :, 0, 0].mean(axis=0)
    assert left == pytest.approx(issued * waiting_months(0.05, 18), rel=0.005)
    (found,), without = forms(done.scenario)
    assert found.title.startswith("Points in steady state") and not without


# --- communication

#: Nobody waits for anybody; people differ, and satisfaction moves churn.
TALK = """\
cemsim: 1
name: Talk
horizon: 36 months
burn_in: 0 months
market: {people: 60_000}
segments:
  all: {customers: 30_000, revenue: 50 USD/month, churn: 24 %/year}
model: {experience: {salience: {usage: 0.25}}}
"""


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """A company, the same with one round of calls, and with advertising that promises what is not there."""
    folder = tmp_path_factory.mktemp("talk")
    base = written(folder, TALK)
    family = [
        base,
        patched(folder, "calls", {
            "campaigns.calls": "{new: {kind: messages, channel: phone, sent: 1 /month, outreach: on, starts: month 0, "
            "lasts: 1 month}}",
        }),
        patched(folder, "promise", {
            "campaigns.brand": "{new: {kind: brand, advertising: 3, lasts: 12 months, starts: month 0, promise: "
            "{product: 9.5 points, service: 9.5 points, relationship: 9.5 points, price: 9.5 points}}}",
        }),
    ]  # fmt: skip
    return dict(zip(("base", "calls", "promise"), run(family, replicates=3), strict=True))


def _people(done: Run, name: str) -> NDArray[np.float64]:
    """A column of the people table over replicates and segments, [month]."""
    return np.asarray(done.log.people[..., column(PEOPLE, name)].sum(axis=(0, 2)))


def test_unasked_outreach_wakes_people_up(checked: Checked, talk: dict[str, Run]) -> None:
    """D29: over the three months after it, churn of those who were called is 1.5 to 1.6 times what it was."""
    base, calls = talk["base"], talk["calls"]
    months = slice(1, 4)

    def left(done: Run) -> float:
        kept = 1.0 - _people(done, "exposed")[months] / _people(done, "months")[months]
        return float(1.0 - kept.prod())

    assert _people(calls, "months")[0] == calls.log.campaigns[:, 0, 0, :, 1].sum()          # all are reached, once
    checked("D29", 1.55, left(calls) / left(base), 0.1, "three months' churn, called ÷ not called")


def test_promising_too_much(checked: Checked, talk: dict[str, Run]) -> None:
    """D30: more join at first; satisfaction and retention fall below the baseline, most after 6 to 36 months."""
    base, ours = talk["base"], talk["promise"]
    joined = _people(ours, "joined")[:12].sum() / _people(base, "joined")[:12].sum()

    def mean_satisfaction(done: Run) -> Any:
        return done.log.satisfaction.sum(axis=(0, 2, 3)) / _people(done, "active") / 6.0

    gap = mean_satisfaction(ours) - mean_satisfaction(base)
    trough = int(np.argmin(gap)) + 1
    rate = [_people(done, "exposed") / _people(done, "months") for done in (ours, base)]
    worse = bool(np.all(rate[0][6:24] > rate[1][6:24]))
    said = f"joined × {joined:.2f}, trough {gap.min():.2f} points in month {trough}, leaving higher: {worse}"
    holds = joined > 1.0 and gap.min() < -0.05 and 6 <= trough <= 36 and worse
    checked.claim("D30", "more join, then S and retention lower, trough in months 6-36", said, holds)
