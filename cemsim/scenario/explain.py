"""Validation errors to problems with line, path, what was read, why it cannot be, what to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from cemsim.base.errors import Problem
from cemsim.base.near import listed, nearest
from cemsim.base.text import Text
from cemsim.scenario.quantity import unit_of
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.recipe import Recipe

_MOST = 50


def origin(data: Any, path: Sequence[str | int], file: str) -> tuple[str, int]:
    """File and line where a path, or the nearest block around it, is written."""
    place = (file, 1)
    for part in path:
        if isinstance(data, dict):
            key = next((k for k in data if k == str(part)), None)
            if key is None:
                return place
            place = (key.file, key.line) if isinstance(key, Text) else place
            data = data[key]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
            place = _first_mark(data) or place
        else:
            return place
    return (data.file, data.line) if isinstance(data, Text) else place


def _first_mark(value: Any) -> tuple[str, int] | None:
    if isinstance(value, dict) and value:
        value = next(iter(value))
    return (value.file, value.line) if isinstance(value, Text) else None


def problems(error: ValidationError, data: Any, file: str, currency: str = "") -> list[Problem]:
    """One problem for each thing found, in order of lines."""
    found = [_one(e, data, file, currency) for e in error.errors(include_url=False)[:_MOST]]
    unique = {(p.file, p.line, p.path.rpartition(".")[2], p.message): p for p in reversed(found)}
    return sorted(unique.values(), key=lambda p: (p.file != file, p.file, p.line))


def _one(error: Mapping[str, Any], data: Any, file: str, currency: str) -> Problem:
    loc = [part for part in error["loc"] if part != "[key]"]
    loc = [part for part in loc if not (isinstance(part, str) and part.startswith("function-"))]
    where = origin(data, loc, file)
    path = ".".join(str(part) for part in loc)
    message, cure = _say(error, loc, _written(data, loc, error.get("input")), currency)
    return Problem(where[0], where[1], path, message, cure)


def _written(data: Any, loc: Sequence[Any], read: Any) -> Any:
    """What stands at a path in the file; else what the validator saw."""
    for part in loc:
        inner = data.get(part) if isinstance(data, dict) else data[part] if isinstance(data, list) else None
        if inner is None:
            return data if isinstance(data, str) else read
        data = inner
    return data


def _say(error: Mapping[str, Any], loc: list[Any], read: Any, currency: str) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "wrong":
        return context["message"], context["cure"]
    if kind == "extra_forbidden":
        return _unknown(loc)
    if kind == "missing":
        noun, about = noun_at(loc[:-1]), ""
        if noun is not None and str(loc[-1]) in noun.model_fields:
            info = noun.model_fields[str(loc[-1])]
            unit = unit_of(info.annotation, info.metadata)
            example = unit.examples[0].replace("{money}", currency or "USD") if unit else "..."
            about = f"Write {loc[-1]}: {example}"
            return f'"{loc[-1]}" is missing ({info.description}).', about
        return f'"{loc[-1]}" is missing.', "Write it."
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        bound = next(iter(context.values()))
        unit = _unit(loc)
        shown = unit.write(float(bound), currency) if unit else f"{bound:g}"
        said, cure = {
            "greater_than_equal": ("small; the least possible is", f"{shown} or more"),
            "greater_than": ("small; it must be above", f"more than {shown}"),
            "less_than_equal": ("large; the most possible is", f"{shown} or less"),
            "less_than": ("large; it must be below", f"less than {shown}"),
        }[kind]
        return f'"{read}" is too {said} {shown}.', f"Write {cure}."
    if kind == "literal_error":
        options = [o.strip(" '") for o in str(context["expected"]).replace(" or ", ", ").split(",")]
        return (
            f'"{read}" is not one of the words allowed.',
            f"Write {listed(options)}.{nearest(str(read), options)}",
        )
    if kind in ("model_type", "model_attributes_type", "mapping_type", "dict_type"):
        what = "a list" if isinstance(read, list) else "nothing" if read is None else f'"{read}"'
        noun = noun_at(loc)
        fields = f"Fields are: {listed(noun.model_fields)}." if noun else "Write name: ... under it."
        return f"A block of fields is needed here, not {what}.", fields
    if kind in ("tuple_type", "list_type"):
        what = f', not "{read}"' if isinstance(read, str) else ""
        return f"A list is needed here{what}.", f"Write [{read}]." if isinstance(read, str) else "Write [one, two]."
    return f"{str(error['msg']).rstrip('.')}.", "See cemsim schema for what may stand here."


def _unknown(loc: list[Any]) -> tuple[str, str]:
    name, noun = str(loc[-1]), noun_at(loc[:-1])
    fields = list(noun.model_fields) if noun else []
    return f'There is no field "{name}" here.', f"Fields are: {listed(fields, 40)}.{nearest(name, fields)}"


def noun_at(loc: Sequence[Any]) -> type[Noun] | None:
    """The kind of block at a path of names."""
    kind: Any = Recipe
    for part in loc:
        if isinstance(kind, type) and issubclass(kind, Noun):
            name = {"contains": "resolves"}.get(str(part), str(part))
            if name not in kind.model_fields:
                return None
            kind = _bare(kind.model_fields[name].annotation)
        else:
            kind = _inside(kind)
    return kind if isinstance(kind, type) and issubclass(kind, Noun) else None


def _unit(loc: Sequence[Any]) -> Any:
    for back in (1, 2):
        noun = noun_at(loc[:-back])
        if noun is not None and str(loc[-back]) in noun.model_fields:
            info = noun.model_fields[str(loc[-back])]
            return unit_of(info.annotation, info.metadata)
    return None


def _bare(annotation: Any) -> Any:
    """A type without annotations and without ``| None``."""
    if hasattr(annotation, "__metadata__"):
        return _bare(get_args(annotation)[0])
    inner = [a for a in get_args(annotation) if a is not type(None)]
    if get_origin(annotation) is not None and type(None) in get_args(annotation) and len(inner) == 1:
        return _bare(inner[0])
    return annotation


def _inside(kind: Any) -> Any:
    """Type of the values of a mapping or list type."""
    args = get_args(kind)
    if isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
        return _bare(args[1])
    return _bare(args[0]) if args else None
