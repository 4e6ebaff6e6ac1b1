"""What must agree in loyalty schemes and campaigns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from cemsim.base.errors import Problem, Remark
from cemsim.base.near import listed, nearest
from cemsim.scenario.schema.campaigns import Campaign
from cemsim.scenario.schema.recipe import Recipe
from cemsim.scenario.schema.schemes import Scheme, TierName
from cemsim.scenario.schema.segment import Segment

if TYPE_CHECKING:
    from cemsim.scenario.checks import Where

#: Points of a mean customer in a month, at most: a card holds two thousand million of them.
MOST_POINTS: Final = 100_000
YEAR: Final = 12
OF_A_YEAR: Final = ("spend_365d", "visits_365d")
_TIERS: Final[tuple[TierName, ...]] = ("bronze", "silver", "gold")
#: What only campaigns of a kind have.
_ONLY: Final = {
    "brand": ("advertising", "promise"), "messages": ("sent", "to", "channel", "outreach", "message_cost"),
}  # fmt: skip


def wrong(recipe: Recipe, where: Where) -> list[Problem]:
    """Problems of schemes and campaigns."""
    found = []
    for name, scheme in recipe.schemes.items():
        at = ["schemes", name]
        found += [*_named(name, at, where), *_segments(recipe, scheme.open_to, [*at, "open_to"], where)]
        found += _scheme(recipe, scheme, at, where)
    tiered = [name for name, scheme in recipe.schemes.items() if scheme.tiers and scheme.runs]
    if len(tiered) > 1:
        found.append(
            where.problem(
                ["schemes", tiered[1], "tiers"], f"The scheme {tiered[0]} has tiers too, and a customer has one tier.",
                "Let one of them have tiers.",
            )  # fmt: skip
        )
    for name, campaign in recipe.campaigns.items():
        at = ["campaigns", name]
        found += [*_named(name, at, where), *_segments(recipe, campaign.to, [*at, "to"], where)]
        found += _campaign(campaign, at, where)
    return found


def odd(recipe: Recipe, where: Where) -> list[Remark]:
    """Oddities of schemes and campaigns, and of rules that reach for them."""
    found = [each for name, s in recipe.schemes.items() if s.runs for each in _odd_scheme(recipe, name, s, where)]
    for name, campaign in recipe.campaigns.items():
        if campaign.kind == "messages" and campaign.sent == 0 and campaign.runs:
            found.append(where.remark(["campaigns", name], "This campaign sends nothing.", "Write sent: 2 /month."))
        if campaign.starts is not None and campaign.starts >= recipe.horizon:
            found.append(
                where.remark(
                    ["campaigns", name, "starts"],
                    f"It starts in month {campaign.starts}, and the horizon ends after {recipe.horizon} months.",
                    "Write an earlier month, or a longer horizon.",
                )  # fmt: skip
            )
    grants = [(s, r, deed) for s in recipe.rulesets for r in s.rules for deed in r.then
              if deed.action == "grant_points"]  # fmt: skip
    if grants and not any(scheme.points for scheme in recipe.schemes.values()):
        rules, rule, granting = grants[0]
        found.append(
            Remark(
                rules.file, granting.line, f"{rules.name}.{rule.id}",
                f"Rules of {rules.name} grant points, but no loyalty scheme counts points: nobody can use them.",
                "Add a scheme with points.",
            )  # fmt: skip
        )
    return [*found, *_cold(recipe, where)]


def _cold(recipe: Recipe, where: Where) -> list[Remark]:
    """Tiers and rules that ask for a year's spending before anybody has lived a year."""
    if recipe.burn_in >= YEAR:
        return []
    said = (f"It asks what customers spent in twelve months, and they have lived {recipe.burn_in} when the first month "
            f"counts: until month {YEAR - recipe.burn_in} it is less than a year's.")  # fmt: skip
    cure = f"Write burn_in: {YEAR} months."
    found = [where.remark(["schemes", name, "tiers"], said, cure)
             for name, scheme in recipe.schemes.items() if scheme.runs and scheme.tiers]  # fmt: skip
    asking = [(rules, rule) for rules in recipe.rulesets for rule in rules.rules
              if any(leaf.fact in OF_A_YEAR for leaves in rule.alternatives for leaf in leaves)]  # fmt: skip
    for rules, rule in asking[:1]:
        found.append(Remark(rules.file, rule.line, f"{rules.name}.{rule.id}", said, cure))
    return found


def _named(name: str, at: list[str], where: Where) -> list[Problem]:
    if name.replace("_", "").isalnum():
        return []
    return [where.problem(at, f'"{name}" cannot be a name.', "Use letters, digits and _, so that a path can say it.")]


