"""Rules at work: how often each was asked and what came of it, and what rules did, in numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from cemsim.base.language import say
from cemsim.base.records import RULES
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import Kpi, amount
from cemsim.measures.money import MINUTES

#: Rule of three: after n askings without a match, a share of up to 3/n of them is still within 95 % certainty. From
#: here on that is 1 % at most, and "never" may be said; askings that hang together say less than so many independent
#: ones, so below it nothing is advised.
ENOUGH: Final = 300


@dataclass(frozen=True)
class Counted:
    """A rule over the horizon: times it was asked, matched, fired, overruled, resting (cooling), not taken, declined,
    and the money that it gave as ``credits``.

    Means over replicates; ``cooling``: it matched, but rested; ``overruled``: it fired, but another went first;
    ``not_taken``: it fired, but the contact did not go that way (the team closed or full, the channel
    not to be had or tried before, a call-back promised already); ``declined``: it fired, and the customer said no.
    """

    ruleset: str
    rule: str
    because: str
    asked: float
    matched: float
    fired: float
    overruled: float
    cooling: float
    not_taken: float
    declined: float
    credits: float

    @property
    def held_back(self) -> float:
        """Times it matched and did not rest, and was not carried out: an earlier rule decided, or it had fired in this
        wait."""
        return self.matched - self.cooling - self.fired

    @property
    def name(self) -> str:
        """The rule with its ruleset, as patches name it."""
        return f"{self.ruleset}.{self.rule}"


def counted(run: Any) -> tuple[Counted, ...]:
    """Each rule of a run and what came of it; rules of the baseline that a plan gave up are among its own.

    ``run``: as for :func:`cemsim.measures.books.books`.
    """
    names = run.plan.names.rules
    if not names:
        return ()
    sums = run.log.rules.sum(axis=1).mean(axis=0)
    reasons = {(s.name, rule.id): rule.because for s in _in_force(run) for rule in s.rules}
    found = []
    for (ruleset, rule), row in zip(names, sums, strict=True):
        if (ruleset, rule) in reasons:
            counts = dict(zip(RULES, map(float, row), strict=True))
            found.append(Counted(ruleset, rule, reasons[ruleset, rule], **counts))
    return tuple(found)


def idle(run: Any) -> tuple[str, ...]:
    """Rules that never fired, in sentences."""
    return tuple(_idle(run, each) for each in counted(run) if each.fired == 0.0)


def _idle(run: Any, rule: Counted) -> str:
    """That a rule never fired, and what that means."""
    said = say(
        "{scenario}: the rule {rule} never fired; it was asked {asked} times and matched {matched} times.",
        scenario=run.scenario.name, rule=rule.name, asked=_times(rule.asked), matched=_times(rule.matched),
    )  # fmt: skip
    in_all = rule.asked * run.log.rules.shape[0]
    if rule.matched > 0.0:
        means = say("Whenever it matched, another rule went first, or it rested.")
    elif in_all >= ENOUGH:
        means = say("Its conditions never hold together here: look at its thresholds (cemsim rules show), "
                    "or leave it out.")  # fmt: skip
    else:
        means = say("That is too rarely to tell whether it ever will ({asked} times in all replicates, {enough} "
                    "would do): simulate more replicates or more months.", asked=_times(in_all), enough=ENOUGH)
    return f"{said} {means}"


def _times(count: float) -> str:
    """A mean count, in two digits where it is small and not whole."""
    return f"{count:,.0f}" if count >= 10.0 or count == int(count) else f"{count:.2g}"


def _in_force(run: Any) -> list[Any]:
    """Rulesets of a run, before its plan starts and after."""
    investment = run.scenario.investment
    before = run.plan.baseline.rulesets if investment is not None and investment.starts > 0 else ()
    return [*before, *run.scenario.rulesets]


def _people(name: str) -> Callable[[Books], Array]:
    return lambda opened: opened.people(name)


def _moved(opened: Books) -> Array:
    return np.asarray(opened.of_steps("moved", "deflected").sum(axis=(2, -1))[..., None])


def _overtime(opened: Books) -> Array:
    return opened.of_teams("overtime_minutes") / MINUTES


kpi = partial(Kpi, group="rules")
ALONE: Final = "Ordered by rules."

KPIS = (
    kpi("overtime", "Hours of overtime", "hours", 0, _overtime, amount, axes=("team",), cuts=((), ("team",)),
        note="Ordered by rules, or to make up for vacancies."),  # fmt: skip
    kpi("messages", "Messages sent by rules", "messages", 0, _people("messages"), amount),
    kpi("calls", "Calls made by rules", "contacts", 0, _people("calls"), amount),
    kpi("apologies", "Apologies made by rules", "contacts", 0, _people("apologies"), amount),
    kpi("moved", "Contacts moved to another channel", "contacts", 0, _moved, amount, note=ALONE),
    kpi("opted_out", "Customers who opted out of messages", "customers", -1, _people("opted_out"), amount),
)
#: Measures that say something only where there are rules.
ONLY_WITH_RULES: Final = (*(each.id for each in KPIS), "credits", "overtime_cost")


def _overtime_worked(opened: Books) -> bool:
    """Whether rules may order overtime, or vacancies cost some."""
    return bool(opened.rules) or bool(opened.of_teams("overtime_minutes").any())


NEEDS: Final[dict[str, Callable[[Books], bool]]] = {
    name: _overtime_worked if name.startswith("overtime") else lambda opened: bool(opened.rules)
    for name in ONLY_WITH_RULES
}
