"""What differs between two scenarios, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cemsim.base.language import say
from cemsim.scenario import rule_words
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.recipe import Assumption, Recipe
from cemsim.scenario.schema.team import Team
from cemsim.scenario.staff import SIZES, said_by, shift_minutes, staff_in_words
from cemsim.scenario.walk import Place, in_words, leaves, root

#: Fields that name a scenario rather than describe its world, and the rules, which have words of their own.
_NAMES = frozenset({"cemsim", "name", "question", "own_baseline", "rules"})
PAYROLL = "people paid full time"
#: Fields of a new block that are told.
_MOST = 24
_NOUNS = {"segments": "segment", "journeys": "journey", "teams": "team", "events": "event"}


@dataclass(frozen=True)
class Difference:
    """One thing that two scenarios do not share.

    Attributes: dotted path; owner ("team desk") and short name of the field; both values in words; the step
    between them in words, where they are numbers.
    """

    path: str
    owner: str
    name: str
    before: str
    after: str
    step: str = ""

    def __str__(self) -> str:
        label = say(", ").join(part for part in (self.owner[:1].upper() + self.owner[1:], say(self.name)) if part)
        if not self.before:
            return say("{whose}: {after}.", whose=label, after=self.after)
        step = say(" ({step})", step=self.step) if self.step else ""
        said = "{whose}: {after} instead of {before}{step}."
        return say(said, whose=label, after=_word(self.after), before=_word(self.before), step=step)


def _word(value: str) -> str:
    """A value in words: on, off and none in the reader's language, all others as written."""
    return say(value) if value in ("on", "off", "none") else value


def differences(one: Recipe, other: Recipe) -> tuple[Difference, ...]:
    """Everything in which ``other`` differs from ``one``, in the order of the fields."""
    rules = [Difference(path, whose, "", "", said) for path, whose, said in rule_words.differences(one, other)]
    return (*_below(root(one), root(other), one.currency, other.currency), *rules)


def staff(one: Recipe, other: Recipe) -> tuple[Difference, ...]:
    """What ``other`` changes on the payroll: of teams that both have, and of new ones."""
    return tuple(
        Difference(f"teams.{name}", owner(("teams", name)), PAYROLL, "", told)
        for name, team in other.teams.items()
        if (told := staff_in_words(one.teams.get(name), team, other.currency))
    )


def _below(one: Place, other: Place, money: str, other_money: str) -> Iterator[Difference]:
    a, b = one.value, other.value
    if (
        a is None
        or b is None
        or type(a) is not type(b)
        or isinstance(a, Law)
        or not isinstance(a, Noun | Mapping)
    ):
        if a != b:
            yield _difference(one, other, money, other_money)
        return
    names = [n for n in dict.fromkeys((*one.names, *other.names)) if one.path or n not in _NAMES]
    if isinstance(a, Team) and isinstance(b, Team) and said_by(a) != said_by(b):
        hidden = {*SIZES, "open"} if "shifts" in (said_by(a), said_by(b)) else {*SIZES}    # shifts say when it is open
        names = [n for n in names if n not in hidden]
        yield Difference(one.dotted, owner(one.path), "size", _size(one, money), _size(other, other_money))
    for name in names:
        old, new = _child(one, name), _child(other, name)
        if old is not None and new is not None:
            yield from _below(old, new, money, other_money)
        elif new is not None:
            told = say("is new ({summary})", summary=_summary(new, other_money))
            yield Difference(new.dotted, owner(new.path), "", "", told)
            if isinstance(new.value, Team):
                payroll = staff_in_words(None, new.value, other_money)
                yield Difference(new.dotted, owner(new.path), PAYROLL, "", payroll)
        elif old is not None:
            yield Difference(old.dotted, owner(old.path), "", "", say("is not there any more"))
    if isinstance(a, Team) and isinstance(b, Team) and (told := staff_in_words(a, b, other_money)):
        yield Difference(one.dotted, owner(one.path), PAYROLL, "", told)


def _size(place: Place, money: str) -> str:
    """How large a team is, in the way it says it."""
    field = place.child(said_by(place.value))
    words = in_words(field.value, field.unit, money)
    hours = say("{hours} h a week", hours=f"{shift_minutes(place.value) / 60:g}")
    if field.path[-1] == "shifts":
        return f"{hours} ({words})"
    return f"{words} {field.path[-1].replace('_', ' ')} ({hours})"


