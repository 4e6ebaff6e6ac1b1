"""A look at rules: every seeded defect is found, nothing sound is called wrong, and it is what trying all would say."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.lint import CORPUS, Specimen, kinds, specimens
from cemsim.base.errors import Remark
from cemsim.base.shipped import shipped
from cemsim.commands.rules_lint import held
from cemsim.rules.form import Deed, Leaf, Rule, Ruleset
from cemsim.rules.interpret import decide
from cemsim.rules.lint import lint
from cemsim.rules.lint_cells import MOST_CELLS, cells_of
from cemsim.rules.read import read_rules
from cemsim.rules.vocabulary import TIERS
from cemsim.scenario import load
from cemsim.scenario.company import company, look
from cemsim.scenario.packs import of_file
from tests.rules.made import rulesets

DEEDS = [
    Deed("log", {}), Deed("set_tier", {"tier": "gold"}), Deed("set_tier", {"tier": "none"}),
    Deed("offer_credit", {"amount": 5.0}), Deed("set_priority", {"level": 1.0}), Deed("set_priority", {"level": 9.0}),
]  # fmt: skip
DEFECTS, SOUND = specimens("defects"), specimens("sound")


def test_the_corpus_is_large_enough() -> None:
    assert len(DEFECTS) >= 25 and len(SOUND) >= 25


@pytest.mark.parametrize("specimen", DEFECTS, ids=lambda s: s.name)
def test_every_seeded_defect_is_found_and_nothing_else(specimen: Specimen) -> None:
    assert specimen.found == specimen.seeded


@pytest.mark.parametrize("specimen", SOUND, ids=lambda s: s.name)
def test_sound_rules_are_not_called_wrong(specimen: Specimen) -> None:
    assert specimen.found == frozenset()


@pytest.mark.parametrize("file", sorted(shipped("rules").glob("*.yaml")), ids=lambda file: file.stem)
def test_shipped_rules_are_sound(file: Path) -> None:
    below = {"let_down_care": ["let_down"]}.get(file.stem, [])
    assert kinds([*(file.with_stem(name) for name in below), file], None) == frozenset()


TIER = st.builds(Leaf, st.just("loyalty_tier"), st.sampled_from(("eq", "ne")), st.sampled_from(TIERS))
TRIES = st.builds(Leaf, st.just("attempts"), st.sampled_from(("eq", "ne", "lt", "le", "gt", "ge")), st.integers(0, 4))
MARK = st.builds(
    Leaf, st.just("satisfaction"), st.sampled_from(("eq", "ne", "lt", "le", "gt", "ge", "known", "unknown")),
    st.integers(0, 10),
)  # fmt: skip
AGREED = st.builds(Leaf, st.just("consent"), st.just("eq"), st.integers(0, 1))
CONDITION = st.lists(st.lists(st.one_of(TIER, TRIES, MARK, AGREED), max_size=4).map(tuple), min_size=1, max_size=3)
VALUES: dict[str, tuple[int | str | None, ...]] = {
    "loyalty_tier": TIERS, "attempts": (0, 1, 2, 3, 4, 5, 63), "satisfaction": (None, *range(11)), "consent": (0, 1),
}  # fmt: skip


def moments(*facts: str) -> Iterator[dict[str, int | str]]:
    """Every combination of values; what is None is unknown."""
    for values in product(*(VALUES[fact] for fact in facts)):
        yield {fact: value for fact, value in zip(facts, values, strict=True) if value is not None}


@settings(max_examples=80, deadline=None)
@given(st.lists(CONDITION, min_size=1, max_size=6), st.sampled_from(("first", "all")))
def test_dead_rules_are_those_that_never_decide_whatever_is_tried(conditions: list[list[tuple[Leaf, ...]]],
                                                                  hit: str) -> None:  # fmt: skip
    rules = tuple(
        Rule(f"r{i}", "Made.", tuple(some), (Deed("log", {}),), line=i + 1) for i, some in enumerate(conditions)
    )
    ruleset = Ruleset("made", "contact_arrives", rules, "first" if hit == "first" else "all")
    matched, fired = set[int](), set[int]()
    for facts in moments(*VALUES):
        decision = decide(ruleset, facts)
        matched |= set(decision.matched)
        fired |= set(decision.fired)
    said: dict[str, set[int]] = {"never true": set(), "never first": set()}
    for found in lint([ruleset]):
        said.setdefault(found.kind, set()).add(found.problem.line - 1)
    assert said["never true"] == set(range(len(rules))) - matched
    assert said["never first"] == matched - fired


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.one_of(TIER, MARK), max_size=3).map(tuple), st.sampled_from(TIERS)),
        min_size=1, max_size=4,
    )
)
def test_tiers_thrash_where_trying_every_step_says_so(made: list[tuple[tuple[Leaf, ...], str]]) -> None:
    rules = tuple(
        Rule(f"r{i}", "Made.", (leaves,), (Deed("set_tier", {"tier": tier}),)) for i, (leaves, tier) in enumerate(made)
    )
    ruleset = Ruleset("made", "month_end", rules)

    def after(tier: str, mark: int | str | None) -> str:
        known = {"loyalty_tier": tier} | ({"satisfaction": mark} if mark is not None else {})
        fired = decide(ruleset, known).fired
        return made[fired[0]][1] if fired else tier

    thrashes = False
    for mark, tier in product(VALUES["satisfaction"], TIERS):
        high = after(tier, mark)
        for step in (0, 1) if isinstance(mark, int) and mark > 0 else (0,):
            low = after(high, mark - step if isinstance(mark, int) else mark)
            known = any(leaf.fact == "loyalty_tier" for leaves, _ in made for leaf in leaves)
            thrashes |= TIERS.index(low) < TIERS.index(high) and (low == tier or not known) and high != tier
    assert ("thrash" in {found.kind for found in lint([ruleset])}) == thrashes


def test_a_sliver_of_many_combinations_is_not_overlooked() -> None:
    facts = ("tenure", "spend_365d", "visits_365d", "contacts_30d", "failures_30d", "attempts", "queue_length")
    wide = tuple(Rule(f"r{i}", "Made.", ((Leaf(fact, "ge", 5),), (Leaf(fact, "eq", 2),)), (Deed("log", {}),))
                 for i, fact in enumerate(facts))  # fmt: skip
    cuts = Rule("cuts", "Made.", tuple((Leaf(fact, "eq", n),) for fact in facts for n in (9, 12, 15)), ())
    last = Rule("last", "Made.", ((),), (Deed("log", {}),))
    some = Ruleset("made", "contact_arrives", (*wide, cuts, last))
    cells = cells_of([some], {})
    assert not cells.exact and len(cells.rows) < MOST_CELLS
    assert "never first" not in {found.kind for found in lint([some]) if found.problem.path == "made.last"}
    rest = Rule("s0", "Made.", ((Leaf("tenure", "lt", 5),),), (Deed("log", {}),))
    whole = Ruleset("made", "contact_arrives", (*wide, rest, last))
    (found,) = [found for found in lint([whole]) if found.problem.path == "made.last"]
    assert found.severity == "error" and "r0" in found.problem.message and "s0" in found.problem.message


def test_where_cases_are_drawn_it_is_said() -> None:
    spend = [Leaf("spend_365d", "ge", 100_000), Leaf("spend_365d", "lt", 100_000)]
    some = [
        Rule(f"r{n}", "Made.", ((Leaf(fact, "eq", n * 3),),), (Deed("log", {}),))
        for fact in ("visits_365d", "credits_90d", "at_risk", "contact_pressure", "tenure") for n in range(6)
    ]  # fmt: skip
    up, down = (Rule(tier, "Made.", ((leaf,),), (Deed("set_tier", {"tier": tier}),))
                for leaf, tier in zip(spend, ("gold", "silver"), strict=True))  # fmt: skip
    found = lint([Ruleset("made", "month_end", (*some, up, down))])
    assert {each.kind for each in found} == {"drawn", "thrash"}
    assert "cases were drawn" in found[0].problem.message
    assert found == lint([Ruleset("made", "month_end", (*some, up, down))])


@settings(max_examples=60, deadline=None)
@given(rulesets(12), st.lists(st.sampled_from(DEEDS), min_size=12, max_size=12))
def test_any_rules_can_be_looked_at(ruleset: Ruleset, deeds: list[Deed]) -> None:
    rules = tuple(replace(rule, then=(deed,)) for rule, deed in zip(ruleset.rules, deeds, strict=False))
    found = lint([replace(ruleset, rules=rules)])
    assert all(each.problem.path.startswith("made.rule_") or each.kind == "drawn" for each in found)
    assert found == lint([replace(ruleset, rules=rules)])


def run(*args: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run([sys.executable, "-m", "cemsim", "rules", "lint", *args], capture_output=True, text=True,
                          env=env, cwd=CORPUS)  # fmt: skip


def test_the_command() -> None:
    bad = run("defects/narrow_after_wide.yaml")
    assert bad.returncode == 1 and bad.stdout.splitlines() == [
        "defects/narrow_after_wide.yaml:10  narrow_after_wide.ten",
        "  error: This rule never decides: whenever it is true, an earlier one is too (five).   Give it a higher "
        "salience, narrow the earlier one, or take it out.",
        "Files: 1; errors: 1; warnings: 0.",
    ]
    odd = run("defects/a_credit_for_every_call.yaml")
    assert odd.returncode == 0 and "warning: This credit can be farmed" in odd.stdout
    assert run("sound/touching_thresholds.yaml").stdout == "Files: 1; errors: 0; warnings: 0.\n"
    unreadable = run("defects/a_fact_not_known_here.yaml", "nowhere.yaml")
    assert unreadable.returncode == 2 and "nowhere.yaml" in unreadable.stderr and "Traceback" not in unreadable.stderr


def test_the_company_decides_what_can_be_promised() -> None:
    file = "defects/a_call_over_the_weekend.yaml"
    assert run(file).stdout == "Files: 1; errors: 0; warnings: 0.\n"
    held = run(file, "--scenario", "company.yaml")
    assert held.returncode == 0 and "closed for another 64 h" in held.stdout and f"{file}:9" in held.stdout
    assert "or ask hour and weekday" in held.stdout
    missing = run("defects/a_team_that_is_not_there.yaml", "--scenario", "company.yaml")
    assert missing.returncode == 1 and 'There is no team "second_line"' in missing.stdout


def test_a_month_ends_at_midnight() -> None:
    """Where neither hour nor weekday is known, they are not proposed; 58 h pass from Friday to Monday at ten."""
    known = replace(company(load(CORPUS / "company.yaml")), open={"desk": np.arange(672) % 96 // 4 >= 10})
    known.open["desk"][5 * 96 :] = False
    for within, told in ((3480.0, []), (3479.0, ["Write within: 58 h or more."])):
        call = Deed("schedule_call", {"within": within, "team": "desk"})
        rule = Rule("call", "Made.", ((Leaf("segment", "eq", "regular"),),), (call,))
        assert [found.problem.cure for found in lint([Ruleset("made", "month_end", (rule,))], known)] == told


def test_a_scenario_stands_for_its_rules(tmp_path: Path) -> None:
    """Those that a patch adds, too, held against the company that they are for."""
    base, patch = tmp_path / "base.yaml", tmp_path / "patch.yaml"
    base.write_text((CORPUS / "company.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    rule = (CORPUS / "defects" / "narrow_after_wide.yaml").read_text(encoding="utf-8")
    (tmp_path / "narrow.yaml").write_text(rule, encoding="utf-8")
    patch.write_text("based_on: base.yaml\nname: Patch\nchange: {rules: {add: [narrow.yaml]}}\n", encoding="utf-8")
    found = run(str(patch))
    assert found.returncode == 1 and "This rule never decides" in found.stdout and "narrow.yaml:10" in found.stdout
    assert run(str(base)).stdout == "Files: 0; errors: 0; warnings: 0.\n"
    two = run(str(patch), str(base))
    assert two.returncode == 2 and "one at a time" in two.stderr
    told = subprocess.run([sys.executable, "-m", "cemsim", "rules", "show", str(patch)], capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})  # fmt: skip
    assert told.returncode == 0 and told.stdout.startswith("narrow_after_wide")


def test_check_looks_at_the_rules_of_a_scenario(tmp_path: Path) -> None:
    text = (CORPUS / "company.yaml").read_text(encoding="utf-8")
    for name in ("narrow_after_wide", "a_credit_for_every_call"):
        (tmp_path / f"{name}.yaml").write_text((CORPUS / "defects" / f"{name}.yaml").read_text(encoding="utf-8"))
    for names, code, word in (
        ("a_credit_for_every_call", 0, "This credit can be farmed"),
        ("narrow_after_wide", 2, "This rule never decides"),
    ):
        (tmp_path / "s.yaml").write_text(text + f"rules: [{names}.yaml]\n", encoding="utf-8")
        done = subprocess.run([sys.executable, "-m", "cemsim", "check", "s.yaml"], capture_output=True, text=True,
                              cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(CORPUS.parents[2])})  # fmt: skip
        assert done.returncode == code and word in done.stderr and "nothing wrong" not in done.stdout
        assert ("no errors; warnings: 5." in done.stdout) == (code == 0) == ("  warning: " + word in done.stderr)


def test_points_where_no_scheme_counts_them(tmp_path: Path) -> None:
    rules = tmp_path / "thanks.yaml"
    rules.write_text("""\
