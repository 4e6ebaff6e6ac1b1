"""Whether the statistics keep their word: winners that are none, and intervals that hold what they should.

    python -m benchmarks.false_winner [--experiments 1000] [--json]

One small company, simulated many times. An A/A experiment compares it with itself, the arms on replicate numbers that
have nothing in common (under common random numbers A and A are identical, and nothing could ever be found wrong). A
rule that calls one of them the winner is wrong. Each experiment is looked at after every replicate, which is the
hardest use of a rule that may be stopped at any time. The true difference is 0, so the share of intervals that hold 0
is their coverage.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import json
import tempfile
import time
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import machine
from cemsim.compare.best import contest
from cemsim.compare.interval import difference, interval
from cemsim.experiment import run
from cemsim.finance.rates import present_value
from cemsim.measures import books
from cemsim.measures.money import contribution
from cemsim.scenario import load

PAIRS = 20
FOUR = 10
LEAST = 3
CHUNK = 2000
COMPANY = """\
cemsim: 1
name: Corner shop
horizon: 4 months
burn_in: 1 month
market: {people: 400}
segments:
  everybody: {customers: 250, revenue: 40 USD/month, churn: 25 %/year}
journeys:
  question:
    need: 6 /year
    steps:
      call: {channel: phone_in, team: desk, handling: 8 min, resolves: 70 %}
teams:
  desk: {on_shift: 1, open: "09:00-17:00 mon-fri", patience: 5 min, wage: 21 USD/h}
"""


def replicates(count: int, seed: int = 1) -> NDArray[np.float64]:
    """Present value of the company's contribution, one a replicate, ``[replicate]``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.yaml"
        path.write_text(COMPANY, encoding="utf-8")
        scenario = load(path)
        found = []
        for first in range(0, count, CHUNK):
            (done,) = run(scenario, min(CHUNK, count - first), seed, first=first)
            book = books(done)
            found.append(present_value(contribution(book).sum(axis=-1), book.discount))
    return np.concatenate(found)


def winners(arms: NDArray[np.float64], every_look: bool = True) -> float:
    """Share of experiments ``[experiment, arm, replicate]`` that name a winner at any look."""
    names = [str(i) for i in range(arms.shape[1])]
    looks = range(LEAST, arms.shape[2] + 1) if every_look else (arms.shape[2],)
    wrong = sum(
        any(len(contest(names, arm[:, :n], looking=every_look).leaders) == 1 for n in looks) for arm in arms
    )
    return wrong / len(arms)


def careless(arms: NDArray[np.float64]) -> float:
    """The same for a rule that is not meant for looking: a 95 % interval of Student's, at each look."""
    wrong = 0
    for a, b in arms:
        found = (difference(a[:n], b[:n]) for n in range(LEAST, arms.shape[2] + 1))
        wrong += any(gap.low > 0 or gap.high < 0 for gap in found)
    return wrong / len(arms)


def held(arms: NDArray[np.float64], truth: float) -> tuple[float, float]:
    """Coverage of fixed-size 95 % intervals: of a difference (the truth is 0), and of a level."""
    gaps = [difference(a, b) for a, b in arms]
    own = [interval(a) for a, _ in arms]
    return (
        sum(g.low <= 0 <= g.high for g in gaps) / len(gaps),
        sum(g.low <= truth <= g.high for g in own) / len(own),
    )


def measure(experiments: int, seed: int = 1) -> dict[str, float]:
    """All rates over so many A/A experiments."""
    values = replicates(2 * experiments * PAIRS, seed)
    half = len(values) // 2
    arms = np.stack([values[:half].reshape(experiments, PAIRS), values[half:].reshape(experiments, PAIRS)], axis=1)
    four = values.reshape(4, experiments, FOUR).swapaxes(0, 1)
    gap, level = held(arms, float(values.mean()))
    return {
        "experiments": experiments,
        "false winners of two, looked at after every replicate": winners(arms),
        "false winners of four, looked at after every replicate": winners(four),
        "false winners of two, looked at once": winners(arms, every_look=False),
        "false winners of four, looked at once": winners(four, every_look=False),
        "for comparison: of two, Student's interval at every look": careless(arms),
        "coverage of the 95 % interval of a difference": gap,
        "coverage of the 95 % interval of a level": level,
        "two standard errors of a rate of 5 %": round(2 * sqrt(0.05 * 0.95 / experiments), 4),
    }


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--experiments", type=int, default=1000)
    ask.add_argument("--seed", type=int, default=1)
    chosen = ask.parse_args()
    start = time.perf_counter()
    rates = measure(chosen.experiments, chosen.seed)
    seconds = round(time.perf_counter() - start)
    if chosen.json:
        print(json.dumps({"benchmark": "false_winner", "machine": machine(), "seconds": seconds, **rates}, indent=2))
        return
    for name, value in rates.items():
        print(f"{name:<60}{value:>8,}" if value >= 1 else f"{name:<60}{100 * value:>7.1f} %")
    print(f"{'seconds':<60}{seconds:>8}")


if __name__ == "__main__":
    main()
