"""Units: what a strategist writes (``6 min 21 s``) and the plain number it stands for (6.35 minutes).

Decimal arithmetic keeps ``61 %`` exactly 0.61 and lets every number be written and read back unchanged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from cemsim.base.near import nearest

_PART = re.compile(
    r"\s*([+-]?(?:\d[\d_]*(?:\.[\d_]+)?|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*([^\d\s+.,-][^\d+]*)?", re.ASCII
)
_MONTH = re.compile(r"(?:month\s+)(\d{1,4})|0", re.IGNORECASE | re.ASCII)
_DOTTED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+,\d+(?![\d,])", re.ASCII)
_BEFORE = re.compile(r"([$€£¥]|[A-Z]{3})\s*(\d[\d_.]*)", re.ASCII)
_COMMAS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?![\d,])", re.ASCII)


class UnitError(ValueError):
    """A text that is not a number in the unit asked for.

    Attributes: ``message`` says why it cannot be, ``cure`` what to write.
    """

    def __init__(self, message: str, cure: str):
        super().__init__(message)
        self.message, self.cure = message, cure


@dataclass(frozen=True)
class Unit:
    """A kind of number: the words it may be written with, and the one unit it is kept in.

    ``scales`` gives, for each unit word, the factor to the kept unit; ``write`` uses ``word``.
    ``{money}`` in a word stands for the scenario's currency. ``compound`` shares a year do not divide
    into months: 1.5 % a month is 1 - (1 - .015)**12 a year.

    >>> SHARE.read("61 %"), MINUTES.read("6 min 21 s"), MONEY_PER_HOUR.read("21 USD/h", "USD")
    (0.61, 6.35, 21.0)
    >>> MINUTES.write(6.35), SHARE.write(0.102)
    ('6.35 min', '10.2 %')
    """

    name: str
    word: str
    scales: Mapping[str, Decimal] = field(hash=False)
    examples: tuple[str, ...] = ()
    kind: Literal["linear", "whole", "sum", "compound", "index"] = "linear"
    bare: bool = False
    label: str = ""

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self.kind in ("whole", "index")

    @property
    def is_money(self) -> bool:
        """Whether it is written with the scenario's currency."""
        return "{money}" in self.word

    def read(self, text: str, currency: str = "") -> float:
        """Number in the kept unit.

        Args: text as written; currency of the scenario (for money).
        Errors: UnitError, with what to write.
        """
        if self.kind == "index" and (month := _MONTH.fullmatch(text.strip())):
            return float(month[1] or 0)
        if self.kind == "index" and text.strip().lower().startswith("month "):
            raise UnitError(f'"{text}" is no month.', "Months are whole, and month 0 is the first. Write month 3.")
        parts = self._parts(text, currency)
        total = Decimal(0)
        for number, unit in parts:
            total += self._one(number, unit, text, currency)
        value = float(total)
        if not math.isfinite(value):
            raise UnitError(f'"{text}" is too large.', f"Write a number such as {self._example(currency)}.")
        if self.whole and value != int(value):
            raise UnitError(f'"{text}" is not a whole number.', f"Write {math.floor(value)} or {math.ceil(value)}.")
        return value

    def read_step(self, text: str, currency: str = "") -> float:
        """Number to add, in the kept unit; a share takes ``%-points``, because "+10 %" could mean two things.

        >>> SHARE.read_step("3 %-points")
        0.03
        """
        words = re.sub(r"percentage[ -]points?", "%-points", text.strip().removeprefix("+").strip())
        if self.word.startswith("%"):
            found = re.fullmatch(r"(.*?)\s*%[ -]points?(/\w+)?", words)
            if not found:
                raise UnitError(
                    f'"{text}" is ambiguous: of the share itself, or of all?',
                    'Write {add: "3 %-points"} or {times: 1.1}.',
                )
            return float(_decimal(found[1], text, '"3 %-points"') / 100)
        return self.read(words, currency)

    def write(self, value: float, currency: str = "") -> str:
        """Text that reads back as exactly this value."""
        if self.kind == "index":
            return f"month {int(value)}"
        number = Decimal(repr(float(value))) * (100 if self.word.startswith("%") else 1)
        number = number.normalize()
        text = f"{number:f}" if -15 < number.adjusted() < 20 else f"{number:e}"
        if self.is_money and _DOTTED.fullmatch(text):
            text += "0"
        return f"{text} {self.word.replace('{money}', currency)}".strip()

    def words(self, currency: str = "") -> tuple[str, ...]:
        """Unit words that may be written, for messages."""
        return tuple(w.replace("{money}", currency or "USD") for w in self.scales if w)

    def _sizes(self, currency: str) -> tuple[str, ...]:
        """One word of each size, where a size has several (min, minute, minutes)."""
        first: dict[Decimal, str] = {}
        for word in self.words(currency):
            first.setdefault(self._factor(word, currency) or Decimal(0), word)
        return tuple(first.values())

    def pattern(self) -> str:
        """Regular expression of what may be written, for editors (looser than ``read``)."""
        words = "|".join(
            re.escape(w).replace(r"\{money\}", r"[A-Za-z]+") for w in sorted(self.scales, key=len)[::-1] if w
        )
        number = r"[+-]?(\d[\d_]*(\.\d+)?|\.\d+)([eE][+-]?\d+)?"
        if self.kind == "index":
            return r"^(month \d+|\d+ months?|0)$"
        if not words:
            return f"^{number}$"
        part = rf"{number} *({words})"
        if self.kind == "sum":
            part = rf"{part}( {part})*"
        return rf"^({part}|{number})$" if self.bare else rf"^({part}|0)$"

    def _example(self, currency: str) -> str:
        return " or ".join(f'"{e}"' for e in self.examples).replace("{money}", currency or "USD")

    def _parts(self, text: str, currency: str) -> list[tuple[str, str]]:
        cure = f"Write a number such as {self._example(currency)}."
        rest, parts = text.strip(), []
        if len(rest) > 80:
            raise UnitError(f'"{rest[:20]}..." is too long for a number.', cure)
        if rest.startswith("+"):
            raise UnitError(
                f'"{rest}" is ambiguous: a new value, or a change?',
                f"Write {self._example(currency)}; in a change {{add: ...}} or {{times: 1.1}}.",
            )
        while rest:
            found = _PART.match(rest)
            if commas := _COMMAS.match(rest):
                plain = text.replace(commas[0], commas[0].replace(",", "_"))
                raise UnitError(f'"{text}" is not a number: it has commas.', f"Write {plain}.")
            if comma := _COMMA.match(rest):
                plain = text.replace(comma[0], comma[0].replace(",", "."))
                raise UnitError(f'"{text}" has a decimal comma; numbers have a decimal point.', f"Write {plain}.")
            if self.is_money and (before := _BEFORE.fullmatch(rest)):
                plain = f"{before[2]} {self._sizes(currency)[0]}"
                raise UnitError(f'"{text}" is not a number: its unit stands before it.', f"Write {plain}.")
            if not found or (found.end() == 0):
                raise UnitError(f'"{text}" is not a number.', cure)
            parts.append((found[1], " ".join((found[2] or "").split())))
            rest = rest[found.end() :]
        if not parts or (len(parts) > 1 and self.kind != "sum"):
            raise UnitError(f'"{text}" is not one number.', cure)
        if len(parts) > 1 and any(n.startswith("-") or not u for n, u in parts):
            raise UnitError(f'"{text}" is not a time.', cure)
        return parts

    def _one(self, number: str, unit: str, text: str, currency: str) -> Decimal:
        cure = f"Write a number such as {self._example(currency)}."
        value = _decimal(number, text, self._example(currency))
        if self.is_money and _DOTTED.fullmatch(number):
            tail = f" {unit}" if unit else ""
            exact = number[:-1] if number.endswith("0") else f"{number}0"
            raise UnitError(
                f'"{text}" is ambiguous: thousands, or a decimal point?',
                f"Write {number.replace('.', '_')}{tail} or {exact}{tail}.",
            )
        if not unit:
            if self.bare or (value == 0 and self.kind != "index"):
                return value * (self.scales.get("", Decimal(1)))
            if self.word.startswith("%"):
                cure = f"Write {self.write(float(value / 100 if abs(value) > 1 else value))}."
            elif self.kind != "index":
                written = ", ".join(f"{number} {word}" for word in self._sizes(currency))
                cure = f"Write {' or '.join(written.rsplit(', ', 1))}."
            raise UnitError(f'"{text}" has no unit.', cure)
        factor = self._factor(unit, currency)
        if factor is None and self.is_money and (better := self._other_money(number, unit, currency)):
            raise UnitError(f'"{unit}" is not a unit of {self.name}.', better)
        if factor is None:
            words = self.words(currency)
            sizes = words if self.bare else self._sizes(currency)
            plain = number if self.bare else f"{number} {sizes[0]}" if sizes else ""
            more = nearest(unit, words) or (f" Write a number such as {plain}." if plain else f" {cure}")
            raise UnitError(
                f'"{unit}" is not a unit of {self.name}.', f"Units allowed: {', '.join(sizes) or 'none'}.{more}"
            )
        if self.kind == "compound":
            share, periods = value / 100, factor
            if periods == 1 or not 0 <= share <= 1:
                return share * periods
            return Decimal(repr(1.0 - (1.0 - float(share)) ** float(periods)))
        return value * factor

    def _other_money(self, number: str, unit: str, currency: str) -> str:
        """What to write in place of thousands in short, or of another currency."""
        mine = currency or "USD"
        short = re.fullmatch(rf"(k|m|mn|mio|million)\s*({re.escape(mine)}.*)", unit, re.IGNORECASE)
        if short:
            full = Decimal(number.replace("_", "")) * (1000 if short[1].lower() == "k" else 1_000_000)
            return f"Write {int(full):_d} {short[2]}." if full.adjusted() < 15 and full == int(full) else ""
        other = re.fullmatch(r"([A-Z]{3}|[€$£¥])(/.*)?", unit)
        if not other or other[1] == mine:
            return ""
        words = self.words(currency)
        return (
            f"Money here counts in {mine} (currency: at a scenario's top, or --currency for rules alone). "
            f"Units allowed: {', '.join(words)}. Write a number such as {number} {words[0]}."
        )

    def _factor(self, unit: str, currency: str) -> Decimal | None:
        plain = re.sub(r"\s*(?:/|\bper\b)\s*", "/", unit)
        for word, factor in self.scales.items():
            if not word:
                continue
            known = word.replace("{money}", currency or "USD")
            if plain.lower() == known.lower() or plain.lower() == known.lower().replace(" ", ""):
                return factor
        return None


