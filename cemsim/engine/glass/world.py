"""The glass engine's world: a Mesa model that lives a plan month by month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from cemsim.base.draws import stream_keys
from cemsim.base.records import FIRM
from cemsim.engine.base import draw_bonds, draw_people
from cemsim.engine.calendar import month_profile
from cemsim.engine.closing import open_followed
from cemsim.engine.firm import Firm
from cemsim.engine.glass.clock import LawfulClock
from cemsim.engine.glass.customer import Customer
from cemsim.engine.glass.issue import Issue
from cemsim.engine.glass.orders import on_case
from cemsim.engine.glass.recorded import recorded
from cemsim.engine.glass.rules import Rules
from cemsim.engine.glass.team import Team
from cemsim.engine.glass.told import Told
from cemsim.engine.issue import note_visit
from cemsim.engine.law import DAY, MAX_NEEDS, issue_number
from cemsim.engine.log import CAMPAIGN_ROW, SCHEME_ROW
from cemsim.engine.network import weave
from cemsim.engine.places import BUSY, FAIL_WIDTH, OVERTIME, PEOPLE_WIDTH, STAFFED, TEAM_WIDTH, UNHAPPY
from cemsim.engine.programme import empty_cards
from cemsim.engine.state import PAD, VISIT
from cemsim.engine.talk import invite, moods
from cemsim.model.experience import norm_step
from cemsim.plan.plan import Plan
from cemsim.plan.tables import NO_MEMORY, NO_NETWORK, Tables, clock


class GlassWorld(mesa.Model):
    """People, teams and issues of one replicate; ``burn_in`` months come before month 0 of the horizon."""

    def __init__(
        self, plan: Plan, tables: Tables, seed: int, replicate: int, burn_in: int, newborn: bool = False
    ) -> None:
        super().__init__(rng=0)                              # Mesa's own generator decides nothing here
        self.tables, self.burn_in, self.month = tables, burn_in, 0
        self.month_start = self.month_end = 0.0
        self.pad = np.zeros(1, PAD)[0]
        self.pad["keys"] = stream_keys(seed, replicate)
        self.people, self.purse = draw_people(tables, stream_keys(seed, replicate), newborn)
        self.bonds = draw_bonds(tables, self.people, self.pad["keys"], plan.names.remembered != NO_MEMORY)
        self.clock = LawfulClock()
        self.rules = Rules(self, plan)
        self.cards, self.lots = empty_cards(len(self.rules.ruled), len(tables.schemes), plan.names.ages)
        self.points, self.spoken = np.zeros((0, 0), SCHEME_ROW), np.zeros((0, 0), CAMPAIGN_ROW)
        self.customers = [Customer(self, who) for who in range(len(self.people))]
        self.teams = [Team(self, place) for place in range(len(tables.teams))]
        self.issues: set[Issue] = set()
        self.visits: list[NDArray[Any]] = []
        self.staff: list[tuple[int, int, float, float, float]] = []
        self.lost: list[tuple[int, int, int]] = []
        self.listener: Callable[[Told], None] | None = None
        self.fired: dict[str, int] = {}
        self.web, self.mood = weave(tables, self.pad["keys"]), np.zeros(2)
        talkers = len(self.people) if tables.world[0]["network"] != NO_NETWORK else 0
        self.said, self.invited = np.zeros((2, talkers), np.uint8), np.zeros(talkers, np.uint8)
        self.firm = Firm(newborn, burn_in)
        self.told, self.account, self.drift = np.zeros(PEOPLE_WIDTH), np.zeros(FAIL_WIDTH), np.zeros(6)
        self.counted, self.unhappy = np.zeros(FAIL_WIDTH), 0.0      # failures and unhappy answers until last month

    def live_month(self, tables: Tables) -> None:
        """One month: needs come, teams work, and at its end people decide."""
        self.begin_month(tables)
        self.clock.live_until(self.month_end)
        self.end_month()

    def begin_month(self, tables: Tables) -> None:
        """What is in force this month, its rosters, and the needs that will come."""
        days = clock(self.month + 1)
        first, last = int(days[self.month]), int(days[self.month + 1])
        self.tables = self.firm.open_month(tables, self.pad["keys"], self.month)
        self.month_start, self.month_end = first * DAY, last * DAY
        self.set_climate()
        self.rules.begin_month(tables.rules)
        self.points = np.zeros((len(tables.schemes), len(tables.segments)), SCHEME_ROW)
        self.spoken = np.zeros((len(tables.campaigns), len(tables.segments)), CAMPAIGN_ROW)
        self.spoken["running"][:, :1] = tables.campaigns["on"][:, None]
        for team in self.teams:
            team.new_roster()
        profile = month_profile(tables, self.pad["keys"], first, last - first)
        for customer in self.customers:
            if customer.is_customer:
                for time, number in customer.needs(profile):
                    self.begin(Issue(self, number), time)
        for time, number in recorded(self):
            self.begin(Issue(self, number), time)

    def end_month(self) -> None:
        """The month is over: people decide, and teams count their minutes."""
        self.listen()
        for customer in self.customers:
            customer.end_month()
        self.cancel_what_leavers_left()
        for who in range(len(self.rules.ruled)):
            if self.rules.ruled[who]["call"] >= 0:
                self.call(who)
        for who in range(len(self.bonds)):
            if self.bonds[who]["follow"]:
                self.follow_up(who)
        self.count_minutes()
        self.month += 1

    def count_minutes(self) -> None:
        """Teams count their minutes, and their people make up their minds."""
        minutes = np.zeros((len(self.teams), TEAM_WIDTH))
        for place, team in enumerate(self.teams):
            team.count_staff()
            minutes[place, STAFFED], minutes[place, BUSY] = team.staffed_minutes, team.busy_minutes
            minutes[place, OVERTIME] = team.row["overtime"]
            team.end_month()
        self.firm.close_month(
            self.tables, self.pad["keys"], self.month, minutes, self.account - self.counted,
            float(self.told[UNHAPPY] - self.unhappy), np.zeros(len(FIRM)),
        )
        self.counted, self.unhappy = self.account.copy(), float(self.told[UNHAPPY])
        for place, row in enumerate(minutes):
            self.staff.append((self.month, place, row[STAFFED], row[BUSY], row[OVERTIME]))

    def set_climate(self) -> None:
        """The market norm of this month, and how it drifts (a8)."""
        w = self.tables.world[0]
        now = w["norm"] + self.drift
        self.pad["climate"] = now
        if self.month >= self.burn_in and (w["norm_drift"] != 0.0 or w["imitation"] != 0.0):
            for k in range(6):
                level = float(now[k])
                step = norm_step(level, float(w["quality"][k]), float(w["norm_drift"]), float(w["imitation"]))
                self.drift[k] += step - level

    def listen(self) -> None:
        """What the market heard last month, and whom customers bring at this month end."""
        if self.tables.world[0]["network"] == NO_NETWORK:
            return
        before, web = self.said[1 - self.month & 1], self.web
        self.mood = moods(before)
        if self.tables.world[0]["refer"] > 0.0:
            invite(self.tables, self.people, web.starts, web.ties, before, self.invited, self.pad["keys"], self.month)

    def begin(self, issue: Issue, time: float) -> None:
        """An issue starts to live at a time."""
        issue.row["opened"] = time
        self.issues.add(issue)
        issue.process = self.clock.process(issue.walk(time))

    def call(self, who: int) -> None:
        """Begin the journey of a call that a rule ordered."""
        ruled = self.rules.ruled[who]
        number = issue_number(who, self.month, int(ruled["call"]), int(ruled["calls"]) % MAX_NEEDS)
        ruled["calls"] += 1
        ruled["call"] = -1
        self.begin(Issue(self, int(number)), float(ruled["call_at"]))

    def follow_up(self, who: int) -> None:
        """Open the complaint that a customer did not make."""
        w, customer = self.tables.world[0], self.customers[who]
        complaint = int(w["complaint"])
        case = Issue(self, int(issue_number(who, self.month, complaint, 0)))
        first = int(self.tables.journeys[complaint]["first"])
        at = open_followed(w, first, customer.row, customer.purse, customer.bond, case.row, self.month, who)
        case.number = int(case.row["number"])
        self.begin(case, at)
        on_case(case, at)

    def count_firing(self, ruleset: str, rule: str) -> None:
        """Count a rule that fired, for whoever watches."""
        name = f"{ruleset}.{rule}"
        self.fired[name] = self.fired.get(name, 0) + 1

    def cancel_what_leavers_left(self) -> None:
        """Open issues of people who have left end here; who is being handled is finished, and feels nothing."""
        for issue in list(self.issues):
            if not self.customers[issue.who].is_customer:
                issue.cancelled = True
                if issue.waiting:
                    issue.sent_away()

    def tell(self, who: int, kind: str, **facts: Any) -> None:
        """Tell whoever listens what happened to somebody; nothing is decided or drawn for it."""
        if self.listener is not None:
            kept = {name: fact.copy() if isinstance(fact, np.ndarray) else fact for name, fact in facts.items()}
            self.listener(Told(self.clock.now, self.month, who, kind, kept))

    def note(self, issue: Issue, how: int, team: int, resolved: bool, emotion: float, satisfied: float) -> None:
        """Keep a row of the visit table."""
        visit = np.zeros(1, VISIT)
        note_visit(visit[0], issue.row, issue.customer.segment, self.month, how, team, resolved, self.clock.now,
                   emotion, satisfied)
        self.visits.append(visit)
