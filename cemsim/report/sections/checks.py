"""Section of the report: closed forms beside the simulation, and what scenarios say must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cemsim.base.language import say
from cemsim.compare.reality import Tried
from cemsim.compare.theory import beside, forms
from cemsim.report.checks import REALITY_HEADS, THEORY_HEADS, reality_rows, theory_rows
from cemsim.report.sections import Section, filled

NOTE = (
    "Theory checks hold the simulation against a closed form, where one covers a part of the company (within three "
    "standard errors or 1 %). Reality checks are sentences of the scenario, tried out in pairs of worlds that share "
    "their luck: \"cannot tell\" means that the interval holds both answers."
)
NO_FORM = "No closed form covers any part of this company; cemsim check --theory says what stands in the way."


def sections(runs: Sequence[Any], reality: Mapping[str, Sequence[Tried]]) -> list[Section]:
    """The section; ``reality``: what was tried, by scenario's name."""
    parts: list[dict[str, Any]] = []
    for run in runs:
        if rows := theory_rows(beside(forms(run.scenario)[0], run)):
            parts.append({"name": say("{name}: theory", name=run.scenario.name), "heads": THEORY_HEADS, "rows": rows})
    note = f"{say(NOTE)} {'' if parts else say(NO_FORM)}".strip()
    for run in runs:
        name = run.scenario.name
        if tried := reality_rows(reality.get(name, ()), run.scenario.currency):
            parts.append({"name": say("{name}: reality", name=name), "heads": REALITY_HEADS, "rows": tried})
    return [Section("checks", say("Checks"), filled("sections/checks.html.j2", parts=parts, note=note))]
