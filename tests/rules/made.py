"""Rulesets and facts made by hypothesis: thresholds that touch, labels, flags, alternatives, facts that are unknown."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from cemsim.rules.form import FLAG, Leaf, Rule, Ruleset
from cemsim.rules.table import LARGEST

LABELS: Mapping[str, tuple[str, ...]] = {
    "channel": ("phone", "chat", "letter"),
    "intent": ("pay", "cancel", "ask \"why\"", "🙂"),
    "loyalty_tier": ("none", "gold"),
}
NUMBERS: Mapping[str, tuple[int, ...]] = {
    "wait": (0, 1, 2, 3, 4),                                   # thresholds that touch
    "wait_over_target": (-3, -1, 0, 2),
    "credits_90d": (0, 999, 1000, 1001, 70_000),               # too far apart for a cell each
    "spend_365d": (0, 1, 2**53, 2**53 + 1, LARGEST - 1),       # too large for a float
}  # fmt: skip
FLAGS = ("consent", f"{FLAG}at_peak")
FACTS = (*LABELS, *NUMBERS, *FLAGS)


def values(fact: str) -> st.SearchStrategy[int | str]:
    """What a fact may be: values that rules name, and their neighbours."""
    if fact in LABELS:
        return st.sampled_from(LABELS[fact])
    if fact in FLAGS:
        return st.integers(0, 1)
    near = {value + step for value in NUMBERS[fact] for step in (-1, 0, 1) if value + step < LARGEST}
    return st.sampled_from(sorted(near))


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    """One comparison."""
    fact = draw(st.sampled_from(FACTS))
    if draw(st.integers(0, 5)) == 0:
        return Leaf(fact, draw(st.sampled_from(("known", "unknown"))))
    if fact in NUMBERS:
        return Leaf(fact, draw(st.sampled_from(("eq", "ne", "lt", "le", "gt", "ge"))),
                    draw(st.sampled_from(NUMBERS[fact])))
    return Leaf(fact, draw(st.sampled_from(("eq", "ne"))), draw(values(fact)))


@st.composite
def rulesets(draw: st.DrawFn, most_rules: int = 8) -> Ruleset:
    """A ruleset of up to ``most_rules`` rules and 60 alternatives; alternatives may be empty, equal or contradict."""
    one = st.lists(leaves(), max_size=4).map(tuple)
    rules = draw(st.lists(st.lists(one, min_size=1, max_size=4).map(tuple), min_size=1, max_size=most_rules))
    return Ruleset(
        "made", draw(st.sampled_from(("waiting", "failure", "month_end"))),
        tuple(Rule(f"rule_{n}", "It is made.", alternatives, ()) for n, alternatives in enumerate(rules)),
        draw(st.sampled_from(("first", "all"))),
    )  # fmt: skip


@st.composite
def facts(draw: st.DrawFn, asked: tuple[str, ...] = FACTS) -> dict[str, int | str]:
    """What is known at a moment: each fact that is asked, or not."""
    return {fact: draw(values(fact)) for fact in asked if draw(st.integers(0, 4)) > 0}


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Ruleset], list[tuple[dict[str, int | str], list[int]]]]:
    """A book of one to three rulesets, and moments with what is known then and which places rest."""
    book = draw(st.lists(rulesets(), min_size=1, max_size=3))
    place = st.integers(0, max(len(one.rules) for one in book) - 1)
    return book, draw(st.lists(st.tuples(facts(), st.lists(place, max_size=3)), min_size=1, max_size=12))
