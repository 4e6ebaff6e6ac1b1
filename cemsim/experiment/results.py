"""The tables of a result folder, each written whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cemsim.base.atomic import whole
from cemsim.experiment.run import Run
from cemsim.measures.frames import write


def write_tables(runs: Sequence[Run], folder: Path) -> list[Path]:
    """Monthly measures as CSV and Parquet, and visits and fired rules where they were kept; gives the files.

    Errors: OSError, as the system says; no table is left half-written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "monthly.csv", folder / "monthly.parquet"]
    for path in written:
        with whole(path) as draft:
            write(runs, draft)
    for i, run in enumerate(runs):
        for name, frame in (("visits", run.visits), ("firings", run.firings)):
            if frame is not None:
                path = folder / (f"{name}_{i}.parquet" if len(runs) > 1 else f"{name}.parquet")
                with whole(path) as draft:
                    frame.to_parquet(draft, index=False)
                written.append(path)
    return written
