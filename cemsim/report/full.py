"""What a full comparison adds to page and workbook: risk, sensitivity, decomposition, value of information."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cemsim.base.language import say
from cemsim.compare.why import Answer, Inquiry
from cemsim.experiment.sensitivity import Tornado
from cemsim.finance.information import Information
from cemsim.finance.lines import Lines
from cemsim.finance.risk import Draws, Risk
from cemsim.report.amounts import amount, money_scale, percent
from cemsim.report.numbers import gap
from cemsim.report.sections import Section, decomposition, information, risk, tornado

SMALL = (
    "Risk, sensitivity and value of information rest on {draws} draws of what is not known and {replicates} replicates "
    "in each world: enough to see what matters, not for the last digit. The commands risk, sensitivity, why and voi "
    "take more."
)
SOME = (
    "Tried one at a time: all prices ({free}), which need no run, and of the other assumptions ({others}) those that "
    "moved it most across the draws of the section on risk; here are the {count} that matter most."
)
SURE = "With all that is not known it loses money in {loss} of all futures; eight of ten lie between {low} and {high}."


@dataclass(frozen=True)
class Why:
    """A plan taken apart: what was asked, the answers by measure, the measures, its investment, replicates done."""

    asked: Inquiry
    answers: Mapping[str, Answer]
    measures: Mapping[str, Lines]
    cost: float
    replicates: int


@dataclass(frozen=True)
class Full:
    """Results beside a comparison's; whatever could not be made is missing, and ``missing`` says why, in sentences."""

    drawn: Draws | None = None
    risks: tuple[Risk, ...] = ()
    tornadoes: tuple[Tornado, ...] = ()
    why: Mapping[str, Why] = field(default_factory=dict)
    known: Information | None = None
    missing: tuple[str, ...] = ()
    free: int = 0


def sections(full: Full) -> list[Section]:
    """The sections of the page, in the order in which finance asks."""
    found = []
    if full.drawn is not None:
        found.append(risk.section(full.risks, full.drawn))
        if full.tornadoes:
            count = max(len(one.bars) for one in full.tornadoes)
            note = say(SOME, count=count, free=full.free, others=len(full.drawn.known) - full.free)
            found.append(tornado.section(full.tornadoes, full.drawn.currency, (), note))
    for number, (plan, each) in enumerate(full.why.items()):
        named = plan if len(full.why) > 1 else ""
        found.append(decomposition.section(
            each.asked, each.answers, each.measures, each.cost, each.replicates, number=number, named=named, kept=False
        ))
    if full.known is not None and full.drawn is not None:
        found.append(information.section(full.known, full.drawn.currency))
    return found


def sentences(full: Full) -> dict[str, list[str]]:
    """What the half page says of each plan: how sure, on what it hangs, which part earns it."""
    told: dict[str, list[str]] = {}
    if full.drawn is not None:
        for one in full.risks:
            told.setdefault(one.scenario, []).append(_sure(one, full.drawn.currency))
    for each in full.tornadoes:
        names = "; ".join(bar.thing.name for bar in each.bars[:2] if bar.width > 0)
        if names:
            told.setdefault(each.scenario, []).append(say("It hangs most on: {names}.", names=names))
    for plan, why in full.why.items():
        told.setdefault(plan, []).append(_earned(why))
    return {plan: [sentence for sentence in each if sentence] for plan, each in told.items()}


def closing(full: Full) -> list[str]:
    """What the half page says of all plans together, and the limits of these results."""
    said = []
    if full.drawn is not None and full.known is not None:
        said.append(information.sentence(full.known, full.drawn.currency))
    if full.drawn is not None:
        said.append(say(SMALL, draws=len(full.drawn.values), replicates=full.drawn.net.shape[-1]))
    return [*said, *full.missing]


def _sure(one: Risk, currency: str) -> str:
    shown, half = money_scale((one.p10, one.p90), currency), (one.p90 - one.p10) / 20
    return say(
        SURE, loss=percent(one.loss), low=amount(one.p10, half, shown), high=amount(one.p90, half, shown)
    )


def _earned(why: Why) -> str:
    """The largest part of the net present value: of the changes where there are several, else of the paths."""
    answer = why.answers["npv"]
    by_change = answer.changes is not None and len(answer.changes.parts) > 1
    found = answer.changes if by_change else answer.paths
    if found is None or not found.parts:
        return ""
    best = max(found.parts, key=lambda part: abs(part.share.mean))
    shown = gap(why.measures["npv"].kpi, best.share, why.asked.base.currency)
    value = f"{shown.value}, {shown.interval}" if shown.interval else shown.value
    if by_change:
        return say("Before its investment, the largest part comes from the change: {part} ({value}).", part=best.name,
                   value=value)  # fmt: skip
    return say("Before its investment, the largest part comes by the path: {part} ({value}).", part=say(best.name),
               value=value)  # fmt: skip


def told_missing(what: str, why: Sequence[str]) -> str:
    """That a part could not be made, and why."""
    return say("Left out: {what}. {why}", what=say(what), why=" ".join(why))
