"""Amounts of money for readers, in one scale and with the digits that their error justifies."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from cemsim.base.language import say
from cemsim.measures.catalogue import KPIS
from cemsim.report.numbers import NONE, Scale, decimals, scale, text, two_digits

#: Less than half of it is nothing.
CENT = 0.005


def money_scale(values: Iterable[float], currency: str) -> Scale:
    """A scale that suits all the amounts.

    >>> money_scale([1_250_000.0, -3.0], "USD").unit
    ' million USD'
    """
    size = max((abs(v) for v in values if isfinite(v)), default=0.0)
    return scale(KPIS["contribution"], size, currency)


def amount(value: float, error: float, shown: Scale, unit: bool = True, sign: bool = False) -> str:
    """An amount known to plus or minus ``error``; with two digits where nothing is known of its error.

    >>> amount(1_234_567.0, 30_000.0, money_scale([1_234_567.0], "USD"))
    '1.23 million USD'
    """
    if not isfinite(value):
        return NONE
    if abs(value) < CENT:
        value = 0.0
    scaled, half = value * shown.factor, error * shown.factor
    digits = two_digits(scaled, half, decimals(scaled, half, 3)) if half > 0 else decimals(scaled, 0.0, 3)
    digits = min(digits, 2) if shown.factor == 1.0 else digits
    return text(scaled, digits, shown.unit if unit else "", sign=sign)


def percent(share: float, digits: int = 0) -> str:
    """A share as a percentage.

    >>> percent(0.1056), percent(0.004), percent(0.999)
    ('11 %', 'under 1 %', 'over 99 %')
    """
    if digits == 0 and 0.0 < share < 0.01:
        return say("under 1 %")
    if digits == 0 and 0.99 < share < 1.0:
        return say("over 99 %")
    return text(100.0 * share, digits, " %")
