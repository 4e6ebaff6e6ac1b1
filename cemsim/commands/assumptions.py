"""Rows of the register of assumptions."""

from __future__ import annotations

from cemsim.scenario import Scenario
from cemsim.scenario.words import as_written


def rows(scenario: Scenario, everything: bool = False) -> list[tuple[str, ...]]:
    """One row a number: path, value, unit, range, kind, tag, source, where written.

    A default that several teams, steps or segments share is one row, with ``*`` for their names, unless
    ``everything`` is asked.
    """
    lines: dict[tuple[str, ...], None] = {}
    for known in scenario.register:
        path = known.path if everything or known.written else _starred(known.path)
        where = f"{known.file}:{known.line}" if known.written else "default"
        value, unit, limits = as_written(known)
        lines[(path, value, unit, limits, known.kind or "", known.tag, known.source, where)] = None
    return list(lines)


def _starred(path: str) -> str:
    parts = path.split(".")
    for i, part in enumerate(parts[:-1]):
        if part in ("segments", "journeys", "teams", "steps"):
            parts[i + 1] = "*"
    return ".".join(parts)
