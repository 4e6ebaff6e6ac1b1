"""A run killed (kill -9) at 30 random moments and resumed: is anything lost, are the bits those of an unbroken run?

python -m benchmarks.kill [--kills 30] [--replicates 1000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.population import company
from cemsim.base.shipped import shipped
from cemsim.experiment import load_results, run
from cemsim.experiment.store import QUANTITIES
from cemsim.experiment.verify import verify
from cemsim.scenario import load
from cemsim.scenario.resolved import files_of, resolved


def written(folder: Path) -> Path:
    """The shipped mobile operator with 1,000 customers, as a file."""
    small = company(load(shipped("scenarios", "telecom", "baseline.yaml")), 1_000, 2.5)
    for file in files_of(small):
        shutil.copy(file, folder / file.name)
    path = folder / "small.yaml"
    path.write_text(resolved(small), encoding="utf-8")
    return path


def finished(folder: Path) -> dict[str, bytes]:
    """Bytes of every replicate that is there, by file."""
    return {path.name: path.read_bytes() for path in (folder / QUANTITIES).glob("replicate_*.npz")}


def begin(scenario: Path, folder: Path, replicates: int, workers: int) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "cemsim", "run", str(scenario), "-q", "-r", str(replicates), "-w", str(workers)]
    return subprocess.Popen([*command, "--out", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def kill_often(scenario: Path, folder: Path, kills: int, replicates: int, chance: random.Random) -> int:
    """Start and kill the run again and again; gives how often a file that was whole was lost or changed."""
    lost = 0
    begin(scenario, folder, 1, 1).communicate()       # compiles the engine, where it must be
    began = time.monotonic()
    begin(scenario, folder, 1, 1).communicate()
    start = time.monotonic() - began                 # seconds that a process needs beside the replicates
    print(f"{'kill':>4} {'after':>8} {'replicates':>10}")
    for i in range(kills):
        before = finished(folder)
        child = begin(scenario, folder, replicates, chance.choice((1, 2)))
        after = chance.uniform(0.2 * start, 1.4 * start)
        try:
            _, said = child.communicate(timeout=after)
            raise SystemExit(f"The run was over before it could be killed; ask for more replicates. {said.decode()}")
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.communicate()
        now = finished(folder)
        lost += sum(now.get(name) != raw for name, raw in before.items())
        print(f"{i + 1:4d} {after:6.2f} s {len(now):10d}")
    return lost


def main() -> None:
    """Kill, resume, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--replicates", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scenario, folder = written(Path(name)), Path(name) / "result"
        lost = kill_often(scenario, folder, asked.kills, asked.replicates, random.Random(asked.seed))
        there = len(finished(folder))
        subprocess.run([sys.executable, "-m", "cemsim", "resume", str(folder), "-q"], check=True, capture_output=True)
        whole, resumed = run(load(scenario), asked.replicates), load_results(folder)
        same = all(
            np.array_equal(a, b, equal_nan=True)
            for old, new in zip(whole, resumed, strict=True) for a, b in zip(old.log, new.log, strict=True)
        )  # fmt: skip
        verdict = verify(folder)
        print(f"killed {asked.kills} times, {there} of {asked.replicates} replicates there; lost or changed: {lost}")
        print(f"resumed: {'equal to an unbroken run, bit for bit' if same else 'DIFFERENT from an unbroken run'}")
        print(f"verify: {'identical' if verdict.identical else verdict.differences}")
        if lost or not same or not verdict.identical:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
