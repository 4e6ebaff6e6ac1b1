"""What a measure reads: the log's tables, the names of their axes, and the prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cemsim.base.records import CAMPAIGNS, FAILURES, FIRM, PEOPLE, SCHEMES, STEPS, TEAMS, column
from cemsim.base.words import ATTRIBUTES

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Books:
    """One run, ready to be measured: quantities from the log, prices from the scenario.

    ``log`` holds the tables of ``cemsim.base.records`` as attributes, each ``[replicate, month, ...]``.
    Prices: ``revenue`` (money a month) and ``margin`` (share) by segment, ``wage`` (money an hour) and ``premium``
    (what an hour of overtime costs, in hours) and ``hire`` (money a replacement) by team, ``unit_cost`` (money a
    contact) and ``loss`` (money lost where no control stops it) by step, ``message`` (money a message), ``acquisition``
    (money a new customer), ``organiser`` (money a month of somebody who does nothing but experience management),
    ``reward`` (money a customer whom another brought), ``referral_margin`` (how much higher the margin of those is at
    first, a share), ``discount`` (per year); by loyalty scheme ``worth`` (money a point) and ``fee`` (money a month),
    and the share of points that is never used, ``breakage``; by campaign ``campaign_message`` (money a message) and
    ``campaign_cost`` (money a month). ``offers`` are (segment, save_desk, win_back or cross_sell), with ``offer_cost``
    (money for each who takes it). ``rules`` are (ruleset, rule). ``step_team`` is the team of each step, -1 for
    self-service; ``promised`` says which steps have a promise, ``partner`` which a partner delivers, ``windows`` which
    are visits in a window, ``live`` which teams answer live; ``walks`` are each journey's steps in the order they are
    walked, those left out not among them.
    """

    name: str
    log: Any
    segments: tuple[str, ...]
    teams: tuple[str, ...]
    journeys: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    step_team: tuple[int, ...]
    live: tuple[bool, ...]
    promised: tuple[bool, ...]
    partner: tuple[bool, ...]
    windows: tuple[bool, ...]
    walks: tuple[tuple[int, ...], ...]
    step_stage: tuple[str, ...]
    step_channel: tuple[str, ...]
    importance: Array
    revenue: Array
    margin: Array
    wage: Array
    premium: Array
    hire: Array
    organiser: float
    unit_cost: Array
    loss: Array
    message: float
    acquisition: float
    discount: float
    schemes: tuple[str, ...]
    worth: Array
    fee: Array
    breakage: Array
    campaigns: tuple[str, ...]
    campaign_message: Array
    campaign_cost: Array
    currency: str
    replicates: tuple[int, ...]
    offers: tuple[tuple[str, str], ...]
    offer_cost: Array
    rules: tuple[tuple[str, str], ...] = ()
    reward: float = 0.0
    referral_margin: float = 0.0

    @property
    def months(self) -> int:
        """Months in the log."""
        return int(self.log.people.shape[1])

    def members(self, axis: str) -> tuple[str, ...]:
        """Names along an axis: segment, team, journey, scheme or campaign."""
        return {
            "segment": self.segments, "team": self.teams, "journey": self.journeys, "scheme": self.schemes,
            "campaign": self.campaigns,
        }[axis]  # fmt: skip

    def people(self, *names: str) -> Array:
        """Columns of the people table, ``[replicate, month, segment, column]``."""
        return _take(self.log.people, PEOPLE, names)

    def failures(self, *names: str) -> Array:
        """Columns of the failures table, ``[replicate, month, segment, column]``."""
        return _take(self.log.failures, FAILURES, names)

    def of_steps(self, *names: str) -> Array:
        """Columns of the steps table, ``[replicate, month, step, segment, column]``."""
        return _take(self.log.steps, STEPS, names)

    def of_teams(self, *names: str) -> Array:
        """Columns of the teams table, ``[replicate, month, team, column]``."""
        return _take(self.log.teams, TEAMS, names)

    def firm(self, *names: str) -> Array:
        """Columns of the firm table, ``[replicate, month, column]``."""
        return _take(self.log.firm, FIRM, names)

    def of_schemes(self, *names: str) -> Array:
        """Columns of the schemes table, ``[replicate, month, scheme, segment, column]``."""
        return _take(self.log.schemes, SCHEMES, names)

    def of_campaigns(self, *names: str) -> Array:
        """Columns of the campaigns table, ``[replicate, month, campaign, segment, column]``."""
        return _take(self.log.campaigns, CAMPAIGNS, names)

    def by_team(self, values: Array) -> Array:
        """Sum ``[replicate, month, step, ...]`` over the steps of each team (self-service left out)."""
        return _gather(values, self.step_team, len(self.teams))

    def by_journey(self, values: Array) -> Array:
        """Sum ``[replicate, month, step, ...]`` over the steps of each journey."""
        place = {journey: number for number, journey in enumerate(self.journeys)}
        return _gather(values, tuple(place[journey] for journey, _ in self.steps), len(self.journeys))


def _take(table: Array, columns: dict[str, str], names: tuple[str, ...]) -> Array:
    return table[..., [column(columns, name) for name in names]]


def _gather(values: Array, place: tuple[int, ...], size: int) -> Array:
    out = np.zeros(values.shape[:2] + (size,) + values.shape[3:])
    for step, target in enumerate(place):
        if target >= 0:
            out[:, :, target] += values[:, :, step]
    return out


def books(run: Any) -> Books:
    """Open the books of a run.

    ``run``: a ``cemsim.experiment.Run``, or anything with its ``scenario``, ``plan.names``, ``log`` and
    ``replicates``. What they give, measures read.

    >>> from cemsim import load, run
    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.measures import KPIS
    >>> cohort = load(shipped("scenarios/textbook/geometric.yaml")).model_copy(update={"horizon": 12})
    >>> opened = books(run(cohort, replicates=1)[0])
    >>> KPIS["lost"].total(opened, ("segment",)).shape          # [replicate, segment]
    (1, 1)
    """
    from cemsim.plan.loyalty import point_value  # late: cemsim check asks what measures there are, and is light

    scenario, names = run.scenario, run.plan.names
    segments = [scenario.segments[name] for name in names.segments]
    teams = [scenario.teams[name] for name in names.teams]
    steps = [scenario.journeys[journey].steps[step] for journey, step in names.steps]
    schemes = [scenario.schemes[name] for name in names.schemes]
    campaigns = [scenario.campaigns[name] for name in names.campaigns]
    message = float(scenario.finance.message_cost)
    place = {name: number for number, name in enumerate(names.teams)}
    number = {pair: place for place, pair in enumerate(names.steps)}
    known = {
        (name, what): cost for name, segment in zip(names.segments, segments, strict=True)
        for what, cost in segment.offers.items()
    }  # fmt: skip
    return Books(
        name=scenario.name,
        log=run.log,
        segments=tuple(names.segments),
        teams=tuple(names.teams),
        journeys=tuple(names.journeys),
        steps=tuple((journey, step) for journey, step in names.steps),
        step_team=tuple(place[step.team] if step.team else -1 for step in steps),
        live=tuple(team.works == "live" for team in teams),
        promised=tuple(step.promise is not None for step in steps),
        partner=tuple(step.partner is not None for step in steps),
        windows=tuple(step.window is not None for step in steps),
        walks=tuple(
            tuple(
                number[journey, name]
                for name, step in scenario.journeys[journey].steps.items()
                if not step.skip
            )
            for journey in names.journeys
        ),
        step_stage=tuple(scenario.journeys[journey].stage for journey, _ in names.steps),
        step_channel=tuple(step.channel for step in steps),
        importance=np.array([[dict(s.importance)[k] for k in ATTRIBUTES] for s in segments]),
        revenue=np.array([s.revenue for s in segments], float),
        margin=np.array([s.margin for s in segments], float),
        wage=np.array([team.wage for team in teams], float),
        premium=np.array([team.overtime_premium for team in teams], float),
        hire=np.array([t.workforce.hiring.replacement_cost if t.workforce else 0.0 for t in teams], float),
        organiser=float(scenario.improvement.cost) if scenario.improvement else 0.0,
        unit_cost=np.array([step.unit_cost for step in steps], float),
        loss=np.array([step.risk.loss if step.risk else 0.0 for step in steps], float),
        message=message,
        acquisition=float(scenario.finance.acquisition_cost),
        discount=float(scenario.finance.discount_rate),
        currency=scenario.currency,
        replicates=tuple(run.replicates),
        offers=tuple(known),
        offer_cost=np.array([known[each] for each in known], float),
        rules=tuple(names.rules),
        schemes=tuple(names.schemes),
        worth=np.array([point_value(scheme) for scheme in schemes], float),
        fee=np.array([scheme.club.fee if scheme.club else 0.0 for scheme in schemes], float),
        breakage=np.array([_breakage(scheme) for scheme in schemes], float),
        campaigns=tuple(names.campaigns),
        campaign_message=np.array([message if c.message_cost is None else c.message_cost for c in campaigns], float),
        campaign_cost=np.array([c.cost for c in campaigns], float),
        reward=0.0 if scenario.network is None else float(scenario.network.referral.reward),
        referral_margin=0.0 if scenario.network is None else float(scenario.network.referral.margin),
    )


def _breakage(scheme: Any) -> float:
    counted = scheme.points or scheme.stamps
    return float(counted.breakage) if counted is not None else 0.0
