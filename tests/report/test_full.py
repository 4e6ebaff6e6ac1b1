"""A full comparison: risk, sensitivity, decomposition and value of information in one page and one workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

from cemsim.base.language import speaking
from cemsim.commands import full as orders
from cemsim.experiment import run
from cemsim.experiment.sensitivity import Study
from cemsim.finance import cases
from cemsim.finance.risk import moved_most
from cemsim.report.full import Full, closing, sections, sentences
from cemsim.report.page import page
from cemsim.report.workbook import write
from cemsim.scenario import load
from tests.report.test_page import Reader

KIOSK = """
cemsim: 1
name: Kiosk
horizon: 12 months
burn_in: 1 month
segments:
  guests: {customers: 400, revenue: 9 USD/month, churn: {value: 20 %/year, range: [15 %/year, 25 %/year]}}
journeys:
  question:
    need: 4 /year
    steps:
      call: {channel: phone_in, team: desk, handling: 5 min, resolves: {value: 70 %, range: [60 %, 80 %]}}
teams:
  desk: {on_shift: 2, open: "09:00-17:00 daily", patience: 4 min, wage: 20 USD/h}
"""
BETTER = """
cemsim: 1
based_on: kiosk.yaml
name: A bit better
change:
  journeys.question.steps.call.resolves: {add: 10 %-points}
  teams.desk.on_shift: {add: -1}
investment: {capex: 1_000 USD}
"""


@pytest.fixture(scope="module", autouse=True)
def fewer() -> Iterator[None]:
    """A study small enough for a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "DRAWS", 6)
        patch.setattr(orders, "STRONGEST", 2)
        yield


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder = tmp_path_factory.mktemp("kiosk")
    files = []
    for name, text in (("kiosk", KIOSK), ("better", BETTER), ("other", BETTER.replace("A bit better", "The same"))):
        files.append(folder / f"{name}.yaml")
        files[-1].write_text(text, encoding="utf-8")
    return [load(file) for file in files]


@pytest.fixture(scope="module")
def made(family: list[Any]) -> tuple[list[Any], Full]:
    return run(family, 2), orders.study(family, 1, None, quiet=True)


def test_everything_asked_for_is_there(family: list[Any], made: tuple[list[Any], Full]) -> None:
    _, full = made
    assert full.missing == ()
    assert [one.scenario for one in full.risks] == [one.scenario for one in full.tornadoes] == list(full.why)
    assert full.drawn is not None and full.drawn.values.shape[0] == orders.DRAWS
    assert full.drawn.known is not None
    prices = Study.priced(family, full.drawn.known)
    assert full.free == len(prices)
    assert {full.drawn.known[place].name for place in prices} == {"teams.desk.wage", "segments.guests.margin"}
    for one in full.tornadoes:
        simulated = [bar for bar in one.bars if not bar.free]
        assert len(simulated) <= orders.STRONGEST and len(one.bars) <= orders.SHOWN
        assert [bar.width for bar in one.bars] == sorted((bar.width for bar in one.bars), reverse=True)
    for why in full.why.values():
        assert list(why.answers) == list(orders.KPIS) and why.replicates == orders.APART
        assert why.answers["npv"].changes is not None and len(why.answers["npv"].changes.parts) == 2


def test_one_page_holds_all_sections(made: tuple[list[Any], Full]) -> None:
    runs, full = made
    html = page(runs, cases=cases(runs), full=full)
    reader = Reader()
    reader.feed(html)
    assert reader.open == [] and len(reader.ids) == len(set(reader.ids))
    for name in ("executive", "case", "risk", "tornado", "why", "why-1", "information"):
        assert f'<h2 id="{name}">' in html
    short = html[html.index('id="executive"') : html.index('id="verdict"')]
    for told in (*sentences(full)["A bit better"], *closing(full)):
        assert told.replace("'", "&#39;") in short
    assert len(sentences(full)["A bit better"]) == 3
    assert "why.csv" not in html


def test_the_sections_speak_chinese(made: tuple[list[Any], Full]) -> None:
    with speaking("zh"):
        assert [section.title for section in sections(made[1])] == [
            "风险", "敏感性", "为何不同：A bit better", "为何不同：The same", "信息价值"]  # fmt: skip


def test_the_workbook_holds_the_same(made: tuple[list[Any], Full], tmp_path: Path) -> None:
    runs, full = made
    opened = load_workbook(write(runs, tmp_path / "all.xlsx", full=full), data_only=True)
    assert [name for name in ("risk", "sensitivity", "decomposition", "information") if name in opened.sheetnames] == [
        "risk", "sensitivity", "decomposition", "information"]  # fmt: skip
    assert opened["risk"]["B5"].value == pytest.approx(full.risks[0].mean)
    assert full.known is not None
    assert opened["information"]["B6"].value == pytest.approx(full.known.perfect)


def test_what_cannot_be_made_is_said(family: list[Any]) -> None:
    own = family[1].model_copy(update={"own_baseline": True})
    found = orders.study([family[0], own], 1, None, quiet=True)
    assert found.why == {} and len(found.missing) == 1
    assert found.missing[0].startswith("Left out: decomposition. A bit better")
    assert found.missing[0] in closing(found)


def test_what_moves_most_comes_first(made: tuple[list[Any], Full]) -> None:
    drawn = made[1].drawn
    assert drawn is not None
    order = moved_most(drawn)
    assert sorted(order) == list(range(len(drawn.known)))
    ranks = drawn.values[:, order[0]].argsort().argsort()
    strongest = max(abs(np.corrcoef(ranks, plan.mean(axis=(1, 2)).argsort().argsort())[0, 1]) for plan in drawn.net)
    assert strongest > 0.5
