"""Loyalty schemes and campaigns: points close to the unit, levers move what they should, odd input gets an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from cemsim.base.errors import ScenarioError
from cemsim.base.records import PEOPLE, column
from cemsim.engine.parity import Life, lived_fast, lived_glass
from cemsim.engine.programme import _grow_old, empty_cards, put_on, take_off
from cemsim.engine.state import CUSTOMER
from cemsim.experiment import Run, run
from cemsim.measures.books import books
from cemsim.measures.catalogue import KPIS
from cemsim.measures.points import ledger
from cemsim.plan.compile import plan
from cemsim.scenario import load
from tests.engine.small import COMPANY, LOYALTY, lived, patched, same, unmoved, written
from tests.parity.test_parity import WORLDS, moving

IN, OUT = ("issued", "given"), ("redeemed", "expired", "forfeited")


def closes(points: NDArray[Any], scheme: int, segment: int) -> bool:
    """Each month: outstanding = before + what came in − what went out, in whole points."""
    rows = points[(points["scheme"] == scheme) & (points["segment"] == segment)]
    left = rows["outstanding"]
    before = np.concatenate([[0.0], left[:-1]])
    moved = sum(rows[n] for n in IN) - sum(rows[n] for n in OUT)
    return bool(np.array_equal(left, before + moved) and np.array_equal(left, np.floor(left)) and left.min() >= 0.0)


@pytest.mark.parametrize("engine", [lived_fast, lived_glass])
def test_points_close_to_the_unit_each_month(engine: Callable[..., Life]) -> None:
    ours = plan(load(WORLDS / "loyalty.yaml"))
    points = engine(ours, moving(ours), 8, 2)["points"]
    assert all(closes(points, s, g) for s in range(4) for g in range(3))
    for name in (*IN, *OUT, "more_trips", "discounts", "paying"):
        assert points[name].sum() > 0.0, name                          # nothing above is a row of zeros
    assert np.all(points["issued_anyway"] <= points["issued"])
    assert np.all(points["discounts_anyway"] <= points["discounts"])


@pytest.mark.parametrize("lives", [1, 12, 18, 120])
def test_points_go_by_age(lives: int) -> None:
    """The oldest are used first, and what is as old as promised expires, to the month."""
    cards, lots = empty_cards(1, 1, lives + 1)
    card, lot = cards[0, 0], lots[0, 0]
    for month in range(lives + 9):
        put_on(card, lot, month, 10)
        assert _grow_old(card, lot, month, lives) == (10 if month >= lives else 0)
    assert card["balance"] == lot.sum() == 10 * lives
    take_off(card, lot, month + 1, 10 * lives - 5)
    assert card["balance"] == lot[month % (lives + 1)] == 5            # of the youngest


def test_points_of_a_scheme_that_changes_its_mind() -> None:
    """From never to six months, to three, to twelve: as a list of all points with their months has it."""
    cards, lots = empty_cards(1, 1, 13)
    card, lot = cards[0, 0], lots[0, 0]
    kept: list[list[int]] = []
    for month in range(60):
        lives = 0 if month < 20 else 6 if month < 32 else 3 if month < 40 else 12
        put_on(card, lot, month, 7 + month % 5)
        kept.append([month, 7 + month % 5])
        used = min(6, sum(points for _, points in kept))
        take_off(card, lot, month, used)
        for each in kept:
            taken = min(used, each[1])
            each[1] -= taken
            used -= taken
        old = [each for each in kept if lives and month - each[0] >= lives]
        assert _grow_old(card, lot, month, lives) == sum(points for _, points in old)
        kept = [each for each in kept if each not in old]
        assert card["balance"] == lot.sum() == sum(points for _, points in kept)


#: A shop whose customers buy where they like; nothing waits.
SHOP = """\
cemsim: 1
name: Shop
horizon: 18 months
burn_in: 0 months
market: {people: 3_000, won: 2 %/month}
segments:
  all: {customers: 2_000, revenue: 100 USD/month, margin: 25 %, churn: 20 %/year, proneness: 60 %,
        ideal_messages: 2 /month,
        spend: {kind: repertoire, brands: 3, trips: 8 /month}}
