"""Mechanisms switched off together, by chance: as if they had never been written (model.md D31, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemsim.engine.log import Log
from cemsim.experiment.constants import constants_of
from cemsim.plan.compile import plan
from cemsim.scenario import Scenario
from cemsim.scenario.cut import scaled
from cemsim.scenario.schema.blueprint import Window
from cemsim.scenario.schema.campaigns import Campaign
from cemsim.scenario.schema.improvement import FollowUp, Improvement
from cemsim.scenario.schema.journey import Step
from cemsim.scenario.schema.schemes import Earned, Scheme, Tier
from tests.checked import Checked
from tests.engine.small import Constants, lived, same
from tools.company import full

CUSTOMERS: Final = 1_500
Edit = Callable[[Scenario], Scenario]


def put(value: Any, path: str, new: Any) -> Any:
    """A copy of a noun in which what a dotted path names is ``new``; * is every name."""
    name, _, rest = path.partition(".")
    if isinstance(value, Mapping):
        return {k: (put(v, rest, new) if rest else new) if name in ("*", k) else v for k, v in value.items()}
    return value.model_copy(update={name: put(getattr(value, name), rest, new) if rest else new})


def without(**changes: Any) -> Edit:
    """Write neutral values, each under its path with __ for dots and ALL for *."""

    def edit(scenario: Scenario) -> Scenario:
        for path, new in changes.items():
            scenario = put(scenario, path.replace("__", ".").replace("ALL", "*"), new)
        return scenario

    return edit


def each_step(scenario: Scenario, edit: Callable[[Step], Step]) -> Scenario:
    """The scenario with every step of its journeys edited."""
    journeys = {
        name: journey.model_copy(update={"steps": {key: edit(step) for key, step in journey.steps.items()}})
        for name, journey in scenario.journeys.items()
    }
    return scenario.model_copy(update={"journeys": journeys})


def resolved(scenario: Scenario) -> Scenario:
    """Whatever a team handles is resolved."""
    return each_step(scenario, lambda step: put(step, "resolves", 1.0) if step.team and step.resolves > 0 else step)


def flawless(scenario: Scenario) -> Scenario:
    """Nothing goes wrong, neither with us nor with a partner; visits keep their windows in this company."""
    ours = without(failures__probability=0.0, failures__usage=0.0, journeys__ALL__failure=0.0)(scenario)
    return each_step(ours, lambda step: put(step, "partner.failure", 0.0) if step.partner else step)


def unbiased(scenario: Scenario) -> Scenario:
    """Promoters, passives and detractors reply alike."""
    reply = scenario.survey.reply
    mean = (reply.promoter + reply.passive + reply.detractor) / 3.0
    even = {"promoter": mean, "passive": mean, "detractor": mean}
    return put(scenario, "survey.reply", reply.model_copy(update=even))


#: What is written of a mechanism, taken out again: neutral settings of model.md, section 4.
GONE: Final[dict[str, Edit]] = {
    "disconfirmation": without(
        model__experience__gamma=0.0, model__experience__eta=0.0, model__experience__eta_norm=0.0,
        model__experience__xi=0.0,
    ),
    "asymmetry": without(
        model__experience__loss_ratio=1.0, model__experience__kano__attractive__gain=1.0,
        model__experience__kano__attractive__loss=1.0, model__experience__kano__must_be__gain=1.0,
        model__experience__kano__must_be__loss=1.0,
    ),
    "peak_end": without(model__experience__peak=0.0, model__experience__end=0.0),
    "norm": without(model__experience__norm_drift=0.0, model__experience__imitation=0.0),
    "imitation": without(model__experience__imitation=0.0),
    "waiting": without(model__waiting__kappa=0.0, teams__ALL__patience=None),
    "redial": without(teams__ALL__redial__same_day=0.0, teams__ALL__redial__next_day=0.0),
    "failure": flawless,
    "satisfaction_churn": without(model__churn__beta1=0.0, model__churn__beta3=0.0),
    "resolution": resolved,
    "fade": without(model__experience__fade=0.0),
    "survey_bias": unbiased,
    "noise": without(model__experience__noise=0.0),
    "adaptation": without(
        model__experience__eta=0.0, model__experience__eta_norm=0.0, model__experience__xi=0.0
    ),
    "contract": without(segments__ALL__contract=None),
    "cross_sell": without(segments__ALL__cross_sell=None),
    "switching_cost": without(model__ties__switching=0.0),
    "save_desk": without(segments__ALL__save_desk=None),
    "win_back": without(segments__ALL__win_back=None),
    "wake_up": without(model__ties__wake_up=1.0, model__ties__wake_months=0),
    "workforce": without(teams__ALL__workforce=None),
    "word_of_mouth": without(network=None),
    "improvement": without(improvement=None),
    "maturity": without(switches__maturity=False),
    "blueprints": without(
        shared_platform=True, journeys__ALL__steps__ALL__partner=None, journeys__ALL__steps__ALL__window=None,
        journeys__ALL__steps__ALL__control=None, journeys__ALL__steps__ALL__risk=None,
    ),
    "schemes": without(schemes={}),
    "communication": without(
        campaigns={}, model__communication__opt_out=0.0, model__communication__welcome=0.0,
        model__communication__reactance=0.0,
    ),
}
#: Of these, what a company may simply not have.
OPTIONAL: Final = (
    "contract", "cross_sell", "save_desk", "win_back", "workforce", "word_of_mouth", "improvement", "maturity",
    "blueprints", "schemes", "communication",
)  # fmt: skip


def company() -> Scenario:
    """The mobile operator with everything, small and short."""
    scenario = full()
    share = CUSTOMERS / sum(segment.customers for segment in scenario.segments.values())
    tiers = {"bronze": Tier(above=0.0), "gold": Tier(above=500.0)}
    more: dict[str, Any] = {
        "horizon": 4, "burn_in": 2, "improvement": Improvement(follow_up=FollowUp(), people=1.0),
        "schemes": {
            "card": Scheme(discount=0.01, points=Earned(threshold=20, expires=3)), "club": Scheme(tiers=tiers),
        },
        "campaigns": {
            "letters": Campaign(kind="messages", sent=12.0, outreach=True),
            "brand": Campaign(kind="brand", advertising=1.5, promise={"service": 9.0}),
        },
    }  # fmt: skip
    scenario = scaled(scenario.model_copy(update=more), share)
    for path, value in {
        "switches.maturity": True, "network.share": 0.3, "network.referral.rate": 0.5,
        "quality.product": 8.5,                             # a lead that rivals copy
    }.items():  # fmt: skip
        scenario = put(scenario, path, value)
    kept = {"window": Window(width=480.0, kept=1.0)}
    return each_step(scenario, lambda step: step.model_copy(update=kept) if step.window else step)


def off(scenario: Scenario, names: frozenset[str]) -> Scenario:
    """The scenario with some mechanisms switched off."""
    return put(scenario, "switches", scenario.switches.model_copy(update=dict.fromkeys(names, False)))


class Bench:
    """Logs of variants, under the constants of the full company or of the company without what is optional."""

    def __init__(self) -> None:
        self.full = company()
        self.plain = self.full
        for name in OPTIONAL:
            self.plain = GONE[name](self.plain)
        self.constants = {id(s): constants_of(plan(s), lambda what, share: None) for s in (self.full, self.plain)}
        for solved in self.constants.values():     # of further products; nobody reads it where none are sold
            solved["segments.spend_scale"][:] = 1.0
        self.loud, self.quiet = self.log(self.full, self.full), self.log(self.plain, self.plain)

    def log(self, scenario: Scenario, under: Scenario) -> Log:
        constants: Constants = self.constants[id(under)]
        return lived(scenario, constants).log


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def differing(a: Log, b: Log) -> list[str]:
    """Tables that differ; rows of zeros that only one has do not count."""
    return [name for name, x, y in zip(Log._fields, a, b, strict=True)
            if not same(x, y) and (x.shape == y.shape or np.any(x) or np.any(y))]  # fmt: skip


def test_off_is_as_if_it_had_never_been_written(checked: Checked, bench: Bench) -> None:
    """Some mechanisms switched off, and the same company without what is written of them: bit for bit one world."""
    parted: list[str] = []

    @settings(max_examples=100)
    @given(names=st.frozensets(st.sampled_from(sorted(GONE)), min_size=1))
    def holds(names: frozenset[str]) -> None:
        bare = bench.full
        for name in sorted(names):
            bare = GONE[name](bare)
        parted[:] = differing(bench.log(off(bench.full, names), bench.full), bench.log(bare, bench.full))
        assert parted == []

    holds()
    checked.claim("D31", "bit-identical", "; ".join(parted) or "bit-identical", parted == [], "random subsets off")


@settings(max_examples=50)
@given(names=st.frozensets(st.sampled_from(OPTIONAL), min_size=1))
def test_off_where_nothing_is_written_moves_nothing(bench: Bench, names: frozenset[str]) -> None:
    """A company without any of them does not notice their switches."""
    assert differing(bench.log(off(bench.plain, names), bench.plain), bench.quiet) == []


@pytest.mark.parametrize("name", sorted(GONE))
def test_each_has_something_to_do_here(bench: Bench, name: str) -> None:
    """What is switched off above does act in the full company, so that the tests above say something."""
    assert differing(bench.log(off(bench.full, frozenset((name,))), bench.full), bench.loud) != []
