"""Switches: off is exactly neutral, and what is not downstream of a mechanism never moves (model.md D31)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.base.records import EMOTION, HOURS, PEOPLE, STEPS, TEAMS, column
from cemsim.engine.log import Log
from cemsim.experiment.calibrate import wait_habit
from cemsim.experiment.constants import constants_of
from cemsim.plan.compile import plan
from cemsim.scenario import Scenario
from cemsim.scenario.schema.switches import Switches
from tests.checked import Checked
from tests.engine.small import COMPANY, LOYALTY, Constants, lived, patched, same, step_sum, written

#: Outreach, so that there is something to wake up from.
OUTREACH = """\
rules:
  - version: 1
    ruleset: outreach
    decide_on: month_end
    rules:
      - id: write
        because: All are written to.
        when: {tenure: {ge: 0 months}}
        then: [{send_message: {outreach: yes}}]
"""
TEXT = (
    COMPANY.replace("horizon: 18", "horizon: 5").replace(
        "churn: 12 %/year}", "churn: 12 %/year, cross_sell: {rate: 2 /year, slope: 0, cost: 5 USD}}"
    )
    + OUTREACH
)
OWN = "own_baseline: true\n"
ALL = tuple(Switches.model_fields)

#: Numbers that only the mechanism of a switch reads, far from what is sensible.
WILD: dict[str, dict[str, str]] = {
    "disconfirmation": {
        "model.experience.gamma": "{to: 4}",
        "model.experience.eta": "{to: 90 %}",
        "model.experience.eta_norm": "{to: 50 %/month}",
        "model.experience.xi": "{to: 90 %/month}",
        "model.experience.promise": "{to: {product: 10 points, service: 10 points}}",
    },
    "asymmetry": {
        "model.experience.loss_ratio": "{to: 9}",
        "model.experience.kano.attractive.gain": "{to: 8}",
        "model.experience.kano.must_be.loss": "{to: 9}",
        "model.experience.kano_stage": "{to: {service: 1.8}}",
    },
    "peak_end": {"model.experience.peak": "{to: 60 %}", "model.experience.end": "{to: 40 %}"},
    "kano": {"model.experience.stage_months": "{to: 1 month}"},
    "norm": {"model.experience.norm_drift": "{to: 5 points/year}", "model.experience.imitation": "{to: 9}"},
    "imitation": {"model.experience.imitation": "{to: 9}"},
    "waiting": {
        "model.waiting.kappa": "{to: 9 points}",
        "model.waiting.overestimate": "{to: 9}",
        "model.waiting.exponent": "{to: 2.5}",
        "teams.desk.patience": "{to: 1 s}",
        "teams.desk.acceptable_wait": "{to: 1 s}",
    },
    "redial": {
        "teams.desk.redial.same_day": "{to: 90 %}",
        "teams.desk.redial.next_day": "{to: 100 %}",
        "teams.desk.redial.lag": "{to: 5 days}",
        "teams.desk.redial.attempts": "{to: 40}",
    },
    "failure": {
        "failures.probability": "{to: 90 %}",
        "failures.usage": "{to: 50 /year}",
        "failures.voice": "{to: 100 %}",
        "journeys.question.failure": "{to: 100 %}",
        "failures.severity.minor": "{to: 9 points}",
        "failures.recovery.success": "{to: 0 %}",
        "failures.back_office_factor": "{to: 9}",
        "failures.compensation.major": "{to: 20}",
        "failures.promise": "{to: 1 h}",
        "failures.voice_lag": "{to: 9 days}",
        "teams.desk.empowerment": "{to: 3}",
    },
    "satisfaction_churn": {
        "model.churn.beta1": "{to: 3}",
        "model.churn.beta3": "{to: 1}",
        "segments.fickle.churn_slope": "{to: 5}",
    },
    "heterogeneity": {"model.churn.heterogeneity": "{to: 0.5}"},
    "resolution": {
        "journeys.question.steps.call.resolves": "{to: 1 %}",
        "journeys.question.steps.repair.resolves": "{to: 1 %}",
        "journeys.question.steps.expert.resolves": "{to: 1 %}",
        "journeys.complaint.steps.settle.resolves": "{to: 1 %}",
        "journeys.question.repeat_lag": "{to: 1 min}",
        "model.waiting.repeat_penalty": "{to: 9 points}",
        "journeys.question.steps.call.escalate": "{to: {to: expert, after: 1, share: 100 %}}",
    },
    "fade": {"model.experience.fade": "{to: 100 %/month}"},
    "survey_bias": {
        "survey.reply.promoter": "{to: 15 %}",
        "survey.reply.passive": "{to: 22 %}",
    },  # the mean stays
    "noise": {"model.experience.noise": "{to: 9 points}"},
    "adaptation": {
        "model.experience.eta": "{to: 90 %}",
        "model.experience.eta_norm": "{to: 50 %/month}",
        "model.experience.xi": "{to: 90 %/month}",
        "model.experience.promise": "{to: {product: 10 points}}",
    },
    "contract": {
        "segments.loyal.contract": "{to: {term: 3 months, renewal: 90 %/month, signs: 90 %}}",
        "model.ties.in_contract": "{to: 9}",
        "model.ties.at_expiry": "{to: 9}",
    },
    "cross_sell": {"segments.*.cross_sell": "{to: {rate: 9 /year, most: 20, step: 90 %}}"},
    "switching_cost": {"model.ties.switching": "{to: 3}"},
    "save_desk": {"segments.*.save_desk": "{to: {success: 60 %, partial: 30 %}}"},
    "win_back": {
        "segments.*.win_back": "{to: {offer: bundle, success: 90 %, within: 2 months}}",
        "model.ties.bundle_life": "{to: 9}",
    },
    "wake_up": {"model.ties.wake_up": "{to: 9}", "model.ties.wake_months": "{to: 30 months}"},
    "improvement": {"improvement": "{to: {new_defects: 20 %/month, follow_up: {found: 100 %}, people: 9}}"},
    "maturity": {"maturity.deliver": "{to: 0}", "maturity.design": "{to: 0}"},
    "workforce": {
        "teams.desk.workforce": "{to: {attrition: 90 %/year, incentive: 1, training: {time: 9 h}}}",
        "teams.office.workforce": "{to: {attrition: 90 %/year}}",
    },
    "word_of_mouth": {
        "network": "{to: {kind: mixed, talk: {rate: 90 %/month, strong: 50 %}, referral: {rate: 5 /year}}}",
    },
    "blueprints": {
        "shared_platform": "{to: off}",
        "journeys.question.steps.expert.window": "{to: {width: 24 h, kept: 20 %}}",
        "journeys.question.steps.call.control": "{to: {prevents: 90 %, effort: 5 points, minutes: 20 min}}",
        "journeys.question.steps.look.partner": "{to: {quality: {service: 1 points}, failure: 50 %}}",
    },
    "schemes": {
        "schemes.card.points.earn": "{to: 90}",
        "schemes.card.points.worth": "{to: 5 USD}",
        "schemes.card.points.pull": "{to: 90 %}",
        "schemes.card.discount": "{to: 60 %}",
        "model.loyalty.power": "{to: 1}",
        "model.loyalty.rewarded": "{to: 90 %}",
        "model.loyalty.enrolment": "{to: 0 months}",
        "model.loyalty.failure_loss": "{to: 10 %}",
        "segments.fickle.proneness": "{to: 100 %}",
        "segments.fickle.cards": "{to: 9}",
    },
    "communication": {
        "campaigns.letters.sent": "{to: 90 /month}",
        "campaigns.spring.advertising": "{to: 50}",
        "campaigns.spring.promise": "{to: {service: 10 points}}",
        "model.communication.welcome": "{to: 90 %}",
        "model.communication.reactance": "{to: 4}",
        "model.communication.opt_out": "{to: 90 %}",
        "segments.fickle.ideal_messages": "{to: 1 /month}",
    },
    "calibration": {
        "survey.observed_nps": "{to: -60 points}",
        "observed.contacts": "{to: 90 /year}",
        "teams.desk.observed.abandonment": "{to: 60 %}",
    },
}
DEFAULT_OFF = ("kano", "norm", "maturity")
#: What a switch needs for its mechanism to have work: rivals copy only a lead, here over a norm that falls.
SCENE = {"imitation": {"switches.norm": "{to: on}", "model.experience.norm_drift": "{to: -2 points/year}"}}
#: Switches of what the plain company does not have.
MEMBERS = ("schemes", "communication")


class Bench:
    """Variants of one company, all under the constants of the unchanged one."""

    def __init__(self, folder: Path, text: str = TEXT) -> None:
        self.folder = folder
        self.base = written(folder, text)
        self.constants: Constants = constants_of(plan(self.base), lambda what, share: None)
        self.known: dict[str, Log] = {}

    def scenario(self, name: str, changes: dict[str, str]) -> Scenario:
        return patched(self.folder, name, changes, OWN) if changes else self.base

    def log(self, name: str, changes: dict[str, str]) -> Log:
        if name not in self.known:
            self.known[name] = lived(self.scenario(name, changes), self.constants).log
        return self.known[name]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("neutral"))


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The same company with loyalty schemes and campaigns."""
    return Bench(tmp_path_factory.mktemp("club"), TEXT + LOYALTY)


