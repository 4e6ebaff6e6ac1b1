"""A patch's changes at known paths of its base: wildcards spelt out, verbs checked, new values computed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from cemsim.base.errors import Problem
from cemsim.base.near import listed, nearest
from cemsim.base.text import Text
from cemsim.base.units import MINUTES, NUMBER, Unit, UnitError
from cemsim.scenario.explain import noun_at
from cemsim.scenario.notes import Notes, unwrap
from cemsim.scenario.packs import RULES
from cemsim.scenario.patch import FIELDS, Edit, Patch
from cemsim.scenario.schema.journey import Step
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.schema.team import Redial, Target
from cemsim.scenario.staff import is_size, paid_people, said_by
from cemsim.scenario.walk import Place, root

#: Names in a path at most.
MOST_PARTS: Final = 12
#: Blocks that a change may replace whole, beside those that may be left out.
_WHOLE: Final = (Law, Target, Redial)
_SIGNS: Final = {"add": "+", "times": "x"}


def resolve(patch: Patch, base: Recipe) -> tuple[tuple[Edit, ...], list[Problem]]:
    """Edits at known paths of the base, wildcards spelt out, new values computed.

    Beside them every path that is unknown, every verb that does not fit.
    """
    found: list[Problem] = []
    edits: list[Edit] = []
    for asked, verb, value, before in patch.edits:
        if verb == RULES:                        # scenario.packs makes those
            continue
        try:
            targets = _targets(asked, verb, base)
            for path, place in targets:
                edits.append(_edit(asked, path, place, verb, value, before, base, patch))
        except _Refused as refusal:
            found.append(Problem(asked.file, asked.line, f"change.{asked}", refusal.message, refusal.cure))
    found += [*_overlaps(edits), *_closed(edits, base)]
    return tuple(edits), found


def _closed(edits: list[Edit], base: Recipe) -> list[Problem]:
    """Shifts say when a team is open; whatever replaces them must say it too."""
    named = {edit.path for edit in edits}
    return [
        Problem(
            edit.asked.file, edit.asked.line, f"change.{edit.asked}",
            f"The shifts of {edit.path[1]} said when it is open; now nothing does.",
            f'Add teams.{edit.path[1]}.open: {{to: "08:00-20:00 daily"}}.',
        )
        for edit in edits
        if len(edit.path) == 3 and edit.path[0] == "teams" and edit.path[2] in ("on_shift", "paid")
        and base.teams[edit.path[1]].shifts and ("teams", edit.path[1], "open") not in named
    ]  # fmt: skip


class _Refused(Exception):
    def __init__(self, message: str, cure: str):
        super().__init__(message)
        self.message, self.cure = message, cure


def _targets(asked: Text, verb: str, base: Recipe) -> list[tuple[tuple[str, ...], Place | None]]:
    """Paths meant, each with what stands there (None for something new)."""
    parts = asked.split(".")
    if len(parts) > MOST_PARTS or not all(parts):
        raise _Refused("That is not a path.", "Write names with dots, such as teams.desk.on_shift.")
    places = [root(base)]
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if verb == "new" and last:
            return [_new_target(place, part) for place in places]
        below: list[Place] = []
        for place in places:
            if part == "*":
                if not isinstance(place.value, Mapping):
                    raise _Refused(
                        f'"*" cannot stand under {place.dotted or "the scenario"}.', "Name a field."
                    )
                below += [place.child(name) for name in place.value]
                continue
            try:
                below.append(place.child(part))
            except KeyError:
                if len(places) > 1 and "*" in parts[:i]:
                    continue
                raise _unknown(place, part) from None
        if not below:
            raise _unknown(places[0], part)
        places = below
    return [(place.path, place) for place in places]


def _new_target(place: Place, name: str) -> tuple[tuple[str, ...], Place | None]:
    if not place.is_open:
        raise _Refused(
            "Nothing new can be put here.",
            "Write new under segments, journeys, teams, events, or a journey's steps; else to.",
        )
    if name in place.value:
        raise _Refused(f'"{name}" exists already.', "Change its fields, or choose another name.")
    return (*place.path, name), None


def _unknown(place: Place, name: str) -> _Refused:
    kinds = {"events": "event", "teams": "team", "segments": "segment", "journeys": "journey", "steps": "step",
             "schemes": "scheme", "campaigns": "campaign"}  # fmt: skip
    names = [*place.names, "contains"] if isinstance(place.value, Step) else list(place.names)
    if place.path and place.path[-1] in kinds:
        kind, many = kinds[place.path[-1]], place.path[-1].capitalize()
    else:
        kind, many = "field", "Fields"
    if not names:
        return _Refused(
            f'There is no "{name}" under {place.dotted}.', f"Change {place.dotted} itself, as {{to: ...}}."
        )
    more = nearest(name, names)
    if place.is_open and kind != "field" and not more:
        more = f" A patch brings a new {kind} by {place.dotted}.{name}: {{new: {{...}}}}."
    return _Refused(f'There is no {kind} "{name}".', f"{many} are: {listed(names, 40)}.{more}")


def _edit(
    asked: Text, path: tuple[str, ...], place: Place | None, verb: str, value: Any, before: str | None,
    base: Recipe, patch: Patch,
) -> Edit:  # fmt: skip
    role = place.about.role if place is not None else ("world" if path[0] == "segments" else "lever")
    if role == "world" and not patch.own_baseline:
        raise _Refused(
            f"{'.'.join(path)} belongs to the world that scenarios share, so a patch may not change it.",
            "Write own_baseline: true to calibrate this scenario anew, or change the baseline.",
        )
    if path[0] in FIELDS:
        raise _Refused(f"{path[0]} is a field of the patch itself.", f"Write {path[0]}: beside change.")
    notes: Notes = {}
    written = value
    if verb in ("to", "new"):
        value, notes, bad = unwrap(value, patch.file)
        if bad:
            raise _Refused(bad[0].message, bad[0].cure)
    if verb == "new":
        if not isinstance(value, dict):
            raise _Refused("A block of fields is needed after new.", "Write {new: {...}}.")
        if before is not None and before not in _parent(base, path).value:
            known = _parent(base, path).value
            raise _Refused(
                f'There is no "{before}" to put it before.',
                f"There are: {listed(known)}.{nearest(before, known)}",
            )
        return Edit(path, asked, verb, value, written, notes, before, None)
    assert place is not None
    if verb == "remove":
        if not isinstance(place.value, Step):
            cure = "Change its fields instead."
            if is_size(place.path):
                cure = "Write paid: {to: ...} alone; it replaces what is there."
            elif place.path[0] == "schemes" and len(place.path) == 2:
                cure = f"Write {place.dotted}.runs: {{to: off}}: from then on there is no such scheme."
            raise _Refused("Only a step can be removed.", cure)
        return Edit((*path, "skip"), asked, verb, "true", written, {}, None, place.child("skip"))
    if verb in ("add", "times"):
        value = _computed(place, verb, value, base)
    elif path[-1] == "shifts" and value == []:
        raise _Refused("A team without shifts has nobody.",
                       'Write [{days: mon-fri, hours: "09:00-17:00", people: 3}], or change on_shift or paid.')
    elif isinstance(place.value, Noun) and not isinstance(place.value, _WHOLE) and not _optional(place, base):
        raise _Refused("A whole block cannot be replaced.", f"Change its fields: {listed(place.names, 40)}.")
    elif isinstance(place.value, Mapping) and place.is_open:
        one = next(iter(place.value), "...")
        raise _Refused("All of these cannot be replaced at once.",
                       f"Name one field, such as {asked}.{one}.FIELD: {{to: ...}}. There are: {listed(place.value)}."
                       )  # fmt: skip
    return Edit(path, asked, verb, value, written, notes, None, place)


def _optional(place: Place, base: Recipe) -> bool:
    """Whether a block may be left out: then one may stand in for another."""
    return isinstance(_parent(base, place.path).value, Noun) and place.default is None


def _parent(base: Recipe, path: tuple[str, ...]) -> Place:
    place = root(base)
    for name in path[:-1]:
        place = place.child(name)
    return place


def _instead(place: Place, base: Recipe) -> str:
    """What to write where nothing is there to add to; of a team's size, what there is."""
    if not is_size(place.path):
        return "Write {to: ...}."
    team = base.teams[place.path[1]]
    said = said_by(team)
    return (
        f"The team's size is said by {said}; that is {paid_people(team):.1f} people paid. "
        f"Write {{to: ...}}, which then replaces {said}."
    )


