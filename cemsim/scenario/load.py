"""Files to scenarios: read, patch, validate, complete, check."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from cemsim.base import text
from cemsim.base.errors import Problem, ScenarioError
from cemsim.base.near import nearest
from cemsim.scenario import blueprint_checks, checks, edits, expect, explain, packs, patch, register, rule_checks
from cemsim.scenario.complete import complete
from cemsim.scenario.files import inside
from cemsim.scenario.notes import Notes, unwrap
from cemsim.scenario.schema.recipe import Change, Recipe, Scenario

MOST_LINKS: Final = 8
#: Whether a change of a patch, by its path as written, is to be made.
Keep = Callable[[text.Text], bool]


@dataclass
class Draft:
    """A scenario half read: words still with their marks, and the recipe they make."""

    data: dict[str, Any]
    notes: Notes
    recipe: Recipe
    file: str
    chain: tuple[Path, ...] = ()
    changes: tuple[Change, ...] = field(default=())


def load(path: str | os.PathLike[str]) -> Scenario:
    """Read a scenario file, a baseline or a patch.

    Args: path of a YAML file; a patch names the file it is based on.
    Returns: a frozen Scenario, all numbers in kept units (minutes, per year, fractions, money).
    Errors: ScenarioError with everything that is wrong.
    """
    draft = _draft(Path(path), ())
    return _scenario(draft, Path(path), _expected(draft, Path(path)))


def check(paths: Iterable[str | os.PathLike[str]]) -> list[Problem]:
    """Everything wrong with scenario files; remarks, which stop nothing, are of the class Remark."""
    found: list[Problem] = []
    for path in paths:
        try:
            found += load(path).remarks
        except ScenarioError as error:
            found += error.problems
    return list(dict.fromkeys(found))


def load_partly(path: str | os.PathLike[str], keep: Keep) -> Scenario:
    """Read a patch, but make only those of its changes, and of the patches below it, that ``keep`` wants.

    All else that a patch says (its investment, when it starts) stays. Errors: ScenarioError as in :func:`load`, also
    where one change cannot be made without another.
    """
    return _scenario(_draft(Path(path), (), keep), Path(path))


def load_moved(path: str | os.PathLike[str], moved: expect.Statement) -> Scenario:
    """Read a scenario file with the lever of a statement moved, as a patch of it would move it.

    Errors: ScenarioError as in :func:`load`, also where the lever cannot be moved like that.
    """
    scenario = _scenario(_moved(_draft(Path(path), ()), Path(path), moved), Path(path))
    return scenario.model_copy(update={"own_baseline": False})


def _moved(draft: Draft, path: Path, moved: expect.Statement) -> Draft:
    def here(words: str) -> text.Text:
        return text.Text(words, moved.text.file, moved.text.line)

    verb, amount = moved.change
    name = here(f"{draft.recipe.name}: {moved.text}")
    raw: dict[str, Any] = {"name": name, "change": {here(moved.lever): {here(verb): here(amount)}}}
    return _patched(raw, moved.text.file, path, draft)


def _expected(draft: Draft, path: Path) -> list[Problem]:
    """What is wrong with the sentences that a file itself states; those that it inherits are judged there."""
    statements, found = expect.read([text for text in draft.recipe.expect if text.file == draft.file])
    for each in statements:
        if each.lever:
            try:
                _moved(draft, path, each)
            except ScenarioError as error:
                world = [p for p in error.problems if "own_baseline" in p.cure]
                found += [each.problem(p.message, "Name a lever." if p in world else p.cure) for p in error.problems]
    return found


def _draft(path: Path, trail: tuple[Path, ...], keep: Keep | None = None) -> Draft:
    raw = text.read(path)
    if "decide_on" in raw or "ruleset" in raw:
        raise ScenarioError(Problem(
            *explain.origin(raw, ["ruleset" if "ruleset" in raw else "decide_on"], str(path)), "",
            "This is a file of rules, not a scenario.",
            f"Name it in a scenario, as rules: [{path.name}], or in a patch, as change: "
            f"{{rules: {{add: [{path.name}]}}}}. Alone it is told by cemsim rules show {path}, and looked through by "
            f"cemsim rules lint {path}.",
        ))  # fmt: skip
    if "based_on" not in raw:
        return _baseline(raw, str(path))
    base = _base_path(raw, path, (*trail, path.resolve()))
    below = _draft(base, (*trail, path.resolve()), keep)
    return _patched(raw, str(path), base, below, keep)


def _base_path(raw: dict[str, Any], path: Path, trail: tuple[Path, ...]) -> Path:
    file, line = explain.origin(raw, ["based_on"], str(path))
    try:
        name = raw["based_on"]
        if not isinstance(name, str):
            raise ScenarioError(
                Problem(file, line, "based_on", "A file's name is needed here.", "Write baseline.yaml.")
            )
        target = inside(path.parent, name)
    except PydanticCustomError as error:
        context = error.context or {}
        raise ScenarioError(
            Problem(file, line, "based_on", str(context["message"]), str(context["cure"]))
        ) from None
    if not target.exists():
        near = nearest(target.name, [p.name for p in sorted(target.parent.glob("*.y*ml"))]).strip()
        cure = near or "Write the name of a scenario file in this folder or below."
        raise ScenarioError(Problem(file, line, "based_on", f'There is no file "{name}".', cure))
    if target in trail:
        names = " -> ".join(p.name for p in (*trail, target))
        raise ScenarioError(
            Problem(
                file,
                line,
                "based_on",
                f"The files are based on each other: {names}.",
                "Let one be a baseline.",
            )
        )
    if len(trail) > MOST_LINKS:
        raise ScenarioError(
            Problem(
                file, line, "based_on", f"More than {MOST_LINKS} files are based on each other.", "Join some."
            )
        )
    return path.parent / name


def _baseline(raw: dict[str, Any], file: str) -> Draft:
    if "change" in raw:
        at = explain.origin(raw, ["change"], file)
        raise ScenarioError(
            Problem(
                *at,
                "change",
                "A change needs something to change.",
                "Write based_on: baseline.yaml above it.",
            )
        )
    if "value" in raw:
        at = explain.origin(raw, ["value"], file)
        raise ScenarioError(Problem(*at, "value", 'There is no field "value" here.', "Begin with: cemsim: 1"))
    data, notes, found = unwrap({key: value for key, value in raw.items() if key != "rules"}, file)
    if "rules" in raw:
        at = explain.origin(raw, ["rules"], file)
        data["rules"], bad = packs.read(raw["rules"], at, _currency(data))
        found += bad
    return Draft(data, notes, _valid(data, file, found), file)


def _patched(raw: dict[str, Any], file: str, base: Path, below: Draft, keep: Keep | None = None) -> Draft:
    read, found = patch.read(raw, file)
    if keep is not None:
        read = replace(read, edits=tuple(edit for edit in read.edits if keep(edit[0])))
    planned, more = edits.resolve(read, below.recipe)
    data, notes = patch.apply(read, planned, below.recipe, below.data, below.notes)
    data["rules"], rules, bad = packs.changed(below.recipe.rules, read.edits, below.recipe.currency)
    more += bad
    recipe = _valid(data, file, sorted([*found, *more], key=lambda p: p.line))
    changes = patch.changes(planned, below.recipe, recipe)
    return Draft(data, notes, recipe, file, (base, *below.chain), (*below.changes, *changes, *rules))


def _valid(data: dict[str, Any], file: str, found: list[Problem]) -> Recipe:
    """The recipe that words make, with what follows from it filled in."""
    context = {"currency": _currency(data)}
    try:
        recipe = Recipe.model_validate(data, context=context)
    except ValidationError as error:
        raise ScenarioError([*found, *explain.problems(error, data, file, context["currency"])]) from None
    if found:
        raise ScenarioError(found)
    return complete(recipe)


def _currency(data: dict[str, Any]) -> str:
    currency = data.get("currency")
    return str(currency) if isinstance(currency, str) else "USD"


def _scenario(draft: Draft, path: Path, found: Iterable[Problem] = ()) -> Scenario:
    """The scenario of a draft, checked; ``found``: what is wrong with it already."""
    where = checks.Where(draft.data, draft.file)
    wrong, odd = checks.cross(draft.recipe, where, draft.changes)
    wrong += rule_checks.cross(draft.recipe)
    more = blueprint_checks.cross(draft.recipe, where)
    wrong, odd = [*wrong, *more[0], *found], [*odd, *more[1]]
    known, bad = register.register(draft.recipe, draft.data, draft.notes, draft.file)
    if wrong or bad:
        raise ScenarioError(sorted([*wrong, *bad], key=lambda p: (p.file, p.line)))
    around: dict[str, Any] = {
        "path": path,
        "based_on": draft.chain,
        "changes": draft.changes,
        "assumptions": known,
        "remarks": tuple(odd),
    }
    return Scenario.model_construct(**{n: getattr(draft.recipe, n) for n in Recipe.model_fields}, **around)
