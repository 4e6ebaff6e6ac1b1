"""The event loop: a month of contacts and teams in continuous time, obeying `engine.law`."""

from __future__ import annotations

from math import ceil, inf, log
from typing import Any

from numba import njit

from cemsim.base.draws import uniform
from cemsim.engine.durations import at_an_hour, minutes
from cemsim.engine.fast.agenda import drop_first, put
from cemsim.engine.fast.desks import next_shift, take_first, unlink, working_end
from cemsim.engine.felt import conclude, touch
from cemsim.engine.law import ARRIVAL, DAY, IMPATIENT, MAX_ATTEMPTS, SERVED, event_order
from cemsim.engine.mishap import how_recovered, how_severe, speaks_up, what_failed
from cemsim.engine.state import GONE, IN_SERVICE, LATER, WAITING
from cemsim.model.failure import FAILED, GOOD_FAST, NONE, justice, net_effect
from cemsim.model.waiting import wait_effect
from cemsim.plan.tables import BACK_OFFICE, COMPLAINT, LIVE

USE_STEP, LAG, PATIENCE, HANDLING, RESOLVE, ESCALATE, REPEAT_LAG, REDIAL, REDIAL_LAG = 7, 8, 9, 10, 11, 12, 13, 14, 15
VOICE_LAG, HOUR = 20, 44

# What is to be done with the issue in hand.
IDLE, REACH, START, TOUCH, CLOSE = 0, 1, 2, 3, 4
# How a contact ended.
HANDLED, HUNG_UP, TURNED_AWAY, SELF_SERVED, IN_USE = 0, 1, 2, 3, 4
# Why the loop stopped.
DONE, GROW, FLUSH = 0, 1, 2

LOW_BITS = (1 << 26) - 1
SLOT_BITS = (1 << 32) - 1


