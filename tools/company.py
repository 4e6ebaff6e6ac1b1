"""A company in which every mechanism has something to do, so that each switch has something to turn off."""

from __future__ import annotations

from cemsim.base.shipped import shipped
from cemsim.model.maturity import CAPABILITIES, DISCIPLINES
from cemsim.scenario import Scenario, load
from cemsim.scenario.schema.blueprint import Control, Partner, Risk, Window
from cemsim.scenario.schema.contract import Contract, CrossSell, SaveDesk, WinBack
from cemsim.scenario.schema.improvement import FollowUp, Improvement
from cemsim.scenario.schema.journey import Step
from cemsim.scenario.schema.maturity import Maturity
from cemsim.scenario.schema.network import Network
from cemsim.scenario.schema.schemes import Scheme
from cemsim.scenario.schema.workforce import Workforce


def full() -> Scenario:
    """The shipped mobile operator, with all that it does not use by itself."""
    return _with_blueprint(_with_staff(_with_rivals(load(shipped("scenarios", "telecom", "baseline.yaml")))))


def _with_rivals(scenario: Scenario) -> Scenario:
    """The same, with rivals who copy, customers who are tied, people who talk, and a loyalty scheme."""
    life = scenario.model.experience.model_copy(update={"norm_drift": 0.1, "imitation": 0.2})
    ties = {"contract": Contract(), "cross_sell": CrossSell(), "save_desk": SaveDesk(), "win_back": WinBack()}
    groups = {name: segment.model_copy(update=ties) for name, segment in scenario.segments.items()}
    model = scenario.model.model_copy(update={"experience": life})
    moving = scenario.switches.model_copy(update={"norm": True})
    more: dict[str, object] = {"segments": groups, "switches": moving, "network": Network(kind="watts_strogatz")}
    more["schemes"] = {"card": Scheme(discount=0.01)}
    return scenario.model_copy(update={"model": model, **more})


def _with_staff(scenario: Scenario) -> Scenario:
    """The same, with teams whose people are followed and a closed loop, in a firm that is immature."""
    teams = {name: team.model_copy(update={"workforce": Workforce()}) for name, team in scenario.teams.items()}
    loop = Improvement(follow_up=FollowUp(), people=1.0)
    immature = Maturity(**dict.fromkeys((*CAPABILITIES, *DISCIPLINES), 0.5))
    return scenario.model_copy(update={"teams": teams, "improvement": loop, "maturity": immature})


def _with_blueprint(scenario: Scenario) -> Scenario:
    """The same, with channels that do not know each other, and a partner's visit in a window."""
    name, journey = next((n, j) for n, j in scenario.journeys.items() if j.starts == "need")
    visit = Step(
        channel="face_to_face", window=Window(width=480.0), promise=1440.0, partner=Partner(failure=0.1, kept=0.9),
        control=Control(prevents=0.5), risk=Risk(attempts=0.01, loss=100.0),
    )  # fmt: skip
    longer = journey.model_copy(update={"steps": {**journey.steps, "visit": visit}})
    return scenario.model_copy(update={"shared_platform": False, "journeys": {**scenario.journeys, name: longer}})
