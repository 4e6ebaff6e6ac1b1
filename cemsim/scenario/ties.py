"""What a network may be: ties that can be drawn, and files of ties that can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic_core import PydanticCustomError

from cemsim.base.errors import Problem
from cemsim.scenario.files import read_number, read_rows
from cemsim.scenario.quantity import wrong
from cemsim.scenario.schema.network import Network
from cemsim.scenario.schema.recipe import Recipe

KINDS: Final = ("strong", "weak")
CIRCLES: Final = ("ring", "watts_strogatz")


def ties(recipe: Recipe, problem: Callable[[Sequence[str], str, str], Problem]) -> list[Problem]:
    """What is wrong with a scenario's network; ``problem(path, message, cure)`` finds file and line."""
    if recipe.network is None:
        return []
    faults = _faults(recipe.network, recipe.market.people)
    return [problem(["network", *path], message, cure) for path, message, cure in faults]


def _faults(network: Network, people: int) -> Iterator[tuple[tuple[str, ...], str, str]]:
    kind, total = network.kind, network.strong + network.weak
    if (kind == "file") != (network.file is not None):
        yield (
            ((), "kind: file reads ties from a file, and none is named.", "Write file: and its name.")
            if kind == "file"
            else (("file",), f"kind: {kind} draws ties and reads none.", "Write kind: file, or leave the file out.")
        )
        return
    if network.file is not None:
        try:
            read_ties(network.file, people)
        except PydanticCustomError as error:
            context = error.context or {}
            yield ("file",), str(context["message"]), str(context["cure"])
        return
    if total == 0:
        yield (), "Nobody has any ties.", "Write strong: or weak: above 0, or leave the network out."
    elif kind in CIRCLES and (network.strong % 2 or network.weak % 2):
        odd = "strong" if network.strong % 2 else "weak"
        yield (odd,), "On a circle half of the ties lie on each side.", "Write an even number."
    elif total % 2 and kind != "mixed":
        yield (), f"Each newcomer brings half of a person's ties, and {total} is odd.", "Write an even number in all."
    elif total >= people and kind != "mixed":
        yield (), f"A person cannot have {total} ties among {people:,} people.", "Write fewer ties."


def read_ties(path: Path, people: int) -> list[tuple[int, int, int]]:
    """Ties of a network of ``people``: two people, numbered from 0, and whether the tie is weak (1) or strong (0).

    The CSV has columns from, to and, where wanted, tie (strong or weak; strong where not given). Errors: as of other
    files, with file and line: a person tied to themselves, nobody of that number, the same tie twice.
    """
    found: list[tuple[int, int, int]] = []
    seen: dict[tuple[int, int], int] = {}
    for line, (one, other, kind) in read_rows(path, ("from", "to"), ("tie",)):
        a, b = (_person(cell, path, line, people) for cell in (one, other))
        if a == b:
            raise wrong(f"{path.name}:{line} ties person {a} to themselves.", "Leave the line out.")
        if kind not in ("", *KINDS):
            raise wrong(f'{path.name}:{line} reads "{kind}".', "Write strong or weak.")
        pair = (min(a, b), max(a, b))
        if pair in seen:
            raise wrong(
                f"{path.name}:{line} ties {a} and {b} a second time; line {seen[pair]} does.",
                "Write each tie once; it goes both ways.",
            )
        seen[pair] = line
        found.append((a, b, int(kind == "weak")))
    if not found:
        raise wrong(f"{path.name} has no ties.", "Write two people's numbers on each line, under the words from,to.")
    return found


def _person(cell: str, path: Path, line: int, people: int) -> int:
    number = read_number(cell, path, line)
    if not number.is_integer() or number >= people:
        raise wrong(
            f"{path.name}:{line} names person {cell}, and the market's are numbered from 0 to {people - 1:,}.",
            "Leave the line out, or write more people under market.",
        )
    return int(number)
