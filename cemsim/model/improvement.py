"""3j: finding and mending what goes wrong (model.md j1-j3); asked once a month, so not compiled."""

from __future__ import annotations


def detected(chance: float, reports: float) -> float:
    """Share of a cause that reports bring to light, ``chance`` for a hundred of them (j1).

    >>> detected(0.1, 100.0), round(detected(0.1, 1_000.0), 3), detected(0.1, 0.0)
    (0.09999999999999998, 0.651, 0.0)
    """
    return 1.0 - (1.0 - chance) ** (reports / 100.0)


def level_next(level: float, pace: float, share: float, floor: float, injected: float, decay: float) -> float:
    """Failures of one origin a month later, relative to the start (j2, j3).

    ``pace`` is one over the half-life in months, ``share`` how much of the cause is known and worked on; ``injected``
    new defects come; ``decay`` of what was gained is lost.

    >>> round(level_next(1.0, 1 / 9, 1.0, 0.1, 0.0, 0.0) ** 9, 6)
    0.5
    >>> level_next(0.5, 0.0, 0.0, 0.1, 0.005, 0.02), level_next(1.0, 1.0, 1.0, 0.7, 0.0, 0.0)
    (0.515, 0.7)
    """
    mended = max(level * 2.0 ** (-pace * share), min(floor, level))
    return mended + injected + decay * max(1.0 - mended, 0.0)
