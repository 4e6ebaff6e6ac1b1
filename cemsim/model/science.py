"""How functions of the science are compiled: strict floating point, so that every caller gets the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from cemsim.base.compiled import inlined
from cemsim.base.compiled import kept as science

F = TypeVar("F", bound=Callable[..., Any])


def plain(function: F) -> F:
    """The same function uncompiled: where it is called a few times, compiling it would cost more than it saves."""
    return cast(F, getattr(function, "py_func", function))


__all__ = ["inlined", "plain", "science"]
