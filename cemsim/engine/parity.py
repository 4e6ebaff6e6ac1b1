"""Holding the two engines together: every visit, every person, every team's minutes, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemsim.base.records import RULES, TEAMS, column
from cemsim.plan.plan import Plan


@dataclass(frozen=True)
class Parted:
    """The first place where the engines part: table, row and column, and both rows in words."""

    table: str
    row: int
    column: str
    fast: str
    glass: str

    def __str__(self) -> str:
        return f"{self.table} row {self.row}, {self.column}:\n  fast  {self.fast}\n  glass {self.glass}"


def parity(
    plan: Plan, constants: Mapping[str, NDArray[np.float64]], months: int, burn_in: int, seed: int = 1,
    replicate: int = 0,
) -> tuple[Parted | None, dict[str, int]]:
    """Live a plan in both engines and compare; gives the first difference, or None, and the rows compared.

    ``months`` of the horizon after ``burn_in`` months.
    """
    fast = _fast(plan, constants, months, burn_in, seed, replicate)
    glass = _glass(plan, constants, months, burn_in, seed, replicate)
    sizes = {name: len(table) for name, table in fast.items()}
    for name in fast:
        found = first_difference(name, fast[name], glass[name])
        if found is not None:
            return found, sizes
    return None, sizes


def first_difference(name: str, fast: NDArray[Any], glass: NDArray[Any]) -> Parted | None:
    """The first row that differs in any bit."""
    for row in range(min(len(fast), len(glass))):
        if fast[row].tobytes() != glass[row].tobytes():
            for field in fast.dtype.names or ():
                if np.asarray(fast[row][field]).tobytes() != np.asarray(glass[row][field]).tobytes():
                    return Parted(name, row, field, _told(fast[row]), _told(glass[row]))
    if len(fast) != len(glass):
        longer = fast if len(fast) > len(glass) else glass
        row = min(len(fast), len(glass))
        said = _told(longer[row])
        return Parted(name, row, "number of rows", said if longer is fast else "-", said if longer is glass else "-")
    return None


def _told(row: Any) -> str:
    return ", ".join(f"{n} {row[n]}" for n in row.dtype.names)


_STAFF = np.dtype([("month", "i4"), ("team", "i4"), ("staffed", "f8"), ("busy", "f8"), ("overtime", "f8")])
_RULES = np.dtype([("month", "i4"), ("rule", "i4"), *((name, "f8") for name in RULES)])
_OVERTIME = "staffed_minutes", "busy_minutes", "overtime_minutes"


def _fast(
    plan: Plan, constants: Mapping[str, NDArray[np.float64]], months: int, burn_in: int, seed: int, replicate: int
) -> dict[str, NDArray[Any]]:
    from cemsim.engine.fast.world import World
    from cemsim.engine.log import empty_log

    newborn = not plan.scenario.switches.calibration
    visits: list[NDArray[Any]] = []
    firings: list[NDArray[Any]] = []
    tables = plan.at(-1, constants)
    world = World(tables, seed, replicate, burn_in, newborn, visits.append, rules=plan.names.ruled,
                  firings=firings.append)
    staff, rules = [], []
    for month in range(burn_in + months):
        tables = plan.at(month - burn_in if month >= burn_in else -1, constants)
        out = empty_log(1, len(tables.segments), len(tables.steps), len(tables.teams), len(plan.names.rules))
        world.step(tables, out, 0)
        for team, row in enumerate(out.teams[0]):
            staff.append((month, team, *(row[column(TEAMS, name)] for name in _OVERTIME)))
        rules += _counted(month, out.rules[0])
    return {
        "visits": np.concatenate(visits), "people": world.state.people, "purse": world.state.purse,
        "staff": np.array(staff, _STAFF), "remembered": world.state.ruled, "rules": np.array(rules, _RULES),
        "firings": np.concatenate(firings),
    }


def _glass(
    plan: Plan, constants: Mapping[str, NDArray[np.float64]], months: int, burn_in: int, seed: int, replicate: int
) -> dict[str, NDArray[Any]]:
    from cemsim.engine.glass.world import GlassWorld
    from cemsim.engine.state import FIRING, VISIT

    newborn = not plan.scenario.switches.calibration
    world = GlassWorld(plan, plan.at(-1, constants), seed, replicate, burn_in, newborn)
    rules = []
    for month in range(burn_in + months):
        world.live_month(plan.at(month - burn_in if month >= burn_in else -1, constants))
        rules += _counted(month, world.rules.counts)
    visits = np.concatenate(world.visits) if world.visits else np.zeros(0, VISIT)
    firings = np.concatenate(world.rules.firings) if world.rules.firings else np.zeros(0, FIRING)
    return {
        "visits": visits, "people": world.people, "purse": world.purse, "staff": np.array(world.staff, _STAFF),
        "remembered": world.rules.ruled, "rules": np.array(rules, _RULES), "firings": firings,
    }


def _counted(month: int, counts: NDArray[np.float64]) -> list[tuple[Any, ...]]:
    return [(month, rule, *row) for rule, row in enumerate(counts)]
