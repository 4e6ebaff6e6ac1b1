"""Prices start with their plan: nothing of money differs before, and then they follow the ramp of all else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.experiment import Run, run
from cemsim.experiment.outer import at_each, kinds
from cemsim.finance import cases
from cemsim.finance.draws import Pricer
from cemsim.finance.gain import net_values
from cemsim.finance.lines import lines_of
from cemsim.finance.prices import repriced, settings
from cemsim.finance.rates import present_value
from cemsim.measures import KPIS, books
from cemsim.measures.money import MINUTES
from cemsim.plan.ramp import share_at
from cemsim.scenario import Scenario
from cemsim.scenario.vary import vary
from tests.engine.small import COMPANY, LOYALTY, patched, written

STARTS, RAMP, MONTHS = 7, 3.0, 18
HEAD = f"investment: {{starts: month {STARTS}, ramp: {RAMP:g} months}}\n"
AT_ONCE = f"investment: {{starts: month {STARTS}}}\n"
#: Every kind of price, and a step that changes hands, channel and promise.
EVERYTHING = {
    "segments.*.revenue": "{times: 1.1}", "segments.loyal.margin": "{add: 4 %-points}",
    "segments.loyal.save_desk.cost": "{to: 55 USD}", "segments.fickle.cross_sell": "{to: {rate: 1 /year, cost: 9 USD}}",
    "teams.desk.wage": "{add: 3 USD/h}", "teams.desk.overtime_premium": "{to: 2}",
    "journeys.question.steps.look.unit_cost": "{to: 0.5 USD}", "journeys.question.steps.expert.team": "{to: office}",
    "journeys.question.steps.expert.channel": "{to: mail}", "journeys.question.steps.repair.promise": "{to: 1 h}",
    "finance.message_cost": "{to: 0.4 USD}", "finance.acquisition_cost": "{to: 90 USD}",
    "schemes.card.points.worth": "{to: 0.04 USD}", "campaigns.letters.cost": "{to: 300 USD/month}",
    "improvement.cost": "{to: 9_000 USD/month}",
}  # fmt: skip
BASE = COMPANY.replace("churn: 12 %/year}", "churn: 12 %/year, save_desk: {cost: 20 USD}}") + LOYALTY + (
    "improvement: {people: 1}\n"
)  # fmt: skip


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    """A baseline; everything changed from month 7; a wage that nobody feels, on a ramp and at once."""
    folder = tmp_path_factory.mktemp("start")
    base = written(folder, BASE)
    wage = {"teams.desk.wage": "{times: 1.25}"}
    return [base, patched(folder, "all", EVERYTHING, HEAD), patched(folder, "wage", wage, HEAD),
            patched(folder, "at_once", wage, AT_ONCE)]  # fmt: skip


@pytest.fixture(scope="module")
def runs(family: list[Scenario]) -> list[Run]:
    return run(family, replicates=2)


def test_nothing_of_money_differs_before_the_start(runs: list[Run]) -> None:
    base, ours = (books(each) for each in runs[:2])
    moved = set()
    for kpi in KPIS.values():
        for keep in kpi.cuts:
            then, now = (kpi.monthly(book, keep) for book in (base, ours))
            assert np.array_equal(then[:, :STARTS], now[:, :STARTS], equal_nan=True), (kpi.id, keep)
            if not np.array_equal(then, now, equal_nan=True):
                moved.add(kpi.id)
    assert {"revenue", "contribution", "staff_cost", "cost_to_serve", "offers", "acquisition", "rewards",
            "deferred_revenue", "campaign_cost", "organisation_cost", "late"} <= moved  # fmt: skip
    case = cases(runs[:2])[0]
    for name, line in case.flow.lines.items():
        assert not line[:, :STARTS].any(), name
    assert not case.flow.segments[..., :STARTS].any()
    assert case.flow.net[:, STARTS:].any(axis=1).all()


def wage_bill(runs: list[Run], shares: list[float], more: float) -> np.ndarray:
    """The dearer hours by hand, ``[replicate, month]``, negative: they are paid."""
    hours = books(runs[0]).of_teams("paid_minutes")[:, :, 0, 0] / MINUTES
    return -hours * more * np.array(shares)


def test_a_wage_follows_the_ramp_to_the_cent(runs: list[Run]) -> None:
    wage = runs[0].scenario.teams["desk"].wage
    ramp = [share_at(t - STARTS, RAMP) for t in range(MONTHS)]
    assert ramp[STARTS - 1] == 0.0 < ramp[STARTS] < 0.1 < 0.9 < ramp[-1] < 1.0
    for place, shares in ((2, ramp), (3, [float(t >= STARTS) for t in range(MONTHS)])):
        (case,) = cases([runs[0], runs[place]])
        told = wage_bill(runs, shares, 0.25 * wage)
        assert np.allclose(case.flow.lines["pay"][:, :MONTHS], told, atol=0.005, rtol=0)
        assert np.allclose(case.flow.net[:, :MONTHS], told * (1.0 - case.terms.tax), atol=0.005, rtol=0)


def test_a_set_price_is_todays_until_the_plan_changes_it(runs: list[Run]) -> None:
    chosen = settings([each.scenario for each in runs], ["wage.desk=40 USD/h"])
    after = repriced(runs, chosen)
    (case,) = cases([after[0], after[3]])
    told = wage_bill(runs, [float(t >= STARTS) for t in range(MONTHS)], 0.25 * 40.0)
    assert np.allclose(case.flow.lines["pay"][:, :MONTHS], told, atol=0.005, rtol=0)
    drawn = Pricer(runs).npv({"teams.desk.wage": np.array([40.0])}, 3)
    assert np.allclose(drawn[0], present_value(case.flow.net, case.terms.discount), atol=0.005, rtol=0)


def test_everything_on_the_way_can_be_drawn(runs: list[Run]) -> None:
    for terminal in ("none", "clv"):
        counted = repriced(runs, settings([each.scenario for each in runs], [f"terminal={terminal}", "tax=10 %"]))
        found = Pricer(counted).npv({}, 1)
        case = cases(counted)[0]
        assert np.allclose(found[0], present_value(case.flow.net, case.terms.discount), atol=0.005, rtol=0)


def test_what_only_a_plan_has_costs_its_whole_price_at_once(tmp_path: Path) -> None:
    written(tmp_path, COMPANY)
    new: dict[str, Any] = {
        "journeys.question.steps.visit":
            "{new: {channel: face_to_face, team: field, handling: 9 min, unit_cost: 7 USD}}",
        "teams.field": '{new: {on_shift: 2, open: "09:00-19:00 mon-sat", wage: 30 USD/h}}',
    }
    family = [written(tmp_path, COMPANY), patched(tmp_path, "plan", new, HEAD)]
    book = books(run(family, replicates=1)[1])
    assert (book.wage[:, book.teams.index("field")] == 30.0).all()
    assert (book.unit_cost[:, book.steps.index(("question", "visit"))] == 7.0).all()


def test_worlds_that_differ_in_prices_share_quantities_before_and_after_the_start(
    family: list[Scenario], runs: list[Run]
) -> None:
    other = vary(family, {"teams.desk.wage": 40.0, "segments.loyal.margin": 0.4})
    assert len(set(kinds([family, other]))) == 1
    shared = at_each([family, other], net_values, replicates=2)
    assert np.array_equal(shared[1], net_values(run(other, replicates=2)))
    assert np.array_equal(shared[0], net_values(runs)) and not np.array_equal(*shared)


def test_what_a_wage_takes_of_a_plan_is_its_bill_from_the_start(family: list[Scenario], runs: list[Run]) -> None:
    """Decomposed, the change of a price that nobody feels is worth exactly what it costs."""
    lines = lines_of("npv", family[0].finance)
    gap = lines.gap(books(runs[0]), books(runs[2])).sum(axis=-1)
    ramp = [share_at(t - STARTS, RAMP) for t in range(MONTHS)]
    bill = wage_bill(runs, ramp, 0.25 * family[0].teams["desk"].wage) * (1.0 - family[0].finance.tax)
    assert np.allclose(gap, present_value(bill, family[0].finance.discount_rate), atol=0.005, rtol=0)
