"""What a rule's deed does to the person it is done for, in a sentence."""

from __future__ import annotations

from collections.abc import Collection

from cemsim.engine.codes import AT_MONTH_ENDS
from cemsim.engine.glass.phrases import plain, points
from cemsim.engine.glass.story import Life
from cemsim.engine.glass.told import Told
from cemsim.model.reward import relief
from cemsim.rules.form import Deed
from cemsim.rules.vocabulary import POINTS


def effect(life: Life, row: Told, deed: Deed, at: Collection[str]) -> str:
    """What a deed ordered by a decision does; empty where its own words say it all.

    ``at`` are the teams at which a complaint of this person lies now.
    """
    if deed.action == "offer_credit":
        return _credit(life, row, float(deed.params["amount"]))
    if deed.action == "set_priority":
        return _priority(life, row, int(float(deed.params["level"])))
    if deed.action == "escalate" and list(at) == [deed.params["to"]]:
        return (f"It lies with {plain(str(deed.params['to']))} already, so it stays where it is; what is still "
                "to come of it goes there too.")
    return ""


def _credit(life: Life, row: Told, amount: float) -> str:
    """How much cheaper a credit makes the month feel."""
    tables = life.tables(life.month_of(row))
    bill = float(tables.segments[life.start["segment"]]["revenue"]) * float(life.purse["wallet"])
    cheaper = relief(amount, bill, float(tables.world[0]["price_sensitivity"]))
    if cheaper <= 0.0:
        return ""
    # what a review at a month's end credits is felt in the month that begins
    next_one = "next " if list(POINTS).index(row.facts["point"]) in AT_MONTH_ENDS else ""
    currency = life.lived.plan.scenario.currency
    return (f"The {amount:,.2f} {currency}, beside a month's bill of {bill:,.2f} {currency}, make the price feel "
            f"{points(cheaper)} points better at the {next_one}month's end.")


def _priority(life: Life, row: Told, level: int) -> str:
    """From which rank to which, where all teams give the segment the same."""
    ranks = {int(team["rank"][life.start["segment"]]) for team in life.tables(life.month_of(row)).teams}
    if len(ranks) != 1:
        return ""
    (usual,) = ranks
    if usual == level:
        return f"That is the rank it has anyhow ({usual})."
    return f"That is rank {level} instead of {usual}; the lowest is answered first."
