"""What a patch's rules look back on was remembered while nobody asked for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cemsim.base.records import RULES, column
from cemsim.experiment import run
from tests.engine.small import COMPANY, written

PACK = """\
version: 1
ruleset: big
decide_on: month_end
rules: [{id: spender, because: A year counts., when: {spend_365d: {ge: 400 USD}}, then: [{log: {}}]}]
"""
PATCH = "cemsim: 1\nbased_on: base.yaml\nname: Plan\ninvestment: {starts: month 0}\nchange:\n"


def test_a_year_of_spending_is_known_to_rules_that_a_patch_brings(tmp_path: Path) -> None:
    """The rule fires for as many in the same months, whether the baseline has it already or a patch brings it."""
    (tmp_path / "big.yaml").write_text(PACK)
    text = COMPANY.replace("burn_in: 2 months", "burn_in: 13 months").replace("horizon: 18", "horizon: 4")
    text += "switches: {calibration: off}\n"
    base = written(tmp_path, text)
    plan = written(tmp_path, f"{PATCH}  rules: {{add: [big.yaml]}}\n", "plan.yaml")
    brought = run([base, plan], replicates=1)
    (there,) = run([written(tmp_path, text + "rules: [big.yaml]\n", "there.yaml")], replicates=1)
    fired = [each.log.rules[0, :, 0, column(RULES, "fired")] for each in (brought[1], there)]
    assert fired[1][0] > 300
    assert np.array_equal(*fired)
