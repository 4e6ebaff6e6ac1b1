"""A wheel carries what a checkout has: the scenarios, the rules, the templates."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
PARTS = ("pyproject.toml", "setup.py", "MANIFEST.in", "LICENSE", "README.md", "cemsim", "scenarios", "rules")

ASK = """
import cemsim
from cemsim.base.shipped import shipped
from cemsim.scenario import load
print(cemsim.__file__)
print(load(shipped("scenarios", "telecom", "baseline.yaml")).name)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, unpacked as an installer does."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("site")
    for part in PARTS:
        if (TOP / part).is_dir():
            shutil.copytree(TOP / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        elif (TOP / part).exists():
            shutil.copy(TOP / part, source / part)
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    built = subprocess.run([*pip, "-w", target, source], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(target.glob("*.whl"))) as wheel:
        wheel.extractall(target)
    return target


def test_every_shipped_file_travels(unpacked: Path) -> None:
    for folder in ("scenarios", "rules"):
        wanted = {p.relative_to(TOP) for p in TOP.glob(f"{folder}/**/*") if p.is_file()}
        carried = unpacked / "cemsim" / "shipped"
        assert {p.relative_to(carried) for p in carried.glob(f"{folder}/**/*") if p.is_file()} == wanted
    for suffix in ("*.j2", "*.html", "*.css", "py.typed"):
        for file in TOP.glob(f"cemsim/**/{suffix}"):
            assert (unpacked / file.relative_to(TOP)).exists(), file


def test_an_installed_cemsim_finds_its_scenarios(unpacked: Path, tmp_path: Path) -> None:
    python, env = [sys.executable, "-c", ASK], {"PYTHONPATH": str(unpacked)}
    answer = subprocess.run(python, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    where, name = answer.stdout.splitlines()
    assert where.startswith(str(unpacked)) and name
