"""The month end: use, fading, survey, leaving, joining; people in fixed blocks, so that threads change nothing."""

from __future__ import annotations

from typing import Any

from cemsim.base.compiled import entry
from cemsim.base.draws import Stream, uniform
from cemsim.engine import codes, places
from cemsim.engine.closing import follow_up
from cemsim.engine.facts import never_known, never_ruled
from cemsim.engine.fast.asking import ask_apart, note
from cemsim.engine.fast.borrowed import borrowed
from cemsim.engine.fast.counting import taker
from cemsim.engine.fast.desks import count_staff, pass_time, release, unlink
from cemsim.engine.fast.prefetch import OF_YEAR, prefetch
from cemsim.engine.felt import month_of_use
from cemsim.engine.lines import LINE
from cemsim.engine.month import month_of_rules, month_of_ties, open_case_drops, purchases, survey
from cemsim.engine.outreach import drive_away, write_to
from cemsim.engine.programme import forfeit, nearness, review, shop
from cemsim.engine.ruling import asked_now, book_call
from cemsim.engine.state import (
    BY_ADVERTISING,
    CUSTOMER,
    EXCELLENT_CASE,
    GONE,
    IN_SERVICE,
    LATER,
    LONG_AGO,
    WAITING,
    WON_BACK,
)
from cemsim.engine.stay import cause_of, hazards, overall
from cemsim.engine.talk import approached, listen, reached, speak
from cemsim.engine.ties import (
    LEAVES,
    coming_year,
    desk_says,
    is_won_back,
    money_of,
    new_ties,
    older_ties,
    premium_of,
    share_kept,
    tied,
)
from cemsim.model.advocacy import adoption, recommendation
from cemsim.model.churn import leave_probability, leaves
from cemsim.model.experience import REFERENCE, bounded
from cemsim.model.laws import between
from cemsim.model.reward import relief
from cemsim.plan.tables import NO_NETWORK, REPERTOIRE

LEAVE, CAUSE, JOIN = int(Stream.LEAVE), int(Stream.CAUSE), int(Stream.JOIN)
ASKED, SCORE, STYLE = int(Stream.ASKED), int(Stream.SCORE), int(Stream.STYLE)
REPLY, RATING = int(Stream.REPLY), int(Stream.RATING)
TRIPS, BASKET, RIVAL = int(Stream.TRIPS), int(Stream.BASKET), int(Stream.RIVAL)
TELL, HEAR = int(Stream.TELL), int(Stream.HEAR)


