"""Rules that never decide anything, and rules that get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from cemsim.base.near import listed
from cemsim.rules.form import Deed, Rule, Ruleset
from cemsim.rules.lint_cells import DRAWN, Cells
from cemsim.rules.lint_form import Finding, finding
from cemsim.rules.vocabulary import ACTIONS, FACTS
from cemsim.rules.words import joined, told_deed, told_leaves

#: Actions that say where a contact goes: it can go one way only.
_MOVES = ("route_to", "call_back")
MOST_TOLD: Final = 4
"""Rules named in one finding."""


def dead(ruleset: Ruleset, cells: Cells, currency: str) -> Iterator[Finding]:
    """Rules that are never true; under ``first``, rules that another always forestalls."""
    earlier: list[Rule] = []
    for rule in ruleset.rules:
        here = cells.boxes(rule)
        if not here:
            why = _why(rule, cells, currency)
            yield finding("never true", "error", ruleset, rule, f"This rule is never true: {why}.",
                          "Mend its condition, or take it out.")  # fmt: skip
            continue
        left, sure = cells.left(here, [box for other in earlier for box in cells.boxes(other)])
        if ruleset.hit == "first" and not left:
            before = [other.id for other in earlier if cells.meet(rule, other)]
            yield finding(
                "never first", "error" if sure else "warning", ruleset, rule,
                "This rule never decides: whenever it is true, an earlier one is too "
                f"({listed(before)}){_drawn(sure)}.",
                "Give it a higher salience, narrow the earlier one, or take it out.",
            )  # fmt: skip
        if rule.cooldown is None:                # a rule that rests lets the next one decide
            earlier.append(rule)


def always(ruleset: Ruleset, cells: Cells) -> Iterator[Finding]:
    """Alternatives of which one holds whatever happens, though none does by itself: ``any`` where ``all`` was meant."""
    whole = tuple((1 << len(axis.values)) - 1 for axis in cells.axes)
    for rule in ruleset.rules:
        boxes = cells.boxes(rule)
        if len(rule.alternatives) == 1 or whole in boxes or _named(rule):      # these say: everybody
            continue
        left, sure = cells.left([whole], boxes)
        if not left:
            yield finding(
                "always true", "warning", ruleset, rule,
                f"This rule is always true: one of its alternatives holds whatever the facts are{_drawn(sure)}.",
                "Write all: instead of any:, or thresholds that leave something out.",
            )  # fmt: skip


def _named(rule: Rule) -> bool:
    """Whether a rule's alternatives are a list of names."""
    facts = {leaf.fact for alternative in rule.alternatives for leaf in alternative}
    return len(facts) == 1 and all(fact in FACTS and FACTS[fact].kind == "label" for fact in facts)


def _drawn(sure: bool) -> str:
    """What a finding has to add about how sure it is."""
    return "" if sure else f" (as far as {DRAWN} drawn cases show)"


def _why(rule: Rule, cells: Cells, currency: str) -> str:
    """What of a rule's first alternative cannot be."""
    for axis in cells.axes:
        leaves = [leaf for leaf in rule.alternatives[0] if leaf.fact == axis.fact]
        if not axis.where(leaves):
            return f"that {joined(told for leaf in leaves for told in told_leaves([leaf], currency))} cannot be"
    raise AssertionError("an alternative that can be")


def against_itself(ruleset: Ruleset) -> Iterator[Finding]:
    """Rules that say two things of which only one can be done."""
    for rule in ruleset.rules:
        for one, other in combinations(rule.then, 2):
            if _clash(one, other):
                yield finding(
                    "conflict", "error", ruleset, rule,
                    f"That {told_deed(one)} and that {told_deed(other)} cannot both be: only the first is done.",
                    "Keep one of them.", other.line,
                )  # fmt: skip


def overruled(ruleset: Ruleset, cells: Cells) -> Iterator[Finding]:
    """Under ``all``: rules none of whose actions is ever carried out, since another one's always is instead."""
    for number, rule in enumerate(ruleset.rules if ruleset.hit == "all" else ()):
        here = cells.boxes(rule)
        over: dict[str, None] = {}
        certain = True
        for deed in rule.then:
            winners = [
                other for place, other in enumerate(ruleset.rules)
                if place != number and other.cooldown is None and _wins(other, place < number, deed)
                and cells.meet(rule, other)
            ]  # fmt: skip
            left, sure = cells.left(here, [box for other in winners for box in cells.boxes(other)])
            if left:
                break
            over |= dict.fromkeys(other.id for other in winners)
            certain &= sure
        else:
            if here:
                yield finding(
                    "overruled", "error" if certain else "warning", ruleset, rule,
                    f"This rule changes nothing: whenever it is true, the same matter is decided by "
                    f"{listed(over)}{_drawn(certain)}.",
                    "Put it before (a higher salience), or take it out.",
                )  # fmt: skip


def _wins(rule: Rule, earlier: bool, deed: Deed) -> bool:
    """Whether a rule's actions make another one's of no consequence."""
    collide = ACTIONS[deed.action].collide
    if collide == "first":                       # what some decline is decided by the next rule for them
        return earlier and any(_same(one, deed) and _by_all(one) for one in rule.then)
    if collide == "largest":
        return any(
            one.action == deed.action and (one.params["amount"], earlier) > (deed.params["amount"], False)
            for one in rule.then
        )
    return False


def conflicts(rulesets: Sequence[Ruleset], cells: Cells) -> Iterator[Finding]:
    """Rules that decide the same matter as earlier ones differently at once, where only their place settles which
    counts: one finding a rule."""
    rules = [(s, rule) for s in rulesets for rule in s.rules]
    for place, (ruleset, rule) in enumerate(rules):
        found = [(other, *clash) for other in rules[:place] if (clash := _differ(other, (ruleset, rule), cells))]
        if not found:
            continue
        (_, _, own), files = found[0], any(one is not ruleset for (one, _), _, _ in found)
        others = [f"by {one.name}.{earlier.id} {told_deed(deed)}" for (one, earlier), deed, _ in found]
        yield finding(
            "conflict", "warning", ruleset, rule,
            f"Here {told_deed(own)}, and {listed(others, MOST_TOLD)}: {'both' if len(found) == 1 else 'they'} can be "
            f"true at once, and only the order of the {'files' if files else 'rules'} says which counts.",
            "Narrow one of them, or " + ("give it another stage." if files else "write salience: 1 to one."), own.line,
        )  # fmt: skip


def _differ(one: tuple[Ruleset, Rule], other: tuple[Ruleset, Rule], cells: Cells) -> tuple[Deed, Deed] | None:
    """Two actions of which only one can be done, where both rules can be true at once and nothing else settles it."""
    (a, first), (b, second) = one, other
    if a.stage != b.stage or (a is b and (a.hit == "first" or first.salience != second.salience)):
        return None
    clash = next(((x, y) for x in first.then for y in second.then if _clash(x, y)), None)
    return clash if clash is not None and cells.meet(first, second) else None


def _by_all(deed: Deed) -> bool:
    """Whether nobody declines what is ordered."""
    return float(deed.params.get("acceptance", 1.0)) >= 1.0


def _same(one: Deed, other: Deed) -> bool:
    return one.action == other.action or (one.action in _MOVES and other.action in _MOVES)


def _clash(one: Deed, other: Deed) -> bool:
    return _same(one, other) and ACTIONS[one.action].collide == "first" and (one.action, one.params) != (
        other.action, other.params
    )  # fmt: skip

