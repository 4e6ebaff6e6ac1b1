"""The one kind of error a user sees: where, what was read, why it cannot be, what to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what the user wrote.

    >>> print(Problem("a.yaml", 7, "teams.desk", "There is no team 'desk'.", "Teams are: phone."))
    a.yaml:7  teams.desk
      There is no team 'desk'.   Teams are: phone.
    """

    file: str
    line: int
    path: str
    message: str
    cure: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line > 0 else self.file
        head = f"{place}  {self.path}".rstrip()
        return f"{head}\n  {self.message}" + (f"   {self.cure}" if self.cure else "")


class CemsimError(Exception):
    """Something the user can mend; commands print it and leave with exit code 2."""

    def __init__(self, problems: Problem | Sequence[Problem] | str):
        if isinstance(problems, str):
            problems = Problem("cemsim", 0, "", problems)
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(p) for p in self.problems))


class ScenarioError(CemsimError):
    """A scenario or rule file that cannot be read; ``problems`` holds everything found, in order of its lines."""


class Remark(Problem):
    """Something odd that does not stop a scenario (an attribute that nothing touches, say)."""
