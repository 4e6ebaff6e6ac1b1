"""Rules decided by durable_rules, which is asked for no more than it does well.

It sees whole numbers only, one message at a time, under names of our own; its consequences note a rule's number and do
nothing else. What a rule means stands in `cemsim.rules.interpret`, and the tests hold the two equal.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, Protocol

from cemsim.rules.form import Ruleset
from cemsim.rules.interpret import decide
from cemsim.rules.table import UNKNOWN, asked, in_numbers

Test = tuple[str, str, int]
"""A comparison in numbers: name of the fact in messages, operator, value."""
Alternatives = tuple[tuple[int, tuple[Test, ...]], ...]
"""Place of a rule and the comparisons of one of its alternatives."""

OPERATOR: Final = {
    "ne": "$neq", "lt": "$lt", "le": "$lte", "gt": "$gt", "ge": "$gte", "known": "$ex", "unknown": "$nex",
}  # fmt: skip
NAME: Final = "rules"
ASKED, WARM_UP = 1, 0
NO_RULE: Final = -1
ONLY: Final = {"sid": 1, "id": 1}
"""One session and one message at a time, always of the same name."""


class Decider(Protocol):
    """Whoever decides for the glass engine."""

    def decide(self, s: int, values: Sequence[int], cooling: int = 0) -> int:
        """Rules of ruleset ``s`` that fire, as bits.

        ``values`` holds the facts in the order of `table.asked`; ``cooling`` the rules that rest, as bits.
        """
        ...


def decider(rulesets: Sequence[Ruleset], labels: Mapping[str, Sequence[str]]) -> Decider:
    """durable_rules, or where it cannot be had the interpreter, which decides the same."""
    return DurableDecider(rulesets, labels) if _library() else PlainDecider(rulesets, labels)


class PlainDecider:
    """The interpreter behind the same question."""

    def __init__(self, rulesets: Sequence[Ruleset], labels: Mapping[str, Sequence[str]]) -> None:
        self._rulesets, self._facts, self._labels = rulesets, asked(rulesets), labels

    def decide(self, s: int, values: Sequence[int], cooling: int = 0) -> int:
        """Rules of ruleset ``s`` that fire, as bits."""
        known = {
            fact: self._labels[fact][value] if fact in self._labels else int(value)
            for fact, value in zip(self._facts, values, strict=True)
            if value != UNKNOWN
        }
        ruleset = self._rulesets[s]
        resting = [place for place in range(len(ruleset.rules)) if cooling >> place & 1]
        return sum(1 << place for place in decide(ruleset, known, resting).fired)


class DurableDecider:
    """durable_rules behind the same question."""

    def __init__(self, rulesets: Sequence[Ruleset], labels: Mapping[str, Sequence[str]]) -> None:
        order = asked(rulesets)
        self._networks = [_network(ruleset.hit, _alternatives(ruleset, labels)) for ruleset in rulesets]
        self._places = [[(f"f{k}", order.index(fact)) for k, fact in enumerate(one.facts)] for one in rulesets]

    def decide(self, s: int, values: Sequence[int], cooling: int = 0) -> int:
        """Rules of ruleset ``s`` that fire, as bits."""
        message = {name: int(values[place]) for name, place in self._places[s] if values[place] != UNKNOWN}
        message |= {f"rests{place}": 1 for place in range(cooling.bit_length()) if cooling >> place & 1}
        return sum(1 << place for place in self._networks[s].ask(message))


def _alternatives(ruleset: Ruleset, labels: Mapping[str, Sequence[str]]) -> Alternatives:
    name = {fact: f"f{k}" for k, fact in enumerate(ruleset.facts)}
    return tuple(
        (place, tuple((name[leaf.fact], leaf.op, int(in_numbers(leaf, labels).value)) for leaf in leaves))
        for place, rule in enumerate(ruleset.rules)
        for leaves in rule.alternatives
    )


class _Network:
    """One ruleset as durable_rules knows it."""

    def __init__(self, hit: str, alternatives: Alternatives) -> None:
        self._hit, self._alternatives = hit, alternatives
        self._noted: list[int] = []
        self._build()

    def _build(self) -> None:
        definition = {
            f"a{number}": {
                "pri": number + 1,
                "all": [{"m": {"$and": [
                    {"point": ASKED},
                    {"$nex": {f"rests{place}": 1}},
                    *({fact: value} if op == "eq" else {OPERATOR[op]: {fact: value}} for fact, op, value in tests),
                ]}}],
                "run": self._note(place),
            }
            for number, (place, tests) in enumerate(self._alternatives)
        }  # fmt: skip
        last = len(definition) + 1
        # a message that nothing takes would be refused
        definition["no_rule"] = {"pri": last, "all": [{"m": {"$and": [{"point": ASKED}]}}], "run": self._note(NO_RULE)}
        # before its first firing, a session's memory is not all set
        definition["warm_up"] = {
            "pri": last + 1, "all": [{"m": {"$and": [{"point": WARM_UP}]}}], "run": self._note(NO_RULE)
        }  # fmt: skip
        self._host = _quiet_host()({NAME: definition})
        self._host.post(NAME, {**ONLY, "point": WARM_UP})

    def _note(self, place: int) -> Callable[[object], None]:
        def run(_: object) -> None:  # a second argument would have it run later, on another thread
            self._noted.append(place)

        return run

    def ask(self, facts: Mapping[str, int]) -> set[int]:
        """Places of the rules that fire."""
        if not self._answers(facts):
            # Its leases run by the wall clock: a machine that slept in the midst of a decision leaves the session
            # locked for good, so a new one is built.
            self._build()
            if not self._answers(facts):
                raise RuntimeError("durable_rules did not decide")
        return set(self._noted) - {NO_RULE}

    def _answers(self, facts: Mapping[str, int]) -> bool:
        """Ask and note; false where the answer did not come, or not to its end."""
        self._noted.clear()
        message = {**ONLY, "point": ASKED, **facts}
        try:
            if self._hit == "first":  # an event is used up by the first rule that takes it, a fact by none
                self._host.post(NAME, message)
                return len(self._noted) == 1
            self._host.assert_fact(NAME, message)
            self._host.retract_fact(NAME, message)
        except _library().MessageObservedException:  # by a locked session
            return False
        return self._noted[-1:] == [NO_RULE]


_network = cache(_Network)
"""Each ruleset is built once in a process: durable_rules never gives its memory back."""


@cache
def _library() -> Any:
    """The library, or None where it cannot be loaded, which is said once."""
    try:
        from durable import engine
    except ImportError as error:
        print(f"durable_rules cannot be loaded ({error}); the interpreter decides the same.", file=sys.stderr)
        return None
    # each firing asks the time in a way that Python 3.12 frowns on
    asks_time = r"datetime\.datetime\.utcfromtimestamp\(\)"
    warnings.filterwarnings("ignore", asks_time, DeprecationWarning, r"durable\.engine")
    return engine


@cache
def _quiet_host() -> Any:
    """Its host without the two threads of the stock one, which cannot be stopped."""
    host: Any = _library().Host

    class QuietHost(host):
        def _run(self) -> None:
            pass

    return QuietHost
