"""A look at rules before anything runs: what never happens, what contradicts itself, what rewards the wrong thing."""

from __future__ import annotations

from collections.abc import Sequence

from cemsim.rules import lint_bands, lint_cover, lint_here, lint_moves, lint_perverse, lint_time
from cemsim.rules.form import Rule, Ruleset
from cemsim.rules.lint_cells import Cells, cells_of
from cemsim.rules.lint_form import Company, Finding


def lint(rulesets: Sequence[Ruleset], company: Company | None = None, currency: str = "USD") -> tuple[Finding, ...]:
    """What there is to say of rulesets, in the order of their files and lines.

    Whether rules are ever true and ever decide is settled exactly. Whether tiers go up and down is tried on all
    combinations of the values that their rules tell apart, up to 200,000; beyond that on cases drawn with a fixed
    seed, which is said. ``company``: what the rules are held against; without it nothing is said of names, opening
    hours and service levels.

    >>> from cemsim.rules.form import Deed, Leaf
    >>> never = Rule("late", "...", ((Leaf("wait", "gt", 500), Leaf("wait", "lt", 300)),), (Deed("log", {}),))
    >>> [found.kind for found in lint([Ruleset("queue", "waiting", (never,))])]
    ['never true']
    """
    names = company.names if company is not None else {}
    found: list[Finding] = []
    never: list[Rule] = []
    for group in _groups(rulesets):
        together = cells_of(group, names)
        for ruleset in group:
            cells = together if len(group) == 1 else cells_of([ruleset], names)
            dead = list(lint_cover.dead(ruleset, cells, currency))
            lost = {each.problem.path for each in dead}
            never += [rule for rule in ruleset.rules if f"{ruleset.name}.{rule.id}" in lost]
            found += [*dead, *_one(ruleset, cells, company, currency)]
        found += lint_cover.conflicts(group, together)
        found += lint_moves.there_and_back(group)
        found += lint_perverse.thrash(group, names, currency)
    found += lint_time.flags(rulesets, never, company)
    if company is not None:
        found += lint_here.nobody(rulesets, never, company, currency)
        found += lint_here.unasked(rulesets, company)
        found += lint_here.tiers_unread(rulesets, company)
        found += lint_here.tiers_overruled(rulesets, company)
    files = [ruleset.file for ruleset in rulesets]
    return tuple(sorted(dict.fromkeys(found), key=lambda f: (files.index(f.problem.file), f.problem.line)))


def _one(ruleset: Ruleset, cells: Cells, company: Company | None, currency: str) -> list[Finding]:
    """What there is to say of a ruleset by itself, beside rules that decide nothing."""
    return [
        *lint_cover.always(ruleset, cells),
        *lint_cover.against_itself(ruleset),
        *lint_cover.overruled(ruleset, cells),
        *lint_bands.holes(ruleset, cells, currency),
        *lint_bands.overlaps(ruleset, cells, currency),
        *lint_bands.later_is_worse(ruleset, cells),
        *lint_time.too_long(ruleset, company),
        *lint_time.promises(ruleset, company),
        *lint_perverse.hang_ups(ruleset, company),
        *lint_time.in_trays(ruleset, company),
        *lint_perverse.farming(ruleset),
        *lint_perverse.month_by_month(ruleset, cells),
        *lint_moves.nowhere(ruleset, company),
        *lint_moves.escalated(ruleset, cells, company),
        *lint_moves.no_such_channel(ruleset, company),
        *lint_moves.points_for_nobody(ruleset, company),
        *lint_moves.in_vain(ruleset, company),
        *lint_moves.overtime(ruleset, company),
        *lint_moves.older_cases(ruleset),
    ]


def _groups(rulesets: Sequence[Ruleset]) -> list[list[Ruleset]]:
    """Rulesets that are asked at the same moment."""
    found: dict[object, list[Ruleset]] = {}
    for ruleset in rulesets:
        found.setdefault((ruleset.point, ruleset.schedule), []).append(ruleset)
    return list(found.values())
