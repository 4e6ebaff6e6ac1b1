"""Decisions a second on twenty rules: the table of the fast engine, the interpreter, durable_rules; all must agree.

python -m benchmarks.decisions [--json] [--property N]

``--property N`` also holds the three equal on N more rulesets made by hypothesis.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.machine import machine
from cemsim.engine.decide import matching, ready
from cemsim.engine.glass.durable import DurableDecider, PlainDecider
from cemsim.rules.form import Ruleset
from cemsim.rules.read import read_rules
from cemsim.rules.table import UNKNOWN, asked, build
from cemsim.rules.vocabulary import FACTS

RULES: Final = Path(__file__).with_name("twenty.yaml")
SCENARIO: Final[Mapping[str, tuple[str, ...]]] = {
    "intent": ("order", "billing", "complaint", "cancel", "fault", "move"),
    "segment": ("families", "students", "firms", "seniors"),
}
MOST: Final[Mapping[str, int]] = {
    "wait": 1500, "wait_over_target": 1500, "queue_length": 40, "at_risk": 6000, "occupancy": 10_000,
    "satisfaction": 10, "open_case_age": 400_000, "contacts_30d": 5, "failures_30d": 3, "credits_90d": 4000,
    "spend_365d": 800_000, "tenure": 120, "hour": 23, "escalated": 1,
}  # fmt: skip
"""Facts are drawn evenly from 0 up to these numbers of steps, so that no rule is all but dead."""
AT_A_TIME: Final = 500


Labels = Mapping[str, tuple[str, ...]]


def twenty(count: int) -> tuple[list[Ruleset], Labels, NDArray[np.int64]]:
    """The rules, the names of labels, and the facts at many moments: one in five is unknown of those that can be."""
    book = [read_rules(RULES)]
    facts = asked(book)
    labels = {fact: SCENARIO.get(fact) or FACTS[fact].values for fact in facts if FACTS[fact].kind == "label"}
    rng = np.random.default_rng(1)
    values = np.empty((count, len(facts)), np.int64)
    for place, fact in enumerate(facts):
        most = len(labels[fact]) - 1 if fact in labels else MOST[fact]
        values[:, place] = rng.integers(0, most, count, endpoint=True)
        if FACTS[fact].optional:
            values[rng.random(count) < 0.2, place] = UNKNOWN
    return book, labels, values


@njit(nogil=True, error_model="numpy")
def by_table(book: Any, values: NDArray[np.int64], fired: NDArray[np.uint64]) -> None:
    """Decide at each moment."""
    for moment in range(len(values)):
        fired[moment] = ready(book, 0, matching(book, 0, values[moment]), np.uint64(0))


def rate(decide: Callable[[NDArray[np.int64]], Any], values: NDArray[np.int64], turns: int) -> float:
    """Decisions a second of the fastest of some turns."""
    best = float("inf")
    for _ in range(turns):
        start = time.perf_counter()
        decide(values)
        best = min(best, time.perf_counter() - start)
    return len(values) / best


def hold_equal(examples: int) -> None:
    """The property test on more examples; in several processes, since durable_rules gives no memory back."""
    tests = "tests/rules/test_deciders.py"
    for seed in range(-(-examples // AT_A_TIME)):
        count = min(AT_A_TIME, examples - seed * AT_A_TIME)
        command = [sys.executable, "-m", "pytest", "-q", "-k", "decide_the_same"]
        subprocess.run(
            [*command, f"--hypothesis-seed={seed}", tests],
            env={**os.environ, "CEMSIM_EXAMPLES": str(count)},
            cwd=RULES.parent.parent,
            check=True,
            stdout=sys.stderr,
        )


def main() -> None:
    """Measure, check and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--property", type=int, default=0, metavar="N", help="also hold them equal on N made rulesets")
    ask.add_argument("--turns", type=int, default=5, help="times each is measured; the fastest counts")
    chosen = ask.parse_args()

    book, labels, many = twenty(1_000_000)
    table, glass, plain = build(book, labels), DurableDecider(book, labels), PlainDecider(book, labels)
    few = many[:5_000]
    fired = np.empty(len(many), np.uint64)
    by_table(table, many, fired)  # compiles
    found = fired[: len(few)].tolist()
    agree = found == [glass.decide(0, one) for one in few] == [plain.decide(0, one) for one in few]
    rows = {
        "table": rate(lambda values: by_table(table, values, fired), many, chosen.turns),
        "interpreter": rate(lambda values: [plain.decide(0, one) for one in values], few, chosen.turns),
        "durable_rules": rate(lambda values: [glass.decide(0, one) for one in values], few, chosen.turns),
    }
    if chosen.property:
        hold_equal(chosen.property)
    rules, facts = len(book[0].rules), len(asked(book))
    used = len(set(found) - {0})
    if chosen.json:
        told = {
            "benchmark": "decisions",
            "machine": machine(),
            "rules": rules,
            "facts": facts,
            "rules_that_fired": used,
            "agree": agree,
            "decisions_per_second": {name: round(value) for name, value in rows.items()},
            "held_equal_on": chosen.property,
        }
        print(json.dumps(told, indent=2))
    else:
        print(f"{rules} rules on {facts} facts, one core; {used} of them fired")
        for name, value in rows.items():
            print(f"{name:16}{value:14,.0f} decisions/s")
        if chosen.property:
            print(f"held equal on {chosen.property:,} more rulesets")
    if not agree:
        sys.exit("They do not decide the same.")


if __name__ == "__main__":
    main()
