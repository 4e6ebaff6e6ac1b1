"""By which path a plan acts: what customers feel of it is taken away, one path at a time.

A path that people feel (waiting, having to come again, failures, words) is closed by letting nobody feel it, neither
in the baseline nor with the plan; all else goes on, contacts are made and paid. Waits then feel like the baseline's
mean wait.
A path that is a promise of the plan's own (price, quality, rewards, messages) is closed by putting back the baseline's.
Constants stay those of the real baseline. What still differs with every path closed is told apart as the rest: money
that moves although nobody feels anything, and people who get in touch more or less often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.recipe import Scenario

_Noun = TypeVar("_Noun", bound=Noun)


@dataclass(frozen=True)
class Path:
    """One way in which a plan reaches customers.

    ``close(scenario, base)`` gives the scenario without it; ``open(base, plan)`` whether there is anything to close;
    ``felt``: closed in the baseline as well.
    """

    name: str
    meaning: str
    felt: bool
    open: Callable[[Scenario, Scenario], bool]
    close: Callable[[Scenario, Scenario], Scenario]


def _waiting(scenario: Scenario, base: Scenario) -> Scenario:
    return _model(scenario, kappa=0.0, abandon_penalty=0.0)


def _resolution(scenario: Scenario, base: Scenario) -> Scenario:
    return _model(scenario, repeat_penalty=0.0)


def _model(scenario: Scenario, **waiting: float) -> Scenario:
    model = scenario.model
    return _with(scenario, model=_with(model, waiting=_with(model.waiting, **waiting)))


def _failure(scenario: Scenario, base: Scenario) -> Scenario:
    # people still complain and are compensated, as the draws of what happens read neither severity nor loads
    severity = _with(scenario.failures.severity, minor=0.0, major=0.0)
    return _with(scenario, failures=_with(scenario.failures, severity=severity, loads={}))


def _words(scenario: Scenario, base: Scenario) -> Scenario:
    if scenario.network is None:
        return scenario
    deaf = _with(scenario.network.talk, strong=0.0, weak=0.0, image=0.0)
    nobody = _with(scenario.network.referral, rate=0.0)
    return _with(scenario, network=_with(scenario.network, talk=deaf, referral=nobody))


def _price(scenario: Scenario, base: Scenario) -> Scenario:
    return _with(scenario, price=base.price)


def _quality(scenario: Scenario, base: Scenario) -> Scenario:
    journeys = {
        name: _with(journey, steps={
            step: _with(it, quality=base.journeys[name].steps[step].quality)
            if name in base.journeys and step in base.journeys[name].steps else it
            for step, it in journey.steps.items()
        })
        for name, journey in scenario.journeys.items()
    }  # fmt: skip
    return _with(scenario, quality=base.quality, journeys=journeys)


def _staff(scenario: Scenario, base: Scenario) -> Scenario:
    teams = {}
    for name, team in scenario.teams.items():
        people = team.workforce
        if people is not None:
            people = _with(
                people, skill=0.0, recovery=0.0, morale=_with(people.morale, service=0.0),
                training=_with(people.training, points=0.0),
                incentive_effect=_with(people.incentive_effect, service=0.0, resolves=0.0),
            )  # fmt: skip
        teams[name] = _with(team, workforce=people)
    return _with(scenario, teams=teams)


def _with(noun: _Noun, **fields: Any) -> _Noun:
    return noun.model_copy(update=fields)


def _followed_staff(base: Scenario, plan: Scenario) -> bool:
    return base.switches.workforce and any(t.workforce is not None for s in (base, plan) for t in s.teams.values())


def _felt_waiting(base: Scenario, plan: Scenario) -> bool:
    return bool(base.teams or plan.teams) and base.switches.waiting and base.model.waiting.kappa > 0


def _felt_failures(base: Scenario, plan: Scenario) -> bool:
    return base.switches.failure and any(
        s.failures.probability > 0 or s.failures.usage > 0 or any(j.failure for j in s.journeys.values())
        for s in (base, plan)
    )


PATHS: Final = (
    Path("waiting", "how long people wait, and whether they give up", True, _felt_waiting, _waiting),
    Path(
        "resolution", "having to come again", True,
        lambda base, plan: bool(base.journeys or plan.journeys) and base.model.waiting.repeat_penalty > 0, _resolution,
    ),
    Path("failure and recovery", "what goes wrong, and how it is put right", True, _felt_failures, _failure),
    Path(
        "word of mouth", "what people tell each other, and whom they bring", True,
        lambda base, plan: base.network is not None and base.switches.word_of_mouth, _words,
    ),
    Path(
        "rewards", "schemes of loyalty: what they give, and what people do for it", False,
        lambda base, plan: plan.schemes != base.schemes, lambda scenario, base: _with(scenario, schemes=base.schemes),
    ),
    Path(
        "messages", "what people are sent, promised and told unasked", False,
        lambda base, plan: plan.campaigns != base.campaigns,
        lambda scenario, base: _with(scenario, campaigns=base.campaigns),
    ),
    Path("price", "our price and the rivals'", False, lambda base, plan: plan.price != base.price, _price),
    Path("staff", "how staff feels, and what it can do", True, _followed_staff, _staff),
    Path(
        "quality", "the quality that the plan promises outright", False,
        lambda base, plan: _quality(plan, base) != plan, _quality,
    ),
)  # fmt: skip
REST: Final = "the rest: contacts made, pay, prices charged, offers, ties, advertising"


def open_paths(base: Scenario, plan: Scenario) -> tuple[Path, ...]:
    """The paths by which this plan could act."""
    return tuple(path for path in PATHS if path.open(base, plan))


def closed(scenario: Scenario, base: Scenario, plan: Scenario, paths: tuple[Path, ...]) -> Scenario:
    """The scenario with some paths closed, as one of the baseline's family.

    It starts and ramps up as the plan does, so that both worlds close a path at the same time.
    """
    words = ", ".join(path.name for path in paths)
    scenario = _with(scenario, name=f"{scenario.name}, without {words}", investment=plan.investment)
    for path in paths:
        scenario = path.close(scenario, base)
    return scenario


def describe(paths: tuple[Path, ...]) -> Mapping[str, str]:
    """What each path is, in words, by name."""
    return {path.name: path.meaning for path in paths}
