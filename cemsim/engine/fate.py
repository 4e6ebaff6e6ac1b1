"""What became of each person over the horizon: where they stood, what they spent, and all that was spent on them.

Quantities, never money: prices meet them in the customer ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.engine.state import OUTCOMES, State, memory_of

#: Of everybody: status as in PERSON at the start and the end, months lived, times somebody joined, spend, compensation.
EVERYBODY: Final = (
    ("segment", "u1"), ("start", "u1"), ("end", "u1"), ("lived", "u2"), ("joins", "u2"), ("spent", "f8"),
    ("paid", "f8"),
)  # fmt: skip
#: Where more is remembered of people: tier at the end, and what BOND and RULED counted since the horizon began.
OF_BONDS: Final = (
    ("premium", "f8"), ("brought", "u2"), ("kept", "u2"), ("returned", "u2"), ("bought", "u2"), ("sent", "u2"),
)
OF_RULED: Final = (("messages", "u2"), ("granted", "f8"), ("tier", "u1"))
#: Of each loyalty scheme.
OF_CARDS: Final = (("used", "i8"), ("less", "f8"), ("paying", "u2"))
HANDLED: Final = tuple(OUTCOMES.index(how) for how in ("served", "self_served"))


def open_books(state: State) -> NDArray[np.uint8]:
    """Begin to add up what each person does; returns everybody's status now."""
    for name in ("lived", "joins", "spent", "paid"):
        state.purse[name] = 0
    for table, names in ((state.bonds, OF_BONDS), (state.cards, OF_CARDS), (state.ruled, OF_RULED[:2])):
        for name, _ in names:
            table[name] = 0
    return np.asarray(state.people["status"].copy())


def fates(state: State, start: NDArray[np.uint8], contacts: NDArray[np.uint16]) -> NDArray[Any]:
    """What became of everybody since the books were opened, one row a person.

    ``start``: their status then; ``contacts``: what :func:`counter` counted, [person, step].
    """
    parts = [EVERYBODY, (("contacts", "u2", contacts.shape[1:]),)]
    if len(state.bonds):
        schemes = state.cards.shape[1:]
        parts += [OF_BONDS, OF_RULED, tuple((*each, schemes) for each in OF_CARDS)]
    found = np.zeros(len(start), np.dtype([each for part in parts for each in part]))
    people = state.people
    found["segment"], found["start"], found["end"] = people["segment"], start, people["status"]
    found["contacts"] = contacts
    for name in ("lived", "joins", "spent", "paid"):
        found[name] = state.purse[name]
    if len(state.bonds):
        for table, names in ((state.bonds, OF_BONDS), (state.cards, OF_CARDS), (memory_of(state), OF_RULED)):
            for name, *_ in names:
                if name in (table.dtype.names or ()):            # without rules they sent and credited nothing
                    found[name] = table[name]
    return found


def counter(people: int, steps: int) -> tuple[NDArray[np.uint16], Callable[[NDArray[Any]], None]]:
    """A table of contacts handled, [person, step], and what counts a batch of visits in it."""
    table = np.zeros((people, steps), np.uint16)

    def count(visits: NDArray[Any]) -> None:
        handled = visits[np.isin(visits["outcome"], HANDLED)]
        np.add.at(table, (handled["person"], handled["step"]), 1)

    return table, count
