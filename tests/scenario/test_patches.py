"""Patches: parsed whole, refused in words, applied exactly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cemsim.scenario import Scenario, ScenarioError, load
from cemsim.scenario.words import differences

Patched = Callable[..., Path]

#: (lines under change, line, part of the message, part of the cure)
REFUSED = [
    ("teams.dsek.on_shift: {add: 1}", 'There is no team "dsek"', "Teams are: desk.   Did you mean desk?"),
    ("teams.desk.people: {add: 1}", 'There is no field "people"', "mean on_shift?"),
    ("teams.desk.on_shft: {add: 1}", 'There is no field "on_shft"', "mean on_shift?"),
    ("team.desk.on_shift: {add: 1}", 'There is no field "team"', "mean teams?"),
    ("teams.desk.on_shift.more: {to: 1}", 'There is no "more"', "Change teams.desk.on_shift itself"),
    ("teams..on_shift: {to: 1}", "not a path", ""),
    ("teams.desk.on_shift: 3", 'says how; "3" does not', "{to: ...}"),
    ('journeys.question.steps.call.resolves: "+10 %"', '"+10 %" is ambiguous', "%-points"),
    ('journeys.question.steps.call.resolves: {add: "10 %"}', '"10 %" is ambiguous', "{times: 1.1}"),
    ('journeys.question.steps.call.resolves: {times: "110 %"}', "ambiguous after times", "{times: 1.1}"),
    ("journeys.question.steps.call.resolves: {to: 70 %}", "This changes nothing", ""),
    ("teams.desk.on_shift: {add: 0}", "This changes nothing", ""),
    ("teams.desk.on_shift: {times: 1.3}", "2.6, not a whole number", "{to: 3}"),
    ("teams.desk.on_shift: {add: 0.5}", "not a whole number", "Write 0 or 1."),
    ("teams.desk.wage: {add: 10 %}", "a share of the number", "{times: 1.1}"),
    ("teams.desk.on_shift: {add: 1, times: 2}", "add and times", ""),
    ("teams.desk.on_shift: {plus: 1}", "here is plus", ""),
    ("teams.desk.on_shift: {add: -5}", "", ""),
    ("teams.desk.room: {times: 2}", "nothing is there yet", "{to: ...}"),
    ("teams.desk.wage: {add: 2}", '"2" has no unit', "USD/h"),
    ("teams.desk: {to: {on_shift: 3}}", "whole block", "on_shift"),
    ("teams: {to: {}}", "cannot be replaced at once", "desk"),
    ("teams.desk: {new: {on_shift: 3}}", '"desk" exists already', ""),
    ("teams: {to: {desk: {on_shift: 3}}}", "cannot be replaced at once", "such as teams.desk.FIELD: {to: ...}"),
    ("teams: {desk: {on_shift: 3}}", "here is desk", "Write teams.desk.on_shift: {to: 3}."),
    ("teams.experts: {on_shift: 3}", "here is on_shift", "or teams.experts: {new: {on_shift: 3, ...}} for something"),
    ("teams.experts: {to: {on_shift: 3}}", 'no team "experts"', "a new team by teams.experts: {new: {...}}"),
    ("teams.dsk.on_shift: {to: 3}", 'no team "dsk"', "Did you mean desk?"),
    ("teams.desk.wage: {to: -3 USD/h}", "too small", "Write 0 USD/h or more."),
    ("journeys.question.steps.call.resolves: {to: 130 %}", "too large", "Write 100 % or less."),
    ("teams.desk.extra: {new: {on_shift: 3}}", "Nothing new can be put here", ""),
    ("teams.second: {new: 3}", "A block of fields is needed", ""),
    ("journeys.question.steps.mail: {new: {channel: mail}, before: cal}", 'no "cal"', "mean call?"),
    ("teams.desk: {remove: true}", "Only a step can be removed", ""),
    ("teams.desk.on_shift: {remove: true}", "Only a step can be removed", "paid: {to: ...} alone"),
    ("teams.desk.paid: {add: 2}", "nothing is there yet", "by on_shift; that is 3.7 people paid."),
    ("teams.desk.on_shift: +2", '"+2" does not', "{add: 2}"),
    ("teams.desk.on_shift:{add: 2}", "says how", "blank after the colon"),
    ("teams: {desk: {on_shift: {add: 2}}}", "whole path in one", "Write teams.desk.on_shift: {add: 2}."),
    ("journeys.question.steps.call.resolves: {add: +10 %}", "of the share itself",
     "{add: 10 %-points} (70 % to 80 %) or {times: 1.1} (70 % to 77 %)"),
    ("journeys.question.steps.call.resolves: {add: 5 pp}", "not a step of a share", "{add: 5 %-points}"),
    ("journeys.question.steps.call.resolves: {add: 0.05}", "ambiguous", "{add: 5 %-points} (70 % to 75 %)"),
    ("journeys.question.steps.call.resolves: {add: 50 %-points}", "70 % + 50 %-points is 120 %; the most", "less"),
    ("teams.desk.on_shift: {add: -3}", "2 + -3 is -1; the least possible is 0", ""),
    ("journeys.question.steps.call: {remove: false}", "Only {remove: true}", ""),
    ("segments.regular.churn: {times: 0.9}", "belongs to the world", "own_baseline: true"),
    ("segments.*.customers: {times: 2}", "belongs to the world", "own_baseline: true"),
    ("segments.second: {new: {customers: 1}}", "belongs to the world", ""),
    ("model.experience.theta: {to: 0.8}", "belongs to the world", ""),
    ("switches.fade: {to: off}", "belongs to the world", ""),
    ("causes.ledger: {to: keaveney}", "belongs to the world", ""),
    ("own_baseline: {to: true}", "", ""),
    ("question: {to: why}", "field of the patch itself", "beside change"),
    ("teams.desk.on_shift: {to: {value: 3, kind: guess}}", '"guess" is not a kind', ""),
]


@pytest.mark.parametrize("line, message, cure", REFUSED)
def test_refusals(patched: Patched, line: str, message: str, cure: str) -> None:
    path = patched(line)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    found = caught.value.problems
    assert any(
        p.line == 4 and p.file == str(path) and message in p.message and cure in p.cure for p in found
    ), [str(p) for p in found]  # fmt: skip


def test_all_problems_of_a_patch_at_once(patched: Patched) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(
            patched(
                "teams.dsek.on_shift: {add: 1}",
                "teams.desk.on_shift: {add: 1}",
                "teams.desk.wge: {add: 1 USD/h}",
            )
        )
    assert [p.line for p in caught.value.problems] == [4, 6]


def test_the_same_thing_twice(patched: Patched) -> None:
    with pytest.raises(ScenarioError, match="is changed twice \\(also in line 4\\)"):
        load(patched("teams.*.on_shift: {add: 1}", "teams.desk.on_shift: {to: 5}"))


def test_a_team_without_shifts(patched: Patched) -> None:
    """The fault is in the patch, not in the baseline's team."""
    with pytest.raises(ScenarioError, match="A team without shifts has nobody") as caught:
        load(patched("teams.desk.shifts: {to: []}"))
    assert [(problem.line, problem.path) for problem in caught.value.problems] == [(4, "change.teams.desk.shifts")]