def _segments(recipe: Recipe, names: Iterable[str], at: list[str], where: Where) -> list[Problem]:
    return [
        where.problem(
            at, f'There is no segment "{name}".',
            f"Segments are: {listed(recipe.segments)}.{nearest(name, recipe.segments)}",
        )
        for name in names if name not in recipe.segments
    ]  # fmt: skip


def _scheme(recipe: Recipe, scheme: Scheme, at: list[str], where: Where) -> list[Problem]:
    found = []
    if not (scheme.points or scheme.stamps or scheme.tiers or scheme.discount or scheme.club):
        found.append(
            where.problem(at, "This scheme rewards nothing.", "Write points, stamps, tiers, discount or club under it.")
        )
    if scheme.points and scheme.stamps:
        found.append(
            where.problem(at, "A scheme counts points or stamps, not both.", "Write two schemes.")
        )
    if scheme.stamps and scheme.stamps.free >= scheme.stamps.size:
        found.append(
            where.problem(
                [*at, "stamps", "free"],
                f"A new card has {scheme.stamps.free} of {scheme.stamps.size} stamps: it is full already.",
                f"Write {scheme.stamps.size - 1} or less.",
            )  # fmt: skip
        )
    levels = [(name, scheme.tiers[name].above) for name in _TIERS if name in scheme.tiers]
    for (low, first), (high, second) in zip(levels, levels[1:], strict=False):
        if second <= first:
            found.append(
                where.problem(
                    [*at, "tiers", high, "above"], f"{high} begins no higher than {low}.", f"Write more than {first:g}."
                )
            )
    if scheme.points:
        for name, segment in _members(recipe, scheme).items():
            each = scheme.points.earn * segment.revenue
            if each > MOST_POINTS:
                found.append(
                    where.problem(
                        [*at, "points", "earn"], f"A customer of {name} would earn {each:,.0f} points a month.",
                        f"Write a rate that gives {MOST_POINTS:,} or fewer; make a point worth more.",
                    )  # fmt: skip
                )
    return found


def _campaign(campaign: Campaign, at: list[str], where: Where) -> list[Problem]:
    other = "brand" if campaign.kind == "messages" else "messages"
    return [
        where.problem(
            [*at, name], f"A campaign of the kind {campaign.kind} has no {name}.",
            f"Write kind: {other} for that, or leave it out.",
        )
        for name in _ONLY[other] if getattr(campaign, name) != Campaign.model_fields[name].default
    ]  # fmt: skip


def _members(recipe: Recipe, scheme: Scheme) -> dict[str, Segment]:
    """Segments that may join."""
    return {n: s for n, s in recipe.segments.items() if not scheme.open_to or n in scheme.open_to}


def _odd_scheme(recipe: Recipe, name: str, scheme: Scheme, where: Where) -> list[Remark]:
    at, found, members = ["schemes", name], [], _members(recipe, scheme)
    if scheme.discount >= 1.0:
        found.append(where.remark([*at, "discount"], "Members pay nothing at all.", "Is that meant?"))
    what = scheme.points or scheme.stamps
    if what is not None and what.pull > 0 and all(s.spend.kind == "contractual" for s in members.values()):
        found.append(
            where.remark(
                at, "All who may join pay by the month: a bill counts as one purchase, and a near reward brings "
                "nothing about.", "Write spend: repertoire for customers who choose each time.",
            )  # fmt: skip
        )
    if scheme.club and scheme.club.uplift > 0 and all(s.spend.kind == "contractual" for s in members.values()):
        found.append(
            where.remark(
                [*at, "club"], "All who may join pay by the month: a club cannot make them buy more often.",
                "Write spend: repertoire for customers who choose each time.",
            )  # fmt: skip
        )
    if what is not None and what.expires is not None:
        for segment, about in members.items():
            months = _months_to_reward(scheme, about)
            if months > what.expires:
                found.append(
                    where.remark(
                        at, f"A mean customer of {segment} needs {months:.0f} months for a reward, and points expire "
                        f"after {what.expires}: hardly anybody is rewarded.",
                        "Write a lower threshold, or a later end.",
                    )  # fmt: skip
                )
    return found


def _months_to_reward(scheme: Scheme, segment: Segment) -> float:
    """Months in which a mean customer gets one reward together."""
    if scheme.stamps:
        trips = segment.spend.trips if segment.spend.kind == "repertoire" else 1.0
        return (scheme.stamps.size - scheme.stamps.free) / trips if trips else float("inf")
    assert scheme.points is not None
    each = scheme.points.earn * segment.revenue
    return scheme.points.threshold / each if each else float("inf")
