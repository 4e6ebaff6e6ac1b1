"""A study that is only asked what it would take says so and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cemsim.commands import cemsim
from cemsim.experiment.uncertain import uncertain
from cemsim.scenario import load
from tests.engine.small import COMPANY, patched, written


@pytest.mark.parametrize("command", ["sensitivity", "risk", "voi"])
def test_only_what_it_would_take(command: str, tmp_path: Path) -> None:
    written(tmp_path, COMPANY.replace("horizon: 18", "horizon: 3"))
    patched(tmp_path, "plan", {"teams.desk.on_shift": "{add: 1}"}, "investment: {capex: 100 USD}\n")
    files = [str(tmp_path / f"{name}.yaml") for name in ("base", "plan")]
    out = tmp_path / "out"
    found = CliRunner().invoke(cemsim, [command, *files, "--dry-run", "-q", "-r", "2", "--out", str(out)])
    assert found.exit_code == 0, found.output
    assert " worlds x 2 replicates x 2 scenarios: about " in found.stdout
    names = [line.split("\t")[0] for line in found.stdout.splitlines()]
    assert {u.name for u in uncertain([load(file) for file in files])} < set(names)
    assert not out.exists()
