"""The numbers of the model that other direction tests leave out: each, low and high, moves its outcome the right way.

Both ends live under the constants of the unchanged company, so that nothing is solved away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cemsim.base.errors import ScenarioError
from cemsim.base.records import STEPS, column
from cemsim.engine.log import stack
from cemsim.experiment.constants import constants_of
from cemsim.measures.books import books
from cemsim.measures.catalogue import KPIS
from cemsim.plan.compile import plan
from cemsim.scenario import Scenario
from tests.engine.small import COMPANY, Constants, Life, failure_sum, lived, patched, people_sum, step_sum, written
from tests.engine.test_direction_world import BUSY, POOR, QUITTING, WORK, Case, X

pytestmark = pytest.mark.direction

CONTROL = "control: {prevents: 50 %, effort: 0.5 points, minutes: 1 min}, risk: {attempts: 10 %, loss: 100 USD}"
PARTNER = "partner: {failure: 10 %, kept: 70 %}"
TEXT = (
    COMPANY.replace("horizon: 18", "horizon: 12")
    .replace(
        "churn: 12 %/year}",
        "churn: 12 %/year, contract: {term: 6 months}, cross_sell: {rate: 0.5 /year}, save_desk: {},"
        " win_back: {offer: discount}}",
    )
    .replace("on_shift: 2,", "on_shift: 2, workforce: {},")
    .replace("handling: 6 min, ", f"handling: 6 min, {CONTROL}, ")
    .replace("      expert:", f"      fix: {{channel: mail, used_by: 40 %, promise: 24 h, {PARTNER}}}\n      expert:")
    .replace("handling: 12 min,", "handling: 12 min, window: {width: 8 h, kept: 80 %},")
    + "improvement: {follow_up: {}}\ncampaigns: {letters: {kind: messages, sent: 1 /month}, spring: {kind: brand}}\n"
)
CALL, REPAIR, FIX, EXPERT = (f"journeys.question.steps.{step}" for step in ("call", "repair", "fix", "expert"))
LOYAL, FICKLE = "segments.loyal", "segments.fickle"
GOOD = {"quality": "{to: {service: 9 points, convenience: 9 points, product: 9 points}}"}
DEARER_RIVALS = {"market.attraction": "{to: 1}"}
STRICT = {f"{CALL}.escalate.share": "{to: 100 %}", f"{CALL}.escalate.after": "{to: 1}"}
OUTREACH = {"campaigns.letters.outreach": "{to: on}"}
SLOW = {"improvement.owner.back": "{to: several_firms}", "improvement.owner.front": "{to: several_firms}"}
DIP = {
    "events.dip": "{new: {starts: month 1, lasts: 11 months, quality: {product: -2 points}}}",
    "switches.adaptation": "{to: off}", "switches.failure": "{to: off}",
}
QUICK = {"improvement.detection": "{to: 90 %}", "improvement.half_life.cross_functional": "{to: 1 month}"}
STILL = {"switches.adaptation": "{to: off}"} | POOR
SICK = {"switches.maturity": "{to: on}", "maturity.accountability": "{to: 0}"}
SOUND = {"switches.maturity": "{to: on}", "maturity.accountability": "{to: 3}"}
LIKED = {f"{WORK}.morale.recognition": "{to: 2 points}"}
SPEED = {f"{WORK}.incentive": "{to: 1}"}
CHOOSY = {f"{WORK}.hiring.selection": "{to: 100 %}"} | QUITTING
TRAINED = {f"{WORK}.training.time": "{to: 8 h}"}
PROMISED = {f"{X}.promise": "{to: {product: 9.5 points}}"}
CALM = {f"{WORK}.by_occupancy": "{to: 0}"} | QUITTING
MOVING = {"switches.norm": "{to: on}"}
CASES = {
    # 3a
    "norm": Case("norm.product", "6.5 points", "8.5 points", {"satisfaction_product": -1}),
    "importance": Case(f"{LOYAL}.importance", "{price: 0.9, service: 0.1}", "{price: 0.1, service: 0.9}",
                       {"satisfaction": -1}, POOR),
    "level": Case(f"{X}.theta", "0.5", "1", {"satisfaction_service": -1}, POOR),
    "disconfirmation": Case(f"{X}.gamma", "0", "1", {"satisfaction_service": -1}, POOR),
    "stages": Case(f"{X}.stage_months", "6 months", "72 months", {"satisfaction_service": 1},
                   {"switches.kano": "{to: on}"} | POOR),
    "fade": Case(f"{X}.fade", "0 %/month", "30 %/month", {"satisfaction_service": 1}, POOR),
    "adaptation": Case(f"{X}.eta", "2 %", "40 %", {"expected service": -1}, POOR),
    "norm expected": Case(f"{X}.eta_norm", "0 %/month", "20 %/month", {"expected service": 1}, POOR),
    "promise": Case(f"{X}.xi", "0 %/month", "30 %/month", {"expected product": 1}, PROMISED),
    "variance": Case(f"{X}.noise", "0.3 points", "3 points", {"satisfaction_service": -1}),
    "match": Case(f"{X}.match_sd", "0.3 points", "1.3 points", {"unlike matches": 1}),
    "drift": Case(f"{X}.norm_drift", "0 points/year", "2 points/year", {"satisfaction_product": -1}, MOVING),
    "imitation": Case(f"{X}.imitation", "0", "2", {"satisfaction_product": -1}, MOVING | GOOD),
    "nothing expected": Case(f"{X}.kano.attractive.loss", "0.2", "2", {"satisfaction_service": -1},
                             {f"{X}.kano_stage": "{to: {service: 0}}"} | POOR),
    "taken for granted": Case(f"{X}.kano.must_be.gain", "0", "2", {"satisfaction_service": 1},
                              {f"{X}.kano_stage": "{to: {service: 2}}"} | GOOD),
    "use": Case(f"{X}.salience.usage", "0.1", "0.9", {"satisfaction_product": -1}, DIP),
    "contact": Case(f"{X}.salience.contact", "0.3", "3", {"satisfaction_service": -1}, STILL),
    "failure": Case(f"{X}.salience.failure", "0.3", "4", {"satisfaction_service": -1}),
    "journey": Case("journeys.question.salience", "0.3", "3", {"satisfaction_service": -1}, STILL),
    "loads": Case(f"{CALL}.loads", "{convenience: 1}", "{service: 1}", {"satisfaction_service": -1},
                  {"quality.service": "{to: 5 points}"}),
    # 3b
    "acceptable": Case("teams.desk.acceptable_wait", "20 s", "10 min", {"satisfaction_convenience": 1}, BUSY),
    "repeat lag": Case("journeys.question.repeat_lag", "1 h", "90 days", {"contacts": -1}),
    "lag": Case(f"{REPAIR}.lag", "1 h", "20 days", {"contacts": -1}),
    "attempts": Case("teams.desk.redial.attempts", "1", "9", {"contacts": 1}, BUSY),
    "unit cost": Case(f"{CALL}.unit_cost", "0 USD", "3 USD", {"cost_to_serve": 1}),
    "escalated late": Case(f"{CALL}.escalate.after", "1", "6", {"escalated": -1}, STRICT),
    "escalated often": Case(f"{CALL}.escalate.share", "0 %", "100 %", {"escalated": 1}),
    "partner": Case(f"{FIX}.partner.quality", "{service: 5 points}", "{service: 9 points}",
                    {"satisfaction_service": 1}),
    "partner fails": Case(f"{FIX}.partner.failure", "0 %", "60 %", {"failures": 1}),
    "partner's promise": Case(f"{FIX}.partner.kept", "50 %", "99 %", {"partner_kept": 1}),
    "window": Case(f"{EXPERT}.window.width", "2 h", "10 h", {"satisfaction_convenience": -1},
                   {"model.touchpoints.window_minutes": "{to: 0 min}"}),
    "window kept": Case(f"{EXPERT}.window.kept", "40 %", "99 %", {"in_window": 1, "failures": -1}),
    "control": Case(f"{CALL}.control.prevents", "10 %", "90 %", {"losses": -1, "losses_prevented": 1}),
    "effort": Case(f"{CALL}.control.effort", "0 points", "3 points", {"satisfaction_convenience": -1}),
    "minutes": Case(f"{CALL}.control.minutes", "0 s", "4 min", {"occupancy": 1}),
    "attempts at fraud": Case(f"{CALL}.risk.attempts", "1 %", "30 %", {"losses": 1}),
    "loss": Case(f"{CALL}.risk.loss", "10 USD", "900 USD", {"losses": 1}),
    "paid": Case("teams.office.paid", "4", "40", {"staff_cost": 1}),
    "shrinkage": Case("teams.office.shrinkage", "20 %", "50 %", {"staff_cost": 1}),
    "paid hours": Case("teams.office.paid_week", "30 h", "50 h", {"staff_cost": 1}, {"teams.office.paid": "{to: 12}"}),
    "target": Case("teams.desk.target.within", "5 s", "5 min", {"within_target": 1}),
    # 3c
    "major": Case("failures.severity.major", "3 points", "9 points", {"satisfaction_service": -1}),
    "back office": Case("failures.back_office_share", "10 %", "90 %", {"back": 1}),
    "voiced late": Case("failures.voice_lag", "1 h", "20 days", {"contacts": -1}),
    "what fails": Case("failures.loads", "{front: {product: 1}, back: {product: 1}}",
                       "{front: {service: 1}, back: {service: 1}}", {"satisfaction_service": -1}),
    "workload": Case("failures.recovery.workload", "0", "9", {"recovered": -1}, {"teams.office.on_shift": "{to: 4}"}),
    "minor": Case("failures.compensation.minor", "0", "3", {"compensation": 1}),
    # 3d
    "locked": Case(f"{LOYAL}.contract.locked", "10 %", "99 %", {"bound at first": 1}),
    "lock": Case("model.ties.in_contract", "0.1", "0.9", {"leaving": 1}),
    "switching": Case("model.ties.switching", "0", "0.6", {"leaving": -1}),
    "woken": Case("model.ties.wake_up", "1", "3", {"leaving": 1}, OUTREACH),
    "awake": Case("model.ties.wake_months", "1 month", "9 months", {"leaving": 1},
                  {"campaigns.letters.sent": "{to: 0.2 /month}"} | OUTREACH),
    "kept for less": Case(f"{LOYAL}.save_desk.partial", "0 %", "50 %", {"saved": 1, "revenue": -1},
                          {"quality.service": "{to: 3 points}"}),
    "for how much less": Case(f"{LOYAL}.save_desk.partial_revenue", "10 %", "100 %", {"revenue": 1}),
    "price of saving": Case(f"{LOYAL}.save_desk.cost", "10 USD", "900 USD", {"offers": 1}),
    "within": Case(f"{LOYAL}.win_back.within", "2 months", "60 months", {"won_back": -1}),     # as many, but later
    "success": Case(f"{LOYAL}.win_back.success", "5 %", "90 %", {"won_back": 1}),
    "price of winning back": Case(f"{LOYAL}.win_back.cost", "10 USD", "900 USD", {"offers": 1}),
    "complained": Case("model.ties.complaint_returns", "0.1", "2", {"won_back": 1}),
    "put right": Case("model.ties.recovery_returns", "1", "9", {"won_back": 1}),
    "linear": Case("model.churn.beta1", "0.1", "0.4", {"leaving": 1}, POOR),
    "cubic": Case("model.churn.beta3", "0", "0.04", {"leaving": 1}, POOR),
    "alike": Case("model.churn.heterogeneity", "2", "60", {"unlike hazards": -1}),
    "reaction": Case(f"{FICKLE}.attraction_reaction", "0", "3", {"leaving": 1}, DEARER_RIVALS),
    # 3e
    "brands": Case(f"{FICKLE}.spend.brands", "2", "6", {"trips": -1}),
    "trips": Case(f"{FICKLE}.spend.trips", "2 /month", "9 /month", {"trips": 1}),
    "baskets": Case(f"{FICKLE}.spend.basket_dispersion", "0", "2", {"unlike spending": 1}),
    "what sells": Case(f"{LOYAL}.cross_sell.slope", "0", "1", {"products_sold": -1}, POOR),
    "worth of a product": Case(f"{LOYAL}.cross_sell.step", "5 %", "90 %", {"revenue": 1}),
    "most products": Case(f"{LOYAL}.cross_sell.most", "1", "5", {"further_products": 1},
                          {f"{LOYAL}.cross_sell.rate": "{to: 4 /year}"}),
    "price of selling": Case(f"{LOYAL}.cross_sell.cost", "0 USD", "90 USD", {"contribution": -1}),
    # 3f
    "slope of scores": Case("model.advocacy.b", "0.5", "1.5", {"detractors": 1}, POOR),
    "ratings": Case("model.advocacy.csat_sd", "0.3 points", "4 points", {"csat": -1}),
    "asked": Case("survey.asked", "1 /year", "9 /year", {"replies": 1}),
    "promoters reply": Case("survey.reply.promoter", "5 %", "60 %", {"nps_survey": 1}),
    "passives reply": Case("survey.reply.passive", "5 %", "60 %", {"survey_promoters": -1}),
    "detractors reply": Case("survey.reply.detractor", "5 %", "60 %", {"nps_survey": -1}),
    # 3g, 3h
    "from when on": Case("campaigns.spring.starts", "month 1", "month 8", {"joined": -1},
                         {"campaigns.spring.advertising": "{to: 5}", "campaigns.spring.lasts": "{to: 3 months}"}),
    "for how long": Case("campaigns.spring.lasts", "1 month", "10 months", {"joined": 1},
                         {"campaigns.spring.advertising": "{to: 5}", "campaigns.spring.starts": "{to: month 1}"}),
    "price of a message": Case("campaigns.letters.message_cost", "0 USD", "2 USD", {"campaign_cost": 1}),
    "price of a campaign": Case("campaigns.spring.cost", "0 USD/month", "900 USD/month", {"campaign_cost": 1}),
    # 3i
    "tiring": Case(f"{WORK}.by_occupancy", "0", "9", {"attrition": 1}, BUSY | QUITTING),
    "skill": Case(f"{WORK}.skill", "0", "2", {"satisfaction_service": -1}, QUITTING),
    "skilled recovery": Case(f"{WORK}.recovery", "0", "1", {"recovered": -1}, QUITTING),
    "overtime": Case(f"{WORK}.overtime", "0 %", "50 %", {"overtime": 1, "wait": -1}, CALM),
    "faster": Case(f"{WORK}.incentive_effect.handling", "0 %", "30 %", {"occupancy": -1}, SPEED),
    "hastier": Case(f"{WORK}.incentive_effect.resolves", "0 %", "30 %", {"first_contact": -1}, SPEED),
    "curter": Case(f"{WORK}.incentive_effect.service", "0 points", "2 points", {"satisfaction_service": -1}, SPEED),
    "in training": Case(f"{WORK}.hiring.train", "0 days", "150 days", {"vacancies": 1}, QUITTING),
    "price of a newcomer": Case(f"{WORK}.hiring.replacement_cost", "100 USD", "20_000 USD", {"hiring_cost": 1},
                                QUITTING),
    "better start": Case(f"{WORK}.hiring.better_start", "0 %", "40 %", {"productivity": 1}, CHOOSY),
    "dearer choice": Case(f"{WORK}.hiring.dearer", "0 %", "200 %", {"hiring_cost": 1}, CHOOSY),
    "training": Case(f"{WORK}.training.points", "0 points", "0.4 points", {"satisfaction_service": 1}, TRAINED),
    "most training": Case(f"{WORK}.training.most", "0 points", "2 points", {"satisfaction_service": 1},
                          TRAINED | {f"{WORK}.training.points": "{to: 0.4 points}"}),
    "morale at rest": Case(f"{WORK}.morale.rest", "4 points", "9 points", {"morale": 1}),
    "empowered": Case(f"{WORK}.morale.per_empowerment", "0 points", "1 points", {"morale": 1},
                      {"teams.desk.empowerment": "{to: 3}"}),
    "strain": Case(f"{WORK}.morale.strain", "0 points", "30 points", {"morale": -1}, BUSY),
    "served with morale": Case(f"{WORK}.morale.service", "0", "2", {"satisfaction_service": 1}, LIKED),
    "stays with morale": Case(f"{WORK}.morale.attrition", "0", "0.9", {"vacancies": -1}, LIKED | QUITTING),
    # 3j
    "detection": Case("improvement.detection", "0 %", "80 %", {"failures": -1}),
    "reviews": Case("improvement.reviews", "1 months", "12 months", {"failures": 1}),
    "lead": Case("improvement.lead", "0 months", "9 months", {"failures": 1}),
    "floor": Case("improvement.floor", "0 %", "90 %", {"failures": 1}, QUICK),
    "new defects": Case("improvement.new_defects", "0 %/month", "20 %/month", {"failures": 1}),
    "decay": Case("improvement.decay", "0 %/month", "60 %/month", {"failures": 1}),
    "organisers": Case("improvement.people", "0", "9", {"organisation_cost": 1}),
    "price of organisers": Case("improvement.cost", "1_000 USD/month", "9_000 USD/month", {"organisation_cost": 1},
                                {"improvement.people": "{to: 2}"}),
    "one function": Case("improvement.half_life.one_function", "1 month", "30 months", {"failures": 1},
                         {"improvement.detection": "{to: 90 %}"}),
    "several firms": Case("improvement.half_life.several_firms", "1 month", "60 months", {"failures": 1}, SLOW),
    "follow-up": Case("improvement.follow_up.within", "1 h", "90 days", {"complaint calls": -1},
                      {"improvement.follow_up.found": "{to: 90 %}"}),
    "found": Case("improvement.follow_up.found", "0 %", "90 %", {"followed": 1}),
    "weak": Case("maturity.weak", "1", "4", {"failures": 1}, SICK),
    "strong": Case("maturity.strong", "0.2", "1", {"failures": 1}, SOUND),
}  # fmt: skip

OWN: Mapping[str, Callable[[Life], float]] = {
    **{
        f"expected {name}": lambda life, k=k: float(
            life.log.expectation[..., k].sum() / people_sum(life.log, "months").sum())
        for k, name in ((0, "product"), (1, "service"))
    },
    "leaving": lambda life: float(people_sum(life.log, "exposed").sum() / people_sum(life.log, "months").sum()),
    "back": lambda life: float(failure_sum(life.log, "happened_back").sum()),
    "escalated": lambda life: float(life.log.steps[..., column(STEPS, "escalated")].sum()),
    "complaint calls": lambda life: float(
        step_sum(life.log, "arrived")[:, [j == "complaint" for j, _ in life.plan.names.steps]].sum()),
    "compensation": lambda life: float(failure_sum(life.log, "compensation").sum()),
    "replies": lambda life: float(people_sum(life.log, "csat_replied").sum()),
    "trips": lambda life: float(people_sum(life.log, "trips").sum()),
    "bound at first": lambda life: float(people_sum(life.log, "in_contract")[0].sum()),
    "unlike matches": lambda life: float(np.std(life.world.state.people["match"])),
    "unlike hazards": lambda life: float(np.std(life.world.state.people["hazard"][:1200])),
    "unlike spending": lambda life: float(np.std(life.world.state.purse["spent"][1200:2000])),
}


def reading(name: str, life: Life, scenario: Scenario) -> float:
    """An outcome over the horizon: one of this file's own, else a measure."""
    if name in OWN:
        return OWN[name](life)
    run = SimpleNamespace(scenario=scenario, plan=life.plan, log=stack([life.log]), replicates=range(1))
    book, kpi = books(run), KPIS[name]                                   # type: ignore[arg-type]
    if "team" in kpi.axes:
        team = "office" if name == "staff_cost" else "desk"
        return float(kpi.total(book, ("team",))[0, book.teams.index(team)])
    return float(kpi.total(book)[0])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Constants]:
    scenario = written(tmp_path_factory.mktemp("rest"), TEXT)
    return scenario, constants_of(plan(scenario), lambda what, share: None)


def at_end(base: Scenario, name: str, both: Mapping[str, str], end: Mapping[str, str]) -> Scenario:
    """The company with what holds at both ends and at one, which may be how it is anyway."""
    folder = Path(base.path).parent
    try:
        return patched(folder, name, {**both, **end}, "own_baseline: true\n")
    except ScenarioError as error:
        assert "changes nothing" in str(error)
        return patched(folder, name, both, "own_baseline: true\n") if both else base


@pytest.mark.parametrize("name", CASES)
def test_a_number_of_the_model(base: tuple[Scenario, Constants], name: str) -> None:
    scenario, constants = base
    case, ends = CASES[name], []
    for end in (case.low, case.high):
        file = f"{name} {len(ends)}".replace(" ", "_").replace("'", "")
        changed = at_end(scenario, file, case.at_both, {case.path: f"{{to: {end}}}"})
        ends.append((lived(changed, constants), changed))
    for outcome, sign in case.moves.items():
        low, high = (reading(outcome, *end) for end in ends)
        assert sign * (high - low) > 0.0, f"{outcome}: {low} to {high}"
