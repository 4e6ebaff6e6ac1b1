"""A decision of rules, in sentences: which were asked, what they read, which fired and why, what kept the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from cemsim.base.units import MINUTES, UnitError
from cemsim.engine.glass.phrases import any_fact, duration, plain
from cemsim.engine.glass.told import Told
from cemsim.rules.form import FLAG, Deed, Rule, Ruleset
from cemsim.rules.missed import missed, raised
from cemsim.rules.values import read_value, told, told_number
from cemsim.rules.vocabulary import FACTS
from cemsim.rules.words import RESTS, join, told_deed, told_name

#: When rules are asked, as a sentence begins.
POINTS: Final = {
    "contact_arrives": "As the contact arrives",
    "waiting": "In the queue",
    "contact_ends": "As the contact ends",
    "failure": "As something goes wrong",
    "case_age": "As the complaint grows old",
    "complaint_closed": "As the complaint is closed",
    "month_end": "At the month's review",
    "renewal": "At the renewal",
    "points_redeemed": "As points are used",
}
_WINDOW: Final = re.compile(r"_(\d+)d$")
_IN_DAYS: Final = r" in \1 days"


def decided(
    row: Told, rulesets: Iterable[Ruleset], currency: str, unfired: str | None = None,
    effect: Callable[[Deed], str] = lambda deed: "", in_a_tray: bool = False,
) -> str:
    """A row of kind ``decision`` in sentences.

    Its facts: ``point``, ``ruleset``, ids of the rules ``matched``, ``fired``, ``done`` (fired before in this wait),
    ``cooling``, ``overruled``, ``accepted`` and ``declined``, and ``facts``, what was read. ``rulesets`` are those in
    force, for what rules ask, do, and why.
    ``unfired`` says why the others did not fire (of itself, all reasons); ``effect`` what a deed does to this person;
    ``in_a_tray`` that what was waited for is a back office's work.
    """
    facts = row.facts
    ruleset = ruleset_of(row, rulesets)
    when = POINTS.get(facts["point"], plain(facts["point"]))
    said = [f'{when}, the rules "{plain(facts["ruleset"])}" are asked; they read: '
            f"{readings(row, currency, in_a_tray, ruleset.facts if ruleset else ())}."]
    if ruleset is None:
        fired = join(facts["fired"])
        return f"{said[0]} {f'Fires: {fired}' if fired else 'None fires'}."
    said += [_fires(rule, facts, currency, effect) for rule in ruleset.rules if rule.id in facts["fired"]]
    others = because(why_not(row, ruleset, currency)) if unfired is None else unfired
    return " ".join([*said, others] if others else said)


def ruleset_of(row: Told, rulesets: Iterable[Ruleset]) -> Ruleset | None:
    """The rules that were asked in a decision; None where they are in force no more."""
    return next((each for each in rulesets if each.name == row.facts["ruleset"]), None)


def _fires(rule: Rule, facts: Mapping[str, Collection[str]], currency: str, effect: Callable[[Deed], str]) -> str:
    """What a rule that fired did, and why."""
    deeds = join(told_deed(deed, currency) for deed in rule.then)
    overruled = rule.id in facts.get("overruled", ())
    beaten = " An earlier rule overrules some of it." if overruled else ""
    answers = (("accepted", "accepts"), ("declined", "declines"))
    said = "".join(f" The customer {word}." for kind, word in answers if rule.id in facts.get(kind, ()))
    does = "" if overruled else "".join(f" {text}" for deed in rule.then if (text := effect(deed)))
    return f"{rule.id} fires: {deeds}. The reason: {rule.because.rstrip('.')}.{said}{beaten}{does}"


def why_not(row: Told, ruleset: Ruleset, currency: str, rests: Mapping[str, str] | None = None) -> list[str]:
    """Why those rules that did not fire did not, the ones with the same reason together; nothing where all fired.

    ``rests`` says until when a rule rests, by its id.
    """
    facts = row.facts
    values = _values(facts.get("facts", {}), currency)
    reasons: dict[str, list[str]] = {}
    beaten: list[str] = []
    said: list[str] = []
    for rule in ruleset.rules:
        if rule.id in facts["fired"]:
            continue
        if rule.id in facts.get("cooling", ()):
            said.append(f"{rule.id} matches, but {(rests or {}).get(rule.id) or _resting(rule)}.")
        elif rule.id in facts.get("done", ()):
            said.append(f"{rule.id} has fired in this wait already.")
        elif rule.id in facts.get("matched", ()):
            beaten.append(rule.id)
        else:
            reasons.setdefault(missed(rule, values, currency), []).append(rule.id)
    if beaten:
        said.append(f"{join(beaten)} match{'es' if len(beaten) == 1 else ''} too, but an earlier rule has decided.")
    return said + [
        f"{join(ids)} ask{'s' if len(ids) == 1 else ''} that {asks}" if asks else f"{join(ids)} does not match"
        for asks, ids in reasons.items()
    ]


def because(reasons: Iterable[str]) -> str:
    """Reasons of `why_not` in sentences: those of who matched are sentences already, the others share one.

    >>> because(["a matches, but rests.", "b asks that wait is over 5 min", "c asks that segment is b"])
    'a matches, but rests. No match: b asks that wait is over 5 min; c asks that segment is b.'
    """
    reasons = list(reasons)
    unmet = "; ".join(each for each in reasons if not each.endswith("."))
    said = [each for each in reasons if each.endswith(".")]
    return " ".join([*said, f"No match: {unmet}."] if unmet else said)


def _resting(rule: Rule) -> str:
    """That a rule rests, where nothing in this life says since when."""
    if rule.cooldown is None:
        return "rests since it last fired"
    return f"still rests, {told_number(MINUTES, rule.cooldown.time)} {RESTS[rule.cooldown.per]} since it last fired"


def readings(row: Told, currency: str, in_a_tray: bool = False, asked: Iterable[str] = ()) -> str:
    """What was read, in words; of what was ``asked``, also what is not known."""
    said = []
    for name, value in row.facts.get("facts", {}).items():
        if name.startswith(FLAG):
            said.append(f"{told_name(name)} is {raised(value in (1, 'true', 'yes'))}")
            continue
        text = _time(told(FACTS[name], value, currency)) if name in FACTS else any_fact(value)
        work = ", the work included" if in_a_tray and name == "wait" else ""
        said.append(f"{plain(_WINDOW.sub(_IN_DAYS, name))} {text}{work}")
    unknown = [name for name in asked if name in FACTS and name not in row.facts.get("facts", {})]
    said += [f"{plain(_WINDOW.sub(_IN_DAYS, name))} not known" for name in unknown]
    return ", ".join(said) or "nothing is known"


def _time(text: str) -> str:
    """Minutes in the unit in which the story tells them."""
    number, _, unit = text.partition(" ")
    if unit == "min" and (float(number) >= 180.0 or 0.0 < float(number) < 2.0):
        return duration(float(number))
    return text


def _values(read: Mapping[str, int | str], currency: str) -> dict[str, int | str]:
    """What was read, as the deciders compare it: words of numbers are read back, what is unknown is left out."""
    found: dict[str, int | str] = {}
    for name, value in read.items():
        fact = FACTS.get(name)
        if fact is None or not isinstance(value, str):
            found[name] = int(value in (1, "true", "yes")) if name.startswith(FLAG) else value
            continue
        try:
            text = value.replace(" ", "_") if fact.kind == "label" else value
            found[name] = read_value(fact, text, currency, exact=False)
        except UnitError:
            continue
    return found
