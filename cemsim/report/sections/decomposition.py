"""Section: why the plan differs from the baseline, change by change and path by path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from cemsim.base.language import say
from cemsim.compare.decompose import Decomposition, Part
from cemsim.compare.interval import Interval, interval
from cemsim.compare.paths import describe
from cemsim.compare.why import Answer, Inquiry, worlds_with_ends
from cemsim.finance.lines import Lines
from cemsim.report.numbers import NONE, Scale, decimals, gap, scale, text
from cemsim.report.sections import Section, filled
from cemsim.report.sections.adding import adding_up

#: An interaction that is a smaller share of the whole is rounding of the machine.
NOISE = 1e-9
INVESTMENT = "the investment: capex and opex after tax, which belong to the whole"
HOW = {
    "changes": "Each change's part is what it adds on average over all orders in which the changes could be made "
    "(Shapley): the parts add up to the whole. Alone: with only this change. Without it: what the whole loses if this "
    "change is left out. Where the two differ, the change works with or against others.",
    "sampled": "Each change's part is what it adds on average over {orders} random orders a replicate in which the "
    "changes could be made (Shapley, sampled): the parts add up to the whole, and the intervals hold the chance of the "
    "orders as well.",
    "ends": "Alone: with only this change. Without it: what the whole loses if this change is left out.",
    "no ends": "What each does alone, and what is lost without it, takes more worlds: cemsim why with --most-worlds "
    "{worlds} tells it.",
    "pairs": "What two changes do together beyond what each does by itself: above 0 they help each other, below 0 they "
    "do in part the same. What the changes do alone and these interactions add up to the whole.",
    "paths": "By which way customers are reached. A path's part is what is missing when nobody feels it: waits feel "
    "like the baseline's mean wait, coming again and failures hurt nobody, in both worlds, on average over all orders "
    "of closing the paths. What is left with all of them closed is the rest: money that moves although nobody feels "
    "anything, and people who get in touch more or less often.",
}


@dataclass(frozen=True)
class Row:
    """A part as text; ``lines`` in the table's columns."""

    name: str
    about: str
    part: str
    interval: str
    alone: str
    last: str
    lines: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True)
class Table:
    """Parts that add up, a column a line, and the figure of them."""

    unit: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    svg: str
    ends: bool


def section(
    asked: Inquiry, answers: Mapping[str, Answer], measures: Mapping[str, Lines], cost: float, replicates: int,
    figures: bool = True, number: int = 0, named: str = "", kept: bool = True,
) -> Section:
    """The section of a plan's decompositions.

    ``answers`` and ``measures`` by the measures' ids; ``cost``: present value of the investment, for ``npv``;
    ``number`` keeps those of a page apart, ``named`` puts the plan into the heading; ``kept``: numbers are in why.csv.
    """
    parts = [
        _measure(asked, answers[name], measures[name], cost if name == "npv" else 0.0, figures, number)
        for name in answers
    ]
    how = {name: say(words) for name, words in HOW.items()}
    if asked.pairs:
        more = say(HOW["ends"]) if asked.ends else say(HOW["no ends"], worlds=worlds_with_ends(len(asked.changes)))
        how["changes"] = f"{say(HOW['sampled'], orders=2 * asked.pairs)} {more}"
    html = filled(
        "sections/decomposition.html.j2", plan=asked.plan.name, parts=parts, how=how, worlds=len(asked.worlds()),
        replicates=replicates, kept=kept,
    )  # fmt: skip
    title = say("Why it differs: {plan}", plan=named) if named else say("Why it differs")
    return Section(f"why-{number}" if number else "why", title, html)


def _measure(
    asked: Inquiry, found: Answer, measure: Lines, cost: float, figures: bool, number: int
) -> dict[str, Any]:
    money = asked.base.currency
    whole = found.changes or found.paths
    assert whole is not None
    total = less(whole.difference, cost)
    said = gap(measure.kpi, total, money)
    changes = paths = None
    if found.changes is not None:
        changes = table(found.changes, measure, money, cost, {}, "changes", figures, number)
    if found.paths is not None:
        paths = table(found.paths, measure, money, cost, describe(asked.paths), "paths", figures, number)
    return {
        "label": say(measure.kpi.label),
        "difference": said.value + (f" ({said.interval})" if said.interval else ""),
        "changes": changes,
        "pairs": pairs(found.changes, measure, money) if found.changes is not None else [],
        "paths": paths,
    }


