"""Where two lives of one person part: the first row that differs, and what differs in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from cemsim.base.words import ATTRIBUTES, CAUSES
from cemsim.engine.glass.phrases import any_fact, duration, plain, plainly, share
from cemsim.engine.glass.sentences import Narrator
from cemsim.engine.glass.story import Life
from cemsim.engine.glass.told import Told
from cemsim.model.churn import leave_probability


@dataclass(frozen=True)
class Parting:
    """The first rows that are not the same in two lives (None: that life tells nothing more), and which facts differ.

    ``facts`` is empty where the rows differ in time or kind.
    """

    one: Told | None
    other: Told | None
    facts: tuple[str, ...]

    @property
    def first(self) -> Told:
        """The earlier of the two rows."""
        rows = [row for row in (self.one, self.other) if row is not None]
        return min(rows, key=lambda row: (row.month, row.time))


def parting(one: Life, other: Life) -> Parting | None:
    """The first difference between two lives of a person; None where they are the same to the last bit.

    That rules were asked of which none fired is none: nothing came of it.
    """
    for a, b in zip_longest(_happened(one), _happened(other)):
        if a is None or b is None or (a.time, a.month, a.kind) != (b.time, b.month, b.kind):
            return Parting(a, b, ())
        facts = tuple(
            name for name in dict.fromkeys((*a.facts, *b.facts))
            if name not in a.facts or name not in b.facts or not same(a.facts[name], b.facts[name])
        )
        if facts:
            return Parting(a, b, facts)
    return None


def _happened(life: Life) -> list[Told]:
    return [row for row in life.rows if row.kind != "decision" or row.facts["fired"]]


def same(a: Any, b: Any) -> bool:
    """Whether two facts are equal; arrays bit by bit."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.tobytes() == b.tobytes()
    return bool(a == b)


def first_felt(one: Life, other: Life) -> int | None:
    """The first month of the horizon (0 the first) whose end finds other satisfactions, or only one life lived on."""
    ends = [{row.month: row.facts["satisfaction"] for row in life.rows if row.kind == "month"} for life in (one, other)]
    for month in sorted(ends[0].keys() | ends[1].keys()):
        if month not in ends[0] or month not in ends[1] or not same(ends[0][month], ends[1][month]):
            return month - one.lived.burn_in
    return None


def parted(one: Life, other: Life, names: tuple[str, str]) -> list[str]:
    """The moment where two lives part, in sentences; ``names`` are those of the two scenarios."""
    found = parting(one, other)
    if found is None:
        asked = [sum(row.kind == "decision" for row in life.rows) for life in (one, other)]
        beside = " Rules are asked otherwise, but none of those fires." if asked[0] != asked[1] else ""
        return [f"Nothing that happens to this customer differs: both lives are the same to the last bit.{beside}"]
    said = [f"That is {_when(one, found.first)}. Up to then both lives are the same to the last bit."]
    for name, life, row in zip(names, (one, other), (found.one, found.other), strict=True):
        if row is None:
            said.append(f"{name}: nothing more happens.")
        elif row.month == found.first.month and row.time == found.first.time:
            said.append(f"{name}: {_alone(life, row)}")
        else:
            said.append(f"{name}: nothing at that moment; what comes next is {_when(life, row)}.")
    if found.one is not None and found.other is not None:
        a, b = found.one, found.other
        if found.facts:
            parts = "; ".join(_against(name, a.facts.get(name), b.facts.get(name)) for name in found.facts)
            said.append(f"What differs first: {parts}.")
        elif a.kind == b.kind:
            sooner = names[0] if (a.month, a.time) < (b.month, b.time) else names[1]
            said.append(f"What differs first: the time, {duration(abs(a.time - b.time))} sooner with {sooner}.")
    felt = first_felt(one, other)
    if felt is not None:
        said.append(f"From the end of month {felt} on satisfaction is another, or only one is a customer.")
    else:
        said.append("Satisfaction is the same in both lives at every month's end: nothing that differs ever moves it.")
    return [*said, *_draws(one, other, names)]


def _when(life: Life, row: Told) -> str:
    """The moment of a row; of what is told at a month's end, that it is there."""
    month, day, weekday, hour = life.date(row.time)
    if month > life.month_of(row):
        return f"at the end of month {life.month_of(row)}"
    return f"in month {month}, on {weekday}, day {day}, at {hour}"


def _alone(life: Life, row: Told) -> str:
    """One row of a life in words, with its time."""
    narrator = Narrator(life)
    for before in life.rows:
        if before is row:
            break
        narrator.say(before)
    month, day, weekday, hour = life.date(row.time)
    about = f", {narrator.journey(row)}" if "journey" in row.facts else ""
    if month > life.month_of(row):
        return f"at the end of month {life.month_of(row)}: {narrator.say(row)}"
    said = narrator.say(row) or "it begins."
    return f"{weekday}, day {day} of month {month}, {hour}{about}: {said}"


def _against(name: str, a: Any, b: Any) -> str:
    """Two values of a fact; of an array only the places that differ."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape:
        words = CAUSES if name == "hazards" else ATTRIBUTES
        if a.ndim == 2:                                      # what a touch left: how it came, by its load
            with np.errstate(invalid="ignore", divide="ignore"):
                a, b = a[2] / a[1], b[2] / b[1]
            name = "what came in"
        places = [k for k in range(len(a)) if a[k] != b[k]]
        each = ", ".join(f"{words[k]} {_near(a[k], b[k])}" for k in places)
        return f"{plain(name)} {each}"
    return f"{plain(name)} {_near(a, b)}"


def _of_blocks(value: Any) -> bool:
    return isinstance(value, tuple | list) and len(value) > 0 and isinstance(value[0], Mapping)


def _near(a: Any, b: Any) -> str:
    """Two values, one against the other, with the digits that tell them apart."""
    if isinstance(a, float | np.floating) and isinstance(b, float | np.floating):
        for digits in (3, 5, 8, 17):
            first, second = plainly(float(a), digits), plainly(float(b), digits)
            if first != second:
                break
        return f"{first} against {second}"
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return ", ".join(_against(str(name), a.get(name), b.get(name))
                         for name in dict.fromkeys((*a, *b)) if a.get(name) != b.get(name))  # fmt: skip
    if _of_blocks(a) and _of_blocks(b) and len(a) == len(b):
        return ", ".join(_near(one, two) for one, two in zip(a, b, strict=True) if one != two)
    return f"{'nothing' if a is None else any_fact(a)} against {'nothing' if b is None else any_fact(b)}"


def _draws(one: Life, other: Life, names: tuple[str, str]) -> list[str]:
    """Where one leaves in a month in which the other stays: the same draw beside two chances."""
    for month in range(one.lived.months):
        ends = [next((r for r in life.in_month(month) if r.kind == "month"), None) for life in (one, other)]
        left = [any(r.kind == "leaves" for r in life.in_month(month)) for life in (one, other)]
        if None in ends or left[0] == left[1]:
            continue
        rows = [row for row in ends if row is not None]
        chances = [share(leave_probability(row.facts["hazard"])) for row in rows]
        stays, goes = (0, 1) if left[1] else (1, 0)
        return [
            f"At the end of month {month} the draw is {share(rows[0].facts['drawn'])} in both lives: below the "
            f"chance of leaving of {chances[goes]} with {names[goes]}, not below {chances[stays]} with {names[stays]}."
        ]
    return []
