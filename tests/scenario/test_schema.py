"""Every field says what it is; defaults lie in their ranges; editors learn the same language."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from cemsim.base.text import read
from cemsim.base.words import ATTRIBUTES, CAUSES, CHANNELS, GROUPS, LAWS, STAGES
from cemsim.scenario import load
from cemsim.scenario.jsonschema import json_schema
from cemsim.scenario.quantity import about_of, unit_of
from cemsim.scenario.schema import law, noun
from cemsim.scenario.schema.journey import CHANNEL_LOADS
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.recipe import Recipe, Scenario

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*/*.yaml"))


def nouns(kind: type[BaseModel] = Noun) -> Iterator[type[BaseModel]]:
    for sub in kind.__subclasses__():
        if sub is not Scenario and sub.__module__.startswith("cemsim.scenario"):
            yield sub
            yield from nouns(sub)


FIELDS = [(n, f) for n in nouns() for f in n.model_fields]


def test_words_are_those_of_the_arrays() -> None:
    assert get_args(noun.Attribute) == ATTRIBUTES
    assert get_args(noun.Cause) == CAUSES
    assert get_args(noun.Channel) == CHANNELS == tuple(CHANNEL_LOADS)
    assert get_args(noun.Stage) == STAGES
    assert get_args(noun.Group) == GROUPS
    assert get_args(law.Kind) == LAWS


@pytest.mark.parametrize("kind, name", FIELDS, ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_every_field_is_described(kind: type[BaseModel], name: str) -> None:
    info = kind.model_fields[name]
    about = about_of(info)
    assert info.description
    unit, default = unit_of(info.annotation, info.metadata), info.default
    if unit is not None and isinstance(default, float) and kind is not Law:
        assert about.tag in ("V", "Vw", "G", "A", "C", "S")
    number = default.mean if isinstance(default, Law) else default
    if about.range is not None and isinstance(number, int | float):
        assert about.range[0] <= number <= about.range[1]
        assert about.source, "a range has a source"


def test_defaults_are_what_they_would_be_if_written() -> None:
    plain = {"name": "a", "segments": {"s": {"customers": 1, "revenue": 1.0, "churn": 0.1}}}
    once = Recipe.model_validate(plain)
    assert Recipe.model_validate(once.model_dump()) == once


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_shipped_scenarios_load(path: Path) -> None:
    scenario = load(path)
    assert scenario.remarks == ()
    assert scenario.question.endswith("?")
    assert "?" in path.read_text().splitlines()[0] or path.parent.name == "textbook"
    assert all(known.source or known.written or known.tag for known in scenario.register)
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert fits(json_schema(), as_json(read(path)), json_schema()) == []


def test_telecom_register_has_a_range_for_every_assumption_in_the_file() -> None:
    scenario = load(SHIPPED[0].parents[1] / "telecom" / "baseline.yaml")
    for known in scenario.register:
        if known.written and "assumption" in known.source:
            assert known.range is not None and known.range[0] <= known.value <= known.range[1], known


def test_schema_is_json() -> None:
    text = json.dumps(json_schema())
    assert "(%)" in text and "$defs" in text


@pytest.mark.parametrize(
    "old, new",
    [("20 USD/month", "20 USD/parsec"), ("on_shift: 2", "on_shift: 2 min"), ("phone_in", "phone"), ("70 %",
        "0.7"),
     ("customers:", "custmers:"), ("5 min", "5 parsec"), ("2 /year", "[2]")],
)  # fmt: skip
def test_editors_see_what_the_loader_sees(minimal: str, write: Any, old: str, new: str) -> None:
    schema = json_schema()
    assert fits(schema, as_json(read(write(minimal))), schema) == []
    assert fits(schema, as_json(read(write(minimal.replace(old, new)))), schema)


def as_json(value: Any) -> Any:
    """Plain values as an editor's YAML 1.2 reader sees them."""
    if isinstance(value, dict):
        return {str(k): as_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_json(v) for v in value]
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, str) and re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", value):
        return float(value) if re.search(r"[.eE]", value) else int(value)
    return str(value) if isinstance(value, str) else value


def fits(schema: Any, value: Any, top: Any, path: str = "") -> list[str]:
    """What in a value does not fit a JSON Schema (the part of it that we use)."""
    if "$ref" in schema:
        return fits(top["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, top, path)
    if "if" in schema:
        branch = "else" if fits(schema["if"], value, top) else "then"
        return fits(schema[branch], value, top, path)
    wrong: list[str] = []
    if "anyOf" in schema:
        tries = [fits(s, value, top, path) for s in schema["anyOf"]]
        wrong += [] if any(not t for t in tries) else min(tries, key=len)
    if "oneOf" in schema and sum(not fits(s, value, top) for s in schema["oneOf"]) != 1:
        wrong.append(f"{path}: not exactly one")
    if "const" in schema and value != schema["const"]:
        wrong.append(f"{path}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{path}: {value!r} is not in {schema['enum']}")
    kinds = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "object": dict,
        "array": list,
    }
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(isinstance(value, kinds[t]) for t in types):
        return [*wrong, f"{path}: {value!r} is no {types}"]
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{path}: {value!r} does not match")
    if isinstance(value, dict):
        wrong += [f"{path}: no {n}" for n in schema.get("required", []) if n not in value]
        for name, inner in value.items():
            extra = schema.get("additionalProperties", True)
            sub = schema.get("properties", {}).get(name, extra)
            if sub is False:
                wrong.append(f"{path}.{name}: unknown")
            elif isinstance(sub, dict):
                wrong += fits(sub, inner, top, f"{path}.{name}")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for i, inner in enumerate(value):
            wrong += fits(schema["items"], inner, top, f"{path}.{i}")
    return wrong
