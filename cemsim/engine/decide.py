"""Decisions from the table of rules, compiled once: other rules change only what its arrays hold."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.model.science import inlined, science
from cemsim.rules.table import UNKNOWN

_ONE, _NONE = np.uint64(1), np.uint64(0)
_UNKNOWN: Final = np.int64(UNKNOWN)


@science
def matching(book: Any, s: int, values: NDArray[np.int64]) -> np.uint64:
    """Which rules of ruleset ``s`` match, as bits; ``values`` holds the facts in the order of `table.asked`."""
    head = book.rulesets[s]
    bits = head["asked"]
    slot = head["first_slot"]
    end = slot + head["slots"]
    while slot < end and bits != _NONE:
        ask = book.slots[slot]
        if bits & ask["cares"] != _NONE:
            bits &= allowed(book, ask, values[ask["fact"]])
        slot += _ONE
    return owners(book, head, bits)


@inlined
def allowed(book: Any, ask: Any, value: int) -> Any:
    """Alternatives, as bits, that a fact's value allows."""
    cell = ask["first_mask"]
    if value != _UNKNOWN:
        cell += _ONE
        if ask["cuts"] == _NONE:
            cell += np.uint64(min(max(value - ask["lowest"], 0), np.int64(ask["cells"]) - 1))
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
