"""A plan: two states of the world, and how a change moves from one to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.model.advocacy import detractor_chance, promoter_chance
from cemsim.model.experience import learning_rate
from cemsim.model.laws import between
from cemsim.model.science import plain
from cemsim.plan.crews import freeze
from cemsim.plan.events import at_work, strike, tariff
from cemsim.plan.firm import matured
from cemsim.plan.laws import derive
from cemsim.plan.loyalty import heard, speak
from cemsim.plan.market import settle_talk
from cemsim.plan.names import Names
from cemsim.plan.ramp import on_the_way, share_at
from cemsim.plan.tables import SCORES, STEP, TENURES, Tables
from cemsim.plan.ties import likeliest
from cemsim.scenario.schema.recipe import Scenario


class Stage(NamedTuple):
    """The arrays of one state of the world, before anything is derived from them."""

    steps: NDArray[Any]
    teams: NDArray[Any]
    journeys: NDArray[Any]
    segments: NDArray[Any]
    world: NDArray[Any]
    heads: NDArray[Any]
    profiles: NDArray[Any]
    trace: NDArray[Any]
    edges: NDArray[Any]
    laws: NDArray[Any]
    quantiles: NDArray[Any]
    crews: NDArray[Any]
    firm: NDArray[Any]
    schemes: NDArray[Any]
    campaigns: NDArray[Any]


@dataclass(frozen=True)
class Plan:
    """What an engine reads of a scenario.

    Attributes: the scenario; names in the order of the arrays; the world ``before`` and ``after`` its change;
    the month in which the change ``starts``; months from 10 % to 90 % of its continuous part; the rules before and
    after; the baseline's scenario, where this is a patch.
    """

    scenario: Scenario
    names: Names
    before: Stage
    after: Stage
    starts: int
    ramp: float
    rules_before: NDArray[Any]
    rules_after: NDArray[Any]
    base: Scenario | None = None
    _cache: dict[object, Tables] = field(default_factory=dict, repr=False, compare=False)

    @property
    def baseline(self) -> Scenario:
        """The scenario whose world this plan starts in."""
        return self.scenario if self.base is None else self.base

    @property
    def step_stage(self) -> NDArray[np.int32]:
        """Stage of each step, as a place in STAGES."""
        return np.asarray(self.after.steps["stage"])

    @property
    def step_channel(self) -> NDArray[np.int32]:
        """Channel of each step, as a place in CHANNELS."""
        return np.asarray(self.after.steps["channel"])

    @property
    def step_team(self) -> NDArray[np.int32]:
        """Team of each step, -1 for self-service."""
        return np.asarray(self.after.steps["team"])

    def share(self, month: int) -> float:
        """How much of the change's continuous part is in force in a month, 0 to 1 (see :func:`share_at`)."""
        return share_at(month - self.starts, self.ramp)

    def at(self, month: int, constants: Mapping[str, NDArray[np.float64]]) -> Tables:
        """Tables in force in a month of the horizon (negative: burn-in), with the frozen constants written in."""
        share = self.share(month) if month >= 0 else 0.0
        kano = float(max(month, 0)) if float(self.after.world["kano_speed"][0]) > 0 else 0.0
        changed = month >= self.starts and month >= 0
        moved = share != (self.share(month - 1) if month > 0 else 0.0)
        spoken = self.heard(month, changed)
        struck, before = at_work(self.scenario, month), at_work(self.scenario, month - 1)
        key = (share, kano, changed, moved, spoken, struck, before, b"".join(v.tobytes() for v in constants.values()))
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) > 64:
                self._cache.clear()
            rules = self.rules_after if changed else self.rules_before
            stage = mix(self.before, self.after, share, changed)
            speak(stage.campaigns, stage.world[0], spoken)
            events, earlier = ([self.scenario.events[name] for name in names] for names in (struck, before))
            moved = moved and float(stage.world["price"][0]) != float(self.before.world["price"][0])
            matured(stage, self.before)
            strike(stage, events)
            found = settle(stage, constants, kano, moved or tariff(events) != tariff(earlier), rules)
            self._cache[key] = found
        return found

    def heard(self, month: int, changed: bool) -> tuple[tuple[bool, float], ...]:
        """Of each campaign: whether it runs in a month, and its factor on joining."""
        stage = self.after if changed else self.before
        old = self.before.campaigns["on"] != 0
        since = [None if was else self.starts for was in old]
        return heard(stage.campaigns, stage.world[0], month, since)


