"""Section: the investment case of each scenario, as finance reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cemsim.base.language import say
from cemsim.compare.interval import Interval, interval
from cemsim.finance.case import Case
from cemsim.finance.cashflow import LINES, Terms
from cemsim.finance.rates import Array, present_value
from cemsim.report.amounts import amount, money_scale
from cemsim.report.numbers import NONE, decimals, plain, text
from cemsim.report.sections import Section, filled
from cemsim.report.sections.adding import adding_up
from cemsim.report.words import money

LABELS = {
    "margin": "margin on revenue",
    "unit_costs": "contacts beside pay",
    "compensation": "compensation",
    "offers": "offers that save, win back or sell",
    "rewards": "rewards of loyalty schemes",
    "campaigns": "campaigns",
    "acquisition": "winning customers",
    "pay": "pay",
    "opex": "the plan's opex",
    "capex": "the plan's capex",
    "tax": "tax",
    "working_capital": "working capital",
    "terminal": "terminal value",
}
NOTES = {
    "flow": "Mean over replicates of the cash that the plan adds, scenario less baseline, not discounted; what comes "
    "in is positive. Shown numbers are rounded so that lines add up to net cash, and years to their sum.",
    "cash": "Net cash since the first month, not discounted, with its 95 % interval over replicates. Where the line "
    "comes back to zero for good, the plan is paid back.",
    "rates": "Customers' reaction is margin less unit costs, compensation, offers, rewards and winning customers; the "
    "plan's own cost is pay, campaigns, opex and capex. Rates of return and paybacks are those of the mean cash "
    "flow; paybacks count from the month in which the plan starts, and without a terminal value: it is no cash within "
    "the horizon. The break-even effect is what customers' "
    "reaction may be multiplied by until the net present value is zero: 40 % means that the plan pays even with "
    "40 % of the effect seen. Return on investment: net cash over the plan's capex and opex, not "
    "discounted; below −100 % more is lost than was put in. Profitability index: present value of all that comes "
    "back for each unit of that of capex and opex; above 1 it pays. Pay is no investment but a part of what comes "
    "back, saved or spent.",
    "beside": "The last column pairs plans by replicate, with a 95 % interval for each difference by itself. Whether "
    "one plan is best among several is what cemsim compare --decide tells, which corrects for there being several.",
    "served": "Cost to serve over the whole horizon, baseline → scenario, mean over replicates. Pay is charged by "
    "minutes of handling; pay of months in which a team handled nothing belongs to no channel, compensation to none "
    "either.",
}
FINEST = 3
"""Most decimals of a cash flow."""
UNPAID = "none: the plan puts in no capex or opex"
UNCLEAR = "cannot be told: nothing is put in, and the net present value may be above or below 0"
FREE = "none: the plan has no pay, campaigns, opex or capex of its own"


@dataclass(frozen=True)
class Table:
    """Rows of text under heads; the first cell of a row is its name."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def section(cases: Sequence[Case], baseline: str, figures: bool = True) -> Section:
    """The section of all scenarios' cases; ``baseline``: its name."""
    svg = ""
    if figures:
        from cemsim.report.figures.cash import cash

        svg = cash(cases, baseline)
    parts = [
        {"name": case.scenario, "tables": [
            table if case is cases[0] else replace(table, note="")          # how to read them is said once
            for table in (facts(case), flow(case), worths(case), segments(case), channels(case))]}
        for case in cases
    ]  # fmt: skip
    beside = side_by_side(cases) if len(cases) > 1 else None
    notes = {k: say(v) for k, v in NOTES.items()}
    html = filled("sections/case.html.j2", parts=parts, svg=svg, beside=beside, notes=notes, terms=counted(cases[0]))
    return Section("case", say("Investment case"), html)


def side_by_side(cases: Sequence[Case]) -> Table:
    """Plans against each other: what each is worth, what is paid for it, and how far it is behind the best."""
    currency = cases[0].currency
    values = [present_value(case.flow.net, case.terms.discount) for case in cases]
    best = max(range(len(cases)), key=lambda place: cases[place].net.mean)
    rows = []
    for place in sorted(range(len(cases)), key=lambda place: -cases[place].net.mean):
        case = cases[place]
        paid = -(case.worths["capex"].mean + case.worths["opex"].mean)
        behind = interval(values[place] - values[best])
        rows.append((
            case.scenario, money(case.net, currency), amount(paid, 0.0, money_scale([paid], currency)),
            text(case.net.mean / paid, 2, sign=True) if paid > 0.0 else say(UNPAID),
            say("the highest of these") if place == best else money(behind, currency),
        ))  # fmt: skip
    unit = say("net present value per {currency} of it", currency=currency)
    heads = (say("plan"), say("net present value"), say("present value of capex and opex"), unit,
             say("less the highest"))  # fmt: skip
    return Table(heads, tuple(rows), say(NOTES["beside"]))


