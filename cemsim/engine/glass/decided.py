"""A decision of rules, in sentences: which were asked, what they read, which fired and why, what kept the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from cemsim.base.units import UnitError
from cemsim.engine.glass.phrases import any_fact, join, plain
from cemsim.engine.glass.told import Told
from cemsim.rules.form import FLAG, Rule, Ruleset
from cemsim.rules.interpret import true
from cemsim.rules.values import read_value, told
from cemsim.rules.vocabulary import FACTS
from cemsim.rules.words import told_deed, told_leaves

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


def decided(row: Told, rulesets: Iterable[Ruleset], currency: str) -> str:
    """A row of kind ``decision`` in sentences.

    Its facts: ``point``, ``ruleset``, ids of the rules ``matched``, ``fired``, ``cooling``, ``overruled``, ``accepted``
    and ``declined``, and ``facts``, what was read. ``rulesets`` are those in force, for what rules ask, do, and why.
    """
    facts = row.facts
    ruleset = next((each for each in rulesets if each.name == facts["ruleset"]), None)
    read: Mapping[str, int | str] = facts.get("facts", {})
    when = POINTS.get(facts["point"], plain(facts["point"]))
    said = [f'{when}, the rules "{plain(facts["ruleset"])}" are asked; they read: {_told(read, currency)}.']
    if ruleset is None:
        fired = join(facts["fired"])
        return f"{said[0]} {f'Fires: {fired}' if fired else 'None fires'}."
    values = _values(read, currency)
    for rule in ruleset.rules:
        said.append(_rule(rule, facts, values, currency))
    return " ".join(said)


def _rule(rule: Rule, facts: Mapping[str, Collection[str]], values: Mapping[str, int | str], currency: str) -> str:
    """What became of one rule in a decision."""
    if rule.id in facts["fired"]:
        deeds = join(told_deed(deed, currency) for deed in rule.then)
        beaten = " An earlier rule overrules some of it." if rule.id in facts.get("overruled", ()) else ""
        answers = (("accepted", "accepts"), ("declined", "declines"))
        said = "".join(f" The customer {word}." for kind, word in answers if rule.id in facts.get(kind, ()))
        return f"{rule.id} fires: {deeds}. The reason: {rule.because.rstrip('.')}.{said}{beaten}"
    if rule.id in facts.get("cooling", ()):
        return f"{rule.id} matches, but rests since it last fired."
    if rule.id in facts.get("matched", ()):
        return f"{rule.id} matches too, but an earlier rule has decided."
    failing = [[leaf for leaf in leaves if not true(leaf, values)] for leaves in rule.alternatives]
    nearest = min((leaves for leaves in failing if leaves), key=len, default=[])
    asks = join(told_leaves(nearest, currency))
    return f"{rule.id} does not match{f': it asks that {asks}' if asks else ''}."


def _told(read: Mapping[str, int | str], currency: str) -> str:
    """What was read, in words."""
    said = (
        f"{plain(_WINDOW.sub(_IN_DAYS, name))} "
        f"{_time(told(FACTS[name], value, currency)) if name in FACTS else any_fact(value)}"
        for name, value in read.items()
    )
    return ", ".join(said) or "nothing is known"


def _time(text: str) -> str:
    """Minutes by the hundred as hours."""
    number, _, unit = text.partition(" ")
    return f"{float(number) / 60:.0f} h" if unit == "min" and float(number) >= 180.0 else text


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