def _possible(place: Place, unit: Unit, new: float, sum_: str, currency: str) -> None:
    """Refuses a computed value that its field cannot take, and shows the sum."""
    noun = noun_at(place.path[:-1])
    if noun is None or place.path[-1] not in noun.model_fields:
        return
    for mark in noun.model_fields[place.path[-1]].metadata:
        for name, beyond, word in (("ge", new < getattr(mark, "ge", new), "the least possible is"),
                                   ("le", new > getattr(mark, "le", new), "the most possible is")):  # fmt: skip
            if beyond:
                most = unit.write(float(getattr(mark, name)), currency)
                raise _Refused(f"{sum_} is {unit.write(new, currency)}; {word} {most}.", "Write less of a change.")


def _ambiguous(unit: Unit, value: str, old: float) -> _Refused | None:
    """What to write where a share is changed by something that is not said in points."""
    found = re.fullmatch(r"\s*([+-]?\d*\.?\d+)\s*(%?)\s*(pp|points?|)\s*", value)
    if not found or not (unit.word.startswith("%") or found[2]):
        return None
    number = float(found[1])
    if not unit.word.startswith("%"):
        return _Refused(f'"{value}" is a share of the number, not a step.', f"Write {{times: {1 + number / 100:g}}}.")
    points = number * 100 if not found[2] and not found[3] and abs(number) < 1 else number
    was, most = old * 100, f"{{add: {points:g} %-points}} ({old * 100:g} % to {old * 100 + points:g} %)"
    if found[3]:
        return _Refused(f'"{value}" is not a step of a share.', f"Write {most}.")
    factor = 1 + points / 100
    return _Refused(
        f'"{value}" is ambiguous: of the share itself, or of all?',
        f"Write {most} or {{times: {factor:g}}} ({was:g} % to {was * factor:g} %).",
    )