def mix(before: Stage, after: Stage, share: float, changed: bool) -> Stage:
    """Continuous numbers on their way from one state to the other; discrete ones step in at once."""
    if not changed or after is before:
        return Stage(*(part.copy() for part in before))
    parts: list[NDArray[Any]] = []
    for name in Stage._fields:
        old, new = getattr(before, name), getattr(after, name)
        if name in ("trace", "edges", "quantiles", "heads"):
            parts.append(new.copy())
            continue
        blended: NDArray[Any] = new.copy()
        if new.dtype.names is None:
            blended = on_the_way(old, new, share)
        else:
            for column in new.dtype.names:
                if np.issubdtype(new.dtype[column].base, np.floating):
                    blended[column] = on_the_way(old[column], new[column], share)
        parts.append(blended)
    return Stage(*parts)


def settle(
    stage: Stage, constants: Mapping[str, NDArray[np.float64]], kano_months: float, moved: bool, rules: NDArray[Any]
) -> Tables:
    """Write the frozen constants in, and work out what follows from the columns; ``moved``: the own price does."""
    world, segments, teams = stage.world, stage.segments, stage.teams
    for name, value in constants.items():
        table, column = name.split(".")
        where = {"world": world, "segments": segments, "teams": teams, "crews": stage.crews}[table]
        if table == "teams":
            solved = len(value)                      # of a team that only a patch has, patience is as written
            where[column][:solved] = value
            if column == "wait_offset":
                where[column][solved:] = constants["world.wait_habit"][teams["works"][solved:]]
        elif table == "crews":
            freeze(stage.crews, column, value)
        else:
            where[column] = value
    w = world[0]
    w["price_moved"] = int(moved)
    w["quality"][3] -= w["price_sensitivity"] * np.log(w["price"])
    w["norm"][3] -= w["price_sensitivity"] * np.log(w["rival_price"])
    for k in range(6):
        start = float(w["kano"][k])
        now = min(max(start + kano_months * float(w["kano_speed"]), 0.0), 2.0)
        w["gain"][k], w["loss"][k] = _kano(w["gain_stage"], now), _kano(w["loss_stage"], now)
        then = _kano(w["loss_stage"], start) - _kano(w["gain_stage"], start)
        w["recentre"][k] = 0.5 * (float(w["loss"][k]) - float(w["gain"][k]) - then) * float(w["gap_mean"][k])
    settle_talk(w)
    weight = segments["importance"]
    both = weight[:, 1] + weight[:, 4]
    segments["service_share"] = np.where(both > 0, weight[:, 1] / np.where(both > 0, both, 1.0), 0.5)
    both = weight[:, 2] + weight[:, 5]
    segments["relationship_share"] = np.where(both > 0, weight[:, 2] / np.where(both > 0, both, 1.0), 0.5)
    segments["attraction"] = np.exp(segments["reaction"] * w["attraction"])
    segments["cross_top"] = [likeliest(float(g["cross_rate"]), float(g["cross_slope"]), float(w["welcome"]))
                             for g in segments]
    derive(stage.laws)
    saliences = [*stage.journeys["salience"][:-1], 1.0, w["usage_salience"], w["failure_salience"]]
    pull = np.array([_pull(float(w["alpha_0"]), float(w["alpha_min"]), float(w["tau_alpha"]), float(s))
                     for s in saliences])
    learn = 1.0 - (1.0 - float(w["eta"])) ** np.array(saliences)
    return Tables(
        stage.steps, teams, stage.journeys, segments, stage.laws, world, stage.heads, stage.profiles,
        _daytime(stage.profiles), stage.quantiles, stage.edges, stage.trace, pull, pull[-3].copy(), learn,
        _scores(float(np.hypot(w["score_sd"], w["style_sd"]))), np.zeros(1, STEP), rules, stage.crews, stage.firm,
        stage.schemes, stage.campaigns,
    )


def _daytime(profiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cumulative arrivals over the hours of each weekday; all zero on a day without arrivals."""
    days = profiles.reshape(-1, 7, 24)
    total = days.sum(axis=2, keepdims=True)
    found = np.zeros((len(profiles), 7, 25))
    found[:, :, 1:] = np.cumsum(days, axis=2) / np.where(total > 0, total, 1.0)
    found[:, :, 24] = np.where(total[:, :, 0] > 0, 1.0, 0.0)
    return found


def _kano(stages: NDArray[np.float64], now: float) -> float:
    """A weight between the Kano stages 0, 1 and 2."""
    low = min(int(now), 1)
    return float(plain(between)(float(stages[low]), float(stages[low + 1]), now - low))


@lru_cache(maxsize=256)
def _pull(alpha_0: float, alpha_min: float, tau: float, salience: float) -> NDArray[np.float64]:
    return np.array([plain(learning_rate)(alpha_0, alpha_min, tau, float(m), salience) for m in range(TENURES)])


@lru_cache(maxsize=16)
def _scores(spread: float) -> NDArray[np.float64]:
    grid = np.linspace(-10.0, 20.0, SCORES)
    up, down = plain(promoter_chance), plain(detractor_chance)
    return np.array([[up(x, spread), down(x, spread)] for x in grid.tolist()])
