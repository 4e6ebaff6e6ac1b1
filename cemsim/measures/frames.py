"""Measures as tidy tables: one row a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cemsim.measures.books import Books, books
from cemsim.measures.catalogue import KPIS
from cemsim.measures.kpi import Keep, Kpi

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"
#: What a spreadsheet reads as the beginning of a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = ("scenario", "replicate", "month", "by", "group", "kpi", "value", "unit")


def group_names(opened: Books, keep: Keep) -> list[str]:
    """Names of the groups of a cut, in the order of its flattened values; ``all`` when nothing is kept.

    Two axes are written ``team · segment``.
    """
    return [" · ".join(names) or ALL for names in product(*(opened.members(axis) for axis in keep))]


def cuts(kpi: Kpi) -> Iterator[tuple[Keep, str]]:
    """The cuts of a measure with their name: all, segment, team, team × segment."""
    for keep in kpi.cuts:
        yield keep, " × ".join(keep) or ALL


def monthly(run: Any, kpis: Iterable[str] | None = None) -> pd.DataFrame:
    """All measures of a run, month by month, as a tidy frame with one row a value.

    Args:
        run: a ``cemsim.experiment.Run``.
        kpis: ids of measures (``cemsim.measures.KPIS``); default all.

    Returns:
        Columns scenario, replicate, month (0 is the first after the burn-in), by (all, segment, team, journey
        or a pair of them), group, kpi, value (NaN where there is nothing to measure), unit.

    Raises:
        KeyError: there is no such measure.

    >>> from cemsim import load, run
    >>> from cemsim.base.shipped import shipped
    >>> cohort = load(shipped("scenarios/textbook/geometric.yaml")).model_copy(update={"horizon": 12})
    >>> (result,) = run(cohort, replicates=1)
    >>> frame = monthly(result, ["customers"])
    >>> len(frame), sorted(set(frame["by"]))
    (24, ['all', 'segment'])
    """
    return _frame(run, kpis, months=True)


def totals(run: Any, kpis: Iterable[str] | None = None) -> pd.DataFrame:
    """All measures of a run over the horizon: arguments and columns of :func:`monthly`, without month.

    >>> from cemsim import load, run
    >>> from cemsim.base.shipped import shipped
    >>> cohort = load(shipped("scenarios/textbook/geometric.yaml")).model_copy(update={"horizon": 12})
    >>> totals(run(cohort, replicates=1)[0], ["churn"]).value.round(1).tolist()
    [0.2, 0.2]
    """
    return _frame(run, kpis, months=False).drop(columns="month")


def write(runs: Sequence[Any], path: Path | str) -> Path:
    """Write the monthly measures of several runs; gives the path.

    Args:
        runs: in the order in which their rows shall stand.
        path: ends in ``.parquet``, else CSV is written; its folder must exist.

    Raises:
        OSError: the file cannot be written.
    """
    import pandas as pd

    path = Path(path)
    frame = pd.concat([monthly(run) for run in runs], ignore_index=True)
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        guarded(frame).to_csv(path, index=False)
    return path


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before each text that a spreadsheet would read as a formula.

    Texts that begin with = + - @, a tab or a line's end are meant; numbers stay numbers.

    >>> import pandas as pd
    >>> guarded(pd.DataFrame({"name": ["=1+1", "a-b"], "value": [-1.0, 2.0]})).values.tolist()
    [["'=1+1", -1.0], ['a-b', 2.0]]
    """
    frame = frame.rename(columns=_guard)
    for name in frame.select_dtypes(exclude="number"):
        # each text once: there are few, and a million rows
        frame[name] = frame[name].map({text: _guard(text) for text in frame[name].unique()})
    return frame


def _guard(text: Any) -> Any:
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULAS) else text


def _frame(run: Any, kpis: Iterable[str] | None, months: bool) -> pd.DataFrame:
    import pandas as pd

    opened = books(run)
    blocks = [
        _block(opened, KPIS[name], keep, by, months)
        for name in (KPIS if kpis is None else kpis)
        for keep, by in cuts(KPIS[name])
    ]
    frame = pd.concat([pd.DataFrame(block) for block in blocks], ignore_index=True)
    frame.insert(0, "scenario", opened.name)
    return frame[list(COLUMNS)].astype(dict.fromkeys(("scenario", "by", "group", "kpi", "unit"), "category"))


def _block(opened: Books, kpi: Kpi, keep: Keep, by: str, months: bool) -> dict[str, Any]:
    values = kpi.monthly(opened, keep) if months else kpi.total(opened, keep)[:, None]
    groups = group_names(opened, keep)
    shape = (len(opened.replicates), values.shape[1], len(groups))
    replicate, month, group = np.indices(shape).reshape(3, -1)
    return {
        "replicate": np.asarray(opened.replicates)[replicate],
        "month": month,
        "by": by,
        "group": np.asarray(groups, dtype=object)[group],
        "kpi": kpi.id,
        "value": values.reshape(-1),
        "unit": kpi.unit,
    }
