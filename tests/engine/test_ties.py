"""Contracts, further products, a save desk, win-back: what is observed is met, and each moves its own way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.base.errors import ScenarioError
from cemsim.base.records import PEOPLE, column
from cemsim.base.theory.contracts import bound_share
from cemsim.base.words import CAUSES
from cemsim.engine.codes import RENEWAL
from cemsim.engine.fast.world import World
from cemsim.engine.log import empty_log
from cemsim.engine.places import WON_BY
from cemsim.engine.ruling import asked_now
from cemsim.engine.state import BOND, CUSTOMER, PERSON, SOURCES
from cemsim.experiment import Run, run
from cemsim.experiment.constants import constants_of
from cemsim.measures.books import books
from cemsim.measures.catalogue import KPIS
from cemsim.model.science import plain
from cemsim.plan.compile import plan
from cemsim.plan.tables import CONTRACTUAL, SEGMENT
from cemsim.scenario import Scenario
from tests.engine.small import patched, people_sum, written

#: A large base without contacts: what people do is told apart from luck.
BASE = """\
cemsim: 1
name: Bound customers
horizon: 24 months
burn_in: 12 months
market: {people: 60_000}
segments:
  bound: {customers: 24_000, revenue: 40 USD/month, churn: 12 %/year}
  free: {customers: 16_000, revenue: 30 USD/month, churn: 25 %/year}
"""
TIES = {
    "segments.*.contract": "{to: {term: 24 months}}",
    "segments.*.cross_sell": "{to: {rate: 0.2 /year}}",
    "segments.*.save_desk": "{to: {}}",
    "segments.*.win_back": "{to: {within: 12 months}}",
}
TIED = BASE.replace(
    "/year}", "/year, contract: {}, cross_sell: {rate: 0.2 /year}, save_desk: {}, win_back: {within: 12 months}}"
)
OWN = "own_baseline: true\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("ties")
    written(found, BASE)
    return found


@pytest.fixture(scope="module")
def tied(folder: Path) -> tuple[Scenario, Run]:
    scenario = written(folder, TIED, "tied.yaml")
    (done,) = run(scenario, replicates=2)
    return scenario, done


def share(done: Any, part: str, whole: str) -> Any:
    """Two columns' ratio, ``[month]``, over replicates and segments."""
    return people_sum(done.log, part).sum(axis=(0, 2)) / people_sum(done.log, whole).sum(axis=(0, 2))


def test_what_is_observed_is_met(tied: tuple[Scenario, Run]) -> None:
    """Observed churn is net of saves, and observed revenue holds all products: both are as without these ties."""
    scenario, done = tied
    for name, target in zip(done.plan.names.segments, (0.12, 0.25), strict=True):
        g = done.plan.names.segments.index(name)
        left, base = (people_sum(done.log, c)[..., g].sum() for c in ("year_left", "year_base"))
        assert abs(left / base - target) < 0.006, name
        spend, months = (people_sum(done.log, c)[..., g].sum() for c in ("spend", "months"))
        assert abs(spend / months - 1.0) < 0.03, name
    lost = done.log.lost.sum(axis=(0, 1, 2))
    ledger = np.array([scenario.causes.ledger[c] for c in CAUSES])
    assert np.abs(lost / lost.sum() - ledger).max() < 0.02


def test_nothing_drifts(tied: tuple[Scenario, Run]) -> None:
    _, done = tied
    active = people_sum(done.log, "active").sum(axis=(0, 2))
    assert abs(active[-1] / people_sum(done.log, "active_start")[:, 0].sum() - 1.0) < 0.02
    for part, whole in (("in_contract", "active"), ("spend", "months")):
        level = share(done, part, whole)
        assert abs(level[-6:].mean() / level[:6].mean() - 1.0) < 0.05, part
    extra = share(done, "extra_products", "active")
    assert abs(extra[-1] / extra[0] - 1.0) < 0.08           # whoever has many stays longer than the draw supposes
    assert abs(share(done, "in_contract", "active").mean() - 0.6) < 0.05


def test_columns_of_those_won_stand_side_by_side() -> None:
    """A place in SOURCES is added to the place of the first."""
    for place, source in enumerate(SOURCES[1:], 1):
        assert column(PEOPLE, f"joined_{source}") == WON_BY + place


def test_ties_are_counted_where_they_act(tied: tuple[Scenario, Run]) -> None:
    _, done = tied
    people = {c: people_sum(done.log, c).sum() for c in ("joined", "joined_win_back", "saved", "saved_partly")}
    assert 0.02 < people["joined_win_back"] / people["joined"] < 0.3
    announced = done.log.lost[..., 2:].sum() + people["saved"] + people["saved_partly"]
    assert abs(people["saved"] / announced - 0.455) < 0.01
    assert abs(people["saved_partly"] / announced - 0.067) < 0.005
    assert people_sum(done.log, "offers_taken").sum() == 0.0            # untargeted: they come of themselves
    expected, lost = people_sum(done.log, "exposed").sum(), done.log.lost.sum()
    assert abs(lost - expected) < 4.0 * np.sqrt(expected)


