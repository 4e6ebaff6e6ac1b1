"""The case: by hand to the cent, parts that add up, and settings that are neutral."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.records import PEOPLE, column
from cemsim.finance import cases
from cemsim.finance.case import Case
from cemsim.finance.cashflow import EFFECT, LINES, OUTLAY, spending
from cemsim.finance.rates import present_value
from cemsim.measures.books import books
from cemsim.measures.money import contribution, cost_to_serve
from cemsim.report.sections.case import facts
from cemsim.scenario.schema.finance import Finance, Investment
from tests.synthetic import Plan, run, scenario

PLAN = Investment(capex=250_000.0, opex=4_000.0, starts=3, depreciation=60, capex_over=2, opex_ramp=4)
CENT = 0.005


def family(plan: Investment | None = PLAN, replicates: int = 4, months: int = 36, **finance: Any) -> list[Any]:
    counted = Finance(**{"acquisition_cost": 350.0, **finance})
    return [
        run("base", replicates=replicates, months=months, finance=counted),
        run("plan", lift=0.1, replicates=replicates, months=months, finance=counted, investment=plan),
    ]


def case(**over: Any) -> Case:
    (found,) = cases(family(**over))
    return found


ALL = {"tax": 0.25, "working_capital": 0.08, "terminal": "clv"}


def test_by_hand() -> None:
    """Two hundred more customers in month 1 of three, everything else alike."""
    finance = Finance(tax=0.3, working_capital=0.1)
    plan = Investment(capex=1200.0, opex=50.0, starts=1, depreciation=4)
    base = run("a", months=3, replicates=2, finance=finance)
    ours = run("b", months=3, replicates=2, finance=finance, investment=plan)
    ours.log.people[:, 1, 0, column(PEOPLE, "spend")] += 200.0
    (found,) = cases([base, ours])
    margin, revenue = 200 * 48 * 0.5, 200 * 48.0
    rows = {
        "margin": [0, margin, 0, 0],
        "opex": [0, -50, -50, 0],
        "capex": [0, -1200, 0, 0],
        "tax": [0, -0.3 * (margin - 50 - 300), -0.3 * (-50 - 300), 0],
        "working_capital": [0, -0.1 * 12 * revenue, 0.1 * 12 * revenue, 0],
    }
    for name in LINES:
        assert np.allclose(found.flow.lines[name], rows.get(name, [0, 0, 0, 0]), atol=CENT), name
    net = np.sum(list(rows.values()), axis=0)
    assert found.net.mean == pytest.approx(float(present_value(net, 0.1)), abs=CENT)
    assert found.later_relief == pytest.approx(0.3 * 600)


def test_money_saved_is_nothing_put_in() -> None:
    """Opex below 0 comes back like any other gain: only what is paid stands under the return on investment."""
    finance = Finance(tax=0.0, working_capital=0.0)
    base = run("a", months=3, replicates=2, finance=finance)
    for capex, opex, paid in ((1200.0, -500.0, 1200.0), (0.0, -500.0, 0.0), (1200.0, 500.0, 2700.0)):
        plan = Investment(capex=capex, opex=opex)
        (found,) = cases([base, run("b", months=3, replicates=2, finance=finance, investment=plan)])
        back = float(found.flow.net.mean(axis=0).sum()) + paid
        assert found.roi == (pytest.approx(back / paid - 1.0) if paid else None)
        assert found.roi is None or found.profitability is not None
        assert found.flow.net.mean(axis=0).sum() == pytest.approx(-capex - 3.0 * opex)


def test_capex_after_the_horizon_is_told() -> None:
    base = run("a", months=3, replicates=2)
    for over, unpaid in ((2, 0.0), (3, 400.0), (8, 900.0)):
        plan = Investment(capex=1200.0, capex_over=over, starts=1)
        (found,) = cases([base, run("b", months=3, replicates=2, investment=plan)])
        assert found.unpaid == pytest.approx(unpaid)
        shown = dict(facts(found).rows)
        assert ("capex due after the horizon (not counted)" in shown) == bool(unpaid)


@pytest.mark.parametrize("over", [{}, {"tax": 0.0}, ALL])
def test_parts_add_up_to_the_cent(over: dict[str, Any]) -> None:
    found = case(**over)
    assert sum(found.worths[name].mean for name in LINES) == pytest.approx(found.net.mean, abs=CENT)
    assert found.gain.mean - found.cost == pytest.approx(found.net.mean, abs=CENT)
    heads, rows = found.years()
    assert all(len(row) == len(heads) for row in rows.values())
    assert np.allclose(sum(rows[name] for name in LINES), rows["net"], atol=CENT)
    assert float(rows["net"].sum()) == pytest.approx(float(found.cumulative.mean(axis=0)[-1]), abs=CENT)
    assert np.allclose(sum(found.flow.relief.values()), found.flow.lines["tax"], atol=CENT)


def test_segments_add_up_to_the_whole() -> None:
    found = case(**ALL)
    operating = sum(found.flow.lines[name] for name in (*EFFECT, "pay", "campaigns"))
    assert np.allclose(found.flow.segments.sum(axis=0), operating, atol=CENT)
    total = sum(each.mean for each in found.by_segment.values())
    assert total == pytest.approx(sum(found.worths[name].mean for name in (*EFFECT, "pay", "campaigns")), abs=CENT)


def test_neutral_settings_give_the_plain_present_value() -> None:
    """No tax, nothing tied up, no terminal value: contribution less the plan's own spending, discounted."""
    runs = family(tax=0.0)
    (found,) = cases(runs)
    base, ours = (contribution(books(each)).sum(axis=-1) for each in runs)
    spent = spending(PLAN, 36)
    plain = present_value(ours - base - spent.capex - spent.opex, 0.10)
    assert found.net.mean == pytest.approx(float(plain.mean()), abs=CENT)
    assert found.plain.mean == pytest.approx(found.net.mean, abs=CENT)
    assert case(**ALL).plain.mean == pytest.approx(found.net.mean, abs=CENT)


