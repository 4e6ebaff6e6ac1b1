"""What rules ask of time: rests and deadlines beyond the horizon, calls while closed, letters, flags to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from cemsim.base.near import listed, nearest
from cemsim.base.units import MINUTES
from cemsim.rules.form import FLAG, Rule, Ruleset
from cemsim.rules.interpret import true
from cemsim.rules.lint_bands import least
from cemsim.rules.lint_cells import Mask
from cemsim.rules.lint_form import Company, Finding, finding
from cemsim.rules.values import told_number
from cemsim.rules.vocabulary import POINTS, WEEKDAYS

_QUARTER: Final = 15.0
_MONTH: Final = 43_800.0
#: The longest horizon that a scenario can have.
_LONGEST: Final = 240 * _MONTH
_WHEN: Final = ("hour", "weekday")
#: When a month ends, among the quarter hours of the week.
_MIDNIGHTS: Final = np.arange(672) % 96 == 0
#: A letter that waits no longer than this was dealt with quickly.
_SHORT_FOR_A_LETTER: Final = 4 * 60.0
#: What who waits is given, beside a place in the queue.
_GIVES: Final = ("offer_credit", "grant_points", "send_message", "apologise", "schedule_call")
#: Facts that say at which desk somebody waited.
_WHERE: Final = ("team", "channel", "intent", "stage")


def too_long(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """Rests and deadlines that outlast the simulation."""
    horizon = company.horizon if company is not None else _LONGEST
    told = f"{horizon / _MONTH:g} months"
    for rule in ruleset.rules:
        if rule.cooldown is not None and rule.cooldown.time >= horizon:
            yield finding(
                "cooldown", "warning", ruleset, rule,
                f"It rests for {told_number(MINUTES, rule.cooldown.time)}, and the horizon is {told}: it fires once at "
                "most.",
                "Write a shorter time.",
            )  # fmt: skip
    if ruleset.schedule is not None and ruleset.schedule.after >= horizon:
        yield finding(
            "deadline", "error", ruleset, None,
            f"It is asked after {told_number(MINUTES, ruleset.schedule.after)}, and the horizon is {told}: never.",
            "Write a shorter time.",
        )  # fmt: skip


def promises(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """Calls within a time in which the team may be closed throughout."""
    for rule in ruleset.rules if company is not None else ():
        for deed in rule.then:
            if company is None or deed.action != "schedule_call" or deed.params["team"] not in company.open:
                continue
            team, within = str(deed.params["team"]), float(deed.params["within"])
            until = _until_open(company.open[team])
            if until is None:
                said = f"Nobody is ever there in the team {team}, so the call is never made."
                yield finding("promise", "warning", ruleset, rule, said, "Name another team, or give this one people.",
                              deed.line)  # fmt: skip
                continue
            asks_hours = "hour" in POINTS[ruleset.point].facts
            when = hours_of(rule) if asks_hours else _MIDNIGHTS
            worst = float(until[when].max(initial=0.0))
            if worst > within:
                yield finding(
                    "promise", "warning", ruleset, rule,
                    f"The team {team} can be closed for another {told_number(MINUTES, worst)} by then: a call within "
                    f"{told_number(MINUTES, within)} cannot always be made.",
                    f"Write within: {told_number(MINUTES, worst)} or more"
                    + (", or ask hour and weekday." if asks_hours else "."),
                    deed.line,
                )  # fmt: skip


def _until_open(here: Mask) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """For each quarter hour of the week, minutes until somebody is there; None where nobody ever is."""
    if not here.any():
        return None
    found, wait = np.zeros(len(here)), 0.0
    for quarter in range(2 * len(here) - 1, -1, -1):           # twice round, so that Sunday knows of Monday
        wait = 0.0 if here[quarter % len(here)] else wait + _QUARTER
        found[quarter % len(here)] = wait
    return found


def hours_of(rule: Rule) -> Mask:
    """Quarter hours of the week in which a rule can be true."""
    found = np.zeros(672, bool)
    for leaves in rule.alternatives:
        own = [leaf for leaf in leaves if leaf.fact in _WHEN]
        hours = [
            all(true(leaf, {"hour": hour % 24, "weekday": WEEKDAYS[hour // 24]}) for leaf in own) for hour in range(168)
        ]
        found |= np.repeat(np.array(hours, bool), 4)
    return found


def in_trays(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """Waits meant for the telephone that letters in a tray reach every day, too."""
    if company is None or not company.back_office or ruleset.point not in ("waiting", "contact_ends"):
        return
    for rule in ruleset.rules:
        if ruleset.point == "waiting" and all(deed.action not in _GIVES for deed in rule.then):
            continue                              # who goes first among letters costs nothing
        for leaves in rule.alternatives:
            longest = max(least(leaves, "wait") or 0.0, least(leaves, "wait_over_target") or 0.0)
            if 0.0 < longest < _SHORT_FOR_A_LETTER and not any(leaf.fact in _WHERE for leaf in leaves):
                teams = listed(sorted(company.back_office))
                yield finding(
                    "back office", "warning", ruleset, rule,
                    f"{told_number(MINUTES, longest)} are long on the telephone, but work at the back office ({teams}) "
                    "waits for hours as a rule: this is true of nearly all of it.",
                    "Add {channel: phone_in} or {team: ...} to its conditions.",
                )  # fmt: skip
                break


def flags(rulesets: Sequence[Ruleset], never: Sequence[Rule], company: Company | None) -> Iterator[Finding]:
    """Flags that are asked but cannot have been raised; where all rules are known, also flags that nobody asks.

    ``never``: rules found to decide nothing; what only they raise is not raised.
    """
    complete = company is not None               # then the scenario has said which flags are missing
    for ruleset in rulesets:
        for rule in ruleset.rules:
            for flag in _asked(rule):
                raisers = [(s, other) for s in rulesets for other in s.rules if flag in _raised(other)]
                before = [(s, other) for s, other in raisers if s.point == ruleset.point and s.stage < ruleset.stage]
                if before and all(any(other is dead for dead in never) for _, other in before):
                    yield finding(
                        "flag", "error", ruleset, rule,
                        f'The flag "{flag}" is never raised: {before[0][1].id}, which would, decides nothing.',
                        "Mend that rule.",
                    )  # fmt: skip
                elif not before and not complete:
                    yield _unraised(rulesets, ruleset, rule, flag, raisers)
    if not complete:
        return
    asked = {(s.point, flag) for s in rulesets for rule in s.rules for flag in _asked(rule)}
    for ruleset in rulesets:
        for rule in ruleset.rules:
            for flag in _raised(rule):
                if (ruleset.point, flag) not in asked:
                    yield finding("flag", "warning", ruleset, rule, f'No rule asks the flag "{flag}".',
                                  "Ask it in a later stage, or leave it out.")  # fmt: skip


def _unraised(
    rulesets: Sequence[Ruleset], ruleset: Ruleset, rule: Rule, flag: str, raisers: Sequence[tuple[Ruleset, Rule]],
) -> Finding:
    if raisers:
        other = raisers[0][0]
        cure = f"{other.name} raises it in stage {other.stage} of {other.point}: too late, or elsewhere."
    else:
        known = sorted({name for each in rulesets for one in each.rules for name in _raised(one)})
        meant = nearest(flag, [*known, *POINTS[ruleset.point].facts])
        cure = f"Flags raised in these files are: {listed(known)}.{meant}"
    message = f'No rule raises the flag "{flag}" before stage {ruleset.stage} of {ruleset.point}.'
    return finding("flag", "warning", ruleset, rule, message, cure)


def _asked(rule: Rule) -> list[str]:
    named = (leaf.fact for leaves in rule.alternatives for leaf in leaves if leaf.fact.startswith(FLAG))
    return [name.removeprefix(FLAG) for name in dict.fromkeys(named)]


def _raised(rule: Rule) -> list[str]:
    return [str(deed.params["flag"]) for deed in rule.then if deed.action == "derive"]
