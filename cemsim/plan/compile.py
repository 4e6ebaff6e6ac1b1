"""Scenario to plan: words to numbers, switches to their neutral values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import CemsimError
from cemsim.base.words import ATTRIBUTES, CAUSES, CHANNELS, GROUPS, STAGES
from cemsim.plan import tables as t
from cemsim.plan.blueprint import draw_up
from cemsim.plan.crews import beginnings, crews
from cemsim.plan.firm import firm, follow_up, ramp_of
from cemsim.plan.laws import LawShelf
from cemsim.plan.loyalty import campaign_table, loyalty_numbers, scheme_table, unheard
from cemsim.plan.market import edges, talk
from cemsim.plan.names import Names, names_of
from cemsim.plan.plan import Plan, Stage
from cemsim.plan.rulebook import rulebook
from cemsim.plan.ties import put_segment, put_world
from cemsim.scenario.files import read_profile, read_trace
from cemsim.scenario.schema.journey import Journey
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.schema.team import Team

_STARTS = {"need": t.NEED, "joining": t.JOINING, "complaint": t.COMPLAINT, "trace": t.TRACE, "rule": t.RULED}
_UNLIMITED = 2**30
ORDINARY = 8
"""Rank of an ordinary contact, of 0 to 15: rules may put others before it or behind it."""


def plan(scenario: Scenario, baseline: Plan | None = None) -> Plan:
    """Compile a scenario; a patch needs the plan of its baseline, whose places it keeps.

    Raises CemsimError where a scenario is larger than an engine holds.
    """
    names = names_of(scenario, baseline.names if baseline else None)
    after = _stage(scenario, names)
    if baseline is None:
        rules = _rules(scenario, names, after)
        return Plan(scenario, names, after, after, 0, 0.0, rules, rules)
    before = _stage(baseline.scenario, names)
    before = before._replace(
        schemes=unheard(before.schemes, after.schemes), campaigns=unheard(before.campaigns, after.campaigns)
    )
    starts, ramp = (scenario.investment.starts, scenario.investment.ramp) if scenario.investment else (0, 0.0)
    ramp = ramp_of(scenario, ramp)
    earlier, later = _rules(baseline.scenario, names, before), _rules(scenario, names, after)
    before = before._replace(crews=beginnings(before.crews, after.crews))
    return Plan(scenario, names, before, after, starts, ramp, earlier, later, baseline.scenario)


def _stage(scenario: Scenario, names: Names) -> Stage:
    """All arrays of a scenario in one state of the world."""
    people = max(scenario.market.people, sum(s.customers for s in scenario.segments.values()))
    if people > t.MAX_PEOPLE:
        raise CemsimError(f"{scenario.path}: {people} people; an engine holds {t.MAX_PEOPLE}.")
    shelf = LawShelf(names)
    heads, teams = _teams(scenario, names, shelf)
    journeys, profiles, trace = _journeys(scenario, names, shelf, heads)
    steps = _steps(scenario, names, shelf)
    draw_up(scenario, names, steps, journeys, shelf)
    return Stage(
        steps=steps, teams=teams, journeys=journeys,
        segments=_segments(scenario, names), world=_world(scenario, names, shelf, people), heads=heads,
        profiles=profiles, trace=trace, edges=edges(scenario), laws=shelf.laws, quantiles=shelf.quantiles(),
        crews=crews(scenario, names, heads, teams), firm=firm(scenario, names),
        schemes=scheme_table(scenario, names), campaigns=campaign_table(scenario, names),
    )


def _rules(scenario: Scenario, names: Names, stage: Stage) -> NDArray[np.void]:
    return rulebook(scenario.rulesets, names, stage.steps, stage.teams, stage.journeys)


def _by_attribute(values: Any, otherwise: float = 0.0) -> NDArray[np.float64]:
    return np.array([values.get(k, otherwise) for k in ATTRIBUTES])


def _segments(scenario: Scenario, names: Names) -> NDArray[np.void]:
    table = np.zeros(len(names.segments), t.SEGMENT)
    for row, name in zip(table, names.segments, strict=True):
        s = scenario.segments[name]
        row["customers"], row["churn"] = s.customers, s.churn
        row["slope"], row["reaction"] = s.churn_slope, s.attraction_reaction
        row["importance"] = _by_attribute(s.importance)
        row["spend"] = t.REPERTOIRE if s.spend.kind == "repertoire" else t.CONTRACTUAL
        row["group"] = GROUPS.index(s.group) if s.group else -1
        row["revenue"] = s.revenue if names.remembered else 0.0   # only memory reads it: else a price changes no world
        row["brands"], row["dispersion"], row["sow_speed"] = s.spend.brands, s.spend.dispersion, s.spend.adjustment
        row["trips"], row["trip_shape"], row["basket"] = s.spend.trips, s.spend.trip_shape, s.spend.basket_dispersion
        row["telling"], row["adoption"] = s.telling, scenario.market.won or 0.0
        row["proneness"], row["cards"], row["reward_response"] = s.proneness, s.cards, s.reward_response
        row["ideal"] = s.ideal_messages
        row["kappa"], row["sow_scale"] = 1.0, 1.0
        put_segment(row, s, scenario.model.ties, scenario.switches)
    return table


def _steps(scenario: Scenario, names: Names, shelf: LawShelf) -> NDArray[np.void]:
    table = np.zeros(len(names.steps), t.STEP)
    for i, (journey_name, step_name) in enumerate(names.steps):
        row = table[i]
        row["journey"] = names.journeys.index(journey_name)
        row["team"] = row["next"] = row["escalate_to"] = row["lag"] = -1
        journey = scenario.journeys.get(journey_name)
        if journey is None or step_name not in journey.steps:
            row["skip"], row["used_by"] = 1, 1.0        # a step that only a patch has
            continue
        step = journey.steps[step_name]
        order = list(journey.steps)
        place = order.index(step_name)
        if place + 1 < len(order):
            row["next"] = names.steps.index((journey_name, order[place + 1]))
        row["stage"], row["channel"] = STAGES.index(journey.stage), CHANNELS.index(step.channel)
        row["skip"], row["used_by"], row["resolves"] = step.skip, step.used_by, step.resolves
        row["loads"] = _by_attribute(step.loads)
        row["felt"] = bool(np.any(row["loads"] > 0.0))
        row["quality"] = _by_attribute(step.quality)
        row["promise"] = step.promise or 0.0
        if step.team is not None and step.handling is not None:
            row["team"] = names.teams.index(step.team)
            row["handling"] = shelf.put(("handling", i), step.handling)
            if not scenario.switches.resolution and step.resolves > 0:
                row["resolves"] = 1.0
        if step.lag.mean > 0:
            row["lag"] = shelf.put(("lag", i), step.lag)
        if step.escalate is not None:
            row["escalate_to"] = names.steps.index((journey_name, step.escalate.to))
            row["escalate_after"], row["escalate_share"] = step.escalate.after, step.escalate.share
    return table


def _teams(scenario: Scenario, names: Names, shelf: LawShelf) -> tuple[NDArray[np.int32], NDArray[np.void]]:
    table = np.zeros(len(names.teams), t.TEAM)
    heads = np.zeros((len(names.teams), t.SLOTS), np.int32)
    for i, name in enumerate(names.teams):
        row = table[i]
        row["patience"] = row["redial"] = -1
        row["room"], row["attempts"], row["acceptable"] = _UNLIMITED, 1, 1.0
        row["paid_factor"] = row["patience_scale"] = 1.0
        team = scenario.teams.get(name)
        if team is None:                                # a team that only a patch has
            continue
        row["works"] = t.BACK_OFFICE if team.works == "back_office" else t.LIVE
        row["room"] = _UNLIMITED if team.room is None else team.room
        row["attempts"] = team.redial.attempts
        row["acceptable"], row["within"] = team.acceptable_wait, team.target.within
        if scenario.switches.redial:
            row["same_day"], row["next_day"] = team.redial.same_day, team.redial.next_day
        row["redial"] = shelf.put(("redial", i), team.redial.lag)
        if team.patience is not None and scenario.switches.waiting:
            row["patience"] = shelf.put(("patience", i), team.patience)
        row["empowerment"] = team.empowerment
        order = list(team.serve_first)
        for g, segment in enumerate(names.segments):
            row["rank"][g] = max(ORDINARY - len(order) + order.index(segment), 0) if segment in order else ORDINARY
        heads[i], row["paid_factor"] = _roster(team)
    return heads, table


def _roster(team: Team) -> tuple[NDArray[np.int32], float]:
    """People on shift by quarter hour of the week, and paid minutes for each minute on shift."""
    heads = np.zeros(t.SLOTS, np.int32)

    def add(days: tuple[int, ...], start: int, end: int, people: int) -> None:
        for day in days:
            slots = np.arange(round((day * 1440 + start) / 15), round((day * 1440 + end) / 15)) % t.SLOTS
            heads[slots] += people

    factor = 1.0 / (1.0 - team.shrinkage)
    if team.shifts:
        for shift in team.shifts:
            add(shift.days, *shift.hours, shift.people)
        return heads, factor
    for hours in team.open:
        add(hours.days, hours.start, hours.end, 1)
    heads = np.minimum(heads, 1).astype(np.int32)
    open_minutes = 15.0 * float(heads.sum())
    if team.paid is None:
        return heads * np.int32(team.on_shift or 0), factor
    people = round(team.paid * team.paid_week * (1.0 - team.shrinkage) / open_minutes)
    factor = team.paid * team.paid_week / (people * open_minutes) if people else 0.0
    return heads * np.int32(people), factor


def _journeys(
    scenario: Scenario, names: Names, shelf: LawShelf, heads: NDArray[np.int32]
) -> tuple[NDArray[np.void], NDArray[np.float64], NDArray[np.float64]]:
    table = np.zeros(len(names.journeys) + 1, t.JOURNEY)
    table["restart"] = table["first"] = -1
    profiles = np.ones((len(names.journeys) + 1, 168))
    traces: list[float] = []
    for i, name in enumerate(names.journeys):
        row = table[i]
        row["repeat"] = shelf.put(("repeat", i), None)
        journey = scenario.journeys.get(name)
        if journey is None:                             # a journey that only a patch has
            continue
        order = [names.steps.index((name, s)) for s in journey.steps]
        row["first"], row["restart"] = order[0], names.steps.index((name, _restart(journey)))
        row["starts"], row["stage"] = _STARTS[journey.starts], STAGES.index(journey.stage)
        row["repeat"] = shelf.put(("repeat", i), journey.repeat_lag)
        for g, segment in enumerate(names.segments):
            row["need"][g] = journey.need * scenario.segments[segment].contact_rate
        row["salience"], row["overdispersion"] = journey.salience, journey.overdispersion
        if journey.starts == "joining":
            row["salience"] *= scenario.model.experience.salience.onboarding
        else:
            row["salience"] *= scenario.model.experience.salience.contact
        if scenario.switches.failure and journey.starts != "complaint":
            usual = 0.0 if journey.starts == "rule" else scenario.failures.probability    # nothing was asked of us
            row["failure"] = usual if journey.failure is None else journey.failure
        if journey.profile is not None:
            profiles[i] = np.array(read_profile(journey.profile)) * 168.0
        else:
            profiles[i] = _open_hours(journey, names, heads)
        if journey.trace is not None:
            recorded = read_trace(journey.trace)
            row["trace_from"], row["trace_to"] = len(traces), len(traces) + len(recorded)
            traces += recorded
    usage = table[-1]                                   # failures in use are a journey of their own, without steps
    if scenario.switches.failure:
        usage["need"][: len(names.segments)] = scenario.failures.usage
    usage["salience"] = 1.0
    return table, profiles, np.array(traces)


def _open_hours(journey: Journey, names: Names, heads: NDArray[np.int32]) -> NDArray[np.float64]:
    """Without a profile, people come evenly over the hours in which the first live team is there."""
    for step in journey.steps.values():
        if step.team is not None:
            open_now = (heads[names.teams.index(step.team)] > 0).reshape(168, 4).mean(axis=1)
            if open_now.sum() > 0.0:
                return np.asarray(open_now * (168.0 / open_now.sum()))
    return np.ones(168)


def _restart(journey: Journey) -> str:
    """Step where an unresolved issue comes back: the one named, else the first with a team, else the first."""
    if journey.restart is not None:
        return journey.restart
    return next((n for n, s in journey.steps.items() if s.team is not None), next(iter(journey.steps)))


def _world(scenario: Scenario, names: Names, shelf: LawShelf, people: int) -> NDArray[np.void]:
    table = np.zeros(1, t.WORLD)
    w = table[0]
    on, model, failures = scenario.switches, scenario.model, scenario.failures
    x = model.experience
    w["people"] = people
    w["quality"], w["norm"] = _by_attribute(scenario.quality, 7.5), _by_attribute(scenario.norm, 7.5)
    w["price"], w["rival_price"], w["price_sensitivity"] = (
        scenario.price.ours, scenario.price.rivals, x.price_sensitivity,
    )
    w["attraction"], w["advertising"] = scenario.market.attraction, scenario.advertising
    w["theta"], w["gamma"] = x.theta, x.gamma if on.disconfirmation else 0.0
    w["kano"] = _by_attribute(x.kano_stage, 1.0)
    w["kano_speed"] = 1.0 / x.stage_months if on.kano else 0.0
    if on.asymmetry:
        w["gain_stage"] = x.kano.attractive.gain, 1.0, x.kano.must_be.gain
        w["loss_stage"] = x.kano.attractive.loss, x.loss_ratio, x.kano.must_be.loss
    else:
        w["gain_stage"] = w["loss_stage"] = 1.0, 1.0, 1.0
    w["alpha_0"], w["alpha_min"], w["tau_alpha"] = x.alpha_0, x.alpha_min, x.tau_alpha
    w["usage_salience"], w["failure_salience"] = x.salience.usage, x.salience.failure
    w["fade"] = x.fade if on.fade else 0.0
    learns = on.adaptation and on.disconfirmation
    w["eta"], w["eta_norm"] = (x.eta, x.eta_norm) if learns else (0.0, 0.0)
    w["promise_pull"] = x.xi if learns else 0.0
    w["xi"] = w["promise_pull"] if x.promise else 0.0
    w["promised"] = _by_attribute(x.promise, -100.0)
    w["peak"], w["end"] = (x.peak, x.end) if on.peak_end else (0.0, 0.0)
    w["noise"] = x.noise if on.noise else 0.0
    w["match_sd"], w["image_up"], w["image_down"] = x.match_sd, x.image_up, x.image_up * x.image_ratio
    w["norm_drift"] = x.norm_drift if on.norm else 0.0
    w["imitation"] = x.imitation if on.norm and on.imitation else 0.0
    w["overestimate"], w["exponent"] = model.waiting.overestimate, model.waiting.exponent
    w["kappa_wait"] = model.waiting.kappa if on.waiting else 0.0
    w["abandon_penalty"], w["repeat_penalty"] = model.waiting.abandon_penalty, model.waiting.repeat_penalty
    w["at_home"] = model.touchpoints.at_home
    w["beta1"], w["beta3"] = (model.churn.beta1, model.churn.beta3) if on.satisfaction_churn else (0.0, 0.0)
    w["precision"], w["heterogeneous"] = model.churn.heterogeneity, float(on.heterogeneity)
    w["ledger"] = [scenario.causes.ledger[c] for c in CAUSES]
    put_world(w, model.ties, on)
    loyalty_numbers(w, scenario)
    w["score_slope"], w["score_sd"] = model.advocacy.b, model.advocacy.ltr_sd
    w["style_sd"], w["rating_sd"] = model.advocacy.style_sd, model.advocacy.csat_sd
    reply = scenario.survey.reply
    replies = [reply.promoter, reply.passive, reply.detractor]
    w["asked"], w["reply"] = scenario.survey.asked, replies if on.survey_bias else [sum(replies) / 3.0] * 3
    w["observed_nps"] = math.nan if scenario.survey.observed_nps is None else scenario.survey.observed_nps
    w["observed_contacts"] = math.nan if scenario.observed.contacts is None else scenario.observed.contacts
    w["back_share"] = failures.back_office_share
    w["back_factor"], w["front_factor"] = failures.back_office_factor, failures.front_factor
    w["minor"], w["major"] = failures.severity.minor, failures.severity.major
    w["major_share"], w["voice"] = failures.severity.major_share, failures.voice
    w["voice_lag"] = shelf.put(("voice", 0), failures.voice_lag)
    w["recovery"], w["per_empowerment"] = failures.recovery.success, failures.recovery.per_empowerment
    w["workload"], w["promise"] = failures.recovery.workload, failures.promise
    w["pay_minor"], w["pay_major"] = failures.compensation.minor, failures.compensation.major
    w["fail_loads"][0] = _by_attribute(failures.loads.get("back", {}))
    w["fail_loads"][1] = _by_attribute(failures.loads.get("front", {}))
    w["fail_loads"][2] = _by_attribute({"product": 1.0})
    complaint = [n for n, j in scenario.journeys.items() if j.starts == "complaint"]
    w["complaint"] = names.journeys.index(failures.complaints or complaint[0]) if complaint else -1
    loads = np.sum([_by_attribute(s.loads) for j in scenario.journeys.values() for s in j.steps.values()], axis=0)
    w["loaded"] = sum(1 << k for k in range(6) if np.any(loads) and loads[k] > 0)
    talk(w, scenario)
    follow_up(w, scenario, names)
    # FROZEN values without calibration: nothing is moved, and every cause is personal
    w["cause_level"] = w["demand_scale"] = 1.0
    w["hazard_mean"], w["score_intercept"] = -1.0, 8.0
    return table
