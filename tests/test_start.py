"""Starting up is light, and every way to start works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
HEAVY = ("numba", "pandas", "scipy", "pyarrow", "matplotlib", "mesa", "simpy", "durable", "networkx")

ASK = f"""
import sys
sys.argv = ["cemsim", *sys.argv[1:]]
from cemsim.commands import main
try:
    main()
except SystemExit as stop:
    code = stop.code or 0
print("heavy:", [name for name in {HEAVY!r} if name in sys.modules])
raise SystemExit(code)
"""


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=TOP, capture_output=True, text=True, check=False)


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    return python("-c", ASK, *words)


def test_help_is_light() -> None:
    answer = ask("--help")
    assert answer.returncode == 0, answer.stderr
    assert "Usage: cemsim" in answer.stdout
    assert "heavy: []" in answer.stdout


def test_check_is_light() -> None:
    answer = ask("check", "scenarios/telecom/baseline.yaml")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "heavy: []" in answer.stdout


def test_the_shim_works() -> None:
    answer = python("cli.py", "--help")
    assert answer.returncode == 0, answer.stderr
    assert "Usage:" in answer.stdout
