"""Worlds with other values: what is drawn, how it reaches a family, and that the luck stays the same."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.priors import Prior
from cemsim.base.shipped import shipped
from cemsim.experiment.outer import at_each, kinds
from cemsim.experiment.precision import goal, growing, reached, run_until
from cemsim.experiment.run import Run, run
from cemsim.experiment.sensitivity import Study
from cemsim.experiment.uncertain import at, choices, defaults, design, uncertain, values_at
from cemsim.finance.decide import standing
from cemsim.finance.gain import gain, net_values
from cemsim.finance.risk import draw, risks
from cemsim.report.ledgers import write_draws
from cemsim.scenario import Scenario, load
from cemsim.scenario.cut import cut, rounded
from cemsim.scenario.vary import vary, with_values

SHOP = """\
cemsim: 1
name: Shop
horizon: 6 months
burn_in: 1 month
market: {people: 800}
segments:
  loyal: {customers: 300, revenue: {value: 50 USD/month, range: [40 USD/month, 60 USD/month]}, churn: 12 %/year}
  fickle: {customers: 200, revenue: 40 USD/month, churn: {value: 30 %/year, range: [25 %/year, 40 %/year]}}
journeys:
  question:
    need: 6 /year
    steps:
      call: {channel: phone_in, team: desk, handling: 6 min, resolves: {value: 60 %, range: [50 %, 70 %]}}
teams:
  desk: {on_shift: 1, open: "09:00-19:00 mon-sat", wage: {value: 21 USD/h, range: [18 USD/h, 25 USD/h], kind: lever}}
"""
PATCH = """\
based_on: shop.yaml
name: Better
investment: {capex: {value: 30 USD, range: [10 USD, 60 USD]}, starts: month 0, ramp: 2 months}
change:
  journeys.question.steps.call.resolves: {add: 15 %-points}
"""


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    folder = tmp_path_factory.mktemp("shop")
    for name, text in (("shop.yaml", SHOP), ("better.yaml", PATCH)):
        (folder / name).write_text(text, encoding="utf-8")
    return [load(folder / "shop.yaml"), load(folder / "better.yaml")]


def test_what_is_written_with_a_range_is_not_known_and_a_lever_is(family: list[Scenario]) -> None:
    known = {u.name: u for u in uncertain(family)}
    assert known["segments.loyal.revenue"].prior == Prior("triangular", 50.0, low=40.0, high=60.0)
    assert known["segments.loyal.churn"].prior.low == pytest.approx(0.12 * 0.85)
    assert known["segments.fickle.churn"].prior.low == 0.25
    assert "teams.desk.wage" not in known
    assert known["effect of Better"].effect and known["investment.capex of Better"].scenario == "Better"
    assert len(uncertain(family, ["segments.*.churn"])) == 2
    with pytest.raises(CemsimError, match=f'called "nobody". Nearest are: .* To list all {len(known)}, write'):
        uncertain(family, ["nobody"])
    with pytest.raises(CemsimError, match=r'Write "\*churn\*" for: segments.fickle.churn, segments.loyal.churn, model'):
        uncertain(family, ["churn"])


def test_what_only_a_plan_has_is_uncertain_too(family: list[Scenario], tmp_path: Path) -> None:
    """A card's discount, written with a range, is drawn for its plan, and nobody else has it."""
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    card = "  schemes.card: {new: {discount: {value: 2 %, range: [1 %, 5 %]}, open_to: [loyal]}}\n"
    (tmp_path / "card.yaml").write_text(PATCH.replace("Better", "Card") + card, encoding="utf-8")
    both = [load(tmp_path / "shop.yaml"), load(tmp_path / "card.yaml")]
    (thing,) = uncertain(both, ["schemes*"])
    assert (thing.name, thing.value, thing.scenario) == ("schemes.card.discount of Card", 0.02, "Card")
    low, high = (float(x) for x in thing.prior.quantile(np.array([1e-9, 1.0 - 1e-9])))
    assert low == pytest.approx(0.01, abs=1e-5) and high == pytest.approx(0.05, abs=1e-5)
    base, moved = at(both, [thing], [0.04])
    assert moved.schemes["card"].discount == 0.04 and not base.schemes
    assert not [u for u in uncertain(family) if u.name.startswith("schemes")]


