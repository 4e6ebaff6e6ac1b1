"""Why B beats A: the difference of a measure shared out over what makes it.

Players are the changes of a patch, or the paths by which they act; a coalition's value is what the measure would be
with only those. Everything is computed replicate by replicate on common random numbers, so the parts add up to the
difference in each of them, and every part has its interval over replicates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cemsim.compare.interval import Interval, interval
from cemsim.compare.shapley import alone, interactions, last, sampled, shapley
from cemsim.measures.books import Array

Orders = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Part:
    """What one player earns.

    ``values`` ``[replicate, line]`` add up over players to the whole; ``share`` is their sum over lines with its
    interval over replicates; ``alone`` is what it earns as the only one, ``last`` what the whole loses without it
    (None where orders were sampled, and these were not played beside them).
    """

    name: str
    values: Array
    share: Interval
    alone: Interval | None
    last: Interval | None

    def line(self, number: int) -> Interval:
        """One line of it."""
        return interval(self.values[:, number])


@dataclass(frozen=True)
class Decomposition:
    """A measure's difference and its parts.

    ``lines`` are names along the last axis of values; ``whole`` ``[replicate, line]`` is the difference; ``parts``
    add up to it. ``pairs`` are interactions ``[replicate, player, player]`` (None where orders were sampled): what
    the players earn alone and all pairs' interactions add up to the whole, too. ``orders`` is the number of sampled
    orders a replicate, 0 where all were taken; the intervals then hold the chance of the orders as well.
    """

    lines: tuple[str, ...]
    parts: tuple[Part, ...]
    whole: Array
    pairs: Array | None
    orders: int

    @property
    def difference(self) -> Interval:
        """The whole, with its interval."""
        return interval(self.whole.sum(axis=-1))

    def pair(self, one: int, other: int) -> Interval | None:
        """The interaction of two players."""
        return None if self.pairs is None else interval(self.pairs[:, one, other])

    def beside(self, name: str, values: Array) -> Decomposition:
        """The same with one more part in front, ``[replicate, line]``, that is there whoever plays."""
        part = Part(name, values, interval(values.sum(axis=-1)), None, None)
        pairs = None if self.pairs is None else np.pad(self.pairs, ((0, 0), (1, 0), (1, 0)))
        return replace(self, parts=(part, *self.parts), whole=self.whole + values, pairs=pairs)


def decompose(players: Sequence[str], lines: Sequence[str], values: Array) -> Decomposition:
    """Exact shares of a game that was played in full.

    ``values``: ``[replicate, coalition, line]``, coalitions in the order of their number (bit i: player i).

    >>> found = decompose(("a", "b"), ("money",), np.array([[[0.0], [10.0], [20.0], [50.0]]]))
    >>> [part.share.mean for part in found.parts], found.difference.mean
    ([20.0, 30.0], 50.0)
    """
    by_line = np.moveaxis(values, 1, -1)
    shares, total = np.moveaxis(shapley(by_line), -1, 1), values.sum(axis=-1)
    first_in, last_in = alone(total), last(total)
    parts = tuple(
        Part(name, shares[:, i], interval(shares[:, i].sum(axis=-1)), interval(first_in[:, i]), interval(last_in[:, i]))
        for i, name in enumerate(players)
    )
    return Decomposition(tuple(lines), parts, values[:, -1] - values[:, 0], interactions(total), 0)


def decompose_sampled(
    players: Sequence[str], lines: Sequence[str], played: Sequence[tuple[Orders, Mapping[int, Array]]]
) -> Decomposition:
    """Estimated shares of a game of which each replicate played some orders of joining.

    ``played``: for each replicate its orders, and the value ``[line]`` of each coalition they walk through; of every
    ``ends`` as well where it is to be known what each earns alone, and what is lost without it. As the orders are
    drawn anew in each replicate, the interval over replicates holds their chance too.
    """
    shares = np.stack([sampled(orders, found.__getitem__) for orders, found in played])
    whole = (1 << len(players)) - 1

    def gained(of: int, above: int) -> Interval | None:
        if any(not {of, above} <= found.keys() for _, found in played):
            return None
        return interval(np.array([found[of].sum() - found[above].sum() for _, found in played]))

    parts = tuple(
        Part(name, shares[..., i], interval(shares[..., i].sum(axis=-1)), gained(1 << i, 0),
             gained(whole, whole & ~(1 << i)))
        for i, name in enumerate(players)
    )  # fmt: skip
    gaps = np.stack([found[whole] - found[0] for _, found in played])
    return Decomposition(tuple(lines), parts, gaps, None, len(played[0][0]))
