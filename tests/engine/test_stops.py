"""The event loop stops when a buffer is full or a pool too small, and goes on as if it had not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.engine.fast import world as fast
from cemsim.engine.log import empty_log
from cemsim.experiment.constants import constants_of
from cemsim.plan.compile import plan
from tests.engine.small import COMPANY, written


def test_a_stop_for_room_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are taken away every few dozen visits, often just as somebody who waits is about to be answered."""
    ours = plan(written(tmp_path, COMPANY.replace("on_shift: 2,", "on_shift: 1,") + "switches: {calibration: off}\n"))
    constants, months, stops = constants_of(ours, lambda what, share: None), 4, []
    tables = [ours.at(month, constants) for month in range(months)]
    monkeypatch.setattr(fast, "VISITS", 300)
    logs = []
    for keeps in (None, lambda rows: stops.append(len(rows))):
        out = empty_log(months, *ours.names.sizes)
        world = fast.World(tables[0], 1, 0, 0, visits=keeps, memory=ours.names.remembered)
        for month in range(months):
            world.step(tables[month], out, month)
        logs.append(out)
    assert len(stops) > 100
    for name, whole, stopped in zip(logs[0]._fields, *logs, strict=True):
        assert np.array_equal(whole, stopped), name
