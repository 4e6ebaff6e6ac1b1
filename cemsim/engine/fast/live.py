"""The event loop: a month of contacts and teams in continuous time, obeying `engine.law`.

One function on purpose: calls that pass the whole state would cost more than the work. It takes an event, then
walks the issue in hand through REACH, START, TOUCH and CLOSE as far as it goes without time passing. The science
it calls (felt, mishap, durations) is shared with every engine. Log tables come flattened.
"""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64 as at  # places are unsigned: nothing is counted from an array's end

from cemsim.base.compiled import entry
from cemsim.base.draws import uniform
from cemsim.engine import codes, places, trays
from cemsim.engine.durations import at_an_hour, minutes
from cemsim.engine.facts import no_case
from cemsim.engine.fast import desks as shifts
from cemsim.engine.fast import ruled as rules
from cemsim.engine.fast.agenda import FIRST, FOUR, closed, coming, drop_first, fill, put
from cemsim.engine.fast.borrowed import borrowed, lend
from cemsim.engine.fast.counting import answered, lived, served, told_by, unserved
from cemsim.engine.fast.desks import hour_of_week, join, leave_line, pass_time, release, take_first
from cemsim.engine.fast.foreseen import time_of
from cemsim.engine.fast.mischance import fails
from cemsim.engine.fast.onward import put_off, whither
from cemsim.engine.fast.patience import HORIZON, at_ease, bear, look_ahead
from cemsim.engine.fast.prefetch import expect, expect_credit, expect_end, recall
from cemsim.engine.fast.reviewed import next_review, review_team
from cemsim.engine.felt import conclude, conclude_one, forget, remember, touch
from cemsim.engine.issue import begin, end_complaint, no_errand, note_visit
from cemsim.engine.law import ARRIVAL, KIND_SHIFT, LONG_WAIT, MAX_ATTEMPTS, REVIEW, SERVED, event_order
from cemsim.engine.mishap import shows, what_failed
from cemsim.engine.returns import comes_back, tries_again
from cemsim.engine.ruling import chosen
from cemsim.engine.state import AGAIN, GONE, IN_SERVICE, LATER, WAITING
from cemsim.model.failure import NONE, net_effect
from cemsim.model.waiting import beside_habit, wait_effect
from cemsim.plan.tables import COMPLAINT, LIVE


