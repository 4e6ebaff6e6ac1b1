"""What of a plan's worth maturity claims, as a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

from cemsim.base.language import say
from cemsim.finance.maturity import Claim
from cemsim.report.amounts import amount, money_scale
from cemsim.report.sections import Section, filled

LINE = "{scenario}: of its net present value, {claim} is by maturity; without it, {without}."
CAPPED = "No more than a fifth of that counts, as no study maps maturity to effects: {net} may be counted on."
WHOLE = "It is less than a fifth of that, so all of it counts: {net}."


def lines(found: Sequence[Claim]) -> list[str]:
    """A sentence or two for each plan."""
    said = []
    for each in found:
        values = each.claim.mean, each.without, each.net
        shown = money_scale(values, each.currency)
        claim, without, net = (amount(value, abs(value) / 20.0, shown) for value in values)
        first = say(LINE, scenario=each.scenario, claim=claim, without=without)
        said.append(f"{first} {say(CAPPED if each.is_capped else WHOLE, net=net)}")
    return said


def sections(said: Sequence[str]) -> list[Section]:
    """The same as a section of the report; none where maturity moves nothing."""
    html = filled("sections/maturity.html.j2", lines=said)
    return [Section("maturity", say("Of which by maturity"), html)] if said else []
