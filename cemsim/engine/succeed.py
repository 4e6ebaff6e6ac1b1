"""When other rules come into force: what is remembered of rules by their place moves to where they stand now."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemsim.engine.codes import WAITS


def moved_on(done: NDArray[np.uint64], before: Any, after: Any) -> NDArray[np.uint64]:
    """Rules that have fired in a wait, ``[..., ruleset]`` bit by bit, as rules ``after`` know them.

    ``before`` and ``after`` are RULEBOOKs; a rule is the same where its number in the log is. What is no longer in
    force is forgotten; what is new has not fired yet.
    """
    old, new = _places(before), _places(after)
    found = np.zeros_like(done)
    for number in old.keys() & new.keys():
        (row, bit), (place, here) = old[number], new[number]
        found[..., place] |= (done[..., row] >> np.uint64(bit) & np.uint64(1)) << np.uint64(here)
    return found


def _places(book: Any) -> dict[int, tuple[int, int]]:
    """Of each rule that is asked while people wait, by its number: the place of its ruleset and its bit there."""
    found = {}
    for head in book["rulesets"][book["first"][WAITS] : book["first"][WAITS + 1]]:
        first = int(head["first_rule"])
        for bit, rule in enumerate(book["rules"][first : first + int(head["rules"])]):
            found[int(rule["number"])] = int(head["once"]), bit
    return found
