"""Events: what strikes for some months and passes, whatever the firm plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from cemsim.scenario.quantity import MonthIndex, Number, Points, Share, WholeMonths, about
from cemsim.scenario.schema.noun import BY_ATTRIBUTE, Attribute, Noun

#: Source of what no event changes.
USUAL: Final = "as usual, where not given"
Shift = Annotated[Mapping[Attribute, Points], *BY_ATTRIBUTE]


class Event(Noun):
    """A shock: when it comes, how long it lasts, and what is different as long; events that overlap add up."""

    starts: MonthIndex = about(..., "month in which it comes (0 is the first)", low=0, high=600)
    lasts: WholeMonths = about(1, "months it lasts", low=1, high=240, source="one month, where not given")
    failures: Number = about(1.0, "what goes wrong, relative", low=0, high=100, range=(0.5, 5), source=USUAL)
    contacts: Number = about(
        1.0, "what customers get in touch for, relative", low=0, high=100, range=(0.5, 3), source=USUAL
    )
    staff: Share = about(
        1.0, "people who come to work, as a share of the roster; those who do not are paid", low=0, high=3,
        range=(0.5, 1), source=USUAL,
    )
    price: Number = about(
        1.0, "own price, relative: charged, and seen by customers", over=0, high=10, range=(0.8, 1.2), source=USUAL
    )
    rivals_price: Number = about(1.0, "rivals' price, relative", over=0, high=10, range=(0.8, 1.2), source=USUAL)
    attraction: Number = about(0.0, "added to the attraction of rivals", low=-5, high=5, range=(-1, 1), source=USUAL)
    advertising: Number = about(1.0, "advertising, relative", low=0, high=100, range=(0, 3), source=USUAL)
    quality: Shift = about({}, "points added to the quality, by attribute")

    @property
    def months(self) -> range:
        """Months of the horizon in which it lasts."""
        return range(self.starts, self.starts + self.lasts)

    @property
    def acts(self) -> tuple[str, ...]:
        """Fields in which anything is different as long as it lasts; points of quality by attribute."""
        same = {name: info.default for name, info in type(self).model_fields.items()
                if name not in ("starts", "lasts", "quality")}  # fmt: skip
        found = [name for name, usual in same.items() if getattr(self, name) != usual]
        return (*found, *(f"quality.{name}" for name, points in self.quality.items() if points != 0.0))
