"""Write docs/library.md: each question of the scenario library, its answer as simulated, and what would turn it round.

``python -m tools.answers`` simulates what is not there yet, one question at a time, and writes the page; what was
simulated lies in build/answers, under the words of its files, so that it goes on after an interruption; after a
change of the model, --anew. Questions, reasons and what is tried stand in tools/questions.yaml.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from cemsim.base.shipped import shipped
from cemsim.compare.interval import Interval, interval
from cemsim.experiment import Run
from cemsim.experiment.outer import at_each
from cemsim.finance.gain import net_values
from cemsim.measures import KPIS, books
from cemsim.scenario import Scenario, load
from cemsim.scenario.vary import vary
from tools.markdown import table

TOP: Final = Path(__file__).resolve().parent.parent
PAGE: Final = TOP / "docs" / "library.md"
KEPT: Final = TOP / "build" / "answers"
ASKED: Final = Path(__file__).with_name("questions.yaml")
REPLICATES: Final = 4
TRIED: Final = 3
NOTHING: Final = "doing nothing"
MADE: Final = "<!-- written by tools/answers.py from tools/questions.yaml, not by hand -->"
#: What the tables show beside the net present value: heading, measure, digits, and what a unit of it is shown as.
SHOWN: Final = (
    ("customers at the end", "customers", 0, 1.0),
    ("churn a year, %-points", "churn", 2, 100.0),
    ("satisfaction, points", "satisfaction", 3, 1.0),
)
Spread = Mapping[str, list[float]]


def asked() -> dict[str, Any]:
    """The questions, by key."""
    from ruamel.yaml import YAML

    found: dict[str, Any] = YAML(typ="safe", pure=True).load(ASKED.read_text(encoding="utf-8"))
    return found


def family(question: Mapping[str, Any]) -> list[Scenario]:
    """A question's baseline and plans."""
    return [load(shipped("scenarios", question["setting"], f"{name}.yaml"))
            for name in ("baseline", *question["plans"])]  # fmt: skip


def tried(question: Mapping[str, Any], scenarios: Sequence[Scenario], trial: Mapping[str, Any]) -> list[Scenario]:
    """The family where an assumption is another: of the world (``values``), of one plan (``own``), or of what it
    achieves (``effect``)."""
    names = dict(zip(question["plans"], (s.name for s in scenarios[1:]), strict=True))
    own = {names[plan]: values for plan, values in trial.get("own", {}).items()}
    effect = {names[plan]: float(share) for plan, share in trial.get("effect", {}).items()}
    return vary(scenarios, trial.get("values", {}), own, effect)


def measured(runs: list[Run]) -> dict[str, Spread]:
    """Net present values and differences in some measures, by plan's name, one number a replicate."""
    before = books(runs[0])
    worth = net_values(runs)
    found: dict[str, Spread] = {}
    for i, one in enumerate(runs[1:]):
        after = books(one)
        moved = {name: (KPIS[name].total(after) - KPIS[name].total(before)).tolist() for _, name, *_ in SHOWN}
        found[one.scenario.name] = moved | {"worth": worth[i].tolist()}
    return found


