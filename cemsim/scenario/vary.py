"""Other values for the numbers of loaded scenarios, in memory: what would be, were this assumption another."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from cemsim.base.errors import CemsimError
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.recipe import Change, Scenario
from cemsim.scenario.walk import Place, in_words, root

#: Changes that say what a plan achieves; staff, prices and compensation are decisions, carried out as planned.
_ACHIEVED: Final = ("journeys", "failures", "quality")
_DECIDED: Final = ("unit_cost", "promise", "skip", "compensation", "used_by", "lag")


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """A scenario with other values at some dotted paths, in kept units.

    A number outside what its field allows is brought to the nearest that it allows, a whole number is rounded, and
    of a law the mean is changed. The scenario given stays as it is.

    Errors: CemsimError where a path leads nowhere or the fields around it refuse the value.

    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.scenario import load
    >>> one = load(shipped("scenarios", "telecom", "baseline.yaml"))
    >>> two = with_values(one, {"segments.loyalist.margin": 0.4})
    >>> one.segments["loyalist"].margin, two.segments["loyalist"].margin
    (0.5, 0.4)
    """
    changed = scenario
    for path, value in values.items():
        changed = _put(changed, path.split("."), value, path)
    if not values:
        return changed
    known = tuple(_told(a, changed) if a.path in values else a for a in changed.assumptions)
    return changed.model_copy(update={"assumptions": known})


def vary(
    family: Sequence[Scenario],
    values: Mapping[str, Any],
    own: Mapping[str, Mapping[str, Any]] | None = None,
    effect: Mapping[str, float] | None = None,
) -> list[Scenario]:
    """A family, its baseline first, in a world with other values.

    A patch that adds to a number or multiplies it does so from the new value; one that says what a number becomes
    still says so. ``own``: by scenario's name, values of that patch alone (its capex, its ramp). ``effect``: by
    scenario's name, the share of what it plans for journeys, failures and quality that it achieves (1: as planned).
    """
    base = with_values(family[0], values)
    found = [base]
    for patch in family[1:]:
        moved = {path: value for path, value in values.items() if not _decides(patch, path)}
        moved |= _changes(family[0], base, patch, values, (effect or {}).get(patch.name, 1.0))
        moved |= (own or {}).get(patch.name, {})
        found.append(with_values(patch, moved))
    return found


def has_effect(patch: Scenario, beside: Collection[str] = ()) -> bool:
    """Whether a patch plans to move something that could turn out smaller or larger than planned, beside some paths."""
    return any(_achieved(change) and change.path not in beside for change in patch.changes)


def _decides(patch: Scenario, path: str) -> bool:
    return any(change.path == path for change in patch.changes)


def _achieved(change: Change) -> bool:
    names = change.path.split(".")
    plain = _mean(change.before) is not None and _mean(change.after) is not None
    return plain and names[0] in _ACHIEVED and not set(names) & set(_DECIDED) and not isinstance(change.after, bool)


def _changes(
    before: Scenario, base: Scenario, patch: Scenario, moved: Mapping[str, Any], effect: float
) -> dict[str, float]:
    """New values at the changed paths of a patch whose base has moved, or that achieves more or less than planned."""
    start: dict[str, float] = {}
    found: dict[str, float] = {}
    weak: set[str] = set()
    for change in patch.changes:
        old, new = _mean(change.before), _mean(change.after)
        weakened = effect != 1.0 and _achieved(change)
        if not (weakened or change.path in moved) or old is None or new is None:
            continue
        here = _mean(_place(base, change.path).value) if _has(before, change.path) else old
        start.setdefault(change.path, old if here is None else here)
        now = found.get(change.path, start[change.path])
        if change.verb == "add":
            found[change.path] = now + (new - old)
        elif change.verb == "times" and old:
            found[change.path] = now * (new / old)
        else:
            found[change.path] = new
        if weakened:
            weak.add(change.path)
    for path in weak:
        found[path] = start[path] + effect * (found[path] - start[path])
    return found


def _has(scenario: Scenario, path: str) -> bool:
    try:
        _place(scenario, path)
    except KeyError:
        return False
    return True


def _mean(value: Any) -> float | None:
    if isinstance(value, Law):
        return None if value.kind == "empirical" else value.mean
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _place(scenario: Scenario, path: str) -> Place:
    place = root(scenario)
    for name in path.split("."):
        place = place.child(name)
    return place


def _told(assumption: Any, scenario: Scenario) -> Any:
    place = _place(scenario, assumption.path)
    value = place.value.mean if isinstance(place.value, Law) else place.value
    return replace(assumption, value=value, text=in_words(place.value, place.unit, scenario.currency))


def _put(block: Any, path: Sequence[str], value: Any, whole: str) -> Any:
    """A copy of a block with a value below; everything on the way is checked anew."""
    name, rest = path[0], path[1:]
    if isinstance(block, Mapping):
        if rest and name not in block:
            raise CemsimError(f'There is no "{name}" on the way to {whole}.')
        return {**block, name: _put(block[name], rest, value, whole) if rest else value}
    fields = type(block).model_fields
    name = {"contains": "resolves"}.get(name, name)
    if not isinstance(block, Noun) or name not in fields:
        raise CemsimError(f'There is no "{name}" on the way to {whole}.')
    old = getattr(block, name)
    if old is None and rest:
        raise CemsimError(f"{whole} cannot be varied: there is no {name}.")
    inner = _put(old, rest, value, whole) if rest else _allowed(old, value, fields[name].metadata)
    if isinstance(block, Scenario):
        return block.model_copy(update={name: inner})
    given = {field: getattr(block, field) for field in block.model_fields_set} | {name: inner}
    try:
        return type(block).model_validate(given)
    except ValidationError as error:
        why = error.errors()[0]
        raise CemsimError(f"{whole} cannot be {value}: {(why.get('ctx') or {}).get('message', why['msg'])}") from None


def _allowed(old: Any, value: Any, bounds: Sequence[Any]) -> Any:
    """The value as its field takes it: whole where it is counted, within its bounds, the mean of a law."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    for bound in bounds:
        low, high = getattr(bound, "ge", None), getattr(bound, "le", None)
        value = value if low is None else max(value, low)
        value = value if high is None else min(value, high)
    if isinstance(old, Law):
        return old.model_copy(update={"mean": float(value)})
    whole = isinstance(old, int) and not isinstance(old, bool)
    return round(value) if whole else float(value)
