"""Word of mouth: who hears what, who is won by it, and that nothing else moves (model.md 3f)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cemsim.base.draws import stream_keys
from cemsim.base.errors import CemsimError, ScenarioError
from cemsim.base.records import PEOPLE, column
from cemsim.engine.fast.world import World
from cemsim.engine.log import Log, empty_log
from cemsim.engine.network import Web, weave
from cemsim.engine.state import BY_ADVERTISING, BY_REFERRAL, BY_WORD_OF_MOUTH, CUSTOMER
from cemsim.experiment import run
from cemsim.experiment.calibrate import neutral
from cemsim.experiment.constants import constants_of
from cemsim.model.talk import ILL, WELL
from cemsim.plan.compile import plan
from cemsim.scenario import Scenario
from tests.engine.small import COMPANY, Constants, lived, patched, people_sum, same, written

TOWN = """\
cemsim: 1
name: Town
horizon: 12 months
burn_in: 2 months
market: {{people: {people}, won: 1 %/month}}
segments:
  loyal: {{customers: {loyal}, revenue: 50 USD/month, churn: 12 %/year, telling: 1.2}}
  fickle: {{customers: {fickle}, revenue: 40 USD/month, churn: 30 %/year, telling: 0.8}}
network: {network}
switches: {{calibration: off}}
"""
KINDS = ("watts_strogatz", "ring", "preferential_attachment", "mixed")
QUIET = "{kind: watts_strogatz, talk: {strong: 0 %, weak: 0 %, image: 0 %}}"


def town(folder: Path, network: str, people: int = 6_000) -> Scenario:
    text = TOWN.format(people=people, loyal=people * 2 // 5, fickle=people // 5, network=network)
    return written(folder, text)


def web_of(scenario: Scenario) -> Web:
    ours = plan(scenario)
    return weave(ours.at(-1, neutral(ours)), stream_keys(1, 0))


def ties_of(web: Web, i: int) -> list[int]:
    return [int(tie) >> 1 for tie in web.ties[web.starts[i] : web.starts[i + 1]]]


# --- who is tied to whom


@pytest.mark.parametrize("kind", ["watts_strogatz", "ring", "preferential_attachment"])
def test_ties_go_both_ways_once_and_never_to_oneself(tmp_path: Path, kind: str) -> None:
    web = web_of(town(tmp_path, f"{{kind: {kind}, strong: 4, weak: 6, rewiring: 20 %}}"))
    n = len(web.starts) - 1
    one = np.repeat(np.arange(n), np.diff(web.starts))
    other, weak = web.ties >> 1, web.ties & 1
    assert not np.any(one == other)
    pairs = set(zip(one.tolist(), other.tolist(), weak.tolist(), strict=True))
    assert len(pairs) == len(web.ties) == len({pair[:2] for pair in pairs})
    assert {(b, a, kind_) for a, b, kind_ in pairs} == pairs
    assert len(web.ties) / n == pytest.approx(10.0, rel=0.01)
    assert weak.mean() == pytest.approx(0.6, abs=0.01)


def test_customers_and_prospects_of_all_kinds_are_mixed(tmp_path: Path) -> None:
    """Near numbers within a group, yet a customer's ties reach each group as often as chance says."""
    web = web_of(town(tmp_path, "{kind: ring}"))
    n = len(web.starts) - 1
    group = np.searchsorted([2 * n // 5, 3 * n // 5], np.arange(n), side="right")
    one = np.repeat(np.arange(n), np.diff(web.starts))
    met = np.zeros((3, 3))
    np.add.at(met, (group[one], group[web.ties >> 1]), 1.0)
    share = met / met.sum(axis=1, keepdims=True)
    assert share == pytest.approx(np.tile([0.4, 0.2, 0.4], (3, 1)), abs=0.02)
    mine = (group[one] == 0) & (group[web.ties >> 1] == 0)
    apart = np.abs(one[mine] - (web.ties[mine] >> 1))
    assert np.minimum(apart, 2 * n // 5 - apart).max() < 30


def test_a_small_world_is_clustered_by_its_formula(tmp_path: Path) -> None:
    """Clustering 3 (K - 2) / 4 (K - 1) on the circle, times (1 - rewiring) cubed (Barrat and Weigt 2000)."""
    import networkx as nx

    for rewiring in (0, 10, 40):
        web = web_of(town(tmp_path, f"{{kind: watts_strogatz, strong: 4, weak: 4, rewiring: {rewiring} %}}"))
        graph = nx.Graph([(i, j) for i in range(len(web.starts) - 1) for j in ties_of(web, i)])
        expected = 3 * 6 / (4 * 7) * (1.0 - rewiring / 100.0) ** 3
        assert nx.average_clustering(graph) == pytest.approx(expected, abs=0.02)


def test_the_rich_get_richer(tmp_path: Path) -> None:
    """Share of people with k ties or more: m (m + 1) / k (k + 1) (Bollobas and others 2001)."""
    web = web_of(town(tmp_path, "{kind: preferential_attachment}", people=60_000))
    degree = np.diff(web.starts)
    for k in (20, 40, 100):
        share = 10 * 11 / (k * (k + 1))
        assert np.mean(degree >= k) == pytest.approx(share, abs=4.0 * np.sqrt(share / len(degree)))


def test_a_replicate_has_a_network_of_its_own_and_scenarios_share_it(tmp_path: Path) -> None:
    ours = plan(town(tmp_path, "watts_strogatz"))
    tables = ours.at(-1, neutral(ours))
    webs = [weave(tables, stream_keys(1, replicate)) for replicate in (0, 0, 1)]
    assert same(webs[0].ties, webs[1].ties) and not same(webs[0].ties, webs[2].ties)
    world = World(tables, 1, 0, 2, memory=True)
    assert world.branch(tables).web is world.web


CSV = "from,to,tie\n0,1,strong\n1,2,weak\n# a remark\n0,5,\n"


def test_ties_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text(CSV)
    web = web_of(town(tmp_path, "{kind: file, file: ties.csv}", people=60))
    assert [ties_of(web, i) for i in (0, 1, 2, 5)] == [[1, 5], [0, 2], [1], [0]]
    assert (web.ties & 1).sum() == 2 and len(web.ties) == 6


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("4,4,weak", "ties.csv:6 ties person 4 to themselves"),
        ("3,60,", "ties.csv:6 names person 60, and the market's are numbered from 0 to 59"),
        ("3,x,", 'ties.csv:6 reads "x"'),
        ("2.5,3,", "names person 2.5"),
        ("2,1,strong", "ties.csv:6 ties 2 and 1 a second time; line 3 does"),
        ("2,3,loose", 'ties.csv:6 reads "loose"'),
        ("2", "ties.csv:6 has too few cells"),
    ],
)
def test_a_bad_file_of_ties_is_told_by_line(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "ties.csv").write_text(CSV + line + "\n")
    with pytest.raises(ScenarioError, match="network.file") as error:
        town(tmp_path, "{kind: file, file: ties.csv}", people=60)
    assert said in str(error.value) and "base.yaml:" in str(error.value)


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ("{kind: file}", "none is named"),
        ("{kind: ring, file: ties.csv}", "draws ties and reads none"),
        ("{kind: ring, strong: 3}", "half of the ties lie on each side"),
        ("{kind: preferential_attachment, strong: 3}", "13 is odd"),
        ("{kind: mixed, strong: 0, weak: 0}", "Nobody has any ties"),
        ("{kind: ring, strong: 60}", "cannot have 70 ties among 60 people"),
        ("{kind: star}", "star"),
    ],
)
def test_a_network_that_cannot_be_is_refused(tmp_path: Path, network: str, said: str) -> None:
    (tmp_path / "ties.csv").write_text(CSV)
    with pytest.raises(ScenarioError, match=said):
        town(tmp_path, network, people=60)


