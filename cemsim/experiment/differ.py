"""Where two results first differ: by replicate, month, row and column."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.language import say
from cemsim.base.records import CAMPAIGNS, EMOTION, FAILURES, FIRM, HOURS, PEOPLE, RULES, SCHEMES, STEPS, TEAMS
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
    "rules": ("month", "rule", RULES),
    "firm": ("month", FIRM),
    "schemes": ("month", "scheme", "segment", SCHEMES),
    "campaigns": ("month", "campaign", "segment", CAMPAIGNS),
    "passed": ("month", "taker", "step", "segment", STEPS),
}
#: A value in both places.
BOTH: Final = "{place}: {old} there, {new} here"


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
            missing = "{name} is not there" if name not in old else "{name} is not here"
            found.append((-1, say(missing, name=name)))
            continue
        was, now = old[name], new[name]
        if was.shape != now.shape or was.dtype != now.dtype:
            said = say("{name} has the shape {old} there, {new} here", name=name, old=was.shape, new=now.shape)
            found.append((-1, said))
            continue
        bits = np.ascontiguousarray(was).view(np.uint8) != np.ascontiguousarray(now).view(np.uint8)
        if not bits.any():
            continue
        flat = int(np.argmax(bits.reshape(-1))) // was.dtype.itemsize
        place = tuple(int(i) for i in np.unravel_index(flat, was.shape))
        month = place[0] if AXES.get(name, ("",))[0] == "month" else 10**6
        found.append((month, say(BOTH, place=f"{name}, {_place(name, place, names)}", old=was[place], new=now[place])))
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
                return say("line {line} is missing" if was is None else "line {line} is too many", line=line)
            if was != now:
                return say("line {line} ({row}), {cells}", line=line, row=_row(head, now), cells=_cells(head, was, now))
    return say("only in how its lines end")


def _first_row(old: Path, new: Path) -> str:
    import pandas as pd

    try:
        was, now = pd.read_parquet(old), pd.read_parquet(new)
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes its readers raise
        return say("it cannot be read: {why}", why=" ".join(str(error).split())[:100])
    if list(was.columns) != list(now.columns) or len(was) != len(now):
        return say("{rows} rows of {columns} columns, not {of} of {all}",
                   rows=len(was), columns=len(was.columns), of=len(now), all=len(now.columns))  # fmt: skip
    for i, (a, b) in enumerate(zip(was.astype(object).values, now.astype(object).values, strict=True)):
        for column, x, y in zip(now.columns, a, b, strict=True):
            if x != y and not (x != x and y != y):
                row = _row(list(now.columns), [str(v) for v in b])
                place = say("row {row} ({about}), column {column}", row=i, about=row, column=column)
                return say(BOTH, place=place, old=x, new=y)
    return say("only in bytes that hold no value")


def _row(head: Sequence[str], row: Sequence[str]) -> str:
    said = {name: cell for name, cell in zip(head, row, strict=False) if name not in ("value", "unit")}
    return ", ".join(f"{name} {cell}" for name, cell in said.items())


def _cells(head: Sequence[str], was: Sequence[str], now: Sequence[str]) -> str:
    for column, (a, b) in zip([*head, "beyond the last"], zip_longest(was, now, fillvalue=""), strict=False):
        if a != b:
            return say(BOTH, place=say("column {column}", column=column), old=a[:60], new=b[:60])
    return say("its length")


def _place(name: str, place: tuple[int, ...], names: Names) -> str:
    """A place in an array, in words.

    >>> _place("people", (3, 0, 1), Names(("loyal",), (), (), ()))
    'month 3, segment loyal, column active'
    """
    if name not in AXES:
        return say("row {row}", row=place[0])
    known = {
        "segment": names.segments, "team": names.teams, "step": [" · ".join(s) for s in names.steps],
        "rule": [".".join(r) for r in names.rules], "scheme": names.schemes, "campaign": names.campaigns,
        "taker": names.takers,
    }  # fmt: skip
    said = []
    for axis, i in zip(AXES[name], place, strict=True):
        if isinstance(axis, str):
            said.append(f"{say(axis)} {known[axis][i] if axis in known else i}")
        else:
            said.append(say("column {column}", column=list(axis)[i]))
    return ", ".join(said)
