"""How a plan's numbers move from the baseline's to its own: the one ramp, for what people feel and for prices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: ln 81: on a logistic curve of steepness 1 it takes so long from 10 % to 90 %.
_TEN_TO_NINETY = 4.394449154672439


def share_at(since: int, ramp: float) -> float:
    """How much of a change is in force ``since`` months after its start (below 0: nothing), 0 to 1.

    ``ramp``: months from 10 % to 90 %. A logistic ramp, moved so that it is 0 where it starts (model.md k3).

    >>> share_at(-1, 0.0), share_at(0, 0.0), [round(share_at(t, 3.0), 3) for t in (0, 2, 11)]
    (0.0, 1.0, [0.039, 0.494, 1.0])
    """
    if since < 0:
        return 0.0
    if ramp <= 0.0:
        return 1.0
    steepness = _TEN_TO_NINETY / ramp

    def s(x: float) -> float:
        return float(1.0 / (1.0 + np.exp(-steepness * (x - ramp))))

    floor = s(0.0)
    return min((s(since + 1.0) - floor) / (1.0 - floor), 1.0)


def on_the_way(old: NDArray[Any], new: NDArray[Any], share: Any) -> NDArray[Any]:
    """Numbers a share of the way from old to new; what does not change stays as it is, to the last bit."""
    with np.errstate(invalid="ignore"):
        return np.where((old == new) | (np.isnan(old) & np.isnan(new)), new, old + share * (new - old))
