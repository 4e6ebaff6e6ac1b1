"""Rules told in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from cemsim.base.units import MINUTES, Unit
from cemsim.rules.conditions import Alternatives
from cemsim.rules.form import FLAG, Deed, Leaf, Rule, Ruleset
from cemsim.rules.values import plain, told, told_number
from cemsim.rules.vocabulary import ACTIONS, FACTS, POINTS, Action, Fact, Param

COMPARED: Final[Mapping[str, str]] = {
    "eq": "is", "ne": "is not", "lt": "is under", "le": "is at most", "gt": "is over", "ge": "is at least",
    "known": "is known", "unknown": "is not known",
}  # fmt: skip
#: A bound above this is too far away to be told.
#: A bound above this is too far away to be told.
MOST_TOLD: Final = 1000
MOST_LEFT: Final = 2
RESTS: Final = {
    "customer": "for that customer",
    "case": "for that case",
    "team": "for that team",
    "all": "for everybody",
}


def told_ruleset(ruleset: Ruleset) -> str:
    """When a ruleset is asked, and which of its rules decide."""
    parts = [f"Asked at {ruleset.point}: {POINTS[ruleset.point].meaning}."]
    if ruleset.schedule:
        times = told_number(MINUTES, ruleset.schedule.after)
        ends = [plain(event) for event in ruleset.schedule.cancel_on]
        unless = f", unless {either(ends)} comes first" if ends else ""
        parts.append(f"That is {times} after {plain(ruleset.schedule.start)}{unless}.")
    if ruleset.stage:
        parts.append(f"Stage {ruleset.stage}: it can read the flags of earlier stages.")
    parts.append("Every rule that matches acts." if ruleset.hit == "all" else "The first rule that matches decides.")
    return " ".join(parts)


def told_rule(rule: Rule, currency: str = "USD") -> str:
    """A rule as a sentence, without its reason.

    >>> from cemsim.rules.form import Deed, Leaf
    >>> late = Rule("late", "...", ((Leaf("wait", "gt", 500),),), (Deed("set_priority", {"level": 1.0}),))
    >>> told_rule(late)
    'When wait is over 5 min, the contact takes priority 1.'
    """
    deeds = joined(told_deed(deed, currency) for deed in rule.then)
    rest = ""
    if rule.cooldown:
        rest = f" Then the rule rests {RESTS[rule.cooldown.per]} for {told_number(MINUTES, rule.cooldown.time)}."
    return f"When {told_condition(rule.alternatives, currency)}, {deeds}.{rest}"


def told_condition(alternatives: Alternatives, currency: str = "USD") -> str:
    """What has to hold: first what all alternatives share, then the choice between them.

    >>> a, b, c = Leaf("wait", "gt", 500), Leaf("intent", "eq", "moving"), Leaf("intent", "eq", "leaving")
    >>> told_condition(((a, b), (a, c)))
    'wait is over 5 min and intent is moving or leaving'
    """
    shared = [leaf for leaf in alternatives[0] if all(leaf in row for row in alternatives)]
    left = [[leaf for leaf in row if leaf not in shared] for row in alternatives]
    told_all = told_leaves(shared, currency)
    if all(left):
        told_all.append(_choice(left, currency))
    return joined(told_all) if told_all else "always"


def _choice(rows: list[list[Leaf]], currency: str) -> str:
    """One of several rows of comparisons; the values of one fact told together."""
    values: dict[str, list[str]] = {}
    told_rows: list[str | list[str]] = []
    for row in rows:
        if len(row) == 1 and row[0].op == "eq":
            fact = row[0].fact
            if fact not in values:
                values[fact] = [f"{told_name(fact)} is "]
                told_rows.append(values[fact])
            values[fact].append(told_value(row[0], currency))
        else:
            told_rows.append(joined(told_leaves(row, currency)))
    parts = [told if isinstance(told, str) else told[0] + either(told[1:]) for told in told_rows]
    return parts[0] if len(parts) == 1 else f"either {', or '.join(parts)}"


def told_leaves(leaves: Iterable[Leaf], currency: str = "USD") -> list[str]:
    """Comparisons that all hold, those of one fact told together."""
    by_fact: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        by_fact.setdefault(leaf.fact, []).append(leaf)
    return [_of_one(fact, group, currency) for fact, group in by_fact.items()]


def _of_one(name: str, leaves: list[Leaf], currency: str) -> str:
    values = [told_value(leaf, currency) for leaf in leaves]
    ops = [leaf.op for leaf in leaves]
    who = told_name(name)
    if sorted(ops) == ["ge", "le"]:
        low, high = values if ops[0] == "ge" else values[::-1]
        return f"{who} is from {low} to {high}"
    if len(ops) > 1 and set(ops) == {"ne"}:
        closed = () if name.startswith(FLAG) else FACTS[name].values
        kept = [plain(value) for value in closed if plain(value) not in values]
        return f"{who} is {either(kept)}" if kept else f"{who} is neither {' nor '.join(values)}"
    return " and ".join(
        f"{who} {COMPARED[op]}" + ("" if op in ("known", "unknown") else f" {value}")
        for op, value in zip(ops, values, strict=True)
    )


def told_name(fact: str) -> str:
    """A fact's name in words; of a derived flag, that it is one.

    >>> told_name("failures_30d"), told_name("flag:let_down")
    ('failures in 30 days', 'the flag let down')
    """
    if fact.startswith(FLAG):
        return f"the flag {plain(fact.removeprefix(FLAG))}"
    return re.sub(r" (\d+)d$", r" in \1 days", plain(fact))


def told_value(leaf: Leaf, currency: str = "USD") -> str:
    """What a fact is compared with, in words."""
    if leaf.fact.startswith(FLAG):
        return "true" if leaf.value else "false"
    return told(FACTS[leaf.fact], leaf.value, currency)


def told_deed(deed: Deed, currency: str = "USD") -> str:
    """An action in words.

    >>> told_deed(Deed("offer_credit", {"amount": 25.0}))
    'the customer gets 25 USD back'
    """
    params = ACTIONS[deed.action].params
    values = {
        name: told_number(params[name].unit, value, currency) if isinstance(value, float) else plain(value)
        for name, value in deed.params.items()
    }
    if deed.action not in TOLD:
        return f"{plain(deed.action)} ({', '.join(f'{plain(n)} {v}' for n, v in values.items())})".replace(" ()", "")
    return TOLD[deed.action](values)


def _asked(values: Mapping[str, str], sentence: str) -> str:
    """Something that a customer may turn down."""
    return sentence if values["acceptance"] == "100 %" else f"{sentence} ({values['acceptance']} accept)"


def _outreach(values: Mapping[str, str], sentence: str) -> str:
    """Something that may be what the firm wants and nobody asked for."""
    return f"{sentence}, unasked" if values.get("outreach") == "yes" else sentence


#: Actions in words; one that was registered from elsewhere is told by its name and parameters.
TOLD: Final[Mapping[str, Callable[[Mapping[str, str]], str]]] = {
    "set_priority": lambda p: f"the contact takes priority {p['level']}",
    "route_to": lambda p: _asked(p, f"the contact goes to {p.get('team') or p['channel']}"),
    "call_back": lambda p: _asked(p, "the customer is called back and waits off the line"),
    "escalate": lambda p: f"the issue passes to {p['to']}",
    "offer_credit": lambda p: f"the customer gets {p['amount']} back",
    "apologise": lambda p: "we say sorry",
    "schedule_call": lambda p: _outreach(p, f"{p['team']} calls the customer within {p['within']}"),
    "set_tier": lambda p: f"the customer moves to the tier {p['tier']}",
    "grant_points": lambda p: f"the customer gets {p['points']} points",
    "send_message": lambda p: _outreach(
        p, "the customer is sent a message" + (f" by {p['channel']}" if "channel" in p else "")
    ),
    "add_staff": lambda p: f"{'one person stays' if p['people'] == '1' else p['people'] + ' people stay'} on for "
    f"{p['time']}",
    "notify": lambda p: "a manager is told",
    "derive": lambda p: f"the flag {p['flag']} is raised",
    "log": lambda p: "a line goes to the log",
}


def joined(parts: Iterable[str]) -> str:
    """Several, all of which hold.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def either(parts: Iterable[str]) -> str:
    """Several, one of which holds.

    >>> either(["a", "b", "c"])
    'a, b or c'
    """
    *first, last = parts
    return f"{', '.join(first)} or {last}" if first else last


