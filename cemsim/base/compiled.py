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
_SOURCES: Final = ("base", "model", "engine", "plan", "rules")


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
_KEPT: Final[dict[str, Any]] = {"error_model": "numpy", "cache": True, "no_cfunc_wrapper": True}
"""The compiler makes two doors to each function. The one for C is no one's way in here, and takes time to compile."""
_WITHIN: Final[dict[str, Any]] = {"error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": True}


def kept(function: F) -> F:
    """Compile a scalar function without fast-math, once on a machine; it stays callable from plain Python."""
    return cast(F, numba.njit(**_KEPT)(function))


def inlined(function: F) -> F:
    """The same, compiled into its callers: for what is small, or done at every touch or month end."""
    return cast(F, numba.njit(**_KEPT, forceinline=True)(function))


def entry(function: F) -> F:
    """The same, for what Python calls with whole tables: meanwhile its other threads go on."""
    return cast(F, numba.njit(**_KEPT, nogil=True)(function))


def within(function: F) -> F:
    """The same, for what only compiled code calls: its door to Python, long for whole tables, is not compiled either.

    Called from Python such a function breaks the process down.
    """
    return cast(F, numba.njit(**_WITHIN)(function))


def inner(function: F) -> F:
    """The same, compiled into its callers."""
    return cast(F, numba.njit(**_WITHIN, forceinline=True)(function))
