"""The workbook: its formulas give the engine's figures, also at other prices; its text stays text."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from cemsim.base.language import speaking
from cemsim.base.records import CAMPAIGNS, FIRM, PEOPLE, SCHEMES, TEAMS, column
from cemsim.finance import cases
from cemsim.report.workbook import write
from cemsim.scenario import load
from cemsim.scenario.schema.campaigns import Campaign
from cemsim.scenario.schema.contract import CrossSell, SaveDesk, WinBack
from cemsim.scenario.schema.improvement import Improvement
from cemsim.scenario.schema.network import Network, Referral
from cemsim.scenario.schema.recipe import Change
from cemsim.scenario.schema.schemes import Club, Earned, Scheme
from cemsim.scenario.schema.workforce import Workforce
from cemsim.scenario.vary import vary
from tests.synthetic import put, run

HERE = Path(__file__).parent / "scenarios"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SHEETS = ["verdict", "cash flow", "drivers", "quantities", "assumptions", "receipt"]
EVIL = '=HYPERLINK("http://example.org","click")'

SCHEMES_HERE = {"card": Scheme(points=Earned(worth=0.02), discount=0.01, club=Club(fee=3.0))}
CAMPAIGNS_HERE = {"letters": Campaign(kind="messages", message_cost=0.3, cost=4_000.0)}


def family(**finance: Any) -> list[SimpleNamespace]:
    """A baseline and two plans, one of them with rules; ``finance`` replaces fields of how money is counted."""
    runs = []
    for name, lift in (("shop", 0.0), ("people", 0.06), ("odd", 0.02)):
        made = load(HERE / f"{name}.yaml")
        counted = made.finance.model_copy(update=finance)
        made = made.model_copy(update={"finance": counted, "schemes": SCHEMES_HERE, "campaigns": CAMPAIGNS_HERE})
        runs.append(run(lift=lift, made=made, replicates=5, seed=4))
    put(runs[1].log.schemes, SCHEMES, members=900.0, paying=900.0, redeemed=30_000.0, discounts=8.0)
    put(runs[1].log.campaigns, CAMPAIGNS, sent=5_000.0)
    runs[1].log.campaigns[:, 3:9, :, 0, column(CAMPAIGNS, "running")] = 1.0
    put(runs[1].log.people, PEOPLE, credits=1_250.0, messages=4_000.0, saved=70.0, saved_partly=9.0, offers_taken=30.0,
        products_sold=45.0, joined_referral=120.0, referred_spend=700.0)
    put(runs[1].log.teams, TEAMS, overtime_minutes=9_000.0, replaced=1.5)
    for each in runs:
        teams = {n: t.model_copy(update={"workforce": Workforce()}) for n, t in each.scenario.teams.items()}
        offers = {"save_desk": SaveDesk(), "win_back": WinBack(offer="discount"), "cross_sell": CrossSell(cost=8.0)}
        groups = {n: s.model_copy(update=offers) for n, s in each.scenario.segments.items()}
        town = Network(kind="mixed", referral=Referral(reward=60.0, margin=0.2))
        extra = {"improvement": Improvement(people=3.0), "network": town}
        each.scenario = each.scenario.model_copy(update={"teams": teams, "segments": groups, **extra})
    put(runs[2].log.firm, FIRM, organisers=3.0)
    runs[1].plan = replace(runs[1].plan, base=runs[0].scenario, starts=3, ramp=14.0)
    runs[1].scenario = dearer(runs[1].scenario)
    return runs


def dearer(scenario: Any) -> Any:
    """A plan that moves prices: some that stand in one product, some by themselves; two of them from the baseline's."""
    groups, teams, finance = dict(scenario.segments), dict(scenario.teams), scenario.finance
    loyal = groups["loyalist"]
    groups["loyalist"] = loyal.model_copy(update={"revenue": loyal.revenue * 1.02, "margin": loyal.margin + 0.03})
    teams["billing_team"] = teams["billing_team"].model_copy(update={"wage": 26.0})
    finance = finance.model_copy(update={"acquisition_cost": 300.0})
    schemes = {"card": scenario.schemes["card"].model_copy(update={"points": Earned(worth=0.03)})}
    centre = teams["contact_centre"]
    teams["contact_centre"] = centre.model_copy(update={"wage": 1.1 * centre.wage + 2.0})
    changes = (
        Change("teams.contact_centre.wage", "times", 1.1, centre.wage, 1.1 * centre.wage, "", 0),
        Change("teams.contact_centre.wage", "add", 2.0, 1.1 * centre.wage, 1.1 * centre.wage + 2.0, "", 0),
        Change("teams.billing_team.wage", "to", 26.0, scenario.teams["billing_team"].wage, 26.0, "", 0),
    )
    more = {"segments": groups, "teams": teams, "finance": finance, "schemes": schemes, "changes": changes}
    return scenario.model_copy(update=more)