#: A plan, and the sign of what it adds to each measure.
PLANS: dict[str, tuple[dict[str, str], dict[str, int]]] = {
    "shorter": ({"segments.*.contract.term": "{to: 6 months}"}, {"churn": 1, "in_contract": -1}),
    "renewals": ({"segments.*.contract.renewal": "{to: 25 %/month}"}, {"churn": -1, "in_contract": 1}),
    "signs": ({"segments.*.contract.signs": "{to: 100 %}"}, {"churn": -1, "in_contract": 1}),
    "selling": ({"segments.*.cross_sell.rate": "{to: 0.6 /year}"},
                {"further_products": 1, "revenue": 1, "churn": -1, "products_sold": 1}),
    "no desk": ({"segments.*.save_desk": "{to: none}"}, {"churn": 1, "saved": -1, "customers": -1, "offers": -1}),
    "better desk": ({"segments.*.save_desk.success": "{to: 70 %}"}, {"churn": -1, "saved": 1, "offers": 1}),
    "discount": ({"segments.*.win_back": "{to: {offer: discount}}"}, {"won_back": 1, "customers": 1, "offers": 1}),
    "bundle": ({"segments.*.win_back": "{to: {offer: bundle}}"}, {"won_back": 1, "customers": 1, "offers": 1}),
    "reach": ({"segments.*.win_back.reach": "{to: 10 %}"}, {"won_back": -1, "customers": -1}),
}  # fmt: skip


@pytest.mark.direction
def test_each_moves_its_own_way(folder: Path, tied: tuple[Scenario, Run]) -> None:
    plans = []
    for name, (changes, _) in PLANS.items():
        text = f"based_on: tied.yaml\nname: {name}\nchange:\n" + "".join(f"  {p}: {v}\n" for p, v in changes.items())
        plans.append(written(folder, text, f"{name.replace(' ', '_')}.yaml"))
    done = [books(each) for each in run([tied[0], *plans], replicates=2)]
    for opened, (name, (_, moves)) in zip(done[1:], PLANS.items(), strict=True):
        for kpi, sign in moves.items():
            gap = KPIS[kpi].total(opened) - KPIS[kpi].total(done[0])
            assert np.all(sign * gap > 0.0), (name, kpi, gap)


def test_price_leavers_come_back_more_than_service_leavers(folder: Path) -> None:
    """Won back within a year of all who left for a cause: more for price, fewer for service, nobody who died."""
    from cemsim.engine.fast.world import World
    from cemsim.engine.log import empty_log
    from cemsim.engine.state import CUSTOMER
    from cemsim.experiment.calibrate import neutral
    from cemsim.plan.compile import plan

    changes = {"segments.*.win_back": "{to: {offer: discount}}", "switches.calibration": "{to: off}"}
    made = plan(patched(folder, "left", changes, OWN))
    tables = made.at(-1, neutral(made))
    world = World(tables, 3, 0, 0, True, memory=made.names.remembered)
    people, bonds = world.state.people, world.state.bonds
    for cause in range(6):
        people["status"][cause * 6_000 : (cause + 1) * 6_000] = 2 + cause
    bonds["left"] = -1
    out = empty_log(1, len(tables.segments), len(tables.steps), len(tables.teams))
    back = np.zeros(6)
    for _ in range(12):
        before = people["status"].copy()
        world.step(tables, out, 0)
        won = (people["status"] == CUSTOMER) & (before >= 2)
        assert np.all(bonds["source"][won] == SOURCES.index("win_back"))
        assert np.all(bonds["offer"][won] == 1)
        back += np.bincount(before[won] - 2, minlength=6)
    rates = dict(zip(CAUSES, back / 6_000.0, strict=True))
    assert rates["death"] == rates["move"] == 0.0
    assert abs(rates["product"] - 0.45) < 0.03
    assert rates["competition"] > rates["product"] + 0.03 > rates["service"] + 0.08


def test_the_closed_form_of_contracts_is_what_happens(folder: Path) -> None:
    """A base without calibration settles where the closed form says."""
    contract = "contract: {term: 12 months, locked: 5 %, signs: 50 %}"
    text = BASE.replace("churn: 12 %/year}", f"churn: 12 %/year, {contract}}}")
    text += "model: {churn: {beta1: 0, beta3: 0}}\nswitches: {heterogeneity: off}\n"
    scenario = written(folder, text, "alone.yaml")
    assert "in the long run" in scenario.remarks[0].message
    (done,) = run(scenario, replicates=1)
    level = people_sum(done.log, "in_contract")[0, -6:, 0].sum() / people_sum(done.log, "active")[0, -6:, 0].sum()
    assert abs(level - bound_share(12, 1 / 16, 0.5, 0.12, 0.3, 2.0)) < 0.02


