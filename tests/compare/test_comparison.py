"""Comparison: pairs by replicate, groups by name."""

from __future__ import annotations

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.records import PEOPLE, column
from cemsim.compare import compare
from cemsim.measures import KPIS
from tests.synthetic import run


def test_pairs_replicates_by_number_not_by_place() -> None:
    base, ours = run("a", months=2), run("b", months=2)
    ours.log.people = ours.log.people[::-1].copy()
    ours.replicates = tuple(reversed(ours.replicates))
    assert compare([base, ours], ["customers"]).of("customers", "b").verdict.word == "identical"


def test_only_common_replicates_count() -> None:
    base, ours = run("a", months=2, replicates=6), run("b", months=2, replicates=4)
    comparison = compare([base, ours], ["customers"])
    assert comparison.pairs == 4
    assert comparison.of("customers", "b").gap.n == 4


def test_difference_by_hand() -> None:
    base, ours = run("a", months=3, replicates=3), run("b", months=3, replicates=3)
    place = column(PEOPLE, "active")
    for number, more in enumerate((10.0, 20.0, 30.0)):
        ours.log.people[number, -1, 0, place] += more
    comparison = compare([base, ours], ["customers"])
    whole, loyal = comparison.of("customers", "b"), comparison.of("customers", "b", "loyalist")
    assert whole.gap.mean == loyal.gap.mean == 20.0
    assert whole.gap.half == pytest.approx(24.84138, abs=1e-4)
    assert comparison.of("customers", "b", "butterfly").verdict.word == "identical"
    assert comparison.of("customers", "b").ours.mean == pytest.approx(whole.base.mean + 20)


def test_part_of_the_horizon() -> None:
    base, ours = run("a"), run("b", lift=0.05)
    late = compare([base, ours], ["churn"], months=(24, 36)).of("churn", "b")
    early = compare([base, ours], ["churn"], months=(0, 12)).of("churn", "b")
    assert late.gap.mean < early.gap.mean < 0


def test_a_group_only_one_scenario_has() -> None:
    base, ours = run("a", months=2), run("b", months=2)
    ours.plan.names.teams = ["contact_centre", "new_team"]
    ours.scenario.teams["new_team"] = ours.scenario.teams["billing_team"]
    ours.scenario.journeys["billing_question"].steps["repair"].team = "new_team"
    comparison = compare([base, ours], ["occupancy"])
    row = comparison.of("occupancy", "b", "new_team")
    assert row.verdict.text == "nothing to compare"
    assert np.isnan(row.base.mean)
    assert row.ours.mean == pytest.approx(0.8)
    assert comparison.of("occupancy", "b", "billing_team").verdict.word == "none"


@pytest.mark.parametrize("names", [("a",), ("a", "a")])
def test_refuses(names: tuple[str, ...]) -> None:
    with pytest.raises(CemsimError):
        compare([run(name, months=1, replicates=2) for name in names])


def test_refuses_nothing_in_common() -> None:
    base, ours = run("a", months=1, replicates=2), run("b", months=1, replicates=2)
    ours.replicates = (7, 8)
    with pytest.raises(CemsimError, match="nothing can be paired"):
        compare([base, ours])


def test_frame_is_tidy() -> None:
    frame = compare([run("a", months=2), run("b", months=2), run("c", months=2)], ["churn", "wait"]).frame()
    assert set(frame["scenario"]) == {"b", "c"}
    assert len(frame) == 2 * (3 + 2 + 4)
    assert not frame.duplicated(["scenario", "kpi", "group"]).any()


def test_a_measure_knows_what_matters_at_its_own_level() -> None:
    place = column(PEOPLE, "active")
    words = {}
    for more in (1.0, 400.0):
        base, ours = run("a", months=3, replicates=4), run("b", months=3, replicates=4)
        ours.log.people[:, -1, 0, place] += more + np.arange(4) / 10
        row = compare([base, ours], ["customers"]).of("customers", "b")
        assert 0.001 * row.base.mean > 1.4
        words[more] = row.verdict.word
    assert words == {1.0: "negligible", 400.0: "better"}


def test_every_measure_has_a_margin() -> None:
    assert all(max(kpi.margin.least, kpi.margin.part) > 0 and kpi.margin.because for kpi in KPIS.values())
