"""What was found wrong in a file of rules, gathered so that all of it is said at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NoReturn, TypeVar

from cemsim.base.errors import Problem, ScenarioError
from cemsim.base.near import listed, nearest
from cemsim.base.text import Text

TRUE: Final = ("true", "True")
FALSE: Final = ("false", "False")
MOST_NAME: Final = 60
MOST_SHOWN: Final = 60
T = TypeVar("T")
Block = Mapping[Any, Any]
"""A block of fields, whose names know their lines."""


class Wrong(Exception):
    """What was being read cannot be; why stands in the findings."""


class Findings:
    """Problems of one file, in the order in which they were found."""

    def __init__(self, file: str):
        self.file = file
        self.problems: list[Problem] = []

    def add(self, at: Any, path: str, message: str, cure: str = "") -> None:
        """Something is wrong at ``at``: a text that knows its line, or a block or list that holds one."""
        self.problems.append(Problem(self.file, line_of(at), path, message, cure))

    def stop(self, at: Any, path: str, message: str, cure: str = "") -> NoReturn:
        """The same, and there is nothing more to read here."""
        self.add(at, path, message, cure)
        raise Wrong

    def done(self) -> None:
        """Raise what was found, in order of lines."""
        if self.problems:
            raise ScenarioError(sorted(dict.fromkeys(self.problems), key=lambda p: p.line))

    def block(self, value: Any, at: Any, path: str, cure: str) -> Block:
        """A block of fields."""
        if not isinstance(value, dict):
            self.stop(value if value is not None else at, path, f"{what(value)} stands where a block is needed.", cure)
        return value

    def items(self, value: Any, at: Any, path: str, cure: str) -> list[Any]:
        """A list that is not empty."""
        if not isinstance(value, list):
            self.stop(value if value is not None else at, path, f"{what(value)} stands where a list is needed.", cure)
        if not value:
            self.stop(at, path, "This list is empty.", cure)
        return value

    def word(self, value: Any, at: Any, path: str, cure: str) -> Text:
        """A text that is not empty."""
        if not isinstance(value, Text) or not value.strip():
            here = value if isinstance(value, dict | list) else at
            self.stop(here, path, f"{what(value)} stands where a text is needed.", cure)
        return value

    def name(self, value: Any, at: Any, path: str, cure: str) -> str:
        """A name: letters, digits and _."""
        word = self.word(value, at, path, cure)
        if not is_name(word):
            self.stop(
                word,
                path,
                f'"{shown(word)}" cannot be a name.',
                f"Use letters, digits and _, at most {MOST_NAME} of them.",
            )
        return str(word)

    def one_of(self, value: Any, at: Any, path: str, known: Collection[str], noun: str) -> str:
        """A word of a closed list."""
        word = self.word(value, at, path, f"Write one of {listed(known)}.")
        if word not in known:
            cure = f"Write one of {listed(known, 20)}.{nearest(word, known)}"
            self.stop(word, path, f'There is no {noun} "{shown(word)}".', cure)
        return str(word)

    def flag(self, value: Any, at: Any, path: str) -> bool:
        """True or false."""
        if value not in TRUE and value not in FALSE:
            here = value if isinstance(value, Text | dict | list) else at
            self.stop(here, path, f"{what(value)} is neither true nor false.", "Write true or false.")
        return value in TRUE

    def whole(self, value: Any, at: Any, path: str, low: int, high: int) -> int:
        """A whole number between bounds, both possible."""
        cure = f"Write a whole number from {low} to {high}."
        word = self.word(value, at, path, cure)
        if not (word.isascii() and word.isdigit() and len(word) <= 9 and low <= int(word) <= high):
            self.stop(word, path, f'"{shown(word)}" is not a whole number from {low} to {high}.', cure)
        return int(word)


class Fields:
    """Fields of a block: those that it cannot have, and those that it lacks, are said at once."""

    def __init__(self, findings: Findings, block: Block, path: str, known: Collection[str], needed: Mapping[str, str]):
        self.findings, self.block, self.path = findings, block, path
        self.names = {str(name): name for name in block if name in known}
        for name in block:
            if name in ("on", "On", "ON"):
                findings.add(
                    name,
                    self.at(name),
                    "A field is never called on: many readers of YAML take it for true.",
                    f"Fields here are: {listed(known)}.",
                )
            elif name not in known:
                findings.add(
                    name,
                    self.at(name),
                    f'There is no field "{shown(name)}" here.',
                    f"Fields are: {listed(known)}.{nearest(name, known)}",
                )
        for field, cure in needed.items():
            if field not in block:
                findings.add(block, self.at(field), f"There is no {field}.", cure)

    def at(self, name: str) -> str:
        """Path of a field."""
        return f"{self.path}.{shown(name)}" if self.path else shown(name)

    def get(self, field: str, read: Callable[[Any, Text, str], T]) -> T | None:
        """What a field holds; nothing where it is not written, or wrong, which is then among the findings."""
        if field not in self.names:
            return None
        try:
            return read(self.block[self.names[field]], self.names[field], self.at(field))
        except Wrong:
            return None


def is_name(word: str) -> bool:
    """Whether a word can be a name: letters, digits and _, as in scenarios."""
    return len(word) <= MOST_NAME and word.replace("_", "").isalnum()


def line_of(value: Any) -> int:
    """Line of a text, or of the first text in a block or list; 0 where there is none.

    >>> line_of([{Text("a", "x.yaml", 3): None}])
    3
    """
    while isinstance(value, dict | list) and value:
        value = next(iter(value))
    return getattr(value, "line", 0)


def what(value: Any) -> str:
    """What stands there, for a sentence."""
    if isinstance(value, dict):
        return "A block"
    if isinstance(value, list):
        return "A list"
    return f'"{shown(value)}"' if value else "Nothing"


def shown(text: str) -> str:
    """A text short enough for a message, on one line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= MOST_SHOWN else f"{plain[: MOST_SHOWN - 3]}..."
