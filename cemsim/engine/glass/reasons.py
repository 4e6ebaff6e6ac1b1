"""Why somebody left: how easily this person leaves at all, what satisfaction did to it, and luck."""

from __future__ import annotations

from typing import Final

from cemsim.base.words import ATTRIBUTES, CAUSES, EXOGENOUS
from cemsim.engine.glass.phrases import plain, points, share
from cemsim.engine.glass.story import Life
from cemsim.engine.glass.told import Told
from cemsim.model.churn import leave_probability
from cemsim.model.experience import REFERENCE
from cemsim.rules.words import join

COMPETITION: Final = CAUSES.index("competition")
#: Which satisfactions each cause hangs on (model.md d1).
READS: Final = {2: (2, 5), 3: (3,), 4: (0,), 5: (1, 4)}
LIKELIER, UNLIKELIER = 1.25, 0.8
"""From where on a chance is called other than usual."""
EASILY, FAITHFUL = 1.5, 0.67
"""From where on somebody is said to differ from the others of a segment."""


def usual(life: Life, row: Told, cause: int) -> float:
    """The monthly hazard by a cause at the reference of satisfaction."""
    tables = life.tables(life.month_of(row))
    segment = tables.segments[life.start["segment"]]
    w = tables.world[0]
    found = segment["kappa"] * life.start["hazard"] * w["cause_level"][cause] * w["ledger"][cause]
    return float(found * segment["attraction"] if cause == COMPETITION else found)


def at_reference(life: Life, row: Told) -> float:
    """The whole monthly hazard at the reference of satisfaction."""
    return float(row.facts["hazards"][:EXOGENOUS].sum()) + sum(usual(life, row, cause) for cause in READS)


def why(life: Life) -> str:
    """In two sentences why a person left; empty for somebody who is there in the end, or never was."""
    moves = [row for row in life.rows if row.kind in ("joins", "leaves")]
    months = [row for row in life.rows if row.kind == "month"]
    if not moves or moves[-1].kind != "leaves" or not months:
        return ""
    row = months[-1]
    name = life.lived.plan.names.segments[life.start["segment"]]
    churn = life.lived.plan.scenario.segments[name].churn
    others = 1.0 - (1.0 - churn) ** (1.0 / 12.0)
    reference = at_reference(life, row)
    then, nature = leave_probability(row.facts["hazard"]), leave_probability(reference)
    kind = "about as easily as the others"
    if nature > EASILY * others:
        kind = "more easily than the others, whatever happens"
    elif nature < FAITHFUL * others:
        kind = "less easily than the others"
    said = (f"People of one segment differ: of {plain(name)} {share(others)} leave in a month, and this one leaves "
            f"{kind} ({share(nature)} with everything at {points(REFERENCE)}).")
    factor = row.facts["hazard"] / reference if reference > 0.0 else 1.0
    if UNLIKELIER < factor < LIKELIER:
        lived = f"What was lived hardly changed that ({share(then)} in the last month): luck decided."
    elif factor <= UNLIKELIER:
        lived = f"What was lived made it less likely, {share(then)} in the last month: bad luck decided."
    else:
        rates = row.facts["hazards"]
        worst = max(READS, key=lambda cause: float(rates[cause]) - usual(life, row, cause))
        level = join(f"{ATTRIBUTES[k]} {points(row.facts['satisfaction'][k])}" for k in READS[worst])
        lived = (f"What was lived made it {factor:.2g} times as likely, {share(then)} in the last month, most of all "
                 f"satisfaction with {level}.")
    return f"{said} {lived}"

