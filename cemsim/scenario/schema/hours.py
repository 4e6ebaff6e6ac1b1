"""Opening hours and shifts: ``08:00-20:00 daily``, ``09:00-17:00 mon-fri``."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

from cemsim.scenario.quantity import Count, about, wrong
from cemsim.scenario.schema.noun import Noun

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", re.ASCII)


class Opening(Noun):
    """Hours of a day, on some weekdays; an end after midnight is written as a smaller hour.

    ``start`` and ``end`` are minutes from the day's midnight (end may pass 1440).

    >>> opening("22:00-06:00 mon-tue")
    Opening(days=(0, 1), start=1320, end=1800)
    """

    days: tuple[int, ...] = Field(description="weekdays, 0 = Monday")
    start: int = Field(description="minute of the day when it opens", ge=0, le=1440)
    end: int = Field(description="minute when it closes; past 1440 it is the next day", gt=0, le=2880)

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)} {days_in_words(self.days)}"


def _clock(minute: int) -> str:
    return "24:00" if minute == 1440 else f"{minute % 1440 // 60:02d}:{minute % 60:02d}"


def days_in_words(days: tuple[int, ...]) -> str:
    """Weekdays as they may be written.

    >>> days_in_words((0, 1, 2, 3, 4)), days_in_words((5, 6, 0))
    ('mon-fri', 'sat,sun,mon')
    """
    if len(days) == len(DAYS):
        return "daily"
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{DAYS[days[0]]}-{DAYS[days[-1]]}"
    return ",".join(DAYS[d] for d in days)


def read_days(value: Any) -> tuple[int, ...]:
    """Weekdays from ``daily``, ``mon-fri``, ``mon,wed`` or a list of names."""
    if isinstance(value, list | tuple) and value and all(isinstance(d, int) and 0 <= d < 7 for d in value):
        return tuple(value)
    text = ",".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)
    found: list[int] = []
    for part in re.split(r"[,\s]+", text.lower().strip()):
        if part in ("daily", ""):
            found += range(7) if part else []
            continue
        ends = [e[:3] for e in part.split("-")]
        if len(ends) > 2 or any(e not in DAYS for e in ends):
            raise wrong(
                f'"{part[:40]}" is not a weekday.', "Write daily, mon-fri, or names such as mon,wed,sat."
            )
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found += [d % 7 for d in range(first, last + 1 if last >= first else last + 8)]
    if not found or len(set(found)) != len(found):
        raise wrong(
            "Weekdays are missing, or named twice.", "Write daily, mon-fri, or names such as mon,wed,sat."
        )
    return tuple(found)


def read_hours(text: Any) -> tuple[int, int]:
    """Minutes of the day when something starts and ends; an end before the start is on the next day."""
    found = _HOURS.fullmatch(str(text).strip())
    if not found:
        plain = re.fullmatch(r"(\d{1,2})(?::(\d\d))?\s*(?:-|to)\s*(\d{1,2})(?::(\d\d))?", str(text).strip(), re.ASCII)
        said = [int(g) for g in plain.groups(default="0")] if plain else [8, 0, 20, 0]
        raise wrong(
            f'"{str(text)[:40]}" is not hours of a day.', 'Write "{:02d}:{:02d}-{:02d}:{:02d}".'.format(*said)
        )
    a, b, c, d = (int(g) for g in found.groups())
    start, end = a * 60 + b, c * 60 + d
    if b > 59 or d > 59 or start > 1440 or end > 1440 or start == end:
        raise wrong(
            f'"{text}" is not hours of a day.', 'Write "08:00-20:00"; the whole day is "00:00-24:00".'
        )
    if start % 15 or end % 15:
        raise wrong(
            f'"{text}" is not on a quarter of an hour.', "People come and go at :00, :15, :30 and :45."
        )
    return start % 1440, end if end > start % 1440 else end + 1440


def opening(text: str) -> Opening:
    """Opening hours from words.

    >>> opening("08:00-20:00 daily").end
    1200
    """
    hours, _, days = text.strip().partition(" ")
    if not _HOURS.fullmatch(hours) and _HOURS.search(text):
        found = _HOURS.search(text)
        assert found is not None
        hours, days = found[0], text.replace(found[0], " ").strip()
    start, end = read_hours(hours)
    return Opening(days=read_days(days or "daily"), start=start, end=end)


def _openings(value: Any) -> Any:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not value:
        raise wrong("Opening hours are needed here.", 'Write "08:00-20:00 daily", or a list of such.')
    return tuple(opening(v) if isinstance(v, str) else v for v in value)


Openings: Final = BeforeValidator(_openings)
ALWAYS: Final = (opening("00:00-24:00 daily"),)


_WORDS: Final = WithJsonSchema(
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
)
_SPAN: Final = WithJsonSchema({"type": "string", "pattern": _HOURS.pattern})
OPENINGS_SCHEMA: Final = _WORDS


def _span(value: Any) -> Any:
    return value if isinstance(value, tuple) else read_hours(value)


class Shift(Noun):
    """People at work together: on which weekdays, in which hours, how many."""

    days: Annotated[tuple[int, ...], BeforeValidator(read_days), _WORDS] = about(
        tuple(range(7)), "weekdays: daily, mon-fri, or names"
    )
    hours: Annotated[tuple[int, int], BeforeValidator(_span), _SPAN] = about(
        ..., "minutes of the day from and to, written 08:00-16:00"
    )
    people: Count = about(..., "people on shift", low=0, high=100_000)
