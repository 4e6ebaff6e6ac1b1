"""A network from a file: which ties it may hold, and what is said of those it may not."""

from __future__ import annotations

from pathlib import Path

from cemsim.scenario.files import read_number, read_rows
from cemsim.scenario.quantity import wrong

KINDS = ("strong", "weak")


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
