"""YAML text to marked words: every scalar stays text and knows its file and line.

YAML 1.2 without surprises: ``no`` is a word, ``12:30`` is text; whoever reads a field decides what its text
means. Tags are refused (no code in YAML), aliases are few, depth and size are bounded.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from cemsim.base.errors import Problem, ScenarioError
from cemsim.base.near import neighbours

MOST_DEPTH: Final = 16
MOST_ALIASES: Final = 20


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called, how it begins, how large it may be, and what to do with more."""

    noun: str
    example: str
    begin: str
    more: str
    most_bytes: int = 512 * 1024
    most_nodes: int = 20_000


SCENARIO: Final = Kind("scenario file", "baseline.yaml", "cemsim: 1", "Put recorded data into CSV files and name them.")


class Text(str):
    """A scalar as written, with the place where it was read.

    >>> Text("61 %", "a.yaml", 7).line
    7
    """

    __slots__ = ("file", "line")
    file: str
    line: int

    def __new__(cls, value: str, file: str, line: int) -> Text:
        self = super().__new__(cls, value)
        self.file, self.line = file, line
        return self

    def __reduce__(self) -> tuple[type[Text], tuple[str, str, int]]:
        return Text, (str(self), self.file, self.line)


def read(path: Path, kind: Kind = SCENARIO) -> dict[str, Any]:
    """Blocks, lists and Text of a file.

    Errors: ScenarioError, whatever the path leads to.
    """
    return _block(_tree(_content(path, kind), str(path), kind), str(path), kind)


def read_list(path: Path, kind: Kind) -> list[Any]:
    """The same of a file that holds a list.

    Errors: ScenarioError, whatever the path leads to.
    """
    value = _tree(_content(path, kind), str(path), kind)
    if not isinstance(value, list):
        raise _error(str(path), 1, "This is not a list.", f"Begin with: {kind.begin}")
    return value


def parse(text: str, file: str, kind: Kind = SCENARIO) -> dict[str, Any]:
    """Blocks, lists and Text of YAML text; ``file`` is only the name for messages."""
    return _block(_tree(text, file, kind), file, kind)


def _block(value: Any, file: str, kind: Kind) -> dict[str, Any]:
    if isinstance(value, list):
        cure = f"Begin with: {kind.begin}, and write the list under the field that it belongs to."
        raise _error(file, 1, "This is a list, not a block of fields.", cure)
    if not isinstance(value, dict):
        raise _error(file, 1, "This is not a block of fields.", f"Begin with: {kind.begin}")
    return value


