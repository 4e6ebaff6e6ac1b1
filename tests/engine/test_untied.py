"""Where nothing ties people to the firm, code that leaves ties out lives the same month ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from cemsim.engine.fast.world import World
from tests.engine.small import COMPANY, lived, people_sum, same, written

ASKED = """\
rules: [review.yaml]
"""
REVIEW = """\
version: 1
ruleset: review
decide_on: month_end
hit: all
rules:
  - {id: unhappy, because: They are noted., when: {satisfaction: {le: 6}}, then: [{offer_credit: {amount: 5 USD}}]}
  - {id: risk, because: It is looked at., when: {at_risk: {ge: 10 %}}, then: [{grant_points: {points: 3}}]}
"""
MESSAGE = """\
  - {id: word, because: They hear of it., when: {tenure: {ge: 1 months}}, then: [{send_message: {channel: mail}}]}
"""


def test_the_same_months_with_ties_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "review.yaml").write_text(REVIEW, encoding="utf-8")
    scenario = written(tmp_path, COMPANY + ASKED)
    lean = lived(scenario, months=4)
    assert not lean.world._tied
    begun = World.__init__

    def tied(self: World, *given: object, **named: object) -> None:
        begun(self, *given, **named)                                     # type: ignore[arg-type]
        self._tied = True

    monkeypatch.setattr(World, "__init__", tied)
    full = lived(scenario, months=4)
    assert full.world._tied and lean.log.rules.sum() > 100
    for one, other in zip(lean.log, full.log, strict=True):
        assert same(one, other)
    assert same(lean.world.state.people, full.world.state.people)
    assert same(lean.world.state.ruled, full.world.state.ruled)


def test_messages_of_rules_are_felt(tmp_path: Path) -> None:
    (tmp_path / "review.yaml").write_text(REVIEW + MESSAGE, encoding="utf-8")
    scenario = written(tmp_path, COMPANY + ASKED)
    life = lived(scenario, months=4)
    assert life.world._tied and (life.world.state.ruled["pressure"] > 0.0).any()
    assert people_sum(life.log, "opted_out").sum() > 0.0
