"""The fast engine writes the same rows as the readable one, bit for bit."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shutil import copy
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from cemsim.base.errors import CemsimError
from cemsim.base.shipped import shipped
from cemsim.commands import cemsim
from cemsim.engine.parity import first_difference, lived_fast, lived_glass, parity, parted
from cemsim.engine.state import KNOWN, RULED
from cemsim.experiment import run
from cemsim.experiment.calibrate import neutral
from cemsim.experiment.constants import constants_of
from cemsim.experiment.cut import cut
from cemsim.plan.compile import plan
from cemsim.plan.names import Names
from cemsim.plan.plan import Plan
from cemsim.plan.tables import OF_TIES
from cemsim.rules.vocabulary import ACTIONS, POINTS
from cemsim.scenario import load
from tests.experiment.shop import shop
from tests.parity.made import companies, put

pytestmark = pytest.mark.parity

WORLDS = Path(__file__).parent / "worlds"
SETTINGS = ("telecom", "bank", "grocery", "saas", "broadband")
COMPANIES = [(s, file.stem) for s in SETTINGS for file in sorted(shipped("scenarios", s).glob("*.yaml"))]
TEXTBOOK = sorted(file.stem for file in shipped("scenarios", "textbook").glob("*.yaml"))
#: Customers of desks that are never quiet: as many contacts as the readable engine lives in a second or two.
BUSY_DESKS = {"mgcc": 300, "mmc_m": 50, "square_root": 50}
#: Plans whose rules wait for a crowd, which a company of 2,000 never has.
FOR_CROWDS = ("overtime_on_bad_days", "web_when_busy")
LOOKS_ON = """\
  - version: 1
    ruleset: looks_on
    decide_on: contact_arrives
    rules: [{id: noted, because: It is noted., when: {tenure: {ge: 2 months}}, then: [{log: {}}]}]
"""
EXAMPLES = int(os.environ.get("CEMSIM_EXAMPLES", "150"))
"""More of them by ``python -m benchmarks.parity --examples``."""


def moving(ours: Plan) -> dict[str, Any]:
    """Constants of a world that is not calibrated, in which people join and leave, and short waits please."""
    joining, pleased = np.full(len(ours.names.segments), 0.04), np.full(len(ours.names.teams), 0.4)
    return neutral(ours) | {
        "segments.adoption": joining, "world.hazard_mean": np.array(0.02), "teams.wait_offset": pleased,
    }  # fmt: skip


def held(ours: Plan, constants: Mapping[str, Any], months: int, burn_in: int, **which: int) -> dict[str, int]:
    """Nothing differs; gives the rows compared."""
    found, sizes, _ = parity(ours, constants, months, burn_in, **which)
    assert found is None, str(found)
    return sizes


@pytest.mark.parametrize("setting, name", COMPANIES)
def test_shipped_companies(setting: str, name: str) -> None:
    """Each shipped company, and each of its plans, cut down; plans beside the mobile operator's most."""
    whole = setting == "telecom" or name == "baseline"
    size = 2_000 if whole else 500
    base = load(shipped("scenarios", setting, "baseline.yaml"))
    constants = constants_of(plan(base), lambda what, share: None)
    ours = plan(cut(base, size))
    people = int(ours.before.world["people"][0])
    if name != "baseline":                       # in force from the second month on, whenever its file says
        patch = cut(load(shipped("scenarios", setting, f"{name}.yaml")), size)
        ours = replace(plan(patch, ours), starts=1, ramp=0.0)
    for replicate in range(2 if whole else 1):
        sizes = held(ours, constants, 6, 1, replicate=replicate)
        assert sizes["visits"] > 1.25 * size and sizes["people"] == people
        assert (sizes["firings"] > 0) == (bool(ours.names.rules) and name not in FOR_CROWDS)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_textbook_cases(name: str) -> None:
    case = cut(load(shipped("scenarios", "textbook", f"{name}.yaml")), BUSY_DESKS.get(name, 2_000))
    few = case.market.model_copy(update={"people": min(case.market.people, 4_000)})
    ours = plan(case.model_copy(update={"market": few}))
    for replicate in range(2):
        held(ours, neutral(ours), 2 if name in BUSY_DESKS else 6, 1, replicate=replicate)


def test_what_ties_people() -> None:
    """Contracts that are renewed, products, saved cancellations, outreach, people won back by an offer; and events."""
    ours = plan(load(WORLDS / "ties.yaml"))
    for seed in (1, 2):
        fast, glass = (lived(ours, moving(ours), 24, 0, seed) for lived in (lived_fast, lived_glass))
        found = parted(fast, glass)
        assert found is None, str(found)
    bonds = fast["bonds"]
    for name in ("contract", "extra", "wake", "partly", "offer", "left"):
        assert np.any(bonds[name] != 0), name
    assert np.any(fast["firings"]["rule"] == len(ours.names.rules) - 1), "no contract's last month was seen"


