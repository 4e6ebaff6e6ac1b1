"""Tables of differences: a row a measure, a column a customer group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from cemsim.base.language import say
from cemsim.compare.comparison import Comparison, Difference
from cemsim.finance.worth import Worth
from cemsim.measures.catalogue import KPIS, NEEDS
from cemsim.measures.frames import ALL
from cemsim.measures.loop import ONLY_WITH_LOOP
from cemsim.measures.points import ONLY_WITH_CAMPAIGNS, ONLY_WITH_SCHEMES
from cemsim.measures.staffing import ONLY_WITH_STAFF
from cemsim.measures.talk import ONLY_WITH_TALK
from cemsim.measures.ties import ONLY_WITH_TIES
from cemsim.report.numbers import NONE, from_to, gap, level, plain, shown_group
from cemsim.report.words import named

GROUPS = (
    *("customers", "joined", "churn", "retention", "loss_rate"),
    *("word_of_mouth", "joined_word_of_mouth", "joined_referral", "referral_rewards"),
    *("nps", "nps_survey", "satisfaction", "csat"),
    *("contacts_per_customer", "failures", "recovered"),
    *("level_back", "level_front", "followed", "organisation_cost"),
    *("in_window", "partner_kept", "partner_fees", "losses", "losses_prevented"),
    *("messages", "calls", "apologies", "moved", "opted_out", "credits"),
    *("call_backs", "call_back_wait", "until_answered", "call_backs_made", "passed"),
    *("saved", "won_back", "in_contract", "further_products", "offers"),
    *("rewards", "deadweight", "club_fees", "campaign_cost"),
    *("revenue", "cost_to_serve", "cost_per_customer", "contribution", "lifetime_value"),
)
TEAM = (
    *("offered", "answered"),
    *("wait", "wait_p90", "within_target", "service_level", "late", "abandonment", "sent_away"),
    *("call_backs", "call_back_wait", "until_answered", "call_backs_made", "passed"),
    *("first_contact", "occupancy", "overtime", "overtime_cost", "staff_cost"),
    *("staff", "vacancies", "attrition", "productivity", "morale", "training", "hiring_cost"),
)
PROGRAMMES = ("scheme", "campaign")
PROGRAMME = (
    *("members", "points_issued", "points_given", "points_redeemed", "points_expired", "points_forfeited"),
    *("points_outstanding", "points_liability", "deadweight", "deadweight_share", "more_trips"),
    *("campaign_messages", "woken"),
)
LATE = ("churn", "nps", "satisfaction", "contacts_per_customer", "cost_to_serve", "contribution")
DETAIL = (
    *(name for name in KPIS if name.startswith("satisfaction_")),
    *("promoters", "survey_promoters", "passives", "survey_passives", "detractors", "survey_detractors", "reply_rate"),
    *(name for name in KPIS if name.startswith("lost_")),
)
WIDEST = 5
ABREAST = 4
"""Plans beside the baseline in one table: a fifth column of money would not fit on a page."""
#: What all scenarios are laid side by side with; of teams, where something differs.
GLANCE = (
    *("customers", "churn", "loss_rate", "nps", "satisfaction", "contacts_per_customer"),
    *("staff_cost", "cost_to_serve", "contribution"),
)
GLANCE_TEAM = (
    *("service_level", "abandonment", "sent_away", "wait", "call_backs", "call_back_wait", "until_answered"),
    "occupancy",
)
#: Measures that are left out where nothing moves them.
SELDOM = (
    *ONLY_WITH_STAFF, *ONLY_WITH_LOOP, *ONLY_WITH_TIES, *ONLY_WITH_SCHEMES, *ONLY_WITH_CAMPAIGNS,
    *ONLY_WITH_TALK, *NEEDS,
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One difference as text; ``word`` is the verdict's word."""

    value: str = NONE
    interval: str = ""
    levels: str = ""
    word: str = "none"
    brief: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Row:
    """A measure and its cells, in the table's columns."""

    label: str
    note: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table of differences of one scenario."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def by_segment(comparison: Comparison, scenario: str, kpis: Sequence[str] = GROUPS) -> list[Table]:
    """Differences customer group by customer group; several tables where groups are many."""
    rows = [row for row in comparison.rows if row.scenario == scenario and row.by in (ALL, "segment")]
    groups = list(dict.fromkeys(row.group for row in rows))
    parts = [groups[start : start + WIDEST] for start in range(0, len(groups), WIDEST)]
    return [_table("", rows, kpis, part, comparison.currency) for part in parts]


def by_team(comparison: Comparison, scenario: str) -> list[Table]:
    """Differences in service, a table a team: as a whole, then by customer group."""
    rows = [
        row for row in comparison.rows if row.scenario == scenario and row.by in ("team", "team × segment")
    ]
    teams = dict.fromkeys(row.group for row in rows if row.by == "team")
    tables = []
    for team in teams:
        own = [team, *dict.fromkeys(row.group for row in rows if row.group.startswith(f"{team} · "))]
        tables.append(_table(plain(team), rows, TEAM, own, comparison.currency))
    return tables


