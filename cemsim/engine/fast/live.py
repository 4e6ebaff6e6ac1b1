"""The event loop: a month of contacts and teams in continuous time, obeying `engine.law`.

One function on purpose: calls that pass the whole state would cost more than the work. It takes an event, then
walks the issue in hand through REACH, START, TOUCH and CLOSE as far as it goes without time passing. The science
it calls (felt, mishap, durations) is shared with every engine. Log tables come flattened.
"""

from __future__ import annotations

from math import ceil, inf, log
from typing import Any

from numba import njit

from cemsim.base.draws import uniform
from cemsim.engine import codes, places
from cemsim.engine.durations import at_an_hour, minutes
from cemsim.engine.facts import happened, no_case
from cemsim.engine.fast.agenda import drop_first, put
from cemsim.engine.fast.desks import change_shift, join, next_shift, pass_time, release, take_first, unlink, working_end
from cemsim.engine.fast.prefetch import prefetch
from cemsim.engine.fast.ruled import (
    another_team,
    arrives,
    case_due,
    consult,
    escalated,
    is_open_case,
    new_errand,
    review_team,
    set_deadlines,
    waits,
)
from cemsim.engine.felt import conclude, conclude_one, forget, remember, touch
from cemsim.engine.issue import begin, end_complaint, note_visit, open_case
from cemsim.engine.law import (
    ARRIVAL,
    IMPATIENT,
    KIND_SHIFT,
    LONG_WAIT,
    MAX_ATTEMPTS,
    REVIEW,
    SERVED,
    event_order,
)
from cemsim.engine.mishap import how_severe, is_major, speaks_up, what_failed
from cemsim.engine.moments import of_case, of_contact, of_failure, of_wait
from cemsim.engine.returns import comes_back, tries_again
from cemsim.engine.state import GONE, IN_SERVICE, LATER, WAITING
from cemsim.model.failure import FAILED, GOOD_FAST, INTERACTIONAL, NONE, net_effect
from cemsim.model.laws import closed_form
from cemsim.model.waiting import wait_effect
from cemsim.plan.tables import BACK_OFFICE, COMPLAINT, LIVE