def test_a_team_whose_size_is_said_twice(patched: Patched) -> None:
    """One would silently take the place of the other."""
    with pytest.raises(ScenarioError, match="size of desk is said twice \\(also by on_shift, line 4\\)"):
        load(patched("teams.desk.on_shift: {to: 5}", "teams.desk.paid: {to: 18}"))


def change(patched: Patched, *lines: str) -> Scenario:
    return load(patched(*lines))


def test_verbs(patched: Patched) -> None:
    made = change(
        patched,
        "teams.*.on_shift: {add: 1}",
        'journeys.question.steps.call.resolves: {add: "6 %-points"}',
        "journeys.question.steps.call.handling: {times: 0.9}",
        "segments.regular.revenue: {times: 1.1}",
        "teams.desk.redial.lag.mean: {to: 20 min}",
        "quality.service: {add: 0.5 points}",
        "teams.desk.serve_first: {to: [regular]}",
    )
    step = made.journeys["question"].steps["call"]
    assert made.teams["desk"].on_shift == 3
    assert step.resolves == 0.76
    assert step.handling is not None and step.handling.mean == 4.5 and step.handling.cv == 1.2
    assert made.segments["regular"].revenue == 22
    assert made.teams["desk"].redial.lag.kind == "exponential" and made.teams["desk"].redial.lag.mean == 20
    assert made.quality["service"] == 8.0 and made.quality["product"] == 7.5
    assert made.teams["desk"].serve_first == ("regular",)
    assert [c.verb for c in made.changes] == ["add", "add", "times", "times", "to", "add", "to"]
    first = made.changes[0]
    assert (first.path, first.value, first.before, first.after, first.line) == (
        "teams.desk.on_shift",
        "1",
        2,
        3,
        4,
    )


