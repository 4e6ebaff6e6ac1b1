"""Section: the customer ledger, who is saved and lost, worth how much, and what was given to those who stay anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cemsim.base.language import say
from cemsim.base.words import CAUSES
from cemsim.compare.interval import interval
from cemsim.compare.ledger import FATES, LABELS, WITH, WITHOUT, Ledger, ledger
from cemsim.compare.spent import GIVEN
from cemsim.measures.books import Array
from cemsim.measures.catalogue import KPIS
from cemsim.measures.customers import CAUSE_LABEL
from cemsim.measures.kpi import POSITIVE
from cemsim.report.numbers import gap, level, plain, text
from cemsim.report.sections import Section, filled

PEOPLE, MONEY = KPIS["customers"], KPIS["contribution"]
#: Fates that make the difference in customers at the end, with their sign.
CHANGED = {"saved": 1, "lost": -1, "won_with": 1, "won_without": -1}
#: Columns of money, and the kinds that are in each; those that are 0 throughout are left out.
COLUMNS = {
    "margin": ("margin",), "cost to serve": ("serving",), "given to customers": GIVEN,
    "winning customers": ("acquisition",),
}  # fmt: skip
GIFTS = {
    "compensation": "compensation and credits", "offers": "offers that save, win back or sell",
    "rewards": "rewards of loyalty schemes", "campaigns": "campaigns",
}  # fmt: skip


GIVEN_HEADS = ("given", "with the plan", "of it to customers either way", "share", "to these, less the baseline's")


@dataclass(frozen=True)
class Cell:
    """A number with its interval, as text."""

    value: str
    interval: str


@dataclass(frozen=True)
class Row:
    """A line of a table: a name and its cells."""

    name: str
    cells: tuple[Cell, ...]
    whole: bool = False


def sections(runs: Sequence[Any]) -> list[Section]:
    """A section for each plan that can be followed person by person: none where the fates were not kept."""
    able = [run for run in runs[1:] if getattr(run, "fates", ()) and runs[0].fates and not run.scenario.own_baseline]
    return [
        section(ledger([runs[0], run]), number, len(able) > 1) for number, run in enumerate(able)
    ]


def section(found: Ledger, number: int = 0, named: bool = False) -> Section:
    """The section of a ledger; ``number`` keeps those of a page apart, ``named`` puts the plan into the heading."""
    from cemsim.report.figures.flow import flow

    html = filled(
        "sections/ledger.html.j2", svg=flow(found, number), sentences=sentences(found), rows=rows(found),
        heads=heads(found), gifts=gifts(found), given=[say(head) for head in GIVEN_HEADS], groups=groups(found),
        causes=causes(found), replicates=len(found.replicates), plan=found.plan,
    )  # fmt: skip
    title = say("Customer ledger: {plan}", plan=found.plan) if named else say("Customer ledger")
    return Section(f"ledger-{number}" if number else "ledger", title, html)


def sentences(found: Ledger) -> list[str]:
    """What the ledger says, in words."""
    people = {fate: _count(found.of(fate, found.people).sum(axis=1)) for fate in FATES}
    net = _gap(found.customers(WITH).sum(axis=1) - found.customers(WITHOUT).sum(axis=1))
    told = [
        say(
            "Of those who were customers at the start, the plan saves {saved} and loses {lost}. Of those who were not, "
            "{won} are customers at the end only with it, {missed} only without it. Customers at the end: {net}.",
            saved=_said(people["saved"]), lost=_said(people["lost"]), won=_said(people["won_with"]),
            missed=_said(people["won_without"]), net=_said(net),
        )
    ]  # fmt: skip
    given, anyway = _given(found, GIVEN)
    if given.any():
        share = anyway[:, WITH].sum() / given[:, WITH].sum() if given[:, WITH].any() else 0.0
        told.append(say(
            "Given to customers with the plan: {given}, of it {anyway} ({share}) to people who are customers at the "
            "end with the plan and without it; to these it gives {more} compared with the baseline.",
            given=_said(_level(given[:, WITH], found.currency)), anyway=_said(_level(anyway[:, WITH], found.currency)),
            share=text(100 * share, 0, " %"), more=_said(_gap(anyway[:, WITH] - anyway[:, WITHOUT], found.currency)),
        ))  # fmt: skip
    if found.movers.any():
        told.append(say("In another group with the plan: {people}.", people=_said(_count(found.movers))))
    else:
        told.append(say("Nobody is in another group with the plan than without it: groups are fixed in this version."))
    if found.tiers.any():
        up, down = (_said(_count(found.tiers[:, way])) for way in (0, 1))
        told.append(say(
            "Of the customers in both worlds, {up} stand in a higher tier with the plan, {down} in a lower one.",
            up=up, down=down,
        ))  # fmt: skip
    return told


def _given(found: Ledger, kinds: Sequence[str]) -> tuple[Array, Array]:
    """Money of some kinds, and what of it went to customers of both ends, each ``[replicate, world]``."""
    spent = found.spent(kinds)
    return spent.sum(axis=(1, 2, 3, 4)), found.anyway(spent).sum(axis=1)


def columns(found: Ledger) -> list[str]:
    """Columns of money that are not 0 throughout."""
    return [name for name, kinds in COLUMNS.items() if found.spent(kinds).any()]


def heads(found: Ledger) -> list[str]:
    """Headings of the ledger's lines."""
    return [say(head) for head in ("fate", "people", "months lived", *columns(found), "worth")]


