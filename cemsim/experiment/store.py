"""A result folder: finished replicates are kept as they come, and a run that was interrupted goes on from there."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from cemsim.base.atomic import LOCK, lock, sweep
from cemsim.base.errors import CemsimError
from cemsim.engine.log import empty_log
from cemsim.experiment import inputs
from cemsim.experiment.quantities import OTHER_VERSION, Damaged, Label, Told, arrays_of, digest, restore, save
from cemsim.experiment.receipt import Receipt, engine, file_digest, machine, program, versions
from cemsim.experiment.run import Constants, Progress, Run, frozen, gather, plans_of
from cemsim.scenario import Scenario

QUANTITIES: Final = f"{inputs.KEPT}/quantities"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Store:
    """What a run keeps in a folder while it goes on; made by :func:`open_store`.

    Attributes: the folder; its receipt; the frozen constants; ``mended``, files that were not whole and are
    simulated again.
    """

    def __init__(self, folder: Path, receipt: Receipt, lock: IO[bytes]) -> None:
        self.folder, self.receipt, self._lock = folder, receipt, lock
        self.constants: list[Constants] = receipt.frozen()
        self.mended: list[str] = []
        self._digests: dict[str, str] = {}

    def have(self) -> dict[int, list[Told]]:
        """Finished replicates of the folder; those not whole, or kept without what is asked for, are left out."""
        found = {}
        for number in self.receipt.numbers:
            try:
                told = replicate(self.folder, self.receipt, number)
            except Damaged as error:
                self.mended.append(str(error.problems[0].message))
                continue
            if told is not None and not self._lacks(number, told):
                found[number] = told
                for label, each in zip(labels(self.receipt, number), told, strict=True):
                    self._digests[label.file] = digest(arrays_of(each))
        return found

    def keep(self, number: int, told: list[Told]) -> None:
        """Write a finished replicate, whole. Errors: CemsimError, such as of a full disk."""
        with on_disk(self.folder):
            for label, each in zip(labels(self.receipt, number), told, strict=True):
                self._digests[label.file] = save(self.folder / QUANTITIES, label, each)

    def finish(self, runs: Sequence[Run], files: Sequence[Path], shown: Sequence[int]) -> None:
        """Write down what came out: digests of the quantities and of all files written.

        Args: runs of all scenarios; tables and pages in the folder; places of the scenarios that the tables show.
        """
        kept = runs[0].replicates
        quantities = {label.file: self._digests[label.file] for n in kept for label in labels(self.receipt, n)}
        with on_disk(self.folder):
            tables = {path.relative_to(self.folder).as_posix(): file_digest(path) for path in files}
            self.receipt = replace(
                self.receipt, finished=not runs[0].stopped, kept=kept, quantities=quantities, tables=tables,
                shown=tuple(shown),
            )
            self.receipt.write(self.folder)
        self._lock.close()

    def _lacks(self, number: int, told: list[Told]) -> bool:
        visits, fates = self.receipt.events and number == self.receipt.first, self.receipt.fates
        return any((visits and not each[1]) or (fates and each[2] is None) for each in told)


def open_store(
    folder: Path,
    family: Sequence[Scenario],
    replicates: int,
    seed: int = 1,
    *,
    command: str = "run",
    typed: str = "",
    events: bool = False,
    fates: bool = False,
    anew: bool = False,
    progress: Progress | None = None,
) -> Store:
    """Begin a result folder, or go on with one that holds the same experiment.

    Args: the folder; scenarios, baseline first; replicates and seed as in :func:`run`; the command and how it was
    typed; whether visits and fates are kept; ``anew`` throws older results in the folder away.
    Errors: CemsimError where the folder holds another experiment, was begun by other versions or on another kind
    of machine, or cannot be written to.
    """
    folder = Path(folder)
    written = inputs.texts(family)
    asked = inputs.experiment_digest(written, seed, 0)
    old = None if anew else Receipt.read(folder)
    if old is not None:
        _refuse(folder, old, asked, family, written, seed)
    with on_disk(folder):
        (folder / inputs.KEPT).mkdir(parents=True, exist_ok=True)
        held = _alone(folder)
        if anew:
            _throw_away(folder)
        (folder / QUANTITIES).mkdir(exist_ok=True)
        sweep(folder)
        sweep(folder / QUANTITIES)
        if old is None:
            plans = plans_of(family)
            constants = frozen(plans, progress or (lambda what, share: None))
            entries, digests = inputs.keep_inputs(folder, family, plans, written)
            old = Receipt(
                asked, command, typed, seed, 0, replicates, events, fates, entries, digests, versions(), machine(),
                engine(), program(), tuple({k: v.tolist() for k, v in one.items()} for one in constants),
            )
        receipt = replace(
            old, command=command, typed=typed, replicates=replicates, events=events, fates=fates, finished=False
        )
        receipt.write(folder)
    return Store(folder, receipt, held)


def load_results(folder: Path | str) -> list[Run]:
    """Runs of a result folder, baseline first, without simulating: for prices, reports and workbooks.

    Where the run was interrupted, its finished replicates are given and ``stopped`` is set.
    Errors: CemsimError where there are no results, or something was changed since they were written.
    """
    folder = Path(folder)
    receipt = read_receipt(folder)
    plans = plans_of(inputs.kept_family(folder, receipt))
    kept = {n: told for n in receipt.numbers if (told := replicate(folder, receipt, n)) is not None}
    if not kept:
        raise CemsimError(f"{folder} holds no finished replicate yet. Write: cemsim resume {folder}")
    for world, plan in enumerate(plans):
        shapes = [part.shape for part in empty_log(plan.scenario.horizon, *plan.names.sizes)]
        if any([part.shape for part in told[world][0]] != shapes for told in kept.values()):
            raise Damaged(OTHER_VERSION.format(where=folder))
    return gather(plans, receipt.frozen(), kept, receipt.seed, len(kept) < receipt.replicates)


def read_receipt(folder: Path) -> Receipt:
    """The receipt of a folder. Errors: CemsimError where there is none."""
    receipt = Receipt.read(folder)
    if receipt is None:
        raise CemsimError(f"{folder} holds no results of cemsim: there is no receipt.json in it.")
    return receipt


def labels(receipt: Receipt, number: int) -> list[Label]:
    """Labels of a replicate's files, one a scenario."""
    return [Label(receipt.experiment, number, i) for i in range(len(receipt.scenarios))]