@entry
def month_end(
    tables: Any, state: Any, pads: Any, month: int, churning: bool, now: float,
    first: int, last: int, told: Any, lost: Any, felt: Any, expected: Any, extra: Any, rows: Any, firings: Any,
    book: Any, memory: Any, ties: Any, told_to: Any, mood: Any, points: Any, spoken: Any,
) -> int:
    """Carry people ``first`` to ``last`` over a month end, adding to one block's sums.

    ``told`` [segment, PEOPLE], ``lost`` [segment, 6], ``felt`` and ``expected`` [segment, 6], ``extra`` [7]: sums
    of absolute gaps of product, relationship and price, customers behind them, and the prospects. ``rows`` are
    ``told`` as records, ``firings`` rows for those that fired; returns how many rows were written. ``book``: the
    rules, None where there are none; ``memory``: RULED or KNOWN, None where nothing is remembered; ``ties``: the same,
    None where nothing ties people to the firm or writes to them, and all that is not even compiled. ``told_to``
    [person, 4]: words that everybody heard, ``mood`` [2]: shares that spoke well and ill last month. ``points`` and
    ``spoken`` [scheme or campaign, segment] are records of the log.
    """
    tables, state, pads, told_to, mood = borrowed((tables, state, pads, told_to, mood))
    told, lost, felt, expected, extra = borrowed((told, lost, felt, expected, extra))
    rows, firings, points, spoken = borrowed((rows, firings, points, spoken))
    world = tables.world[0]
    segments, people, purses, known = tables.segments, state.people, state.purse, borrowed(memory)
    schemes, bonds = tables.schemes, state.bonds
    loyal = schemes.shape[0] + tables.campaigns.shape[0] > 0
    n_firings, trips = 0, 0
    use, fail = tables.pull.shape[0] - 2, tables.pull.shape[0] - 1
    pad = pads[0]
    asks, bound = False, ties is not None and pad.bound != 0
    if book is not None:
        asks = book.first[codes.MONTH_END] < book.first[codes.POINTS_REDEEMED + 1]
    keys, climate, rates, drops = pad.keys, pad.climate, pad.rates, pad.drops
    asked_share = world.asked / 12.0
    top = tables.scores.shape[0] - 1
    talking = world.network != NO_NETWORK
    words_now = state.said[month & 1]
    for i in range(first, last):
        person = people[i]
        g = person.segment
        segment = segments[g]
        if memory is not None:
            coming = min(i + 8, last - 1)
            coming = i + (coming - i) * int(people[coming].status == CUSTOMER)       # a branch nobody could guess
            prefetch(known, coming, 0)
            prefetch(known, coming, OF_YEAR if book is not None else LINE)
        if person.status != CUSTOMER:
            extra[4] += 1.0
            source = 0
            if churning:
                if ties is not None and bound and is_won_back(
                        world, segment, person, purses[i], bonds[i], keys, i, month):
                    source = WON_BACK
                elif ties is not None and talking:
                    words = reached(world, told_to, mood, i)
                    invited = state.invited[i] != 0
                    source, more = approached(world, segment, words, invited, uniform(keys[JOIN], i, month))
                    told[g, places.PERSUADED] += more
                elif uniform(keys[JOIN], i, month) < adoption(segment.adoption, world.advertising):
                    source = BY_ADVERTISING
            if ties is not None and talking:
                state.invited[i], words_now[i] = 0, 0
            if source > 0:
                person.status = CUSTOMER
                person.tenure = 0
                purses[i].joins += 1
                purses[i].complained, purses[i].righted = 0, 0
                person.last_failure = LONG_AGO
                person.met = 0
                person.cases = 0
                for k in range(6):
                    person.satisfaction[k] = REFERENCE
                    person.expectation[k] = climate[k]
                if book is not None:
                    never_ruled(known[i])
                elif memory is not None:
                    never_known(known[i])
                if memory is not None:
                    new_ties(segment, bonds[i], known[i], source, keys, i, month, rows[g])
                    if ties is not None and talking:
                        new = overall(segment, person)
                        score = recommendation(new, world.score_intercept, world.score_slope)
                        words_now[i] = speak(world, segment, new, score, uniform(keys[TELL], i, month))
                told[g, places.JOINED] += 1.0
                told[g, places.WON_BY + source] += 1.0
                told[g, places.ACTIVE] += 1.0
                for k in range(6):
                    felt[g, k] += person.satisfaction[k]
                    expected[g, k] += person.expectation[k]
            continue
        age = min(person.tenure, 360)
        told[g, places.ACTIVE_START] += 1.0
        told[g, places.MONTHS] += 1.0
        moved = tables.pull[use, age] if world.price_moved == 0 else tables.pull_contact[age]
        cheaper, closer = 0.0, 0.0
        if memory is not None:
            credited = 0.0
            if book is not None:
                credited = known[i].relief
            if bound or credited > 0.0:
                bill = segment.revenue * purses[i].wallet
                if ties is not None and bound:
                    credited += bonds[i].saved * bill
                cheaper = relief(credited, bill, world.price_sensitivity)
            if ties is not None and loyal:
                closer = nearness(schemes, state.cards[i], known[i].tier)
        extra[0] += month_of_use(
            world, climate, person, tables.pull[use, age], moved, tables.learn[use], cheaper, closer)
        extra[3] += 1.0
        if ties is not None and talking and world.image_step > 0.0:
            words = reached(world, told_to, mood, i)
            if words[0] + words[1] + words[2] + words[3] > 0.0:
                listen(world, person, words, uniform(keys[HEAR], i, month))

        overall_now = overall(segment, person)
        score = recommendation(overall_now, world.score_intercept, world.score_slope)
        place = min(max((score + 10.0) * (top / 30.0), 0.0), top - 1e-9)
        cell = int(place)
        told[g, places.PROMOTERS] += between(tables.scores[cell, 0], tables.scores[cell + 1, 0], place - cell)
        told[g, places.DETRACTORS] += between(tables.scores[cell, 1], tables.scores[cell + 1, 1], place - cell)
        told[g, places.RECOMMEND] += score
        if ties is not None and talking:
            words_now[i] = speak(world, segment, overall_now, score, uniform(keys[TELL], i, month))
            if words_now[i] & 3 != 0:
                told[g, places.SPOKE + (words_now[i] & 3)] += 1.0
        rating = -1
        if asked_share > 0.0 and uniform(keys[ASKED], i, month) < asked_share:
            rating = survey(world, person, score, overall_now, keys, i, month, told[g])
            if book is not None and rating >= 0:
                known[i].reported = rating
                known[i].quiet = 0
        person.cases &= EXCELLENT_CASE - 1
        if world.xi > 0.0:
            for k in range(6):
                ahead = world.promised[k] + person.match - person.expectation[k]
                if ahead > 0.0:
                    person.expectation[k] = bounded(person.expectation[k] + world.xi * ahead)

        if ties is not None and (loyal or known[i].pressure > 0.0):
            write_to(tables.campaigns, known[i], bonds[i], keys, i, g, month, spoken)
            dear = segment.tariff * money_of(segment, bonds[i])
            gift = 0.0
            if book is not None:
                gift, known[i].points = known[i].points, 0.0
            spent, trips = shop(
                world, segment, person, purses[i], schemes, state.cards[i], state.lots[i], known[i], bonds[i], keys, i,
                month, overall_now, dear, gift, points)
        elif segment.spend == REPERTOIRE:
            spent, trips = purchases(segment, person, purses[i], overall_now, keys, i, month)
        else:
            spent, trips = float(purses[i].wallet), 0
        told[g, places.TRIPS] += trips
        spent *= segment.tariff
        if ties is not None and bound:
            spent *= money_of(segment, bonds[i])
        told[g, places.SPEND] += spent
        if ties is not None and bound:
            told[g, places.REFERRED_SPEND] += premium_of(world, person, bonds[i], spent)
        purses[i].spent += spent
        purses[i].lived += 1

        for k in range(6):
            drops[k] = 0.0
        if person.cases > 0:
            open_case_drops(
                world, climate, person, purses[i].severity, purses[i].origin, tables.pull[fail, age], drops
            )
        total = 0.0
        if churning:
            total = hazards(world, segment, person, drops, rates)
            kept = 0.0
            if ties is not None and (bound or known[i].pressure > 0.0):
                total = tied(world, segment, bonds[i], rates, total)
                total = drive_away(world, segment, known[i], rates, total)
                kept = share_kept(segment, rates, total)
            told[g, places.EXPOSED] += leave_probability(total) * (1.0 - kept)
            if leaves(total, uniform(keys[LEAVE], i, month)):
                cause = cause_of(rates, total, uniform(keys[CAUSE], i, month))
                said = LEAVES
                if ties is not None:
                    said = desk_says(segment, bonds[i], cause, keys, i, month, rows[g])
                if said == LEAVES:
                    lost[g, cause] += 1.0
                    person.status = 2 + cause
                    purses[i].severity = 0.0
                    if memory is not None:
                        bonds[i].left = month
                        if ties is not None and loyal:
                            forfeit(state.cards[i], state.lots[i], bonds[i], points, g)
                    continue
        person.tenure = min(person.tenure + 1, 30000)
        told[g, places.ACTIVE] += 1.0
        ahead = coming_year(segment, bonds[i], rates, total) if book is not None else total
        if memory is not None:
            if ties is not None and bound:
                older_ties(world, segment, bonds[i], known[i], overall_now, keys, i, month, rows[g])
                follow_up(world, bonds[i], known[i], tables.daytime, rating, keys, i, month, now, rows[g])
            month_of_ties(world, segment, known[i], keys, i, month, spent, rows[g])
            if ties is not None and loyal:
                review(schemes, state.cards[i], state.lots[i], known[i], g, month, points)
        if book is not None:
            month_of_rules(known[i], month, trips, ahead)
            if asks:
                for point in codes.AT_MONTH_ENDS:
                    first_set, last_set = book.first[point], book.first[point + 1]
                    if first_set < last_set and asked_now(known[i], bonds[i], person, segment, point, book.drifts):
                        row = rows[g]
                        some = ask_apart(book, pad, first_set, last_set, segment, person, known[i],
                                         state.errands[0], state.desks[0], row, i, month, now)
                        if point == codes.MONTH_END:
                            known[i].quiet = 1 - pad.matched
                        if some:
                            if pad.call >= 0:
                                book_call(pad, known[i], tables.daytime, i, month, now, row)
                            n_firings = note(pad, firings, n_firings, now, -1, month, i, -1)
        for k in range(6):
            felt[g, k] += person.satisfaction[k]
            expected[g, k] += person.expectation[k]


    return n_firings


