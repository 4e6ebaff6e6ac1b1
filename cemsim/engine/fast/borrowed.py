"""Arrays without an owner: whoever calls the loop keeps them, so that nothing in it counts references to them.

Each count is an atomic operation, and a call that hands over the whole state makes a hundred of them.
"""

from __future__ import annotations

from typing import Any

from numba.core import cgutils, types
from numba.extending import intrinsic


def _strip(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        array.parent = cgutils.get_null_value(array.parent.type)
        return array._getvalue()
    if isinstance(kind, types.BaseTuple):
        members: Any = kind
        parts = [_strip(context, builder, k, builder.extract_value(value, i)) for i, k in enumerate(members.types)]
        return context.make_tuple(builder, kind, parts)
    return value


def _borrowed(context: Any, value: Any) -> Any:
    """The same arrays, or bundles of arrays, without an owner: valid as long as the caller keeps the original."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _strip(context, builder, signature.args[0], arguments[0])

    return value(value), generate


borrowed: Any = intrinsic(_borrowed)