def test_everything_at_once() -> None:
    """Every point and every action of the language, with ties on purpose; each rule fires."""
    points, actions = set(), set()
    for name, months, seeds in (
        ("everything", 3, (1, 2, 3)), ("renewal", 24, (1,)), ("loyalty", 20, (1,)), ("ways", 2, (1, 2)),
    ):
        ours = plan(load(WORLDS / f"{name}.yaml"))
        fired = np.zeros(0, int)
        for seed in seeds:
            fast, glass = (lived(ours, moving(ours), months, 0, seed) for lived in (lived_fast, lived_glass))
            found = parted(fast, glass)
            assert found is None, str(found)
            fired = np.union1d(fired, fast["firings"]["rule"])
        assert fired.tolist() == [*range(len(ours.names.rules))], "a rule never fired"
        points |= {ruleset.point for ruleset in ours.scenario.rulesets}
        actions |= {deed.action for s in ours.scenario.rulesets for rule in s.rules for deed in rule.then}
    assert points == set(POINTS) and actions == set(ACTIONS)


def test_rules_that_only_look_on_move_nothing(tmp_path: Path) -> None:
    """What customers answer to offers hangs on the rule that makes them, not on how many stand before it."""
    alone = (WORLDS / "everything.yaml").read_text(encoding="utf-8")
    beside = alone.replace("\nrules:\n", "\nrules:\n" + LOOKS_ON)
    lives, fired = [], []
    for table in WORLDS.glob("*.csv"):
        copy(table, tmp_path)
    for name, text in (("alone", alone), ("beside", beside)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        ours = plan(load(tmp_path / f"{name}.yaml"))
        lives.append(lived_fast(ours, moving(ours), 3, 0))
        fired.append([ours.names.rules[rule] for rule in lives[-1]["firings"]["rule"]])
    before, after = lives
    assert ("looks_on", "noted") in fired[1]
    assert fired[0] == [each for each in fired[1] if each != ("looks_on", "noted")]
    for table in before.keys() - {"firings", "rules"}:
        assert before[table].tobytes() == after[table].tobytes(), table


@pytest.mark.parametrize(("name", "months", "burn_in"), [("staff", 12, 2), ("loop", 12, 2)])
def test_one_mechanism(name: str, months: int, burn_in: int) -> None:
    ours = plan(load(WORLDS / f"{name}.yaml"))
    for seed in (1, 2):
        held(ours, moving(ours), months, burn_in, seed=seed)


@pytest.mark.parametrize("name", ["loop", "loyalty", "ties"])
def test_without_rules_less_is_remembered_and_it_moves_nothing(name: str) -> None:
    ours = plan(load(WORLDS / f"{name}.yaml").model_copy(update={"rules": ()}))
    assert ours.names.remembered == OF_TIES
    fast = lived_fast(ours, moving(ours), 12, 2)
    found = parted(fast, lived_glass(ours, moving(ours), 12, 2))
    assert found is None, str(found)
    more = lived_fast(replace(ours, names=replace(ours.names, rules=(("as if", "one"),))), moving(ours), 12, 2)
    assert name != "loop" or fast["remembered"]["calls"].any()            # follow-up calls people without any rule
    assert fast["remembered"].dtype == KNOWN and more["remembered"].dtype == RULED
    assert (fast["remembered"]["contract"] == fast["bonds"]["contract"]).all()
    for table in fast.keys() - {"remembered", "rules"}:
        assert fast[table].tobytes() == more[table].tobytes(), table
    for column in set(KNOWN.names or ()) - {"quiet", "spare"}:
        assert fast["remembered"][column].tobytes() == more["remembered"][column].tobytes(), column


@pytest.mark.parametrize("kind", ["watts_strogatz", "ring", "preferential_attachment", "mixed", "file"])
def test_people_talk(kind: str) -> None:
    scenario = load(WORLDS / "talk.yaml")
    assert scenario.network is not None
    ties = {"kind": kind, "file": WORLDS / "ties.csv" if kind == "file" else None}
    ours = plan(scenario.model_copy(update={"network": scenario.network.model_copy(update=ties)}))
    for replicate in range(2):
        fast = lived_fast(ours, moving(ours), 10, 2, 1, replicate)
        found = parted(fast, lived_glass(ours, moving(ours), 10, 2, 1, replicate))
        assert found is None, str(found)
        assert np.bincount(fast["bonds"]["source"], minlength=5)[1:4].min() > 0      # won in every way


@pytest.mark.slow
@given(companies())
@settings(max_examples=EXAMPLES)
def test_whatever_company_and_rules(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = plan(put(Path(folder), files))
    held(ours, moving(ours), ours.scenario.horizon, 0)


@pytest.mark.parametrize("name", ["blueprint"])
def test_a_world_for_each_mechanism(name: str) -> None:
    ours = plan(load(WORLDS / f"{name}.yaml"))
    assert held(ours, moving(ours), 6, 1)["visits"] > 2_500


def test_a_difference_is_found_and_told() -> None:
    kind = np.dtype([("person", "i4"), ("b", "f8")])
    fast = np.array([(1, 0.5), (2, 0.25), (1, 0.75)], kind)
    glass = fast.copy()
    glass["b"][2] = np.nextafter(0.75, 1.0)
    found = parted({"visits": fast}, {"visits": glass})
    assert found is not None and (found.row, found.column) == (2, "b")
    assert found.traces == (("visits row 0: person 1, b 0.5",),) * 2
    said = str(found)
    assert "fast  here    person 1, b 0.75\n" in said and "glass here    person 1, b 0.7500000000000001" in said
    assert first_difference("visits", fast, fast.copy()) is None
    short = first_difference("visits", fast, fast[:1])
    assert short is not None and short.column == "number of rows"


def test_a_difference_in_a_person_is_told_with_the_visits_before() -> None:
    visits = np.array([(0, 1.0), (1, 2.0), (0, 3.0)], np.dtype([("person", "i4"), ("arrived", "f8")]))
    fast = {"visits": visits, "people": np.zeros(2, np.dtype([("tenure", "i2")]))}
    glass = {"visits": visits, "people": np.array([(3,), (0,)], fast["people"].dtype)}
    found = parted(fast, glass)
    assert found is not None and found.table == "people"
    assert found.traces[0] == ("visits row 0: person 0, arrived 1.0", "visits row 2: person 0, arrived 3.0")


def test_the_earliest_difference_is_told_in_words() -> None:
    visits = np.array([(0, 0, 5.0), (3, 1, 90.0)], np.dtype([("month", "i2"), ("team", "i1"), ("left", "f8")]))
    firings = np.array([(1, 60.0, 0), (3, 80.0, 1)], np.dtype([("month", "i4"), ("time", "f8"), ("rule", "i4")]))
    staff = np.array([(0, 0, 1.0), (2, 0, 1.0)], np.dtype([("month", "i4"), ("team", "i4"), ("busy", "f8")]))
    fast = {"people": np.zeros(1, np.dtype([("tenure", "i2")])), "visits": visits, "firings": firings, "staff": staff}
    names = Names((), (), (), ("desk", "shop"), rules=(("pack", "first"), ("pack", "second")))

    def glass(**other: Any) -> dict[str, Any]:
        """The same life, in which some columns of the last rows say something else: table=(column, value)."""
        found = {name: table.copy() for name, table in fast.items()}
        for name, (field, value) in other.items():
            found[name][field][-1] = value
        return found

    later = {"people": ("tenure", 1), "visits": ("team", -1), "firings": ("rule", 0)}
    found = parted(fast, glass(**later, staff=("busy", 2.0)), names)
    assert found is not None and (found.table, found.row, found.column) == ("staff", 1, "busy")
    assert found.fast == "month 2, team desk, busy 1.0" and found.traces[0] == (
        "staff row 0: month 0, team desk, busy 1.0",)
    found = parted(fast, glass(**later), names)
    assert found is not None and (found.table, found.column) == ("firings", "rule")
    assert (found.fast, found.glass) == (
        "month 3, time 80.0, rule pack.second", "month 3, time 80.0, rule pack.first")
    del later["firings"]
    found = parted(fast, glass(**later), names)
    assert found is not None and found.glass == "month 3, team -, left 90.0"
    shorter = {**fast, "visits": visits[:1]}
    assert "visits row 1, number of rows" in str(parted(fast, shorter, names))


def test_the_command_says_what_was_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["parity", str(WORLDS / "renewal.yaml"), "--months", "2", "--burn-in", "0", "-r", "1"]
    done = CliRunner().invoke(cemsim, words)
    assert done.exit_code == 0 and "identical, bit for bit" in done.output and "rows of visits" in done.output
    assert "Never fired here, so nothing was compared of them: anniversary.large, anniversary.offer, " in done.output

    refused = CliRunner().invoke(cemsim, [*words, "--months", "200"])
    assert isinstance(refused.exception, CemsimError) and "cannot be lived" in str(refused.exception)

    def other(*args: Any) -> Any:
        life = {name: table.copy() for name, table in lived_glass(*args).items()}
        life["people"]["tenure"][5] += 1
        return life

    monkeypatch.setattr("cemsim.engine.parity.lived_glass", other)
    done = CliRunner().invoke(cemsim, words)
    assert done.exit_code == 1 and "part in people row 5, tenure" in done.output


def test_persons_of_a_run_are_those_of_their_stories(tmp_path: Path) -> None:
    """`--events` of a run and `explain` in full size number the same people, who live the same."""
    family = shop(tmp_path)
    for place, ran in enumerate(run(family, replicates=1, events=True)):
        base = plan(family[0])
        ours = base if place == 0 else plan(family[1], base)
        told = lived_glass(ours, neutral(base), ours.scenario.horizon, ours.scenario.burn_in)["visits"]
        visits = ran.visits
        assert visits is not None and len(visits) > 3_000
        told = told[told["left"] >= visits["left"].min()]
        order = np.lexsort((told["left"], told["person"], told["issue"]))
        mine = visits.sort_values(["issue", "person", "left"])
        for name in ("person", "arrived", "waited", "handled", "left"):
            assert np.array_equal(mine[name].to_numpy(), told[name][order]), name
