"""Prices after the run: what may be set, what needs a new run, and thousands of draws that equal single ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.records import TEAMS
from cemsim.finance import cases
from cemsim.finance.draws import CHUNK, Pricer
from cemsim.finance.prices import repriced, settings
from cemsim.measures.prices import priced
from cemsim.scenario import load
from cemsim.scenario.schema.finance import Investment
from tests.synthetic import put, run

HERE = Path(__file__).parent.parent / "report" / "scenarios"


@dataclass(frozen=True)
class Done:
    """As much of a run as finance reads."""

    scenario: Any
    plan: Any
    log: Any
    replicates: tuple[int, ...]


def done(scenario: Any, lift: float = 0.0, base: Any = None, ramp: float = 0.0) -> Done:
    made = run(made=scenario, lift=lift, replicates=3)
    starts = scenario.investment.starts if base is not None else 0
    return Done(made.scenario, replace(made.plan, base=base, starts=starts, ramp=ramp), made.log, made.replicates)


@pytest.fixture(scope="module", params=[0.0, 30.0], ids=["at once", "on a ramp"])
def runs(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> list[Done]:
    """A plan that moves prices from month 3, one of them twice over; on a ramp it is under way until the end."""
    folder = tmp_path_factory.mktemp("prices")
    (folder / "shop.yaml").write_text((HERE / "shop.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "plan.yaml").write_text(
        "based_on: shop.yaml\ninvestment: {capex: 250_000 USD, opex: 8_000 USD/month, starts: month 3}\n"
        "change:\n  teams.contact_centre.on_shift: {add: 1}\n  teams.contact_centre.wage: {times: 1.1}\n"
        "  segments.loyalist.margin: {add: 3 %-points}\n  segments.loyalist.revenue: {times: 0.9}\n"
        "  teams.contact_centre.overtime_premium: {to: 2}\n"
        "  journeys.billing_question.steps.call.unit_cost: {to: 1 USD}\n", encoding="utf-8",
    )  # fmt: skip
    base = load(folder / "shop.yaml")
    plan = done(load(folder / "plan.yaml"), 0.1, base, request.param)
    put(plan.log.teams, TEAMS, overtime_minutes=9_000.0)
    return [done(base), plan]


def set_to(runs: list[Done], *asked: str) -> list[Any]:
    return repriced(runs, settings([each.scenario for each in runs], asked))


def test_short_names_units_and_stars(runs: list[Done]) -> None:
    asked = (
        "wage.contact_centre=24 USD/h", "discount_rate=8 %", "unit_cost.*.shop=2 USD", "capex=1 USD", "terminal=clv",
    )  # fmt: skip
    found = {each.path: each.value for each in settings([each.scenario for each in runs], asked)}
    assert found == {
        "teams.contact_centre.wage": 24.0,
        "finance.discount_rate": 0.08,
        "journeys.visit.steps.shop.unit_cost": 2.0,
        "investment.capex": 1.0,
        "finance.terminal": "clv",
    }


def test_a_price_may_be_so_much_higher(runs: list[Done]) -> None:
    (found,) = settings([each.scenario for each in runs], ["wage.contact_centre=+10 %"])
    assert found.value == pytest.approx(1.1 * runs[0].scenario.teams["contact_centre"].wage)
    (lower,) = settings([each.scenario for each in runs], ["capex=-25 %"])
    assert lower.value == pytest.approx(0.75 * runs[1].scenario.investment.capex)


def test_what_plans_cost_is_set_for_each_or_for_one(runs: list[Done]) -> None:
    cheap = runs[1].scenario.model_copy(update={"name": "Cheap", "investment": Investment(capex=100_000.0)})
    free = cheap.model_copy(update={"name": "Free", "investment": None})
    three = [*runs, *(replace(runs[1], scenario=each) for each in (cheap, free))]

    def capex(*asked: str) -> list[float | None]:
        plans = [each.scenario.investment for each in set_to(three, *asked)[1:]]
        return [plan.capex if plan else None for plan in plans]

    assert capex("capex=1 USD") == [1, 1, 1]
    assert capex("capex=+50 %") == [375_000, 150_000, 0]                  # of its own, each
    assert capex("capex of Cheap=1 USD") == [250_000, 1, None]
    assert capex("capex of Free=5 USD", "tax=0 %") == [250_000, 100_000, 5]
    assert capex("investment.capex of *e*=2 USD", "opex of plan=1 USD/month")[1:] == [2, 2]
    for asked, said in (
        (("capex of Chaep=1 USD",), "Did you mean Cheap"),
        (("tax of Cheap=0 %",), "only what a plan costs or brings is its own"),
        (("capex=1 USD", "capex of Cheap=2 USD"), "set twice"),
    ):
        with pytest.raises(CemsimError, match=said):
            set_to(three, *asked)


def test_what_only_a_plan_brings_can_be_priced(runs: list[Done]) -> None:
    """The wage of a team that the baseline does not have, alone, by a pattern, and of one plan among several."""
    desk = runs[1].scenario.teams["contact_centre"]
    teams = {**runs[1].scenario.teams, "experts": desk.model_copy(update={"wage": 40.0})}
    plans = [runs[1].scenario.model_copy(update={"name": name, "teams": teams}) for name in ("One", "Two")]
    family = [*runs, *(replace(runs[1], scenario=each) for each in plans)]

    def wages(*asked: str) -> list[float]:
        return [each.scenario.teams["experts"].wage for each in set_to(family, *asked)[2:]]

    assert wages("wage.experts=30 USD/h") == [30.0, 30.0]
    assert wages("wage.*=+10 %") == pytest.approx([44.0, 44.0])
    assert wages("wage.experts of Two=30 USD/h") == [40.0, 30.0]
    assert "experts" not in set_to(family, "wage.*=+10 %")[1].scenario.teams
    for asked, said in (
        ("wage.expert=30 USD/h", "Did you mean wage.experts"),
        ("wage.experts of plan=30 USD/h", "brings no"),
        ("wage.experts=30 USD", "USD/h"),
    ):
        with pytest.raises(CemsimError) as error:
            set_to(family, asked)
        assert said in str(error.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("tax=+10 %", "of a share could mean two things"),
        ("segments.loyalist.revenue=50 USD/month", "is a tariff"),
        ("price.ours=1.1", "customers see"),
        ("failures.compensation.minor=1", "a reward"),
        ("teams.contact_centre.on_shift=9", "needs a new run"),
        ("starts=month 4", "needs a new run"),
        ("ramp=4 months", "needs a new run"),
        ("wage.contact_center=24 USD/h", "Did you mean wage.contact_centre?"),
        ("wage.contact_centre=24", "has no unit"),
        ("tax=120 %", "Write 95 % or less"),
        ("capex=-3 USD", "Write 0 USD or more"),
        ("terminal=later", "'none' or 'clv'"),
        ("finance=3", "block of fields"),
        ("tax", 'Write --set "wage'),
    ],
)
def test_refused_with_a_sentence(asked: str, said: str, runs: list[Done]) -> None:
    with pytest.raises(CemsimError, match=r".") as error:
        settings([each.scenario for each in runs], [asked])
    assert said in str(error.value)


def test_set_twice_is_refused(runs: list[Done]) -> None:
    with pytest.raises(CemsimError, match="set twice"):
        settings([each.scenario for each in runs], ["wage.*=20 USD/h", "wage.contact_centre=21 USD/h"])


def test_quantities_stay_and_prices_move(runs: list[Done]) -> None:
    new = set_to(runs, "wage.contact_centre=30 USD/h", "tax=0 %")
    assert new[1].log is runs[1].log
    assert new[0].scenario.teams["contact_centre"].wage == 30.0
    assert new[1].scenario.teams["contact_centre"].wage == pytest.approx(33.0)  # the patch pays a tenth more
    assert runs[0].scenario.teams["contact_centre"].wage == 21.0


def test_what_a_patch_sets_stays(runs: list[Done]) -> None:
    new = set_to(runs, "unit_cost.billing_question.call=3 USD")
    step = [each.scenario.journeys["billing_question"].steps["call"].unit_cost for each in new]
    assert step == [3.0, 1.0]


def test_a_plan_without_investment_can_be_given_one(runs: list[Done]) -> None:
    free = [runs[0], Done(runs[1].scenario.model_copy(update={"investment": None}), *list(vars(runs[1]).values())[1:])]
    (before,), (after,) = cases(free), cases(set_to(free, "capex=100_000 USD", "tax=0 %"))
    assert before.plain.mean - after.plain.mean == pytest.approx(100_000)


DRAWS = {
    "teams.contact_centre.wage": [24.0, 18.0],
    "segments.loyalist.margin": [0.4, 0.6],
    "segments.loyalist.revenue": [44.0, 50.0],
    "teams.contact_centre.overtime_premium": [1.4, 1.8],
    "segments.butterfly.revenue": [45.0, 38.0],
    "journeys.billing_question.steps.look_it_up.unit_cost": [0.3, 0.0],
    "finance.discount_rate": [0.08, 0.12],
    "finance.tax": [0.3, 0.0],
    "finance.acquisition_cost": [200.0, 500.0],
    "investment.capex": [100_000.0, 300_000.0],
    "investment.opex": [1_000.0, 0.0],
}


@pytest.mark.parametrize("terminal", ["none", "clv"])
@pytest.mark.parametrize("capital", ["0 %", "8 %"])
def test_draws_equal_the_case_to_the_cent(runs: list[Done], terminal: str, capital: str) -> None:
    """The fast way and the plain way give the same, draw by draw and replicate by replicate."""
    from cemsim.finance.rates import present_value
    from cemsim.scenario.vary import vary

    counted = set_to(runs, f"terminal={terminal}", f"working_capital={capital}")
    found = Pricer(counted).npv({path: np.array(values) for path, values in DRAWS.items()})
    for place in range(2):
        values = {path: row[place] for path, row in DRAWS.items()}
        plan = {path: value for path, value in values.items() if path.startswith("investment.")}
        rest = {path: value for path, value in values.items() if path not in plan}
        family = vary([each.scenario for each in counted], rest, {counted[1].scenario.name: plan})
        (plain,) = cases(priced(counted, family))
        net = present_value(plain.flow.net, plain.terms.discount)
        assert np.allclose(found[place], net, atol=0.005, rtol=0), (found[place], net)


def test_draws_come_in_any_number(runs: list[Done]) -> None:
    wages = np.linspace(15, 30, 2 * CHUNK + 7)
    pricer = Pricer(runs)
    found = pricer.npv({"teams.contact_centre.wage": wages})
    assert found.shape == (len(wages), 3)
    assert np.allclose(found[CHUNK], pricer.npv({"teams.contact_centre.wage": wages[CHUNK : CHUNK + 1]})[0])
    assert pricer.npv({}).shape == (1, 3)


def test_only_prices_are_drawn(runs: list[Done]) -> None:
    with pytest.raises(CemsimError, match="cannot be drawn"):
        Pricer(runs).npv({"teams.contact_centre.on_shift": np.array([9.0])})
    with pytest.raises(CemsimError, match="same number"):
        Pricer(runs).npv({"finance.tax": np.zeros(2), "finance.discount_rate": np.zeros(3)})
