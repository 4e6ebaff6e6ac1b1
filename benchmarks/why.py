"""Why B beats A: five changes of the mobile operator shared out, against one run of the same replicates.

python -m benchmarks.why [--json] [--replicates 2] [--workers 2]

All 32 subsets are simulated. They share burn-ins, so this costs less than 32 runs; the ratio is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a file: this folder must not hide the standard library's queue
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import json
import shutil
import tempfile
import time

from benchmarks.machine import machine, peak_megabytes
from cemsim.base.shipped import shipped
from cemsim.compare.why import answer, inquire
from cemsim.experiment import run
from cemsim.finance.lines import lines_of
from cemsim.scenario import load

FIVE = """\
based_on: baseline.yaml
name: Five changes
investment: {capex: 650_000 USD, opex: 9_000 USD/month, starts: month 3, ramp: 9 months}
change:
  journeys.*.steps.call.resolves: {add: 6 %-points}
  journeys.*.steps.call.handling: {times: 0.95}
  failures.back_office_factor: {times: 0.5}
  teams.contact_centre.serve_first: {to: [loyalist]}
  teams.contact_centre.on_shift: {add: 2}
"""


def main() -> None:
    """Compile and calibrate first; then time one run of the baseline, and the decomposition."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--replicates", type=int, default=2)
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--seed", type=int, default=1)
    chosen = ask.parse_args()
    how = chosen.replicates, chosen.seed, chosen.workers

    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / "telecom"
        shutil.copytree(shipped("scenarios", "telecom"), here)
        (here / "five.yaml").write_text(FIVE, encoding="utf-8")
        base, plan = load(here / "baseline.yaml"), load(here / "five.yaml")
        run(base, 1, chosen.seed + 1, 1)
        start = time.perf_counter()
        run(base, *how)
        one = time.perf_counter() - start
        start = time.perf_counter()
        asked = inquire(base, plan, paths=False)
        measure = lines_of("npv", base.finance)
        found, _ = answer(asked, {"npv": (measure.names, measure.gap)}, *how)
        whole = time.perf_counter() - start
        changes = found["npv"].changes
    assert changes is not None
    worlds = len(asked.worlds())
    told = {
        "benchmark": "why",
        "machine": machine(),
        "replicates": chosen.replicates,
        "workers": chosen.workers,
        "worlds": worlds,
        "seconds_for_one_run": round(one, 2),
        "seconds": round(whole, 2),
        "ratio": round(whole / one, 1),
        "ratio_of_months": round((base.burn_in + worlds * base.horizon) / (base.burn_in + base.horizon), 1),
        "parts_less_whole": sum(part.share.mean for part in changes.parts) - changes.difference.mean,
        "peak_megabytes": round(peak_megabytes()),
    }
    if chosen.json:
        print(json.dumps(told, indent=2))
        return
    print(
        f"Shapley values of five changes, {worlds} worlds, {chosen.replicates} replicates on {chosen.workers} workers: "
        f"{told['seconds']} s, one run of the baseline {told['seconds_for_one_run']} s; {told['ratio']} times as long "
        f"(limit 32; by months simulated {told['ratio_of_months']}). Parts less whole: "
        f"{told['parts_less_whole']:.1e} {base.currency}. {told['peak_megabytes']} MB."
    )


if __name__ == "__main__":
    main()
