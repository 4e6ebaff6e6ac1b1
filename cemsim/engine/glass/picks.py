"""Customers worth a story: who was lost, saved, angry or rescued, or for whom a rule fired."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cemsim.base.errors import CemsimError
from cemsim.base.near import listed, nearest
from cemsim.base.words import CAUSES, EXOGENOUS
from cemsim.engine.glass.phrases import many, plain, points, share
from cemsim.engine.glass.story import Life, Lived
from cemsim.engine.glass.told import Told
from cemsim.model.churn import leave_probability
from cemsim.model.failure import FAILED, GOOD_FAST, GOOD_SLOW, net_effect
from cemsim.scenario import Scenario

MEANING: Final = {
    "lost": "left, by a cause that the firm has a hand in",
    "saved": "leaves without the plan and stays with it",
    "angry": "was let down in a contact",
    "rescued": "complained of a failure, was recovered well, and stayed",
}
LET_DOWN: Final = -0.25
"""Emotion, in points, from which on downwards a contact is called a let-down."""
GOOD_REMAINS: Final = 0.5
"""A good recovery leaves less than this share of a failure's severity (model.md c4: 10 or 40 %)."""


def pick(kind: str, lived: Lived, other: Lived | None = None) -> int:
    """The person of a kind whose story shows it best; ``other`` is the plan that saves.

    Raises CemsimError where there is nobody of the kind.
    """
    measures: dict[str, Callable[[Life], float | None]] = {
        "lost": _lost, "angry": _anger, "rescued": _rescued,
        "saved": lambda life: _saved(life, other.life(life.who) if other is not None else life),
    }
    best: tuple[float, int] | None = None
    for who in sorted(lived.rows):
        size = measures[kind](lived.life(who))
        if size is not None and (best is None or size > best[0]):
            best = size, who
    if best is None:
        raise CemsimError(
            f"Nobody was picked: of {len(lived.people):,} people none {MEANING[kind]} within "
            f"{many(lived.months, 'month')}. Try more --customers, more --months, or another --seed."
        )
    return best[1]


def rule_of(words: str, scenarios: Sequence[Scenario]) -> tuple[int, str, str]:
    """Which of some scenarios has a rule (the last that does), its ruleset and its id; ``words``: id or ``ruleset.id``.

    Raises CemsimError where none has.
    """
    known = [(place, ruleset.name, rule.id) for place, scenario in enumerate(scenarios)
             for ruleset in scenario.rulesets for rule in ruleset.rules]  # fmt: skip
    found = [each for each in known if words in (each[2], f"{each[1]}.{each[2]}")]
    if not found:
        names = list(dict.fromkeys(name for *_, name in known))
        there = f"Rules here are: {listed(names)}.{nearest(words, names)}" if names else "There are none here."
        raise CemsimError(f'There is no rule "{words}". {there}')
    return found[-1]


def pick_fired(ruleset: str, name: str, lived: Lived) -> int:
    """The person for whom a rule fired whose story is the shortest.

    Raises CemsimError where it fired for nobody.
    """
    best: tuple[int, int] | None = None
    asked = matched = 0
    for who in sorted(lived.rows):
        rows = [row for row in lived.life(who).rows if _asks(row, ruleset)]
        asked += len(rows)
        matched += sum(name in row.facts["matched"] for row in rows)
        if any(name in row.facts["fired"] for row in rows):
            size = len(lived.life(who).rows)
            best = (size, who) if best is None else min(best, (size, who))
    if best is None:
        why = "it rested, or an earlier rule decided" if matched else "it never matched"
        raise CemsimError(
            f"The rule {name} of {ruleset} fired for none of {len(lived.people):,} people within "
            f"{many(lived.months, 'month')}: it was asked {many(asked, 'time')}, and {why}. Try more --customers, more "
            "--months, or another --seed."
        )
    return best[1]


def chosen_for(ruleset: str, name: str, life: Life) -> str:
    """When a rule fired first for a person, in a sentence."""
    row = next(row for row in life.rows if _asks(row, ruleset) and name in row.facts["fired"])
    month, day, weekday, hour = life.date(row.time)
    return (f"the rule {name} of {ruleset} fired in month {month} on {weekday}, day {day}, {hour}; of all for whom it "
            "did, this is the shortest story.")


