"""How functions of the science are compiled: strict floating point, so that every caller gets the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def science(function: F) -> F:
    """Compile a scalar function without fast-math; it stays callable from plain Python."""
    compiled: Any = njit(error_model="numpy")(function)
    return cast(F, compiled)


def inlined(function: F) -> F:
    """The same, compiled into its callers: for what is small, or done at every touch or month end."""
    compiled: Any = njit(error_model="numpy", forceinline=True)(function)
    return cast(F, compiled)


def plain(function: F) -> F:
    """The same function uncompiled: where it is called a few times, compiling it would cost more than it saves."""
    return cast(F, getattr(function, "py_func", function))
