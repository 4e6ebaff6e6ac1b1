"""What one replicate of one scenario gave, as a file that is whole or is not read."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.atomic import write_whole
from cemsim.base.errors import CemsimError
from cemsim.engine.log import Log

#: A replicate of one scenario: its log, its visits in parts, the fates where they were asked for, and the rules that
#: fired, in parts beside the visits.
Told = tuple[Log, list[NDArray[Any]], NDArray[Any] | None, list[NDArray[Any]]]
#: The earliest moment a zip file can name: the same numbers give the same bytes whenever they are written.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_ABOUT: Final = "about.json"
OTHER_VERSION: Final = (
    "{where} was written by another version of cemsim, whose log has other tables or columns. Simulate it again with "
    "this version, or read it with that one."
)


class Damaged(CemsimError):
    """A file of quantities that is not what was written."""


@dataclass(frozen=True)
class Label:
    """Which quantities a file holds: of which experiment (digest), replicate and scenario (place in the family)."""

    experiment: str
    replicate: int
    scenario: int

    @property
    def file(self) -> str:
        """Name of the file.

        >>> Label("", 3, 1).file
        'replicate_00003_scenario_1.npz'
        """
        return f"replicate_{self.replicate:05d}_scenario_{self.scenario}.npz"


def digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 of arrays: their names, types, shapes and bits, whatever file they lie in.

    >>> digest({"a": np.zeros(2)}) == digest({"a": np.zeros((1, 2))})
    False
    """
    found = hashlib.sha256()
    for name in sorted(arrays):
        value = np.ascontiguousarray(arrays[name])
        found.update(f"{name}|{value.dtype.descr}|{value.shape}|".encode())
        found.update(value.tobytes())
    return found.hexdigest()


def arrays_of(told: Told) -> dict[str, NDArray[Any]]:
    """All that a replicate gave, by name: the log's arrays, visits, fates and firings where there are any."""
    log, visits, fates, firings = told
    arrays: dict[str, NDArray[Any]] = dict(zip(Log._fields, log, strict=True))
    if visits:
        arrays["visits"] = np.concatenate(visits)
    if fates is not None:
        arrays["fates"] = fates
    if any(len(part) for part in firings):
        arrays["firings"] = np.concatenate(firings)
    return arrays


def save(folder: Path, label: Label, told: Told) -> str:
    """Write what a replicate gave, and give its digest; the file is there whole or not at all.

    Errors: OSError, as the system says.
    """
    arrays = arrays_of(told)
    found = digest(arrays)
    about = {"experiment": label.experiment, "replicate": label.replicate, "scenario": label.scenario, "sha256": found}

    def write(out: IO[bytes]) -> None:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
            for name, value in arrays.items():
                member = io.BytesIO()
                np.lib.format.write_array(member, np.ascontiguousarray(value), allow_pickle=False)
                parts.writestr(_member(f"{name}.npy"), member.getvalue())
            parts.writestr(_member(_ABOUT), json.dumps(about))

    write_whole(folder / label.file, write)
    return found


def restore(folder: Path, label: Label) -> Told | None:
    """What a replicate gave, or None where it was not kept.

    Errors: Damaged where the file is not whole, was changed, or belongs elsewhere.
    """
    path = folder / label.file
    try:
        with zipfile.ZipFile(path) as parts:
            about = json.loads(parts.read(_ABOUT))
            names = [name.removesuffix(".npy") for name in parts.namelist() if name.endswith(".npy")]
            arrays = {name: _array(parts.read(f"{name}.npy")) for name in names}
    except FileNotFoundError:
        return None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes its readers raise
        raise Damaged(f"{path} cannot be read: {' '.join(str(error).split()) or type(error).__name__}.") from None
    if (about.get("experiment"), about.get("replicate"), about.get("scenario")) != (
        label.experiment, label.replicate, label.scenario
    ):
        raise Damaged(f"{path} belongs to another experiment, replicate or scenario.")
    if about.get("sha256") != digest(arrays):
        raise Damaged(f"{path} was changed after it was written.")
    if any(name not in arrays for name in Log._fields):
        raise Damaged(OTHER_VERSION.format(where=path))
    log = Log(*(arrays[name] for name in Log._fields))
    visits, firings = ([arrays[name]] if name in arrays else [] for name in ("visits", "firings"))
    return log, visits, arrays.get("fates"), firings


def _member(name: str) -> zipfile.ZipInfo:
    about = zipfile.ZipInfo(name, _NO_TIME)
    about.compress_type = zipfile.ZIP_DEFLATED
    return about


def _array(raw: bytes) -> NDArray[Any]:
    return np.asarray(np.lib.format.read_array(io.BytesIO(raw), allow_pickle=False))