def _asks(row: Told, ruleset: str) -> bool:
    return bool(row.kind == "decision" and row.facts["ruleset"] == ruleset)


def chosen(kind: str, life: Life, other: Life | None = None) -> str:
    """Why just this person was picked, in a sentence."""
    if kind == "angry":
        row = min((row for row in life.rows if row.kind == "felt"), key=lambda row: float(row.facts["emotion"]))
        worst = points(row.facts["emotion"], sign=True)
        return f"nothing felt worse to anybody than what came {_what(life, row)}: emotion {worst}."
    if kind == "rescued":
        row = max((row for row in life.rows if _well(row)), key=lambda row: float(row.facts["severity"]))
        worst = points(row.facts["severity"])
        return (f"the worst failure that was recovered well, among people who stayed: {worst} points, dealt with "
                f"{_what(life, row)}.")
    last = [row for row in life.rows if row.kind == "leaves"][-1]
    left = f"left at the end of month {life.month_of(last)}, by {CAUSES[last.facts['cause']]}"
    if other is None:
        touches = sum(row.kind == "felt" for row in life.rows)
        return f"{left}. Touches before: {touches}, the most of all who left by a cause that the firm has a hand in."
    here, there = (
        share(leave_probability(row.facts["hazard"])) for each in (life, other) for row in each.rows
        if row.kind == "month" and row.month == last.month
    )
    return (f"{left}, where the chance of leaving was {here}; with the plan it was {there}, and this person stays. Of "
            "all who are saved so, that is the greatest difference.")


def _what(life: Life, row: Told) -> str:
    """A contact by its month, day and journey."""
    month, day, weekday, hour = life.date(row.time)
    names = life.lived.plan.names.journeys
    about = f", {plain(names[row.facts['journey']])}" if row.facts["journey"] < len(names) else ""
    return f"in month {month} on {weekday}, day {day}, {hour}{about}"


def recovered(row: Told) -> int:
    """How a complaint was dealt with, in a row of kind ``recovery``: GOOD_FAST, GOOD_SLOW or FAILED."""
    severity = row.facts["severity"]
    return min((GOOD_FAST, GOOD_SLOW, FAILED), key=lambda end: abs(net_effect(end, severity) - row.facts["blow"]))


def gone(life: Life) -> bool:
    """Whether a person has left and has not come back by the end."""
    last = next((row.kind for row in reversed(life.rows) if row.kind in ("joins", "leaves")), "")
    return last == "leaves"


def _lost(life: Life) -> float | None:
    """How much was lived before leaving for good."""
    causes = [row.facts["cause"] for row in life.rows if row.kind == "leaves"]
    if not gone(life) or causes[-1] < EXOGENOUS:
        return None
    return float(sum(row.kind == "felt" for row in life.rows))


def _saved(life: Life, other: Life) -> float | None:
    """How much likelier leaving was in the month in which only one of the two lives ended."""
    if not gone(life) or any(row.kind == "leaves" for row in other.rows):
        return None
    last = [row for row in life.rows if row.kind == "month"][-1]
    twin = next((row for row in other.rows if row.kind == "month" and row.month == last.month), None)
    return None if twin is None else float(last.facts["hazard"] - twin.facts["hazard"])


def _anger(life: Life) -> float | None:
    """How bad the worst contact felt, where it was a let-down."""
    felt = [float(row.facts["emotion"]) for row in life.rows if row.kind == "felt"]
    return -min(felt) if felt and min(felt) <= LET_DOWN else None


def _rescued(life: Life) -> float | None:
    """Severity of the worst failure that was recovered well, of somebody who never left."""
    if any(row.kind == "leaves" for row in life.rows):
        return None
    return max((float(row.facts["severity"]) for row in life.rows if _well(row)), default=None)


def _well(row: Told) -> bool:
    """Whether a row is a recovery that left little of the failure."""
    return bool(row.kind == "recovery" and -row.facts["blow"] < GOOD_REMAINS * row.facts["severity"])
