"""The receipt of a result folder: what made it, on what, and the digests of what was written."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.atomic import write_whole
from cemsim.base.errors import CemsimError
from cemsim.base.language import say

NAME: Final = "receipt.json"
FORMAT: Final = 1
_LIBRARIES: Final = ("numpy", "numba", "llvmlite", "scipy", "pandas", "pyarrow")
#: Sources that decide the numbers of a result folder.
_DECIDES: Final = ("base", "rules", "scenario", "plan", "model", "engine", "measures",
                   "experiment/calibrate.py", "experiment/constants.py", "experiment/run.py")  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One scenario of a receipt.

    Attributes: its name; the file with all its numbers and that file's digest; the copy of what the user wrote
    (empty where it was made in code); digest of the numbers an engine reads of it.
    """

    name: str
    resolved: str
    sha256: str
    written: str
    plan: str


@dataclass(frozen=True)
class Receipt:
    """What made a result folder; file names are relative to it, and no path of a machine is kept.

    Attributes: digest of what was asked; the command and how it was typed; seed, first replicate and how many;
    whether visits and fates were kept; scenarios, baseline first; digests of the copied inputs; versions, kind of
    machine, digests of the engine's sources and of all that decides numbers; frozen constants by scenario;
    whether all replicates are there, and which; digests of each replicate's quantities; digests of tables and
    pages; which scenarios the tables show.
    """

    experiment: str
    command: str
    typed: str
    seed: int
    first: int
    replicates: int
    events: bool
    fates: bool
    scenarios: tuple[Entry, ...]
    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    machine: Mapping[str, str]
    engine: str
    program: str
    constants: tuple[Mapping[str, Any], ...]
    finished: bool = False
    kept: tuple[int, ...] = ()
    quantities: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[int, ...] = ()

    @property
    def numbers(self) -> range:
        """Numbers of the replicates asked for."""
        return range(self.first, self.first + self.replicates)

    def frozen(self) -> list[dict[str, NDArray[np.float64]]]:
        """Constants of each scenario, as arrays."""
        return [{name: np.array(value, np.float64) for name, value in one.items()} for one in self.constants]

    def write(self, folder: Path) -> Path:
        """Write it into a folder, whole. Errors: OSError."""
        body = {"cemsim_receipt": FORMAT, **asdict(self)}
        text = json.dumps(body | {"receipt": _seal(body)}, indent=1, ensure_ascii=False)
        return write_whole(folder / NAME, lambda out: out.write(text.encode()))

    @classmethod
    def read(cls, folder: Path) -> Receipt | None:
        """The receipt of a folder, None where there is none.

        Errors: CemsimError where it is not whole, or was changed.
        """
        path = folder / NAME
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            seal = body.pop("receipt")
            if body.pop("cemsim_receipt") != FORMAT:
                raise CemsimError(f"{path} was written by another version of cemsim, which must read it.")
            if seal != _seal({"cemsim_receipt": FORMAT, **body}):
                raise CemsimError(f"{path} was changed after it was written, so nothing in {folder} can be trusted.")
            body["scenarios"] = tuple(Entry(**one) for one in body["scenarios"])
            for name in ("constants", "kept", "shown"):
                body[name] = tuple(body[name])
            return cls(**{each.name: body[each.name] for each in fields(cls)})
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CemsimError(f"{path} cannot be read: {error.strerror}.") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CemsimError(f"{path} is not a receipt of cemsim, or was changed after it was written.") from None

    def made_elsewhere(self) -> list[str]:
        """How what made it differs from what is here: versions, machine, engine; empty where nothing does.

        Each is a sentence without its dot, such as ``numpy 2.3.1 there, 2.4.6 here``.
        """
        found = []
        for there, here in ((self.versions, versions()), (self.machine, machine())):
            for name in dict.fromkeys((*there, *here)):
                old, new = there.get(name, "none"), here.get(name, "none")
                if old != new:
                    found.append(say("{name} {old} there, {new} here", name=name, old=old, new=new))
        if self.program != program():
            engines = self.engine != engine()
            found.append(say("the source of cemsim's engine differs" if engines else
                             "the source of cemsim's program differs"))  # fmt: skip
        return found


def versions() -> dict[str, str]:
    """Versions of cemsim, Python and the libraries that compute."""
    from cemsim import __version__

    found = {"cemsim": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def machine() -> dict[str, str]:
    """Kind of machine, as far as it can change a last bit; nothing that says which machine it is.

    >>> sorted(machine())
    ['architecture', 'cpu', 'libc', 'system']
    """
    from llvmlite import binding

    return {
        "system": platform.system(), "architecture": platform.machine(),
        "cpu": str(binding.get_host_cpu_name()),
        "libc": _libc(),
    }  # fmt: skip


def _libc() -> str:
    """The library that computes logarithms and powers, where the system tells."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, ValueError, OSError):
        return " ".join(platform.libc_ver()).strip()


def engine() -> str:
    """Digest of the engine's sources."""
    from cemsim.base.compiled import sources_digest

    return sources_digest()


@lru_cache(1)
def program() -> str:
    """Digest of all sources that decide the numbers of a result folder."""
    top = Path(__file__).resolve().parent.parent
    found = hashlib.sha256()
    for part in _DECIDES:
        place = top / part
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            found.update(file.relative_to(top).as_posix().encode() + b"\0")
            found.update(file.read_bytes())
    return found.hexdigest()[:32]


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes. Errors: OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal(body: Mapping[str, Any]) -> str:
    plain = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
