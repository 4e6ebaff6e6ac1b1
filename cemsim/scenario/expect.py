"""What a scenario says must hold, in sentences of a small closed grammar; no code is ever run.

Three forms, each about one measure, with ``of`` and a segment, team or journey behind it where it is split::

    doubling teams.contact_centre.on_shift does not raise abandonment of contact_centre
    contribution rises when failures.probability is halved
    nps stays between 10 and 30
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cemsim.base.errors import Problem
from cemsim.base.near import nearest
from cemsim.base.text import Text

Effect = Literal["up", "down", "not up", "not down", "still"]

_MEASURE: Final = r"(?P<measure>\w+)(?: of (?P<member>\w+))?"
_LEVER: Final = r"(?P<lever>\S+)"
#: What a change does to a measure: behind a gerund, and behind the measure.
EFFECTS: Final[Mapping[str, tuple[str, str]]] = {
    "up": ("raises", "rises"), "down": ("lowers", "falls"), "not up": ("does not raise", "does not rise"),
    "not down": ("does not lower", "does not fall"), "still": ("does not move", "does not move"),
}  # fmt: skip
#: How a lever is moved: a gerund, a participle, and what stands between them and the amount.
MOVES: Final = (
    ("doubling", "doubled", ""), ("halving", "halved", ""), ("raising", "raised", "by"), ("lowering", "lowered", "by"),
    ("multiplying", "multiplied", "by"), ("setting", "set", "to"),
)  # fmt: skip
FORMS: Final = (
    '"doubling teams.desk.on_shift does not raise abandonment", "contribution rises when failures.probability is '
    'halved", "nps stays between 10 and 30"'
)


@dataclass(frozen=True)
class Statement:
    """One sentence, read: the measure, and either its range or what moving a lever does to it.

    Attributes: the sentence with its place; measure and member (empty: everybody); ``low`` and ``high`` as written
    (empty: open); lever, the change as a patch says it ("times", "2"), and the effect stated, all empty for a range.
    """

    text: Text
    measure: str
    member: str = ""
    low: str = ""
    high: str = ""
    lever: str = ""
    change: tuple[str, str] = ("", "")
    effect: Effect | Literal[""] = ""

    def problem(self, message: str, cure: str) -> Problem:
        """A problem with this sentence."""
        return Problem(self.text.file, self.text.line, "expect", message, cure)


def read(texts: Sequence[Text]) -> tuple[tuple[Statement, ...], list[Problem]]:
    """Statements of a scenario's sentences, and what cannot be read."""
    found: list[Statement] = []
    wrong: list[Problem] = []
    for text in texts:
        statement = _read(text)
        if statement is None:
            wrong.append(Problem(text.file, text.line, "expect", f'"{text}" cannot be read.', _cure(text)))
        else:
            found.append(statement)
    return tuple(found), wrong


def _read(text: Text) -> Statement | None:
    words = " ".join(text.split()).rstrip(".")
    stays = re.fullmatch(
        rf"{_MEASURE} stays (?:between (?P<low>.+?) and (?P<high>.+)|above (?P<above>.+)|below (?P<below>.+))", words
    )
    if stays:
        low, high = stays["low"] or stays["above"] or "", stays["high"] or stays["below"] or ""
        return Statement(text, stays["measure"], stays["member"] or "", low, high)
    for gerund, participle, between in MOVES:
        amount = rf" {between} (?P<amount>.+?)" if between else ""
        for effect, (behind_change, behind_measure) in EFFECTS.items():
            found = re.fullmatch(rf"{gerund} {_LEVER}{amount} {behind_change} {_MEASURE}", words) or re.fullmatch(
                rf"{_MEASURE} {behind_measure} when {_LEVER} is {participle}{amount}", words
            )
            if found:
                said = found["amount"] if between else ""
                return Statement(
                    text, found["measure"], found["member"] or "", lever=found["lever"], change=_change(gerund, said),
                    effect=effect,  # type: ignore[arg-type]
                )
    return None


def _change(gerund: str, amount: str) -> tuple[str, str]:
    """The change as a patch says it.

    >>> _change("halving", ""), _change("lowering", "30 s"), _change("setting", "70 %")
    (('times', '0.5'), ('add', '-30 s'), ('to', '70 %'))
    """
    if gerund in ("doubling", "halving"):
        return "times", "2" if gerund == "doubling" else "0.5"
    if gerund in ("raising", "lowering"):
        return "add", f"-{amount}" if gerund == "lowering" else amount
    return ("times" if gerund == "multiplying" else "to"), amount


def _cure(text: Text) -> str:
    """The forms, and the word that was perhaps meant."""
    known = [word for move in MOVES for word in move[:2]]
    known += [word for said in EFFECTS.values() for phrase in said for word in phrase.split()]
    plain = {*known, "stays", "between", "above", "below", "when", "of", "and", "is", "by", "to"}
    near = [found for word in text.split() if word not in plain and (found := nearest(word, plain))]
    return f"Forms are: {FORMS}.{near[0] if near else ''}"
