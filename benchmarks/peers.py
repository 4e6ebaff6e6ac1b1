"""The same desk in SimPy and in Ciw, each written the way its own documentation does it."""

from __future__ import annotations

import time
from collections.abc import Generator
from random import Random
from typing import Any

from benchmarks.desk import Desk, Outcome, summarise


def simpy_desk(desk: Desk, contacts: int, seed: int, tuned: bool = False) -> Outcome:
    """SimPy: a PriorityResource; a caller waits for a turn or for patience to end, whichever comes first.

    ``tuned`` leaves out the clock of patience for callers who are answered at once, which SimPy's own
    example of reneging does not do, but which somebody after speed would.
    """
    import simpy

    draw = Random(seed)
    env = simpy.Environment()
    people = simpy.PriorityResource(env, desk.servers)
    total = sum(desk.arrivals)
    seen: list[tuple[int, float, bool]] = [(0, 0.0, False)] * contacts

    def caller(number: int, rank: int) -> Generator[Any, Any, None]:
        start = env.now
        with people.request(priority=rank) as turn:
            if not (tuned and turn.triggered):
                yield turn | env.timeout(draw.expovariate(1.0 / desk.patience))
            seen[number] = (rank, env.now - start, not turn.triggered)
            if turn.triggered:
                yield env.timeout(draw.expovariate(1.0 / desk.handling))

    def callers() -> Generator[Any, Any, None]:
        ranks = range(len(desk.arrivals))
        for number in range(contacts):
            yield env.timeout(draw.expovariate(total))
            env.process(caller(number, draw.choices(ranks, desk.arrivals)[0]))

    env.process(callers())
    start = time.perf_counter()
    env.run()
    seconds = time.perf_counter() - start
    return Outcome("SimPy, tuned" if tuned else "SimPy", contacts, seconds, summarise(desk, seen))


def ciw_desk(desk: Desk, contacts: int, seed: int) -> Outcome:
    """Ciw: one node, a class for each priority, exponential reneging."""
    import ciw

    names = desk.names
    rates = dict(zip(names, desk.arrivals, strict=True))
    network = ciw.create_network(
        arrival_distributions={n: [ciw.dists.Exponential(r)] for n, r in rates.items()},
        service_distributions={n: [ciw.dists.Exponential(1.0 / desk.handling)] for n in names},
        reneging_time_distributions={n: [ciw.dists.Exponential(1.0 / desk.patience)] for n in names},
        priority_classes={n: rank for rank, n in enumerate(names)},
        number_of_servers=[desk.servers],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    start = time.perf_counter()
    simulation.simulate_until_max_customers(contacts, method="Arrive")
    seconds = time.perf_counter() - start
    records = sorted(simulation.get_all_records(), key=lambda r: r.arrival_date)
    seen = [
        (names.index(r.customer_class), r.waiting_time, r.record_type == "renege")
        for r in records
        if r.record_type in ("service", "renege")
    ]
    return Outcome("Ciw", contacts, seconds, summarise(desk, seen))
