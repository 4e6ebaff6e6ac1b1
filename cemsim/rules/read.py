"""Rule files: read, checked against the vocabularies, and everything wrong in them said at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cemsim.base import text
from cemsim.base.near import listed
from cemsim.base.text import Kind, Text
from cemsim.base.units import MINUTES, UnitError
from cemsim.rules.conditions import Alternatives, Conditions, TooMany, expand
from cemsim.rules.deeds import Deeds
from cemsim.rules.form import MOST_ALTERNATIVES, MOST_RULES, MOST_STAGES, Cooldown, Rule, Ruleset, Schedule
from cemsim.rules.marks import Block, Fields, Findings, Wrong, is_name, line_of, shown, what
from cemsim.rules.vocabulary import CANCELS, POINTS, STARTS, Point

#: More files are not looked through for the one that was meant.
MOST_BESIDE: Final = 500
RULES: Final = Kind(
    "rule file",
    "overtime.yaml",
    "version: 1",
    f"A rule file holds at most {MOST_RULES} rules: split it.",
    128 * 1024,
    6_000,
)
TOP: Final = ("version", "ruleset", "decide_on", "stage", "hit", "schedule", "rules")
RULE: Final = ("id", "because", "salience", "when", "then", "cooldown", "enabled")
MOST_SALIENCE: Final = 1000
MOST_BECAUSE: Final = 400
LONGEST: Final = 100 * 525_600.0
SCHEDULED: Final = "case_age"
SCHEDULE: Final = "Write schedule: {start: complaint_opened, after: 48 h, cancel_on: [complaint_closed]}."
REST: Final = ("customer", "case", "team", "all")
COOLDOWN: Final = "Write cooldown: {per: customer, time: 30 days}."
NEEDED: Final = {
    "version": "Write version: 1",
    "ruleset": "Write ruleset: and its name.",
    "decide_on": f"Write decide_on: and one of {listed(POINTS)}.",
    "rules": "Write rules: [{id: ..., because: ..., when: {...}, then: [...]}].",
}
RULE_NEEDS: Final = {
    "id": "Write id: and a name of its own.",
    "because": "Write because: and the reason, as you would tell it to the team.",
    "when": "Write when: {fact: value}.",
    "then": "Write then: [{action: {parameter: value}}].",
}


def rule_files(folder: Path) -> list[str]:
    """Names of the rule files of a folder and of those in it, as a scenario there would write them."""
    found = []
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*/*.yaml")))[:MOST_BESIDE]:
        try:
            begins = path.read_text(encoding="utf-8")[:4000]
        except (OSError, ValueError):
            continue
        if any(line.startswith("ruleset:") for line in begins.splitlines()):
            found.append(path.relative_to(folder).as_posix())
    return found


def read_rules(path: Path, currency: str = "USD") -> Ruleset:
    """The ruleset of a file.

    Errors: ScenarioError with everything that is wrong in it.
    """
    return ruleset_of(text.read(path, RULES), str(path), currency)


def ruleset_of(data: Block, file: str, currency: str = "USD") -> Ruleset:
    """The ruleset of a block of fields, as ``cemsim.base.text`` reads it; ``file`` is its name for messages.

    Errors: ScenarioError with everything that is wrong in it.
    """
    findings = Findings(file)
    if "cemsim" in data:
        findings.add(
            data, "", "This is a scenario, not a file of rules.", f"A file of rules begins with: {RULES.begin}"
        )
        findings.done()
    found = _Reader(findings, currency).ruleset(data)
    findings.done()
    assert found is not None  # what was not read is among the findings
    return found


@dataclass
class _Reader:
    """Reads one ruleset."""

    findings: Findings
    currency: str

    def ruleset(self, data: Block) -> Ruleset | None:
        """The ruleset, or nothing where something is wrong."""
        findings = self.findings
        fields = Fields(findings, data, "", TOP, NEEDED)
        fields.get("version", self._version)
        name = fields.get("ruleset", lambda v, at, path: findings.name(v, at, path, NEEDED["ruleset"]))
        place = fields.get("decide_on", lambda v, at, path: findings.one_of(v, at, path, POINTS, "point"))
        stage = fields.get("stage", lambda v, at, path: findings.whole(v, at, path, 0, MOST_STAGES - 1))
        hit = fields.get("hit", lambda v, at, path: findings.one_of(v, at, path, ("first", "all"), "way to hit"))
        if place is None:
            return None  # without its point nothing is known of facts and actions
        point = POINTS[place]
        schedule = fields.get("schedule", lambda v, at, path: self._schedule(point, v, at, path))
        if point.name == SCHEDULED and "schedule" not in data:
            findings.add(data, "schedule", "Nothing says at which age a case is asked about.", SCHEDULE)
        rules = fields.get("rules", lambda v, at, path: self._rules(point, stage or 0, v, at, path))
        if name is None or rules is None:
            return None
        return Ruleset(
            name, place, rules, "all" if hit == "all" else "first", stage or 0, schedule, findings.file, line_of(data)
        )

    def _version(self, value: Any, at: Text, path: str) -> None:
        if value != "1":
            self.findings.stop(at, path, f"{what(value)} is not a version of this language.", "Write version: 1")

    def _schedule(self, point: Point, value: Any, at: Text, path: str) -> Schedule:
        if point.name != SCHEDULED:
            self.findings.stop(
                at,
                path,
                f"{point.name} needs no schedule: it is asked whenever {point.meaning}.",
                f"Leave it out, or write decide_on: {SCHEDULED}.",
            )
        block = self.findings.block(value, at, path, SCHEDULE)
        fields = Fields(
            self.findings, block, path, ("start", "after", "cancel_on"), {"start": SCHEDULE, "after": SCHEDULE}
        )
        start = fields.get("start", lambda v, at, path: self.findings.one_of(v, at, path, STARTS, "event"))
        after = fields.get("after", self._time)
        cancel = fields.get("cancel_on", self._events) or ()
        if start is None or after is None:
            raise Wrong
        return Schedule(start, after, cancel)

    def _events(self, value: Any, at: Text, path: str) -> tuple[str, ...]:
        words = self.findings.items(value, at, path, f"Write a list of events: {listed(CANCELS)}.")
        return tuple(self.findings.one_of(word, at, path, CANCELS, "event") for word in words)

    def _time(self, value: Any, at: Text, path: str) -> float:
        word = self.findings.word(value, at, path, "Write a time such as 48 h.")
        try:
            time = MINUTES.read(word, self.currency)
        except UnitError as error:
            self.findings.stop(word, path, error.message, error.cure)
        if not 0 < time <= LONGEST:
            self.findings.stop(word, path, f'"{word}" is out of range.', "Write a time above 0 and up to 100 years.")
        return time

    def _rules(self, point: Point, stage: int, value: Any, at: Text, path: str) -> tuple[Rule, ...]:
        items = self.findings.items(value, at, path, NEEDED["rules"])
        if len(items) > MOST_RULES:
            self.findings.stop(
                at,
                path,
                f"This file holds {len(items):,} rules; a file has at most {MOST_RULES}.",
                "Split it into several files.",
            )
        conditions = Conditions(self.findings, point, stage, _raised(items), self.currency)
        deeds = Deeds(self.findings, point, self.currency)
        found = [
            self._rule(point, conditions, deeds, item, at, f"{path}.{_label(item, i)}")
            for i, item in enumerate(items, 1)
        ]
        self._once(items)
        if sum(len(rule.alternatives) for rule in found if rule) > MOST_ALTERNATIVES:
            self._too_many(at, path)
        right = [rule for rule in found if rule]
        if len(right) < len(found):
            raise Wrong
        return tuple(sorted((rule for rule in right if rule.enabled), key=lambda rule: -rule.salience))

    def _too_many(self, at: Any, path: str) -> None:
        self.findings.add(
            at,
            path,
            f"Once every any is written out, this file has more than {MOST_ALTERNATIVES} rows.",
            "Split it, or derive a flag in an earlier stage.",
        )

    def _once(self, items: list[Any]) -> None:
        """Every id names one rule."""
        first: dict[str, int] = {}
        for i, item in enumerate(items, 1):
            name = item.get("id") if isinstance(item, dict) else None
            if isinstance(name, Text):
                if name in first:
                    message = f'Two rules are called "{shown(name)}" (first in line {first[name]}).'
                    self.findings.add(name, f"rules.{i}.id", message, "Give each its own id: reports name rules by it.")
                first.setdefault(name, name.line)

    def _rule(self, point: Point, conditions: Conditions, deeds: Deeds, value: Any, at: Text, path: str) -> Rule | None:
        findings = self.findings
        try:
            block = findings.block(value, at, path, NEEDED["rules"])
        except Wrong:
            return None
        fields = Fields(findings, block, path, RULE, RULE_NEEDS)
        name = fields.get("id", lambda v, at, path: findings.name(v, at, path, RULE_NEEDS["id"]))
        because = fields.get("because", self._because)
        salience = fields.get("salience", lambda v, at, path: findings.whole(v, at, path, 0, MOST_SALIENCE))
        enabled = fields.get("enabled", findings.flag)
        cooldown = fields.get("cooldown", lambda v, at, path: self._cooldown(point, v, at, path))
        alternatives = fields.get("when", lambda v, at, path: self._when(conditions, v, at, path))
        then = fields.get("then", deeds.read)
        if name is None or because is None or alternatives is None or then is None:
            return None
        return Rule(
            name,
            because,
            alternatives,
            then,
            salience or 0,
            cooldown,
            enabled is not False,
            findings.file,
            line_of(block),
        )

    def _because(self, value: Any, at: Text, path: str) -> str:
        word = self.findings.word(value, at, path, RULE_NEEDS["because"])
        if len(word) > MOST_BECAUSE:
            self.findings.stop(word, path, f"This has {len(word):,} letters.", f"Say it in {MOST_BECAUSE} or fewer.")
        return " ".join(word.split())

    def _when(self, conditions: Conditions, value: Any, at: Text, path: str) -> Alternatives:
        condition = conditions.read(value, at, path)
        try:
            return expand(condition)
        except TooMany:
            self._too_many(at, path)
            raise Wrong from None

    def _cooldown(self, point: Point, value: Any, at: Text, path: str) -> Cooldown:
        block = self.findings.block(value, at, path, COOLDOWN)
        fields = Fields(self.findings, block, path, ("per", "time"), {"per": COOLDOWN, "time": COOLDOWN})
        per = fields.get("per", lambda v, at, path: self._per(point, v, at, path))
        time = fields.get("time", self._time)
        if per is None or time is None:
            raise Wrong
        return Cooldown(per, time)  # type: ignore[arg-type]  # one of the words of _rests

    def _per(self, point: Point, value: Any, at: Text, path: str) -> str:
        here = _rests(point)
        if isinstance(value, Text) and value in REST and value not in here:
            message = f"At {point.name} a rule cannot rest per {value}: no {value} is known there."
            self.findings.stop(value, path, message, f"Write {' or '.join(f'per: {word}' for word in here)}.")
        return self.findings.one_of(value, at, path, here, "way to rest")


def _rests(point: Point) -> tuple[str, ...]:
    """For whom a rule can rest at a point: for whoever is known there."""
    known = {"customer": point.subject == "customer", "case": "intent" in point.facts, "team": "team" in point.facts}
    return (*(word for word, there in known.items() if there), "all")


def _raised(items: list[Any]) -> frozenset[str]:
    """Flags that rules as written derive, also of rules with something wrong in them."""
    blocks = [item["then"] for item in items if isinstance(item, dict) and isinstance(item.get("then"), list)]
    derived = [deed.get("derive") for block in blocks for deed in block if isinstance(deed, dict)]
    flags = [params.get("flag") for params in derived if isinstance(params, dict)]
    return frozenset(str(flag) for flag in flags if isinstance(flag, Text))


def _label(item: Any, number: int) -> str:
    """What a path calls a rule: its id, or its number where it has none."""
    name = item.get("id") if isinstance(item, dict) else None
    return name if isinstance(name, Text) and is_name(name) else str(number)
