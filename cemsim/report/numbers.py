"""Numbers for readers: a unit that fits, and no more digits than the interval justifies."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isnan, log10

from cemsim.base.language import chosen, say
from cemsim.compare.interval import Interval
from cemsim.measures.kpi import Kpi

NONE = "–"
#: What an axis or a column of months is called: they count as in the files.
MONTHS = "month (the first is 0)"
MINUS = "\N{MINUS SIGN}"
#: From which amount on a greater unit is used, its size and its word: languages group digits differently.
GREAT = {
    "en": ((1e9, 1e9, "billion"), (1e6, 1e6, "million"), (1e4, 1e3, "thousand")),
    "zh": ((1e8, 1e8, "亿"), (1e4, 1e4, "万")),
}


@dataclass(frozen=True)
class Scale:
    """How a quantity is shown: times ``factor``, followed by ``unit`` (with its space)."""

    factor: float
    unit: str


def scale(kpi: Kpi, size: float, currency: str, gap: bool = False) -> Scale:
    """A scale that suits numbers of about ``size``; ``gap`` for differences.

    >>> from cemsim.measures import KPIS
    >>> scale(KPIS["churn"], 0.17, "USD", gap=True)
    Scale(factor=100.0, unit=' %-points')
    >>> scale(KPIS["contribution"], 2.5e6, "USD")
    Scale(factor=1e-06, unit=' million USD')
    """
    if kpi.unit == "share":
        return Scale(100.0, say(" %-points") if gap else " %")
    if kpi.unit == "min":
        return _time(size)
    if kpi.unit.startswith("money"):
        return _money(size, currency)
    # labels of counts and of rates per customer-year already say what is counted
    return Scale(1.0, say(" points") if kpi.unit == "points" else "")


def _time(size: float) -> Scale:
    for limit, minutes, unit in ((2, 1 / 60, say(" s")), (180, 1, say(" min")), (72 * 60, 60, say(" h"))):
        if not abs(size) >= limit:
            return Scale(1 / minutes, unit)
    return Scale(1 / 1440, say(" days"))


def _money(size: float, currency: str) -> Scale:
    for limit, one, word in GREAT[chosen()]:
        if abs(size) >= limit:
            return Scale(1 / one, f" {word} {currency}")
    return Scale(1.0, f" {currency}")


def decimals(value: float, half: float, most: int = 4) -> int:
    """Decimals worth showing for a value known to ± ``half``; below 0 for tens, hundreds and so on.

    The last digit shown is that of the half-width's first digit, or its second where the first is 1 or 2,
    so that rounding never moves a number by more than a sixth of its half-width; but no more than ``most``
    digits in all, and that many for a number without an interval.

    >>> [decimals(17.3439, half) for half in (0.5, 0.13, 4.0, 0.0)]
    [1, 2, 0, 2]
    >>> decimals(710.75, 103)
    -1
    """
    cap = 12 if value == 0 or isnan(value) else most - 1 - floor(log10(abs(value)))
    if isnan(half) or half <= 0:
        return max(0, cap) if value else 0
    half *= 1 + 1e-9  # 0.03 computed as 0.0299999 is still 0.03
    first = floor(log10(half))
    return min(cap, -first + (1 if half / 10.0**first < 3 else 0))


def two_digits(value: float, half: float, digits: int) -> int:
    """At least two digits of a whole number that is not far below its half-width: 150 known to ± 320 is not 200.

    >>> two_digits(150.4, 320.0, -2), two_digits(20.0, 320.0, -2)
    (-1, -2)
    """
    return max(digits, min(0, 1 - floor(log10(abs(value))))) if abs(value) > 0.3 * half else digits


def text(value: float, digits: int, unit: str = "", sign: bool = False) -> str:
    """A number as text, with thousands separators and a real minus.

    >>> text(-1234.5678, 1), text(1234.0, -2), text(0.25, 1, " %", sign=True)
    ('−1,234.6', '1,200', '+0.2 %')
    """
    if isnan(value):
        return NONE
    rounded = round(value, digits)
    if rounded == 0:
        rounded = 0.0  # no minus in front of nothing
    shown = f"{rounded:{'+' if sign and rounded else ''},.{max(digits, 0)}f}"
    return shown.replace("-", MINUS) + unit


def quantity(value: float, unit: str, digits: int = 4) -> str:
    """A number that has no interval, to so many digits, with its unit; fractions as per cent, times in their unit.

    >>> quantity(18540.2, "USD"), quantity(0.681, "fraction a year", 3), quantity(2556.0, "min")
    ('18,540 USD', '68.1 % a year', '42.6 h')
    """
    if isnan(value):
        return NONE
    if unit == "min":
        shown = _time(value)
        value, unit = value * shown.factor, shown.unit.strip()
    if unit.startswith("fraction"):
        value, unit = 100 * value, unit.replace("fraction", "%")
    places = digits - 1 - floor(log10(abs(value))) if value else 0
    told = text(value, places)
    return f"{told.rstrip('0').rstrip('.') if places > 0 else told} {unit}".strip()


def finest(kpi: Kpi, shown: Scale) -> int:
    """Decimals of a measure beyond which nobody asks, however well it is known: thousandths of a point or of a
    percentage point, cents, hundredths of a second.

    >>> from cemsim.measures import KPIS
    >>> finest(KPIS["satisfaction"], Scale(1.0, " points"))
    3
    """
    if kpi.unit.endswith("customer-year") and not kpi.unit.startswith("money"):
        return 4
    if kpi.unit in ("share", "points"):
        return 3
    return 12 if kpi.unit.startswith("money") and shown.factor != 1.0 else 2


def level(kpi: Kpi, found: Interval, currency: str) -> str:
    """A level, rounded to what its own interval justifies."""
    shown = scale(kpi, found.mean, currency)
    return text(found.mean * shown.factor, _digits(kpi, found, shown), "" if isnan(found.mean) else shown.unit)


def _digits(kpi: Kpi, found: Interval, shown: Scale) -> int:
    """Decimals of a level; its first digit is shown whatever its interval, so that what there is never reads 0."""
    value = found.mean * shown.factor
    least = -floor(log10(abs(value))) if value and not isnan(value) else 0
    return min(max(decimals(value, found.half * shown.factor), least), finest(kpi, shown))


def from_to(kpi: Kpi, base: Interval, ours: Interval, currency: str) -> str:
    """Two levels with an arrow between, in one unit and with as many digits."""
    there = [each for each in (base, ours) if each.n]
    shown = scale(kpi, max((abs(each.mean) for each in there), default=0.0), currency)
    digits = max((_digits(kpi, each, shown) for each in there), default=0)
    before, after = (text(each.mean * shown.factor, digits) for each in (base, ours))
    return f"{before}{'' if ours.n or not base.n else shown.unit} → {after}{shown.unit if ours.n else ''}"


@dataclass(frozen=True)
class Gap:
    """A difference as text: the value with its unit, and its interval."""

    value: str
    interval: str


def gap(kpi: Kpi, found: Interval, currency: str) -> Gap:
    """A difference and its interval, rounded alike.

    >>> from cemsim.measures import KPIS
    >>> gap(KPIS["churn"], Interval(-0.0025, -0.0028, -0.0022, 0.001, 20), "USD")
    Gap(value='−0.25 %-points', interval='−0.28 to −0.22')
    >>> gap(KPIS["satisfaction"], Interval(0.0004, 0.00003, 0.001, 0.0005, 20), "USD")
    Gap(value='+0.0004 points', interval='0.00003 to 0.001')
    """
    size = max((abs(x) for x in (found.mean, found.low, found.high) if not isnan(x)), default=0.0)
    shown = scale(kpi, size, currency, gap=True)
    value, low, high = (x * shown.factor for x in (found.mean, found.low, found.high))
    half = (high - low) / 2
    digits = two_digits(value, half, decimals(size * shown.factor, half, 3))
    digits = min(digits, finest(kpi, shown))
    if size * shown.factor < 0.5 * 10.0 ** -finest(kpi, shown):
        return Gap(text(0.0 * value, 0, "" if isnan(value) else shown.unit), "")
    unit = "" if isnan(value) else shown.unit
    places = [_apart(x, digits) if low * high > 0 else digits for x in (value, low, high)]
    between = "" if isnan(low) or low == high else say(" to ").join(map(text, (low, high), places[1:]))
    return Gap(text(value, places[0], unit, sign=True), between)


def _apart(end: float, digits: int) -> int:
    """Digits that keep an end apart from 0: an interval that leaves 0 out must not look as if it held it."""
    return digits if round(end, digits) else -floor(log10(abs(end)))


def plain(name: str) -> str:
    """A name of a segment, team, journey or step as a reader wants it.

    >>> plain("contact_centre · true_friend")
    'contact centre · true friend'
    """
    return name.replace("_", " ")


def shown_group(name: str) -> str:
    """A group of customers or a team as a reader wants it: its name, or "all" in the reader's language."""
    return say(name) if name == "all" else plain(name)


def unit_word(unit: str, currency: str) -> str:
    """A measure's unit in the reader's language; empty for counts, whose labels say what is counted.

    >>> unit_word("money/customer-year", "USD"), unit_word("customers", "USD")
    ('USD a customer-year', '')
    """
    if unit == "money":
        return currency
    if unit.startswith("money"):
        return say("{currency} a customer-year", currency=currency)
    return {"points": say("points"), "min": say("minutes")}.get(unit, "")
