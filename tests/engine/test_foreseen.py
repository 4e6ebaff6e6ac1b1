"""What is drawn ahead or put aside changes nothing: luck foreseen, ends of patience put aside; and logarithms."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from cemsim.base.draws import exponential, ln
from cemsim.base.shipped import shipped
from cemsim.engine.fast import world as fast
from cemsim.engine.fast.agenda import FIRST, drop_first, empty_agenda
from cemsim.engine.fast.patience import HORIZON, ROOM, at_ease, bear, look_ahead
from cemsim.engine.state import EVENT, ISSUE, PAD
from cemsim.scenario import load
from tests.engine.small import Life, lived, same, written


def test_logarithms_are_right_to_two_units_in_the_last_place() -> None:
    rng = np.random.default_rng(1)
    some = [*rng.random(20_000), *(1.0 - 1e-3 * rng.random(20_000)), *np.exp(rng.uniform(-600, 600, 20_000))]
    for x in [*some, 0.5, 2.0]:
        exact = math.log(x)
        assert abs(ln(x) - exact) <= 2.0 * math.ulp(exact)
    assert ln(1.0) == 0.0


def test_exponential_quantiles_rise() -> None:
    u = np.sort(np.random.default_rng(2).random(20_000))
    found = [exponential(v) for v in u]
    assert found == sorted(found)
    assert np.mean(found) == pytest.approx(1.0, abs=0.03)


CALL = "team: desk, handling: {kind: exponential, mean: 5 min}}"
SECOND = """team: desk, handling: {kind: exponential, mean: 5 min}, used_by: 50 %}
      more: {channel: phone_in, loads: {}, team: desk, handling: {kind: exponential, mean: 2 min}}"""
OTHER = CALL + """
  order:
    need: 20 /year
    steps:
      call: {channel: phone_in, loads: {}, team: desk, handling: {kind: lognormal, mean: 5 min, cv: 1}}"""
#: A desk whose law of handling, or of patience, is not exponential; a first step with a lag, or not taken by all.
VARIANTS = {
    "as it is": ("", ""),
    "other handling": ("kind: exponential, mean: 5 min", "kind: lognormal, mean: 5 min, cv: 1"),
    "other patience": ("kind: exponential, mean: 10 min", "kind: weibull, mean: 10 min, cv: 2"),
    "called again": ("redial: off", "redial: on"),
    "lag": ("team: desk,", "team: desk, lag: {kind: exponential, mean: 1 hours},"),
    "passed by": (CALL, SECOND),
    "two journeys": (CALL, OTHER),
}


def desk(folder: Path, old: str, new: str) -> Life:
    text = shipped("scenarios", "textbook", "mmc_m.yaml").read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new).replace("need: 504.576", "need: 52.0").replace("on_shift: 50", "on_shift: 5")
    return lived(written(folder, text), months=2)


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_foreseen_is_what_would_be_drawn(
    variant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = desk(tmp_path / "seen", *VARIANTS[variant])

    def nothing(*_: Any) -> None:
        _[-1][:] = _[-2][:] = 0.0

    monkeypatch.setattr(fast, "foresee", nothing)
    drawn = desk(tmp_path / "drawn", *VARIANTS[variant])
    assert len(seen.visits) > 5_000
    assert same(seen.visits, drawn.visits)
    for a, b in zip(seen.log, drawn.log, strict=True):
        assert same(a, b)


def test_what_is_foreseen_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foresee = vars(fast)["foresee"]
    seen = desk(tmp_path / "seen", "", "")

    def longer(*what: Any) -> None:
        foresee(*what)
        what[-2][what[-4] : what[-3]] *= 1.001

    monkeypatch.setattr(fast, "foresee", longer)
    assert not same(seen.visits, desk(tmp_path / "longer", "", "").visits)


@njit
def _played(gaps: Any, limits: Any, answered: Any, heap: Any, far: Any, pads: Any, issues: Any, seen: Any) -> int:
    """Somebody comes after each gap with a limit to patience; ``answered`` many of those who wait, the first first."""
    m, n, now, found, first, waiting = pads[0], 0, 0.0, 0, 0, 0
    for k in range(len(gaps)):
        comes = now + gaps[k]
        while heap[FIRST].time <= comes:
            m.instant, packed = heap[FIRST].time, heap[FIRST].slot
            n = drop_first(heap, n)
            if packed == HORIZON:
                n = look_ahead(heap, n, far, m, issues)
            elif issues[packed & 0xFFFFFFFF].stamp == packed >> 32:
                seen[found] = packed & 0xFFFFFFFF
                issues[seen[found]].stamp += 1
                found, waiting = found + 1, waiting - 1
            if waiting == 0:
                n = at_ease(heap, n, m)
        now = comes
        m.instant = now
        n = bear(heap, n, far, m, issues[k], k, now + limits[k], 8.0)
        waiting += 1
        for _ in range(answered[k]):
            while first < k and issues[first].stamp != 0:
                first += 1
            if issues[first].stamp == 0:
                issues[first].stamp += 1
                waiting -= 1
        if waiting == 0:
            n = at_ease(heap, n, m)
    return found


def plainly(gaps: Any, limits: Any, answered: Any) -> list[int]:
    """The same with a list."""
    now, waits, seen = 0.0, dict[int, float](), list[int]()
    for k in range(len(gaps)):
        now += gaps[k]
        for who in sorted(waits, key=lambda w: (waits[w], w)):
            if waits[who] <= now:
                seen.append(who)
                del waits[who]
        waits[k] = now + limits[k]
        for _ in range(answered[k]):
            if waits:
                del waits[min(waits)]
    return seen


def impatient(gaps: Any, limits: Any, answered: Any) -> list[int]:
    count = len(gaps)
    issues, pads = np.zeros(count, ISSUE), np.zeros(1, PAD)
    issues["number"] = np.arange(count)
    seen = np.zeros(count, np.int64)
    found = _played(gaps, limits, answered, empty_agenda(2 * count + 8), np.zeros(ROOM, EVENT), pads, issues, seen)
    return [int(who) for who in seen[:found]]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=120))
def test_patience_ends_in_order_however_far(steps: list[tuple[int, int, int]]) -> None:
    gaps, limits, answered = (np.array(part) for part in zip(*steps, strict=True))
    assert impatient(gaps / 2.0, limits * 1.0, answered) == plainly(gaps / 2.0, limits * 1.0, answered)


def test_more_may_wait_than_can_be_put_aside() -> None:
    rng = np.random.default_rng(3)
    gaps, limits = rng.exponential(0.002, 3 * ROOM), rng.exponential(8.0, 3 * ROOM)
    answered = (rng.random(3 * ROOM) < 0.2).astype(np.int64)
    left = impatient(gaps, limits, answered)
    assert left == plainly(gaps, limits, answered)
    assert len(left) > 500


def test_the_desk_that_ships_foresees_both(monkeypatch: pytest.MonkeyPatch) -> None:
    foresee, means = vars(fast)["foresee"], list[tuple[float, float]]()

    def noted(*what: Any) -> None:
        foresee(*what)
        takes, waits = (row[what[-4] : what[-3]] for row in what[-2:])
        means.append((takes.mean(), waits.mean()))

    monkeypatch.setattr(fast, "foresee", noted)
    lived(load(shipped("scenarios", "textbook", "mmc_m.yaml")), months=1)
    assert len(means) > 10
    assert np.allclose(means, 1.0, atol=0.05)
