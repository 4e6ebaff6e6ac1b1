"""The rules of a scenario: read from files or in place, and changed by patches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pydantic_core import PydanticCustomError

from cemsim.base import text
from cemsim.base.errors import CemsimError, Problem, ScenarioError
from cemsim.base.near import listed, nearest
from cemsim.base.shipped import shipped
from cemsim.base.text import Text
from cemsim.rules.marks import FALSE, TRUE
from cemsim.rules.read import RULES as RULE_FILE
from cemsim.rules.read import rule_files, ruleset_of
from cemsim.scenario.files import inside
from cemsim.scenario.schema.recipe import Change
from cemsim.scenario.schema.rules import Pack

#: What a patch may do with rules, in the order in which it is done, and how each is written.
VERBS: Final = {
    "remove": "[service.yaml]", "replace": "{old.yaml: new.yaml}", "add": "[service.yaml]",
    "disable": "[service.late]", "enable": "[service.late]",
}  # fmt: skip
HOW: Final = f"Write one of these: {', '.join(f'rules: {{{verb}: {how}}}' for verb, how in VERBS.items())}."
#: What the edit of a patch that is about rules has for a verb; its value is the verb proper and what it is about.
RULES: Final = "rules"
Step = tuple[Text, str, Any, str | None]


def read(value: Any, at: tuple[str, int], currency: str) -> tuple[tuple[Pack, ...], list[Problem]]:
    """Packs of a scenario's ``rules``, and all that is wrong with them; ``at``: where the field is written."""
    if value is None or not isinstance(value, list):
        cure = f"Write rules: [{value}]." if isinstance(value, str) else "Write rules: [service.yaml]."
        return (), [Problem(*at, "rules", "A list of rule files is needed here.", cure)]
    packs: list[Pack] = []
    found: list[Problem] = []
    for each in value:
        try:
            fresh = one(each, _place(each, at), currency)
        except ScenarioError as error:
            found += error.problems
            continue
        if any(fresh.name == pack.name for pack in packs):
            found.append(Problem(*_place(each, at), "rules", f'"{fresh.name}" is named twice.', "Name it once."))
        packs.append(fresh)
    return tuple(packs), found


def one(value: Any, at: tuple[str, int], currency: str) -> Pack:
    """A pack from a file's name or from rules in place. Errors: ScenarioError with all that is wrong."""
    if isinstance(value, dict):
        return Pack(_whole(value), ruleset_of(value, at[0], currency))
    if not isinstance(value, str):
        raise ScenarioError(Problem(*at, "rules", "A rule file's name is needed here.", "Write service.yaml."))
    file = value.file if isinstance(value, Text) else at[0]
    return of_file(_find(str(value), Path(file).parent, at), str(value), currency)


def of_file(path: Path, named: str, currency: str) -> Pack:
    """The pack of a rule file. Errors: ScenarioError with all that is wrong."""
    words: dict[Any, Any] = text.read(path, RULE_FILE)
    return Pack(_whole(words), ruleset_of(words, str(path), currency), named)


def known(path: Path) -> Path:
    """A rule file; where a bare name leads to none, the one of that name that came with cemsim.

    >>> known(Path("call_back.yaml")).parent.name
    'rules'
    """
    if path.exists() or path.name != str(path):
        return path
    try:
        own = shipped(RULES) / path.name
    except CemsimError:                              # an installation without any rule file
        return path
    return own if own.exists() else path


