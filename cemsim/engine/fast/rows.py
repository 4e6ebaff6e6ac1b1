"""The log as tables of records: a row is looked up once, and its columns then stand at fixed places behind it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.records import EMOTION, HOURS, STEPS
from cemsim.engine.log import PEOPLE_ROW, Log


def _row(columns: dict[str, str]) -> np.dtype[Any]:
    return np.dtype([(name, "f8") for name in columns])


STEP_ROW: Final = _row(STEPS)
HOUR_ROW: Final = _row(HOURS)
EMOTION_ROW: Final = _row(EMOTION)


def in_rows(log: Log) -> Log:
    """The same memory, each table flat: what the event loop counts in is records, all else numbers."""

    def rows(table: NDArray[np.float64], kind: np.dtype[Any]) -> NDArray[Any]:
        return table.reshape(-1).view(kind)

    flat = Log(*(part.reshape(-1) for part in log))
    return flat._replace(
        steps=rows(log.steps, STEP_ROW), hours=rows(log.hours, HOUR_ROW), emotion=rows(log.emotion, EMOTION_ROW),
        people=rows(log.people, PEOPLE_ROW), passed=rows(log.passed, STEP_ROW),
    )
