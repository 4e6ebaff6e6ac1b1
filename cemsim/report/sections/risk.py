"""Section of the report: how sure the net present value is, and what would make it surer."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from cemsim.base.language import say
from cemsim.experiment.uncertain import Uncertain, reach
from cemsim.finance.risk import Draws, Risk
from cemsim.report.amounts import amount, money_scale, percent
from cemsim.report.numbers import plain, quantity
from cemsim.report.sections import Section, filled

ADVICE = {
    "runs": "More runs would help: chance hides the sign, and with {more} replicates in each world the mean "
    "would be known to about ± {half}.",
    "knowledge": "More knowledge would help, more runs would not: {share} of the spread comes from what is assumed.",
    "chance": "Neither more runs nor more knowledge would help much: {share} of the spread is luck of one "
    "future, which nobody can know beforehand.",
    "enough": "Neither more runs nor more knowledge is needed to tell its sign.",
}
WRITTEN = "With every number as it is written, it is worth {written}: more than in {share} of these futures."
#: By whether how much a plan achieves is drawn, and whether numbers of its own are.
DOUBTS = (
    (True, False, "Of {plans}, between half and one and a half of what is promised is taken to come true."),
    (True, True, "Of {plans}, the numbers with a range are drawn, and of what else is promised between half and one "
                 "and a half is taken to come true."),
    (False, True, "Of {plans}, the numbers with a range are drawn; that the rest works as written is not doubted."),
    (False, False, "That {plans} works as written is not doubted: what it changes is staff, rules or whole mechanisms, "
                   "not a number that could turn out smaller."),
)
WHO = ("luck between replicates", "what is not known", "choice of model")


def sentence(risk: Risk, currency: str) -> str:
    """The risk of one scenario in words."""
    shown = money_scale((risk.p10, risk.p50, risk.p90), currency)
    half = (risk.p90 - risk.p10) / 20
    said = say(
        "In half of all futures it is worth {p50} or more, in eight of ten between {p10} and {p90}; it loses money in "
        "{loss} of them, and the worst twentieth averages {worst}.",
        p50=amount(risk.p50, half, shown), p10=amount(risk.p10, half, shown), p90=amount(risk.p90, half, shown),
        loss=percent(risk.loss), worst=amount(risk.worst, half, shown),
    )  # fmt: skip
    if not isnan(risk.written):
        said += " " + say(WRITTEN, written=amount(risk.written, half, shown), share=percent(risk.below))
    return f"{said} {advice(risk, currency)}"


def advice(risk: Risk, currency: str) -> str:
    """Whether more runs or more knowledge would help, in a sentence."""
    chance, parameters, model = risk.layers.shares
    replicates = risk.values.shape[2]
    share = percent(parameters + model if risk.advice == "knowledge" else chance)
    half = amount(risk.error, risk.error / 2, money_scale([risk.error], currency))
    return say(ADVICE[risk.advice], share=share, more=4 * replicates, half=half)


def _doubted(drawn: Draws) -> str:
    """Of which plans it is doubted how much they achieve, and of which not."""
    effects = {each.scenario for each in drawn.known if each.effect}
    ranges = {each.scenario for each in drawn.known if not each.effect and not each.name.startswith("investment.")}
    said = []
    for effect, ranged, words in DOUBTS:
        plans = [name for name in drawn.family if (name in effects, name in ranges) == (effect, ranged)]
        if plans:
            said.append(say(words, plans=", ".join(plans)))
    return " ".join(said)


def _inputs(known: Sequence[Uncertain]) -> list[tuple[str, ...]]:
    """What was drawn: name, tenth percentile, value in force, ninetieth, source."""
    return [(plain(each.name), *(quantity(x, each.unit, 3) for x in reach(each)), each.source) for each in known]


def _way(name: str) -> str:
    """A choice of model in the reader's language."""
    switch = name.removeprefix("without ")
    return say(name) if switch == name else say("without {switch}", switch=switch)


def section(found: Sequence[Risk], drawn: Draws, note: str = "") -> Section:
    """The section; ``note``: what it was made with, such as a cut of the population."""
    from cemsim.report.figures.risk import fan, histogram

    currency = drawn.currency
    rows = []
    for risk in found:
        shown = money_scale((risk.p10, risk.p50, risk.p90, risk.worst), currency)
        half = (risk.p90 - risk.p10) / 20
        rows.append({
            "name": risk.scenario,
            "written": amount(risk.written, half, shown),
            "mean": amount(risk.mean, 2 * risk.error, shown),
            "cells": [amount(x, half, shown) for x in (risk.p10, risk.p50, risk.p90)],
            "loss": percent(risk.loss),
            "worst": amount(risk.worst, half, shown),
            "shares": [percent(x) for x in risk.layers.shares],
            "choices": [(_way(name), amount(x, 2 * risk.error, shown)) for name, x in risk.by_choice],
            "words": sentence(risk, currency),
        })
    draws, ways, replicates = found[0].values.shape
    html = filled(
        "sections/risk.html.j2", rows=rows, who=[say(layer) for layer in WHO], draws=draws, ways=ways,
        replicates=replicates, note=note, doubted=_doubted(drawn),
        fan=fan(found, currency), histogram=histogram(found, currency), known=len(drawn.known),
        inputs=_inputs(drawn.known),
    )
    return Section("risk", say("Risk"), html)
