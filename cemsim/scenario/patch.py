"""Patches: files that say what differs from another. Parsed whole before any of it applies."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cemsim.base.errors import Problem, ScenarioError
from cemsim.base.near import nearest
from cemsim.base.text import Text
from cemsim.scenario import explain, packs
from cemsim.scenario.notes import Notes, unwrap
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.recipe import Change, Recipe
from cemsim.scenario.staff import SIZES, is_size
from cemsim.scenario.walk import Place, root

VERBS: Final = ("to", "add", "times", "new", "remove")
#: What a patch may say beside its changes.
FIELDS: Final = ("cemsim", "based_on", "name", "question", "investment", "own_baseline", "expect", "change")


@dataclass(frozen=True)
class Edit:
    """One change of a patch, at one path without wildcards."""

    path: tuple[str, ...]
    asked: Text
    verb: str
    value: Any
    written: Any
    notes: Notes
    before_step: str | None
    place: Place | None


@dataclass(frozen=True)
class Patch:
    """A patch as read: its fields and its changes, nothing applied."""

    file: str
    raw: Mapping[Any, Any]
    edits: tuple[tuple[Text, str, Any, str | None], ...]
    own_baseline: bool


def parse(raw: dict[str, Any], file: str) -> Patch:
    """The patch that a file's words make. Errors: ScenarioError with all that is wrong with its form."""
    made, found = read(raw, file)
    if found:
        raise ScenarioError(found)
    return made


def read(raw: dict[str, Any], file: str) -> tuple[Patch, list[Problem]]:
    """The patch that a file's words make, as far as they make one, and all that is wrong with its form."""
    found: list[Problem] = []
    edits: list[tuple[Text, str, Any, str | None]] = []
    for key in raw:
        if key not in FIELDS:
            at = explain.origin(raw, [key], file)
            found.append(
                Problem(
                    *at,
                    str(key),
                    f'A patch has no field "{key}".',
                    f"Fields are: {', '.join(FIELDS)}{_under_change(str(key))}.{nearest(str(key), FIELDS)}",
                )  # fmt: skip
            )
    block = raw.get("change", {})
    if not isinstance(block, dict):
        at = explain.origin(raw, ["change"], file)
        found.append(
            Problem(*at, "change", "A block of paths is needed here.", "Write teams.desk.on_shift: {add: 1}")
        )
        block = {}
    for path, body in block.items():
        if path.partition(".")[0] == packs.RULES:
            steps, bad = packs.steps(body, path)
            edits += steps
            found += bad
            continue
        read = _verb(path, body, file)
        if isinstance(read, Problem):
            found.append(read)
        else:
            edits.append((path, *read))
    if not block and "investment" not in raw and not found:
        at = explain.origin(raw, ["change"], file)
        found.append(Problem(*at, "change", "This patch changes nothing.", "Write change: and what differs."))
    own = raw.get("own_baseline")
    return Patch(file, raw, tuple(edits), isinstance(own, str) and own in ("true", "True", "on")), found


def _under_change(key: str) -> str:
    """Where a field of scenarios goes in a patch; nothing for what is no field at all."""
    first = key.split(".")[0]
    how = "add: [service.yaml]" if first == packs.RULES else "to: ..."
    key = first if first == packs.RULES else key
    return f"; all else goes under change, as {key}: {{{how}}}" if first in Recipe.model_fields else ""


def _verb(path: Text, body: Any, file: str) -> tuple[str, Any, str | None] | Problem:
    place = f"change.{path}"
    cure = "Write {to: ...}, {add: ...}, {times: 1.1}, {new: {...}} or {remove: true}."
    if not isinstance(body, dict):
        if isinstance(body, str) and body.lstrip()[:1] in "+-" and "%" in body:
            return Problem(
                path.file, path.line, place, f'"{body}" is ambiguous: of the number, or points of a share?',
                'Write {add: "10 %-points"} or {times: 1.1}.',
            )  # fmt: skip
        said = f'"{body}"' if isinstance(body, str) else "this"
        if isinstance(body, str) and re.fullmatch(r"[+-]\s*\d.*", body):
            return Problem(path.file, path.line, place, f"A change says how; {said} does not.",
                           f"Write {{add: {body.lstrip('+ ')}}}, or {{to: ...}} for a new value.")  # fmt: skip
        if ":{" in path:
            cure = f"Write a blank after the colon: {path.replace(':{', ': {', 1)}: {body or '...'}"
        return Problem(path.file, path.line, place, f"A change says how; {said} does not.", cure)
    verbs = [v for v in body if v in VERBS]
    strange = [k for k in body if k not in (*VERBS, "before")]
    if strange and not verbs and (inner := _path_below(body)):
        name, how = inner
        return Problem(
            path.file, path.line, place, "A change names its whole path in one.", f"Write {path}.{name}: {how}."
        )
    if len(verbs) != 1 or strange or ("before" in body and verbs != ["new"]):
        name = str(strange[0]) if strange else " and ".join(str(v) for v in verbs) or "nothing"
        if strange and not verbs and not nearest(name, VERBS):
            field, value = _field_below(body)
            cure = f"Write {path}.{field}: {{to: {value}}}"
            cure += "." if "." in field else (
                f" for what is there, or {path}: {{new: {{{name}: {value}, ...}}}} for something new.")  # fmt: skip
        return Problem(
            path.file, path.line, place, f"A change has one of {', '.join(VERBS)}; here is {name}.",
            cure + (nearest(str(strange[0]), VERBS) if strange else ""),
        )  # fmt: skip
    verb = str(verbs[0])
    if verb == "remove" and body["remove"] not in ("true", "True"):
        return Problem(
            path.file, path.line, place, "Only {remove: true} makes sense.", "Write {remove: true}."
        )
    before = body.get("before")
    return verb, body[verbs[0]], str(before) if isinstance(before, str) else None


