"""A study that is only asked what it would take says so and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cemsim.base.errors import CemsimError
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


@pytest.mark.parametrize(("asked", "wrong"), [
    (("--pilot", "1_001 customers for 1 month"), "of 2,000 at most 1,000 can take part"),
    (("--pilot", "0 customers for 1 month"), "at most 1,000"),
    (("--pilot", "100 customers for 3 months"), "write 1 to 2 months; the horizon is 3"),
    (("--stage", "20 % for 0 months"), "write 1 to 2 months"),
    (("--stage", "120 % for 1 month"), "is no stage"),
])  # fmt: skip
def test_trials_that_cannot_be_held(asked: tuple[str, str], wrong: str, tmp_path: Path) -> None:
    written(tmp_path, COMPANY.replace("horizon: 18", "horizon: 3"))
    patched(tmp_path, "plan", {"teams.desk.on_shift": "{add: 1}"}, "investment: {capex: 100 USD}\n")
    found = CliRunner().invoke(cemsim, ["voi", str(tmp_path / "base.yaml"), str(tmp_path / "plan.yaml"), "--dry-run",
                                        *asked])  # fmt: skip
    assert isinstance(found.exception, CemsimError) and wrong in str(found.exception)