def table(
    found: Decomposition, measure: Lines, currency: str, cost: float, about: Mapping[str, str], by: str,
    figures: bool = True, number: int = 0,
) -> Table:
    """A decomposition as text, largest parts first; shown parts add up to the whole as shown."""
    ranked = sorted(found.parts, key=lambda part: -abs(part.share.mean))
    shares = [part.share for part in ranked] + ([known(-cost)] if cost else [])
    total = less(found.difference, cost)
    shown, digits = _fit([*shares, total], total, measure, currency)
    units = [share.mean * shown.factor * 10.0**digits for share in shares]
    if sum(map(round, units)) != round(sum(units)) and max(map(abs, units)) < COARSE:
        digits += 1                                          # else some part would be shown as what it is not
    values = adding_up([share.mean * shown.factor for share in shares], digits)
    columns = {
        line: adding_up([part.line(i).mean * shown.factor for part in ranked], digits)
        for i, line in enumerate(found.lines)
    }  # fmt: skip
    columns = {line: column for line, column in columns.items() if any(column) and len(found.lines) > 1}
    names = [say(part.name) for part in ranked] + ([say(INVESTMENT)] if cost else [])
    rows = []
    for place, (name, share, value) in enumerate(zip(names, shares, values, strict=True)):
        own = ranked[place] if place < len(ranked) else None
        rows.append(Row(
            name, say(about.get(own.name, "")) if own else "", text(value, digits, sign=True),
            between(share, shown, digits), _maybe(own, "alone", shown, digits), _maybe(own, "last", shown, digits),
            tuple(text(column[place], digits, sign=True) if own else "" for column in columns.values()),
        ))  # fmt: skip
    sums = tuple(text(sum(column), digits, sign=True) for column in columns.values())
    rows.append(Row(say("the whole"), "", text(sum(values), digits, sign=True), between(total, shown, digits), "", "",
                    sums, whole=True))  # fmt: skip
    svg = _figure(measure, names, shares, total, rows, currency, f"{by}-{number}") if figures else ""
    heads = tuple(say(line) for line in columns)
    return Table(shown.unit.strip(), heads, tuple(rows), svg,
                 any(part.alone is not None for part in found.parts))


def _figure(
    measure: Lines, names: Sequence[str], shares: Sequence[Interval], total: Interval, rows: Sequence[Row],
    currency: str, by: str,
) -> str:
    from cemsim.report.figures.waterfall import Step, waterfall

    steps = [Step(name, share, row.part) for name, share, row in zip(names, shares, rows, strict=False)]
    steps.append(Step(say("the whole"), total, rows[-1].part, whole=True))
    return waterfall(f"{measure.kpi.id}-{by}", measure.kpi, steps, currency)


def pairs(found: Decomposition, measure: Lines, currency: str) -> list[tuple[str, str, str, str]]:
    """Interactions as text: both changes, the value, its interval; largest first."""
    if found.pairs is None or len(found.parts) < 2:
        return []
    noise = NOISE * float(np.abs(found.whole).max())
    each = [(i, j, interval(np.where(np.abs(found.pairs[:, i, j]) > noise, found.pairs[:, i, j], 0.0)))
            for i, j in combinations(range(len(found.parts)), 2)]  # fmt: skip
    shown, digits = _fit([value for *_, value in each], found.difference, measure, currency)
    ranked = sorted(each, key=lambda one: -abs(one[2].mean))
    return [
        (found.parts[i].name, found.parts[j].name, text(value.mean * shown.factor, digits, shown.unit, sign=True),
         between(value, shown, digits))
        for i, j, value in ranked
    ]  # fmt: skip


COARSE = 50
"""Units of the last shown digit in the largest part, below which moving a part by one is seen."""


def _fit(values: Sequence[Interval], whole: Interval, measure: Lines, currency: str) -> tuple[Scale, int]:
    """One scale and one number of digits for numbers that stand below each other."""
    shown = scale(measure.kpi, max(abs(value.mean) for value in values), currency, gap=True)
    finest = [v.half for v in values if np.isfinite(v.half) and v.half > 0]
    half = float(np.median(finest)) if finest else float("nan")
    size = max(abs(v.mean) for v in values)
    return shown, decimals(size * shown.factor, half * shown.factor)


def _maybe(part: Part | None, name: str, shown: Scale, digits: int) -> str:
    value: Interval | None = getattr(part, name) if part is not None else None
    return NONE if value is None else text(value.mean * shown.factor, digits, sign=True)


def between(value: Interval, shown: Scale, digits: int) -> str:
    """An interval as text; empty where there is none."""
    if np.isnan(value.low) or value.low == value.high:
        return ""
    return say(" to ").join(text(end * shown.factor, digits, sign=True) for end in (value.low, value.high))


def less(value: Interval, cost: float) -> Interval:
    """An interval moved down by what is known for sure."""
    return Interval(value.mean - cost, value.low - cost, value.high - cost, value.sd, value.n)


def known(value: float) -> Interval:
    """A number without doubt."""
    return Interval(value, value, value, 0.0, 0)
