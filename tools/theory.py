"""Write docs/reference/theory.md, what the model has to show and what it showed: ``python -m tools.theory [words]``

Runs the tests that hold a regularity (their fixture ``checked``) and prints what each expected and found. Words behind
it go to pytest: a file of tests, or ``-k d18``, runs a part, whose rows are then replaced on the page.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from tools.markdown import table

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "reference" / "theory.md"
KEPT: Final = ROOT / "docs" / "reference" / "theory.json"
VARIABLE: Final = "CEMSIM_THEORY"
MADE: Final = "<!-- written by tools/theory.py (make docs) from what the tests found, not by hand -->"
#: Regularity by regularity: its name, what is claimed, and the tag of its target.
CLAIMS: Final = tomllib.loads((Path(__file__).parent / "regularities.toml").read_text(encoding="utf-8"))
HEADS: Final = ("what", "expected", "found", "tolerance", "test")


def collected(words: Sequence[str]) -> list[dict[str, str]]:
    """Run the tests that hold a regularity; what each expected and found. Ends the program where one fails."""
    import pytest

    class OnlyThese:
        """Leaves the tests that use the fixture."""

        def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
            config.hook.pytest_deselected(items=[i for i in items if "checked" not in i.fixturenames])
            items[:] = [i for i in items if "checked" in i.fixturenames]

    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "found.jsonl"
        told.touch()
        os.environ[VARIABLE] = str(told)
        tests = sorted((ROOT / "tests").rglob("test_*.py"))
        files = [str(file) for file in tests if "checked: Checked" in file.read_text(encoding="utf-8")]
        chosen = [] if any(word.startswith("tests") for word in words) else files
        done = pytest.main(["-q", *chosen, *words], plugins=[OnlyThese()])
        if done:
            sys.exit(int(done))
        return [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]


def merged(old: Iterable[dict[str, str]], new: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Rows with those of the tests that were run again in place of the old ones, in the order of numbers and tests."""
    fresh = list(new)
    again = {row["test"] for row in fresh}
    rows = [row for row in old if row["test"] not in again] + fresh
    return sorted(rows, key=lambda row: (int(row["number"][1:]), row["test"].partition("[")[0]))


def page(rows: list[dict[str, str]]) -> str:
    """The page's text; rows that say the same of several cases are one."""
    parts = []
    for number, each in CLAIMS.items():
        told: dict[tuple[str, ...], list[str]] = {}
        for row in rows:
            if row["number"] == number:
                test = re.sub(r"\[.*", "", row["test"])
                key = row["expected"], row["simulated"], row["tolerance"], f"`{test}`"
                told.setdefault(key, []).append(row["what"])
        lines = [("; ".join(dict.fromkeys(what)), *key) for key, what in told.items()]
        sure = f" ({each['tag']})" if each["tag"] else ""
        body = table(HEADS, lines) if lines else "No test holds it."
        parts.append(f"## {number}. {each['name']}\n\n{each['claim']}{sure}\n\n{body}")
    listed = "\n\n".join(parts)
    return f"""# Theory checks

{MADE}

What the program has to show, regularity by regularity: closed forms, published numbers, and orders that hold whatever
the numbers are. *Expected* is the formula's or the source's; *found* came out of the program when this page was written
(`python -m tools.theory`). Each line is asserted by the test that it names; `make test` runs them all, `pytest -m
theory` most. Tags: V seen in a source, C computed, G generally known. For a scenario of your own: `cemsim check
--theory FILE`.

{listed}
"""


def main() -> None:
    """Run the tests and write the page, and the rows behind it."""
    old = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []
    known = [row for row in old if (ROOT / row["test"].partition("::")[0]).exists()]
    rows = merged(known if sys.argv[1:] else [], collected(sys.argv[1:]))
    KEPT.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", encoding="utf-8")
    PAGE.write_text(page(rows), encoding="utf-8")
    print("Written: docs/reference/theory.md")


if __name__ == "__main__":
    main()