def test_tax_takes_its_share_of_profit_and_gives_relief_over_the_life() -> None:
    plan = Investment(capex=240_000.0, depreciation=24)
    before, after = case(plan=plan, tax=0.0), case(plan=plan, tax=0.25)
    profit = before.flow.net.sum(axis=-1)  # everything is written off within the horizon
    assert np.allclose(after.flow.net.sum(axis=-1), 0.75 * profit)
    assert after.later_relief == pytest.approx(0.0, abs=CENT)


def test_terminal_value_counts_customers_once() -> None:
    """It begins after the horizon: the cash within it is the same with and without."""
    without, found = case(tax=0.25), case(tax=0.25, terminal="clv")
    for name in LINES:
        if name != "terminal":
            assert np.array_equal(without.flow.lines[name], found.flow.lines[name])
    assert not found.flow.lines["terminal"][:, :-1].any()
    assert found.flow.lines["terminal"][:, -1].min() > 0


def test_a_terminal_value_pays_nothing_back() -> None:
    """It is no cash within the horizon: paybacks are those without it, the rate of return and the index are not."""
    dear = Investment(capex=2_000_000.0)
    without, found = case(plan=dear, tax=0.25), case(plan=dear, tax=0.25, terminal="clv")
    assert without.payback is None and found.payback is None and found.discounted_payback is None
    assert found.paid_back == 0.0
    assert found.cumulative[:, -1].min() > 0.0 and found.profitability > without.profitability
    cheap = case(tax=0.25), case(tax=0.25, terminal="clv")
    assert cheap[0].payback == cheap[1].payback is not None
    assert cheap[0].discounted_payback == cheap[1].discounted_payback is not None


def test_return_and_index_are_on_capex_and_opex() -> None:
    """Pay is no investment: people whom a plan saves or needs are part of what comes back for it."""
    found = case(tax=0.25)
    paid = 250_000.0 + 4_000.0 * (0.25 + 0.5 + 0.75 + 30)
    net = float(found.flow.net.mean(axis=0).sum())
    assert found.roi == pytest.approx(net / paid)
    discounted = -found.worths["capex"].mean - found.worths["opex"].mean
    assert found.profitability == pytest.approx(1.0 + found.net.mean / discounted)
    free = case(plan=None)
    assert free.roi is None and free.profitability is None


def test_a_plan_that_starts_after_the_horizon_pays_nothing_back() -> None:
    late = case(plan=Investment(capex=1.0, starts=36))
    assert late.payback is None and late.discounted_payback is None and late.paid_back == 0.0


