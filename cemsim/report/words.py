"""Sentences made from the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cemsim.base.language import say
from cemsim.compare.comparison import Comparison, Difference
from cemsim.compare.interval import Interval
from cemsim.finance.worth import Worth
from cemsim.measures.catalogue import KPIS
from cemsim.measures.customers import CAUSE_LABEL
from cemsim.report.numbers import gap, plain, text

#: What a verdict speaks of, in this order; the wait is that of the team where it changes most.
HEADLINES = ("customers", "churn", "nps", "satisfaction", "wait", "cost_to_serve", "contribution")
MATTERS = ("better", "worse", "higher", "lower")
LEADS = {
    "better": "better on {measures}",
    "worse": "worse on {measures}",
    "higher": "higher {measures}",
    "lower": "lower {measures}",
    "negligible": "no difference that matters: {measures}",
    "unclear": "not distinguishable at this precision: {measures} ({cure})",
    "identical": "identical: {measures}",
}
PAYS = {
    "better": "it pays",
    "worse": "it does not pay",
    "single": "one replicate, so no interval and no verdict",
}
WITHIN = {
    "better": "it pays within {months} months",
    "worse": "it does not pay within {months} months",
}
SINGLE = "one replicate says nothing about chance, so here are numbers without a verdict: {measures}"


def headlines(comparison: Comparison, scenario: str) -> list[Difference]:
    """The rows that a verdict on a scenario speaks of: of waits, the team's where most has changed.

    A difference that matters goes before one that does not, then a team that answers live before a back office.
    """
    rows = [row for row in comparison.rows if row.scenario == scenario]
    live = {row.group for row in rows if row.kpi.id == "within_target" and row.by == "team" and row.base.n}
    found = []
    for name in HEADLINES:
        kpi = comparison.churn if name == "churn" else name
        own = [row for row in rows if row.kpi.id == kpi and row.by in ("all", "team")]
        if own:
            found.append(max(own, key=lambda row: (row.verdict.word in MATTERS, row.group in live, _relative(row))))
    return found


def _relative(row: Difference) -> float:
    # NaN (no such team in one of them) never wins
    size = abs(row.gap.mean) / abs(row.base.mean) if row.base.mean else 0.0
    return size if size >= 0 else -1.0


def sentence(comparison: Comparison, scenario: str, worth: Worth | None = None, discount: float = 0.0) -> str:
    """The verdict on a scenario in words.

    What is better and worse by how much, what cannot be told and what it would take, and what it is worth.
    """
    rows = [row for row in headlines(comparison, scenario) if row.verdict.word != "none"]
    start, end = comparison.months
    if (start, end) == (0, 1):
        when = say("In the one month")
    elif start == 0:
        when = say("Over {months} months", months=end)
    else:
        when = say("In months {first} to {last} (0 is the first)", first=start, last=end - 1)
    if not rows:
        return say("{when} there is nothing to compare.", when=when)
    if all(row.verdict.word == "identical" for row in rows):
        parts = say("identical to the baseline in every pair of replicates")
    elif all(row.verdict.word == "single" for row in rows):
        parts = say(SINGLE, measures=_list(_told(row, comparison.currency) for row in rows))
    else:
        parts = say("; ").join(_kind(word, rows, comparison.currency) for word in LEADS if _having(word, rows))
    price = _money(worth, comparison.currency, discount)
    said = say("{when}: {parts}. {worth}", when=when, parts=parts, worth=price).strip()
    return said.replace(" %", "\N{NO-BREAK SPACE}%")


def _having(word: str, rows: Sequence[Difference]) -> list[Difference]:
    return [row for row in rows if row.verdict.word == word]


def _kind(word: str, rows: Sequence[Difference], currency: str) -> str:
    own = _having(word, rows)
    if word in ("identical", "negligible"):
        return say(LEADS[word], measures=_list(named(row) for row in own))
    if word == "unclear":
        # the longest way to go is the one that settles them all
        hardest = max(own, key=lambda row: row.verdict.more)
        cure = hardest.verdict.cure
        if len(own) > 1:
            cure = say("{cure} on {measure}", cure=cure, measure=named(hardest))
        return say(LEADS[word], measures=_list(named(row) for row in own), cure=cure)
    return say(LEADS[word], measures=_list(_told(row, currency) for row in own))


def named(row: Difference, inside: bool = True) -> str:
    """A row's measure, in the middle of a sentence unless said otherwise."""
    label = say(row.kpi.label)
    if inside:
        label = label[0].lower() + label[1:]
    return label if row.by == "all" else say("{measure} at {group}", measure=label, group=plain(row.group))


def target_name(target: str) -> str:
    """An observed target of calibration as a reader wants it: what, and whose.

    >>> target_name("leavers, move"), target_name("abandonment, contact_centre"), target_name("NPS, surveyed")
    ('leavers, moving away', 'abandonment, contact centre', 'NPS, surveyed')
    """
    what, _, whose = target.partition(", ")
    if not whose or what == "NPS":
        return say(target)
    shown = say(CAUSE_LABEL[whose]) if whose in CAUSE_LABEL else plain(whose)
    return say("{what}, {whose}", what=say(what), whose=shown)


def _told(row: Difference, currency: str) -> str:
    shown = gap(row.kpi, row.gap, currency)
    return say("{measure} ({gap})", measure=named(row), gap=say(", ").join(filter(None, (shown.value, shown.interval))))


def money(found: Interval, currency: str) -> str:
    """An amount with its interval, in words."""
    shown = gap(KPIS["contribution"], found, currency)
    return say("{measure} ({gap})", measure=shown.value, gap=shown.interval) if shown.interval else shown.value


def _money(worth: Worth | None, currency: str, discount: float) -> str:
    if worth is None or worth.verdict.word == "none":
        return ""
    if worth.verdict.word == "identical":
        return say("It is worth nothing and costs nothing.")
    rate = text(100 * discount, 1 if discount * 100 % 1 else 0)
    if worth.verdict.word == "unclear":
        says = say("whether it pays is not distinguishable at this precision ({cure})", cure=worth.verdict.cure)
    else:
        words = PAYS if worth.within is None else PAYS | WITHIN
        says = say(words[worth.verdict.word], months=worth.within)
    said = (
        "Its net present value, after the plan's own cost, at {rate} % a year is {net}: {says}."
        if worth.cost
        else "Its net present value at {rate} % a year is {net}: {says}."
    )
    return say(said, rate=rate, net=money(worth.net, currency), says=says)


def _list(parts: Iterable[str]) -> str:
    """Parts as a list in a sentence.

    >>> _list(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = parts
    return say("{most} and {last}", most=say(", ").join(most), last=last) if most else last
