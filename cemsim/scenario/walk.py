"""Walking a scenario: every field by its dotted path, with its unit and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from cemsim.base.units import Unit
from cemsim.scenario.quantity import About, about_of, unit_of
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.recipe import Recipe

#: Fields that say where a scenario came from; they are no part of what it says.
_AROUND = frozenset({"path", "based_on", "changes", "assumptions", "remarks"})


@dataclass(frozen=True)
class Place:
    """A field of a scenario: path, value in the kept unit, unit, what is known of it, meaning."""

    path: tuple[str, ...]
    value: Any
    unit: Unit | None
    about: About
    description: str
    keys: tuple[str, ...] | None = None
    """Names allowed below, where they are a closed vocabulary."""
    default: Any = None

    @property
    def dotted(self) -> str:
        """Path with dots."""
        return ".".join(self.path)

    @property
    def names(self) -> tuple[str, ...]:
        """Names that may follow in a path."""
        if isinstance(self.value, Noun):
            return tuple(n for n in type(self.value).model_fields if n not in _AROUND)
        if self.keys is not None:
            return self.keys
        return tuple(self.value) if isinstance(self.value, Mapping) else ()

    @property
    def is_open(self) -> bool:
        """Whether it is a mapping under which new names may be written (journeys, teams, steps, segments)."""
        return isinstance(self.value, Mapping) and self.keys is None

    def child(self, name: str) -> Place:
        """The field below; KeyError where there is none."""
        if isinstance(self.value, Noun):
            name = {"contains": "resolves"}.get(name, name)
            info = type(self.value).model_fields[name]
            if name in _AROUND:
                raise KeyError(name)
            return Place(
                (*self.path, name), getattr(self.value, name), unit_of(info.annotation, info.metadata),
                about_of(info), info.description or "", _closed(info.annotation), info.default,
            )  # fmt: skip
        if name not in self.names:
            raise KeyError(name)
        value = self.value.get(name)
        if value is None and self.path[-1] in ("quality", "loads"):
            value = 0.0
        default = self.default.get(name) if isinstance(self.default, Mapping) else None
        return replace(self, path=(*self.path, name), value=value, keys=None, default=default)


def root(recipe: Recipe) -> Place:
    """The place of the whole scenario."""
    return Place((), recipe, None, About(), "")


def _closed(annotation: Any) -> tuple[str, ...] | None:
    """Keys of a mapping type whose keys are a closed vocabulary."""
    if isinstance(get_origin(annotation), type) and issubclass(get_origin(annotation), Mapping):
        key = get_args(annotation)[0]
        return get_args(key) if get_origin(key) is Literal else None
    for inner in get_args(annotation):
        if (found := _closed(inner)) is not None:
            return found
    return None


def leaves(place: Place) -> Iterator[Place]:
    """Every single thing that a scenario says below a place; a law is one thing, so is a list."""
    value = place.value
    if isinstance(value, Law):
        yield place
    elif isinstance(value, Noun):
        for name in place.names:
            yield from leaves(place.child(name))
    elif isinstance(value, Mapping):
        for name in value:
            yield from leaves(place.child(name))
    else:
        yield place


def in_words(value: Any, unit: Unit | None = None, currency: str = "") -> str:
    """A value as a person would write it.

    >>> from cemsim.base.units import SHARE
    >>> in_words(0.61, SHARE), in_words(None), in_words(Law(kind="exponential", mean=5))
    ('61 %', 'none', 'exponential, mean 5 min')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Law):
        if value.kind == "deterministic":
            return time_in_words(value.mean)
        spread = "" if value.kind == "exponential" else f", cv {value.cv:.3g}"
        file = f" from {value.file.name}" if value.file else ""
        return f"{value.kind}{file}, mean {time_in_words(value.mean)}{spread}"
    if isinstance(value, int | float):
        if unit is None:
            return f"{value:g}"
        if unit.word == "min":
            return time_in_words(value)
        return unit.write(float(f"{value:.10g}"), currency)
    if isinstance(value, Path):
        return value.name
    if isinstance(value, Noun) and hasattr(value, "people"):
        from cemsim.scenario.schema.hours import Opening

        hours = Opening(days=value.days, start=value.hours[0], end=value.hours[1])  # type: ignore[attr-defined]
        return f"{value.people} {'person' if value.people == 1 else 'people'} {hours}"
    if isinstance(value, tuple):
        return "; ".join(in_words(v) for v in value) or "none"
    return str(value)


def time_in_words(minutes: float) -> str:
    """A time in the largest unit that reads well.

    >>> time_in_words(0.5), time_in_words(6.35), time_in_words(2880)
    ('30 s', '6.35 min', '48 h')
    """
    if minutes == 0:
        return "0"
    for most, size, word in ((1.0, 1 / 60, "s"), (120.0, 1.0, "min"), (4320.0, 60.0, "h")):
        if abs(minutes) < most:
            return f"{minutes / size:.6g} {word}"
    return f"{minutes / 1440:.6g} days"
