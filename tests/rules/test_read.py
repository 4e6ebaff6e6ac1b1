"""Rule files: what they mean once read, and what is said when they are wrong."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemsim.base.errors import ScenarioError
from cemsim.base.text import Text, parse
from cemsim.engine.state import RECENT
from cemsim.plan.compile import ORDINARY
from cemsim.rules import vocabulary
from cemsim.rules.form import Cooldown, Deed, Leaf, Ruleset, Schedule
from cemsim.rules.interpret import decide
from cemsim.rules.read import RULES, read_rules, ruleset_of
from cemsim.rules.vocabulary import FACTS, POINTS, TIERS
from cemsim.rules.words import told_deed, told_rule, told_ruleset

HEAD = "version: 1\nruleset: desk\ndecide_on: waiting\n"
RULE = "  - {id: one, because: It is right., when: {wait: {gt: 5 min}}, then: [{set_priority: {level: 1}}]}\n"


def rules(text: str, currency: str = "USD") -> Ruleset:
    return ruleset_of(parse(text, "desk.yaml", RULES), "desk.yaml", currency)


def asking(when: str, head: str = HEAD, then: str = "[{log: {}}]") -> Ruleset:
    return rules(f"{head}rules:\n  - {{id: one, because: x, when: {when}, then: {then}}}\n")


def wrong(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        rules(text)
    return str(caught.value)


def wrong_when(when: str, head: str = HEAD) -> str:
    with pytest.raises(ScenarioError) as caught:
        asking(when, head)
    return str(caught.value)


def leaves(when: str) -> tuple[tuple[Leaf, ...], ...]:
    return asking(when).rules[0].alternatives


def test_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "deadline.yaml"
    file.write_text(
        "version: 1\nruleset: deadline\ndecide_on: case_age\nhit: all\nstage: 2\n"
        "schedule: {start: complaint_opened, after: 48 h, cancel_on: [complaint_closed]}\nrules:\n"
        "  - {id: late, because: First., when: {escalated: false}, then: [{escalate: {to: second_line}}]}\n"
        "  - id: severe\n    salience: 10\n    because: >\n      A severe one\n      goes first.\n"
        "    when: {severity: {ge: 4}}\n    then: [{apologise: {}}, {offer_credit: {amount: 25 EUR}}]\n"
        "    cooldown: {per: case, time: 2 h}\n"
        "  - {id: off, because: Not now., when: {voiced2: true}, then: [{log: {}}], enabled: false}\n"
    )
    found = read_rules(file, "EUR")
    assert (found.name, found.point, found.hit, found.stage) == ("deadline", "case_age", "all", 2)
    assert found.schedule == Schedule("complaint_opened", 2880.0, ("complaint_closed",))
    assert [rule.id for rule in found.rules] == ["severe", "late"]
    severe = found.rules[0]
    assert severe.alternatives == ((Leaf("severity", "ge", 400),),)
    assert severe.then == (Deed("apologise", {}, 15), Deed("offer_credit", {"amount": 25.0}, 15))
    assert severe.cooldown == Cooldown("case", 120.0)
    assert (severe.because, severe.file, severe.line) == ("A severe one goes first.", str(file), 9)


def test_salience_then_place() -> None:
    line = "  - {{id: {0}, salience: {1}, because: x, when: {{wait: 0}}, then: [{{log: {{}}}}]}}\n"
    found = rules(HEAD + "rules:\n" + "".join(line.format(*pair) for pair in zip("abcd", (5, 9, 5, 1000), strict=True)))
    assert [rule.id for rule in found.rules] == ["d", "b", "a", "c"]


@pytest.mark.parametrize(
    ("when", "row"),
    [
        ("{wait: 5 min}", [("wait", "eq", 500)]),
        ("{wait: {between: [1 min, 90 s]}}", [("wait", "ge", 100), ("wait", "le", 150)]),
        ("{not: {wait: {lt: 5 min}}}", [("wait", "ge", 500)]),
        ("{wait_over_target: {gt: -2 min}}", [("wait_over_target", "gt", -200)]),
        ("{at_risk: {ge: 30 %}}", [("at_risk", "ge", 3000)]),
        ("{spend_365d: {lt: 0.29 USD}}", [("spend_365d", "lt", 29)]),
        ("{satisfaction: {known: true}}", [("satisfaction", "known", 0)]),
        ("{not: {satisfaction: {known: true}}}", [("satisfaction", "unknown", 0)]),
        ("{satisfaction: {known: false}}", [("satisfaction", "unknown", 0)]),
        ("{consent: {ne: true}}", [("consent", "eq", 0)]),
        ("{segment: {ne: loyalist}}", [("segment", "ne", "loyalist")]),
        ("{segment: {not_in: [a, b]}}", [("segment", "ne", "a"), ("segment", "ne", "b")]),
        ("{loyalty_tier: [silver, gold]}", [("loyalty_tier", "ne", "none"), ("loyalty_tier", "ne", "bronze")]),
        ("{wait: {gt: 1 min, le: 2 min}}", [("wait", "gt", 100), ("wait", "le", 200)]),
        ("{not: {any: [{wait: 0}, {not: {hour: 3}}]}}", [("wait", "ne", 0), ("hour", "eq", 3)]),
    ],
)
def test_one_row_of_comparisons(when: str, row: list[tuple[str, str, int | str]]) -> None:
    assert leaves(when) == (tuple(Leaf(*each) for each in row),)  # type: ignore[arg-type]


def test_several_rows() -> None:
    assert leaves("{segment: [a, b]}") == ((Leaf("segment", "eq", "a"),), (Leaf("segment", "eq", "b"),))
    assert leaves("{not: {wait: {between: [1 min, 2 min]}}}") == (
        (Leaf("wait", "lt", 100),),
        (Leaf("wait", "gt", 200),),
    )
    both = leaves("{all: [{any: [{hour: 1}, {hour: 2}]}, {any: [{wait: 0}, {wait: 1 min}]}]}")
    assert [[leaf.value for leaf in row] for row in both] == [[1, 0], [1, 100], [2, 0], [2, 100]]


def test_a_flag_of_an_earlier_stage() -> None:
    late = HEAD + "stage: 1\n"
    assert asking("{let_down: true}", late).rules[0].alternatives == ((Leaf("flag:let_down", "eq", 1),),)
    assert asking("{not: {let_down: true}}", late).facts == ("flag:let_down",)
    assert "in a later stage" in wrong_when("{let_down: true}")
    assert "There is no fact" in wrong_when("{let_down: 5 min}", late)
    assert '"yes" is neither true nor false.   Write {let_down: true}.' in wrong_when("{let_down: yes}", late)
    own = HEAD + "stage: 1\nrules:\n  - {id: one, because: x, when: {own: true}, then: [{derive: {flag: own}}]}\n"
    assert "a stage cannot read its own flag" in wrong(own)


# The meaning, written again: three-valued logic, in which nothing unknown is true or false.
SHARES = ("0 %", "30 %", "30.01 %", "100 %")
NUMBERS = st.sampled_from(("wait", "hour", "at_risk"))
WRITTEN = {"wait": ("0", "1 min", "1.01 min", "2 min"), "hour": ("0", "1", "2", "23"), "at_risk": SHARES}
STEPS = {"wait": (0, 100, 101, 200), "hour": (0, 1, 2, 23), "at_risk": (0, 3000, 3001, 10_000)}


@st.composite
def asked(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(("number", "between", "tier", "tiers", "segments", "flag", "known")))
    if kind in ("number", "between"):
        name = draw(NUMBERS)
        if kind == "between":
            low, high = sorted(draw(st.tuples(st.integers(0, 3), st.integers(0, 3))))
            return {name: {"between": [WRITTEN[name][low], WRITTEN[name][high]]}}
        return {
            name: {draw(st.sampled_from(("eq", "ne", "lt", "le", "gt", "ge"))): draw(st.sampled_from(WRITTEN[name]))}
        }
    if kind == "tier":
        return {"loyalty_tier": draw(st.sampled_from(TIERS))}
    if kind in ("tiers", "segments"):
        name, words = ("loyalty_tier", TIERS) if kind == "tiers" else ("segment", ("a", "b", "c"))
        picked = draw(st.lists(st.sampled_from(words), min_size=1, max_size=4))
        return {name: draw(st.sampled_from((picked, {"in": picked}, {"not_in": picked})))}
    if kind == "flag":
        return {"consent": draw(st.sampled_from(("true", "false", {"ne": "true"}, ["true", "false"])))}
    return {draw(NUMBERS): {"known": draw(st.sampled_from(("true", "false")))}}


def nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(parts.map(lambda p: {"all": p}), parts.map(lambda p: {"any": p}), inner.map(lambda p: {"not": p}))


CONDITIONS = st.recursive(asked(), nested, max_leaves=6)
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "wait": st.sampled_from((0, 1, 99, 100, 101, 102, 200, 201)),
        "hour": st.integers(0, 23),
        "at_risk": st.sampled_from((0, 2999, 3000, 3001, 9999, 10_000)),
        "loyalty_tier": st.sampled_from(TIERS),
        "segment": st.sampled_from(("a", "b", "c", "d")),
        "consent": st.integers(0, 1),
    },
)


def holds(when: dict[str, Any], facts: dict[str, Any]) -> bool | None:
    """True, false, or None where it cannot be known."""
    [(name, inner)] = when.items()
    if name == "not":
        part = holds(inner, facts)
        return None if part is None else not part
    if name in ("all", "any"):
        parts = [holds(part, facts) for part in inner]
        end = name == "any"
        return end if end in parts else None if None in parts else not end
    if isinstance(inner, list):
        inner = {"in": inner}
    if isinstance(inner, str):
        inner = {"eq": inner}
    [(test, operand)] = inner.items()
    if test == "known":
        return (name in facts) == (operand == "true")
    if name not in facts:
        return None
    words = operand if isinstance(operand, list) else [operand]
    if name in STEPS:
        values: list[Any] = [STEPS[name][WRITTEN[name].index(word)] for word in words]
    else:
        values = [int(word == "true") if name == "consent" else word for word in words]
    have, one = facts[name], values[0]
    if test == "between":
        return bool(one <= have <= values[1])
    if test in ("in", "not_in"):
        return (have in values) == (test == "in")
    if test in ("eq", "ne"):
        return bool((have == one) == (test == "eq"))
    return bool({"lt": have < one, "le": have <= one, "gt": have > one, "ge": have >= one}[test])


def marked(value: Any) -> Any:
    """As the reader of YAML gives it."""
    if isinstance(value, dict):
        return {Text(name, "desk.yaml", 1): marked(inner) for name, inner in value.items()}
    return [marked(inner) for inner in value] if isinstance(value, list) else Text(value, "desk.yaml", 1)


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, st.lists(GIVEN, min_size=4, max_size=12))
def test_a_rule_means_what_it_says(when: dict[str, Any], many: list[dict[str, Any]]) -> None:
    rule = {"id": "one", "because": "x", "when": when, "then": [{"log": {}}]}
    data = {"version": "1", "ruleset": "desk", "decide_on": "waiting", "rules": [rule]}
    try:
        found = ruleset_of(marked(data), "desk.yaml")
    except ScenarioError as error:
        assert "nested more than 4 deep" in str(error) or "more than 60 rows" in str(error)
        return
    for facts in many:
        assert (decide(found, facts).fired == (0,)) == (holds(when, facts) is True)


def test_everything_wrong_is_said_at_once() -> None:
    said = wrong(
        "version: 2\nruleset: my rules\ndecide_on: waiting\nhit: some\nstage: 10\nrule: []\nrules:\n"
        "  - id: one\n    when: {all: [{wait: {gt: 5}}, {loyalty_tier: golden}]}\n    then: [{set_prio: {level: 1}}]\n"
        "  - id: one\n    because: ''\n    when: {outcome: served}\n    then: [{set_priority: {level: 16}}]\n"
        "    salience: 2000\n    cooldown: {per: month, time: 0}\n    enabled: maybe\n"
    )
    for line, words in (
        (1, "not a version"), (2, '"my rules" cannot be a name'), (4, 'no way to hit "some"'), (5, "from 0 to 9"),
        (6, "Did you mean rules?"), (8, "There is no because"), (9, '"5" has no unit'), (9, "Did you mean gold?"),
        (10, "Did you mean set_priority?"), (11, "Two rules are called"), (12, "a text is needed"),
        (13, "outcome is not known at waiting"), (14, '"16" is out of range'), (15, "from 0 to 1000"),
        (16, 'no way to rest "month"'), (16, '"0" is out of range'), (17, "neither true nor false"),
    ):  # fmt: skip
        assert any(part.startswith(f"{line}  ") and words in part for part in said.split("desk.yaml:")), (line, said)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{wait: {gt: 5 USD}}", '"USD" is not a unit of time'),
        ("{wait: {gt: -3 min}}", "wait is never below 0 min.   Write 0 min or more."),
        ("{wait: '>= 2 min'}", 'tests are written in words.   Write wait: {ge: 2 min}.'),
        ("{attempts: '>=2'}", "Write attempts: {ge: 2}."),
        ("{loyalty_tier: '!= gold'}", "Write loyalty_tier: {ne: gold}."),
        ("{and: [{wait: 0}, {hour: 3}]}", 'There is no fact "and".   Write {all: [{...}, {...}]}.'),
        ("{or: [{wait: 0}, {hour: 3}]}", "Write {any: [{...}, {...}]}."),
        ("{not: [{wait: 0}, {hour: 3}]}", "Write {not: {any: [...]}}"),
        ("{wait: {gt: 20 s}}", "The nearest is 0.33 min."),
        ("{hour: {lt: 24}}", "hour goes from 0 to 23"),
        ("{failures_30d: {ge: 9}}", "goes from 0 to 8"),
        ("{wait: {gt: 1e300 years}}", "is not possible"),
        ("{hour: {between: [3, 1]}}", "first end is above the second"),
        ("{hour: {between: [3]}}", "Two ends are needed"),
        ("{hour: [1, 2]}", "a list is for labels"),
        ("{hour: {like: 3}}", 'no test "like"'),
        ("{loyalty_tier: {gt: gold}}", 'no test "gt"'),
        ("{wat: {gt: 5 min}}", "Did you mean wait?"),
        ("{consent: yes}", "neither true nor false"),
        ("{segment: 'lo\"yal'}", "cannot be a name"),
        ("{segment: 😀}", "cannot be a name"),
        ("{loyalty_tier: '😀'}", "is not a loyalty tier"),
        ("{on: true}", "is ever called on"),
        ("{wait: 5 min, hour: 3}", "asks one thing"),
        ("{}", "empty"),
        ("{all: []}", "empty"),
        ("{any: {hour: 3}}", "where a list is needed"),
        ("{wait: }", "Nothing stands"),
        ("{wait: {}}", "There is no test"),
        ("{wait: {gt: {lt: 3 min}}}", "A block stands"),
        ("[{hour: 3}]", "where a block is needed"),
        ("hour", "where a block is needed"),
        ("{not: {not: {not: {not: {not: {hour: 3}}}}}}", "nested more than 4 deep"),
        ("{overtime_today: {gt: 1 h}}", "It is known at: team_hour"),
    ],
)
def test_a_wrong_condition(when: str, words: str) -> None:
    said = wrong_when(when)
    assert words in said and said.startswith("desk.yaml:5  rules.one.when"), said


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("[]", "empty"),
        ("[log]", "where a block is needed"),
        ("{log: {}}", "where a list is needed"),
        ("[{log: {}, notify: {}}]", "One action is needed here"),
        ("[{}]", "One action is needed here"),
        ("[{lgo: {}}]", "Did you mean log?"),
        ("[{escalate: {to: x}}]", "cannot be done at waiting"),
        ("[{set_priority: {}}]", "There is no level"),
        ("[{set_priority: {level: 1.5}}]", "not a whole number"),
        ("[{set_priority: {level: -1}}]", "out of range"),
        ("[{set_priority: {level: {a: 1}}}]", "A block stands"),
        ("[{offer_credit: {amount: 5 EUR}}]", "counts in USD"),
        ("[{offer_credit: {amount: -5 EUR}}]", "counts in USD (currency: at a scenario's top, or --currency for rules "
                                               "alone). Units allowed: USD. Write a number such as 5 USD."),
        ("[{offer_credit: {amount: -5}}]", "Write 5 USD."),
        ("[{offer_credit: {sum: 5 USD}}]", 'no field "sum"'),
        ("[{route_to: {acceptance: 50 %}}]", "takes one of team and channel"),
        ("[{route_to: {team: a, channel: web}}]", "takes one of team and channel"),
        ("[{route_to: {channel: wep}}]", "Did you mean web?"),
        ("[{route_to: {team: 'a b'}}]", "cannot be a name"),
        ("[{call_back: {acceptance: 101 %}}]", "out of range"),
        ("[{set_tier: {tier: platinum}}]", 'no tier "platinum"'),
        ("[{derive: {flag: wait}}]", "means something else"),
    ],
)
def test_a_wrong_action(then: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        asking("{hour: 3}", then=then)
    assert words in str(caught.value) and "rules.one.then" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This file is empty.   Begin with: version: 1"),
        ("- a", "This is a list, not a block of fields.   Begin with: version: 1, and write the list under"),
        ("a", "not a block of fields"),
        ("cemsim: 1\nname: x\n", "This is a scenario, not a file of rules."),
        ("version: 1\n", "There is no decide_on"),
        (HEAD + "on: 3\nrules:\n" + RULE, "A field is never called on"),
        (HEAD + "rules:\n" + RULE + RULE, 'Two rules are called "one" (first in line 5)'),
        (HEAD + "rules: one\n", "where a list is needed"),
        (HEAD + "rules: []\n", "This list is empty"),
        (HEAD + "rules: [1, {}]\n", '"1" stands where a block is needed'),
        (HEAD + "schedule: {start: x}\nrules:\n" + RULE, "waiting needs no schedule"),
        (HEAD.replace("waiting", "wating") + "rules:\n" + RULE, "Did you mean waiting?"),
        (HEAD.replace("desk", "'a\"b'") + "rules:\n" + RULE, "cannot be a name"),
        (HEAD + "rules:\n" + RULE.replace("It is right.", "x" * 401), "401 letters"),
        (HEAD + "rules:\n" + RULE.replace("because: It is right., ", ""), "There is no because"),
        (HEAD.replace("waiting", "case_age") + "rules: []\n", "at which age"),
        (HEAD.replace("waiting", "case_age") + "schedule: {start: birth, after: 0, cancel_on: [x]}\nrules: []\n",
         'no event "birth"'),
        (HEAD.replace("waiting", "team_hour") + "rules:\n  - {id: a, because: b, when: {hour: 1}, then: [{log: {}}], "
         "cooldown: {per: customer, time: 1 h}}\n", "cannot rest per customer: no customer is known there.   "
         "Write per: team or per: all."),
        (HEAD.replace("waiting", "month_end") + "rules:\n"
         + RULE.replace("then", "cooldown: {per: case, time: 7}, then"),
         "At month_end a rule cannot rest per case: no case is known there.   Write per: customer or per: all."),
        (HEAD + "rules:\n" + RULE.replace("gt: 5 min", "ge: 3,5 min"), 'The comma in "ge: 3,5 min" ends a field.'),
        (HEAD + "rules: !!python/object:os.system [x]\n", "tag"),
        (HEAD + "rules:\n" + RULE + "---\n", "second document"),
    ],
)  # fmt: skip
def test_a_wrong_file(text: str, words: str) -> None:
    assert words in wrong(text)


def many(count: int, line: str = RULE) -> str:
    return HEAD + "rules:\n" + "".join(line.replace("id: one", f"id: r{i}") for i in range(count))


def bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)]
    return "\n".join(lines)


BIG = {
    "49 rules": (many(49), "holds 49 rules; a file has at most 48"),
    "10,000 rules": (many(10_000), "holds more than 6,000 values"),
    "10,000 empty rules": (HEAD + "rules: [" + "{}, " * 10_000 + "]", "holds more than 6,000 values"),
    "aliases": (bomb(), "holds more than 6,000 values"),
    "a product of anys": (
        HEAD + "rules:\n  - {id: a, because: b, then: [{log: {}}], when: {all: ["
        + ", ".join(f"{{any: [{{hour: {i % 24}}}, {{wait: {i} min}}, {{staff_on: {i}}}]}}" for i in range(60)) + "]}}",
        "more than 60 rows",
    ),
    "61 rows in several rules": (
        many(31, RULE.replace("{wait: {gt: 5 min}}", "{not: {wait: {between: [1 min, 2 min]}}}")), "more than 60 rows",
    ),
    "blocks in blocks": (HEAD + "rules: " + "[" * 5000, "nested more than 16 deep"),
    "a long name": (HEAD.replace("desk", "d" * 100_000), "cannot be a name"),
    "a long number": (HEAD + "rules:\n" + RULE.replace("5 min", "5" * 50_000), "too long for a number"),
}  # fmt: skip


@pytest.mark.parametrize("name", BIG)
def test_too_much_is_refused_quickly(name: str) -> None:
    text, words = BIG[name]
    begun = time.process_time()
    assert words in wrong(text)
    assert time.process_time() - begun < 10


def test_too_large_a_file(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_text(many(10_000))
    with pytest.raises(ScenarioError, match="a rule file has at most 128 kB.*at most 48 rules"):
        read_rules(file)


def test_sixty_rows_and_48_rules_are_possible() -> None:
    assert len(rules(many(48)).rules) == 48
    assert len(leaves("{segment: [" + ", ".join(f"s{i}" for i in range(60)) + "]}")) == 60


@pytest.mark.parametrize("point", POINTS)
def test_every_fact_and_action_of_a_point_can_be_written(point: str) -> None:
    head = f"version: 1\nruleset: all\ndecide_on: {point}\n"
    if point == "case_age":
        head += "schedule: {start: complaint_opened, after: 48 h}\n"
    facts = ", ".join(f"{{{name}: {{known: true}}}}" for name in POINTS[point].facts)
    deeds = []
    for name in POINTS[point].actions:
        params = {
            field: {"number": f"1 {param.unit.words('USD')[0]}" if param.unit.words("USD") else "1", "team": "desk",
                    "channel": "web", "word": (param.values or ("",))[0], "name": "flag"}[param.kind]
            for field, param in vocabulary.ACTIONS[name].params.items() if param.required
        } or ({"team": "desk"} if name == "route_to" else {})  # fmt: skip
        deeds.append({name: params})
    found = asking(f"{{all: [{facts}]}}", head, json.dumps(deeds))
    assert len(found.facts) == len(POINTS[point].facts)
    assert [deed.action for deed in found.rules[0].then] == list(POINTS[point].actions)
    said = told_rule(found.rules[0])
    assert all(name.split("_")[0] in said for name in POINTS[point].facts) and "_" not in said
    assert told_ruleset(found).startswith(f"Asked at {point}: ")


def test_what_is_counted_ends_where_memory_ends() -> None:
    """More than is remembered is never counted: a rule that asks for it would never fire."""
    assert {FACTS[name].most for name in ("failures_30d", "contacts_30d")} == {RECENT}
    assert all(f"the last {RECENT} are" in FACTS[name].meaning for name in ("failures_30d", "contacts_30d"))
    assert f"has {ORDINARY}," in vocabulary.ACTIONS["set_priority"].meaning


def test_a_fact_and_an_action_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "FACTS", FACTS)
    mood = vocabulary.Fact("mood", "number", "how it feels", decimals=1, most=10)
    gift = vocabulary.Action("send_gift", "a parcel", {"worth": vocabulary.Param("number", "worth")})
    monkeypatch.setitem(vocabulary.FACTS, "mood", mood)
    monkeypatch.setitem(vocabulary.ACTIONS, "send_gift", gift)
    monkeypatch.setitem(POINTS, "birthday", vocabulary.Point("birthday", "once a year", ("mood",), ("send_gift",)))
    head = HEAD.replace("waiting", "birthday")
    found = asking("{mood: {lt: 2.5}}", head, "[{send_gift: {worth: 3}}]").rules[0]
    assert found.alternatives == ((Leaf("mood", "lt", 25),),)
    assert told_rule(found) == "When mood is under 2.5, send gift (worth 3)."
    with pytest.raises(ValueError, match="declared already"):
        vocabulary.register_fact(mood)


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("{loyalty_tier: [gold, silver]}", "loyalty tier is silver or gold"),
        ("{segment: {not_in: [a, b]}}", "segment is neither a nor b"),
        ("{wait: {between: [90 s, 2 h]}}", "wait is from 1.5 min to 2 h"),
        ("{all: [{hour: 3}, {any: [{intent: a}, {intent: b}, {wait: {ge: 3 days}}]}]}",
         "hour is 3 and either intent is a or b, or wait is at least 3 days"),
        ("{any: [{hour: 3}, {all: [{hour: 3}, {wait: 0}]}]}", "hour is 3"),
    ],
)  # fmt: skip
def test_conditions_in_words(when: str, told: str) -> None:
    assert told_rule(asking(when).rules[0]) == f"When {told}, a line goes to the log."


def test_actions_in_words() -> None:
    half = told_deed(Deed("route_to", {"channel": "web", "acceptance": 0.5}))
    assert half == "the contact goes to web (50 % accept)"
    assert told_deed(Deed("call_back", {"acceptance": 1.0})) == "the customer is called back and waits off the line"