def test_a_size_said_in_another_way(patched: Patched, minimal: str) -> None:
    made = change(patched, "teams.desk.paid: {to: 40}")
    assert (made.teams["desk"].paid, made.teams["desk"].on_shift) == (40, None)
    (entry,) = [c for c in made.changes if c.path == "teams.desk.paid"]
    assert (entry.before, entry.after) == (None, 40)
    made = change(patched, 'teams.desk.shifts: {to: [{days: mon-fri, hours: "09:00-17:00", people: 3}]}')
    assert made.teams["desk"].shifts[0].people == 3 and made.teams["desk"].on_shift is None
    shifts = 'shifts: [{days: mon-fri, hours: "09:00-17:00", people: 3}]'
    base = minimal.replace("on_shift: 2\n", f"{shifts}\n").replace('    open: "08:00-18:00 mon-fri"\n', "")
    with pytest.raises(ScenarioError, match="said when it is open"):
        load(patched("teams.desk.on_shift: {to: 8}", base=base))
    made = load(patched("teams.desk.on_shift: {to: 8}", 'teams.desk.open: {to: "08:00-18:00 mon-fri"}', base=base))
    assert made.teams["desk"].on_shift == 8 and not made.teams["desk"].shifts


def test_all_kinds_of_problems_at_once(patched: Patched) -> None:
    lines = (
        "teams.dsek.on_shift: {add: 1}",
        "teams.desk.wage: {to: 30 EUR/h}",
        "teams.desk.room: 3",
        "journeys.question.steps.call.resolves: {to: 0.7}",
    )
    with pytest.raises(ScenarioError) as caught:
        load(patched(*lines))
    assert sorted(p.line for p in caught.value.problems) == [4, 5, 6, 7]


def test_a_mistake_with_a_star_is_told_once(patched: Patched) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(patched("journeys.*.steps.*.resolves: {to: 170 %}"))
    assert len(caught.value.problems) == 1


def test_new_step_and_removal(patched: Patched) -> None:
    made = change(
        patched,
        "journeys.question.steps.look_up: {new: {channel: web, contains: 20 %}, before: call}",
        "teams.second: {new: {paid: 4}}",
        "journeys.question.steps.back: {new: {channel: mail, team: second, handling: 1 h}}",
    )
    assert list(made.journeys["question"].steps) == ["look_up", "call", "back"]
    assert made.journeys["question"].steps["look_up"].resolves == 0.2