def at_prices(runs: list[SimpleNamespace], wage: float) -> list[SimpleNamespace]:
    """The same runs with other wages in the baseline, as --set makes them."""
    other = {f"teams.{team}.wage": wage for team in ("contact_centre", "billing_team")}
    family = vary([each.scenario for each in runs], other)
    out = []
    for each, scenario in zip(runs, family, strict=True):
        plan = each.plan if each.plan.base is None else replace(each.plan, base=family[0])
        out.append(SimpleNamespace(**{**vars(each), "scenario": scenario, "plan": plan}))
    return out


PLAIN: dict[str, Any] = {}
GOING_ON = {"terminal": "clv", "working_capital": 0.08, "tax": 0.3, "message_cost": 0.05}


OTHER = {"discount_rate": 0.07, "wage_contact_centre": 33.0, "wage_billing_team": 33.0}


def changed(path: Path, **inputs: float) -> Path:
    """A copy in which named cells hold other numbers; no formula of it has a value before it is calculated."""
    book = load_workbook(path)
    for name, value in inputs.items():
        ((sheet, place),) = book.defined_names[name].destinations
        book[sheet][place].value = value
    out = path.with_name(f"{path.stem}_{'_'.join(inputs) or 'again'}.xlsx")
    book.save(out)
    return out