def test_a_range_that_a_plan_writes_is_drawn_instead_of_its_effect(tmp_path: Path) -> None:
    """What it changes beside that is still achieved in part only."""
    path = "journeys.question.steps.call"
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    text = PATCH.replace("{add: 15 %-points}", "{to: {value: 75 %, range: [65 %, 90 %]}}")
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(text + f"  {path}.handling: {{times: 0.5}}\n", encoding="utf-8")
    for name, partly in (("one", False), ("two", True)):
        both = [load(tmp_path / "shop.yaml"), load(tmp_path / f"{name}.yaml")]
        known = {u.name: u for u in uncertain(both)}
        drawn = known[f"{path}.resolves of Better"]
        assert (drawn.value, drawn.prior) == (0.75, Prior("triangular", 0.75, low=0.65, high=0.9))
        assert ("effect of Better" in known) == partly
        names = [u for u in known.values() if u.scenario and not u.name.startswith("investment")]
        base, plan = at(both, names, [0.7, 0.5][: len(names)])
        step = plan.journeys["question"].steps["call"]
        assert step.resolves == 0.7 and step.handling.mean == pytest.approx(4.5 if partly else 6.0)
        assert base.journeys["question"].steps["call"].resolves == 0.6


def test_numbers_that_an_anchor_shares_are_one_number() -> None:
    known = uncertain([load(shipped("scenarios", "telecom", "baseline.yaml"))])
    (call,) = [u for u in known if u.name == "journeys.billing_question.steps.call.resolves"]
    assert "journeys.complaint.steps.call.resolves" in call.paths


def test_a_plan_adds_to_the_new_value_and_a_weaker_plan_adds_less(family: list[Scenario]) -> None:
    path = "journeys.question.steps.call.resolves"
    base, better = vary(family, {path: 0.5})
    assert base.journeys["question"].steps["call"].resolves == 0.5
    assert better.journeys["question"].steps["call"].resolves == pytest.approx(0.65)
    base, better = vary(family, {path: 0.5}, effect={"Better": 0.5})
    assert better.journeys["question"].steps["call"].resolves == pytest.approx(0.575)
    assert vary(family, {}) == list(family)
    assert vary(family, {}, own={"Better": {"investment.capex": 7.0}})[1].investment.capex == 7.0  # type: ignore[union-attr]


def test_values_stay_within_what_a_field_allows(family: list[Scenario]) -> None:
    assert with_values(family[0], {"segments.loyal.margin": 1.7}).segments["loyal"].margin == 1.0
    assert with_values(family[0], {"segments.loyal.customers": 10.6}).segments["loyal"].customers == 11
    told = with_values(family[0], {"segments.loyal.margin": 0.4}).register
    assert next(a.value for a in told if a.path == "segments.loyal.margin") == 0.4
    with pytest.raises(CemsimError, match="no \"lawyers\""):
        with_values(family[0], {"lawyers.fee": 1.0})


def test_every_number_put_back_leaves_the_scenario_as_it_was() -> None:
    one = load(shipped("scenarios", "telecom", "baseline.yaml"))
    numbers = {known.path: known.value for known in one.register if isinstance(known.value, float | int)}
    again = with_values(one, numbers)
    assert again.model_dump(exclude={"assumptions"}) == one.model_dump(exclude={"assumptions"})
    assert kinds([[again]]) == kinds([[one]])


def test_prices_share_a_simulation_and_worlds_do_not(family: list[Scenario]) -> None:
    known = uncertain(family, ["segments.loyal.revenue", "segments.fickle.churn"])
    now, price, world = (at(family, known, row) for row in ([50.0, 0.3], [55.0, 0.3], [50.0, 0.35]))
    same = kinds([now, price, world])
    assert same[0] == same[1] != same[2]


def test_repriced_runs_are_those_of_a_run_with_the_prices(family: list[Scenario]) -> None:
    dear = vary(family, {"segments.loyal.revenue": 55.0})
    both = at_each([family, dear], gain, 2)
    assert np.array_equal(both[1].lives, gain(run(dear, 2)).lives)
    assert both[1].lives.sum() > both[0].lives.sum()


def test_designs_fill_the_cube_evenly_and_repeat() -> None:
    for how in ("latin", "sobol"):
        points = design(16, 3, how)
        assert points.shape == (16, 3)
        assert np.array_equal(points, design(16, 3, how))
        assert all(sorted((points[:, i] * 16).astype(int)) == list(range(16)) for i in range(3))


@pytest.mark.parametrize("prior", [
    Prior("triangular", 2.0, low=1.0, high=5.0), Prior("uniform", 2.0, low=1.0, high=5.0),
    Prior("lognormal", 2.0, 0.3), Prior("normal", 2.0, 0.5, 1.0, 5.0),
])  # fmt: skip
def test_quantiles_rise_within_bounds(prior: Prior) -> None:
    values = prior.quantile(np.linspace(0.001, 0.999, 99))
    assert (np.diff(values) > 0).all() and values[0] >= prior.low and values[-1] <= prior.high
    if prior.kind == "lognormal":
        assert float(prior.quantile(0.5)) == pytest.approx(2.0)


