"""Watching a company: the same world as always, seen truly, on a page that steps, plays, stops and begins again."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cemsim.base.errors import CemsimError
from cemsim.engine.glass import page
from cemsim.engine.glass.watched import STEPS, Company, WatchedWorld
from cemsim.engine.glass.world import GlassWorld
from cemsim.experiment.constants import constants_of
from cemsim.plan.compile import plan
from cemsim.report.live import told
from tests.engine.small import COMPANY, written

TOP = Path(__file__).resolve().parent.parent.parent
SMALL = (
    COMPANY.replace("horizon: 18", "horizon: 2").replace("people: 3_000", "people: 300")
    .replace("customers: 1_200", "customers: 120").replace("customers: 800", "customers: 80")
    + """
rules:
  - version: 1
    ruleset: evening
    decide_on: contact_arrives
    rules:
      - {id: call_back, because: A <b>late</b> call is noted., when: {hour: {ge: 17}}, then: [{log: {}}]}
"""
)  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    p = plan(written(tmp_path_factory.mktemp("watch"), SMALL))
    return Company(p, constants_of(p, lambda what, share: None), seed=5, whole=200)


def lived(company: Company, lengths: tuple[str, ...]) -> WatchedWorld:
    """A world lived to its horizon in steps of these lengths in turn."""
    world = WatchedWorld(company)
    while world.running:
        world.length = STEPS[lengths[world.steps % len(lengths)]]
        world.step()
    return world


@pytest.fixture(scope="module")
def hourly(company: Company) -> WatchedWorld:
    return lived(company, ("hour",))


@pytest.mark.parametrize("lengths", [("hour",), ("week",), ("hour", "week", "day")])
def test_a_watched_world_is_the_same_world(company: Company, lengths: tuple[str, ...]) -> None:
    world, months = lived(company, lengths), company.burn_in + company.plan.scenario.horizon
    newborn = not company.plan.scenario.switches.calibration
    plain = GlassWorld(company.plan, company.tables(0), 5, 0, company.burn_in, newborn)
    for month in range(months):
        plain.live_month(company.tables(month))
    assert len(plain.visits) > 100 and world.month == months
    assert np.concatenate(world.visits).tobytes() == np.concatenate(plain.visits).tobytes()
    assert world.people.tobytes() == plain.people.tobytes() and world.purse.tobytes() == plain.purse.tobytes()
    assert world.staff == plain.staff


def test_what_is_seen_adds_up(company: Company, hourly: WatchedWorld) -> None:
    last = hourly.seen[-1]
    assert last.customers == sum(c.is_customer for c in hourly.customers)
    assert last.customers == hourly.at_start + last.won - last.lost
    assert last.lost == sum(month >= company.burn_in for month, _, _ in hourly.lost) > 0
    assert last.contacts == sum(int(v["month"][0]) >= company.burn_in for v in hourly.visits) > 100
    assert len(hourly.seen) - 1 == (31 + 30) * 24 and last.time == (31 + 30) * 1440.0
    assert min(last.satisfaction) > 0.0 and max(last.satisfaction) < 10.0
    assert max(s.open_issues for s in hourly.seen) > 5 and max(t.waiting for s in hourly.seen for t in s.teams) > 0


def test_occupancy_seen_by_the_hour_is_the_months_occupancy(company: Company, hourly: WatchedWorld) -> None:
    """The desk changes shifts at full hours, so busy minutes of an hour are its occupancy times who was there."""
    desk = [s.teams[0] for s in hourly.seen[1:]]
    seen = sum(hour.occupancy * hour.on_shift * 60.0 for hour in desk if isfinite(hour.occupancy))
    counted = [busy for month, team, _, busy, _ in hourly.staff if month >= company.burn_in and team == 0]
    assert len(counted) == 2
    assert 0.97 * sum(counted) < seen <= sum(counted) + 1e-6             # the rest is finished after closing


def test_a_days_longest_queue_is_that_of_its_hours(company: Company, hourly: WatchedWorld) -> None:
    daily = lived(company, ("day",))
    for day, seen in enumerate(daily.seen[1:]):
        for place, team in enumerate(seen.teams):
            assert team.most == max(s.teams[place].waiting for s in hourly.seen[24 * day + 1 : 24 * day + 25])


def test_an_hour_in_html(company: Company) -> None:
    world = WatchedWorld(company)
    world.step()
    shown = told(world)
    for words in ("Month 0 (of 0 to 1), day 1, ", " 01:00", "people now", "desk", "loyal", "evening: call back"):
        assert words in shown, words
    assert "A &lt;b&gt;late&lt;/b&gt; call is noted." in shown and "<b>late" not in shown
    assert shown.count("<figure>") == 4 and "nan" not in shown


def test_a_company_without_teams_or_rules_is_shown(tmp_path: Path) -> None:
    p = plan(written(tmp_path, """\
