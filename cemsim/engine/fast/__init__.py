"""The fast engine: the law of events in one compiled loop."""

from __future__ import annotations

from cemsim.base.compiled import cache_folder


def is_compiled() -> bool:
    """Whether this machine has compiled the engine before."""
    return any((cache_folder() / "compiled").rglob("*live*.nbc"))