# --- what words do


def months(scenario: Scenario, count: int, constants: Constants | None = None) -> tuple[World, Log]:
    ours = plan(scenario)
    solved = constants or neutral(ours)
    tables = ours.at(-1, solved)
    world = World(tables, 1, 0, 0, True, memory=ours.names.remembered)
    out = empty_log(count, len(tables.segments), len(tables.steps), len(tables.teams))
    for month in range(count):
        world.step(ours.at(month, solved), out, month)
    return world, out


TALKED = (*(c for c in PEOPLE if c.startswith("spoke")), "products")     # counted where people are remembered


def untold(log: Log) -> bytes:
    keep = [column(PEOPLE, c) for c in PEOPLE if c not in TALKED]
    parts = [log.people[..., keep], *(part for name, part in zip(Log._fields, log, strict=True) if name != "people")]
    return b"".join(np.ascontiguousarray(part).tobytes() for part in parts)


def test_words_that_move_nobody_change_nothing(tmp_path: Path) -> None:
    """No chance, no step of the image and no referral: bit for bit as without a network, and only advertising wins."""
    quiet, none = (lived(town(tmp_path / str(i), kind)).log for i, kind in enumerate((QUIET, "none")))
    assert untold(quiet) == untold(none)
    assert people_sum(quiet, "spoke_well").sum() > 100 and people_sum(none, "spoke_well").sum() == 0
    assert same(people_sum(quiet, "joined"), people_sum(quiet, "joined_advertising"))


