"""Journeys as blueprints: partners, hand-offs between channels, controls, and visits in windows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.base.errors import ScenarioError
from cemsim.base.records import PEOPLE, column
from cemsim.measures import KPIS, Books, books
from cemsim.measures.money import unit_costs
from cemsim.plan.blueprint import walked
from cemsim.plan.compile import plan
from cemsim.plan.tables import STEP
from tests.engine.small import Life, lived, step_sum, unmoved, written

#: One journey, whose steps are filled in; nobody leaves, waits at a desk or varies.
WORLD = """\
cemsim: 1
name: Blueprint
horizon: 6 months
burn_in: 0 months
market: {{people: 2_000}}
segments: {{everybody: {{customers: 2_000, revenue: 10 USD/month, churn: 0 %/year}}}}
journeys:
  ask:
    need: 12 /year
    steps:
{steps}
teams:
  desk: {{on_shift: 900, open: "00:00-24:00 daily"}}
  field: {{works: back_office, on_shift: 900, open: "00:00-24:00 daily"}}
failures: {{probability: 0 %, voice: 0 %}}
switches: {{calibration: off, noise: off, heterogeneity: off{off}}}
{more}"""
CALL = "{channel: phone_in, team: desk, handling: 6 min, resolves: 60 %}"
VISIT = "channel: face_to_face, team: field, handling: 60 min"


def life(folder: Path, more: str = "", off: str = "", **steps: str) -> Life:
    """A world of some steps, lived."""
    lines = "\n".join(f"      {name}: {step}" for name, step in steps.items())
    name = f"w{abs(hash((more, off, lines)))}"
    scenario = written(folder, WORLD.format(steps=lines, more=more, off=off), f"{name}.yaml")
    return lived(scenario, unmoved(scenario))


def opened(found: Life) -> Books:
    """The books of a life."""

    class Run:
        scenario, plan, replicates = found.plan.scenario, found.plan, (0,)
        log = type(found.log)(*(part[None] for part in found.log))

    return books(Run)


def kpi(found: Life, name: str) -> float:
    return float(KPIS[name].total(opened(found))[0])


def felt(found: Life, attribute: int) -> float:
    """Mean satisfaction with an attribute at the end."""
    return float(found.log.satisfaction[-1, 0, attribute] / found.log.people[-1, 0, column(PEOPLE, "active")])


SERVICE, CONVENIENCE = 1, 4


# --- partners


def test_our_brand_takes_the_blame_for_a_partner_whatever_we_do(tmp_path: Path) -> None:
    own = "{channel: mail, resolves: 100 %}"
    poor = "{channel: mail, resolves: 100 %, partner: {quality: {service: 6 points, convenience: 6 points}}}"
    better = "quality: {service: 8.5 points, convenience: 8.5 points}\n"
    ours, theirs = life(tmp_path, fix=own), life(tmp_path, fix=poor)
    assert felt(theirs, SERVICE) < felt(ours, SERVICE) - 0.5
    assert felt(life(tmp_path, better, fix=own), SERVICE) > felt(ours, SERVICE) + 0.5
    assert felt(life(tmp_path, better, fix=poor), SERVICE) == pytest.approx(felt(theirs, SERVICE), abs=0.02)


def test_a_partners_failures_come_on_top_of_ours(tmp_path: Path) -> None:
    text = "{{channel: mail, used_by: 50 %, partner: {{failure: {f} %}}}}"
    found = life(tmp_path, look="{channel: web, contains: 20 %}", fix=text.format(f=30), call=CALL)
    issues = len(np.unique(found.visits["issue"]))
    failures = found.log.failures[..., :2].sum()
    wanted = 0.8 * 0.5 * 0.3                            # who looks in vain, goes to the partner, and is let down
    assert failures / issues == pytest.approx(wanted, abs=4.0 * np.sqrt(wanted / issues))


def test_a_partner_keeps_its_promise_as_often_as_written(tmp_path: Path) -> None:
    text = "{{channel: mail, promise: 24 h, unit_cost: 30 USD, partner: {{kept: {kept} %}}}}"
    good, poor = (life(tmp_path, fix=text.format(kept=kept)) for kept in (95, 60))
    for found, kept in ((good, 0.95), (poor, 0.60)):
        served = step_sum(found.log, "served").sum()
        assert kpi(found, "partner_kept") == pytest.approx(kept, abs=4.0 * np.sqrt(kept * (1 - kept) / served))
        assert kpi(found, "partner_fees") == 30.0 * served == unit_costs(opened(found)).sum()
    assert felt(good, CONVENIENCE) > felt(poor, CONVENIENCE) + 0.1
    assert felt(good, SERVICE) == pytest.approx(felt(poor, SERVICE), abs=0.05)


# --- hand-offs


def test_who_comes_from_another_channel() -> None:
    rows = np.zeros(3, STEP)
    rows["channel"], rows["used_by"], rows["resolves"] = (3, 1, 1), (0.7, 1.0, 1.0), (0.2, 0.6, 0.5)
    found = walked(list(rows), 1)
    assert found.reached == pytest.approx([0.7, 0.86, 0.344])
    # of .86 calls, .56 looked before; .172 come back to call, by choice, and again with a chance of .2
    calls = 0.86 + 0.172 / (1.0 - 0.2)
    assert found.handed == pytest.approx([0.0, 0.56 / calls, 0.0])


def test_lost_context_costs_minutes_points_and_resolutions_and_a_platform_cures_it(tmp_path: Path) -> None:
    look = "{channel: web, contains: 0 %}"
    split, shared = life(tmp_path, "shared_platform: off\n", look=look, call=CALL), life(tmp_path, look=look, call=CALL)

    def minutes(found: Life) -> float:
        return float(step_sum(found.log, "handled_minutes").sum() / step_sum(found.log, "served")[:, 1].sum())

    def resolved(found: Life) -> float:
        return float(step_sum(found.log, "resolved")[:, 1].sum() / step_sum(found.log, "served")[:, 1].sum())

    share = 1.0 / (1.0 + 0.4 / 0.6)                     # of calls, all who come for the first time looked before
    assert minutes(split) - minutes(shared) == pytest.approx(1.5 * share, abs=0.1)
    assert resolved(split) / resolved(shared) == pytest.approx(1.0 - 0.05 * share, abs=0.01)
    assert felt(split, SERVICE) < felt(shared, SERVICE) - 0.1
    assert felt(split, CONVENIENCE) < felt(shared, CONVENIENCE) - 0.1
    one = life(tmp_path, "shared_platform: off\n", look=look.replace("web", "phone_in"), call=CALL)
    same = life(tmp_path, look=look.replace("web", "phone_in"), call=CALL)
    assert felt(one, SERVICE) == felt(same, SERVICE)    # nobody changes channels


# --- controls


def test_friction_against_fraud(tmp_path: Path) -> None:
    """A stricter control loses less money and more convenience, and takes the desk longer."""
    step = "{{channel: phone_in, team: desk, handling: 6 min, risk: {{attempts: 1 %, loss: 200 USD}}{control}}}"
    text = ", control: {{prevents: {p} %, effort: {e} points, minutes: {m} min}}"
    found = [
        life(tmp_path, call=step.format(control=control))
        for control in ("", text.format(p=50, e=0.3, m=0.5), text.format(p=90, e=0.9, m=2))
    ]
    resolved = [step_sum(one.log, "resolved").sum() for one in found]
    for one, n, passed in zip(found, resolved, (1.0, 0.5, 0.1), strict=True):
        assert kpi(one, "losses") == pytest.approx(n * 0.01 * passed * 200.0)
        assert kpi(one, "losses_prevented") == pytest.approx(n * 0.01 * (1.0 - passed) * 200.0)
    handled = [step_sum(one.log, "handled_minutes").sum() for one in found]
    assert handled == sorted(handled) and handled[2] > 1.2 * handled[0]
    ease = [felt(one, CONVENIENCE) for one in found]
    assert ease[0] > ease[1] + 0.1 and ease[1] > ease[2] + 0.2
    assert felt(found[0], SERVICE) == pytest.approx(felt(found[2], SERVICE), abs=1e-6)


def test_a_control_guards_later_steps_for_those_who_passed_it(tmp_path: Path) -> None:
    checked = "{channel: app, contains: 0 %, used_by: 50 %, control: {prevents: 80 %}}"
    found = life(tmp_path, app=checked, call="{channel: app, risk: {attempts: 10 %, loss: 1 USD}}")
    n = step_sum(found.log, "resolved").sum()
    assert kpi(found, "losses") == pytest.approx(n * 0.1 * (1.0 - 0.5 * 0.8))


# --- windows


def test_narrower_windows_please_and_cost_minutes(tmp_path: Path) -> None:
    visits = {hours: life(tmp_path, visit=f"{{{VISIT}, window: {hours} h}}") for hours in (24, 8, 2)}
    for found in visits.values():
        n = step_sum(found.log, "visits").sum()
        assert n == step_sum(found.log, "served").sum() > 5_000
        assert kpi(found, "in_window") == pytest.approx(0.9, abs=4.0 * np.sqrt(0.09 / n))
        failures = found.log.failures[..., :2].sum()
        assert failures / n == pytest.approx(0.1, abs=4.0 * np.sqrt(0.09 / n))     # a missed window is a failure
    ease = [felt(visits[hours], CONVENIENCE) for hours in (24, 8, 2)]
    assert ease[0] < ease[1] - 0.1 and ease[1] < ease[2] - 0.1
    minutes = [step_sum(found.log, "handled_minutes").sum() / step_sum(found.log, "served").sum()
               for found in visits.values()]  # fmt: skip
    assert minutes == pytest.approx([60.0, 60.0 + 10.0 * np.log2(3.0), 60.0 + 10.0 * np.log2(12.0)], rel=0.03)


def test_waiting_at_home_is_a_wait(tmp_path: Path) -> None:
    """Where waits are not felt, only the missed windows remain."""
    kept = "window: {{width: {h} h, kept: 100 %}}"
    narrow, wide = (life(tmp_path, off=", waiting: off", visit=f"{{{VISIT}, {kept.format(h=h)}}}") for h in (2, 24))
    assert felt(narrow, CONVENIENCE) == felt(wide, CONVENIENCE)


def test_switched_off_nothing_of_a_blueprint_acts(tmp_path: Path) -> None:
    steps = {
        "look": "{channel: web, contains: 30 %, control: {prevents: 80 %}}",
        "visit": f"{{{VISIT}, resolves: 70 %, window: 8 h, risk: {{attempts: 5 %, loss: 9 USD}}}}",
        "fix": "{channel: mail, promise: 24 h, partner: {quality: {service: 3 points}, kept: 50 %, failure: 50 %}}",
    }
    bare = {
        "look": "{channel: web, contains: 30 %}",
        "visit": f"{{{VISIT}, resolves: 70 %}}",
        "fix": "{channel: mail, promise: 24 h}",
    }
    off = life(tmp_path, "shared_platform: off\n", ", blueprints: off", **steps)
    plainly = life(tmp_path, **bare)
    assert all(np.array_equal(a, b) for a, b in zip(off.log, plainly.log, strict=True))
    on = life(tmp_path, "shared_platform: off\n", **steps)
    assert not np.array_equal(on.log.satisfaction, plainly.log.satisfaction)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{channel: phone_in, team: desk, handling: 5 min, partner: {}}", "no team of ours"),
        ("{channel: mail, partner: {kept: 90 %}}", "a promise that the step does not make"),
        ("{channel: mail, promise: 24 h, lag: 2 h, partner: {kept: 90 %}}", "follows from promise and kept"),
        ("{channel: web, window: 8 h}", "promised for a visit"),
        ("{channel: face_to_face, window: 0 h}", "window"),
        ("{channel: face_to_face, window: {width: 8 h, kept: 0 %}}", "kept"),
        ("{channel: mail, partner: {fee: 3 USD}}", "fee"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, step: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        life(tmp_path, one=step)
    assert said in str(caught.value) and "w" in str(caught.value).split(":")[0]


def test_remarks_and_complaints(tmp_path: Path) -> None:
    def scenario(text: str) -> Any:
        return written(tmp_path, WORLD.format(steps=f"      one: {text}", more="", off=""), "odd.yaml")

    (remark,) = [r for r in scenario("{channel: app, control: {prevents: 50 %}}").remarks if "risk" in str(r)]
    assert remark.line > 0 and "prevents nothing" in remark.message
    with pytest.raises(ScenarioError, match="second time"):
        text = WORLD.format(steps="      one: {channel: mail, partner: {failure: 5 %}}", more="", off="")
        written(tmp_path, text.replace("    need: 12 /year\n", "    starts: complaint\n"), "twice.yaml")


def test_a_step_knows_its_partner(tmp_path: Path) -> None:
    """Whatever moves our own people's work leaves rows with this mark alone."""
    text = WORLD.format(steps=f"      fix: {{channel: mail, partner: {{}}}}\n      call: {CALL}", more="", off="")
    assert plan(written(tmp_path, text)).after.steps["partner"].tolist() == [1, 0]