cemsim: 1
name: Nobody calls
horizon: 1 month
burn_in: 0 months
segments: {all: {customers: 3, revenue: 1 USD/month, churn: 0 %/year}}
switches: {calibration: off}
"""))
    world = lived(Company(p, {}, seed=1, whole=3), ("week",))
    shown = told(world)
    assert "The end of month 0, the last" in shown
    assert "This scenario has no rules." in shown and "Teams now" not in shown
    assert shown.count("<figure>") == 2


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
)  # fmt: skip


class Tab:
    """A tab of a headless Chromium, driven through its DevTools socket."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.sent = socket, 0

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv(120))).get("id") != self.sent:
            pass
        return dict(answer["result"])

    def value(self, script: str) -> Any:
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def press(self, label: str) -> None:
        buttons = "[...document.querySelectorAll('button')]"
        found = f"{buttons}.find(b => b.textContent.trim() === {label!r} && !b.disabled)"
        until(lambda: self.value(f"!!{found}"))
        self.value(f"{found}.click()")

    @property
    def when(self) -> str:
        return str(self.value("document.querySelector('#when')?.textContent ?? ''"))

    def tile(self, name: str) -> int:
        return int(self.value(f"document.querySelector('[data-tile=\"{name}\"]').textContent").replace(",", ""))


def until(true: Any, seconds: float = 180.0) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    from websockets.sync.client import connect

    folder, quiet = tmp_path / "profile", subprocess.DEVNULL
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    browser = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    said = folder / "DevToolsActivePort"
    try:
        until(lambda: said.exists() and "/" in said.read_text())
        with urllib.request.urlopen(f"http://127.0.0.1:{said.read_text().split()[0]}/json") as answer:
            (place,) = [found["webSocketDebuggerUrl"] for found in json.load(answer) if found["type"] == "page"]
        with connect(place, max_size=None) as socket:
            yield Tab(socket)
    finally:
        browser.terminate()
        browser.wait(30)


def hears_interrupts() -> None:
    """A shell starts what runs in the background deaf to Ctrl-C, and children inherit that: here it must be heard."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    command = [sys.executable, str(TOP / "cli.py"), "watch", "small.yaml", "--no-browser", "--customers", "100"]
    errors = tmp_path / "errors.txt"
    with errors.open("w") as heard:
        server = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=heard, text=True, preexec_fn=hears_interrupts)
    assert server.stdout is not None
    said = server.stdout.readline()
    found = re.search(r"http://[\d.]+:\d+", said)
    assert found is not None, said
    yield found.group()
    server.send_signal(signal.SIGINT)
    assert server.wait(30) == 0
    assert "Traceback" not in errors.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
@pytest.mark.skipif(find_spec("solara") is None, reason="the extra packages of cemsim watch are not installed")
def test_the_page_steps_plays_stops_and_begins_again(address: str, tab: Tab) -> None:
    tab.ask("Page.navigate", url=address)
    until(lambda: tab.when)
    begin = tab.when
    assert re.fullmatch(r"Month 0 \(of 0 to 1\), day 1, \w+ 00:00", begin) and tab.tile("Contacts so far") == 0
    assert tab.tile("Customers") > 50 and "cut from 200 customers to 100" in tab.value("document.body.innerText")

    tab.press("Step")
    until(lambda: tab.when.endswith("01:00"))
    tab.press("week")
    tab.press("Step")
    until(lambda: ", day 8, " in tab.when)
    contacts = tab.tile("Contacts so far")
    assert contacts > 0

    tab.press("hour")
    tab.press("▶")
    seen = tab.when
    until(lambda: tab.when != seen)
    seen = tab.when
    until(lambda: tab.when != seen)
    tab.press("❚❚")
    until(lambda: tab.value("[...document.querySelectorAll('button')].some(b => b.textContent.trim() === '▶')"))
    time.sleep(1.0)
    seen = tab.when
    time.sleep(1.5)
    assert tab.when == seen and tab.tile("Contacts so far") >= contacts

    tab.press("Reset")
    until(lambda: tab.when == begin)
    assert tab.tile("Contacts so far") == 0


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = watch(tmp_path, "small.yaml", "--no-browser", "--port", str(port))
    assert code == 2 and f"Port {port} cannot be had" in said and "Traceback" not in said


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    code, said = watch(tmp_path, "nothing.yaml", "--no-browser")
    assert code == 2 and "nothing.yaml" in said and "Traceback" not in said


def test_without_its_packages_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "NEEDED", ("json", "no_such_package"))
    with pytest.raises(CemsimError, match=r"pip install 'cemsim\[watch\]'"):
        page.installed()


def watch(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code of ``cemsim watch`` and what it says of errors."""
    done = subprocess.run([sys.executable, str(TOP / "cli.py"), "watch", *words], cwd=folder, capture_output=True,
                          text=True, timeout=300, check=False)
    return done.returncode, done.stderr
