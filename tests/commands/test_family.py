"""Scenarios that are compared: their baseline first, however they are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cemsim.base.errors import CemsimError
from cemsim.base.shipped import shipped
from cemsim.commands import cemsim
from cemsim.commands.simulate import family


def test_a_whole_folder_may_be_named() -> None:
    files = [shipped("scenarios", "bank", f"{name}.yaml") for name in ("app", "baseline", "more_people")]
    assert [s.path.stem for s in family(files)] == ["baseline", "app", "more_people"]
    assert [s.path.stem for s in family(files[:1])] == ["baseline", "app"]
    with pytest.raises(CemsimError, match="comparison's baseline"):      # before anything is written or simulated
        family([files[0], shipped("scenarios", "grocery", "points.yaml")])
    with pytest.raises(CemsimError, match="named twice"):
        family([*files, files[2]])


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    """Before anything is simulated: prices, verdicts and files go by name."""
    (tmp_path / "baseline.yaml").write_text(
        shipped("scenarios", "textbook", "geometric.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("one", "two"):
        file = tmp_path / f"{name}.yaml"
        file.write_text(f"based_on: baseline.yaml\nname: Twin\nquestion: {name}?\ninvestment: {{capex: 5 USD}}\n")
    with pytest.raises(CemsimError, match='two.yaml are both called "Twin". Give one another name'):
        family([tmp_path / "one.yaml", tmp_path / "two.yaml"])


@pytest.mark.parametrize("change", ["finance.discount_rate: {to: 5 %/year}", "horizon: {to: 12 months}"])
def test_a_baseline_of_its_own_is_counted_alike(tmp_path: Path, change: str) -> None:
    """Else its months were cut, and its money discounted at another rate than it says."""
    (tmp_path / "baseline.yaml").write_text(
        shipped("scenarios", "textbook", "geometric.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    file = tmp_path / "other.yaml"
    file.write_text(f"based_on: baseline.yaml\nname: Other\nown_baseline: true\nchange:\n  {change}\n")
    field = change.split(":")[0]
    with pytest.raises(CemsimError, match=f"other.yaml has another {field} than the baseline"):
        family([file])


def test_a_tie_goes_with_decide() -> None:
    done = CliRunner().invoke(cemsim, ["compare", str(shipped("scenarios", "bank", "app.yaml")), "--tie", "5 USD"])
    assert done.exit_code == 2 and "add --decide" in done.output
