"""Rulesets of a scenario as the arrays that both engines read: who decides what, and what is then done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import CemsimError
from cemsim.base.words import CHANNELS
from cemsim.plan.names import Names
from cemsim.plan.tables import MAX_JOURNEYS, MAX_TEAMS, RULED
from cemsim.rules.form import FLAG, Deed, Leaf, Ruleset
from cemsim.rules.table import RULESET, SLOT, asked, build
from cemsim.rules.vocabulary import FACTS, OWN_ACTIONS, OWN_FACTS, POINTS, TIERS

PLACE: Final = {name: number for number, name in enumerate(OWN_FACTS)}
"""Place of each fact among the values of a decision; derived flags stand behind them."""
MOST_FLAGS: Final = 32
VALUES: Final = 128
FLAGS: Final = len(PLACE)
"""Place of the first derived flag; facts that were registered later stand behind the flags."""
assert FLAGS + MOST_FLAGS <= VALUES

(SET_PRIORITY, ROUTE_TEAM, ROUTE_CHANNEL, CALL_BACK, ESCALATE, CREDIT, APOLOGISE, CALL, TIER, POINTS_GIVEN, MESSAGE,
 STAFF, DERIVE, NOTE) = range(14)
NEVER, CUSTOMER, CASE, TEAM, ALL = range(5)
_PER: Final = {"customer": CUSTOMER, "case": CASE, "team": TEAM, "all": ALL}
#: Facts that change from month to month by themselves.
DRIFTING: Final = ("tenure", "contract_left", "spend_365d", "visits_365d", "at_risk", "contact_pressure", "credits_90d",
                   "failures_30d", "contacts_30d", "open_case_age")

RULE: Final = np.dtype([
    ("number", "i8"), ("first_deed", "i8"), ("deeds", "i8"), ("rests", "i8"), ("column", "i8"), ("time", "f8"),
    ("draws", "i8"),
])
"""A rule: its place in the log; its deeds; for whom it rests after firing (NEVER ... ALL), where that is kept, how
long; where its draws begin, which its name says, so that rules beside it move nobody's answer."""
DEED: Final = np.dtype([("kind", "i8"), ("of", "i8"), ("much", "f8"), ("reaches", "i8")])
"""A deed: what kind; the level, team, channel, journey, tier, flag or people; the share, money, minutes or points;
whether it is outreach that nobody asked for."""


MOST: Final = {"rulesets": 64, "slots": 512, "cuts": 4096, "masks": 16384, "more": 2048, "rules": 512, "deeds": 1024}
"""How much of each an engine holds: the sizes are fixed, so that other rules need no other machine code."""
MOST_WAITS: Final = 16
MOST_RESTING: Final = 16
MOST_WAITING: Final = 8

RULEBOOK: Final = np.dtype([
    ("rulesets", RULESET, MOST["rulesets"]), ("slots", SLOT, MOST["slots"]), ("cuts", "i8", MOST["cuts"]),
    ("masks", "u8", MOST["masks"]), ("more", "u8", MOST["more"]),             # as in rules.table.Book
    ("rules", RULE, MOST["rules"]), ("deeds", DEED, MOST["deeds"]),
    ("first", "i8", len(POINTS) + 1),                 # place of each point's first ruleset; the next point's follow
    ("after", "f8", MOST["rulesets"]),                # minutes from a complaint's opening to its deadline; else 0
    ("waits", "f8", (MAX_TEAMS, MOST_WAITS)),         # waits at which those waiting are asked again, inf for no more
    ("offers", "i8", (MAX_JOURNEYS + 1, len(CHANNELS))),   # a journey's first step with a channel, -1 for none
    ("takers", "i8", MAX_TEAMS),                      # of each team its place among takers, -1 for none
    ("n_takers", "i8"),                               # how many teams are passed contacts of other teams' steps
    ("drifts", "i8"),                                 # whether a rule at month ends asks what changes by itself
    ("sets", "i8"),                                   # how many rulesets there are
])
"""All rules in force, in one record: as such it is handed around without counting references."""


