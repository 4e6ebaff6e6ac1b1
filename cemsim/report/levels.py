"""Levels of one run in rows, for a terminal."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cemsim.base.language import say
from cemsim.compare.interval import interval
from cemsim.measures.books import books
from cemsim.measures.catalogue import KPIS, NEEDS
from cemsim.measures.frames import cuts, group_names
from cemsim.measures.loop import ONLY_WITH_LOOP
from cemsim.measures.points import ONLY_WITH_CAMPAIGNS, ONLY_WITH_SCHEMES
from cemsim.measures.ruled import counted
from cemsim.measures.staffing import ONLY_WITH_STAFF, TEAM
from cemsim.measures.talk import ONLY_WITH_TALK
from cemsim.measures.ties import ONLY_WITH_TIES, TRACED
from cemsim.report.amounts import amount, money_scale
from cemsim.report.numbers import level, shown_group, text
from cemsim.report.words import target_name


def level_rows(run: Any) -> list[tuple[str, str, str]]:
    """Label, group and mean of each measure over the horizon, rounded to what its interval justifies."""
    opened = books(run)
    rows = []
    followed = np.asarray(opened.of_teams("jobs")[..., 0].any(axis=(0, 1)))
    for kpi in KPIS.values():
        if kpi.id in NEEDS and not NEEDS[kpi.id](opened):
            continue
        if kpi.id in ONLY_WITH_TALK and not kpi.parts(opened)[..., 0].any():
            continue
        if kpi.id in ONLY_WITH_LOOP and run.scenario.improvement is None:
            continue
        if kpi.id in ONLY_WITH_TIES and not opened.people(*TRACED).any():
            continue
        if kpi.id in ONLY_WITH_STAFF and not followed.any():
            continue
        if kpi.id in ONLY_WITH_SCHEMES and not opened.schemes:
            continue
        if kpi.id in ONLY_WITH_CAMPAIGNS and not opened.campaigns:
            continue
        for keep, _ in cuts(kpi):
            values = kpi.total(opened, keep).reshape(len(opened.replicates), -1)
            for place, group in enumerate(group_names(opened, keep)):
                if keep == TEAM and kpi.id in ONLY_WITH_STAFF and not followed[place]:
                    continue                     # nobody knows how many there are of whom nobody is followed
                found = interval(values[:, place], kpi.bounds)
                rows.append((say(kpi.label), shown_group(group), level(kpi, found, opened.currency)))
    return rows


RULE_HEADS: Final = (
    "rule", "asked", "matched", "fired", "held back", "overruled", "resting", "not taken", "declined", "credits",
)  # fmt: skip


def rule_rows(run: Any) -> list[tuple[str, ...]]:
    """Rule by rule, under RULE_HEADS, means over replicates."""
    currency = run.scenario.currency
    return [
        (each.name, *(text(n, 0) for n in (
            each.asked, each.matched, each.fired, each.held_back, each.overruled, each.cooling, each.not_taken,
            each.declined)), amount(each.credits, 0.0, money_scale([each.credits], currency)))
        for each in counted(run)
    ]  # fmt: skip


def target_rows(run: Any) -> list[tuple[str, str, str, str]]:
    """Observed targets of a baseline beside what it shows."""
    return [
        (target_name(t.name), text(t.target, 1), text(t.achieved, 1), say(t.unit)) for t in run.achieved
    ]
