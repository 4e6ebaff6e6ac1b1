"""The page and the terminal: complete, self-contained, safe with users' text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from io import StringIO
from math import nan
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cemsim.base.records import STEPS, column
from cemsim.compare import compare
from cemsim.compare.comparison import Comparison, Difference
from cemsim.compare.interval import Interval
from cemsim.compare.verdict import judge
from cemsim.finance import worth
from cemsim.measures import KPIS
from cemsim.report.numbers import gap, level
from cemsim.report.page import page, write
from cemsim.report.tables import at_a_glance, by_programme, by_segment, by_team
from cemsim.report.terminal import verdict_table
from cemsim.report.words import sentence
from cemsim.scenario import load
from tests.synthetic import run

HERE = Path(__file__).parent / "scenarios"
VOID = {"meta", "br", "use", "path", "rect", "link"}


class Reader(HTMLParser):
    """Checks that tags close in order, and gathers text and ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in ("src", "href", "xlink:href") and not str(value).startswith("#"):
                self.outside.append(str(value))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def runs() -> list[SimpleNamespace]:
    shop, people, odd = (load(HERE / f"{name}.yaml") for name in ("shop", "people", "odd"))
    return [run(made=shop), run(lift=0.02, made=people), run(made=odd)]


@pytest.fixture(scope="module")
def html(runs: list[SimpleNamespace]) -> str:
    return page(runs, "cemsim run shop.yaml people.yaml --note '<&>'")


def test_page_is_well_formed_and_needs_nothing_else(html: str) -> None:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert reader.outside == []
    assert len(reader.ids) == len(set(reader.ids))
    assert "@import" not in html
    assert "url(http" not in html


def test_users_text_is_escaped(html: str) -> None:
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "billing &lt;system&gt; &amp; co" in html
    assert "&lt;&amp;&gt;" in html


@pytest.mark.parametrize(
    "words",
    [
        "What does the base earn if nothing changes?",
        "Does one more person pay?",
        "it does not pay within 36 months",
        "identical to the baseline in every pair of replicates",
        "Team contact_centre, on shift: 12 instead of 11",
        "churn, loyalist",
        "Emotion curve: billing question",
        "Emotion curve: visit",
        "A day at billing team",
        "Seed 1",
        "segments.loyalist.churn",
        "the last twelve months alone",
    ],
)
def test_page_says(words: str, html: str) -> None:
    assert words in html


def test_page_has_all_figures(html: str) -> None:
    # forest, levels, differences, causes, two journeys, heat, two teams
    assert html.count("<svg") == html.count("<figcaption>") == 9


def test_no_endless_decimals(html: str) -> None:
    text = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    body = text[text.index('id="verdict"') : text.index('id="calibration"')]
    assert not re.search(r"\d\.\d{6}", body)


def test_at_a_glance_lays_all_scenarios_beside_the_baselines_levels(runs: list[SimpleNamespace]) -> None:
    comparison, worths = compare(runs), {found.scenario: found for found in worth(runs)}
    (table,) = at_a_glance(comparison, worths)
    rows = {row.label: row.cells for row in table.rows}
    assert table.columns == comparison.names and all(len(cells) == len(table.columns) for cells in rows.values())
    more = comparison.names[1]
    end = comparison.of("customers", more)
    base, first, _ = rows["Customers at the end"]
    assert base.value == level(end.kpi, end.base, comparison.currency)
    assert first.value == gap(end.kpi, end.gap, comparison.currency).value
    assert not base.verdict and not first.levels
    assert rows["Net present value"][1].word == worths[more].verdict.word
    assert "Churn a year" in rows and KPIS["loss_rate"].label not in rows
    assert "Hung up while waiting at contact centre" in rows
    twins = at_a_glance(compare([runs[0], SimpleNamespace(**{**vars(runs[0]), "scenario": runs[2].scenario})]), worths)
    assert not [row.label for row in twins[0].rows if " at contact centre" in row.label]


def test_many_scenarios_are_laid_side_by_side_in_several_tables() -> None:
    many = [run(f"s{place}", lift=0.01 * place) for place in range(7)]
    tables = at_a_glance(compare(many), {found.scenario: found for found in worth(many)})
    assert [table.columns for table in tables] == [("s0", "s1", "s2", "s3"), ("s0", "s4", "s5", "s6")]


def test_verdict_sentence(runs: list[SimpleNamespace]) -> None:
    comparison = compare(runs)
    name = "More people on the phone"
    said = sentence(comparison, name, worth(runs)[0], 0.10)
    assert said.startswith("Over 36 months: better on customers at the end (+710, 610 to 810)")
    assert "worse on cost to serve" in said
    assert "at 10\N{NO-BREAK SPACE}% a year" in said
    assert said.endswith("it does not pay within 36 months.")


def test_months_of_a_part_of_the_horizon_count_from_0(runs: list[SimpleNamespace]) -> None:
    part = compare(runs, months=(6, 12))
    assert sentence(part, "More people on the phone").startswith("In months 6 to 11 (0 is the first): better on ")


def test_a_horizon_of_one_month_is_told_as_one() -> None:
    runs = [run("a", months=1), run("b", lift=0.1, months=1)]
    assert sentence(compare(runs), "b").startswith("In the one month")


