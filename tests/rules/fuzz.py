"""Rule files and case files spoilt at random: each is read, or refused in words; what is read is decided alike by all.

python -m tests.rules.fuzz FIRST COUNT [NOTE]   prints how many were read and refused; NOTE holds the one in hand
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cemsim.base.errors import ScenarioError
from cemsim.base.text import Text, read, read_list
from cemsim.engine.decide import matching, ready
from cemsim.engine.glass.durable import DurableDecider
from cemsim.rules.cases import CASES, read_cases
from cemsim.rules.conditions import TURNED
from cemsim.rules.form import Ruleset
from cemsim.rules.interpret import decide
from cemsim.rules.read import RULES, read_rules, ruleset_of
from cemsim.rules.table import UNKNOWN, asked, build

ROOT = Path(__file__).resolve().parents[2]
Moment = tuple[Ruleset, Mapping[str, int | str], list[int]]
"""A ruleset, what is known, and the places of the rules that rest."""

NASTY = (
    "NaN", ".nan", ".inf", "-.inf", "1e400", "-1e400", "1e-9", "9" * 400, "9223372036854775808", "-9223372036854775809",
    "4611686018427387904", "0x10", "1_000", "1,000", "١٢", "½", "true", "True", "yes", "no", "on", "null", "~", "",
    "🙂", "é", "'", '"', "''", '"\\ud83d"', '"\\0"', "\u202e", "\ufeff", "a" * 70_000, "$and", "$ex", "sid", "id",
    "point", "f0", "rests0", "{}", "[]", "[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "{not: " * 20, "&a [*a, *a]", "*a",
    "!!python/object:os.system", "!!binary aaa", "5 min", "-5 min", "5 mins", "30 %", "1e3 USD", "5 EUR", "3.5", "0",
    "-1", "gold", "phone_in", "\t", "\r\n", "\0", "---", "...", "# ", ": ", "- ", "? ", "| ", "> ", "%YAML 1.1\n",
    "<<: *a", "any", "all", "not", "known", "between", "in", "eq", "case_age", "month_end", "1000", "48", "60",
)  # fmt: skip
"""Words put in the place of others."""


def spoilt_bytes(rng: random.Random, whole: bytes, others: list[bytes]) -> bytes:
    """A file with a few of its bytes, words or lines changed."""
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at, length = rng.randrange(len(whole) + 1), rng.choice((0, 1, 1, 3, 8, 40))
        end = min(at + length, len(whole))
        kind = rng.randrange(6)
        if kind == 0:
            whole = whole[:at] + whole[end:]
        elif kind == 1:
            whole = whole[:at] + bytes(rng.randrange(256) for _ in range(rng.randint(1, 4))) + whole[end:]
        elif kind == 2:
            whole = whole[:end] + whole[at:end] * rng.choice((1, 1, 2, 60)) + whole[end:]
        elif kind == 3:
            other = rng.choice(others)
            whole = whole[:at] + other[rng.randrange(len(other)) :]
        else:  # a word for a word
            words = whole.split(b" ")
            words[rng.randrange(len(words))] = rng.choice(NASTY).encode("utf-8", "surrogatepass")
            whole = b" ".join(words)
    return whole


def spoilt_tree(rng: random.Random, tree: Any) -> Any:
    """Blocks and lists with a few of their parts changed; half of the changes are such as a person makes."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        places = list(_places(tree))
        if not places:
            break
        holder, key = rng.choice(places)
        part, other = holder[key], json.loads(json.dumps(rng.choice(places)[0]))
        kind = rng.randrange(11)
        if kind < 3 and (alike := [(h, k) for h, k in places if str(h[k])[:1].isdigit() or h[k] in ("true", "false")]):
            holder, key = rng.choice(alike)
            digits = re.sub(r"\d+", lambda _: str(rng.choice((0, 1, 2, 3, 50, 999))), holder[key])
            holder[key] = {"true": "false", "false": "true"}.get(digits, digits)
        elif kind < 5 and (tests := [(h, k) for h, k in places if k in TURNED]):
            holder, key = rng.choice(tests)
            holder[rng.choice(("eq", "ne", "lt", "le", "gt", "ge"))] = holder.pop(key)
        elif kind < 6 and (whens := [(h, k) for h, k in places if k == "when"]):
            holder, key = rng.choice(whens)
            holder[key] = rng.choice(({"not": holder[key]}, {"any": [holder[key], rng.choice(whens)[0]["when"]]}))
        elif kind == 6:
            del holder[key]
        elif kind == 7:
            holder[key] = rng.choice((_word(rng), other, None))
        elif kind == 8:
            holder[key] = [part] if rng.random() < 0.5 else {rng.choice(("not", "any", "all", "eq", *NASTY)): part}
        elif kind == 9 and isinstance(holder, dict):
            holder[_word(rng)] = holder.pop(key)
        elif isinstance(part, list) and part:
            holder[key] = part * rng.choice((2, 2, 2, 30, 60, 600))
        else:
            holder[key] = _word(rng)
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Where anything stands: in which block or list, under which name or number."""
    for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield tree, key
        if isinstance(part, dict | list):
            yield from _places(part)


def _word(rng: random.Random) -> str:
    return rng.choice(NASTY) if rng.random() < 0.7 else str(rng.choice((rng.randint(-9, 99), rng.random(), 1e22)))


def marked(tree: Any) -> Any:
    """The tree as the reader of YAML gives it: every word knows its line."""
    if isinstance(tree, dict):
        return {Text(key, "made.yaml", 1): marked(part) for key, part in tree.items()}
    if isinstance(tree, list):
        return [marked(part) for part in tree]
    return None if tree is None else Text(tree, "made.yaml", 1)


class Spoiler:
    """Makes files, reads them, and decides with what was read."""

    def __init__(self, folder: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.file = folder / "made.yaml"
        packs, cases = sorted((ROOT / "rules").glob("*.yaml")), sorted((ROOT / "tests" / "rules").glob("*.yaml"))
        self.packs, self.cases = [file.read_bytes() for file in packs], [file.read_bytes() for file in cases]
        self.rules = [json.dumps(read(file, RULES)) for file in packs]
        self.single = [json.dumps([case]) for file in cases for case in read_list(file, CASES)]

    def turn(self, number: int) -> None:
        """One file, the same for the same number; AssertionError where it is decided in two ways."""
        rng = random.Random(number)
        kind = rng.choices(("bytes of rules", "rules", "bytes of cases", "cases"), (10, 9, 1, 6))[0]
        try:
            for ruleset, known, cooling in self.read(kind, rng):
                decided(ruleset, known, cooling)
            self.counts[f"{kind} read"] += 1
        except ScenarioError as error:
            told(error)
            self.counts[f"{kind} refused"] += 1

    def read(self, kind: str, rng: random.Random) -> list[Moment]:
        """What the reader makes of a spoilt file: rulesets with facts that lie near what they ask."""
        if kind == "rules":
            tree = spoilt_tree(rng, json.loads(rng.choice(self.rules)))
            return near(rng, ruleset_of(marked(tree), "made.yaml"))
        if kind == "bytes of rules":
            self.file.write_bytes(spoilt_bytes(rng, rng.choice(self.packs), self.packs))
            return near(rng, read_rules(self.file))
        if kind == "cases":
            tree = spoilt_tree(rng, json.loads(rng.choice(self.single)))
            self.file.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
        else:
            self.file.write_bytes(spoilt_bytes(rng, rng.choice(self.cases), self.cases))
        ids = [(case, [rule.id for rule in case.ruleset.rules]) for case in read_cases(self.file)]
        return [(case.ruleset, case.facts, [names.index(name) for name in case.cooling]) for case, names in ids]


def told(error: ScenarioError) -> None:
    """What was refused can be printed, and says where and why."""
    assert error.problems
    for problem in error.problems:
        assert problem.file and problem.line >= 0 and problem.message.strip()
        str(problem).encode("utf-8")


def near(rng: random.Random, ruleset: Ruleset) -> list[Moment]:
    """Moments at which facts are what the rules name, or next to it, or unknown."""
    named: dict[str, list[int | str]] = {fact: [] for fact in ruleset.facts}
    for rule in ruleset.rules:
        for leaf in (leaf for leaves in rule.alternatives for leaf in leaves):
            named[leaf.fact].append(leaf.value)
    moments: list[Moment] = []
    for _ in range(4):
        known = {
            fact: value if isinstance(value, str) else value + rng.randint(-1, 1)
            for fact, values in named.items()
            if (value := rng.choice(values)) is not None and rng.random() < 0.85
        }
        moments.append((ruleset, known, [place for place in range(len(ruleset.rules)) if rng.random() < 0.2]))
    return moments


def decided(ruleset: Ruleset, known: Mapping[str, int | str], cooling: list[int]) -> None:
    """All three decide as the interpreter does."""
    words: dict[str, set[str]] = {fact: {value} for fact, value in known.items() if isinstance(value, str)}
    for leaf in (leaf for rule in ruleset.rules for leaves in rule.alternatives for leaf in leaves):
        if isinstance(leaf.value, str):
            words.setdefault(leaf.fact, set()).add(leaf.value)
    labels = {fact: sorted(names) for fact, names in words.items()}
    values = np.array([
        UNKNOWN if value is None else labels[fact].index(value) if isinstance(value, str) else value
        for fact, value in ((fact, known.get(fact)) for fact in asked([ruleset]))
    ], np.int64)  # fmt: skip
    book, resting = build([ruleset], labels), sum(1 << place for place in set(cooling))
    meant = sum(1 << place for place in decide(ruleset, known, cooling).fired)
    assert int(ready(book, 0, matching(book, 0, values), np.uint64(resting))) == meant
    assert DurableDecider([ruleset], labels).decide(0, values, resting) == meant


def main(first: int, count: int, note: Path | None = None) -> None:
    """Turn by turn; the number of the one in hand stands in ``note``, for whoever finds this process dead."""
    with tempfile.TemporaryDirectory() as folder:
        spoiler = Spoiler(Path(folder))
        for number in range(first, first + count):
            if note:
                note.write_text(str(number))
            try:
                spoiler.turn(number)
            except Exception as error:
                raise RuntimeError(f"file {number} went wrong") from error
        print(json.dumps(spoiler.counts))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
