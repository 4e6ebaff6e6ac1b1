"""What maturity claims of a plan's worth: the same worlds without it, no more than a fifth counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cemsim.experiment import run
from cemsim.finance import cases
from cemsim.finance.maturity import acts, claims
from cemsim.report.sections.maturity import lines, sections
from tests.engine.small import COMPANY, patched, written

TEXT = COMPANY.replace("horizon: 18", "horizon: 8")


def live(family: Sequence[Any], constants: Sequence[Any]) -> Sequence[Any]:
    return run(family, replicates=2, constants=constants)


def test_claim_and_rest_add_up_and_the_claim_is_capped(tmp_path: Path) -> None:
    base = written(tmp_path, TEXT + "switches: {maturity: on}\n")
    better = {"quality.service": "{to: 9 points}"}
    levels = {f"maturity.{name}": "{to: 3}" for name in ("understanding", "culture")}
    plans = [patched(tmp_path, "plain", better), patched(tmp_path, "mature", {**better, **levels})]
    runs = run([base, *plans], replicates=2)
    plain, mature = claims(runs, live)
    nets = [case.net.mean for case in cases(runs)]
    for claim, net in zip((plain, mature), nets, strict=True):
        assert claim.without + claim.claim.mean == pytest.approx(net, rel=1e-9)
        assert abs(claim.counted) <= 0.2 * abs(claim.without) + 1e-9
    assert plain.claim.mean == plain.counted == 0.0 and mature.claim.mean > 0.0
    assert mature.without == pytest.approx(plain.without, rel=1e-9)
    said = lines([mature])
    assert said[0].startswith("mature: of its net present value, ") and ("fifth of that counts" in said[0]) == (
        mature.counted != mature.claim.mean
    )
    assert sections(said)[0].title == "Of which by maturity" and sections([]) == []


def test_nothing_is_lived_again_where_maturity_moves_nothing(tmp_path: Path) -> None:
    base = written(tmp_path, TEXT + "switches: {calibration: off}\n")
    assert not acts([base])
    assert claims(run([base, patched(tmp_path, "same", {"quality.service": "{to: 8}"})], replicates=1), live) == ()
