"""Both engines on companies and rules made by chance: thousands of them, compared bit for bit.

    python -m benchmarks.parity [--json] [--examples 2000]

The property of tests/parity on more examples; in several processes, since durable_rules gives no memory back.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a file: this folder must not hide the standard library's queue
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import json
import os
import subprocess
import time

from benchmarks.machine import machine

TOP = Path(__file__).resolve().parent.parent
AT_A_TIME = 250


def hold_equal(examples: int, seed: int) -> int:
    """Compare so many made companies; gives how many were compared before the first that differs, if one does."""
    done = 0
    while done < examples:
        count = min(AT_A_TIME, examples - done)
        words = [sys.executable, "-m", "pytest", "-q", "-k", "whatever", f"--hypothesis-seed={seed + done}"]
        known = {**os.environ, "CEMSIM_EXAMPLES": str(count)}
        place = "tests/parity/test_parity.py"
        if subprocess.run([*words, place], env=known, cwd=TOP, stdout=sys.stderr, check=False).returncode != 0:
            break
        done += count
    return done


def main() -> None:
    """Compare and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--examples", type=int, default=2_000, metavar="N", help="companies made")
    ask.add_argument("--seed", type=int, default=1, help="start of what is made")
    chosen = ask.parse_args()
    start = time.perf_counter()
    held = hold_equal(chosen.examples, chosen.seed)
    told = {
        "benchmark": "parity", "machine": machine(), "asked": chosen.examples, "identical": held,
        "seconds": round(time.perf_counter() - start, 1),
    }  # fmt: skip
    if chosen.json:
        print(json.dumps(told, indent=2))
    else:
        print(f"{held:,} of {chosen.examples:,} made companies lived the same in both engines, bit for bit")
    if held < chosen.examples:
        sys.exit("The next ones hold one in which the engines part; it is printed above.")


if __name__ == "__main__":
    main()
