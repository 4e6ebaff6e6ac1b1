"""A scenario written out in full: every number in force, none left to a default or to another file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from cemsim.base.units import NUMBER, Unit
from cemsim.scenario.schema.hours import Opening, Shift, days_in_words
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.schema.rules import Pack
from cemsim.scenario.walk import Place, root

#: Text that YAML reads back as it stands; all else is quoted.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.](?:[A-Za-z0-9_.%/ +-]*[A-Za-z0-9_.%/])?", re.ASCII)
_NOTHING: Final = ("null", "Null", "NULL")
_WIDTH: Final = 110


def resolved(recipe: Recipe, name_of: Callable[[Path], str] = lambda path: path.name) -> str:
    """YAML text of a scenario that stands alone: loading it gives the same fields, to the last bit.

    Args:
        recipe: a scenario, loaded or made in code; patches are already in it.
        name_of: name under which the text shall mention a CSV file.

    >>> from cemsim import load
    >>> from cemsim.base.shipped import shipped
    >>> print(resolved(load(shipped("scenarios", "textbook", "geometric.yaml"))).splitlines()[4])
    horizon: 120 months
    """
    tree = _tree(root(recipe), recipe.currency, name_of)
    return "\n".join(_lines(tree, "")) + "\n"


def files_of(recipe: Recipe) -> tuple[Path, ...]:
    """CSV files that a scenario names, each once."""
    return tuple(dict.fromkeys(_paths(recipe)))


def rule_files_of(recipe: Recipe) -> tuple[Path, ...]:
    """Rule files that a scenario names, each once; the text of :func:`resolved` holds what is in them."""
    return tuple(dict.fromkeys(Path(pack.ruleset.file) for pack in recipe.rules if pack.named))


def _paths(value: Any) -> list[Path]:
    if isinstance(value, Path):
        return [value]
    if isinstance(value, Noun):
        inside = [getattr(value, name) for name in Recipe.model_fields] if isinstance(value, Recipe) else [
            getattr(value, name) for name in type(value).model_fields
        ]  # fmt: skip
        return [path for inner in inside for path in _paths(inner)]
    if isinstance(value, Mapping):
        return [path for inner in value.values() for path in _paths(inner)]
    return []


def _tree(place: Place, currency: str, name_of: Callable[[Path], str]) -> Any:
    value = place.value
    if isinstance(value, Law):
        return _law(value, name_of)
    if isinstance(value, Noun):
        return {name: _tree(place.child(name), currency, name_of) for name in place.names}
    if isinstance(value, Mapping):
        return {name: _tree(place.child(name), currency, name_of) for name in value}
    return _words(value, place.unit, currency, name_of)


def _words(value: Any, unit: Unit | None, currency: str, name_of: Callable[[Path], str]) -> Any:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return (unit or NUMBER).write(value, currency)
    if isinstance(value, Path):
        return name_of(value)
    if isinstance(value, Pack):
        return value.words
    if isinstance(value, Shift):
        hours = str(Opening(days=value.days, start=value.hours[0], end=value.hours[1])).partition(" ")[0]
        return {"days": days_in_words(value.days), "hours": hours, "people": str(value.people)}
    if isinstance(value, tuple):
        return [_words(each, unit, currency, name_of) for each in value]
    return str(value)


def _law(law: Law, name_of: Callable[[Path], str]) -> dict[str, str]:
    from cemsim.base.units import MINUTES

    words = {"kind": law.kind, "mean": MINUTES.write(law.mean), "cv": NUMBER.write(law.cv)}
    return words | ({"file": name_of(law.file)} if law.file is not None else {})


def _lines(block: Mapping[str, Any], margin: str) -> list[str]:
    """A block, one field a line; what fits in a line is written in one."""
    lines = []
    for name, value in block.items():
        key = f"{margin}{_scalar(name)}:"
        short = f"{key} {_flow(value)}"
        if isinstance(value, Mapping) and value and (margin == "" or _deep(value) or len(short) > _WIDTH):
            lines += [key, *_lines(value, margin + "  ")]
        elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value) and len(short) > _WIDTH:
            lines.append(key)
            for each in value:
                first, *rest = _lines(each, margin + "    ") if isinstance(each, Mapping) else [_flow(each)]
                lines += [f"{margin}  - {first.lstrip()}", *rest]
        else:
            lines.append(short)
    return lines


def _deep(value: Mapping[str, Any]) -> bool:
    return any(isinstance(inner, Mapping) and inner for inner in value.values())


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    return _scalar(value)


def _scalar(text: str) -> str:
    """Text as YAML 1.2 reads it back, letter for letter."""
    if _PLAIN.fullmatch(text) and text not in _NOTHING and "  " not in text:
        return text
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
