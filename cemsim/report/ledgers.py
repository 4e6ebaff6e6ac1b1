"""Ledger, decomposition and draws as CSV: numbers unrounded, so that sums can be checked elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from cemsim.base.atomic import whole
from cemsim.compare.decompose import Decomposition
from cemsim.compare.interval import Interval, interval
from cemsim.compare.ledger import FATES, WITH, WITHOUT, Ledger
from cemsim.compare.spent import KINDS
from cemsim.compare.why import Answer
from cemsim.finance.risk import Draws

Line = tuple[str | int | float, ...]


def write_ledger(found: Ledger, path: Path) -> Path:
    """One row a replicate, group and fate: people, and months and money by kind in both worlds. Gives the path."""
    both = (f"{name}_{world}" for name in ("months", *KINDS) for world in ("without", "with"))
    heads = ("replicate", "group", "fate", "people", *both)
    return _write(path, heads, _ledger(found))


def _ledger(found: Ledger) -> Iterator[Line]:
    two = (found.months, *(found.money[kind] for kind in KINDS))
    values = [found.people, *(value[..., world] for value in two for world in (WITHOUT, WITH))]
    for fate in FATES:
        sums = [found.of(fate, value) for value in values]
        for r, replicate in enumerate(found.replicates):
            for g, group in enumerate(found.segments):
                yield (replicate, as_text(group), fate, *(float(value[r, g]) for value in sums))


def write_why(answers: Mapping[str, Answer], cost: float, path: Path) -> Path:
    """One row a measure, part and line: the mean and its interval; the line "all" is the part. Gives the path."""
    return _write(path, ("kpi", "by", "part", "line", "mean", "low", "high"), _why(answers, cost))


def _why(answers: Mapping[str, Answer], cost: float) -> Iterator[Line]:
    for kpi, answer in answers.items():
        for by, found in (("change", answer.changes), ("path", answer.paths)):
            if found is not None:
                yield from (((kpi, by, *row)) for row in _parts(found, cost if kpi == "npv" else 0.0))


def write_draws(drawn: Draws, path: Path) -> Path:
    """One row a draw, way to model and replicate: each plan's net present value, and what was drawn. Gives the path."""
    worths = (as_text(f"{name} ({drawn.currency})") for name in drawn.family)
    things = (as_text(f"{thing.name} ({thing.unit})" if thing.unit else thing.name) for thing in drawn.known)
    return _write(path, ("draw", "model", "replicate", *worths, *things), _draws(drawn))


def _draws(drawn: Draws) -> Iterator[Line]:
    _, draws, ways, replicates = drawn.net.shape
    for draw, way, replicate in product(range(draws), range(ways), range(replicates)):
        worths = (float(value) for value in drawn.net[:, draw, way, replicate])
        yield draw, as_text(drawn.choices[way].name), replicate, *worths, *map(float, drawn.values[draw])


def _parts(found: Decomposition, cost: float) -> Iterator[Line]:
    """Rows of the parts, of the investment where there is one, and of the whole with it."""
    def row(name: str, line: str, value: Interval) -> Line:
        return as_text(name), line, value.mean, value.low, value.high

    for part in found.parts:
        yield row(part.name, "all", part.share)
        if part.alone is not None and part.last is not None:
            yield row(part.name, "alone", part.alone)
            yield row(part.name, "without it", part.last)
        if len(found.lines) > 1:
            yield from (row(part.name, line, part.line(i)) for i, line in enumerate(found.lines))
    if cost:
        yield "investment", "all", -cost, -cost, -cost
    whole = found.difference
    yield "the whole", "all", whole.mean - cost, whole.low - cost, whole.high - cost
    if len(found.lines) > 1:
        yield from (row("the whole", line, interval(found.whole[:, i])) for i, line in enumerate(found.lines))


def as_text(word: str) -> str:
    """A word that a spreadsheet takes as text, whatever it begins with.

    >>> as_text("=1+1"), as_text("loyal")
    ("'=1+1", 'loyal')
    """
    return f"'{word}" if word[:1] in ("=", "+", "-", "@", "\\t", "\\r") else word


def _write(path: Path, heads: tuple[str, ...], rows: Iterator[Line]) -> Path:
    with whole(path) as draft, draft.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(heads)
        writer.writerows(rows)
    return path
