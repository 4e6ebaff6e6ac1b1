"""The packs that come with cemsim: each says what it is for, and has cases that hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cemsim.base.shipped import shipped
from cemsim.rules.cases import Case, read_cases
from cemsim.rules.read import read_rules
from cemsim.scenario import load

PACKS = sorted(shipped("rules").glob("*.yaml"))
FILES = sorted(Path(__file__).parent.glob("*.yaml"))


def cases() -> list[Case]:
    return [case for file in FILES for case in read_cases(file)]


def test_there_are_many() -> None:
    assert len(PACKS) >= 12


@pytest.mark.parametrize("file", PACKS, ids=lambda file: file.stem)
def test_a_pack_says_what_it_is_for(file: Path) -> None:
    first, second, *_ = file.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# ") and first.endswith((".", ").")) and second == "version: 1"
    found = read_rules(file)
    assert found.name == file.stem and found.rules


def test_every_case_holds() -> None:
    for case in cases():
        assert set(case.ids(case.decided().fired)) == set(case.expect), f"{case.file}:{case.line} {case.name}"


def test_every_pack_has_three_cases_and_every_rule_acts_in_one() -> None:
    count, acting = Counter[str](), set()
    for case in cases():
        count[case.ruleset.name] += 1
        acting |= {(case.ruleset.name, name) for name in case.expect}
    assert [file.stem for file in PACKS if count[file.stem] < 3] == []
    assert {(file.stem, rule.id) for file in PACKS for rule in read_rules(file).rules} == acting


def test_every_pack_is_used_by_a_plan() -> None:
    """And every plan asks one question, which its file opens with, in a file that is read at a glance."""
    used = set()
    for file in sorted(shipped("scenarios").glob("*/*.yaml")):
        if file.parent.name != "textbook":
            plan, lines = load(file), file.read_text(encoding="utf-8").splitlines()
            used |= {pack.name for pack in plan.rules}
            assert plan.question.endswith("?") and lines[0] == f"# {plan.question}", file.name
            assert plan.based_on == () or len(lines) <= 20, file.name
    assert used == {file.name for file in PACKS}


def test_packs_name_teams_and_journeys_of_the_mobile_operator() -> None:
    company = load(shipped("scenarios", "telecom", "baseline.yaml"))
    names = {"team": set(company.teams), "intent": set(company.journeys), "segment": set(company.segments)}
    for file in PACKS:
        for rule in read_rules(file).rules:
            for deed in rule.then:
                assert {deed.params[at] for at in ("team", "to") if at in deed.params} <= names["team"]
            for leaf in (leaf for row in rule.alternatives for leaf in row):
                assert leaf.fact not in names or leaf.value in names[leaf.fact], (file.name, leaf)
