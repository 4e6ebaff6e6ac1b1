"""The smallest difference that matters: below it a difference may be certain and still nobody's concern."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Final


@dataclass(frozen=True)
class Margin:
    """A difference up to ``least`` (in the measure's unit), or up to ``part`` of the baseline's level, is negligible.

    The larger of the two counts. ``because``: why there, an assumption (A) unless a source is named.
    """

    because: str
    least: float = 0.0
    part: float = 0.0

    def of(self, level: float) -> float:
        """The margin in the measure's unit, at a level of the baseline.

        >>> Margin("", least=0.5).of(40.0), Margin("", least=0.5, part=0.05).of(40.0)
        (0.5, 2.0)
        """
        return self.least if isnan(level) else max(self.least, self.part * abs(level))


SHARES: Final = Margin("a tenth of a percentage point is one customer or contact in a thousand", least=0.001)
SATISFACTION: Final = Margin(
    "two surveys of 12,800 answers each, their spread 2 points, could just show it (two standard errors)", least=0.05
)
SCORES: Final = Margin("a score is read in whole points: half of one is lost in rounding", least=0.5)
WAITS: Final = Margin("hardly anybody notices a twentieth of a wait, or a second", least=1 / 60, part=0.05)
STOCKS: Final = Margin("one customer in a thousand", part=0.001)
COUNTS: Final = Margin("one in a hundred", part=0.01)
COSTS: Final = Margin("budgets are not planned to less than half a percent", part=0.005)
EARNINGS: Final = Margin("a thousandth; whether it pays for the plan is for the net present value to say", part=0.001)

#: By the unit of a measure that has no margin of its own.
BY_UNIT: Final = {
    "share": SHARES,
    "points": SATISFACTION,
    "min": WAITS,
    "customers": COUNTS,
    "people": COUNTS,
    "contacts": COUNTS,
    "contacts/customer-year": COUNTS,
    "failures/customer-year": COUNTS,
    "messages": COUNTS,
    "products": COUNTS,
    "loyalty points": COUNTS,
    "hours": COUNTS,
    "money": COSTS,
    "money/customer-year": COSTS,
}
