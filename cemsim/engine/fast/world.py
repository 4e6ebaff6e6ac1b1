"""A world under way: its state, its clock, and how one month follows another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.draws import stream_keys
from cemsim.base.records import PEOPLE, column
from cemsim.engine.base import draw_bonds, draw_people
from cemsim.engine.calendar import month_profile
from cemsim.engine.codes import AT_MONTH_ENDS, CASE_AGE, DONE, FLUSH
from cemsim.engine.facts import never_known, never_ruled
from cemsim.engine.fast.agenda import empty_agenda, wider
from cemsim.engine.fast.followed import set_follow_up
from cemsim.engine.fast.foreseen import foresee
from cemsim.engine.fast.live import live
from cemsim.engine.fast.month_end import month_end, settle_issues
from cemsim.engine.fast.patience import ROOM
from cemsim.engine.fast.rows import in_rows
from cemsim.engine.fast.ruled import set_call
from cemsim.engine.fast.sheet import NO_LUCK, NOBODY, SHEET
from cemsim.engine.fast.wants import in_order, replay, wants
from cemsim.engine.firm import Firm
from cemsim.engine.law import DAY, WEEK
from cemsim.engine.lines import empty_rows, rows_of_zeros
from cemsim.engine.log import CAMPAIGN_ROW, PEOPLE_ROW, SCHEME_ROW, Log, numbers
from cemsim.engine.network import weave
from cemsim.engine.outreach import sends
from cemsim.engine.places import CALLS, FOLLOWED, RULE_ASKED, RUNNING, UNHAPPY
from cemsim.engine.programme import empty_cards
from cemsim.engine.state import (
    ARRIVAL_ROW,
    COUNTS,
    CUSTOMER,
    DESK,
    ERRAND,
    EVENT,
    FIRING,
    ISSUE,
    KNOWN,
    MEMORY,
    PAD,
    RULED,
    VISIT,
    State,
    copy_state,
    memory_of,
)
from cemsim.engine.succeed import moved_on
from cemsim.engine.talk import invite, moods, spread
from cemsim.engine.ties import binds
from cemsim.model.experience import norm_step
from cemsim.plan.rulebook import rest_for_all
from cemsim.plan.tables import MIXED, NO_MEMORY, NO_NETWORK, OF_RULES, OF_TIES, TRACE, Tables, clock

BLOCK: Final = 32_768
"""People a block; sums are added block by block, so that the number of threads changes no bit."""
VISITS: Final = 65_536


class World:
    """One simulated world: advance it a month at a time, or branch it.

    ``tables`` are those of its first month, ``burn_in`` the months before month 0 of the horizon,
    ``visits`` and ``firings`` functions that take finished rows of those tables (None: they are not kept); ``memory``
    what is remembered of people beside what the core needs: NO_MEMORY, OF_TIES or OF_RULES; ``ages`` how many months of
    points are told apart: one more than any scheme's points live.
    """

    def __init__(
        self, tables: Tables, seed: int, replicate: int, burn_in: int, newborn: bool = False,
        visits: Callable[[NDArray[Any]], None] | None = None, pool: Executor | None = None, memory: int = NO_MEMORY,
        firings: Callable[[NDArray[Any]], None] | None = None, ages: int = 0,
    ) -> None:
        self.keys = stream_keys(seed, replicate)
        self.burn_in = burn_in
        self.month = 0
        self.days = clock(1)
        self._visits, self._firings, self._pool, self._rules = visits, firings, pool, tables.rules
        self._tied = False                                   # whether anything ever tied people, or wrote to them
        self.firm = Firm(newborn, burn_in)
        people, purses = draw_people(tables, self.keys, newborn)
        self._pads = np.zeros(-(-len(people) // BLOCK), PAD)
        self._pads["keys"] = self.keys
        self._pads["rests"] = -1.0
        self._pads["filling"] = self._pads["closing"] = -1
        self._pads["keeps"] = visits is not None
        self.web = weave(tables, self.keys)
        room = 1024
        desks = np.zeros(len(tables.teams), DESK)
        desks["head"] = desks["tail"] = -1
        desks["shift_at"] = np.inf
        counts = np.zeros(COUNTS, np.int64)
        counts[4] = room
        free = np.arange(room - 1, -1, -1, dtype=np.int32)
        self.state = State(
            people, purses, rows_of_zeros(room, ISSUE), rows_of_zeros(room, MEMORY), free, desks,
            empty_agenda(room), empty_agenda(room), rows_of_zeros(ROOM, EVENT), empty_agenda(room),
            NOBODY, NO_LUCK, NO_LUCK, counts, np.zeros(6),
            np.zeros(VISITS if visits else 0, VISIT),
            *remembered(tables, people, self.keys, room, memory, ages),
            np.zeros(VISITS if visits else 0, FIRING),
        )

    def branch(
        self, tables: Tables, visits: Callable[[NDArray[Any]], None] | None = None,
        firings: Callable[[NDArray[Any]], None] | None = None, last: bool = False,
    ) -> World:
        """A copy that goes its own way; ``tables`` may have more teams than the original.

        The ``last`` branch takes over what the original has instead of copying it: nobody may use the original again.
        """
        twin = object.__new__(World)
        twin.__dict__.update(self.__dict__)
        twin.state, twin.firm = self.state if last else copy_state(self.state), self.firm.copy()
        twin._pads = self._pads.copy()
        twin._visits, twin._firings = visits, firings
        twin._pads["keeps"] = firings is not None
        more = len(tables.teams) - len(self.state.desks)
        if more > 0:
            desks = np.zeros(more, DESK)
            desks["head"] = desks["tail"] = -1
            twin.state = twin.state._replace(desks=np.concatenate([twin.state.desks, desks]))
        cards = twin.state.cards
        if len(tables.schemes) > cards.shape[1]:
            lots = twin.state.lots
            fresh, empty = empty_cards(len(cards), len(tables.schemes) - cards.shape[1], lots.shape[2])
            twin.state = twin.state._replace(
                cards=np.concatenate([cards, fresh], axis=1), lots=np.concatenate([lots, empty], axis=1))
        twin.state = twin.state._replace(
            visits=np.zeros(VISITS if visits else 0, VISIT), firings=np.zeros(VISITS if firings else 0, FIRING)
        )
        twin.state.counts[6] = twin.state.counts[9] = 0
        return twin

    def step(self, tables: Tables, out: Log, row: int, churning: bool = True) -> NDArray[np.float64]:
        """Live one month, logging into ``row`` of ``out``.

        Returns sums over customers: absolute gaps of usage, -, -, customers, prospects.
        """
        if self.month + 1 >= len(self.days):
            self.days = clock(self.month + 120)
        first, last = int(self.days[self.month]), int(self.days[self.month + 1])
        start, end = first * DAY, last * DAY
        tables = self.firm.open_month(tables, self.keys, self.month)
        self._weather(tables)
        self._pads["month"] = self.month
        self._pads["bound"] |= binds(tables)                 # once it was so, something of it may be left
        self._tied |= len(self.state.ruled) == 0 or bool(self._pads["bound"][0]) or sends(tables.rules[0])
        self._pads["stages"][:, : len(tables.journeys)] = tables.journeys["stage"]
        self._pads["targets"][:, : len(tables.teams)] = tables.teams["within"]
        if tables.rules is not self._rules:                  # other rules: everybody is reviewed again
            self.state.ruled["quiet"] = 0
            self.state.errands["done"] = moved_on(self.state.errands["done"], self._rules[0], tables.rules[0])
            self._rules = tables.rules
        self._collect(tables, first, last - first, start, end)
        desks = self.state.desks
        desks["shift_at"] = start
        self.state.counts[5], self.state.counts[10], self.state.counts[11] = self.month, int(start / 60.0), 0
        flat = in_rows(out)
        while True:
            verdict = live(tables, self.state, flat, self._pads, row, end, self._book(tables))
            if verdict == DONE:
                break
            if verdict == FLUSH:
                self._flush()
            else:
                self._grow()
        self.state = self.state._replace(arrivals=NOBODY, takes=NO_LUCK, waits=NO_LUCK)     # the sheet is for others
        if self._visits is not None:
            self._flush()
        extra, calls = self._month_end(tables, out, row, churning, end)
        settle_issues(tables, self.state, out, row, end)
        self.firm.close_month(
            tables, self.keys, self.month, out.teams[row], out.failures[row].sum(axis=0),
            float(out.people[row, :, UNHAPPY].sum()), out.firm[row],
        )
        self._settle_rules(tables, out, row, calls)
        self.month += 1
        if self.month > self.burn_in and (self.month - self.burn_in) % 12 == 0 and row >= 11:
            self._count_year(out, row)
        return extra

    def _count_year(self, out: Log, row: int) -> None:
        """Of the customers of twelve months ago, how many left since (model.md d5)."""
        people = self.state.people
        stayed = people["segment"][(people["status"] == CUSTOMER) & (people["tenure"] >= 12)]
        base = out.people[row - 11, :, column(PEOPLE, "active_start")]
        out.people[row, :, column(PEOPLE, "year_base")] = base
        out.people[row, :, column(PEOPLE, "year_left")] = base - np.bincount(stayed, minlength=len(base))

    def _weather(self, tables: Tables) -> None:
        """The market norm of this month: its level, and what has drifted so far (a8)."""
        w, drift = tables.world[0], self.state.climate
        now = w["norm"] + drift
        self._pads["climate"] = now
        if self.month >= self.burn_in and (w["norm_drift"] != 0.0 or w["imitation"] != 0.0):
            for k in range(6):
                drift[k] += norm_step(
                    float(now[k]), float(w["quality"][k]), float(w["norm_drift"]), float(w["imitation"])
                ) - float(now[k])

    def _collect(self, tables: Tables, first_day: int, days: int, start: float, end: float) -> None:
        """Draw this month's needs and put them in order."""
        people, sheet = self.state.people, SHEET
        profile = month_profile(tables, self.keys, first_day, days)
        blocks = -(-len(people) // BLOCK)
        if len(sheet.raw) < blocks:                          # about as many as are to be expected
            rates, here = profile.rates[:, :, 0].sum(axis=0), people["segment"][people["status"] == CUSTOMER]
            sheet.widen(blocks, float(rates[here].sum()) / blocks)
        while True:
            found, raw = np.zeros(blocks, np.int64), sheet.raw[:blocks]

            def one(block: int, raw: NDArray[Any] = raw, found: NDArray[np.int64] = found) -> None:
                lo = block * BLOCK
                found[block] = wants(
                    tables, people, self._pads[block:], self.month, start, profile.rates, profile.hours, profile.guide,
                    lo, min(lo + BLOCK, len(people)), raw[block],
                )

            _each(self._pool, one, blocks)
            if found.max(initial=0) <= raw.shape[1]:
                break
            sheet.widen(blocks, float(found.max()))
        parts, counts = raw, found
        if np.any(tables.journeys["starts"] == TRACE):
            parts, counts = self._with_traces(tables, start, end, parts, counts)
        total = int(counts.sum())
        sheet.hold(total)
        arrivals, takes, waits = sheet.arrivals, sheet.takes, sheet.waits
        in_order(parts, counts, start, end, sheet.buckets[: 2 * max(total, 1) + 1], arrivals)

        def see(block: int) -> None:
            lo = block * BLOCK
            foresee(tables, self.keys, arrivals, lo, min(lo + BLOCK, total), takes, waits)

        _each(self._pool, see, -(-total // BLOCK))
        self.state.counts[2], self.state.counts[3] = 0, total
        self.state = self.state._replace(arrivals=arrivals, takes=takes, waits=waits)

    def _with_traces(
        self, tables: Tables, start: float, end: float, parts: NDArray[Any], counts: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[np.int64]]:
        origin = np.ceil(float(clock(self.burn_in)[-1]) * DAY / WEEK) * WEEK    # traces begin on a Monday
        room = max(parts.shape[1], len(tables.trace))
        wide = np.zeros((len(parts) + 1, room), ARRIVAL_ROW)
        wide[:-1, : parts.shape[1]] = parts
        found = replay(tables, self.state.people, self._pads, self.month, start, end, origin, wide[-1])
        return wide, np.append(counts, found)

    def _month_end(self, tables: Tables, out: Log, row: int, churning: bool, now: float
                   ) -> tuple[NDArray[np.float64], bool]:
        """People's month end; gives its sums, and whether anybody is to be called or followed up."""
        state, segments = self.state, len(tables.segments)
        blocks = -(-len(state.people) // BLOCK)
        told, lost = np.zeros((blocks, segments, len(PEOPLE))), np.zeros((blocks, segments, 6))
        felt, expected = np.zeros((blocks, segments, 6)), np.zeros((blocks, segments, 6))
        extra = np.zeros((blocks, 7))
        book = tables.rules[0]
        asked = slice(book["first"][AT_MONTH_ENDS[0]], book["first"][AT_MONTH_ENDS[-1] + 1])
        most = int(book["rulesets"]["rules"][asked].sum())
        shared = rest_for_all(book, asked)                   # then what rests is handed on from block to block
        firings = np.zeros((blocks, min(BLOCK, len(state.people)) * most if self._firings else 0), FIRING)
        noted = np.zeros(blocks, np.int64)
        words, mood = self._listen(tables, churning)
        memory = memory_of(state) if len(memory_of(state)) else None
        ties = memory if self._tied else None
        points = np.zeros((blocks, len(tables.schemes), segments), SCHEME_ROW)
        spoken = np.zeros((blocks, len(tables.campaigns), segments), CAMPAIGN_ROW)

        def one(block: int) -> None:
            lo = block * BLOCK
            if shared and block > 0:
                self._pads["rests"][block] = self._pads["rests"][block - 1]
            noted[block] = month_end(
                tables, state, self._pads[block:], self.month, churning, now, lo,
                min(lo + BLOCK, len(state.people)), told[block], lost[block], felt[block], expected[block],
                extra[block], told[block].view(PEOPLE_ROW)[:, 0], firings[block], self._book(tables), memory, ties,
                words, mood, points[block], spoken[block],
            )

        _each(None if shared else self._pool, one, blocks)
        for block in range(blocks):
            out.people[row] += told[block]
            out.lost[row] += lost[block]
            out.satisfaction[row] += felt[block]
            out.expectation[row] += expected[block]
            out.schemes[row] += numbers(points[block])
            out.campaigns[row] += numbers(spoken[block])
            if self._firings is not None:
                self._firings(firings[block, : noted[block]].copy())
        if shared:
            self._pads["rests"][0] = self._pads["rests"][-1]
        out.campaigns[row, :, 0, RUNNING] = tables.campaigns["on"]
        return extra.sum(axis=0), bool(told[..., [CALLS, FOLLOWED]].any())

    def _listen(self, tables: Tables, churning: bool) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """What everybody heard last month, the market's mood, and whom customers bring at this month end."""
        world, before = tables.world[0], self.state.said[1 - self.month & 1]
        if world["network"] == NO_NETWORK:
            return np.zeros((0, 4), np.int32), np.zeros(2)
        words = np.zeros((0 if world["network"] == MIXED else len(before), 4), np.int32)
        if len(words):
            spread(self.web.starts, self.web.ties, before, words)
        if churning and world["refer"] > 0.0:
            state = self.state
            invite(tables, state.people, self.web.starts, self.web.ties, before, state.invited, self.keys, self.month)
        return words, moods(before)

    def _flush(self) -> None:
        assert self._visits is not None
        kept = int(self.state.counts[6])
        self._visits(self.state.visits[:kept].copy())
        if self._firings is not None:
            self._firings(self.state.firings[: int(self.state.counts[9])].copy())
        self.state.counts[6] = self.state.counts[9] = 0

    def _grow(self) -> None:
        """Twice the room for what is open."""
        s = self.state
        room = len(s.issues)
        issues = rows_of_zeros(2 * room, ISSUE)
        issues[:room] = s.issues
        memory = rows_of_zeros(2 * room, MEMORY)
        memory[:room] = s.memory
        free = np.zeros(2 * room, np.int32)
        n_free = int(s.counts[4])
        free[:room] = np.arange(2 * room - 1, room - 1, -1)
        free[room : room + n_free] = s.free[:n_free]
        s.counts[4] = room + n_free
        agendas: dict[str, Any] = {"soon": wider(s.soon), "limits": wider(s.limits), "after": wider(s.after)}
        if len(s.errands):
            agendas["errands"] = np.concatenate([s.errands, np.zeros_like(s.errands)])
        self.state = s._replace(issues=issues, memory=memory, free=free, **agendas)

    def _book(self, tables: Tables) -> Any:
        """The rules in force, possibly none; None where no scenario of the family has any."""
        return tables.rules[0] if len(self.state.ruled) else None

    def _settle_rules(self, tables: Tables, out: Log, row: int, calls: bool) -> None:
        """Set the calls that month ends ordered, and give every rule of a set the number of times the set was asked."""
        memory = memory_of(self.state)
        if len(memory) == 0:
            return
        book, counts = tables.rules[0], self.state.counts
        nobody = np.zeros(0, np.intp)
        waiting = np.flatnonzero(memory["call"] >= 0) if calls else nobody
        followed = np.flatnonzero(self.state.bonds["follow"]) if calls else nobody
        events = len(waiting) + len(followed) * int(1 + book["first"][CASE_AGE + 1] - book["first"][CASE_AGE])
        while events + 8 > min(counts[4], len(self.state.issues) - counts[1] - 32):
            self._grow()
        for who in waiting:
            counts[1], counts[4] = set_call(tables, self.state, memory, int(who), int(counts[1]), int(counts[4]))
        for who in followed:
            counts[1], counts[4] = set_follow_up(tables, self.state, int(who), int(counts[1]), int(counts[4]))
        counted = self._pads["counts"][:, : out.rules.shape[1]]
        out.rules[row] += counted.sum(axis=0)
        counted[:] = 0.0
        for head in book["rulesets"][: book["sets"]]:
            own = book["rules"]["number"][int(head["first_rule"]) : int(head["first_rule"] + head["rules"])]
            out.rules[row, own, RULE_ASKED] = out.rules[row, own[0], RULE_ASKED]


Remembered = tuple[
    NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]
]


def remembered(
    tables: Tables, people: NDArray[Any], keys: NDArray[np.uint64], room: int, memory: int, ages: int
) -> Remembered:
    """What is remembered of people (RULED, KNOWN, BOND, words, invitations, CARD, lots) and of issues; empty where
    ``memory`` says so."""
    never_r, never_k = np.zeros(1, RULED), np.zeros(1, KNOWN)
    never_ruled(never_r[0])
    never_known(never_k[0])
    ruled = empty_rows(len(people) if memory == OF_RULES else 0, RULED)
    known = empty_rows(len(people) if memory == OF_TIES else 0, KNOWN)
    ruled[:], known[:] = never_r, never_k
    bonds = draw_bonds(tables, people, keys, memory != NO_MEMORY)
    for table in (ruled, known):
        table["contract"] = bonds["contract"][: len(table)]
    talkers = len(people) if tables.world[0]["network"] != NO_NETWORK else 0
    words, invited = np.zeros((2, talkers), np.uint8), np.zeros(talkers, np.uint8)
    cards, lots = empty_cards(len(people) if memory else 0, len(tables.schemes), ages)
    errands = np.zeros(room if memory == OF_RULES else 0, ERRAND)
    return ruled, known, bonds, words, invited, cards, lots, errands


def _each(pool: Executor | None, task: Callable[[int], None], blocks: int) -> None:
    if pool is None or blocks == 1:
        for block in range(blocks):
            task(block)
    else:
        list(pool.map(task, range(blocks)))
