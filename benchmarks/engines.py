"""The two engines side by side, and what rules cost the fast one.

    python -m benchmarks.engines [--json] [--customers 100000] [--months 12] [--turns 3]

Contacts a second of both engines on one world (the mobile operator, cut to 2,000 customers), in one run. Then the fast
engine on the whole mobile operator: without rules, with 20 rules asked at contacts and complaints, and with 20 rules
asked at month ends; the fastest of some turns, taken in turn, one core.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a file: this folder must not hide the standard library's queue
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import json
import time
from typing import Any

from benchmarks.machine import machine
from cemsim.base import text
from cemsim.base.shipped import shipped
from cemsim.engine.parity import lived_fast, lived_glass, parted
from cemsim.plan.compile import plan
from cemsim.plan.plan import Plan
from cemsim.scenario import Scenario, load
from cemsim.scenario.cut import scaled
from cemsim.scenario.packs import read

RULES = Path(__file__).parent / "engines.yaml"
MOST = 1.25
"""Time with rules at contacts and complaints over time without, at most."""


def with_rules(scenario: Scenario, which: str) -> Scenario:
    """The scenario with one of the two sets of twenty rules."""
    packs, problems = read(text.read(RULES)[which], (str(RULES), 1), scenario.currency)
    assert not problems and sum(len(pack.ruleset.rules) for pack in packs) == 20, problems
    return scenario.model_copy(update={"rules": packs})


def side_by_side(scenario: Scenario, constants: dict[str, Any], months: int) -> dict[str, Any]:
    """Contacts a second of both engines, on the same world."""
    ours = plan(scaled(scenario, 2_000 / sum(s.customers for s in scenario.segments.values())))
    lived_fast(ours, constants, 1, 0), lived_glass(ours, constants, 1, 0)  # compiles
    start = time.perf_counter()
    fast = lived_fast(ours, constants, months, 0)
    between = time.perf_counter()
    glass = lived_glass(ours, constants, months, 0)
    end = time.perf_counter()
    count = len(fast["visits"])
    return {
        "contacts": count, "identical": parted(fast, glass) is None, "fast": round(count / (between - start)),
        "glass": round(count / (end - between)), "times_faster": round((end - between) / (between - start), 1),
    }  # fmt: skip


def seconds(ours: Plan, constants: dict[str, Any], months: int) -> tuple[float, float]:
    """Time in which the fast engine lives months of a world, and contacts in them."""
    from cemsim.base.records import STEPS, column
    from cemsim.engine.fast.world import World
    from cemsim.engine.log import empty_log

    tables = ours.at(0, constants)
    world = World(tables, 1, 0, 0, memory=ours.names.remembered)
    out = empty_log(months, *ours.names.sizes)
    start = time.perf_counter()
    for month in range(months):
        world.step(ours.at(month, constants), out, month)
    return time.perf_counter() - start, float(out.steps[..., column(STEPS, "arrived")].sum())


def cost(scenario: Scenario, constants: dict[str, Any], months: int, turns: int) -> dict[str, Any]:
    """Seconds of the fast engine without rules and with either twenty, and how many times the first that is."""
    plans = {"without": plan(scenario)}
    plans |= {which: plan(with_rules(scenario, which)) for which in ("contact_and_case", "month_end")}
    best: dict[str, tuple[float, float]] = {}
    for each in plans.values():
        seconds(each, constants, 1)              # compiles
    for _ in range(turns):
        for name, each in plans.items():
            best[name] = min(best.get(name, (1e9, 0.0)), seconds(each, constants, months))
    return {
        name: {"seconds": round(took, 3), "contacts": round(contacts), "times": round(took / best["without"][0], 3)}
        for name, (took, contacts) in best.items()
    }


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--customers", type=int, default=100_000)
    ask.add_argument("--months", type=int, default=12)
    ask.add_argument("--turns", type=int, default=3, help="times each is measured; the fastest counts")
    chosen = ask.parse_args()
    from cemsim.experiment.constants import constants_of

    base = load(shipped("scenarios", "telecom", "baseline.yaml"))
    constants = constants_of(plan(base), lambda what, share: None)
    both = side_by_side(base, constants, chosen.months)
    whole = scaled(base, chosen.customers / sum(s.customers for s in base.segments.values()))
    rules = cost(whole, constants, chosen.months, chosen.turns)
    if chosen.json:
        told = {"benchmark": "engines", "machine": machine(), "contacts_per_second": both, "rules": rules}
        print(json.dumps({**told, "times_at_most": MOST}, indent=2))
    else:
        print(f"{both['contacts']:,} contacts: fast {both['fast']:,}/s, glass {both['glass']:,}/s "
              f"({both['times_faster']:g} times); {'identical' if both['identical'] else 'NOT THE SAME'}")  # fmt: skip
        for name, row in rules.items():
            print(f"{name.replace('_', ' '):18}{row['seconds']:8.2f} s {row['contacts']:12,} contacts "
                  f"{row['times']:6.2f} times")  # fmt: skip
    if not both["identical"]:
        sys.exit("The engines do not live the same.")


if __name__ == "__main__":
    main()
