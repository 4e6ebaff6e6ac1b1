"""Imports go down only, heavy libraries stay where they belong, and files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "cemsim"

#: What each layer may import besides itself. Nothing may import commands.
BELOW = {
    "base": set(),
    "rules": {"base"},
    "model": {"base"},
    "scenario": {"base", "rules"},
    "plan": {"base", "model", "rules", "scenario"},
    "engine": {"base", "model", "rules", "scenario", "plan"},
    "measures": {"base", "model", "scenario", "plan"},
}
for _layer in ("experiment", "compare", "finance", "report", "commands"):
    BELOW[_layer] = set(BELOW)

#: Libraries that only some places may import.
HOME = {
    "matplotlib": ("report/figures",),
    "click": ("commands",),
    "rich": ("commands", "report/terminal"),
    "mesa": ("engine/glass",),
    "simpy": ("engine/glass",),
    "durable": ("engine/glass",),
}
MOST_LINES = 400


def imports(file: Path, package: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, wherever in the file, with its line; relative ones made absolute."""
    here = ("cemsim", *file.relative_to(package).with_suffix("").parts)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            stem = ".".join(here[: -node.level]) if node.level else ""
            module = ".".join(part for part in (stem, node.module) if part)
            if module == "cemsim" or node.module is None:
                for alias in node.names:
                    yield node.lineno, f"{module}.{alias.name}"
            else:
                yield node.lineno, module


def complaints(package: Path) -> list[str]:
    """What breaks the rules in a package laid out like cemsim."""
    found = []
    for file in sorted(package.rglob("*.py")):
        place = file.relative_to(package).as_posix()
        lines = len(file.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES:
            found.append(f"{place}: {lines} lines, at most {MOST_LINES}: is there a room missing?")
        layer = place.split("/")[0]
        if "/" not in place:
            continue  # cemsim/__init__.py and __main__.py gather what all layers offer
        if layer not in BELOW:
            found.append(f"{place}: no layer is called {layer}")
            continue
        for line, module in imports(file, package):
            top, *rest = module.split(".")
            home = HOME.get(top)
            if home and not place.startswith(home):
                found.append(f"{place}:{line} imports {top}, which only {' and '.join(home)} may")
            if top != "cemsim" or not rest or rest[0] == layer:
                if module.startswith("cemsim.engine.fast") and place.startswith("engine/glass"):
                    found.append(f"{place}:{line} imports the fast engine")
                if module.startswith("cemsim.engine.glass") and place.startswith("engine/fast"):
                    found.append(f"{place}:{line} imports the glass engine")
                continue
            if rest[0] in BELOW and rest[0] not in BELOW[layer]:
                found.append(f"{place}:{line} {layer} imports {module}, which is not below it")
    return found


def test_the_package_keeps_its_layers() -> None:
    assert complaints(PACKAGE) == []


@pytest.mark.parametrize(
    ("place", "text", "word"),
    [
        ("base/a.py", "from cemsim.scenario import load", "not below"),
        ("scenario/a.py", "def f():\n    import cemsim.engine.fast", "not below"),
        ("model/a.py", "from ..plan import Plan", "not below"),
        ("compare/a.py", "from cemsim import report", "not below"),
        ("report/page.py", "import matplotlib.pyplot as plt", "matplotlib"),
        ("experiment/a.py", "import click", "click"),
        ("engine/fast/a.py", "from cemsim.engine.glass import run", "glass engine"),
        ("engine/glass/a.py", "from ..fast import run", "fast engine"),
        ("plan/a.py", "import simpy", "simpy"),
        ("plan/long.py", "x = 1\n" * 401, "401 lines"),
        ("attic/a.py", "x = 1", "no layer"),
    ],
)
def test_a_seeded_violation_is_found(tmp_path: Path, place: str, text: str, word: str) -> None:
    file = tmp_path / "cemsim" / place
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    found = complaints(tmp_path / "cemsim")
    assert len(found) == 1 and word in found[0], found


def test_an_import_downwards_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "cemsim" / "report" / "figures" / "lines.py"
    file.parent.mkdir(parents=True)
    file.write_text("import matplotlib\nfrom cemsim.measures import kpis\nfrom cemsim.base import words\n")
    assert complaints(tmp_path / "cemsim") == []
