"""A customer or prospect: a Mesa agent that is a view of its row in the table of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from cemsim.base.draws import Stream, ln, uniform
from cemsim.base.words import EXOGENOUS
from cemsim.engine.closing import follow_up
from cemsim.engine.codes import AT_MONTH_ENDS
from cemsim.engine.durations import when
from cemsim.engine.felt import month_of_use
from cemsim.engine.glass import bonds, rewards
from cemsim.engine.glass.extend import BEHAVIOURS, SCHEMES
from cemsim.engine.law import MAX_NEEDS, issue_number
from cemsim.engine.month import month_of_rules, month_of_ties, open_case_drops, purchases, survey
from cemsim.engine.outreach import drive_away, write_to
from cemsim.engine.programme import forfeit, nearness, review, shop
from cemsim.engine.ruling import asked_now
from cemsim.engine.state import BY_ADVERTISING, CUSTOMER, EXCELLENT_CASE, LONG_AGO, WON_BACK
from cemsim.engine.stay import cause_of, hazards, overall
from cemsim.engine.talk import approached, heard, listen, speak
from cemsim.engine.ties import (
    LEAVES,
    SAVED_PARTLY,
    coming_year,
    desk_says,
    is_won_back,
    money_of,
    new_ties,
    older_ties,
    premium_of,
    tied,
)
from cemsim.model.advocacy import adoption, recommendation
from cemsim.model.churn import leaves
from cemsim.model.experience import REFERENCE, bounded
from cemsim.model.reward import relief
from cemsim.plan.tables import JOINING, NEED, NO_NETWORK, REPERTOIRE

if TYPE_CHECKING:
    from cemsim.engine.calendar import MonthProfile
    from cemsim.engine.glass.world import GlassWorld


class Customer(mesa.Agent):
    """One person of the market."""

    def __init__(self, world: GlassWorld, who: int) -> None:
        super().__init__(world)
        self.world, self.who = world, who
        self.row, self.purse = world.people[who], world.purse[who]
        self.bond: Any = world.bonds[who] if len(world.bonds) else None
        self.given_back = 0.0                    # share of last month's spend, by schemes registered from outside

    @property
    def segment(self) -> int:
        """Place of the segment."""
        return int(self.row["segment"])

    @property
    def is_customer(self) -> bool:
        """Whether this person is a customer now."""
        return bool(self.row["status"] == CUSTOMER)

    def draw(self, stream: Stream, counter: int) -> float:
        """The draw that belongs to a decision of this person."""
        return float(uniform(self.world.pad["keys"][stream], self.who, counter))

    def needs(self, profile: MonthProfile) -> list[tuple[float, int]]:
        """This month's needs: time and issue number of each."""
        found: list[tuple[float, int]] = []
        month, start = self.world.month, self.world.month_start
        for j, journey in enumerate(self.world.tables.journeys):
            base = (month * 64 + j) * 2048
            if journey["starts"] == NEED:
                rate, none = profile.rates[j, self.segment]
                u = self.draw(Stream.NEED, base)
                if rate <= 0.0 or u <= none:
                    continue
                share, need = -ln(u) / rate, 0
                while share < 1.0 and need < MAX_NEEDS:
                    time = when(share, start, profile.hours, profile.guide, j)
                    found.append((time, issue_number(self.who, month, j, need)))
                    need += 1
                    share += -ln(self.draw(Stream.NEED, base + need)) / rate
            elif journey["starts"] == JOINING and self.row["tenure"] == 0:
                time = when(self.draw(Stream.NEED, base), start, profile.hours, profile.guide, j)
                found.append((time, issue_number(self.who, month, j, 0)))
        return found

    def end_month(self) -> None:
        """A month of use, the survey, purchases, and whether to stay; a prospect may join."""
        world = self.world
        w, pad = world.tables.world[0], world.pad
        if not self.is_customer:
            source = self.approached()
            if source > 0:
                self.join(source)
            return
        for act in BEHAVIOURS.values():
            act(self)
        row, segment, tables = self.row, world.tables.segments[self.segment], world.tables
        age = min(int(row["tenure"]), 360)
        use, fail = tables.pull.shape[0] - 2, tables.pull.shape[0] - 1
        price_pull = tables.pull[use, age] if w["price_moved"] == 0 else tables.pull_contact[age]
        ruled, asks = world.rules.ruled[self.who] if world.rules.on else None, world.rules.ask
        bill, closer = float(segment["revenue"]) * float(self.purse["wallet"]), 0.0
        given = self.given_back * bill
        if ruled is not None:
            given += (float(ruled["relief"]) if asks else 0.0) + float(self.bond["saved"]) * bill
            closer = nearness(tables.schemes, world.cards[self.who], int(ruled["tier"]))
        cheaper = relief(given, bill, float(w["price_sensitivity"]))
        month_of_use(w, pad["climate"], row, tables.pull[use, age], price_pull, tables.learn[use], cheaper, closer)
        if self.talks and w["image_step"] > 0.0:
            listen(w, row, self.heard(), self.draw(Stream.HEAR, world.month))
        satisfied = overall(segment, row)
        self.speak(satisfied)
        rating = -1
        if w["asked"] > 0.0 and self.draw(Stream.ASKED, world.month) < w["asked"] / 12.0:
            score = recommendation(satisfied, float(w["score_intercept"]), float(w["score_slope"]))
            world.tell(self.who, "survey", score=score, satisfied=satisfied)
            rating = survey(w, row, score, satisfied, pad["keys"], self.who, world.month, world.told)
            if ruled is not None and asks and rating >= 0:
                ruled["reported"], ruled["quiet"] = rating, 0
        row["cases"] &= EXCELLENT_CASE - 1
        if w["xi"] > 0.0:
            for k in range(6):
                ahead = w["promised"][k] + float(row["match"]) - float(row["expectation"][k])
                if ahead > 0.0:
                    row["expectation"][k] = bounded(float(row["expectation"][k]) + w["xi"] * ahead)
        spent, trips = float(self.purse["wallet"]), 0
        before = rewards.as_it_was(self)
        loyal = len(tables.schemes) + len(tables.campaigns) > 0
        if ruled is not None and (loyal or ruled["pressure"] > 0.0):
            spent, trips = self.shop(ruled, segment, satisfied)
        elif segment["spend"] == REPERTOIRE:
            spent, trips = purchases(segment, row, self.purse, satisfied, pad["keys"], self.who, world.month)
        self.given_back = min(sum(gives(self, spent, trips) for gives in SCHEMES.values()), 1.0)
        spent *= segment["tariff"]
        if ruled is not None:
            spent *= money_of(segment, self.bond)
            premium_of(w, row, self.bond, spent)
        self.purse["spent"] += spent
        self.purse["lived"] += 1
        pad["drops"] = 0.0
        if row["cases"] > 0:
            open_case_drops(w, pad["climate"], row, float(self.purse["severity"]), int(self.purse["origin"]),
                            tables.pull[fail, age], pad["drops"])
        total = hazards(w, segment, row, pad["drops"], pad["rates"])
        if ruled is not None:
            total = tied(w, segment, self.bond, pad["rates"], total)
            total = drive_away(w, segment, ruled, pad["rates"], total)
        drawn = self.draw(Stream.LEAVE, world.month)
        world.tell(
            self.who, "month", satisfaction=row["satisfaction"], expectation=row["expectation"], overall=satisfied,
            spent=spent, hazards=pad["rates"], hazard=total, drops=pad["drops"], drawn=drawn, tenure=int(row["tenure"]),
            ties=bonds.ties(self),
        )
        if leaves(total, drawn) and self.leave(cause_of(pad["rates"], total, self.draw(Stream.CAUSE, world.month))):
            rewards.tell(self, before)
            return
        row["tenure"] = min(int(row["tenure"]) + 1, 30_000)
        if ruled is not None:
            ahead = coming_year(segment, self.bond, pad["rates"], total)
            older_ties(w, segment, self.bond, ruled, satisfied, pad["keys"], self.who, world.month, world.rules.told)
            follow_up(w, self.bond, ruled, tables.daytime, rating, pad["keys"], self.who, world.month,
                      world.clock.now, world.rules.told)
            self.be_reviewed(ruled, segment, spent, trips, ahead, before)

    def shop(self, ruled: Any, segment: Any, satisfied: float) -> tuple[float, int]:
        """This month's messages, then purchases: spend multiplier and purchases."""
        world = self.world
        keys, cards, lots = world.pad["keys"], world.cards[self.who], world.lots[self.who]
        write_to(world.tables.campaigns, ruled, self.bond, keys, self.who, self.segment, world.month, world.spoken)
        dear, gift = segment["tariff"] * money_of(segment, self.bond), 0.0
        if world.rules.ask:
            gift, ruled["points"] = float(ruled["points"]), 0.0
        return shop(
            world.tables.world[0], segment, self.row, self.purse, world.tables.schemes, cards, lots, ruled, self.bond,
            keys, self.who, world.month, satisfied, dear, gift, world.points,
        )  # fmt: skip

    def be_reviewed(self, ruled: Any, segment: Any, spent: float, trips: int, ahead: float, before: Any) -> None:
        """What rules remember of the month, and the review of a customer who stays."""
        world, rules = self.world, self.world.rules
        month_of_ties(world.tables.world[0], segment, ruled, world.pad["keys"], self.who, world.month, spent,
                      rules.told)
        if rules.ask:
            month_of_rules(ruled, world.month, trips, ahead)
        cards, lots = world.cards[self.who], world.lots[self.who]
        review(world.tables.schemes, cards, lots, ruled, self.segment, world.month, world.points)
        rewards.tell(self, before)
        for point in AT_MONTH_ENDS:
            if rules.any_at(point) and asked_now(ruled, self.bond, self.row, segment, point, int(rules.book["drifts"])):
                rules.ask_customer(rules.at(point), self.who, None, world.month)

    @property
    def talks(self) -> bool:
        """Whether people of this world talk."""
        return bool(self.world.tables.world[0]["network"] != NO_NETWORK)

    def heard(self) -> tuple[float, float, float, float]:
        """Last month's words of those this person is tied to."""
        world = self.world
        before = world.said[1 - world.month & 1]
        return heard(world.tables.world[0], world.web.starts, world.web.ties, before, world.mood, self.who)

    def speak(self, satisfied: float) -> None:
        """What this customer says of the firm this month."""
        w = self.world.tables.world[0]
        if self.talks:
            score = recommendation(satisfied, float(w["score_intercept"]), float(w["score_slope"]))
            segment, u = self.world.tables.segments[self.segment], self.draw(Stream.TELL, self.world.month)
            self.world.said[self.world.month & 1, self.who] = speak(w, segment, satisfied, score, u)

    def approached(self) -> int:
        """How a prospect is won at this month end, 0 if not at all."""
        world, who = self.world, self.who
        w, segment, keys = world.tables.world[0], world.tables.segments[self.segment], world.pad["keys"]
        invited = False
        if self.talks:
            invited = bool(world.invited[who])
            world.invited[who] = world.said[world.month & 1, who] = 0
        if world.rules.on and is_won_back(w, segment, self.row, self.purse, self.bond, keys, who, world.month):
            return WON_BACK
        u = self.draw(Stream.JOIN, world.month)
        if self.talks:
            return approached(w, segment, self.heard(), invited, u)[0]
        return BY_ADVERTISING if u < adoption(float(segment["adoption"]), w["advertising"]) else 0

    def join(self, source: int) -> None:
        """Become a customer, without a history."""
        row = self.row
        row["status"], row["tenure"], row["last_failure"], row["met"], row["cases"] = CUSTOMER, 0, LONG_AGO, 0, 0
        row["satisfaction"] = REFERENCE
        self.given_back = 0.0
        self.purse["joins"] += 1
        self.purse["complained"] = self.purse["righted"] = 0
        if self.world.rules.on:
            self.world.rules.forget(self.who)
            segment = self.world.tables.segments[self.segment]
            new_ties(segment, self.bond, self.world.rules.ruled[self.who], source, self.world.pad["keys"], self.who,
                     self.world.month, self.world.rules.told)
        row["expectation"] = self.world.pad["climate"]
        self.speak(overall(self.world.tables.segments[self.segment], row))
        felt = {name: row[name] for name in ("satisfaction", "expectation")}
        offer = int(self.bond["offer"]) if self.bond is not None else 0
        self.world.tell(self.who, "joins", source=source, offer=offer, **felt)

    def leave(self, cause: int) -> bool:
        """Leave for a cause, unless the save desk keeps this person; tells whether they are gone."""
        world, asked = self.world, False
        if world.rules.on:
            segment = world.tables.segments[self.segment]
            asked = cause >= EXOGENOUS and segment["save_full"] + segment["save_part"] > 0.0
            said = desk_says(segment, self.bond, cause, world.pad["keys"], self.who, world.month, world.rules.told)
            if said != LEAVES:
                world.tell(self.who, "saved", cause=cause, partly=said == SAVED_PARTLY)
                return False
            self.bond["left"] = world.month
            forfeit(world.cards[self.who], world.lots[self.who], self.bond, world.points, self.segment)
        self.row["status"] = 2 + cause
        self.purse["severity"] = 0.0
        self.world.lost.append((self.world.month, self.who, cause))
        self.world.tell(self.who, "leaves", cause=cause, asked_to_stay=bool(asked))
        return True
