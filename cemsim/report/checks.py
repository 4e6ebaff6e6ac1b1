"""Theory checks and reality checks in rows: what was expected, what came out, passed or failed."""

from __future__ import annotations

from collections.abc import Sequence

from cemsim.base.language import say
from cemsim.compare.reality import Tried
from cemsim.compare.theory import Case, Line
from cemsim.report.numbers import from_to, gap, level, text

REALITY_HEADS = ("what must hold", "found", "")
THEORY_HEADS = ("quantity", "formula", "simulated", "")


def reality_rows(found: Sequence[Tried], currency: str) -> list[tuple[str, str, str]]:
    """Each statement with what was found and whether it passed."""
    return [(str(each.statement.text), _figures(each, currency), say(each.word)) for each in found]


def _figures(each: Tried, currency: str) -> str:
    if each.why or each.ours is None:
        return say(each.why)
    name = say(each.kpi.label)
    if each.gap is None or each.base is None:
        return say("{measure} in year {year}: {level} ({low} to {high})", measure=name, year=each.year,
                   level=level(each.kpi, each.ours, currency), low=_end(each, each.ours.low, currency),
                   high=_end(each, each.ours.high, currency))  # fmt: skip
    moved = gap(each.kpi, each.gap, currency)
    between = f" ({moved.interval})" if moved.interval else ""
    return f"{name}: {from_to(each.kpi, each.base, each.ours, currency)}, {moved.value}{between}"


def _end(each: Tried, end: float, currency: str) -> str:
    assert each.ours is not None
    return level(each.kpi, type(each.ours)(end, each.ours.low, each.ours.high, each.ours.sd, each.ours.n), currency)


def theory_rows(cases: Sequence[Case]) -> list[tuple[str, str, str, str]]:
    """Each quantity with a closed form, beside what was simulated."""
    return [
        (f"{case.title}: {line.what}", _exact(line, line.exact), _exact(line, line.found.mean),
         say("passed" if line.agrees else "failed"))
        for case in cases for line in case.lines
    ]  # fmt: skip


def _exact(line: Line, value: float) -> str:
    """Four figures; shares in per cent."""
    shown, unit = (100.0 * value, "%") if line.unit == "share" else (value, line.unit)
    digits = max(0, 3 - len(f"{abs(shown):.0f}")) + 1 if abs(shown) < 1000 else 0
    return text(shown, digits, f" {unit}")
