"""What was compiled is kept only as long as the sources that it comes from are the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cemsim.base import compiled

HOLD_SCIENCE = ("base/draws.py", "model/laws.py", "engine/places.py", "plan/tables.py", "rules/vocabulary.py")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package, in place of the one that is imported."""
    package = Path(compiled.__file__).resolve().parents[1]
    shutil.copytree(package, tmp_path / "cemsim", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "_ROOT", tmp_path / "cemsim")
    return tmp_path / "cemsim"


@pytest.mark.parametrize("file", HOLD_SCIENCE)
def test_an_edit_anywhere_below_the_engine_is_compiled_anew(copy: Path, file: str) -> None:
    """Numbers of rules' facts, and of a plan's columns, are written into machine code as they are in the sources."""
    before = compiled.cache_folder()
    assert compiled.cache_folder() == before
    with (copy / file).open("a", encoding="utf-8") as out:
        out.write("# another line\n")
    assert compiled.cache_folder() != before


def test_an_edit_of_a_page_is_not(copy: Path) -> None:
    before = compiled.cache_folder()
    with (copy / "report" / "page.py").open("a", encoding="utf-8") as out:
        out.write("# another line\n")
    assert compiled.cache_folder() == before
