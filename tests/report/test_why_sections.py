"""Ledger and decomposition as readers see them: sums that add up, labels that do not touch, words that stay words."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cemsim.commands.ledger import ledger as ledger_command
from cemsim.commands.why import why as why_command
from cemsim.compare.decompose import decompose
from cemsim.compare.ledger import ENDS, FATES, WITH, WITHOUT, Ledger, ledger
from cemsim.compare.spent import KINDS
from cemsim.finance.lines import lines_of
from cemsim.report.figures.flow import LINE, flow, spread
from cemsim.report.ledgers import as_text
from cemsim.report.sections import ledger as told
from cemsim.report.sections.adding import adding_up
from cemsim.report.sections.decomposition import table
from tests.compare.test_ledger import by_hand
from tests.engine.small import COMPANY, patched, written


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=12), st.integers(-2, 3))
def test_rounded_parts_add_up_and_stay_near(parts: list[float], digits: int) -> None:
    found, unit = adding_up(parts, digits), 10.0**-digits
    assert sum(found) == pytest.approx(round(sum(parts) / unit) * unit, abs=unit * 1e-6)
    assert all(abs(a - b) <= unit * (1 + 1e-9) for a, b in zip(found, parts, strict=True))
    assert all(a == 0 for a, b in zip(found, parts, strict=True) if b == 0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_labels_keep_their_distance_and_order(places: list[float]) -> None:
    wished = np.array(sorted(places, reverse=True))
    found = spread(wished, LINE)
    assert (found[:-1] - found[1:] >= LINE - 1e-9).all()
    if (wished[:-1] - wished[1:] >= LINE).all():
        assert found == pytest.approx(wished)


def some_ledger(segments: tuple[str, ...], scale: float = 100.0) -> Ledger:
    luck = np.random.default_rng(1)
    shape = (4, 2, len(ENDS), len(ENDS), len(segments))
    months, *worlds = (luck.poisson(scale, (*shape, 2)).astype(float) for _ in range(1 + len(KINDS)))
    people = luck.poisson(scale, shape).astype(float)
    moved = np.zeros((4, len(segments), len(segments)))
    return Ledger("Base", "=HYPERLINK(<b>$)", "USD", segments, (0, 1, 2, 3), people, months,
                  dict(zip(KINDS, worlds, strict=True)), moved, np.zeros((4, 2)))


def test_words_of_users_stay_words_and_every_label_is_there() -> None:
    found = some_ledger(("true_friends <i>", "a_very_long_name_of_a_group_that_goes_on_and_on_for_ever", "c"))
    html = told.section(found).html
    assert "<b>$" not in html and "<i>" not in html
    svg = flow(found)
    for fate in ("kept either way", "saved", "lost", "came and went"):
        assert fate in svg
    assert told.section(some_ledger(("a",), 0.0)).html  # nobody at all
    assert as_text("=cmd") == "'=cmd"


def test_fates_are_worded_once() -> None:
    assert [row.name for row in told.rows(some_ledger(("a", "b")))][-1] == "difference"
    assert len(told.rows(some_ledger(("a",)))) == len(FATES) + 1


def test_shown_parts_add_up_to_the_shown_whole() -> None:
    luck = np.random.default_rng(2)
    measure = lines_of("npv", None)
    values = luck.normal(0, 3e5, (6, 8, len(measure.names))) + 1e5 * np.arange(8)[None, :, None]
    found = decompose(("a", "b", "c"), measure.names, values)
    shown = table(found, measure, "USD", 250_000.0, {}, "changes")
    number = [read(row.part) for row in shown.rows]
    assert sum(number[:-1]) == pytest.approx(number[-1])
    assert shown.rows[-2].name.startswith("the investment") and "<svg" in shown.svg
    for place in range(len(shown.heads)):
        column = [row.lines[place] for row in shown.rows]
        assert sum(read(n) for n in column[:-1] if n) == pytest.approx(read(column[-1]))


def read(shown: str) -> float:
    """The number that a reader sees."""
    return float(shown.replace("\N{MINUS SIGN}", "-").replace(",", ""))


class Text(HTMLParser):
    """Text elements of SVG, to see that a page is whole."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ("meta", "br", "use", "path", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "br", "use", "path", "rect"):
            assert self.open.pop() == tag


def test_commands_write_pages_and_tables(tmp_path: Path) -> None:
    written(tmp_path, COMPANY + "switches: {calibration: off}\n")
    patched(tmp_path, "plan", {"teams.desk.on_shift": "{add: 1}", "failures.back_office_factor": "{times: 0.5}"})
    files = [str(tmp_path / "base.yaml"), str(tmp_path / "plan.yaml")]
    say = CliRunner().invoke(why_command, [*files, "--dry-run", "-r", "2"])
    assert say.exit_code == 0 and "Worlds to simulate: 18 in each of 2 replicates" in say.output
    out = tmp_path / "why"
    asked = [*files, "-q", "-r", "2", "--kpi", "npv", "--kpi", "lost", "--out", str(out)]
    done = CliRunner().invoke(why_command, asked)
    assert done.exit_code == 0, done.output
    with (out / "why.csv").open() as told_so:
        rows = [row for row in csv.DictReader(told_so) if row["kpi"] == "npv" and row["line"] == "all"]
    for by in ("change", "path"):
        parts = [float(r["mean"]) for r in rows if r["by"] == by and r["part"] != "the whole"]
        (whole,) = [float(r["mean"]) for r in rows if r["by"] == by and r["part"] == "the whole"]
        assert sum(parts) == pytest.approx(whole, abs=0.005)
    out = tmp_path / "ledger"
    done = CliRunner().invoke(ledger_command, [*files, "-q", "-r", "2", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert (out / "ledger.csv").read_text().startswith("replicate,group,fate,people")
    for page in (tmp_path / "why" / "why.html", out / "ledger.html"):
        reader = Text()
        reader.feed(re.sub(r"<!DOCTYPE[^>]*>", "", page.read_text()))
        assert not reader.open and page.read_text().count("<svg") >= 1
    wrong = CliRunner().invoke(why_command, [*files, "--kpi", "chrn"])
    assert "Did you mean churn" in str(wrong.exception) or "mean churn" in str(wrong.exception)


def test_what_is_spent_stands_in_columns_that_add_up() -> None:
    found = some_ledger(("one", "two"))
    heads = told.heads(found)
    assert heads[2:] == ["months lived", "margin", "cost to serve", "given to customers", "winning customers", "worth"]
    assert all(len(row.cells) == len(heads) - 1 for row in told.rows(found))
    kinds = [row.name for row in told.gifts(found)]
    assert kinds[-1] == "all" and len(kinds) == 5
    bare = ledger([by_hand("Base", WITHOUT), by_hand("Plan", WITH)])
    assert told.heads(bare)[2:] == ["months lived", "margin", "given to customers", "worth"]
    assert [row.name for row in told.gifts(bare)] == ["compensation and credits"]