def test_ways_to_model(family: list[Scenario]) -> None:
    names = [c.name for c in choices(family[0], ["redial"])]
    assert names == ["seed ledger", "keaveney ledger", "without redial"]
    with pytest.raises(CemsimError, match="no switch"):
        choices(family[0], ["luck"])


def test_risk_of_a_small_plan(family: list[Scenario], tmp_path: Path) -> None:
    known = uncertain(family, ["segments.*", "investment.capex*", "effect*"])
    ways = choices(family[0])
    drawn = draw(family, known, ways, 4, 2)
    assert drawn.net.shape == (1, 4, 2, 2)
    (found,) = risks(drawn)
    assert found.fan.shape[1] == 7                # six months, and what is settled at the end
    assert found.written == pytest.approx(net_values(run(family, 2)).mean(), rel=1e-9)
    assert found.below == (found.values < found.written).mean()
    again = draw(family, known, ways, 4, 2, workers=1)
    assert np.array_equal(again.net, drawn.net)
    assert np.array_equal(replace(drawn, scale=2.0).net, 2 * drawn.net)
    with write_draws(drawn, tmp_path / "draws.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["Better (USD)"]) for row in rows] == drawn.net[0].ravel().tolist()
    assert {row["model"] for row in rows} == {way.name for way in ways}
    assert [float(row[next(head for head in row if head.startswith("effect of Better"))]) for row in rows[::4]] == (
        drawn.values[:, [thing.effect for thing in known]].ravel().tolist())
    half = draw(family, known, ways, 4, 2, share=0.5)
    assert half.scale == 2.0 and 0.3 < np.abs(half.net).mean() / np.abs(drawn.net).mean() < 3.0


def test_tornado_and_break_even_of_prices_are_exact(family: list[Scenario]) -> None:
    known = uncertain(family, ["segments.loyal.revenue", "investment.capex*"])
    study = Study(family, known, net_values, 2)
    assert study.worlds(study.tornado_rows()) == 0
    (found,) = study.tornado()
    capex = next(b for b in found.bars if b.thing.name.startswith("investment"))
    assert capex.free and -1.0 < (capex.at_high - capex.at_low) / (capex.high - capex.low) < -0.9  # less some tax
    assert capex.errors == pytest.approx((0.0, 0.0), abs=1e-9)
    if not np.isnan(capex.turns):
        rows = [np.where([u is capex.thing for u in study.known], capex.turns, defaults(study.known))]
        assert study.at(rows).mean() == pytest.approx(0.0, abs=1e-6)
    (wide,) = study.morris(2)
    assert {s.thing.name for s in wide.shares} == {u.name for u in known}


def test_sobol_by_salib_knows_which_price_matters(family: list[Scenario]) -> None:
    known = uncertain(family, ["segments.loyal.revenue", "investment.capex*"])
    (found,) = Study(family, known, net_values, 2).sobol(16)
    assert found.shares[0].thing.name == "investment.capex of Better"
    assert found.shares[0].effect == pytest.approx(1.0, abs=0.3)
    assert values_at(known, np.full((1, 2), 0.5)).shape == (1, 2)


def test_more_replicates_until_it_is_sure_are_those_of_one_long_run(family: list[Scenario]) -> None:
    seen: list[int] = []

    def wants(runs: list[Run]) -> float:
        seen.append(len(runs[0].replicates))
        return 5.0 if len(seen) < 3 else 0.0

    runs = run_until(growing(family), wants, first=3, most=50)
    assert seen == [3, 6, 11] and runs[0].replicates == tuple(range(11))
    assert np.array_equal(net_values(runs), net_values(run(family, 11)))
    assert len(run_until(growing(family), lambda runs: 99.0, first=3, most=5)[0].replicates) == 5


def test_goals() -> None:
    assert goal("npv: 5 %").relative and goal("nps: 0.5 points").amount == 0.5
    for wrong in ("npv", "npv: -3", "npv: much", "5 %"):
        with pytest.raises(CemsimError, match="is no precision"):
            goal(wrong)
    (found,) = reached(["a"], np.array([[1.0, 1.1, 0.9, 1.0, 1.05, 0.95]]), goal("npv: 50 %"))
    assert found.more == 0 and found.half > 0
    (found,) = reached(["a"], np.array([[1.0, 1.1, 0.9, 1.0, 1.05, 0.95]]), goal("npv: 1 %"))
    assert found.more > 10


def test_where_an_experiment_stands(family: list[Scenario]) -> None:
    runs = run(family, 6)
    found = standing(runs, [goal("customers: 400")], decide=True)
    assert found.goals[0][1][0].more == 0
    assert found.contest is not None and len(found.contest.standings) == 2
    with pytest.raises(CemsimError, match="churn is not known"):
        standing(runs, [goal("churn: 1 %-points")])            # it takes a year
    with pytest.raises(CemsimError, match="no measure"):
        standing(runs, [goal("chrun: 1 %-points")])


def test_a_cut_keeps_whole_people() -> None:
    folder = Path(shipped("scenarios", "telecom"))
    family = [load(folder / "baseline.yaml"), load(folder / "more_people.yaml")]
    half = cut(family, 0.5)
    assert half[0].teams["contact_centre"].on_shift == 4 and half[1].teams["contact_centre"].on_shift == 5
    with pytest.raises(CemsimError, match=r"centre by \+2; 30 % of that is \+0\.6\. Whole people are left at 50 %, or"):
        cut(family, 0.3)
    four = [family[0], load(folder / "phone_12.yaml")]
    with pytest.raises(CemsimError, match="at 25 %, 50 %, 75 %, or at 100 %"):
        cut(four, 0.3)
    assert cut(four, 0.25)[1].teams["contact_centre"].on_shift == 3
    with pytest.raises(CemsimError, match="at 50 %, or at 100 %"):           # one percentage for all plans
        cut([*four, family[1]], 0.25)
    one = load(folder / "butterflies_leave.yaml")
    with pytest.raises(CemsimError, match=r"by -1; 50 % of that is -0\.5\. Only 100 % \(no cut\) leaves whole people"):
        cut([family[0], one], 0.5)
    desk = family[0].teams["contact_centre"].model_copy(update={"on_shift": None, "paid": 40.0})
    paid = family[0].model_copy(update={"teams": family[0].teams | {"contact_centre": desk}})
    more = desk.model_copy(update={"paid": 42.5})
    with pytest.raises(CemsimError, match=r"by \+2\.5; 50 % of that is \+1\.2\..* at 40 %, 80 %, or"):
        cut([paid, paid.model_copy(update={"teams": paid.teams | {"contact_centre": more}})], 0.5)
    assert vary(half, {"segments.loyalist.margin": 0.4})[1].teams["contact_centre"].on_shift == 5


def test_a_cut_of_shifts_or_overtime_is_refused(tmp_path: Path) -> None:
    """Rounded shifts would change staff by more than the plan does, and overtime is of whole people."""
    assert SHOP.count("on_shift: 1,") == 1
    (tmp_path / "shop.yaml").write_text(SHOP.replace("on_shift: 1,", "on_shift: 2,"), encoding="utf-8")
    rota = "{to: [{days: mon-sat, hours: '09:00-18:00', people: %d}]}"
    plans = {
        "rota": f"  teams.desk.shifts: {rota % 3}\n", "even": f"  teams.desk.shifts: {rota % 4}\n",
        "late": "  rules: {add: [{version: 1, ruleset: late, decide_on: team_hour, rules: [{id: stay, because: Long "
                "queues., when: {queue_length: {ge: 9}}, then: [{add_staff: {people: 1, time: 1 h}}]}]}]}\n",
    }  # fmt: skip
    for name, change in plans.items():
        text = f"cemsim: 1\nbased_on: shop.yaml\nname: {name}\nchange:\n{change}"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    base, rota3, rota4, late = (load(tmp_path / f"{name}.yaml") for name in ("shop", *plans))
    with pytest.raises(CemsimError, match="rota changes the shifts of desk, and 50 % of 3 people on shift is 1.5"):
        cut([base, rota3], 0.5)
    with pytest.raises(CemsimError, match="Rules of late order overtime of whole people"):
        cut([base, late], 0.5)
    assert [shift.people for shift in cut([base, rota4], 0.5)[1].teams["desk"].shifts] == [2]
    assert cut([base, late], 1.0) == [base, late]
    assert rounded(base, 0.5) == {} and rounded(rota3, 0.5) == {"desk": (1.5, 2.0)}


@pytest.mark.parametrize("plan", ["bank/fewer_people", "telecom/back_office"])
def test_values_are_those_of_the_whole_company_and_only_then_is_it_cut(plan: str) -> None:
    """Staff, people and sums of money have ranges too: taken as they stand, they would belong to no cut company."""
    family = [load(shipped("scenarios", f"{name}.yaml")) for name in (f"{plan.split('/')[0]}/baseline", plan)]
    known = uncertain(family)
    half = at(family, known, list(defaults(known)), share=0.5)
    for made, plain in zip(half, cut(family, 0.5), strict=True):
        assert (made.teams, made.investment, made.market) == (plain.teams, plain.investment, plain.market)
        assert made.segments == plain.segments
    more = [2 * x if "on_shift" in k.name else x for k, x in zip(known, defaults(known), strict=True)]
    whole, small = at(family, known, more), at(family, known, more, share=0.5)
    for name, team in whole[0].teams.items():
        assert small[0].teams[name].on_shift == math.ceil(team.on_shift / 2)
        assert team.on_shift in (family[0].teams[name].on_shift, 2 * family[0].teams[name].on_shift)
