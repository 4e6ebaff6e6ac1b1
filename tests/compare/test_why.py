"""Why B beats A: parts of a simulated difference add up to it, whatever the measure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.compare.paths import PATHS
from cemsim.compare.why import BASELINE, Answer, Inquiry, answer, inquire, worlds_with_ends
from cemsim.experiment import run
from cemsim.finance import cases
from cemsim.finance.lines import lines_of, outlay
from cemsim.measures import KPIS, books
from cemsim.scenario import Scenario, load
from cemsim.scenario.subset import separable, with_changes, written_changes
from tests.engine.small import COMPANY, patched, written

SEED, REPLICATES = 5, 3
CHANGES = {
    "teams.desk.on_shift": "{add: 1}",
    "journeys.question.steps.call.resolves": "{add: 20 %-points}",
    "teams.desk.target.within": "{to: 60 s}",  # moves no customer and no money
}
INVESTMENT = "investment: {capex: 9_000 USD, opex: 100 USD/month, starts: month 2, ramp: 4 months}\n"
MEASURES = ("npv", "churn", "nps", "contribution")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Scenario]:
    folder = tmp_path_factory.mktemp("why")
    base = written(folder, COMPANY)
    return base, patched(folder, "plan", CHANGES, INVESTMENT)


@pytest.fixture(scope="module")
def answers(pair: tuple[Scenario, Scenario]) -> tuple[Inquiry, dict[str, Answer]]:
    asked = inquire(*pair)
    gaps = {name: (m.names, m.gap) for name in MEASURES for m in [lines_of(name, pair[0].finance)]}
    found, bases = answer(asked, gaps, REPLICATES, SEED)
    assert [len(book.replicates) for book in bases] == [REPLICATES]
    return asked, found


def test_parts_add_up_to_the_difference_of_the_plain_comparison(
    pair: tuple[Scenario, Scenario], answers: tuple[Inquiry, dict[str, Answer]]
) -> None:
    runs = run(list(pair), REPLICATES, SEED)
    base, plan = (books(each) for each in runs)
    for name, found in answers[1].items():
        assert found.changes is not None and found.paths is not None
        for by in (found.changes, found.paths):
            total = sum(part.values.sum(axis=-1) for part in by.parts)
            assert total == pytest.approx(by.whole.sum(axis=-1), abs=0.0005)
            if name != "npv":
                gap = KPIS[name].total(plan) - KPIS[name].total(base)
                assert total == pytest.approx(gap, abs=0.0005)
    (case,) = cases(runs)
    npv = answers[1]["npv"].changes
    assert npv is not None
    cost = outlay(pair[1].investment, pair[0].finance, [base])
    assert npv.difference.mean - cost == pytest.approx(case.net.mean, abs=0.005)
    assert npv.difference.low - cost == pytest.approx(case.net.low, abs=0.005)


def test_with_a_terminal_value_parts_less_the_investment_are_the_case(pair: tuple[Scenario, Scenario]) -> None:
    """Opex goes on after the horizon: for the baseline's customers it is the investment's, for others the changes'."""
    going = [s.model_copy(update={"finance": s.finance.model_copy(update={"terminal": "clv"})}) for s in pair]
    asked = inquire(*going, paths=False)
    measure = lines_of("npv", going[0].finance, going[1].investment)
    found, bases = answer(asked, {"npv": (measure.names, measure.gap)}, 2, SEED)
    (case,) = cases(run(going, 2, SEED))
    cost = outlay(going[1].investment, going[0].finance, bases)
    assert cost > 1.1 * outlay(going[1].investment, pair[0].finance, bases)
    by = found["npv"].changes
    assert by is not None
    assert by.difference.mean - cost == pytest.approx(case.net.mean, abs=0.005)


def test_what_each_earns_alone_and_their_interactions_add_up_too(answers: tuple[Inquiry, dict[str, Answer]]) -> None:
    found = answers[1]["npv"].changes
    assert found is not None and found.pairs is not None
    alone = sum(part.alone.mean for part in found.parts if part.alone is not None)
    pairs = found.pairs.sum(axis=(1, 2)).mean() / 2
    assert alone + pairs == pytest.approx(found.difference.mean, abs=0.005)


