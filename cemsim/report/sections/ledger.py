"""Section: the customer ledger, who is saved and lost, worth how much, and what was paid for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cemsim.base.language import say
from cemsim.base.words import CAUSES
from cemsim.compare.comparison import Difference, compare
from cemsim.compare.interval import interval
from cemsim.compare.ledger import FATES, LABELS, WITH, WITHOUT, Ledger, ledger
from cemsim.measures.books import Array
from cemsim.measures.catalogue import KPIS
from cemsim.measures.customers import CAUSE_LABEL
from cemsim.measures.kpi import POSITIVE
from cemsim.report.numbers import gap, level, plain, text
from cemsim.report.sections import Section, filled

PEOPLE, MONEY = KPIS["customers"], KPIS["contribution"]
#: Fates that make the difference in customers at the end, with their sign.
CHANGED = {"saved": 1, "lost": -1, "won_with": 1, "won_without": -1}


@dataclass(frozen=True)
class Cell:
    """A number with its interval, as text."""

    value: str
    interval: str


@dataclass(frozen=True)
class Row:
    """A line of the ledger: people, months lived, margin, compensation and worth, the last four as differences."""

    name: str
    cells: tuple[Cell, ...]
    whole: bool = False


def sections(runs: Sequence[Any]) -> list[Section]:
    """A section for each plan that can be followed person by person: none where the fates were not kept."""
    able = [run for run in runs[1:] if getattr(run, "fates", ()) and runs[0].fates and not run.scenario.own_baseline]
    return [
        section(ledger([runs[0], run]), number, len(able) > 1, serving([runs[0], run]))
        for number, run in enumerate(able)
    ]


def serving(runs: Sequence[Any]) -> dict[str, Difference]:
    """What serving a customer-year costs, by group: not known of a person, since teams log minutes by group."""
    found = compare(runs, ["cost_per_customer"])
    return {row.group: row for row in found.rows if row.by == "segment"}


def section(
    found: Ledger, number: int = 0, named: bool = False, served: Mapping[str, Difference] | None = None
) -> Section:
    """The section of a ledger.

    ``number`` keeps those of a page apart, ``named`` puts the plan into the heading; ``served``: cost to serve by
    group.
    """
    from cemsim.report.figures.flow import flow

    html = filled(
        "sections/ledger.html.j2", svg=flow(found, number), sentences=sentences(found), rows=rows(found),
        groups=groups(found, served or {}), served=bool(served), causes=causes(found),
        replicates=len(found.replicates), plan=found.plan,
    )  # fmt: skip
    title = say("Customer ledger: {plan}", plan=found.plan) if named else say("Customer ledger")
    return Section(f"ledger-{number}" if number else "ledger", title, html)


def sentences(found: Ledger) -> list[str]:
    """What the ledger says, in words."""
    people = {fate: _count(found.of(fate, found.people).sum(axis=1)) for fate in FATES}
    net = _gap(found.customers(WITH).sum(axis=1) - found.customers(WITHOUT).sum(axis=1))
    paid = found.paid.sum(axis=(1, 2, 3, 4))
    anyway = found.anyway(found.paid).sum(axis=1)
    told = [
        say(
            "Of those who were customers at the start, the plan saves {saved} and loses {lost}. Of those who were not, "
            "{won} are customers at the end only with it, {missed} only without it. Customers at the end: {net}.",
            saved=_said(people["saved"]), lost=_said(people["lost"]), won=_said(people["won_with"]),
            missed=_said(people["won_without"]), net=_said(net),
        )
    ]  # fmt: skip
    if paid.any():
        share = anyway[:, WITH].sum() / paid[:, WITH].sum() if paid[:, WITH].any() else 0.0
        told.append(say(
            "Compensation paid with the plan: {paid}, of it {anyway} ({share}) to people who are customers at the end "
            "with the plan and without it; to these it pays {more} compared with the baseline.",
            paid=_said(_level(paid[:, WITH], found.currency)), anyway=_said(_level(anyway[:, WITH], found.currency)),
            share=text(100 * share, 0, " %"), more=_said(_gap(anyway[:, WITH] - anyway[:, WITHOUT], found.currency)),
        ))  # fmt: skip
    if found.movers.any():
        told.append(say("In another group with the plan: {people}.", people=_said(_count(found.movers))))
    else:
        told.append(say("Nobody is in another group with the plan than without it: groups are fixed in this version."))
    return told


def rows(found: Ledger) -> list[Row]:
    """A line a fate, and the sums, which are the differences of the log."""
    values = [found.people, *(found.gain(v) for v in (found.months, found.margin, found.paid, found.worth))]
    lines = []
    for fate in FATES:
        each = [found.of(fate, value).sum(axis=1) for value in values]
        lines.append(Row(say(LABELS[fate]), (_count(each[0]), _gap(each[1]), *_money(each[2:], found.currency))))
    sums = [value.sum(axis=(1, 2, 3, 4)) for value in values[1:]]
    net = found.customers(WITH).sum(axis=1) - found.customers(WITHOUT).sum(axis=1)
    whole = Row(say("difference"), (_gap(net), _gap(sums[0]), *_money(sums[1:], found.currency)), whole=True)
    return [*lines, whole]


def groups(found: Ledger, served: Mapping[str, Difference]) -> list[Row]:
    """A line a customer group: saved, lost, won with and without, what the plan makes it worth, and cost to serve."""
    lines = []
    worth = found.gain(found.worth).sum(axis=(1, 2, 3))
    for place, name in enumerate(found.segments):
        cells = [_count(found.of(fate, found.people)[:, place]) for fate in CHANGED]
        net = found.customers(WITH)[:, place] - found.customers(WITHOUT)[:, place]
        cells += [_gap(net), _gap(worth[:, place], found.currency)]
        if served:
            shown = gap(served[name].kpi, served[name].gap, found.currency)
            cells.append(Cell(shown.value, shown.interval))
        lines.append(Row(plain(name), tuple(cells)))
    return lines


def causes(found: Ledger) -> list[Row]:
    """A line a cause: saved from it, lost to it, gone either way through it without and with the plan."""
    ways = (("saved", WITHOUT), ("lost", WITH), ("gone", WITHOUT), ("gone", WITH))
    counts = [found.by_cause(fate, world).sum(axis=-1) for fate, world in ways]
    return [
        Row(say(CAUSE_LABEL[cause]), tuple(_count(count[:, place]) for count in counts))
        for place, cause in enumerate(CAUSES)
    ]


def _money(values: list[Array], currency: str) -> list[Cell]:
    return [_gap(value, currency) for value in values]


def _count(values: Array) -> Cell:
    found = interval(values, POSITIVE)
    between = "" if found.n < 2 or found.low == found.high else level(PEOPLE, found, "")
    low, high = (text(end, 0) for end in (found.low, found.high))
    return Cell(level(PEOPLE, found, ""), say("{low} to {high}", low=low, high=high) if between else "")


def _level(values: Array, currency: str) -> Cell:
    return Cell(level(KPIS["compensation"], interval(values), currency), "")


def _gap(values: Array, currency: str = "") -> Cell:
    shown = gap(MONEY if currency else PEOPLE, interval(values), currency)
    return Cell(shown.value, shown.interval)


def _said(cell: Cell) -> str:
    return f"{cell.value} ({cell.interval})" if cell.interval else cell.value