version: 1
ruleset: thanks
decide_on: contact_ends
rules:
  - {id: patience, because: Thanks., when: {outcome: abandoned}, then: [{grant_points: {points: 50}}]}
""")
    kinds = [[each.kind for each in held([of_file(rules, str(rules), "USD")], load(CORPUS.parents[2] / at))]
             for at in ("tests/rules/lint/company.yaml", "scenarios/telecom/baseline.yaml")]  # fmt: skip
    assert "points" not in kinds[0] and "points" in kinds[1]


TIERED = ", tiers: {silver: {above: 300 USD}, gold: {above: 900 USD}}"
SETS = "{all: [{tenure: {ge: 60 months}}, {not: {loyalty_tier: gold}}]}, then: [{set_tier: {tier: gold}}]"


@pytest.mark.parametrize(
    ("month_end", "waiting", "tiered", "found"),
    [
        (SETS, "{segment: business}", False, {"tiers"}),
        (SETS, "{loyalty_tier: gold}", False, set()),
        (SETS, "{loyalty_tier: silver}", False, {"never true"}),
        (SETS, "{any: [{loyalty_tier: silver}, {segment: business}]}", False, set()),
        (SETS, "{segment: business}", True, set()),
        ("{segment: business}, then: [{log: {}}]", "{loyalty_tier: gold}", False, {"never true"}),
        ("{segment: business}, then: [{log: {}}]", "{loyalty_tier: gold}", True, set()),
        ("{segment: business}, then: [{log: {}}]", "{not: {loyalty_tier: gold}}", False, set()),
        ("{loyalty_tier: none}, then: [{set_tier: {tier: gold}}, {notify: {}}]", "{segment: business}", False, set()),
    ],
)
def test_tiers_have_to_be_given_and_read(
    tmp_path: Path, month_end: str, waiting: str, tiered: bool, found: set[str]
) -> None:
    text = (CORPUS / "company.yaml").read_text(encoding="utf-8")
    assert TIERED in text
    (tmp_path / "company.yaml").write_text(text if tiered else text.replace(TIERED, ""), encoding="utf-8")
    for name, rule in (("month_end", month_end), ("waiting", f"{waiting}, then: [{{set_priority: {{level: 1}}}}]")):
        (tmp_path / f"{name}.yaml").write_text(
            f"version: 1\nruleset: {name}\ndecide_on: {name}\nrules:\n  - {{id: one, because: Yes., when: {rule}}}\n"
        )
    packs = [of_file(tmp_path / f"{name}.yaml", f"{name}.yaml", "USD") for name in ("month_end", "waiting")]
    assert {each.kind for each in held(packs, load(tmp_path / "company.yaml"))} == found
    assert not lint([pack.ruleset for pack in packs])            # without a company nobody knows


@pytest.mark.parametrize(
    ("segment", "point", "said"),
    [
        ("spend: repertoire", "renewal", "nobody has a contract or pays by the month"),
        ("spend: contractual", "renewal", ""),
        ("spend: repertoire, contract: {}", "renewal", ""),
        ("spend: contractual", "points_redeemed", "no loyalty scheme has points"),
        ("spend: contractual", "month_end", ""),
    ],
)
def test_moments_that_nobody_comes_to(tmp_path: Path, segment: str, point: str, said: str) -> None:
    (tmp_path / "one.yaml").write_text(
        f"""\
