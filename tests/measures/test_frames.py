"""Tables: one row a value, written and read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from cemsim.measures import KPIS, books, monthly, totals, write
from cemsim.measures.frames import COLUMNS
from tests.synthetic import run


def test_monthly_has_each_value_once() -> None:
    made = run(months=3, replicates=2)
    frame = monthly(made)
    assert tuple(frame.columns) == COLUMNS
    assert not frame.duplicated(["replicate", "month", "by", "group", "kpi"]).any()
    picked = frame.query("kpi == 'loss_rate' and group == 'butterfly' and replicate == 1 and month == 2")
    assert picked["value"].item() == KPIS["loss_rate"].monthly(books(made), ("segment",))[1, 2, 1]
    assert picked["unit"].item() == "share"


def test_totals_and_a_choice_of_measures() -> None:
    made = run(months=3, replicates=2)
    frame = totals(made, ["wait"])
    assert set(frame["group"]) >= {"contact_centre", "contact_centre · loyalist"}
    assert "month" not in frame
    assert set(frame["kpi"]) == {"wait"}


@pytest.mark.parametrize("name", ["kpis.csv", "kpis.parquet"])
def test_written_and_read_back(name: str, tmp_path: Path) -> None:
    import pandas as pd

    runs = [run("a", months=2, replicates=2), run("b, with a comma", months=2, replicates=2)]
    path = write(runs, tmp_path / name)
    back = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    assert list(back["scenario"].unique()) == ["a", "b, with a comma"]
    assert back["value"].sum() == pytest.approx(sum(monthly(made)["value"].sum() for made in runs))


def test_no_text_in_a_csv_is_a_formula(tmp_path: Path) -> None:
    import csv

    names = ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "'=HYPERLINK", "a=b"]
    path = write([run(name, months=1, replicates=1) for name in names], tmp_path / "kpis.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["scenario"] for row in rows} == {*(f"'{name}" for name in names[:5]), *names[5:]}
    for row in rows:
        assert not any(text.startswith(("=", "+", "@", "\t")) for text in row.values())
        float(row["value"] or 0)  # numbers are not touched
