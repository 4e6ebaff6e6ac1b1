"""What is seen of a company that is being watched, as HTML: the moment in numbers, figures, teams and rules."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from cemsim.report.numbers import NONE, plain

if TYPE_CHECKING:
    from cemsim.engine.glass.watched import Seen, TeamSeen, WatchedWorld


def told(world: WatchedWorld) -> str:
    """The whole view of a world as it is now."""
    from cemsim.report.figures.live import live
    from cemsim.report.sections import filled

    now = world.seen[-1]
    names = world.company.plan.names
    return filled(
        "live.html.j2", when=world.when(), title=_title(world), tiles=_tiles(now, world.at_start),
        panels=live(world.seen, [plain(team) for team in names.teams], [plain(name) for name in names.segments]),
        teams=[(plain(name), *_team(team)) for name, team in zip(names.teams, now.teams, strict=True)],
        rules=_rules(world),
    )  # fmt: skip


def _title(world: WatchedWorld) -> str:
    scenario, whole = world.company.plan.scenario, world.company.whole
    size = sum(segment.customers for segment in scenario.segments.values())
    if size == whole:
        return f"{scenario.name}: a company of {size:,} customers."
    return (f"{scenario.name}, cut from {whole:,} customers to {size:,}. Each team keeps at least "
            "one person on shift, so load and waits are not those of the whole: watch how it works, not how well.")


def _tiles(now: Seen, at_start: int) -> list[tuple[str, str, str]]:
    share = f"{now.lost / at_start:.1%} of {at_start:,} at the start" if at_start else ""
    return [
        ("Customers", f"{now.customers:,}", "people now"),
        ("Left so far", f"{now.lost:,}", share.replace("%", " %")),
        ("Joined so far", f"{now.won:,}", "people"),
        ("Contacts so far", f"{now.contacts:,}", "with teams and self-service"),
        ("Open issues", f"{now.open_issues:,}", f"of them complaints: {now.complaints:,}"),
        ("Waiting now", f"{sum(team.waiting for team in now.teams):,}", "contacts, all teams"),
    ]


def _team(team: TeamSeen) -> tuple[str, ...]:
    occupancy = NONE if isnan(team.occupancy) else f"{100 * team.occupancy:.0f} %"
    return (f"{team.on_shift:,}", f"{team.in_hand:,}", occupancy, f"{team.waiting:,}",
            duration(team.longest) if team.waiting else NONE)


def duration(minutes: float) -> str:
    """A wait in the unit that suits it.

    >>> duration(0.5), duration(12.0), duration(200.0), duration(6000.0)
    ('30 s', '12 min', '3.3 h', '4.2 days')
    """
    for limit, size, unit in ((2.0, 1 / 60, "s"), (120.0, 1.0, "min"), (48 * 60.0, 60.0, "h")):
        if minutes < limit:
            return f"{minutes / size:.{0 if size <= 1.0 else 1}f} {unit}"
    return f"{minutes / 1440:.1f} days"


def _rules(world: WatchedWorld) -> list[tuple[str, str, str, str]]:
    now = world.seen[-1].fired
    before = world.seen[-2].fired if len(world.seen) > 1 else now
    return [
        (f"{plain(ruleset.name)}: {plain(rule.id)}", f"{now.get(key, 0) - before.get(key, 0):,}",
         f"{now.get(key, 0):,}", rule.because)
        for ruleset in world.company.plan.scenario.rulesets for rule in ruleset.rules
        for key in [f"{ruleset.name}.{rule.id}"]
    ]  # fmt: skip
