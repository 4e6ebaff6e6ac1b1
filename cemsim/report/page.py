"""The report: one HTML file that needs nothing else."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cemsim
from cemsim.base.language import say
from cemsim.compare import Comparison, compare
from cemsim.compare.interval import LEVEL
from cemsim.finance import Case, Worth, worth
from cemsim.finance.cashflow import terms
from cemsim.measures.books import books
from cemsim.measures.customers import RATE, YEAR
from cemsim.measures.overload import MEANS, overloads, turned_away
from cemsim.measures.staffing import spirals
from cemsim.report import tables
from cemsim.report.numbers import plain, quantity, text
from cemsim.report.sections import Section, filled
from cemsim.report.sections.case import formula
from cemsim.report.sections.ledger import sections as ledgers
from cemsim.report.sections.rules import sections as rules
from cemsim.report.words import money, sentence, target_name
from cemsim.scenario.words import differences

if TYPE_CHECKING:
    from cemsim.report.full import Full

LATE = 12
MEASURED_BY = ("cemsim", "numpy", "numba", "scipy", "pandas", "matplotlib")
CAPTIONS = {
    "levels": "Mean over replicates with its 95 % interval. Bands that overlap say little: scenarios "
    "share their luck, so look at the differences below.",
    "differences": "Each scenario less the baseline, paired by replicate. A band that leaves the zero "
    "line is a difference; one that holds it is not distinguishable.",
    "forest": "Differences over the horizon with their 95 % interval, group by group. The vertical "
    "line is the baseline; an interval that crosses it is not distinguishable. Whether one that does not matters to "
    "anybody is said in the tables.",
    "causes": "Left: how many customers each cause took, with its share of all losses. Right: the "
    "difference from the baseline; left of the line is fewer lost.",
    "heat": "Satisfaction with touches (0-10) by stage of the relationship and channel. Right: "
    "difference from the baseline, bold where its interval leaves zero; colours stretch to "
    "the largest difference, and to 0.1 points at least.",
    "journey": "How each step feels against what the customer expected: 0 as expected, below 0 a "
    "let-down. Marks of one step stand side by side; bars are 95 % intervals.",
    "queue": "By hour of arrival on a mean day: contacts (above) and mean wait of those served (below; "
    "not of hours in which fewer than one contact in 200 comes).",
}
NOTES = {
    "cells": "Each cell: the difference from the baseline over {months} months, its verdict, its {level} interval "
    "(paired by replicate), and the levels, baseline → scenario. Numbers have the digits that their interval "
    "justifies. \"Not distinguishable\" means: at this precision; in brackets, how many more replicates would tell, "
    "if the difference is as seen. \"No difference that matters\": the whole interval lies below the smallest "
    "difference that anybody would act on (an assumption for each measure: docs/reference/measures.md).",
    "tags": "Tags of sources: V seen in the source, Vw seen in a weaker source, C computed, S from the brief, "
    "G general knowledge, A assumed.",
}
LIMITS = (
    "Differences are what the model estimates from this input; absolute levels are calibrated, not forecast.",
    "Intervals show chance between replicates, not doubt about assumptions: vary those too before deciding.",
    "A 95 % interval misses once in twenty: among many rows, some verdicts on small differences are chance.",
    "Satisfaction explains a small part of churn in published studies; speeds of adjustment are assumed.",
)
MEMBERS = (
    "Membership keeps nobody by itself: a scheme acts on leaving through prices felt as lower and through tiers, and "
    "ending one offends nobody beyond that."
)
OWED = ("Points and stamps cost money when they are used: what customers still hold at the end is not charged (the "
        "measure \"Liability for points\" says what it is worth).")
BEYOND = {
    "none": "The net present value ends with the horizon: what happens later is not counted.",
    "clv": "The net present value counts the lifetime value of the customers still there after the horizon, as if its "
    "last year went on for ever, the plan's opex with it; capex is not renewed. Look at what would be left without it.",
}


@dataclass(frozen=True)
class Part:
    """A figure with its heading and how to read it."""

    title: str
    svg: str
    caption: str


def write(runs: Sequence[Any], path: Path | str, command: str = "", sections: Sequence[Section] = (),
          cases: Sequence[Case] = (), full: Full | None = None) -> Path:
    """Write the report of a comparison to an HTML file; gives its path.

    ``runs``: as for :func:`cemsim.compare.compare`, two or more, the baseline first. ``command``: what was typed, to be
    repeated. ``sections``: more of them, after the verdict. ``full``: results beside the comparison's. Raises
    CemsimError where runs cannot be compared, OSError where the
    file cannot be written. An example that runs: docs/how-to/read_the_report.md.
    """
    path = Path(path)
    path.write_text(page(runs, command, sections, cases, full), encoding="utf-8")
    return path


def page(
    runs: Sequence[Any], command: str = "", sections: Sequence[Section] = (), cases: Sequence[Case] = (),
    full: Full | None = None,
) -> str:
    """The report as HTML text; ``sections`` stand after the verdict, and the ledger where fates were kept."""
    from cemsim.report import full as studies
    from cemsim.report.figures.style import speaks
    from cemsim.report.sections.case import section as investment_case
    from cemsim.report.sections.executive import section as executive

    comparison = compare(runs)
    worths = {found.scenario: found for found in worth(runs)}
    discount = books(runs[0]).discount
    more, own = full or studies.Full(), _own(runs)
    return filled(
        "page.html.j2",
        first=[executive(cases, studies.sentences(more), studies.closing(more))] if cases else [],
        sections=[*([investment_case(cases, runs[0].scenario.name)] if cases else []), *sections, *rules(runs),
                  *studies.sections(more), *ledgers(runs)],
        notes=NOTES,
        figures_note="" if speaks() else say("Labels in the figures are in English: no font with the signs was found."),
        overloads=[str(found) for run in runs for found in overloads(run)],
        overload_means=say(MEANS),
        turned_away=turned_away(runs),
        spirals=[found for run in runs for found in spirals(run)],
        baseline=runs[0].scenario,
        scenarios=[_scenario(run, comparison, worths, discount, runs) for run in runs[1:]],
        comparison=comparison,
        glance=tables.at_a_glance(comparison, worths),
        level=f"{100 * LEVEL:.0f} %",
        figures=_figures(runs, comparison),
        targets=[_target(target) for target in runs[0].achieved],
        register=[_assumption(known) for known in runs[0].scenario.register if known.path in own],
        defaults=[_assumption(known) for known in runs[0].scenario.register if known.path not in own],
        churn_note=say("{year} Yearly rate of loss: {rate}", year=say(YEAR), rate=say(RATE)),
        limits=limits(runs),
        formula="" if cases else formula(terms(runs[0].scenario.finance), comparison.months[1]),
        stopped=any(run.stopped for run in runs),
        command=command,
        run=runs[0],
        versions=versions(),
        files=[str(run.scenario.path) for run in runs],
    )


def _scenario(
    run: Any, comparison: Comparison, worths: dict[str, Worth], discount: float, runs: Sequence[Any]
) -> dict[str, Any]:
    name = run.scenario.name
    start, end = comparison.months
    late = compare([runs[0], run], tables.LATE, (max(start, end - LATE), end)) if end > LATE else None
    return {
        "name": name,
        "question": run.scenario.question if run.scenario.question != runs[0].scenario.question else "",
        "verdict": sentence(comparison, name, worths[name], discount),
        "word": worths[name].verdict.word,
        "groups": tables.by_segment(comparison, name),
        "late": tables.by_segment(late, name, tables.LATE) if late else [],
        "teams": tables.by_team(comparison, name),
        "programmes": tables.by_programme(comparison, name),
        "journeys": tables.by_journey(comparison, name),
        "detail": tables.detail(comparison, name),
        "changes": [str(each) for each in differences(runs[0].scenario, run.scenario)],
        "price": _price(worths[name], comparison.currency),
    }


def _price(worth: Worth, currency: str) -> str:
    gain = money(worth.gain, currency)
    if not worth.cost:
        return say("Present value after tax of what customers' reaction brings: {gain}.", gain=gain)
    cost, net = text(worth.cost, 0, f" {currency}"), money(worth.net, currency)
    said = (
        "Present value after tax of what customers' reaction brings: {gain}; of the plan's own cost (pay, campaigns, "
        "opex, capex): {cost}; net: {net}."
    )
    return say(said, gain=gain, cost=cost, net=net)


def _figures(runs: Sequence[Any], comparison: Comparison) -> list[Part]:
    from cemsim.report import figures

    opened = [books(run) for run in runs]
    journeys = dict.fromkeys(name for book in opened for name in book.journeys)
    teams = dict.fromkeys(name for book in opened for name in book.teams)
    caption = {name: say(words) for name, words in CAPTIONS.items()}
    return [
        Part(say("Differences by customer group"), figures.forest(comparison), caption["forest"]),
        Part(say("Month by month"), figures.levels(runs), caption["levels"]),
        Part(say("Difference month by month"), figures.differences(runs), caption["differences"]),
        Part(say("Why customers leave"), figures.causes(comparison), caption["causes"]),
        *(
            Part(
                say("Emotion curve: {journey}", journey=plain(name)), figures.journey(runs, name, number),
                caption["journey"],
            )  # fmt: skip
            for number, name in enumerate(journeys)
        ),
        *([Part(say("Satisfaction by stage and channel"), figures.heat(runs), caption["heat"])] if journeys else []),
        *(
            Part(say("A day at {team}", team=plain(name)), figures.queue(runs, name, number), caption["queue"])
            for number, name in enumerate(teams)
        ),
    ]


def _target(target: Any) -> dict[str, str]:
    unit = f" {say(target.unit)}"
    return {
        "name": target_name(target.name),
        "target": text(target.target, 2, unit),
        "achieved": text(target.achieved, 2, unit),
        "off": text(target.achieved - target.target, 2, sign=True),
    }


def limits(runs: Sequence[Any]) -> list[str]:
    """What limits the results, in sentences."""
    members = [MEMBERS] if any(run.scenario.schemes for run in runs) else []
    owed = [OWED] if any(_counts_points(run.scenario) for run in runs) else []
    return [say(limit) for limit in (*LIMITS, BEYOND[runs[0].scenario.finance.terminal], *members, *owed)]


def _counts_points(scenario: Any) -> bool:
    return any(scheme.points is not None or scheme.stamps is not None for scheme in scenario.schemes.values())


def _own(runs: Sequence[Any]) -> set[str]:
    """Paths of the baseline's numbers that its files write or a plan changes."""
    before = {known.path: known for known in runs[0].scenario.register}
    written = {path for path, known in before.items() if known.line}
    plans = [known for run in runs[1:] for known in run.scenario.register]
    return written | {k.path for k in plans if k.path in before and k.value != before[k.path].value}


def _assumption(known: Any) -> dict[str, str]:
    return {
        "path": known.path,
        "text": known.text,
        "source": known.source or (say("own input, no source given") if known.line else ""),
        "range": _range(known),
        "tag": known.tag,
        "place": f"{Path(known.file).name}:{known.line}" if known.line else say("default"),
    }


def _range(known: Any) -> str:
    if known.range is None:
        return ""
    if known.unit == "min":                                  # a range of hours or days has a unit at either end
        return say(" to ").join(quantity(end, "min") for end in known.range)
    share = known.unit.startswith("fraction")
    unit = known.unit.replace("fraction", "%") if share else known.unit
    low, high = (100 * end if share else end for end in known.range)
    return say("{low} to {high} {unit}", low=f"{low:g}", high=f"{high:g}", unit=unit).rstrip()


def versions() -> str:
    """Python, this program and the libraries behind its numbers, with their versions."""
    found = [f"Python {platform.python_version()}", f"cemsim {cemsim.__version__}"]
    for name in MEASURED_BY[1:]:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
