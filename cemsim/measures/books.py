"""What a measure reads: the log's tables, the names of their axes, and the prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cemsim.base.records import CAMPAIGNS, FAILURES, FIRM, PEOPLE, SCHEMES, STEPS, TEAMS, column
from cemsim.base.words import ATTRIBUTES
from cemsim.measures.prices import Prices, both, monthly, prices, step_of

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Books:
    """One run, ready to be measured: quantities from the log, prices from the scenario.

    ``log`` holds the tables of ``cemsim.base.records`` as attributes, each ``[replicate, month, ...]``.
    Prices, each ``[month, place]`` (one place where it is of nothing in particular): ``revenue`` (money a month) and
    ``margin`` (share) by segment, ``wage`` (money an hour) and ``premium`` (what an hour of overtime costs, in hours)
    and ``hire`` (money a replacement) by team, ``unit_cost`` (money a contact) and ``loss`` (money lost where no
    control stops it) by step, ``message`` (money a message), ``acquisition`` (money a new customer), ``organiser``
    (money a month of somebody who does nothing but experience management), ``reward`` (money a customer whom another
    brought), ``referral_margin`` (how much higher the margin of those is at first, a share), ``discount`` (per year);
    by loyalty scheme ``worth`` (money a point) and ``fee`` (money a month), and the share of points that is never used,
    ``breakage``; by campaign ``campaign_message`` (money a message) and ``campaign_cost`` (money a month). ``offers``
    are (segment, save_desk, win_back or cross_sell), with ``offer_cost``
    (money for each who takes it). ``before`` and ``after`` hold the prices of the baseline and of the plan, ``[place]``
    by name, and ``share [month]`` how far the plan is on its way between them.
    ``rules`` are (ruleset, rule); ``takers`` places of teams to which rules pass contacts of other teams' steps.
    Of each step in each month: ``step_team``, its team, -1 for self-service,
    ``step_channel``, whether it has a promise (``promised``) and whether a ``partner`` delivers it. ``windows`` says
    which steps are visits in a window, ``live`` which teams answer live; ``walks`` are each journey's steps in the
    order they are walked, those left out not among them.
    """

    name: str
    log: Any
    segments: tuple[str, ...]
    teams: tuple[str, ...]
    journeys: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    step_team: npt.NDArray[np.int64]
    live: tuple[bool, ...]
    promised: npt.NDArray[np.bool_]
    partner: npt.NDArray[np.bool_]
    windows: tuple[bool, ...]
    walks: tuple[tuple[int, ...], ...]
    step_stage: tuple[str, ...]
    step_channel: npt.NDArray[np.str_]
    importance: Array
    revenue: Array
    margin: Array
    wage: Array
    premium: Array
    hire: Array
    organiser: Array
    unit_cost: Array
    loss: Array
    message: Array
    acquisition: Array
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
    reward: Array
    referral_margin: Array
    takers: tuple[int, ...]
    before: Prices
    after: Prices
    share: Array
    rules: tuple[tuple[str, str], ...] = ()

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
        """Columns of the steps table, ``[replicate, month, step, segment, column]``, whichever team took a contact."""
        own, passed = self.by_taker(*names)
        return np.asarray(own + passed.sum(axis=2))

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

    def by_taker(self, *names: str) -> tuple[Array, Array]:
        """The same of contacts that the step's own team took, and of those that rules passed to another one,
        ``[replicate, month, taker, step, segment, column]``."""
        return _take(self.log.steps, STEPS, names), _take(self.log.passed, STEPS, names)

    def of_contacts(self, *names: str, at: npt.NDArray[np.bool_] | None = None) -> Array:
        """Columns of the steps table by the team that took the contact, ``[replicate, month, team, segment, column]``.

        Self-service is left out; ``at [month, step]`` says which steps count.
        """
        own, passed = self.by_taker(*names)
        if at is not None:
            own, passed = own * at[..., None, None], passed * at[:, None, :, None, None]
        out = np.zeros(own.shape[:2] + (len(self.teams),) + own.shape[3:])
        for span in spans(self.step_team):
            out[:, span] = _gather(own[:, span], self.step_team[span.start], len(self.teams))
        out[:, :, list(self.takers)] += passed.sum(axis=3)
        return out

    def of_callers(self, *names: str) -> Array:
        """The same without what nobody waits for on a live team's line: calls that it makes, letters of others."""
        live = np.array([*self.live, True])              # the last: steps of self-service have no team
        inbound = self.of_contacts(*names, at=(self.step_channel != "phone_out") & live[self.step_team])
        return np.where(live[:-1, None, None], inbound, self.of_contacts(*names))

    def by_journey(self, values: Array) -> Array:
        """Sum ``[replicate, month, step, ...]`` over the steps of each journey."""
        place = {journey: number for number, journey in enumerate(self.journeys)}
        return _gather(values, tuple(place[journey] for journey, _ in self.steps), len(self.journeys))


