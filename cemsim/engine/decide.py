"""Decisions from the table of rules, compiled once: other rules change only what its arrays hold."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.model.science import inlined, science
from cemsim.rules.table import FEW, UNKNOWN

_ONE, _NONE = np.uint64(1), np.uint64(0)
_UNKNOWN: Final = np.int64(UNKNOWN)
_FEW: Final = np.uint64(FEW)


@science
def matching(book: Any, s: int, values: NDArray[np.int64]) -> np.uint64:
    """Which rules of ruleset ``s`` match, as bits; ``values`` holds the facts in the order of `table.asked`."""
    head = book.rulesets[s]
    return owners(book, head, among(book, head["asked"], head["first_slot"], head["slots"], values))


@inlined
def among(book: Any, bits: Any, slot: Any, slots: Any, values: Any) -> Any:
    """Which of some alternatives, as bits, so many slots from one on leave; a branch would cost more than an answer."""
    end = slot + slots
    while slot < end:
        ask = book.slots[slot]
        bits &= allowed(book, ask, values[ask["fact"]])
        slot += _ONE
    return bits


@inlined
def allowed(book: Any, ask: Any, value: int) -> Any:
    """Alternatives, as bits, that a fact's value allows."""
    cell = ask["first_mask"] + np.uint64(value != _UNKNOWN)       # what is unknown lies below all that is known
    if ask["cuts"] == _NONE:
        cell += np.uint64(min(max(value - ask["lowest"], 0), np.int64(ask["cells"]) - 1))
    elif ask["cuts"] <= _FEW:
        for edge in range(FEW):
            cell += np.uint64(ask["edges"][edge] <= value)
    else:
        for cut in range(ask["first_cut"], ask["first_cut"] + ask["cuts"]):
            cell += np.uint64(book.cuts[cut] <= value)
    return book.masks[cell]


@science
def owners(book: Any, head: Any, bits: Any) -> Any:
    """Rules, as bits, whose alternatives are left."""
    others, owner = bits >> head["rules"], head["first_more"]
    bits &= (_ONE << head["rules"]) - _ONE
    while others != _NONE:
        if others & _ONE:
            bits |= book.more[owner]
        others >>= _ONE
        owner += _ONE
    return bits


@science
def ready(book: Any, s: int, matched: np.uint64, cooling: np.uint64) -> np.uint64:
    """Which of the rules that matched fire, given those that rest: all of the others, or the first of them."""
    able = matched & ~cooling
    if book.rulesets[s]["hit_all"]:
        return able
    return able & (~able + _ONE)
