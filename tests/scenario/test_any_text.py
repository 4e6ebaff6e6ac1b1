"""Whatever is written, the loader answers with a scenario or with problems, never with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cemsim.base.text import parse
from cemsim.scenario import Scenario, ScenarioError, load

ROOT = Path(__file__).parents[2] / "scenarios" / "telecom"
TEXTS = [(ROOT / name).read_text() for name in ("baseline.yaml", "knowledge_base.yaml", "back_office.yaml")]
SPICE = ["*", "&a ", "!!x ", "[", "]", "{", "}", ": ", "\n", "\t", "-", "0", "%", "nan", "null", "no", "~",
    "|", ">", "#",
         '"', "'", "1e999", "é", "<<: ", "? ", "value: ", "..", "/", "{value: 1}", "none", "{}", "[]",
             "12:30", "\u2028", "@"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 5))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 12))
        kind = draw(st.sampled_from(["cut", "spice", "swap", "line"]))
        if kind == "cut":
            text = text[:at] + text[at + length :]
        elif kind == "spice":
            text = text[:at] + draw(st.sampled_from(SPICE)) + text[at + draw(st.sampled_from([0, length])) :]
        elif kind == "swap":
            start = draw(st.integers(0, len(text)))
            text = text[:at] + text[start : start + length] + text[at:]
        else:
            lines = text.split("\n")
            row = draw(st.integers(0, len(lines) - 1))
            lines.insert(draw(st.integers(0, len(lines))), lines.pop(row))
            text = "\n".join(lines)
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("telecom")
    (made / "profiles").mkdir()
    (made / "profiles" / "phone.csv").write_text((ROOT / "profiles" / "phone.csv").read_text())
    (made / "baseline.yaml").write_text(TEXTS[0])
    return made


def answer(path: Path) -> None:
    try:
        assert isinstance(load(path), Scenario)
    except ScenarioError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.message and str(problem)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=mutated())
def test_mutated_scenarios(folder: Path, text: str) -> None:
    path = folder / "mutant.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    answer(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200))
def test_random_bytes(folder: Path, raw: bytes) -> None:
    path = folder / "bytes.yaml"
    path.write_bytes(raw)
    answer(path)


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!?|>'\"%@`#, \n\t1.~")), max_size=60))
def test_random_punctuation(text: str) -> None:
    try:
        assert isinstance(parse(text, "x.yaml"), dict)
    except ScenarioError as error:
        assert error.problems[0].message


def test_yaml_1_2(minimal: str) -> None:
    block = parse("a: no\nb: 12:30\nc: 0o14\nd: ~\ne: 'null'\nf: 1_000\n", "x.yaml")
    assert {str(k): v for k, v in block.items()} == {
        "a": "no", "b": "12:30", "c": "0o14", "d": None, "e": "null", "f": "1_000"
    }  # fmt: skip
    assert next(k for k in block if k == "d").line == 4
