"""The page of theory checks holds every regularity, as the tests that are there found it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools import theory

ROWS = json.loads(theory.KEPT.read_text(encoding="utf-8"))


def test_the_page_says_what_was_found() -> None:
    assert theory.PAGE.read_text(encoding="utf-8") == theory.page(ROWS), "docs/reference/theory.md is old: make docs"
    assert list(theory.CLAIMS) == [f"D{n}" for n in range(1, 32)]


@pytest.mark.parametrize("number", theory.CLAIMS)
def test_each_regularity_is_held_by_a_test(number: str) -> None:
    assert [row for row in ROWS if row["number"] == number], f"no test calls checked({number!r}, ...)"


def test_each_row_names_a_test_that_is_there_and_each_such_test_has_a_row() -> None:
    named = {row["test"].partition("[")[0] for row in ROWS}
    held: set[str] = set()
    for file in sorted((theory.ROOT / "tests").rglob("test_*.py")):
        place = file.relative_to(theory.ROOT).as_posix()
        for found in re.finditer(r"^def (test_\w+)\(([^)]*)\)", file.read_text(encoding="utf-8"), re.MULTILINE):
            if "checked: Checked" in found[2]:
                held.add(f"{place}::{found[1]}")
    assert named == held, "docs/reference/theory.md is old: python -m tools.theory"


def test_rows_of_tests_that_ran_again_are_replaced() -> None:
    old = [{"number": "D2", "test": "a::b[1]", "what": "old"}, {"number": "D1", "test": "c::d", "what": "kept"}]
    new = [{"number": "D2", "test": "a::b[1]", "what": "new"}]
    assert [row["what"] for row in theory.merged(old, new)] == ["kept", "new"]


def test_cases_that_say_the_same_are_one_line() -> None:
    row = {"number": "D31", "expected": "same", "simulated": "same", "tolerance": "as said", "test": "a::b[x]"}
    text = theory.page([row | {"what": "x off"}, row | {"what": "y off", "test": "a::b[y]"}])
    assert "x off; y off" in text and text.count("`a::b`") == 1
    assert Path(theory.PAGE).name == "theory.md"
