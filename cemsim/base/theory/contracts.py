"""Contracts in the long run: how many customers are bound, where leavers are replaced."""

from __future__ import annotations

from math import log1p

MONTHS = 600


def bound_share(
    term: int, renewal: float, signs: float, churn: float, in_contract: float = 1.0, at_expiry: float = 1.0
) -> float:
    """Share of a base under contract, once it no longer changes.

    ``term`` in months; ``renewal``: share of those without a contract who sign one in a month; ``signs``: share of
    newcomers who do; ``churn`` a year; hazards while it runs and in its last month are relative to those of the free.

    >>> round(bound_share(24, 1 / 16, 0.0, 0.0), 6)
    0.6
    >>> [round(bound_share(24, 1 / 16, signs, 0.17, 0.3, 2.0), 2) for signs in (0.0, 0.2, 1.0)]
    [0.57, 0.6, 0.72]
    """
    loss = -log1p(-churn) / 12.0
    weight = [1.0, at_expiry, *[in_contract] * (term - 1)]
    share = [1.0, *[0.0] * term]
    for _ in range(MONTHS):
        mean = sum(w * x for w, x in zip(weight, share, strict=True))
        gone = loss / mean if mean > 0.0 else 0.0
        stay = [x * (1.0 - min(gone * w, 1.0)) for w, x in zip(weight, share, strict=True)]
        left = 1.0 - sum(stay)
        free = stay[0] * (1.0 - renewal) + stay[1] + left * (1.0 - signs)
        share = [free, *stay[2:], stay[0] * renewal + left * signs]
    return 1.0 - share[0]
