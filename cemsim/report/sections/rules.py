"""Section of the report: what each rule did, and which never did anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cemsim.base.language import say
from cemsim.measures.ruled import counted, idle
from cemsim.report.levels import RULE_HEADS, rule_rows
from cemsim.report.sections import Section, filled

NOTE = (
    "Over the whole horizon, mean over replicates. Asked: the rule was looked at. Matched: all it asks for was true. "
    "Fired: it ordered what it says, which a customer may decline. Held back: it matched, but an earlier rule decided, "
    "or it had fired in this wait already. Overruled: it fired, but another rule's action went first. Resting: it "
    "matched, but had fired too recently. Not taken: it fired, but the contact stayed: the team to which it was sent "
    "was closed or full, the channel not to be had or tried before, or a call-back promised already. "
    "Credits: money that it gave."
)


def sections(runs: Sequence[Any]) -> list[Section]:
    """The section, where a scenario has rules."""
    parts = []
    for run in runs:
        reasons = [each.because for each in counted(run)]
        parts.append({"name": run.scenario.name, "rows": list(zip(rule_rows(run), reasons, strict=True))})
    if not any(part["rows"] for part in parts):
        return []
    never = [text for run in runs for text in idle(run)]
    return [Section("rules", say("Rules"), filled(
        "sections/rules.html.j2", parts=parts, never=never, note=say(NOTE),
        heads=[say(head) for head in RULE_HEADS]))]  # fmt: skip
