"""All measures, by id."""

from __future__ import annotations

from cemsim.measures import advocacy, customers, money, ruled, service, staffing
from cemsim.measures.kpi import Kpi

KPIS: dict[str, Kpi] = {
    kpi.id: kpi for kpi in (*customers.KPIS, *advocacy.KPIS, *service.KPIS, *money.KPIS, *ruled.KPIS, *staffing.KPIS)
}
