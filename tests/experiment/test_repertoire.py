"""A segment that shops around spends and buys what it is observed to, and does not drift."""

from __future__ import annotations

from pathlib import Path

import pytest

from cemsim.base.records import PEOPLE, column
from cemsim.experiment import run
from cemsim.scenario import load

GROCER = """
cemsim: 1
name: a grocer
question: What do people who shop around spend?
horizon: 12 months
burn_in: 12 months
segments:
  all:
    customers: 4_000
    revenue: 270 USD/month
    margin: 10 %
    churn: 20 %/year
    spend: {kind: repertoire, brands: 4, trips: 4 /month, dispersion: 0}
"""


def test_purchases_and_spend_are_as_observed(tmp_path: Path) -> None:
    file = tmp_path / "grocer.yaml"
    file.write_text(GROCER, encoding="utf-8")
    (done,) = run(load(file), replicates=4)
    people = done.log.people.sum(axis=(0, 2))
    months = people[:, column(PEOPLE, "months")]
    trips, spend = people[:, column(PEOPLE, "trips")] / months, people[:, column(PEOPLE, "spend")] / months
    assert trips.mean() == pytest.approx(4.0, rel=0.03)
    assert spend.mean() == pytest.approx(1.0, rel=0.03)
    assert trips[-3:].mean() == pytest.approx(trips[:3].mean(), rel=0.03)