def _content(path: Path, kind: Kind) -> str:
    name = str(path)
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise _error(name, 0, "This is a folder.", f"Name a {kind.noun} in it, such as {kind.example}.")
        if not stat.S_ISREG(info.st_mode):
            raise _error(name, 0, "This is not a plain file.", f"Name a {kind.noun}.")
        if info.st_size > kind.most_bytes:
            size = (
                f"{info.st_size / 2**20:.1f} MB" if info.st_size >= 2**20 else f"{info.st_size / 1024:.0f} kB"
            )
            raise _error(name, 0, f"This file has {size}; a {kind.noun} has at most {kind.most_bytes // 1024} kB.",
                         kind.more)  # fmt: skip
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _error(name, 0, "There is no such file.", neighbours(path)) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it has no such name"
        raise _error(
            name, 0, f"This file cannot be read: {why}.", "Check its path and permissions."
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _error(name, line, "This is not a text file.", f"Save the {kind.noun} as YAML in UTF-8.") from None


def _tree(text: str, file: str, kind: Kind) -> Any:
    if "\0" in text:
        raise _error(file, 1, "This is not a text file.", f"Save the {kind.noun} as YAML in UTF-8.")
    try:
        value = _Builder(file, kind).build(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = " ".join(str(error.problem or error.context or "it is not YAML").split())
        if mark and "'\\t'" in why:
            raise _error(file, mark.line + 1, "This line holds a tab where YAML wants blanks.",
                         "Write blanks in its place.") from None  # fmt: skip
        cure = "Check the indentation, of the line above too, and quote text that holds : or #."
        raise _error(file, mark.line + 1 if mark else 0, f"This is not YAML: {why}.", cure) from None
    except (YAMLError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError) as error:
        why = " ".join(str(error).split())[:120] or "it is not YAML"
        raise _error(file, 0, f"This is not YAML: {why}.", f"Save the {kind.noun} as YAML in UTF-8.") from None
    if value is None:
        raise _error(file, 0, "This file is empty.", f"Begin with: {kind.begin}")
    return value


def _error(file: str, line: int, message: str, cure: str) -> ScenarioError:
    return ScenarioError(Problem(file, line, "", message, cure))


class _Builder:
    """Builds the tree from events without recursion, counting as it goes."""

    def __init__(self, file: str, kind: Kind):
        self.file, self.kind = file, kind
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = self.aliases = 0

    def build(self, text: str) -> Any:
        stack: list[_Open] = []
        root: list[Any] = []
        documents = 0
        for event in YAML(typ="safe", pure=True).parse(text):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _error(self.file, line, "A second document begins here.", "Write one document a file.")
            elif isinstance(event, events.AliasEvent):
                self._put(stack, root, self._alias(str(event.anchor), line), line)
            elif isinstance(event, events.ScalarEvent):
                self._count(1, line)
                self._untagged(event, line)
                value = self._scalar(event, line)
                if event.anchor:
                    self.anchors[str(event.anchor)] = (value, 1)
                self._put(stack, root, value, line)
            elif isinstance(event, events.MappingStartEvent | events.SequenceStartEvent):
                self._count(1, line)
                self._untagged(event, line)
                if len(stack) >= MOST_DEPTH:
                    raise _error(self.file, line, f"Blocks are nested more than {MOST_DEPTH} deep.",
                                 f"No field of a {self.kind.noun} lies that deep.")  # fmt: skip
                is_map = isinstance(event, events.MappingStartEvent)
                stack.append(_Open({} if is_map else [], event.anchor, self.nodes))
            elif isinstance(event, events.MappingEndEvent | events.SequenceEndEvent):
                done = stack.pop()
                self._no_commas(done.value)
                if done.anchor:
                    self.anchors[str(done.anchor)] = (done.value, self.nodes - done.since + 1)
                self._put(stack, root, done.value, line)
        return root[0] if root else None

    def _no_commas(self, block: Any) -> None:
        """A comma ends a field between braces, also one that was meant to part thousands or to be a decimal point."""
        names = list(block) if isinstance(block, dict) else []
        for before, name in zip(names, names[1:], strict=False):
            first, mark = block[before], "_" if re.fullmatch(r"\d{3}(\D.*)?", name) else "."
            if block[name] is None and name[:1].isdigit() and isinstance(first, str) and first[-1:].isdigit():
                raise _error(self.file, name.line, f'The comma in "{before}: {first},{name}" ends a field.',
                             f"Write {before}: {first}{mark}{name}")  # fmt: skip

    def _count(self, more: int, line: int) -> None:
        self.nodes += more
        if self.nodes > self.kind.most_nodes:
            raise _error(self.file, line, f"This file holds more than {self.kind.most_nodes:,} values.",
                         self.kind.more)  # fmt: skip

    def _untagged(self, event: Any, line: int) -> None:
        tag = (
            event.tag
            if isinstance(event.tag, str)
            else getattr(event.ctag, "trval", None)
            if event.ctag
            else None
        )
        if tag and tag != "!":
            raise _error(self.file, line, f'The tag "{tag}" is not allowed.', "Write plain values only.")

    def _alias(self, name: str, line: int) -> Any:
        self.aliases += 1
        if self.aliases > MOST_ALIASES:
            raise _error(
                self.file, line, f"There are more than {MOST_ALIASES} aliases.", "Write the values out."
            )
        if name not in self.anchors:
            raise _error(
                self.file, line, f'There is no anchor "{name}" before this line.', "Write the value out."
            )
        value, size = self.anchors[name]
        self._count(size, line)
        return value

    def _scalar(self, event: Any, line: int) -> Text | None:
        if event.style is None and event.value in ("", "~", "null", "Null", "NULL"):
            return None
        return Text(event.value, self.file, line)

    def _put(self, stack: list[_Open], root: list[Any], value: Any, line: int) -> None:
        if not stack:
            root.append(value)
            return
        top = stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            if not isinstance(value, str):
                raise _error(self.file, line, "A field's name must be a word.", "Write name: value.")
            if value in top.value:
                first = next(k for k in top.value if k == value)
                raise _error(self.file, line, f'"{value}" is written twice (first in line {first.line}).',
                             "Keep one of them.")  # fmt: skip
            top.key = value if isinstance(value, Text) else Text(value, self.file, line)
        else:
            top.value[top.key] = value
            top.key = None


class _Open:
    """A block or list still being read."""

    __slots__ = ("anchor", "key", "since", "value")

    def __init__(self, value: Any, anchor: Any, since: int):
        self.value, self.anchor, self.since = value, anchor, since
        self.key: Text | None = None
