"""Who reaches nobody: no pleasure in a short wait, and what went wrong in the back office goes wrong all the same."""

from __future__ import annotations

import numpy as np
import pytest

from cemsim.experiment import Run, run
from cemsim.measures import KPIS, books
from tests.engine.small import COMPANY, failure_sum, patched, step_sum, written

SHUT = {"teams.desk.open": '{to: "09:00-10:00 mon"}'}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """A company, and the same with a desk that is open for an hour a week."""
    at = tmp_path_factory.mktemp("unserved")
    text = COMPANY.replace("usage: 0.5 /year", "usage: 0 /year")
    return run([written(at, text), patched(at, "shut", SHUT)], replicates=3)


def test_a_closed_desk_pleases_nobody(runs: list[Run]) -> None:
    before, after = (books(each) for each in runs)
    turned_away = [step_sum(each.log, "sent_away").sum() for each in runs]
    assert turned_away[1] > 10.0 * turned_away[0]
    for name in ("satisfaction", "nps"):
        assert np.all(KPIS[name].total(after) < KPIS[name].total(before)), name
    assert np.all(KPIS["churn"].total(after) > KPIS["churn"].total(before))


def test_a_closed_desk_hides_no_failure_of_the_back_office(runs: list[Run]) -> None:
    """Of each need 12 % x .80 fails there, served or not; at the front line only who is served meets a failure."""
    found = [[float(failure_sum(each.log, f"happened_{where}").sum()) for where in ("back", "front")] for each in runs]
    (back, front), (shut_back, shut_front) = found
    assert abs(shut_back - back) < 4.0 * np.sqrt(back + shut_back)
    assert shut_front < 0.5 * front


@pytest.mark.parametrize("name", ["abandoned", "wait_sum"])
def test_nobody_hangs_up_on_a_call_that_we_make(runs: list[Run], name: str) -> None:
    steps: list[str] = list(runs[0].plan.names.steps)
    welcome = next(place for place, step in enumerate(steps) if "welcome" in str(step))
    total = float(step_sum(runs[0].log, name)[:, :, welcome].sum())
    assert total == 0.0 if name == "abandoned" else total > 0.0
