"""Values of facts: read from what is written into whole steps, and written back."""

from __future__ import annotations

from math import floor
from typing import Final

from cemsim.base.near import listed, nearest
from cemsim.base.units import MINUTES, Unit, UnitError
from cemsim.rules.marks import FALSE, TRUE, is_name, shown
from cemsim.rules.vocabulary import UNBOUNDED, Fact

#: A time is told in days from the third on, in hours and in minutes from the first.
_LONG: Final = (("days", 1440.0, 3), ("h", 60.0, 1), ("min", 1.0, 1))


def steps(fact: Fact, number: float) -> int:
    """Whole number of the fact's steps nearest to a number in its kept unit.

    >>> from cemsim.rules.vocabulary import FACTS
    >>> steps(FACTS["wait"], 5.006)
    501
    """
    return floor(number * 10.0**fact.decimals + 0.5)


def number(fact: Fact, count: int) -> float:
    """The number in the kept unit that a count of steps stands for.

    >>> from cemsim.rules.vocabulary import FACTS
    >>> number(FACTS["wait"], 501)
    5.01
    """
    return count / 10.0**fact.decimals


def read_value(fact: Fact, text: str, currency: str, exact: bool = True) -> int | str:
    """Value of a fact: a whole count of steps, 0 or 1 of a flag, or a word.

    ``exact`` refuses a number that lies between two steps; without it the nearest is taken.
    Errors: UnitError, with why it cannot be and what to write.

    >>> from cemsim.rules.vocabulary import FACTS
    >>> read_value(FACTS["wait"], "5 min", "USD"), read_value(FACTS["consent"], "true", "USD")
    (500, 1)
    """
    if fact.kind == "flag":
        if text not in TRUE and text not in FALSE:
            raise UnitError(f'"{shown(text)}" is neither true nor false.', "Write true or false.")
        return int(text in TRUE)
    if fact.kind == "label":
        return _label(fact, text)
    value = fact.unit.read(text, currency)
    if not fact.lowest <= value <= fact.most:
        low, high = (fact.unit.write(x, currency) for x in (fact.lowest, fact.most))
        if value < fact.lowest and fact.most == UNBOUNDED:
            raise UnitError(f'"{text}" is not possible: {fact.name} is never below {low}.', f"Write {low} or more.")
        raise UnitError(f'"{text}" is not possible: {fact.name} goes from {low} to {high}.', "Write a number between.")
    count = steps(fact, value)
    if exact and abs(value * 10.0**fact.decimals - count) > max(1e-6, 1e-12 * abs(count)):
        step = fact.unit.write(number(fact, 1), currency)
        raise UnitError(
            f'"{text}" lies between two steps: {fact.name} is compared in steps of {step}.',
            f"The nearest is {fact.unit.write(number(fact, count), currency)}.",
        )
    return count


def _label(fact: Fact, text: str) -> str:
    if fact.values and text not in fact.values:
        raise UnitError(
            f'"{shown(text)}" is not {"an" if fact.name[0] in "aeiou" else "a"} {plain(fact.name)}.',
            f"Write one of {listed(fact.values)}.{nearest(text, fact.values)}",
        )
    if not is_name(text):
        raise UnitError(f'"{shown(text)}" cannot be a name.', "Use letters, digits and _.")
    return str(text)


def plain(name: str) -> str:
    """A name as words.

    >>> plain("loyalty_tier")
    'loyalty tier'
    """
    return name.replace("_", " ")


def told(fact: Fact, value: int | str, currency: str = "USD") -> str:
    """A fact's value in words.

    >>> from cemsim.rules.vocabulary import FACTS
    >>> told(FACTS["wait"], 500), told(FACTS["at_risk"], 3000), told(FACTS["loyalty_tier"], "gold")
    ('5 min', '30 %', 'gold')
    """
    if isinstance(value, str):
        return plain(value)
    if fact.kind == "flag":
        return "true" if value else "false"
    return told_number(fact.unit, number(fact, value), currency)


def told_number(unit: Unit, value: float, currency: str = "USD") -> str:
    """A number in words; a time in its largest unit that leaves it whole.

    >>> from cemsim.base import units
    >>> told_number(MINUTES, 2880.0), told_number(MINUTES, 5.5), told_number(units.MONEY, 10.0)
    ('48 h', '5.5 min', '10 USD')
    """
    if unit is MINUTES:
        for word, size, least in _LONG:
            if abs(value) >= least * size and value % size == 0:
                return f"{value / size:g} {word}"
    return unit.write(value, currency)
