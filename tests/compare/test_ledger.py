"""The customer ledger: people by hand, and a company whose ledger closes to the unit and to the cent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.records import PEOPLE, column
from cemsim.base.shipped import shipped
from cemsim.base.words import CAUSES
from cemsim.compare.ledger import FATES, WITH, WITHOUT, ledger
from cemsim.compare.spent import GIVEN, KINDS
from cemsim.engine.fate import EVERYBODY
from cemsim.engine.log import empty_log, stack
from cemsim.experiment import Run, run
from cemsim.experiment.cut import cut
from cemsim.measures import books
from cemsim.measures.money import (
    acquisition,
    campaigns,
    compensation,
    contribution,
    earned,
    offers,
    rewards,
    staff,
    unit_costs,
)
from cemsim.scenario import load
from tests.engine.small import COMPANY, patched, people_sum, written
from tests.synthetic import Plan

#: The log's money, ``[replicate, month, segment]``, by kind.
MONEY = {
    "margin": earned, "serving": lambda book: staff(book) + unit_costs(book), "compensation": compensation,
    "offers": offers, "rewards": rewards, "campaigns": campaigns, "acquisition": acquisition,
}  # fmt: skip
#: Schemes, campaigns, referral, offers and rules that give: all that money is spent on beside contacts.
GIVING = """\
cemsim: 1
name: Everything is given
horizon: 14 months
burn_in: 2 months
market: {people: 1_500}
segments:
  bound:
    customers: 400
    revenue: 50 USD/month
    churn: 40 %/year
    contract: {term: 4 months, locked: 50 %, renewal: 30 %/month, signs: 50 %}
    cross_sell: {rate: 2 /year, most: 2, cost: 5 USD}
    save_desk: {success: 30 %, partial: 20 %, partial_revenue: 60 %, cost: 12 USD}
    win_back: {offer: bundle, within: 6 months, cost: 30 USD}
  free:
    customers: 300
    revenue: 40 USD/month
    churn: 30 %/year
    proneness: 70 %
    spend: {kind: repertoire, brands: 3, trips: 4 /month}
    win_back: {success: 60 %, cost: 9 USD}
network:
  kind: watts_strogatz
  talk: {rate: 30 %/month, strong: 8 %, weak: 4 %, image: 20 %}
  referral: {rate: 4 /year, reward: 20 USD, margin: 25 %}
journeys:
  question:
    need: 6 /year
    steps:
      look: {channel: web, contains: 20 %, used_by: 60 %, unit_cost: 0.1 USD}
      call: {channel: phone_in, team: desk, handling: 8 min, resolves: 60 %, unit_cost: 0.4 USD}
  complaint:
    starts: complaint
    steps:
      tell: {channel: phone_in, team: desk, handling: 8 min, resolves: 70 %}
teams:
  desk: {on_shift: 1, open: "09:00-17:00 daily", patience: 10 min, wage: 21 USD/h}
failures: {probability: 20 %}
finance: {acquisition_cost: 80 USD, message_cost: 0.3 USD}
switches: {calibration: off}
survey: {asked: 4 /year}
schemes:
  card:
    points: {earn: 1.3, worth: 0.05 USD, threshold: 60, use: 60 %, expires: 3 months}
    tiers: {silver: {above: 200 USD, relationship: 0.4 points}, gold: {above: 900 USD, relationship: 1 points}}
  coffee: {open_to: [free], stamps: {size: 6, free: 1, reward: 9 USD, expires: 18 months}}
  cheap: {discount: 4 %}
  club: {open_to: [free], club: {fee: 3 USD/month, uplift: 30 %, benefit: 50 %}}
campaigns:
  newsletter: {kind: messages, sent: 6.5 /month, message_cost: 0.1 USD}
  texts: {kind: messages, channel: sms, sent: 2 /month, to: [free], starts: month 4, lasts: 6 months}
  spring: {kind: brand, advertising: 2, starts: month 3, lasts: 5 months, cost: 1_000 USD/month}
rules:
  - version: 1
    ruleset: ends
    decide_on: contact_ends
    rules:
      - id: sorry
        because: Who waited gets something.
        when: {wait: {gt: 2 min}}
        then: [{offer_credit: {amount: 3 USD}}]
  - version: 1
    ruleset: review
    decide_on: month_end
    rules:
      - {id: note, because: Who may leave is written to., when: {at_risk: {ge: 35 %}}, then: [{send_message: {}}]}