@pytest.mark.parametrize("kind", KINDS)
def test_threads_change_no_bit(tmp_path: Path, kind: str) -> None:
    scenario = town(tmp_path, f"{{kind: {kind}, referral: {{rate: 1 /year}}}}", people=70_000)
    ours = plan(scenario)
    tables = ours.at(-1, neutral(ours))
    logs = []
    with ThreadPoolExecutor(2) as pool:
        for hands in (None, pool):
            world = World(tables, 1, 0, 0, True, pool=hands, memory=True)
            out = empty_log(3, len(tables.segments), 0, 0)
            for month in range(3):
                world.step(tables, out, month)
            logs.append(out)
    assert all(same(a, b) for a, b in zip(*logs, strict=True))
    assert people_sum(logs[0], "joined_referral").sum() > 0 < people_sum(logs[0], "joined_word_of_mouth").sum()


@pytest.mark.parametrize("kind", KINDS)
def test_sources_add_up(tmp_path: Path, kind: str) -> None:
    world, log = months(town(tmp_path, f"{{kind: {kind}, referral: {{rate: 0.15 /year}}}}"), 18)
    sources = [people_sum(log, f"joined_{name}") for name in ("advertising", "word_of_mouth", "referral", "win_back")]
    assert same(sum(sources[1:], sources[0]), people_sum(log, "joined"))
    assert min(float(source.sum()) for source in sources[:3]) > 30
    here = world.state.people["status"] == CUSTOMER
    now = np.bincount(world.state.bonds["source"][here], minlength=5)
    assert now[[BY_ADVERTISING, BY_WORD_OF_MOUTH, BY_REFERRAL]].min() > 20
    start = people_sum(log, "active_start")[1:] - people_sum(log, "active")[:-1]
    assert not start.any()
    assert not world.state.invited.any()


def test_whoever_is_persuaded_joins_as_often_as_words_say(tmp_path: Path) -> None:
    _, log = months(town(tmp_path, "{kind: watts_strogatz, talk: {strong: 20 %, weak: 10 %}}", people=30_000), 12)
    expected, won = people_sum(log, "persuaded").sum(), people_sum(log, "joined_word_of_mouth").sum()
    taken = people_sum(log, "joined_advertising").sum()
    assert won > 300 and abs(won - expected) < 4.0 * np.sqrt(won + taken)


