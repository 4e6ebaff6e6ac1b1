"""Where an issue meets the rules: what they are told of the moment, and what becomes of their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cemsim.engine.codes import (
    CASE_AGE,
    COMPLAINT_CLOSED,
    CONTACT_ARRIVES,
    CONTACT_ENDS,
    FAILURE,
    HANDLED,
    IN_USE,
    WAITS,
)
from cemsim.engine.facts import happened, next_of, no_case
from cemsim.engine.law import DEADLINE, LONG_WAIT, event_order
from cemsim.engine.moments import of_case, of_contact, of_end, of_failure, of_recovery, of_team, of_wait
from cemsim.engine.ruling import due_now, not_taken, take, unsettled, waits_anew
from cemsim.engine.trays import on_line
from cemsim.plan.tables import LIVE

if TYPE_CHECKING:
    from cemsim.engine.glass.issue import Issue

MOVED: Final = "moved"
"""What waiting ends in where a rule sends the customer to another channel."""


def on_arrival(issue: Issue, place: int) -> tuple[int, int]:
    """A contact reaches a step: gives the team that takes it, and the step that it is sent to instead (or -1)."""
    world, errand = issue.world, issue.errand
    rules = world.rules
    if not rules.ask:
        return place, -1
    if errand["passed_to"] >= 0:
        place = int(errand["passed_to"])
    waits_anew(issue.row, errand)
    if not rules.any_at(CONTACT_ARRIVES) or errand["passed_to"] >= 0:     # another team's issue is not sent elsewhere
        return place, -1
    _told_of_contact(issue, place, issue.row["step"])
    orders = rules.ask_customer(rules.at(CONTACT_ARRIVES), issue.who, issue, issue.counter)
    errand["level"] = orders["level"]
    onward, to = _accepted(issue, 0.0), int(orders["route"])
    if to >= 0 and world.teams[to].would_take():
        place = to
    elif to >= 0:
        not_taken(world.pad)
        _stays(issue, to)
    return place, onward


def on_wait(issue: Issue) -> Any:
    """A contact waits, or has waited as long as a rule names: gives the next such moment, None, or MOVED."""
    world, row, errand = issue.world, issue.row, issue.errand
    rules = world.rules
    if not rules.any_at(WAITS):
        return None
    team = world.teams[row["team"]]
    _told_of_contact(issue, team.place, row["step"])
    waited = world.clock.now - float(row["arrived"])
    of_wait(world.pad, waited + float(errand["waited"]), float(team.rules["within"]))
    orders = rules.ask_customer(rules.at(WAITS), issue.who, issue, issue.counter)
    if orders["level"] >= 0:
        errand["level"] = orders["level"]
        team.rank_anew(issue.request, int(orders["level"]))
    tables = world.tables
    if orders["call_back"] > 0 and not on_line(tables.steps[row["step"]], tables.teams, team.rules):
        not_taken(world.pad)
    elif orders["call_back"] > 0:
        errand["called_back"], errand["off_line"] = 1, world.clock.now
        issue.limit = None
    if orders["route"] >= 0 and orders["route"] != team.place:
        if not pass_to(issue, int(orders["route"])):
            not_taken(world.pad)
    else:
        onward = _accepted(issue, waited)
        if onward >= 0:
            issue.request.cancel()
            row["step"] = onward
            return MOVED
    return next_wait(issue)


def next_wait(issue: Issue) -> Any:
    """The next wait that a rule names for the team, as an event; None where there is none."""
    world, row = issue.world, issue.row
    if issue.request.triggered:
        return None
    for wait in world.rules.book["waits"][row["team"]]:
        due = float(row["arrived"]) + (float(wait) - float(issue.errand["waited"]))
        if world.clock.now < due < float("inf"):
            return world.clock.at(due, event_order(LONG_WAIT, issue.number))
    return None


def pass_to(issue: Issue, place: int) -> bool:
    """Move a waiting contact to another team, where that would take it; gives whether it does."""
    team = issue.world.teams[place]
    if not team.would_take():
        _stays(issue, place)
        return False
    issue.request.cancel()
    issue.row["team"] = place
    if team.rules["works"] != LIVE:
        issue.limit = None
    issue.request = issue.queue_at(team)
    return True


def _stays(issue: Issue, place: int) -> None:
    """Tell that a team does not take what a rule would pass to it."""
    team = issue.world.teams[place]
    issue.tell("stays", team=place, closed=int(team.capacity) == 0 and team.rules["works"] == LIVE)


def on_end(issue: Issue, how: int, step: Any, place: int, resolved: bool) -> None:
    """A contact has ended and was felt."""
    world, rules = issue.world, issue.world.rules
    if not rules.ask or how < HANDLED or how == IN_USE:
        return
    ruled = rules.ruled[issue.who]
    ruled["next_contact"] = next_of(ruled["contacts"], ruled["next_contact"], world.clock.now)
    ruled["quiet"] = 0
    unsettled(issue.row, issue.errand, step, how, resolved)
    waited = issue.waited(how) + float(issue.errand["waited"])
    if place >= 0:
        issue.errand["waited"] = 0.0
    if not rules.any_at(CONTACT_ENDS):
        return
    m = world.pad
    of_contact(m, issue.journey, step, place, int(issue.row["attempt"]), int(issue.errand["escalated"]))
    of_wait(m, waited, float(world.tables.teams[place]["within"]) if place >= 0 else 0.0)
    of_end(m, how, int(resolved))
    _escalate(issue, rules.ask_customer(rules.at(CONTACT_ENDS), issue.who, issue, issue.counter))


def on_failure(issue: Issue, origin: int, severity: float, voiced: bool, again: bool) -> None:
    """Something went wrong."""
    rules = issue.world.rules
    if not rules.ask:
        return
    ruled = rules.ruled[issue.who]
    ruled["next_failure"] = next_of(ruled["failures"], ruled["next_failure"], issue.world.clock.now)
    ruled["quiet"] = 0
    if rules.any_at(FAILURE):
        of_failure(issue.world.pad, issue.journey, int(issue.plan["stage"]), origin, severity, voiced, again)
        rules.ask_customer(rules.at(FAILURE), issue.who, issue, issue.counter)


def on_case(case: Issue, heard: float) -> None:
    """A complaint is opened: from now on its deadlines run."""
    rules = case.world.rules
    if not rules.ask:
        return
    happened(rules.ruled[case.who]["cases"], heard)
    for after in sorted({float(rules.book["after"][s]) for s in rules.at(CASE_AGE)}):
        case.world.clock.process(_deadline(case, heard, heard + after))


def _deadline(case: Issue, heard: float, due: float) -> Any:
    world = case.world
    yield world.clock.at(due, event_order(DEADLINE, case.number))
    sets = range(*due_now(world.rules.book, heard, due))
    if case not in world.issues or case.cancelled or not sets:
        return
    row = case.row
    of_case(world.pad, case.journey, int(case.plan["stage"]), float(row["severity"]), int(case.errand["escalated"]),
            int(row["attempt"]))
    orders = world.rules.ask_customer(sets, case.who, case, case.counter)
    _escalate(case, orders)
    to = int(orders["escalate"])
    if to >= 0 and case.waiting and to != row["team"]:
        before = case.request
        pass_to(case, to)
        if case.request is not before:
            case.passed_on.succeed()


def on_recovery(issue: Issue, ending: int) -> None:
    """A complaint was dealt with."""
    world, rules = issue.world, issue.world.rules
    if not rules.any_at(COMPLAINT_CLOSED):
        return
    of_case(world.pad, issue.journey, int(issue.plan["stage"]), float(issue.row["severity"]),
            int(issue.errand["escalated"]), int(issue.row["attempt"]))
    of_recovery(world.pad, ending)
    rules.ask_customer(rules.at(COMPLAINT_CLOSED), issue.who, issue, issue.counter)


def on_close(issue: Issue) -> None:
    """A complaint is closed."""
    if issue.world.rules.ask:
        no_case(issue.world.rules.ruled[issue.who], float(issue.row["opened"]))


def _told_of_contact(issue: Issue, place: int, step: int) -> None:
    m, world, team = issue.world.pad, issue.world, issue.world.teams[place]
    of_contact(m, issue.journey, world.tables.steps[step], place, int(issue.row["attempt"]),
               int(issue.errand["escalated"]))
    of_team(m, len(team.queue), team.count, int(team.capacity))


def _accepted(issue: Issue, waited: float) -> int:
    """The step of a channel that a rule offers and the customer takes after minutes in a queue; -1 for none."""
    m = issue.world.pad
    if m["in_vain"]:
        issue.tell("keeps_to_it")
    return int(take(issue.world.rules.book, m, issue.row, issue.errand, waited)) if m["offer"] >= 0 else -1


def _escalate(issue: Issue, orders: Any) -> None:
    if orders["escalate"] >= 0:
        issue.errand["passed_to"], issue.errand["escalated"] = orders["escalate"], 1
