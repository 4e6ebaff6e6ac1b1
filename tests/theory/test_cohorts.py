"""Closed forms of cohorts and scores against published values (model.md D8-D10, D13, D19)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from cemsim.base.theory import (
    contacts_per_issue,
    geometric_lifetime,
    lifetime_value,
    nps_rounded_normal,
    nps_sd,
    retention_sbg,
    survival_sbg,
)
from tests.checked import Checked

pytestmark = pytest.mark.theory
DATA = Path(__file__).resolve().parent.parent / "data"
REGULAR, HIGH_END = (0.704, 1.182), (0.668, 3.806)


def test_d8_survival_of_the_regular_cohort(checked: Checked) -> None:
    wanted = [0.627, 0.474, 0.388, 0.332, 0.292, 0.262, 0.239, 0.220, 0.204, 0.191, 0.180, 0.170]
    published = [0.631, 0.468, 0.382, 0.326, 0.289, 0.262, 0.241, 0.223, 0.207, 0.194, 0.183, 0.173]
    found = survival_sbg(*REGULAR, 12)
    checked("D8", wanted, found, 5e-4, "formula: share left after years 1 to 12")
    checked("D8", published, found, 0.0065, "formula: share left after years 1 to 12, against the published table")


def test_both_published_cohorts() -> None:
    with (DATA / "sbg_retention.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))[1:]
    for law, name, band in ((REGULAR, "regular", 0.0065), (HIGH_END, "high_end", 0.02)):
        published = [float(row[name]) / 100.0 for row in table]
        assert survival_sbg(*law, len(published)) == pytest.approx(published, abs=band)


def test_d9_retention_rises_although_nobody_changes(checked: Checked) -> None:
    found = retention_sbg(*REGULAR, 12)
    checked("D9", [0.627, 0.945], [found[0], found[-1]], 5e-4, "formula: retention in years 1 and 12")
    assert np.all(np.diff(found) > 0.0)


def test_survival_is_the_mixture_it_claims_to_be() -> None:
    from scipy import stats

    quantile = (np.arange(200_000) + 0.5) / 200_000
    chance = stats.beta.ppf(quantile, *REGULAR)
    mixture = [float(np.mean((1.0 - chance) ** t)) for t in range(1, 9)]
    assert survival_sbg(*REGULAR, 8) == pytest.approx(mixture, abs=1e-5)


def test_d10_geometric_lifetime_and_its_value(checked: Checked) -> None:
    checked("D10", 5.0, geometric_lifetime(0.8), 1e-9, "formula: mean lifetime, years")
    values = [lifetime_value(100.0, 0.8, 0.1), lifetime_value(100.0, 0.8, 0.1, first=True)]
    checked("D10", [266.67, 366.67], values, 0.005, "formula: value after acquisition; first margin included")
    years = np.arange(1, 400)
    assert lifetime_value(100.0, 0.8, 0.1) == pytest.approx(float(np.sum(100.0 * (0.8 / 1.1) ** years)))


def test_d13_score_of_a_rounded_normal(checked: Checked) -> None:
    scores = [nps_rounded_normal(8.0, 2.0), nps_rounded_normal(7.5, 2.0)]
    checked("D13", [17.5, 0.0], scores, 0.05, "formula: score at means 8 and 7.5, spread 2")
    draws = np.random.default_rng(1).normal(8.0, 2.0, 400_000)
    answers = np.rint(np.clip(draws, 0.0, 10.0))
    promoters, detractors = float(np.mean(answers >= 9)), float(np.mean(answers <= 6))
    error = nps_sd(promoters, detractors, len(answers))
    score = 100.0 * (promoters - detractors)
    checked("D13", nps_rounded_normal(8.0, 2.0), score, 3 * error, "400,000 drawn answers of mean 8, spread 2")


def test_d19_contacts_per_issue(checked: Checked) -> None:
    found = [contacts_per_issue(0.67), contacts_per_issue(0.80)]
    checked("D19", [1.49, 1.25], found, 0.005, "formula: contacts an issue where 67 % and 80 % are resolved")