def test_only_those_who_heard_are_won_by_words(tmp_path: Path) -> None:
    """Twelve people in a row, one of whom talks: words travel a tie a month, and no further."""
    (tmp_path / "row.csv").write_text("from,to\n" + "".join(f"{i},{i + 1}\n" for i in range(11)))
    text = (
        "cemsim: 1\nname: Row\nhorizon: 12 months\nburn_in: 0 months\nmarket: {people: 12}\n"
        "segments: {all: {customers: 1, revenue: 1 USD/month, churn: 0 %/year}}\n"
        "network: {kind: file, file: row.csv, talk: {rate: 100 %/month, well: 0, strong: 90 %}}\n"
        "switches: {calibration: off}\n"
    )
    ours = plan(written(tmp_path, text))
    constants = neutral(ours) | {"world.word_scale": np.array(1e3)}  # whoever hears is won
    tables = ours.at(0, constants)
    world = World(tables, 1, 0, 0, True, memory=True)
    for month in range(12):
        world.step(tables, empty_log(1, 1, 0, 0), 0)
        here = world.state.people["status"] == CUSTOMER
        assert here.tolist() == [i <= month for i in range(12)]
    assert set(world.state.bonds["source"][1:].tolist()) == {BY_WORD_OF_MOUTH}


def test_those_brought_stay_longer(tmp_path: Path) -> None:
    """Hazard times 0.82 for causes of one's own will; their premium is logged as it fades."""
    rates: dict[str, float] = {}
    for name, ratio in (("alike", 1), ("half", 0.5)):
        network = f"{{kind: mixed, referral: {{rate: 6 /year, hazard: {ratio}}}}}"
        world, _ = months(town(tmp_path / name, network, people=30_000), 24)
        bond, people = world.state.bonds["source"], world.state.people
        brought = bond == BY_REFERRAL                       # of those ever brought whom nothing else won since
        rates[name] = float(np.mean(people["status"][brought] != CUSTOMER))
        assert brought.sum() > 2_000
    assert rates["half"] < 0.75 * rates["alike"]


def test_a_referral_brings_as_many_as_it_says(tmp_path: Path) -> None:
    """Promoters of the month before, each with the chance of a twelfth of a year; a neighbour who is a prospect."""
    talk = "{well: 8, rate: 100 %/month}"
    _, log = months(town(tmp_path, f"{{kind: watts_strogatz, talk: {talk}, referral: {{rate: 0.6 /year}}}}"), 6)
    promoters = people_sum(log, "spoke_well").sum(axis=1)      # everybody talks, so these are the promoters
    brought = people_sum(log, "joined_referral").sum(axis=1)
    expected = 0.05 * promoters[:-1].sum()
    assert brought[0] == 0
    assert brought[1:].sum() == pytest.approx(expected, abs=4.0 * np.sqrt(expected))


def test_the_image_goes_where_words_say(tmp_path: Path) -> None:
    image: dict[str, float] = {}
    often, never = "rate: 100 %/month", "rate: 0 %/month, per_point: 0 %/month"
    for name, said in (("silence", never), ("praise", f"{often}, well: 0"), ("blame", f"{often}, well: 10, ill: 9.9")):
        talk = f"{{{said}, strong: 0 %, weak: 0 %}}"
        world, log = months(town(tmp_path / name, f"{{kind: ring, talk: {talk}}}"), 18)
        here = world.state.people["status"] == CUSTOMER
        image[name] = float(world.state.people["satisfaction"][here, 5].mean())
        well, ill = (people_sum(log, f"spoke_{word}").sum() for word in ("well", "ill"))
        assert (well > 0, ill > 0) == {"silence": (False, False), "praise": (True, False)}.get(name, (True, True))
        assert name != "blame" or ill > 50 * well
    assert image["praise"] > image["silence"] + 1 > image["blame"] + 2
    assert {WELL, ILL} == {1, 2}


def test_words_reach_hazards_through_the_image_alone(tmp_path: Path) -> None:
    """Where the image weighs nothing, words move no leaver (model.md section 5, 4)."""
    weights = "importance: {product: 0.4, service: 0.3, relationship: 0.1, price: 0.1, convenience: 0.1}, churn:"
    logs = []
    for name, step in (("deaf", 0), ("open", 30)):
        talk = f"{{strong: 0 %, weak: 0 %, rate: 50 %/month, image: {step} %}}"
        scenario = town(tmp_path / name, f"{{kind: ring, talk: {talk}}}")
        text = scenario.path.read_text().replace("churn:", weights)
        logs.append(lived(written(tmp_path / name, text)).log)
    assert same(logs[0].lost, logs[1].lost)
    assert not same(logs[0].satisfaction[..., 5], logs[1].satisfaction[..., 5])


