"""Arrays without an owner: whoever calls the loop keeps them, so that nothing in it counts references to them.

Each count is an atomic operation, and a call that hands over the whole state makes a hundred of them.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.extending import intrinsic, register_model


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


class Lent(types.Type):
    """The place of a bundle: who is handed it reads of the bundle what it needs, and nothing else is copied."""

    def __init__(self, bundle: Any) -> None:
        self.bundle = bundle
        super().__init__(name=f"Lent({bundle})")


register_model(Lent)(models.OpaqueModel)


def _lend(context: Any, bundle: Any) -> Any:
    """The place of a bundle, valid in whatever the caller calls."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(cgutils.alloca_once_value(builder, arguments[0]), cgutils.voidptr_t)

    return Lent(bundle)(bundle), generate


def _read(builder: Any, place: Any) -> Any:
    """What stands at a place, part by part, so that what nobody uses is not read."""
    kind = place.type.pointee
    if not isinstance(kind, ir.LiteralStructType):
        return builder.load(place)
    whole = ir.Constant(kind, ir.Undefined)
    for part in range(len(kind.elements)):
        whole = builder.insert_value(whole, _read(builder, cgutils.gep_inbounds(builder, place, 0, part)), part)
    return whole


def _lent(context: Any, place: Any) -> Any:
    """The bundle that was lent."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bundle = signature.return_type
        pointer = context.get_value_type(bundle).as_pointer()
        return _strip(context, builder, bundle, _read(builder, builder.bitcast(arguments[0], pointer)))

    return place.bundle(place), generate


lend: Any = intrinsic(_lend)
lent: Any = intrinsic(_lent)
