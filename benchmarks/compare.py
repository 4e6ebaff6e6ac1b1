"""An answer to a question: baseline and a patch, 100 thousand customers, 36 months, 50 pairs, two workers.

python -m benchmarks.compare [--json] [--patch more_people] [--replicates 50]
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a file: this folder must not hide the standard library's queue
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import json
import time

from benchmarks.machine import machine, peak_megabytes
from cemsim.base.shipped import shipped
from cemsim.compare import compare
from cemsim.experiment import run
from cemsim.scenario import load


def main() -> None:
    """Compile and calibrate first; then time the pairs and their comparison."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--patch", default="more_people", help="a patch in scenarios/telecom")
    ask.add_argument("--replicates", type=int, default=50)
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--seed", type=int, default=1)
    chosen = ask.parse_args()

    files = [shipped("scenarios", "telecom", f"{name}.yaml") for name in ("baseline", chosen.patch)]
    scenarios = [load(file) for file in files]
    start = time.perf_counter()
    run(scenarios[:1], replicates=1, seed=chosen.seed + 1, workers=1)
    ready = time.perf_counter()
    runs = run(scenarios, replicates=chosen.replicates, seed=chosen.seed, workers=chosen.workers)
    simulated = time.perf_counter()
    compare(runs)
    told = {
        "benchmark": "compare",
        "machine": machine(),
        "patch": chosen.patch,
        "replicates": chosen.replicates,
        "workers": chosen.workers,
        "seconds_to_compile_and_calibrate": round(ready - start, 2),
        "seconds": round(simulated - ready, 2),
        "seconds_to_compare": round(time.perf_counter() - simulated, 2),
        "peak_megabytes": round(peak_megabytes()),
    }
    if chosen.json:
        print(json.dumps(told, indent=2))
    else:
        print(
            f"{chosen.patch} against baseline, {chosen.replicates} pairs on {chosen.workers} workers: "
            f"{told['seconds']} s with burn-ins, {told['seconds_to_compare']} s to compare, "
            f"{told['peak_megabytes']} MB (before: {told['seconds_to_compile_and_calibrate']} s "
            "to compile and calibrate)"
        )


if __name__ == "__main__":
    main()
