"""The customer ledger: people by hand, and a company whose ledger closes to the unit and to the cent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.records import PEOPLE, column
from cemsim.base.shipped import shipped
from cemsim.base.words import CAUSES
from cemsim.compare.ledger import FATES, WITH, WITHOUT, ledger
from cemsim.engine.state import FATE
from cemsim.experiment import Run, run
from cemsim.experiment.cut import cut
from cemsim.measures import books
from cemsim.measures.money import compensation, revenue
from cemsim.scenario import load
from tests.engine.small import COMPANY, patched, people_sum, written

SERVICE, COMPETITION = 2 + CAUSES.index("service"), 2 + CAUSES.index("competition")
#: segment, start, end without, end with, months without, with, spend without, with, compensation without, with
BY_HAND = [
    (0, 1, 1, 1, 12, 12, 12.0, 12.0, 0.0, 0.5),                    # kept, and paid half a month for nothing
    (0, 1, SERVICE, 1, 5, 12, 5.0, 12.0, 0.0, 0.25),               # saved
    (1, 1, SERVICE, 1, 3, 12, 6.0, 24.0, 0.25, 0.0),               # saved
    (1, 1, 1, COMPETITION, 12, 2, 12.0, 2.0, 0.0, 0.0),            # lost
    (0, 1, SERVICE, COMPETITION, 4, 6, 4.0, 6.0, 0.0, 0.0),        # gone either way, by another cause
    (0, 0, 1, 1, 7, 7, 7.0, 7.0, 0.0, 0.0),                        # won either way
    (1, 5, 5, 1, 0, 9, 0.0, 9.0, 0.0, 0.0),                        # left before, won back only with the plan
    (1, 0, 1, 0, 3, 0, 3.0, 0.0, 0.0, 0.0),                        # won only without it
    (0, 0, SERVICE, 0, 2, 0, 2.0, 0.0, 0.0, 0.0),                  # came and went
    (0, 6, 6, 6, 0, 0, 0.0, 0.0, 0.0, 0.0),                        # gone before, never seen again: in no line
]  # fmt: skip


def by_hand(name: str, world: int, margin: float = 0.5) -> Any:
    fates = np.zeros(len(BY_HAND), FATE)
    for place, row in enumerate(BY_HAND):
        fates[place] = (row[0], row[1], *row[2 + world :: 2])
    segments = {
        "loyal": SimpleNamespace(revenue=50.0, margin=margin, importance={}, offers={}),
        "fickle": SimpleNamespace(revenue=40.0, margin=margin, importance={}, offers={}),
    }
    for segment in segments.values():
        segment.importance = dict.fromkeys(("product", "service", "relationship", "price", "convenience", "image"), 0.0)
    return SimpleNamespace(
        scenario=SimpleNamespace(
            improvement=None, network=None,
            name=name, path=f"{name}.yaml", own_baseline=False, segments=segments, teams={}, journeys={}, schemes={},
            campaigns={},
            finance=SimpleNamespace(acquisition_cost=0.0, discount_rate=0.1, message_cost=0.0), currency="USD",
        ),
        plan=SimpleNamespace(
            names=SimpleNamespace(
                segments=("loyal", "fickle"), journeys=(), steps=(), teams=(), rules=(), schemes=(), campaigns=(),
            ),
        ),
        log=None, replicates=(0,), fates=(fates,),
    )  # fmt: skip


def test_people_by_hand() -> None:
    found = ledger([by_hand("Base", WITHOUT), by_hand("Plan", WITH)])
    counts = {fate: found.of(fate, found.people)[0].tolist() for fate in FATES}
    assert counts == {
        "kept": [1, 0], "saved": [1, 1], "lost": [0, 1], "gone": [1, 0],
        "won": [1, 0], "won_with": [0, 1], "won_without": [0, 1], "passing": [1, 0],
    }  # fmt: skip
    months, margin, paid = (found.gain(v) for v in (found.months, found.margin, found.paid))
    assert found.of("saved", months)[0].tolist() == [7, 9]
    assert found.of("saved", margin)[0].tolist() == [7 * 25, 18 * 20]
    assert found.of("saved", paid)[0].tolist() == [12.5, -10]
    assert found.of("lost", margin)[0].tolist() == [0, -200]
    assert found.anyway(found.paid)[0, :, WITH].tolist() == [25, 0]
    saved, lost = found.by_cause("saved", WITHOUT)[0], found.by_cause("lost", WITH)[0]
    assert saved[CAUSES.index("service")].tolist() == [1, 1] and saved.sum() == 2
    assert lost[CAUSES.index("competition")].tolist() == [0, 1] and lost.sum() == 1
    assert found.by_cause("gone", WITH)[0, CAUSES.index("competition")].tolist() == [1, 0]
    assert found.movers.tolist() == [0]


def test_each_world_has_its_own_prices() -> None:
    found = ledger([by_hand("Base", WITHOUT), by_hand("Plan", WITH, margin=0.6)])
    assert found.of("kept", found.gain(found.margin))[0, 0] == pytest.approx(12 * 50 * 0.1)


@pytest.fixture(scope="module", params=["small", "telecom"])
def company(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> list[Run]:
    if request.param == "telecom":
        files = [shipped("scenarios", "telecom", f"{name}.yaml") for name in ("baseline", "back_office")]
        return run([cut(load(file), 4_000) for file in files], replicates=2, fates=True)
    folder = tmp_path_factory.mktemp("ledger")
    base = written(folder, COMPANY)
    plan = patched(folder, "plan", {
        "teams.desk.on_shift": "{add: 1}", "failures.probability": "{times: 0.5}",
        "failures.compensation.minor": "{times: 2}", "segments.*.margin": "{to: 55 %}",
    })  # fmt: skip
    return run([base, plan], replicates=3, fates=True)


def test_the_ledger_closes(company: list[Run]) -> None:
    found, (base, plan) = ledger(company), (books(r) for r in company)
    end = [people_sum(r.log, "active")[:, -1] for r in company]
    assert (found.customers(WITHOUT) == end[0]).all() and (found.customers(WITH) == end[1]).all()
    count = {fate: found.of(fate, found.people) for fate in FATES}
    net = count["saved"] - count["lost"] + count["won_with"] - count["won_without"]
    assert (net == end[1] - end[0]).all() and net.any()
    begun = people_sum(company[0].log, "active_start")[:, 0]
    assert (count["kept"] + count["saved"] + count["lost"] + count["gone"] == begun).all()
    for world, book in enumerate((base, plan)):
        lived = book.log.people[..., column(PEOPLE, "months")].sum(axis=1)
        assert (found.months[..., world].sum(axis=(1, 2, 3)) == lived).all()
        earned = (revenue(book) * book.margin).sum(axis=1)
        assert found.margin[..., world].sum(axis=(1, 2, 3)) == pytest.approx(earned, abs=0.005)
        paid = compensation(book).sum(axis=1)
        assert found.paid[..., world].sum(axis=(1, 2, 3)) == pytest.approx(paid, abs=0.005)
        assert paid.sum() > 0
    by_fate = sum(found.of(fate, found.gain(found.worth)) for fate in FATES)
    worth = [(revenue(b) * b.margin - compensation(b)).sum(axis=1) for b in (base, plan)]
    assert by_fate == pytest.approx(worth[1] - worth[0], abs=0.005)


def test_causes_are_those_of_the_world_in_which_they_left(company: list[Run]) -> None:
    found = ledger(company)
    for fate, world in (("saved", WITHOUT), ("lost", WITH), ("gone", WITHOUT), ("gone", WITH)):
        assert (found.by_cause(fate, world).sum(axis=1) == found.of(fate, found.people)).all()
    assert not found.by_cause("kept", WITH).any()


def test_against_itself_nobody_is_saved(company: list[Run]) -> None:
    found = ledger([company[0], company[0]])
    for fate in ("saved", "lost", "won_with", "won_without"):
        assert not found.of(fate, found.people).any()
    assert not found.gain(found.worth).any()


def test_without_fates_it_says_so(company: list[Run]) -> None:
    bare = [SimpleNamespace(**{**r.__dict__, "fates": ()}) for r in company]
    with pytest.raises(CemsimError, match="fates=True"):
        ledger(bare)
