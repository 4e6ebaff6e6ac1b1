"""Write docs/reference/telecom.md, the mobile operator against what is published: ``python -m tools.targets``"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from cemsim.base.shipped import shipped
from cemsim.compare.interval import Interval, interval
from cemsim.experiment import Run, run
from cemsim.measures import KPIS, books
from cemsim.measures.books import Array, Books
from cemsim.scenario import load
from tools.markdown import table

TARGET: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "telecom.md"
REPLICATES: Final = 10
MADE: Final = "<!-- written by tools/targets.py (make docs), not by hand -->"

#: Where each calibrated number was published.
SOURCES: Final = {
    "churn, loyalist": "0.6 × 17 % (assumption); postpaid operators 9-30 %",
    "churn, butterfly": "1.6 × 17 % (assumption)",
    "leavers": "seed ledger; origin not traceable",
    "NPS, surveyed": "US cellular average 2011",
    "contacts": "mobile, Oliver Wyman 2013",
    "abandonment, contact_centre": "36.1 s to answer over 379 s of patience (computed)",
}


def kpi(opened: Books, name: str, group: int | None = None) -> Array:
    """A measure over the horizon, one value a replicate; of one team where ``group`` is its place."""
    return KPIS[name].total(opened) if group is None else KPIS[name].total(opened, ("team",))[:, group]


def calls(opened: Books, top: str, bottom: str, journeys: tuple[str, ...]) -> Array:
    """One column of the steps table over another, summed over the step ``call`` of some journeys."""
    places = [i for i, (journey, step) in enumerate(opened.steps) if step == "call" and journey in journeys]
    sums = opened.of_steps(top, bottom)[:, :, places].sum(axis=(1, 2, 3))
    return np.asarray(sums[:, 0] / sums[:, 1])


def shown(found: Interval, digits: int, unit: str = "") -> str:
    """A mean and half of its 95 % interval."""
    return f"{found.mean:.{digits}f} ± {found.half:.{digits}f}{unit}"


def _calibrated(done: Run) -> list[tuple[str, ...]]:
    return [
        (t.name.replace("_", " "), f"{t.target:.1f}", f"{t.achieved:.2f}", t.unit,
         SOURCES.get(t.name, SOURCES.get(t.name.split(",")[0], "")))
        for t in done.achieved
    ]  # fmt: skip


def _free(done: Run, opened: Books) -> list[tuple[str, ...]]:
    desk = opened.teams.index("contact_centre")
    service = ("billing_question", "technical_fault")
    sums = opened.by_team(opened.of_steps("all_wait_sum", "served", "abandoned", "sent_away")).sum(axis=(1, 3))[:, desk]
    law = done.scenario.teams["contact_centre"].patience
    patience = 60.0 * (law.mean if law else np.nan) * float(done.constants["teams.patience_scale"][desk])

    def share(name: str, digits: int, group: int | None = None) -> str:
        return shown(interval(100.0 * kpi(opened, name, group)), digits, " %")

    def seconds(values: Array) -> str:
        return shown(interval(60.0 * values), 1, " s")

    resolved = interval(100.0 * calls(opened, "first_resolved", "first", service))
    return [
        ("churn, all customers", "17 % a year", share("churn", 2), "1.5 % a month"),
        ("customers at the end", "100,000", shown(interval(kpi(opened, "customers")), 0), "as at the start"),
        ("speed of answer", "36.1 s", seconds(kpi(opened, "wait", desk)), "ContactBabel UK 2014; wait of the served"),
        ("wait, those who hung up included", "", seconds(sums[:, 0] / sums[:, 1:].sum(axis=1)), ""),
        ("patience", "379 s", f"{patience:.0f} s", "Zeltyn; scaled so that abandonment is as observed"),
        ("first-contact resolution, service calls", "61 %", shown(resolved, 2, " %"),
         "SQM, 500+ centres; first calls about bills and faults that were resolved"),
        ("handling time, service calls", "381 s", seconds(calls(opened, "handled_minutes", "served", service)),
         "ContactBabel US 2014"),
        ("handling time, sales calls", "408 s", seconds(calls(opened, "handled_minutes", "served", ("plan_change",))),
         "ContactBabel US 2014"),
        ("occupancy of the contact centre", "75-90 %", share("occupancy", 1, desk), "planning range (weak source)"),
        ("answered within 20 s", "80 %", share("within_target", 1, desk), "convention: a wish, not a finding"),
    ]  # fmt: skip


def page(done: Run) -> str:
    """The page's text."""
    opened = books(done)
    customers = sum(s.customers for s in done.scenario.segments.values())
    fixed = table(("observed", "target", "simulated", "unit", "source of the target"), _calibrated(done))
    free = table(("quantity", "published", "simulated", "source, remark"), _free(done, opened))
    return f"""# The mobile operator: published against simulated

{MADE}

[scenarios/telecom/baseline.yaml](../../scenarios/telecom/baseline.yaml) over {done.scenario.horizon} months,
{len(done.replicates)} replicates of {customers:,} customers, seed {done.seed}. To repeat it:
`python -m tools.targets`.

## Calibrated

Constants were solved once, with a seed of their own, so that the model shows these
([how](../model.md#initialisation-and-calibration)). The replicates here use other seeds, so what is left is chance and
the solver's tolerance.

{fixed}

## Not calibrated

Inputs that come back out of the simulation, and what nobody asked for. ± is half of a 95 % interval over replicates.

{free}

Why some differ. The abandonment was computed from a wait of 36.1 s and a patience of 379 s, as their ratio. That
holds for the wait of all callers; those who would have waited longest hang up, so the served waited less. A desk that
peaks by the hour is less busy on average than at its peak. Churn of all customers moves with the mix of the segments.
"""


def main() -> None:
    """Run the baseline and write the page."""
    (done,) = run(load(shipped("scenarios", "telecom", "baseline.yaml")), replicates=REPLICATES)
    TARGET.write_text(page(done), encoding="utf-8")
    print("Written: docs/reference/telecom.md")


if __name__ == "__main__":
    main()
