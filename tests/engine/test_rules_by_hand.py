"""What rules do over time, against what can be worked out on paper; and both engines agree on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.engine.facts import credited, never_ruled
from cemsim.engine.law import DAY
from cemsim.engine.parity import parity
from cemsim.engine.state import RULED
from cemsim.experiment import Run, run
from cemsim.experiment.calibrate import neutral
from cemsim.measures import ruled
from cemsim.plan.compile import plan
from tests.engine.small import written

COMPLAINTS = """\
cemsim: 1
name: Complaints
question: Do deadlines survive other rules?
horizon: 3 months
burn_in: 0 months
switches: {calibration: off}
market: {people: 1500}
segments: {regular: {customers: 1500, revenue: 40 USD/month, churn: 0 %/year}}
journeys:
  question: {need: 12 /year, steps: {call: {channel: phone_in, team: desk, handling: 2 min, resolves: 100 %}}}
  complaint: {starts: complaint, steps: {letter: {channel: mail, team: back, handling: 10 min, resolves: 100 %}}}
teams:
  desk: {on_shift: 5, open: 00:00-24:00 daily, patience: 60 min, wage: 20 USD/h}
  back: {works: back_office, on_shift: 1, open: ["09:00-11:00 mon"], wage: 20 USD/h}
failures: {probability: 12 %, voice: 100 %}
rules:
  - version: 1
    ruleset: three_days
    decide_on: case_age
    schedule: {start: complaint_opened, after: 3 days, cancel_on: [complaint_closed]}
    rules:
      - {id: old, because: It is late., when: {severity: {ge: 0}}, then: [{log: {}}]}
"""
LETTERS = """\
cemsim: 1
name: Letters
question: Are rules that fired in a wait remembered by name?
horizon: 3 months
burn_in: 0 months
market: {people: 1500}
segments: {regular: {customers: 1500, revenue: 40 USD/month, churn: 0 %/year}}
journeys:
  ask: {need: 12 /year, steps: {letter: {channel: mail, team: back, handling: 10 min, resolves: 100 %}}}
teams: {back: {works: back_office, on_shift: 3, open: ["09:00-17:00 mon"], wage: 20 USD/h}}
rules:
  - version: 1
    ruleset: first
    decide_on: waiting
    rules:
      - {id: joins, because: We look., when: {tenure: {ge: 0 months}}, then: [{log: {}}]}
  - version: 1
    ruleset: second
    decide_on: waiting
    rules:
      - {id: three_days, because: It is late., when: {wait: {ge: 3 days}}, then: [{log: {}}]}
"""
DESK = """\
cemsim: 1
name: Desk
question: Is a rule carried out once in a wait?
horizon: 2 months
burn_in: 0 months
switches: {calibration: off}
market: {people: 300}
segments: {regular: {customers: 300, revenue: 40 USD/month, churn: 0 %/year}}
journeys:
  look: {need: 12 /year, steps: {web: {channel: web, resolves: 100 %}}}
  question: {need: 24 /year, steps: {call: {channel: phone_in, team: desk, handling: 30 min, resolves: 100 %}}}