def off(*switches: str) -> dict[str, str]:
    return {f"switches.{s}": "{to: off}" for s in switches if s not in DEFAULT_OFF}


def on(*switches: str) -> dict[str, str]:
    return {f"switches.{s}": "{to: on}" for s in switches}


def differing(a: Log, b: Log) -> list[str]:
    return [name for name, x, y in zip(Log._fields, a, b, strict=True) if not same(x, y)]


def test_every_switch_is_tried() -> None:
    assert set(WILD) == set(ALL)


@pytest.mark.parametrize("switch", ALL)
def test_off_is_neutral(checked: Checked, bench: Bench, club: Bench, switch: str) -> None:
    """With a switch off, its mechanism's numbers may be anything."""
    bench = club if switch in MEMBERS else bench
    scene = SCENE.get(switch, {}) | off(switch)
    quiet = bench.log(f"{switch}_off" if scene else "base", scene)
    wild = bench.log(f"{switch}_wild", scene | WILD[switch])
    parted = differing(quiet, wild)
    found = "; ".join(parted) or "bit-identical"
    checked.claim("D31", "bit-identical", found, parted == [], f"{switch} off, its numbers wild")


@pytest.mark.parametrize("switch", [s for s in ALL if s != "calibration"])
def test_on_is_not(bench: Bench, club: Bench, switch: str) -> None:
    """The same numbers do act when the switch is on, so that the test above says something."""
    bench = club if switch in MEMBERS else bench
    active = SCENE.get(switch, {}) | (on(switch) if switch in DEFAULT_OFF else {})
    tame = bench.log(f"{switch}_on" if active else "base", active)
    wild = bench.log(f"{switch}_on_wild", active | WILD[switch])
    assert differing(tame, wild) != []


