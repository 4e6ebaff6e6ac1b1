"""What it is worth to know more before deciding: perfect knowledge, one assumption, a pilot, a staged roll-out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np

from cemsim.finance.rates import Array
from cemsim.finance.risk import Draws, as_known, interaction

#: Highest power of an assumption's rank that a smooth value may have.
DEGREE: Final = 3
NOISES: Final = 200


@dataclass(frozen=True)
class Worth:
    """Value of learning one assumption for certain, in money, and its standard error (draws, resampled)."""

    name: str
    value: float
    error: float


@dataclass(frozen=True)
class Pilot:
    """A trial with ``people`` customers, and as many left as they are, for ``months`` months; then decide for all.

    ``sample``: expected value of what it shows (EVSI), of a decision taken when it ends, in money of month 0.
    ``delay``: what waiting costs. ``cost``: what it costs to hold. ``net``: sample less delay less cost.
    ``sees``: correlation of what it shows with the plan's true worth.
    """

    scenario: str
    people: float
    months: int
    sees: float
    sample: float
    delay: float
    cost: float
    net: float


@dataclass(frozen=True)
class Staged:
    """Rolling out to a share of customers first, and going on only if it promises to pay.

    Values in money of month 0, expected over what is not known: ``now`` for everybody at once, ``staged``, and the
    part of it that is the right to stop (``option``: staged less staged without that right). ``goes_on``: probability.
    """

    scenario: str
    share: float
    months: int
    now: float
    staged: float
    option: float
    goes_on: float


@dataclass(frozen=True)
class Information:
    """What knowing more is worth, over all scenarios and doing nothing.

    ``choice``: what to do as things stand (empty: nothing); ``expected``: its value. ``perfect``: EVPI.
    """

    choice: str
    expected: float
    perfect: float
    by_assumption: tuple[Worth, ...]
    pilots: tuple[Pilot, ...]
    staged: tuple[Staged, ...]


def loss(mean: float, spread: float) -> float:
    """Expected gain of deciding with foresight on a normal N(mean, spread²) against zero: E max(0, X) - max(0, mean).

    With ``spread`` the whole doubt it is EVPI; with that of the mean after a sample, EVSI.

    >>> round(loss(100.0, 80.0), 2)
    4.05
    """
    from scipy.special import ndtr

    if spread <= 0.0:
        return 0.0
    z = abs(mean) / spread
    return float(spread * (np.exp(-0.5 * z * z) / sqrt(2.0 * np.pi) - z * ndtr(-z)))


def after_sample(spread: float, noise: float) -> float:
    """Standard deviation of the mean after a sample with noise, before it is taken: s² / sqrt(s² + noise²).

    >>> round(loss(100.0, after_sample(80.0, 40.0)), 2)
    2.64
    """
    return spread**2 / sqrt(spread**2 + noise**2) if spread > 0.0 else 0.0


def discrete(prior: Array, payoff: Array, likelihood: Array) -> tuple[float, float, float, float]:
    """Value of deciding now, with a sample, and what sample and perfect knowledge add, over a few states.

    Args: ``prior`` ``[state]``; ``payoff`` ``[state, option]``; ``likelihood`` of each signal ``[state, signal]``.

    >>> now, then, sample, perfect = discrete(
    ...     np.array([0.5, 0.5]), np.array([[8.0, 0.0], [-6.0, 0.0]]), np.array([[0.8, 0.2], [0.2, 0.8]]))
    >>> [round(x, 9) for x in (now, then, sample, perfect)]
    [1.0, 2.6, 1.6, 3.0]
    """
    now = float((prior @ payoff).max())
    joint = prior[:, None] * likelihood
    then = float((joint.T @ payoff).max(axis=1).sum())
    known = float(prior @ payoff.max(axis=1))
    return now, then, then - now, known - now


def information(
    drawn: Draws, pilots: Sequence[tuple[float, int, float]] = (), stages: Sequence[tuple[float, int]] = (),
    seed: int = 1,
) -> Information:
    """What knowing more is worth, from draws of what is not known.

    Args: ``pilots`` as (customers, months, cost); ``stages`` as (share of customers, months).
    A world's value is its mean over replicates, less the luck left in it: nobody can know luck beforehand.
    """
    means = np.array([_without_luck(net) for net in drawn.net])
    values = np.concatenate([np.zeros((1, *means.shape[1:])), means])             # doing nothing first
    flat = values.reshape(len(values), -1)
    best = int(flat.mean(axis=1).argmax())
    perfect = _foresight(flat)
    rank, rng = as_known(drawn), np.random.default_rng(seed)
    each = values.mean(axis=2)                       # what is not known differs between draws alone
    found = [_one(name.name, each, rank[:, i], rng) for i, name in enumerate(drawn.known)]
    if len(drawn.choices) > 1:
        found.append(_choice(values, rng))
    return Information(
        "" if best == 0 else drawn.family[best - 1], float(flat.mean(axis=1)[best]), perfect,
        tuple(sorted(found, key=lambda w: -w.value)),
        tuple(pilot(drawn, s, *p, seed=seed) for s in range(len(drawn.family)) for p in pilots),
        tuple(staged(drawn, s, *p, seed=seed) for s in range(len(drawn.family)) for p in stages),
    )


def _without_luck(net: Array) -> Array:
    """Means of worlds ``[draw, choice]``, drawn together until they scatter as much as worlds do without luck.

    The luck left in means of few replicates would else be taken for something that could be learned.
    """
    means = net.mean(axis=2)
    scatter = float(means.var(ddof=1)) if means.size > 1 else 0.0
    noise = interaction(net.reshape(-1, net.shape[2])) / net.shape[2]
    keep = sqrt(max(0.0, 1.0 - noise / scatter)) if scatter > 0 else 1.0
    return np.asarray(means.mean() + keep * (means - means.mean()))


def _foresight(values: Array) -> float:
    """E max - max E, of ``[option, world]``."""
    return float(values.max(axis=0).mean() - values.mean(axis=1).max())


def _one(name: str, values: Array, rank: Array, rng: np.random.Generator) -> Worth:
    """Value of knowing one assumption: the foresight of a smooth fit of each option's value on its rank."""
    def worth(pick: Any) -> float:
        return _foresight(np.array([_smooth(rank[pick], row[pick]) for row in values]))

    whole = np.arange(len(rank))
    again = [worth(rng.integers(0, len(rank), len(rank))) for _ in range(50)]
    return Worth(name, max(worth(whole), 0.0), float(np.std(again)))