def counted(case: Case) -> str:
    """How money is counted, in a sentence."""
    terms = case.terms
    after = say("nothing after the horizon counts") if terms.terminal == "none" else say(
        "after the horizon, the lifetime value of the customers still there counts")  # fmt: skip
    return say(
        "Discounted at {rate} a year, taxed at {tax} (losses are relieved at once), {capital} of the added revenue of "
        "a year tied up as working capital; {after}.",
        rate=share(terms.discount), tax=share(terms.tax), capital=share(terms.working_capital), after=after,
    )  # fmt: skip


def formula(terms: Terms, months: int) -> str:
    """What a net present value is, with its terms."""
    last = "" if terms.terminal == "none" else say(" and, at the end, the lifetime value of the customers still there")
    return say(
        "Net present value = Σ C(t) / (1 + i)^(t/12) over the months t = 0 to {end} and t = {months}, when the rest is "
        "settled. C(t): cash in month t with the plan less without it (margin on revenue and fees, less contacts, "
        "compensation, offers, rewards, campaigns, winning customers, pay, the plan's opex and capex, tax, and capital "
        "tied up{last}). i: {rate} a year.",
        months=months, end=months - 1, last=last, rate=share(terms.discount),
    )  # fmt: skip


def share(value: float) -> str:
    """A share or a rate as a percentage without needless digits.

    >>> share(0.08), share(0.128257)
    ('8 %', '12.8 %')
    """
    shown = 100.0 * value
    return text(shown, 0 if abs(shown) >= 1000 or abs(shown - round(shown)) < 0.05 else 1, " %")


def rates(found: Sequence[float]) -> str:
    """Internal rates of return in words: one, several as such, or none.

    >>> rates([0.1, 0.2]), rates([])
    ('several: 10 %, 20 %', 'none')
    """
    if not found:
        return say("none")
    listed = ", ".join(share(rate) if rate < 10 else say("over 1,000 %") for rate in found)
    return listed if len(found) == 1 else say("several: {rates}", rates=listed)


def months(value: float | None) -> str:
    """A payback in words."""
    return say("not within the horizon") if value is None else say("{months} months", months=text(value, 1))


def facts(case: Case) -> Table:
    """The figures that finance asks for first."""
    unpaid = say(UNPAID)
    unclear = say(UNCLEAR) if not case.spent and case.net.low <= 0.0 <= case.net.high and case.net.mean else ""
    rows = [
        (say("net present value"), money(case.net, case.currency)),
        (say("the same before tax, working capital and terminal value"), money(case.plain, case.currency)),
        (say("internal rate of return a year"), unclear or (rates(case.irr) if case.irr else no_rate(case))),
        (say("modified rate of return a year"), unclear or (no_rate(case) if case.mirr is None else share(case.mirr))),
        (say("return on investment over the horizon"), unpaid if case.roi is None else share(case.roi)),
        (say("profitability index"), unpaid if case.profitability is None else text(case.profitability, 2)),
        (say("payback"), unclear or months(case.payback)),
        (say("discounted payback"), unclear or months(case.discounted_payback)),
        (say("replicates paid back within the horizon"), share(case.paid_back)),
        (say("break-even effect"), break_even(case)),
    ]
    if abs(case.later_relief) >= 0.5:
        relief = amount(case.later_relief, 0.0, money_scale([case.later_relief], case.currency))
        rows.append((say("tax relief on depreciation after the horizon (not counted)"), relief))
    if case.unpaid >= 0.5:
        owed = amount(case.unpaid, 0.0, money_scale([case.unpaid], case.currency))
        rows.append((say("capex due after the horizon (not counted)"), owed))
    return Table((say("figure"), say("value")), tuple(rows), say(NOTES["rates"]))


def no_rate(case: Case) -> str:
    """Why there is no rate of return."""
    net = case.flow.net.mean(axis=0)
    if net.min() >= 0.0:
        return say("none: no month costs more than it brings")
    if net.max() <= 0.0:
        return say("none: no month brings more than it costs")
    return say("none: no rate makes the present value zero")


def untold(case: Case) -> bool:
    """Whether customers' reaction moves money, and it cannot be told which way."""
    return bool(case.gain.mean) and case.gain.low <= 0.0 <= case.gain.high


def break_even(case: Case) -> str:
    """The break-even effect; why there is none, where its sign is not known or no effect would do."""
    if case.cost and untold(case):
        return say("cannot be told: customers' reaction may bring or cost money")
    return no_even(case) if case.break_even is None else share(case.break_even)


def no_even(case: Case) -> str:
    """Why no multiple of customers' reaction makes the net present value zero."""
    if case.cost > 0.0:
        return say("none: customers' reaction brings nothing that could pay for it")
    if case.cost < 0.0:
        return say("none needed: it saves money, and customers' reaction, all its lines taken together, costs none")
    return say(FREE)


