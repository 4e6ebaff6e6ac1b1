"""A decision of rules, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cemsim.engine.glass.phrases import any_fact, join, plain
from cemsim.engine.glass.told import Told


def decided(row: Told) -> str:
    """Which rules were asked, what they read, which fired and why, and what kept the others from it."""
    facts = row.facts
    said = [f"Rules of {plain(facts['ruleset'])} are asked ({plain(facts['point'])})"]
    if facts.get("facts"):
        said[0] += f", reading {any_fact(facts['facts'])}"
    said[0] += "."
    fired: Sequence[str] = facts.get("fired", ())
    if fired:
        because = _reasons(facts.get("because"))
        said.append(f"{join(fired)} fire{'s' if len(fired) == 1 else ''}{f': {because}' if because else '.'}")
    else:
        said.append("None fires.")
    for name, why in (("cooling", "would have, but rest after they last fired"), ("overruled", "overruled by another")):
        rules: Sequence[str] = facts.get(name, ())
        if rules:
            said.append(f"{name.capitalize()}: {join(rules)} ({why}).")
    return " ".join(said)


def _reasons(because: Any) -> str:
    if isinstance(because, str):
        return because
    if because:
        return " ".join(str(one) for one in because)
    return ""