def replicate(folder: Path, receipt: Receipt, number: int) -> list[Told] | None:
    """What a replicate gave in each scenario; None where it is not finished. Errors: Damaged."""
    found = []
    for label in labels(receipt, number):
        told = restore(folder / QUANTITIES, label)
        if told is None:
            return None
        found.append(told)
    return found


@contextlib.contextmanager
def on_disk(folder: Path) -> Iterator[None]:
    """Say plainly what keeps a folder from being written."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in _FULL:
            raise CemsimError(
                f"There is no room to write to {folder}: {why}. What was finished is kept; free some space, then "
                f"give the same command again, or: cemsim resume {folder}"
            ) from None
        raise CemsimError(f"{folder} cannot be written to: {why}. Write --out with another folder.") from None


def _refuse(
    folder: Path, old: Receipt, asked: str, family: Sequence[Scenario], written: Sequence[str], seed: int
) -> None:
    cure = "Write --out with another folder, or --anew to throw those results away."
    if old.experiment != asked:
        raise CemsimError(f"{folder} holds another experiment: {_differs(folder, old, family, written, seed)}. {cure}")
    if elsewhere := old.made_elsewhere():
        raise CemsimError(
            f"{folder} was begun elsewhere, and numbers of both would be mixed: {'; '.join(elsewhere)}. {cure}"
        )


def _differs(
    folder: Path, old: Receipt, family: Sequence[Scenario], written: Sequence[str], seed: int
) -> str:
    there, here = [e.name for e in old.scenarios], [s.name for s in family]
    if there != here:
        return f"its scenarios are {', '.join(there)}, not {', '.join(here)}"
    if old.seed != seed:
        return f"its seed is {old.seed}, not {seed}"
    for entry, text in zip(old.scenarios, written, strict=True):
        with contextlib.suppress(OSError, ValueError):
            lines = (folder / entry.resolved).read_text(encoding="utf-8").splitlines()
            for was, now in zip(lines, text.splitlines(), strict=False):
                if was != now:
                    return f'in {entry.name} it reads "{was.strip()[:80]}", not "{now.strip()[:80]}"'
    return "its scenarios differ from those named now"


def _throw_away(folder: Path) -> None:
    """Remove what cemsim wrote into a folder; nothing else in it is touched."""
    with contextlib.suppress(CemsimError):
        old = Receipt.read(folder)
        for name in old.tables if old is not None else ():
            (folder / name).unlink(missing_ok=True)
    (folder / "receipt.json").unlink(missing_ok=True)
    for path in (folder / inputs.KEPT).iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _alone(folder: Path) -> IO[bytes]:
    try:
        return lock(folder / inputs.KEPT)
    except BlockingIOError:
        raise CemsimError(f"Another cemsim is writing to {folder}. Wait for it, or write --out.") from None