def flow(case: Case) -> Table:
    """The cash-flow table: a line a row, a year a column, and the sum."""
    heads, rows = case.years()
    shown = money_scale([float(np.abs(row).max()) for row in rows.values()], case.currency)
    yearly = np.add.reduceat(case.flow.net, [*range(0, case.months, 12)], axis=1)
    half = float(np.nanmedian([interval(column).half for column in yearly.T])) if len(yearly) > 1 else 0.0
    names = [name for name in LINES if np.abs(rows[name]).max() >= 0.5]
    size = max(float(np.abs(row).max()) for row in rows.values())
    digits = max(decimals(size * shown.factor, half * shown.factor), 0) if size else 0      # outlays are certain
    lines = np.array([rows[name] for name in names]).reshape(len(names), len(heads)) * shown.factor
    texts = _with_sums(lines, digits)
    while digits < FINEST and _bent(lines, texts[-1]) > 10.0**-digits:
        digits += 1                                          # else years' rounding would bend a line's sum
        texts = _with_sums(lines, digits)
    out = [
        (say(LABELS[name]), *(text(column[place], digits, sign=True) for column in texts))
        for place, name in enumerate(names)
    ]
    out.append((say("net cash"), *(text(sum(column), digits, sign=True) for column in texts)))
    said = tuple(say("at the end") if head == "end" else say("year {number}", number=head.split()[1]) for head in heads)
    return Table((say("cash ({unit})", unit=shown.unit.strip()), *said, say("sum")), tuple(out), say(NOTES["flow"]))


def _with_sums(lines: Array, digits: int) -> list[list[float]]:
    """Years of a cash flow, rounded so that a year's lines add up to its net cash, and behind them the lines' sums."""
    years = [adding_up([float(value) for value in year], digits) for year in lines.T]
    return [*years, [sum(line) for line in zip(*years, strict=True)]]


def _bent(lines: Array, sums: Sequence[float]) -> float:
    """How far rounded sums of lines lie from the true ones, at most."""
    return float(np.abs(np.asarray(sums) - lines.sum(axis=1)).max(initial=0.0))


def worths(case: Case) -> Table:
    """Present value of each line, with its interval."""
    names = [name for name in LINES if abs(case.worths[name].mean) >= 0.5]
    rows = [(say(LABELS[name]), money(case.worths[name], case.currency)) for name in names]
    rows.append((say("net present value"), money(case.net, case.currency)))
    return Table((say("present value"), say("value and interval")), tuple(rows))


def segments(case: Case) -> Table:
    """Cash by group before tax and the plan's own cost, and what serving it costs."""
    heads = (say("group"), say("present value of operating cash"), say("cost to serve"), say("a customer-year"))
    rows = tuple(
        (plain(name), money(case.by_segment[name], case.currency), *_served(case, name)) for name in case.groups
    )
    return Table(heads, rows, say(NOTES["served"]))


def _served(case: Case, name: str) -> tuple[str, str]:
    totals: list[Interval | None] = []
    each: list[Interval | None] = []
    for served in case.served:
        if name not in served.segments:
            totals.append(None)
            each.append(None)
            continue
        place = served.segments.index(name)
        totals.append(interval(served.total[:, place]))
        each.append(interval(served.total[:, place] / served.customer_years[:, place]))
    return _between(totals, case.currency), _between(each, case.currency)


def channels(case: Case) -> Table:
    """What each channel costs, in all and a contact served."""
    base, ours = case.served
    heads = (say("channel"), say("contacts served"), say("pay and unit costs"), say("a contact"))
    rows = []
    for name in dict.fromkeys((*base.channels, *ours.channels)):
        both = [_channel(served.contacts, served.channels, name) for served in case.served]
        cost = [_channel(served.channel_total, served.channels, name) for served in case.served]
        if not any(v is not None and v.any() for v in both):
            continue
        each = [None if c is None or n is None else _ratio(c, n) for c, n in zip(cost, both, strict=True)]
        counts = [NONE if n is None else text(float(n.mean()), decimals(float(n.mean()), 0.0)) for n in both]
        rows.append((say(plain(name)), " → ".join(counts), _between([_of(c) for c in cost], case.currency),
                     _between([_of(e) for e in each], case.currency)))  # fmt: skip
    return Table(heads, tuple(rows))


def _channel(values: Array, channels: Sequence[str], name: str) -> Array | None:
    return values[:, channels.index(name)] if name in channels else None


def _ratio(cost: Array, contacts: Array) -> Array:
    return np.divide(cost, contacts, out=np.full_like(cost, np.nan), where=contacts > 0)


def _of(values: Array | None) -> Interval | None:
    return None if values is None else interval(values)


def _between(pair: Sequence[Interval | None], currency: str) -> str:
    """Baseline → scenario, in one scale."""
    shown = money_scale([each.mean for each in pair if each is not None], currency)
    said = [NONE if each is None else amount(each.mean, _half(each), shown, unit=False) for each in pair]
    return " → ".join(said) + shown.unit


def _half(each: Interval) -> float:
    return each.half if np.isfinite(each.half) else 0.0


def tables(case: Case) -> Mapping[str, Table]:
    """All tables of a case by name, for a terminal."""
    return {
        "facts": facts(case), "flow": flow(case), "worths": worths(case), "segments": segments(case),
        "channels": channels(case),
    }  # fmt: skip
