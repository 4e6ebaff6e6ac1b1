"""Journeys that come back until they are resolved: contacts an issue, 1 / first-contact resolution."""

from __future__ import annotations

from functools import partial

from cemsim.base import theory
from cemsim.compare.theory.form import Form, Quantity, Without
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import ratio
from cemsim.scenario import Scenario


def repeats(scenario: Scenario, name: str) -> Form | Without | None:
    """The closed form of contacts an issue, or why there is none; None where nothing comes back."""
    journey = scenario.journeys[name]
    steps = [step for step in journey.steps.values() if not step.skip]
    unsure = [step for step in steps if 0.0 < step.resolves < 1.0]
    if not unsure or not scenario.switches.resolution or journey.starts == "joining":
        return None
    step = unsure[0]
    team = scenario.teams[step.team] if step.team else None
    gives_up = team is not None and team.patience is not None and scenario.switches.waiting
    found = {
        "there is more than one step": len(steps) > 1,
        "some leave while their issue is open": any(s.churn > 0 for s in scenario.segments.values()),
        "issues go to a second line": step.escalate is not None,
        "not everybody tries the step": step.used_by < 1.0,
        "some give up waiting": gives_up or (team is not None and team.room is not None),
    }
    because = tuple(why for why, so in found.items() if so)
    if because:
        return Without(f"Journey {name}", because)
    line = Quantity(
        "contacts an issue", "contacts", theory.contacts_per_issue(step.resolves), partial(_contacts, name)
    )
    return Form(f"Contacts until resolved: journey {name}", "geometric law", (line,))


def _contacts(journey: str, books: Books) -> Array:
    place = books.journeys.index(journey)
    table = books.by_journey(books.of_steps("served", "first")).sum(axis=(1, 3))[:, place]
    return ratio(table[:, 0], table[:, 1])
