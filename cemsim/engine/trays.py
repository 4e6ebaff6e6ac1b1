"""How a contact is waited for: on the line, in a tray until it is done, or unheard; both engines ask here."""

from __future__ import annotations

from typing import Any

from numpy import uint64 as at

from cemsim.model.science import inlined
from cemsim.plan.tables import LIVE, OUTGOING


@inlined
def in_tray(step: Any, teams: Any, team: Any) -> bool:
    """Whether a contact waits in a tray until it is done: a back office's, also where a rule gives it to others."""
    return team.works != LIVE or (step.team >= 0 and teams[at(step.team)].works != LIVE)


@inlined
def on_line(step: Any, teams: Any, team: Any) -> bool:
    """Whether who waits for a team at a step does so on the line: not for letters, nor for calls that we make."""
    return step.channel != OUTGOING and not in_tray(step, teams, team)


@inlined
def is_felt(step: Any, teams: Any, team: Any) -> bool:
    """Whether a wait is lived at all: of a call that is not made yet nobody knows."""
    return step.channel != OUTGOING or in_tray(step, teams, team)


@inlined
def is_put_off(step: Any, teams: Any, team: Any) -> bool:
    """Whether a contact that nobody takes any more today is taken up again unheard: nobody is on the line for it."""
    return step.channel == OUTGOING or (team.works == LIVE and in_tray(step, teams, team))


@inlined
def bearable(step: Any, teams: Any, team: Any) -> float:
    """Minutes that are acceptable until a contact was handled: of a tray's, its promise, or else what its own team's
    customers are used to, whoever did it."""
    if step.promise > 0.0 and in_tray(step, teams, team):
        return float(step.promise)
    if team.works == LIVE and in_tray(step, teams, team):
        return float(teams[at(step.team)].acceptable)
    return float(team.acceptable)