teams: {desk: {on_shift: 1, open: 00:00-24:00 daily, patience: 60 min, wage: 20 USD/h}}
failures: {probability: 0 %}
"""
ALL = "    hit: all\n"
START = "based_on: base.yaml\nname: Later\ninvestment: {starts: month 1}\nchange:\n  rules:\n"
LATE = ("      - {id: late, because: Long., when: {all: [{wait: {ge: 4 min}}, {waits: true}]}, then: [{log: {}}]}\n"
        "      - {id: longer, because: Long., when: {wait: {ge: 9 min}}, then: [{log: {}}]}\n")


def ruleset(name: str, point: str, rules: str, more: str = "") -> str:
    return f"  - version: 1\n    ruleset: {name}\n    decide_on: {point}\n{more}    rules:\n{rules}"


def lived(folder: Path, text: str, patch: str = "") -> dict[str, ruled.Counted]:
    """Rules of a company, counted, after both engines have agreed on it."""
    family = [written(folder, text)] + ([written(folder, patch, "later.yaml")] if patch else [])
    base = plan(family[0])
    ours = plan(family[1], base) if patch else base
    found, _, _ = parity(ours, neutral(ours), family[0].horizon, 0)
    assert found is None
    done: Run = run(family, replicates=1)[-1]
    return {each.rule: each for each in ruled.counted(done)}


def test_a_deadline_keeps_its_rules_when_others_come(tmp_path: Path) -> None:
    """A plan adds a ruleset that stands before it: complaints that are open then are asked as they would be."""
    greet = "          - {id: greets, because: Hello., when: {intent: question}, then: [{log: {}}]}\n"
    more = ("    add:\n      - version: 1\n        ruleset: greet\n        decide_on: contact_arrives\n"
            "        rules:\n")
    alone = lived(tmp_path / "alone", COMPLAINTS)
    both = lived(tmp_path / "both", COMPLAINTS, f"{START}{more}{greet}")
    assert both["old"].fired == alone["old"].fired > 100
    assert both["greets"].fired == both["greets"].matched > 500


def test_who_waits_is_remembered_when_other_rules_come(tmp_path: Path) -> None:
    """The ruleset before it is taken out: nobody's wait counts as one in which the rule has fired."""
    alone = lived(tmp_path / "alone", LETTERS)
    without = lived(tmp_path / "without", LETTERS, f"{START}    remove: [first]\n")
    assert without["three_days"].fired == alone["three_days"].fired > 100
    assert without["three_days"].held_back == alone["three_days"].held_back


def test_what_a_rule_derives_holds_on_and_what_else_it_does_is_done_once(tmp_path: Path) -> None:
    deeds = "[{derive: {flag: waits}}, {offer_credit: {amount: 5 USD}}]"
    marks = f"      - {{id: both, because: It waits., when: {{wait: {{ge: 0 min}}}}, then: {deeds}}}\n"
    rules = ruleset("marks", "waiting", marks) + ruleset("later", "waiting", LATE, f"    stage: 1\n{ALL}")
    found = lived(tmp_path, f"{DESK}rules:\n{rules}")
    assert found["both"].fired > found["late"].fired > found["longer"].fired > 100     # who waits less is not late
    assert found["both"].credits == 5.0 * found["both"].fired
    assert found["both"].held_back > 0.0


def test_a_rule_that_rests_since_this_wait_decides_on(tmp_path: Path) -> None:
    """The first rule has fired and rests: asked again at a longer wait, the second may not pay as well."""
    pays = "{wait: {ge: 0 min}}"
    rests = "cooldown: {per: case, time: 90 days}"
    one = f"      - {{id: one, because: A., when: {pays}, then: [{{log: {{}}}}], {rests}}}\n"
    two = f"      - {{id: two, because: B., when: {pays}, then: [{{log: {{}}}}]}}\n"
    third = "      - {id: long, because: C., when: {wait: {ge: 4 min}}, then: [{log: {}}]}\n"
    patient = DESK.replace("60 min", "{kind: deterministic, mean: 900 h}")        # nobody waits a second time
    found = lived(tmp_path, f"{patient}rules:\n{ruleset('pays', 'waiting', one + two)}{ruleset('c', 'waiting', third)}")
    assert found["two"].fired == 0.0 and found["one"].fired > found["long"].fired > 100
    assert found["one"].cooling == 0.0 and found["one"].held_back == found["long"].fired


def test_a_rest_for_everybody_holds_for_everybody(tmp_path: Path) -> None:
    """Also where people are so many that they are reviewed in several parts."""
    crowd = DESK.replace("300", "70_000").replace("12 /year", "0 /year").replace("24 /year", "0.001 /year")
    once = ("      - {id: once, because: One., when: {tenure: {ge: 0 months}}, then: [{log: {}}],"
            " cooldown: {per: all, time: 20 days}}\n")
    (done,) = run([written(tmp_path, f"{crowd}rules:\n{ruleset('review', 'month_end', once)}")], replicates=1)
    (found,) = ruled.counted(done)
    assert found.fired == 2.0 and found.cooling == found.matched - 2.0 > 100_000


