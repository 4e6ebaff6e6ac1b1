"""What is registered from outside is asked, done and lived in the glass engine; the fast one refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.units import COUNT
from cemsim.engine.glass import extend
from cemsim.engine.glass.world import GlassWorld
from cemsim.experiment import run
from cemsim.experiment.calibrate import neutral
from cemsim.plan.compile import plan
from cemsim.rules import vocabulary
from cemsim.rules.vocabulary import Action, Fact, Param
from cemsim.scenario import load

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
    for registry in (extend.READERS, extend.DOERS, extend.BEHAVIOURS):
        registry.clear()  # type: ignore[attr-defined]


def test_a_new_fact_action_and_behaviour_work_in_glass(club: Path) -> None:
    ours = plan(load(club))
    world = GlassWorld(ours, ours.at(0, neutral(ours)), 1, 0, 0, newborn=True)
    world.live_month(ours.at(0, neutral(ours)))
    staying = [who for who in range(14, 20) if world.customers[who].is_customer]
    assert [(who, 3.0) for who in staying] == GIVEN and len(staying) > 3
    assert all(world.people[who]["tenure"] == 2 for who in staying)      # the month itself, and the behaviour


def test_the_fast_engine_refuses_what_it_does_not_know(club: Path) -> None:
    with pytest.raises(CemsimError, match="seat, give_gift is known to the glass engine only"):
        run(load(club), replicates=1)
    with pytest.raises(ValueError, match="declared already"):
        extend.new_fact(Fact("seat", "number", "again"), ["month_end"], lambda world, who: 0)