def _whole(value: Any) -> Any:
    """Words with an empty block where nothing is written, as after an action without parameters."""
    if isinstance(value, Mapping):
        return {key: _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else {} if value is None else value


def _place(value: Any, at: tuple[str, int]) -> tuple[str, int]:
    """Where a name or a block is written; ``at``: where its list is."""
    mark = next(iter(value), None) if isinstance(value, dict) else value
    return (mark.file, mark.line) if isinstance(mark, Text) else at


def _find(name: str, folder: Path, at: tuple[str, int]) -> Path:
    """A rule file beside the scenario or below it, else one that came with cemsim."""
    try:
        if inside(folder, name).exists():
            return folder / name
        own = shipped(RULES)
        if inside(own, name).exists():
            return own / name
    except PydanticCustomError as error:
        context = error.context or {}
        raise ScenarioError(Problem(*at, "rules", str(context["message"]), str(context["cure"]))) from None
    except CemsimError:                              # an installation without any rule file
        own = folder
    there = sorted({name for place in (folder, own) for name in rule_files(place)})
    raise ScenarioError(
        Problem(
            *at, "rules", f'There is no rule file "{name}" beside this file, and none came with cemsim.',
            nearest(name, there).strip() or "Put it into the folder of this file, or below.",
        )  # fmt: skip
    )


def steps(body: Any, key: Text) -> tuple[list[Step], list[Problem]]:
    """The changes that a patch writes under ``rules``, one by one, and what is wrong with their form."""
    if key != RULES:
        cure = f"Write rules: {{{key.partition('.')[2]}: ...}}."
        return [], [Problem(key.file, key.line, f"change.{key}", "Changes of rules stand under rules.", cure)]
    if not isinstance(body, dict) or not body:
        message = "A change of rules says how." if body else "This changes nothing."
        return [], [Problem(key.file, key.line, "change.rules", message, HOW)]
    found: list[Problem] = []
    made: list[Step] = []
    for verb, value in body.items():
        path = f"change.rules.{verb}"
        if verb not in VERBS:
            found.append(Problem(verb.file, verb.line, path, f'Rules cannot be changed by "{verb}".',
                                 f"{HOW}{nearest(str(verb), VERBS)}"))  # fmt: skip
        elif verb == "replace" and isinstance(value, dict) and value:
            made += [_edit(verb, old, old, (old, new)) for old, new in value.items()]
        elif verb == "replace" or not isinstance(value, list) or not value:
            named = verb != "replace" and isinstance(value, str) and value not in (*TRUE, *FALSE)
            form = f"[{value}]" if named else VERBS[verb]
            found.append(Problem(verb.file, verb.line, path, "This is not how it is written.",
                                 f"Write {verb}: {form}."))  # fmt: skip
        else:
            for each in value:
                if isinstance(each, str) or (verb == "add" and isinstance(each, dict)):
                    name = each if isinstance(each, str) else each.get("ruleset", "rules")
                    made.append(_edit(verb, name, name if isinstance(name, Text) else verb, each))
                else:
                    found.append(Problem(verb.file, verb.line, path, "A name is needed here.", HOW))
    return sorted(made, key=lambda step: list(VERBS).index(step[2][0])), found


def _edit(verb: Text, name: str, mark: Text, about: Any) -> Step:
    return Text(f"rules: {verb} {name}", mark.file, mark.line), RULES, (str(verb), about), None


def changed(
    packs: tuple[Pack, ...], edits: tuple[Step, ...], currency: str
) -> tuple[tuple[Pack, ...], tuple[Change, ...], list[Problem]]:
    """Packs after a patch's changes, the changes made, and what of them cannot be."""
    found: list[Problem] = []
    done: list[Change] = []
    for asked, kind, written, _ in edits:
        if kind != RULES:
            continue
        verb, value = written
        try:
            fresh = _step(packs, asked, verb, value, currency)
        except _Refused as refusal:
            found.append(Problem(asked.file, asked.line, f"change.rules.{verb}", refusal.message, refusal.cure))
            continue
        except ScenarioError as error:
            found += error.problems
            continue
        before, after = (tuple(p.ruleset.name for p in side if p.ruleset.rules) for side in (packs, fresh))
        done.append(Change("rules", verb, value, before, after, asked.file, asked.line))
        packs = fresh
    return packs, tuple(done), found


class _Refused(Exception):
    def __init__(self, message: str, cure: str):
        super().__init__(message)
        self.message, self.cure = message, cure


def _step(packs: tuple[Pack, ...], asked: Text, verb: str, value: Any, currency: str) -> tuple[Pack, ...]:
    at = (asked.file, asked.line)
    if verb == "add":
        fresh = one(value, at, currency)
        if any(fresh.name == pack.name for pack in packs):
            raise _Refused(f'"{fresh.name}" is there already.', "Leave it out, or replace it.")
        return (*packs, fresh)
    if verb == "remove":
        gone = _named(packs, str(value))
        return tuple(pack for pack in packs if pack is not gone)
    if verb == "replace":
        old, new = value
        gone, fresh = _named(packs, str(old)), one(new, at, currency)
        if gone == fresh:
            raise _Refused("This changes nothing: the rules are the same.", "Leave it out, or name other rules.")
        if any(fresh.name == pack.name for pack in packs if pack is not gone):
            raise _Refused(f'"{fresh.name}" is there already.', f"Write remove: [{old}].")
        return tuple(fresh if pack is gone else pack for pack in packs)
    return _switched(packs, asked, verb, str(value), currency)


def _named(packs: tuple[Pack, ...], name: str) -> Pack:
    for pack in packs:
        if name in (pack.named, pack.ruleset.name):
            return pack
    names = [pack.name for pack in packs]
    raise _Refused(f'There are no rules "{name}" here.', f"Rules are: {listed(names)}.{nearest(name, names)}")


def _switched(packs: tuple[Pack, ...], asked: Text, verb: str, target: str, currency: str) -> tuple[Pack, ...]:
    """Packs with a rule, or a whole pack, switched off or on."""
    whole = next((pack for pack in packs if target in (pack.named, pack.ruleset.name)), None)
    name, _, rule = (target, "", "") if whole is not None else target.rpartition(".")
    pack = whole or _named(packs, name or target)
    ids = [str(each["id"]) for each in pack.words["rules"]]
    if rule and rule not in ids:
        raise _Refused(
            f'There is no rule "{rule}" in {pack.ruleset.name}.', f"Its rules are: {listed(ids)}.{nearest(rule, ids)}"
        )
    rules = [_set(each, asked, verb) if rule in ("", each["id"]) else each for each in pack.words["rules"]]
    if rules == pack.words["rules"]:
        state = "off" if verb == "disable" else "on"
        raise _Refused(f'This changes nothing: "{target}" is switched {state} already.', "Leave it out.")
    words: dict[Text, Any] = {key: rules if key == "rules" else value for key, value in pack.words.items()}
    fresh = replace(pack, words=words, ruleset=ruleset_of(words, pack.ruleset.file, currency))
    return tuple(fresh if each is pack else each for each in packs)


def _set(rule: dict[Any, Any], asked: Text, verb: str) -> dict[Any, Any]:
    """A rule's words, switched off or on."""
    if (rule.get("enabled") in FALSE) == (verb == "disable"):
        return rule
    kept = {key: value for key, value in rule.items() if key != "enabled"}
    if verb == "enable":
        return kept
    return kept | {Text("enabled", asked.file, asked.line): Text("false", asked.file, asked.line)}
