"""Where an issue goes after a touch; compiled into the loop."""

from __future__ import annotations

from typing import Any

from cemsim.base.draws import uniform
from cemsim.engine import codes
from cemsim.engine.fast.counting import as_promised
from cemsim.engine.law import MAX_ATTEMPTS
from cemsim.model.science import inlined


@inlined
def whither(
    step: Any, issue: Any, told: Any, s: int, d: int, how: int, resolved: bool, due: float, keys: Any, who: int,
    counter: int, now: float,
) -> tuple[int, int, float]:
    """What is to be done now (CLOSE, REACH at once, or IDLE until later), the next step (-1: from the start), and when.

    ``due`` is when somebody who was not served tries again, negative for never.
    """
    if how == codes.HUNG_UP or how == codes.TURNED_AWAY:
        return (codes.CLOSE, -1, now) if due < 0.0 else (codes.IDLE, s, due)
    if step.blueprint != 0 and (how == codes.HANDLED or how == codes.SELF_SERVED):
        as_promised(step, told, resolved, keys, who, counter)
    if resolved or how == codes.IN_USE:
        return codes.CLOSE, -1, now
    onward = -1
    if how != codes.PASSED_BY:
        onward = step.next
        if d >= 0:
            issue.failed += 1
            if step.escalate_to >= 0 and issue.failed >= step.escalate_after and (
                    uniform(keys[codes.ESCALATE], who, counter) < step.escalate_share):
                onward = step.escalate_to
                told.escalated += 1.0
    if onward >= 0:
        return (codes.REACH if d < 0 else codes.IDLE), onward, now
    return (codes.CLOSE if issue.attempt >= MAX_ATTEMPTS else codes.IDLE), -1, now
