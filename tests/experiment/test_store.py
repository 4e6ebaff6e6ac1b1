"""A result folder: what is kept comes back, nothing half-written is read, and no other experiment overwrites it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from cemsim.base.atomic import DRAFT
from cemsim.base.errors import CemsimError
from cemsim.experiment import Run, Store, load_results, open_store, quantities, run
from cemsim.experiment.quantities import Damaged, Label, restore
from cemsim.experiment.receipt import Receipt
from cemsim.experiment.results import write_tables
from cemsim.experiment.store import QUANTITIES
from cemsim.scenario import Scenario
from tests.experiment.shop import shop

TOP = Path(__file__).resolve().parent.parent.parent


def live(store: Store, family: list[Scenario], replicates: int, workers: int = 1) -> list[Run]:
    receipt = store.receipt
    return run(
        family, replicates, receipt.seed, workers, events=receipt.events, fates=receipt.fates, keep=store.keep,
        have=store.have(), constants=store.constants,
    )  # fmt: skip


def bits(runs: list[Run]) -> list[bytes]:
    return [part.tobytes() for one in runs for part in (*one.log, *one.fates)]


def kept_files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / QUANTITIES).iterdir())


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    family = shop(tmp_path)
    store = open_store(tmp_path / "out", family, 3, seed=5, events=True, fates=True)
    runs = live(store, family, 3)
    store.finish(runs, write_tables(runs, tmp_path / "out"), [0, 1])
    again = load_results(tmp_path / "out")
    assert bits(again) == bits(runs)
    for old, new in zip(runs, again, strict=True):
        assert new.scenario.name == old.scenario.name and new.replicates == old.replicates == (0, 1, 2)
        assert [c.path for c in new.scenario.changes] == [c.path for c in old.scenario.changes]
        assert [(a.path, a.value, a.source, a.line) for a in new.scenario.register] == [
            (a.path, a.value, a.source, a.line) for a in old.scenario.register
        ]
        assert old.visits is not None and new.visits is not None and new.visits.equals(old.visits)
        assert new.seed == 5 and not new.stopped


def test_it_says_what_made_it_and_no_place(tmp_path: Path) -> None:
    family = shop(tmp_path)
    open_store(tmp_path / "out", family, 1)
    text = (tmp_path / "out" / "receipt.json").read_text(encoding="utf-8")
    receipt = Receipt.read(tmp_path / "out")
    assert receipt is not None and {"cemsim", "python", "numpy", "numba", "scipy"} <= set(receipt.versions)
    assert receipt.machine["system"] and receipt.machine["cpu"] and not receipt.made_elsewhere()
    assert str(tmp_path) not in text
    assert sum(name.endswith("hours.csv") for name in receipt.inputs) == 2


def test_an_interrupted_run_goes_on_with_the_same_bits_for_any_number_of_workers(tmp_path: Path) -> None:
    family = shop(tmp_path)
    whole = run(family, 5, workers=2, fates=True)
    store = open_store(tmp_path / "out", family, 5, fates=True)
    stop, done = threading.Event(), []

    def keep_two(number: int, told: object) -> None:
        store.keep(number, told)  # type: ignore[arg-type]
        done.append(number)
        if len(done) == 2:
            stop.set()

    (first, _) = run(family, 5, workers=1, fates=True, stop=stop, keep=keep_two)
    assert first.stopped and len(first.replicates) == 2
    assert load_results(tmp_path / "out")[0].stopped
    store = open_store(tmp_path / "out", family, 5, fates=True)
    assert sorted(store.have()) == sorted(done)
    resumed = live(store, family, 5, workers=2)
    store.finish(resumed, [], [0, 1])
    assert bits(resumed) == bits(whole) == bits(load_results(tmp_path / "out"))


def test_more_replicates_add_to_those_that_are_there(tmp_path: Path) -> None:
    family = shop(tmp_path)
    store = open_store(tmp_path / "out", family, 2)
    store.finish(live(store, family, 2), [], [0])
    store = open_store(tmp_path / "out", family, 3)
    assert sorted(store.have()) == [0, 1]
    store.finish(live(store, family, 3), [], [0])
    assert [r.replicates for r in load_results(tmp_path / "out")] == [(0, 1, 2)] * 2


def test_another_experiment_is_refused(tmp_path: Path) -> None:
    family = shop(tmp_path)
    store = open_store(tmp_path / "out", family, 1)
    store.finish(live(store, family, 1), [], [0])
    with pytest.raises(CemsimError, match="holds another experiment: its seed is 1, not 2"):
        open_store(tmp_path / "out", family, 1, seed=2)
    with pytest.raises(CemsimError, match=r"its scenarios are Desk, One more: =1\+1, not Desk"):
        open_store(tmp_path / "out", family[:1], 1)
    changed = family[0].model_copy(update={"advertising": 2.0})
    with pytest.raises(CemsimError, match='in Desk it reads "advertising: 1", not "advertising: 2"'):
        open_store(tmp_path / "out", [changed, family[1]], 1)
    (tmp_path / "hours.csv").write_text("weekday,hour,weight\n0,9,1\n", encoding="utf-8")
    with pytest.raises(CemsimError, match="holds another experiment: in Desk it reads"):
        open_store(tmp_path / "out", family, 1)
    anew = open_store(tmp_path / "out", family, 1, anew=True)
    assert not anew.have()


def test_numbers_of_two_versions_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    family = shop(tmp_path)
    open_store(tmp_path / "out", family, 1)
    monkeypatch.setattr("cemsim.experiment.receipt.version", lambda name: "0.0")
    with pytest.raises(CemsimError, match=r"begun elsewhere, .*numpy [\d.]+ there, 0.0 here"):
        open_store(tmp_path / "out", family, 1)


@pytest.mark.parametrize("lacks", ["columns", "a table"])
def test_results_of_another_version_are_named_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    """Not a traceback of some measure that misses a column."""
    family = shop(tmp_path)
    store = open_store(tmp_path / "out", family, 1)
    runs = live(store, family, 1)
    store.finish(runs, [], [0])
    folder, whole = tmp_path / "out" / QUANTITIES, quantities.arrays_of
    if lacks == "a table":
        monkeypatch.setattr(
            quantities, "arrays_of", lambda told: {k: v for k, v in whole(told).items() if k != "passed"}
        )
    for label in (Label(store.receipt.experiment, 0, world) for world in range(2)):
        told = restore(folder, label)
        assert told is not None
        log, *rest = told
        if lacks == "columns":
            log = log._replace(steps=log.steps[..., :-1])
        quantities.save(folder, label, (log, *rest))
    with pytest.raises(Damaged, match="by another version of cemsim.*Simulate it again"):
        load_results(tmp_path / "out")


def test_two_at_a_time_are_refused(tmp_path: Path) -> None:
    family = shop(tmp_path)
    store = open_store(tmp_path / "out", family, 1)
    command = [sys.executable, "-m", "cemsim", "resume", str(tmp_path / "out")]
    other = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=120, check=False)
    assert other.returncode == 2 and "Another cemsim is writing" in other.stderr
    store.finish(live(store, family, 1), [], [0])
    other = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=120, check=False)
    assert other.returncode == 0, other.stderr


def test_scenarios_made_in_code_are_kept_too(tmp_path: Path) -> None:
    family = shop(tmp_path)
    desk = family[1].teams["desk"].model_copy(update={"on_shift": 4})
    made = [family[0], family[1].model_copy(update={"teams": {"desk": desk}})]
    store = open_store(tmp_path / "out", made, 1)
    assert {entry.written for entry in store.receipt.scenarios} == {""}
    runs = live(store, made, 1)
    store.finish(runs, [], [0])
    again = load_results(tmp_path / "out")
    assert bits(again) == bits(runs) and again[1].scenario.teams["desk"].on_shift == 4


@pytest.mark.parametrize("damage", ["cut", "flip", "swap"])
def test_what_is_not_whole_is_not_read_and_is_simulated_again(tmp_path: Path, damage: str) -> None:
    family = shop(tmp_path)
    store = open_store(tmp_path / "out", family, 2)
    whole = live(store, family, 2)
    store.finish(whole, [], [0])
    label = Label(store.receipt.experiment, 1, 0)
    path = tmp_path / "out" / QUANTITIES / label.file
    raw = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(raw[: len(raw) // 2])
    elif damage == "flip":
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
    else:
        path.write_bytes(path.with_name(Label("", 0, 0).file).read_bytes())
    with pytest.raises(Damaged):
        restore(path.parent, label)
    with pytest.raises(CemsimError):
        load_results(tmp_path / "out")
    store = open_store(tmp_path / "out", family, 2)
    assert sorted(store.have()) == [0] and len(store.mended) == 1
    assert bits(live(store, family, 2)) == bits(whole)


def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = shop(tmp_path)
    store = open_store(tmp_path / "out", family, 4)
    flush, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 6:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CemsimError, match="There is no room to write to .*: No space left on device"):
        live(store, family, 4)
    monkeypatch.undo()
    assert kept_files(tmp_path / "out") == [Label("", 0, i).file for i in (0, 1)] + [Label("", 1, 0).file]
    store = open_store(tmp_path / "out", family, 4)
    assert sorted(store.have()) == [0]
    assert bits(live(store, family, 4)) == bits(run(family, 4))


FULL = """\
import subprocess, sys
from pathlib import Path
from cemsim.base.errors import CemsimError
from cemsim.experiment import open_store, run
from cemsim.scenario import load

