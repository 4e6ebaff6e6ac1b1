"""Whole companies: scenarios/telecom with ten thousand to a million customers, 36 months.

    python -m benchmarks.population [--json] [--sizes 10000 100000] [--contacts 2.5 14] [--everything]

Each row runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a file: this folder must not hide the standard library's queue
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import json
import subprocess
import time
from typing import Any

from benchmarks.machine import machine, peak_megabytes
from cemsim.base.shipped import shipped
from cemsim.scenario import Scenario, load
from cemsim.scenario.cut import scaled
from tools.company import full

SIZES = (10_000, 100_000, 1_000_000)
CONTACTS = (2.5, 14.0)


def company(scenario: Scenario, customers: int, contacts: float) -> Scenario:
    """The same company with so many customers, so many contacts a customer-year, and staff to match."""
    size = customers / sum(segment.customers for segment in scenario.segments.values())
    observed = scenario.observed.model_copy(update={"contacts": contacts})
    work = size * contacts / (scenario.observed.contacts or contacts)
    return scaled(scenario, size, work).model_copy(update={"observed": observed})


def measure(customers: int, contacts: float, workers: int, seed: int, everything: bool) -> dict[str, Any]:
    """One row: compile, calibrate and warm up; then time one replicate, burn-in included."""
    from cemsim.base.records import PEOPLE, STEPS, column
    from cemsim.experiment import run

    base = full() if everything else load(shipped("scenarios", "telecom", "baseline.yaml"))
    scenario = company(base, customers, contacts)
    start = time.perf_counter()
    run([scenario], replicates=1, seed=seed + 1, workers=workers)
    first = time.perf_counter() - start
    start = time.perf_counter()
    (done,) = run([scenario], replicates=1, seed=seed, workers=workers)
    seconds = time.perf_counter() - start
    longer = 1.0 + scenario.burn_in / scenario.horizon
    lived = float(done.log.people[..., column(PEOPLE, "months")].sum()) * longer
    touches = float(done.log.steps[..., column(STEPS, "arrived")].sum())
    return {
        "customers": customers,
        "contacts_a_year": contacts,
        "workers": workers,
        "seconds": round(seconds, 3),
        "seconds_for_the_horizon": round(seconds / longer, 3),
        "first_seconds_with_calibration": round(first, 3),
        "customer_months_per_second": round(lived / seconds),
        "touches_per_second": round(touches * longer / seconds),
        "peak_megabytes": round(peak_megabytes()),
    }


def main() -> None:
    """Measure every size in a process of its own, and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    ask.add_argument("--contacts", type=float, nargs="+", default=CONTACTS, help="contacts a customer-year")
    ask.add_argument("--workers", type=int, nargs="+", default=(1, 2))
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--everything", action="store_true", help="with every mechanism turned on (tools/company.py)")
    ask.add_argument("--here", action="store_true", help="measure one row in this process")
    chosen = ask.parse_args()
    if chosen.here:
        row = measure(chosen.sizes[0], chosen.contacts[0], chosen.workers[0], chosen.seed, chosen.everything)
        print(json.dumps(row))
        return

    rows = []
    if not chosen.json:
        print(f"{'customers':>10}{'contacts/yr':>12}{'workers':>8}{'seconds':>9}{'months/s':>12}{'touches/s':>12}"
              f"{'MB':>7}")  # fmt: skip
    for contacts in chosen.contacts:
        for size in chosen.sizes:
            for workers in chosen.workers:
                words = ["--here", "--sizes", size, "--contacts", contacts, "--workers", workers]
                row = _elsewhere([*words, "--seed", chosen.seed, *(["--everything"] if chosen.everything else [])])
                rows.append(row)
                if not chosen.json:
                    print(f"{size:>10,}{contacts:>12g}{workers:>8}{row['seconds']:>9.2f}"
                          f"{row['customer_months_per_second']:>12,}{row['touches_per_second']:>12,}"
                          f"{row['peak_megabytes']:>7,}")  # fmt: skip
    ratio = _cost_ratio(rows)
    if chosen.json:
        print(json.dumps({"benchmark": "population", "machine": machine(), "rows": rows, **ratio}, indent=2))
    else:
        for name, value in ratio.items():
            print(f"{name.replace('_', ' ')}: {value}")


def _elsewhere(words: list[object]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.population", *map(str, words)]
    top = Path(__file__).resolve().parent.parent
    answer = subprocess.run(command, cwd=top, stdout=subprocess.PIPE, text=True, check=True)
    row: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return row


def _cost_ratio(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Cost of a customer-month at the largest size over that at the smallest, on one worker."""
    found = {}
    for contacts in sorted({row["contacts_a_year"] for row in rows}):
        rates = {
            row["customers"]: row["customer_months_per_second"]
            for row in rows
            if row["workers"] == 1 and row["contacts_a_year"] == contacts
        }
        if len(rates) > 1:
            small, large = min(rates), max(rates)
            name = f"cost_of_a_customer_month_at_{large}_over_{small}_with_{contacts:g}_contacts"
            found[name] = round(rates[small] / rates[large], 2)
    return found


if __name__ == "__main__":
    main()
