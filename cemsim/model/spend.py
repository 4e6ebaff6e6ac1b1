"""3e: spend and share of wallet (model.md e1-e3)."""

from __future__ import annotations

from math import exp

from cemsim.model.science import science


@science
def wallet_allocation(rank: float, brands: float) -> float:
    """Share of wallet by the wallet allocation rule (Keiningham et al.); over all ranks it sums to 1.

    >>> [round(wallet_allocation(r, 3), 3) for r in (1, 2, 3)]
    [0.5, 0.333, 0.167]
    """
    return (1.0 - rank / (brands + 1.0)) * (2.0 / brands)


@science
def lognormal_factor(z: float, sigma: float) -> float:
    """A multiplier with mean 1 whose logarithm has standard deviation ``sigma``; ``z`` is standard normal.

    >>> lognormal_factor(0.0, 0.0)
    1.0
    """
    return exp(sigma * z - 0.5 * sigma * sigma)