def test_terminal_value_by_hand() -> None:
    runs = family(replicates=1, tax=0.25, terminal="clv")
    (found,) = cases(runs)
    worth = []
    for each in runs:
        book = books(each)
        earned = (contribution(book) + book.people("joined")[..., 0] * 350.0)[0, -12:].sum(axis=0)
        lived, left, start, active = (
            book.people(name)[0, -12:, :, 0] for name in ("months", "year_left", "year_base", "active")
        )
        kept = 1 - left.sum(axis=0) / start.sum(axis=0)
        if each is not runs[0]:                  # the plan's opex goes on for each customer, as in the last year
            opex = 12 * each.scenario.investment.opex
            assert opex > 0.0
            earned = earned - opex * lived.sum(axis=0) / lived.sum()
        margin = 12 * earned / lived.sum(axis=0)
        worth.append(0.75 * float((active[-1] * margin * kept / (1.1 - kept)).sum()))
    assert float(found.flow.lines["terminal"][0, -1]) == pytest.approx(worth[1] - worth[0], abs=CENT)


def test_what_a_plan_brings_later_is_not_had_without_its_opex() -> None:
    """Ten times the opex costs after the horizon what it costs within, by as many years as customers last."""
    dear, cheap = (case(plan=Investment(opex=opex), tax=0.25, terminal="clv") for opex in (20_000.0, 2_000.0))
    later = dear.flow.lines["terminal"][:, -1] - cheap.flow.lines["terminal"][:, -1]
    year = dear.flow.lines["opex"][:, -13:-1].sum(axis=1) - cheap.flow.lines["opex"][:, -13:-1].sum(axis=1)
    years = later / (0.75 * year)
    assert (years > 1.0).all() and (years < 10.0).all()


def test_customers_who_never_leave_are_refused_without_a_discount() -> None:
    runs = family(discount_rate=0.0, terminal="clv")
    for each in runs:
        each.log.people[..., column(PEOPLE, "year_left")] = 0.0
    with pytest.raises(CemsimError, match="never leave"):
        cases(runs)


def test_break_even_effect_makes_it_nothing() -> None:
    found = case(**ALL)
    assert found.break_even is not None
    net = found.break_even * found.flow.effect.mean(axis=0) - found.flow.outlay.mean(axis=0)
    assert float(present_value(net, 0.1)) == pytest.approx(0.0, abs=CENT)


def test_rates_belong_to_the_mean_cash_flow() -> None:
    found = case(tax=0.25)
    for rate in found.irr:
        assert float(present_value(found.flow.net.mean(axis=0), rate)) == pytest.approx(0.0, abs=1.0)


def test_outlay_and_effect_are_all() -> None:
    found = case(**ALL)
    assert set(LINES) == {*EFFECT, *OUTLAY, "tax", "working_capital", "terminal"}
    assert np.allclose(found.flow.effect - found.flow.outlay, found.flow.net, atol=CENT)


def test_cost_to_serve_adds_up_by_segment_and_by_channel() -> None:
    runs = family()
    (found,) = cases(runs)
    for served, each in zip(found.served, runs, strict=True):
        whole = cost_to_serve(books(each)).sum(axis=(1, 2))
        assert np.allclose(served.total.sum(axis=-1), whole)
        channels = served.channel_total.sum(axis=-1) + served.idle + served.compensation.sum(axis=-1)
        assert np.allclose(channels, whole)


def test_pay_of_a_team_that_handled_nothing_is_of_no_channel() -> None:
    runs = family(months=3)
    for each in runs:
        each.log.steps[:, 1] = 0.0
    (found,) = cases(runs)
    assert found.served[0].idle.min() > 0
    assert np.allclose(found.served[0].pay.sum(axis=-1),
                       found.served[0].channel_pay.sum(axis=-1) + found.served[0].idle)  # fmt: skip


def test_segments_of_one_scenario_alone_count() -> None:
    """A patch with a world of its own may lack a group: what the group earned is gone."""
    runs = family(tax=0.0, plan=None)
    short = scenario("plan", finance=runs[0].scenario.finance)
    kept = SimpleNamespace(**{**vars(runs[1].plan.names), "segments": ["loyalist"]})
    short.segments = {"loyalist": short.segments["loyalist"]}
    log = SimpleNamespace(**vars(runs[1].log))
    for name in ("people", "lost", "satisfaction", "failures"):
        setattr(log, name, getattr(log, name)[:, :, :1])
    for name in ("steps", "schemes", "campaigns"):
        setattr(log, name, getattr(log, name)[:, :, :, :1])
    log.passed = log.passed[:, :, :, :, :1]
    runs[1] = SimpleNamespace(**{**vars(runs[1]), "scenario": short, "log": log, "plan": Plan(kept)})
    (found,) = cases(runs)
    assert found.groups == ("loyalist", "butterfly")
    assert found.by_segment["butterfly"].mean < 0
