"""Teams: who is there, when, at what wage, and what happens to those who wait."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import model_validator

from cemsim.scenario.quantity import Count, Minutes, MoneyPerHour, Number, Share, Word, about, wrong
from cemsim.scenario.schema.hours import ALWAYS, OPENINGS_SCHEMA, Opening, Openings, Shift
from cemsim.scenario.schema.law import Lag, Law, Patience
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.workforce import Workforce

#: How long callers wait before they hang up, where the file does not say.
PHONE_PATIENCE: Final = Law(kind="exponential", mean=5.0)
#: Plausible acceptable waits of a back office, in minutes: half a day to a week.
BACK_OFFICE_WAIT: Final = (720.0, 10080.0)


class Target(Noun):
    """A service level: so many answered within so long."""

    share: Share = about(
        0.8, "share to answer in time", low=0, high=1, source="80 % in 20 s is conventional [CXT]", tag="V"
    )
    within: Minutes = about(
        20 / 60, "time to answer in", low=0, source="80 % in 20 s is conventional [CXT]", tag="V"
    )


class Redial(Noun):
    """What people do after hanging up or being sent away."""

    same_day: Share = about(
        0.33, "share who try again the same day", low=0, high=1, range=(0.1, 0.7), role="world",
        source='"33 % of abandoners retry" [RDC]', tag="Vw",
    )  # fmt: skip
    lag: Lag = about(
        Law(kind="exponential", mean=15.0), "time until they try again", range=(5, 60), role="world",
        source="model.md b4", tag="A",
    )  # fmt: skip
    next_day: Share = about(
        0.5, "share of the others who try the next day", low=0, high=1, range=(0.2, 0.8), role="world",
        source="model.md b4", tag="A",
    )  # fmt: skip
    attempts: Count = about(3, "tries at most", low=1, high=50, role="world", source="model.md b4", tag="A")


class TeamObserved(Noun):
    """What is observed of a team today, for calibration."""

    abandonment: Share | None = about(None, "share of contacts that hang up", low=0, high=0.95, role="world")


class Team(Noun):
    """A group of people who handle contacts; exactly one of on_shift, paid and shifts says how many."""

    on_shift: Count | None = about(None, "people on shift while open", low=0, high=100_000)
    paid: Number | None = about(None, "people paid, full time; fewer are on shift", low=0, high=1_000_000)
    shifts: tuple[Shift, ...] = about((), "shifts, where people differ over the week")
    open: Annotated[tuple[Opening, ...], Openings, OPENINGS_SCHEMA] = about(
        ALWAYS, 'opening hours, such as "08:00-20:00 daily"', source="always open, where not given",
        tag="A",
    )  # fmt: skip
    works: Literal["live", "back_office"] = about("live", "live contacts, or work that waits over night")
    wage: MoneyPerHour = about(
        21.0, "cost of a paid hour", low=0, range=(12, 60), source="US contact centre", tag="A"
    )
    overtime_premium: Number = about(
        1.5, "cost of an hour of overtime that rules order, in hours of pay", low=0, high=10, range=(1, 2),
        source="model.md 3i", tag="A",
    )  # fmt: skip
    shrinkage: Share = about(
        0.32, "share of paid time not available", low=0, high=0.95, range=(0.2, 0.35),
        source="30-35 % typical [GOTO], 20-35 % [REYN]", tag="Vw",
    )  # fmt: skip
    paid_week: Minutes = about(
        2400.0, "hours a full-time person is paid for in a week", over=0, high=7 * 1440, range=(2100, 2520),
        source="40 hours", tag="A",
    )  # fmt: skip
    patience: Patience | None = about(
        None, "how long people wait before they hang up; none means for ever", range=(1, 10), role="world",
        stated="exponential, mean 5 min (live); none (back office)",
        source="mean wait 72 s with 81 % answered: 379 s [ZEL05] C; 37-72 s [DD07] Vw; live teams 5 min",
        tag="C",
    )  # fmt: skip
    acceptable_wait: Minutes = about(
        1.0, "wait that leaves satisfaction as it is (back office: the promise, plausible 12 h to 7 days)", over=0,
        range=(0.3, 5), role="world", source="people judge acceptable minus perceived wait [ANT02] V (form)", tag="A",
    )  # fmt: skip
    room: Count | None = about(None, "contacts that may wait; none means no limit", low=0)
    target: Target = about(Target(), "service level")
    redial: Redial = about(Redial(), "what people do after hanging up")
    serve_first: tuple[Word, ...] = about((), "segments answered first, in order")
    empowerment: Count = about(
        0, "steps of freedom to put things right", low=0, high=10, source="model.md c3", tag="A"
    )
    workforce: Workforce | None = about(None, "people one by one: they learn, tire, quit and are replaced")
    observed: TeamObserved = about(TeamObserved(), "what is observed today", role="world")

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, value: Any) -> Any:
        if isinstance(value, dict) and "patience" not in value and str(value.get("works", "live")) == "live":
            return value | {"patience": PHONE_PATIENCE}
        return value

    @model_validator(mode="after")
    def _agrees(self) -> Team:
        given = [n for n in ("on_shift", "paid", "shifts") if getattr(self, n) not in (None, ())]
        if len(given) != 1:
            said = " and ".join(given) or "none of them"
            raise wrong(
                f"A team's size is said once, by on_shift, paid or shifts; here is {said}.",
                "Write on_shift: 12 (people at work while open), or paid: 40, or shifts: [...].",
            )
        if self.shifts and self.open != ALWAYS:
            raise wrong("Shifts say when the team is open.", "Leave open out.")
        if self.on_shift is not None and not self.open:
            raise wrong("This team is never open.", 'Write open: "08:00-20:00 daily".')
        return self
