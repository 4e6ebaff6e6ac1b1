"""The words a reader sees, in the reader's language.

What the program says is written once, in English, where it is said: ``say("Churn a year")``. Another language is
one catalogue beside this file, ``zh.toml``: English sentence = translation. Text of the user's (names, questions,
sources) never passes through here and stays as it was written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

from cemsim.base.errors import CemsimError

#: Languages by the code that ``--language`` takes, each in its own words.
LANGUAGES: Final = {"en": "English", "zh": "简体中文"}
_HERE: Final = Path(__file__).parent
_now: ContextVar[str] = ContextVar("language", default="en")


def chosen() -> str:
    """Code of the language that is spoken now."""
    return _now.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within a block.

    Raises:
        CemsimError: there is no such language.

    >>> with speaking("zh"):
    ...     say("better")
    '更好'
    """
    if language not in LANGUAGES:
        raise CemsimError(f'There is no language "{language}". Languages are: {", ".join(LANGUAGES)}.')
    before = _now.set(language)
    try:
        yield
    finally:
        _now.reset(before)


def say(text: str, /, **parts: object) -> str:
    """A text in the language spoken now, with ``{parts}`` put in; English where the catalogue has no such text.

    >>> say("Churn a year"), say("A day at {team}", team="billing")
    ('Churn a year', 'A day at billing')
    """
    said = catalogue(_now.get()).get(text, text) if text else ""
    return said.format(**parts) if parts else said


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of a language, by their English; empty for English."""
    if language == "en":
        return {}
    found = tomllib.loads((_HERE / f"{language}.toml").read_text(encoding="utf-8"))
    return {text: str(said) for section in found.values() for text, said in section.items()}
