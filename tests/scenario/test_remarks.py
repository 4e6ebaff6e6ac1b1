"""What is odd but stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cemsim.base.errors import Remark
from cemsim.scenario import load

Patched = Callable[..., Path]


def told(path: Path) -> list[Remark]:
    """Remarks of a file."""
    return list(load(path).remarks)


def test_an_investment_after_the_horizon(write: Callable[..., Path], minimal: str) -> None:
    write(minimal)
    for month, odd in ((36, True), (35, False)):
        plan = write(f"based_on: base.yaml\ninvestment: {{capex: 5_000 USD, starts: month {month}}}\n", "i.yaml")
        assert any("changes nothing" in r.message and r.line == 2 for r in told(plan)) == odd


def test_capex_that_is_due_after_the_horizon(write: Callable[..., Path], minimal: str) -> None:
    write(minimal)
    for months, odd in ((24, ""), (25, "4 % of it is in no figure"), (48, "50 % of it is in no figure")):
        money = f"{{capex: 5_000 USD, starts: month 12, capex_over: {months} months}}"
        plan = write(f"based_on: base.yaml\ninvestment: {money}\n", "i.yaml")
        found = [r for r in told(plan) if "Capex" in r.message]
        assert [odd in r.message and "at most 24 months" in r.cure for r in found] == ([True] if odd else [])


@pytest.mark.parametrize(("months", "odd"), [(3, "until month 9"), (11, "until month 1 it"), (12, "")])
def test_a_years_spending_before_a_year(write: Callable[..., Path], minimal: str, months: int, odd: str) -> None:
    rule = "{id: big, because: B., when: {spend_365d: {ge: 300 USD}}, then: [{log: {}}]}"
    rules = f"rules:\n  - {{version: 1, ruleset: care, decide_on: month_end, rules: [{rule}]}}\n"
    card = "schemes: {card: {points: {earn: 1, worth: 0.01 USD}, tiers: {silver: {above: 300 USD}}}}\n"
    plain = "".join(line for line in minimal.splitlines(True) if not line.startswith("burn_in"))
    found = [r.message for r in told(write(plain + f"burn_in: {months} months\n" + card + rules))
             if "twelve months" in r.message]  # fmt: skip
    assert len(found) == (2 if odd else 0) and all(odd in message for message in found)


@pytest.mark.parametrize(
    ("lines", "odd"),
    [
        (["price.ours: {to: 1.05}"], "what they pay stays as it is"),
        (["segments.*.revenue: {times: 1.05}"], "nobody feels them"),
        (["price.ours: {to: 1.05}", "segments.*.revenue: {times: 1.05}"], ""),
        (["price.rivals: {to: 1.05}"], ""),
    ],
)
def test_a_price_is_felt_and_paid(patched: Patched, lines: list[str], odd: str) -> None:
    found = [r for r in told(patched(*lines)) if "what they pay" in r.message or "nobody feels" in r.message]
    assert len(found) == bool(odd) and all(odd in r.message for r in found)


@pytest.mark.parametrize(
    "line, odd",
    [
        ("journeys.question.steps.call.handling: {times: 30}", "30 times what it was"),
        ("journeys.question.steps.call.handling: {times: 0.05}", "0.05 times"),
        ("journeys.question.steps.call.handling: {times: 9}", ""),
        ("failures.recovery.success: {to: 95 %}", "95 % lies outside what is plausible (30 % to 80 %)"),
        ("failures.recovery.success: {to: 79 %}", ""),
        ("teams.desk.on_shift: {to: 0}", "in the team desk: every contact that comes to it is turned away"),
        ("teams.desk.paid: {to: 0.1}", "Nobody is ever on shift in the team desk"),
    ],
)
def test_changes(patched: Patched, line: str, odd: str) -> None:
    found = [r for r in told(patched(line)) if r.line == 4]
    assert bool(found) == bool(odd)
    assert all(odd in r.message for r in found)


def test_letters_that_nobody_reads(patched: Patched) -> None:
    steps = "{letter: {channel: mail, team: back, handling: 5 min}}"
    path = patched("teams.back: {new: {on_shift: 0, works: back_office}}",
                   f"journeys.letters: {{new: {{need: 1 /year, steps: {steps}}}}}")  # fmt: skip
    (found,) = [r.message for r in told(path) if "on shift" in r.message]
    assert found == "Nobody is ever on shift in the team back: its queue only grows."


def test_what_a_back_office_takes_is_counted_in_days(patched: Patched) -> None:
    made = load(patched("teams.back: {new: {on_shift: 1, works: back_office, acceptable_wait: 48 h}}"))
    ranges = {a.path: a.range for a in made.register}
    assert ranges["teams.back.acceptable_wait"] == (720, 10080)
    assert ranges["teams.desk.acceptable_wait"] == (0.3, 5)


@pytest.mark.parametrize(
    ("check", "used_by", "odd"),
    [("0 %", "30 %", "70 % of walks pass by the last step with nothing settled, and begin again: an issue takes 3.3"),
     ("70 %", "30 %", "21 % of walks"), ("80 %", "30 %", ""), ("0 %", "100 %", "")],
)
def test_a_last_step_that_many_pass_by(
    write: Callable[..., Path], minimal: str, check: str, used_by: str, odd: str
) -> None:
    opening = f"""\
journeys:
  opening:
    need: 1 /year
    steps:
      check: {{channel: other, team: desk, handling: 5 min, resolves: {check}}}
      welcome: {{channel: phone_out, team: desk, handling: 5 min, used_by: {used_by}}}
"""
    path = write(minimal.replace("journeys:\n", opening))
    found = [remark for remark in told(path) if remark.path == "journeys.opening.steps.welcome.used_by"]
    assert [odd in remark.message for remark in found] == ([True] if odd else [])
    line = next(n for n, said in enumerate(path.read_text().splitlines(), 1) if "welcome:" in said)
    assert all(remark.line == line for remark in found)


@pytest.mark.parametrize(
    ("hours", "open_", "lag", "odd"),
    [((8, 20), "08:00-19:00 daily", "", ""),
     ((8, 20), "08:00-18:00 daily", "", "17 % of the profile lies in hours in which late is closed"),
     ((8, 20), "08:00-17:00 daily", "", "25 % of the profile lies in hours in which late is closed"),
     ((0, 24), "20:00-02:30 daily", "", "73 % of the profile lies in hours"),
     ((8, 20), "08:00-12:00 daily", ", lag: 1 day", "")],
)  # fmt: skip
def test_who_comes_when_nobody_is_there(
    write: Callable[..., Path], minimal: str, tmp_path: Path, hours: tuple[int, int], open_: str, lag: str, odd: str
) -> None:
    rows = [f"{day},{hour},1" for day in range(7) for hour in range(*hours)]
    (tmp_path / "hours.csv").write_text("\n".join(["weekday,hour,weight", *rows]), encoding="utf-8")
    asking = f"""\
journeys:
  asking:
    need: 1 /year
    profile: hours.csv
    steps:
      look: {{channel: web, contains: 20 %, used_by: 60 %}}
      call: {{channel: phone_in, team: late, handling: 5 min{lag}}}
"""
    late = f'teams:\n  late: {{on_shift: 2, open: "{open_}"}}\n'
    path = write(minimal.replace("journeys:\n", asking).replace("teams:\n", late))
    found = [remark for remark in told(path) if remark.path == "journeys.asking.profile"]
    assert [odd in remark.message for remark in found] == ([True] if odd else [])
