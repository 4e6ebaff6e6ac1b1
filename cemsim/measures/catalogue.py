"""All measures, by id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cemsim.measures import (
    advocacy,
    blueprint,
    customers,
    loop,
    money,
    passed,
    points,
    ruled,
    service,
    staffing,
    talk,
    ties,
)
from cemsim.measures.books import Books
from cemsim.measures.kpi import Kpi

KPIS: dict[str, Kpi] = {
    kpi.id: kpi
    for module in (customers, advocacy, talk, service, blueprint, money, ruled, passed, staffing, loop, ties, points)
    for kpi in module.KPIS
}

#: What some measures need; where a scenario has none of it, there is nothing to show.
NEEDS: Final[dict[str, Callable[[Books], bool]]] = {**blueprint.NEEDS, **ruled.NEEDS, **passed.NEEDS}
