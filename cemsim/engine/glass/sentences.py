"""What the glass engine told of a person, as sentences: one function a kind of row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cemsim.base.words import ATTRIBUTES, CAUSES, CHANNELS
from cemsim.engine.codes import HANDLED, IN_USE, SELF_SERVED
from cemsim.engine.glass.decided import because, decided, ruleset_of, why_not
from cemsim.engine.glass.effects import effect
from cemsim.engine.glass.phrases import any_fact, duration, plain, points, share
from cemsim.engine.glass.picks import LET_DOWN, recovered
from cemsim.engine.glass.reasons import READS, at_reference, held, matters, usual
from cemsim.engine.glass.rewards import sentence
from cemsim.engine.glass.story import Life
from cemsim.engine.glass.told import Told
from cemsim.engine.state import WON_BACK
from cemsim.model.churn import leave_probability
from cemsim.model.experience import REFERENCE
from cemsim.model.failure import FAILED, GOOD_FAST, GOOD_SLOW
from cemsim.plan.tables import BACK_OFFICE, COMPLAINT, OUTGOING
from cemsim.plan.ties import OFFERS
from cemsim.rules.form import Ruleset
from cemsim.rules.words import join

WORTH_SAYING: Final = 0.05
"""Points below which a change is not spoken of."""
LOST: Final = 2
"""Status of somebody lost, less the cause (engine.state)."""
FOR_GOOD: Final = {"death": "died", "move": "moved away"}
"""Causes after which a person cannot come back; somebody else is then in that place of the market."""
ORIGINS: Final = ("in the back office", "at the front line", "in use")


@dataclass(frozen=True)
class Unfired:
    """Why rules of a set did not fire in a decision: reasons, each with the month since which it has been one."""

    row: Told
    why: Mapping[str, int]


def as_in(months: Collection[int]) -> str:
    """That reasons are those told in earlier months; of none, those told in this one.

    >>> as_in([]), as_in([3, 0])
    ('for the same reasons as before', 'for the same reasons as in months 0 and 3')
    """
    when = f"in month{'s' if len(months) > 1 else ''} {join(map(str, sorted(months)))}" if months else "before"
    return f"for the same reasons as {when}"


class Narrator:
    """Says rows of one life, in their order; remembers what the next row needs to be understood."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.names = life.lived.plan.names
        self.currency = life.lived.plan.scenario.currency
        self.satisfaction = np.asarray(life.start["satisfaction"])
        self.expectation = np.asarray(life.start["expectation"])
        self.answered: dict[int, float] = {}
        self.reached: dict[int, Told] = {}
        self.lies: dict[int, str] = {}                       # with which team a complaint lies
        self.settled: set[int] = set()                       # complaints that have been dealt with
        self.in_a_tray = False                               # whether the last touch was a back office's
        self.fired: dict[tuple[str, str], float] = {}        # when a rule of a set fired last
        self.unfired: list[Unfired] = []
        gone = int(life.start["status"]) - LOST
        self.left: str | None = CAUSES[gone] if gone >= 0 else None
        self._say: dict[str, Callable[[Told], str]] = {
            "begins": self._begins, "passes_by": self._passes_by, "takes_time": self._takes_time,
            "arrives": self._arrives, "answered": self._answered, "hangs_up": self._hangs_up,
            "stays": self._stays, "keeps_to_it": self._keeps_to_it, "sent_away": self._sent_away, "felt": self._felt,
            "put_off": self._put_off, "failure": self._failure, "recovery": self._recovery,
            "tries_again": self._tries_again, "gives_up": self._gives_up, "goes_on": self._goes_on,
            "comes_back": self._comes_back, "closes": self._closes, "month": self._month, "survey": self._survey,
            "joins": self._joins, "leaves": self._leaves, "saved": self._saved, "decision": self._decision,
            "rewards": self._rewards,
        }

    def say(self, row: Told) -> str:
        """A row in a sentence or two; empty where there is nothing to say."""
        said = self._say.get(row.kind, self._other)(row)
        if "satisfaction" in row.facts:
            self.satisfaction, self.expectation = row.facts["satisfaction"], row.facts["expectation"]
        return said

    def when(self, time: float, month: int) -> str:
        """A coming moment; the month is said where it is another one."""
        then, day, weekday, hour = self.life.date(time)
        return f"on {weekday}, day {day}{f' of month {then}' if then != month else ''}, at {hour}"

    def journey(self, row: Told) -> str:
        """The journey that a row belongs to; use where it belongs to none that has a name."""
        place = row.facts["journey"]
        return plain(self.names.journeys[place]) if place < len(self.names.journeys) else "plain use"

    def step(self, row: Told) -> str:
        """The step that a row belongs to."""
        return plain(self.names.steps[row.facts["step"]][1])

    def team(self, row: Told) -> str:
        """The team that a row belongs to."""
        return plain(self.names.teams[row.facts["team"]])

    def _begins(self, row: Told) -> str:
        return ""                                            # the paragraph's head says so

    def _passes_by(self, row: Told) -> str:
        return f"Does without {self.step(row)}."

    def _takes_time(self, row: Told) -> str:
        return f"{self.step(row).capitalize()} comes {self.when(row.facts['until'], self.life.month_of(row))}."

    def _arrives(self, row: Told) -> str:
        facts = row.facts
        self.reached[facts["issue"]] = row
        if self._is_complaint(row):
            self.lies[facts["issue"]] = self.names.teams[facts["team"]]
        channel = self._channel(row)
        again = f", attempt {facts['attempt'] + 1}" if facts["attempt"] else ""
        if facts["people"] == 0:
            state = "nobody is on shift"
        else:
            state = f"{facts['busy']} of {facts['people']} busy"
        queue = f", {facts['queue']} waiting" if facts["queue"] else ""
        if channel == OUTGOING:
            return f"{self.team(row).capitalize()} is to call ({self.step(row)}{again}): {state}{queue}."
        return f"Reaches {self.team(row)} by {self.step(row)} ({plain(CHANNELS[channel])}{again}): {state}{queue}."

    def _channel(self, row: Told) -> int:
        """The place of the channel of a row's step."""
        return int(self.life.tables(self.life.month_of(row)).steps[row.facts["step"]]["channel"])

    def _is_complaint(self, row: Told) -> bool:
        """Whether a row belongs to a complaint."""
        journeys = self.life.tables(self.life.month_of(row)).journeys
        return bool(row.facts["journey"] < len(journeys) and journeys[row.facts["journey"]]["starts"] == COMPLAINT)

    def _answered(self, row: Told) -> str:
        self.answered[row.facts["issue"]] = row.time
        teams = self.life.tables(self.life.month_of(row)).teams
        begun = "Is called" if self._channel(row) == OUTGOING else "Answered"
        begun = "Work begins" if self._in_a_tray(row) or teams[row.facts["team"]]["works"] == BACK_OFFICE else begun
        waited, off_line = row.facts["waited"], row.facts["off_line"]
        if off_line > 0.0:
            return f"Is called back after {duration(waited)}, {duration(waited - off_line)} of them on the line."
        return f"{begun} {f'after {duration(waited)}' if waited > 0 else 'at once'}."

    def _hangs_up(self, row: Told) -> str:
        self.lies.pop(row.facts["issue"], None)
        return f"Hangs up after waiting {duration(row.facts['waited'])}."

    def _stays(self, row: Told) -> str:
        why = "is closed" if row.facts["closed"] else "has no room"
        return f"But {self.team(row)} {why}, so the contact stays where it is."

    def _keeps_to_it(self, row: Told) -> str:
        return "But that comes to nothing: it is not to be had here, was tried before, or was offered once already."

    def _put_off(self, row: Told) -> str:
        return f"The call is put off until the team is there {self.when(row.facts['until'], self.life.month_of(row))}."

    def _sent_away(self, row: Told) -> str:
        self.lies.pop(row.facts["issue"], None)
        reached = self.reached.get(row.facts["issue"])
        ours = self._channel(row) == OUTGOING
        if reached is None or reached.time < row.time:
            why = f"it closes before {'the call is made' if ours else 'anybody answers'}"
        else:
            why = "it is closed" if reached.facts["people"] == 0 else "there is no room to wait"
        return f"{'Is not called' if ours else 'Is sent away'} by {self.team(row)}: {why}."

    def _felt(self, row: Told) -> str:
        facts = row.facts
        said = []
        self.lies.pop(facts["issue"], None)
        self.in_a_tray = facts["how"] == HANDLED and self._in_a_tray(row)
        if facts["how"] in (HANDLED, SELF_SERVED):
            done = "resolved" if facts["resolved"] else "not resolved"
            if facts["issue"] in self.settled:
                done = "with that the complaint is closed"
            begun = self.answered.pop(facts["issue"], None)
            if facts["how"] == SELF_SERVED:
                journey, step = self.names.steps[row.facts["step"]]
                known = self.life.lived.plan.scenario.journeys[journey].steps
                partner = step in known and known[step].partner is not None
                took = f"A partner does {plain(step)}" if partner else f"Tries {plain(step)}, without anybody's help"
            else:
                took = f"Done after {duration(row.time - begun)}" if begun is not None else "Done"
            said.append(f"{took}: {done}.")
        elif facts["how"] == IN_USE:
            said.append("It is felt in use.")
        if facts["how"] != IN_USE and abs(facts["wait"]) >= WORTH_SAYING:
            what = "a time to be done" if self._in_a_tray(row) else "a wait"
            took = f"So long {what} takes {{}} points from" if facts["wait"] < 0 else (
                f"So short {what} adds {{}} points to")
            said.append(f"{took.format(points(abs(facts['wait'])))} convenience.")
        if abs(facts["blow"]) >= WORTH_SAYING:
            said.append(f"The failure takes {points(-facts['blow'])} points from what it touches.")
        said.append(self._gaps(row))
        return " ".join(said)

    def _in_a_tray(self, row: Told) -> bool:
        """Whether a touch's contact lay at a back office, where time runs until the work is done."""
        tables = self.life.tables(self.life.month_of(row))
        team = int(tables.steps[row.facts["step"]]["team"])
        return team >= 0 and bool(tables.teams[team]["works"] == BACK_OFFICE)

    def _gaps(self, row: Told) -> str:
        """What was expected, what came, and how that felt."""
        _, loads, came = row.facts["felt"]
        expected = row.facts["expectation"]
        gaps = [
            f"{ATTRIBUTES[k]} {points(came[k] / loads[k])} for {points(expected[k])} expected"
            for k in range(6) if loads[k] > 0.0
        ]
        if not gaps:
            return ""
        emotion = row.facts["emotion"]
        return f"\nCame: {', '.join(gaps)}. Emotion {points(emotion, sign=True)}, {_mood(emotion)}."

    def _failure(self, row: Told) -> str:
        facts = row.facts
        size = "major" if facts["major"] else "minor"
        again = ", the second within twelve months and so worse" if facts["again"] else ""
        heard = facts.get("heard")
        voice = "The customer says nothing." if heard is None else (
            f"The customer will complain {self.when(heard, self.life.month_of(row))}.")
        return (f"Something goes wrong {ORIGINS[facts['origin']]}: a {size} failure of "
                f"{points(facts['severity'])} points{again}. {voice}")

    def _recovery(self, row: Told) -> str:
        self.settled.add(row.facts["issue"])
        severity = row.facts["severity"]
        how = {GOOD_FAST: "well and in time", GOOD_SLOW: "well, but late", FAILED: "badly"}[recovered(row)]
        paid = self._money(float(row.facts["paid"]))
        given = f", with {paid} of compensation" if row.facts["paid"] > 0 else ""
        return (f"The complaint is dealt with {how}{given}: {points(-row.facts['blow'])} points are felt now, for a "
                f"failure of {points(severity)}.")

    def _tries_again(self, row: Told) -> str:
        return f"Will try again {self.when(row.facts['at'], self.life.month_of(row))}."

    def _gives_up(self, row: Told) -> str:
        return "Gives up."

    def _goes_on(self, row: Told) -> str:
        return f"Goes on to {self.step(row)}."

    def _comes_back(self, row: Told) -> str:
        return f"Will come back {self.when(row.facts['at'], self.life.month_of(row))}, by {self.step(row)}."

    def _closes(self, row: Told) -> str:
        moved = _moves(self.satisfaction, row.facts["satisfaction"])
        hopes = _moves(self.expectation, row.facts["expectation"])
        said = f"\nWhat remains: {f'satisfaction with {moved}' if moved else 'satisfaction as before'}."
        return f"{said} Expects from now on: {hopes}." if hopes else said

    def _month(self, row: Told) -> str:
        satisfied = ", ".join(
            f"{name} {points(now)}" for name, now in zip(ATTRIBUTES, row.facts["satisfaction"], strict=True)
        )
        segment = self.life.lived.plan.scenario.segments[self.names.segments[self.life.start["segment"]]]
        spent = f" Spends {self._money(row.facts['spent'])}." if segment.spend.kind == "repertoire" else ""
        stays = row.facts["drawn"] >= leave_probability(row.facts["hazard"])
        drawn = f"Luck draws {share(row.facts['drawn'])}, {'not below: stays' if stays else 'below'}."
        return f"Satisfied {points(row.facts['overall'])} of 10 ({satisfied}).{spent}\n{self.hazard(row)}\n{drawn}"

    def hazard(self, row: Told) -> str:
        """The chance of leaving in a month by cause, and what ties and satisfaction did to it."""
        facts = row.facts
        rates = facts["hazards"]
        order = np.argsort(-rates, kind="stable")
        chance = leave_probability(facts["hazard"])
        causes = join(f"{CAUSES[c]} {share(chance * rates[c] / facts['hazard'])}" for c in order if rates[c] > 0.0)
        said = f"Chance of leaving this month {share(chance)}" + (f": {causes}." if causes else ".")
        bound, at_rest = held(facts["ties"]), usual(self.life, row)
        reasons = [bound, *(self._reason(row, int(c), float(at_rest[c])) for c in order if c in READS)]
        said += "".join(f" {reason}" for reason in reasons if reason)
        if any(reasons):
            whole, so = leave_probability(at_reference(self.life, row)), " and tied as now" if bound else ""
            said += f" With everything at {points(REFERENCE)}{so} it would be {share(whole)}."
        if float(np.max(facts["drops"])) >= WORTH_SAYING:
            lost = join(f"{ATTRIBUTES[k]} {points(drop)}" for k, drop in enumerate(facts["drops"]) if drop > 0.0)
            said += f" An open complaint counts as not put right: points off {lost}."
        return said

    def _reason(self, row: Told, cause: int, at_rest: float) -> str:
        """How much likelier a cause is than at the reference of satisfaction; empty where it is about as likely."""
        factor = float(row.facts["hazards"][cause]) / at_rest if at_rest > 0.0 else 1.0
        if not matters(factor):
            return ""
        level = join(f"{ATTRIBUTES[k]} {points(row.facts['satisfaction'][k])}" for k in READS[cause])
        return f"{CAUSES[cause].capitalize()} counts {factor:.2g}-fold, because of satisfaction with {level}."

    def _survey(self, row: Told) -> str:
        return f"Is asked in the survey; inwardly recommends with {points(row.facts['score'])} of 10."

    def _joins(self, row: Told) -> str:
        hopes = ", ".join(
            f"{name} {points(level)}" for name, level in zip(ATTRIBUTES, row.facts["expectation"], strict=True)
        )
        comes, history = "Becomes a customer", "without a history"
        if row.facts["source"] == WON_BACK:
            offer = f" with the offer {plain(OFFERS[row.facts['offer']])}" if row.facts["offer"] else ""
            comes = f"Is won back{offer}, and begins anew"
        elif self.left in FOR_GOOD:
            comes = f"Somebody else, in the place of the customer who {FOR_GOOD[self.left]}, becomes a customer"
        elif self.left is not None:
            comes, history = "Comes back as a customer", "nothing of the time before counts any more"
        self.left = None
        return f"{comes}, {history}; expects what the market offers: {hopes}."

    def _leaves(self, row: Told) -> str:
        self.left = cause = CAUSES[row.facts["cause"]]
        declines = " Declines what the save desk offers." if row.facts["asked_to_stay"] else ""
        then = " From now on the same person could become a customer again."
        if cause in FOR_GOOD:
            segment = plain(self.names.segments[self.life.start["segment"]])
            then = (f" This person {FOR_GOOD[cause]} and cannot come back: somebody else of the same segment "
                    f"({segment}) takes the place in the market and could become a customer.")
        return f"Leaves; by which cause is drawn in proportion to their chances: {cause}.{declines}{then}"

    def _rewards(self, row: Told) -> str:
        return sentence(row.facts, self.names.schemes)

    def _saved(self, row: Told) -> str:
        terms = "stays for less money" if row.facts["partly"] else "stays at the full price"
        cause = CAUSES[row.facts["cause"]]
        return f"Announces a cancellation ({cause}); accepts what the save desk offers and {terms}."

    def _decision(self, row: Told) -> str:
        plan, facts = self.life.lived.plan, row.facts
        world = plan.scenario if self.life.month_of(row) >= plan.starts else plan.baseline
        ruleset = ruleset_of(row, world.rulesets)
        if ruleset is None:
            return decided(row, world.rulesets, self.currency)
        month = self.life.month_of(row)
        before = next((one.why for one in reversed(self.unfired) if one.row.facts["ruleset"] == ruleset.name), {})
        reasons = why_not(row, ruleset, self.currency, self._rests(row, ruleset))
        why = {each: before.get(each, month) for each in reasons}
        self.unfired.append(Unfired(row, why))
        told = because(each for each in reasons if each not in before)
        if since := {why[each] for each in reasons if each in before}:
            who = "The others do not fire" if told or facts["fired"] else "None fires"
            told = f"{told} {who}, {as_in(since - {month})}.".lstrip()
        self.fired |= {(ruleset.name, name): row.time for name in facts["fired"]}
        at = sorted(set(self.lies.values())) if facts["point"] == "case_age" and len(self.lies) == 1 else ()
        return decided(row, world.rulesets, self.currency, told, lambda deed: effect(self.life, row, deed, at),
                       self.in_a_tray and facts["point"] == "contact_ends")

    def _rests(self, row: Told, ruleset: Ruleset) -> dict[str, str]:
        """Until when rules rest that fired for this very person."""
        found = {}
        for rule in ruleset.rules:
            last = self.fired.get((ruleset.name, rule.id))
            if last is not None and rule.cooldown is not None and rule.cooldown.per == "customer":
                until = self.when(last + rule.cooldown.time, self.life.month_of(row))
                found[rule.id] = f"rests until {until.removeprefix('on ')}"
        return found

    def _other(self, row: Told) -> str:
        told = ", ".join(
            f"{plain(name)} {any_fact(value)}" for name, value in row.facts.items()
            if name not in ("issue", "journey", "step", "attempt")
        )
        return f"{plain(row.kind).capitalize()}{f': {told}' if told else ''}."

    def _money(self, months: float) -> str:
        """Months of revenue as money."""
        segment = self.life.lived.plan.scenario.segments[self.names.segments[self.life.start["segment"]]]
        return f"{months * segment.revenue:,.2f} {self.currency}"


def _moves(before: Any, after: Any) -> str:
    """Levels by attribute that have moved visibly, before and after."""
    texts = [(points(a), points(b)) for a, b in zip(before, after, strict=True)]
    return join(f"{ATTRIBUTES[k]} {a} to {b}" for k, (a, b) in enumerate(texts) if a != b)


def _mood(emotion: float) -> str:
    """An emotion in a word or two.

    >>> _mood(0.0), _mood(-2.0), _mood(-18.0), _mood(1.0)
    ('as expected', 'a heavy let-down', 'a severe let-down', 'a good surprise')
    """
    for limit, mood in (
        (-6.0, "a severe let-down"), (-1.5, "a heavy let-down"), (LET_DOWN, "a let-down"), (-LET_DOWN, "as expected"),
    ):
        if emotion <= limit:
            return mood
    return "a good surprise"
