"""What must agree in events, and in what ties customers to the firm."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from cemsim.base.errors import Problem, Remark
from cemsim.base.theory.contracts import bound_share
from cemsim.scenario.schema.recipe import Recipe

if TYPE_CHECKING:
    from cemsim.scenario.checks import Where

#: Share of the base by which the stated contracts may miss those of the long run before it is remarked on.
NEAR: Final = 0.05


def problems(recipe: Recipe, unmet: tuple[str, ...], where: Where) -> list[Problem]:
    """What cannot be."""
    found = []
    for name, event in recipe.events.items():
        if not event.acts:
            found.append(
                where.problem(
                    ["events", name], "This event changes nothing.", "Write what is different, such as failures: 3."
                )
            )
        found += [
            where.problem(
                ["events", name, "quality"], f'No touchpoint loads "{attribute}", so this moves nothing.',
                "Give a step's loads that attribute.",
            )
            for attribute in unmet if f"quality.{attribute}" in event.acts
        ]  # fmt: skip
    for name, segment in recipe.segments.items():
        desk = segment.save_desk
        if desk is not None and desk.success + desk.partial > 1.0:
            found.append(
                where.problem(
                    ["segments", name, "save_desk"],
                    f"success and partial add up to {desk.success + desk.partial:.0%}, more than all.",
                    "Write shares that add up to 100 % or less.",
                )
            )
    return found


def remarks(recipe: Recipe, where: Where) -> list[Remark]:
    """What is odd, and stops nothing."""
    return [*_events(recipe, where), *_ties(recipe, where)]


def _events(recipe: Recipe, where: Where) -> list[Remark]:
    found = [
        where.remark(
            ["events", name],
            f"It comes in month {event.starts}, and the horizon ends after {recipe.horizon} months (0 is the first): "
            "it changes nothing.",
            f"Write month {recipe.horizon - 1} or less, or a longer horizon.",
        )
        for name, event in recipe.events.items() if event.starts >= recipe.horizon
    ]  # fmt: skip
    for (name, one), (other, two) in combinations(recipe.events.items(), 2):
        both = sorted(set(one.months) & set(two.months))
        shared = [field for field in one.acts if field in two.acts]
        if both and shared:
            found.append(
                where.remark(
                    ["events", other],
                    f"{name} and {other} both act on {', '.join(shared)} from month {both[0]} to {both[-1]}: "
                    "factors are multiplied, points are added.",
                    "Is that meant?",
                )
            )
    return found


def _ties(recipe: Recipe, where: Where) -> list[Remark]:
    found, ties = [], recipe.model.ties
    for name, segment in recipe.segments.items():
        contract, back = segment.contract, segment.win_back
        if contract is not None and contract.locked is not None and recipe.switches.contract:
            late = bound_share(contract.term, contract.renewal, contract.signs, segment.churn, ties.in_contract,
                               ties.at_expiry)  # fmt: skip
            if abs(late - contract.locked) > NEAR:
                found.append(
                    where.remark(
                        ["segments", name, "contract"],
                        f"{contract.locked:.0%} of the customers are bound today; with these terms, renewals and "
                        f"newcomers {late:.0%} are in the long run, so the base drifts.",
                        "Leave locked: out, or write renewal: and signs: as observed.",
                    )
                )
        if segment.cross_sell is not None and segment.spend.kind == "repertoire" and segment.cross_sell.step > 0:
            found.append(
                where.remark(
                    ["segments", name, "cross_sell"],
                    "Who has a repertoire spends by the share of wallet: further products hold these customers, and "
                    "add no revenue.",
                    "Write step: 0 %, or spend: contractual.",
                )
            )
        unsaid = [
            field for field, block, price in (
                ("save_desk", segment.save_desk, segment.save_desk.cost if segment.save_desk else 0.0),
                ("win_back", back, back.price if back else 0.0),
            ) if block is not None and "cost" not in block.model_fields_set and price > 0.0
        ]  # fmt: skip
        found += [
            where.remark(
                ["segments", name, field], f"What the offer costs is not said: an amount in USD is taken, as "
                f"{recipe.currency}.", "Write cost: and an amount.",
            )
            for field in unsaid if recipe.currency != "USD"
        ]  # fmt: skip
    return found