@pytest.fixture(scope="module")
def calculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    """Books as they come out of LibreOffice: as written, and with other prices."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-calc")
    folder = tmp_path_factory.mktemp("office")
    plain = write(family(**PLAIN), folder / "plain.xlsx")
    going = write(family(**GOING_ON), folder / "going.xlsx")
    files = [plain, going, changed(plain), changed(going), changed(plain, **OTHER), changed(going, **OTHER)]
    done = folder / "done"
    profile = (folder / "profile").as_uri()
    subprocess.run(
        [OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir", str(done),
         *map(str, files)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return {file.stem: load_workbook(done / file.name, data_only=True) for file in files} | {
        f"{file.stem} as written": load_workbook(file, data_only=True) for file in files[:2]
    }


@pytest.mark.parametrize("name", ["plain", "going"])
def test_every_cell_recalculates_to_what_was_written(name: str, calculated: dict[str, Workbook]) -> None:
    numbers = 0
    for sheet in calculated[f"{name} as written"]:
        other = calculated[f"{name}_again"][sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert other[cell.coordinate].value == pytest.approx(cell.value, rel=1e-6, abs=0.001)
                    numbers += 1
                else:
                    assert other[cell.coordinate].value == cell.value
    assert numbers > 2000


def figures(book: Workbook, scenario: str) -> tuple[Any, Any, Any]:
    """Net present value, rate of return and payback on the sheet of the verdict."""
    for row in book["verdict"].iter_rows(min_row=5, max_row=6):
        if row[0].value == scenario:
            return row[1].value, row[4].value, row[5].value
    raise KeyError(scenario)


@pytest.mark.parametrize("finance", [PLAIN, GOING_ON], ids=["plain", "going"])
@pytest.mark.parametrize("other", [False, True], ids=["as run", "other prices"])
def test_figures_are_those_of_the_engine(
    finance: dict[str, Any], other: bool, calculated: dict[str, Workbook]
) -> None:
    changed_by = "_" + "_".join(OTHER) if other else "_again"
    book = calculated[("plain" if finance is PLAIN else "going") + changed_by]
    runs = at_prices(family(**finance, discount_rate=0.07), 33.0) if other else family(**finance)
    for case in cases(runs):
        net, rate, payback = figures(book, case.scenario)
        assert net == pytest.approx(case.net.mean, abs=0.01)
        if len(case.irr) < 2:
            assert rate == (pytest.approx(case.irr[0], abs=1e-6) if case.irr else "none")
        assert payback == (pytest.approx(case.payback, abs=0.01) if case.payback is not None else "none")


def test_cash_flow_is_that_of_the_engine(calculated: dict[str, Workbook]) -> None:
    sheet = calculated["going_again"]["cash flow"]
    rows = {row[0].value: [cell.value for cell in row[3:40]] for row in sheet.iter_rows(min_row=5, max_row=21)}
    lines = cases(family(**GOING_ON))[0].flow.lines
    for label, name in (("pay", "pay"), ("tax", "tax"), ("working capital", "working_capital"),
                        ("terminal value", "terminal"), ("margin on revenue", "margin")):  # fmt: skip
        assert rows[label] == pytest.approx(lines[name].mean(axis=0).tolist(), abs=0.01)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    runs = family()
    names = (EVIL, "+cmd|' /C calc'!A0", "@SUM(A1) & [Red] \x01 " + "x" * 40_000)
    for each, name in zip(runs, names, strict=True):
        each.scenario = each.scenario.model_copy(update={"name": name, "question": "=1+1"})
    return write(runs, tmp_path_factory.mktemp("book") / "evil.xlsx", command="=cemsim", receipt={"a": {"=b": "-1"}})


def test_text_never_becomes_a_formula_or_a_link(book: Path) -> None:
    opened = load_workbook(book)
    formulas = [c.value for sheet in opened for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(formulas) > 500
    assert not any(word in str(f) for f in formulas for word in ("HYPERLINK", "cmd", "cemsim", "[Red]"))
    assert opened["verdict"]["A1"].value == EVIL and opened["verdict"]["A1"].data_type == "s"
    assert opened["verdict"]["A2"].data_type == "s"
    with zipfile.ZipFile(book) as parts:
        assert not any("<hyperlink" in parts.read(n).decode() for n in parts.namelist() if "sheets/sheet" in n)


def test_sheets_and_their_headings(book: Path) -> None:
    opened = load_workbook(book)
    assert opened.sheetnames == SHEETS
    heads = [cell.value for cell in opened["assumptions"][4]]
    assert heads[:8] == ["scenario", "name", "value", "unit", "as written", "from", "to", "source"]
    found = {row[1].value: row for row in opened["assumptions"].iter_rows(min_row=5)}
    churn = found["segments.loyalist.churn"]
    assert churn[2].value == 0.102 and churn[10].value == "shop.yaml" and churn[11].value > 1
    for name in SHEETS[1:5]:
        assert opened[name].freeze_panes, name
        assert opened[name].print_title_rows, name
    said = " ".join(str(c.value) for row in opened["receipt"].iter_rows() for c in row if c.value is not None)
    assert "=cemsim" in said and "a.=b" in said and "cemsim 0" in said


def test_numbers_keep_their_digits(book: Path) -> None:
    values = [c.value for row in load_workbook(book)["quantities"].iter_rows(min_row=5) for c in row[3:]]
    assert any(isinstance(v, float) and not float(v * 100).is_integer() for v in values)


def test_same_results_same_bytes_and_in_time(tmp_path: Path) -> None:
    shop = load(HERE / "shop.yaml")
    runs = [run(made=shop.model_copy(update={"name": f"plan {n}"}), lift=n / 100, replicates=3) for n in range(5)]
    start = time.perf_counter()
    one = write(runs, tmp_path / "one.xlsx").read_bytes()
    assert time.perf_counter() - start < 3.0
    assert write(runs, tmp_path / "two.xlsx").read_bytes() == one


def test_in_chinese(tmp_path: Path) -> None:
    with speaking("zh"):
        opened = load_workbook(write(family(), tmp_path / "zh.xlsx"))
    assert len(opened.sheetnames) == len(SHEETS)
    for name in opened.sheetnames:
        assert re.search("[\u4e00-\u9fff]", name)
        heads = [c.value for c in opened[name][4] if c.value and not str(c.value).isdigit()]
        if name != opened.sheetnames[-1]:
            assert sum(bool(re.search("[\u4e00-\u9fff]", str(h))) for h in heads) >= 2, heads


def test_results_of_other_questions_have_sheets(tmp_path: Path) -> None:
    import numpy as np

    from cemsim.base.priors import Prior
    from cemsim.compare.decompose import decompose
    from cemsim.compare.ledger import WITH, WITHOUT, ledger
    from cemsim.compare.why import Answer, inquire
    from cemsim.experiment.sensitivity import Bar, Tornado
    from cemsim.experiment.uncertain import Uncertain
    from cemsim.finance.information import Information, Worth
    from cemsim.finance.risk import FAN, Layers, Risk
    from cemsim.report.full import Full, Why
    from cemsim.report.sections.decomposition import INVESTMENT
    from tests.compare.test_ledger import by_hand

    game = decompose(("=first", "second"), ("money", "other"), np.arange(24.0).reshape(3, 4, 2) ** 1.5)
    values = np.arange(12.0).reshape(3, 2, 2)
    risk = Risk("=plan", values, 1.0, 0.1, -1.0, 0.5, 2.0, 0.4, -2.0, Layers(1.0, 2.0, 1.0), (("a", 1.0),),
                np.arange(14.0).reshape(len(FAN), 2), "enough")  # fmt: skip
    closed = ledger([by_hand("Base", WITHOUT), by_hand("Plan", WITH)])
    shop, plan = (load(HERE / f"{name}.yaml") for name in ("shop", "people"))
    why = Why(inquire(shop, plan), {"npv": Answer(game, None)}, {}, 7.5, 3)
    thing = Uncertain("=churn", (), Prior("normal", 0.2, 0.1), 0.2, "fraction", "")
    tornado = Tornado("=plan", 5.0, (Bar(thing, 0.1, 0.3, 8.0, -2.0, (0.1, 0.1), 0.25, False),))
    known = Information("", 0.0, 3.0, (Worth("=churn", 2.0, 0.5),), (), ())
    full = Full(None, (risk,), (tornado,), {"=plan": why}, known)
    path = write(family(), tmp_path / "all.xlsx", full=full, ledgers=[closed])
    opened = load_workbook(path, data_only=True)
    assert opened.sheetnames == [*SHEETS[:-1], "risk", "sensitivity", "decomposition", "information", "customer ledger",
                                 "receipt"]  # fmt: skip
    assert [cell.value for cell in opened["sensitivity"][5]] == [
        "=plan", "=churn", "fraction", 0.2, 0.1, 0.3, 5, 8, -2, 0.25]  # fmt: skip
    assert [[cell.value for cell in row[:2]] for row in opened["information"].iter_rows(min_row=5, max_row=7)] == [
        ["best as things stand: do nothing", 0], ["knowing everything", 3], ["=churn", 2]]  # fmt: skip
    assert [cell.value for cell in opened["risk"][5]][:6] == ["=plan", 1, -1, 0.5, 2, 0.4]
    parts = {row[0].value: row[1].value for row in opened["decomposition"].iter_rows(min_row=5, max_row=8)}
    assert parts[INVESTMENT] == -7.5
    assert parts["=first"] + parts["second"] - 7.5 == pytest.approx(parts["difference"])
    people = {row[0].value: row[1].value for row in opened["customer ledger"].iter_rows(min_row=6)}
    assert people["customers at the end: with the plan less without it"] == pytest.approx(
        closed.customers(WITH).sum() - closed.customers(WITHOUT).sum()
    )
