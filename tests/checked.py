"""What a test of a regularity (D1 to D31) expected and found: asserted, and kept for the page of theory checks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from typing import Final

import pytest

#: Names the file to which rows are added, one JSON object a line; ``python -m tools.theory`` sets it.
VARIABLE: Final = "CEMSIM_THEORY"
Value = float | Sequence[float]


class Checked:
    """Called with a regularity's number: asserts it, and keeps what was expected and what came out.

    ``checked("D18", 0.8, found, 0.01, "last interval ÷ first")``; sequences are compared one by one. ``tolerance``
    is absolute, or a share of what is expected with ``relative=True``. What has no number (an order, a sign) is
    ``checked.claim("D28", "failed < silent", "4.1 < 5.2", 4.1 < 5.2)``.
    """

    def __init__(self, test: str) -> None:
        self._test = test

    def __call__(
        self, number: str, expected: Value, simulated: Value, tolerance: float, what: str = "", relative: bool = False
    ) -> None:
        """Assert that two numbers, or two rows of numbers, differ by no more than the tolerance."""
        wanted, found = _row(expected), _row(simulated)
        off = f"± {100.0 * tolerance:.3g} %" if relative else f"± {tolerance:.3g}"
        self._keep(number, what, _shown(wanted), _shown(found), off)
        assert len(wanted) == len(found)
        rel, low = (tolerance, 0.0) if relative else (0.0, tolerance)
        assert found == pytest.approx(wanted, rel=rel, abs=low)

    def claim(self, number: str, claimed: str, found: str, holds: bool, what: str = "") -> None:
        """Assert what is claimed in words."""
        self._keep(number, what, claimed, found, "as said")
        assert holds, f"{number}: {claimed}; found {found}"

    def _keep(self, number: str, what: str, expected: str, simulated: str, tolerance: str) -> None:
        assert re.fullmatch(r"D([1-9]|[12]\d|3[01])", number), f"{number} is none of D1 to D31"
        file = os.environ.get(VARIABLE)
        if file:
            row = {"number": number, "what": what, "expected": expected, "simulated": simulated, "tolerance": tolerance}
            with open(file, "a", encoding="utf-8") as out:
                out.write(json.dumps({**row, "test": self._test}, ensure_ascii=False) + "\n")


def _row(value: Value) -> list[float]:
    return [float(v) for v in value] if isinstance(value, Sequence) or hasattr(value, "__len__") else [float(value)]


def _shown(row: list[float]) -> str:
    return ", ".join(f"{v:,.0f}" if abs(v) >= 1000.0 else f"{v:.5g}" for v in row)