def _take(table: Array, columns: dict[str, str], names: tuple[str, ...]) -> Array:
    return table[..., [column(columns, name) for name in names]]


def spans(table: npt.NDArray[Any]) -> list[slice]:
    """Spans of months over which the rows of a table stay the same.

    >>> spans(np.array([[1, 2], [1, 2], [1, 3]]))
    [slice(0, 2, None), slice(2, 3, None)]
    """
    cuts = np.flatnonzero((table[1:] != table[:-1]).any(axis=1)) + 1
    edges = [0, *cuts.tolist(), len(table)]
    return [slice(start, end) for start, end in zip(edges[:-1], edges[1:], strict=True)]


def _gather(values: Array, place: Sequence[int] | npt.NDArray[np.int64], size: int) -> Array:
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
    scenario, names, base = run.scenario, run.plan.names, run.plan.base
    segments = [scenario.segments[name] for name in names.segments]
    teams = [scenario.teams[name] for name in names.teams]
    steps = [scenario.journeys[journey].steps[step] for journey, step in names.steps]
    place = {name: number for number, name in enumerate(names.teams)}
    number = {pair: place for place, pair in enumerate(names.steps)}
    share = np.array([run.plan.share(month) for month in range(run.log.people.shape[1])])
    offers = tuple(dict.fromkeys(
        (name, what) for world in (scenario, base) if world is not None
        for name in names.segments if name in world.segments for what in world.segments[name].offers
    ))  # fmt: skip
    after = prices(scenario, names, offers)
    before, after = both(after if base is None else prices(base, names, offers), after)

    def stepping(of: Callable[[Any], Any]) -> Any:
        """Something of each step, ``[month, step]``: as the plan has it, before its start as the baseline does."""
        new = [of(step) for step in steps]
        known = new if base is None else [
            each if (old := step_of(base, *pair)) is None else of(old)
            for pair, each in zip(names.steps, new, strict=True)
        ]  # fmt: skip
        return np.where(share[:, None] > 0.0, np.array(new), np.array(known))

    return Books(
        name=scenario.name,
        log=run.log,
        segments=tuple(names.segments),
        teams=tuple(names.teams),
        journeys=tuple(names.journeys),
        steps=tuple((journey, step) for journey, step in names.steps),
        step_team=stepping(lambda step: place[step.team] if step.team else -1).astype(np.int64),
        live=tuple(team.works == "live" for team in teams),
        promised=stepping(lambda step: step.promise is not None).astype(bool),
        partner=stepping(lambda step: step.partner is not None).astype(bool),
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
        step_channel=stepping(lambda step: step.channel).astype(str),
        importance=np.array([[dict(s.importance).get(k, 0.0) for k in ATTRIBUTES] for s in segments]),
        discount=float(scenario.finance.discount_rate),
        currency=scenario.currency,
        replicates=tuple(run.replicates),
        offers=offers,
        rules=tuple(names.rules),
        takers=tuple(place[name] for name in names.takers),
        schemes=tuple(names.schemes),
        campaigns=tuple(names.campaigns),
        before=before,
        after=after,
        share=share,
        **{name: monthly(before[name], new, share) for name, new in after.items()},
    )
