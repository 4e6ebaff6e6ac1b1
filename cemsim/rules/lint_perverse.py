"""Rules that do what they say and yet reward the wrong thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from cemsim.base.units import MINUTES
from cemsim.rules.form import Leaf, Rule, Ruleset
from cemsim.rules.lint_bands import least, level_of
from cemsim.rules.lint_cells import Cells, Index, cells_of
from cemsim.rules.lint_form import Company, Finding, finding
from cemsim.rules.values import told, told_number
from cemsim.rules.vocabulary import FACTS, TIERS
from cemsim.rules.words import told_name

#: Points that a customer reaches as often as he likes, by getting in touch.
_AT_WILL: Final = ("contact_arrives", "waiting", "contact_ends")
#: A rest shorter than this stops nobody from coming back for more.
_SHORT: Final = 24 * 60.0
#: A rest shorter than this lets a tier change at every month end.
_REVIEW: Final = 45 * 24 * 60.0
#: Places of the queue (0 to 15) from here on are its back half.
_BACK: Final = 8
#: Sending away within the last fifth of the promised wait, or its last minutes where the promise is not known.
_LAST_PART, _LAST_MINUTES = 0.2, 2.0
#: Numbers that only grow, so that nobody crosses a threshold twice.
_GROWS: Final = ("tenure",)


def hang_ups(ruleset: Ruleset, company: Company | None) -> Iterator[Finding]:
    """A service level met by the people who are not counted any more."""
    if ruleset.point != "waiting":
        return
    for rule in ruleset.rules:
        level = level_of(rule)
        if level is not None and level >= _BACK and all(_past(leaves, company) for leaves in rule.alternatives):
            yield finding(
                "hang-ups", "warning", ruleset, rule,
                f"Who has missed the promised wait goes to place {level:g}, in the back half of the queue: the service "
                "level is met by others, and these hang up.",
                "Give them a better place, or leave theirs.",
            )  # fmt: skip
        away = next((deed for deed in rule.then if deed.action == "route_to"), None)
        if away is not None and any(_just_before(leaves, company) for leaves in rule.alternatives):
            yield finding(
                "hang-ups", "warning", ruleset, rule,
                "It sends people away just before the promised wait is over: the service level counts them as no "
                "failure, and they begin anew elsewhere.",
                "Send them when they arrive (the queue's length says as much), or offer call_back.",
                away.line,
            )  # fmt: skip


def _past(leaves: Sequence[Leaf], company: Company | None) -> bool:
    """Whether the promised wait is over wherever these comparisons hold."""
    over, waited = least(leaves, "wait_over_target"), least(leaves, "wait")
    promised = _promised(leaves, company)
    return (over is not None and over >= 0) or (waited is not None and bool(promised) and waited >= max(promised))


def _just_before(leaves: Sequence[Leaf], company: Company | None) -> bool:
    """Whether they begin to hold in the last part of the promised wait."""
    over, waited = least(leaves, "wait_over_target"), least(leaves, "wait")
    promised = _promised(leaves, company)
    last = _LAST_PART * max(promised) if promised else _LAST_MINUTES
    if over is not None and -last <= over < 0:
        return True
    return waited is not None and any((1 - _LAST_PART) * wait <= waited < wait for wait in promised)


def _promised(leaves: Sequence[Leaf], company: Company | None) -> list[float]:
    """Waits promised by the teams that these comparisons may be about."""
    if company is None:
        return []
    own = [leaf for leaf in leaves if leaf.fact == "team"]
    named = {leaf.value for leaf in own if leaf.op == "eq"}
    return [wait for team, wait in company.targets.items() if not named or team in named]


def farming(ruleset: Ruleset) -> Iterator[Finding]:
    """Credits that a customer can have again and again by getting in touch."""
    if ruleset.point not in _AT_WILL:
        return
    for rule in ruleset.rules:
        deed = next((deed for deed in rule.then if deed.action == "offer_credit" and deed.params["amount"]), None)
        if deed is None or all(_capped(leaves) for leaves in rule.alternatives):
            continue
        rest = rule.cooldown
        if rest is not None and rest.per in ("customer", "all") and rest.time >= _SHORT:
            continue
        why = "nothing stops the same customer from having it at every contact"
        if rest is not None:
            why = f"a rest of {told_number(MINUTES, rest.time)} per {rest.per} does not stop the same customer for long"
        yield finding(
            "farming", "warning", ruleset, rule, f"This credit can be farmed: {why}.",
            "Add cooldown: {per: customer, time: 30 days}, or ask credits_90d: {lt: ...}.", deed.line,
        )  # fmt: skip


def month_by_month(ruleset: Ruleset, cells: Cells) -> Iterator[Finding]:
    """Credits at each month end for customers of whom nothing changes that the rule asks for."""
    for rule in ruleset.rules if ruleset.point == "month_end" else ():
        lasting = [leaves for leaves in rule.alternatives if all(_lasts(leaf, cells) for leaf in leaves)]
        deed = next((deed for deed in rule.then if deed.action == "offer_credit" and deed.params["amount"]), None)
        if deed is not None and rule.cooldown is None and any(cells.box(leaves) is not None for leaves in lasting):
            yield finding(
                "farming", "warning", ruleset, rule,
                "The same customers get this credit at every month end: nothing that it asks for passes.",
                "Add cooldown: {per: customer, time: 365 days}, or ask for what gives a reason, such as failures_30d.",
                deed.line,
            )  # fmt: skip
        if ruleset.hit == "first" and len(lasting) < len(rule.alternatives):
            return                               # whom this one takes, and when, changes from month to month


def _lasts(leaf: Leaf, cells: Cells) -> bool:
    """Whether a comparison that holds of a customer goes on to hold."""
    if leaf.fact in ("segment", "value_group") or (leaf.fact == "tenure" and leaf.op in ("gt", "ge")):
        return True
    axis = next(axis for axis in cells.axes if axis.fact == leaf.fact)
    return axis.where([leaf]) == (1 << len(axis.values)) - 1


def _capped(leaves: Sequence[Leaf]) -> bool:
    return any(leaf.fact == "credits_90d" and leaf.op in ("lt", "le", "eq") for leaf in leaves)


def thrash(rulesets: Sequence[Ruleset], names: Mapping[str, Sequence[str]], currency: str) -> Iterator[Finding]:
    """Tiers given and taken back: at every review, or by a small step of one number across a threshold."""
    ordered = sorted((s for s in rulesets if any(_tier(rule) is not None for rule in s.rules)), key=lambda s: s.stage)
    if not ordered:
        return
    rules = [(s, rule) for s in ordered for rule in s.rules]
    cells = cells_of(ordered, names)
    if not cells.exact:
        yield finding(
            "drawn", "warning", ordered[0], None,
            f"There are too many combinations to try them all: {len(cells.rows):,} cases were drawn to see whether "
            "tiers go up and down.",
            "Leave facts out, if you can.",
        )  # fmt: skip
    given = np.array([-1 if (tier := _tier(rule)) is None else tier for _, rule in rules] + [-1], np.int64)
    tiers = next((i for i, axis in enumerate(cells.axes) if axis.fact == "loyalty_tier"), None)
    table = cells.rows
    high = _decided(ordered, cells, table)
    told_of: set[frozenset[str]] = set()
    for place, axis in [(None, None), *enumerate(cells.axes)]:
        if axis is not None and (not axis.lasts or axis.fact in _GROWS):
            continue
        below, rows = table.copy(), high >= 0
        if place is not None and axis is not None:
            rows &= (table[:, place] >= 1) & (table[:, place] < len(axis.lasts))
            below[:, place] -= 1
        if tiers is not None:
            below[:, tiers] = np.where(rows, given[high], below[:, tiers])
        low = np.full(len(rows), -1)
        low[rows] = _decided(ordered, cells, below[rows])
        back = rows & (low >= 0) & (given[low] < given[high])
        if tiers is not None:                    # and from there it would go up again
            back &= table[:, tiers] == given[low]
        for row in np.flatnonzero(back):
            (one, up), (other, down) = rules[high[row]], rules[low[row]]
            pair = frozenset((f"{one.name}.{up.id}", f"{other.name}.{down.id}"))
            if _rests(up) or _rests(down) or pair in told_of:
                continue
            told_of.add(pair)
            where = "with nothing changed"
            if place is not None and axis is not None:
                value = told(FACTS[axis.fact], int(axis.values[table[row, place]] or 0), currency)
                where = f"around {told_name(axis.fact)} {value}"
            yield finding(
                "thrash", "warning", other, down,
                f"The same customer goes up and down {where}: {one.name}.{up.id} gives {TIERS[given[high[row]]]}, and "
                f"this rule {TIERS[given[low[row]]]}.",
                "Take a tier away well below where it is given, or let the rules rest (cooldown).",
            )  # fmt: skip


def _decided(rulesets: Sequence[Ruleset], cells: Cells, index: Index) -> Index:
    """For each row the number of the rule that sets the tier, counted over all rulesets; -1 where none does."""
    found = np.full(len(index), -1)
    number = 0
    for ruleset in rulesets:
        open_ = np.ones(len(index), bool)
        for rule in ruleset.rules:
            here = cells.where(rule, index) & open_
            if ruleset.hit == "first":
                open_ &= ~here
            if _tier(rule) is not None:
                found[here & (found < 0)] = number
            number += 1
    return found


def _tier(rule: Rule) -> int | None:
    """Place of the tier that a rule gives among TIERS."""
    return next((TIERS.index(str(deed.params["tier"])) for deed in rule.then if deed.action == "set_tier"), None)


def _rests(rule: Rule) -> bool:
    return rule.cooldown is not None and rule.cooldown.per != "case" and rule.cooldown.time >= _REVIEW
