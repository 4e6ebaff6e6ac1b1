"""A life told month by month: paragraphs of what happened, and quiet months in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cemsim.base.words import CAUSES
from cemsim.engine.glass.decided import because, readings
from cemsim.engine.glass.phrases import duration, many, plain, points, share
from cemsim.engine.glass.reasons import contract_moves
from cemsim.engine.glass.rewards import earned, is_routine
from cemsim.engine.glass.sentences import FOR_GOOD, Narrator, Unfired, as_in
from cemsim.engine.glass.story import Life
from cemsim.engine.glass.told import Told
from cemsim.engine.state import CUSTOMER
from cemsim.model.churn import leave_probability
from cemsim.rules.words import join


@dataclass(frozen=True)
class Chapter:
    """Months of the horizon, 0 the first, and their paragraphs; of several quiet months at most one."""

    first: int
    last: int
    paragraphs: tuple[str, ...]

    @property
    def title(self) -> str:
        """Which months."""
        return f"Month {self.first}" if self.first == self.last else f"Months {self.first} to {self.last}"


def beginning(life: Life) -> str:
    """Who this is as the horizon begins."""
    segment = life.lived.plan.names.segments[life.start["segment"]]
    if life.start["status"] != CUSTOMER:
        return f"As month 0 begins, person {life.who} is no customer, but could become one ({plain(segment)})."
    scenario = life.lived.plan.scenario
    tenure = int(life.start["tenure"])
    since = f"a customer for {many(tenure, 'month')}"
    revenue = float(life.purse["wallet"]) * scenario.segments[segment].revenue
    pays = f"bringing about {revenue:,.2f} {scenario.currency} a month"
    return f"As month 0 begins, person {life.who} ({plain(segment)}) is {since}, {pays}."


def ending(life: Life) -> str:
    """What became of the person, and how much was lived."""
    status, left = life.start["status"] == CUSTOMER, ""
    moves = []
    for row in life.rows:
        when = f"at the end of month {life.month_of(row)}"
        if row.kind == "leaves":
            status, left = False, CAUSES[row.facts["cause"]]
            moves.append(f"left {when}, by {left}")
        elif row.kind == "joins":
            status = True
            who = "somebody else, in the same place, " if left in FOR_GOOD else ""
            moves.append(f"{who}became a customer {'again ' if left and not who else ''}{when}")
    if moves:
        fate = f"{'a customer in the end: ' if status else ''}{', then '.join(moves)}"
    else:
        fate = f"a customer after {many(life.lived.months, 'month')}" if status else "never became a customer"
    counts = [
        (sum(row.kind == kind for row in life.rows), word)
        for kind, word in (("felt", "touch"), ("failure", "failure"), ("recovery", "complaint dealt with"))
    ]
    lived = ", ".join(f"{count} {_plural(word, count)}" for count, word in counts)
    return f"{fate}; {lived}."


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return {"touch": "touches", "failure": "failures", "complaint dealt with": "complaints dealt with"}[word]


def told(life: Life) -> list[tuple[str, ...]]:
    """The paragraphs of every month of the horizon."""
    return _told(Narrator(life))


def _told(narrator: Narrator) -> list[tuple[str, ...]]:
    life = narrator.life
    found: list[tuple[str, ...]] = []
    for month in range(life.lived.months):
        found.append(tuple(_paragraphs(life, narrator, life.in_month(month))))
    return found


def _paragraphs(life: Life, narrator: Narrator, rows: Sequence[Told]) -> list[str]:
    """Rows of a month, joined to paragraphs: a touch is one, and so is the month's end."""
    found: list[str] = []
    issue, last, within, after = -1, -1.0, False, ""
    again = _again(rows)
    for place, row in enumerate(rows):
        if place in again:
            found[-1] += again[place]
            continue
        head = _head(life, narrator, row)
        own = int(row.facts.get("issue", -1))
        fresh = own != issue if own >= 0 or head == MONTH_END else row.time != last
        if not fresh and own >= 0:
            fresh = row.time != last and not within
        if head == MONTH_END:
            fresh = not found or not found[-1].startswith(MONTH_END)
        said = narrator.say(row)
        if fresh or not found:
            found.append(head)
        apart = "\n" if after in OWN_LINE and not fresh and not said.startswith("\n") else " "
        found[-1] = f"{found[-1]}{apart if said else ''}{said}".replace(" \n", "\n")
        issue, last, after = own, row.time, row.kind
        within = row.kind != "felt" and (within and not fresh or row.kind == "arrives")
    return found


