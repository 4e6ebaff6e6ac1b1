"""What must agree between the parts of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from pydantic_core import PydanticCustomError

from cemsim.base.errors import Problem, Remark
from cemsim.base.near import listed, nearest
from cemsim.base.words import ATTRIBUTES
from cemsim.scenario import loyalty_checks, tie_checks
from cemsim.scenario.explain import origin
from cemsim.scenario.files import read_profile, read_trace
from cemsim.scenario.firm_checks import idle_maturity, loop
from cemsim.scenario.register import plausible
from cemsim.scenario.schema.journey import USED_MONTHLY, Journey
from cemsim.scenario.schema.law import Law
from cemsim.scenario.schema.recipe import Change, Recipe
from cemsim.scenario.staff import said_by, shift_minutes
from cemsim.scenario.ties import ties
from cemsim.scenario.walk import in_words, root, time_in_words
from cemsim.scenario.walk_checks import come_when_closed, passed_by

#: A change by more than this factor is remarked on.
TENFOLD: Final = 10.0


@dataclass(frozen=True)
class Where:
    """Finds the file and line of a path."""

    data: Any
    file: str

    def problem(self, path: Sequence[str], message: str, cure: str) -> Problem:
        """A problem at a path."""
        return Problem(*origin(self.data, path, self.file), ".".join(path), message, cure)

    def remark(self, path: Sequence[str], message: str, cure: str) -> Remark:
        """A remark at a path."""
        return Remark(*origin(self.data, path, self.file), ".".join(path), message, cure)


def cross(
    recipe: Recipe, where: Where, changes: tuple[Change, ...] = ()
) -> tuple[list[Problem], list[Remark]]:
    """Problems, and remarks that stop nothing."""
    wrong = [*_people(recipe, where), *ties(recipe, where.problem), *_teams(recipe, where), *_complaints(recipe, where)]
    for name, journey in recipe.journeys.items():
        wrong += _journey(recipe, where, name, journey)
    wrong += [*loop(recipe, where), *loyalty_checks.wrong(recipe, where)]
    unmet = _unmet(recipe)
    wrong += [*_dead_levers(unmet, where, changes), *tie_checks.problems(recipe, unmet, where)]
    odd = [*_remarks(recipe, unmet, where), *_late(recipe, where), *tie_checks.remarks(recipe, where),
           *idle_maturity(recipe, where, changes), *loyalty_checks.odd(recipe, where), *passed_by(recipe, where),
           *come_when_closed(recipe, where)]
    return wrong, [*odd, *_large(changes), *_half_a_price(changes), *_implausible(recipe, changes)]


def _late(recipe: Recipe, where: Where) -> list[Remark]:
    """An investment that never comes to work."""
    plan = recipe.investment
    if plan is None:
        return []
    if plan.starts < recipe.horizon:
        return _owed(recipe, where)
    return [
        where.remark(
            ["investment", "starts"],
            f"It starts in month {plan.starts}, and the horizon ends after {recipe.horizon} months (0 is the first): "
            "this plan changes nothing.",
            f"Write month {recipe.horizon - 1} or less, or a longer horizon.",
        )
    ]


def _owed(recipe: Recipe, where: Where) -> list[Remark]:
    """Capex that is due after the horizon: no case of so few months holds it."""
    plan = recipe.investment
    if plan is None or not plan.capex or plan.starts + plan.capex_over <= recipe.horizon:
        return []
    share = 1.0 - (recipe.horizon - plan.starts) / plan.capex_over
    return [
        where.remark(
            ["investment", "capex_over"],
            f"Capex is paid until month {plan.starts + plan.capex_over - 1}, and the horizon ends after "
            f"{recipe.horizon} months: {100.0 * share:.0f} % of it is in no figure of the case.",
            f"Write at most {recipe.horizon - plan.starts} months, or a longer horizon.",
        )
    ]


def _large(changes: tuple[Change, ...]) -> list[Remark]:
    """Changes of more than tenfold: often a slip of the pen, unless they say where they come from."""
    found = []
    for change in changes:
        if isinstance(change.value, Mapping) and "source" in change.value:
            continue
        before, after = (_number(v) for v in (change.before, change.after))
        if before and after and max(after / before, before / after) > TENFOLD:
            found.append(
                Remark(
                    change.file, change.line, f"change.{change.path}",
                    f"This is {after / before:.3g} times what it was ({before:g} to {after:g}).", "Is that meant?",
                )  # fmt: skip
            )
    return list({(r.file, r.line, r.message): r for r in found}.values())


def _half_a_price(changes: tuple[Change, ...]) -> list[Remark]:
    """A price that is felt and not paid, or paid and not felt."""
    felt = [c for c in changes if c.path == "price.ours"]
    paid = [c for c in changes if fnmatchcase(c.path, "segments.*.revenue")]
    if bool(felt) == bool(paid):
        return []
    change = (felt or paid)[0]
    said, cure = (
        "This is how dear customers feel the firm to be; what they pay stays as it is.",
        "Change segments.*.revenue by as much, and margin so that costs stay.",
    ) if felt else (
        "This is what customers pay; if prices do it, nobody feels them: price.ours stays as it is. And of what it "
        "adds, only margin is earned.",
        "For a new price, change price.ours by as much, and margin so that costs stay; for other sales, all is said.",
    )  # fmt: skip
    return [Remark(change.file, change.line, f"change.{change.path}", said, cure)]


def _implausible(recipe: Recipe, changes: tuple[Change, ...]) -> list[Remark]:
    """Changes that leave what is plausible."""
    found = []
    for change in changes:
        place = root(recipe)
        for name in change.path.split("."):
            place = place.child(name)
        limits, after, before = plausible(place, recipe), _number(change.after), _number(change.before)
        if limits is None or after is None or limits[0] <= after <= limits[1]:
            continue
        if before is not None and not limits[0] <= before <= limits[1]:
            continue
        law = isinstance(change.after, Law)
        low, high = (time_in_words(x) if law else in_words(x, place.unit, recipe.currency) for x in limits)
        shown = in_words(change.after, place.unit, recipe.currency)
        found.append(
            Remark(
                change.file, change.line, f"change.{change.path}",
                f"{shown} lies outside what is plausible ({low} to {high}).", "Is that meant?",
            )  # fmt: skip
        )
    return list({(r.file, r.line, r.message): r for r in found}.values())


def _number(value: Any) -> float | None:
    value = value.mean if isinstance(value, Law) else value
    return abs(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _people(recipe: Recipe, where: Where) -> list[Problem]:
    found = []
    customers = sum(s.customers for s in recipe.segments.values())
    if not recipe.segments:
        found.append(
            where.problem(["segments"], "There is no segment.", "Write at least one customer group.")
        )
    elif customers == 0:
        found.append(
            where.problem(["segments"], "There are no customers.", "Write customers: above 0 in one segment.")
        )
    if recipe.market.people < customers:
        found.append(
            where.problem(
                ["market", "people"],
                f"The market has {recipe.market.people:,} people, fewer than the {customers:,} customers.",
                f"Write {customers:,} or more.".replace(",", "_"),
            )
        )
    for kind in ("segments", "journeys", "teams", "events"):
        for name in getattr(recipe, kind):
            if not name.replace("_", "").isalnum() or name == "*":
                found.append(
                    where.problem(
                        [kind, name],
                        f'"{name}" cannot be a name.',
                        "Use letters, digits and _, so that a path can say it.",
                    )
                )
    return found


def _teams(recipe: Recipe, where: Where) -> list[Problem]:
    found = []
    for name, team in recipe.teams.items():
        for segment in team.serve_first:
            if segment not in recipe.segments:
                found.append(
                    where.problem(
                        ["teams", name, "serve_first"],
                        f'There is no segment "{segment}".',
                        f"Segments are: {listed(recipe.segments)}.{nearest(segment, recipe.segments)}",
                    )
                )
        if len(set(team.serve_first)) != len(team.serve_first):
            found.append(
                where.problem(["teams", name, "serve_first"], "A segment is named twice.", "Name it once.")
            )
    return found


def _journey(recipe: Recipe, where: Where, name: str, journey: Journey) -> list[Problem]:
    here = ["journeys", name]
    found = []
    for step_name, step in journey.steps.items():
        at = [*here, "steps", step_name]
        if not step_name.replace("_", "").isalnum():
            found.append(where.problem(at, f'"{step_name}" cannot be a name.', "Use letters, digits and _."))
        if step.team is not None and step.team not in recipe.teams:
            found.append(
                where.problem(
                    [*at, "team"],
                    f'There is no team "{step.team}".',
                    f"Teams are: {listed(recipe.teams)}.{nearest(step.team, recipe.teams)}",
                )
            )
        if step.escalate is not None and step.escalate.to not in journey.steps:
            found.append(
                where.problem(
                    [*at, "escalate", "to"],
                    f'There is no step "{step.escalate.to}" in this journey.',
                    f"Steps are: {listed(journey.steps)}.{nearest(step.escalate.to, journey.steps)}",
                )
            )
    if journey.restart is not None and journey.restart not in journey.steps:
        found.append(
            where.problem(
                [*here, "restart"],
                f'There is no step "{journey.restart}" in this journey.',
                f"Steps are: {listed(journey.steps)}.{nearest(journey.restart, journey.steps)}",
            )
        )
    active = [s for s in journey.steps.values() if not s.skip]
    if not active:
        found.append(where.problem([*here, "steps"], "Every step is left out.", "Keep one."))
    elif all(s.resolves * s.used_by == 0 for s in active):
        found.append(
            where.problem(
                [*here, "steps"], "No step ever resolves the issue.", "Write resolves: above 0 % in one step."
            )
        )
    for field, read in (("profile", read_profile), ("trace", read_trace)):
        file = getattr(journey, field)
        if file is not None:
            try:
                read(file)
            except PydanticCustomError as error:
                context = error.context or {}
                found.append(where.problem([*here, field], str(context["message"]), str(context["cure"])))
    return found


def _complaints(recipe: Recipe, where: Where) -> list[Problem]:
    failures = recipe.failures
    starts = [name for name, journey in recipe.journeys.items() if journey.starts == "complaint"]
    at_all = (
        failures.probability > 0 or failures.usage > 0 or any(j.failure for j in recipe.journeys.values())
    )
    if failures.complaints is not None:
        if failures.complaints in starts:
            return []
        return [
            where.problem(
                ["failures", "complaints"],
                f'There is no journey "{failures.complaints}" that starts by a complaint.',
                f"Such journeys are: {listed(starts)}.{nearest(failures.complaints, starts)}",
            )
        ]
    if not (at_all and failures.voice > 0 and recipe.switches.failure):
        return []
    if len(starts) > 1:
        return [
            where.problem(
                ["failures", "complaints"],
                "Several journeys start by a complaint.",
                f"Write complaints: and one of {listed(starts)}.",
            )
        ]
    return [
        where.problem(
            ["failures"],
            "Things go wrong and customers say so, but no journey takes complaints.",
            "Add a journey with starts: complaint, or write voice: 0.",
        )
    ]


def _unmet(recipe: Recipe) -> tuple[str, ...]:
    """Attributes that nothing ever touches."""
    met = {"image"}
    if recipe.model.experience.salience.usage > 0:
        met |= set(USED_MONTHLY)
    for journey in recipe.journeys.values():
        for step in journey.steps.values():
            if not step.skip:
                met |= {name for name, load in step.loads.items() if load > 0}
    return tuple(name for name in ATTRIBUTES if name not in met)


def _dead_levers(unmet: tuple[str, ...], where: Where, changes: tuple[Change, ...]) -> list[Problem]:
    return [
        Problem(
            change.file, change.line, f"change.{change.path}",
            f'No touchpoint loads "{name}", so this lever moves nothing.',
            "Give a step's loads that attribute.",
        )
        for change in changes
        for name in unmet
        if "quality" in change.path.split(".") and (
            change.path.endswith(f".{name}") or (isinstance(change.after, dict) and _moved(change, name))
        )
    ]  # fmt: skip


def _moved(change: Change, name: str) -> bool:
    before = change.before if isinstance(change.before, dict) else {}
    return bool(change.after.get(name) != before.get(name))


def _remarks(recipe: Recipe, unmet: tuple[str, ...], where: Where) -> list[Remark]:
    found = []
    if recipe.journeys and unmet and recipe.switches.satisfaction_churn:
        found.append(
            where.remark(
                ["journeys"],
                f"No touchpoint loads {' and '.join(unmet)}: satisfaction with it stays as it is.",
                "Give a step loads, or leave it so.",
            )
        )
    if recipe.market.won is not None and recipe.switches.calibration:
        found.append(
            where.remark(
                ["market", "won"],
                "What advertising wins is solved for, so that as many come as go; this number is not read.",
                "Leave it out, or write switches: {calibration: off}.",
            )
        )
    used = {s.team for j in recipe.journeys.values() for s in j.steps.values() if not s.skip}
    used |= {deed.taker for ruleset in recipe.rulesets for rule in ruleset.rules for deed in rule.then}
    for name in recipe.teams:
        if name not in used:
            found.append(
                where.remark(
                    ["teams", name], f'No step is handled by the team "{name}", and no rule passes contacts to it.',
                    "Leave it out, or use it.",
                )
            )
        elif shift_minutes(recipe.teams[name]) == 0:
            live = recipe.teams[name].works == "live"
            found.append(
                where.remark(
                    ["teams", name, said_by(recipe.teams[name])],
                    f"Nobody is ever on shift in the team {name}: "
                    + ("every contact that comes to it is turned away." if live else "its queue only grows."),
                    "Write people on shift, or leave out what it should do.",
                )
            )
    for name, journey in recipe.journeys.items():
        if journey.starts == "trace" and recipe.switches.calibration:
            found.append(
                where.remark(
                    ["journeys", name],
                    "A trace is replayed in the horizon only: calibration does not see its contacts.",
                    "Leave out observed contacts and abandonment of its teams, or write switches: {calibration: off}.",
                )
            )
        if journey.starts == "need" and journey.need == 0:
            found.append(
                where.remark(
                    ["journeys", name], "Nothing starts this journey: need is 0.", "Write need: 1 /year."
                )
            )
    return found
