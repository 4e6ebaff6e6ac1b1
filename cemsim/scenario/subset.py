"""A scenario with only some of its changes: what a decomposition asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, count
from typing import Any, Final

from cemsim.base import text
from cemsim.base.errors import CemsimError, ScenarioError
from cemsim.scenario import patch
from cemsim.scenario.load import load_partly
from cemsim.scenario.packs import RULES
from cemsim.scenario.schema.recipe import Scenario

#: One change as written: its file and its path.
Mark = tuple[str, str]
#: Up to so many changes, every subset is tried for whether it can stand alone.
_ALL_SUBSETS: Final = 6


@dataclass(frozen=True)
class Part:
    """One or several changes of a patch that are made or left out together.

    Attributes: the changes as marks (file, path as written), and what they do in words.
    """

    marks: tuple[Mark, ...]
    words: str


def written_changes(scenario: Scenario) -> tuple[Part, ...]:
    """The changes of a scenario as they stand in its file and those below it, the lowest first.

    One line of a patch is one change, though ``journeys.*`` may stand for many places.
    Errors: ScenarioError where a file cannot be read any more.
    """
    found: list[Part] = []
    for path in reversed((scenario.path, *scenario.based_on[:-1])):
        raw = text.read(path)
        if "based_on" not in raw:
            continue
        for asked, verb, value, _ in patch.parse(raw, str(path)).edits:
            found.append(Part(((str(path), str(asked)),), _in_words(asked, verb, value)))
    return tuple(found)


def _in_words(asked: str, verb: str, value: Any) -> str:
    """A change as a person reads it.

    >>> _in_words("teams.desk.on_shift", "add", "2"), _in_words("teams.desk.serve_first", "to", ["loyal"])
    ('teams.desk.on_shift: add 2', 'teams.desk.serve_first: to loyal')
    >>> _in_words("teams.desk.wage", "to", {"value": "24 USD/h", "source": "assumption"})
    'teams.desk.wage: to 24 USD/h'
    """
    if verb == RULES:
        return asked
    if verb in ("new", "remove"):
        return f"{asked}: {verb}"
    return f"{asked}: {verb} {_bare(value)}"


def _bare(value: Any) -> str:
    """A value as written, without its evidence.

    >>> _bare({"rate": {"value": "0.1 /year", "range": ["0", "1"]}, "days": ["mon", "fri"], "follow_up": {}})
    '{rate: 0.1 /year, days: mon; fri, follow_up: {}}'
    """
    if isinstance(value, list):
        return "; ".join(map(_bare, value))
    if isinstance(value, dict):
        if "value" in value:
            return _bare(value["value"])
        return f"{{{', '.join(f'{key}: {_bare(inner)}' for key, inner in value.items())}}}"
    return str(value)


def with_changes(scenario: Scenario, chosen: Collection[Part]) -> Scenario:
    """The scenario as it would be with only the chosen parts of its changes.

    It keeps its investment, so that what is left starts and ramps up as in the whole; its name says what it holds.
    Errors: ScenarioError where the chosen changes need one that is left out.

    >>> from cemsim import load
    >>> from cemsim.base.shipped import shipped
    >>> whole = load(shipped("scenarios/telecom/knowledge_base.yaml"))
    >>> first, second = written_changes(whole)
    >>> half = with_changes(whole, [second])
    >>> [c.path for c in half.changes if "billing" in c.path], half.investment == whole.investment
    (['journeys.billing_question.steps.call.handling'], True)
    """
    marks = {mark for part in chosen for mark in part.marks}
    made = load_partly(scenario.path, lambda asked: (asked.file, str(asked)) in marks)
    words = " and ".join(part.words for part in chosen) or "no change"
    return made.model_copy(update={"name": f"{scenario.name}, only {words}"})


def separable(scenario: Scenario) -> tuple[Part, ...]:
    """The smallest parts of a scenario's changes that can be made or left out one by one.

    Changes that cannot stand without each other (a new journey and the new team it needs) are one part.
    Errors: CemsimError where the scenario changes nothing, or calibrates a world of its own.
    """
    if scenario.own_baseline:
        raise CemsimError(
            f"{scenario.path} has a baseline of its own (own_baseline: true): its customers are not those of the "
            "comparison's baseline, so the difference cannot be told apart change by change. "
            "Leave own_baseline out, or compare the two with cemsim compare."
        )
    parts = list(written_changes(scenario))
    if not parts:
        raise CemsimError(f"{scenario.path} changes nothing, so there is nothing to explain. Name a patch.")
    while (stuck := _stuck(scenario, parts)) is not None:
        parts = _joined(scenario, parts, *stuck)
    return tuple(parts)


def _stuck(scenario: Scenario, parts: list[Part]) -> tuple[tuple[Part, ...], tuple[Part, ...]] | None:
    """A subset that cannot stand alone and what it lacks; None where all that were tried can."""
    for chosen in _subsets(parts):
        if not _loads(scenario, chosen):
            return chosen, tuple(p for p in parts if p not in chosen)
    return None


def _subsets(parts: list[Part]) -> Iterator[tuple[Part, ...]]:
    """All subsets of few parts; of many, each part alone and all the others without it."""
    if len(parts) <= _ALL_SUBSETS:
        yield from chain.from_iterable(combinations(parts, n) for n in range(1, len(parts)))
        return
    for part in parts:
        yield (part,)
        yield tuple(p for p in parts if p is not part)


def _joined(
    scenario: Scenario, parts: list[Part], chosen: tuple[Part, ...], others: tuple[Part, ...]
) -> list[Part]:
    """The parts with the last of ``chosen`` made one with the fewest others that let it stand."""
    for size in count(1):
        for more in combinations(others, size):
            if size == len(others) or _loads(scenario, (*chosen, *more)):
                one = [p for p in parts if p is chosen[-1] or p in more]
                joined = Part(tuple(m for p in one for m in p.marks), " with ".join(p.words for p in one))
                return [joined if p is one[0] else p for p in parts if p is one[0] or p not in one]
    raise AssertionError("unreachable")


def _loads(scenario: Scenario, chosen: tuple[Part, ...]) -> bool:
    try:
        with_changes(scenario, chosen)
    except ScenarioError:
        return False
    return True


