"""Companies and rules made by hypothesis: small worlds in which everything can happen, much of it at one instant."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from cemsim.rules.vocabulary import ACTIONS, FACTS, POINTS, Action, Fact, Point
from cemsim.scenario import Scenario, load

Draw = st.DrawFn
SEGMENTS, TEAMS = ("a", "b", "c"), ("front", "second", "back")
JOURNEYS = ("question", "app_help", "welcome", "counter", "complaint", "outreach")
CHANNELS = ("phone_in", "phone_out", "web", "app", "mail", "other", "face_to_face")
OPEN = ("00:00-24:00 daily", "09:00-17:00 mon-fri", "08:00-20:00 daily", "22:00-06:00 daily")
#: What a rule compares numbers with: values that happen, so that thresholds are met exactly; else whole numbers.
NEAR: Mapping[str, tuple[float, ...]] = {
    "tenure": (0, 1, 2, 12, 30), "satisfaction": (3, 6, 7, 8, 10), "open_case_age": (30, 60, 720, 2880),
    "credits_90d": (0, 3, 5, 8), "spend_365d": (0, 10, 25, 60), "at_risk": (0.05, 0.1, 0.2, 0.4),
    "contact_pressure": (0.5, 1, 2), "wait": (0, 0.5, 1, 5, 15, 30), "wait_over_target": (-0.25, 0, 5, 15),
    "occupancy": (0, 0.5, 0.75, 1), "hour": (0, 9, 12, 16, 22), "severity": (2.5, 3.75, 5),
    "overtime_today": (0, 60, 120),
}  # fmt: skip
TIMES = ("1 min", "30 min", "60 min", "5 h", "1 days", "7 days", "30 days")


def small(text: str) -> st.SearchStrategy[str]:
    """One of several words."""
    return st.sampled_from(text.split("|"))


def shares(*percent: int) -> st.SearchStrategy[str]:
    """A share as it is written."""
    return st.sampled_from([f"{p} %" for p in percent])


@st.composite
def laws(draw: Draw, minutes: Sequence[int]) -> Any:
    """A time with one of the laws; every other one takes the same time always, so that events meet."""
    mean = f"{draw(st.sampled_from(list(minutes)))} min"
    kind = draw(small("deterministic|deterministic|deterministic|exponential|lognormal|gamma|weibull|empirical"))
    if kind == "empirical":
        return {"kind": kind, "file": "times.csv"}
    spread = {"cv": draw(st.sampled_from([0.5, 1.0, 1.7]))} if kind in ("lognormal", "gamma", "weibull") else {}
    return {"kind": kind, "mean": mean, **spread}


@st.composite
def contacts(draw: Draw, team: str, channel: str) -> dict[str, Any]:
    """A step with a team."""
    found = {
        "channel": channel, "team": team, "handling": draw(laws((5, 15, 30, 60))),
        "resolves": draw(shares(40, 70, 100)), "used_by": draw(shares(100, 100, 60)),
    }  # fmt: skip
    if draw(st.integers(0, 3)) == 0:
        found["lag"] = draw(laws((15, 60, 1440)))
    if team == "back" and draw(st.booleans()):
        found["promise"] = "4 h"
    return found


@st.composite
def journeys(draw: Draw) -> dict[str, Any]:
    """A need, a second one, welcomes, recorded arrivals (several at one minute), complaints and calls of rules."""
    call = draw(contacts("front", "phone_in"))
    if draw(st.booleans()):
        call["escalate"] = {"to": "expert", "after": draw(st.integers(1, 2)), "share": draw(shares(50, 100))}
    question = {
        "web": {"channel": "web", "contains": draw(shares(0, 20)), "used_by": draw(shares(50, 100))},
        "call": call, "expert": draw(contacts("second", "phone_in")), "work": draw(contacts("back", "mail")),
    }  # fmt: skip
    help_ = {"app": {"channel": "app", "contains": "50 %"}, "call": draw(contacts("front", "phone_in"))}
    lag = draw(st.sampled_from(["1.5 days", {"kind": "deterministic", "mean": "1 days"}]))
    return {
        "question": {
            "need": draw(small("6 /year|12 /year|24 /year")), "overdispersion": draw(st.sampled_from([0, 0.5])),
            "repeat_lag": lag, "steps": question,
        },
        "app_help": {"need": "4 /year", "stage": "before", "steps": help_},
        "welcome": {"starts": "joining", "steps": {"call": draw(contacts("front", "phone_out"))}},
        "counter": {
            "starts": "trace", "trace": "trace.csv",
            "steps": {"visit": draw(contacts(draw(small("front|second")), "face_to_face"))},
        },
        "complaint": {
            "starts": "complaint",
            "steps": {"call": draw(contacts("front", "phone_in")), "letter": draw(contacts("back", "other"))},
        },
        "outreach": {"starts": "rule", "steps": {"call": draw(contacts("second", "phone_out"))}},
    }  # fmt: skip


@st.composite
def live(draw: Draw, segments: Sequence[str]) -> dict[str, Any]:
    """A live team."""
    found: dict[str, Any] = {
        "on_shift": draw(st.integers(1, 3)), "open": draw(st.sampled_from(OPEN)),
        "patience": draw(st.one_of(st.just("none"), laws((5, 15, 30)))),
        "redial": {"same_day": draw(shares(0, 50, 100)), "lag": draw(laws((15, 60))), "attempts": 3},
    }  # fmt: skip
    if draw(st.booleans()):
        found["room"] = draw(st.integers(0, 3))
    if draw(st.booleans()):
        found["serve_first"] = [draw(st.sampled_from(list(segments)))]
    if draw(st.booleans()):
        found["empowerment"] = draw(st.integers(0, 3))
    return found


@st.composite
def teams(draw: Draw, segments: Sequence[str]) -> dict[str, Any]:
    """Two live teams, the second sometimes by shifts that overlap, and a back office."""
    second = draw(live(segments))
    if draw(st.booleans()):
        second = {key: value for key, value in second.items() if key not in ("on_shift", "open")}
        second["shifts"] = [
            {"days": "mon-fri", "hours": "09:00-13:00", "people": draw(st.integers(0, 2))},
            {"days": draw(small("mon-fri|daily")), "hours": "12:00-18:00", "people": 1},
        ]
    back = {"works": "back_office", "on_shift": draw(st.integers(1, 2)), "open": draw(st.sampled_from(OPEN))}
    return {"front": draw(live(segments)), "second": second, "back": back}


def written(fact: Fact, value: float) -> Any:
    """A number as a rule writes it."""
    if fact.unit.is_money:
        return f"{value:g} USD"
    return fact.unit.write(value) if fact.unit.word else value


@st.composite
def leaves(draw: Draw, fact: Fact, segments: Sequence[str]) -> dict[str, Any]:
    """One comparison with a fact."""
    if fact.optional and draw(st.integers(0, 3)) == 0:
        return {fact.name: {"known": draw(st.booleans())}}
    if fact.kind == "flag":
        return {fact.name: draw(st.booleans())}
    if fact.kind == "label":
        of = {"segments": segments, "journeys": JOURNEYS, "teams": TEAMS}
        values = [*(of[fact.of] if fact.of else fact.values)]
        if draw(st.booleans()):
            return {fact.name: {"ne": draw(st.sampled_from(values))}}
        return {fact.name: draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))}
    value = written(fact, draw(st.sampled_from(NEAR.get(fact.name, (0, 1, 2)))))
    return {fact.name: {draw(small("eq|ne|lt|le|gt|ge")): value}}


@st.composite
def conditions(draw: Draw, point: Point, segments: Sequence[str], flags: Sequence[str]) -> dict[str, Any]:
    """One comparison, or two that are joined, or the contrary of one."""
    facts = st.sampled_from([FACTS[name] for name in point.facts])
    one = [draw(leaves(draw(facts), segments)) for _ in range(draw(st.integers(1, 2)))]
    if flags and draw(st.booleans()):
        one.append({draw(st.sampled_from(list(flags))): draw(st.booleans())})
    how = draw(small("all|any|not"))
    return {"not": one[0]} if how == "not" else {how: one}


@st.composite
def deeds(draw: Draw, action: Action, flag: str) -> dict[str, Any]:
    """One action with parameters that this company has."""
    match action.name:
        case "set_priority":
            return {"level": draw(st.sampled_from([0, 3, 8, 15]))}
        case "route_to":
            where = draw(st.sampled_from([{"team": t} for t in TEAMS] + [{"channel": c} for c in CHANNELS]))
            return where | {"acceptance": draw(shares(50, 100))}
        case "call_back":
            return {"acceptance": draw(shares(50, 100))}
        case "escalate":
            return {"to": draw(st.sampled_from(TEAMS))}
        case "offer_credit":
            return {"amount": draw(small("1 USD|3 USD|3.5 USD"))}
        case "schedule_call":
            return {"within": draw(small("30 min|24 h|0 min")), "team": "second"}
        case "set_tier":
            return {"tier": draw(small("none|bronze|silver|gold"))}
        case "grant_points":
            return {"points": draw(st.integers(1, 9))}
        case "add_staff":
            return {"people": draw(st.integers(1, 2)), "time": draw(small("30 min|60 min|100 min|5 h"))}
        case "derive":
            return {"flag": flag}
    return {}


@st.composite
def rulesets(draw: Draw, point: Point, segments: Sequence[str], number: int, stage: int) -> dict[str, Any]:
    """Up to three rules asked at a point; those of stage 1 may ask flags that stage 0 derives."""
    rules = []
    raised = [f"mark_{k}" for k in range(3)] if stage else []
    for place in range(draw(st.integers(1, 3))):
        chosen = draw(st.lists(st.sampled_from(point.actions), min_size=1, max_size=2))
        rule: dict[str, Any] = {
            "id": f"r{place}", "because": "It is made.", "salience": draw(st.sampled_from([0, 0, 5])),
            "when": draw(conditions(point, segments, raised)),
            "then": [{name: draw(deeds(ACTIONS[name], f"more_{place}"))} for name in dict.fromkeys(chosen)],
        }  # fmt: skip
        if not stage:
            rule["then"] = [deed for deed in rule["then"] if "derive" not in deed] + [
                {"derive": {"flag": f"mark_{place}"}}
            ]
        if any("schedule_call" in deed for deed in rule["then"]):        # a call may end in a call, and so on
            rule["cooldown"] = {"per": "customer", "time": "7 days"}
        elif draw(st.integers(0, 3)) == 0:
            per = "team|all" if point.subject == "team" else "customer|case|all"
            own = "customer|all" if point.name in ("month_end", "renewal", "points_redeemed") else per
            rule["cooldown"] = {"per": draw(small(own)), "time": draw(st.sampled_from(TIMES))}
        rules.append(rule)
    if not stage:                                # later stages ask three flags
        rules += [
            {"id": f"f{place}", "because": "Somebody has to.", "when": draw(conditions(point, segments, ())),
             "then": [{"derive": {"flag": f"mark_{place}"}}]}
            for place in range(len(rules), 3)
        ]  # fmt: skip
    found = {"version": 1, "ruleset": f"s{number}", "decide_on": point.name, "stage": stage, "rules": rules,
             "hit": draw(small("first|all"))}  # fmt: skip
    if point.name == "case_age":
        after = draw(small("1 h|12 h|2 days"))
        found["schedule"] = {"start": "complaint_opened", "after": after, "cancel_on": ["complaint_closed"]}
    return found


@st.composite
def books(draw: Draw, segments: Sequence[str]) -> list[dict[str, Any]]:
    """Rules at up to four points; at some of them in two stages."""
    found: list[dict[str, Any]] = []
    for name in draw(st.lists(st.sampled_from(list(POINTS)), max_size=4)):
        stages = (0, 1) if name != "case_age" and draw(st.booleans()) else (1,)
        for stage in stages:
            one = draw(rulesets(POINTS[name], segments, len(found), stage))
            if stage and len(stages) == 1:
                one = without_flags(one)
            found.append(one)
    return found


def without_flags(ruleset: dict[str, Any]) -> dict[str, Any]:
    """A ruleset before which nothing is derived asks no flags."""
    for rule in ruleset["rules"]:
        for join in ("all", "any"):
            if join in rule["when"]:
                rule["when"][join] = [leaf for leaf in rule["when"][join] if next(iter(leaf)) in FACTS]
    return ruleset


@st.composite
def companies(draw: Draw, with_rules: bool = True) -> dict[str, str]:
    """A company and the files beside it, as texts by name."""
    segments = SEGMENTS[: draw(st.integers(1, 3))]
    people: dict[str, Any] = {}
    for name in segments:
        spend = {"kind": "repertoire", "brands": 3, "trips": "3 /month"} if draw(st.booleans()) else {}
        people[name] = {
            "customers": draw(st.integers(3, 15)), "revenue": "10 USD/month",
            "churn": f"{draw(shares(0, 20, 60))}/year",
            **({"spend": spend} if spend else {}),
            **({"group": draw(small("true_friend|stranger"))} if draw(st.booleans()) else {}),
        }  # fmt: skip
    arrivals = sorted(draw(st.lists(st.integers(0, 14 * 24), min_size=1, max_size=20)))
    switches = {"calibration": False, "norm": draw(st.booleans()), "kano": draw(st.booleans())}
    switches |= dict.fromkeys(draw(st.lists(small("peak_end|noise|waiting|redial|adaptation"), max_size=2)), False)
    scenario = {
        "cemsim": 1, "name": "Made", "horizon": draw(small("1 months|1 months|2 months")), "burn_in": "0 months",
        "market": {"people": sum(p["customers"] for p in people.values()) + draw(st.integers(0, 15))},
        "segments": people, "journeys": draw(journeys()), "teams": draw(teams(segments)),
        "failures": {"probability": draw(shares(0, 20, 60)), "usage": f"{draw(st.sampled_from([0, 2, 6]))} /year"},
        "survey": {"asked": "6 /year"},
        "switches": switches,
        **({"rules": rules} if with_rules and (rules := draw(books(segments))) else {}),
    }  # fmt: skip
    trace = "".join(f"{hour * 60}\n" for hour in arrivals for _ in range(1 + hour % 3))
    return {"made.yaml": json.dumps(scenario), "trace.csv": "time\n" + trace, "times.csv": "minutes\n5\n15\n15\n60\n"}


def put(folder: Path, files: Mapping[str, str]) -> Scenario:
    """Write a made company into a folder, and load it."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load(folder / "made.yaml")


