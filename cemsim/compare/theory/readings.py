"""How to read from a run's books what a queueing formula gives, one value a replicate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cemsim.base.theory import Answer
from cemsim.compare.theory.form import Quantity
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import ratio

Members = tuple[str, ...]


def quantities(
    team: str, people: int, answer: Answer, names: tuple[str, ...], members: Members = ()
) -> tuple[Quantity, ...]:
    """The named fields of a formula's answer, each with its reading of a run.

    Args:
        people: how many are on duty, all the time.
        members: segments that the answer is about; none for everybody.
    """
    readings = READINGS | {"queue": ("mean queue", "contacts", partial(_queue, people))}
    suffix = f", {' and '.join(members)}" if members else ""
    return tuple(
        Quantity(
            readings[n][0] + suffix,
            readings[n][1],
            getattr(answer, n),
            partial(readings[n][2], team, members),
        )
        for n in names
    )


def _contacts(team: str, members: Members, books: Books, *columns: str) -> list[Array]:
    """Columns of a team's contacts over the horizon, ``[replicate]`` each."""
    table = books.of_contacts(*columns).sum(axis=1)[:, books.teams.index(team)]
    chosen = [books.segments.index(m) for m in members or books.segments]
    return list(table[:, chosen].sum(axis=1).T)


def _team(team: str, books: Books, *columns: str) -> list[Array]:
    return list(books.of_teams(*columns).sum(axis=1)[:, books.teams.index(team)].T)


def _share(top: str, bottom: tuple[str, ...]) -> Callable[[str, Members, Books], Array]:
    def reading(team: str, members: Members, books: Books) -> Array:
        above, *below = _contacts(team, members, books, top, *bottom)
        return ratio(above, sum(below[1:], start=below[0]))

    return reading


def _delayed(team: str, members: Members, books: Books) -> Array:
    """Share that was not answered at once (the first bin of the histogram of waits)."""
    histogram: Array = books.log.waits
    at_once = histogram[:, :, books.teams.index(team), :, 0].sum(axis=(1, 2))
    served, gone = _contacts(team, (), books, "served", "abandoned")
    return 1.0 - ratio(at_once, served + gone)


def _queue(people: int, team: str, members: Members, books: Books) -> Array:
    area, staffed = _team(team, books, "queue_area", "staffed_minutes")
    return ratio(people * area, staffed)


def _occupancy(team: str, members: Members, books: Books) -> Array:
    busy, staffed = _team(team, books, "busy_minutes", "staffed_minutes")
    return ratio(busy, staffed)


LEFT = ("served", "abandoned")
READINGS: dict[str, tuple[str, str, Callable[[str, Members, Books], Array]]] = {
    "delayed": ("has to wait", "share", _delayed),
    "wait": ("mean wait", "min", _share("all_wait_sum", LEFT)),
    "wait_served": ("mean wait of those served", "min", _share("wait_sum", ("served",))),
    "within": ("served within the target", "share", _share("within_target", LEFT)),
    "occupancy": ("occupancy", "share", _occupancy),
    "abandoned": ("hangs up", "share", _share("abandoned", LEFT)),
    "blocked": ("is sent away", "share", _share("sent_away", ("arrived",))),
}
SYSTEM = ("delayed", "wait", "queue", "occupancy")
