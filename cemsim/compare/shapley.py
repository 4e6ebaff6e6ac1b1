"""Sharing out what a coalition earns: Shapley values and pairwise interactions of a game.

A coalition of n players is a number whose bit i says whether player i is in it; ``values`` holds what each coalition
earns in its last axis, ``2**n`` long. Only differences are added up, so a player who changes nothing gets exactly 0.
Sources: Shapley (1953); Castro, Gomez and Tejada (2009) for the sampled orders; Sundararajan, Dhamdhere and Agarwal
(2020) for the interactions that add up to the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import comb

import numpy as np

from cemsim.measures.books import Array


def players_of(values: Array) -> int:
    """Number of players of a game.

    Raises:
        ValueError: the last axis is not a power of two.
    """
    size = int(values.shape[-1])
    players = size.bit_length() - 1
    if size != 1 << players:
        raise ValueError(f"{size} coalitions are no power of two")
    return players


def shapley(values: Array) -> Array:
    """Shapley value of each player, ``[..., player]``: its mean contribution over all orders of joining.

    ``values``: ``[..., 2**n]``. The parts add up to what everybody together earns above nobody.

    >>> shapley(np.array([0.0, 10.0, 20.0, 50.0]))
    array([20., 30.])
    """
    players = players_of(values)
    found = np.zeros((*values.shape[:-1], players))
    for player in range(players):
        for without in _without(players, 1 << player):
            gain = values[..., without | 1 << player] - values[..., without]
            found[..., player] += gain / (players * comb(players - 1, without.bit_count()))
    return found


def alone(values: Array) -> Array:
    """What each player earns as the only one, ``[..., player]`` (first in)."""
    return np.stack([values[..., 1 << i] - values[..., 0] for i in range(players_of(values))], axis=-1)


def last(values: Array) -> Array:
    """What is lost when each player alone is taken out of the whole, ``[..., player]`` (last in)."""
    players = players_of(values)
    whole = (1 << players) - 1
    return np.stack([values[..., whole] - values[..., whole & ~(1 << i)] for i in range(players)], axis=-1)


def interactions(values: Array) -> Array:
    """Pairwise interaction of players, ``[..., player, player]``, symmetric, 0 on the diagonal.

    The Shapley-Taylor index of order two: what two players earn together beyond what each earns without the other,
    averaged over orders. What each earns alone, and the interaction of every pair, add up to the whole.

    >>> interactions(np.array([0.0, 10.0, 20.0, 50.0]))[0, 1]
    np.float64(20.0)
    """
    players = players_of(values)
    found = np.zeros((*values.shape[:-1], players, players))
    for i in range(players):
        for j in range(i):
            for without in _without(players, 1 << i | 1 << j):
                both, one, other = (values[..., without | add] for add in (1 << i | 1 << j, 1 << i, 1 << j))
                extra = (both - one) - (other - values[..., without])
                found[..., i, j] += 2.0 * extra / (players * comb(players - 1, without.bit_count()))
            found[..., j, i] = found[..., i, j]
    return found


def _without(players: int, who: int) -> Iterator[int]:
    return (coalition for coalition in range(1 << players) if not coalition & who)


def orders(players: int, pairs: int, luck: np.random.Generator) -> tuple[tuple[int, ...], ...]:
    """Random orders of joining, each followed by its reverse, which takes much of the chance out.

    >>> first, back = orders(3, 1, np.random.default_rng(1))
    >>> first == back[::-1]
    True
    """
    drawn = [tuple(int(i) for i in luck.permutation(players)) for _ in range(pairs)]
    return tuple(order for one in drawn for order in (one, one[::-1]))


def coalitions_of(drawn: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """The coalitions that orders walk through, nobody and everybody included, without doubles.

    >>> coalitions_of(((0, 1, 2), (2, 1, 0)))
    (0, 1, 3, 4, 6, 7)
    """
    found = {0}
    for order in drawn:
        coalition = 0
        for player in order:
            coalition |= 1 << player
            found.add(coalition)
    return tuple(sorted(found))


def ends(players: int) -> tuple[int, ...]:
    """Where orders begin and end: each player alone, and everybody but one.

    >>> ends(3)
    (1, 2, 4, 6, 5, 3)
    """
    whole = (1 << players) - 1
    return tuple(1 << i for i in range(players)) + tuple(whole & ~(1 << i) for i in range(players))


def sampled(drawn: tuple[tuple[int, ...], ...], value: Callable[[int], Array]) -> Array:
    """Mean contribution of each player over some orders, ``[..., player]``; the parts still add up to the whole.

    ``value`` gives what a coalition earns, an array of any shape.
    """
    players = len(drawn[0])
    found = np.zeros((*np.shape(value(0)), players))
    for order in drawn:
        coalition, before = 0, value(0)
        for player in order:
            coalition |= 1 << player
            after = value(coalition)
            found[..., player] += (after - before) / len(drawn)
            before = after
    return found
