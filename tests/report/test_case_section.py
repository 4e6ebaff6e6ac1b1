"""The half page and the section of the case: sentences and tables made from the numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cemsim.compare.interval import Interval
from cemsim.finance import cases
from cemsim.finance.case import Case
from cemsim.finance.rates import break_even
from cemsim.report.page import page
from cemsim.report.sections import case as tables
from cemsim.report.sections import executive, risk
from cemsim.report.sections.executive import section, sentences
from cemsim.scenario import load
from cemsim.scenario.schema.finance import Finance, Investment
from tests.synthetic import run

HERE = Path(__file__).parent / "scenarios"


def made(capex: float = 100_000.0, lift: float = 0.3, **finance: Any) -> Case:
    counted = Finance(acquisition_cost=350.0, **finance)
    base = run("base", replicates=4, finance=counted)
    plan = Investment(capex=capex)
    (found,) = cases([base, run("<plan>", lift=lift, replicates=4, finance=counted, investment=plan)])
    return found


def test_a_plan_that_pays_says_when_and_how_sure() -> None:
    said = " ".join(sentences(made()))
    assert said.startswith("<plan> pays within 36 months: its net present value is +")
    for words in ("it gains by margin on revenue", "the plan's capex", "It is paid back", "It would still pay"):
        assert words in said
    for months, told in ((1.0, "1 month after"), (1.2, "1.2 months after"), (7.5, "7.5 months after")):
        assert f"It is paid back {told} its start" in " ".join(sentences(replace(made(), payback=months)))


def test_a_plan_that_does_not_pay_says_what_it_would_take() -> None:
    said = " ".join(sentences(made(capex=90_000_000.0)))
    assert "does not pay" in said
    assert "does not come back within 36 months" in said
    assert "times what is seen" in said


@pytest.mark.parametrize("finance", [{}, {"terminal": "clv", "working_capital": 0.08}])
def test_the_lines_that_are_told_add_up_to_the_value(finance: dict[str, Any]) -> None:
    first, lines, *_ = sentences(made(**finance))
    told = [number(found) for found in re.findall(r"[+−][\d.,]+(?= )", lines)]
    value = number(re.findall(r"[+−][\d.,]+", first)[0])
    assert len(told) > 3 and sum(told) == pytest.approx(value, rel=0.02)


def test_a_terminal_value_is_said_to_be_one() -> None:
    assert "lies after the horizon" in " ".join(sentences(made(terminal="clv")))


def test_nothing_changed() -> None:
    assert sentences(made(capex=0.0, lift=0.0)) == ["<plan> adds and costs nothing: its cash is the baseline's."]


def test_users_names_are_escaped() -> None:
    html = section([made()]).html
    assert "&lt;plan&gt;" in html
    assert "<plan>" not in html


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize("over", [{}, {"terminal": "clv", "working_capital": 0.08}])
def test_the_shown_lines_add_up_to_the_shown_net_cash(over: dict[str, Any]) -> None:
    table = tables.flow(made(**over))
    for column in range(1, len(table.heads)):
        *lines, net = (number(row[column]) for row in table.rows)
        assert sum(lines) == pytest.approx(net, abs=1e-6)
    for row in table.rows:
        *years, total = (number(cell) for cell in row[1:])
        assert sum(years) == pytest.approx(total, abs=1e-6)


def test_rounded_years_do_not_bend_a_lines_sum() -> None:
    """Twenty years of 1,200 each are 24 thousand, not twenty times 1 thousand; lines and years still add up."""
    counted = Finance(acquisition_cost=350.0, tax=0.25)
    plan = Investment(opex=100.0, capex=40_000.0)
    runs = [run("base", replicates=2, months=240, finance=counted)]
    runs.append(run("plan", lift=0.01, replicates=2, months=240, finance=counted, investment=plan))
    (case,) = cases(runs)
    table = tables.flow(case)
    rows = {row[0]: [number(cell) for cell in row[1:]] for row in table.rows}
    heads, true = case.years()
    unit = 10.0 ** {"thousand": 3, "million": 6}[table.heads[0].split("(")[1].split()[0]]
    assert rows[tables.LABELS["opex"]][-1] * unit == pytest.approx(true["opex"].sum(), rel=0.02)
    *lines, net = rows.values()
    assert np.allclose(np.sum(lines, axis=0), net) and np.isclose(sum(net[:-1]), net[-1])


def test_what_there_is_none_of_says_why() -> None:
    shown = dict(tables.facts(made(capex=0.0, lift=0.0)).rows)
    free = "none: the plan has no pay, campaigns, opex or capex of its own"
    assert shown["break-even effect"] == free
    assert shown["profitability index"] == shown["return on investment over the horizon"] == tables.UNPAID
    assert shown["internal rate of return a year"].startswith("none: no month costs more")
    shown = dict(tables.facts(made(lift=0.0, tax=0.0)).rows)
    assert shown["modified rate of return a year"] == "none: no month brings more than it costs"
    assert shown["break-even effect"].startswith("none: customers' reaction brings nothing")


def test_a_rate_of_nothing_put_in_is_not_told_where_its_sign_is_not() -> None:
    unclear = replace(made(capex=0.0, lift=0.0), net=Interval(5.0, -10.0, 20.0, 15.0, 9))
    shown = dict(tables.facts(unclear).rows)
    for name in ("internal rate of return a year", "modified rate of return a year", "payback", "discounted payback"):
        assert shown[name] == tables.UNCLEAR
    clear = dict(tables.facts(replace(unclear, net=Interval(5.0, 1.0, 9.0, 4.0, 9))).rows)
    assert tables.UNCLEAR not in clear.values()


def test_plans_stand_side_by_side_paired_by_replicate() -> None:
    counted = Finance(acquisition_cost=350.0)
    plans = [run(f"plan {capex:g}", lift=0.3, replicates=4, finance=counted, investment=Investment(capex=capex))
             for capex in (200_000.0, 100_000.0)]  # fmt: skip
    plans.append(run("free", lift=0.1, replicates=4, finance=counted))
    found = cases([run("base", replicates=4, finance=counted), *plans])
    rows = tables.side_by_side(found).rows
    assert [row[0] for row in rows] == ["plan 100000", "plan 200000", "free"]
    assert rows[0][2] == "100 thousand USD" and rows[0][4] == "the highest of these"
    assert number(rows[0][3]) == pytest.approx(found[1].net.mean / 100_000.0, abs=0.005)
    # capex of 100,000 more, less what depreciation relieves of tax: the same luck in both, so nothing is uncertain
    assert rows[1][4].startswith("−78.") and "(" not in rows[1][4]
    assert rows[2][3] == tables.UNPAID and "(" in rows[2][4]
    assert "Plans side by side" in tables.section(found, "base", figures=False).html
    assert "Plans side by side" not in tables.section(found[:1], "base", figures=False).html


@pytest.mark.parametrize(("fewer", "pay", "away", "said"), [
    (0.9, 1.0, 0.0, "Staff serve 10 % fewer contacts"), (0.9, 1.1, 0.0, "yet pay grows by"), (0.9, 0.9, 0.0, ""),
    (1.0, 1.0, 0.0, ""), (0.9, 1.0, 100.0, ""),
])  # fmt: skip
def test_calls_that_do_not_come_save_no_pay_by_themselves(fewer: float, pay: float, away: float, said: str) -> None:
    """Those that come and are turned away are not told as such."""
    luck = np.linspace(0.99, 1.01, 4)[:, None]
    staffed = np.array([[1.0, 0.0]])

    def served(contacts: float, paid: float, missed: float) -> SimpleNamespace:
        pay = luck * [[paid]]
        return SimpleNamespace(
            contacts=luck * [contacts, 500.0], missed=luck * [missed, 0.0], channel_pay=pay * staffed, pay=pay
        )

    both = served(1000.0, 9000.0, 50.0), served(1000.0 * fewer, 9000.0 * pay, 50.0 + away)
    case: Any = SimpleNamespace(served=both, currency="USD")
    words = executive._shifts(case)
    assert said in words and bool(words) == bool(said)


def test_rates_in_words() -> None:
    assert tables.rates(()) == "none"
    assert tables.rates((0.1, 0.2)) == "several: 10 %, 20 %"
    assert tables.rates((0.1283,)) == "12.8 %"


def test_the_page_opens_with_the_half_page() -> None:
    runs = [run(made=load(HERE / "shop.yaml")), run(made=load(HERE / "people.yaml"), lift=0.02)]
    html = page(runs, cases=cases(runs))
    assert html.index('id="executive"') < html.index('id="verdict"') < html.index('id="case"')
    assert 'id="executive"' not in page(runs)


def test_a_plan_that_changes_nothing_has_a_case() -> None:
    base = run("base", replicates=3)
    (found,) = cases([base, run("the same", replicates=3)])
    assert [row[0] for row in tables.flow(found).rows] == ["net cash"]
    assert sentences(found) == ["the same adds and costs nothing: its cash is the baseline's."]


@pytest.mark.parametrize(
    ("gain", "cost", "said"),
    [
        (Interval(-50.0, -60.0, -40.0, 5.0, 9), 90.0, "It costs money. Customers bring 30 USD more margin, but what"),
        (Interval(200.0, 150.0, 250.0, 30.0, 9), 100.0, "It would still pay for itself with 50 % of the effect seen."),
        (Interval(50.0, 40.0, 60.0, 5.0, 9), 100.0, "The effect would have to be 2.00 times what is seen"),
        (Interval(5.0, -40.0, 50.0, 30.0, 9), 100.0, "Whether customers' reaction brings or costs anything"),
        (Interval(-50.0, -60.0, -40.0, 5.0, 9), 100.0, "It costs money and loses money on customers as well"),
        (Interval(-50.0, -60.0, -40.0, 5.0, 9), -100.0, "may be 200 % of what is seen before the saving is gone"),
        (Interval(-50.0, -60.0, -40.0, 5.0, 9), -20.0, "shrink to 40 % of what is seen for the saving to cover it"),
        (Interval(50.0, 40.0, 60.0, 5.0, 9), -20.0, ""),
    ],
)
def test_how_much_of_the_effect_is_needed_is_said_for_gains_and_for_losses(
    gain: Interval, cost: float, said: str
) -> None:
    margin = Interval(30.0, 20.0, 40.0, 5.0, 9) if cost == 90.0 else Interval(30.0, -10.0, 70.0, 20.0, 9)
    case: Any = SimpleNamespace(
        gain=gain, cost=cost, break_even=break_even(gain.mean, cost), worths={"margin": margin}, currency="USD"
    )
    words = executive._margin(case)
    assert words.startswith(said) if not said.startswith(("may", "shrink")) else said in words
    assert bool(words) == bool(said)


def test_of_which_plans_the_effect_is_doubted_is_said() -> None:
    """Only of those that say how much a number moves; rules, staff and switches are carried out as written."""
    drawn: Any = SimpleNamespace(
        family=("Training", "A rule"),
        known=[
            SimpleNamespace(name="effect of Training", scenario="Training", effect=True),
            SimpleNamespace(name="segments.some.churn", scenario="", effect=False),
            SimpleNamespace(name="investment.capex of A rule", scenario="A rule", effect=False),
        ],
    )
    said = risk._doubted(drawn)
    assert said.startswith("Of Training, between half and one and a half") and "That A rule works as written" in said
    drawn.known.append(SimpleNamespace(name="a.b of A rule", scenario="A rule", effect=False))
    said = risk._doubted(drawn)
    assert "Of A rule, the numbers with a range are drawn" in said and "That A rule" not in said
    drawn.family = ("Training",)
    assert "not doubted" not in risk._doubted(drawn)


def test_a_plan_that_starts_after_the_horizon_does_not_cost_nothing() -> None:
    late = replace(made(capex=0.0, lift=0.0), starts=36)
    assert sentences(late) == ["<plan> starts after the horizon of 36 months, so nothing of it is seen."]
