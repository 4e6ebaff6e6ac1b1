"""Single mechanisms against exact or published values (model.md D12, D20)."""

from __future__ import annotations

import pytest

from cemsim.model.science import plain
from cemsim.model.spend import wallet_allocation
from cemsim.model.workforce import productivity
from tests.checked import Checked

pytestmark = pytest.mark.theory


@pytest.mark.parametrize(
    ("brands", "shares"),
    [(2, (2 / 3, 1 / 3)), (3, (0.5, 1 / 3, 1 / 6)), (4, (0.4, 0.3, 0.2, 0.1))],
)
def test_d12_wallet_allocation(checked: Checked, brands: int, shares: tuple[float, ...]) -> None:
    found = [plain(wallet_allocation)(float(rank), float(brands)) for rank in range(1, brands + 1)]
    checked("D12", shares, found, 1e-12, f"shares of {brands} brands by rank")
    checked("D12", 1.0, sum(found), 1e-12, f"sum over {brands} brands")


def test_d20_learning_curve(checked: Checked) -> None:
    year = [plain(productivity)(month, 0.53, 7.7) for month in range(12)]
    checked("D20", [0.53, 1.0], [year[0], year[-1]], 0.01, "productivity in months 1 and 12")
    checked("D20", 0.81, sum(year) / 12.0, 0.01, "mean of the first year")
