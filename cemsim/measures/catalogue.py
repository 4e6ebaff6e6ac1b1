"""All measures, by id."""

from __future__ import annotations

from cemsim.measures import advocacy, blueprint, customers, loop, money, points, ruled, service, staffing, talk, ties
from cemsim.measures.kpi import Kpi

KPIS: dict[str, Kpi] = {
    kpi.id: kpi
    for module in (customers, advocacy, talk, service, blueprint, money, ruled, staffing, loop, ties, points)
    for kpi in module.KPIS
}
