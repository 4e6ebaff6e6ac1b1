"""Reality checks: what a scenario says must hold, tried out by simulation, in pairs that share their luck."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Final, Literal

import numpy as np

from cemsim.base.errors import ScenarioError
from cemsim.compare.interval import Interval, difference, interval
from cemsim.experiment.cut import cut
from cemsim.experiment.run import Progress, run
from cemsim.measures.books import Array, Books, books
from cemsim.measures.catalogue import KPIS
from cemsim.measures.kpi import Kpi
from cemsim.measures.stated import bounds, problems
from cemsim.scenario.expect import Statement, read
from cemsim.scenario.load import load, load_moved
from cemsim.scenario.schema.recipe import Scenario

Word = Literal["passed", "failed", "cannot tell"]
REPLICATES: Final = 8
MOST: Final = 100_000
"""Customers of a company that is tried as it is; a larger one is cut down to so many."""
YEAR: Final = 12


@dataclass(frozen=True)
class Tried:
    """A statement and what came of it.

    ``base`` and ``ours``: the measure without and with the lever moved, and ``gap`` their difference; of a range,
    ``ours`` is the year that says most against it (``year``, from 1) and the others are None. ``why``: why nothing
    can be told.
    """

    statement: Statement
    word: Word
    kpi: Kpi
    base: Interval | None = None
    ours: Interval | None = None
    gap: Interval | None = None
    year: int = 0
    why: str = ""


def tried(
    scenario: Scenario, replicates: int = REPLICATES, seed: int = 1, workers: int | None = None,
    progress: Progress | None = None, own: bool = False,
) -> list[Tried]:
    """Try every statement of a scenario, in a company of 100,000 customers or fewer.

    ``own``: only those that its own file states, not what it inherits.

    Raises CemsimError where a statement names what is not there.
    """
    if wrong := problems(scenario):
        raise ScenarioError(wrong)
    statements = read([text for text in scenario.expect if not own or text.file == str(scenario.path)])[0]
    if not statements:
        return []
    alone = scenario.own_baseline or not scenario.based_on
    head = [scenario] if alone else [load(scenario.based_on[-1]), scenario]
    moved: dict[tuple[str, tuple[str, str]], Scenario] = {}
    refused: dict[tuple[str, tuple[str, str]], str] = {}
    for each in statements:
        key = each.lever, each.change
        if each.lever and key not in moved and key not in refused:
            try:
                moved[key] = load_moved(scenario.path, each)
            except ScenarioError as error:
                refused[key] = error.problems[0].message
    runs = run([cut(s, MOST) for s in (*head, *moved.values())], replicates, seed, workers, progress)
    opened = [books(done) for done in runs]
    ours = opened[len(head) - 1]
    others = dict(zip(moved, opened[len(head):], strict=True))
    found = []
    for each in statements:
        key = each.lever, each.change
        if key in refused:
            found.append(Tried(each, "cannot tell", KPIS[each.measure], why=refused[key]))
        else:
            found.append(_moves(each, ours, others[key]) if each.lever else _stays(each, ours))
    return found


def _moves(each: Statement, base: Books, ours: Books) -> Tried:
    """What moving the lever does to the measure."""
    kpi = KPIS[each.measure]
    before, after = (_values(each, kpi, book) for book in (base, ours))
    gap, start = difference(after, before, kpi.bounds), interval(before, kpi.bounds)
    margin = kpi.margin.of(start.mean)
    word = effect_word(each.effect, gap, margin)
    why = "" if gap.n else "there is nothing to measure"
    return Tried(each, word, kpi, start, interval(after, kpi.bounds), gap, why=why)


def effect_word(effect: str, gap: Interval, margin: float) -> Word:
    """What a difference says of an effect that was stated; ``margin``: the smallest difference that matters.

    To rise, a difference has to be certain; not to rise, it may not be larger than what matters.

    >>> up = Interval(2.0, 1.5, 2.5, 0.1, 8)
    >>> [effect_word(e, up, 0.5) for e in ("up", "down", "not up", "not down", "still")]
    ['passed', 'failed', 'failed', 'passed', 'failed']
    >>> effect_word("up", Interval(0.1, -0.1, 0.3, 0.1, 8), 0.5), effect_word("up", Interval(0.1, -1, 1.2, 0.1, 8), 0.5)
    ('failed', 'cannot tell')
    """
    low, high = gap.low, gap.high
    if isnan(low) or isnan(high):
        return "cannot tell"
    if effect in ("down", "not down"):                  # the same, seen in a mirror
        low, high = -high, -low
    if effect in ("up", "down"):
        if low > 0.0:
            return "passed"
        return "failed" if high <= margin else "cannot tell"
    if effect == "still":
        if -margin <= low and high <= margin:
            return "passed"
        return "failed" if low > margin or high < -margin else "cannot tell"
    return "passed" if high <= margin else "failed" if low > margin else "cannot tell"


def _stays(each: Statement, book: Books) -> Tried:
    """Whether a measure stays in its range in every year of the horizon."""
    kpi = KPIS[each.measure]
    low, high = bounds(each, kpi, book.currency)
    years = [interval(_values(each, kpi, book, slice(m, m + YEAR)), kpi.bounds) for m in range(0, book.months, YEAR)]
    known = [(year, found) for year, found in enumerate(years, 1) if found.n]
    if not known:
        return Tried(each, "cannot tell", kpi, why="there is nothing to measure")
    rank = {"failed": 0, "cannot tell": 1, "passed": 2}
    words = {year: range_word(found, low, high) for year, found in known}
    room = {year: min(found.mean - low, high - found.mean) for year, found in known}
    year, worst = min(known, key=lambda pair: (rank[words[pair[0]]], room[pair[0]]))
    return Tried(each, words[year], kpi, ours=worst, year=year)


def range_word(found: Interval, low: float, high: float) -> Word:
    """What a level with its interval says of a range.

    >>> found = Interval(20.0, 18.0, 22.0, 1.0, 8)
    >>> range_word(found, 10, 30), range_word(found, 21, 30), range_word(found, 23, 30)
    ('passed', 'cannot tell', 'failed')
    """
    if isnan(found.low):
        return "cannot tell"
    if low <= found.low and found.high <= high:
        return "passed"
    return "failed" if found.high < low or found.low > high else "cannot tell"


def _values(each: Statement, kpi: Kpi, book: Books, months: slice = slice(None)) -> Array:
    """The measure over some months, one value a replicate."""
    if not each.member:
        return kpi.total(book, (), months)
    keep = next((a,) for a in ("segment", "team", "journey") if (a,) in kpi.cuts and each.member in book.members(a))
    return np.asarray(kpi.total(book, keep, months)[:, book.members(keep[0]).index(each.member)])
