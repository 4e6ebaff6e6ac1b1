"""Rules in the glass engine: durable_rules says which fire, shared code does what they order, and it is all told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cemsim.engine.codes import MONTH_END
from cemsim.engine.facts import FLAGS, fact, flag, never_known, never_ruled, tell, tell_time
from cemsim.engine.glass.durable import decider
from cemsim.engine.glass.extend import DOERS, READERS
from cemsim.engine.log import PEOPLE_ROW
from cemsim.engine.places import RULE_ASKED, RULE_OVERRULED
from cemsim.engine.ruling import (
    answer,
    book_call,
    derive_again,
    done_before,
    fire,
    first_time,
    no_orders,
    serve,
    until,
)
from cemsim.engine.state import DESK, ERRAND, FIRING, KNOWN, RULED
from cemsim.engine.succeed import moved_on
from cemsim.plan.plan import Plan
from cemsim.plan.rulebook import flags_of, in_order, labels, place_of
from cemsim.plan.tables import NO_MEMORY, OF_RULES
from cemsim.rules.form import Deed
from cemsim.rules.interpret import decide
from cemsim.rules.table import UNKNOWN, asked
from cemsim.rules.vocabulary import ACTIONS

if TYPE_CHECKING:
    from cemsim.engine.glass.issue import Issue
    from cemsim.engine.glass.world import GlassWorld


class Rules:
    """What a world remembers of people (``on``: anything at all; ``ask``: for rules), and who decides its rules."""

    def __init__(self, world: GlassWorld, plan: Plan) -> None:
        self.world, self.plan = world, plan
        self.on, self.ask = plan.names.remembered != NO_MEMORY, plan.names.remembered == OF_RULES
        self.ruled = np.zeros(len(world.people) if self.on else 0, RULED if self.ask else KNOWN)
        for who in range(len(self.ruled)):
            self.forget(who)
        self.ruled["contract"] = world.bonds["contract"][: len(self.ruled)]
        self.nobody, self.no_issue, self.no_team = (np.zeros(1, kind)[0] for kind in (RULED, ERRAND, DESK))
        world.pad["rests"] = -1.0
        self.told = np.zeros(1, PEOPLE_ROW)[0]
        self.firings: list[Any] = []
        self.deeds: list[Deed] = []              # of this decision, of actions that were registered from outside
        self._take(plan.rules_before)

    def forget(self, who: int) -> None:
        """Somebody comes of whom nothing is remembered."""
        (never_ruled if self.ask else never_known)(self.ruled[who])

    @property
    def counts(self) -> Any:
        """What the rules did this month, [rule, column]."""
        return self.world.pad["counts"][: len(self.plan.names.rules)]

    def begin_month(self, book: Any) -> None:
        """The rules in force; where they are others than before, everybody is reviewed again."""
        self.world.pad["month"] = self.world.month
        self.world.pad["stages"][: len(self.world.tables.journeys)] = self.world.tables.journeys["stage"]
        if book is not self.source:
            self.ruled["quiet"] = 0
            for issue in self.world.issues:
                issue.errand["done"] = moved_on(issue.errand["done"], self.book, book[0])
            self._take(book)
        self.world.pad["counts"] = 0.0

    def _take(self, book: Any) -> None:
        scenario = self.plan.scenario if book is self.plan.rules_after else self.plan.baseline
        self.source, self.book, self.sets = book, book[0], in_order(scenario.rulesets)
        self.labels = labels(self.plan.names)
        self.decider = decider(self.sets, self.labels) if self.sets else None
        flags = flags_of(self.sets)
        self.places = [place_of(name, flags) for name in asked(self.sets)]
        self.place_of = dict(zip(asked(self.sets), self.places, strict=True))

    def any_at(self, point: int) -> bool:
        """Whether rules are asked at a point."""
        return bool(self.book["first"][point] < self.book["first"][point + 1])

    def at(self, point: int) -> range:
        """The rulesets of a point."""
        return range(self.book["first"][point], self.book["first"][point + 1])

    def ask_customer(self, sets: range, who: int, issue: Issue | None, counter: int) -> Any:
        """Ask rulesets about a customer and do what concerns the customer alone; gives the orders for the rest."""
        world, m, ruled = self.world, self.world.pad, self.ruled[who]
        person, segment = world.people[who], world.tables.segments[world.people[who]["segment"]]
        now, number = world.clock.now, issue.number if issue is not None else -1
        errand, desk = self.no_issue, self.no_team
        if issue is not None:
            errand = issue.errand
            desk = world.teams[max(int(issue.row["team"]), 0)].row if world.teams else desk
        no_orders(m)
        tell(m, segment, person, ruled, now)
        for s in sets:
            for name in self.sets[s].facts:
                place, value = self.place_of[name], self._from_outside(name, who)
                m["values"][place] = fact(place, person, ruled, m, now) if value is None else value
            self._decide(s, ruled, errand, desk, who, counter, now, number, who, -1)
        self._do(who)
        if m["n_fired"] > 0:
            serve(m, ruled, self.told, now)
        if issue is None and sets == self.at(MONTH_END):
            ruled["quiet"] = 1 - m["matched"]
        book_call(m, ruled, world.tables.daytime, who, counter, now, self.told)
        if ruled["call"] >= 0 and issue is not None:
            world.call(who)
        return m

    def ask_team(self, sets: range, team: int) -> Any:
        """Ask rulesets about a team; gives the orders."""
        m, now = self.world.pad, self.world.clock.now
        no_orders(m)
        tell_time(m, now)
        for s in sets:
            for name in self.sets[s].facts:
                place, value = self.place_of[name], self._from_outside(name, team)
                if value is not None:
                    m["values"][place] = value
                elif place >= FLAGS:
                    m["values"][place] = flag(place, m)
            self._decide(s, self.nobody, self.no_issue, self.world.teams[team].row, team, 0, now, -1, -1, team)
        self._do(team)
        return m

    def _from_outside(self, name: str, about: int) -> int | None:
        """A fact that was registered from outside, about a customer or a team; None where it is one of our own."""
        own = READERS.get(name)
        if own is None:
            return None
        value = own(self.world, about)
        return UNKNOWN if value is None else value

    def _decide(
        self, s: int, ruled: Any, errand: Any, desk: Any, who: int, counter: int, now: float, number: int, person: int,
        team: int,
    ) -> None:
        """One ruleset: who matches, who rests, who fires, and what those order."""
        m, book, ruleset = self.world.pad, self.book, self.sets[s]
        start, size = int(book["rulesets"][s]["first_rule"]), len(ruleset.rules)
        rows = book["rules"][start : start + size]
        asks = set(ruleset.facts)
        values = [int(m["values"][place]) for place in self.places]
        known = {
            name: self.labels[name][int(m["values"][p])] if name in self.labels else int(m["values"][p])
            for name, p in self.place_of.items() if name in asks and m["values"][p] != UNKNOWN
        }
        head = book["rulesets"][s]
        before = int(done_before(head, errand))
        rest = [
            place for place, rule in enumerate(rows)
            if not before >> place & 1 and now < until(rule, ruled, errand, desk, m)
        ]
        said = decide(ruleset, known, rest)
        m["counts"][rows["number"], RULE_ASKED] += 1.0
        assert self.decider is not None
        able = self.decider.decide(s, values, _bits(rest))
        fires = int(first_time(head, errand, np.uint64(able)))
        earlier = m["counts"][rows["number"], RULE_OVERRULED].copy()
        if said.matched:
            fire(book, start, np.uint64(_bits(said.matched)), np.uint64(_bits(said.cooling)), np.uint64(fires), m,
                 ruled, errand, desk, who, counter, now)
            derive_again(book, start, np.uint64(able & ~fires & int(head["anew"])), m)
        for place in range(size):
            if fires >> place & 1:
                row = np.zeros(1, FIRING)
                row[0] = (now, number, self.world.month, rows[place]["number"], person, team)
                self.firings.append(row)
                self.world.count_firing(ruleset.name, ruleset.rules[place].id)
                self.deeds += [deed for deed in ruleset.rules[place].then if deed.action in DOERS]
        if person >= 0 and self.world.listener is not None:
            beaten = m["counts"][rows["number"], RULE_OVERRULED] > earlier
            overruled = [place for place in range(size) if beaten[place]]
            answers = [answer(m, who, counter, int(row["draws"])) for row in rows]
            self._tell(ruleset, person, known, said.matched, fires, able & ~fires, said.cooling, overruled, answers)

    def _do(self, who: int) -> None:
        """Do what was ordered of actions from outside; of one that only one may do, the first or the largest."""
        for name in dict.fromkeys(deed.action for deed in self.deeds):
            same = [deed.params for deed in self.deeds if deed.action == name]
            if ACTIONS[name].collide == "largest":
                same.sort(key=lambda params: -max(p for p in params.values() if not isinstance(p, str)))
            for params in same if ACTIONS[name].collide == "unite" else same[:1]:
                DOERS[name](self.world, who, params)
        self.deeds = []

    def _tell(
        self, ruleset: Any, who: int, known: Any, matched: Any, fires: int, done: int, cooling: Any, overruled: Any,
        answers: Any,
    ) -> None:
        fired = [place for place in range(len(ruleset.rules)) if fires >> place & 1]
        rules = ruleset.rules
        offers = {p: deed.params["acceptance"] for p in fired for deed in rules[p].then if "acceptance" in deed.params}
        self.world.tell(
            who, "decision", point=ruleset.point, ruleset=ruleset.name,
            matched=tuple(rules[p].id for p in matched), fired=tuple(rules[p].id for p in fired),
            done=tuple(rule.id for p, rule in enumerate(rules) if done >> p & 1),
            cooling=tuple(rules[p].id for p in cooling), overruled=tuple(rules[p].id for p in overruled),
            accepted=tuple(rules[p].id for p, share in offers.items() if answers[p] < float(share)),
            declined=tuple(rules[p].id for p, share in offers.items() if answers[p] >= float(share)),
            facts=dict(known),
        )


def _bits(places: Any) -> int:
    return sum(1 << place for place in places)
