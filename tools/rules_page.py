"""The reference page of the language of rules."""

from __future__ import annotations

from typing import Final

from cemsim.base.shipped import shipped
from cemsim.rules.form import MOST_ALTERNATIVES, MOST_DEPTH, MOST_RULES, MOST_STAGES
from cemsim.rules.read import MOST_SALIENCE, read_rules
from cemsim.rules.vocabulary import ACTIONS, CANCELS, FACTS, POINTS, STARTS
from cemsim.rules.words import told_kind, told_params, told_points
from tools.markdown import MADE, table

RULES: Final = (
    "What a rule may say. How to write one: [write a rule](../how-to/write_a_rule.md). A number is compared in whole "
    "steps, which stand below with its unit; a comparison with an unknown fact is false, also under `not`. Windows end "
    "now and are half-open: (now - window, now]. The same in a terminal: `cemsim rules facts`."
)
#: Grammar: what is written, and what it means.
GRAMMAR: Final = (
    ("`version: 1`", "always"),
    ("`ruleset`", "name of the rules in this file"),
    ("`decide_on`", "the point at which they are asked"),
    ("`stage`", f"0 (default) to {MOST_STAGES - 1}: it reads flags that lower stages derive at the same point"),
    ("`hit`", "`first` (default): one rule decides; `all`: every rule that matches"),
    ("`schedule`", f"at `case_age`: `start` ({', '.join(STARTS)}), `after`, `cancel_on` ({', '.join(CANCELS)})"),
    ("`rules`", f"1 to {MOST_RULES} rules, at most {MOST_ALTERNATIVES} rows once every `any` is written out"),
    ("`id`", "name of the rule: letters, digits and _"),
    ("`because`", "the reason, in words"),
    ("`salience`", f"0 (default) to {MOST_SALIENCE}: higher is tried first, then the place in the file counts"),
    (
        "`when`",
        f"a condition: `{{fact: value}}`, `{{fact: {{test: value}}}}`, `all`, `any`, `not`; up to {MOST_DEPTH} deep",
    ),
    ("`then`", "a list of actions: `{action: {parameter: value}}`"),
    ("`cooldown`", "`per` customer, case, team or all, and a `time` in which the rule rests after it acted"),
    ("`enabled`", "`false` leaves the rule out"),
)
TESTS: Final = (
    ("numbers", "`eq` `ne` `lt` `le` `gt` `ge`, `between: [low, high]` (both belong to it), `known: true` or `false`"),
    ("labels, flags", "`eq` `ne`, `in: [...]` (a bare list means it), `not_in: [...]`, `known: true` or `false`"),
)
COLLIDE: Final = {"first": "the first counts", "largest": "the largest counts", "unite": "both are done"}


def rules() -> str:
    """The language of rules: grammar, points, facts, actions, and the packs that come with cemsim."""
    points = [(f"`{p.name}`", p.meaning) for p in POINTS.values()]
    facts = [(f"`{f.name}`", f.meaning, told_kind(f), told_points(f)) for f in FACTS.values()]
    actions = [
        (f"`{a.name}`", a.meaning, told_params(a), COLLIDE[a.collide],
         told_points(a))
        for a in ACTIONS.values()
    ]  # fmt: skip
    packs = []
    for file in sorted(shipped("rules").glob("*.yaml")):
        head = file.read_text(encoding="utf-8").split("\n", 1)[0]
        packs.append((f"`{file.name}`", head.removeprefix("# "), f"`{read_rules(file).point}`"))
    parts = [
        f"# Rules\n\n{MADE}\n\n{RULES}\n\n## A file\n\n" + table(("written", "meaning"), GRAMMAR),
        "## Tests\n\n" + table(("of", "tests"), TESTS),
        "## Points\n\n" + table(("point", "asked when"), points),
        "## Facts\n\n" + table(("fact", "meaning", "what it is", "known at"), facts),
        "## Actions\n\n" + table(("action", "meaning", "parameters", "two in one decision", "possible at"), actions),
        "## Packs\n\nIn `rules/`; a scenario names them.\n\n" + table(("file", "what for", "asked at"), packs),
    ]
    return "\n\n".join(parts) + "\n"