@pytest.mark.parametrize("changes", [
    {"segments.*.save_desk": "{to: {success: 100 %, partial: 0 %}}"},
    {"segments.*.revenue": "{to: 0 USD/month}", **TIES},
    {"segments.bound.churn": "{to: 99 %/year}", "segments.free.churn": "{to: 99 %/year}", **TIES},
    {"segments.bound.contract": "{to: {term: 1 months, signs: 100 %}}"},
    {"segments.*.cross_sell": "{to: {rate: 12 /year, most: 1}}"},
])  # fmt: skip
def test_odd_input_gives_an_answer(folder: Path, changes: dict[str, str]) -> None:
    """Nobody is lost, and no number is undefined."""
    text = BASE.replace("4_000", "40").replace("6_000", "60").replace("60_000", "600")
    written(folder, text, "base_small.yaml")
    lines = "".join(f"  {path}: {value}\n" for path, value in changes.items())
    odd = written(folder, f"based_on: base_small.yaml\nname: odd\nown_baseline: true\nchange:\n{lines}", "odd.yaml")
    (done,) = run(odd, replicates=1)
    assert np.all(np.isfinite(done.log.people)) and np.all(done.log.people >= 0.0)
    start, end, joined = (people_sum(done.log, n) for n in ("active_start", "active", "joined"))
    assert np.array_equal(end, start + joined - done.log.lost.sum(axis=-1))


def test_a_segment_may_die_out(folder: Path) -> None:
    """Nobody is won, everybody leaves: the ties of those who are gone weigh nothing."""
    changes = {**TIES, "segments.*.churn": "{to: 99 %/year}", "switches.calibration": "{to: off}"}
    (done,) = run(patched(folder, "dies", changes, OWN), replicates=1)
    opened = books(done)
    assert people_sum(done.log, "active")[0, -1].sum() < 0.05 * 40_000
    assert np.isfinite(KPIS["contribution"].total(opened)).all()


def test_more_than_all_cannot_be_saved(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="add up to 110%"):
        patched(folder, "all", {"segments.*.save_desk": "{to: {success: 60 %, partial: 50 %}}"}, OWN)


def test_messages_sell_further_products_up_to_an_ideal(tmp_path: Path) -> None:
    text = TIED.replace("horizon: 24", "horizon: 6")
    told = "model: {communication: {welcome: 100 %, reactance: 0}}\nswitches: {calibration: off}\n"
    family = [written(tmp_path, text + told)]
    for name, sent in (("ideal", 8), ("flood", 80)):
        mails = f"{{new: {{kind: messages, channel: email, sent: {sent} /month}}}}"
        family.append(patched(tmp_path, name, {"campaigns.mail": mails}))
    none, ideal, flood = (people_sum(done.log, "products_sold").sum() for done in run(family, replicates=1))
    assert ideal > 1.5 * none and flood < 0.75 * ideal


def test_rules_at_a_renewal_follow_the_contract_where_there_is_one() -> None:
    ask = plain(asked_now)
    segment, person, bond = (np.zeros(1, kind).view(np.recarray)[0] for kind in (SEGMENT, PERSON, BOND))
    months = range(1, 25)

    def asked() -> list[int]:
        found = []
        for month in months:
            person["tenure"], bond["contract"] = month, max(10 - month, 0)
            if ask(None, bond, person, segment, RENEWAL, 0):
                found.append(month)
        return found

    segment["spend"] = CONTRACTUAL
    assert asked() == [12, 24]                       # no terms are written: anniversaries
    segment["contract"] = 10
    assert asked() == [9]                            # the month that now begins is the contract's last


@pytest.mark.parametrize("contract", ["", ", contract: {term: 12 months, renewal: 50 %/month}"])
def test_the_chance_of_leaving_in_a_year_is_that_of_a_year(tmp_path: Path, contract: str) -> None:
    """Told in advance and counted afterwards, by how long contracts still run: a month does not speak for a year."""
    rule = """\
rules:
  - version: 1
    ruleset: noted
    decide_on: month_end
    rules: [{id: risk, because: We look at it., when: {at_risk: {ge: 99 %}}, then: [{log: {}}]}]
"""
    text = BASE.replace("/year}", f"/year{contract}}}").replace("horizon: 24", "horizon: 12") + rule
    scenario = written(tmp_path, text)
    p, months = plan(scenario), scenario.horizon
    solved = constants_of(p, lambda what, share: None)
    world = World(p.at(-1, solved), 1, 0, 0, memory=p.names.remembered, ages=p.names.ages)
    world.step(p.at(-1, solved), empty_log(1, *p.names.sizes), 0)
    state = world.state
    there = (state.people["status"] == CUSTOMER) & (state.ruled["hazard"] >= 0.0)      # who has just come is not known
    told = 1.0 - np.exp(-12.0 * state.ruled["hazard"].astype(float))
    left = state.bonds["contract"].copy()
    gone = np.zeros(len(there), bool)
    out = empty_log(months, *p.names.sizes)
    for month in range(12):
        world.step(p.at(month, solved), out, month)
        gone |= there & (state.people["status"] != CUSTOMER)
    for group in (left == 0, (left > 0) & (left <= 4), (left > 4) & (left <= 8), left > 8):
        of = there & group
        if of.sum() > 1_000:
            spread = np.sqrt((told[of] * (1.0 - told[of])).sum())
            assert abs(gone[of].sum() - told[of].sum()) < 4.0 * spread + 0.03 * told[of].sum()
    assert contract == "" or (left[there] > 0).mean() > 0.3
