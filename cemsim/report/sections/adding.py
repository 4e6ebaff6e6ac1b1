"""Numbers that are shown rounded and still add up."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor


def adding_up(parts: Sequence[float], digits: int) -> list[float]:
    """Parts rounded so that they add up to their rounded sum: those that lose most by rounding down are rounded up.

    A part that is exactly 0 stays 0.

    >>> adding_up([1 / 3, 1 / 3, 1 / 3], 1), adding_up([14.4, 0.0, 15.4, -9.6], -1)
    ([0.4, 0.3, 0.3], [10.0, 0.0, 20.0, -10.0])
    """
    unit = 10.0**-digits
    down = [floor(part / unit) if part else 0 for part in parts]
    missing = round(sum(parts) / unit) - sum(down)
    most = sorted(range(len(parts)), key=lambda i: (parts[i] == 0, down[i] - parts[i] / unit))
    for i in most[:missing]:
        down[i] += 1
    return [round(count * unit, max(digits, 0)) for count in down]
