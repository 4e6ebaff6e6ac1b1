"""Where two results first differ: by replicate, month, row and column."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.records import EMOTION, FAILURES, HOURS, PEOPLE, STEPS, TEAMS
from cemsim.base.words import ATTRIBUTES, CAUSES
from cemsim.plan.names import Names

#: What the axes of a log's arrays are: names of a plan, columns, or plain numbers.
AXES: Final[Mapping[str, Sequence[str | Mapping[str, str] | Sequence[str]]]] = {
    "people": ("month", "segment", PEOPLE),
    "lost": ("month", "segment", CAUSES),
    "satisfaction": ("month", "segment", ATTRIBUTES),
    "expectation": ("month", "segment", ATTRIBUTES),
    "steps": ("month", "step", "segment", STEPS),
    "emotion": ("month", "step", "segment", ("first contact", "repeat"), EMOTION),
    "waits": ("month", "team", "segment", "bin"),
    "teams": ("month", "team", TEAMS),
    "hours": ("team", "hour", HOURS),
    "failures": ("month", "segment", FAILURES),
}


def first_difference(old: Mapping[str, NDArray[Any]], new: Mapping[str, NDArray[Any]], names: Names) -> str:
    """Where the quantities of a replicate differ in a bit, the earliest month first; empty where nowhere.

    >>> none = Names(("all",), (), (), ())
    >>> was, now = np.zeros((2, 1, 6)), np.zeros((2, 1, 6))
    >>> now[1, 0, 5] = 3.0
    >>> first_difference({"lost": was}, {"lost": now}, none)
    'lost, month 1, segment all, column service: 0.0 there, 3.0 here'
    """
    found: list[tuple[int, str]] = []
    for name in dict.fromkeys((*old, *new)):
        if name not in old or name not in new:
            found.append((-1, f"{name} is {'not there' if name not in old else 'not here'}"))
            continue
        was, now = old[name], new[name]
        if was.shape != now.shape or was.dtype != now.dtype:
            found.append((-1, f"{name} has the shape {was.shape} there, {now.shape} here"))
            continue
        bits = np.ascontiguousarray(was).view(np.uint8) != np.ascontiguousarray(now).view(np.uint8)
        if not bits.any():
            continue
        flat = int(np.argmax(bits.reshape(-1))) // was.dtype.itemsize
        place = tuple(int(i) for i in np.unravel_index(flat, was.shape))
        month = place[0] if AXES.get(name, ("",))[0] == "month" else 10**6
        found.append((month, f"{name}, {_place(name, place, names)}: {was[place]} there, {now[place]} here"))
    return min(found, key=lambda each: each[0])[1] if found else ""


def first_line(old: Path, new: Path) -> str:
    """Where two tables first differ: the line, what its row says of scenario, replicate and month, the column."""
    if old.suffix == ".parquet":
        return _first_row(old, new)
    with old.open(encoding="utf-8", errors="replace", newline="") as a, new.open(encoding="utf-8", newline="") as b:
        rows = zip_longest(csv.reader(a), csv.reader(b))
        head: list[str] = []
        for line, (was, now) in enumerate(rows, start=1):
            head = head or list(now or [])
            if was is None or now is None:
                return f"line {line} is {'missing' if was is None else 'too many'}"
            if was != now:
                return f"line {line} ({_row(head, now)}), {_cells(head, was, now)}"
    return "only in how its lines end"


def _first_row(old: Path, new: Path) -> str:
    import pandas as pd

    try:
        was, now = pd.read_parquet(old), pd.read_parquet(new)
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes its readers raise
        return f"it cannot be read: {' '.join(str(error).split())[:100]}"
    if list(was.columns) != list(now.columns) or len(was) != len(now):
        return f"{len(was)} rows of {len(was.columns)} columns, not {len(now)} of {len(now.columns)}"
    for i, (a, b) in enumerate(zip(was.astype(object).values, now.astype(object).values, strict=True)):
        for column, x, y in zip(now.columns, a, b, strict=True):
            if x != y and not (x != x and y != y):
                row = _row(list(now.columns), [str(v) for v in b])
                return f"row {i} ({row}), column {column}: {x} there, {y} here"
    return "only in bytes that hold no value"


def _row(head: Sequence[str], row: Sequence[str]) -> str:
    said = {name: cell for name, cell in zip(head, row, strict=False) if name not in ("value", "unit")}
    return ", ".join(f"{name} {cell}" for name, cell in said.items())


def _cells(head: Sequence[str], was: Sequence[str], now: Sequence[str]) -> str:
    for column, (a, b) in zip([*head, "beyond the last"], zip_longest(was, now, fillvalue=""), strict=False):
        if a != b:
            return f"column {column}: {a[:60]} there, {b[:60]} here"
    return "its length"


def _place(name: str, place: tuple[int, ...], names: Names) -> str:
    """A place in an array, in words.

    >>> _place("people", (3, 0, 1), Names(("loyal",), (), (), ()))
    'month 3, segment loyal, column active'
    """
    if name not in AXES:
        return f"row {place[0]}"
    known = {"segment": names.segments, "team": names.teams, "step": [" · ".join(s) for s in names.steps]}
    said = []
    for axis, i in zip(AXES[name], place, strict=True):
        if isinstance(axis, str):
            said.append(f"{axis} {known[axis][i] if axis in known else i}")
        else:
            said.append(f"column {list(axis)[i]}")
    return ", ".join(said)