def test_a_change_that_does_nothing_gets_exactly_zero(answers: tuple[Inquiry, dict[str, Answer]]) -> None:
    for name in MEASURES:
        found = answers[1][name].changes
        assert found is not None
        idle = found.parts[2]
        assert "within" in idle.name and not idle.values.any()
        assert idle.share.low == idle.share.high == 0
        assert found.parts[0].values.any() and found.parts[1].values.any()


def test_paths_of_a_plan_that_only_more_people_carry_out(answers: tuple[Inquiry, dict[str, Answer]]) -> None:
    asked, found = answers
    assert [path.name for path in asked.paths] == ["waiting", "resolution", "failure and recovery"]
    by = found["npv"].paths
    assert by is not None
    pay = by.lines.index("pay")
    rest, waiting = by.parts[0], by.parts[1]
    assert rest.name == "the rest" and rest.line(pay).high < 0  # one more on shift is paid, felt or not
    assert sum(abs(part.line(pay).mean) for part in by.parts[1:]) < 1e-6
    churn = found["churn"].paths
    assert churn is not None and churn.parts[0].share.mean == pytest.approx(0, abs=0.02)
    assert waiting.values.any()


def test_worlds_are_counted_and_shared(answers: tuple[Inquiry, dict[str, Answer]]) -> None:
    asked, _ = answers
    worlds = asked.worlds()
    assert worlds[0] == BASELINE and len(set(worlds)) == len(worlds) == 8 + 2 * 8 - 2
    assert asked.of_changes(0b111) == asked.of_paths(0b111)[1]
    assert len({asked.scenario(w).name for w in worlds}) == len(worlds)


def test_sampled_orders_add_up_and_find_the_exact_parts(
    pair: tuple[Scenario, Scenario], answers: tuple[Inquiry, dict[str, Answer]]
) -> None:
    asked = inquire(*pair, paths=False, most_worlds=6)
    assert asked.pairs == 1
    measure = lines_of("npv", pair[0].finance)
    told = []
    found, _ = answer(asked, {"npv": (measure.names, measure.gap)}, REPLICATES, SEED, 2, lambda w, s: told.append(s))
    by, exact = found["npv"].changes, answers[1]["npv"].changes
    assert by is not None and exact is not None and by.orders == 2 and by.pairs is None
    total = sum(part.values.sum(axis=-1) for part in by.parts)
    assert total == pytest.approx(by.whole.sum(axis=-1), abs=0.0005)
    assert by.whole == pytest.approx(exact.whole, abs=0.0005)
    assert not by.parts[2].values.any() and max(told) == 1.0
    again, _ = answer(inquire(*pair, paths=False, most_worlds=6), {"npv": (measure.names, measure.gap)}, 2, SEED, 1)
    other = again["npv"].changes
    assert other is not None
    for a, b in zip(by.parts, other.parts, strict=True):  # whatever the workers, and the replicates beside
        assert np.array_equal(a.values[:2], b.values)
    for one, other in zip(by.parts, exact.parts, strict=True):
        half = max(one.share.high - one.share.mean, 0.005)
        assert abs(one.share.mean - other.share.mean) <= 2 * half


def test_sampled_orders_say_what_each_does_alone_and_what_is_lost_without_it(tmp_path: Path) -> None:
    base = written(tmp_path, COMPANY)
    plan = patched(tmp_path, "plan", {**CHANGES, "journeys.question.steps.call.quality.service": "{to: 1 points}"})
    measure = lines_of("npv", base.finance)
    gaps = {"npv": (measure.names, measure.gap)}
    few, most = (inquire(base, plan, paths=False, most_worlds=worlds) for worlds in (11, worlds_with_ends(4)))
    assert (few.ends, few.pairs, most.ends, most.pairs) == (False, 1, True, 1)
    assert all(len(most.worlds(number, SEED)) <= 12 for number in range(20))
    exact, some, none = (
        answer(asked, gaps, REPLICATES, SEED)[0]["npv"].changes
        for asked in (inquire(base, plan, paths=False, most_worlds=16), most, few)
    )
    assert exact is not None and some is not None and none is not None and some.orders == 2
    for sure, part, bare in zip(exact.parts, some.parts, none.parts, strict=True):
        assert part.alone == sure.alone and part.last == sure.last and bare.alone is None and bare.last is None
    assert some.parts[0].alone != some.parts[0].last
    total = sum(part.values.sum(axis=-1) for part in some.parts)
    assert total == pytest.approx(some.whole.sum(axis=-1), abs=0.0005)


