"""The closed loop: what is found is mended, who is unhappy is followed up, maturity multiplies, and off is off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.base.errors import ScenarioError
from cemsim.base.records import FIRM, column
from cemsim.engine.firm import FIRM_NOW, improve
from cemsim.engine.places import FAIL_FIRST, FAIL_WIDTH, VOICED
from cemsim.experiment import run
from cemsim.measures import KPIS
from cemsim.measures.books import books
from cemsim.measures.money import organisation, staff, staff_by_team
from cemsim.model.maturity import CAPABILITIES, DISCIPLINES, EFFECTS, multiplier
from cemsim.plan.compile import plan
from cemsim.plan.tables import Tables
from cemsim.scenario.schema.improvement import FORMS, Improvement
from tests.engine.small import COMPANY, failure_sum, patched, people_sum, step_sum, written

#: The company of the other tests, with people enough to answer for a year.
TEXT = COMPANY.replace("on_shift: 2,", "on_shift: 4,").replace("horizon: 18", "horizon: 12")
SORRY = """\
  sorry:
    starts: rule
    steps:
      call: {channel: phone_out, team: desk, handling: 10 min}
teams:
"""
OWN = "own_baseline: true\n"


def rules_of(folder: Path, improvement: str, extra: str = "") -> Tables:
    scenario = written(folder, TEXT + f"improvement: {improvement}\nswitches: {{calibration: off}}\n{extra}")
    return plan(scenario).at(0, {})


def months(tables: Tables, count: int, voiced: float = 1e6) -> np.ndarray:
    """Levels month by month with so many complaints, four in five about the back office."""
    now = np.zeros(1, FIRM_NOW)
    now["level"] = 1.0
    failures = np.zeros(FAIL_WIDTH)
    failures[FAIL_FIRST : FAIL_FIRST + 2], failures[VOICED] = (80.0, 20.0), voiced
    found = []
    for _ in range(count):
        improve(tables.firm[0], now[0], failures, 0.0)
        found.append(now["level"][0].copy())
    return np.array(found)


def test_half_lives_are_those_of_the_owners(tmp_path: Path) -> None:
    """With causes known at once, nothing new and no fading, failures halve in 9 months in the back, 3 in front (j2)."""
    still = "new_defects: 0 %/month, decay: 0 %/month, floor: 0 %"
    levels = months(rules_of(tmp_path, f"{{{still}}}"), 19)     # what is reported in a month is worked on from the next
    assert levels[9] == pytest.approx([0.5, 0.125], rel=1e-6) and levels[18, 0] == pytest.approx(0.25, rel=1e-6)
    firms = months(rules_of(tmp_path, f"{{owner: {{back: several_firms, front: nobody}}, {still}}}"), 19)
    assert firms[18] == pytest.approx([0.5, 1.0], rel=1e-6)


def test_reviews_and_a_lead_delay(tmp_path: Path) -> None:
    still = "new_defects: 0 %/month, decay: 0 %/month"
    late = months(rules_of(tmp_path, f"{{lead: 6 months, reviews: 3 months, {still}}}"), 12)
    assert np.all(late[:7] == 1.0) and np.all(late[7] < 1.0)
    assert np.all(months(rules_of(tmp_path, f"{{detection: 0 %, {still}}}"), 12) == 1.0)


def test_rare_reviews_do_not_know_more(tmp_path: Path) -> None:
    often, rare = (months(rules_of(tmp_path, f"{{reviews: {n} months}}"), 24, voiced=300.0) for n in (1, 6))
    assert np.all(rare >= often - 1e-12) and rare[-1, 0] < 0.9


def test_defects_come_and_gains_fade(tmp_path: Path) -> None:
    """Nobody looks: failures grow by what is new. Somebody looks: they settle where mending meets both."""
    alone = months(rules_of(tmp_path, "{detection: 0 %}"), 12)
    assert alone[-1] == pytest.approx([1.06, 1.06], rel=1e-3)
    settled = months(rules_of(tmp_path, "{}"), 400)[-1]
    for level, half in zip(settled, (9.0, 3.0), strict=True):
        lower = max(level * 2.0 ** (-1.0 / half), 0.1)
        assert lower + 0.005 + 0.02 * (1.0 - lower) == pytest.approx(level, abs=1e-9)
    assert settled[1] < settled[0] < 0.5
    assert np.all(months(rules_of(tmp_path, "{}"), 12, voiced=100.0)[-1] > months(rules_of(tmp_path, "{}"), 12)[-1])


def test_a_closed_loop_makes_fewer_failures_and_costs_staff_time(tmp_path: Path) -> None:
    """Mending lowers failures; follow-up opens complaints that nobody made, which take handling time."""
    base = written(tmp_path, TEXT.replace("teams:\n", SORRY, 1))
    loop = "{detection: 60 %, people: 2}"
    follow = "{detection: 0 %, new_defects: 0 %/month, follow_up: {within: 5 days, found: 80 %, journey: sorry}}"
    runs = run([base, patched(tmp_path, "mend", {"improvement": f"{{to: {loop}}}"}),
                patched(tmp_path, "follow", {"improvement": f"{{to: {follow}}}"})], replicates=3)
    opened = [books(found) for found in runs]
    failing = [KPIS["failures"].total(book).mean() for book in opened]
    assert failing[1] < 0.9 * failing[0] and abs(failing[2] / failing[0] - 1.0) < 0.05
    assert [KPIS["followed"].total(book).mean() > 0 for book in opened] == [False, False, True]
    closed = [sum(failure_sum(r.log, n).sum() for n in ("good_fast", "good_slow", "failed")) for r in runs]
    assert closed[2] > 1.3 * closed[0]
    handled = [step_sum(r.log, "handled_minutes").sum() for r in runs]
    assert handled[2] > handled[0] > handled[1]
    silent = [failure_sum(r.log, "silent").sum() for r in runs]
    assert people_sum(runs[2].log, "followed").sum() <= silent[2] + people_sum(runs[2].log, "replied_detractors").sum()
    assert np.allclose(organisation(opened[1]), 2 * 8_000.0)
    for book in opened:
        payroll = staff_by_team(book).sum(axis=-1) + organisation(book)
        assert np.allclose(staff(book).sum(axis=-1), payroll)


def test_following_up_helps_where_it_puts_things_right(tmp_path: Path) -> None:
    """Whoever is called about a failure and not helped is worse off than who is left alone: a double deviation (c4)."""
    base = written(tmp_path, TEXT)
    follow = "{to: {detection: 0 %, new_defects: 0 %/month, follow_up: {within: 5 days, found: 100 %}}}"
    gaps = []
    for success in ("5 %", "95 %"):
        well = {"failures.recovery.success": f"{{to: {success}}}", "teams.office.on_shift": "{times: 3}"}
        plans = [patched(tmp_path, "alone", well), patched(tmp_path, "called", {**well, "improvement": follow})]
        runs = run([base, *plans], replicates=3)
        alone, called = (KPIS["satisfaction_service"].total(books(r)).mean() for r in runs[1:])
        gaps.append(called - alone)
    assert gaps[0] < 0.0 < gaps[1]


def test_levels_are_logged_and_start_at_one(tmp_path: Path) -> None:
    base = written(tmp_path, TEXT + "improvement: {detection: 60 %}\n")
    (found,) = run(base, replicates=2)
    level = found.log.firm[..., column(FIRM, "level_back")]
    assert np.all(level[:, 0] == 1.0) and np.all(level[:, -1] < level[:, 3])
    for target in found.achieved:                      # the burn-in knows nothing of it: targets are met
        if target.name.startswith("churn"):
            assert target.achieved < target.target + 3.0


def test_forms_of_organisation_fill_in_what_is_not_given() -> None:
    for form, sets in FORMS.items():
        made = Improvement.model_validate({"organisation": form, "follow_up": {}})
        assert (made.reviews, made.lead, made.people) == (sets["reviews"], sets["lead"], sets["people"])
        assert made.owner.back == sets["owner"]["back"] and made.follow_up is not None
        assert made.follow_up.within == sets["within"]
    own = Improvement.model_validate({"organisation": "vertical", "reviews": 5})
    assert own.reviews == 5 and own.owner.back == "one_function"


def test_follow_up_needs_somebody_to_do_it(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="so nobody follows up by it"):
        written(tmp_path, TEXT + "improvement: {follow_up: {journey: question}}\n")
    lone = TEXT.replace("starts: complaint", "starts: rule").replace("failures: {probability: 12 %, usage:", "x: {a:")
    lone = lone.replace("x: {a: 0.5 /year}\n", "")
    with pytest.raises(ScenarioError, match="Nobody can be followed up"):
        written(tmp_path, lone + "improvement: {follow_up: {}}\n")


def test_maturity_is_neutral_in_the_middle_and_linear_to_both_ends() -> None:
    for _, low, high in EFFECTS.values():
        assert multiplier(1.5, low, high) == 1.0
        assert multiplier(0.0, low, high) == pytest.approx(low) and multiplier(3.0, low, high) == pytest.approx(high)
        assert multiplier(0.75, low, high) == pytest.approx((1.0 + low) / 2.0)


@pytest.mark.parametrize("name", [*CAPABILITIES, *DISCIPLINES])
def test_each_level_moves_its_own_numbers(tmp_path: Path, name: str) -> None:
    """Low against high moves the parameters of model.md 3j in the direction said there, and no others."""
    moves = {
        "understanding": {"world.quality": 1}, "prioritise": {"steps.quality": 1},
        "design": {"firm.injected": -1, "world.back_factor": -1}, "deliver": {"world.noise": -1},
        "measure": {"firm.detection": 1}, "culture": {"firm.decay": -1, "crews.attrition": -1},
        "accountability": {"firm.pace": 1}, "coordination": {"firm.pace": 1},
        "rhythm": {"firm.decay": -1}, "rigour": {"firm.injected": -1},
    }[name]  # fmt: skip
    text = TEXT.replace("patience: 6 min,", "patience: 6 min, workforce: {},") + "improvement: {}\n"
    written(tmp_path, text + "switches: {maturity: on}\n")
    found = []
    for level in ("0", "3"):
        changes = {f"maturity.{name}": f"{{to: {level}}}", "quality.service": "{to: 8.5}",
                   "journeys.question.steps.call.quality": "{to: {service: 1 points}}"}  # fmt: skip
        base = plan(written(tmp_path, text + "switches: {maturity: on}\n"))
        found.append(plan(patched(tmp_path, f"level{level}", changes), base).at(0, {}))
    for part in ("world", "firm", "crews", "steps"):
        low, high = (getattr(tables, part) for tables in found)
        for field in low.dtype.names:
            if field in ("levels", "reply"):
                continue
            gap = np.sum(high[field].astype(float) - low[field].astype(float)) if low[field].dtype.kind == "f" else 0.0
            assert np.sign(np.nan_to_num(gap)) == moves.get(f"{part}.{field}", 0), f"{part}.{field}"


def test_switched_off_levels_do_nothing(tmp_path: Path) -> None:
    text = TEXT + "maturity: {design: 0, deliver: 0, culture: 3}\n"
    plain, levels = (plan(written(tmp_path / n, t)).at(0, {}) for n, t in (("a", TEXT), ("b", text)))
    assert all(a.tobytes() == b.tobytes() for a, b in zip(plain, levels, strict=True))