room, family = Path(sys.argv[1]), [load(path) for path in sys.argv[2:]]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", room], check=True)
try:
    store = open_store(room, family, 9)
    run(family, 9, keep=store.keep)
    sys.exit("the disk did not fill up")
except CemsimError as error:
    print(error)
subprocess.run(["mount", "-o", "remount,size=9m", room], check=True)
store = open_store(room, family, 9)
print("kept", 0 < len(store.have()) < 9, "mended", len(store.mended))
runs = run(family, 9, keep=store.keep, have=store.have())
print("same", all((a == b).all() for a, b in zip(runs[1].log, run(family, 9)[1].log)))
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    files = [str(s.path) for s in shop(tmp_path)]
    apart = ["unshare", "--user", "--map-root-user", "--mount"]
    try:
        probe = [*apart, "mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(room)]
        small = subprocess.run(probe, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        pytest.skip("there is no unshare, so that no small disk can be made")
    if small.returncode:
        pytest.skip(f"this machine lets no small disk be made: {small.stderr.strip()}")
    command = [*apart, sys.executable, "-c", FULL, str(room), *files]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "There is no room to write to" in done.stdout
    assert "kept True mended 0" in done.stdout and "same True" in done.stdout


def test_nothing_reads_a_draft(tmp_path: Path) -> None:
    family = shop(tmp_path)
    store = open_store(tmp_path / "out", family, 1)
    store.finish(live(store, family, 1), [], [0])
    name = Label("", 0, 0).file
    draft = tmp_path / "out" / QUANTITIES / f".{name}.1{DRAFT}.npz"
    draft.write_bytes(b"half of it")
    assert np.isfinite(load_results(tmp_path / "out")[0].log.people).all()
    open_store(tmp_path / "out", family, 1)
    assert not draft.exists()
