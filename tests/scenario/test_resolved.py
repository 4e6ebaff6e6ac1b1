"""A scenario written out in full reads back to the last bit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemsim.base.shipped import shipped
from cemsim.base.text import parse
from cemsim.plan.compile import plan
from cemsim.scenario import load
from cemsim.scenario.resolved import _scalar, files_of, resolved
from cemsim.scenario.schema.noun import adds_up
from cemsim.scenario.schema.recipe import Recipe

SHIPPED = sorted(shipped("scenarios").glob("*/*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_it_gives_the_same_fields_and_the_same_plan(path: Path, tmp_path: Path) -> None:
    scenario = load(path)
    for file in files_of(scenario):
        shutil.copy(file, tmp_path / file.name)
    (tmp_path / "full.yaml").write_text(resolved(scenario), encoding="utf-8")
    again = load(tmp_path / "full.yaml")
    assert resolved(again) == resolved(scenario)
    for name in Recipe.model_fields:
        if name != "journeys":                       # they name files by where these lie
            assert getattr(again, name) == getattr(scenario, name), name
    old, new = plan(scenario), plan(again)
    assert old.names == new.names
    assert all(a.tobytes() == b.tobytes() for a, b in zip(old.after, new.after, strict=True))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_any_text_reads_back(text: str) -> None:
    assert parse(f"name: {_scalar(text)}\n", "a.yaml") == {"name": text}


@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=6))
def test_weights_that_add_up_stay_as_they_are(weights: list[float]) -> None:
    total = sum(weights)
    once = adds_up({str(i): w / total for i, w in enumerate(weights)})
    assert adds_up(once) == once
