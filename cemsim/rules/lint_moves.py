"""Contacts that rules pass on: to whom it changes nothing, to nobody, or there and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cemsim.base.near import listed
from cemsim.base.units import MINUTES
from cemsim.rules.form import FLAG, Leaf, Rule, Ruleset
from cemsim.rules.lint_bands import least
from cemsim.rules.lint_cells import Cells
from cemsim.rules.lint_form import Company, Finding, finding
from cemsim.rules.lint_time import hours_of
from cemsim.rules.values import told_number

#: Points at which a contact moves at once, and only to a team that would take it.
_AT_ONCE = ("contact_arrives", "waiting")


def nowhere(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """Contacts passed to the team that has them, or to one that is closed whenever that is asked."""
    for _, rule, to, line in _moves([ruleset]):
        teams = _teams(rule)
        if teams == {to}:
            said = f"The contact is at the team {to} already: nothing changes."
            yield finding("passing", "warning", ruleset, rule, said, "Name another team.", line)
        elif company is not None and _closed(rule, teams, to, company):
            staffed = bool(company.open[to].any())   # a team without anybody is an extreme, which may be tried
            mend = "Ask hour and weekday of when it is open" if staffed else "Give it people"
            yield finding(
                "passing", "error" if staffed else "warning", ruleset, rule,
                f"The team {to} is closed whenever this rule is asked: the contact stays where it is.",
                f"{mend}, or name another team.", line,
            )  # fmt: skip


def escalated(ruleset: Ruleset, cells: Cells, company: Company | None) -> Iterator[Finding]:
    """Contacts escalated to the team that has just ended them, or though they have settled the matter."""
    for place, rule in enumerate(ruleset.rules):
        deed = next((deed for deed in rule.then if deed.action == "escalate"), None)
        if deed is None:
            continue
        if _teams(rule) == {deed.taker}:
            said = f"The contact is at the team {deed.taker} already: it comes back to it as it would anyhow."
            yield finding("passing", "warning", ruleset, rule, said, "Name another team.", deed.line)
        if ruleset.point == "contact_ends" and company is not None and _settled(ruleset, place, cells, company):
            yield finding(
                "passing", "warning", ruleset, rule,
                "It is true of contacts that settled the matter, too: nothing is left of those to pass on, and they "
                "are counted as escalated.",
                "Add {resolved: false} to its conditions.", deed.line,
            )  # fmt: skip


def _settled(ruleset: Ruleset, place: int, cells: Cells, company: Company) -> bool:
    """Whether a rule decides at the end of contacts that settled the matter."""
    rule = ruleset.rules[place]
    if any(leaf.fact.startswith(FLAG) for leaves in rule.alternatives for leaf in leaves):
        return False                                 # an earlier stage may have looked at it
    where = {fact: _named(rule, fact) for fact in ("intent", "channel", "team")}
    steps = (step for step in company.steps if step.settles)
    if not any(all(not named or getattr(step, fact) in named for fact, named in where.items()) for step in steps):
        return False
    here = [
        box for leaves in rule.alternatives for outcome in ("served", "self_served")
        if (box := cells.box((*leaves, Leaf("resolved", "eq", 1), Leaf("outcome", "eq", outcome)))) is not None
    ]  # fmt: skip
    earlier = ruleset.rules[:place] if ruleset.hit == "first" else ()
    return cells.left(here, [box for other in earlier for box in cells.boxes(other)])[0]


def no_such_channel(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """Channels offered to who is there already, to journeys without them, or in which nothing is settled."""
    for rule in ruleset.rules if company is not None else ():
        intents, there = _named(rule, "intent"), _named(rule, "channel")
        for deed in rule.then:
            channel = str(deed.params.get("channel", "")) if deed.action == "route_to" else ""
            if not channel or company is None:
                continue
            having = [step for step in company.steps if step.channel == channel
                      and (not intents or step.intent in intents)]  # fmt: skip
            if there == {channel}:
                said = f"The contact is in the channel {channel} already: nothing changes."
                yield finding("passing", "warning", ruleset, rule, said, "Name another channel.", deed.line)
            elif intents and not having:
                yield finding(
                    "passing", "error", ruleset, rule,
                    f"{listed(sorted(intents))} has no step with the channel {channel}: the contact stays where it is.",
                    "Name a channel of that journey, or another journey.", deed.line,
                )  # fmt: skip
            elif having and not any(step.settles for step in having):
                yield finding(
                    "passing", "warning", ruleset, rule,
                    f"No step with the channel {channel} settles anything: whoever goes there comes back.",
                    "Name a channel that settles something, or write resolves: at that step.", deed.line,
                )  # fmt: skip


def _moves(rulesets: Sequence[Ruleset]) -> list[tuple[Ruleset, Rule, str, int]]:
    """Where contacts are sent at once: ruleset, rule, the team they go to, and the line."""
    return [(s, rule, deed.taker, deed.line) for s in rulesets if s.point in _AT_ONCE for rule in s.rules
            for deed in rule.then if deed.action == "route_to" and deed.taker is not None]  # fmt: skip


def _teams(rule: Rule) -> set[str]:
    """The only teams of which a rule can be true; none where it does not say."""
    return _named(rule, "team")


def _named(rule: Rule, fact: str) -> set[str]:
    """The only labels of a fact of which a rule can be true; none where it does not say."""
    named: set[str] = set()
    for leaves in rule.alternatives:
        own = {str(leaf.value) for leaf in leaves if leaf.fact == fact and leaf.op == "eq"}
        if not own:
            return set()
        named |= own
    return named


def _closed(rule: Rule, teams: set[str], to: str, company: Company) -> bool:
    """Whether a team of callers has nobody there in all hours in which contacts may come from the others."""
    if to not in company.open or to in company.back_office:
        return False                                 # letters lie in the tray until somebody comes
    others = [hours for name, hours in company.open.items() if name != to and (not teams or name in teams)]
    asked = hours_of(rule) & np.logical_or.reduce([*others, np.zeros(672, bool)])
    return bool(asked.any() and not (asked & company.open[to]).any())


def in_vain(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """Call-backs for letters, and waits and full hours of teams in hours in which they are closed."""
    if company is None or ruleset.point not in ("waiting", "team_hour"):
        return
    for rule in ruleset.rules:
        teams = _teams(rule)
        deed = next((deed for deed in rule.then if deed.action == "call_back"), None)
        if deed is not None and teams and teams <= company.back_office:
            yield finding(
                "back office", "warning", ruleset, rule,
                f"Nobody is on a line at {listed(sorted(teams))}, so call_back does nothing there.",
                "Name a team that answers live, or leave it out.", deed.line,
            )  # fmt: skip
        live = [hours for name, hours in company.open.items()
                if name not in company.back_office and (not teams or name in teams)]  # fmt: skip
        letters = company.back_office & (teams or company.back_office)
        if ruleset.point == "team_hour":             # letters' teams are asked while somebody is there, too
            live = [hours for name, hours in company.open.items() if not teams or name in teams]
            letters = frozenset()
        if live and not letters and not (hours_of(rule) & np.logical_or.reduce(live)).any():
            what = "is asked" if ruleset.point == "team_hour" else "waits"
            staffed = bool(np.logical_or.reduce(live).any())
            yield finding(
                "never true", "error" if staffed else "warning", ruleset, rule,
                f"Nobody {what} in the hours in which this rule can be true: the team is closed.",
                "Ask hour and weekday of when it is open." if staffed else "Give it people, or name another team.",
            )  # fmt: skip


def points_for_nobody(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """Points given where no loyalty scheme counts any."""
    for rule in ruleset.rules if company is not None and not company.counts_points else ():
        for deed in rule.then:
            if deed.action == "grant_points":
                said = "No loyalty scheme here counts points, so nobody gets any."
                yield finding("points", "warning", ruleset, rule, said, "Write a scheme with points:.", deed.line)


def overtime(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """More people stay on than there are."""
    if company is None:
        return
    for rule in ruleset.rules:
        teams = _teams(rule) or set(company.heads)
        most = max((company.heads.get(name, 0.0) for name in teams), default=0.0)
        for deed in rule.then:
            people = float(deed.params.get("people", 0.0)) if deed.action == "add_staff" else 0.0
            if people > most:
                yield finding(
                    "overtime", "warning", ruleset, rule,
                    f"{people:g} people stay on, and of {listed(sorted(teams))} at most {most:g} are ever on shift: "
                    "no more than those stay.",
                    "Write as many as are there.", deed.line,
                )  # fmt: skip


def there_and_back(rulesets: Sequence[Ruleset]) -> Iterator[Finding]:
    """Two teams that pass the same contact to each other at each wait that is asked."""
    moves = _moves(rulesets)
    for place, (_, first, there, _) in enumerate(moves):
        for ruleset, second, back, line in moves[place + 1 :]:
            if there in _teams(second) and back in _teams(first) and there != back:
                yield finding(
                    "passing", "warning", ruleset, second,
                    f"{first.id} passes contacts from {back} to {there}, and this rule passes them back.",
                    "Ask something by which only one of the two is true, such as escalated or the queue.", line,
                )  # fmt: skip


def older_cases(ruleset: Ruleset) -> Iterator[Finding]:
    """Rules at a deadline that are true only of customers who have an older complaint open as well."""
    if ruleset.schedule is None or ruleset.point != "case_age":
        return
    after = ruleset.schedule.after
    for rule in ruleset.rules:
        ages = [least(leaves, "open_case_age") for leaves in rule.alternatives]
        if all(age is not None and age > after for age in ages):
            yield finding(
                "deadline", "warning", ruleset, rule,
                f"It is asked {told_number(MINUTES, after)} after a complaint was opened, when that is no older: it is "
                "true only of customers with an older complaint beside it.",
                "Write a later after: in the schedule, or leave open_case_age out.",
            )  # fmt: skip
