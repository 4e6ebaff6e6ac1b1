"""Nothing that is written in a rule file or a case file makes the program fall, nor reaches the C library unread."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.rules.fuzz import ROOT

FILES, AT_A_TIME = 20_000, 5_000
"""Files in all, and in one process: durable_rules keeps about 0.6 MB of every ruleset for good."""


@pytest.mark.slow
def test_spoilt_files_are_read_or_refused_in_words(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for first in range(0, FILES, AT_A_TIME):
        note = tmp_path / "in_hand"
        module = ["-X", "faulthandler", "-m", "tests.rules.fuzz"]
        command = [sys.executable, *module, str(first), str(AT_A_TIME), str(note)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800)
        assert done.returncode == 0, f"file {note.read_text()}, exit {done.returncode}:\n{done.stderr[-4000:]}"
        found.update(json.loads(done.stdout))
    assert sum(found.values()) == FILES
    for kind in ("bytes of rules", "rules", "bytes of cases", "cases"):
        most = found[f"{kind} read"] + found[f"{kind} refused"]
        assert found[f"{kind} refused"] > most / 20, found
        assert found[f"{kind} read"] > most / 20, found