def _child(place: Place, name: str) -> Place | None:
    try:
        return place.child(name)
    except KeyError:
        return None


def _difference(one: Place, other: Place, money: str, other_money: str) -> Difference:
    a, b = one.value, other.value
    path = one.path
    if isinstance(b, Noun) and not isinstance(b, Law):
        after = _summary(other, other_money)
        return Difference(one.dotted, *_label(path), in_words(a), after)
    before = (
        in_words(a, one.unit, money)
        if not isinstance(a, Noun) or isinstance(a, Law)
        else _summary(one, money)
    )
    after = in_words(b, other.unit, other_money)
    return Difference(one.dotted, *_label(path), before, after, step_in_words(a, b, one))


def _label(path: tuple[str, ...]) -> tuple[str, str]:
    """Owner and short name of a field.

    >>> _label(("teams", "desk", "on_shift")), _label(("investment",))
    (('team desk', 'on shift'), ('investment', ''))
    """
    whose = owner(path[:-1])
    name = path[-1].replace("_", " ")
    return (whose, name) if whose else (say(name), "")


def step_in_words(before: Any, after: Any, place: Place) -> str:
    """The step from one number to another: points of a share, else absolute where whole, else relative."""
    if isinstance(before, Law) and isinstance(after, Law):
        before, after = before.mean, after.mean
        unit = None
    else:
        unit = place.unit
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in (before, after)):
        return ""
    gap = after - before
    if unit is not None and unit.word.startswith("%"):
        return f"{gap * 100:+.3g}" + say(" %-points")
    if unit is not None and (unit.whole or unit.word == "points"):
        return f"{gap:+g}"
    return f"{gap / before * 100:+.3g} %" if before else ""


def owner(path: tuple[str, ...]) -> str:
    """Whose field it is.

    >>> owner(("journeys", "billing", "steps", "call")), owner(("failures", "recovery"))
    ('step call of journey billing', 'failures, recovery')
    """
    if path[:1] == ("journeys",) and len(path) >= 4:
        return say(", ").join((say("step {step} of journey {journey}", step=path[3], journey=path[1]), *path[4:]))
    if path and path[0] in _NOUNS and len(path) >= 2:
        return say(", ").join((f"{say(_NOUNS[path[0]])} {path[1]}", *path[2:]))
    return say(", ").join(say(name.replace("_", " ")) for name in path)


def _summary(place: Place, money: str) -> str:
    """What a block says, in a row: what is written, or not as by default; of a block written without fields, all."""
    said = []
    for leaf in leaves(place):
        rest = leaf.path[len(place.path) :]
        shown = leaf.value != leaf.default or _written(place.value, rest)
        if shown and leaf.value not in (None, ()) and "loads" not in rest:
            name = " ".join(say(part.replace("_", " ")) for part in rest)
            said.append(f"{name} {in_words(leaf.value, leaf.unit, money)}")
    if len(said) > _MOST:
        said[_MOST:] = [say("and {count} more", count=len(said) - _MOST)]
    return say(", ").join(said) or (
        say("as by default") if isinstance(place.value, Noun) else in_words(place.value, place.unit, money)
    )


def _written(block: Any, names: tuple[str, ...]) -> bool:
    """Whether a field below a block is written, or stands in a block that is written without any."""
    for name in names:
        if isinstance(block, Noun):
            if not block.model_fields_set:
                return True
            if name not in block.model_fields_set:
                return False
            block = getattr(block, name)
        else:
            block = block[name]
    return True


def as_written(known: Assumption) -> tuple[str, str, str]:
    """Value, unit and range of an assumption as people write them: shares as percentages.

    >>> as_written(Assumption("a", 0.61, "fraction", "61 %", "", (0.55, 0.67), None, "", 0, "V"))
    ('61', '%', '55 to 67')
    """
    scale = 100.0 if known.unit.startswith("fraction") else 1.0
    unit = known.unit.replace("fraction", "%")
    number = isinstance(known.value, int | float) and not isinstance(known.value, bool)
    value = f"{known.value * scale:.6g}" if number else known.text
    limits = f"{known.range[0] * scale:.6g} to {known.range[1] * scale:.6g}" if known.range else ""
    return value, unit, limits