@pytest.mark.parametrize("word", ["contains", "resolves"])
def test_either_word_takes_a_share_with_a_source_of_its_own(patched: Patched, minimal: str, word: str) -> None:
    share = "{value: 20 %, source: counted, range: [10 %, 30 %]}"
    base = minimal.replace("    steps:\n", f"    steps:\n      look_up: {{channel: web, contains: {share}}}\n")
    new = share.replace("20 %", "25 %").replace("counted", "hoped")
    made = load(patched(f"journeys.question.steps.look_up.{word}: {{to: {new}}}", base=base))
    assert made.journeys["question"].steps["look_up"].resolves == 0.25
    assert [a.source for a in made.assumptions if a.path.endswith("look_up.resolves")] == ["hoped"]


def test_a_step_is_removed_by_skipping_it(patched: Patched, minimal: str) -> None:
    base = minimal.replace("    steps:\n", "    steps:\n      look_up: {channel: web, contains: 20 %}\n")
    gone = load(patched("journeys.question.steps.look_up: {remove: true}", base=base))
    assert gone.journeys["question"].steps["look_up"].skip
    with pytest.raises(ScenarioError, match="Every step is left out"):
        load(patched("journeys.question.steps.call: {remove: true}"))


def test_chain_of_patches(patched: Patched, write: Callable[..., Path]) -> None:
    below = patched("teams.desk.on_shift: {add: 1}")
    top = write("based_on: patch.yaml\nchange: {teams.desk.on_shift: {times: 2}}\n", "top.yaml")
    made = load(top)
    assert made.name == "top" and made.teams["desk"].on_shift == 6
    assert [p.name for p in made.based_on] == ["patch.yaml", "base.yaml"]
    assert [(c.before, c.after) for c in made.changes] == [(2, 3), (3, 6)]
    assert below.exists()


def test_circles_and_climbing(write: Callable[..., Path], tmp_path: Path, minimal: str) -> None:
    write("based_on: b.yaml\nchange: {}\n", "a.yaml")
    write("based_on: a.yaml\nchange: {}\n", "b.yaml")
    with pytest.raises(ScenarioError, match="based on each other: a.yaml -> b.yaml -> a.yaml"):
        load(tmp_path / "a.yaml")
    write(minimal)
    write("based_on: ../base.yaml\nchange: {teams.desk.on_shift: {add: 1}}\n", "sub/c.yaml")
    with pytest.raises(ScenarioError, match="lies outside the folder"):
        load(tmp_path / "sub/c.yaml")
    (tmp_path / "sub/link.yaml").symlink_to(tmp_path / "base.yaml")
    write("based_on: link.yaml\nchange: {teams.desk.on_shift: {add: 1}}\n", "sub/d.yaml")
    with pytest.raises(ScenarioError, match="lies outside the folder"):
        load(tmp_path / "sub/d.yaml")
    write("name: x\nbased_on: Base.yml\n", "f.yaml")
    with pytest.raises(ScenarioError, match='There is no file "Base.yml".   Did you mean base.yaml') as caught:
        load(tmp_path / "f.yaml")
    assert (caught.value.problems[0].line, caught.value.problems[0].path) == (2, "based_on")
    write("based_on: [base.yaml]\n", "e.yaml")
    with pytest.raises(ScenarioError, match="file's name is needed"):
        load(tmp_path / "e.yaml")


def test_own_baseline_may_change_the_world(patched: Patched) -> None:
    head = "based_on: base.yaml\nown_baseline: true\nchange:\n"
    made = load(patched("segments.regular.churn: {times: 2}", head=head))
    assert made.own_baseline and made.segments["regular"].churn == 0.3


def test_a_patch_says_nothing_else(patched: Patched, write: Callable[..., Path], tmp_path: Path) -> None:
    patched("teams.desk.on_shift: {add: 1}")
    write("based_on: base.yaml\nhorizon: 48 months\nchange: {teams.desk.on_shift: {add: 1}}\n", "p.yaml")
    with pytest.raises(ScenarioError, match='A patch has no field "horizon"'):
        load(tmp_path / "p.yaml")
    write("based_on: base.yaml\nname: Nothing\n", "q.yaml")
    with pytest.raises(ScenarioError, match="changes nothing"):
        load(tmp_path / "q.yaml")


