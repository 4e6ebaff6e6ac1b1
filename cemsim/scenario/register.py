"""The register of assumptions: every number in force, where it comes from and how sure it is."""

from __future__ import annotations

from typing import Any

from cemsim.base.errors import Problem
from cemsim.base.text import Text
from cemsim.base.units import NUMBER, UnitError
from cemsim.scenario import explain, rule_numbers
from cemsim.scenario.notes import Note, Notes
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.recipe import Assumption, Recipe
from cemsim.scenario.schema.team import BACK_OFFICE_WAIT
from cemsim.scenario.walk import Place, in_words, leaves, root


def register(
    recipe: Recipe, data: Any, notes: Notes, file: str
) -> tuple[tuple[Assumption, ...], list[Problem]]:
    """Every number in force, in the order of the fields; and what is wrong with written ranges."""
    found: list[Problem] = []
    known: list[Assumption] = []
    used: set[tuple[str, ...]] = set()
    for place in leaves(root(recipe)):
        if place.unit is None and not isinstance(place.value, Law):
            continue
        if place.value is None:
            continue
        note_path, note = _note_at(notes, place)
        if note_path is not None:
            used.add(note_path)
        if place.path[-1] == "resolves":             # of the two words for it, a patch may use the other one
            used.add((*place.path[:-1], "contains"))
        known.append(_one(place, data, note, recipe, file, found))
    known += rule_numbers.numbers(recipe)
    for path, note in notes.items():
        if path not in used:
            found.append(
                Problem(
                    note.file,
                    note.line,
                    ".".join(path),
                    "Only a number can carry a source and a range.",
                    "Write the plain value.",
                )  # fmt: skip
            )
    return tuple(known), found


def _note_at(notes: Notes, place: Place) -> tuple[tuple[str, ...] | None, Note | None]:
    for path in (place.path, (*place.path, "mean"), (*place.path[:-1], "contains")):
        if path in notes and (path[-1] != "contains" or place.path[-1] == "resolves"):
            return path, notes[path]
    return None, None


def _one(
    place: Place, data: Any, note: Note | None, recipe: Recipe, file: str, found: list[Problem]
) -> Assumption:
    currency = recipe.currency
    value = place.value.mean if isinstance(place.value, Law) else place.value
    written, at = _written(data, place.path, file)
    text = str(written) if isinstance(written, Text) else in_words(place.value, place.unit, currency)
    unit = place.unit or NUMBER
    named = unit.label or unit.word.replace("{money}", currency).replace("%", "fraction")
    if isinstance(place.value, Law):
        named = "min"
    limits = plausible(place, recipe)
    if note is not None and note.range is not None:
        limits = _range(note, note.range, place, value, currency, found)
    own = note.source if note is not None and note.source else ""
    source = own or ("" if at[1] else place.about.source)
    return Assumption(
        place.dotted, value, named, text, source, limits, note.kind if note else None,
        *at, "" if at[1] else place.about.tag, note is not None and note.range is not None,
    )  # fmt: skip


def plausible(place: Place, recipe: Recipe) -> tuple[float, float] | None:
    """Range of a field; what people accept of a back office is counted in days, not in minutes."""
    if place.path[0] == "teams" and place.path[-1] == "acceptable_wait":
        return BACK_OFFICE_WAIT if recipe.teams[place.path[1]].works == "back_office" else place.about.range
    return place.about.range


def _written(data: Any, path: tuple[str, ...], file: str) -> tuple[Any, tuple[str, int]]:
    """What stands at a path and where; line 0 where nothing is written."""
    value, block = data, data
    for name in path:
        if isinstance(value, dict) and name == "resolves" and name not in value and "contains" in value:
            name = "contains"
        if not isinstance(value, dict) or name not in value:
            return None, ("", 0)
        block, value = value, value[name]
    at = explain.origin(data, path, file)
    if (
        isinstance(block, dict)
        and not any(isinstance(k, Text) and k == path[-1] for k in block)
        and "contains" not in block
    ):
        return value, ("", 0)
    return value, at


def _range(
    note: Note, ends: tuple[str, str], place: Place, value: Any, currency: str, found: list[Problem]
) -> tuple[float, float] | None:
    def bad(message: str, cure: str) -> None:
        found.append(Problem(note.file, note.line, f"{place.dotted}.range", message, cure))

    from cemsim.base.units import MINUTES

    unit = place.unit or MINUTES
    try:
        low, high = unit.read(ends[0], currency), unit.read(ends[1], currency)
    except UnitError as error:
        bad(error.message, error.cure)
        return None
    if low > high:
        bad(f'The range begins at "{ends[0]}" and ends below it.', "Write the smaller number first.")
    elif isinstance(value, int | float) and not low - 1e-9 <= value <= high + 1e-9:
        read = unit.write(round(value, 2) if abs(value) >= 1.0 else float(f"{value:.4g}"), currency)
        bad(
            f"The value, {read}, lies outside its range of {ends[0]} to {ends[1]}.",
            "Widen the range, or mend the value.",
        )
    return low, high
