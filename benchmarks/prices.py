"""Pricing on stored quantities: 10,000 draws of all prices at once. ``python -m benchmarks.prices``

A plan of the mobile operator is simulated once; then wages, margins, tariffs, unit costs, tax, rates and the plan's
cost are drawn from plus or minus a fifth, and every draw gets a net present value a replicate.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.machine import machine
from cemsim.base.shipped import shipped
from cemsim.experiment import run
from cemsim.finance import cases
from cemsim.finance.draws import Pricer
from cemsim.finance.prices import repriced, settings
from cemsim.measures.prices import priced
from cemsim.scenario import load
from cemsim.scenario.schema.recipe import Change, Scenario
from cemsim.scenario.vary import with_values
from cemsim.scenario.walk import root

DRAWS = 10_000
REPLICATES = 20


def drawn(pricer: Pricer, count: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Every price of a family, uniform within a fifth of its value."""
    luck = np.random.default_rng(seed)
    found = {}
    for path in pricer.paths:
        place = root(pricer.runs[1].scenario)
        for name in path.split("."):
            place = place.child(name)
        found[path] = float(place.value) * luck.uniform(0.8, 1.2, count)
    return found


def with_dearer_wage(plan: Scenario) -> Scenario:
    """A plan that pays the contact centre a tenth more as well."""
    path, wage = "teams.contact_centre.wage", plan.teams["contact_centre"].wage
    change = Change(path, "times", 1.1, wage, 1.1 * wage, str(plan.path), 0)
    return with_values(plan, {path: 1.1 * wage}).model_copy(update={"changes": (*plan.changes, change)})


def main() -> None:
    """Print seconds, with and without a terminal value, and with a wage of the plan's own, on its way for 20 months."""
    print(", ".join(f"{name}: {value}" for name, value in machine().items()))
    family = [load(shipped("scenarios", "telecom", f"{name}.yaml")) for name in ("baseline", "knowledge_base")]
    runs = run(family, replicates=REPLICATES)
    start = time.perf_counter()
    cases(runs)
    print(f"one case, all its figures: {time.perf_counter() - start:.3f} s")
    dearer = [family[0], with_dearer_wage(family[1])]
    ways = [(f"terminal value {terminal}", repriced(runs, settings(family, [f"terminal={terminal}"])))
            for terminal in ("none", "clv")]  # fmt: skip
    for words, counted in (*ways, ("the plan's own wage", priced(runs, dearer))):
        start = time.perf_counter()
        pricer = Pricer(counted)
        ready, busy = time.perf_counter(), time.process_time()
        values = pricer.npv(drawn(pricer, DRAWS))
        end, busy = time.perf_counter(), time.process_time() - busy
        print(
            f"{DRAWS:,} draws of {len(pricer.paths)} prices x {REPLICATES} replicates x {pricer.months} months, "
            f"{words}: {end - ready:.2f} s ({busy:.2f} s of processor), "
            f"after {ready - start:.2f} s of measuring; "
            f"net present value {values.mean():,.0f}, P10 {np.percentile(values, 10):,.0f}, "
            f"P90 {np.percentile(values, 90):,.0f}"
        )


if __name__ == "__main__":
    main()
