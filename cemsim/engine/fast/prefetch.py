"""Asking for a record before it is needed: customers lie all over memory, and a miss costs as much as a contact."""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from cemsim.base.compiled import inner
from cemsim.engine.lines import LINE
from cemsim.engine.state import MEMORY, RULED


def _prefetch(context: Any, array: Any, place: Any, byte: Any) -> Any:
    """Fetch the line of ``array[place]`` (one-dimensional, of records) that holds a byte, for writing; changes nothing.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        values = context.make_array(kind)(context, builder, arguments[0])
        record = cgutils.get_item_pointer(
            context, builder, kind, values, [context.cast(builder, arguments[1], signature.args[1], types.intp)]
        )
        raw = builder.bitcast(record, ir.IntType(8).as_pointer())
        raw = builder.gep(raw, [context.cast(builder, arguments[2], signature.args[2], types.intp)])
        integer = ir.IntType(32)
        function = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [raw.type, integer, integer, integer]),
            "llvm.prefetch.p0" if "opaque" in str(raw.type) or str(raw.type) == "ptr" else "llvm.prefetch.p0i8",
        )
        builder.call(function, [raw, integer(1), integer(3), integer(1)])
        return context.get_dummy_value()

    return types.none(array, place, byte), generate


prefetch: Any = intrinsic(_prefetch)
REMEMBERED: Final = MEMORY.itemsize
LATELY, CREDITED, OF_YEAR = (
    int(RULED.fields[name][1]) for name in ("failures", "credited", "spend")  # type: ignore[index]
)
"""Where in a row of what rules know failures, credits, and what a month end keeps of a year begin."""


@inner
def span(table: Any, place: Any, size: int) -> None:
    """Fetch so many bytes from a record on."""
    for line in range(0, size, LINE):
        prefetch(table, place, line)


@inner
def expect(people: Any, known: Any, book: Any, who: int) -> None:
    """Fetch what a contact that ends soon needs of its customer; ``known`` only where there are rules."""
    prefetch(people, who, 0)
    if book is not None:
        prefetch(known, who, 0)


@inner
def expect_end(people: Any, known: Any, book: Any, who: int) -> None:
    """The same of a contact that ends next, whose failures and resting rules may be looked up, too."""
    expect(people, known, book, who)
    if book is not None:
        prefetch(known, who, LATELY)


@inner
def expect_credit(known: Any, book: Any, who: int, wait: float) -> None:
    """Fetch what a credit needs of its customer: after a wait there may be one when the contact ends."""
    if book is not None and wait > 0.0:
        prefetch(known, who, CREDITED)
        prefetch(known, who, CREDITED + LINE)


@inner
def recall(memory: Any, slot: int) -> None:
    """Fetch what an issue that was met before remembers: its handling begins, so it is needed when that ends."""
    span(memory, slot, REMEMBERED)