def _again(rows: Sequence[Told]) -> dict[int, str]:
    """Places of rows in which rules ask once more of the same wait and none fires, with what is said of all at its end.

    The first time says what the rules wait for; the same sentences for every minute would bury the rest.
    """
    found: dict[int, str] = {}
    first: Told | None = None
    known: set[str] = set()
    after: list[float] = []
    for place, row in enumerate(rows):
        if row.kind != "decision" or row.facts["point"] != "waiting":
            first = None
            continue
        if first is None:
            first, known, after = row, set(), []
        at = [each for each in rows if each.time == row.time]
        if row.time == first.time or any(
            each.kind != "decision" or each.facts["fired"] or each.facts["ruleset"] not in known for each in at
        ):
            known.add(row.facts["ruleset"])
            after = []
            continue
        if after:
            found[place - 1] = ""
        after.append(row.time - first.time)
        found[place] = f"\nAsked again after {join(dict.fromkeys(map(duration, after)))}: none fires."
    return found


MONTH_END = "Month end."
OWN_LINE = ("felt", "decision", "closes", "survey")
"""Kinds of rows after which a new line begins."""


def _head(life: Life, narrator: Narrator, row: Told) -> str:
    """What opens a paragraph that begins with a row."""
    month, day, weekday, hour = life.date(row.time)
    if month > life.month_of(row):
        return MONTH_END
    about = f", {narrator.journey(row)}" if "journey" in row.facts else ""
    return f"{weekday}, day {day}, {hour}{about}."


def is_quiet(life: Life, month: int) -> bool:
    """Whether nothing happened in a month of the horizon (0 the first) but its end, where no rule fired."""
    return all(
        row.kind == "month" or (row.kind == "rewards" and is_routine(row.facts))
        or (row.kind == "decision" and not row.facts["fired"]) for row in life.in_month(month)
    )


def quiet(narrator: Narrator, first: int, last: int) -> str:
    """Quiet months in a sentence, and one for each set of rules that was asked; months of the horizon, 0 the first.

    ``narrator`` has said all rows of the life.
    """
    life = narrator.life
    ends = [row for row in life.rows if row.kind == "month" and first <= life.month_of(row) <= last]
    if not ends:
        return "Not a customer."
    satisfied, chance = (
        " to ".join(dict.fromkeys((say(ends[0]), say(ends[-1]))))
        for say in (lambda row: points(row.facts["overall"]), lambda row: share(leave_probability(row.facts["hazard"])))
    )
    cards = [row.facts for row in life.rows if row.kind == "rewards" and first <= life.month_of(row) <= last]
    gained = earned(cards, life.lived.plan.names.schemes)
    moves = contract_moves(life, first, last)
    rules = _unfired(narrator, first, last)
    return f"No contact. Satisfied {satisfied} of 10, chance of leaving {chance} a month.{moves}{gained}{rules}"


def _unfired(narrator: Narrator, first: int, last: int) -> str:
    """Rules that were asked in quiet months: why none fired, and what they read in the last one."""
    by_set: dict[str, list[Unfired]] = {}
    for one in narrator.unfired:
        if first <= narrator.life.month_of(one.row) <= last:
            by_set.setdefault(one.row.facts["ruleset"], []).append(one)
    said = []
    for name, group in by_set.items():
        fresh: dict[int, list[str]] = {}
        why = {reason: since for one in group for reason, since in one.why.items()}
        for reason, since in why.items():
            fresh.setdefault(since, []).append(reason)
        early = {since for since in fresh if since < first}
        parts = [f"{as_in(early).capitalize()}."] if early else []
        parts += [
            f"{'' if since == first else f'From month {since} on: '}{because(reasons)}"
            for since, reasons in fresh.items() if since >= first
        ]
        often = f"asked {len(group)} times, the last time they read" if len(group) > 1 else "asked; they read"
        reads = readings(group[-1].row, narrator.currency)
        said.append(f'\nThe rules "{plain(name)}" are {often}: {reads}. None fires. {" ".join(parts)}')
    return "".join(said)


def chapters(lives: Sequence[Life]) -> list[tuple[Chapter, ...]]:
    """One or two lives, chapter by chapter, one of each life for the same months; quiet months are joined."""
    months = lives[0].lived.months
    narrators = [Narrator(life) for life in lives]
    texts = [_told(narrator) for narrator in narrators]
    found: list[tuple[Chapter, ...]] = []
    month = 0
    while month < months:
        last = month
        while last < months and all(is_quiet(life, last) for life in lives):
            last += 1
        if last > month:
            found.append(tuple(Chapter(month, last - 1, (quiet(each, month, last - 1),)) for each in narrators))
            month = last
            continue
        found.append(tuple(
            Chapter(month, month, (quiet(each, month, month),) if is_quiet(each.life, month) else text[month])
            for each, text in zip(narrators, texts, strict=True)
        ))
        month += 1
    return found
