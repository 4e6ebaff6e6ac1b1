"""The textbook desk in cemsim, SimPy and Ciw, each held against exact Erlang A, and contacts a second.

python -m benchmarks.queue [--json]
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a file: this folder must not hide the standard library's queue
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import json
import statistics
import time
from collections.abc import Callable

from benchmarks.desk import Desk, Outcome, read
from benchmarks.limit import draws_only
from benchmarks.machine import machine
from benchmarks.peers import ciw_desk, simpy_desk
from cemsim.base.records import STEPS, column
from cemsim.base.shipped import shipped
from cemsim.experiment import run
from cemsim.scenario import Scenario, load


def cemsim_desk(desk: Desk, scenario: Scenario, replicates: int, seed: int) -> Outcome:
    """The engine that users run, on one core.

    Contacts of the burn-in are simulated too and therefore counted.
    """
    start = time.perf_counter()
    (done,) = run([scenario], replicates=replicates, seed=seed, workers=1)
    seconds = time.perf_counter() - start
    table = done.log.steps.sum(axis=(1, 2))  # [replicate, segment, column]
    arrived, served, abandoned, waited = (
        table[..., column(STEPS, name)] for name in ("arrived", "served", "abandoned", "all_wait_sum")
    )
    left = served + abandoned
    order = [list(scenario.segments).index(name) for name in desk.names]
    values = {"abandoned": abandoned.sum(1) / left.sum(1), "wait": 60.0 * waited.sum(1) / left.sum(1)}
    for name, s in zip(desk.names, order, strict=True):
        values[f"wait {name}"] = 60.0 * waited[:, s] / left[:, s]
    months = 1.0 + scenario.burn_in / scenario.horizon
    return Outcome(
        "cemsim",
        round(float(arrived.sum()) * months),
        seconds,
        {k: (float(v.mean()), statistics.stdev(v) / len(v) ** 0.5) for k, v in values.items()},
    )


def main() -> None:
    """Measure, check and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--contacts", type=int, default=100_000, help="contacts for SimPy and for Ciw")
    ask.add_argument("--replicates", type=int, default=6, help="replicates for cemsim")
    ask.add_argument("--turns", type=int, default=3, help="times each runs, in turn; the fastest counts")
    ask.add_argument("--seed", type=int, default=1)
    chosen = ask.parse_args()

    scenario = load(shipped("scenarios", "textbook", "mmc_m.yaml"))
    desk = read(scenario)
    exact = desk.exact()
    simulators: list[Callable[[int], Outcome]] = [
        lambda seed: cemsim_desk(desk, scenario, chosen.replicates, seed),
        lambda seed: simpy_desk(desk, chosen.contacts, seed),
        lambda seed: simpy_desk(desk, chosen.contacts, seed, tuned=True),
        lambda seed: ciw_desk(desk, chosen.contacts, seed),
        lambda seed: draws_only(desk, 20_000_000, seed),
    ]
    run([scenario], replicates=1, seed=chosen.seed, workers=1)  # compiles
    turns = [[one(chosen.seed) for one in simulators] for _ in range(chosen.turns)]
    outcomes = [min(turn, key=lambda o: o.seconds) for turn in zip(*turns, strict=True)]
    own = outcomes[0].rate
    rows = [
        {
            "name": o.name,
            "contacts": o.contacts,
            "seconds": round(o.seconds, 4),
            "contacts_per_second": round(o.rate),
            "cemsim_is_faster_by": round(own / o.rate, 3),
            "found": {k: {"mean": m, "standard_error": e} for k, (m, e) in o.found.items()},
            "off_the_exact_value": o.misses(exact),
        }
        for o in outcomes
    ]
    wrong = [o.name for o in outcomes if o.misses(exact)]
    if chosen.json:
        told = {"benchmark": "queue", "machine": machine(), "exact": exact, "rows": rows}
        print(json.dumps(told, indent=2))
    else:
        print(f"{scenario.name}: {sum(desk.arrivals):g} contacts a minute, {desk.servers} people, one core")
        print(f"{'':14}{'contacts/s':>14}{'cemsim is':>12}{'hung up':>10}{'wait, s':>10}" + "".join(
            f"{n:>10}" for n in desk.names))  # fmt: skip
        print(f"{'exact':14}{'':14}{'':12}" + _line(desk, {k: (v, 0.0) for k, v in exact.items()}))
        for o in outcomes:
            found = _line(desk, o.found) if o.found else ""
            print(f"{o.name:14}{o.rate:14,.0f}{own / o.rate:11.2f}x{found}")
    if wrong:
        sys.exit(f"More than four standard errors off the exact value: {', '.join(wrong)}")


def _line(desk: Desk, found: dict[str, tuple[float, float]]) -> str:
    waits = "".join(f"{found[f'wait {name}'][0]:10.2f}" for name in desk.names)
    return f"{found['abandoned'][0]:10.3%}{found['wait'][0]:10.2f}{waits}"


if __name__ == "__main__":
    main()
