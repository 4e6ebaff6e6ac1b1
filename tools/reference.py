"""Write the reference pages that follow from the code: ``python -m tools.reference``.

Fields, switches, measures and log tables are declared once, in ``cemsim``; the pages only print them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import numpy as np
from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from cemsim.base import records
from cemsim.base.units import Unit
from cemsim.base.words import ATTRIBUTES, CAUSES
from cemsim.engine.state import OUTCOMES, VISIT
from cemsim.measures import KPIS, Kpi
from cemsim.plan.compile import plan
from cemsim.plan.plan import Stage
from cemsim.scenario import Scenario
from cemsim.scenario.explain import noun_at
from cemsim.scenario.quantity import about_of, unit_of
from cemsim.scenario.schema.hours import Opening
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.switches import Switches
from cemsim.scenario.walk import in_words
from tools.company import full
from tools.markdown import MADE, table
from tools.rules_page import rules

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "reference"
CURRENCY: Final = "USD"

TAGS: Final = (
    "Tags say how sure a source is: V verified, Vw verified in a weak source, G general knowledge, A assumption, "
    "C computed, S stated in a seed text of the project."
)
FIELDS: Final = (
    "A `*` stands for a name of your own. Who may change a field: *lever*, any patch; *world*, all scenarios of a "
    "baseline share it, and a patch that changes it says `own_baseline: true`. *Possible* is what the loader accepts, "
    "*plausible* what is worth trying. A law is written as a time, or `{kind: lognormal, mean: 5 min, cv: 1.2}`. "
    "The same in a form that editors read: `cemsim schema`."
)
SWITCHES: Final = (
    "Each mechanism can be turned off under `switches:`, and is then exactly neutral: outputs that do not lie "
    "downstream of it keep every bit. Another set of switches is another baseline, with constants of its own. "
    "The columns of the plan are those that a switch moves in the shipped mobile operator, with rivals who copy, "
    "customers who are tied, people followed in its teams, and a closed loop."
)
MEASURES: Final = (
    "A measure adds its parts up over months and groups first and divides afterwards: a ratio of sums, never a mean "
    "of ratios. Money comes in the scenario's currency, shares from 0 to 1, times in minutes. *By* says for which "
    "groups it is reported. In a notebook: `cemsim.measures.totals(run)` and `monthly(run)`."
)
LOGS: Final = (
    "Quantities, never money: prices are applied afterwards (`cemsim/measures`). All arrays are float64; `run.log` "
    "stacks the replicates in front: `[replicate, month, ...]`. Names of segments, steps and teams: `run.plan.names`."
)
GOOD: Final = {1: "more is better", -1: "less is better", 0: "neither"}

#: What then holds exactly, or what is left; the columns that a switch moves are read off the plan.
NEUTRAL: Final = {
    "disconfirmation": "Satisfaction is a weighted mean of what was delivered; expectations neither matter nor move.",
    "asymmetry": "A gain and a loss of the same size weigh the same, at every Kano stage.",
    "peak_end": "The order of a journey's touches does not matter.",
    "kano": "Attributes stay at their stage.",
    "norm": "The market norm stays where it begins.",
    "imitation": "The market norm drifts only: rivals copy nothing.",
    "waiting": "Waits do not touch satisfaction, and nobody hangs up: Erlang C.",
    "redial": "Whoever hung up or was sent away is gone.",
    "failure": "Nothing goes wrong, so nobody complains and nothing is paid.",
    "satisfaction_churn": "Hazards depend on the person alone: the shifted beta-geometric law.",
    "heterogeneity": "All people of a segment have the same hazard: geometric lifetimes.",
    "resolution": "Each handled contact resolves its issue (steps that resolve nothing still pass on).",
    "fade": "Satisfaction with service and convenience stands still in a month without contact.",
    "survey_bias": "Everybody replies with the same chance: the surveyed score is the true one but for sampling.",
    "noise": "Touches of one kind are all alike.",
    "adaptation": "Expectations stay where they began.",
    "contract": "Nobody is bound: a contract's terms move no hazard.",
    "cross_sell": "Nobody buys a further product.",
    "switching_cost": "Further products hold nobody.",
    "save_desk": "Whoever announces a cancellation leaves.",
    "win_back": "Whoever left comes back by advertising alone.",
    "wake_up": "Outreach wakes nobody.",
    "improvement": "Failures stay as many as the scenario says, and nobody is followed up.",
    "maturity": "Nothing is multiplied.",
    "workforce": "A team is what its roster says, and works as it always did.",
    "word_of_mouth": "Nobody talks: whoever joins was won by advertising, as without a network.",
    "blueprints": "A partner's step, a hand-off, a control and a window are plain steps.",
    "schemes": "Nobody is a member of any loyalty scheme: no points, no rewards, nothing owed.",
    "communication": "Campaigns do not run; messages of rules cost what they cost, and nobody minds them or opts out.",
    "calibration": "Constants are neutral; death and moving are as personal as other causes; all begin as newcomers.",
}

VISITS: Final = {
    "issue": "number of the issue: person, month, journey and which need of the month, packed",
    "person": "row of the customer in the market",
    "month": "month of the horizon, 0 the first",
    "segment": "customer group",
    "journey": "journey",
    "step": "step of the journey",
    "team": "the team that had it, which a rule may have chosen; empty for self-service",
    "attempt": "how often the issue had tried (hung up or was turned away) or come back before",
    "outcome": "how the contact ended: " + ", ".join(OUTCOMES[:4]).replace("_", " "),
    "resolved": "whether it resolved the issue",
    "arrived": "minute when it reached the step, since the burn-in began",
    "waited": "minutes until handling began, or until it ended without; if called back, the time off the line, too",
    "handled": "minutes of handling",
    "left": "minute when it ended",
    "emotion": "gains and losses felt, weighted by the step's loads (points)",
    "satisfaction": "load-weighted transaction satisfaction (points)",
}
FIRINGS: Final = {
    "time": "minute, since the burn-in began",
    "month": "month of the horizon, 0 the first",
    "person": "row of the customer in the market; -1 where a team was asked",
    "team": "the team asked; empty where a customer is concerned",
    "ruleset": "its file of rules",
    "rule": "the rule; what it ordered may have been overruled by an earlier one, or a closed team did not take it",
    "issue": "number of the issue, as in the visits; -1 where there is none",
}


@dataclass(frozen=True)
class Field:
    """A field of a scenario file: its path, where it stands and what is known of it."""

    path: tuple[str, ...]
    info: FieldInfo
    is_law: bool

    @property
    def unit(self) -> Unit | None:
        """Unit it is written in."""
        return None if self.is_law else unit_of(self.info.annotation, self.info.metadata)

    @property
    def written(self) -> str:
        """What may stand there, in words."""
        if self.is_law:
            return "time or law"
        unit = self.unit
        if unit is not None:
            each = " for each cause" if "Cause" in str(self.info.annotation) or self.path[-1] == "ledger" else ""
            each = each or (" for each attribute" if "Mapping" in str(self.info.annotation) else "")
            return (unit.label or unit.name.replace("{money}", CURRENCY)) + each
        kinds = list(_choices(self.info.annotation))
        if kinds:
            return " / ".join(kinds)
        kind = str(self.info.annotation)
        for mark, words in (("bool", "on / off"), ("Path", "file"), ("Opening", "hours"), ("tuple", "list")):
            if mark in kind:
                return words
        return "text"

    @property
    def default(self) -> str:
        """Default, as it would be written."""
        if self.info.is_required():
            return "**needed**"
        return about_of(self.info).stated or _said(self.info.default, self.unit)

    @property
    def bounds(self) -> str:
        """What is possible at all."""
        low = high = ""
        for mark in self.info.metadata:
            if isinstance(mark, Ge):
                low = f"from {_end(mark.ge, self)}"
            elif isinstance(mark, Gt):
                low = f"above {_end(mark.gt, self)}"
            elif isinstance(mark, Le):
                high = f"to {_end(mark.le, self)}"
        return " ".join(part for part in (low, high) if part)

    @property
    def plausible(self) -> str:
        """Plausible range."""
        found = about_of(self.info).range
        return "" if found is None else " to ".join(_end(end, self) for end in found)


def _choices(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation))
    elif get_origin(annotation) is not None and not (
        isinstance(get_origin(annotation), type) and issubclass(get_origin(annotation), Mapping)
    ):
        for inner in get_args(annotation):
            yield from _choices(inner)


def _end(value: Any, field: Field) -> str:
    if field.is_law:
        return in_words(Law(kind="deterministic", mean=float(value), cv=0.0))
    unit = field.unit
    return in_words(value, unit, CURRENCY) if unit is not None else f"{value:g}"


def _said(value: Any, unit: Unit | None) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_inner(v)}" for k, v in value.items()) or "none"
    if isinstance(value, Noun) and not isinstance(value, Law):
        return ", ".join(f"{n} {_said(getattr(value, n), None)}" for n in type(value).model_fields)
    if isinstance(value, tuple) and all(isinstance(v, Opening) for v in value) and value:
        return "; ".join(str(v) for v in value)
    if isinstance(value, str) and not value:
        return "none"
    return in_words(value, unit, CURRENCY)


def _inner(value: Any) -> str:
    return f"({_said(value, None)})" if isinstance(value, Mapping) else f"{value:g}"


def blocks(loc: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], type[Noun], list[Field]]]:
    """Each block of a scenario file: its path, its class, and the fields that stand in it."""
    noun = noun_at(loc)
    assert noun is not None
    own: list[Field] = []
    below: list[tuple[str, ...]] = []
    for name, info in noun.model_fields.items():
        here = (*loc, name)
        inner = noun_at(here)
        many = noun_at((*here, "*")) if inner is None else None
        if inner is Law:
            own.append(Field(here, info, True))
        elif inner is not None:
            below.append(here)
        elif many is not None and many is not Opening:
            below.append((*here, "*"))
        else:
            own.append(Field(here, info, False))
    yield loc, noun, own
    for place in below:
        yield from blocks(place)


def fields() -> str:
    """Every field of a scenario file."""
    parts = [
        f"# What a scenario file may say\n\n{MADE}",
        f"{FIELDS} {TAGS}",
    ]
    for loc, noun, own in blocks():
        if not own:
            continue
        heads = ("field", "written as", "default", "possible", "plausible", "who", "meaning", "source", "tag")
        rows = [
            (f"`{'.'.join(f.path)}`", f.written, f.default, f.bounds, f.plausible, about.role,
             f.info.description or "", about.source, about.tag if about.source or f.unit or f.is_law else "")
            for f in own
            for about in (about_of(f.info),)
        ]  # fmt: skip
        title = f"`{'.'.join(loc)}`" if loc else "At the top"
        says = (noun.__doc__ or "").strip().split("\n")[0] if loc else "Everything that a scenario file may say."
        parts.append(f"## {title}\n\n{says}\n\n{table(heads, rows)}")
    law = [(f"`{n}`", Field((n,), i, False).written, Field((n,), i, False).default, i.description or "")
           for n, i in Law.model_fields.items()]
    parts.append("## A law\n\n" + table(("field", "written as", "default", "meaning"), law))
    patch = [
        ("`{to: 70 %}`", "a new value; of `on_shift`, `paid` and `shifts` it replaces whichever is there"),
        ("`{add: 6 %-points}`", "added; shares take %-points, counts whole numbers"),
        ("`{times: 1.1}`", "multiplied"),
        ("`{new: {...}}`", "a new journey, team, or step (`before: step` says where)"),
        ("`{remove: true}`", "leaves a step out"),
    ]  # fmt: skip
    parts.append(
        "## A patch\n\n`based_on`, `name`, `question`, `investment`, `own_baseline`, and `change`: dotted paths, "
        "`*` for every name, each with one verb.\n\n" + table(("verb", "meaning"), patch)
    )
    return "\n\n".join(parts) + "\n"


def switches() -> str:
    """Every switch, what it moves in the plan, and what holds without it."""
    company = full()
    rows = []
    for name, info in Switches.model_fields.items():
        on, off = (_switched(company, name, value) for value in (True, False))
        moved = ", ".join(_moved(plan(on).before, plan(off).before)) or "the solved constants"
        default = "on" if info.default else "off"
        rows.append((f"`{name}`", default, info.description or "", moved, NEUTRAL[name]))
    heads = ("switch", "default", "on", "columns of the plan that it moves", "off")
    return f"# Switches\n\n{MADE}\n\n{SWITCHES}\n\n{table(heads, rows)}\n"


def _switched(scenario: Scenario, name: str, value: bool) -> Scenario:
    return scenario.model_copy(update={"switches": scenario.switches.model_copy(update={name: value})})


def _moved(on: Stage, off: Stage) -> Iterator[str]:
    for part in Stage._fields:
        a, b = getattr(on, part), getattr(off, part)
        for column in a.dtype.names or ():
            same = np.array_equal(a[column], b[column], equal_nan=np.issubdtype(a[column].dtype, np.floating))
            if part != "laws" and not same:
                yield f"{part}.{column}{_values(a[column], b[column])}"


def _values(on: Any, off: Any) -> str:
    """From and to, where it is one number."""
    return f" {on.item():g} → {off.item():g}" if on.size == 1 else ""


def measures() -> str:
    """Every measure."""
    rows = [
        (f"`{kpi.id}`", kpi.label, kpi.unit, GOOD[kpi.good], "; ".join(" × ".join(cut) or "all" for cut in kpi.cuts),
         f"{_margin(kpi)}: {kpi.margin.because} (A)", kpi.note or ("At the end of the period." if kpi.last else ""))
        for kpi in KPIS.values()
    ]  # fmt: skip
    heads = ("id", "label", "unit", "good direction", "by", "smallest difference that matters", "meaning")
    return f"# Measures\n\n{MADE}\n\n{MEASURES}\n\n{table(heads, rows)}\n"


def _margin(kpi: Kpi) -> str:
    """The smallest difference that matters, in words."""
    least, part = kpi.margin.least, f"{100 * kpi.margin.part:g} % of the baseline's level"
    unit = {"share": f"{100 * least:g} %-points", "min": f"{60 * least:g} s"}.get(kpi.unit, f"{least:g} {kpi.unit}")
    return f"{part}, at least {unit}" if least and kpi.margin.part else part if kpi.margin.part else unit


def logs() -> str:
    """Every table that an engine fills."""
    r = records
    tables: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("people", "month, segment, column", r.PEOPLE),
        ("steps", "month, step, segment, column; of contacts that the step's own team took, or self-service. Contacts "
         "that rules passed to another team are in `passed`: month, team that took them, step, segment, column",
         r.STEPS),
        ("teams", "month, team, column", r.TEAMS),
        ("hours", "team, hour of the week (0 is Monday 00:00), column; over the whole horizon", r.HOURS),
        ("failures", "month, segment, column", r.FAILURES),
        ("emotion", "month, step, segment, first contact or repeat, column", r.EMOTION),
    )
    plain = [
        ("`lost`", "month, segment, cause", f"customers lost, by cause: {', '.join(CAUSES)}"),
        ("`satisfaction`", "month, segment, attribute",
         f"sum over customers at the month end, 0-10 points each: {', '.join(ATTRIBUTES)}"),
        ("`expectation`", "month, segment, attribute", "the same of expectations"),
        ("`waits`", f"month, team, segment, {r.WAIT_BINS} bins",
         "contacts whose handling began, by wait; bin 0 is no wait, upper edges in minutes: records.WAIT_EDGES"),
    ]  # fmt: skip
    parts = [
        f"# What an engine logs\n\n{MADE}",
        LOGS,
        table(("array", "axes", "meaning"), plain),
    ]
    for name, axes, columns in tables:
        rows = [(f"`{column}`", meaning) for column, meaning in columns.items()]
        parts.append(f"## `{name}` [{axes}]\n\n" + table(("column", "meaning"), rows))
    assert VISIT.names is not None
    rows = [(f"`{name}`", VISITS[name]) for name in VISIT.names]
    parts.append(
        "## Visits\n\nOne row a touch of the first replicate, where asked for: `cemsim run --events --out FOLDER`, or "
        "`run(..., events=True)[0].visits`. Contacts that are cancelled, moved to another channel or "
        "still open have no row.\n\n"
        + table(("column", "meaning"), rows)
    )
    parts.append(
        "## Firings\n\nOne row each time a rule fired in the first replicate, written beside the visits "
        "(`firings.parquet`, `run(..., events=True)[0].firings`) where there are rules.\n\n"
        + table(("column", "meaning"), [(f"`{name}`", meaning) for name, meaning in FIRINGS.items()])
    )
    return "\n\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """Name and text of each page."""
    return {
        "scenario.md": fields(),
        "switches.md": switches(),
        "measures.md": measures(),
        "log.md": logs(),
        "rules.md": rules(),
    }


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"Written: docs/reference/{name}")


if __name__ == "__main__":
    main()
