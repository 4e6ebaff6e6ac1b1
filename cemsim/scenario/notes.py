"""Numbers written with their evidence: ``{value, source, range, kind}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cemsim.base.errors import Problem
from cemsim.base.near import nearest
from cemsim.base.text import Text

KEYS: Final = ("value", "source", "range", "kind")
KINDS: Final = ("lever", "uncertainty")


@dataclass(frozen=True)
class Note:
    """What a file says of a number beside the number."""

    source: str
    range: tuple[str, str] | None
    kind: str | None
    file: str
    line: int


Notes = dict[tuple[str, ...], Note]


def unwrap(data: Any, file: str, path: tuple[str, ...] = ()) -> tuple[Any, Notes, list[Problem]]:
    """Data with plain values in place of ``{value, source, range, kind}``; notes by path; what is wrong."""
    if isinstance(data, list):
        kept, notes, found = [], Notes(), list[Problem]()
        for i, value in enumerate(data):
            inner, more, bad = unwrap(value, file, (*path, str(i)))
            kept.append(inner)
            notes |= more
            found += bad
        return kept, notes, found
    if not isinstance(data, dict):
        return data, {}, []
    if "value" in data:
        note, found = _note(data, file, path)
        return data["value"], {path: note}, found
    block: dict[Any, Any] = {}
    notes, found = {}, []
    for key, value in data.items():
        block[key], more, bad = unwrap(value, file, (*path, str(key)))
        notes |= more
        found += bad
    return block, notes, found


def _note(data: dict[Any, Any], file: str, path: tuple[str, ...]) -> tuple[Note, list[Problem]]:
    found: list[Problem] = []
    place = ".".join(path)

    def bad(key: Any, message: str, cure: str) -> None:
        at = key if isinstance(key, Text) else Text("", file, 1)
        found.append(Problem(at.file, at.line, f"{place}.{key}", message, cure))

    keys = {str(k): k for k in data}
    first = next(iter(data))
    for name, key in keys.items():
        if name not in KEYS:
            bad(
                key, f'There is no "{name}" beside a value.', f"Write {', '.join(KEYS)}.{nearest(name, KEYS)}"
            )
    kind, ends, source = data.get("kind"), data.get("range"), data.get("source")
    if "kind" in keys and kind not in KINDS:
        bad(keys["kind"], f'"{kind}" is not a kind of number.', f"Write {' or '.join(KINDS)}.")
    if "source" in keys and not isinstance(source, str):
        bad(keys["source"], "A source is text.", "Write who says so.")
    if "range" in keys and not (
        isinstance(ends, list) and len(ends) == 2 and all(isinstance(e, str) for e in ends)
    ):
        bad(keys["range"], "A range is a list of two numbers.", "Write range: [55 %, 67 %].")
        ends = None
    value = data["value"]
    mark = value if isinstance(value, Text) else first if isinstance(first, Text) else Text("", file, 1)
    note = Note(
        str(source) if isinstance(source, str) else "", (ends[0], ends[1]) if ends else None,
        str(kind) if kind in KINDS else None, mark.file, mark.line,
    )  # fmt: skip
    return note, found