# --- directions

BUZZ = "{kind: watts_strogatz, talk: {strong: 6 %, weak: 3 %}, referral: {rate: 0.1 /year}}"
Reading = Callable[[Log], NDArray[np.float64]]


def _sum(name: str) -> Reading:
    return lambda log: people_sum(log, name).sum(axis=(-2, -1))


LEVERS: dict[str, tuple[str, str, str, Reading, int]] = {
    "rate": ("network.talk.rate", "1 %/month", "20 %/month", _sum("persuaded"), 1),
    "per point": ("network.talk.per_point", "0 %/month", "20 %/month", _sum("spoke_well"), 1),
    "below": ("network.talk.below", "1", "3", _sum("spoke_ill"), 1),
    "well": ("network.talk.well", "8.5 points", "9.5 points", _sum("spoke_well"), -1),
    "ill": ("network.talk.ill", "5.5 points", "7 points", _sum("spoke_ill"), 1),
    "strong chance": ("network.talk.strong", "1 %", "9 %", _sum("persuaded"), 1),
    "weak chance": ("network.talk.weak", "1 %", "9 %", _sum("persuaded"), 1),
    "negative": ("network.talk.negative", "0", "9", _sum("persuaded"), -1),
    "strong ties": ("network.strong", "4", "20", _sum("persuaded"), 1),
    "weak ties": ("network.weak", "4", "20", _sum("persuaded"), 1),
    "referral": ("network.referral.rate", "0.05 /year", "0.25 /year", _sum("joined_referral"), 1),
    "premium": ("network.referral.fades", "3 months", "90 months", _sum("referred_spend"), 1),
    "advertising": ("advertising", "0.5", "2", _sum("joined_advertising"), 1),
    "telling": ("segments.*.telling", "0.5", "2", _sum("spoke_well"), 1),
    "good product": ("quality.product", "6.5 points", "8.5 points", _sum("persuaded"), 1),
}  # fmt: skip


@pytest.mark.direction
@pytest.mark.parametrize("name", LEVERS)
def test_direction(tmp_path: Path, name: str) -> None:
    path, low, high, reading, sign = LEVERS[name]
    town(tmp_path, BUZZ)
    values = []
    for end in (low, high):
        scenario = patched(tmp_path, "end", {path: f"{{to: {end}}}"}, "own_baseline: true\n")
        values.append(np.array([reading(lived(scenario, replicate=r).log) for r in range(3)]))
    assert np.all(sign * (values[1] - values[0]) > 0.0), values


@pytest.mark.direction
def test_rewiring_carries_words_further(tmp_path: Path) -> None:
    """On a circle words of those just won reach those who have heard them already."""
    found = []
    for rewiring in (0, 100):
        text = (
            "cemsim: 1\nname: New\nhorizon: 30 months\nburn_in: 0 months\nmarket: {people: 20_000, won: 0.1 %/month}\n"
            "segments: {all: {customers: 1, revenue: 1 USD/month, churn: 0 %/year}}\n"
            "network: {kind: watts_strogatz, strong: 4, weak: 0, "
            f"rewiring: {rewiring} %, talk: {{rate: 100 %/month, well: 0, strong: 9 %}}}}\n"
            "switches: {calibration: off}\n"
        )
        found.append(people_sum(months(written(tmp_path, text), 30)[1], "active")[-1, 0])
    assert found[1] > 1.2 * found[0]


# --- a baseline in balance


@pytest.fixture(scope="module")
def balanced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Any]:
    text = COMPANY.replace("people: 3_000", "people: 9_000").replace("customers: 1_200", "customers: 3_600")
    text = text.replace("customers: 800", "customers: 2_400").replace("on_shift: 2,", "on_shift: 6,")
    text = text.replace("on_shift: 7,", "on_shift: 21,").replace("horizon: 18", "horizon: 24")
    scenario = written(
        tmp_path_factory.mktemp("balanced"),
        text + "network: {kind: watts_strogatz, share: 40 %, referral: {rate: 0.1 /year}}\n",
    )
    (done,) = run(scenario, replicates=4)
    return scenario, done


