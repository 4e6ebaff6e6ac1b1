"""What the loader raises, and what it merely remarks on."""

from __future__ import annotations

from cemsim.base.errors import CemsimError, Problem


class ScenarioError(CemsimError):
    """A scenario that cannot be read; ``problems`` holds everything found, in order of the file's lines."""


class Remark(Problem):
    """Something odd that does not stop a scenario (an attribute that nothing touches, say)."""
