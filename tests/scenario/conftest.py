"""A small scenario to break on purpose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cemsim.scenario import Problem, ScenarioError, load

MINIMAL = """\
cemsim: 1
name: Small shop
question: What happens if nothing changes?
currency: USD
segments:
  regular:
    customers: 1_000
    revenue: 20 USD/month
    churn: 15 %/year
journeys:
  question:
    need: 2 /year
    steps:
      call: {channel: phone_in, team: desk, handling: 5 min, resolves: 70 %}
teams:
  desk:
    on_shift: 2
    open: "08:00-18:00 mon-fri"
"""

PATCH = """\
based_on: base.yaml
name: Two more
change:
"""


@pytest.fixture
def minimal() -> str:
    """Text of a scenario of about twenty lines."""
    return MINIMAL


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file into a fresh folder and gives its path."""

    def put(text: str | bytes, name: str = "base.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


@pytest.fixture
def problems(write: Callable[..., Path]) -> Callable[..., tuple[Problem, ...]]:
    """Problems found in a text."""

    def find(text: str | bytes, name: str = "base.yaml") -> tuple[Problem, ...]:
        with pytest.raises(ScenarioError) as caught:
            load(write(text, name))
        return caught.value.problems

    return find


@pytest.fixture
def patched(write: Callable[..., Path]) -> Callable[..., Path]:
    """Path of a patch with these lines under change, beside the small scenario."""

    def put(*lines: str, base: str = MINIMAL, head: str = PATCH) -> Path:
        write(base)
        return write(head + "".join(f"  {line}\n" for line in lines), "patch.yaml")

    return put