"""
GIVING_MORE = {
    "schemes.card.points.earn": "{times: 2}", "segments.bound.save_desk.success": "{to: 60 %}",
    "network.referral.reward": "{to: 40 USD}", "network.referral.rate": "{to: 8 /year}",
    "campaigns.newsletter.sent": "{to: 2 /month}", "failures.probability": "{to: 10 %}",
    "segments.*.revenue": "{times: 1.02}", "segments.*.margin": "{add: 2 %-points}",
    "segments.bound.save_desk.cost": "{to: 20 USD}",
    "finance.message_cost": "{to: 0.5 USD}", "finance.acquisition_cost": "{to: 100 USD}",
    "teams.desk.wage": "{add: 2 USD/h}",
    "schemes.card.points.worth": "{to: 0.06 USD}", "schemes.club.club.fee": "{to: 4 USD/month}",
    "campaigns.newsletter.message_cost": "{to: 0.2 USD}",
}  # fmt: skip
#: Prices are on their way from month 4 to nearly the end.
ON_THE_WAY = "investment: {starts: month 4, ramp: 6 months}\n"
SERVICE, COMPETITION = 2 + CAUSES.index("service"), 2 + CAUSES.index("competition")
#: segment, start, end without, end with, months without, with, spend without, with, compensation without, with
BY_HAND = [
    (0, 1, 1, 1, 12, 12, 12.0, 12.0, 0.0, 0.5),                    # kept, and paid half a month for nothing
    (0, 1, SERVICE, 1, 5, 12, 5.0, 12.0, 0.0, 0.25),               # saved
    (1, 1, SERVICE, 1, 3, 12, 6.0, 24.0, 0.25, 0.0),               # saved
    (1, 1, 1, COMPETITION, 12, 2, 12.0, 2.0, 0.0, 0.0),            # lost
    (0, 1, SERVICE, COMPETITION, 4, 6, 4.0, 6.0, 0.0, 0.0),        # gone either way, by another cause
    (0, 0, 1, 1, 7, 7, 7.0, 7.0, 0.0, 0.0),                        # won either way
    (1, 5, 5, 1, 0, 9, 0.0, 9.0, 0.0, 0.0),                        # left before, won back only with the plan
    (1, 0, 1, 0, 3, 0, 3.0, 0.0, 0.0, 0.0),                        # won only without it
    (0, 0, SERVICE, 0, 2, 0, 2.0, 0.0, 0.0, 0.0),                  # came and went
    (0, 6, 6, 6, 0, 0, 0.0, 0.0, 0.0, 0.0),                        # gone before, never seen again: in no line
]  # fmt: skip


def by_hand(name: str, world: int, margin: float = 0.5) -> Any:
    fates = np.zeros(len(BY_HAND), [*EVERYBODY, ("contacts", "u2", (0,))])
    names = ("segment", "start", "end", "lived", "spent", "paid")
    for place, row in enumerate(BY_HAND):
        for name, value in zip(names, (row[0], row[1], *row[2 + world :: 2]), strict=True):
            fates[place][name] = value
    segments = {
        "loyal": SimpleNamespace(revenue=50.0, margin=margin, importance={}, offers={}),
        "fickle": SimpleNamespace(revenue=40.0, margin=margin, importance={}, offers={}),
    }
    for segment in segments.values():
        segment.importance = dict.fromkeys(("product", "service", "relationship", "price", "convenience", "image"), 0.0)
    return SimpleNamespace(
        scenario=SimpleNamespace(
            improvement=None, network=None,
            name=name, path=f"{name}.yaml", own_baseline=False, segments=segments, teams={}, journeys={}, schemes={},
            campaigns={},
            finance=SimpleNamespace(acquisition_cost=0.0, discount_rate=0.1, message_cost=0.0), currency="USD",
        ),
        plan=Plan(SimpleNamespace(
            segments=("loyal", "fickle"), journeys=(), steps=(), teams=(), rules=(), schemes=(), campaigns=(),
            takers=(),
        )),
        log=stack([empty_log(12, 2, 0, 0)]), replicates=(0,), fates=(fates,),
    )  # fmt: skip


def test_people_by_hand() -> None:
    found = ledger([by_hand("Base", WITHOUT), by_hand("Plan", WITH)])
    counts = {fate: found.of(fate, found.people)[0].tolist() for fate in FATES}
    assert counts == {
        "kept": [1, 0], "saved": [1, 1], "lost": [0, 1], "gone": [1, 0],
        "won": [1, 0], "won_with": [0, 1], "won_without": [0, 1], "passing": [1, 0],
    }  # fmt: skip
    months, margin, paid = (found.gain(v) for v in (found.months, found.money["margin"], found.money["compensation"]))
    assert found.of("saved", months)[0].tolist() == [7, 9]
    assert found.of("saved", margin)[0].tolist() == [7 * 25, 18 * 20]
    assert found.of("saved", paid)[0].tolist() == [12.5, -10]
    assert found.of("lost", margin)[0].tolist() == [0, -200]
    assert found.anyway(found.money["compensation"])[0, :, WITH].tolist() == [25, 0]
    saved, lost = found.by_cause("saved", WITHOUT)[0], found.by_cause("lost", WITH)[0]
    assert saved[CAUSES.index("service")].tolist() == [1, 1] and saved.sum() == 2
    assert lost[CAUSES.index("competition")].tolist() == [0, 1] and lost.sum() == 1
    assert found.by_cause("gone", WITH)[0, CAUSES.index("competition")].tolist() == [1, 0]
    assert found.movers.tolist() == [0]


def test_each_world_has_its_own_prices() -> None:
    found = ledger([by_hand("Base", WITHOUT), by_hand("Plan", WITH, margin=0.6)])
    assert found.of("kept", found.gain(found.money["margin"]))[0, 0] == pytest.approx(12 * 50 * 0.1)


@pytest.fixture(scope="module", params=["small", "telecom", "giving"])
def company(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> list[Run]:
    if request.param == "telecom":
        files = [shipped("scenarios", "telecom", f"{name}.yaml") for name in ("baseline", "back_office")]
        return run([cut(load(file), 4_000) for file in files], replicates=2, fates=True)
    folder = tmp_path_factory.mktemp("ledger")
    if request.param == "giving":
        base = written(folder, GIVING)
        return run([base, patched(folder, "plan", GIVING_MORE, ON_THE_WAY)], replicates=2, fates=True)
    base = written(folder, COMPANY)
    plan = patched(folder, "plan", {
        "teams.desk.on_shift": "{add: 1}", "failures.probability": "{times: 0.5}",
        "failures.compensation.minor": "{times: 2}", "segments.*.margin": "{to: 55 %}",
    })  # fmt: skip
    return run([base, plan], replicates=3, fates=True)


def test_the_ledger_closes(company: list[Run]) -> None:
    found, (base, plan) = ledger(company), (books(r) for r in company)
    end = [people_sum(r.log, "active")[:, -1] for r in company]
    assert (found.customers(WITHOUT) == end[0]).all() and (found.customers(WITH) == end[1]).all()
    count = {fate: found.of(fate, found.people) for fate in FATES}
    net = count["saved"] - count["lost"] + count["won_with"] - count["won_without"]
    assert (net == end[1] - end[0]).all() and net.any()
    begun = people_sum(company[0].log, "active_start")[:, 0]
    assert (count["kept"] + count["saved"] + count["lost"] + count["gone"] == begun).all()
    for world, book in enumerate((base, plan)):
        lived = book.log.people[..., column(PEOPLE, "months")].sum(axis=1)
        assert (found.months[..., world].sum(axis=(1, 2, 3)) == lived).all()
        for kind, of in MONEY.items():
            told = of(book).sum(axis=1)
            assert found.money[kind][..., world].sum(axis=(1, 2, 3)) == pytest.approx(told, rel=1e-12, abs=0.005), kind
        assert compensation(book).sum() > 0
    by_fate = sum(found.of(fate, found.gain(found.worth)) for fate in FATES)
    worth = [contribution(b).sum(axis=1) for b in (base, plan)]
    assert by_fate == pytest.approx(worth[1] - worth[0], abs=0.005)


def test_causes_are_those_of_the_world_in_which_they_left(company: list[Run]) -> None:
    found = ledger(company)
    for fate, world in (("saved", WITHOUT), ("lost", WITH), ("gone", WITHOUT), ("gone", WITH)):
        assert (found.by_cause(fate, world).sum(axis=1) == found.of(fate, found.people)).all()
    assert not found.by_cause("kept", WITH).any()


def test_against_itself_nobody_is_saved(company: list[Run]) -> None:
    found = ledger([company[0], company[0]])
    for fate in ("saved", "lost", "won_with", "won_without"):
        assert not found.of(fate, found.people).any()
    assert not found.gain(found.worth).any()


def test_all_that_is_given_is_found_person_by_person(company: list[Run]) -> None:
    found = ledger(company)
    if not company[0].scenario.schemes:
        assert not found.money["rewards"].any() and not found.tiers.any()
        return
    for kind in KINDS:
        assert found.money[kind].any() and found.gain(found.money[kind]).any(), kind
    for kind in GIVEN:
        anyway, spent = found.anyway(found.money[kind]).sum(), found.money[kind].sum()
        assert 0 < anyway < spent, kind
    assert found.tiers.any()


def test_without_fates_it_says_so(company: list[Run]) -> None:
    bare = [SimpleNamespace(**{**r.__dict__, "fates": ()}) for r in company]
    with pytest.raises(CemsimError, match="fates=True"):
        ledger(bare)
