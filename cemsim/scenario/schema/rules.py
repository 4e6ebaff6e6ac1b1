"""Rules of a scenario: each file's words whole, so that the scenario can be written out and made again without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, InstanceOf, WithJsonSchema

from cemsim.rules.form import Ruleset
from cemsim.scenario.quantity import wrong


@dataclass(frozen=True)
class Pack:
    """One rule file of a scenario, or the same written in place; two are equal where their words are.

    Attributes: its words; the rules that they make, those in force; the file's name as the scenario gives it (empty
    where the rules stand in the scenario itself).
    """

    words: Mapping[Any, Any]
    ruleset: Ruleset = field(compare=False)
    named: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """What a patch calls it: its file's name, else its ruleset's."""
        return self.named or self.ruleset.name


def _packs(value: Any) -> Any:
    if isinstance(value, list | tuple) and all(isinstance(each, Pack) for each in value):
        return tuple(value)
    raise wrong("A list of rule files is needed here.", "Write rules: [service.yaml].")


_RULESET: Final[dict[str, Any]] = {
    "type": "object",
    "description": "rules written in place, as in a rule file",
    "required": ["version", "ruleset", "decide_on", "rules"],
    "properties": {"rules": {"type": "array", "minItems": 1, "maxItems": 48, "items": {"type": "object"}}},
}
_FILE: Final[dict[str, Any]] = {
    "type": "string",
    "description": "rule file in the scenario's folder or below, else one that comes with cemsim",
}
_NAMES: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
#: What may stand under ``rules`` in a scenario, and under ``change: {rules: ...}`` in a patch.
SCHEMA: Final[dict[str, Any]] = {"type": "array", "items": {"anyOf": [_FILE, _RULESET]}}
CHANGE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "rule files that come and go; rules (pack.rule) or packs switched off and on",
    "additionalProperties": False,
    "properties": {
        "add": SCHEMA | {"minItems": 1},
        "remove": _NAMES,
        "replace": {"type": "object", "additionalProperties": {"anyOf": [_FILE, _RULESET]}},
        "disable": _NAMES,
        "enable": _NAMES,
    },
}
Packs = Annotated[tuple[InstanceOf[Pack], ...], BeforeValidator(_packs), WithJsonSchema(SCHEMA)]