def simulated(
    key: str, families: Sequence[Sequence[Scenario]], decided: str, replicates: int, anew: bool
) -> list[dict[str, Spread]]:
    """What families show; kept on disk under what ``decided`` it. Those that differ in prices share a simulation."""
    mark = hashlib.sha256(f"{decided} {replicates}".encode()).hexdigest()[:16]
    file = KEPT / f"{key}-{mark}.json"
    if anew or not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(at_each(families, measured, replicates)), encoding="utf-8")
    found: list[dict[str, Spread]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def worths(found: Mapping[str, Spread], yardstick: str | None) -> dict[str, Interval]:
    """Net present value of each plan, or by how much it beats the yardstick."""
    less = np.array(found[yardstick]["worth"]) if yardstick else 0.0
    return {name: interval(np.array(spread["worth"]) - less) for name, spread in found.items() if name != yardstick}


def verdict(values: Mapping[str, Interval], against: str = NOTHING) -> str:
    """The plan that is worth most; what it is measured against, where none is worth more; or that one cannot tell."""
    name, best = max(values.items(), key=lambda item: item[1].mean)
    if best.high < 0.0:
        return against
    return name if best.low > 0.0 else f"{name} or {against}: not distinguishable"


def signed(found: Interval, digits: int, size: float = 1.0) -> str:
    """A difference and half of its interval, where these digits show it; 0 where they show neither."""
    smallest = 0.5 * 10.0**-digits
    mean, half = round(size * found.mean, digits) + 0.0, abs(size) * found.half          # no zero has a sign
    if half >= smallest:
        return f"{mean:+,.{digits}f} ± {half:,.{digits}f}".replace("-", "−")
    return f"{mean:+,.{digits}f}".replace("-", "−") if abs(mean) >= smallest else "0"


def thousands(found: Interval) -> str:
    """Money in thousands."""
    return signed(found, 0, 1e-3)


def shown(question: Mapping[str, Any], scenarios: Sequence[Scenario], found: Mapping[str, Spread]) -> str:
    """What each plan does, as the table below a question."""
    values = worths(found, None)
    rows = [
        (f"[{s.name}](../scenarios/{question['setting']}/{plan}.yaml)",
         *(signed(interval(np.array(found[s.name][kpi])), digits, size) for _, kpi, digits, size in SHOWN),
         thousands(values[s.name]))
        for plan, s in zip(question["plans"], scenarios[1:], strict=True)
    ]  # fmt: skip
    money = f"net present value, thousand {scenarios[0].currency}"
    return table(("plan", *(head for head, *_ in SHOWN), money), rows)


def answered(key: str, question: Mapping[str, Any], anew: bool) -> str:
    """One section of the page."""
    scenarios = family(question)
    names = dict(zip(question["plans"], (s.name for s in scenarios[1:]), strict=True))
    yardstick = names[question["yardstick"]] if "yardstick" in question else None
    against = yardstick or NOTHING
    words = "".join(file.read_text(encoding="utf-8") for s in scenarios for file in (s.path, *s.based_on))
    (found,) = simulated(key, [scenarios], words, REPLICATES, anew)
    body = shown(question, scenarios, found)
    best = verdict(worths(found, yardstick), against)
    lines, trials = [], question["turns"]
    worlds = [tried(question, scenarios, trial) for trial in trials]
    decided = [{name: value for name, value in trial.items() if name != "say"} for trial in trials]
    others = simulated(f"{key}-tried", worlds, f"{words} {decided}", TRIED, anew)
    for trial, other in zip(trials, others, strict=True):
        then = worths(other, yardstick)
        turned = verdict(then, against)
        lines.append((trial["say"], "; ".join(f"{n} {thousands(v)}" for n, v in then.items()),
                      f"**{turned}**" if turned != best else "the same"))  # fmt: skip
    gained = f"net present value beyond {against}" if yardstick else "net present value"
    turns = table(("assumption tried", f"{gained}, thousand {scenarios[0].currency}", "then best"), lines)
    files = " ".join(f"scenarios/{question['setting']}/{name}.yaml" for name in ("baseline", *question["plans"]))
    return "\n\n".join((
        f"## {question['title']}", question["asks"].strip(), f"`cemsim compare {files}`", body,
        f"{'Best of these' if yardstick else 'Best'}: **{best}**. {question['why'].strip()}", turns,
        question["turned"].strip(),
    ))  # fmt: skip


def page(anew: bool = False) -> str:
    """The page's text."""
    questions, parts = asked(), []
    for key, question in questions.items():
        parts.append(answered(key, question, anew))
        print(f"Answered: {key}", flush=True)
    links = "\n".join(
        f"- [{question['title']}](#{slug(question['title'])})" for question in questions.values()
    )
    return f"""# What the scenario library answers

{MADE}

Each question is a family of plans in `scenarios/`; each plan is a patch that you can read in a minute and change. The
answers come out of the mechanisms of [the model](model.md) with the assumptions written in the files. They hold for
these companies, not for yours: put in [your own numbers](how-to/use_your_own_numbers.md) and ask again.

Differences are from the same company without a plan, over its whole horizon, {REPLICATES} paired replicates, ± half
of a 95 % interval; what is tried below a table takes {TRIED}. Net present value is after tax, within the horizon:
what a plan does later is not in it ([why](why.md#one-net-present-value)). What a plan costs is nearly always an
assumption, so a sign says less than what turns it round. To repeat it all: `python -m tools.answers`.

{links}

""" + "\n\n".join(parts) + "\n"


def slug(title: str) -> str:
    """The anchor of a heading.

    >>> slug("Points, tiers or a paid club?")
    'points-tiers-or-a-paid-club'
    """
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -")
    return kept.replace(" ", "-")


def main() -> None:
    """Simulate what is missing and write the page."""
    reading = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reading.add_argument("questions", nargs="*", help="keys of questions to print, without writing the page")
    reading.add_argument("--anew", action="store_true", help="simulate again what is there")
    words = reading.parse_args()
    for key in words.questions:
        print(answered(key, asked()[key], words.anew), flush=True)
    if not words.questions:
        PAGE.write_text(page(words.anew), encoding="utf-8")
        print("Written: docs/library.md")


if __name__ == "__main__":
    main()
