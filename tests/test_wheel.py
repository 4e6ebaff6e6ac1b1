"""A wheel carries what a checkout has: the scenarios, the rules, the templates; and what it needs can be had."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

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


@pytest.mark.parametrize("version", ["3.11.0", "3.12.0", "3.13.0"])
def test_what_is_pinned_can_be_had_on_the_first_release_of_each_python(version: str) -> None:
    """Else pip tries versions against each other for hours on a machine whose Python is not the newest of its kind."""
    lines = (TOP / "constraints.txt").read_text(encoding="utf-8").splitlines()
    held = {canonicalize_name(name): pin for name, pin in (line.split("==") for line in lines if "==" in line)}
    looked, bad = 0, []
    for each in distributions():
        needs = each.metadata.get("Requires-Python")
        if held.get(canonicalize_name(each.metadata["Name"])) == each.version:
            looked += 1
            bad += [each.metadata["Name"]] if needs and version not in SpecifierSet(needs) else []
    assert looked > 50 and not bad
