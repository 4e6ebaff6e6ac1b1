"""What a thread writes a month's needs on: the worlds that it advances one after the other share the room."""

from __future__ import annotations

import threading
from typing import Final

import numpy as np

from cemsim.engine.lines import empty_rows
from cemsim.engine.state import ARRIVAL_ROW

NOBODY: Final = empty_rows(0, ARRIVAL_ROW)
NO_LUCK: Final = np.empty(0)


class Sheet(threading.local):
    """Needs as they are found (``raw`` [block, place]) and in order (``arrivals``), with what is foreseen of them."""

    def __init__(self) -> None:
        self.raw = NOBODY.reshape(0, 0)
        self.takes = NO_LUCK
        self.hold(0)

    def widen(self, blocks: int, most: float) -> None:
        """Make room for the needs of so many blocks of people, and a quarter more."""
        room = int(1.25 * most) + 64
        self.raw = empty_rows(blocks * room, ARRIVAL_ROW).reshape(blocks, room)

    def hold(self, needs: int) -> None:
        """Make room for so many needs in order, and a quarter more; one place at least stays empty."""
        if needs >= len(self.takes):
            room = int(needs * 1.25) + 64
            self.arrivals, self.buckets = empty_rows(room, ARRIVAL_ROW), np.empty(2 * room + 1, np.uint32)
            self.takes, self.waits = np.empty(room), np.empty(room)


SHEET: Final = Sheet()
