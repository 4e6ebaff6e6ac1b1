"""JSON Schema of scenario files, for editors: what YAML may contain, units included."""

from __future__ import annotations

from typing import Any

from cemsim.base.units import MINUTES
from cemsim.scenario.patch import VERBS
from cemsim.scenario.quantity import In
from cemsim.scenario.schema.finance import Investment
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.schema.rules import CHANGE_SCHEMA
from cemsim.scenario.schema.survey import LEDGERS


def json_schema() -> dict[str, Any]:
    """One schema for both kinds of file: a baseline says everything, a patch has ``based_on``.

    >>> sorted(json_schema()["then"]["properties"])[:3]
    ['based_on', 'cemsim', 'change']
    """
    baseline = Recipe.model_json_schema(mode="validation")
    names = baseline.pop("$defs")
    names |= Investment.model_json_schema(mode="validation").pop("$defs", {})
    _shorthand(names)
    _none(baseline)
    _none(names)
    properties = baseline["properties"]
    patch = {
        "type": "object",
        "required": ["based_on"],
        "additionalProperties": False,
        "properties": {
            "cemsim": properties["cemsim"],
            "based_on": {
                "type": "string",
                "description": "file that this one changes, in the same folder or below",
            },
            **{name: properties[name] for name in ("name", "question", "investment", "own_baseline")},
            "change": {
                "type": "object",
                "description": "dotted path to change; * stands for every name",
                "properties": {"rules": CHANGE_SCHEMA},
                "additionalProperties": _verbs(),
            },
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cemsim scenario",
        "if": {"required": ["based_on"]},
        "then": patch,
        "else": baseline,
        "$defs": names,
    }


def _verbs() -> dict[str, Any]:
    whole = {"to": {}, "add": {"type": ["string", "number"]}, "times": {"type": "number"}}
    whole |= {"new": {"type": "object"}, "remove": {"const": True}}
    return {
        "type": "object",
        "oneOf": [{"required": [verb]} for verb in VERBS],
        "properties": {
            **whole,
            "before": {"type": "string", "description": "step that a new one is put before"},
        },
        "additionalProperties": False,
    }


def _shorthand(names: dict[str, Any]) -> None:
    """Where a law may stand, a bare time may; where spending may, its kind alone."""
    law = names["Law"]
    for optional in ("mean", "cv"):
        law["required"] = [n for n in law.get("required", []) if n != optional]
    law["$comment"] = "an empirical law takes its mean and cv from the file"
    time = In(MINUTES).json()
    names["Law"] = {"anyOf": [law, *time["anyOf"]]}
    step = names["Step"]["properties"]
    step["contains"] = step["resolves"]
    cause = names["Causes"]["properties"]["ledger"]
    names["Causes"]["properties"]["ledger"] = {"anyOf": [cause, {"enum": list(LEDGERS)}]}
    spend = names["Spend"]
    names["Spend"] = {"anyOf": [spend, spend["properties"]["kind"]]}


def _none(part: Any) -> None:
    """Where nothing may stand, the word none may."""
    if isinstance(part, list):
        for inner in part:
            _none(inner)
    elif isinstance(part, dict):
        if part.get("type") == "null":
            del part["type"]
            part["enum"] = [None, "none"]
        for inner in part.values():
            _none(inner)