def _decimal(number: str, text: str, example: str) -> Decimal:
    try:
        value = Decimal(number.strip().replace("_", ""))
    except InvalidOperation:
        raise UnitError(f'"{text}" is not a number.', f"Write a number such as {example}.") from None
    if not value.is_finite():
        raise UnitError(f'"{text}" is not a number.', f"Write a number such as {example}.")
    return value


_DAY = Decimal(24 * 60)
_YEAR = 365 * _DAY
_TIMES: Final = {
    "min": Decimal(1), "minutes": Decimal(1), "minute": Decimal(1),
    "s": Decimal(1) / 60, "sec": Decimal(1) / 60, "seconds": Decimal(1) / 60, "second": Decimal(1) / 60,
    "h": Decimal(60), "hours": Decimal(60), "hour": Decimal(60),
    "days": _DAY, "day": _DAY, "d": _DAY, "weeks": 7 * _DAY, "week": 7 * _DAY,
    "months": _YEAR / 12, "month": _YEAR / 12, "years": _YEAR, "year": _YEAR,
}  # fmt: skip
_PERIODS: Final = {  # how many there are in a year
    "year": Decimal(1), "yr": Decimal(1), "month": Decimal(12), "week": Decimal(365) / 7,
    "day": Decimal(365), "h": Decimal(365 * 24), "hour": Decimal(365 * 24), "min": Decimal(365 * 24 * 60),
}  # fmt: skip


