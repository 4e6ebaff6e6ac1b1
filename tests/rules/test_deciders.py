"""Three deciders, one meaning: the interpreter, the table of the fast engine, and durable_rules."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from itertools import count, product

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks import decisions
from cemsim.engine.decide import matching, ready
from cemsim.engine.glass import durable
from cemsim.engine.glass.durable import DurableDecider, PlainDecider, decider
from cemsim.rules.form import Decision, Leaf, Rule, Ruleset
from cemsim.rules.interpret import decide
from cemsim.rules.table import FEW, LARGEST, UNKNOWN, Book, asked, build
from tests.rules.made import LABELS, NUMBERS, cases

Known = Mapping[str, int | str]
EXAMPLES = int(os.environ.get("CEMSIM_EXAMPLES", "300"))
"""More of them by ``python -m benchmarks.decisions --property``."""


def in_order(book: Sequence[Ruleset], known: Known) -> np.ndarray:
    """Facts as the engines hold them."""
    values = [known.get(fact, UNKNOWN) for fact in asked(book)]
    numbers = [LABELS[f].index(v) if isinstance(v, str) else v for f, v in zip(asked(book), values, strict=True)]
    return np.array(numbers, np.int64)


def mask(places: Collection[int]) -> int:
    return sum(1 << place for place in set(places))


def places(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(64) if bits >> place & 1)


def by_table(arrays: Book, s: int, values: np.ndarray, cooling: Collection[int]) -> Decision:
    resting = np.uint64(mask(cooling))
    matched = matching(arrays, s, values)
    fired = ready(arrays, s, matched, resting)
    return Decision(places(int(matched)), places(int(fired)), places(int(matched) & int(resting)))


@pytest.mark.slow
@given(cases())
@settings(max_examples=EXAMPLES)
def test_all_decide_the_same(case: tuple[list[Ruleset], list[tuple[Known, list[int]]]]) -> None:
    book, moments = case
    arrays, glass, plain = build(book, LABELS), DurableDecider(book, LABELS), PlainDecider(book, LABELS)
    for known, cooling in moments:
        values = in_order(book, known)
        for s, ruleset in enumerate(book):
            meant = decide(ruleset, known, cooling)
            assert by_table(arrays, s, values, cooling) == meant
            assert places(glass.decide(s, values, mask(cooling))) == meant.fired
            assert places(plain.decide(s, values, mask(cooling))) == meant.fired


def test_a_full_ruleset() -> None:
    """48 rules with 60 alternatives."""
    wide = [(Leaf("wait", "ge", k % 5), Leaf("channel", "ne", LABELS["channel"][k % 3])) for k in range(48)]
    money = NUMBERS["credits_90d"]
    more = [(Leaf("credits_90d", "eq", money[k % 5]), Leaf("consent", "known")) for k in range(12)]
    alternatives = [(leaves, *more[k - 36 : k - 35]) if k >= 36 else (leaves,) for k, leaves in enumerate(wide)]
    rules = tuple(Rule(f"rule_{k}", "It is made.", these, ()) for k, these in enumerate(alternatives))
    for hit in ("first", "all"):
        book = [Ruleset("full", "waiting", rules, hit)]
        arrays, glass = build(book, LABELS), DurableDecider(book, LABELS)
        seen = set()
        for wait, credit, channel in product((*range(-1, 6), None), (*money, None), (*LABELS["channel"], None)):
            told = {"wait": wait, "credits_90d": credit, "channel": channel, "consent": 0}
            known = {fact: value for fact, value in told.items() if value is not None}
            meant = decide(book[0], known, (0, 47))
            values = in_order(book, known)
            assert by_table(arrays, 0, values, (0, 47)) == meant
            assert places(glass.decide(0, values, mask((0, 47)))) == meant.fired
            seen |= set(meant.matched)
        assert seen == set(range(48))


@pytest.mark.parametrize(
    ("edges", "cuts"), [((3, 5, 9, 40), 0), ((200, 300, 50_000), 3), (tuple(range(100, 1_000, 100)), 9)]
)
def test_each_way_to_find_a_cell(edges: tuple[int, ...], cuts: int) -> None:
    """By place, by comparing a few cuts side by side, or by counting many of them."""
    rules = tuple(Rule(f"rule_{k}", "It is made.", ((Leaf("wait", "ge", k),),), ()) for k in edges)
    book = [Ruleset("cells", "waiting", rules, "all")]
    arrays = build(book, LABELS)
    assert arrays.slots["cuts"].tolist() == [cuts] and len(arrays.cuts) == (cuts if cuts > FEW else 0)
    for value in (-LARGEST, *(edge + near for edge in edges for near in (-1, 0, 1)), LARGEST, None):
        known = {} if value is None else {"wait": value}
        assert by_table(arrays, 0, in_order(book, known), ()) == decide(book[0], known)


def test_a_comparison_with_the_unknown_is_false() -> None:
    for op in ("eq", "ne", "lt", "le", "gt", "ge", "known"):
        assert decide(_one(Leaf("wait", op, 3)), {}).fired == ()
    assert decide(_one(Leaf("wait", "unknown")), {}).fired == (0,)
    assert decide(_one(Leaf("wait", "unknown")), {"wait": 3}).fired == ()


def test_no_rules_are_empty_arrays() -> None:
    assert [len(part) for part in build([], {})] == [0, 0, 0, 0, 0]


def test_other_rules_are_not_compiled_anew() -> None:
    decided, compiled = [], set()
    for leaf, known in ((Leaf("wait", "ge", 3), {"wait": 3}), (Leaf("channel", "eq", "chat"), {"channel": "chat"})):
        book = [_one(leaf)]
        decided.append(by_table(build(book, LABELS), 0, in_order(book, known), ()).fired)
        compiled.add(len(matching.signatures))
    assert decided == [(0,), (0,)] and len(compiled) == 1


@pytest.mark.parametrize(
    "ruleset",
    [
        Ruleset("many", "waiting", tuple(Rule(f"rule_{k}", "", ((),), ()) for k in range(49))),
        Ruleset("wide", "waiting", (Rule("rule", "", tuple((Leaf("wait", "eq", k),) for k in range(65)), ()),)),
        Ruleset("large", "waiting", (Rule("rule", "", ((Leaf("wait", "eq", LARGEST),),), ()),)),
    ],
)
def test_what_a_table_cannot_hold_is_refused(ruleset: Ruleset) -> None:
    with pytest.raises(ValueError, match=r"more rules or alternatives|too large a number"):
        build([ruleset], {})


@pytest.mark.parametrize("hit", ["first", "all"])
@pytest.mark.parametrize("when", range(1, 12, 2))
def test_a_machine_that_slept_decides_again(hit: str, when: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library locks a session for good when the clock jumps while a consequence runs."""
    from durable import engine

    rules = tuple(Rule(f"rule_{k}", "", ((Leaf("queue_length", "ge", k + when),),), ()) for k in range(3))
    glass = DurableDecider([Ruleset("slept", "waiting", rules, hit)], {})
    clock, calls = engine._unix_now, count()
    monkeypatch.setattr(engine, "_unix_now", lambda: clock() + 60 * (next(calls) >= when))
    fired = (0,) if hit == "first" else (0, 1, 2)
    assert [places(glass.decide(0, [50])) for _ in range(8)] == [fired] * 8


