"""Holding the two engines together: every visit, person, team's minutes and rule that fired, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.records import CAMPAIGNS, RULES, SCHEMES, TEAMS, column
from cemsim.engine.state import OUTCOMES
from cemsim.plan.names import Names
from cemsim.plan.plan import Plan

Life = Mapping[str, NDArray[Any]]
"""All tables that an engine wrote of one replicate, by name."""
Words = Mapping[str, Sequence[str]]
NO_WORDS: Final[Words] = {}
BEFORE: Final = 3
"""Rows of the same customer that are told before the first difference."""

_STAFF = np.dtype([("month", "i4"), ("team", "i4"), ("staffed", "f8"), ("busy", "f8"), ("overtime", "f8")])
_RULES = np.dtype([("month", "i4"), ("rule", "i4"), *((name, "f8") for name in RULES)])
_POINTS = np.dtype([("month", "i4"), ("scheme", "i4"), ("segment", "i4"), *((name, "f8") for name in SCHEMES)])
_SPOKEN = np.dtype([("month", "i4"), ("campaign", "i4"), ("segment", "i4"), *((name, "f8") for name in CAMPAIGNS)])
_OVERTIME = "staffed_minutes", "busy_minutes", "overtime_minutes"


@dataclass(frozen=True)
class Parted:
    """The first place where the engines part: table, row and column, and both rows in words.

    ``traces`` holds, for each engine, the last rows before it that are about the same (customer, team or rule).
    """

    table: str
    row: int
    column: str
    fast: str
    glass: str
    traces: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def __str__(self) -> str:
        lines = [f"{self.table} row {self.row}, {self.column}:"]
        for name, said, before in zip(("fast", "glass"), (self.fast, self.glass), self.traces, strict=True):
            lines += [f"  {name:5} before  {row}" for row in before]
            lines.append(f"  {name:5} here    {said}")
        return "\n".join(lines)


def parity(
    plan: Plan, constants: Mapping[str, NDArray[np.float64]], months: int, burn_in: int, seed: int = 1,
    replicate: int = 0,
) -> tuple[Parted | None, dict[str, int], list[str]]:
    """Live a plan in both engines and compare; gives the first difference or None, the rows compared, and silent rules.

    ``months`` of the horizon after ``burn_in`` months. Rules are silent that never fired: nothing was compared of them.
    """
    fast = lived_fast(plan, constants, months, burn_in, seed, replicate)
    glass = lived_glass(plan, constants, months, burn_in, seed, replicate)
    fired = set(fast["rules"]["rule"][fast["rules"]["fired"] > 0.0].tolist())
    silent = [f"{pack}.{rule}" for number, (pack, rule) in enumerate(plan.names.rules) if number not in fired]
    return parted(fast, glass, plan.names), {name: len(table) for name, table in fast.items()}, silent


def parted(fast: Life, glass: Life, names: Names | None = None) -> Parted | None:
    """The earliest difference of two lives in any table, and what came before it in both.

    What is kept of people and of staff has no time of its own: it is looked at last. ``names`` says what places mean.
    """
    assert fast.keys() == glass.keys()
    said = _words(names) if names is not None else {}
    all_of_them = [first_difference(name, fast[name], glass[name], said) for name in fast]
    found = min((each for each in all_of_them if each), key=lambda each: _when(each, fast, glass), default=None)
    if found is None:
        return None
    traces = _trace(fast, found.table, found.row, said), _trace(glass, found.table, found.row, said)
    return replace(found, traces=traces)


def _when(found: Parted, fast: Life, glass: Life) -> tuple[float, float]:
    """Month and minute of a difference, the earlier of both engines; what is counted by month is known at its end."""
    rows = [life[found.table][found.row :][:1] for life in (fast, glass)]
    times = []
    for row in (row for row in rows if len(row)):
        fields = row.dtype.names or ()
        minute = next((float(row[name][0]) for name in ("left", "time") if name in fields), inf)
        times.append((float(row["month"][0]) if "month" in fields else inf, minute))
    return min(times)


def _words(names: Names) -> Words:
    """What the places in rows mean, by column; the last word is that of -1."""
    return {
        "segment": names.segments, "journey": names.journeys, "team": (*names.teams, "-"),
        "step": tuple(f"{journey}.{step}" for journey, step in names.steps),
        "rule": tuple(f"{pack}.{rule}" for pack, rule in names.rules), "outcome": OUTCOMES,
        "scheme": names.schemes, "campaign": names.campaigns,
    }  # fmt: skip


def first_difference(name: str, fast: NDArray[Any], glass: NDArray[Any], said: Words = NO_WORDS) -> Parted | None:
    """The first row that differs in any bit; a row more or less is one. ``said``: words for places, by column."""
    both = min(len(fast), len(glass))
    wrong = np.flatnonzero(_bits(fast[:both]) != _bits(glass[:both]))
    if len(wrong) == 0 and len(fast) == len(glass):
        return None
    row, where = (int(wrong[0]), "") if len(wrong) else (both, "number of rows")
    for field in () if where else fast.dtype.names or ():
        if fast[row][field].tobytes() != glass[row][field].tobytes():
            where = field
            break
    rows = [_told(table[row], said) if row < len(table) else "-" for table in (fast, glass)]
    return Parted(name, row, where, rows[0], rows[1])


def _bits(table: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(table).view(np.dtype((np.void, table.dtype.itemsize)))


def _trace(life: Life, name: str, row: int, said: Words) -> tuple[str, ...]:
    """The last rows before one that are about the same customer, team or rule; for a person, the last visits."""
    table, visits = life[name], life["visits"]
    if name in ("seats", "crews", "lots"):
        return ()
    if name in ("people", "purse", "remembered", "bonds", "cards"):
        before = np.flatnonzero(visits["person"] == row)
        return tuple(f"visits row {place}: {_told(visits[place], said)}" for place in before[-BEFORE:])
    about = "person", "team", "rule", "scheme", "campaign"
    same = next(field for field in about if field in (table.dtype.names or ()))
    last = table[min(row, len(table) - 1) :][:1]
    before = np.flatnonzero(table[same][:row] == last[same]) if len(last) else np.zeros(0, int)
    return tuple(f"{name} row {place}: {_told(table[place], said)}" for place in before[-BEFORE:])


def _told(row: Any, said: Words) -> str:
    return ", ".join(f"{n} {_word(row[n], said.get(n, ()))}" for n in row.dtype.names)


def _word(value: Any, words: Sequence[str]) -> Any:
    return words[int(value)] if words and -1 <= value < len(words) else value


def lived_fast(
    plan: Plan, constants: Mapping[str, NDArray[np.float64]], months: int, burn_in: int, seed: int = 1,
    replicate: int = 0,
) -> Life:
    """What the fast engine writes of a replicate."""
    from cemsim.engine.fast.world import World
    from cemsim.engine.log import empty_log
    from cemsim.engine.state import memory_of

    newborn = not plan.scenario.switches.calibration
    visits: list[NDArray[Any]] = []
    firings: list[NDArray[Any]] = []
    tables = plan.at(-1, constants)
    world = World(tables, seed, replicate, burn_in, newborn, visits.append, memory=plan.names.remembered,
                  firings=firings.append, ages=plan.names.ages)
    staff, rules = [], []
    points: list[Any] = []
    spoken: list[Any] = []
    for month in range(burn_in + months):
        tables = plan.at(month - burn_in if month >= burn_in else -1, constants)
        out = empty_log(1, *plan.names.sizes)
        world.step(tables, out, 0)
        for team, row in enumerate(out.teams[0]):
            staff.append((month, team, *(row[column(TEAMS, name)] for name in _OVERTIME)))
        rules += _counted(month, out.rules[0])
        points += _by_segment(month, out.schemes[0])
        spoken += _by_segment(month, out.campaigns[0])
    return {
        "visits": np.concatenate(visits), "people": world.state.people, "purse": world.state.purse,
        "bonds": world.state.bonds, "cards": world.state.cards.reshape(-1), "lots": _lots(world.state.lots),
        "points": np.array(points, _POINTS), "spoken": np.array(spoken, _SPOKEN), "staff": np.array(staff, _STAFF),
        "remembered": memory_of(world.state),
        **world.firm.arrays(),
        "rules": np.array(rules, _RULES), "firings": np.concatenate(firings),
    }


def lived_glass(
    plan: Plan, constants: Mapping[str, NDArray[np.float64]], months: int, burn_in: int, seed: int = 1,
    replicate: int = 0,
) -> Life:
    """What the glass engine writes of a replicate."""
    from cemsim.engine.glass.world import GlassWorld
    from cemsim.engine.log import numbers
    from cemsim.engine.state import FIRING, VISIT

    newborn = not plan.scenario.switches.calibration
    world = GlassWorld(plan, plan.at(-1, constants), seed, replicate, burn_in, newborn)
    rules: list[Any] = []
    points: list[Any] = []
    spoken: list[Any] = []
    for month in range(burn_in + months):
        world.live_month(plan.at(month - burn_in if month >= burn_in else -1, constants))
        rules += _counted(month, world.rules.counts)
        points += _by_segment(month, numbers(world.points))
        spoken += _by_segment(month, numbers(world.spoken))
    visits = np.concatenate(world.visits) if world.visits else np.zeros(0, VISIT)
    firings = np.concatenate(world.rules.firings) if world.rules.firings else np.zeros(0, FIRING)
    return {
        "visits": visits, "people": world.people, "purse": world.purse, "bonds": world.bonds,
        "cards": world.cards.reshape(-1), "lots": _lots(world.lots), "points": np.array(points, _POINTS),
        "spoken": np.array(spoken, _SPOKEN), "staff": np.array(world.staff, _STAFF), **world.firm.arrays(),
        "remembered": world.rules.ruled, "rules": np.array(rules, _RULES), "firings": firings,
    }


def _lots(lots: NDArray[np.int32]) -> NDArray[Any]:
    return lots.reshape(-1).view([("points", "i4")])


def _counted(month: int, counts: NDArray[np.float64]) -> list[tuple[Any, ...]]:
    return [(month, rule, *row) for rule, row in enumerate(counts)]


def _by_segment(month: int, table: NDArray[np.float64]) -> list[tuple[Any, ...]]:
    return [(month, place, g, *row) for place, rows in enumerate(table) for g, row in enumerate(rows)]
