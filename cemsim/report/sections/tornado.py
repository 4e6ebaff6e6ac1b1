"""Section of the report: which assumptions the net present value hangs on, and where it turns."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

from cemsim.base.language import say
from cemsim.experiment.sensitivity import Bar, Global, Tornado
from cemsim.report.amounts import amount, money_scale, percent
from cemsim.report.numbers import quantity
from cemsim.report.sections import Section, filled

SHOWN = 15


def section(found: Sequence[Tornado], currency: str, wide: Sequence[Global] = (), note: str = "") -> Section:
    """The section; ``wide``: global analyses of the same scenarios; ``note``: what it was made with."""
    from cemsim.report.figures.tornado import tornado

    parts = []
    for number, one in enumerate(found):
        across = next((w for w in wide if w.scenario == one.scenario), None)
        parts.append({
            "name": one.scenario, "words": sentence(one), "svg": tornado(one, currency, number),
            "bars": [_bar(bar, one.mean, currency) for bar in one.bars[:SHOWN]], "left": max(0, len(one.bars) - SHOWN),
            "wide": [_share(share, across, currency) for share in across.shares[:SHOWN]] if across else [],
            "method": across.method if across else "",
        })
    return Section("tornado", say("Sensitivity"), filled("sections/tornado.html.j2", parts=parts, note=note))


def sentence(found: Tornado) -> str:
    """What the result hangs on, in words."""
    widest = [bar for bar in found.bars if bar.width > 0][:3]
    if not widest:
        return say("No assumption moves it.")
    names = "; ".join(bar.thing.name for bar in widest)
    said = say("It hangs most on: {names}.", names=names)
    turning = [bar for bar in found.bars if not isnan(bar.turns) and bar.low <= bar.turns <= bar.high]
    if turning:
        parts = [say("{name} = {value}", name=bar.thing.name, value=value(bar.turns, bar)) for bar in turning[:5]]
        cases = "; ".join(parts)
        return f"{said} {say('Within what is plausible it changes sign at {cases}.', cases=cases)}"
    return f"{said} {say('No assumption changes its sign by itself between its P10 and its P90.')}"


def value(number: float, bar: Bar) -> str:
    """A value of an assumption with its unit."""
    return quantity(number, bar.thing.unit)


def _bar(bar: Bar, mean: float, currency: str) -> dict[str, Any]:
    shown = money_scale((bar.at_low, bar.at_high, mean), currency)
    errors = [0.0 if isnan(e) else 2 * e for e in bar.errors]
    return {
        "name": bar.thing.name, "now": value(bar.thing.value, bar), "low": value(bar.low, bar),
        "high": value(bar.high, bar), "at_low": amount(bar.at_low, errors[0], shown),
        "at_high": amount(bar.at_high, errors[1], shown), "turns": value(bar.turns, bar),
        "clear": bar.width > max(errors), "free": bar.free,
    }


def _share(share: Any, across: Global, currency: str) -> dict[str, str]:
    if across.method == "sobol":
        return {"name": share.thing.name, "effect": f"{percent(share.effect)} ± {percent(share.error)}",
                "other": percent(share.other)}
    shown = money_scale([across.shares[0].effect], currency)
    return {"name": share.thing.name, "effect": amount(share.effect, share.error, shown),
            "other": amount(share.other, share.error, shown)}
