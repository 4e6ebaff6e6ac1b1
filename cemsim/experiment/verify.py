"""Is a result folder what its receipt says, and does running it again give the same bits?"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cemsim.base.errors import CemsimError
from cemsim.base.language import chosen, say, speaking
from cemsim.experiment import inputs
from cemsim.experiment.differ import first_difference, first_line
from cemsim.experiment.quantities import Damaged, Told, arrays_of, digest, restore
from cemsim.experiment.receipt import Receipt, file_digest
from cemsim.experiment.results import write_tables
from cemsim.experiment.run import Progress, frozen, plans_of, run
from cemsim.experiment.store import QUANTITIES, labels, load_results, read_receipt
from cemsim.plan.plan import Plan
from cemsim.scenario import Scenario

ALTERED: Final = "{name} was changed after it was written"


@dataclass(frozen=True)
class Verdict:
    """What a check of a folder found.

    Attributes: differences, each a sentence, the first of each kind; likely reasons; numbers of the replicates
    simulated again; how many files were held against their digests; how many replicates were asked for and are not
    there.
    """

    differences: tuple[str, ...]
    reasons: tuple[str, ...]
    replicates: tuple[int, ...]
    files: int
    missing: int

    @property
    def identical(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def verify(
    folder: Path | str, workers: int | None = None, progress: Progress | None = None, again: bool = True
) -> Verdict:
    """Hold a result folder against its receipt, and against the same runs made again here.

    Args: the folder; threads; called with progress; ``again=False`` checks the files without simulating.
    Errors: CemsimError where the folder has no receipt, or none that can be read.

    Files are held against their digests, tables against what the kept quantities give, and the quantities of each
    finished replicate against a new run from the file that holds all numbers of its scenario.
    """
    folder = Path(folder)
    receipt = read_receipt(folder)
    found = [*_files(folder, receipt), *_quantities(folder, receipt)]
    found += _tables(folder, receipt)
    done: tuple[int, ...] = ()
    if again:
        try:
            family = inputs.kept_family(folder, receipt, full=True)
            found += _again(folder, receipt, family, workers, progress)
            done = receipt.kept
        except CemsimError as error:
            found += [problem.message for problem in error.problems]
    count = len(receipt.inputs) + len(receipt.tables) + len(receipt.quantities)
    reasons = receipt.made_elsewhere() if found else []
    missing = sum(not _there(folder, receipt, number) for number in receipt.numbers)
    return Verdict(tuple(dict.fromkeys(found)), tuple(reasons), done, count, missing)


def _there(folder: Path, receipt: Receipt, number: int) -> bool:
    """Whether a replicate was finished: the receipt of a run that was killed does not know."""
    return all((folder / QUANTITIES / label.file).is_file() for label in labels(receipt, number))


def _files(folder: Path, receipt: Receipt) -> Iterator[str]:
    """Copied inputs and written tables whose bytes are not those of the receipt."""
    for name, wanted in {**receipt.inputs, **receipt.tables}.items():
        try:
            if file_digest(folder / name) != wanted and name not in _remade(receipt):
                yield say(ALTERED, name=name)
        except OSError as error:
            yield say("{name} cannot be read: {why}", name=name, why=error.strerror)


def _quantities(folder: Path, receipt: Receipt) -> Iterator[str]:
    """Kept quantities that are not whole, or not those of the receipt."""
    for number in receipt.kept:
        for label in labels(receipt, number):
            try:
                told = restore(folder / QUANTITIES, label)
            except Damaged as error:
                yield str(error.problems[0].message).removeprefix(f"{folder}/").rstrip(".")
                continue
            if told is None:
                yield say("{name} is missing", name=f"{QUANTITIES}/{label.file}")
            elif digest(arrays_of(told)) != receipt.quantities.get(label.file):
                yield say("{name} holds other numbers than the receipt says", name=f"{QUANTITIES}/{label.file}")


def _remade(receipt: Receipt) -> list[str]:
    """Tables that the kept quantities give again; other files, such as a page, have only their digest."""
    return [name for name in receipt.tables if name.endswith((".csv", ".parquet"))]


def _tables(folder: Path, receipt: Receipt) -> Iterator[str]:
    """Tables that are not those of the receipt, with the place where they first differ."""
    try:
        runs = load_results(folder)
    except CemsimError:
        runs = []                                # said already: some quantities cannot be read
    with tempfile.TemporaryDirectory() as scratch:
        if runs and receipt.tables:
            write_tables([runs[i] for i in receipt.shown], Path(scratch))
        for name in _remade(receipt):
            old, new = folder / name, Path(scratch) / name
            if not old.is_file():
                continue                         # said already
            changed = file_digest(old) != receipt.tables[name]
            why = say(ALTERED if changed else "{name} is not what the kept quantities give", name=name)
            if new.is_file() and old.read_bytes() != new.read_bytes():
                yield say("{what}: {where}", what=why, where=first_line(old, new))
            elif changed:
                yield why


def _again(
    folder: Path, receipt: Receipt, family: list[Scenario], workers: int | None, progress: Progress | None
) -> list[str]:
    plans = plans_of(family)
    for entry, plan in zip(receipt.scenarios, plans, strict=True):
        if inputs.plan_digest(plan) != entry.plan:
            return [say("{name} is compiled to other numbers here", name=entry.name)]
    constants = frozen(plans, progress or (lambda what, share: None))
    for entry, there, here in zip(receipt.scenarios, receipt.frozen(), constants, strict=True):
        for name in dict.fromkeys((*there, *here)):
            if name not in there or name not in here or there[name].tobytes() != here[name].tobytes():
                return [say("calibration of {scenario} gives another {name} here", scenario=entry.name, name=name)]
    finder = _Finder(folder, receipt, plans)
    for start, count in stretches(receipt.kept):
        if finder.halt.is_set():
            break
        visits = receipt.events and start == receipt.first
        try:
            run(family, count, receipt.seed, workers, progress, visits, finder.halt, start, receipt.fates,
                keep=finder.hold, constants=constants)  # fmt: skip
        except CemsimError:
            if not finder.halt.is_set():
                raise
    return [finder.found[min(finder.found)]] if finder.found else []


class _Finder:
    """Holds each replicate simulated again against the one that was kept."""

    def __init__(self, folder: Path, receipt: Receipt, plans: list[Plan]) -> None:
        self._folder, self._receipt, self._plans = folder, receipt, plans
        self.halt, self._language = threading.Event(), chosen()      # workers have a context of their own
        self.found: dict[tuple[int, int], str] = {}

    def hold(self, number: int, told: list[Told]) -> None:
        """Called in a worker; the first difference ends the run."""
        for i, (label, each) in enumerate(zip(labels(self._receipt, number), told, strict=True)):
            try:
                old = restore(self._folder / QUANTITIES, label)
            except Damaged:
                continue                         # said already
            if old is None:
                continue
            with speaking(self._language):
                place = first_difference(arrays_of(old), arrays_of(each), self._plans[i].names)
                name = self._receipt.scenarios[i].name
                said = say("{scenario}, replicate {number}: {place}", scenario=name, number=number, place=place)
            if place:
                self.found[number, i] = said
                self.halt.set()
                return


def stretches(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    """Unbroken stretches of numbers, as first and count.

    >>> stretches((0, 1, 2, 5, 7, 8))
    [(0, 3), (5, 1), (7, 2)]
    """
    found: list[tuple[int, int]] = []
    for n in sorted(numbers):
        if found and n == sum(found[-1]):
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((n, 1))
    return found