@entry
def live(tables: Any, state: Any, out: Any, pads: Any, row: int, until: float, book: Any) -> int:
    """Process all events before ``until`` (minutes); log into month ``row`` of ``out`` (see `fast.rows`).

    ``book`` are the rules (see `plan.rulebook`), None where there are none: that is compiled on its own.

    Returns DONE, or GROW when a pool is nearly full, or FLUSH when the visit buffer is: call again then.
    """
    tables, state, out, pads = borrowed((tables, state, out, pads))
    everything = lend((tables, state, out))
    world = tables.world[0]
    steps, teams, laws, quantiles, journeys = tables.steps, tables.teams, tables.laws, tables.quantiles, tables.journeys
    people, issues, memory, desks, free = state.people, state.issues, state.memory, state.desks, state.free
    soon, limits, after = state.soon, state.limits, state.after
    arrivals, visits, counts, log_people = state.arrivals, state.visits, state.counts, out.people
    log_steps, log_hours, log_waits, log_emotion, log_passed = out.steps, out.hours, out.waits, out.emotion, out.passed
    n_soon, n_after, cursor, n_arrivals, n_free = counts[0], counts[1], counts[2], counts[3], counts[4]
    month, n_visits, keeps, n_limits, n_limited = counts[5], counts[6], visits.shape[0] > 0, counts[7], counts[8]
    n_segments, n_teams, usage_journey = len(tables.segments), len(teams), len(journeys) - 1
    m, errands, known, purses, size = pads[0], state.errands, state.ruled, state.purse, len(steps) * n_segments
    keys, climate, felt, filling, closing = m.keys, m.climate, m.felt, m.filling, m.closing
    hole, hour, hour_ends, full, segments = False, 0, 0.0, issues.shape[0] - 32, tables.segments
    shift_at, shift_desk = shifts.next_shift(desks)
    t_hour = inf if book is None else next_review(book, counts)

    while True:
        verdict = codes.GROW if n_free < 8 or max(n_limits + m.n_far, n_after, n_soon) > full else codes.DONE
        if keeps and max(n_visits, counts[codes.FIRINGS]) + 256 > visits.shape[0]:
            verdict = codes.FLUSH
        if verdict != codes.DONE:
            break
        how, lasting = codes.HANDLED, 0.0
        # 1. what happens next: consequences of this instant first, then the agenda
        if closing >= 0:
            if desks[closing].waiting == 0:
                closing = -1
                continue
            slot = take_first(desks, issues, closing)
            n_limited -= issues[at(slot)].limited
            now = m.instant
            todo, how = codes.TOUCH, codes.TURNED_AWAY
        elif filling >= 0:
            desk = desks[at(filling)]
            if desk.waiting == 0 or desk.busy >= desk.people:
                filling = -1
                continue
            now = m.instant
            pass_time(desk, now)
            slot = take_first(desks, issues, filling)
            n_limited -= issues[at(slot)].limited
            if desk.waiting == 0 or desk.busy + 1 >= desk.people:
                filling = -1
            todo = codes.START
        else:
            if n_limited == 0 and n_limits > 0:
                n_limits = at_ease(limits, n_limits, m)
            t_soon, t_limit, t_after = coming(soon, hole), limits[FIRST].time, after[FIRST].time
            newcomer = arrivals[at(cursor)]
            t_new = newcomer.time if cursor < n_arrivals else inf
            now = min(min(min(t_soon, t_limit), t_after), min(t_new, shift_at))
            if book is not None:
                now = min(now, t_hour)
            if now >= until:
                break
            m.instant = now
            if shift_at == now:
                closing, filling = shifts.turn(desks, teams, tables.heads, shift_desk, now)
                shift_at, shift_desk = shifts.next_shift(desks)
                continue
            n_soon, hole = (closed(soon, n_soon, hole), False) if t_soon == now else (n_soon, hole)
            if t_soon == now and (book is None or soon[FIRST].order >> KIND_SHIFT == SERVED or t_limit > now):
                packed, key, hole = soon[FIRST].slot, soon[FIRST].order, True      # who comes next may fill the hole
                expect_end(people, known, book, issues[at(soon[FOUR].slot & codes.SLOT_BITS)].person)
                slot = packed & codes.SLOT_BITS
                issue, todo = issues[at(slot)], codes.TOUCH
                if book is not None and key >> KIND_SHIFT != SERVED:
                    if issue.stamp != packed >> 32:
                        continue
                    point, what, todo = codes.WAITS, -1, codes.DUE
                elif shifts.handling_ends(desks[at(issue.team)], issue):
                    filling = issue.team
                if todo == codes.TOUCH and issue.state >= GONE:
                    n_free = release(issue, free, n_free, slot)
                    continue
            elif t_limit == now:
                packed, n_limits = limits[FIRST].slot, drop_first(limits, n_limits)
                if packed == HORIZON:
                    n_limits = look_ahead(limits, n_limits, state.far, m, issues)
                    continue
                slot = packed & codes.SLOT_BITS
                issue = issues[at(slot)]
                if issue.stamp != packed >> 32 or issue.limited == 0:
                    continue
                n_limited -= 1
                leave_line(desks, issues, slot, now)
                todo, how = codes.TOUCH, codes.HUNG_UP
            elif book is not None and t_hour == now and (t_after > now or after[FIRST].order >> KIND_SHIFT > REVIEW):
                filling, t_hour = review_team(everything, m, now)
                shift_at, shift_desk = shifts.next_shift(desks)
                continue
            elif t_new == now and (t_after > now or event_order(ARRIVAL, newcomer.number) < after[FIRST].order):
                n_free, cursor = n_free - 1, cursor + 1
                slot, number = free[at(n_free)], newcomer.number
                if cursor + codes.AHEAD < n_arrivals:
                    expect(people, known, book, arrivals[at(cursor + codes.AHEAD)].number >> 26)
                issue = issues[at(slot)]
                begin(issue, number, journeys[at((number >> 11) & 63)].first, now)
                issue.minutes, lasting = -state.takes[at(cursor - 1)], state.waits[at(cursor - 1)]
                issue.segment = people[at(number >> 26)].segment        # most contacts need no more of a person
                if book is not None:
                    no_errand(errands[at(slot)])
                todo = codes.REACH
            else:
                packed, key = after[FIRST].slot, after[FIRST].order
                n_after = drop_first(after, n_after)
                expect(people, known, book, issues[at(after[FIRST].slot & codes.SLOT_BITS)].person)
                slot, todo = packed & codes.SLOT_BITS, codes.REACH
                if book is not None and key >> KIND_SHIFT != ARRIVAL:
                    if rules.is_over(issues[at(slot)], key):
                        continue
                    point, what, todo = codes.CASE_AGE, 0, codes.DUE
                elif issues[at(slot)].stamp != packed >> 32:
                    continue

        # 2. walk this issue as far as it goes without time passing
        fresh, m.slot = 0, slot                       # whether the last touch is of this instant (1), and felt (2)
        while True:
            # looked up anew on each pass: else the compiler works out, for each event, all that any pass might need
            slot, now = m.slot, m.instant
            issue = issues[at(slot)]
            number, s, g = issue.number, issue.step, issue.segment
            who, journey = number >> 26, (number >> 11) & 63
            person = people[at(who)]
            errand, step = errands[at(slot)], steps[at(max(s, 0))]     # an errand is looked at where there are rules
            if book is not None:
                me = (m, book, issue, errand, person, known[at(who)], segments[at(g)],
                      log_people[at(row * n_segments + g)])
            if book is not None and todo == codes.DUE:           # it waits, or is open, as long as a rule names
                d, todo = rules.whole(issue.team), codes.IDLE
                if rules.consult(me, point, step, desks[at(max(d, 0))], d, what, now - issue.arrived, now) and (
                        point != codes.WAITS or rules.moved_up(desks, issues, state.errands, m, slot)):
                    todo, n_after, n_free, n_limited = rules.obey(
                        everything, m, point, slot, what, now, row, n_after, n_free, n_limited)
                if todo != codes.IDLE:
                    continue
                due = rules.next_wait(book, issue, errand, now) if point == codes.WAITS else inf
                if due < inf:
                    ticket = issue.stamp << 32 | slot
                    n_soon, hole = fill(soon, n_soon, hole, due, event_order(LONG_WAIT, number), ticket), False
                break

            counter = (number & codes.LOW_BITS) * 16384 + issue.attempt * 256 + max(s, 0)
            line = row * size + max(s, 0) * n_segments + g
            told = told_by(book, log_steps, log_passed, size, row, line, step.team, issue.team)
            if todo == codes.REACH:
                if s < 0:                                        # a failure in use, or nobody took any step
                    hurts = journey == usage_journey or journeys[at(journey)].starts == COMPLAINT   # or not taken up
                    todo, how = (codes.TOUCH, codes.IN_USE) if hurts else (codes.CLOSE, how)
                else:
                    asks = step.used_by < 1.0 and (book is None or not chosen(issue, errand))
                    if step.skip != 0 or (asks and uniform(keys[codes.USE_STEP], who, counter) >= step.used_by):
                        issue.step, issue.team, issue.lagged = step.next, step.team, 0
                        if step.next < 0 and issue.handled > 0:
                            todo, how = codes.TOUCH, codes.PASSED_BY
                        continue
                    d = rules.whole(step.team)
                    if step.lag >= 0 and issue.lagged == 0:
                        issue.lagged, issue.state = 1, LATER
                        later = now + minutes(laws[step.lag], quantiles, uniform(keys[codes.LAG], who, counter))
                        if d >= 0 and teams[d].works == LIVE:
                            u = uniform(keys[codes.HOUR], who, counter)
                            later = at_an_hour(tables.daytime, journey, now, later, u)
                        n_after = put(after, n_after, later, event_order(ARRIVAL, number), (issue.stamp << 32) | slot)
                        break
                    issue.lagged, issue.arrived = 0, issue.arrived if issue.lagged == AGAIN else now
                    if book is not None and d >= 0:
                        if rules.consult(me, codes.CONTACT_ARRIVES, step, desks[at(d)], d, codes.NOTHING, 0.0, now):
                            d, n_after, n_free, n_limited = rules.obey(everything, m, codes.CONTACT_ARRIVES,
                                slot, codes.NOTHING, now, row, n_after, n_free, n_limited)
                        if d < 0:                                # a rule sent it to another step
                            continue
                    issue.team, told = d, told_by(book, log_steps, log_passed, size, row, line, step.team, d)
                    told.arrived += 1.0
                    if d < 0:
                        todo, how = codes.TOUCH, codes.SELF_SERVED
                    else:
                        desk, team = desks[at(d)], teams[at(d)]
                        if now >= hour_ends:
                            hour, hour_ends = hour_of_week(now)
                        issue.hour = d * 168 + hour
                        log_hours[at(issue.hour)].arrived += 1.0
                        if desk.busy < desk.people and desk.waiting == 0:
                            todo = codes.START
                        elif (desk.people == 0 and team.works == LIVE) or desk.waiting >= team.room:
                            todo, how = codes.TOUCH, codes.TURNED_AWAY
                        else:
                            pass_time(desk, now)
                            issue.state, issue.limited = WAITING, 0
                            join(desk, issues, slot, rules.rank_in(book, team, g, errand))
                            if team.patience >= 0 and trays.on_line(step, teams, team):
                                law, course = laws[at(team.patience)], journeys[at(journey)]
                                limit = time_of(law, quantiles, lasting, issue, course, keys[codes.PATIENCE], counter)
                                ends, n_limited = now + limit * team.patience_scale, n_limited + 1
                                n_limits = bear(limits, n_limits, state.far, m, issue, slot, ends, law.mean)
                            if book is not None:
                                todo, point, what = codes.DUE, codes.WAITS, 0
                                continue
                            break

            if todo == codes.START:
                d = issue.team
                team = teams[at(d)]
                desks[at(d)].busy += 1
                issue.begun, issue.state, issue.stamp = now, IN_SERVICE, issue.stamp + 1
                law, course, ahead = laws[at(step.handling)], journeys[at(journey)], -issue.minutes
                takes = issue.minutes = time_of(law, quantiles, ahead, issue, course, keys[codes.HANDLING], counter)
                if issue.touches > 0:
                    recall(memory, slot)
                end = now + takes if team.works == LIVE else shifts.working_end(tables.heads, d, now, takes)
                ticket, first_bin = issue.stamp << 32 | slot, ((row * n_teams + d) * n_segments + g) * places.WAIT_WIDTH
                n_soon, hole = fill(soon, n_soon, hole, end, event_order(SERVED, number), ticket), False
                wait = rules.off_line(book, told, issue, errand, now, True)
                expect_credit(known, book, who, wait)
                answered(told, log_hours[at(issue.hour)], log_waits, first_bin, wait, team.within,
                    team.works != LIVE or trays.on_line(step, teams, team))
                break

            away = todo == codes.TOUCH and how == codes.TURNED_AWAY
            if away and trays.is_put_off(step, teams, teams[at(issue.team)]):
                todo, n_after = put_off(tables.heads, after, n_after, step, issue, slot, told, log_hours, now)
                if todo == codes.IDLE:
                    break

            if todo == codes.TOUCH:
                d = issue.team if s >= 0 else -1
                complaint = journeys[at(journey)].starts == COMPLAINT
                hung_up = how == codes.HUNG_UP or how == codes.TURNED_AWAY
                points, waited, acceptable, blow, due, resolved = 0.0, 0.0, 1.0, 0.0, -1.0, False
                account = (row * n_segments + g) * places.FAIL_WIDTH
                if hung_up:
                    team = teams[at(d)]
                    acceptable = team.acceptable
                    waited = rules.off_line(book, told, issue, errand, now, False)
                    unserved(told, log_hours[at(issue.hour)], waited, how == codes.HUNG_UP)
                    issue.hangups += 1
                    if issue.hangups < team.attempts and issue.attempt < MAX_ATTEMPTS:
                        due = tries_again(tables, team, journey, keys, who, counter, now)
                    if complaint and due < 0.0:
                        blow = net_effect(NONE, issue.severity)
                elif how == codes.HANDLED or how == codes.SELF_SERVED:
                    resolved = step.resolves >= 1.0 or uniform(keys[codes.RESOLVE], who, counter) < step.resolves
                    served(told, resolved, issue.repeat == 0)
                    if d >= 0:
                        team = teams[at(d)]
                        issue.handled += 1
                        told.handled_minutes += issue.minutes
                        acceptable, waited = trays.bearable(step, teams, team), now - issue.arrived
                        if not trays.in_tray(step, teams, team):
                            waited = rules.on_line(book, issue, errand, issue.begun)
                        if step.promise > 0.0 and now - issue.arrived > step.promise:
                            told.late += 1.0
                    if complaint and resolved:
                        empowerment, occupancy = (teams[d].empowerment, desks[d].occupancy) if d >= 0 else (0.0, 0.0)
                        blow, ending = end_complaint(world, issue, person, empowerment, occupancy, purses[at(who)],
                                                     keys, counter, now, out.failures, account)
                        if book is not None and rules.consult(
                                me, codes.COMPLAINT_CLOSED, step, desks[at(max(d, 0))], d, ending, 0.0, now):
                            _, n_after, n_free, n_limited = rules.obey(everything, m, codes.COMPLAINT_CLOSED,
                                slot, ending, now, row, n_after, n_free, n_limited)

                if d >= 0 and world.kappa_wait > 0.0 and trays.is_felt(step, teams, teams[at(d)]):
                    desk = desks[at(d)]
                    points = wait_effect(waited, world.overestimate, world.exponent, world.kappa_wait, acceptable)
                    desk.wait_points += points
                    desk.wait_touches += 1.0
                    points = beside_habit(points, teams[at(d)].wait_offset, hung_up)

                # something may have gone wrong with the issue itself, once an issue
                origin = issue.origin
                if how == codes.IN_USE:
                    if complaint:
                        blow = net_effect(NONE, issue.severity)
                    else:
                        origin = 2
                elif not complaint and issue.weighed == 0 and shows(how, d, resolved, due):
                    issue.weighed = 1
                    chance, about = journeys[at(journey)].failure, number & codes.LOW_BITS
                    origin = what_failed(world, chance, not hung_up, keys, who, about)
                if not complaint and origin >= 0:
                    blow, n_free, n_after = fails(
                        everything, m, account, slot, origin, month, now, n_free, n_after)
                    if book is not None and rules.consult(
                            me, codes.FAILURE, step, desks[at(max(d, 0))], d, origin, 0.0, now):
                        _, n_after, n_free, n_limited = rules.obey(everything, m, codes.FAILURE, slot,
                            origin, now, row, n_after, n_free, n_limited)

                todo, onward, later = whither(step, issue, told, s, d, how, resolved, due, keys, who, counter, now)
                if how != codes.PASSED_BY and (how != codes.IN_USE or blow != 0.0):
                    emotion, satisfied = 0.0, 0.0
                    fresh = 2 if s < 0 or step.felt != 0 or blow != 0.0 else 1
                    if fresh == 2:
                        emotion, satisfied = touch(world, climate, step if s >= 0 else tables.nowhere[0], person, who,
                            issue.repeat, keys, counter, rules.before(book, world, teams, errand, points), hung_up,
                            blow, max(origin, 0), felt)
                    issue.touches += 1
                    if blow != 0.0:
                        issue.weighed = 2
                    if todo != codes.CLOSE or issue.touches > 1:
                        if fresh == 1:
                            forget(felt)
                        remember(memory[at(slot)], felt, emotion, issue.touches == 1)
                    if s >= 0:
                        lived(told, log_emotion[at(line * 2 + min(issue.repeat, 1))], fresh == 2, emotion, satisfied)
                        if keeps:
                            note_visit(visits[n_visits], issue, g, month, how, d, resolved, now, emotion, satisfied)
                            n_visits += 1

                if book is not None and how != codes.PASSED_BY and how != codes.IN_USE:
                    what = how | (16 if resolved else 0)
                    if rules.consult(me, codes.CONTACT_ENDS, step, desks[at(max(d, 0))], d, what, waited, now):
                        _, n_after, n_free, n_limited = rules.obey(
                            everything, m, codes.CONTACT_ENDS, slot, what, now, row, n_after, n_free, n_limited)
                if todo == codes.REACH:
                    issue.step = onward
                    continue
                if todo == codes.IDLE:
                    if hung_up:
                        issue.attempt += 1
                    elif onward < 0:                             # the last step has failed: it comes back
                        later = comes_back(tables, journey, keys, who, counter, now)
                        issue.attempt, issue.repeat = issue.attempt + 1, issue.repeat + 1
                        onward = journeys[journey].restart
                    issue.step, issue.state, issue.stamp = onward, LATER, issue.stamp + 1
                    n_after = put(after, n_after, later, event_order(ARRIVAL, number), (issue.stamp << 32) | slot)
                    break

            # CLOSE
            if issue.touches > 1 or fresh != 1:
                kind = tables.pull.shape[0] - 1 if issue.weighed == 2 else journey
                pull, learn = tables.pull[kind, min(person.tenure, 360)], tables.learn[kind]
                if fresh == 2 and issue.touches == 1:
                    conclude_one(person, felt, pull, learn)
                elif issue.touches > 0:
                    conclude(world, person, memory[at(slot)], issue.touches, pull, learn)
            if journeys[at(journey)].starts == COMPLAINT:
                person.cases -= 1
                if book is not None:
                    no_case(state.ruled[who], issue.opened)
                if person.cases & 127 == 0:
                    purses[at(who)].severity = 0.0
            n_free = release(issue, free, n_free, slot)
            break

    n_soon, m.filling, m.closing = closed(soon, n_soon, hole), filling, closing
    counts[0], counts[1], counts[2], counts[4], counts[6] = n_soon, n_after, cursor, n_free, n_visits
    counts[7], counts[8] = n_limits, n_limited
    return verdict
