"""Section of the report: how sure the net present value is, and what would make it surer."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from cemsim.base.language import say
from cemsim.finance.risk import Draws, Risk
from cemsim.report.amounts import amount, money_scale, percent
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
    unsure = [each.scenario for each in drawn.known if each.effect]
    drawn_themselves = {each.scenario for each in drawn.known if not each.name.startswith("investment.")} - {*unsure}
    partly = [name for name in drawn.family if name in drawn_themselves]
    sure = [name for name in drawn.family if name not in (*unsure, *partly)]
    said = []
    if unsure:
        said.append(say("Of {plans}, between half and one and a half of what is promised is taken to come true.",
                        plans=", ".join(unsure)))  # fmt: skip
    if partly:
        said.append(say("Of {plans}, the numbers with a range are drawn; that the rest works as written is not "
                        "doubted.", plans=", ".join(partly)))  # fmt: skip
    if sure:
        said.append(say("That {plans} works as written is not doubted: what it changes is staff, rules or whole "
                        "mechanisms, not a number that could turn out smaller.", plans=", ".join(sure)))  # fmt: skip
    return " ".join(said)


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
    )
    return Section("risk", say("Risk"), html)