def gifts(found: Ledger) -> list[Row]:
    """A line a kind of what was given: with the plan, of it to customers of both ends, their share, the difference."""
    lines = []
    for kinds in (*((kind,) for kind in GIVEN), GIVEN):
        given, anyway = _given(found, kinds)
        if given.any():
            share = anyway[:, WITH].sum() / given[:, WITH].sum() if given[:, WITH].any() else 0.0
            lines.append(Row(say(GIFTS[kinds[0]]) if len(kinds) == 1 else say("all"), (
                _level(given[:, WITH], found.currency), _level(anyway[:, WITH], found.currency),
                Cell(text(100 * share, 0, " %"), ""), _gap(anyway[:, WITH] - anyway[:, WITHOUT], found.currency),
            ), whole=len(kinds) > 1))  # fmt: skip
    return lines if len(lines) != 2 else lines[:1]


def rows(found: Ledger) -> list[Row]:
    """A line a fate, and the sums, which are the differences of the log."""
    money = [found.spent(COLUMNS[name]) for name in columns(found)]
    values = [found.people, *(found.gain(v) for v in (found.months, *money, found.worth))]
    lines = []
    for fate in FATES:
        each = [found.of(fate, value).sum(axis=1) for value in values]
        lines.append(Row(say(LABELS[fate]), (_count(each[0]), _gap(each[1]), *_money(each[2:], found.currency))))
    sums = [value.sum(axis=(1, 2, 3, 4)) for value in values[1:]]
    net = found.customers(WITH).sum(axis=1) - found.customers(WITHOUT).sum(axis=1)
    whole = Row(say("difference"), (_gap(net), _gap(sums[0]), *_money(sums[1:], found.currency)), whole=True)
    return [*lines, whole]


def groups(found: Ledger) -> list[Row]:
    """A line a customer group: saved, lost, won with and without, cost to serve, and what the plan makes it worth."""
    lines = []
    money = [found.gain(each).sum(axis=(1, 2, 3)) for each in (found.money["serving"], found.worth)]
    for place, name in enumerate(found.segments):
        cells = [_count(found.of(fate, found.people)[:, place]) for fate in CHANGED]
        net = found.customers(WITH)[:, place] - found.customers(WITHOUT)[:, place]
        cells += [_gap(net), *(_gap(each[:, place], found.currency) for each in money)]
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
    found = interval(values)                     # of few heads a logarithm says nothing
    found = replace(found, low=max(found.low, POSITIVE[0]))
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
