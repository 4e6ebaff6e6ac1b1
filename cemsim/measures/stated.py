"""What a scenario's statements name, held against the measures that there are; nothing is simulated."""

from __future__ import annotations

from math import inf
from typing import Any

from cemsim.base import units
from cemsim.base.errors import Problem
from cemsim.base.near import listed, nearest
from cemsim.base.units import UnitError
from cemsim.measures.catalogue import KPIS
from cemsim.measures.kpi import Keep, Kpi
from cemsim.scenario.expect import Statement, read
from cemsim.scenario.schema.recipe import Scenario


def problems(scenario: Scenario) -> list[Problem]:
    """Measures, groups and bounds that a scenario's statements name and that are not there."""
    found = []
    for each in read(scenario.expect)[0]:
        kpi = KPIS.get(each.measure)
        if kpi is None:
            cure = f"Measures are: {listed(KPIS, 100)}.{nearest(each.measure, KPIS)}"
            found.append(each.problem(f'There is no measure "{each.measure}".', cure))
            continue
        groups = _groups(scenario, kpi)
        if each.member and each.member not in groups:
            cure = f"It is split by: {listed(groups)}.{nearest(each.member, groups)}"
            found.append(each.problem(f'{each.measure} is not known of "{each.member}".', cure))
        try:
            low, high = bounds(each, kpi, scenario.currency)
            if low > high:
                cure = "Write the smaller one first."
                found.append(each.problem(f"Nothing lies between {each.low} and {each.high}.", cure))
        except UnitError as error:
            found.append(each.problem(error.message, error.cure))
    return found


def bounds(each: Statement, kpi: Kpi, currency: str) -> tuple[float, float]:
    """Ends of a range, in the measure's unit; open ends are infinite."""
    ends = (each.low, -inf), (each.high, inf)
    low, high = (_number(words, kpi.unit, currency) if words else otherwise for words, otherwise in ends)
    return low, high


def _number(words: str, unit: str, currency: str) -> float:
    reader: Any = {"share": units.SHARE, "min": units.MINUTES, "money": units.MONEY}.get(unit.partition("/")[0])
    if reader is None:
        return units.NUMBER.read(words.removesuffix(unit).removesuffix(" "))
    return float(reader.read(words, currency))


def _groups(scenario: Scenario, kpi: Kpi) -> dict[str, Keep]:
    """Groups that a measure is known of, by name, with their axis."""
    names = {"segment": scenario.segments, "team": scenario.teams, "journey": scenario.journeys}
    return {name: (axis,) for axis in names if (axis,) in kpi.cuts for name in names[axis]}