def _choice(values: Array, rng: np.random.Generator) -> Worth:
    """Value of knowing which way to model is right; ``values`` ``[option, draw, choice]``."""
    def worth(pick: Any) -> float:
        return _foresight(values[:, pick].mean(axis=1))

    count = values.shape[1]
    again = [worth(rng.integers(0, count, count)) for _ in range(50)]
    return Worth("choice of model", max(worth(np.arange(count)), 0.0), float(np.std(again)))


def _smooth(x: Array, y: Array) -> Array:
    """Fit of y on powers of x; how many is chosen by Schwarz's criterion, so that noise is not taken for a trend."""
    n = len(x)
    best, found = np.inf, np.full(n, y.mean())
    for degree in range(DEGREE + 1):
        fit = np.polynomial.Polynomial.fit(x, y, degree)(x) if degree else np.full(n, y.mean())
        left = float(((y - fit) ** 2).sum())
        score = n * np.log(left / n + 1e-300) + (degree + 1) * np.log(n)
        if score < best - 1e-9:
            best, found = score, fit
    return np.asarray(found)


def pilot(drawn: Draws, scenario: int, people: float, months: int, cost: float, seed: int = 1) -> Pilot:
    """EVSI of a pilot: what a decision after it is worth more than one now.

    The pilot sees the difference of cash between its customers and as many others, over the plan's first months, each
    group with luck of its own; the fewer customers, the more luck. Before it begins, what it will show and what the
    plan is worth are related as they are over the draws (both taken as normal). A decision after it starts the plan
    later by its months: the same cash, discounted longer.
    """
    worlds, shown, noise = _seen(drawn, scenario, people, months)
    mean, spread = float(worlds.mean()), float(worlds.std(ddof=1))
    scatter = float(shown.std(ddof=1))
    together = float(np.corrcoef(worlds, shown)[0, 1]) if spread > 0 and scatter > 0 else 0.0
    sees = abs(together) * scatter / sqrt(scatter**2 + noise**2) if scatter > 0 else 0.0
    sample = loss(mean, spread * sees)
    later = (1.0 + drawn.discount) ** (-months / 12.0)
    now, then = max(mean, 0.0), later * (max(mean, 0.0) + sample)
    wait = (1.0 - later) * (now + sample)
    return Pilot(drawn.family[scenario], people, months, sees, sample, wait, cost, then - cost - now)


def _seen(drawn: Draws, scenario: int, people: float, months: int) -> tuple[Array, Array, float]:
    """Worth of the plan and what a pilot would show without luck, ``[world]`` each, and its luck (standard deviation).

    Luck is taken from independent replicates: a pilot's two groups share none.
    """
    worlds = drawn.net[scenario].mean(axis=2).ravel()
    flat = [g for row in drawn.gains for g in row]
    begin = flat[0].starts[scenario]
    start = np.array([g.lives[scenario, :, :, begin : begin + months].sum(axis=-1) for g in flat]) * drawn.scale
    shown = (start[..., 0] - start[..., 1]).mean(axis=1)
    alone = start.var(axis=1, ddof=1).sum(axis=1) if start.shape[1] > 1 else np.zeros(len(flat))
    return worlds, shown, sqrt(float(alone.mean()) * flat[0].people / max(people, 1.0))


def staged(drawn: Draws, scenario: int, share: float, months: int, seed: int = 1) -> Staged:
    """Value of a roll-out to a share first, with the right to stop.

    What the plan costs once is paid in proportion to the share; the rest starts ``months`` later with the same cash.
    After the first stage it is continued if its mean, given what the stage showed, is above zero.
    """
    worlds, shown, noise = _seen(drawn, scenario, share * drawn.gains[0][0].people * drawn.scale, months)
    worth = np.array([g.worth[scenario].mean(axis=0) for row in drawn.gains for g in row]) * drawn.scale
    edge = drawn.gains[0][0].starts[scenario] + months
    first = share * worth[:, :edge].sum(axis=1)
    later = (1.0 + drawn.discount) ** (-months / 12.0)
    rest = share * worth[:, edge:].sum(axis=1) + (1.0 - share) * later * worlds
    rng = np.random.default_rng(seed)
    signal = shown[:, None] + noise * rng.standard_normal((len(shown), NOISES))
    scatter = float(signal.var())
    slope = float(((rest - rest.mean())[:, None] * (signal - signal.mean())).mean() / scatter) if scatter > 0 else 0.0
    promise = rest.mean() + slope * (signal - signal.mean())
    go = promise > 0.0
    option = -float((rest[:, None] * ~go).mean())           # what is not lost where it is stopped
    value = float(first.mean() + rest.mean()) + option
    now = float(worlds.mean())
    return Staged(drawn.family[scenario], share, months, now, value, option, float(go.mean()))
