"""An issue: a SimPy process that walks the steps of a journey until one resolves it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from cemsim.base.draws import Stream, uniform
from cemsim.engine.closing import keep_silence
from cemsim.engine.codes import HANDLED, HUNG_UP, IN_USE, LOW_BITS, SELF_SERVED, TURNED_AWAY
from cemsim.engine.durations import at_an_hour, minutes, opens_next
from cemsim.engine.felt import conclude, remember, touch
from cemsim.engine.glass import orders
from cemsim.engine.glass.orders import MOVED
from cemsim.engine.issue import begin, end_complaint, no_errand, open_case
from cemsim.engine.law import ARRIVAL, IMPATIENT, MAX_ATTEMPTS, SERVED, SLOT, event_order
from cemsim.engine.mishap import how_severe, is_major, shows, speaks_up, what_failed
from cemsim.engine.places import FAIL_FIRST, VOICED
from cemsim.engine.returns import comes_back, tries_again
from cemsim.engine.ruling import chosen, felt_before
from cemsim.engine.state import AGAIN, ERRAND, ISSUE, MEMORY
from cemsim.engine.trays import bearable, in_tray, is_felt, is_put_off, on_line
from cemsim.model.failure import NONE, net_effect
from cemsim.model.waiting import beside_habit, wait_effect
from cemsim.plan.tables import BACK_OFFICE, COMPLAINT, LIVE, OUTGOING, SLOTS

if TYPE_CHECKING:
    from cemsim.engine.glass.world import GlassWorld


class Issue:
    """One journey of one customer under way."""

    def __init__(self, world: GlassWorld, number: int) -> None:
        self.world, self.number = world, number
        self.who, self.journey = number >> 26, (number >> 11) & 63
        self.row = np.zeros(1, ISSUE)[0]
        self.memory = np.zeros(1, MEMORY)[0]
        self.errand = np.zeros(1, ERRAND)[0]
        no_errand(self.errand)
        begin(self.row, number, int(self.plan["first"]), world.clock.now)
        self.cancelled = False
        self.waiting = False
        self.process: Any = None
        self.request: Any = None
        self.limit: Any = None
        self.passed_on = world.clock.event()

    @property
    def plan(self) -> Any:
        """This month's row of the journey."""
        return self.world.tables.journeys[self.journey]

    @property
    def is_complaint(self) -> bool:
        """Whether this is a complaint about a failure."""
        return bool(self.plan["starts"] == COMPLAINT)

    @property
    def counter(self) -> int:
        """What is decided: which issue, attempt and step."""
        return (self.number & LOW_BITS) * 16384 + int(self.row["attempt"]) * 256 + max(int(self.row["step"]), 0)

    def decide(self, stream: Stream) -> float:
        """The draw that belongs to a decision about this attempt and step."""
        return float(uniform(self.world.pad["keys"][stream], self.who, self.counter))

    def walk(self, starts_at: float) -> Any:
        """The whole life of the issue."""
        clock, row = self.world.clock, self.row
        yield clock.at(starts_at, event_order(ARRIVAL, self.number))
        if not self.cancelled:
            self.tell("begins")
        while not self.cancelled:
            if row["step"] < 0:                                  # a failure in use, or nobody took any step
                if self.is_complaint or self.journey == len(self.world.tables.journeys) - 1:
                    self.feel(IN_USE, False, -1.0)
                break
            step = self.world.tables.steps[row["step"]]
            asks = not chosen(row, self.errand)
            if step["skip"] or (asks and self.decide(Stream.USE_STEP) >= step["used_by"]):
                self.tell("passes_by")
                row["team"] = step["team"]
                row["step"], row["lagged"] = step["next"], 0
                if step["next"] < 0 and row["handled"] > 0:      # walked past the last step: it comes back
                    if row["attempt"] >= MAX_ATTEMPTS:
                        break
                    yield self.start_again()
                continue
            if step["lag"] >= 0 and not row["lagged"]:
                row["lagged"] = 1
                due = self.after_lag(step)
                self.tell("takes_time", until=due)
                yield clock.at(due, event_order(ARRIVAL, self.number))
                continue
            row["arrived"] = row["arrived"] if row["lagged"] == AGAIN else clock.now
            row["lagged"] = 0
            how, place = SELF_SERVED, int(step["team"])
            if place >= 0:
                place, onward = orders.on_arrival(self, place)
                if onward >= 0:
                    row["step"] = onward
                    continue
            row["team"] = place
            if place >= 0:
                how = yield from self.be_handled(self.world.teams[place])
                if how is None:                                  # its customer left meanwhile
                    break
                if how == MOVED:                                 # to another channel
                    continue
            step = self.world.tables.steps[row["step"]]          # the month may have turned while it waited
            teams = self.world.tables.teams
            if how == TURNED_AWAY and is_put_off(step, teams, teams[row["team"]]):
                later = opens_next(self.world.tables.heads[row["team"]], clock.now)
                if later == inf:
                    break
                row["lagged"] = 1 if step["channel"] == OUTGOING else AGAIN
                self.tell("put_off", until=later)
                yield clock.at(later, event_order(ARRIVAL, self.number))
                continue
            resolved = how in (HANDLED, SELF_SERVED) and self.decide(Stream.RESOLVE) < step["resolves"]
            if how in (HUNG_UP, TURNED_AWAY):
                row["hangups"] += 1
                again = self.tries_again()
                self.feel(how, False, again)
                self.tell("tries_again" if again >= 0.0 else "gives_up", at=again)
                if again < 0.0:
                    break
                row["attempt"] += 1
                row["lagged"] = 1                                # it does not wait for the step's time again
                yield clock.at(again, event_order(ARRIVAL, self.number))
                continue
            self.feel(how, resolved, -1.0)
            if resolved:
                break
            onward = self.next_step(step, how)
            if onward >= 0:
                row["step"] = onward
                self.tell("goes_on")
                if how == HANDLED:
                    yield clock.at(clock.now, event_order(ARRIVAL, self.number))
            elif row["attempt"] >= MAX_ATTEMPTS:
                break
            else:
                yield self.start_again()
        self.close()

    def be_handled(self, team: Any) -> Any:
        """Wait for a team and be handled by it; gives how it ended (None: the customer left meanwhile)."""
        clock, row, rules = self.world.clock, self.row, team.rules
        self.tell("arrives", team=team.place, people=team.capacity, busy=team.count, queue=len(team.queue))
        if not team.would_take():
            self.tell("sent_away", team=team.place)
            return TURNED_AWAY
        limit = None
        step, teams = self.world.tables.steps[row["step"]], self.world.tables.teams
        if team.must_wait() and rules["patience"] >= 0 and on_line(step, teams, rules):
            law = self.world.tables.laws[rules["patience"]]
            patience = float(minutes(law, self.world.tables.quantiles, self.decide(Stream.PATIENCE)))
            patience *= float(rules["patience_scale"])
            limit = clock.at(clock.now + patience, event_order(IMPATIENT, self.number))
        waits = team.must_wait()
        self.limit, self.request = limit, self.queue_at(team)
        self.waiting = True
        review = orders.on_wait(self) if waits else None
        try:
            while review != MOVED:
                heard = [event for event in (self.request, self.limit, review, self.passed_on) if event is not None]
                yield clock.any_of(heard)
                if self.request.triggered or (self.limit is not None and self.limit.processed):
                    break
                if self.passed_on.triggered:                     # a deadline gave it to another team
                    self.passed_on = clock.event()
                else:
                    review = orders.on_wait(self)
        except simpy.Interrupt:
            self.waiting = False
            self.request.cancel()
            if not self.cancelled:
                self.tell("sent_away", team=team.place)
            return None if self.cancelled else TURNED_AWAY
        self.waiting = False
        if review == MOVED:
            return MOVED
        team, request = self.world.teams[row["team"]], self.request
        if not request.triggered:
            request.cancel()
            self.tell("hangs_up", team=team.place, waited=clock.now - float(row["arrived"]))
            return HUNG_UP
        row["begun"] = clock.now
        waited = clock.now - float(row["arrived"])
        off_line = clock.now - float(self.errand["off_line"]) if self.errand["called_back"] else 0.0
        self.tell("answered", team=team.place, waited=waited, off_line=off_line)
        step = self.world.tables.steps[row["step"]]
        law = self.world.tables.laws[step["handling"]]
        row["minutes"] = minutes(law, self.world.tables.quantiles, self.decide(Stream.HANDLING))
        end = clock.now + float(row["minutes"])
        if team.rules["works"] == BACK_OFFICE:
            end = self.done_at(team.place, clock.now, float(row["minutes"]))
        yield clock.at(end, event_order(SERVED, self.number))
        team.busy_minutes += float(row["minutes"])
        team.release(request)
        return None if self.cancelled else HANDLED

    def queue_at(self, team: Any) -> Any:
        """Ask a team for a turn, at the rank that it or a rule gives."""
        level = int(self.errand["level"])
        request = team.request(priority=level if level >= 0 else int(team.rules["rank"][self.customer.segment]))
        request.issue = self
        self.errand["joined"] = self.world.clock.now
        return request

    def done_at(self, team: int, start: float, work: float) -> float:
        """When back-office work begun now is done: it pauses while the team is closed."""
        heads, time, left = self.world.tables.heads[team], start, work
        while True:
            quarter = int(time / SLOT)
            edge = (quarter + 1) * SLOT
            if heads[quarter % SLOTS] > 0:
                if time + left <= edge:
                    return time + left
                left -= edge - time
            time = edge

    def tell(self, kind: str, **facts: Any) -> None:
        """Tell whoever listens what happens to this issue."""
        row = self.row
        self.world.tell(
            self.who, kind, issue=self.number, journey=self.journey, step=int(row["step"]), attempt=int(row["attempt"]),
            **facts,
        )

    def sent_away(self) -> None:
        """The team has closed, or the customer has left: whoever waits goes."""
        self.process.interrupt()

    @property
    def customer(self) -> Any:
        """The agent whose issue this is."""
        return self.world.customers[self.who]

    def after_lag(self, step: Any) -> float:
        """When the next step begins after its lag; a live team is reached at an hour in which people come."""
        world, now = self.world, self.world.clock.now
        due = now + minutes(world.tables.laws[step["lag"]], world.tables.quantiles, self.decide(Stream.LAG))
        if step["team"] >= 0 and world.tables.teams[step["team"]]["works"] == LIVE:
            return float(at_an_hour(world.tables.daytime, self.journey, now, due, self.decide(Stream.HOUR)))
        return float(due)

    def tries_again(self) -> float:
        """When somebody who hung up or was sent away tries again; negative: never."""
        team = self.world.tables.teams[self.row["team"]]
        if self.row["hangups"] >= team["attempts"] or self.row["attempt"] >= MAX_ATTEMPTS:
            return -1.0
        counter = (self.number & LOW_BITS) * 16384 + int(self.row["attempt"]) * 256 + int(self.row["step"])
        keys = self.world.pad["keys"]
        return float(tries_again(self.world.tables, team, self.journey, keys, self.who, counter, self.world.clock.now))

    def start_again(self) -> Any:
        """The last step has failed: the issue comes back later, at the step where journeys restart."""
        row, world = self.row, self.world
        counter = (self.number & LOW_BITS) * 16384 + int(row["attempt"]) * 256 + max(int(row["step"]), 0)
        later = comes_back(world.tables, self.journey, world.pad["keys"], self.who, counter, world.clock.now)
        row["attempt"] += 1
        row["repeat"] += 1
        row["step"] = self.plan["restart"]
        self.tell("comes_back", at=later)
        return world.clock.at(later, event_order(ARRIVAL, self.number))

    def next_step(self, step: Any, how: int) -> int:
        """Where an unresolved issue goes: the next step, or the second line after so many failed contacts."""
        if how == HANDLED:
            self.row["failed"] += 1
            due = step["escalate_to"] >= 0 and self.row["failed"] >= step["escalate_after"]
            if due and self.decide(Stream.ESCALATE) < step["escalate_share"]:
                return int(step["escalate_to"])
        return int(step["next"])

    def feel(self, how: int, resolved: bool, again: float) -> None:
        """What this touch does to the customer, and whether something goes wrong with it."""
        world, row, person = self.world, self.row, self.customer.row
        w, pad = world.tables.world[0], world.pad
        step = world.tables.steps[row["step"]] if row["step"] >= 0 else world.tables.nowhere[0]
        team = int(row["team"]) if row["step"] >= 0 else -1
        counter, blow = self.counter, 0.0
        if how == HANDLED:
            row["handled"] += 1
        if self.is_complaint and how in (HUNG_UP, TURNED_AWAY, IN_USE) and again < 0.0:
            blow = net_effect(NONE, float(row["severity"]))
        if self.is_complaint and resolved:
            occupancy = world.teams[team].occupancy if team >= 0 else 0.0
            empowerment = float(world.tables.teams[team]["empowerment"]) if team >= 0 else 0.0
            paid = float(world.purse[self.who]["paid"])
            blow, ending = end_complaint(w, row, person, empowerment, occupancy, world.purse[self.who], pad["keys"],
                                         counter, world.clock.now, world.account, 0)
            orders.on_recovery(self, ending)
            self.tell("recovery", blow=blow, severity=float(row["severity"]), paid=world.purse[self.who]["paid"] - paid,
                      occupancy=occupancy)
        points = self.wait_points(step, team, how)
        origin, wrong = int(row["origin"]), self.goes_wrong(how, resolved, team, again)
        if wrong is not None:
            origin, blow = wrong
        if how == IN_USE and blow == 0.0:
            return
        if row["step"] < 0 or step["felt"] or blow != 0.0:       # else nothing is felt here, and the wait later
            points += float(felt_before(w, world.tables.teams, self.errand))
        emotion, satisfied = touch(
            w, pad["climate"], step, person, self.who, int(row["repeat"]), pad["keys"], counter, points,
            how in (HUNG_UP, TURNED_AWAY), blow, max(origin, 0), pad["felt"],
        )
        self.tell("felt", how=how, resolved=resolved, felt=pad["felt"], expectation=person["expectation"],
                  emotion=emotion, satisfied=satisfied, wait=points, blow=blow)
        row["touches"] += 1
        if blow != 0.0:
            row["weighed"] = 2
        remember(self.memory, pad["felt"], emotion, row["touches"] == 1)
        if row["step"] >= 0:
            world.note(self, how, team, resolved, emotion, satisfied)
            orders.on_end(self, how, step, team, resolved)

    def wait_points(self, step: Any, team: int, how: int) -> float:
        """Points that the wait takes from convenience; back-office work is waited for until it is done."""
        world = self.world
        w = world.tables.world[0]
        rules = world.tables.teams[team] if team >= 0 else None
        if rules is None or not w["kappa_wait"] > 0.0 or not is_felt(step, world.tables.teams, rules):
            return 0.0
        acceptable = float(bearable(step, world.tables.teams, rules) if how == HANDLED else rules["acceptable"])
        points = wait_effect(self.waited(how), w["overestimate"], w["exponent"], w["kappa_wait"], acceptable)
        return float(beside_habit(float(points), float(rules["wait_offset"]), how in (HUNG_UP, TURNED_AWAY)))

    def waited(self, how: int) -> float:
        """Minutes waited: on the line, or for back-office work until it was done."""
        row, clock = self.row, self.world.clock
        if how not in (HANDLED, HUNG_UP, TURNED_AWAY):
            return 0.0
        tables = self.world.tables
        if how == HANDLED and in_tray(tables.steps[row["step"]], tables.teams, tables.teams[row["team"]]):
            return clock.now - float(row["arrived"])
        until = float(row["begun"]) if how == HANDLED else clock.now
        return (float(self.errand["off_line"]) if self.errand["called_back"] else until) - float(row["arrived"])

    def goes_wrong(self, how: int, resolved: bool, team: int, due: float) -> tuple[int, float] | None:
        """Something may go wrong with an issue, once: a silent failure is felt now, a voiced one is a new case."""
        world, row, person = self.world, self.row, self.customer.row
        w, keys, what = world.tables.world[0], world.pad["keys"], self.number & LOW_BITS
        if self.is_complaint:
            return None
        origin = -1
        if how == IN_USE:
            origin = 2
        elif not row["weighed"] and shows(how, team, resolved, due):
            row["weighed"] = 1
            served = how not in (HUNG_UP, TURNED_AWAY)
            origin = what_failed(w, float(self.plan["failure"]), served, keys, self.who, what)
        if origin < 0:
            return None
        again = world.month - int(person["last_failure"]) < 12
        major = is_major(w, keys, self.who, what)
        severity = how_severe(w, major, again)
        person["last_failure"] = world.month
        world.account[FAIL_FIRST + origin] += 1.0
        if not speaks_up(w, keys, self.who, what):
            if self.customer.bond is not None:
                keep_silence(self.customer.bond, severity, origin, major, world.month)
            self.tell("failure", origin=origin, major=bool(major), severity=severity, again=again)
            orders.on_failure(self, origin, severity, False, again)
            return origin, net_effect(NONE, severity)
        world.account[VOICED] += 1.0
        case = Issue(world, ((self.number >> 17) << 17) | (int(w["complaint"]) << 11))
        heard = open_case(world.tables, w, person, world.purse[self.who], case.row, self.number, origin, severity,
                          major, again, keys, world.clock.now)
        case.number = int(case.row["number"])
        self.tell("failure", origin=origin, major=bool(major), severity=severity, again=again, heard=heard)
        world.begin(case, heard)
        orders.on_case(case, heard)
        orders.on_failure(self, origin, severity, True, again)
        return origin, 0.0

    def close(self) -> None:
        """The journey is over: what remains of it in satisfaction and expectation."""
        world, row, person = self.world, self.row, self.customer.row
        world.issues.discard(self)
        if self.cancelled:
            return
        tables = world.tables
        kind = tables.pull.shape[0] - 1 if row["weighed"] == 2 else self.journey
        pull, learn = tables.pull[kind, min(int(person["tenure"]), 360)], tables.learn[kind]
        if row["touches"] > 0:
            conclude(tables.world[0], person, self.memory, int(row["touches"]), float(pull), float(learn))
        if self.is_complaint:
            person["cases"] -= 1
            orders.on_close(self)
            if person["cases"] & 127 == 0:
                world.purse[self.who]["severity"] = 0.0
        self.tell("closes", satisfaction=person["satisfaction"], expectation=person["expectation"])
