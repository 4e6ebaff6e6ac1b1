"""Scenarios against a baseline, measure by measure and group by group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cemsim.base.errors import CemsimError
from cemsim.compare.interval import Interval, difference, interval
from cemsim.compare.verdict import Verdict, judge
from cemsim.measures.books import Array, Books, books
from cemsim.measures.catalogue import KPIS
from cemsim.measures.frames import ALL, cuts, group_names
from cemsim.measures.kpi import Keep, Kpi

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Difference:
    """One measure of one group in one scenario, against the baseline.

    ``base`` and ``ours`` are levels, ``gap`` is the mean paired difference. A group that one of the two
    scenarios does not have has a gap of NaN and the verdict "nothing to compare".
    """

    scenario: str
    kpi: Kpi
    by: str
    group: str
    base: Interval
    ours: Interval
    gap: Interval
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """All differences of scenarios from the first one, over a period.

    ``names``: scenarios, the baseline first. ``months``: first and one after the last month of the period.
    ``pairs``: replicates that all scenarios have.
    """

    names: tuple[str, ...]
    currency: str
    months: tuple[int, int]
    pairs: int
    rows: tuple[Difference, ...]

    @property
    def churn(self) -> str:
        """The measure of churn that the period allows: over a full year, else the monthly rate of loss."""
        return "churn" if any(month % 12 == 11 for month in range(*self.months)) else "loss_rate"

    def of(self, kpi: str, scenario: str, group: str = ALL) -> Difference:
        """The row of a measure, a scenario and a group.

        Raises:
            KeyError: there is no such row.
        """
        for row in self.rows:
            if (row.kpi.id, row.scenario, row.group) == (kpi, scenario, group):
                return row
        raise KeyError((kpi, scenario, group))

    def frame(self) -> pd.DataFrame:
        """All rows as a tidy table, one a row: levels, difference, interval, verdict."""
        import pandas as pd

        return pd.DataFrame(
            {
                "scenario": row.scenario,
                "kpi": row.kpi.id,
                "label": row.kpi.label,
                "unit": row.kpi.unit,
                "by": row.by,
                "group": row.group,
                "baseline": row.base.mean,
                "value": row.ours.mean,
                "difference": row.gap.mean,
                "low": row.gap.low,
                "high": row.gap.high,
                "n": row.gap.n,
                "verdict": row.verdict.text,
            }
            for row in self.rows
        )


def compare(
    runs: Sequence[Any], kpis: Iterable[str] | None = None, months: tuple[int, int] | None = None
) -> Comparison:
    """Compare runs with the first of them, measure by measure and group by group, paired by replicate.

    Args:
        runs: ``cemsim.experiment.Run`` of one baseline, with common random numbers; the first is the yardstick.
        kpis: ids of measures (``cemsim.measures.KPIS``); default all.
        months: first and one after the last month; default the whole horizon.

    Returns:
        A :class:`Comparison`; ``frame()`` gives it as a table.

    Raises:
        CemsimError: fewer than two runs, two of the same name, or no replicate in common.
        KeyError: there is no such measure.

    Source: intervals by Student's t on paired differences (see :mod:`cemsim.compare.interval`).

    >>> from cemsim import load, run
    >>> from cemsim.base.shipped import shipped
    >>> cohort = load(shipped("scenarios/textbook/geometric.yaml")).model_copy(update={"horizon": 12})
    >>> twin = cohort.model_copy(update={"name": "Twin"})
    >>> compare(run([cohort, twin], replicates=2), ["customers"]).of("customers", "Twin").verdict.text
    'identical'
    """
    opened = [books(run) for run in runs]
    names = tuple(book.name for book in opened)
    if len(opened) < 2:
        raise CemsimError("A comparison needs a baseline and at least one other scenario.")
    if len(set(names)) < len(names):
        raise CemsimError(f"Scenarios in a comparison need different names; got: {', '.join(names)}.")
    common = set(opened[0].replicates).intersection(*(book.replicates for book in opened))
    if not common:
        raise CemsimError("The scenarios have no replicate in common, so nothing can be paired.")
    start, end = months or (0, min(book.months for book in opened))
    rows = tuple(
        row
        for name in (KPIS if kpis is None else kpis)
        for keep, by in cuts(KPIS[name])
        for row in _rows(opened, KPIS[name], keep, by, slice(start, end), sorted(common))
    )
    return Comparison(names, opened[0].currency, (start, end), len(common), rows)


def paired(book: Books, values: Array, common: list[int]) -> Array:
    """Rows of ``values [replicate, ...]`` of the replicates in ``common``, in that order."""
    place = {replicate: number for number, replicate in enumerate(book.replicates)}
    return values[[place[replicate] for replicate in common]]


def _rows(
    opened: list[Books], kpi: Kpi, keep: Keep, by: str, months: slice, common: list[int]
) -> Iterator[Difference]:
    tables = [_by_group(book, kpi, keep, months, common) for book in opened]
    nothing = np.full(len(common), np.nan)
    groups = dict.fromkeys(name for table in tables for name in table)
    for book, table in zip(opened[1:], tables[1:], strict=True):
        for group in groups:
            base, ours = tables[0].get(group, nothing), table.get(group, nothing)
            gap, before = difference(ours, base, kpi.bounds), interval(base, kpi.bounds)
            yield Difference(
                scenario=book.name,
                kpi=kpi,
                by=by,
                group=group,
                base=before,
                ours=interval(ours, kpi.bounds),
                gap=gap,
                verdict=judge(gap, kpi.good, kpi.margin.of(before.mean)),
            )


def _by_group(book: Books, kpi: Kpi, keep: Keep, months: slice, common: list[int]) -> dict[str, Array]:
    values = paired(book, kpi.total(book, keep, months), common).reshape(len(common), -1)
    return dict(zip(group_names(book, keep), values.T, strict=True))
