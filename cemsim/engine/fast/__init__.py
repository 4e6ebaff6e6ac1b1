"""The fast engine: the law of events in one compiled loop.

Compiled code is kept in the user's cache folder under a digest of all sources that it comes from, because the
compiler's own cache does not notice an edit in an imported module.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numba

_ROOT = Path(__file__).resolve().parents[2]
_SOURCES = ("base/draws.py", "model", "engine", "plan/tables.py")


def sources_digest() -> str:
    """Digest of the sources that decide what a simulation answers."""
    digest = hashlib.sha256(f"{numba.__version__}".encode())
    for part in _SOURCES:
        place = _ROOT / part
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            digest.update(file.relative_to(_ROOT).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled code and solved constants are kept: ``$CEMSIM_CACHE``, else the user's cache folder."""
    base = os.environ.get("CEMSIM_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "cemsim"
    )
    return Path(base) / sources_digest()


numba.config.CACHE_DIR = str(cache_folder() / "compiled")  # type: ignore[attr-defined]


def is_compiled() -> bool:
    """Whether this machine has compiled the engine before."""
    return any((cache_folder() / "compiled").rglob("*live*.nbc"))
