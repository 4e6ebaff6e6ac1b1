"""The half page that a decision maker reads first: sentences made from the numbers, with their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cemsim.base.language import say
from cemsim.compare.interval import Interval, interval
from cemsim.finance.case import Case
from cemsim.finance.cashflow import LINES
from cemsim.report.amounts import CENT, amount, money_scale
from cemsim.report.numbers import Scale, text
from cemsim.report.sections import Section, filled
from cemsim.report.sections.case import LABELS, counted, formula, rates, share, untold
from cemsim.report.words import money

PAYS = {
    "better": "{plan} pays: its net present value is {value}.",
    "worse": "{plan} does not pay: its net present value is {value}.",
    "unclear": "Whether {plan} pays cannot be told at this precision: its net present value is {value}.",
    "identical": "{plan} adds and costs nothing: its cash is the baseline's.",
    "single": "{plan}: its net present value is {value} in a single replicate, which says nothing about chance.",
    "none": "{plan}: there is nothing to compare.",
}
WITHIN = {
    "better": "{plan} pays within {months} months: its net present value is {value}.",
    "worse": "{plan} does not pay within {months} months: its net present value is {value}.",
}
LIMITS = (
    "An interval holds chance between replicates, not doubt about assumptions: see risk and tornado before deciding.",
    "Each scenario is judged by itself; that one stands above another does not yet say that it is better.",
    "Tax relief on losses supposes profits elsewhere in the company.",
)
SAVES = (
    "It saves money and loses money on customers: the loss may be {share} of what is seen before the saving is gone."
)
SAVES_MUCH = (
    "It saves money and loses money on customers: the loss may be {times} times what is seen before the saving is gone."
)
SAVES_LESS = (
    "It saves money and loses more on customers: the loss would have to shrink to {share} of what is seen for "
    "the saving to cover it."
)
LOSES = "It costs money and loses money on customers as well: a stronger reaction would only make it worse."
GIVES = (
    "It costs money. Customers bring {margin} more margin, but what they are given and what serving and winning them "
    "costs takes more than that: more of the same would only make it worse."
)
UNTOLD = (
    "Whether customers' reaction brings or costs anything cannot be told at this precision; the plan's own cost can."
)
UNTOLD_SAVING = (
    "Whether customers' reaction brings or costs anything cannot be told at this precision; what the plan itself "
    "saves can."
)
IDLE = (
    "Staff serve {share} fewer contacts ({before} → {after}) for the same pay: people are paid for their shifts, so "
    "contacts that do not come save pay only where shifts are cut."
)
DEARER = (
    "Staff serve {share} fewer contacts ({before} → {after}), yet pay grows by {more}: people are paid for their "
    "shifts, so contacts that do not come save pay only where shifts are cut."
)
#: A smaller share of fewer contacts is not spoken of.
FEWER = 0.005
MOST = 3
#: A line below this share of the largest is not named.
FLOOR = 0.02
#: Beyond it a share is said as a multiple.
MANY_TIMES = 10.0


def section(
    cases: Sequence[Case], more: Mapping[str, Sequence[str]] | None = None, closing: Sequence[str] = ()
) -> Section:
    """The half page: scenarios by net present value, highest first, then what limits all of them.

    ``more``: further sentences by scenario; ``closing``: further ones about all.
    """
    ranked = sorted(cases, key=lambda case: -case.net.mean)
    limits = [counted(cases[0]), *(say(limit) for limit in LIMITS)]
    plans = [
        {"word": case.verdict.word, "sentences": [*sentences(case), *(more or {}).get(case.scenario, ())]}
        for case in ranked
    ]
    html = filled("sections/executive.html.j2", plans=plans, closing=closing, limits=limits,
                  formula=formula(cases[0].terms, cases[0].months))  # fmt: skip
    return Section("executive", say("In short"), html)


def sentences(case: Case) -> list[str]:
    """A scenario's case in a few sentences: whether it pays, where from, when, how far it may miss."""
    if case.starts >= case.months:
        return [say("{plan} starts after the horizon of {months} months, so nothing of it is seen.",
                    plan=case.scenario, months=case.months)]  # fmt: skip
    words = PAYS if case.terms.terminal != "none" else PAYS | WITHIN
    value = money(case.net, case.currency)
    first = say(words[case.verdict.word], plan=case.scenario, value=value, months=case.months)
    if case.verdict.word in ("identical", "none"):
        return [first]
    return [each for each in (first, _sources(case), _shifts(case), _when(case), _margin(case), _end(case)) if each]


