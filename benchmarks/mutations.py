"""Would parity notice? Mistakes put into the fast engine one at a time, each held against what the glass engine lived.

    python -m benchmarks.mutations [--json] [--only NAME ...]

The sources are copied, one of them is changed, and the fast engine of the copy (compiled for it, about a minute each)
lives the worlds of tests/parity/worlds again; the glass engine of the sources as they are lived them once. A mistake
in code that both engines call is put into the copy of the fast engine only. Exits with 1 where one is not noticed.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a file: this folder must not hide the standard library's queue
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.mutants import MUTANTS, Mutant
from cemsim.engine.parity import Life, parted

TOP = Path(__file__).resolve().parent.parent
WORLDS = TOP / "tests" / "parity" / "worlds"
LIVED = (("everything", 3, 1), ("everything", 3, 2), ("renewal", 14, 1), ("ways", 2, 1),
         ("ties", 12, 1))
"""File, months and seed of each life that is compared."""
LIMIT = 600
"""Seconds of processor time after which a life is taken for endless; a busy machine does not shorten them."""
ASIDE = """
import resource
import sys
import numpy as np
from pathlib import Path
from cemsim.engine import parity
from cemsim.experiment.calibrate import neutral
from cemsim.plan.compile import plan
from cemsim.scenario import load

resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[6]), int(sys.argv[6])))
ours = plan(load(Path(sys.argv[2])))
constants = neutral(ours) | {"segments.adoption": np.full(len(ours.names.segments), 0.04),
                             "world.hazard_mean": np.array(0.02),
                             "teams.wait_offset": np.full(len(ours.names.teams), 0.4)}
lived = getattr(parity, "lived_" + sys.argv[1])(ours, constants, int(sys.argv[3]), 0, int(sys.argv[4]))
np.savez(sys.argv[5], **lived)
"""


@dataclass(frozen=True)
class Outcome:
    """What became of a mistake: where it was first seen (empty: nowhere), and in how many seconds."""

    mutant: Mutant
    seen: str
    seconds: float


def lived(engine: str, package: Path, cache: Path, life: tuple[str, int, int], limit: int = LIMIT) -> Life | str:
    """What an engine of a copy of the sources wrote, or the last words of one that broke down."""
    name, months, seed = life
    out = cache / f"{engine}_{name}_{seed}.npz"
    words = [sys.executable, "-c", ASIDE, engine, WORLDS / f"{name}.yaml", months, seed, out, limit]
    known = {**os.environ, "PYTHONPATH": str(package), "CEMSIM_CACHE": str(cache)}
    done = subprocess.run([str(w) for w in words], cwd=cache, env=known, capture_output=True, text=True)
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return "it never ends"
    if done.returncode != 0:
        return f"it breaks down: {(done.stderr.strip().splitlines() or ['no words'])[-1]}"
    with np.load(out) as kept:
        return {table: kept[table] for table in kept.files}


def copied(folder: Path) -> Path:
    """A copy of the package's sources."""
    shutil.copytree(TOP / "cemsim", folder / "cemsim", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def change(package: Path, mutant: Mutant) -> None:
    """Put a mistake into a copy. Raises ValueError where its place is not there, or there more than once."""
    file = package / "cemsim" / "engine" / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.name}: {mutant.file} holds its place {text.count(mutant.old)} times")
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def noticed(mutant: Mutant, truth: dict[tuple[str, int, int], Life]) -> Outcome:
    """Live with a mistake, and say where it shows."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        package = copied(Path(folder))
        change(package, mutant)
        seen = ""
        for life in LIVED:
            found = lived("fast", package, Path(folder), life)
            if isinstance(found, str):
                seen = found
            elif difference := parted(found, truth[life]):
                seen = f"{life[0]}, seed {life[2]}: {difference.table} row {difference.row}, {difference.column}"
            if seen:
                break
    return Outcome(mutant, seen, time.perf_counter() - start)


def main() -> None:
    """Put in every mistake, and print which were noticed."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--only", nargs="+", choices=[m.name for m in MUTANTS], metavar="NAME", help="only these")
    chosen = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = copied(Path(folder))
        truth: dict[tuple[str, int, int], Life] = {}
        for life in LIVED:
            glass, fast = (lived(engine, package, Path(folder), life) for engine in ("glass", "fast"))
            if isinstance(glass, str) or isinstance(fast, str):
                sys.exit(f"{life[0]} cannot be lived: {glass if isinstance(glass, str) else fast}")
            if difference := parted(fast, glass):
                sys.exit(f"The engines part before anything was changed in {difference}")
            truth[life] = glass
    found = []
    for mutant in MUTANTS:
        if chosen.only and mutant.name not in chosen.only:
            continue
        found.append(noticed(mutant, truth))
        if not chosen.json:
            print(f"{'noticed ' if found[-1].seen else 'SURVIVES'} {mutant.name:24} {mutant.meaning}", flush=True)
            print(f"         {'':24} {found[-1].seen or 'nowhere'}", flush=True)
    alive = [each.mutant.name for each in found if not each.seen]
    if chosen.json:
        rows: list[dict[str, Any]] = [
            {"name": each.mutant.name, "file": each.mutant.file, "meaning": each.mutant.meaning, "seen": each.seen,
             "seconds": round(each.seconds, 1)} for each in found
        ]  # fmt: skip
        print(json.dumps({"benchmark": "mutations", "machine": machine(), "survive": alive, "rows": rows}, indent=2))
    else:
        print(f"{len(found) - len(alive)} of {len(found)} mistakes were noticed")
    if alive:
        sys.exit(1)


if __name__ == "__main__":
    main()
