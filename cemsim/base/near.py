"""The nearest name to a misspelt one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

#: From so many letters on a name shares many with names that mean something else.
_LONG: Final = 8
#: Words that people write for fields of another name.
MEANT: Final = {
    "people": "on_shift", "heads": "on_shift", "staff": "on_shift", "agents": "on_shift", "fte": "paid",
    "hours": "open", "salary": "wage", "duration": "handling", "aht": "handling", "fcr": "resolves",
}  # fmt: skip


def nearest(name: str, names: Iterable[str]) -> str:
    """``" Did you mean ...?"`` where a name is near enough, else nothing.

    >>> nearest("contact_center", ["billing", "contact_centre"])
    '   Did you mean contact_centre?'
    >>> nearest("contract_ends", ["contact_pressure"])
    ''
    """
    known = list(names)
    if (meant := MEANT.get(name.lower())) in known:
        return f"   Did you mean {meant}?"
    found = difflib.get_close_matches(name[:200], known, n=1, cutoff=0.6 if len(name) < _LONG else 0.7)
    return f"   Did you mean {found[0]}?" if found else ""


def near_pattern(pattern: str, names: Iterable[str], most: int = 6) -> str:
    """What a pattern that matches nothing was perhaps meant for: names that hold its words, else the nearest ones.

    >>> near_pattern("churn", ["segments.new.churn", "segments.old.churn", "teams.desk.wage"])
    'Write "*churn*" for: segments.new.churn, segments.old.churn.'
    >>> near_pattern("*.wgae", ["segments.new.churn", "teams.desk.wage"], most=1)
    'Nearest are: teams.desk.wage.'
    """
    known = list(names)
    bare = pattern.strip("*. ")[:200]
    inside = [name for name in known if bare and bare in name]
    if inside:
        return f'Write "*{bare}*" for: {listed(inside, most)}.'
    return f"Nearest are: {', '.join(difflib.get_close_matches(bare, known, most, cutoff=0.0))}."


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in a row, shortened where there are many.

    >>> listed(["a", "b", "c"], most=2)
    'a, b, ... (3 in all)'
    """
    all_names = list(names)
    if len(all_names) <= most:
        return ", ".join(all_names) or "none"
    return f"{', '.join(all_names[:most])}, ... ({len(all_names)} in all)"


def neighbours(path: Path) -> str:
    """What lies beside a file that was not found, and which of it was perhaps meant."""
    try:
        names = sorted(p.name for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml", ".csv"))
    except (OSError, ValueError):
        return "Check the path."
    return f"Here are: {listed(names)}.{nearest(path.name, names)}" if names else "Check the path."