def rulebook(rulesets: Sequence[Ruleset], names: Names, steps: NDArray[Any], teams: NDArray[Any],
             journeys: NDArray[Any]) -> NDArray[Any]:
    """Compile rulesets into one RULEBOOK. Raises CemsimError where there is more than an engine holds."""
    points = list(POINTS)
    sets = in_order(rulesets)
    flags = flags_of(sets)
    _room("flags that rules derive", len(flags), MOST_FLAGS)
    _room("rulesets that are asked while people wait", sum(s.point == "waiting" for s in sets), MOST_WAITING)
    _room("rules with a cooldown", len(names.resting), MOST_RESTING)
    _room("rules, those of the baseline among them,", len(names.rules), MOST["rules"])
    book = build(sets, labels(names))
    places = [place_of(fact, flags) for fact in asked(sets)]
    book.slots["fact"] = np.array(places, np.uint64)[book.slots["fact"]] if len(book.slots) else 0
    rules: list[tuple[Any, ...]] = []
    deeds: list[tuple[int, int, float, int]] = []
    for s in sets:
        for rule in s.rules:
            rests, column, time = NEVER, 0, 0.0
            if rule.cooldown is not None:
                rests, time = _PER[rule.cooldown.per], rule.cooldown.time
                column = names.resting.index((s.name, rule.id))
            place, draws = names.rules.index((s.name, rule.id)), _draws(f"{s.name}.{rule.id}")
            rules.append((place, len(deeds), len(rule.then), rests, column, time, draws))
            deeds += [
                (*_deed(deed, names, steps, journeys, flags), int(deed.params.get("outreach") == "yes"))
                for deed in rule.then
            ]
    found = np.zeros(1, RULEBOOK)
    row = found[0]
    parts = {**book._asdict(), "rules": np.array(rules, RULE), "deeds": np.array(deeds, DEED)}
    for name, part in parts.items():
        _room(f"{name} of rules", len(part), MOST[name])
        row[name][: len(part)] = part
    row["first"] = [sum(points.index(s.point) < p for s in sets) for p in range(len(points) + 1)]
    row["after"][: len(sets)] = [s.schedule.after if s.schedule else 0.0 for s in sets]
    row["waits"], row["offers"], row["sets"] = np.inf, -1, len(sets)
    row["takers"], row["n_takers"] = -1, len(names.takers)
    row["takers"][[names.teams.index(name) for name in names.takers]] = range(len(names.takers))
    for team, times in zip(row["waits"], _waits(sets, teams), strict=False):
        _room("waits that rules name for a team", len(times), MOST_WAITS)
        team[: len(times)] = times
    for number in reversed(range(len(steps))):
        if not steps[number]["skip"]:
            row["offers"][steps[number]["journey"], steps[number]["channel"]] = number
    row["drifts"] = any(drifts(f) for s in sets if s.point == "month_end" for f in s.facts)
    return found


def drifts(fact: str) -> bool:
    """Whether a fact changes from month to month by itself; of one from outside nobody knows, so it may."""
    return fact in DRIFTING or not (fact in PLACE or fact.startswith(FLAG))


def rest_for_all(book: Any, sets: slice) -> bool:
    """Whether a rule of some rulesets rests for everybody once it has fired for one."""
    rules = (book["rules"][int(head["first_rule"]) :][: int(head["rules"])] for head in book["rulesets"][sets])
    return any(bool((each["rests"] == ALL).any()) for each in rules)


