"""What a result folder keeps of its scenarios: all their numbers, the files as written, the CSV files they name."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cemsim.base.atomic import write_whole
from cemsim.base.errors import CemsimError
from cemsim.experiment.receipt import Entry, Receipt, file_digest
from cemsim.plan.plan import Plan, Stage
from cemsim.scenario import Scenario, load
from cemsim.scenario.resolved import files_of, resolved, rule_files_of

#: Folder beside the receipt that holds all it speaks of.
KEPT: Final = "receipt"


def plan_digest(plan: Plan) -> str:
    """SHA-256 of all numbers that an engine reads of a scenario."""
    found = hashlib.sha256(repr((plan.names, plan.starts, plan.ramp, plan.scenario.events)).encode())
    for stage in (plan.before, plan.after):
        for name, part in zip(Stage._fields, stage, strict=True):
            found.update(f"{name}|{part.dtype.descr}|{part.shape}|".encode() + part.tobytes())
    return found.hexdigest()


def texts(family: Sequence[Scenario]) -> list[str]:
    """Each scenario in full; CSV files go by a name that holds the digest of what is in them."""
    return [resolved(s, _by_content) for s in family]


def experiment_digest(written: Sequence[str], seed: int, first: int) -> str:
    """SHA-256 of what is asked: scenarios in full, CSV files included, and the draws; not how often."""
    return hashlib.sha256("\0".join([*written, str(seed), str(first)]).encode()).hexdigest()


def keep_inputs(
    folder: Path, family: Sequence[Scenario], plans: Sequence[Plan], written: Sequence[str]
) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """Copy what made a family into a result folder; gives its entries, and the digest of each copy.

    Errors: OSError as the system says; CemsimError where a file changed since it was loaded.
    """
    digests: dict[str, str] = {}

    def put(place: str, content: bytes) -> None:
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, lambda out: out.write(content))
        digests[place] = hashlib.sha256(content).hexdigest()

    names = [f"{KEPT}/{i}_{_plain(s.name)}.yaml" for i, s in enumerate(family)]
    for s, place, text in zip(family, names, written, strict=True):
        for file in files_of(s):
            put(f"{KEPT}/{_by_content(file)}", file.read_bytes())
        put(place, text.encode())
    copies = [""] * len(family)
    if all(s.path.is_file() for s in family):
        copies = _as_written(family, put)
        again = [_loaded(folder / copy) for copy in copies]
        if any(s is None or resolved(s, _by_content) != text for s, text in zip(again, written, strict=True)):
            copies = [""] * len(family)          # changed in code after loading: only the full text is true
    entries = tuple(
        Entry(s.name, name, hashlib.sha256(text.encode()).hexdigest(), copy, plan_digest(p))
        for s, name, text, copy, p in zip(family, names, written, copies, plans, strict=True)
    )
    return entries, digests


def kept_family(folder: Path, receipt: Receipt, full: bool = False) -> list[Scenario]:
    """Scenarios of a result folder, baseline first, with their sources where the user's files were kept.

    ``full``: from the files that hold all numbers instead. Errors: CemsimError where one was changed since.
    """
    found: list[Scenario] = []
    for entry in receipt.scenarios:
        try:
            s = load(folder / (entry.resolved if full or not entry.written else entry.written))
        except CemsimError as error:
            raise CemsimError(error.problems) from None
        if hashlib.sha256(resolved(s, _by_content).encode()).hexdigest() != entry.sha256:
            raise CemsimError(f"{s.path} was changed after the results were written.")
        if found and not s.based_on and not s.own_baseline:
            s = s.model_copy(update={"based_on": (found[0].path,)})
        found.append(s)
    return found


def _as_written(family: Sequence[Scenario], put: object) -> list[str]:
    """Copy the files of each scenario, in the folders they lie in relative to each other."""
    assert callable(put)
    groups: dict[Path, list[Scenario]] = {}
    for s in family:
        groups.setdefault(_lies(s.based_on[-1] if s.based_on else s.path), []).append(s)
    copies: dict[Path, str] = {}
    for i, members in enumerate(groups.values()):
        chain = dict.fromkeys(_lies(path) for s in members for path in (s.path, *s.based_on))
        files = dict.fromkeys(_lies(file) for s in members for file in _named(s))
        for path in [path for path in chain if path not in {_lies(s.path) for s in members}]:
            between = _loaded(path)
            files |= dict.fromkeys(_lies(file) for file in _named(between)) if between else {}
        top = min((path.parent for path in chain), key=lambda folder: len(folder.parts))
        for path in [*chain, *files]:
            if path.is_relative_to(top):
                copies[path] = f"{KEPT}/written_{i}/{path.relative_to(top).as_posix()}"
                put(copies[path], path.read_bytes())
    return [copies.get(_lies(s.path), "") for s in family]


def _named(scenario: Scenario) -> tuple[Path, ...]:
    return (*files_of(scenario), *rule_files_of(scenario))


def _loaded(path: Path) -> Scenario | None:
    try:
        return load(path)
    except CemsimError:
        return None


def _lies(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _by_content(file: Path) -> str:
    """Name of a copied CSV file, which is that of its copy as well."""
    mark = file_digest(file)[:12]
    return f"files/{mark}_{_plain(file.stem.removeprefix(f'{mark}_'))}{file.suffix}"


def _plain(name: str) -> str:
    """A name that is a file's name everywhere."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "scenario"
