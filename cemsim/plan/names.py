"""Places of names in an engine's arrays: a patch keeps its baseline's places and adds its own behind them."""

from __future__ import annotations

from dataclasses import dataclass

from cemsim.base.errors import CemsimError
from cemsim.plan.bonds import bonded
from cemsim.plan.tables import (
    MAX_CAMPAIGNS,
    MAX_JOURNEYS,
    MAX_SCHEMES,
    MAX_SEGMENTS,
    MAX_STEPS,
    MAX_TEAMS,
    NO_MEMORY,
    OF_RULES,
    OF_TIES,
)
from cemsim.scenario.schema.recipe import Scenario


@dataclass(frozen=True)
class Names:
    """Names in the order of the arrays' axes; a step is (journey, step), a rule (ruleset, id).

    ``resting`` are the rules that have a cooldown; ``bonded`` says whether a mechanism ties people to the firm;
    ``ages`` is how many months of points have to be told apart for them to expire; ``takers`` are the teams to which
    rules pass contacts of other teams' steps.
    """

    segments: tuple[str, ...]
    journeys: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    rules: tuple[tuple[str, str], ...] = ()
    resting: tuple[tuple[str, str], ...] = ()
    bonded: bool = False
    schemes: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    ages: int = 0
    takers: tuple[str, ...] = ()

    @property
    def remembered(self) -> int:
        """What is remembered of a person beside what the core needs: NO_MEMORY, OF_TIES or OF_RULES."""
        if self.rules:
            return OF_RULES
        return OF_TIES if self.bonded else NO_MEMORY

    @property
    def sizes(self) -> tuple[int, int, int, int, int, int, int]:
        """Lengths of the log's axes: segments, steps, teams, rules, schemes, campaigns, takers."""
        return (
            len(self.segments), len(self.steps), len(self.teams), len(self.rules), len(self.schemes),
            len(self.campaigns), len(self.takers),
        )  # fmt: skip


def names_of(scenario: Scenario, like: Names | None = None) -> Names:
    """Names of a scenario; those of ``like`` (its baseline) keep their places.

    Raises CemsimError where there are more segments, journeys, steps or teams than an engine holds.
    """

    def behind(old: tuple[str, ...], new: list[str]) -> tuple[str, ...]:
        return old + tuple(n for n in new if n not in old)

    steps = [(j, s) for j, journey in scenario.journeys.items() for s in journey.steps]
    start = like or Names((), (), (), ())
    rules = [(s.name, r.id) for s in scenario.rulesets for r in s.rules]
    resting = [(s.name, r.id) for s in scenario.rulesets for r in s.rules if r.cooldown is not None]
    takers = [t for s in scenario.rulesets for r in s.rules for deed in r.then if (t := deed.taker) is not None]
    found = Names(
        segments=behind(start.segments, list(scenario.segments)),
        journeys=behind(start.journeys, list(scenario.journeys)),
        steps=start.steps + tuple(s for s in steps if s not in start.steps),
        teams=behind(start.teams, list(scenario.teams)),
        rules=start.rules + tuple(r for r in rules if r not in start.rules),
        resting=start.resting + tuple(r for r in resting if r not in start.resting),
        bonded=start.bonded or bonded(scenario),
        schemes=behind(start.schemes, list(scenario.schemes)),
        campaigns=behind(start.campaigns, list(scenario.campaigns)),
        takers=behind(start.takers, list(dict.fromkeys(takers))),
        ages=max([start.ages, *(scheme.lives + 1 for scheme in scenario.schemes.values() if scheme.lives)]),
    )
    for what, have, most in (
        ("segments", found.segments, MAX_SEGMENTS), ("journeys", found.journeys, MAX_JOURNEYS - 1),
        ("steps", found.steps, MAX_STEPS), ("teams", found.teams, MAX_TEAMS),
        ("loyalty schemes", found.schemes, MAX_SCHEMES), ("campaigns", found.campaigns, MAX_CAMPAIGNS),
    ):
        if len(have) > most:
            raise CemsimError(f"{scenario.path} has {len(have)} {what}; an engine holds {most}.")
    return found