def _draws(name: str) -> int:
    """A number in 62 bits for a name, the same on every machine: `base.draws.decision` adds 40 bits to it."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") >> 2


def _room(what: str, have: int, most: int) -> None:
    if have > most:
        raise CemsimError(f"There are {have} {what}; an engine holds {most}.")


def in_order(rulesets: Sequence[Ruleset]) -> list[Ruleset]:
    """Rulesets as they are asked: by point, by deadline, by stage, then as given."""
    points = list(POINTS)
    return sorted(rulesets, key=lambda s: (points.index(s.point), s.schedule.after if s.schedule else 0.0, s.stage))


def flags_of(rulesets: Sequence[Ruleset]) -> dict[str, int]:
    """Number of each flag that rules derive or ask, by its name among facts."""
    found = [FLAG + str(d.params["flag"]) for s in rulesets for r in s.rules for d in r.then if d.action == "derive"]
    found += [fact for s in rulesets for fact in s.facts if fact.startswith(FLAG)]
    return {name: number for number, name in enumerate(dict.fromkeys(found))}


def place_of(fact: str, flags: Mapping[str, int]) -> int:
    """Place of a fact among the values of a decision."""
    if fact in flags:
        return FLAGS + flags[fact]
    return PLACE[fact] if fact in PLACE else FLAGS + MOST_FLAGS + list(FACTS).index(fact) - FLAGS


def beyond(rulesets: Sequence[Ruleset]) -> tuple[str, ...]:
    """Facts and actions that rules use and only the glass engine knows, because they were registered from outside."""
    facts = (fact for s in rulesets for fact in s.facts if not fact.startswith(FLAG) and fact not in PLACE)
    actions = (deed.action for s in rulesets for rule in s.rules for deed in rule.then)
    return tuple(dict.fromkeys((*facts, *(action for action in actions if action not in OWN_ACTIONS))))


def labels(names: Names) -> Mapping[str, Sequence[str]]:
    """Names of each label's values, in the order of its numbers."""
    of = {"segments": names.segments, "journeys": names.journeys, "teams": names.teams}
    return {f.name: of[f.of] if f.of else f.values for f in FACTS.values() if f.kind == "label"}


def _deed(deed: Deed, names: Names, steps: NDArray[Any], journeys: NDArray[Any], flags: Mapping[str, int]
          ) -> tuple[int, int, float]:
    given: Mapping[str, Any] = deed.params
    accepted = float(given.get("acceptance", 1.0))
    match deed.action:
        case "set_priority":
            return SET_PRIORITY, int(given["level"]), 0.0
        case "route_to" if "team" in given:
            return ROUTE_TEAM, names.teams.index(given["team"]), accepted
        case "route_to":
            return ROUTE_CHANNEL, CHANNELS.index(given["channel"]), accepted
        case "call_back":
            return CALL_BACK, 0, accepted
        case "escalate":
            return ESCALATE, names.teams.index(given["to"]), 0.0
        case "offer_credit":
            return CREDIT, 0, float(given["amount"])
        case "apologise":
            return APOLOGISE, 0, 0.0
        case "schedule_call":
            team = names.teams.index(given["team"])
            fit = [j for j in range(len(journeys)) if journeys[j]["starts"] == RULED and journeys[j]["first"] >= 0
                   and steps[journeys[j]["first"]]["team"] == team]
            if not fit:
                raise CemsimError(f"No journey starts: rule at the team {given['team']}, so nobody can be called.")
            return CALL, fit[0], float(given["within"])
        case "set_tier":
            return TIER, TIERS.index(given["tier"]), 0.0
        case "grant_points":
            return POINTS_GIVEN, 0, float(given["points"])
        case "send_message":
            return MESSAGE, 0, 0.0
        case "add_staff":
            return STAFF, int(given["people"]), float(given["time"])
        case "derive":
            return DERIVE, flags[FLAG + str(given["flag"])], 0.0
    return NOTE, 0, 0.0


def _waits(sets: Sequence[Ruleset], teams: NDArray[Any]) -> list[list[float]]:
    """Waits at which an answer may change, by team: those that rules name, and those beyond the service level."""
    leaves = [x for s in sets if s.point == "waiting" for r in s.rules for a in r.alternatives for x in a]
    plain, beyond = _edges(leaves, "wait"), _edges(leaves, "wait_over_target")
    return [
        sorted({t for t in [*plain, *(float(team["within"]) + b for b in beyond)] if t > 0.0}) for team in teams
    ]


def _edges(leaves: Sequence[Leaf], fact: str) -> list[float]:
    size = 10.0 ** FACTS[fact].decimals
    found = set()
    for leaf in leaves:
        if leaf.fact == fact and leaf.op not in ("known", "unknown"):
            at = int(leaf.value)
            found |= {at + 1} if leaf.op in ("gt", "le") else {at} if leaf.op in ("ge", "lt") else {at, at + 1}
    return sorted(edge / size for edge in found)