@njit(nogil=True, error_model="numpy", cache=True)
def live(tables: Any, state: Any, out: Any, pads: Any, row: int, until: float) -> int:
    """Process all events before ``until`` (minutes); log into month ``row`` of ``out``, whose tables are flat.

    Returns DONE, or GROW when a pool is nearly full, or FLUSH when the visit buffer is: call again then.
    """
    world = tables.world[0]
    steps, teams, laws, quantiles, journeys = tables.steps, tables.teams, tables.laws, tables.quantiles, tables.journeys
    people, issues, memory, desks = state.people, state.issues, state.memory, state.desks
    free, counts = state.free, state.counts
    st, so, ss = state.soon.time, state.soon.order, state.soon.slot
    lt, lo, ls = state.limits.time, state.limits.order, state.limits.slot
    at, ao, asl = state.after.time, state.after.order, state.after.slot
    arrivals, visits = state.arrivals, state.visits
    log_steps, log_hours, log_waits = out.steps, out.hours, out.waits
    log_emotion, log_failures = out.emotion, out.failures
    n_soon, n_after, cursor, n_arrivals, n_free = counts[0], counts[1], counts[2], counts[3], counts[4]
    month, n_visits, keeps, n_limits, n_limited = counts[5], counts[6], visits.shape[0] > 0, counts[7], counts[8]
    n_segments, n_steps, n_teams = tables.segments.shape[0], steps.shape[0], teams.shape[0]
    usage_journey = journeys.shape[0] - 1
    keys, climate, felt = pads[0].keys, pads[0].climate, pads[0].felt
    filling, closing, instant, verdict = -1, -1, 0.0, codes.DONE
    sets, errands, m, n_firings = tables.rules.first, state.errands, pads[0], counts[9]
    ruled, hour_now, hour_team = errands.shape[0] > 0, counts[10], counts[11]    # whether there are rules at all
    reviews = ruled and sets[codes.TEAM_HOUR] < sets[codes.TEAM_HOUR + 1]
    shift_at, shift_desk = next_shift(desks)

    while True:
        if n_free < 8 or max(n_soon, n_limits, n_after) + 32 > st.shape[0]:
            verdict = codes.GROW
            break
        if keeps and max(n_visits, n_firings) + 256 > visits.shape[0]:
            verdict = codes.FLUSH
            break
        todo, slot, how = codes.IDLE, 0, codes.HANDLED
        # 1. what happens next: consequences of this instant first, then the agenda
        if closing >= 0:
            if desks[closing].waiting == 0:
                closing = -1
                continue
            slot = take_first(desks, issues, closing)
            n_limited -= issues[slot].limited
            now = instant
            todo, how = codes.TOUCH, codes.TURNED_AWAY
        elif filling >= 0:
            desk = desks[filling]
            if desk.waiting == 0 or desk.busy >= desk.people:
                filling = -1
                continue
            now = instant
            pass_time(desk, now)
            slot = take_first(desks, issues, filling)
            n_limited -= issues[slot].limited
            todo = codes.START
        else:
            t_soon = st[0] if n_soon > 0 else inf
            if n_limited == 0:
                n_limits = 0
            t_limit = lt[0] if n_limits > 0 else inf
            t_after = at[0] if n_after > 0 else inf
            t_new = arrivals[cursor].time if cursor < n_arrivals else inf
            t_hour = hour_now * 60.0 if reviews else inf
            now = min(min(min(t_soon, t_limit), min(t_after, t_hour)), min(t_new, shift_at))
            if now >= until:
                break
            instant = now
            if shift_at == now:
                desk = desks[shift_desk]
                change_shift(desk, tables.heads, shift_desk, now)
                if desk.people == 0 and teams[shift_desk].works == LIVE and desk.waiting > 0:
                    closing = shift_desk
                elif desk.waiting > 0 and desk.busy < desk.people:
                    filling = shift_desk
                shift_at, shift_desk = next_shift(desks)
                continue
            if t_soon == now:
                packed = ss[0]
                n_soon = drop_first(st, so, ss, n_soon)
                for ahead in range(min(n_soon, 3)):
                    prefetch(people, issues[ss[ahead] & codes.SLOT_BITS].person)
                slot = packed & codes.SLOT_BITS
                issue = issues[slot]
                d = issue.team
                desk = desks[d]
                desk.busy -= 1
                desk.busy_minutes += issue.minutes
                if desk.waiting > 0:
                    filling = d
                if issue.state >= GONE:
                    n_free = release(issue, free, n_free, slot)
                    continue
                todo, how = codes.TOUCH, codes.HANDLED
            elif t_limit == now:
                packed = ls[0]
                n_limits = drop_first(lt, lo, ls, n_limits)
                slot = packed & codes.SLOT_BITS
                issue = issues[slot]
                if issue.stamp != packed >> 32 or issue.limited == 0:
                    continue
                d = issue.team
                n_limited -= 1
                pass_time(desks[d], now)
                unlink(desks, issues, d, slot, issue.rank)
                todo, how = codes.TOUCH, codes.HUNG_UP
            elif t_hour == now and (t_after > now or ao[0] >> KIND_SHIFT > REVIEW):
                n_firings = review_team(tables, state, out, m, hour_team, now, row, n_firings)
                if desks[hour_team].waiting > 0 and desks[hour_team].busy < desks[hour_team].people:
                    filling = hour_team
                shift_at, shift_desk = next_shift(desks)
                hour_team += 1
                if hour_team == n_teams:
                    hour_now, hour_team = hour_now + 1, 0
                continue
            elif t_new == now and (t_after > now or event_order(ARRIVAL, arrivals[cursor].number) < ao[0]):
                n_free -= 1
                slot = free[n_free]
                number = arrivals[cursor].number
                cursor += 1
                if cursor + codes.AHEAD < n_arrivals:
                    prefetch(people, arrivals[cursor + codes.AHEAD].number >> 26)
                begin(issues[slot], number, journeys[(number >> 11) & 63].first, now)
                if ruled:
                    new_errand(errands[slot], state.rests, slot)
                todo = codes.REACH
            else:
                packed, due = asl[0], ao[0]
                n_after = drop_first(at, ao, asl, n_after)
                slot = packed & codes.SLOT_BITS
                issue = issues[slot]
                number = issue.number
                counter = (number & codes.LOW_BITS) * 16384 + issue.attempt * 256 + max(issue.step, 0)
                if packed >> 32 >= codes.CASE_DUE:
                    if is_open_case(issue, due):
                        todo, n_firings, n_after, n_free, n_limited = case_due(
                            tables, state, out, m, slot, (packed >> 32) - codes.CASE_DUE, counter, now, row, n_firings,
                            n_after, n_free, n_limited)
                elif issue.stamp != packed >> 32:
                    continue
                elif due >> KIND_SHIFT == LONG_WAIT:
                    todo, n_firings, n_after, n_free, n_limited = waits(
                        tables, state, out, m, slot, counter, now, row, n_firings, n_after, n_free, n_limited)
                else:
                    todo = codes.REACH

        # 2. walk this issue as far as it goes without time passing
        issue = issues[slot]
        number = issue.number
        journey = (number >> 11) & 63
        who = issue.person
        person = people[who]
        g = person.segment
        fresh = False                                             # whether `felt` is a touch of this issue
        while todo != codes.IDLE:
            s = issue.step
            counter = (number & codes.LOW_BITS) * 16384 + issue.attempt * 256 + max(s, 0)
            cell = ((row * n_steps + s) * n_segments + g) * places.STEP_WIDTH

            if todo == codes.REACH:
                if s < 0:                                        # a failure in use, or nobody took any step
                    hurts = journey == usage_journey or journeys[journey].starts == COMPLAINT   # or not taken up
                    todo, how = (codes.TOUCH, codes.IN_USE) if hurts else (codes.CLOSE, how)
                    continue
                step = steps[s]
                asks = step.used_by < 1.0
                if step.skip != 0 or (asks and uniform(keys[codes.USE_STEP], who, counter) >= step.used_by):
                    issue.step = step.next
                    issue.lagged = 0
                    issue.team = step.team
                    if step.next < 0 and issue.handled > 0:
                        todo, how = codes.TOUCH, codes.PASSED_BY
                    continue
                d = step.team
                if step.lag >= 0 and issue.lagged == 0:
                    issue.lagged = 1
                    issue.state = LATER
                    later = now + minutes(laws[step.lag], quantiles, uniform(keys[codes.LAG], who, counter))
                    if d >= 0 and teams[d].works == LIVE:
                        later = at_an_hour(tables.daytime, journey, now, later, uniform(keys[codes.HOUR], who, counter))
                    n_after = put(at, ao, asl, n_after, later, event_order(ARRIVAL, number), (issue.stamp << 32) | slot)
                    todo = codes.IDLE
                    continue
                issue.lagged = 0
                issue.arrived = now
                if ruled and d >= 0:
                    d, onward, n_firings, n_after, n_free = arrives(
                        tables, state, out, m, slot, d, counter, now, row, n_firings, n_after, n_free)
                    if onward >= 0:
                        issue.step = onward
                        continue
                    another_team(tables, out, row, s, d, places.TEAM_ARRIVED)
                issue.team = d
                log_steps[cell + places.ARRIVED] += 1.0
                if d < 0:
                    todo, how = codes.TOUCH, codes.SELF_SERVED
                    continue
                desk = desks[d]
                hour = (d * 168 + int(now * (1.0 / 60.0)) % 168) * places.HOUR_WIDTH
                log_hours[hour + places.HOUR_ARRIVED] += 1.0
                if desk.busy < desk.people and desk.waiting == 0:
                    todo = codes.START
                    continue
                team = teams[d]
                if (desk.people == 0 and team.works == LIVE) or desk.waiting >= team.room:
                    todo, how = codes.TOUCH, codes.TURNED_AWAY
                    continue
                rank = errands[slot].level if ruled and errands[slot].level >= 0 else team.rank[g]
                pass_time(desk, now)
                issue.state = WAITING
                join(desk, issues, slot, rank)
                issue.limited = 0
                if team.works == LIVE and team.patience >= 0:
                    law, u = laws[team.patience], uniform(keys[codes.PATIENCE], who, counter)
                    limit = closed_form(law.kind, law.a, law.b, u) if law.table < 0 else minutes(law, quantiles, u)
                    limit *= team.patience_scale
                    n_limits = put(lt, lo, ls, n_limits, now + limit, event_order(IMPATIENT, number),
                                   (issue.stamp << 32) | slot)
                    n_limited += 1
                    issue.limited = 1
                todo = codes.IDLE
                if ruled:
                    errands[slot].joined = now
                    if sets[codes.WAITS] < sets[codes.WAITS + 1]:
                        todo, n_firings, n_after, n_free, n_limited = waits(
                            tables, state, out, m, slot, counter, now, row, n_firings, n_after, n_free, n_limited)

            elif todo == codes.START:
                step = steps[s]
                d = issue.team
                team = teams[d]
                desks[d].busy += 1
                issue.begun = now
                issue.state = IN_SERVICE
                issue.stamp += 1
                law, u = laws[step.handling], uniform(keys[codes.HANDLING], who, counter)
                issue.minutes = closed_form(law.kind, law.a, law.b, u) if law.table < 0 else minutes(law, quantiles, u)
                end = now + issue.minutes
                if team.works == BACK_OFFICE:
                    end = working_end(tables.heads, d, now, issue.minutes)
                n_soon = put(st, so, ss, n_soon, end, event_order(SERVED, number), (issue.stamp << 32) | slot)
                wait = now - issue.arrived
                if ruled and errands[slot].called_back != 0:
                    wait = errands[slot].off_line - issue.arrived
                bin_ = 0
                hour = (d * 168 + int(issue.arrived * (1.0 / 60.0)) % 168) * places.HOUR_WIDTH
                if wait > 0.0:
                    bin_ = min(max(1 + int(ceil(log(wait * 60.0) * codes.WAIT_STEP)), 1), places.WAIT_WIDTH - 1)
                    log_steps[cell + places.WAIT_SUM] += wait
                    log_steps[cell + places.WAIT_SQ] += wait * wait
                    log_steps[cell + places.ALL_WAIT_SUM] += wait
                    log_hours[hour + places.HOUR_WAIT] += wait
                log_waits[((row * n_teams + d) * n_segments + g) * places.WAIT_WIDTH + bin_] += 1.0
                log_steps[cell + places.WITHIN] += 1.0 if wait <= team.within else 0.0
                log_hours[hour + places.HOUR_SERVED] += 1.0
                todo = codes.IDLE

            elif todo == codes.TOUCH:
                step = steps[max(s, 0)]
                d = issue.team if s >= 0 else -1
                complaint = journeys[journey].starts == COMPLAINT
                hung_up = how in (codes.HUNG_UP, codes.TURNED_AWAY)
                points, waited, acceptable, blow, due = 0.0, 0.0, 1.0, 0.0, -1.0
                account = (row * n_segments + g) * places.FAIL_WIDTH
                resolved = False
                if hung_up:
                    team = teams[d]
                    waited, acceptable = now - issue.arrived, team.acceptable
                    if ruled:
                        another_team(tables, out, row, s, d, places.TEAM_ABANDONED if how == codes.HUNG_UP else places.TEAM_SENT_AWAY)
                        if errands[slot].called_back != 0:
                            waited = errands[slot].off_line - issue.arrived
                    log_steps[cell + (places.ABANDONED if how == codes.HUNG_UP else places.SENT_AWAY)] += 1.0
                    log_steps[cell + places.ALL_WAIT_SUM] += waited
                    if how == codes.HUNG_UP:
                        hour = (d * 168 + int(issue.arrived * (1.0 / 60.0)) % 168) * places.HOUR_WIDTH
                        log_hours[hour + places.HOUR_ABANDONED] += 1.0
                    issue.hangups += 1
                    if issue.hangups < team.attempts and issue.attempt < MAX_ATTEMPTS:
                        due = tries_again(tables, team, journey, keys, who, counter, now)
                    if complaint and due < 0.0:
                        blow = net_effect(NONE, issue.severity)
                elif how in (codes.HANDLED, codes.SELF_SERVED):
                    resolved = step.resolves >= 1.0 or uniform(keys[codes.RESOLVE], who, counter) < step.resolves
                    log_steps[cell + places.SERVED] += 1.0
                    log_steps[cell + places.RESOLVED] += 1.0 if resolved else 0.0
                    if issue.repeat == 0:
                        log_steps[cell + places.FIRST] += 1.0
                        log_steps[cell + places.FIRST_RESOLVED] += 1.0 if resolved else 0.0
                    if d >= 0:
                        team = teams[d]
                        issue.handled += 1
                        log_steps[cell + places.HANDLED_MINUTES] += issue.minutes
                        waited, acceptable = issue.begun - issue.arrived, team.acceptable
                        if ruled:
                            another_team(tables, out, row, s, d, places.TEAM_SERVED)
                            if errands[slot].called_back != 0:
                                waited = errands[slot].off_line - issue.arrived
                        if team.works == BACK_OFFICE:
                            waited = now - issue.arrived
                            if step.promise > 0.0:
                                acceptable = step.promise
                        if step.promise > 0.0 and now - issue.arrived > step.promise:
                            log_steps[cell + places.LATE] += 1.0
                    if complaint and resolved:
                        occupancy = desks[d].occupancy if d >= 0 else 0.0
                        empowerment = teams[d].empowerment if d >= 0 else 0.0
                        blow, ending = end_complaint(world, issue, person, empowerment, occupancy, state.purse[who],
                                             keys, counter, now, log_failures, account)
                        if ruled and sets[codes.COMPLAINT_CLOSED] < sets[codes.COMPLAINT_CLOSED + 1]:
                            of_case(m, journey, journeys[journey].stage, issue.severity, errands[slot].escalated, issue.attempt)
                            m.recovery = ending - GOOD_FAST
                            n_firings, n_after, n_free = consult(
                                tables, state, out, m, sets[codes.COMPLAINT_CLOSED], sets[codes.COMPLAINT_CLOSED + 1], who,
                                slot, counter, number, now, row, n_firings, n_after, n_free)
                            if m.apologies > 0 and ending == FAILED:
                                log_failures[account + places.JUSTICE] += INTERACTIONAL

                if d >= 0 and world.kappa_wait > 0.0:
                    points = wait_effect(waited, world.overestimate, world.exponent, world.kappa_wait, acceptable)
                    desks[d].wait_points += points
                    desks[d].wait_touches += 1.0
                    points += teams[d].wait_offset

                # something may have gone wrong with the issue itself, once an issue
                origin = issue.origin
                if complaint and how == codes.IN_USE:
                    blow = net_effect(NONE, issue.severity)
                elif how == codes.IN_USE:
                    origin = 2
                elif not complaint and issue.weighed == 0 and (
                    (how == codes.HANDLED and d >= 0) or (how == codes.SELF_SERVED and resolved)
                ):
                    issue.weighed = 1
                    origin = what_failed(world, journeys[journey].failure, keys, who, number & codes.LOW_BITS)
                if not complaint and origin >= 0:
                    what = number & codes.LOW_BITS
                    again = month - person.last_failure < 12
                    major = is_major(world, keys, who, what)
                    severity = how_severe(world, major, again)
                    person.last_failure = month
                    voiced = speaks_up(world, keys, who, what)
                    log_failures[account + places.FAIL_FIRST + origin] += 1.0
                    log_failures[account + places.REPEAT_FAILURES] += 1.0 if again else 0.0
                    if voiced:
                        log_failures[account + places.VOICED] += 1.0
                        n_free -= 1
                        place = free[n_free]
                        heard = open_case(tables, world, person, state.purse[who], issues[place], number, origin,
                                          severity, major, again, keys, now)
                        n_after = put(at, ao, asl, n_after, heard, event_order(ARRIVAL, issues[place].number),
                                      (issues[place].stamp << 32) | place)
                        if ruled:
                            new_errand(errands[place], state.rests, place)
                            happened(state.ruled[who].cases, heard)
                            n_after = set_deadlines(tables, state, place, n_after)
                    else:
                        log_failures[account + places.SILENT] += 1.0
                        blow = net_effect(NONE, severity)
                    if ruled:
                        happened(state.ruled[who].failures, now)
                        state.ruled[who].quiet = 0
                        if sets[codes.FAILURE] < sets[codes.FAILURE + 1]:
                            of_failure(m, journey, journeys[journey].stage, origin, severity, voiced, again)
                            n_firings, n_after, n_free = consult(
                                tables, state, out, m, sets[codes.FAILURE], sets[codes.FAILURE + 1], who, slot, counter,
                                number, now, row, n_firings, n_after, n_free)

                # where it goes from here; TOUCH stands for "decided below"
                onward, later = -1, now
                if resolved or how == codes.IN_USE or (hung_up and due < 0.0):
                    todo = codes.CLOSE
                elif hung_up:
                    onward, later, todo = s, due, codes.IDLE
                else:
                    if how != codes.PASSED_BY:
                        onward = step.next
                        if d >= 0:
                            issue.failed += 1
                            due_up = step.escalate_to >= 0 and issue.failed >= step.escalate_after
                            if due_up and uniform(keys[codes.ESCALATE], who, counter) < step.escalate_share:
                                onward = step.escalate_to
                                log_steps[cell + places.ESCALATED] += 1.0
                    if onward >= 0:
                        todo = codes.REACH if d < 0 else codes.IDLE
                    else:
                        todo = codes.CLOSE if issue.attempt >= MAX_ATTEMPTS else codes.IDLE

                if how != codes.PASSED_BY and (how != codes.IN_USE or blow != 0.0):
                    emotion, satisfied = 0.0, forget(felt)
                    if s < 0 or step.felt != 0 or blow != 0.0:
                        emotion, satisfied = touch(
                            world, climate, step if s >= 0 else tables.nowhere[0], person, who, issue.repeat, keys,
                            counter, points, hung_up, blow, max(origin, 0), felt)
                    issue.touches += 1
                    fresh = True
                    if blow != 0.0:
                        issue.weighed = 2
                    if todo != codes.CLOSE or issue.touches > 1:
                        remember(memory[slot], felt, emotion, issue.touches == 1)
                    if s >= 0:
                        log_steps[cell + places.TS_SUM] += satisfied
                        log_steps[cell + places.TS_N] += 1.0
                        mood = (cell // places.STEP_WIDTH * 2 + min(issue.repeat, 1)) * places.EMOTION_WIDTH
                        log_emotion[mood] += 1.0
                        log_emotion[mood + 1] += emotion
                        log_emotion[mood + 2] += emotion * emotion
                        if keeps:
                            note_visit(visits[n_visits], issue, g, month, how, d, resolved, now, emotion, satisfied)
                            n_visits += 1

                if ruled and how >= codes.HANDLED and how != codes.IN_USE:
                    happened(state.ruled[who].contacts, now)
                    state.ruled[who].quiet = 0
                    if sets[codes.CONTACT_ENDS] < sets[codes.CONTACT_ENDS + 1]:
                        of_contact(m, journey, step, d, issue.attempt, errands[slot].escalated)
                        of_wait(m, waited, teams[d].within if d >= 0 else 0.0)
                        m.outcome, m.resolved = how, 1 if resolved else 0
                        n_firings, n_after, n_free = consult(
                            tables, state, out, m, sets[codes.CONTACT_ENDS], sets[codes.CONTACT_ENDS + 1], who, slot,
                            counter, number, now, row, n_firings, n_after, n_free)
                        if m.escalate >= 0:
                            escalated(tables, state, out, issue, errands[slot], m.escalate, row)

                if todo == codes.REACH:
                    issue.step = onward
                elif todo == codes.IDLE:
                    if hung_up:
                        issue.attempt += 1
                    elif onward < 0:                             # the last step has failed: it comes back
                        later = comes_back(tables, journey, keys, who, counter, now)
                        issue.attempt += 1
                        issue.repeat += 1
                        onward = journeys[journey].restart
                    issue.step = onward
                    issue.state = LATER
                    issue.stamp += 1
                    n_after = put(at, ao, asl, n_after, later, event_order(ARRIVAL, number), (issue.stamp << 32) | slot)
            else:                                                 # CLOSE
                kind = tables.pull.shape[0] - 1 if issue.weighed == 2 else journey
                pull, learn = tables.pull[kind, min(person.tenure, 360)], tables.learn[kind]
                if fresh and issue.touches == 1:
                    conclude_one(person, felt, pull, learn)
                elif issue.touches > 0:
                    conclude(world, person, memory[slot], issue.touches, pull, learn)
                if journeys[journey].starts == COMPLAINT:
                    person.cases -= 1
                    if ruled:
                        no_case(state.ruled[who], issue.opened)
                    if person.cases & 127 == 0:
                        state.purse[who].severity = 0.0
                n_free = release(issue, free, n_free, slot)
                todo = codes.IDLE

    counts[0], counts[1], counts[2], counts[4], counts[6] = n_soon, n_after, cursor, n_free, n_visits
    counts[7], counts[8], counts[9], counts[10], counts[11] = n_limits, n_limited, n_firings, hour_now, hour_team
    return verdict
