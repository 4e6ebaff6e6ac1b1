"""The closed vocabularies of rules: facts, points and actions, each declared once with its unit and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from cemsim.base import units
from cemsim.base.units import COUNT, MINUTES, MONEY, MONTHS, NUMBER, SHARE, Unit
from cemsim.base.words import CHANNELS, GROUPS, STAGES

DAYS_30, DAYS_90, DAYS_365 = 43_200.0, 129_600.0, 525_600.0
MOST_COUNTED: Final = 8
"""Happenings of a kind that are remembered of a customer: a count over a window ends there."""
TIERS: Final = ("none", "bronze", "silver", "gold")
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OUTCOMES: Final = ("served", "abandoned", "sent_away", "self_served")
ORIGINS: Final = ("back", "front", "use")
RECOVERIES: Final = ("fast", "slow", "failed")
UNBOUNDED: Final = 1e12
"""What a fact can be at most where it has no bound of its own."""
#: Events from which a schedule counts, and events that end it.
STARTS: Final = ("complaint_opened",)
CANCELS: Final = ("complaint_closed",)


@dataclass(frozen=True)
class Fact:
    """Something a rule may ask.

    Attributes: name; kind; meaning; unit and ``decimals`` of a number (it is compared as a whole number of steps
    of ``10**-decimals`` in the unit's kept form); a label's ``values``, or ``of``, the part of a scenario whose names
    they are; whether it may be unknown; the ``window`` in minutes of a count or sum over the past;
    the largest number it can take, where it is bounded.
    """

    name: str
    kind: Literal["number", "label", "flag"]
    meaning: str
    unit: Unit = NUMBER
    decimals: int = 0
    values: tuple[str, ...] = ()
    of: Literal["", "segments", "journeys", "teams"] = ""
    optional: bool = False
    window: float = 0.0
    lowest: float = 0.0
    most: float = UNBOUNDED


@dataclass(frozen=True)
class Param:
    """A parameter of an action: a number with a unit, a team, a channel, a word of ``values``, or a flag's name."""

    kind: Literal["number", "team", "channel", "word", "name"]
    meaning: str
    unit: Unit = NUMBER
    values: tuple[str, ...] = ()
    required: bool = True
    default: float = 0.0
    low: float = 0.0
    high: float = 1e9


@dataclass(frozen=True)
class Action:
    """Something a rule may do: parameters, meaning, and how two of them in one decision agree."""

    name: str
    meaning: str
    params: Mapping[str, Param] = field(default_factory=dict)
    collide: Literal["first", "largest", "unite"] = "unite"


@dataclass(frozen=True)
class Point:
    """A moment at which rules are asked: the facts it offers and the actions that make sense then."""

    name: str
    meaning: str
    facts: tuple[str, ...]
    actions: tuple[str, ...]
    subject: Literal["customer", "team"] = "customer"


FACTS: dict[str, Fact] = {}
ACTIONS: dict[str, Action] = {}
POINTS: dict[str, Point] = {}


def register_fact(fact: Fact) -> None:
    """Add a fact to the language."""
    _new(FACTS, fact.name)
    FACTS[fact.name] = fact


def register_action(action: Action) -> None:
    """Add an action to the language."""
    _new(ACTIONS, action.name)
    ACTIONS[action.name] = action


def register_point(point: Point) -> None:
    """Add a point to the language."""
    _new(POINTS, point.name)
    POINTS[point.name] = point


def _new(known: Mapping[str, object], name: str) -> None:
    if name in known:
        raise ValueError(f"{name} is declared already")


for _fact in (
    # of a person
    Fact("segment", "label", "the customer's segment", of="segments"),
    Fact("value_group", "label", "group of Reinartz & Kumar of the segment", values=GROUPS, optional=True),
    Fact("loyalty_tier", "label", "tier given by set_tier, or by a loyalty scheme, at each month's end", values=TIERS),
    Fact("tenure", "number", "months as a customer", MONTHS, most=30_000),
    Fact("contract_left", "number", "months of contract left, 1 in the last; known of whoever is in a contract", MONTHS,
         optional=True, most=120),
    Fact("satisfaction", "number", "the last answer to the satisfaction question (0-10 points)", units.POINTS,
         optional=True, most=10),
    Fact("open_case_age", "number", "time since the oldest open complaint was voiced", MINUTES, 2, optional=True),
    Fact("failures_30d", "number", "failures in the last 30 days, of which the last 8 are remembered", COUNT,
         window=DAYS_30, most=MOST_COUNTED),
    Fact("contacts_30d", "number", "contacts that ended in the last 30 days, each step by itself (handled by a person "
         "or in a back office, self-service, hung up, sent away), of which the last 8 are remembered", COUNT,
         window=DAYS_30, most=MOST_COUNTED),
    Fact("credits_90d", "number", "credits received in the last 90 days; of more than 8 in them, "
         "some count up to 13 days longer", MONEY, 2, window=DAYS_90),
    Fact("spend_365d", "number", "spending in the last twelve month ends", MONEY, 2, window=DAYS_365),
    Fact("visits_365d", "number", "purchases in the last twelve month ends", COUNT, window=DAYS_365),
    Fact("at_risk", "number", "chance of leaving within a year, as things stood at the last month end", SHARE, 4,
         optional=True, most=1),
    Fact("consent", "flag", "may be contacted unasked: has not opted out"),
    Fact("contact_pressure", "number", "messages of late, fading by half each month", NUMBER, 2, most=1e6),
    # of a contact
    Fact("intent", "label", "the journey", of="journeys"),
    Fact("channel", "label", "channel of the step", values=CHANNELS),
    Fact("stage", "label", "stage of the journey", values=STAGES),
    Fact("team", "label", "the team asked", of="teams"),
    Fact("wait", "number", "time waited so far, at all teams together, or in all once it ended; hours or days at a "
         "back office, where at the end the work counts, too; until a call-back was promised", MINUTES, 2),
    Fact("wait_over_target", "number", "time waited beyond the team's service level", MINUTES, 2, lowest=-1e7),
    Fact("queue_length", "number", "contacts that wait for the team, also those who are to be called back", COUNT),
    Fact("occupancy", "number", "share of the people on shift who are busy", SHARE, 4, optional=True, most=2),
    Fact("staff_on", "number", "people on shift", COUNT),
    Fact("hour", "number", "hour of the day", COUNT, most=23),
    Fact("weekday", "label", "day of the week", values=WEEKDAYS),
    Fact("attempts", "number", "earlier attempts on this issue: those that hung up or were turned away, and walks "
         "through the journey that settled nothing (going on to the next step is none)", COUNT, most=63),
    Fact("outcome", "label", "how the contact ended", values=OUTCOMES),
    Fact("resolved", "flag", "the contact resolved the issue"),
    # of a failure or a case
    Fact("origin", "label", "where the failure came from", values=ORIGINS),
    Fact("severity", "number", "severity of the failure (points)", units.POINTS, 2, optional=True, most=20),
    Fact("voiced", "flag", "the customer speaks up"),
    Fact("repeated", "flag", "a failure within twelve months of an earlier one"),
    Fact("escalated", "flag", "the case was passed on already"),
    Fact("recovery", "label", "how the complaint ended", values=RECOVERIES),
    # of a team
    Fact("overtime_today", "number", "people's time of overtime that was ordered for today, since midnight",
         MINUTES),
):
    register_fact(_fact)

SUMMED: Final = frozenset((
    "contract_left", "open_case_age", "failures_30d", "contacts_30d", "credits_90d", "spend_365d", "visits_365d",
    "at_risk",
))  # fmt: skip
"""Facts that have to be worked out; the others, but for flags, are read off as they stand."""

_ACCEPTANCE = Param("number", "share of customers who accept; all where it is not written", SHARE, required=False,
                    default=1.0, high=1.0)

_OUTREACH = Param(
    "word", "whether it is about what the firm wants and nobody asked for: that wakes customers up, who then leave "
    "more easily for some months (switch wake_up); no where it is not written",
    values=("yes", "no"), required=False,
)

for _action in (
    Action("set_priority", "place in the queue; 0 goes first, 15 last; who gets none from a rule has 8, segments of "
           "the team's serve_first those just before it", {
        "level": Param("number", "0 to 15", COUNT, high=15)}, "first"),
    Action("route_to", "send to another team, if that is open and has room, or offer the journey's first step with a "
           "channel, once an attempt and not where it has not settled the matter before (else the contact stays; the "
           "rule counts as fired); with call_back a contact goes one way only, the first accepted", {
        "team": Param("team", "team that takes over", required=False),
        "channel": Param("channel", "channel offered", required=False),
        "acceptance": _ACCEPTANCE}, "first"),
    Action("call_back", "keep the place in a live team's queue without waiting on the line: nobody hangs up, waiting "
           "ends here, and no other channel is offered any more", {
        "acceptance": _ACCEPTANCE}, "first"),
    Action("escalate", "pass the issue to another team, from its next contact on (a complaint that waits moves at "
           "once, if the team would take it); when that is closed to callers then, they are turned away; handling and "
           "resolves stay those of the journey's steps, whichever team takes them", {
        "to": Param("team", "team that takes over")}, "first"),
    Action("offer_credit", "give money back; it is felt as a lower price this month", {
        "amount": Param("number", "money", MONEY)}, "largest"),
    Action("apologise", "say sorry: apologies are counted, and at complaint_closed, where recovery is failed, it adds "
           "the interactional part of justice; nothing else follows from it"),
    Action("schedule_call", "call the customer unasked, by a journey that starts: rule at the team's desk", {
        "within": Param("number", "time until the call", MINUTES),
        "team": Param("team", "team that calls"),
        "outreach": _OUTREACH}, "first"),
    Action("set_tier", "move the customer to a loyalty tier", {
        "tier": Param("word", "tier", values=TIERS)}, "first"),
    Action("grant_points", "give points of the loyalty scheme that counts points; who may join it and is no member "
           "becomes one, others get nothing", {
        "points": Param("number", "points", NUMBER)}),
    Action("send_message", "send a message; each adds one to the contact pressure; who has opted out gets none (the "
           "rule counts as fired)", {
        "channel": Param("channel", "channel used", required=False),
        "outreach": _OUTREACH}),
    Action("add_staff", "people of the team stay on, paid as overtime, at most as many as are on shift then; those of "
           "several orders each for the time of theirs, at a team of callers until it closes", {
        "people": Param("number", "people", COUNT, high=1000),
        "time": Param("number", "for how long", MINUTES)}),
    Action("notify", "tell a manager; nothing else happens"),
    Action("derive", "raise a flag for the rulesets of later stages", {
        "flag": Param("name", "name of the flag")}),
    Action("log", "leave a line in the log; nothing else happens"),
):
    register_action(_action)

_PERSON: Final = (
    "segment", "value_group", "loyalty_tier", "tenure", "contract_left", "satisfaction", "open_case_age",
    "failures_30d", "contacts_30d", "credits_90d", "spend_365d", "visits_365d", "at_risk", "consent",
    "contact_pressure",
)
_TEAM: Final = ("team", "queue_length", "occupancy", "staff_on", "hour", "weekday")
_CONTACT: Final = ("intent", "channel", "stage", "attempts", "escalated", *_TEAM)
_ENDED: Final = ("intent", "channel", "stage", "attempts", "escalated", "team", "hour", "weekday")
_KIND: Final = (
    "offer_credit", "apologise", "schedule_call", "set_tier", "grant_points", "send_message", "notify", "derive", "log",
)

for _point in (
    Point("contact_arrives", "a contact reaches a step with a team, before it is handled or waits",
          (*_PERSON, *_CONTACT), ("set_priority", "route_to", *_KIND)),
    Point("waiting", "a contact joins a queue (its first: not one to which a rule passes it), and again at each wait "
          "that a rule names; in one wait a rule fires once",
          (*_PERSON, *_CONTACT, "wait", "wait_over_target"), ("set_priority", "route_to", "call_back", *_KIND)),
    Point("contact_ends", "a contact was handled, helped itself, hung up or was sent away",
          (*_PERSON, *_ENDED, "wait", "wait_over_target", "outcome", "resolved"), ("escalate", *_KIND)),
    Point("failure", "something went wrong for a customer, in a contact or in use",
          (*_PERSON, "intent", "stage", "origin", "severity", "voiced", "repeated", "hour", "weekday"), _KIND),
    Point("case_age", "a complaint has been open for the time that the schedule says",
          (*_PERSON, "intent", "stage", "severity", "escalated", "attempts", "hour", "weekday"), ("escalate", *_KIND)),
    Point("complaint_closed", "a complaint was dealt with",
          (*_PERSON, "intent", "stage", "severity", "escalated", "recovery", "hour", "weekday"), _KIND),
    Point("month_end", "the review of a customer at a month end", _PERSON, _KIND),
    Point("renewal", "at the month end, a contract enters its last month; where no terms are written, an anniversary "
          "of who pays by the month (nobody whose spend is a repertoire)",
          _PERSON, _KIND),
    Point("points_redeemed", "a member used points or a full card this month, at the month end", _PERSON, _KIND),
    Point("team_hour", "each full hour of a team that is open", (*_TEAM, "overtime_today"),
          ("add_staff", "notify", "derive", "log"), "team"),
):
    register_point(_point)

OWN_FACTS: Final = tuple(FACTS)
OWN_ACTIONS: Final = frozenset(ACTIONS)
"""What both engines know, whenever something else is registered from outside: that only the glass engine knows."""
