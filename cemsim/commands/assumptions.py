"""Rows of the register of assumptions."""

from __future__ import annotations

from cemsim.scenario import Scenario
from cemsim.scenario.schema.law import Law
from cemsim.scenario.walk import leaves, root
from cemsim.scenario.words import as_written


def rows(scenario: Scenario, everything: bool = False) -> list[tuple[str, ...]]:
    """One row a number: path, value, unit, range, kind, tag, source, where written, law.

    A default that several teams, steps or segments share is one row, with ``*`` for their names (and the channel,
    where that decides), unless ``everything`` is asked. The law of a time is its shape and cv; the value is its mean.
    """
    laws = {place.dotted: place.value for place in leaves(root(scenario)) if isinstance(place.value, Law)}
    lines: dict[tuple[str, ...], None] = {}
    for known in scenario.register:
        path = known.path if everything or known.written else _starred(known.path, scenario)
        where = f"{known.file}:{known.line}" if known.written else "default"
        value, unit, limits = as_written(known)
        shape = _shape(laws[known.path]) if known.path in laws else ""
        lines[(path, value, unit, limits, known.kind or "", known.tag, known.source, where, shape)] = None
    return list(lines)


def _shape(law: Law) -> str:
    """Kind and cv of a law.

    >>> _shape(Law(kind="lognormal", mean=5, cv=1.2)), _shape(Law(kind="deterministic", mean=5))
    ('lognormal, cv 1.2', 'deterministic')
    """
    return law.kind if law.kind == "deterministic" else f"{law.kind}, cv {law.cv:.3g}"


def _starred(path: str, scenario: Scenario) -> str:
    parts = path.split(".")
    by = ""
    if len(parts) > 5 and parts[0] == "journeys" and parts[4] == "loads":
        by = f" ({scenario.journeys[parts[1]].steps[parts[3]].channel})"
    for i, part in enumerate(parts[:-1]):
        if part in ("segments", "journeys", "teams", "steps"):
            parts[i + 1] = "*"
    return ".".join(parts) + by
