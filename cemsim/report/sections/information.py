"""Section of the report: what knowing more before deciding would be worth."""

from __future__ import annotations

from cemsim.base.language import say
from cemsim.finance.information import Information, Worth
from cemsim.report.amounts import amount, money_scale, percent
from cemsim.report.numbers import text
from cemsim.report.sections import Section, filled


def sentence(found: Information, currency: str) -> str:
    """What to do as things stand and what knowing more is worth, in words."""
    shown = money_scale([found.perfect, found.expected], currency)
    half = abs(found.perfect) / 20
    first = (
        say("As things stand, {choice} is the best choice, worth {value} on average.", choice=found.choice,
            value=amount(found.expected, half, shown))
        if found.choice
        else say("As things stand, doing nothing is the best choice.")
    )
    if found.perfect <= 0.0:
        return f"{first} {say('Nothing that could be learned would change it: information is worth nothing here.')}"
    said = say(
        "Knowing everything before deciding would be worth {value}: never pay more for studies and pilots.",
        value=amount(found.perfect, half, money_scale([found.perfect], currency)),
    )
    clear = worth_learning(found)
    if not clear:
        return f"{first} {said} {say('No single assumption is worth learning by itself.')}"
    names = "; ".join(w.name for w in clear[:3])
    return f"{first} {said} {say('Find out first: {names}.', names=names)}"


def worth_learning(found: Information) -> list[Worth]:
    """Assumptions whose worth stands out from its own error, the most first."""
    return [worth for worth in found.by_assumption if worth.value > 2 * worth.error]


def _own(value: float, currency: str) -> str:
    return amount(value, 0.0, money_scale([value], currency))


def section(found: Information, currency: str, note: str = "") -> Section:
    """The section; ``note``: what it was made with."""
    from cemsim.report.figures.information import information

    shown = money_scale([found.perfect], currency)
    rows = [
        {"name": w.name, "value": amount(w.value, 2 * w.error, shown), "error": amount(2 * w.error, w.error, shown)}
        for w in found.by_assumption if w.value > 0
    ]
    pilots = []
    for p in found.pilots:
        pilots.append({
            "name": p.scenario, "people": text(p.people, 0), "months": p.months, "sees": text(p.sees, 2),
            "cells": [_own(x, currency) for x in (p.sample, p.delay, p.cost, p.net)], "worth": p.net > 0,
        })
    stages = []
    for s in found.staged:
        stages.append({
            "name": s.scenario, "share": percent(s.share), "months": s.months, "goes_on": percent(s.goes_on),
            "cells": [_own(x, currency) for x in (s.now, s.staged, s.option)],
        })
    html = filled(
        "sections/information.html.j2", words=sentence(found, currency), rows=rows, pilots=pilots, stages=stages,
        svg=information(found, currency) if found.perfect > 0 else "", note=note,
    )
    return Section("information", say("Value of information"), html)
