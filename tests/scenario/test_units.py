"""Units: what is written, what it stands for, and back again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemsim.base import units
from cemsim.base.units import Unit, UnitError

ALL = [unit for unit in vars(units).values() if isinstance(unit, Unit)]


@pytest.mark.parametrize(
    "unit, text, value",
    [
        (units.MINUTES, "6 min 21 s", 6.35),
        (units.MINUTES, "48 h", 2880),
        (units.MINUTES, "1.5 days", 2160),
        (units.MINUTES, "20s", 20 / 60),
        (units.MINUTES, "0", 0),
        (units.SHARE, "61 %", 0.61),
        (units.SHARE, "61%", 0.61),
        (units.SHARE, "-30 %", -0.3),
        (units.WEIGHT, ".34", 0.34),
        (units.WEIGHT, "34 %", 0.34),
        (units.PER_YEAR, "1.5 /year", 1.5),
        (units.PER_YEAR, "0.1 per month", 1.2),
        (units.PER_YEAR, "1 / day", 365),
        (units.PER_MONTH, "24 /year", 2),
        (units.SHARE_PER_YEAR, "10.2 %/year", 0.102),
        (units.SHARE_PER_YEAR, "1.5 %/month", 1 - 0.985**12),
        (units.SHARE_PER_MONTH, "1.84 %/month", 0.0184),
        (units.MONEY, "250_000 USD", 250_000),
        (units.MONEY_PER_MONTH, "12 USD/year", 1),
        (units.MONEY_PER_HOUR, "21 USD per hour", 21),
        (units.MONTHS, "3 years", 36),
        (units.MONTH_INDEX, "month 3", 3),
        (units.MONTH_INDEX, "3 months", 3),
        (units.MONTH_INDEX, "0", 0),
        (units.MONEY, "0.125 USD", 0.125),
        (units.MONEY, "400.00 USD", 400),
        (units.MONEY, "4000.125 USD", 4000.125),
        (units.COUNT, "160_000", 160_000),
        (units.COUNT, "12 people", 12),
        (units.POINTS, "-0.5 points", -0.5),
        (units.NUMBER, "1e-3", 0.001),
    ],
)
def test_read(unit: Unit, text: str, value: float) -> None:
    assert unit.read(text, "USD") == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["", " ", "abc", "1 2", "5", "5 %", "nan", "inf min", "1e999 min",
    "5 min 3", "1,5 min",
                                  "-5 min -3 s", "+5 min", "5 min 3 cups", "0x10 min", "٣ min",
                                  "5" * 100 + " min"])  # fmt: skip
def test_no_times(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        units.MINUTES.read(text)
    assert caught.value.cure


@given(st.sampled_from(ALL), st.floats(-1e12, 1e12))
def test_round_trip(unit: Unit, value: float) -> None:
    value = float(abs(round(value)) % 1000) if unit.whole else value
    assert unit.read(unit.write(value, "USD"), "USD") == value


@given(st.sampled_from(ALL), st.text(max_size=30))
def test_any_text_is_a_number_or_an_explanation(unit: Unit, text: str) -> None:
    try:
        assert isinstance(unit.read(text, "USD"), float)
    except UnitError as error:
        assert error.message and error.cure


@pytest.mark.parametrize(
    "unit, text, message, cure",
    [
        (units.MONEY, "400.000 USD", "thousands, or a decimal point", "Write 400_000 USD or 400.00 USD."),
        (units.MONEY_PER_MONTH, "5.000 USD/month", "ambiguous", "Write 5_000 USD/month or 5.00 USD/month."),
        (units.MONEY, "12.345 USD", "ambiguous", "Write 12_345 USD or 12.3450 USD."),
        (units.MONEY, "1.400.000 USD", "not one number", ""),
        (units.MONEY, "400,000 USD", "it has commas", "Write 400_000 USD."),
        (units.COUNT, "1,000", "it has commas", "Write 1_000."),
        (units.MONEY, "400k USD", "not a unit of money", "Write 400_000 USD."),
        (units.MONEY, "1.5 million USD", "not a unit of money", "Write 1_500_000"),
        (units.MONEY, "400 EUR", "not a unit of money", "counts in USD (currency:"),
        (units.MONEY, "400 EUR", "not a unit of money", "such as 400 USD."),
        (units.MONEY, "$10", "its unit stands before it", "Write 10 USD."),
        (units.MONEY, "10", "has no unit", "Write 10 USD."),
        (units.MINUTES, "3,5 min", "has a decimal comma", "Write 3.5 min."),
        (units.MINUTES, "7", "has no unit", "Write 7 min, 7 s, 7 h, 7 days, 7 weeks, 7 months or 7 years."),
        (units.MINUTES, "3 minuten", "not a unit of time", "min, s, h, days, weeks, months, years.   Did you mean min"),
        (units.MINUTES, "3 cups", "not a unit of time", "Write a number such as 3 min."),
        (units.MONTH_INDEX, "3", "has no unit", "month 3"),
    ],
)
def test_what_could_mean_two_things(unit: Unit, text: str, message: str, cure: str) -> None:
    with pytest.raises(UnitError) as caught:
        unit.read(text, "USD")
    assert message in caught.value.message and cure in caught.value.cure


def test_steps_of_shares_are_points() -> None:
    assert units.SHARE.read_step("+6 %-points") == 0.06
    assert units.SHARE.read_step("6 percentage points") == 0.06
    assert units.SHARE_PER_YEAR.read_step("-2 %-points") == -0.02
    assert units.POINTS.read_step("6 points") == 6
    with pytest.raises(UnitError, match="ambiguous"):
        units.SHARE.read_step("10 %")