schemes:
  card: {points: {earn: 1, worth: 0.02 USD, threshold: 100, use: 60 %, expires: 12 months, pull: 10 %}}
  coffee: {stamps: {size: 8, reward: 5 USD, pull: 20 %}}
  tier: {tiers: {silver: {above: 600 USD, relationship: 0.5 points}}}
  club: {club: {fee: 4 USD/month, uplift: 20 %}}
campaigns:
  letters: {kind: messages, sent: 4 /month}
  spring: {kind: brand, advertising: 1.5, promise: {product: 8.5 points}, starts: month 2, lasts: 6 months}
switches: {calibration: off}
"""


class Lever(NamedTuple):
    """A lever, low and high, and the sign of high less low for each outcome."""

    path: str
    low: str
    high: str
    moves: dict[str, int]
    world: bool = False


LEVERS = {
    "earn": Lever("schemes.card.points.earn", "0.5", "3", {"points_issued": 1, "rewards": 1, "deadweight": 1}),
    "worth": Lever("schemes.card.points.worth", "0.01 USD", "0.1 USD", {"rewards": 1, "price": 1}),
    "threshold": Lever("schemes.card.points.threshold", "100", "900", {"points_redeemed": -1, "points_outstanding": 1}),
    "use": Lever("schemes.card.points.use", "10 %", "100 %", {"points_outstanding": -1}),
    "expires": Lever("schemes.card.points.expires", "2 months", "24 months", {"points_expired": -1}),
    "breakage": Lever("schemes.card.points.breakage", "10 %", "35 %", {"points_liability": -1, "spend": 0}),
    "pull": Lever("schemes.coffee.stamps.pull", "0 %", "100 %", {"spend": 1, "more_trips": 1}),
    "points pull": Lever("schemes.card.points.pull", "0 %", "100 %", {"spend": 1, "points_issued": 1}),
    "stamps expire": Lever("schemes.coffee.stamps.expires", "1 months", "12 months", {"rewards": 1}),
    "stamps' breakage": Lever("schemes.coffee.stamps.breakage", "10 %", "35 %", {"stamps_liability": -1, "spend": 0}),
    "size": Lever("schemes.coffee.stamps.size", "4", "20", {"rewards": -1}),
    "free": Lever("schemes.coffee.stamps.free", "0", "4", {"rewards": 1}),
    "reward": Lever("schemes.coffee.stamps.reward", "1 USD", "20 USD", {"rewards": 1, "price": 1}),
    "discount": Lever("schemes.card.discount", "0 %", "20 %", {"rewards": 1, "price": 1, "leaving": -1}),
    "tier": Lever("schemes.tier.tiers.silver.relationship", "0", "3 points", {"relationship": 1, "leaving": -1}),
    "above": Lever("schemes.tier.tiers.silver.above", "100 USD", "5_000 USD", {"relationship": -1}),
    "fee": Lever("schemes.club.club.fee", "1 USD/month", "40 USD/month", {"club_members": -1}),
    "uplift": Lever("schemes.club.club.uplift", "0 %", "60 %", {"spend": 1}),
    "benefit": Lever("schemes.club.club.benefit", "0 %", "100 %", {"spend": 1}),
    "runs": Lever("schemes.card.runs", "off", "on", {"points_issued": 1}),
    "sent": Lever("campaigns.letters.sent", "2 /month", "6 /month", {"leaving": 1, "opted_out": 1, "messages": 1}),
    "advertising": Lever("campaigns.spring.advertising", "1", "9", {"joined": 1}),
    "promise": Lever("campaigns.spring.promise", "{product: 7 points}", "{product: 10 points}", {"product": -1}),
    "power": Lever("model.loyalty.power", "3", "30", {"spend": 1}, True),
    "heavy": Lever("model.loyalty.heavy", "0 %", "100 %", {"spend": 1}, True),
    "heavy from": Lever("model.loyalty.heavy_from", "0.2", "5", {"spend": 1}, True),
    "rewarded": Lever("model.loyalty.rewarded", "0 %", "40 %", {"spend": 1}, True),
    "rewarded months": Lever("model.loyalty.rewarded_months", "0 months", "12 months", {"spend": 1}, True),
    "half life": Lever("model.loyalty.half_life", "1 month", "60 months", {"spend": 1}, True),
    "selection": Lever("model.loyalty.selection", "0", "1.5", {"a_member": 1}, True),
    "enrolment": Lever("model.loyalty.enrolment", "1 month", "20 months", {"members": -1}, True),
    "economic": Lever("model.loyalty.economic", "0 %", "100 %", {"spend": 0}, True),        # the benefit is whole
    "fee aversion": Lever("model.loyalty.fee_aversion", "0", "60", {"club_members": -1}, True),
    "proneness": Lever("segments.all.proneness", "10 %", "95 %", {"members": 1, "rewards": 1}, True),
    "cards": Lever("segments.all.cards", "1", "8", {"spend": -1}, True),
    "response": Lever("segments.all.reward_response", "0", "3", {"spend": 1}, True),
    "welcome": Lever("model.communication.welcome", "0 %", "30 %", {"spend": 1}, True),
    "reactance": Lever("model.communication.reactance", "0", "4", {"leaving": 1}, True),
    "ideal": Lever("segments.all.ideal_messages", "1 /month", "4 /month", {"leaving": -1, "spend": 1}, True),
    "opt out": Lever("model.communication.opt_out", "0 %", "5 %", {"opted_out": 1}, True),
    "left": Lever("model.communication.left", "20 %", "90 %", {"opted_out": 1}, True),
    "short": Lever("model.communication.short", "0.05", "0.9", {"joined": 1}, True),
    "lasting": Lever("model.communication.lasting", "0.12", "0.9", {"joined": 1}, True),
    "carry over": Lever("model.communication.carry_over", "1 month", "30 months", {"joined": -1}, True),
}


def _table(name: str) -> Callable[[Run], NDArray[np.float64]]:
    return lambda done: done.log.people[..., column(PEOPLE, name)].sum(axis=(1, 2))


def _felt(place: int) -> Callable[[Run], NDArray[np.float64]]:
    return lambda done: done.log.satisfaction[..., place].sum(axis=(1, 2)) / _table("months")(done)


def _members(name: str) -> Callable[[Run], NDArray[np.float64]]:
    return lambda done: KPIS["members"].total(books(done), ("scheme",))[:, books(done).schemes.index(name)]


def _in_points(name: str) -> Callable[[Run], NDArray[np.float64]]:
    return lambda done: KPIS[name].total(books(done), ("scheme",))[:, 0]


READ: dict[str, Callable[[Run], NDArray[np.float64]]] = {
    "spend": _table("spend"), "joined": _table("joined"), "opted_out": _table("opted_out"),
    "product": _felt(0), "relationship": _felt(2), "price": _felt(3),
    "leaving": lambda done: _table("exposed")(done) / _table("months")(done),
    "members": _members("card"), "club_members": _members("club"),
    "a_member": lambda done: np.divide(*books(done).of_schemes("sales", "members")[:, :, 0, 0].sum(axis=1).T),
    "messages": lambda done: done.log.campaigns[..., 0].sum(axis=(1, 2, 3)),
    "stamps_liability": lambda done: KPIS["points_liability"].total(books(done), ("scheme",))[:, 1],
    **{name: _in_points(name) for name in ("points_issued", "points_redeemed", "points_expired", "points_outstanding")},
}  # fmt: skip


def reading(name: str, done: Run) -> NDArray[np.float64]:
    """An outcome over the horizon, one number a replicate."""
    return np.asarray(READ[name](done) if name in READ else KPIS[name].total(books(done)))


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Run, Run]]:
    folder = tmp_path_factory.mktemp("shop")
    family, places = [written(folder, SHOP)], {}
    for name, lever in LEVERS.items():
        pair = []
        for end in (lever.low, lever.high):
            head = "own_baseline: true\n" if lever.world else ""
            file = f"{name.replace(' ', '_')}_{len(family)}"
            try:
                family.append(patched(folder, file, {lever.path: f"{{to: {end}}}"}, head))
                pair.append(len(family) - 1)
            except ScenarioError as error:
                assert "changes nothing" in str(error)                 # the baseline's own value
                pair.append(0)
        places[name] = pair
    runs = run(family, replicates=2)
    return {name: (runs[low], runs[high]) for name, (low, high) in places.items()}


@pytest.mark.direction
@pytest.mark.parametrize("name", LEVERS)
def test_lever(ends: dict[str, tuple[Run, Run]], name: str) -> None:
    wrong = []
    for outcome, sign in LEVERS[name].moves.items():
        low, high = (reading(outcome, end) for end in ends[name])
        good = np.array_equal(low, high) if sign == 0 else bool(np.all(sign * (high - low) > 0.0))
        if not good:
            wrong.append(f"{outcome}: {low} to {high}, expected sign {sign}")
    assert wrong == []


def test_purchases_made_anyway_are_those_without_schemes(tmp_path: Path) -> None:
    """What is called deadweight is what the same people buy where there is no scheme: trip for trip."""
    calm = SHOP.replace("switches: {calibration: off}", "switches: {calibration: off, satisfaction_churn: off}")
    calm = calm.replace("brands: 3", "brands: 1")                     # so that liking the firm more moves no purchase
    base = written(tmp_path, calm)
    none = patched(tmp_path, "none", {f"schemes.{n}.runs": "{to: off}" for n in ("card", "coffee", "tier", "club")})
    quiet = {"campaigns.letters.runs": "{to: off}"}
    with_all, without, silent = run(
        [base, none, patched(tmp_path, "silent", {**{f"schemes.{n}.runs": "{to: off}" for n in (
            "card", "coffee", "tier", "club")}, **quiet})], replicates=1)  # fmt: skip
    trips = {name: reading_sum(done, "trips") for name, done in (("all", with_all), ("none", without), ("no", silent))}
    assert trips["all"] > trips["none"] > trips["no"]
    assert reading_sum(silent, "spend") == pytest.approx(reading_sum(without, "spend"), rel=0.06)
    stamps = books(with_all).of_schemes("issued", "issued_anyway")[0, :, 1, 0]
    assert 0 < stamps[:, 0].sum() - stamps[:, 1].sum() < 0.5 * stamps[:, 0].sum()


def reading_sum(done: Run, name: str) -> float:
    """A column of the people table, summed over all."""
    return float(_table(name)(done).sum())


def test_a_ledger_for_readers(ends: dict[str, tuple[Run, Run]]) -> None:
    told = ledger(ends["earn"][0])["card"]
    assert told["before"] == 0.0
    assert told["outstanding"] == pytest.approx(
        told["issued"] + told["given"] - told["redeemed"] - told["expired"] - told["forfeited"]
    )


def test_a_scheme_that_ends_forfeits_its_points(tmp_path: Path) -> None:
    base = written(tmp_path, SHOP)
    over = patched(tmp_path, "over", {"schemes.card.runs": "{to: off}"}, "investment: {starts: month 6}\n")
    _, done = run([base, over], replicates=1)
    left, lost = np.moveaxis(books(done).of_schemes("outstanding", "forfeited")[0, :, 0, 0], -1, 0)
    assert left[5] > 0.0 and lost[6] >= 0.9 * left[5] and not left[6:].any() and not lost[7:].any()


def test_a_plan_may_bring_a_scheme(tmp_path: Path) -> None:
    """It steps in as it is written when the plan starts, and everybody lives the same life before."""
    base = written(tmp_path, SHOP.split("schemes:")[0] + "switches: {calibration: off}\n")
    new = patched(tmp_path, "new", {"schemes.card": "{new: {points: {earn: 2}, discount: 3 %}}"},
                  "investment: {starts: month 4, ramp: 6 months}\n")  # fmt: skip
    without, done = run([base, new], replicates=1)
    issued = books(done).of_schemes("issued", "sales")[0, :, 0, 0]
    assert not issued[:4].any() and issued[4:, 0].all()
    assert np.allclose(issued[4:, 0] / issued[4:, 1], 200.0, rtol=0.01)   # as written, at once
    assert np.array_equal(done.log.people[:, :4], without.log.people[:, :4])


ODD = {
    "rewards nothing": ("schemes: {card: {open_to: [all]}}", "rewards nothing"),
    "full card": ("schemes: {card: {stamps: {size: 5, free: 5, reward: 1 USD}}}", "full already"),
    "both": ("schemes: {card: {points: {}, stamps: {reward: 1 USD}}}", "not both"),
    "no such segment": ("schemes: {card: {open_to: [al], discount: 1 %}}", 'no segment "al"'),
    "expiry": ("schemes: {card: {points: {expires: 0 months}}}", "expires"),
    "threshold": ("schemes: {card: {points: {threshold: 0}}}", "threshold"),
    "two tiers": (
        "schemes: {a: {tiers: {gold: {above: 9 USD}}}, b: {tiers: {gold: {above: 9 USD}}}}", "has tiers too"),
    "tiers fall": ("schemes: {a: {tiers: {silver: {above: 9 USD}, gold: {above: 3 USD}}}}", "no higher than silver"),
    "too many points": ("schemes: {card: {points: {earn: 1000, worth: 1 USD}}}\nx", "points a month"),
    "brand that is sent": ("campaigns: {a: {kind: brand, sent: 3 /month}}", "has no sent"),
    "messages that promise": ("campaigns: {a: {kind: messages, promise: {service: 9}}}", "has no promise"),
    "to whom": ("campaigns: {a: {kind: messages, to: [nobody], sent: 3 /month}}", 'no segment "nobody"'),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_input_is_answered(name: str, tmp_path: Path) -> None:
    text, said = ODD[name]
    shop = SHOP.split("schemes:")[0]
    if text.endswith("\nx"):
        shop, text = shop.replace("revenue: 100 USD", "revenue: 200 USD"), text.removesuffix("\nx")
    with pytest.raises(ScenarioError) as caught:
        written(tmp_path, f"{shop}{text}\n")
    assert said in str(caught.value) and "base.yaml:" in str(caught.value)


REMARKS = {
    "all is given away": ("schemes: {card: {discount: 100 %}}", "pay nothing at all"),
    "never reached": ("schemes: {card: {points: {threshold: 9_000, expires: 3 months}}}", "hardly anybody is rewarded"),
    "sends nothing": ("campaigns: {a: {kind: messages}}", "sends nothing"),
    "too late": ("campaigns: {a: {kind: brand, advertising: 2, starts: month 99}}", "starts in month 99"),
    "grants without a scheme": (
        "rules:\n  - version: 1\n    ruleset: gifts\n    decide_on: month_end\n    rules:\n"
        "      - {id: gift, because: Why not., when: {tenure: {ge: 1 months}}, then: [{grant_points: {points: 3}}]}",
        "no loyalty scheme counts points"),
}  # fmt: skip


@pytest.mark.parametrize("name", REMARKS)
def test_oddities_are_remarked_on(name: str, tmp_path: Path) -> None:
    text, said = REMARKS[name]
    scenario = written(tmp_path, f"{SHOP.split('schemes:')[0]}{text}\n")
    assert any(said in remark.message for remark in scenario.remarks)


def test_who_is_given_all_pays_nothing(tmp_path: Path) -> None:
    """A discount of 100 %: what members buy is what it costs, and nothing is lost or owed twice."""
    shop = SHOP.split("schemes:")[0] + "schemes: {card: {discount: 100 %}}\nswitches: {calibration: off}\n"
    (done,) = run([written(tmp_path, shop)], replicates=1)
    discounts, sales = books(done).of_schemes("discounts", "sales").sum(axis=(0, 1, 2, 3))
    assert discounts == sales > 0.0
    assert reading("rewards", done) == pytest.approx(100.0 * sales, rel=1e-9)          # revenue is 100 USD
    assert all(np.isfinite(part).all() for part in done.log)


def test_points_of_rules_go_to_who_may_join(tmp_path: Path) -> None:
    """Who may join becomes a member by them; who may not is given nothing and stays outside."""
    shop = SHOP.split("schemes:")[0].replace("proneness: 60 %", "proneness: 0 %") + "switches: {calibration: off}\n" + (
        "schemes: {card: {points: {earn: 1}, open_to: [%s]}}\n") + REMARKS["grants without a scheme"][0] + "\n"
    others = "segments:\n  others: {customers: 500, revenue: 100 USD/month, churn: 20 %/year, proneness: 0}\n"
    shop = shop.replace("segments:\n", others)
    for whose, given in (("all", True), ("others", False)):
        (done,) = run([written(tmp_path, shop.replace("%s", whose))], replicates=1)
        points = books(done).of_schemes("given", "members").sum(axis=(0, 1, 2))          # [segment, column]
        place = done.plan.names.segments.index("all")
        assert (points[place] > 0.0).all() == given and (points[1 - place] > 0.0).all() == (not given)
        assert points[place if not given else 1 - place].sum() == 0.0


def test_members_overlook_failures(tmp_path: Path) -> None:
    """Failures weigh less for members, and for nobody else; without a scheme the number says nothing."""
    calm = "switches: {satisfaction_churn: off, waiting: off, peak_end: off}\nmodel: {loyalty: {enrolment: 0 months}}\n"
    base = written(tmp_path, COMPANY + LOYALTY.replace("promise: {service: 8 points}, ", "") + calm)
    less = {"model.loyalty.failure_loss": "{to: 60 %}"}
    constants = unmoved(base)
    lives = [lived(s, constants, months=4).world.state
             for s in (base, patched(tmp_path, "less", less, "own_baseline: true\n"))]  # fmt: skip
    felt, forgiven = (life.people["satisfaction"][:, :5].sum(axis=1, dtype=float) for life in lives)
    member = lives[0].cards["member"][:, 0] != 0
    assert same(*(np.ascontiguousarray(life.cards["member"]) for life in lives))
    others = ~member & (lives[0].people["status"] == CUSTOMER)        # nor those who have left with their card
    assert np.array_equal(felt[others], forgiven[others])
    assert np.all(forgiven[member] >= felt[member]) and np.mean(forgiven[member] > felt[member]) > 0.05
    plain = written(tmp_path / "plain", COMPANY + calm)
    other = patched(tmp_path / "plain", "less", less, "own_baseline: true\n")
    assert all(same(a, b) for a, b in zip(*(lived(s, constants, months=2).log for s in (plain, other)), strict=True))


def test_giving_all_away_earns_nothing(tmp_path: Path) -> None:
    """A discount of 100 % for everybody: sales at list price, all of it handed back."""
    text = SHOP.split("schemes:")[0].replace("proneness: 60 %", "proneness: 100 %")
    text += "schemes: {card: {discount: 100 %}}\nmodel: {loyalty: {enrolment: 0 months}}\n"
    text += "switches: {calibration: off}\n"
    (done,) = run(written(tmp_path, text), replicates=1)
    book = books(done)
    assert KPIS["rewards"].total(book) == pytest.approx(KPIS["revenue"].total(book))
    assert KPIS["points_issued"].total(book, ("scheme",)).sum() == 0.0
