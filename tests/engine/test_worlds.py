"""Common random numbers: what happens to one person changes no draw of anybody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from cemsim.base.draws import STREAMS, Stream, decision, normal, poisson, stream_keys, uniform
from cemsim.engine.log import Log
from cemsim.experiment import Run, run
from cemsim.scenario import Scenario
from tests.engine.small import ALONE, COMPANY, Life, lived, patched, same, step_sum, unmoved, written

pytestmark = pytest.mark.worlds

#: One segment: a new customer then moves no border between segments.
CROWD = ALONE.replace("customers: 1_200", "customers: {customers}").replace("people: 3_000", "people: {people}")
CROWD = CROWD[: CROWD.index("  fickle:")] + CROWD[CROWD.index("journeys:") :]


def crowd(folder: Path, customers: int, people: int) -> Scenario:
    text = CROWD.replace("{customers}", str(customers)).replace("{people}", str(people))
    return written(folder / f"{customers}_{people}", text)


def rows(life: Life, without: int) -> tuple[bytes, bytes, bytes]:
    """Bits of everybody but one person: records, purses, visits."""
    keep = np.arange(len(life.world.state.people)) != without
    state = life.world.state
    others = life.visits[life.visits["person"] != without]
    return state.people[keep].tobytes(), state.purse[keep].tobytes(), others.tobytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture(scope="module")
def alone(folder: Path) -> Life:
    return lived(crowd(folder, 1_200, 2_000))


def test_one_more_prospect_changes_nobody(folder: Path, alone: Life) -> None:
    more = lived(crowd(folder, 1_200, 2_001))
    assert len(more.world.state.people) == 2_001
    assert rows(more, 2_000) == rows(alone, 2_000)


def test_one_more_customer_changes_nobody(folder: Path, alone: Life) -> None:
    """Person 1,200 is a customer from the start instead of a prospect."""
    more = lived(crowd(folder, 1_201, 2_000))
    assert np.any(more.visits["person"] == 1_200) and not np.any(alone.visits["person"] == 1_200)
    assert rows(more, 1_200) == rows(alone, 1_200)


def test_where_people_share_a_desk_they_do_touch(folder: Path) -> None:
    """The comparison above has teeth: with two people on the phone, one customer more makes others wait."""
    texts = [
        CROWD.replace("{customers}", str(n)).replace("{people}", "2000").replace("on_shift: 5_000", "on_shift: 1")
        for n in (1_200, 1_201)
    ]
    few, more = (lived(written(folder / f"tight_{i}", t), months=2) for i, t in enumerate(texts))
    assert rows(few, 1_200) != rows(more, 1_200)


def test_one_person_with_more_needs_changes_nobody_else(folder: Path) -> None:
    text = ALONE.replace("customers: 800", "customers: 1").replace("churn: 30", "churn: 0")
    base = written(folder / "one", text)
    busy = written(folder / "one_busy", text.replace("contact_rate: 1.2", "contact_rate: 6"))
    a, b = lived(base), lived(busy)
    assert np.sum(b.visits["person"] == 1_200) > 2 * np.sum(a.visits["person"] == 1_200)
    assert rows(a, 1_200) == rows(b, 1_200)


def test_one_stamp_more_in_a_trace_changes_one_person(folder: Path) -> None:
    at = folder / "trace"
    at.mkdir()
    stamps = np.sort(np.random.default_rng(3).uniform(0, 300_000, 4_000)).round(3)
    (at / "few.csv").write_text("time\n" + "\n".join(map(str, stamps)) + "\n")
    (at / "more.csv").write_text("time\n" + "\n".join(map(str, [*stamps, 310_000.0])) + "\n")
    call = "{call: {team: desk, handling: 6 min, resolves: 60 %}}"
    log = f"  recorded: {{starts: trace, trace: few.csv, steps: {call}}}\n"
    text = ALONE.replace("  complaint:\n", log + "  complaint:\n")
    few = lived(written(at, text, "few.yaml"))
    more = lived(written(at, text.replace("few.csv", "more.csv"), "more.yaml"))
    bits = [life.world.state.people.view(np.uint8).reshape(len(life.world.state.people), -1) for life in (few, more)]
    (who,) = np.flatnonzero((bits[0] != bits[1]).any(axis=1))
    assert rows(few, int(who)) == rows(more, int(who))


PLANS: dict[str, dict[str, str]] = {
    "more_people": {"teams.desk.on_shift": "{add: 2}"},
    "longer_hours": {"teams.desk.open": '{to: "08:00-20:00 daily"}'},
    "fickle_first": {"teams.desk.serve_first": "{to: [fickle]}"},
    "faster": {"journeys.question.steps.call.handling": "{times: 0.8}"},
    "surer": {"journeys.question.steps.call.resolves": "{add: 20 %-points}"},
    "better": {"quality.product": "{add: 1 points}"},
    "cheaper": {"price.ours": "{to: 0.9}"},
    "rivals": {"market.attraction": "{to: 0.5}"},
    "louder": {"advertising": "{to: 2}"},
    "mended": {"failures.back_office_factor": "{to: 0.5}"},
    "promised": {"model.experience.promise": "{to: {product: 9 points}}"},
    "no_repair": {"journeys.question.steps.repair": "{remove: true}"},
    "chat": {
        "teams.chat": '{new: {on_shift: 1, open: "09:00-17:00 mon-fri"}}',
        "journeys.question.steps.chat": "{new: {channel: app, team: chat, handling: 4 min, resolves: 50 %}}",
    },
}


@pytest.fixture(scope="module")
def later(folder: Path) -> list[Run]:
    at = folder / "later"
    base = written(at, COMPANY)
    head = "investment: {starts: month 12}\n"
    return run([base, *(patched(at, name, change, head) for name, change in PLANS.items())], replicates=1)


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_of_month_12_leaves_the_year_before_untouched(later: list[Run], name: str) -> None:
    base, ours = later[0], later[1 + list(PLANS).index(name)]
    changed = False
    for part in Log._fields:
        if part == "hours":  # over the whole horizon
            continue
        before, after = getattr(base.log, part), getattr(ours.log, part)
        common = tuple(slice(0, n) for n in before.shape)
        assert same(before[:, :12], np.ascontiguousarray(after[common][:, :12])), part
        changed = changed or not same(before[:, 12:], np.ascontiguousarray(after[common][:, 12:]))
    assert changed
    if name == "chat":
        assert not step_sum(ours.log, "arrived")[:, :12, len(base.plan.names.steps) :].any()
        assert not ours.log.teams[:, :12, len(base.plan.names.teams) :].any()


def identical(a: Log, b: Log) -> bool:
    return all(same(np.ascontiguousarray(x), np.ascontiguousarray(y)) for x, y in zip(a, b, strict=True))


@pytest.fixture(scope="module")
def short(folder: Path) -> list[Scenario]:
    at = folder / "short"
    text = COMPANY.replace("horizon: 18", "horizon: 4")
    return [written(at, text), patched(at, "more_people", PLANS["more_people"])]


@pytest.fixture(scope="module")
def four(short: list[Scenario]) -> list[Run]:
    return run(short, replicates=4, workers=1)


def test_workers_change_no_bit(short: list[Scenario], four: list[Run]) -> None:
    for a, b in zip(four, run(short, replicates=4, workers=2), strict=True):
        assert identical(a.log, b.log)


def test_threads_inside_a_replicate_change_no_bit(folder: Path) -> None:
    """More people than one block holds, so that the month end is shared out."""
    text = ALONE.replace("people: 3_000", "people: 70_000").replace("customers: 1_200", "customers: 40_000")
    text = text.replace("need: 16", "need: 1").replace("horizon: 18", "horizon: 2")
    scenario = written(folder / "blocks", text)
    one, two = (run(scenario, replicates=1, workers=n)[0].log for n in (1, 2))
    assert identical(one, two)


def test_replicates_may_be_split_over_runs(short: list[Scenario], four: list[Run]) -> None:
    first, second = run(short, replicates=1), run(short, replicates=3, first=1)
    assert second[0].replicates == (1, 2, 3)
    for whole, a, b in zip(four, first, second, strict=True):
        joined = Log(*(np.concatenate(parts) for parts in zip(a.log, b.log, strict=True)))
        assert identical(whole.log, joined)


def test_alone_or_in_company_a_scenario_is_the_same(short: list[Scenario], four: list[Run]) -> None:
    assert identical(run(short[0], replicates=4)[0].log, four[0].log)


def test_seeds_and_replicates(short: list[Scenario], four: list[Run]) -> None:
    again, other = run(short[0], replicates=4, seed=1)[0].log, run(short[0], replicates=4, seed=2)[0].log
    assert identical(four[0].log, again)
    worlds = [log.steps[r].tobytes() for log in (again, other) for r in range(4)]
    assert len(set(worlds)) == 8


def test_watching_the_visits_changes_nothing(short: list[Scenario], four: list[Run]) -> None:
    for a, b in zip(four, run(short, replicates=4, events=True), strict=True):
        assert identical(a.log, b.log)
        assert b.visits is not None


# --- the draws themselves

COUNTS = st.integers(0, 2**40)
PEOPLE = st.integers(0, 2**27)


@given(seed=st.integers(0, 2**62), replicate=st.integers(0, 10**6), person=PEOPLE, counter=COUNTS)
def test_a_draw_is_a_function(seed: int, replicate: int, person: int, counter: int) -> None:
    key = stream_keys(seed, replicate)[Stream.LEAVE]
    u = uniform(key, person, counter)
    assert 0.0 < u < 1.0
    assert u == uniform(stream_keys(seed, replicate)[Stream.LEAVE], person, counter)
    others = [
        uniform(key, person + 1, counter),
        uniform(key, person, counter + 1),
        uniform(stream_keys(seed, replicate + 1)[Stream.LEAVE], person, counter),
        uniform(stream_keys(seed, replicate)[Stream.CAUSE], person, counter),
    ]
    assert u not in others


def draws(what: str, n: int = 20_000) -> NDArray[np.float64]:
    """Draws along one of the axes that tell decisions apart."""
    key = stream_keys(5, 0)[Stream.NEED]
    along: dict[str, Any] = {
        "person": lambda i: uniform(key, i, 77),
        "counter": lambda i: uniform(key, 9, i),
        "month": lambda i: uniform(key, 9, decision(i % 512, i // 512, 0, 0, 0)),
        "replicate": lambda i: uniform(stream_keys(5, i)[Stream.NEED], 9, 77),
        "seed": lambda i: uniform(stream_keys(i, 0)[Stream.NEED], 9, 77),
        "stream": lambda i: uniform(stream_keys(5, i // STREAMS)[i % STREAMS], 9, 77),
    }
    return np.array([along[what](i) for i in range(n if what in ("person", "counter", "month") else n // 5)])


@pytest.mark.parametrize("what", ["person", "counter", "month", "replicate", "seed", "stream"])
def test_draws_are_uniform_and_unrelated(what: str) -> None:
    u = draws(what)
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    cells = np.histogram2d(u[:-1], u[1:], bins=8, range=[[0, 1], [0, 1]])[0].ravel()
    assert stats.chisquare(cells).pvalue > 1e-4
    for lag in (1, 2, 64, 256):
        assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 4.5 / np.sqrt(len(u))


@given(
    a=st.tuples(*(st.integers(0, 2**bits - 1) for bits in (9, 6, 11, 6, 8))),
    b=st.tuples(*(st.integers(0, 2**bits - 1) for bits in (9, 6, 11, 6, 8))),
)
def test_different_decisions_have_different_counters(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    assert (decision(*a) == decision(*b)) == (a == b)


@given(st.floats(1e-15, 1 - 1e-15))
def test_normal_is_the_quantile(u: float) -> None:
    assert normal(u) == pytest.approx(stats.norm.ppf(u), rel=1e-9, abs=1e-12)


@given(u=st.floats(1e-12, 1 - 1e-9), mean=st.floats(0.0, 60.0))
def test_poisson_is_the_quantile(u: float, mean: float) -> None:
    near = {int(stats.poisson.ppf(min(max(u + d, 1e-300), 1.0), mean)) if mean > 0 else 0 for d in (-1e-12, 0.0, 1e-12)}
    assert poisson(u, mean) in near


@given(u=st.floats(1e-9, 1 - 1e-9), mean=st.floats(0.01, 30.0), more=st.floats(1.0, 3.0))
def test_more_is_never_less(u: float, mean: float, more: float) -> None:
    """Common random numbers: a higher mean gives no smaller count to anybody."""
    assert poisson(u, mean * more) >= poisson(u, mean)


def test_no_constants_no_movement(alone: Life) -> None:
    """Without calibration nothing is solved, so that one customer more cannot act through constants either."""
    moved = {
        "world.cause_level": 1.0,
        "world.demand_scale": 1.0,
        "segments.kappa": 1.0,
        "teams.patience_scale": 1.0,
    }
    constants = unmoved(alone.plan.scenario)
    assert all(np.all(constants[name] == value) for name, value in moved.items())
    assert not constants["teams.wait_offset"].any()
