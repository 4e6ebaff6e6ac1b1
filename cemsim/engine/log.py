"""The log an engine fills: arrays declared in base.records."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.base.records import (
    CAMPAIGNS,
    EMOTION,
    FAILURES,
    FIRM,
    HOURS,
    PEOPLE,
    RULES,
    SCHEMES,
    STEPS,
    TEAMS,
    WAIT_BINS,
)
from cemsim.base.words import CAUSES

Floats = NDArray[np.float64]


#: A row of the month's people, its columns by name.
PEOPLE_ROW: Final = np.dtype([(name, "f8") for name in PEOPLE])
#: What a scheme or a campaign did in a segment in a month, likewise.
SCHEME_ROW: Final = np.dtype([(name, "f8") for name in SCHEMES])
CAMPAIGN_ROW: Final = np.dtype([(name, "f8") for name in CAMPAIGNS])


class Log(NamedTuple):
    """Quantities of a run; the axes are written in base.records, a replicate axis may stand in front."""

    people: Floats
    lost: Floats
    satisfaction: Floats
    expectation: Floats
    steps: Floats
    emotion: Floats
    waits: Floats
    teams: Floats
    hours: Floats
    failures: Floats
    rules: Floats
    firm: Floats
    schemes: Floats
    campaigns: Floats
    passed: Floats


def empty_log(
    months: int, segments: int, steps: int, teams: int, rules: int = 0, schemes: int = 0, campaigns: int = 0,
    takers: int = 0,
) -> Log:
    """A log of zeros."""
    z = np.zeros
    return Log(
        people=z((months, segments, len(PEOPLE))),
        lost=z((months, segments, len(CAUSES))),
        satisfaction=z((months, segments, 6)),
        expectation=z((months, segments, 6)),
        steps=z((months, steps, segments, len(STEPS))),
        emotion=z((months, steps, segments, 2, len(EMOTION))),
        waits=z((months, teams, segments, WAIT_BINS)),
        teams=z((months, teams, len(TEAMS))),
        hours=z((teams, 168, len(HOURS))),
        failures=z((months, segments, len(FAILURES))),
        rules=z((months, rules, len(RULES))),
        firm=z((months, len(FIRM))),
        schemes=z((months, schemes, segments, len(SCHEMES))),
        campaigns=z((months, campaigns, segments, len(CAMPAIGNS))),
        passed=z((months, takers, steps, segments, len(STEPS))),
    )


def stack(logs: list[Log]) -> Log:
    """Several replicates' logs with a replicate axis in front."""
    return Log(*(np.stack(parts) for parts in zip(*logs, strict=True)))


def numbers(rows: NDArray[Any]) -> Floats:
    """Records of numbers as an array with one axis more."""
    width = len(rows.dtype.names or ())
    return rows.view(np.float64).reshape(*rows.shape, width)
