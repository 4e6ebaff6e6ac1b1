"""Small scenarios from text, and worlds lived month by month, for the tests of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.base.records import FAILURES, PEOPLE, STEPS, TEAMS, column
from cemsim.engine.fast.world import World
from cemsim.engine.log import Log, empty_log
from cemsim.experiment.calibrate import neutral
from cemsim.experiment.constants import constants_of
from cemsim.plan.compile import plan
from cemsim.plan.plan import Plan
from cemsim.scenario import Scenario, load

Constants = dict[str, NDArray[np.float64]]

#: Every mechanism at once: hours, two kinds of team, repeats, redials, priorities, complaints, leavers and newcomers.
COMPANY = """\
cemsim: 1
name: Small company
horizon: 18 months
burn_in: 2 months
market: {people: 3_000}
segments:
  loyal: {customers: 1_200, revenue: 50 USD/month, churn: 12 %/year}
  fickle:
    {customers: 800, revenue: 40 USD/month, churn: 30 %/year, churn_slope: 0.7, attraction_reaction: 2,
     contact_rate: 1.2, spend: {kind: repertoire, brands: 3}}
journeys:
  join:
    starts: joining
    steps:
      welcome: {channel: phone_out, team: desk, handling: 5 min, lag: 2 days, used_by: 50 %}
      activate: {channel: app}
  question:
    need: 16 /year
    overdispersion: 0.2
    steps:
      look: {channel: web, contains: 20 %, used_by: 60 %}
      call:
        {channel: phone_in, team: desk, handling: 6 min, resolves: 60 %,
         escalate: {to: expert, after: 2, share: 50 %}}
      repair: {channel: mail, team: office, handling: 40 min, promise: 24 h, lag: 1 h, resolves: 70 %}
      expert: {channel: face_to_face, team: desk, handling: 12 min, resolves: 90 %}
  complaint:
    starts: complaint
    steps:
      tell: {channel: phone_in, team: desk, handling: 8 min, resolves: 70 %}
      settle: {channel: mail, team: office, handling: 40 min, promise: 24 h, resolves: 80 %}
teams:
  desk:
    {on_shift: 2, open: ["09:00-19:00 mon-sat"], patience: 6 min, room: 12, redial: {same_day: 40 %}}
  office: {works: back_office, on_shift: 7, open: "09:00-17:00 mon-fri", acceptable_wait: 24 h}
failures: {probability: 12 %, usage: 0.5 /year}
survey: {asked: 4 /year, observed_nps: 20}
"""

#: Loyalty schemes and campaigns for the same company.
LOYALTY = """\
schemes:
  card:
    points: {earn: 1, worth: 0.02 USD, threshold: 50, use: 60 %, expires: 6 months}
    discount: 1 %
campaigns:
  letters: {kind: messages, sent: 4 /month}
  spring: {kind: brand, advertising: 1.5, promise: {service: 8 points}, starts: month 1, lasts: 3 months}
"""

#: As :data:`COMPANY`, but nobody waits for anybody and nothing is solved on the baseline.
ALONE = (
    COMPANY.replace("on_shift: 2,", "on_shift: 5_000,")
    .replace("room: 12, ", "")
    .replace("on_shift: 7,", "on_shift: 5_000,")
    + "switches: {calibration: off}\n"
)

#: A desk that is always open and never closes early; nothing acts but the desk. Fill in what is needed.
DESK = """\
cemsim: 1
name: Desk
horizon: 2 months
burn_in: 0 months
market: {{people: {people}}}
segments:
  everybody: {{customers: {people}, revenue: 0 USD/month, churn: 0 %/year}}
journeys:
{journeys}
teams:
{teams}
switches:
  {{disconfirmation: off, asymmetry: off, peak_end: off, redial: off, failure: off, satisfaction_churn: off,
   heterogeneity: off, fade: off, survey_bias: off, noise: off, adaptation: off, calibration: off}}
"""


def written(folder: Path, text: str, name: str = "base.yaml") -> Scenario:
    """The scenario that a text makes, in a folder of its own making."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load(path)


def patched(folder: Path, name: str, changes: Mapping[str, str], head: str = "") -> Scenario:
    """A patch of ``base.yaml`` in the same folder; ``changes`` maps paths to what stands behind them."""
    lines = "".join(f"  {path}: {value}\n" for path, value in changes.items())
    return written(folder, f"based_on: base.yaml\nname: {name}\n{head}change:\n{lines}", f"{name}.yaml")


class Life(NamedTuple):
    """A world that was lived: its last state, its log, its visits and its plan."""

    world: World
    log: Log
    visits: NDArray[Any]
    plan: Plan


class Watched(NamedTuple):
    """A life with a note of who was a customer (1) at each month's start, and the months of every spell as one."""

    life: Life
    states: list[NDArray[np.int64]]
    spells: NDArray[np.float64]


def lived(
    scenario: Scenario,
    constants: Constants | None = None,
    seed: int = 1,
    replicate: int = 0,
    months: int | None = None,
) -> Life:
    """Live a baseline by hand, burn-in included, as the experiment does; visits of the burn-in are kept too."""
    p = plan(scenario)
    solved = constants or constants_of(p, lambda what, share: None)
    visits: list[NDArray[Any]] = []
    tables = p.at(-1, solved)
    newborn = not scenario.switches.calibration
    world = World(tables, seed, replicate, scenario.burn_in, newborn, visits.append, memory=p.names.remembered,
                  ages=p.names.ages)
    shape = p.names.sizes
    spare = empty_log(1, *shape)
    for _ in range(scenario.burn_in):
        world.step(tables, spare, 0)
    horizon = scenario.horizon if months is None else months
    out = empty_log(horizon, *shape)
    for month in range(horizon):
        world.step(p.at(month, solved), out, month)
    return Life(world, out, np.concatenate(visits), p)


def unmoved(scenario: Scenario) -> Constants:
    """Constants that move nothing."""
    return neutral(plan(scenario))


def same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether two arrays hold the same bits."""
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def step_sum(log: Any, name: str) -> NDArray[np.float64]:
    """A column of the steps table, ``[..., month, step, segment]``."""
    return np.asarray(log.steps[..., column(STEPS, name)])


def people_sum(log: Any, name: str) -> NDArray[np.float64]:
    """A column of the people table, ``[..., month, segment]``."""
    return np.asarray(log.people[..., column(PEOPLE, name)])


def team_sum(log: Any, name: str) -> NDArray[np.float64]:
    """A column of the teams table, ``[..., month, team]``."""
    return np.asarray(log.teams[..., column(TEAMS, name)])


def failure_sum(log: Any, name: str) -> NDArray[np.float64]:
    """A column of the failures table, ``[..., month, segment]``."""
    return np.asarray(log.failures[..., column(FAILURES, name)])
