"""Cases: what a ruleset should do with given facts, written by whoever writes the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cemsim.base import text
from cemsim.base.errors import CemsimError, Problem, ScenarioError
from cemsim.base.near import listed, nearest
from cemsim.base.shipped import shipped
from cemsim.base.text import Kind, Text
from cemsim.base.units import UnitError
from cemsim.rules.conditions import example
from cemsim.rules.form import FLAG, Decision, Ruleset
from cemsim.rules.interpret import decide
from cemsim.rules.marks import Fields, Findings, Wrong, line_of, shown
from cemsim.rules.read import read_rules, rule_files
from cemsim.rules.values import read_value
from cemsim.rules.vocabulary import FACTS, POINTS

CASES: Final = Kind("case file", "overtime.yaml", "- name: what should happen", "Split it into several files.")
FIELDS: Final = ("name", "rules", "point", "given", "cooling", "expect")
NEEDED: Final = {
    "name": "Write name: and what should happen, as a sentence.",
    "rules": "Write rules: and the name of a rule file.",
    "point": f"Write point: and one of {listed(POINTS)}.",
    "given": "Write given: {fact: value}.",
    "expect": "Write expect: [id of the rule that should act], or [] where none should.",
}


@dataclass(frozen=True)
class Case:
    """Facts that are given, rules that rest, and the ids of the rules that should act."""

    name: str
    ruleset: Ruleset
    given: Mapping[str, str]
    facts: Mapping[str, int | str]
    cooling: tuple[str, ...]
    expect: tuple[str, ...]
    file: str
    line: int

    def decided(self) -> Decision:
        """What the rules decide."""
        resting = [place for place, rule in enumerate(self.ruleset.rules) if rule.id in self.cooling]
        return decide(self.ruleset, self.facts, resting)

    def ids(self, places: tuple[int, ...]) -> tuple[str, ...]:
        """Ids of rules at these places."""
        return tuple(self.ruleset.rules[place].id for place in places)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Facts that the rules ask and that are not given."""
        return tuple(name for name in self.ruleset.facts if name not in self.facts)


def read_cases(path: Path, currency: str = "USD") -> tuple[Case, ...]:
    """The cases of a file.

    Errors: ScenarioError with everything that is wrong in it, or in the rule files that it names.
    """
    found, problems = readable(path, currency)
    if problems:
        raise ScenarioError(problems)
    return found


def readable(path: Path, currency: str = "USD") -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """The cases of a file that can be read, and what is wrong with the others or with the rule files they name.

    Errors: ScenarioError where the file holds no cases at all.
    """
    reader = _Reader(Findings(str(path)), path.parent, currency)
    found = [reader.case(item, i) for i, item in enumerate(text.read_list(path, CASES), 1)]
    return tuple(case for case in found if case), (*dict.fromkeys(reader.elsewhere), *reader.findings.problems)


@dataclass
class _Reader:
    """Reads the cases of one file; a rule file is read once."""

    findings: Findings
    folder: Path
    currency: str
    known: dict[str, Ruleset] = field(default_factory=dict)
    elsewhere: list[Problem] = field(default_factory=list)

    def case(self, value: Any, number: int) -> Case | None:
        """One case, or nothing where something is wrong."""
        path, findings = str(number), self.findings
        before = len(findings.problems)
        try:
            block = findings.block(value, value, path, NEEDED["name"])
        except Wrong:
            return None
        fields = Fields(findings, block, path, FIELDS, NEEDED)
        name = fields.get("name", lambda v, at, path: findings.word(v, at, path, NEEDED["name"]))
        rules = fields.get("rules", self._rules)
        point = fields.get("point", lambda v, at, path: findings.one_of(v, at, path, POINTS, "point"))
        if name is None or rules is None or point is None:
            return None
        if point != rules.point:
            findings.add(
                fields.names["point"],
                f"{path}.point",
                f"{rules.name} is not asked at {point}.",
                f"Write point: {rules.point}",
            )
        given = fields.get("given", lambda v, at, path: self._given(rules, v, at, path))
        expect = fields.get("expect", lambda v, at, path: self._ids(rules, v, at, path))
        cooling = fields.get("cooling", lambda v, at, path: self._cooling(rules, v, at, path))
        if given is None or expect is None or len(findings.problems) > before:
            return None
        words = {str(fact): str(word) for fact, word in block["given"].items()}
        return Case(" ".join(name.split()), rules, words, given, cooling or (), expect, findings.file, line_of(block))

    def _rules(self, value: Any, at: Text, path: str) -> Ruleset:
        word = self.findings.word(value, at, path, NEEDED["rules"])
        if word not in self.known:
            try:
                self.known[word] = read_rules(self._file(word, path), self.currency)
            except ScenarioError as error:
                self.elsewhere += error.problems
                raise Wrong from None
        return self.known[word]

    def _file(self, name: Text, path: str) -> Path:
        """A rule file: beside the cases, or among those that come with cemsim."""
        beside = self.folder / name
        try:
            if beside.is_file() and not beside.samefile(self.findings.file):  # cases may be called as their rules
                return beside
            return shipped("rules", name)
        except (CemsimError, OSError, ValueError):
            own = {known for place in (self.folder, shipped("rules")) for known in rule_files(place)}
            cure = nearest(name, sorted(own)).strip() or "Put it there, or write the path that leads there."
            self.findings.stop(
                name,
                path,
                f'There is no rule file "{shown(name)}" beside this file ({self.folder}), and none came with cemsim.',
                cure,
            )

    def _given(self, rules: Ruleset, value: Any, at: Text, path: str) -> dict[str, int | str]:
        """The facts; a derived flag that is not given was not raised."""
        flags = [name.removeprefix(FLAG) for name in rules.facts if name.startswith(FLAG)]
        facts: dict[str, int | str] = {FLAG + name: 0 for name in flags}
        right = True
        offered = (*POINTS[rules.point].facts, *flags)
        for name, word in self.findings.block(value, at, path, NEEDED["given"]).items():
            here = f"{path}.{shown(name)}"
            try:
                if name not in offered:
                    self.findings.stop(
                        name,
                        here,
                        f"{shown(name)} is not known at {rules.point}.",
                        f"Known there: {listed(offered, 40)}.{nearest(name, offered)}",
                    )
                if name in flags:
                    facts[FLAG + name] = int(self.findings.flag(word, name, here))
                    continue
                fact = FACTS[name]
                read = self.findings.word(word, name, here, f"Write {example(fact)}, or leave out what is unknown.")
                try:
                    facts[str(name)] = read_value(fact, read, self.currency, exact=False)
                except UnitError as error:
                    self.findings.stop(read, here, error.message, error.cure)
            except Wrong:
                right = False
        if not right:
            raise Wrong
        return facts

    def _cooling(self, rules: Ruleset, value: Any, at: Text, path: str) -> tuple[str, ...]:
        """Rules that rest: only what has a cooldown ever does."""
        ids = self._ids(rules, value, at, path)
        can = [rule.id for rule in rules.rules if rule.cooldown]
        for name in ids:
            if name not in can:
                self.findings.stop(
                    at,
                    path,
                    f"{name} never rests: it has no cooldown in {rules.name}.",
                    f"Leave it out, or give the rule a cooldown. Rules that rest are: {listed(can)}.",
                )
        return ids

    def _ids(self, rules: Ruleset, value: Any, at: Text, path: str) -> tuple[str, ...]:
        known = [rule.id for rule in rules.rules]
        if value == []:
            return ()
        words = self.findings.items(value, at, path, NEEDED["expect"])
        return tuple(self.findings.one_of(word, at, path, known, f"rule in {rules.name} called") for word in words)
