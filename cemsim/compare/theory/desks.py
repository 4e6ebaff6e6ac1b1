"""Teams that are a textbook queue: which one, and what its formula says."""

from __future__ import annotations

import math

from cemsim.base import theory
from cemsim.base.errors import CemsimError
from cemsim.compare.theory.form import Form, Without
from cemsim.compare.theory.readings import SYSTEM, quantities
from cemsim.compare.theory.shape import Shape, obstacles, shape, used
from cemsim.scenario import Scenario


def desk(scenario: Scenario, name: str) -> Form | Without | None:
    """The closed form of a team, or why there is none; None for a team that no step uses."""
    if not used(scenario, name):
        return None
    because = obstacles(scenario, name)
    if not because:
        try:
            return _form(shape(scenario, name))
        except CemsimError as error:
            because = [error.problems[0].message.rstrip(".")]
    return Without(f"Team {name}", tuple(because))


def _form(q: Shape) -> Form:
    """The formula for a queue; CemsimError says why there is none."""
    endless = math.isinf(q.patience.mean)
    if q.room == 0:
        answer = theory.loss(q.total, q.handling.mean, q.people)
        title, source = "M/G/c/c, lines without a queue", "Erlang 1917, Sevastyanov 1957"
        return _of(q, title, source, answer, "blocked", "occupancy")
    if endless and q.room is None and q.people == 1 and len(q.arrivals) == 1:
        answer = theory.one_server(q.total, q.handling)
        return _of(q, "M/G/1, one server", "Pollaczek 1930, Khinchine 1932", answer, *SYSTEM)
    if q.handling.kind != "exponential":
        raise CemsimError(f"no formula is known for {q.people} people and {q.handling.kind} handling times")
    if q.room is not None:
        return _with_a_room(q, q.room)
    return _with_priorities(q) if len(q.arrivals) > 1 else _in_turn(q)


def _of(q: Shape, title: str, source: str, answer: theory.Answer, *names: str) -> Form:
    return Form(f"{title}: team {q.name}", source, quantities(q.name, q.people, answer, names))


def _with_a_room(q: Shape, places: int) -> Form:
    if q.patience.kind != "exponential":
        raise CemsimError(f"no formula is known for a limited room and {q.patience.kind} patience")
    answer = theory.room(q.total, q.handling.mean, q.people, places, q.patience.mean)
    names = ("blocked", "occupancy", "queue", *(() if math.isinf(q.patience.mean) else ("abandoned",)))
    return _of(q, "M/M/c/K, a room with a last seat", "birth and death", answer, *names)


def _in_turn(q: Shape) -> Form:
    answer = theory.desk(q.total, q.handling.mean, q.people, q.patience, q.prompt)
    if math.isinf(q.patience.mean):
        return _of(q, "M/M/c, a desk (Erlang C)", "Erlang 1917", answer, *SYSTEM, "within")
    names = (*SYSTEM, "wait_served", "abandoned", "within")
    if q.patience.kind == "exponential":
        return _of(q, "M/M/c + M, a desk with patience (Erlang A)", "Palm 1957", answer, *names)
    return _of(q, "M/M/c + G, a desk with patience", "Baccelli & Hebuterne 1981", answer, *names)


def _with_priorities(q: Shape) -> Form:
    if q.patience.kind != "exponential":
        raise CemsimError(f"no formula is known for priorities and {q.patience.kind} patience")
    endless = math.isinf(q.patience.mean)
    gone = () if endless else ("abandoned",)
    whole = theory.desk(q.total, q.handling.mean, q.people, q.patience)
    each = theory.by_priority(q.arrivals, q.handling.mean, q.people, q.patience.mean)
    lines = list(quantities(q.name, q.people, whole, (*SYSTEM, *gone)))
    for members, one in zip(q.classes, each, strict=True):
        lines += quantities(q.name, q.people, one, ("wait", *gone), members)
    title = "M/M/c, priorities" if endless else "M/M/c + M, patience and priorities (Erlang A)"
    source = "Cobham 1954" if endless else "Palm 1957; birth and death for each class"
    return Form(f"{title}: team {q.name}", source, tuple(lines))
