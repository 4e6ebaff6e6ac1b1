"""Where the files that come with cemsim are: scenarios/ and rules/."""

from __future__ import annotations

from pathlib import Path

from cemsim.base.errors import CemsimError

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(*parts: str) -> Path:
    """Path of a shipped file or folder, in a checkout or in an installed wheel.

    Args:
        parts: path below the project's top, such as ``"scenarios", "telecom", "baseline.yaml"``.

    Raises:
        CemsimError: nothing of that name came with this installation.

    >>> shipped("scenarios").name
    'scenarios'
    """
    for top in (_PACKAGE.parent, _PACKAGE / "shipped"):
        path = top.joinpath(*parts)
        if path.exists():
            return path
    raise CemsimError(f"{'/'.join(parts)} did not come with this installation of cemsim.")