@njit(nogil=True, error_model="numpy", cache=True)
def live(tables: Any, state: Any, out: Any, keys: Any, row: int, until: float) -> int:
    """Process all events before ``until`` (minutes); log into month ``row`` of ``out``.

    Returns DONE, or GROW when a pool is nearly full, or FLUSH when the visit buffer is: call again then.
    """
    world = tables.world[0]
    people, issues, desks, free, counts = state.people, state.issues, state.desks, state.free, state.counts
    st, so, ss = state.soon.time, state.soon.order, state.soon.slot
    at, ao, asl = state.after.time, state.after.order, state.after.slot
    arrivals, visits = state.arrivals, state.visits
    n_soon, n_after, cursor, n_arrivals, n_free = counts[0], counts[1], counts[2], counts[3], counts[4]
    month, n_visits, keeps = counts[5], counts[6], visits.shape[0] > 0
    usage_journey = tables.journeys.shape[0] - 1
    filling, closing = -1, -1
    shift_at, shift_desk = next_shift(desks)
    verdict = DONE

    while True:
        if n_free < 4 or n_soon + 4 > st.shape[0] or n_after + 4 > at.shape[0]:
            verdict = GROW
            break
        if keeps and n_visits + 4 > visits.shape[0]:
            verdict = FLUSH
            break
        todo, slot, how, now = IDLE, -1, HANDLED, until

        # 1. what happens next: pending consequences of this instant first, then the agenda
        if closing >= 0:
            if desks[closing].waiting == 0:
                closing = -1
                continue
            slot = take_first(desks, issues, closing)
            now = desks[closing].staff_since
            todo, how = TOUCH, TURNED_AWAY
        elif filling >= 0:
            desk = desks[filling]
            if desk.waiting == 0 or desk.busy >= desk.people:
                filling = -1
                continue
            now = desk.fill_at
            before = desk.waiting
            slot = take_first(desks, issues, filling)
            out.teams[row, filling, 3] += before * (now - desk.queue_since)
            desk.queue_since = now
            todo = START
        else:
            t_soon = st[0] if n_soon > 0 else inf
            t_after = at[0] if n_after > 0 else inf
            t_new = arrivals[cursor].time if cursor < n_arrivals else inf
            now = min(min(t_soon, t_after), min(t_new, shift_at))
            if now >= until:
                break
            if shift_at == now:
                d = shift_desk
                desk = desks[d]
                out.teams[row, d, 0] += desk.people * (now - desk.staff_since)
                desk.staffed_minutes += desk.people * (now - desk.staff_since)
                desk.staff_since = now
                quarter = int(now / 15.0 + 0.5)
                desk.people = tables.heads[d, quarter % 672]
                ahead = 1
                while ahead < 672 and tables.heads[d, (quarter + ahead) % 672] == desk.people:
                    ahead += 1
                desk.shift_at = inf if ahead == 672 else (quarter + ahead) * 15.0
                shift_at, shift_desk = next_shift(desks)
                desk.fill_at = now
                if desk.people == 0 and tables.teams[d].works == LIVE and desk.waiting > 0:
                    out.teams[row, d, 3] += desk.waiting * (now - desk.queue_since)
                    desk.queue_since = now
                    closing = d
                elif desk.waiting > 0 and desk.busy < desk.people:
                    filling = d
                continue
            if t_soon == now:
                kind = so[0] // 9007199254740992
                packed = ss[0]
                n_soon = drop_first(st, so, ss, n_soon)
                slot = packed & SLOT_BITS
                if issues[slot].stamp != packed >> 32:
                    continue
                if kind == SERVED:
                    d = tables.steps[issues[slot].step].team
                    desk = desks[d]
                    desk.busy -= 1
                    desk.fill_at = now
                    if desk.waiting > 0:
                        filling = d
                    out.teams[row, d, 2] += issues[slot].minutes
                    desk.busy_minutes += issues[slot].minutes
                    if issues[slot].state >= GONE:
                        issues[slot].stamp += 1
                        issues[slot].state = 0
                        free[n_free] = slot
                        n_free += 1
                        continue
                    todo, how = TOUCH, HANDLED
                else:
                    d = tables.steps[issues[slot].step].team
                    out.teams[row, d, 3] += desks[d].waiting * (now - desks[d].queue_since)
                    desks[d].queue_since = now
                    unlink(desks, issues, d, slot, tables.teams[d].rank[people[issues[slot].person].segment])
                    todo, how = TOUCH, HUNG_UP
            elif t_new == now and (t_after > now or event_order(ARRIVAL, arrivals[cursor].number) < ao[0]):
                n_free -= 1
                slot = free[n_free]
                issue = issues[slot]
                number = arrivals[cursor].number
                cursor += 1
                issue.number = number
                issue.opened = now
                issue.person = number >> 26
                issue.step = tables.journeys[(number >> 11) & 63].first
                issue.attempt, issue.hangups, issue.touches, issue.origin, issue.handled = 0, 0, 0, -1, 0
                issue.lagged, issue.failed, issue.second, issue.repeat, issue.weighed = 0, 0, 0, 0, 0
                issue.peak, issue.severity = 0.0, 0.0
                for k in range(6):
                    issue.a_sum[k] = 0.0
                    issue.l_sum[k] = 0.0
                    issue.p_sum[k] = 0.0
                todo = REACH
            else:
                packed = asl[0]
                n_after = drop_first(at, ao, asl, n_after)
                slot = packed & SLOT_BITS
                if issues[slot].stamp != packed >> 32:
                    continue
                todo = REACH

        # 2. walk this issue as far as it goes without time passing
        issue = issues[slot]
        number = issue.number
        journey = (number >> 11) & 63
        person = people[issue.person]
        g = person.segment
        while todo != IDLE:
            s = issue.step
            base = (number & LOW_BITS) * 16384 + issue.attempt * 256
            counter = base + max(s, 0)

            if todo == REACH:
                if s < 0:                                        # a failure in use, or nobody took the last step
                    todo, how = (TOUCH, IN_USE) if journey == usage_journey else (CLOSE, how)
                    continue
                step = tables.steps[s]
                if step.skip != 0 or (
                    step.used_by < 1.0 and uniform(keys[USE_STEP], issue.person, counter) >= step.used_by
                ):
                    issue.step = step.next
                    issue.lagged = 0
                    if step.next < 0 and issue.handled > 0:
                        todo, how = TOUCH, -1                     # walked past the last step: it comes back
                    continue
                if step.lag >= 0 and issue.lagged == 0:
                    issue.lagged = 1
                    issue.state = LATER
                    later = now + minutes(
                        tables.laws[step.lag], tables.quantiles, uniform(keys[LAG], issue.person, counter)
                    )
                    if step.team >= 0 and tables.teams[step.team].works == LIVE:
                        later = at_an_hour(
                            tables.daytime[journey], now, later, uniform(keys[HOUR], issue.person, counter)
                        )
                    n_after = put(at, ao, asl, n_after, later, event_order(ARRIVAL, number),
                                  (issue.stamp << 32) | slot)
                    todo = IDLE
                    continue
                issue.lagged = 0
                issue.arrived = now
                out.steps[row, s, g, 0] += 1.0
                if step.team < 0:
                    todo, how = TOUCH, SELF_SERVED
                    continue
                d = step.team
                desk = desks[d]
                team = tables.teams[d]
                out.teams[row, d, 4] += 1.0
                out.hours[d, int(now / 60.0) % 168, 0] += 1.0
                if desk.people == 0 and team.works == LIVE:
                    todo, how = TOUCH, TURNED_AWAY
                elif desk.busy < desk.people and desk.waiting == 0:
                    todo = START
                elif desk.waiting >= team.room:
                    todo, how = TOUCH, TURNED_AWAY
                else:
                    rank = team.rank[g]
                    out.teams[row, d, 3] += desk.waiting * (now - desk.queue_since)
                    desk.queue_since = now
                    desk.waiting += 1
                    issue.state = WAITING
                    issue.after = -1
                    issue.before = desk.tail[rank]
                    if desk.tail[rank] >= 0:
                        issues[desk.tail[rank]].after = slot
                    else:
                        desk.head[rank] = slot
                    desk.tail[rank] = slot
                    if team.works == LIVE and team.patience >= 0:
                        limit = team.patience_scale * minutes(
                            tables.laws[team.patience], tables.quantiles,
                            uniform(keys[PATIENCE], issue.person, counter),
                        )
                        n_soon = put(st, so, ss, n_soon, now + limit, event_order(IMPATIENT, number),
                                     (issue.stamp << 32) | slot)
                    todo = IDLE

            elif todo == START:
                step = tables.steps[s]
                d = step.team
                team = tables.teams[d]
                desks[d].busy += 1
                issue.begun = now
                issue.state = IN_SERVICE
                issue.stamp += 1
                issue.minutes = minutes(
                    tables.laws[step.handling], tables.quantiles, uniform(keys[HANDLING], issue.person, counter)
                )
                end = now + issue.minutes
                if team.works == BACK_OFFICE:
                    end = working_end(tables.heads, d, now, issue.minutes)
                n_soon = put(st, so, ss, n_soon, end, event_order(SERVED, number), (issue.stamp << 32) | slot)
                wait = now - issue.arrived
                cell = 0
                if wait > 0.0:
                    cell = min(max(1 + int(ceil(log(wait * 60.0) * WAIT_STEP)), 1), 95)
                out.waits[row, d, g, cell] += 1.0
                out.steps[row, s, g, 6] += wait
                out.steps[row, s, g, 7] += wait * wait
                out.steps[row, s, g, 8] += wait
                if wait <= team.within:
                    out.steps[row, s, g, 9] += 1.0
                hour = int(issue.arrived / 60.0) % 168
                out.hours[d, int(now / 60.0) % 168, 1] += 1.0
                out.hours[d, hour, 2] += wait
                out.hours[d, hour, 3] += 1.0
                todo = IDLE

            elif todo == TOUCH:
                points = 0.0
                waited, acceptable = 0.0, 1.0
                blow = 0.0
                resolved = False
                comes_back = -1.0
                step = tables.steps[max(s, 0)]
                d = step.team if s >= 0 else -1
                complaint = tables.journeys[journey].starts == COMPLAINT

                if how == HUNG_UP or how == TURNED_AWAY:
                    team = tables.teams[d]
                    wait = now - issue.arrived
                    out.steps[row, s, g, 2 if how == HUNG_UP else 3] += 1.0
                    out.steps[row, s, g, 8] += wait
                    out.teams[row, d, 6 if how == HUNG_UP else 7] += 1.0
                    if how == HUNG_UP:
                        out.hours[d, int(issue.arrived / 60.0) % 168, 4] += 1.0
                    waited, acceptable = wait, team.acceptable
                    issue.hangups += 1
                    if issue.hangups < team.attempts:
                        u = uniform(keys[REDIAL], issue.person, counter)
                        if u < team.same_day:
                            comes_back = minutes(
                                tables.laws[team.redial], tables.quantiles,
                                uniform(keys[REDIAL_LAG], issue.person, counter),
                            )
                        elif u < team.same_day + (1.0 - team.same_day) * team.next_day:
                            comes_back = at_an_hour(
                                tables.daytime[journey], now, now + DAY, uniform(keys[HOUR], issue.person, counter)
                            ) - now
                    if complaint and comes_back < 0.0:
                        blow = net_effect(NONE, issue.severity)
                elif how == HANDLED or how == SELF_SERVED:
                    resolved = step.resolves >= 1.0 or (
                        step.resolves > 0.0 and uniform(keys[RESOLVE], issue.person, counter) < step.resolves
                    )
                    out.steps[row, s, g, 1] += 1.0
                    if resolved:
                        out.steps[row, s, g, 11] += 1.0
                    if issue.repeat == 0:
                        out.steps[row, s, g, 12] += 1.0
                        if resolved:
                            out.steps[row, s, g, 13] += 1.0
                    if d >= 0:
                        team = tables.teams[d]
                        issue.handled += 1
                        out.teams[row, d, 5] += 1.0
                        out.steps[row, s, g, 10] += issue.minutes
                        wait = issue.begun - issue.arrived
                        acceptable = team.acceptable
                        if team.works == BACK_OFFICE:
                            wait = now - issue.arrived
                            acceptable = step.promise if step.promise > 0.0 else team.acceptable
                        waited = wait
                        if step.promise > 0.0 and now - issue.arrived > step.promise:
                            out.steps[row, s, g, 16] += 1.0
                    if complaint and resolved:
                        occupancy = desks[d].occupancy if d >= 0 else 0.0
                        empowerment = tables.teams[d].empowerment if d >= 0 else 0.0
                        ending = how_recovered(
                            world, empowerment, occupancy, now - issue.opened, keys, issue.person, counter
                        )
                        blow = net_effect(ending, issue.severity)
                        good = ending != FAILED
                        fast = ending == GOOD_FAST
                        out.failures[row, g, 5 if fast else (6 if good else 7)] += 1.0
                        out.failures[row, g, 8] += justice(good, good, fast)
                        if good:
                            pay = world.pay_major if issue.failed_major != 0 else world.pay_minor
                            out.failures[row, g, 9] += pay * state.purse[issue.person].wallet
                        if fast and issue.second == 0:
                            out.failures[row, g, 11] += 1.0
                            person.cases |= 128

                if d >= 0 and how >= 0 and world.kappa_wait > 0.0:
                    points = wait_effect(waited, world.overestimate, world.exponent, world.kappa_wait, acceptable)
                    out.teams[row, d, 8] += points
                    out.teams[row, d, 9] += 1.0
                    points += tables.teams[d].wait_offset

                # something may have gone wrong with the issue itself, once an issue
                origin = issue.origin
                if how == IN_USE:
                    origin = 2
                elif not complaint and issue.weighed == 0 and (
                    (how == HANDLED and d >= 0) or (how == SELF_SERVED and resolved)
                ):
                    issue.weighed = 1
                    origin = what_failed(
                        world, tables.journeys[journey].failure, keys, issue.person, number & LOW_BITS
                    )
                if not complaint and origin >= 0:
                    what = number & LOW_BITS
                    severity = how_severe(world, person.last_failure, month, keys, issue.person, what)
                    again = month - person.last_failure < 12
                    person.last_failure = month
                    out.failures[row, g, origin] += 1.0
                    if again:
                        out.failures[row, g, 10] += 1.0
                    if speaks_up(world, keys, issue.person, what):
                        out.failures[row, g, 4] += 1.0
                        person.cases += 1
                        purse = state.purse[issue.person]
                        if severity > purse.severity:
                            purse.severity = severity
                            purse.origin = origin
                        n_free -= 1
                        case = free[n_free]
                        opened = issues[case]
                        opened.number = ((number >> 17) << 17) | (world.complaint << 11) | (
                            (journey << 5) | (number & 31)
                        )
                        opened.person = issue.person
                        opened.step = tables.journeys[world.complaint].first
                        opened.opened = at_an_hour(
                            tables.daytime[world.complaint], now,
                            now + minutes(tables.laws[world.voice_lag], tables.quantiles,
                                          uniform(keys[VOICE_LAG], issue.person, what)),
                            uniform(keys[HOUR], issue.person, what),
                        )
                        opened.attempt, opened.hangups, opened.touches, opened.handled = 0, 0, 0, 0
                        opened.lagged, opened.failed, opened.repeat, opened.weighed = 0, 0, 0, 0
                        opened.origin, opened.severity, opened.peak = origin, severity, 0.0
                        opened.second = 1 if again else 0
                        opened.failed_major = 1 if severity >= world.major else 0
                        opened.state = LATER
                        for k in range(6):
                            opened.a_sum[k] = 0.0
                            opened.l_sum[k] = 0.0
                            opened.p_sum[k] = 0.0
                        n_after = put(at, ao, asl, n_after, opened.opened, event_order(ARRIVAL, opened.number),
                                      (opened.stamp << 32) | case)
                    else:
                        out.failures[row, g, 3] += 1.0
                        blow = net_effect(NONE, severity)
                    issue.origin = -1

                emotion, satisfied = 0.0, 0.0
                felt_origin = max(origin, 0)
                if how == IN_USE:
                    if blow != 0.0:
                        emotion, satisfied = touch(
                            world, state.climate, tables.nothing, tables.nothing, person, issue, keys, counter,
                            0.0, False, blow, felt_origin,
                        )
                elif how >= 0:
                    emotion, satisfied = touch(
                        world, state.climate, step.loads, step.quality, person, issue, keys, counter,
                        points, how == HUNG_UP or how == TURNED_AWAY, blow, felt_origin,
                    )
                    out.steps[row, s, g, 14] += satisfied
                    out.steps[row, s, g, 15] += 1.0
                    again_row = 1 if issue.repeat > 0 else 0
                    out.emotion[row, s, g, again_row, 0] += 1.0
                    out.emotion[row, s, g, again_row, 1] += emotion
                    out.emotion[row, s, g, again_row, 2] += emotion * emotion
                    if keeps:
                        visit = visits[n_visits]
                        n_visits += 1
                        visit.issue, visit.person, visit.month = number, issue.person, month
                        visit.segment, visit.journey, visit.step = g, journey, s
                        visit.attempt, visit.outcome = issue.attempt, how
                        visit.resolved = 1 if resolved else 0
                        visit.arrived, visit.left = issue.arrived, now
                        begun = issue.begun if how == HANDLED and d >= 0 else now
                        visit.waited = begun - issue.arrived
                        visit.handled = issue.minutes if how == HANDLED and d >= 0 else 0.0
                        visit.emotion, visit.satisfaction = emotion, satisfied

                # where it goes from here
                if resolved or how == IN_USE:
                    todo = CLOSE
                elif how == HUNG_UP or how == TURNED_AWAY:
                    if comes_back < 0.0 or issue.attempt >= MAX_ATTEMPTS:
                        todo = CLOSE
                    else:
                        issue.attempt += 1
                        issue.state = LATER
                        issue.stamp += 1
                        n_after = put(at, ao, asl, n_after, now + comes_back, event_order(ARRIVAL, number),
                                      (issue.stamp << 32) | slot)
                        todo = IDLE
                else:
                    onward = -1
                    if how >= 0:
                        onward = step.next
                        if d >= 0:
                            issue.failed += 1
                            if step.escalate_to >= 0 and issue.failed >= step.escalate_after and uniform(
                                keys[ESCALATE], issue.person, counter
                            ) < step.escalate_share:
                                onward = step.escalate_to
                                out.steps[row, s, g, 17] += 1.0
                    if onward >= 0 and d < 0 and how >= 0:
                        issue.step = onward
                        todo = REACH
                    elif onward < 0 and issue.attempt >= MAX_ATTEMPTS:
                        todo = CLOSE
                    else:
                        later = now
                        if onward < 0:
                            later = at_an_hour(
                                tables.daytime[journey], now,
                                now + minutes(tables.laws[tables.journeys[journey].repeat], tables.quantiles,
                                              uniform(keys[REPEAT_LAG], issue.person, counter)),
                                uniform(keys[HOUR], issue.person, counter),
                            )
                            issue.attempt += 1
                            issue.repeat += 1
                            onward = tables.journeys[journey].restart
                        issue.step = onward
                        issue.state = LATER
                        issue.stamp += 1
                        n_after = put(at, ao, asl, n_after, later, event_order(ARRIVAL, number),
                                      (issue.stamp << 32) | slot)
                        todo = IDLE

            else:                                                 # CLOSE
                kind = tables.pull.shape[0] - 1 if issue.weighed == 2 else journey
                conclude(
                    world, person, issue, tables.pull[kind, min(person.tenure, 360)], tables.learn[kind]
                )
                if tables.journeys[journey].starts == COMPLAINT:
                    person.cases -= 1
                    if person.cases & 127 == 0:
                        state.purse[issue.person].severity = 0.0
                issue.stamp += 1
                issue.state = 0
                free[n_free] = slot
                n_free += 1
                todo = IDLE

    counts[0], counts[1], counts[2], counts[4], counts[6] = n_soon, n_after, cursor, n_free, n_visits
    return verdict


WAIT_STEP = 93.0 / log(86400.0 * 60.0)