def test_no_threads_are_started() -> None:
    script = (
        "import threading\n"
        "from cemsim.engine.glass.durable import DurableDecider\n"
        "from cemsim.rules.form import Leaf, Rule, Ruleset\n"
        "one = Ruleset('one', 'waiting', (Rule('rule', '', ((Leaf('wait', 'ge', 3),),), ()),))\n"
        "print(DurableDecider([one], {}).decide(0, [3]), threading.active_count())\n"
    )
    assert _python(script) == ("1 1\n", "")


def test_without_the_library_the_interpreter_decides() -> None:
    script = (
        "import sys\n"
        "sys.modules['durable'] = None\n"
        "from cemsim.engine.glass.durable import decider\n"
        "from cemsim.rules.form import Leaf, Rule, Ruleset\n"
        "one = Ruleset('one', 'waiting', (Rule('rule', '', ((Leaf('wait', 'ge', 3),),), ()),))\n"
        "print([decider([one], {}).decide(0, [wait]) for wait in (2, 3)])\n"
    )
    printed, said = _python(script)
    assert printed == "[0, 1]\n"
    assert said.count("\n") == 1 and said.startswith("durable_rules cannot be loaded")


def test_where_it_can_be_loaded_it_decides() -> None:
    assert isinstance(decider([_one(Leaf("wait", "ge", 3))], {}), DurableDecider)


def test_a_ruleset_is_built_once() -> None:
    book = [_one(Leaf("wait", "ge", 3))]
    built = durable._network.cache_info().misses
    first = DurableDecider(book, {})
    again = durable._network.cache_info().misses
    assert DurableDecider(book, {})._networks[0] is first._networks[0]
    assert durable._network.cache_info().misses == again <= built + 1


def test_twenty_rules_to_measure() -> None:
    """The benchmark's rules all fire, and all three decide them alike."""
    book, labels, values = decisions.twenty(5_000)
    fired = np.empty(len(values), np.uint64)
    decisions.by_table(build(book, labels), values, fired)
    glass = DurableDecider(book, labels)
    assert fired.tolist() == [glass.decide(0, one) for one in values]
    assert {place for bits in fired for place in places(int(bits))} == set(range(20))


def _one(leaf: Leaf) -> Ruleset:
    return Ruleset("one", "waiting", (Rule("rule", "It is made.", ((leaf,),), ()),))


def _python(script: str) -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr
