"""Tables whose rows begin where a line of the cache begins, so that a row of one line costs one miss, not two."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LINE: Final = 64


def empty_rows(rows: int, kind: Any) -> NDArray[Any]:
    """A table of ``rows`` records of ``kind``, not filled.

    >>> empty_rows(3, np.dtype([("time", "f8")])).ctypes.data % LINE
    0
    """
    # np.empty, unlike np.zeros, asks the system for large pages, without which every contact misses the page table too
    size = int(np.dtype(kind).itemsize) * rows
    memory = np.empty(size + LINE, np.uint8)
    first = -memory.ctypes.data % LINE
    return memory[first : first + size].view(kind)


def rows_of_zeros(rows: int, kind: Any) -> NDArray[Any]:
    """A table of ``rows`` records of ``kind``, all zero."""
    found = empty_rows(rows, kind)
    found.view(np.uint8)[:] = 0
    return found


def copy_rows(table: NDArray[Any]) -> NDArray[Any]:
    """A copy that begins with a line, too.

    >>> copy_rows(np.array([1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    found = empty_rows(len(table), table.dtype)
    found.view(np.uint8)[:] = table.view(np.uint8)             # of records numpy would copy field by field
    return found
