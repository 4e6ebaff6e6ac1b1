"""Why somebody left: how easily this person leaves at all, what ties and satisfaction did to it, and luck."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.words import ATTRIBUTES, CAUSES
from cemsim.engine.glass.bonds import ACT, LEFT, LOCK, MESSAGES, OTHERS, factor
from cemsim.engine.glass.phrases import many, plain, points, share
from cemsim.engine.glass.story import Life
from cemsim.engine.glass.told import Told
from cemsim.engine.stay import hazards
from cemsim.model.churn import leave_probability
from cemsim.model.experience import REFERENCE
from cemsim.rules.words import join

#: Which satisfactions each cause hangs on (model.md d1).
READS: Final = {2: (2, 5), 3: (3,), 4: (0,), 5: (1, 4)}
LIKELIER, UNLIKELIER = 1.25, 0.8
"""From where on a chance is called other than usual."""
EASILY, FAITHFUL = 1.5, 0.67
"""From where on somebody is said to differ from the others of a segment."""


def usual(life: Life, row: Told) -> NDArray[np.float64]:
    """The monthly hazards by cause at the reference of satisfaction, of the same person tied as in a month's row."""
    rates = _free(life, row, float(life.start["hazard"]))
    for cause in READS:
        rates[cause] *= factor(row.facts["ties"], cause)
    return rates


def _free(life: Life, row: Told, hazard: float) -> NDArray[np.float64]:
    """The same of somebody of the segment with a ``hazard`` of their own, whom nothing ties."""
    tables = life.tables(life.month_of(row))
    person, rates = life.start.copy(), np.zeros(len(CAUSES))
    person["hazard"], person["satisfaction"] = hazard, REFERENCE
    hazards(tables.world[0], tables.segments[person["segment"]], person, np.zeros(len(ATTRIBUTES)), rates)
    return rates


def at_reference(life: Life, row: Told) -> float:
    """The whole monthly hazard at the reference of satisfaction, tied as in a month's row."""
    return float(usual(life, row).sum())


def matters(times: float) -> bool:
    """Whether a factor on a chance is worth saying."""
    return not UNLIKELIER < times < LIKELIER


def held(ties: Mapping[str, Any]) -> str:
    """What ties somebody as a month is drawn, and by how much it counts, in sentences; empty where it hardly does."""
    said = []
    if matters(ties.get(LOCK, 1.0)):
        more = many(ties[LEFT] - 1, "month").removeprefix("1 ")
        ends = "out this month" if ties[LEFT] == 1 else f"for another {more}"
        said.append(f"The contract runs {ends}: leaving of their own accord counts {ties[LOCK]:.2g}-fold.")
    if matters(ties.get(ACT, 1.0)):
        said.append(f"Because of {join(ties[OTHERS])}, leaving of their own accord counts {ties[ACT]:.2g}-fold.")
    if matters(ties.get(MESSAGES, 1.0)):
        said.append(f"Because of too many messages, relationship and competition count {ties[MESSAGES]:.2g}-fold.")
    return " ".join(said)


def contract_moves(life: Life, first: int, last: int) -> str:
    """In which of some months of the horizon a contract ran out or began, in sentences, where it is felt."""
    ends = {life.month_of(row): row for row in life.rows if row.kind == "month"}
    said = []
    for month in range(first, last + 1):
        if (row := ends.get(month)) is None:
            continue
        both = [each.facts["ties"] for each in (ends.get(month - 1, row), row)]
        had, left = (ties.get(LEFT, 0) for ties in both)
        if any(matters(ties.get(LOCK, 1.0)) for ties in both) and (left == 1 or left > max(had, 1)):
            moved = "The contract ran out" if left == 1 else "A contract began"
            chance = share(leave_probability(row.facts["hazard"]))
            said.append(f" {moved} in month {month}: a chance of {chance}.")
    return "".join(said)


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
    tied = _tied(life, row)
    if tied:
        free = [float(_free(life, row, each).sum()) for each in (-log1p(-churn) / 12.0, life.start["hazard"])]
        others, nature = map(leave_probability, free)
    kind = "about as easily as the others"
    if nature > EASILY * others:
        kind = "more easily than the others, whatever happens"
    elif nature < FAITHFUL * others:
        kind = "less easily than the others"
    if tied:
        said = (f"People of one segment differ: with everything at {points(REFERENCE)} and tied by nothing, "
                f"{share(others)} of {plain(name)} would leave in a month, and this one leaves {kind} "
                f"({share(nature)}).")
        if bound := _bound(row.facts["ties"]):
            said += f" {bound}: tied so, it was {share(leave_probability(reference))}."
    else:
        said = (f"People of one segment differ: of {plain(name)} {share(others)} leave in a month, and this one leaves "
                f"{kind} ({share(nature)} with everything at {points(REFERENCE)}).")
    times = row.facts["hazard"] / reference if reference > 0.0 else 1.0
    if not matters(times):
        lived = f"What was lived hardly changed that ({share(then)} in the last month): luck decided."
    elif times <= UNLIKELIER:
        lived = f"What was lived made it less likely, {share(then)} in the last month: bad luck decided."
    else:
        worst = max(READS, key=lambda cause: float((row.facts["hazards"] - usual(life, row))[cause]))
        level = join(f"{ATTRIBUTES[k]} {points(row.facts['satisfaction'][k])}" for k in READS[worst])
        lived = (f"What was lived made it {times:.2g} times as likely, {share(then)} in the last month, most of all "
                 f"satisfaction with {level}.")
    return f"{said} {lived}"


def _tied(life: Life, row: Told) -> bool:
    """Whether ties are part of how many of a segment leave: then people compare only as nothing ties them."""
    segment = life.tables(life.month_of(row)).segments[life.start["segment"]]
    return bool(row.facts["ties"] or segment["contract"] > 0 or segment["cross_rate"] > 0.0)


def _bound(ties: Mapping[str, Any]) -> str:
    """What tied somebody in the month of leaving, where it mattered."""
    said = []
    if matters(ties.get(LOCK, 1.0)):
        said.append("the contract " + ("ran out in that month" if ties[LEFT] == 1 else "still ran"))
    others = [*ties.get(OTHERS, ())] if matters(ties.get(ACT, 1.0)) else []
    others += ["too many messages"] if matters(ties.get(MESSAGES, 1.0)) else []
    said += [f"{join(others)} counted"] if others else []
    return join(said)[:1].upper() + join(said)[1:]
