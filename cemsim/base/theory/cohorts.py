"""Cohorts without satisfaction: who stays how long, and what that is worth.

Sources: Fader & Hardie (2007) for the shifted beta-geometric; Gupta & Lehmann (2003) for lifetime value.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def retention_sbg(alpha: float, beta: float, periods: int) -> NDArray[np.float64]:
    """Retention in periods 1..n when each person's chance to leave is fixed and drawn from Beta(alpha, beta).

    >>> [round(float(r), 3) for r in retention_sbg(0.704, 1.182, 12)[[0, 11]]]
    [0.627, 0.945]
    """
    t = np.arange(1, periods + 1, dtype=np.float64)
    return (beta + t - 1.0) / (alpha + beta + t - 1.0)


def survival_sbg(alpha: float, beta: float, periods: int) -> NDArray[np.float64]:
    """Share of a cohort still there after periods 1..n.

    >>> [round(float(s), 3) for s in survival_sbg(0.704, 1.182, 3)]
    [0.627, 0.474, 0.388]
    """
    return np.asarray(np.cumprod(retention_sbg(alpha, beta, periods)), dtype=np.float64)


def geometric_lifetime(retention: float) -> float:
    """Mean number of periods a customer stays when each period keeps the same share.

    >>> round(geometric_lifetime(0.8), 9)
    5.0
    """
    return 1.0 / (1.0 - retention)


def lifetime_value(margin: float, retention: float, discount: float, first: bool = False) -> float:
    """Value of a customer for ever: after being won, or with the first margin (Gupta & Lehmann).

    Args:
        margin: money a period.
        retention: share kept from one period to the next.
        discount: rate a period.
        first: count the margin of the period in which the customer is won.

    >>> round(lifetime_value(100, 0.8, 0.1), 2), round(lifetime_value(100, 0.8, 0.1, first=True), 2)
    (266.67, 366.67)
    """
    gain = (1.0 + discount) if first else retention
    return margin * gain / (1.0 + discount - retention)


def contacts_per_issue(resolution: float) -> float:
    """Mean number of contacts until an issue is resolved, when each resolves it with the same chance.

    >>> round(contacts_per_issue(0.67), 2), round(contacts_per_issue(0.8), 2)
    (1.49, 1.25)
    """
    return 1.0 / resolution