def test_investment_alone_is_enough(write: Callable[..., Path], minimal: str) -> None:
    write(minimal)
    made = load(
        write(
            "based_on: base.yaml\ninvestment: {capex: 5_000 USD, starts: month 3, ramp: 1 year}\n", "i.yaml"
        )
    )
    assert made.investment is not None
    assert (made.investment.capex, made.investment.starts, made.investment.ramp) == (5000, 3, 12)


def test_a_new_investment_has_no_evidence_of_the_old(write: Callable[..., Path], minimal: str) -> None:
    write(minimal)
    first = "investment: {capex: {value: 5_000 USD, source: offer, range: [4_000 USD, 6_000 USD]}, opex: 10 USD/month}"
    write(f"based_on: base.yaml\n{first}\n", "first.yaml")
    made = load(write("based_on: first.yaml\ninvestment: {capex: 9_000 USD}\n", "second.yaml"))
    (capex,) = [a for a in made.register if a.path == "investment.capex"]
    assert (capex.value, capex.range, capex.source, capex.file[-11:]) == (9000, None, "", "second.yaml")
    kept = load(write("based_on: first.yaml\nchange: {teams.desk.on_shift: {add: 1}}\n", "third.yaml"))
    (capex,) = [a for a in kept.register if a.path == "investment.capex"]
    assert (capex.range, capex.source, capex.file[-10:]) == ((4000, 6000), "offer", "first.yaml")
    own = "investment: {capex: {value: 9_000 USD, range: [6_000 USD, 7_000 USD]}}"
    with pytest.raises(ScenarioError, match="9000 USD, lies outside its range of 6_000 USD") as caught:
        load(write(f"based_on: first.yaml\n\n{own}\n", "own.yaml"))
    (problem,) = caught.value.problems
    assert Path(problem.file).name == "own.yaml" and problem.line == 3


def test_what_a_new_block_holds_is_told(patched: Patched, minimal: str) -> None:
    """What is written, though it is as by default; where nothing is written, what holds by default."""

    def told(line: str) -> str:
        made = load(patched(line))
        (found,) = differences(load(made.based_on[0]), made)
        return str(found)

    assert told("schemes.card: {new: {points: {earn: 1, threshold: 500}}}") == (
        "Schemes, card: is new (points earn 1, points threshold 500).")
    assert told("schemes.card: {new: {points: {}}}") == (
        "Schemes, card: is new (points earn 1, points worth 0.01 USD, points threshold 500, points use 50 %, "
        "points expires 24 months, points breakage 20 %, points pull 10 %).")
    steps = ", ".join(f"s{i}: {{channel: web, contains: 5 %, unit_cost: 1 USD}}" for i in range(9))
    assert told(f"journeys.chat: {{new: {{need: 1 /year, steps: {{{steps}}}}}}}").endswith(
        "steps s7 resolves 5 %, and 4 more).")


def test_a_lever_that_nothing_feels_is_an_error(
    write: Callable[..., Path], minimal: str, tmp_path: Path
) -> None:
    plain = minimal.replace("resolves: 70 %", "resolves: 70 %, loads: {service: 1}")
    base = load(write(plain))
    assert [r.message for r in base.remarks] == [
        "No touchpoint loads convenience: satisfaction with it stays as it is."
    ]
    write("based_on: base.yaml\nchange: {quality.convenience: {add: 1 point}}\n", "lever.yaml")
    with pytest.raises(ScenarioError, match='No touchpoint loads "convenience"'):
        load(tmp_path / "lever.yaml")


def test_the_base_is_untouched_by_its_patches(patched: Patched, tmp_path: Path) -> None:
    path = patched("teams.desk.on_shift: {add: 1}")
    before = load(tmp_path / "base.yaml")
    load(path)
    assert load(tmp_path / "base.yaml") == before
