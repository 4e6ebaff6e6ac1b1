"""Rules in the glass engine: durable_rules says which fire, shared code does what they order, and it is all told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cemsim.engine.codes import MONTH_END
from cemsim.engine.facts import fact, never_ruled, of_moment
from cemsim.engine.glass.durable import decider
from cemsim.engine.places import RULE_ASKED, RULE_OVERRULED, RULE_WIDTH
from cemsim.engine.ruling import fire, no_orders, resting, serve
from cemsim.engine.state import FIRING, RULED, Rests
from cemsim.plan.plan import Plan
from cemsim.plan.rulebook import ALL, CASE, CUSTOMER, NEVER, PLACE, Rulebook, flags_of, in_order, labels
from cemsim.rules.interpret import decide
from cemsim.rules.table import UNKNOWN, asked
from cemsim.rules.vocabulary import FACTS

if TYPE_CHECKING:
    from cemsim.engine.glass.issue import Issue
    from cemsim.engine.glass.world import GlassWorld


class Rules:
    """What a world remembers for its rules, and who decides them."""

    def __init__(self, world: GlassWorld, plan: Plan) -> None:
        self.world, self.plan = world, plan
        self.on = bool(plan.names.rules)
        width = len(plan.names.resting)
        self.ruled = np.zeros(len(world.people) if self.on else 0, RULED)
        for row in self.ruled:
            never_ruled(row)
        self.people = np.full((len(self.ruled), width), -1.0)
        self.of_teams = np.full((len(world.tables.teams), width), -1.0)
        self.everybody = np.full((1, width), -1.0)
        self.counts = np.zeros(len(plan.names.rules) * RULE_WIDTH)
        self.firings: list[Any] = []
        self.book: Rulebook = plan.rules_before
        self._take(plan.rules_before)

    def begin_month(self, book: Rulebook) -> None:
        """The rules in force; where they are others than before, everybody is reviewed again."""
        if book is not self.book:
            self.ruled["quiet"] = 0
            self._take(book)
        self.counts[:] = 0.0

    def _take(self, book: Rulebook) -> None:
        scenario = self.plan.scenario if book is self.plan.rules_after else self.plan.baseline
        self.book, self.sets = book, in_order(scenario.rulesets)
        self.labels = labels(self.plan.names)
        self.decider = decider(self.sets, self.labels) if self.sets else None
        flags = flags_of(self.sets)
        self.places = [PLACE.get(name, len(FACTS) + flags.get(name, 0)) for name in asked(self.sets)]
        self.place_of = dict(zip(asked(self.sets), self.places, strict=True))

    def any_at(self, point: int) -> bool:
        """Whether rules are asked at a point."""
        return bool(self.book.first[point] < self.book.first[point + 1])

    def at(self, point: int) -> range:
        """The rulesets of a point."""
        return range(self.book.first[point], self.book.first[point + 1])

    def ask_customer(self, sets: range, who: int, issue: Issue | None, counter: int) -> Any:
        """Ask rulesets about a customer and do what concerns the customer alone; gives the orders for the rest."""
        world, m, ruled = self.world, self.world.pad, self.ruled[who]
        person, segment = world.people[who], world.tables.segments[world.people[who]["segment"]]
        now = world.clock.now
        own = issue.rests if issue is not None else np.full((1, self.people.shape[1]), -1.0)
        rests = Rests(self.people, own, self.of_teams, self.everybody)
        no_orders(m)
        matched, fired = False, False
        for s in sets:
            for name in self.sets[s].facts:
                m["values"][self.place_of[name]] = fact(self.place_of[name], segment, person, ruled, m, now)
            number = issue.number if issue is not None else -1
            did = self._decide(s, rests, who, 0, counter, now, number, who, -1)
            matched, fired = matched or did[0], fired or did[1]
        if sets == self.at(MONTH_END):
            ruled["quiet"] = 0 if matched else 1
        if fired:
            serve(m, segment, world.purse[who], ruled, world.tables, m["keys"], who, counter, now, world.told, 0)
        if ruled["call"] >= 0 and issue is not None:
            world.call(who)
        return m

    def ask_team(self, sets: range, team: int) -> Any:
        """Ask rulesets about a team; gives the orders."""
        m, now = self.world.pad, self.world.clock.now
        rests = Rests(self.people, np.full((1, self.people.shape[1]), -1.0), self.of_teams, self.everybody)
        no_orders(m)
        for s in sets:
            for name in self.sets[s].facts:
                m["values"][self.place_of[name]] = of_moment(self.place_of[name], m, now)
            self._decide(s, rests, team, team, 0, now, -1, -1, team)
        return m

    def _decide(
        self, s: int, rests: Rests, who: int, team: int, counter: int, now: float, number: int, person: int, of: int
    ) -> tuple[bool, bool]:
        """One ruleset: who matches, who rests, who fires; gives whether any matched, and whether any fired."""
        m, book, ruleset = self.world.pad, self.book, self.sets[s]
        start, size = int(book.book.rulesets[s]["first_rule"]), len(ruleset.rules)
        values = [int(m["values"][place]) for place in self.places]
        known = {
            name: self.labels[name][int(m["values"][p])] if name in self.labels else int(m["values"][p])
            for name, p in self.place_of.items() if name in ruleset.facts and m["values"][p] != UNKNOWN
        }
        resting_now = self._resting(start, size, rests, who, team, now)
        said = decide(ruleset, known, resting_now)
        matched, cooling = _bits(said.matched), _bits(said.cooling)
        for r in range(start, start + size):
            self.counts[int(book.rules[r]["number"]) * RULE_WIDTH + RULE_ASKED] += 1.0
        assert self.decider is not None
        fires = self.decider.decide(s, values, _bits(resting_now))
        before = resting(book.rules, start, np.uint64(matched), rests, who, 0, team, now)
        assert int(before) == cooling, "the engines disagree about who rests"
        earlier = self.counts[RULE_OVERRULED::RULE_WIDTH].copy()
        fire(book.rules, book.deeds, start, np.uint64(matched), np.uint64(cooling), np.uint64(fires), m, rests,
             m["keys"], who, 0, team, counter, now, self.counts, 0)
        for place in range(size):
            if fires >> place & 1:
                row = np.zeros(1, FIRING)
                row[0] = (now, number, self.world.month, book.rules[start + place]["number"], person, of)
                self.firings.append(row)
                self.world.count_firing(ruleset.name, ruleset.rules[place].id)
        if person >= 0 and self.world.listener is not None:
            beaten = self.counts[RULE_OVERRULED::RULE_WIDTH] > earlier
            overruled = [p for p in range(size) if beaten[book.rules[start + p]["number"]]]
            self._tell(ruleset, person, known, said.matched, fires, said.cooling, overruled)
        return matched != 0, fires != 0

    def _resting(self, start: int, size: int, rests: Rests, who: int, team: int, now: float) -> list[int]:
        """Places of the rules that rest now."""
        found = []
        for place in range(size):
            rule = self.book.rules[start + place]
            if rule["rests"] == NEVER:
                continue
            column = int(rule["column"])
            until = (
                rests.people[who, column] if rule["rests"] == CUSTOMER
                else rests.issues[0, column] if rule["rests"] == CASE
                else rests.all[0, column] if rule["rests"] == ALL
                else rests.teams[team, column]
            )
            if now < until:
                found.append(place)
        return found

    def _tell(
        self, ruleset: Any, who: int, known: Any, matched: Any, fires: int, cooling: Any, overruled: Any
    ) -> None:
        fired = [place for place in range(len(ruleset.rules)) if fires >> place & 1]
        rules = ruleset.rules
        self.world.tell(
            who, "decision", point=ruleset.point, ruleset=ruleset.name,
            matched=tuple(rules[p].id for p in matched), fired=tuple(rules[p].id for p in fired),
            cooling=tuple(rules[p].id for p in cooling), overruled=tuple(rules[p].id for p in overruled),
            facts=dict(known),
        )


def _bits(places: Any) -> int:
    return sum(1 << place for place in places)
