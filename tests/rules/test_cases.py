"""Cases that a strategist writes, and the commands around rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cemsim.base.errors import ScenarioError
from cemsim.rules.cases import read_cases

ROOT = Path(__file__).parents[2]
RULES = """version: 1
ruleset: desk
decide_on: waiting
stage: 1
rules:
  - id: late
    because: Nobody waits five minutes.
    when: {wait: {gt: 5 min}}
    then: [{set_priority: {level: 1}}]
    cooldown: {per: customer, time: 1 h}
  - id: let_down
    because: Enough is enough.
    when: {all: [{let_down: true}, {satisfaction: {lt: 5}}]}
    then: [{set_priority: {level: 2}}]
  - {id: calm, because: All is well., when: {let_down: false}, then: [{log: {}}], enabled: false}
  - {id: first, because: They may be new., when: {satisfaction: {known: false}}, then: [{log: {}}]}
"""
CASE = "- {name: a case, rules: desk_rules.yaml, point: waiting, given: {wait: 6 min}, expect: [late]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "desk_rules.yaml").write_text(RULES)
    return tmp_path


def call(*args: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "cli.py"), "rules", *map(str, args)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def fired(folder: Path, given: str, cooling: str = "[]") -> tuple[str, ...]:
    file = folder / "cases.yaml"
    file.write_text(
        f"- {{name: x, rules: desk_rules.yaml, point: waiting, given: {given}, cooling: {cooling}, expect: []}}"
    )
    [case] = read_cases(file)
    return case.ids(case.decided().fired)


def test_what_the_rules_decide(folder: Path) -> None:
    assert fired(folder, "{wait: 5 min, satisfaction: 8}") == ()
    assert fired(folder, "{wait: 5.006 min, satisfaction: 8}") == ("late",)
    assert fired(folder, "{wait: 6 min, satisfaction: 3, let_down: true}", "[late]") == ("let_down",)
    assert fired(folder, "{satisfaction: 3}") == ()
    assert fired(folder, "{satisfaction: 3, let_down: false}") == ()
    assert fired(folder, "{}") == ("first",)


def test_passed_and_failed(folder: Path) -> None:
    good, bad = folder / "good.yaml", folder / "odd.yaml"
    good.write_text(CASE)
    bad.write_text(
        CASE + CASE.replace("6 min", "4 min").replace("a case", "not yet") + CASE.replace("late]", "let_down]")
    )
    done = call("test", good)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"passed  {good}:1  a case", "1 passed, 0 failed."]
    done = call("test", good, bad)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        f"passed  {good}:1  a case",
        f"passed  {bad}:1  a case",
        f"FAILED  {bad}:2  not yet",
        "    given: wait 4 min",
        "    unknown: satisfaction",
        "    expected: late",
        "    found: first",
        "    late asks that wait is over 5 min",
        f"FAILED  {bad}:3  a case",
        "    given: wait 6 min",
        "    unknown: satisfaction",
        "    expected: let_down",
        "    found: late",
        "    would match too: first",
        "    let_down asks that the flag let down is raised and satisfaction is under 5 points",
        "2 passed, 2 failed.",
    ]


def test_one_wrong_case_leaves_the_others(folder: Path) -> None:
    """Whatever is wrong in a case keeps that case from being tested, and no other; all that is wrong in it is said."""
    file = folder / "cases.yaml"
    wrong = CASE.replace("expect", "colling: [late], expect"), CASE.replace("waiting", "renewal").replace("wait", "wat")
    file.write_text(CASE + "".join(wrong) + CASE.replace("6 min", "4 min").replace("[late]", "[first]"))
    done = call("test", file)
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        f"passed  {file}:1  a case", f"passed  {file}:4  a case", "2 passed, 0 failed."]  # fmt: skip
    for words in ("2.colling", "Did you mean cooling?", "Write point: waiting", "3.given.wat", "Did you mean wait?"):
        assert words in done.stderr, words


def test_a_case_may_be_called_as_its_rules(tmp_path: Path) -> None:
    file = tmp_path / "call_back.yaml"
    file.write_text("- {name: x, rules: call_back.yaml, point: waiting, given: {wait: 4 min}, expect: []}")
    [case] = read_cases(file)
    assert Path(case.ruleset.file) == ROOT / "rules" / "call_back.yaml"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("given: {wait", "given: {wat"), "Did you mean wait?"),
        (("6 min", "6 USD"), "not a unit of time"),
        (("wait: 6 min", "let_down: 3"), "neither true nor false"),
        (("wait: 6 min", "wait: "), "leave out what is unknown"),
        (("{wait: 6 min}", "[wait]"), "where a block is needed"),
        (("[late]", "[lat]"), 'no rule in desk called "lat"'),
        (("[late]", "[calm]"), 'no rule in desk called "calm"'),
        (("[late]", "late"), "where a list is needed"),
        (("point: waiting", "point: renewal"), "Write point: waiting"),
        (("point: waiting, ", ""), "There is no point"),
        (("name: a case, ", ""), "There is no name"),
        (("expect", "expects"), "Did you mean expect?"),
        (("desk_rules", "desk_rule"), 'no rule file "desk_rule.yaml" beside this file ('),
        (("desk_rules", "desk_rule"), "Did you mean desk_rules.yaml?"),
        (("expect", "cooling: [first], expect"), "first never rests: it has no cooldown in desk."),
        (("- {", "{"), "This is not a list"),
        ((CASE, "- 3"), "where a block is needed"),
        ((CASE, ""), "This file is empty"),
    ],
)
def test_a_wrong_case(folder: Path, change: tuple[str, str], words: str) -> None:
    file = folder / "cases.yaml"
    file.write_text(CASE.replace(*change))
    with pytest.raises(ScenarioError) as caught:
        read_cases(file)
    assert words in str(caught.value) and str(caught.value).startswith(str(file))


def test_wrong_files_end_with_2(folder: Path) -> None:
    (folder / "cases.yaml").write_text(CASE + CASE.replace("expect", "expects"))
    (folder / "more.yaml").write_text(CASE.replace("desk_rules", "broken"))
    (folder / "broken.yaml").write_text(RULES.replace("wait:", "wat:"))
    done = call("test", folder / "cases.yaml", folder / "more.yaml", folder / "gone.yaml")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    for words in (
        "cases.yaml:2  2.expects",
        "broken.yaml:8  rules.late.when.wat",
        "gone.yaml\n  There is no such file",
    ):
        assert words in done.stderr
    (folder / "none").mkdir()
    done = call("test", folder / "none")
    assert done.returncode == 2 and "no file of cases in this folder" in done.stderr


def test_rules_in_sentences(folder: Path) -> None:
    done = call("show", folder / "desk_rules.yaml")
    assert done.returncode == 0
    assert "The first rule that matches decides." in done.stdout and "Stage 1:" in done.stdout
    assert (
        "  When the flag let down is true and satisfaction is under 5 points, the contact takes priority 2.\n"
        "  Because: Enough is enough.\n"
    ) in done.stdout
    assert "calm" not in done.stdout
    both = call("show", folder / "desk_rules.yaml", ROOT / "rules" / "call_back.yaml").stdout
    assert both.startswith(done.stdout) and len(both) > len(done.stdout) + 100
    amount = RULES.replace("{log: {}}", "{offer_credit: {amount: 5 EUR}}")
    (folder / "euro.yaml").write_text(amount)
    assert "the customer gets 5 EUR back" in call("show", folder / "euro.yaml", "--currency", "EUR").stdout
    done = call("show", folder / "euro.yaml")
    assert done.returncode == 2 and "Money here counts in USD" in done.stderr


def test_the_vocabularies() -> None:
    lines = call("facts").stdout.splitlines()
    first = "a contact joins a queue (its first: not one to which a rule passes it)"
    assert f"waiting\t{first}, and again at each wait that a rule names; in one wait a rule fires once" in lines
    assert "consent\tmay be contacted unasked: has not opted out\ttrue or false" in "\n".join(lines)
    few = call("facts", "--point", "team_hour").stdout
    assert "overtime_today\t" in few and "add_staff\t" in few and "consent" not in few and "set_tier" not in few
    done = call("facts", "--point", "team_hours")
    assert done.returncode == 2 and "Did you mean team_hour?" in done.stderr
