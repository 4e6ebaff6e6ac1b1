"""Write docs/reference/telecom.md and its like, companies against what is published: ``python -m tools.targets``"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "reference"
REPLICATES: Final = 10
MADE: Final = "<!-- written by tools/targets.py (make docs), not by hand -->"
FREE: Final = """Inputs that come back out of the simulation, and what nobody asked for. ± is half of a 95 % interval
over replicates."""


@dataclass(frozen=True)
class Setting:
    """A shipped company: what was published about it, and where.

    Attributes:
        name: its folder under scenarios/.
        title: heading of its page.
        sources: where each calibrated number comes from, by the target's name.
        churn: published yearly churn of everybody, in words.
        desk: the live team, and journeys whose step ``call`` is the ordinary contact.
        resolved, handled: published first-contact resolution (share) and handling time (seconds), each with its source.
        satisfied: published share satisfied with the contact centre, with its source.
        why: what to say about differences.
    """

    name: str
    title: str
    sources: Mapping[str, str]
    churn: str
    desk: str
    service: tuple[str, ...]
    resolved: tuple[str, str]
    handled: tuple[str, str]
    satisfied: tuple[str, str]
    why: str


SEED: Final = "seed ledger; origin not traceable"
MENDED: Final = "seed ledger with a death share of its own"
SETTINGS: Final = (
    Setting(
        "telecom", "The mobile operator",
        {
            "churn, loyalist": "0.6 × 17 % (assumption); postpaid operators 9-30 %",
            "churn, butterfly": "1.6 × 17 % (assumption)",
            "leavers": SEED,
            "NPS, surveyed": "US cellular average 2011",
            "contacts": "mobile, Oliver Wyman 2013",
            "abandonment, contact_centre": "36.1 s to answer over 379 s of patience (computed)",
        },
        "17 % a year", "contact_centre", ("billing_question", "technical_fault"),
        ("61 %", "SQM, 500+ centres; first calls about bills and faults that were resolved"),
        ("381 s", "ContactBabel US 2014"), ("68 %", "SQM, of the contact centre; here of the firm"),
        "The abandonment was computed from a wait of 36.1 s and a patience of 379 s, as their ratio. That\n"
        "holds for the wait of all callers; those who would have waited longest hang up, so the served waited less.",
    ),
    Setting(
        "bank", "The retail bank",
        {
            "churn, main_bank": "0.6 × 15 % (assumption)",
            "churn, one_service": "leaves the mean at 15 %",
            "churn, rate_seeker": "1.6 × 15 % (assumption)",
            "leavers, death": "just under 1 % of customers a year, of 15 % that leave",
            "leavers": MENDED,
            "NPS, surveyed": "US banking average 2011",
            "contacts": "assumption",
        },
        "15 % a year", "contact_centre", ("payment_question", "card_trouble", "fees_and_rates"),
        ("71 %", "SQM, 500+ centres; financial services"), ("360 s", "assumption"),
        ("75 %", "SQM, of the contact centre; here of the firm"),
        "The desk has what Erlang A gives for its busiest hour, so it is quieter in all others.",
    ),
    Setting(
        "grocery", "The grocery chain",
        {
            "churn, loyalist": "0.6 × 20 % of main-store households (assumption)",
            "churn, butterfly": "1.6 × 20 % (assumption)",
            "leavers": SEED,
            "NPS, surveyed": "US grocery average 2011",
            "contacts": "assumption",
        },
        "20 % a year", "customer_care", ("product_question",),
        ("78 %", "SQM, 500+ centres; retail"), ("300 s", "assumption"),
        ("81 %", "SQM, of the contact centre; here of the firm"),
        "Two people are the fewest who answer 80 % within 20 s at so small a desk; they are rarely busy, which is\n"
        "what small desks cost.",
    ),
    Setting(
        "saas", "Software as a service",
        {
            "churn, enterprise": "leaves 10 % of accounts, 8 % of revenue (KeyBanc)",
            "churn, mid_market": "leaves 10 % of accounts, 8 % of revenue (KeyBanc)",
            "churn, small": "leaves 10 % of accounts (KeyBanc)",
            "leavers": SEED,
            "NPS, surveyed": "software leaders 2010",
            "contacts": "assumption",
        },
        "10 % a year", "support", ("how_to", "incident"),
        ("65 %", "SQM, 500+ centres; technical support"), ("1500 s", "assumption"),
        ("75 %", "SQM, of the contact centre; here of the firm"),
        "Two thousand accounts are few: a year's 200 leavers move by chance, and so do shares of them.",
    ),
    Setting(
        "broadband", "The fixed-line operator",
        {
            "churn, loyalist": "0.6 × 17 %, as mobile (assumption)",
            "churn, butterfly": "1.6 × 17 %, as mobile (assumption)",
            "leavers": SEED,
            "NPS, surveyed": "US cable average 2011",
            "contacts": "fixed line, Oliver Wyman 2013",
        },
        "17 % a year", "contact_centre", ("fault", "billing_question"),
        ("61 %", "SQM, 500+ centres; telecommunications"), ("381 s", "ContactBabel US 2014"),
        ("68 %", "SQM, of the contact centre; here of the firm"),
        "Here rivals imitate and attributes age over five years, so the score drifts from what it was at the start.",
    ),
)  # fmt: skip


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


def _calibrated(done: Run, sources: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [
        (t.name.replace("_", " "), f"{t.target:.{1 if t.target >= 1 else 2}f}", f"{t.achieved:.2f}", t.unit,
         sources.get(t.name, sources.get(t.name.split(",")[0], "")))
        for t in done.achieved
    ]  # fmt: skip


def _free(done: Run, opened: Books, of: Setting) -> list[tuple[str, ...]]:
    desk = opened.teams.index(of.desk)
    sums = opened.of_contacts("all_wait_sum", "served", "abandoned", "sent_away").sum(axis=(1, 3))[:, desk]
    law = done.scenario.teams[of.desk].patience
    patience = 60.0 * (law.mean if law else np.nan) * float(done.constants["teams.patience_scale"][desk])
    customers = sum(s.customers for s in done.scenario.segments.values())

    def share(name: str, digits: int, group: int | None = None) -> str:
        return shown(interval(100.0 * kpi(opened, name, group)), digits, " %")

    def seconds(values: Array) -> str:
        return shown(interval(60.0 * values), 1, " s")

    rows: list[tuple[str, ...]] = [
        ("churn, all customers", of.churn, share("churn", 2), ""),
        ("customers at the end", f"{customers:,}", shown(interval(kpi(opened, "customers")), 0), "as at the start"),
        ("satisfied", of.satisfied[0], share("csat", 1), of.satisfied[1]),
        ("first-contact resolution, service calls", of.resolved[0],
         shown(interval(100.0 * calls(opened, "first_resolved", "first", of.service)), 2, " %"), of.resolved[1]),
        ("handling time, service calls", of.handled[0],
         seconds(calls(opened, "handled_minutes", "served", of.service)), of.handled[1]),
        ("wait of the served", "36.1 s" if of.name == "telecom" else "", seconds(kpi(opened, "wait", desk)),
         "ContactBabel UK 2014, speed of answer" if of.name == "telecom" else ""),
        ("wait, those who hung up included", "", seconds(sums[:, 0] / sums[:, 1:].sum(axis=1)), ""),
        ("hung up", "", share("abandonment", 2, desk), ""),
        ("patience", "379 s" if of.name == "telecom" else "300 s", f"{patience:.0f} s",
         "Zeltyn; scaled so that abandonment is as observed" if of.name == "telecom" else "default, nothing observed"),
        (f"occupancy, {of.desk.replace('_', ' ')}", "75-90 %", share("occupancy", 1, desk),
         "planning range (weak source)"),
        ("answered within 20 s", "80 %", share("within_target", 1, desk), "convention: a wish, not a finding"),
    ]  # fmt: skip
    if of.name == "telecom":
        rows.insert(5, ("handling time, sales calls", "408 s",
                        seconds(calls(opened, "handled_minutes", "served", ("plan_change",))), "ContactBabel US 2014"))
    return rows


def page(done: Run, of: Setting) -> str:
    """The page's text."""
    opened = books(done)
    customers = sum(s.customers for s in done.scenario.segments.values())
    fixed = table(("observed", "target", "simulated", "unit", "source of the target"), _calibrated(done, of.sources))
    free = table(("quantity", "published", "simulated", "source, remark"), _free(done, opened, of))
    return f"""# {of.title}: published against simulated

{MADE}

[scenarios/{of.name}/baseline.yaml](../../scenarios/{of.name}/baseline.yaml) over {done.scenario.horizon} months,
{len(done.replicates)} replicates of {customers:,} customers, seed {done.seed}. To repeat it:
`python -m tools.targets`.

## Calibrated

Constants were solved once, with a seed of their own, so that the model shows these
([how](../model.md#initialisation-and-calibration)). The replicates here use other seeds, so what is left is chance and
the solver's tolerance.

{fixed}

## Not calibrated

{FREE}

{free}

Why some differ. {of.why}
A desk that peaks by the hour is less busy on average than at its peak. Churn of all customers
moves with the mix of the segments.
"""


def main() -> None:
    """Run the baselines and write the pages."""
    for of in SETTINGS:
        (done,) = run(load(shipped("scenarios", of.name, "baseline.yaml")), replicates=REPLICATES)
        (FOLDER / f"{of.name}.md").write_text(page(done, of), encoding="utf-8")
        print(f"Written: docs/reference/{of.name}.md")


if __name__ == "__main__":
    main()