def _field_below(body: Any) -> tuple[str, str]:
    """Dotted path of the first field below nested blocks, and its value."""
    names: list[str] = []
    while isinstance(body, dict) and body:
        names.append(str(next(iter(body))))
        body = body[names[-1]]
    return ".".join(names), body if isinstance(body, str) else "..."


def _path_below(body: Any) -> tuple[str, str] | None:
    """Dotted path and change of the first verb below nested blocks, where there is one."""
    names: list[str] = []
    while isinstance(body, dict) and body and not any(k in VERBS for k in body):
        key = next(iter(body))
        names.append(str(key))
        body = body[key]
    if not isinstance(body, dict) or not body or not names:
        return None
    verb = next(k for k in body if k in VERBS)
    value = body[verb]
    return ".".join(names), f"{{{verb}: {value if isinstance(value, str) else '...'}}}"


def apply(
    patch: Patch, edits: tuple[Edit, ...], base: Recipe, data: dict[str, Any], notes: Notes
) -> tuple[dict[str, Any], Notes]:
    """The base's words with the patch's in place of some of them."""
    fresh, kept = _copied(data), dict(notes)
    for name in ("name", "question", "investment", "own_baseline", "expect"):
        key = next((k for k in patch.raw if k == name), None)
        if key is not None or name in ("name", "question"):
            fresh.pop(name, None)
            kept = {path: note for path, note in kept.items() if path[0] != name}   # evidence of numbers that are gone
        if key is not None:
            value, more, _ = unwrap(patch.raw[key], patch.file, (name,))
            fresh[key] = value
            kept |= more
        elif name == "name":
            fresh["name"] = Text(
                patch.file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0], patch.file, 1
            )
    for edit in edits:
        gone = (edit.path, *((*edit.path[:-1], name) for name in _replaced(edit.path, edit.verb)))
        kept = {path: note for path, note in kept.items() if not any(path[: len(g)] == g for g in gone)}
        kept |= {(*edit.path, *path): note for path, note in edit.notes.items()}
        _put(fresh, edit, base)
    return fresh, kept


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _replaced(path: tuple[str, ...], verb: str) -> tuple[str, ...]:
    """Fields beside the last of a path that a new value of it replaces: a team's size is said once."""
    if verb != "to" or not is_size(path):
        return ()
    return tuple(name for name in SIZES if name != path[2]) + (("open",) if path[2] == "shifts" else ())


def _put(data: dict[Any, Any], edit: Edit, base: Recipe) -> None:
    block, place = data, root(base)
    for name in edit.path[:-1]:
        place = place.child(name)
        inner = block.get(name)
        if not isinstance(inner, dict):
            inner = _spelt_out(place.value)
            block[name] = inner
        block = inner
    name = edit.path[-1]
    alias = {"resolves": "contains", "contains": "resolves"}.get(name)
    for old in [k for k in block if k in (name, alias, *_replaced(edit.path, edit.verb))]:
        del block[old]
    key = Text(name, edit.asked.file, edit.asked.line)
    if edit.before_step is None:
        block[key] = copy.copy(edit.value)
        return
    items = list(block.items())
    at = next(i for i, (k, _) in enumerate(items) if k == edit.before_step)
    block.clear()
    block.update([*items[:at], (key, edit.value), *items[at:]])


def _spelt_out(value: Any) -> dict[str, Any]:
    """A block that was written short, or not at all, as the fields it stands for."""
    if isinstance(value, Mapping):
        return dict(value)
    names = type(value).model_fields if isinstance(value, Law) else value.model_fields_set
    return {name: getattr(value, name) for name in names if getattr(value, name) is not None}


def changes(edits: tuple[Edit, ...], base: Recipe, now: Recipe) -> tuple[Change, ...]:
    """What the edits changed, as values. Errors: ScenarioError where a change changes nothing."""
    found: list[Problem] = []
    done: list[Change] = []
    told: dict[Text, bool] = {}
    for edit in edits:
        after = _value(now, edit.path)
        before = None if edit.place is None else _value(base, edit.path)
        moved = after != before or edit.place is None
        told[edit.asked] = told.get(edit.asked, False) or moved
        if moved:
            done.append(
                Change(
                    ".".join(edit.path),
                    edit.verb,
                    edit.written,
                    before,
                    after,
                    edit.asked.file,
                    edit.asked.line,
                )
            )
    for asked, moved in told.items():
        if not moved:
            found.append(
                Problem(
                    asked.file,
                    asked.line,
                    f"change.{asked}",
                    "This changes nothing: the value is the same already.",
                    "Leave it out, or write another value.",
                )  # fmt: skip
            )
    if found:
        raise ScenarioError(found)
    return tuple(done)


def _value(recipe: Recipe, path: tuple[str, ...]) -> Any:
    place = root(recipe)
    for name in path:
        place = place.child(name)
    return place.value
