"""Numbers for readers: no more digits than the interval justifies."""

from __future__ import annotations

from math import nan

import pytest

from cemsim.compare import Interval
from cemsim.measures import KPIS
from cemsim.report.numbers import decimals, from_to, gap, level, text


def found(mean: float, half: float) -> Interval:
    return Interval(mean, mean - half, mean + half, half, 20)


@pytest.mark.parametrize(
    ("kpi", "mean", "half", "value", "between"),
    [
        ("churn", -0.0025, 0.0003, "−0.25 %-points", "−0.28 to −0.22"),
        ("customers", 710.75, 103.0, "+710", "610 to 810"),
        ("nps", 1.26, 0.4, "+1.3 points", "0.9 to 1.7"),
        ("contribution", 1_234_567.0, 45_000.0, "+1.23 million USD", "1.19 to 1.28"),
        ("contribution", -12_345.0, 1_200.0, "−12.3 thousand USD", "−13.5 to −11.1"),
        ("wait", -0.2, 0.05, "−12 s", "−15 to −9"),
        ("wait", 1500.0, 300.0, "+25 h", "20 to 30"),
        ("contacts_per_customer", 0.004, 0.04, "0.00", "−0.04 to 0.04"),
        ("contribution", 150_428.0, 321_000.0, "+150 thousand USD", "−170 to 470"),
        ("customers", 8.0, 7.996, "+8", "0.004 to 16"),
        ("churn", 0.0, 0.0, "0 %-points", ""),
        ("churn", 0.000002, 0.0000003, "0 %-points", ""),
        ("satisfaction", -0.00002, 0.00006, "0 points", ""),
        ("satisfaction", -0.0008, 0.0019, "−0.001 points", "−0.003 to 0.001"),
        ("contribution", -0.000000003, 0.00000002, "0 USD", ""),
        ("contribution", 0.31, 0.002, "+0.31 USD", "0.31 to 0.31"),
    ],
)
def test_gap(kpi: str, mean: float, half: float, value: str, between: str) -> None:
    shown = gap(KPIS[kpi], found(mean, half), "USD")
    assert (shown.value, shown.interval) == (value, between)


def test_level_and_pair() -> None:
    assert level(KPIS["customers"], found(99_893.4, 60.0), "USD") == "99,890"
    assert level(KPIS["churn"], found(0.170049, 0.0004), "USD") == "17.00 %"
    assert from_to(KPIS["churn"], found(0.17, 0.0004), found(0.168, 0.0004), "USD") == "17.00 → 16.80 %"
    assert from_to(KPIS["churn"], found(0.07, 0.004), found(0.0696, 0.0004), "USD") == "7.00 → 6.96 %"
    assert level(KPIS["open"], found(16.0, 190.0), "USD") == "20"
    assert level(KPIS["satisfaction"], found(7.123456, 0.0), "USD") == "7.123 points"
    two = from_to(KPIS["revenue"], found(9_900.0, 90.0), found(12_340.0, 90.0), "EUR")
    assert two == "9.90 → 12.34 thousand EUR"


def test_never_more_digits_than_anybody_needs() -> None:
    assert decimals(19.0, 1e-9) == 2
    assert text(19.0, decimals(19.0, 1e-9)) == "19.00"


def test_nothing_to_show() -> None:
    nothing = Interval(nan, nan, nan, nan, 0)
    assert gap(KPIS["wait"], nothing, "USD").value == "–"
    assert from_to(KPIS["wait"], nothing, found(1.0, 0.1), "USD") == "– → 60 s"


def test_one_replicate_has_no_interval() -> None:
    shown = gap(KPIS["customers"], Interval(12.0, nan, nan, nan, 1), "USD")
    assert (shown.value, shown.interval) == ("+12.0", "")
