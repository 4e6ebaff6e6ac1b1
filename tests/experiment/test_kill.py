"""A run killed at any moment loses nothing that was finished, and goes on to the same bits."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from cemsim.experiment import load_results, run
from cemsim.experiment.receipt import Receipt
from cemsim.experiment.store import QUANTITIES
from cemsim.experiment.verify import verify
from tests.experiment.shop import shop

TOP = Path(__file__).resolve().parent.parent.parent
REPLICATES = 60


def begin(out: Path, patch: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cemsim", "run", str(patch), "-q", "-w", "1", "-r", str(REPLICATES)]
    return subprocess.Popen(
        [*command, "--out", str(out)], cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def finished(out: Path) -> int:
    return len(list((out / QUANTITIES).glob("replicate_*.npz")))


def test_killed_at_three_moments(tmp_path: Path) -> None:
    family = shop(tmp_path)
    out, chance = tmp_path / "out", random.Random(9)
    for moment in (2, 25, 71):
        child = begin(out, family[1].path)
        before = finished(out)
        while finished(out) < before + moment and child.poll() is None:
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.01))
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL, "it was done before it was killed"
        there = finished(out)
        partly = load_results(out)[0]
        assert partly.stopped and len(partly.replicates) == there // 2
        assert verify(out, again=False).missing == REPLICATES - there // 2
    resumed = subprocess.run(
        [sys.executable, "-m", "cemsim", "resume", str(out), "-w", "2"], cwd=TOP, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "replicates are there" in resumed.stderr
    receipt = Receipt.read(out)
    assert receipt is not None and receipt.finished and receipt.kept == tuple(range(REPLICATES))
    whole = run(family, REPLICATES)
    for old, new in zip(whole, load_results(out), strict=True):
        assert all(a.tobytes() == b.tobytes() for a, b in zip(old.log, new.log, strict=True))
    sound = verify(out, again=False)
    assert sound.identical and sound.missing == 0
    assert not list(out.rglob("*.part*"))