def _sources(case: Case) -> str:
    """The largest lines that bring and that cost, and what all others come to: together they are the value."""
    ranked = sorted(LINES, key=lambda name: -abs(case.worths[name].mean))
    floor = FLOOR * abs(case.worths[ranked[0]].mean)
    shown = money_scale([case.worths[name].mean for name in LINES], case.currency)

    largest = {sign: [n for n in ranked if sign * case.worths[n].mean > floor][:MOST] for sign in (1, -1)}
    brings, costs = (
        ", ".join(f"{_label(n, sign)} {_told(case.worths[n], shown)}" for n in names) for sign, names in largest.items()
    )
    if not brings and not costs:
        return ""
    said = (say("In present values, it gains by {brings}; it costs by {costs}", brings=brings, costs=costs)
            if brings and costs else say("In present values, it gains by {brings}", brings=brings) if brings else
            say("In present values, it costs by {costs}", costs=costs))  # fmt: skip
    left = [case.worths[name] for name in ranked if name not in (*largest[1], *largest[-1])]
    rest = sum(each.mean for each in left)
    if abs(rest) > FLOOR / 4 * abs(case.worths[ranked[0]].mean):
        wide = max((each.half for each in left if each.half == each.half), default=0.0)
        said += say("; all else {rest}", rest=amount(rest, wide, shown, sign=True))
    return said + say(".")


def _shifts(case: Case) -> str:
    """Why fewer contacts bring nothing by themselves: pay is for shifts, and these stay."""
    base, ours = ((s.contacts * s.channel_pay.any(axis=0)).sum(axis=1) for s in case.served)
    missed = [s.missed.sum(axis=1) for s in case.served]
    fewer = interval(ours - base)
    came = interval(ours - base + (missed[1] - missed[0]).clip(min=0.0))         # who is turned away has come
    before, after = (served.pay.sum(axis=1) for served in case.served)
    more = interval(after - before)
    if not came.high < -FEWER * base.mean() or more.low < -CENT:
        return ""
    shown = {"share": share(-fewer.mean / float(base.mean())), "before": text(float(base.mean()), 0),
             "after": text(float(ours.mean()), 0)}  # fmt: skip
    if more.high > CENT:
        return say(DEARER, **shown, more=amount(more.mean, more.half, money_scale([more.mean], case.currency)))
    return say(IDLE, **shown)


def _label(name: str, sign: int) -> str:
    return say("tax relief") if name == "tax" and sign > 0 else say(LABELS[name])


def _told(found: Interval, shown: Scale) -> str:
    half = found.half if found.half == found.half else 0.0
    return amount(found.mean, half, shown, sign=True)


CLEAR = ("better", "worse")


def _when(case: Case) -> str:
    if case.flow.net.mean(axis=0).min() >= 0 or case.verdict.word not in CLEAR:
        return ""                                    # a payback of an answer that is not known says nothing
    back = case.payback
    if back is None:
        return say("What is paid out does not come back within {months} months.", months=case.months)
    months = text(back, 1).removesuffix(".0")
    said = (say("It is paid back 1 month after its start") if months == "1" else
            say("It is paid back {months} months after its start", months=months))
    if case.irr:
        said += say(", at an internal rate of return of {rates} a year", rates=rates(case.irr))
    if case.paid_back < 1.0:
        said += say(" ({share} of the replicates pay back at all)", share=share(case.paid_back))
    return said + say(".")


def _margin(case: Case) -> str:
    """How much of the effect is needed; nothing where the plan costs nothing."""
    if not case.cost:
        return ""
    if untold(case):
        return say(UNTOLD) if case.cost > 0 else say(UNTOLD_SAVING)
    if case.break_even is None:
        if case.cost < 0:
            return ""                                # it saves money and customers bring more: nothing to make up for
        if case.gain.mean >= 0:
            return say("Customers' reaction brings nothing that could pay for it.")
        margin = case.worths["margin"]
        if margin.low <= 0.0:
            return say(LOSES)
        return say(GIVES, margin=amount(margin.mean, margin.half, money_scale([margin.mean], case.currency)))
    if case.cost < 0:
        if case.break_even < 1:
            return say(SAVES_LESS, share=share(case.break_even))
        if case.break_even > MANY_TIMES:
            return say(SAVES_MUCH, times=text(case.break_even, 0))
        return say(SAVES, share=share(case.break_even))
    if case.break_even <= 1:
        return say("It would still pay for itself with {share} of the effect seen.", share=share(case.break_even))
    times = text(case.break_even, 0 if case.break_even >= 10 else 2)
    return say("The effect would have to be {times} times what is seen for it to pay.", times=times)


def _end(case: Case) -> str:
    """How much of the value lies beyond the horizon."""
    last = case.worths["terminal"].mean
    if not last:
        return ""
    value = amount(last, 0.0, money_scale([last], case.currency), sign=True)
    rest = amount(case.net.mean - last, 0.0, money_scale([case.net.mean - last], case.currency), sign=True)
    return say("Of this, {value} lies after the horizon; without it, {rest} would be left.", value=value, rest=rest)