cemsim: 1
name: One
horizon: 12 months
segments:
  regular: {{customers: 1_000, revenue: 20 USD/month, churn: 15 %/year, {segment}}}
rules:
  - version: 1
    ruleset: one
    decide_on: {point}
    rules: [{{id: noted, because: It is noted., when: {{tenure: {{gt: 3 months}}}}, then: [{{log: {{}}}}]}}]
""",
        encoding="utf-8",
    )
    found = [problem.message for problem in look(load(tmp_path / "one.yaml"))]
    assert len(found) == bool(said) and all(said in message and "never asked" in message for message in found)


def test_what_is_never_true_here_says_what_there_is(tmp_path: Path) -> None:
    done = run("defects/letters_on_the_telephone.yaml", "--scenario", "company.yaml")
    assert done.returncode == 0
    assert "that channel is phone in and team is back holds of nobody." in done.stdout
    assert "What there is: phone_in with desk, mail with back, phone_out with back, " in done.stdout
    done = run("defects/a_tier_that_nobody_gets.yaml", "--scenario", "company.yaml")
    assert "Give that tier by set_tier, or by tiers: of a loyalty scheme" in done.stdout


@pytest.mark.parametrize(
    "rule",
    [
        "decide_on: failure, rules: [{%s, when: {voiced: true}, then: [{schedule_call: {within: 9 h, team: nobody}}]}]",
        "decide_on: waiting, rules: [{%s, when: {team: desk}, then: [{route_to: {team: nobody}}]}]",
        "decide_on: waiting, rules: [{%s, when: {team: nobody}, then: [{set_priority: {level: 1}}]}]",
        "decide_on: team_hour, rules: [{%s, when: {team: nobody}, then: [{notify: {}}]}]",
    ],
)
def test_a_team_without_anybody_may_be_tried(tmp_path: Path, rule: str) -> None:
    """What can be simulated is not called an error."""
    text = (CORPUS / "company.yaml").read_text(encoding="utf-8")
    own = f"rules: [{{version: 1, ruleset: one, {rule % 'id: one, because: Yes.'}}}]\n"
    (tmp_path / "s.yaml").write_text(text + own, encoding="utf-8")
    said = look(load(tmp_path / "s.yaml"))
    assert len(said) == 1 and isinstance(said[0], Remark)


def test_a_rule_that_meets_many_is_told_once(tmp_path: Path) -> None:
    """Seven rules on one matter: six findings, not twenty-one."""
    rules = tmp_path / "ranks.yaml"
    text = "version: 1\nruleset: ranks\ndecide_on: waiting\nhit: all\nrules:\n"
    for n in range(1, 8):
        text += f"  - {{id: r{n}, because: Rank., when: {{queue_length: {{ge: {n}}}}}, "
        text += f"then: [{{set_priority: {{level: {n}}}}}]}}\n"
    rules.write_text(text)
    found = [f for f in lint([of_file(rules, str(rules), "USD").ruleset]) if f.kind == "conflict"]
    assert [f.problem.path for f in found] == [f"ranks.r{n}" for n in range(2, 8)]
    assert all(name in found[1].problem.message for name in ("ranks.r1", "ranks.r2"))


def test_opening_hours_are_those_of_the_scenario() -> None:
    known = company(load(CORPUS / "company.yaml"))
    assert known.open["desk"].sum() == 7 * 12 * 4 and known.open["back"].sum() == 5 * 8 * 4
    assert not known.open["nobody"].any() and known.targets["desk"] == 5
    assert known.open["back"][9 * 4] and not known.open["back"][9 * 4 - 1] and not known.open["back"][17 * 4]
    assert read_rules(CORPUS / "sound" / "overtime.yaml").hit == "all"