def _factor(value: str) -> str:
    """What to write instead of a percentage after ``times``: of the number, or more of it."""
    try:
        share = float(value.replace("%", "")) / 100
    except ValueError:
        return "Write a plain factor: {times: 1.1} is a tenth more."
    return f"Write a plain factor: {{times: {share:g}}}, or {{times: {1 + share:g}}} for {100 * share:g} % more."


def _computed(place: Place, verb: str, value: Any, base: Recipe) -> Any:
    """New value of an ``add`` or ``times``, in the kept unit."""
    currency = base.currency
    law = place.value if isinstance(place.value, Law) else None
    old = law.mean if law is not None else place.value
    unit = MINUTES if law is not None else place.unit
    if unit is None or isinstance(old, bool) or not isinstance(old, int | float):
        what = "nothing is there yet" if old is None else "it is no number"
        raise _Refused(f"{place.dotted} cannot be changed by {verb}: {what}.", _instead(place, base))
    if not isinstance(value, str):
        raise _Refused(f"A number is needed after {verb}.", "Write {times: 1.1} or {add: ...}.")
    try:
        if verb == "times":
            if "%" in value:
                raise _Refused(f'"{value}" is ambiguous after times.', _factor(value))
            new = old * NUMBER.read(value)
        else:
            new = old + unit.read_step(value, currency)
    except UnitError as error:
        better = _ambiguous(unit, value, old) if verb == "add" else None
        raise better or _Refused(error.message, error.cure) from None
    new = float(f"{new:.15g}")
    _possible(place, unit, new, f"{unit.write(float(old), currency)} {_SIGNS[verb]} {value}", currency)
    if unit.whole:
        if new != int(new):
            raise _Refused(
                f"{old} {verb} {value} is {new:g}, not a whole number.", f"Write {{to: {round(new)}}}."
            )
        new = int(new)
    if law is not None:
        if law.kind == "empirical":
            raise _Refused("A recorded law cannot be scaled.", "Write {to: ...}.")
        return law.model_copy(update={"mean": new})
    return new


def _overlaps(edits: list[Edit]) -> list[Problem]:
    found = []
    for i, edit in enumerate(edits):
        for other in edits[:i]:
            short = min(len(edit.path), len(other.path))
            both = is_size(edit.path) and is_size(other.path) and edit.path != other.path
            if both and edit.path[1] == other.path[1]:
                by = f"by {other.path[2]}, line {other.asked.line}"
                message = f"The size of {edit.path[1]} is said twice (also {by})."
                found.append(Problem(edit.asked.file, edit.asked.line, f"change.{edit.asked}", message,
                                     "Say it once: one takes the place of the other."))  # fmt: skip
                break
            if edit.path[:short] == other.path[:short]:
                found.append(
                    Problem(
                        edit.asked.file,
                        edit.asked.line,
                        f"change.{edit.asked}",
                        f"{'.'.join(edit.path)} is changed twice (also in line {other.asked.line}).",
                        "Say it once.",
                    )  # fmt: skip
                )
                break
    return found