@entry
def settle_issues(tables: Any, state: Any, out: Any, row: int, until: float) -> None:
    """After the month end: cancel what leavers left open, close the month's clocks, count what is open."""
    issues, people, desks, counts, free = state.issues, state.people, state.desks, state.counts, state.free
    n_free, book = counts[4], tables.rules[0]
    for d in range(desks.shape[0]):
        desk = desks[d]
        pass_time(desk, until)
        count_staff(desk, until)
        told = out.teams[row, d]
        told[places.STAFFED] = desk.staffed_minutes
        told[places.PAID] = (desk.staffed_minutes - desk.overtime) * tables.teams[d].paid_factor
        told[places.OVERTIME] = desk.overtime
        told[places.BUSY] = desk.busy_minutes
        told[places.QUEUE_AREA] = desk.queue_area
        told[places.WAIT_POINTS] = desk.wait_points
        told[places.WAIT_TOUCHES] = desk.wait_touches
        if desk.staffed_minutes > 0.0:
            desk.occupancy = desk.busy_minutes / desk.staffed_minutes
        desk.staffed_minutes, desk.overtime = 0.0, 0.0
        desk.busy_minutes = 0.0
        desk.queue_area = 0.0
        desk.wait_points = 0.0
        desk.wait_touches = 0.0
    for s in range(tables.steps.shape[0]):
        d = tables.steps[s].team
        if d >= 0:
            for g in range(tables.segments.shape[0]):
                for c in range(4):                       # arrived, served, abandoned, sent away
                    out.teams[row, d, places.TEAM_ARRIVED + c] += out.steps[row, s, g, c]
    for d in range(tables.teams.shape[0]):
        place = book.takers[d]
        if place >= 0:
            for c in range(4):
                out.teams[row, d, places.TEAM_ARRIVED + c] += out.passed[row, place, :, :, c].sum()
    for slot in range(issues.shape[0]):
        issue = issues[slot]
        state_now = issue.state
        if state_now == 0 or state_now >= GONE:
            continue
        who = people[issue.person]
        if state_now != LATER:
            s, g = issue.step, who.segment
            place = taker(book, tables.steps[s].team, issue.team)
            told = out.steps[row, s, g] if place < 0 else out.passed[row, place, s, g]
            told[places.OPEN if who.status == CUSTOMER else places.CANCELLED] += 1.0
        if who.status == CUSTOMER:
            continue
        if state_now == IN_SERVICE:
            issue.state = IN_SERVICE + GONE
            continue
        if state_now == WAITING:
            unlink(desks, issues, issue.team, slot, issue.rank)
            counts[8] -= issue.limited
        n_free = release(issue, free, n_free, slot)
    counts[4] = n_free
