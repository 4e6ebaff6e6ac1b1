"""Other prices for runs that are there already: wages, unit costs, margins, tax, rates and what a plan costs.

Nobody in the simulation feels these, so another value needs no new run. What people feel (tariffs, rewards,
waits, staff) does, and is refused here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any, Final

from pydantic import TypeAdapter, ValidationError

from cemsim.base.errors import CemsimError, Problem
from cemsim.base.near import listed, nearest
from cemsim.measures.prices import priced
from cemsim.scenario.schema.finance import Finance, Investment
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.vary import vary
from cemsim.scenario.walk import Place, leaves, root

#: Where a team says what replacing one of its people costs.
HIRE: Final = "workforce.hiring.replacement_cost"
#: Where a scenario says what somebody who organises experience management costs.
ORGANISER: Final = "improvement.cost"
#: Short names of prices, and the paths they stand for (the last parts follow the name).
SHORT: Final = {
    "wage": "teams.{}.wage", "overtime_premium": "teams.{}.overtime_premium", "margin": "segments.{}.margin",
    "replacement_cost": f"teams.{{}}.{HIRE}",
    "unit_cost": "journeys.{}.steps.{}.unit_cost", "loss": "journeys.{}.steps.{}.risk.loss",
    "offer": "segments.{}.{}.cost", "revenue": "segments.{}.revenue",
}  # fmt: skip
#: Fields of a plan that say what it costs; its other fields say when it works, and that is felt.
COSTS: Final = ("capex", "opex", "capex_over", "opex_ramp", "depreciation")
PRICES: Final = (
    "teams.*.wage", "teams.*.overtime_premium", f"teams.*.{HIRE}", ORGANISER,
    "segments.*.margin", "segments.*.save_desk.cost", "segments.*.win_back.cost", "segments.*.cross_sell.cost",
    "journeys.*.steps.*.unit_cost", "journeys.*.steps.*.risk.loss", "finance.*",
    "campaigns.*.cost", "campaigns.*.message_cost",
    "network.referral.reward", "network.referral.margin",
)  # fmt: skip
#: What customers feel as a price, by pattern, and how to say so.
FELT: Final = {
    "segments.*.revenue": "a tariff",
    "price.*": "a price that customers see",
    "failures.compensation.*": "a reward that customers feel",
    "schemes.*": "a reward that customers feel",
    "segments.*.spend*": "how customers spend",
}
NAMES: Final = (
    "wage.TEAM, overtime_premium.TEAM, replacement_cost.TEAM, unit_cost.JOURNEY.STEP, loss.JOURNEY.STEP, "
    "message_cost, margin.SEGMENT, offer.SEGMENT.WHAT, discount_rate, tax, acquisition_cost, capex, opex, capex of PLAN"
)


@dataclass(frozen=True)
class Setting:
    """One price set to another value: its path, the value in kept units, as it was typed, and the name of the plan
    whose it is, empty where it is the price of all."""

    path: str
    value: Any
    typed: str
    plan: str = ""


def settings(family: Sequence[Scenario], asked: Sequence[str]) -> tuple[Setting, ...]:
    """Read settings such as ``wage.contact_centre=24 USD/h``; ``*`` stands for every name, ``+10 %`` for a tenth more.

    ``family``: the baseline first. What plans cost (``capex``) is set for each of them, or for one: ``capex of NAME``.
    Errors: CemsimError with all that cannot be read, is no price, or needs a new run.
    """
    found: list[Setting] = []
    wrong: list[Problem] = []
    for typed in asked:
        name, sign, text = (part.strip() for part in typed.rpartition("="))
        try:
            if not sign or not name or not text:
                raise _Wrong("A setting is a name, = and a value.", 'Write --set "wage.contact_centre=24 USD/h".')
            places = _places(family, name)
            found += [Setting(place.dotted, _value(place, parent, text, family[0].currency), typed, plan)
                      for plan, place, parent in places]  # fmt: skip
        except _Wrong as error:
            wrong.append(Problem("--set", 0, name or typed, *error.args))
    set_ = Counter((each.plan, each.path) for each in found)
    twice = {path for (_, path), times in set_.items() if times > 1}
    wrong += [Problem("--set", 0, path, "It is set twice.", "Say it once.") for path in sorted(twice)]
    if wrong:
        raise CemsimError(wrong)
    return tuple(found)


def repriced(runs: Sequence[Any], chosen: Sequence[Setting]) -> list[Any]:
    """The same runs at other prices: quantities stay, only the scenarios' prices differ.

    A set price is the baseline's, in force in every scenario until its plan changes it. A price that a patch
    multiplies or adds to moves with the baseline's; one that it sets stays as it set it: both from the plan's start,
    over its ramp.
    """
    family = [run.scenario for run in runs]
    common = {each.path: each.value for each in chosen if not each.plan}
    plans: dict[str, dict[str, Any]] = {}
    for each in chosen:
        if each.plan:
            plans.setdefault(each.plan, {})[each.path] = each.value
    family[1:] = [
        s.model_copy(update={"investment": Investment()}) if s.name in plans and s.investment is None else s
        for s in family[1:]
    ]
    return priced(runs, vary(family, common, plans))


class _Wrong(Exception):
    """Why a setting cannot be, and what to write."""


def _places(family: Sequence[Scenario], name: str) -> list[tuple[str, Place, Place]]:
    """Every place that a name means: whose it is (the name of a plan, or nobody's), and the block it stands in."""
    name, of, whose = (part.strip() for part in name.partition(" of "))
    path = _path(name)
    known = {place.dotted for place in leaves(_spelt(family[0]))}
    known |= {f"finance.{field}" for field in Finance.model_fields}
    # what is a plan's own: what it costs, and what only plans have, such as a new team's wage
    brought = {dotted: list(family[1:]) for dotted in known if dotted.startswith("investment.")}
    for plan in family[1:]:
        for place in leaves(_spelt(plan)):
            if place.dotted not in known:
                brought.setdefault(place.dotted, []).append(plan)
    known |= set(brought)
    meant = [dotted for dotted in sorted(known) if fnmatchcase(dotted, path)]
    if not meant:
        blocks = sorted({".".join(dotted.split(".")[:n]) for dotted in known for n in range(1, dotted.count(".") + 1)})
        if path in blocks:
            raise _Wrong(f"{path} is a block of fields, not one number.", f"Prices are: {NAMES}.")
        shorts = [*known, *(short for dotted in known if (short := _short(dotted)))]
        raise _Wrong(f'There is no "{name}".', f"Prices are: {NAMES}.{nearest(name, shorts)}")
    for dotted in meant:
        _refuse(dotted)
    names = [s.name for s in family[1:]]
    plans = [s for s in family[1:] if not of or fnmatchcase(s.name, whose) or s.name == whose]
    if of and not plans:
        raise _Wrong(f'No plan is called "{whose}".', f"Plans are: {listed(names)}.{nearest(whose, names)}")
    found = []
    for dotted in meant:
        if of and dotted not in brought:
            raise _Wrong(f"{dotted} is a price of all: only what a plan costs or brings is its own.",
                         f"Write {name}=...")  # fmt: skip
        own = [(s.name, s) for s in brought.get(dotted, ()) if any(s is plan for plan in plans)]
        for owner, scenario in own if dotted in brought else [("", family[0])]:
            parent = _parent(_spelt(scenario), dotted)
            found.append((owner, parent.child(dotted.rpartition(".")[2]), parent))
    if not found:
        raise _Wrong(f'{whose} brings no "{name}".', f"Write {name}=...")
    return found


def _spelt(scenario: Scenario) -> Place:
    """A scenario whose investment is there, so that it can be named."""
    return root(scenario if scenario.investment else scenario.model_copy(update={"investment": Investment()}))


def _path(name: str) -> str:
    """The path behind a short name.

    >>> _path("wage.contact_centre"), _path("tax"), _path("capex"), _path("unit_cost.billing.call")
    ('teams.contact_centre.wage', 'finance.tax', 'investment.capex', 'journeys.billing.steps.call.unit_cost')
    """
    head, *rest = name.split(".")
    if head in SHORT and len(rest) == SHORT[head].count("{}"):
        return SHORT[head].format(*rest)
    if not rest and head in Finance.model_fields:
        return f"finance.{head}"
    if not rest and head in Investment.model_fields:
        return f"investment.{head}"
    return name


def _short(dotted: str) -> str:
    parts = dotted.split(".")
    if parts[-1] in SHORT:
        return ".".join((parts[-1], *parts[1:-1:2]))
    return parts[-1] if parts[0] in ("finance", "investment") else ""


def _refuse(dotted: str) -> None:
    """Refuse what is felt, with why."""
    if any(fnmatchcase(dotted, pattern) for pattern in PRICES):
        return
    head, _, field = dotted.partition(".")
    if head == "investment" and field in COSTS:
        return
    cure = "Write it in a patch, and give that to cemsim compare."
    for pattern, what in FELT.items():
        if fnmatchcase(dotted, pattern):
            raise _Wrong(f"{dotted} is {what}: people act on it, so another value needs a new run.", cure)
    raise _Wrong(f"{dotted} is no price: it changes what happens, so another value needs a new run.", cure)


def _parent(place: Place, dotted: str) -> Place:
    for name in dotted.split(".")[:-1]:
        place = place.child(name)
    return place


def _value(place: Place, parent: Place, text: str, currency: str) -> Any:
    """The value in the kept unit, checked like one in a file."""
    info = type(parent.value).model_fields[place.path[-1]]
    unit = place.unit
    more = re.fullmatch(r"([+-]\s*\d+(?:\.\d+)?)\s*%", text)
    if more and unit is not None and not unit.word.startswith("%") and isinstance(place.value, int | float):
        text = unit.write(place.value * (1 + float(more[1].replace(" ", "")) / 100), currency)
    elif more and unit is not None and isinstance(place.value, int | float):
        raise _Wrong(f'"{text}" of a share could mean two things.',
                     f"Write what it becomes, such as {unit.write(place.value, currency)}, which it is.")
    if unit is not None and unit.word == "%/year" and text.endswith("%"):
        text += "/year"  # of a rate a year, nothing else can be meant
    if text == "none" and info.default is None:
        return None
    kind: Any = Annotated[(info.annotation, info)]
    try:
        return TypeAdapter(kind).validate_python(text, context={"currency": currency})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        about = first.get("ctx") or {}
        if "message" in about:
            raise _Wrong(str(about["message"]), str(about["cure"])) from None
        limits = {word: about[key] for key, word in (("ge", "or more"), ("le", "or less")) if key in about}
        cure = " ".join(f"Write {unit.write(end, currency)} {word}." for word, end in limits.items() if unit)
        expected = f"Write {about['expected']}." if "expected" in about else cure
        raise _Wrong(f'"{text}" cannot be.', expected) from None
