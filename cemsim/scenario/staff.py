"""How many people a team's size means on the payroll, and what they are paid in a year."""

from __future__ import annotations

from typing import Final

from cemsim.base.language import say
from cemsim.scenario.schema.team import Team

#: The three ways of saying how large a team is; exactly one is said.
SIZES: Final = ("on_shift", "paid", "shifts")
_WEEK: Final = 7 * 1440
_WEEKS_A_YEAR: Final = 365 / 7


def is_size(path: tuple[str, ...]) -> bool:
    """Whether a path says how large a team is.

    >>> is_size(("teams", "desk", "paid")), is_size(("teams", "desk", "wage"))
    (True, False)
    """
    return len(path) == 3 and path[0] == "teams" and path[2] in SIZES


def said_by(team: Team) -> str:
    """The one of SIZES that says how large a team is."""
    return next(name for name in SIZES if getattr(team, name) not in (None, ()))


def open_minutes(team: Team) -> int:
    """Minutes of a week in which a team is open; hours written twice count once.

    >>> open_minutes(Team(on_shift=2, open="08:00-20:00 daily")) / 60
    84.0
    """
    return 15 * len(_quarters([(h.days, h.start, h.end) for h in team.open]))


def hours_at_work(team: Team) -> list[float]:
    """How much of each of the 168 hours of a week, from Monday 00:00 on, somebody is on shift.

    >>> hours_at_work(Team(on_shift=2, open="08:30-10:00 mon"))[7:11]
    [0.0, 0.5, 1.0, 0.0]
    """
    spans = [(h.days, h.start, h.end) for h in team.open]
    if team.shifts:
        spans = [(s.days, *s.hours) for s in team.shifts if s.people > 0]
    found = [0.0] * (_WEEK // 60)
    for minute in _quarters(spans):
        found[minute // 60] += 0.25
    return found


def _quarters(spans: list[tuple[tuple[int, ...], int, int]]) -> set[int]:
    """Quarter hours of a week that spans of days and minutes cover, each by the minute it begins."""
    return {
        (day * 1440 + minute) % _WEEK for days, start, end in spans for day in days for minute in range(start, end, 15)
    }


def shift_minutes(team: Team) -> float:
    """Minutes that people are on shift in a week, all together."""
    if team.shifts:
        return float(sum(s.people * len(s.days) * (s.hours[1] - s.hours[0]) for s in team.shifts))
    if team.on_shift is not None:
        return float(team.on_shift * open_minutes(team))
    assert team.paid is not None
    return round(team.paid * team.paid_week * (1 - team.shrinkage) / open_minutes(team)) * float(open_minutes(team))


def paid_people(team: Team) -> float:
    """People paid full time: on shift x open hours / (1 - shrinkage) / paid week.

    >>> round(paid_people(Team(on_shift=2, open="08:00-20:00 daily", shrinkage=0.32)), 1)
    6.2
    """
    return team.paid if team.paid is not None else shift_minutes(team) / (1 - team.shrinkage) / team.paid_week


def pay(team: Team) -> float:
    """Pay of a year, in money.

    >>> round(pay(Team(paid=2, wage=10, open="09:00-17:00 mon-fri")))
    41714
    """
    if team.paid is not None and shift_minutes(team) == 0:
        return 0.0
    return paid_people(team) * team.paid_week / 60 * _WEEKS_A_YEAR * team.wage


def staff_in_words(before: Team | None, after: Team, currency: str) -> str:
    """What a change of a team, or a new one, means for the payroll; nothing where it means nothing.

    >>> one, two = Team(on_shift=8, open="08:00-20:00 daily"), Team(on_shift=10, open="08:00-20:00 daily")
    >>> staff_in_words(one, two, "USD")
    '30.9 instead of 24.7 (+6.2), 1,352,647 USD a year instead of 1,082,118 (+270,529)'
    """
    people, costs = paid_people(after), pay(after)
    if before is None:
        return say("{people}, {costs} {currency} a year", people=f"{people:.1f}", costs=f"{costs:,.0f}",
                   currency=currency)  # fmt: skip
    were, did = paid_people(before), pay(before)
    if (people, costs) == (were, did):
        return ""
    return say(
        "{people} instead of {were} ({more}), {costs} {currency} a year instead of {did} ({dearer})",
        people=f"{people:.1f}", were=f"{were:.1f}", more=f"{people - were:+.1f}",
        costs=f"{costs:,.0f}", currency=currency, did=f"{did:,.0f}", dearer=f"{costs - did:+,.0f}",
    )  # fmt: skip