def test_verdict_sentence_of_one_replicate() -> None:
    one = [run("a", months=3, replicates=1), run("b", lift=0.1, months=3, replicates=1)]
    said = sentence(compare(one), "b", worth(one)[0], 0.10)
    assert "one replicate says nothing about chance" in said
    assert "better" not in said


def test_tables_hold_every_group(runs: list[SimpleNamespace]) -> None:
    comparison = compare(runs)
    (table,) = by_segment(comparison, "More people on the phone")
    assert table.columns == ("all", "loyalist", "butterfly")
    assert {row.label for row in table.rows} >= {"Customers at the end", "Churn a year", "Contribution"}
    assert [team.title for team in by_team(comparison, "More people on the phone")] == [
        "contact centre",
        "billing team",
    ]


def test_what_only_the_plan_has_is_shown_as_its_level() -> None:
    """At a team that the plan brings nothing can be compared; what it does there is shown all the same."""
    before, after = run("Baseline", months=3), run("New team", months=3)
    for name in ("served", "wait_sum", "arrived", "abandoned"):
        before.log.steps[:, :, 2, :, column(STEPS, name)] = 0.0     # the billing team has nothing to do
    tables = {table.title: table for table in by_team(compare([before, after]), "New team")}
    (wait,) = [row for row in tables["billing team"].rows if row.label == "Mean wait"]
    assert wait.cells[0].value == "–" and wait.cells[0].levels.startswith("– → ")
    assert wait.cells[0].levels != "– → –"


def test_terminal(runs: list[SimpleNamespace]) -> None:
    from rich.console import Console

    console = Console(width=120, file=StringIO())
    odd: Any = runs[2].scenario
    console.print(verdict_table(compare(runs), worth(runs)))
    assert isinstance(console.file, StringIO)
    shown = console.file.getvalue()
    assert odd.name in shown
    assert " %-points" in shown
    assert "net present value" in shown


def test_write(runs: list[SimpleNamespace], tmp_path: Path) -> None:
    path = write(runs[:2], tmp_path / "report.html")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_wait_of_all_stands_below_that_of_those_served(runs: list[SimpleNamespace]) -> None:
    from rich.console import Console

    console = Console(width=160, file=StringIO())
    console.print(verdict_table(compare(runs), worth(runs)))
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    served = [place for place, line in enumerate(lines) if line.strip().startswith("mean wait at")]
    assert len(served) == 2
    for place in served:
        assert lines[place + 1].strip().startswith("mean wait, hung up and sent away included at")


def test_the_formula_stands_where_the_net_present_value_first_does(runs: list[SimpleNamespace], html: str) -> None:
    from cemsim.finance import cases

    for text in (html, page(runs, cases=cases(runs))):
        assert text.count("Net present value = Σ") == 1
        first = text.lower().index("net present value")
        assert text[first:].lower().startswith("net present value = σ")
        assert "t = 0 to 35 and t = 36" in text and "i: 10 % a year" in text


def test_what_lies_beyond_the_horizon_is_said_as_it_is(runs: list[SimpleNamespace], html: str) -> None:
    ends = "The net present value ends with the horizon"
    assert ends in html
    made = runs[0].scenario
    lasting = made.model_copy(update={"finance": made.finance.model_copy(update={"terminal": "clv"})})
    other = page([run(made=lasting), run(lift=0.02, made=runs[1].scenario)])
    assert ends not in other
    assert "lifetime value of the customers still there" in other
    assert "within 36 months" not in other


def test_defaults_stand_behind_a_count(runs: list[SimpleNamespace], html: str) -> None:
    known = runs[0].scenario.register
    own, rest = html[html.index('id="assumptions"') : html.index('id="limits"')].split("<details>")
    assert own.count("<tr><td>") + rest.count("<tr><td>") == len(known)
    assert f"Defaults that nobody wrote or changed: {rest.count('<tr><td>')}." in rest
    assert ">default<" not in own.replace("<td>teams.contact_centre.on_shift</td>", "")
    assert "segments.loyalist.churn" in own and "model.experience.eta" in rest


def test_a_scheme_that_only_the_plan_has_shows_its_levels() -> None:
    none, base = Interval(nan, nan, nan, nan, 0), Interval(10.0, 9.0, 11.0, 1.0, 4)
    verdict = judge(none, 0)

    def row(kpi: str, by: str, group: str, before: Interval, ours: Interval) -> Difference:
        return Difference("Plan", KPIS[kpi], by, group, before, ours, none, verdict)

    rows = (
        row("members", "scheme", "card", none, Interval(1200.0, 1150.0, 1250.0, 40.0, 4)),
        row("points_given", "scheme", "card", none, Interval(0.0, 0.0, 0.0, 0.0, 4)),
        row("campaign_messages", "campaign", "letters", base, Interval(20.0, 19.0, 21.0, 1.0, 4)),
        row("customers", "all", "all", base, base),
    )
    schemes, campaigns = by_programme(Comparison(("Base", "Plan"), "USD", (0, 24), 4, rows), "Plan")
    assert schemes.columns == ("card",) and [r.label for r in schemes.rows] == ["Members of a scheme"]
    assert [(c.value, c.levels) for c in schemes.rows[0].cells] == [("1,200", "")]
    assert campaigns.columns == ("letters",) and campaigns.rows[0].cells[0].levels == "10.0 → 20.0"