def join(parts: Iterable[str]) -> str:
    """Parts as a list in a sentence.

    >>> join(["a", "b", "c"]), join(["a"]), join([])
    ('a, b and c', 'a', '')
    """
    *most, last = list(parts) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def told_kind(fact: Fact) -> str:
    """What kind of thing a fact is: its unit and steps, its words, and whether it may be unknown.

    >>> told_kind(FACTS["wait"]), told_kind(FACTS["consent"])
    ('time, in steps of 0.01 min', 'true or false')
    """
    if fact.kind == "flag":
        kind = "true or false"
    elif fact.kind == "label":
        kind = ", ".join(fact.values) or f"one of the scenario's {fact.of}"
    else:
        step = f"steps of {fact.unit.write(10.0**-fact.decimals, 'USD')}"
        kind = f"{fact.unit.name.removeprefix('a ')}, in {step if fact.decimals else _whole(fact.unit)}"
        if fact.most <= MOST_TOLD:
            kind += f", up to {fact.unit.write(fact.most)}"
    return f"{kind}; may be unknown" if fact.optional else kind


def _whole(unit: Unit) -> str:
    return f"whole {unit.word or 'numbers'}"


def told_params(action: Action) -> str:
    """An action's parameters, each with what it is.

    >>> told_params(ACTIONS["set_tier"])
    'tier: none, bronze, silver, gold'
    """
    return "; ".join(f"{name}: {_told_param(name, param)}" for name, param in action.params.items()) or "none"


def told_points(thing: Fact | Action) -> str:
    """Where a fact is known, or an action possible.

    >>> told_points(FACTS["consent"]), told_points(ACTIONS["call_back"])
    ('all but team_hour', 'waiting')
    """
    there = {p.name: thing.name in (p.facts if isinstance(thing, Fact) else p.actions) for p in POINTS.values()}
    where = [name for name, offered in there.items() if offered]
    left = [name for name, offered in there.items() if not offered]
    if len(left) > len(where) or len(left) > MOST_LEFT:
        return ", ".join(where)
    return f"all but {', '.join(left)}" if left else "all"


def _told_param(name: str, param: Param) -> str:
    kind = ", ".join(param.values) or param.meaning
    if param.values and param.meaning != name:
        kind += f" ({param.meaning})"
    if param.kind == "number":
        kind = f"{param.meaning} (such as {param.unit.examples[0].replace('{money}', 'USD')})"
    return kind if param.required else f"{kind}, if wanted"
