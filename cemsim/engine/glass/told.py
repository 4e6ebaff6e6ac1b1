"""What the glass engine tells whoever listens: one row for each thing that happens to somebody.

Of an issue, with ``issue``, ``journey``, ``step`` and ``attempt``: begins, passes_by, takes_time, arrives, answered,
hangs_up, stays, keeps_to_it, sent_away, felt, failure, recovery, tries_again, gives_up, goes_on, comes_back, closes.
Of a person: survey, month, rewards (see `glass.rewards`), saved, leaves, joins. Of rules: decision, with ``point``,
``ruleset``, ids of the rules ``matched``, ``fired``, ``cooling``, ``overruled``, ``accepted`` and ``declined``, and
``facts``: what was read, by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    """Something that happened to person ``who``: when, in which month since the burn-in began, and what is known of it.

    ``time`` is in minutes since the burn-in began. Arrays among the facts are copies, so they stay as they were.
    """

    time: float
    month: int
    who: int
    kind: str
    facts: Mapping[str, Any]
