"""Where an issue goes after a touch; compiled into the loop."""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64 as at

from cemsim.base.compiled import within
from cemsim.base.draws import uniform
from cemsim.engine import codes
from cemsim.engine.durations import opens_next
from cemsim.engine.fast.agenda import put
from cemsim.engine.fast.counting import as_promised
from cemsim.engine.law import ARRIVAL, MAX_ATTEMPTS, event_order
from cemsim.engine.state import AGAIN, LATER
from cemsim.model.science import inlined
from cemsim.plan.tables import OUTGOING


@inlined
def whither(
    step: Any, issue: Any, told: Any, s: int, d: int, how: int, resolved: bool, due: float, keys: Any, who: int,
    counter: int, now: float,
) -> tuple[int, int, float]:
    """What is to be done now (CLOSE, REACH at once, or IDLE until later), the next step (-1: from the start), and when.

    ``due`` is when somebody who was not served tries again, negative for never.
    """
    if how == codes.HUNG_UP or how == codes.TURNED_AWAY:
        issue.lagged = 1                                     # who tries again does not wait for the step's time again
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


@within
def put_off(heads: Any, after: Any, n_after: int, step: Any, issue: Any, slot: int, told: Any, hours: Any, now: float
            ) -> tuple[int, int]:
    """A call that we could not make, or a letter to which a live team did not come, comes again when somebody is there,
    as if not begun; returns what is to be done now and the number of events in ``after``. Where nobody ever is, it is
    counted as sent away, and nobody hears of it. ``hours`` is the log of teams' hours.
    """
    later = opens_next(heads[issue.team], now)
    if later == inf:
        told.sent_away += 1.0
        return codes.CLOSE, n_after
    told.arrived -= 1.0
    hours[at(issue.hour)].arrived -= 1.0
    issue.lagged, issue.state = 1 if step.channel == OUTGOING else AGAIN, LATER
    issue.stamp += 1
    n_after = put(after, n_after, later, event_order(ARRIVAL, issue.number), (issue.stamp << 32) | slot)
    return codes.IDLE, n_after