def test_who_is_at_no_team_lets_none_rest(tmp_path: Path) -> None:
    rest = ("      - {id: rests, because: Once., when: {attempts: {ge: 0}}, then: [{log: {}}],"
            " cooldown: {per: team, time: 1 day}}\n")
    world = written(tmp_path, f"{DESK}rules:\n{ruleset('ends', 'contact_ends', rest)}")
    done = run(world, replicates=1, events=True)[0]
    assert done.visits is not None and done.firings is not None
    at_desk = done.visits[done.visits["team"] == "desk"]
    times = done.firings["time"].to_numpy()
    web = np.isin(times, done.visits[done.visits["team"] == ""]["left"])
    assert web.sum() == (done.visits["team"] == "").sum() > 100
    ends, due, expected = np.sort(at_desk["left"].to_numpy()), -1.0, 0
    for end in ends:
        if end >= due:
            due, expected = end + DAY, expected + 1
    assert (~web).sum() == expected > 50


def test_who_has_complained_has_an_open_complaint(tmp_path: Path) -> None:
    """From the moment in which it is voiced, 0 minutes old."""
    when = "{all: [{intent: complaint}, {open_case_age: {ge: 0 min}}]}"
    rules = (f"      - {{id: open, because: A., when: {when}, then: [{{log: {{}}}}]}}\n"
             "      - {id: all, because: B., when: {intent: complaint}, then: [{log: {}}]}\n")
    found = lived(tmp_path, COMPLAINTS + ruleset("arrives", "contact_arrives", rules, ALL))
    assert found["open"].fired == found["all"].fired > 100


def test_overtime_after_midnight_is_of_the_next_day(tmp_path: Path) -> None:
    """One person stays two hours from eleven at night on."""
    stay = "      - {id: stay, because: A., when: {hour: 23}, then: [{add_staff: {people: 1, time: 2 h}}]}\n"
    seen = "      - {id: seen, because: B., when: {all: [{hour: 1}, {overtime_today: 60 min}]}, then: [{log: {}}]}\n"
    both = "      - {id: both, because: C., when: {overtime_today: {gt: 60 min}}, then: [{log: {}}]}\n"
    found = lived(tmp_path, f"{DESK}rules:\n{ruleset('hours', 'team_hour', stay + seen + both, ALL)}")
    assert found["stay"].fired == 59.0 and found["seen"].fired == 58.0 and found["both"].fired == 0.0


def test_a_rule_is_overruled_once_and_never_by_itself(tmp_path: Path) -> None:
    tier = "{{set_tier: {{tier: {}}}}}"
    rules = "".join(
        f"      - {{id: {name}, because: A., when: {{attempts: {{ge: 0}}}}, "
        f"then: [{tier.format('gold')}, {{offer_credit: {{amount: {much} USD}}}}]}}\n"
        for name, much in (("a", 1), ("b", 5), ("c", 9)))
    own = ("      - {id: own, because: A., when: {attempts: {ge: 0}}, "
           "then: [{offer_credit: {amount: 20 USD}}, {offer_credit: {amount: 3 USD}}]}\n")
    found = lived(tmp_path, f"{DESK}rules:\n{ruleset('ends', 'contact_ends', rules + own, ALL)}")
    assert {found[rule].overruled for rule in "abc"} == {found["own"].fired} and found["own"].overruled == 0.0


def remembered(who: Any, now: float) -> float:
    return float(who["credits"][who["credited"] > now - 90 * DAY].sum())


@pytest.mark.parametrize("gap", [1.0, 5.0, 7.0, 13.0, 40.0])
def test_credits_leave_the_window_however_many_there_are(gap: float) -> None:
    """Never too little is found, and what is found too much is of 13 days at most."""
    who = np.zeros(1, RULED)[0]
    never_ruled(who)
    times = np.arange(0.0, 400.0, gap) * DAY
    for now in times:
        credited(who, 1.0, now)
        least, most = (np.sum((times > now - days * DAY) & (times <= now)) for days in (90.0, 90.0 * 8 / 7))
        assert least <= remembered(who, now) <= most
        if gap >= 13.0:
            assert remembered(who, now) == least