def test_a_plan_of_price_and_quality_opens_these_paths(tmp_path: Path) -> None:
    base = written(tmp_path, COMPANY)
    step = "journeys.question.steps.call.quality.service"
    plan = patched(tmp_path, "plan", {"price.ours": "{times: 1.05}", step: "{to: 1 points}"})
    asked = inquire(base, plan)
    elsewhere = ("word of mouth", "staff", "rewards", "messages")    # of companies that have them
    assert [path.name for path in asked.paths] == [path.name for path in PATHS if path.name not in elsewhere]
    shut = asked.scenario(asked.of_paths(0)[1])
    assert shut.price == base.price and shut.model.waiting.kappa == 0
    assert shut.journeys["question"].steps["call"].quality == base.journeys["question"].steps["call"].quality
    assert shut.failures.compensation == plan.failures.compensation


def test_what_a_scheme_gives_is_a_path(tmp_path: Path) -> None:
    base = written(tmp_path, COMPANY)
    plan = patched(tmp_path, "plan", {"schemes.card": "{new: {points: {earn: 1, worth: 0.01 USD, threshold: 500}}}"})
    asked = inquire(base, plan)
    assert "rewards" in [path.name for path in asked.paths]
    assert plan.schemes and not asked.scenario(asked.of_paths(0)[1]).schemes


def test_subsets_of_a_patch_of_a_patch(tmp_path: Path) -> None:
    base = written(tmp_path, COMPANY)
    sourced = "{to: {value: 8, source: assumption, range: [7, 9]}}"
    patched(tmp_path, "first", {"teams.desk.on_shift": "{add: 1}", "quality.service": sourced})
    (tmp_path / "second.yaml").write_text(
        "based_on: first.yaml\nchange:\n  teams.*.wage: {times: 2}\n  teams.desk.on_shift: {add: 2}\n"
    )
    whole = load(tmp_path / "second.yaml")
    parts = written_changes(whole)
    assert [p.words for p in parts] == [
        "teams.desk.on_shift: add 1", "quality.service: to 8",
        "teams.*.wage: times 2", "teams.desk.on_shift: add 2",
    ]  # fmt: skip
    made = with_changes(whole, parts[1:3])
    assert made.teams["desk"].on_shift == 2 and made.quality["service"] == 8
    assert made.teams["office"].wage == 2 * base.teams["office"].wage
    again = with_changes(whole, parts)
    assert again.model_copy(update={"name": whole.name}) == whole
    assert with_changes(whole, []).teams == base.teams


def test_changes_that_need_each_other_are_one_part(tmp_path: Path) -> None:
    written(tmp_path, COMPANY)
    plan = patched(tmp_path, "plan", {
        "teams.desk.on_shift": "{add: 1}",
        "journeys.ask": "{new: {need: 1 /year, steps: {chat: {channel: web, team: bots, handling: 3 min}}}}",
        "quality.service": "{to: 8}",
        "teams.bots": '{new: {on_shift: 2, open: "09:00-17:00 daily"}}',
    })  # fmt: skip
    parts = separable(plan)
    assert [len(part.marks) for part in parts] == [1, 2, 1]
    assert parts[1].words == "journeys.ask: new with teams.bots: new"


def test_what_cannot_be_taken_apart_is_said(tmp_path: Path) -> None:
    base = written(tmp_path, COMPANY)
    own = patched(tmp_path, "own", {"segments.loyal.churn": "{to: 9 %/year}"}, "own_baseline: true\n")
    with pytest.raises(CemsimError, match="own_baseline"):
        inquire(base, own)
    with pytest.raises(CemsimError, match="changes nothing"):
        inquire(base, base)


def test_a_measure_without_a_value_is_refused(tmp_path: Path) -> None:
    base = written(tmp_path, COMPANY.replace("horizon: 18", "horizon: 2") + "switches: {calibration: off}\n")
    plan = patched(tmp_path, "plan", {"teams.desk.on_shift": "{add: 1}"})
    measure = lines_of("churn", base.finance)
    with pytest.raises(CemsimError, match="churn has no value"):
        answer(inquire(base, plan, paths=False), {"churn": (measure.names, measure.gap)}, 1)
