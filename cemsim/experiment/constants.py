"""Solved constants, kept on disk under the fingerprint of what decided them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cemsim.base.compiled import cache_folder, sources_digest
from cemsim.plan.plan import Plan, Stage


def fingerprint(plan: Plan) -> str:
    """Digest of a baseline's numbers and of the engine's sources, as 32 hexadecimal digits."""
    digest = hashlib.sha256(sources_digest().encode())
    digest.update((Path(__file__).parent / "calibrate.py").read_bytes())
    digest.update(repr(plan.names).encode())
    for name, part in zip(Stage._fields, plan.before, strict=True):
        digest.update(name.encode() + part.tobytes())
    digest.update(b"".join(repr(pack.words).encode() for pack in plan.scenario.rules))
    for team in plan.scenario.teams.values():
        digest.update(repr(team.observed).encode())
    return digest.hexdigest()[:32]


def constants_of(plan: Plan, tell: Callable[[str, float], None]) -> dict[str, NDArray[np.float64]]:
    """The constants of a baseline: from disk where they were solved before, else solved and kept."""
    from cemsim.experiment.calibrate import calibrate, neutral

    if not plan.scenario.switches.calibration:
        return neutral(plan)
    file = cache_folder() / "constants" / f"{fingerprint(plan)}.npz"
    if file.exists():
        try:
            with np.load(file) as kept:
                return {name: kept[name] for name in kept.files}
        except (OSError, ValueError, EOFError):
            file.unlink(missing_ok=True)         # half a file, from a machine that went down: solve again
    solved = calibrate(plan, lambda share: tell("calibrating", share))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=file.parent, suffix=".npz")
        with os.fdopen(handle, "wb") as out:
            np.savez(out, **solved)              # type: ignore[arg-type]
        os.replace(draft, file)
    except OSError:
        pass                                     # a folder that cannot be written costs time, not answers
    return solved
