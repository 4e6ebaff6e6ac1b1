"""Rules in scenarios: read from files or in place, checked by name, changed by patches, kept whole in results."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from cemsim.base.text import read
from cemsim.plan.compile import plan
from cemsim.scenario import Problem, Scenario, ScenarioError, load
from cemsim.scenario.jsonschema import json_schema
from cemsim.scenario.resolved import resolved
from cemsim.scenario.subset import separable, with_changes
from cemsim.scenario.words import differences
from tests.scenario.test_schema import as_json, fits

Write = Callable[..., Path]

QUEUE = """\
version: 1
ruleset: queue
decide_on: waiting
rules:
  - id: long
    salience: 10
    because: Nobody waits longer than ten minutes.
    when: {wait: {gt: 10 min}}
    then: [{set_priority: {level: 0}}]
  - id: regulars
    because: Regulars go before the rest.
    when: {segment: regular}
    then: [{set_priority: {level: 1}}, {log: }]
"""
CALLS = """\
version: 1
ruleset: calls
decide_on: failure
rules:
  - id: twice
    because: Two failures earn a call.
    when: {failures_30d: {ge: 2}}
    then: [{schedule_call: {within: 1 day, team: desk}}]
    cooldown: {per: customer, time: 30 days}
"""
CALL = "  care: {starts: rule, steps: {call: {channel: phone_out, team: desk, handling: 5 min}}}\n"


@pytest.fixture
def shop(write: Write, minimal: str) -> Callable[..., Path]:
    """Writes the small scenario with rules: queue.yaml and calls.yaml lie beside it, and ``files`` too."""

    def put(rules: str = "[queue.yaml, calls.yaml]", **files: str) -> Path:
        for name, text in ({"queue": QUEUE, "calls": CALLS} | files).items():
            write(text, f"{name}.yaml")
        return write(minimal.replace("teams:\n", CALL + "teams:\n") + f"rules: {rules}\n")

    return put


def wrong(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.problems


def patch(write: Write, *changes: str) -> Path:
    return write("based_on: base.yaml\nchange:\n  rules:\n" + "".join(f"    {line}\n" for line in changes), "p.yaml")


def names(scenario: Scenario) -> list[str]:
    return [f"{ruleset.name}.{rule.id}" for ruleset in scenario.rulesets for rule in ruleset.rules]


def test_rules_are_read_beside_the_scenario(shop: Callable[..., Path]) -> None:
    made = load(shop())
    assert names(made) == ["queue.long", "queue.regulars", "calls.twice"]
    assert made.rulesets[0].rules[1].line == 10 and made.rulesets[0].file.endswith("queue.yaml")
    assert pickle.loads(pickle.dumps(made)) == made


def test_rules_in_place(shop: Callable[..., Path]) -> None:
    inline = "\n  - calls.yaml\n  - " + QUEUE.replace("\n", "\n    ")
    made = load(shop(inline))
    assert names(made) == ["calls.twice", "queue.long", "queue.regulars"]
    assert made.rulesets[1].file.endswith("base.yaml") and made.rulesets[1].rules[0].line > 20


@pytest.mark.parametrize(
    "rules, line, message, cure",
    [
        ("queue.yaml", 20, "A list of rule files is needed", "Write rules: [queue.yaml]."),
        ("[quee.yaml]", 20, 'There is no rule file "quee.yaml"', "Did you mean queue.yaml?"),
        ("[../queue.yaml]", 20, "lies outside the folder", "Put it under"),
        ("[queue.yaml, queue.yaml]", 20, '"queue.yaml" is named twice', "Name it once."),
        ("[[queue.yaml]]", 20, "A rule file's name is needed here", ""),
        ("[queue.yaml, {version: 1}]", 20, "There is no ruleset", ""),
    ],
)
def test_bad_lists_of_rules(shop: Callable[..., Path], rules: str, line: int, message: str, cure: str) -> None:
    found = wrong(shop(rules))
    assert any(p.line == line and message in p.message and cure in p.cure for p in found), [str(p) for p in found]


@pytest.mark.parametrize(
    "name, old, new, line, message, cure",
    [
        ("queue", "segment: regular", "segment: reglar", 12, 'no segment "reglar"', "mean regular?"),
        ("queue", "{segment: regular}", "{not: {intent: questions}}", 12, 'no journey "questions"', "mean question?"),
        ("queue", "{segment: regular}", "{team: [desk, dask]}", 12, 'no team "dask"', "mean desk?"),
        ("calls", "team: desk", "team: dsek", 8, 'no team "dsek"', "mean desk?"),
        ("queue", "{log: }", "{route_to: {team: second}}", 13, 'no team "second"', "Teams are: desk."),
        ("queue", "{log: }", "{route_to: {channel: mail}}", 13, "No journey has a step with the channel mail", "phone"),
        ("queue", "when: {segment: regular}", "when: {vip: true}", 13, 'No rule raises the flag "vip"', "are: none"),
        ("queue", "when: {segment: regular}", "when: {consnt: true}", 13, "No rule raises", "Did you mean consent?"),
        ("calls", "ruleset: calls", "ruleset: queue", 1, 'Two rulesets are called "queue"', "a name of its own"),
    ],
)
def test_names_must_exist_in_the_scenario(
    shop: Callable[..., Path], name: str, old: str, new: str, line: int, message: str, cure: str
) -> None:
    text = {"queue": QUEUE, "calls": CALLS}[name]
    assert old in text
    if "vip" in new or "consnt" in new:
        text = text.replace("decide_on: waiting", "decide_on: waiting\nstage: 1")
    found = wrong(shop(**{name: text.replace(old, new)}))
    assert [(Path(p.file).name, p.line) for p in found] == [(f"{name}.yaml", line)], [str(p) for p in found]
    assert message in found[0].message and cure in found[0].cure


def test_calls_need_a_journey_that_a_rule_starts(shop: Callable[..., Path], write: Write, minimal: str) -> None:
    shop()
    (problem,) = wrong(write(minimal + "rules: [calls.yaml]\n"))
    assert "No journey starts by a rule at the team desk" in problem.message and "starts: rule" in problem.cure


def test_a_journey_that_a_rule_starts_has_no_need_and_no_profile(write: Write, minimal: str) -> None:
    write("weekday,hour,weight\n0,9,1\n", "week.csv")
    for more, message in (("need: 2 /year, ", "has no need"), ("profile: week.csv, ", "has no profile")):
        text = minimal.replace("teams:\n", CALL.replace("steps:", f"{more}steps:", 1) + "teams:\n")
        assert any(message in p.message for p in wrong(write(text)))


def test_flags_come_from_lower_stages_at_the_same_point(shop: Callable[..., Path]) -> None:
    raises = QUEUE.replace("ruleset: queue", "ruleset: first").replace("{log: }", "{derive: {flag: vip}}")
    asks = QUEUE.replace("decide_on: waiting", "decide_on: waiting\nstage: 1").replace("{segment: regular}",
                                                                                      "{vip: true}")  # fmt: skip
    assert len(load(shop("[queue.yaml, first.yaml]", first=raises, queue=asks)).rulesets) == 2
    late = raises.replace("decide_on: waiting", "decide_on: waiting\nstage: 1")
    (problem,) = wrong(shop("[queue.yaml, first.yaml]", first=late, queue=asks))
    assert "before stage 1 of waiting" in problem.message and "Give this ruleset stage: 2." in problem.cure
    elsewhere = raises.replace("decide_on: waiting", "decide_on: contact_arrives").replace("wait: {gt: 10 min}",
                                                                                       "hour: 3")  # fmt: skip
    (problem,) = wrong(shop("[queue.yaml, first.yaml]", first=elsewhere, queue=asks))
    assert "stage 0 of contact_arrives" in problem.cure


@pytest.mark.parametrize(
    "changes, left",
    [
        (["add: [more.yaml]"], ["queue.long", "queue.regulars", "calls.twice", "more.all"]),
        (["remove: [calls.yaml]"], ["queue.long", "queue.regulars"]),
        (["remove: [calls]"], ["queue.long", "queue.regulars"]),
        (["replace: {queue.yaml: more.yaml}"], ["more.all", "calls.twice"]),
        (["disable: [queue.long, calls]"], ["queue.regulars"]),
        (["disable: [queue.yaml]"], ["calls.twice"]),
        (["disable: [more.all, queue]", "add: [more.yaml]"], ["calls.twice"]),
        (["remove: [queue.yaml]", "add: [{version: 1, ruleset: inline, decide_on: failure, rules: [{id: one, "
          "because: Why., when: {voiced: true}, then: [{log: {}}]}]}]"], ["calls.twice", "inline.one"]),
    ],
)  # fmt: skip
def test_patches(shop: Callable[..., Path], write: Write, changes: list[str], left: list[str]) -> None:
    more = QUEUE.replace("ruleset: queue", "ruleset: more").split("  - id: regulars")[0].replace("id: long", "id: all")
    shop(more=more)
    made = load(patch(write, *changes))
    assert names(made) == left
    assert {change.path for change in made.changes} == {"rules"}


def test_what_was_switched_off_can_be_switched_on(shop: Callable[..., Path], write: Write) -> None:
    text = QUEUE.replace("    when: {wait", "    enabled: false\n    when: {wait")
    base = load(shop(queue=text))
    assert names(base) == ["queue.regulars", "calls.twice"]
    made = load(patch(write, "enable: [queue.long]"))
    assert names(made) == ["queue.long", "queue.regulars", "calls.twice"]


@pytest.mark.parametrize(
    "change, message, cure",
    [
        ("add: [queue.yaml]", '"queue.yaml" is there already', ""),
        ("add: [nowhere.yaml]", 'no rule file "nowhere.yaml"', ""),
        ("remove: [quee.yaml]", 'There are no rules "quee.yaml" here', "Did you mean queue.yaml?"),
        ("replace: {queue.yaml: queue.yaml}", "This changes nothing", ""),
        ("replace: {queue.yaml: calls.yaml}", '"calls.yaml" is there already', "Write remove: [queue.yaml]."),
        ("replace: [queue.yaml]", "not how it is written", "replace: {old.yaml: new.yaml}"),
        ("remove: queue.yaml", "not how it is written", "remove: [queue.yaml]"),
        ("remove: true", "not how it is written", "Write remove: [service.yaml]."),
        ("disable: queue", "not how it is written", "Write disable: [queue]."),
        ("to: [queue.yaml]", 'Rules cannot be changed by "to"', "rules: {add: [service.yaml]}, rules: {disable: ["),
        ("disable: [queue.lang]", 'There is no rule "lang" in queue', "Did you mean long?"),
        ("disable: [cue.long]", 'There are no rules "cue" here', ""),
        ("enable: [queue.long]", 'This changes nothing: "queue.long" is switched on already', ""),
        ("disbale: [queue]", 'Rules cannot be changed by "disbale"', "Did you mean disable?"),
        ("disable: [[queue]]", "A name is needed here", ""),
    ],
)
def test_patches_that_cannot_be(
    shop: Callable[..., Path], write: Write, change: str, message: str, cure: str
) -> None:
    shop()
    found = wrong(patch(write, change))
    assert [p.line for p in found] == [4] and message in found[0].message and cure in found[0].cure, found


def test_rules_are_changed_under_one_heading(shop: Callable[..., Path], write: Write) -> None:
    shop()
    (problem,) = wrong(write("based_on: base.yaml\nchange: {rules.add: [x.yaml]}\n", "p.yaml"))
    assert problem.line == 2 and problem.cure == "Write rules: {add: ...}."
    (problem,) = wrong(write("based_on: base.yaml\nchange: {rules: [x.yaml]}\n", "p.yaml"))
    assert "A change of rules says how" in problem.message


def test_rules_at_the_top_of_a_patch(shop: Callable[..., Path], write: Write) -> None:
    """What is advised can be written so."""
    shop()
    (problem,) = wrong(write("based_on: base.yaml\nrules: [x.yaml]\n", "p.yaml"))
    assert problem.line == 2 and "under change, as rules: {add: [service.yaml]}." in problem.cure
    assert names(load(patch(write, "remove: [queue.yaml]", "add: [queue.yaml]")))


def test_a_file_of_rules_is_no_scenario(shop: Callable[..., Path], write: Write) -> None:
    shop()
    rules = write(QUEUE, "queue.yaml")
    for path in (rules, write("based_on: queue.yaml\nchange: {x: {to: 3}}\n", "p.yaml")):
        (problem,) = wrong(path)
        assert (Path(problem.file).name, problem.message) == ("queue.yaml", "This is a file of rules, not a scenario.")
        assert "change: {rules: {add: [queue.yaml]}}" in problem.cure and f"cemsim rules show {rules}" in problem.cure


def test_one_change_of_rules_at_a_time(shop: Callable[..., Path], write: Write) -> None:
    shop()
    whole = load(patch(write, "disable: [queue.long]", "remove: [calls.yaml]"))
    parts = separable(whole)
    assert [part.words for part in parts] == ["rules: remove calls.yaml", "rules: disable queue.long"]
    assert names(with_changes(whole, parts[:1])) == ["queue.long", "queue.regulars"]
    assert names(with_changes(whole, parts[1:])) == ["queue.regulars", "calls.twice"]


def test_differences_in_sentences(shop: Callable[..., Path], write: Write) -> None:
    other = QUEUE.replace("ruleset: queue", "ruleset: more")
    new = QUEUE.replace("10 min", "5 min").replace("id: regulars", "id: people").replace("hit: first", "hit: all")
    base = load(shop(more=other, new=new))
    path = patch(write, "replace: {queue.yaml: new.yaml}", "remove: [calls.yaml]", "add: [more.yaml]")
    assert [str(each) for each in differences(base, load(path))] == [
        "Rule long of queue: says another condition.",
        "Rule regulars of queue: is not there any more.",
        "Rule people of queue: is new (Regulars go before the rest).",
        "Rules calls: are not there any more.",
        "Rules more: are new (asked at waiting: long, regulars).",
    ]
    path = patch(write, "disable: [queue.long]")
    assert [str(each) for each in differences(base, load(path))] == ["Rule long of queue: is switched off."]
    assert differences(base, base) == ()


def test_written_out_in_full_the_rules_are_in_it(shop: Callable[..., Path], write: Write, tmp_path: Path) -> None:
    shop()
    made = load(patch(write, "disable: [queue.long]"))
    text = resolved(made)
    again = load(write(text, "full/full.yaml"))
    assert again.rules == made.rules and resolved(again) == text
    assert names(again) == names(made) == ["queue.regulars", "calls.twice"]
    assert "enabled: false" in text and "Nobody waits longer than ten minutes." in text
    longer = load(shop(queue=QUEUE.replace("10 min", "11 min")))
    assert resolved(longer) != resolved(load(shop()))


def test_results_of_a_changed_rule_are_not_taken_for_the_same(shop: Callable[..., Path]) -> None:
    from cemsim.experiment.constants import fingerprint

    first = fingerprint(plan(load(shop())))
    assert fingerprint(plan(load(shop()))) == first
    assert fingerprint(plan(load(shop(queue=QUEUE.replace("10 min", "11 min"))))) != first


def test_the_register_holds_the_numbers_of_rules(shop: Callable[..., Path], write: Write) -> None:
    shop()
    made = load(patch(write, "disable: [queue.regulars]"))
    known = {a.path: a for a in made.register if a.path.startswith("rules.")}
    assert {path: (a.value, a.unit, a.text, a.kind) for path, a in known.items()} == {
        "rules.queue.long.when.wait.gt": (10.0, "min", "10 min", "lever"),
        "rules.queue.long.then.set_priority.level": (0.0, "", "0", "lever"),
        "rules.calls.twice.when.failures_30d.ge": (2.0, "", "2", "lever"),
        "rules.calls.twice.then.schedule_call.within": (1440.0, "min", "1 day", "lever"),
        "rules.calls.twice.cooldown.time": (43_200.0, "min", "30 days", "lever"),
    }
    one = known["rules.queue.long.when.wait.gt"]
    assert (Path(one.file).name, one.line, one.source) == ("queue.yaml", 8, "Nobody waits longer than ten minutes.")
    some = "{any: [{wait: {gt: 10 min}}, {not: {wait: {lt: 9 min, gt: 2 min}}}]}"
    twice = QUEUE.replace("{wait: {gt: 10 min}}", some)
    again = [a.path for a in load(shop(queue=twice)).register if a.path.startswith("rules.queue.long.when")]
    start = "rules.queue.long.when.wait"
    assert again == [f"{start}.gt", f"{start}.lt", f"{start}.gt.2"]


def test_more_rules_than_a_result_could_keep(shop: Callable[..., Path]) -> None:
    head = QUEUE.split("  - id:")[0]
    one = "  - {id: r%d, because: Why., when: {attempts: %d}, then: [{log: {}}]}\n"
    text = head + "".join(one % (n, n) for n in range(48))
    files = {f"q{i}": text.replace("ruleset: queue", f"ruleset: q{i}") for i in range(18)}
    (problem,) = wrong(shop(f"[{', '.join(f'{name}.yaml' for name in files)}]", **files))
    assert "there may be 12,000" in problem.message and problem.file.endswith("q17.yaml")
    del files["q17"]
    assert len(load(shop(f"[{', '.join(f'{name}.yaml' for name in files)}]", **files)).rulesets) == 17


def test_editors_know_rules(shop: Callable[..., Path], write: Write) -> None:
    schema = json_schema()
    assert fits(schema, as_json(read(shop())), schema) == []
    good = patch(write, "disable: [queue.long]", "replace: {queue.yaml: new.yaml}")
    assert fits(schema, as_json(read(good)), schema) == []
    assert fits(schema, as_json(read(patch(write, "delete: [queue.long]"))), schema)


def test_a_team_to_which_only_a_rule_passes_contacts_is_used(write: Write, minimal: str) -> None:
    rule = "{id: on, because: On it goes., when: {attempts: {ge: 2}}, then: [{escalate: {to: DESK}}]}"
    rules = f"rules:\n  - {{version: 1, ruleset: on, decide_on: contact_ends, rules: [{rule}]}}\n"
    team = "  second: {on_shift: 1, open: '09:00-17:00 mon-fri', acceptable_wait: 1 min}\n"
    for desk, odd in (("second", 0), ("desk", 1)):
        text = minimal.replace("teams:\n", f"teams:\n{team}") + rules.replace("DESK", desk)
        said = [remark for remark in load(write(text)).remarks if 'handled by the team "second"' in remark.message]
        assert len(said) == odd


def test_rule_files_in_folders_are_found_for_who_misspells_them(shop: Callable[..., Path]) -> None:
    """Scenarios and other files are not proposed."""
    path = shop("[rules/waitng.yaml]")
    (path.parent / "rules").mkdir()
    for name, text in (("waiting", QUEUE), ("waitin", "nothing: here"), ("waitings", "cemsim: 1")):
        (path.parent / "rules" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (problem,) = wrong(path)
    assert problem.cure == "Did you mean rules/waiting.yaml?"
