"""Where compiled code is kept: under a digest of all sources that it comes from.

The compiler's own cache does not notice an edit in an imported module.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba

_ROOT: Final = Path(__file__).resolve().parents[1]
_SOURCES: Final = ("base/draws.py", "model", "engine", "plan/tables.py")


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


# before anything is compiled: where a function is kept is settled when it is declared
numba.config.CACHE_DIR = str(cache_folder() / "compiled")  # type: ignore[attr-defined]


F = TypeVar("F", bound=Callable[..., Any])


def kept(function: F) -> F:
    """Compile a scalar function without fast-math, once on a machine; it stays callable from plain Python."""
    compiled: Any = numba.njit(error_model="numpy", cache=True)(function)
    return cast(F, compiled)


def inlined(function: F) -> F:
    """The same, compiled into its callers: for what is small, or done at every touch or month end."""
    compiled: Any = numba.njit(error_model="numpy", cache=True, forceinline=True)(function)
    return cast(F, compiled)


def within(function: F) -> F:
    """The same, for what only compiled code calls: its doors to Python, long for whole tables, are not compiled.

    Called from Python such a function breaks the process down.
    """
    options: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}       # known to numba, not to its type stubs
    compiled: Any = numba.njit(error_model="numpy", **options)(function)
    return cast(F, compiled)