def at_a_glance(comparison: Comparison, worths: Mapping[str, Worth]) -> list[Table]:
    """All scenarios side by side, a column each, beside the baseline's level; several tables where they are many.

    ``worths`` by scenario. Of churn the measure that the period allows; of teams the rows in which any differs.
    """
    found = {(row.kpi.id, row.by, row.group, row.scenario): row for row in comparison.rows}
    teams = dict.fromkeys(row.group for row in comparison.rows if row.by == "team")
    skipped = {"churn", "loss_rate"} - {comparison.churn}
    lines = [(name, ALL, ALL) for name in GLANCE if name not in skipped]
    lines += [(name, "team", team) for team in teams for name in GLANCE_TEAM]
    tables = []
    plenty = len(comparison.names) - 1
    each = ceil(plenty / max(ceil(plenty / ABREAST), 1))         # tables of about as many columns
    for start in range(1, plenty + 1, max(each, 1)):
        plans = comparison.names[start : start + each]
        rows = []
        for line in lines:
            own = [found[*line, plan] for plan in plans]
            if line[1] == ALL or any(row.verdict.word not in ("none", "identical") for row in own):
                rows.append(_side_by_side(own, comparison.currency))
        cells = (Cell(), *(_worth(worths[plan], comparison.currency) for plan in plans))
        rows.append(Row(say("Net present value"), "", cells))
        tables.append(Table("", (comparison.names[0], *plans), tuple(rows)))
    return tables


def _side_by_side(rows: Sequence[Difference], currency: str) -> Row:
    """One measure: the baseline's level, then each scenario's difference from it."""
    first = rows[0]
    gaps = (replace(cell(row, currency), levels="") for row in rows)
    return Row(named(first, inside=False), say(first.kpi.note), (Cell(level(first.kpi, first.base, currency)), *gaps))


def _worth(worth: Worth, currency: str) -> Cell:
    shown = gap(KPIS["contribution"], worth.net, currency)
    verdict = worth.verdict
    return Cell(shown.value, shown.interval, "", verdict.word, verdict.brief, verdict.text)


def by_programme(comparison: Comparison, scenario: str) -> list[Table]:
    """What loyalty schemes and campaigns do: a column a scheme, then a column a campaign; none without them.

    Levels of the scenario, not differences: most are the plan's own, and the baseline has nothing to set beside them.
    """
    found = {(r.kpi.id, r.by, r.group): r for r in comparison.rows if r.scenario == scenario and r.by in PROGRAMMES}
    tables = []
    for axis in PROGRAMMES:
        groups = dict.fromkeys(group for _, by, group in found if by == axis)
        lines = []
        for name in PROGRAMME:
            own = [row for group in groups if (row := found.get((name, axis, group))) is not None]
            if any((row.ours.n and row.ours.mean) or (row.base.n and row.base.mean) for row in own):
                cells = tuple(_level(row, comparison.currency) for row in own)
                lines.append(Row(say(KPIS[name].label), say(KPIS[name].note), cells))
        if lines:
            tables.append(Table("", tuple(map(plain, groups)), tuple(lines)))
    return tables


def by_journey(comparison: Comparison, scenario: str, kpi: str = "first_walk") -> Table:
    """One measure of the journeys: a row a journey, a column a customer group."""
    rows = [row for row in comparison.rows if row.scenario == scenario and row.kpi.id == kpi]
    journeys = [row.group for row in rows if row.by == "journey"]
    found = {row.group: row for row in rows}
    whole = f"{journeys[0]} · " if journeys else ""
    segments = [row.group.removeprefix(whole) for row in rows if row.group.startswith(whole)] if whole else []
    lines = [
        Row(
            plain(journey), say(KPIS[kpi].note), tuple(cell(found[group], comparison.currency) for group in groups)
        )
        for journey in journeys
        for groups in ([journey, *(f"{journey} · {segment}" for segment in segments)],)
    ]
    return Table(say(KPIS[kpi].label), (say(ALL), *map(plain, segments)), tuple(lines))


def detail(comparison: Comparison, scenario: str) -> list[Table]:
    """Satisfaction by attribute and losses by cause, customer group by customer group."""
    return by_segment(comparison, scenario, DETAIL)


def cell(row: Difference, currency: str) -> Cell:
    """A difference as text."""
    shown = gap(row.kpi, row.gap, currency)
    levels = from_to(row.kpi, row.base, row.ours, currency)
    verdict = row.verdict
    return Cell(shown.value, shown.interval, levels, verdict.word, verdict.brief, verdict.text)


def _level(row: Difference, currency: str) -> Cell:
    """A scenario's own level, and the baseline's before it where there is one."""
    before = from_to(row.kpi, row.base, row.ours, currency) if row.base.n else ""
    return Cell(level(row.kpi, row.ours, currency), levels=before)


def _is_something(row: Difference) -> bool:
    """Not one of the measures that only some mechanism moves (rules, staff and so on), where there is none."""
    return row.kpi.id not in SELDOM or row.base.mean != 0.0 or row.ours.mean != 0.0


def _new(row: Difference) -> bool:
    """Whether only the plan has such a number, as of a team that it brings: there is a level, but no difference."""
    return row.base.n == 0 and row.ours.n > 0


def _table(
    title: str, rows: Iterable[Difference], kpis: Sequence[str], groups: Sequence[str], currency: str
) -> Table:
    found = {(row.kpi.id, row.group): row for row in rows}
    lines = []
    for name in kpis:
        own = [found.get((name, group)) for group in groups]
        if any(row is not None and (row.verdict.word != "none" or _new(row)) and _is_something(row) for row in own):
            cells = tuple(Cell() if row is None else cell(row, currency) for row in own)
            lines.append(Row(say(KPIS[name].label), say(KPIS[name].note), cells))
    columns = [shown_group(group.removeprefix(f"{groups[0]} · ")) for group in groups]
    if title:
        columns[0] = say(ALL)  # the team's name is the title
    return Table(title, tuple(columns), tuple(lines))
