"""The generated pages say what the code says: ``make docs`` after changed fields, measures, logs or rules."""

from __future__ import annotations

import pytest

from tools import reference


@pytest.mark.parametrize("name", ["scenario.md", "switches.md", "measures.md", "log.md", "rules.md"])
def test_a_page_is_up_to_date(name: str) -> None:
    kept = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert kept == reference.pages()[name], f"docs/reference/{name} is old: make docs"


def test_every_field_is_told() -> None:
    """Also those of blocks that the shipped scenarios do not use."""
    text = reference.fields()
    for path in ("journeys.*.steps.*.escalate.after", "segments.*.spend.brands", "teams.*.shifts.*.people",
                 "model.experience.kano.must_be.loss", "failures.severity.major_share", "investment.ramp"):  # fmt: skip
        assert f"`{path}`" in text
