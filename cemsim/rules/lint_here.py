"""Rules that could be true somewhere, and not in this company: no segment, step or tier of it is what they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Final

from cemsim.base.near import listed
from cemsim.rules.form import Leaf, Rule, Ruleset
from cemsim.rules.interpret import true
from cemsim.rules.lint_form import Company, Finding, finding
from cemsim.rules.values import steps
from cemsim.rules.vocabulary import FACTS, OUTCOMES, POINTS, TIERS
from cemsim.rules.words import joined, told_leaves

Row = Mapping[str, int | str]
#: Facts of which a company has certain combinations only.
_CUSTOMERS: Final = ("segment", "value_group")
_CONTACTS: Final = ("intent", "channel", "stage", "team")
_CASES: Final = ("intent", "stage")
_TIER: Final = ("loyalty_tier",)
_CONTRACT: Final = ("contract_left",)
_STAFF: Final = ("team", "staff_on")
_END: Final = ("outcome", "resolved")
_SEVERITY: Final = ("severity",)
#: A contact ends as one of these; only a handled one can have settled the matter.
_ENDS: Final = tuple((outcome, settled) for outcome in OUTCOMES for settled in (0, 1)
                     if settled == 0 or outcome in ("served", "self_served"))  # fmt: skip


def nobody(rulesets: Sequence[Ruleset], never: Sequence[Rule], company: Company, currency: str) -> Iterator[Finding]:
    """Rules that ask for a group, a tier, or a place in a journey that nobody is ever in; ``never``: told already."""
    for ruleset in rulesets:
        known = _rows(rulesets, ruleset.point, company)
        for rule in ruleset.rules:
            lacks = [_lack(leaves, known, company) for leaves in rule.alternatives]
            if any(rule is dead for dead in never) or not all(lacks):
                continue
            leaves = lacks[0]
            asked = tuple(dict.fromkeys(leaf.fact for leaf in leaves))
            rows = next(rows for facts, rows in known.items() if asked[0] in facts)
            there = dict.fromkeys(" with ".join(str(row[f]) for f in asked if f in row) for row in rows)
            cure = f"What there is: {listed(each for each in there if each)}. Ask for that, or take the rule out."
            if asked == _TIER:
                cure = "Give that tier by set_tier, or by tiers: of a loyalty scheme, or take the rule out."
            if "staff_on" in asked:
                most = max(company.heads.values())
                cure = f"At most {most:g} are on shift in a team here, and as many again stay on. Ask for fewer."
            if asked == _SEVERITY:
                there_are = listed(f"{each:g}" for each in company.severities)
                cure = f"Severities here are {there_are} points. Ask for those."
            if asked == _CONTRACT:
                longest = f"no longer than {company.contract} months" if company.contract else "not there"
                cure = f"Contracts are {longest} here: write contract: at a segment, or take the rule out."
            yield finding(
                "never true", "warning", ruleset, rule,
                f"This rule is never true here: that {joined(told_leaves(leaves, currency))} holds of nobody.",
                cure,
            )  # fmt: skip


def _rows(rulesets: Sequence[Ruleset], point: str, company: Company) -> dict[tuple[str, ...], list[Row]]:
    """For facts that go together, all combinations that there are at a point."""
    facts = POINTS[point].facts
    deeds = [deed for ruleset in rulesets for rule in ruleset.rules for deed in rule.then]
    known: dict[tuple[str, ...], list[Row]] = {}
    if "segment" in facts:
        known[_CUSTOMERS] = [{"segment": name} | ({"value_group": group} if group else {})
                             for name, group in company.groups.items()]  # fmt: skip
        given = {str(deed.params["tier"]) for deed in deeds if deed.action == "set_tier"}
        known[_TIER] = [{"loyalty_tier": tier} for tier in TIERS if tier in {TIERS[0], *company.tiers, *given}]
        known[_CONTRACT] = [{}, *({"contract_left": months} for months in range(1, company.contract + 1))]
    if "channel" in facts:                       # rules may pass a contact of any team to another one
        takers = dict.fromkeys(deed.taker for deed in deeds if deed.taker is not None)
        known[_CONTACTS] = [
            {"intent": step.intent, "channel": step.channel, "stage": step.stage} | ({"team": team} if team else {})
            for step in company.steps if step.team is not None or point == "contact_ends"
            for team in (step.team, *(takers if step.team is not None else ()))
        ]  # fmt: skip
    if "staff_on" in facts:                      # those who stay on are at most as many as are on shift
        known[_STAFF] = [{"team": team, "staff_on": people} for team, heads in company.heads.items()
                         for people in range(2 * ceil(heads) + 1)]  # fmt: skip
    if "outcome" in facts:
        known[_END] = [{"outcome": outcome, "resolved": resolved} for outcome, resolved in _ENDS]
    if "severity" in facts:
        known[_SEVERITY] = [{"severity": steps(FACTS["severity"], each)} for each in company.severities]
    if point in ("case_age", "complaint_closed"):
        known[_CASES] = [{"intent": step.intent, "stage": step.stage}
                         for step in company.steps if step.starts == "complaint"]  # fmt: skip
    return known


def _lack(leaves: Sequence[Leaf], known: Mapping[tuple[str, ...], Sequence[Row]], company: Company) -> list[Leaf]:
    """Comparisons that hold together for nothing that there is; names that are not there at all are told elsewhere."""
    for facts, rows in known.items():
        own = [leaf for leaf in leaves if leaf.fact in facts]
        if any(FACTS[leaf.fact].of and leaf.op in ("eq", "ne") and leaf.value not in company.names[FACTS[leaf.fact].of]
               for leaf in own):  # fmt: skip
            continue
        if own and rows and not any(all(true(leaf, row) for leaf in own) for row in rows):
            return own
    return []


def unasked(rulesets: Sequence[Ruleset], company: Company) -> Iterator[Finding]:
    """Rulesets of a moment that nobody here ever comes to."""
    for ruleset in rulesets:
        if ruleset.point in company.unasked:
            yield finding(
                "never true", "warning", ruleset, None,
                f"These rules are never asked here: {company.unasked[ruleset.point]}.",
                "Decide on another moment, such as month_end, or take the ruleset out.",
            )  # fmt: skip


def tiers_overruled(rulesets: Sequence[Ruleset], company: Company) -> Iterator[Finding]:
    """Tiers given to last, where a loyalty scheme settles its members' tiers by spending at each month's end."""
    for ruleset in rulesets if company.tiers else ():
        for rule in ruleset.rules if ruleset.point != "month_end" else ():
            for deed in rule.then:
                if deed.action == "set_tier":
                    yield finding(
                        "tiers", "warning", ruleset, rule,
                        "A loyalty scheme here has tiers and settles its members' by spending at each month's end: "
                        "this tier lasts until then.",
                        "Give it at month_end, which comes after the scheme, for as long as it is to last; or leave "
                        "tiers to the scheme.", deed.line,
                    )  # fmt: skip


def tiers_unread(rulesets: Sequence[Ruleset], company: Company) -> Iterator[Finding]:
    """Tiers given that no loyalty scheme reads, and no rule either but in order to give tiers."""
    if company.tiers or any(_reads_tiers(ruleset) for ruleset in rulesets):
        return
    for ruleset in rulesets:
        given = next(((rule, deed) for rule in ruleset.rules for deed in rule.then if deed.action == "set_tier"), None)
        if given is not None:
            yield finding(
                "tiers", "warning", ruleset, given[0],
                "No other rule asks for the tier, and no loyalty scheme has tiers: nobody notices it.",
                "Ask loyalty_tier where something is done for them, or write tiers: at a loyalty scheme.",
                given[1].line,
            )  # fmt: skip


def _reads_tiers(ruleset: Ruleset) -> bool:
    """Whether a tier decides anything beside tiers: under ``first`` a rule that asks for it holds back later ones."""
    asks = any(leaf.fact == "loyalty_tier" for rule in ruleset.rules for leaves in rule.alternatives for leaf in leaves)
    return asks and any(deed.action != "set_tier" for rule in ruleset.rules for deed in rule.then)