# --- what is not downstream

#: Columns that read satisfaction; all else is blind to it once satisfaction moves no churn.
FELT = {
    "people": (
        "spend",
        "trips",
        "promoters",
        "detractors",
        "asked_promoters",
        "asked_detractors",
        "replied_promoters",
        "replied_passives",
        "replied_detractors",
        "csat_replied",
        "csat_satisfied",
        "recommend_sum",
    ),
    "steps": ("ts_sum",),
    "teams": ("wait_points", "wait_touches"),
    "emotion": ("sum", "sum_sq"),
}
TABLES: dict[str, dict[str, str]] = {
    "people": PEOPLE,
    "steps": STEPS,
    "teams": TEAMS,
    "emotion": EMOTION,
    "hours": HOURS,
}


def blind(log: Log, spared: dict[str, tuple[str, ...]], without: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Bits of each table, the spared columns left out."""
    found = {}
    for name, part in zip(Log._fields, log, strict=True):
        if name in without:
            continue
        keep: Any = slice(None)
        if name in spared:
            gone = [column(TABLES[name], c) for c in spared[name]]
            keep = [c for c in range(part.shape[-1]) if c not in gone]
        found[name] = np.ascontiguousarray(part[..., keep]).tobytes()
    return found


SENSES: dict[str, dict[str, str]] = {
    **{s: off(s) for s in ("disconfirmation", "asymmetry", "peak_end", "fade", "noise", "adaptation")},
    "kano": on("kano") | {"model.experience.stage_months": "{to: 2 months}"},
    "norm": on("norm") | {"model.experience.norm_drift": "{to: 2 points/year}"},
    "kappa": {"model.waiting.kappa": "{to: 5 points}"},
    "abandon_penalty": {"model.waiting.abandon_penalty": "{to: 5 points}"},
    "quality": {"quality.service": "{to: 5 points}"},
    "price": {"price.ours": "{to: 1.2}"},
}


@pytest.mark.parametrize("name", SENSES)
def test_what_is_felt_moves_no_contact(bench: Bench, name: str) -> None:
    """Where satisfaction moves no churn, feelings change no contact, wait, failure, leaver or newcomer."""
    stoic = off("satisfaction_churn")
    a, b = bench.log("stoic", stoic), bench.log(f"stoic_{name}", stoic | SENSES[name])
    felt = ("satisfaction", "expectation")
    assert blind(a, FELT, felt) == blind(b, FELT, felt)
    assert not same(a.satisfaction, b.satisfaction)


@pytest.mark.parametrize("severity", ["{minor: 3.5 points}", "{major: 7 points}"])
def test_pay_goes_by_the_kind_of_failure(bench: Bench, severity: str) -> None:
    """How much a failure hurts moves no compensation: a minor one stays a minor one, and a major one a major one."""
    stoic = off("satisfaction_churn")
    word, value = severity[1:-1].split(": ")
    a = bench.log("stoic", stoic)
    b = bench.log(f"stoic_{word}", stoic | {f"failures.severity.{word}": f"{{to: {value}}}"})
    assert blind(a, FELT, ("satisfaction", "expectation")) == blind(b, FELT, ("satisfaction", "expectation"))


def test_who_replies_moves_only_replies(bench: Bench) -> None:
    replies = tuple(c for c in PEOPLE if c.startswith(("replied_", "csat_")))
    a, b = bench.log("base", {}), bench.log("survey_bias_off", off("survey_bias"))
    assert blind(a, {"people": replies}) == blind(b, {"people": replies})
    assert differing(a, b) == ["people"]


def test_advocacy_moves_only_answers(bench: Bench) -> None:
    """No behaviour reads a score (model.md section 5, 10)."""
    changes = {
        "model.advocacy.b": "{to: 3}",
        "model.advocacy.style_sd": "{to: 4 points}",
        "model.advocacy.csat_sd": "{to: 4 points}",
        "survey.asked": "{to: 12 /year}",
    }
    answers = tuple(c for c in PEOPLE if c.startswith(("asked", "replied_", "csat_", "recommend"))) + (
        "promoters",
        "detractors",
    )
    assert blind(bench.log("base", {}), {"people": answers}) == blind(bench.log("scores", changes), {"people": answers})


def test_money_moves_nothing(bench: Bench) -> None:
    """Engines log quantities; money is counted after."""
    changes = {
        "teams.desk.wage": "{to: 90 USD/h}",
        "segments.loyal.revenue": "{to: 5 USD/month}",
        "segments.*.margin": "{to: 10 %}",
        "journeys.question.steps.call.unit_cost": "{to: 9 USD}",
    }
    assert differing(bench.log("base", {}), bench.log("money", changes)) == []


@pytest.mark.parametrize("switch", ["satisfaction_churn", "heterogeneity"])
def test_who_leaves_moves_nothing_of_the_first_month(bench: Bench, switch: str) -> None:
    """People leave at month ends: the first month of all is lived before."""
    text = TEXT.replace("burn_in: 2", "burn_in: 0") + "switches: {calibration: off}\n"  # all have joined today
    base = written(bench.folder / switch, text)
    other = patched(bench.folder / switch, "off", off(switch), OWN)
    a, b = (lived(s, bench.constants).log for s in (base, other))
    for part in ("steps", "emotion", "waits", "teams", "failures"):
        x, y = getattr(a, part), getattr(b, part)
        if part == "steps":  # open ones of leavers are cancelled at the month end
            keep = [column(STEPS, c) for c in STEPS if c not in ("open", "cancelled")]
            x, y = x[..., keep], y[..., keep]
        assert same(np.ascontiguousarray(x[0]), np.ascontiguousarray(y[0])), part
    assert not same(a.lost, b.lost)


INERT = {
    "redial": TEXT.replace("on_shift: 2,", "on_shift: 900,").replace(
        'open: ["09:00-19:00 mon-sat"]', "open: 00:00-24:00 daily"
    ),
    "failure": TEXT.replace("failures: {probability: 12 %, usage: 0.5 /year}", "failures: {voice: 50 %}"),
    "resolution": TEXT.replace("resolves: 60 %", "resolves: 100 %")
    .replace("resolves: 70 %", "resolves: 100 %")
    .replace("resolves: 90 %", "resolves: 100 %")
    .replace("resolves: 80 %", "resolves: 100 %"),
    "survey_bias": TEXT.replace("asked: 4 /year", "asked: 0 /year"),
}


@pytest.mark.parametrize("switch", ["redial", "failure", "resolution", "survey_bias"])
def test_a_switch_without_work_changes_nothing(bench: Bench, switch: str) -> None:
    """Nobody hangs up, nothing fails, all is resolved, nobody is asked: then the switch is idle."""
    folder = bench.folder / f"inert_{switch}"
    base = written(folder, INERT[switch])
    other = patched(folder, "off", off(switch), OWN)
    a, b = (lived(s, bench.constants).log for s in (base, other))
    assert differing(a, b) == []


def test_survey_without_bias_is_the_truth_sampled(bench: Bench) -> None:
    log = bench.log("asked_often", off("survey_bias") | {"survey.asked": "{to: 12 /year}"})
    people = log.people.sum(axis=(0, 1))

    def of(name: str) -> float:
        return float(people[column(PEOPLE, name)])

    n = of("csat_replied")
    surveyed = (of("replied_promoters") - of("replied_detractors")) / n
    true = (of("promoters") - of("detractors")) / of("months")
    assert abs(surveyed - true) < 4.0 / np.sqrt(n)


def test_switched_off_is_as_if_it_were_not_there(bench: Bench, club: Bench) -> None:
    """Schemes that do not act, and campaigns that do not run, leave every bit of the company without them."""
    both = off(*MEMBERS)
    quiet = lived(club.scenario("both_off", both), bench.constants).log
    assert differing(bench.log("quiet", both), quiet) == ["schemes", "campaigns"]       # rows of zeros more
    assert not quiet.schemes.any() and not quiet.campaigns.any()
    loud = lived(club.base, bench.constants).log
    assert loud.schemes.any() and loud.campaigns.any()


def test_a_twin_of_the_only_desk_is_felt_alike(bench: Bench) -> None:
    """Work that goes to a team of the same size and rules that only a plan brings is lived as before, bit for bit."""
    desk = '{on_shift: 2, open: ["09:00-19:00 mon-sat"], patience: 6 min, room: 12, redial: {same_day: 40 %}}'
    assert f"desk:\n    {desk}" in TEXT
    steps = ("join.steps.welcome", "question.steps.call", "question.steps.expert", "complaint.steps.tell")
    changes = {"teams.twin": f"{{new: {desk}}}"} | {f"journeys.{step}.team": "{to: twin}" for step in steps}
    a, b = bench.log("base", {}), bench.log("twin", changes)
    assert differing(a, b) == ["waits", "teams", "hours"]        # they go by team
    waited = step_sum(b, "wait_sum").sum()
    assert waited > 0 and bench.constants["teams.wait_offset"][0] > 0.1


def test_a_new_team_has_what_people_are_used_to() -> None:
    """The contact-weighted mean of those that work its way; of all, where none does."""
    live, back = 0, 1
    points, touches = np.array([-3.0, -1.0, -8.0, 0.0]), np.array([10.0, 30.0, 8.0, 0.0])
    assert wait_habit(np.array([live, live, back, back]), touches, points).tolist() == [0.1, 1.0]
    assert wait_habit(np.array([live, live, live, back]), touches, points).tolist() == [0.25, 0.25]
    assert wait_habit(np.array([live, back]), np.zeros(2), np.zeros(2)).tolist() == [0.0, 0.0]