def test_a_baseline_gains_what_it_loses(balanced: tuple[Scenario, Any]) -> None:
    scenario, done = balanced
    active, total = people_sum(done.log, "active").sum(axis=-1), sum(s.customers for s in scenario.segments.values())
    assert np.abs(active / total - 1.0).max() < 0.04
    joined = people_sum(done.log, "joined").sum()
    words = people_sum(done.log, "joined_word_of_mouth").sum() / joined
    assert words == pytest.approx(0.4, abs=0.05)               # so small a base is luckier or less than calibration's
    assert people_sum(done.log, "joined_referral").sum() / joined > 0.02
    for target in done.achieved:
        if target.name.startswith("churn"):
            assert target.achieved == pytest.approx(target.target, abs=1.5)


def test_less_advertising_is_felt_by_as_much_as_it_brought(balanced: tuple[Scenario, Any]) -> None:
    scenario, done = balanced
    constants = constants_of(plan(scenario), lambda what, share: None)
    half = patched(scenario.path.parent, "half", {"advertising": "{to: 0.5}"}, "own_baseline: true\n")
    log = lived(half, constants).log
    won = [people_sum(each, "joined_advertising")[..., :6, :].sum() for each in (done.log, log)]
    assert won[1] / (won[0] / 4) == pytest.approx(0.5, abs=0.08)


def test_words_that_win_too_many_are_refused(tmp_path: Path) -> None:
    text = COMPANY.replace("horizon: 18", "horizon: 2")
    with pytest.raises(CemsimError, match="without any advertising"):
        run(written(tmp_path, text + "network: {kind: mixed, talk: {strong: 60 %, weak: 60 %, rate: 50 %/month}}\n"), 1)
    with pytest.raises(CemsimError, match="nobody is won by word of mouth"):
        run(written(tmp_path, text + "network: {kind: mixed, share: 30 %, talk: {strong: 0 %, weak: 0 %}}\n"), 1)


# --- everybody alternates (model.md d4)


def test_prospects_are_those_who_leave_and_come_back(tmp_path: Path) -> None:
    """More of the fickle, with higher hazards, as leavers have them; and who left is won again, under words."""
    scenario = town(tmp_path, "{kind: mixed, talk: {strong: 10 %}}", people=60_000)
    people = World(plan(scenario).at(-1, neutral(plan(scenario))), 1, 0, 2, memory=True).state.people
    prospects, base = people[people["status"] != CUSTOMER], people[people["status"] == CUSTOMER]
    leaving = np.array([2 / 3 * 0.12, 1 / 3 * 0.30])
    usual, bad = np.array([2 / 3, 1 / 3]), leaving / leaving.sum()
    share = 0.04 * usual + 0.96 * bad                        # deaths and moves take anybody
    found = np.bincount(prospects["segment"]) / len(prospects)
    assert found == pytest.approx(share, abs=4.0 * np.sqrt(0.25 / len(prospects)))
    for g in range(2):
        mine = base["hazard"][base["segment"] == g].astype(float)
        theirs = prospects["hazard"][prospects["segment"] == g].astype(float)
        part = 0.04 * usual[g] / share[g]
        expected = part * mine.mean() + (1.0 - part) * (mine**2).mean() / mine.mean()
        assert theirs.mean() == pytest.approx(expected, rel=0.03)
    world, _ = months(scenario, 1)
    customers = world.state.people["status"] == CUSTOMER
    ours = plan(scenario)
    back, gone = np.zeros(len(customers), bool), np.zeros(len(customers), bool)
    for _ in range(23):
        world.step(ours.at(0, neutral(ours)), empty_log(1, 2, 0, 0), 0)
        now = world.state.people["status"] == CUSTOMER
        back |= now & gone
        gone |= customers & ~now
        customers = now
    assert back.sum() > 1_000