# --- directions of what is assumed

SPLIT = {"look": "{channel: web, contains: 0 %}", "call": CALL}
VISITED = {"visit": f"{{{VISIT}, window: 8 h}}"}


def per_contact(found: Life) -> float:
    """Minutes of handling of a contact with our people."""
    ours = np.asarray(found.plan.after.steps["team"]) >= 0
    minutes, served = (step_sum(found.log, name)[:, ours].sum() for name in ("handled_minutes", "served"))
    return float(minutes / served)


@pytest.mark.parametrize(
    ("name", "low", "high", "steps", "read", "sign"),
    [
        ("explain", "0.5 min", "3 min", SPLIT, per_contact, 1),
        ("handoff_penalty", "0.4 points", "1.2 points", SPLIT, lambda w: felt(w, SERVICE), -1),
        ("handoff_lost", "0 %", "15 %", SPLIT, lambda w: kpi(w, "first_contact"), -1),
        ("at_home", "15 min", "4 h", VISITED, lambda w: felt(w, CONVENIENCE), 1),
        ("window_minutes", "0 min", "20 min", VISITED, per_contact, 1),
    ],
)
def test_each_assumption_moves_its_outcome(
    tmp_path: Path, name: str, low: str, high: str, steps: dict[str, str], read: Any, sign: int
) -> None:
    text = "shared_platform: off\nmodel: {{touchpoints: {{{name}: {value}}}}}\n"
    found = [read(life(tmp_path, text.format(name=name, value=value), **steps)) for value in (low, high)]
    assert sign * (found[1] - found[0]) > 0.01


def test_a_patch_takes_a_control_away_and_narrows_a_window(tmp_path: Path) -> None:
    step = f"{{{VISIT}, window: 8 h, control: {{prevents: 50 %}}, risk: {{attempts: 1 %, loss: 9 USD}}}}"
    written(tmp_path, WORLD.format(steps=f"      visit: {step}", more="", off=""), "base.yaml")
    change = "journeys.ask.steps.visit.control: {to: none}, journeys.ask.steps.visit.window.width: {to: 2 h}"
    patch = written(tmp_path, f"based_on: base.yaml\nchange: {{{change}}}\n", "patch.yaml")
    (row,) = plan(patch).after.steps
    assert (row["at_risk"], row["stopped"], row["window"]) == (0.01, 0.0, 120.0)
    world = "based_on: base.yaml\nchange: {journeys.ask.steps.visit.risk.attempts: {to: 2 %}}\n"
    with pytest.raises(ScenarioError, match="belongs to the world"):
        written(tmp_path, world, "world.yaml")
