"""What is registered from outside is asked, done and lived in the glass engine; the fast one refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.units import COUNT
from cemsim.base.words import ATTRIBUTES
from cemsim.engine.glass import extend
from cemsim.engine.glass.world import GlassWorld
from cemsim.engine.parity import Life, lived_glass
from cemsim.experiment import run
from cemsim.experiment.calibrate import neutral
from cemsim.plan.compile import plan
from cemsim.rules import vocabulary
from cemsim.rules.vocabulary import Action, Fact, Param
from cemsim.scenario import load

PRICE = ATTRIBUTES.index("price")
GIVEN: list[tuple[int, float]] = []
CLUB = """
cemsim: 1
name: a club
horizon: 2 months
burn_in: 0 months
segments: {all: {customers: 20, revenue: 10 USD/month, churn: 5 %/year}}
switches: {calibration: off, failure: off}
rules:
  - version: 1
    ruleset: gifts
    decide_on: month_end
    rules:
      - {id: seventh, because: Each seventh gets one., when: {seat: {ge: 14}}, then: [{give_gift: {worth: 3}}]}
"""


TEAM = """
journeys: {ask: {stage: during, need: 2 /month, steps: {call: {channel: phone_in, team: desk, handling: 5 min}}}}
teams: {desk: {on_shift: 1}}
rules:
  - version: 1
    ruleset: mates
    decide_on: team_hour
    rules: [{id: three, because: Three are a crowd., when: {mates: {ge: 3}}, then: [{notify: {}}]}]
"""


@pytest.fixture
def club(tmp_path: Path) -> Iterator[Path]:
    facts, actions, points = dict(vocabulary.FACTS), dict(vocabulary.ACTIONS), dict(vocabulary.POINTS)
    GIVEN.clear()
    extend.new_fact(Fact("seat", "number", "seat in the club", COUNT), ["month_end"], lambda world, who: who)
    extend.new_action(
        Action("give_gift", "give something", {"worth": Param("number", "worth", COUNT)}), ["month_end"],
        lambda world, who, params: GIVEN.append((who, float(params["worth"]))),
    )  # fmt: skip
    extend.new_behaviour("age", lambda customer: customer.row.__setitem__("tenure", customer.row["tenure"] + 1))
    file = tmp_path / "club.yaml"
    file.write_text(CLUB, encoding="utf-8")
    yield file
    for kept, before in (
        (vocabulary.FACTS, facts), (vocabulary.ACTIONS, actions), (vocabulary.POINTS, points),
    ):  # fmt: skip
        kept.clear()
        kept.update(before)  # type: ignore[arg-type]
    for registry in (extend.READERS, extend.DOERS, extend.BEHAVIOURS, extend.SCHEMES):
        registry.clear()  # type: ignore[attr-defined]


def test_a_new_fact_action_and_behaviour_work_in_glass(club: Path) -> None:
    ours = plan(load(club))
    world = GlassWorld(ours, ours.at(0, neutral(ours)), 1, 0, 0, newborn=True)
    world.live_month(ours.at(0, neutral(ours)))
    staying = [who for who in range(14, 20) if world.customers[who].is_customer]
    assert [(who, 3.0) for who in staying] == GIVEN and len(staying) > 3
    assert all(world.people[who]["tenure"] == 2 for who in staying)      # the month itself, and the behaviour


def test_the_fast_engine_refuses_what_it_does_not_know(club: Path) -> None:
    with pytest.raises(CemsimError, match="seat, give_gift, age is known to the glass engine only"):
        run(load(club), replicates=1)
    with pytest.raises(ValueError, match="declared already"):
        extend.new_fact(Fact("seat", "number", "again"), ["month_end"], lambda world, who: 0)
    with pytest.raises(ValueError, match="there is no point month_ends; write one of contact_arrives"):
        extend.new_fact(Fact("mood", "number", "mood"), ["month_ends"], lambda world, who: 0)
    assert "mood" not in vocabulary.FACTS


def lived(file: Path) -> Life:
    ours = plan(load(file))
    return lived_glass(ours, neutral(ours), 4, 0)


def test_what_nobody_knows_not_to_change_is_asked_every_month(club: Path) -> None:
    extend.new_fact(Fact("season", "number", "month", COUNT), ["month_end"], lambda world, who: world.month)
    club.write_text(CLUB.replace("horizon: 2", "horizon: 4").replace("{seat: {ge: 14}}", "{season: {ge: 3}}"), "utf-8")
    found = lived(club)
    staying = int((found["people"]["status"] == 1).sum())
    assert len(GIVEN) >= staying > 10 and set(found["firings"]["month"]) == {3}


def test_a_new_fact_of_a_team(club: Path) -> None:
    extend.new_fact(Fact("mates", "number", "people at it", COUNT), ["team_hour"], lambda world, team: 3 + team)
    club.write_text(CLUB.partition("rules:")[0] + TEAM, "utf-8")
    assert set(lived(club)["firings"]["team"]) == {0}


@pytest.mark.parametrize(("collide", "given"), [("largest", {5.0}), ("first", {3.0}), ("unite", {3.0, 5.0})])
def test_actions_agree_as_they_were_declared(club: Path, collide: Any, given: set[float]) -> None:
    worth = {"worth": Param("number", "worth", COUNT)}
    extend.new_action(Action("give_more", "give", worth, collide), ["month_end"],
                      lambda world, who, params: GIVEN.append((who, float(params["worth"]))))  # fmt: skip
    rule = "      - {id: %s, because: So., when: {seat: {ge: 0}}, then: [{give_more: {worth: %s}}]}\n"
    club.write_text(CLUB.partition("    rules:")[0] + "    hit: all\n    rules:\n" + rule % ("a", 3) + rule % ("b", 5),
                    "utf-8")  # fmt: skip
    lived(club)
    assert {worth for _, worth in GIVEN} == given


def test_a_new_scheme_is_felt_as_a_lower_price(club: Path) -> None:
    before = lived(club)["people"]["satisfaction"].sum(axis=0)
    extend.new_scheme("a tenth back", lambda customer, spent, purchases: 0.1)
    after = lived(club)["people"]["satisfaction"].sum(axis=0)
    moved = after - before
    assert moved[PRICE] > 0.5 and all(abs(moved[k]) < 1e-6 for k in range(6) if k != PRICE)
