"""The list of mistakes fits the sources; whether each is noticed is measured by ``python -m benchmarks.mutations``."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.mutants import MUTANTS, Mutant
from benchmarks.mutations import change, copied

pytestmark = pytest.mark.parity


def test_each_mistake_has_its_place(tmp_path: Path) -> None:
    package = copied(tmp_path)
    for mutant in MUTANTS:
        file = package / "cemsim" / "engine" / mutant.file
        before = file.read_text(encoding="utf-8")
        change(package, mutant)
        assert file.read_text(encoding="utf-8") != before
        compile(file.read_text(encoding="utf-8"), str(file), "exec")
        file.write_text(before, encoding="utf-8")
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 15


def test_a_place_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds its place 0 times"):
        change(copied(tmp_path), Mutant("lost", "", "law.py", "nothing like this", ""))
