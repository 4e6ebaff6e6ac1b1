"""Numbers and names of a story, as a person says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

MINUS = "\N{MINUS SIGN}"
LEAST_SHARE = 1e-5
"""Chances below this are all the same to a reader."""


def plain(name: str) -> str:
    """A name without underscores."""
    return name.replace("_", " ")


def points(value: float, sign: bool = False) -> str:
    """Points of a 0-10 scale.

    >>> points(6.44), points(-0.21, sign=True), points(0.8, sign=True), points(-0.01)
    ('6.4', '−0.2', '+0.8', '0.0')
    """
    text = f"{value:+.1f}" if sign else f"{value:.1f}"
    if float(text) == 0.0:
        return "0.0"
    return text.replace("-", MINUS)


def share(value: float) -> str:
    """A small chance with two digits that matter.

    >>> share(0.01297), share(0.5), share(0.00021), share(0.0), share(8.9e-7)
    ('1.3 %', '50 %', '0.021 %', '0 %', 'less than 0.001 %')
    """
    if 0.0 < value < LEAST_SHARE:
        return f"less than {100 * LEAST_SHARE:g} %"
    return f"{float(f'{100 * value:.2g}'):.10g} %"


def duration(minutes: float) -> str:
    """A time in the unit that suits it.

    >>> duration(0.5), duration(1.87), duration(6.34), duration(300), duration(6000)
    ('30 s', '112 s', '6.3 min', '5 h', '4.2 days')
    """
    if 1.0 <= minutes < 2.0:
        return f"{60 * minutes:.0f} s"
    for limit, one, unit in ((1.0, 1 / 60, "s"), (120.0, 1.0, "min"), (72 * 60.0, 60.0, "h")):
        if minutes < limit:
            return f"{float(f'{minutes / one:.2g}'):g} {unit}"
    return f"{float(f'{minutes / 1440:.2g}'):g} days"


def many(count: int, word: str) -> str:
    """So many of something, whose plural ends in s.

    >>> many(1, "month"), many(2, "month")
    ('1 month', '2 months')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def plainly(value: float, digits: int) -> str:
    """A number with so many digits that matter, and never with a power of ten.

    >>> plainly(8.91e-05, 2), plainly(1234567.0, 4), plainly(-2.5, 4)
    ('0.000089', '1235000', '−2.5')
    """
    text = np.format_float_positional(float(f"{float(value):.{digits}g}"), trim="-")
    return text.replace("-", MINUS)


def any_fact(value: Any) -> str:
    """Any fact in words.

    >>> any_fact(2.50000001), any_fact({"wait": "5 min"}), any_fact(("a", "b")), any_fact(True)
    ('2.5', 'wait 5 min', 'a, b', 'yes')
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return plainly(float(value), 4)
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(str(name))} {any_fact(one)}" for name, one in value.items())
    if isinstance(value, np.ndarray):
        return ", ".join(any_fact(one) for one in value.ravel().tolist())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(any_fact(one) for one in value)
    return str(value)