def _rate(name: str, top: str, per: str, *examples: str) -> Unit:
    scale = {f"{top}/{period}": n / _PERIODS[per] for period, n in _PERIODS.items()}
    return Unit(name, f"{top}/{per}", scale, examples)


def number(label: str = "", *examples: str) -> Unit:
    """A plain number (a ratio, a weight, a multiplier); the label says of what, for the register."""
    return Unit("a plain number", "", {}, examples or ("1.5",), bare=True, label=label)


NUMBER: Final = number()
COUNT: Final = Unit(
    "a count", "", {"": Decimal(1), "people": Decimal(1), "times": Decimal(1)}, ("12",), "whole", bare=True
)
POINTS: Final = Unit(
    "points",
    "points",
    {w: Decimal(1) for w in ("", "points", "point", "pt")},
    ("7.5 points", "7.5"),
    bare=True,
)
WEIGHT: Final = Unit("a weight", "", {"": Decimal(1), "%": Decimal(1) / 100}, (".34", "34 %"), bare=True)
SHARE: Final = Unit("a share", "%", {"%": Decimal(1) / 100}, ("61 %",))
MINUTES: Final = Unit("time", "min", _TIMES, ("6 min 21 s", "48 h"), "sum")
MONTHS: Final = Unit(
    "months", "months",
    {"months": Decimal(1), "month": Decimal(1), "years": Decimal(12), "year": Decimal(12)},
    ("36 months", "3 years"),
)  # fmt: skip
WHOLE_MONTHS: Final = Unit("months", "months", MONTHS.scales, ("36 months", "3 years"), "whole")
MONTH_INDEX: Final = Unit(
    "a month", "month", {"month": Decimal(1), "months": Decimal(1)}, ("month 3",), "index"
)
PER_YEAR: Final = _rate("times a year", "", "year", "1.5 /year", "0.2 /month")
PER_MONTH: Final = _rate("times a month", "", "month", "4 /month")
POINTS_PER_YEAR: Final = _rate("points a year", "points", "year", "0.1 points/year")
SHARE_PER_YEAR: Final = Unit(
    "a share a year", "%/year",
    {"%/year": Decimal(1), "%/yr": Decimal(1), "%/month": Decimal(12)},
    ("10.2 %/year", "1.5 %/month"), "compound",
)  # fmt: skip
SHARE_PER_MONTH: Final = Unit(
    "a share a month", "%/month",
    {"%/month": Decimal(1), "%/year": Decimal(1) / 12, "%/yr": Decimal(1) / 12}, ("3 %/month",), "compound",
)  # fmt: skip
MONEY: Final = Unit("money", "{money}", {"{money}": Decimal(1)}, ("250_000 {money}",))
MONEY_PER_MONTH: Final = Unit(
    "money a month", "{money}/month",
    {"{money}/month": Decimal(1), "{money}/year": Decimal(1) / 12, "{money}/week": Decimal(365) / 84},
    ("48 {money}/month",),
)  # fmt: skip
MONEY_PER_HOUR: Final = Unit(
    "money an hour", "{money}/h", {"{money}/h": Decimal(1), "{money}/hour": Decimal(1)}, ("21 {money}/h",)
)  # fmt: skip
