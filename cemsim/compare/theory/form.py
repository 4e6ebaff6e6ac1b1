"""What a closed form is to a scenario: a title, a source, and quantities that a run can be asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cemsim.compare.interval import Interval
from cemsim.measures.books import Array, Books

#: A gap within this share of the exact value counts as agreement, however narrow the interval is.
BAND = 0.01
ERRORS = 3.0


@dataclass(frozen=True)
class Quantity:
    """One number that a formula gives and a run can be asked for.

    Attributes: words for it; unit (share, min, contacts, years, money); the exact value; how to read it from
    a run's books, one value a replicate; 1 where the exact value is only known to be the least possible, -1 the most.
    """

    what: str
    unit: str
    exact: float
    measure: Callable[[Books], Array]
    side: int = 0


@dataclass(frozen=True)
class Form:
    """A closed form that applies: what to, which formula, whose."""

    title: str
    source: str
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True)
class Without:
    """A part of a scenario that no closed form covers, and everything that stands in its way."""

    what: str
    because: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.what}: no closed form, because {'; '.join(self.because)}."


@dataclass(frozen=True)
class Line:
    """An exact value beside the simulated one."""

    what: str
    unit: str
    exact: float
    found: Interval
    side: int = 0

    @property
    def agrees(self) -> bool:
        """Whether the gap is within three standard errors, or within 1 % of the exact value, or on its right side."""
        error = self.found.sd / math.sqrt(self.found.n) if self.found.n > 1 else 0.0
        gap = self.found.mean - self.exact
        return gap * self.side > 0.0 or abs(gap) <= max(ERRORS * error, BAND * abs(self.exact))


@dataclass(frozen=True)
class Case:
    """A closed form with all its lines."""

    title: str
    source: str
    lines: tuple[Line, ...]

    @property
    def agrees(self) -> bool:
        """Whether every line agrees."""
        return all(line.agrees for line in self.lines)
