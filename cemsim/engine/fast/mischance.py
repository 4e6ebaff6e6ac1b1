"""A failure of an issue: noted, felt or voiced. Rare, so it stands outside the loop and may cost a call."""

from __future__ import annotations

from typing import Any

from cemsim.base.compiled import within
from cemsim.engine import codes, places
from cemsim.engine.closing import keep_silence
from cemsim.engine.facts import next_of
from cemsim.engine.fast.agenda import put
from cemsim.engine.fast.borrowed import lent
from cemsim.engine.fast.prefetch import LATELY, prefetch
from cemsim.engine.fast.ruled import case_opened
from cemsim.engine.issue import no_errand, open_case
from cemsim.engine.law import ARRIVAL, event_order
from cemsim.engine.mishap import how_severe, is_major, speaks_up
from cemsim.engine.moments import of_failure
from cemsim.model.failure import NONE, net_effect


@within
def fails(
    everything: Any, m: Any, line: int, slot: int, origin: int, month: int, now: float,
    n_free: int, n_after: int,
) -> tuple[float, int, int]:
    """Something of kind ``origin`` went wrong with an issue; counted in the month's failures from ``line`` on.

    Returns the points that a silent one takes at once, how many issues are free, and how many events come after.
    """
    tables, state, out = lent(everything)
    world, account, keys, number = tables.world[0], out.failures, m.keys, state.issues[slot].number
    who, what, ruled = number >> 26, number & codes.LOW_BITS, state.ruled.shape[0] > 0
    prefetch(state.purse, who, 0)
    if ruled:
        prefetch(state.ruled, who, LATELY)
    person, at = state.people[who], state.after
    again = month - person.last_failure < 12
    major = is_major(world, keys, who, what)
    severity = how_severe(world, major, again)
    person.last_failure = month
    account[line + places.FAIL_FIRST + origin] += 1.0
    account[line + places.REPEAT_FAILURES] += 1.0 if again else 0.0
    voiced = speaks_up(world, keys, who, what)
    if ruled:
        journey = (number >> 11) & 63
        of_failure(m, journey, tables.journeys[journey].stage, origin, severity, voiced, again)
        known = state.ruled[who]
        known.next_failure = next_of(known.failures, known.next_failure, now)
        known.quiet = 0
    if not voiced:
        account[line + places.SILENT] += 1.0
        if state.bonds.shape[0] > 0:
            keep_silence(state.bonds[who], severity, origin, major, month)
        return net_effect(NONE, severity), n_free, n_after
    account[line + places.VOICED] += 1.0
    place = state.free[n_free - 1]
    case = state.issues[place]
    heard = open_case(tables, world, person, state.purse[who], case, number, origin, severity, major, again, keys, now)
    case.segment = person.segment
    order = event_order(ARRIVAL, case.number)
    n_after = put(at, n_after, heard, order, (case.stamp << 32) | place)
    n_free -= 1
    if ruled:
        no_errand(state.errands[place])
        n_after = case_opened(tables, state, place, n_after)
    return 0.0, n_free, n_after
