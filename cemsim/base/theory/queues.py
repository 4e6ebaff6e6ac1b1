"""Desks with a queue: Erlang B, C and A, any law of patience, priorities, one server with any handling time.

Sources: Erlang (1917); Baccelli & Hebuterne (1981) and Zeltyn & Mandelbaum (2005) for M/M/c+G;
Cobham (1954) for priorities; Pollaczek (1930) and Khinchine (1932) for M/G/1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cemsim.base.errors import CemsimError
from cemsim.base.theory.laws import Law

FOREVER = Law("exponential", math.inf)


@dataclass(frozen=True)
class Answer:
    """What a closed form says about a desk in its steady state.

    Attributes:
        delayed: probability that a contact has to wait.
        wait: mean wait of all contacts, also of those who give up.
        queue: mean number waiting.
        occupancy: share of staffed time spent handling.
        abandoned: probability to give up.
        blocked: probability to be sent away because the room is full.
        wait_served: mean wait of the contacts that were handled; nan where no closed form is known.
        within: of all contacts, the share handled within the target; nan where unknown or not asked.
    """

    delayed: float
    wait: float
    queue: float
    occupancy: float
    abandoned: float = 0.0
    blocked: float = 0.0
    wait_served: float = math.nan
    within: float = math.nan


def erlang_b(load: float, servers: int) -> float:
    """Probability that all of ``servers`` are busy when nobody may wait.

    Args:
        load: arrivals per unit of time times mean handling time (erlangs).

    >>> round(erlang_b(0.5, 1), 8)
    0.33333333
    """
    inverse = 1.0
    for n in range(1, servers + 1):
        inverse = 1.0 + inverse * n / load
    return 1.0 / inverse


def erlang_c(load: float, servers: int) -> float:
    """Probability to wait where everybody waits for as long as it takes.

    Raises:
        CemsimError: the load is not below the number of servers, so that the queue grows for ever.

    >>> round(erlang_c(8.0, 10), 5)
    0.40918
    """
    if load >= servers:
        raise _overload(servers, load)
    blocked = erlang_b(load, servers)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


def desk(
    arrivals: float, handling: float, servers: int, patience: Law = FOREVER, target: float = 0.0
) -> Answer:
    """M/M/c + G: Poisson arrivals, exponential handling, any law of patience; Erlang A and C are two cases.

    Args:
        arrivals: contacts per unit of time.
        handling: mean handling time.
        servers: people at the desk.
        patience: law of the longest acceptable wait; infinite by default (Erlang C).
        target: the wait that counts as prompt.

    Raises:
        CemsimError: nobody gives up and the load is not below the number of servers.

    >>> found = desk(48.0, 1.0, 50, Law("exponential", 2.0))  # a textbook case of Erlang A, in minutes
    >>> round(found.abandoned, 5), round(found.wait * 60, 3), round(found.delayed, 4)
    (0.03091, 3.709, 0.4678)
    """
    load = arrivals * handling
    if math.isinf(patience.mean):
        delayed = erlang_c(load, servers)
        spare = servers / handling - arrivals
        wait = delayed / spare
        prompt = 1.0 - delayed * math.exp(-spare * target)
        return Answer(delayed, wait, arrivals * wait, load / servers, wait_served=wait, within=prompt)

    offered, scale = _offered_wait(arrivals, servers / handling, patience)
    idle = 1.0 / erlang_b(load, servers - 1) * math.exp(-scale)  # weight of "somebody is free"
    whole = idle + arrivals * offered(lambda x: 1.0, math.inf)

    def mean(value: Callable[[float], float], end: float = math.inf) -> float:
        return arrivals * offered(value, end) / whole

    delayed = mean(lambda x: 1.0)
    wait = mean(patience.limited)
    abandoned = mean(lambda x: 1.0 - patience.survival(x))
    waited = mean(lambda x: x * patience.survival(x))
    prompt = idle / whole + (mean(patience.survival, target) if target > 0.0 else 0.0)
    return Answer(
        delayed,
        wait,
        arrivals * wait,
        load * (1.0 - abandoned) / servers,
        abandoned,
        wait_served=waited / (1.0 - abandoned),
        within=prompt,
    )


def _offered_wait(
    arrivals: float, drain: float, patience: Law
) -> tuple[Callable[[Callable[[float], float], float], float], float]:
    """Integrals against the density of the wait that an endlessly patient contact would have.

    The density at x > 0 is proportional to exp(arrivals * E[min(patience, x)] - drain * x). Returns a
    function that integrates a value against it up to an end, and the logarithm of what it was divided by.
    """
    from scipy import integrate

    def exponent(x: float) -> float:
        return arrivals * patience.limited(x) - drain * x

    step = 1.0 / drain
    peak = 0.0
    if arrivals > drain:  # overloaded: the density first rises, to where those still waiting match the drain
        low, high = 0.0, patience.mean
        while arrivals * patience.survival(high) > drain:
            high *= 2.0
        for _ in range(200):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if arrivals * patience.survival(middle) > drain else (low, middle)
        peak = low
    scale = exponent(peak)
    x = step
    while exponent(peak + x) - scale > -45.0:
        x *= 1.5
    last = peak + x
    kinks = {peak, patience.mean} if patience.kind == "deterministic" else {peak}

    def offered(value: Callable[[float], float], end: float) -> float:
        stop = min(end, last)
        marks = sorted({0.0, stop, *(k for k in kinks if 0.0 < k < stop)})

        def weighted(y: float) -> float:
            return value(y) * math.exp(exponent(y) - scale)

        return sum(
            float(integrate.quad(weighted, low, high, epsabs=0.0, epsrel=1e-11, limit=400)[0])
            for low, high in itertools.pairwise(marks)
        )

    return offered, scale


def by_priority(
    arrivals: Sequence[float], handling: float, servers: int, patience: float = math.inf
) -> tuple[Answer, ...]:
    """M/M/c + M with priorities, no pre-emption, the same handling and patience for all; first class first.

    The classes 1..k together see a queue that only they can lengthen while everybody is busy, so it is a
    birth-and-death process of its own; a class is the difference of two of them. Without patience: Cobham.

    Args:
        arrivals: per class, first the one served first.
        patience: mean of the exponential patience; infinite for none.

    Raises:
        CemsimError: nobody gives up and the load is not below the number of servers.

    >>> first, second = by_priority([24.0, 24.0], 1.0, 50, 2.0)
    >>> total = desk(48.0, 1.0, 50, Law("exponential", 2.0))
    >>> round((first.wait + second.wait) / 2 / total.wait, 9), first.wait < second.wait
    (1.0, True)
    """
    whole = desk(sum(arrivals), handling, servers, Law("exponential", patience))
    leave = 0.0 if math.isinf(patience) else 1.0 / patience
    answers: list[Answer] = []
    rate = before = 0.0
    for one in arrivals:
        rate += one
        together = whole.delayed * _waiting(rate, servers / handling, leave)
        queue = together - before
        before = together
        answers.append(Answer(whole.delayed, queue / one, queue, whole.occupancy, leave * queue / one))
    return tuple(answers)


def _overload(servers: int, load: float) -> CemsimError:
    return CemsimError(
        f"{servers} on duty cannot carry {load:g} erlangs when nobody gives up: the queue grows for ever."
    )


def _waiting(arrivals: float, drain: float, leave: float) -> float:
    """Mean length of a queue whose head is taken at rate ``drain`` and that each leaves at rate ``leave``."""
    if leave == 0.0:
        return arrivals / (drain - arrivals)
    weight = total = 1.0
    length, n = 0.0, 0
    while weight > 1e-18 * total or arrivals > drain + n * leave:
        n += 1
        weight *= arrivals / (drain + n * leave)
        total += weight
        length += n * weight
        if total > 1e200:
            weight, total, length = weight / total, 1.0, length / total
    return length / total


def one_server(arrivals: float, handling: Law) -> Answer:
    """M/G/1 by Pollaczek and Khinchine: one server, any law of handling, endless patience.

    Raises:
        CemsimError: the load is not below 1.

    >>> [round(one_server(0.8, Law("lognormal", 1.0, cv)).wait, 9) for cv in (0.0, 1.0, 1.5)]
    [2.0, 4.0, 6.5]
    """
    load = arrivals * handling.mean
    if load >= 1.0:
        raise _overload(1, load)
    wait = load * (1.0 + handling.scv) / (2.0 * (1.0 - load)) * handling.mean
    return Answer(load, wait, arrivals * wait, load, wait_served=wait)
