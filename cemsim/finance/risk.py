"""How sure a net present value is: three layers of doubt kept apart, and what would make it smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import Final, Literal

import numpy as np

from cemsim.experiment.outer import at_each
from cemsim.experiment.run import Progress
from cemsim.experiment.uncertain import Choice, Design, Uncertain, at, design, values_at
from cemsim.finance.gain import Gain, gain
from cemsim.finance.rates import Array
from cemsim.scenario.cut import cut
from cemsim.scenario.schema.recipe import Scenario

Advice = Literal["runs", "knowledge", "chance", "enough"]
#: Percentiles of the fan of cumulative cash.
FAN: Final = (5, 10, 25, 50, 75, 90, 95)
WORST: Final = 0.05


@dataclass(frozen=True)
class Layers:
    """Parts of the variance of one future, in money squared; each is 0 or more and they add up to the variance.

    ``chance``: luck between replicates of one world. ``parameters``: numbers that are not known. ``model``: ways to
    model that count as equally likely, given the numbers.
    """

    chance: float
    parameters: float
    model: float

    @property
    def total(self) -> float:
        """Variance of one future."""
        return self.chance + self.parameters + self.model

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of chance, parameters and model, adding up to 1 (all 0 where nothing varies)."""
        whole = self.total or 1.0
        return self.chance / whole, self.parameters / whole, self.model / whole


@dataclass(frozen=True)
class Risk:
    """What one scenario's net present value could turn out to be.

    ``values`` ``[draw, choice, replicate]``; ``p10`` to ``worst`` are of them all, each equally likely: percentiles,
    the probability of a loss, and the mean of the worst twentieth (CVaR 5 %). ``error``: standard error of the mean
    that more replicates in each world would make smaller. ``by_choice``: mean of each way to model. ``fan``:
    percentiles of cumulative cash, ``[percentile, month]``. ``written``: mean where every number is as written (NaN:
    not simulated).
    """

    scenario: str
    values: Array
    mean: float
    error: float
    p10: float
    p50: float
    p90: float
    loss: float
    worst: float
    layers: Layers
    by_choice: tuple[tuple[str, float], ...]
    fan: Array
    advice: Advice
    written: float = nan

    @property
    def below(self) -> float:
        """Share of all futures that are worth less than what is written."""
        return float((self.values < self.written).mean())


@dataclass(frozen=True)
class Draws:
    """Many worlds: what was drawn, and what each scenario gained in each.

    ``known`` things had ``values`` ``[draw, thing]`` in the ``choices`` of model; ``gains[draw][choice]``, and
    ``written`` where every number is as written.
    """

    family: tuple[str, ...]
    currency: str
    known: tuple[Uncertain, ...]
    choices: tuple[Choice, ...]
    values: Array
    gains: tuple[tuple[Gain, ...], ...]
    written: Gain
    discount: float
    scale: float = 1.0

    @property
    def net(self) -> Array:
        """Net present values, ``[scenario, draw, choice, replicate]``."""
        found = np.array([[g.net for g in row] for row in self.gains])
        return np.moveaxis(found, 2, 0) * self.scale

    @property
    def flow(self) -> Array:
        """Net cash, ``[scenario, draw, choice, replicate, month]``."""
        found = np.array([[g.flow for g in row] for row in self.gains])
        return np.moveaxis(found, 2, 0) * self.scale


def draw(
    family: Sequence[Scenario], known: Sequence[Uncertain], choices: Sequence[Choice], count: int, replicates: int,
    seed: int = 1, workers: int | None = None, progress: Progress | None = None, how: Design = "latin",
    share: float = 1.0,
) -> Draws:
    """Simulate a family in ``count`` worlds drawn from what is not known, each under every choice of model.

    Every world is calibrated by itself, in one pass, and has the same luck: seed and replicate numbers are the same in
    all. ``share``: of the company that is simulated (see `scenario.cut`); money is scaled back up.
    """
    values = values_at(known, design(count, len(known), how, seed)) if known else np.zeros((count, 0))
    families = [at(family, known, row, choice, share) for row in values for choice in choices]
    families.append(cut(family, share, nearly=True))
    gains = at_each(families, gain, replicates, seed, workers, progress)
    rows = tuple(tuple(gains[i * len(choices) : (i + 1) * len(choices)]) for i in range(count))
    return Draws(
        tuple(s.name for s in family[1:]), family[0].currency, tuple(known), tuple(choices), values, rows, gains[-1],
        family[0].finance.discount_rate, 1.0 / share,
    )


def risks(drawn: Draws) -> tuple[Risk, ...]:
    """The risk of each scenario."""
    return tuple(
        replace(
            summary(name, values, flow.cumsum(axis=-1), tuple(c.name for c in drawn.choices)),
            written=float(written.mean()) * drawn.scale,
        )
        for name, values, flow, written in zip(drawn.family, drawn.net, drawn.flow, drawn.written.net, strict=True)
    )


def summary(name: str, values: Array, cash: Array | None = None, choices: Sequence[str] = ()) -> Risk:
    """Risk of values ``[draw, choice, replicate]``; ``cash``: cumulative, with months behind."""
    parts = layers(values)
    whole = values.ravel()
    draws, ways, replicates = values.shape
    names = choices or [str(way) for way in range(ways)]
    error = sqrt(parts.chance / replicates) if replicates else 0.0
    p10, p50, p90 = np.percentile(whole, (10, 50, 90))
    fan = np.zeros((len(FAN), 0)) if cash is None else np.percentile(cash.reshape(-1, cash.shape[-1]), FAN, axis=0)
    return Risk(
        name, values, float(whole.mean()), error, float(p10), float(p50), float(p90), float((whole < 0).mean()),
        tail(whole), parts, tuple(zip(names, values.mean(axis=(0, 2)).tolist(), strict=True)), np.asarray(fan),
        advise(float(whole.mean()), error, parts, float((whole < 0).mean())),
    )


def layers(values: Array) -> Layers:
    """Variance of one future in three parts, from values ``[draw, choice, replicate]`` with common random numbers.

    The law of total variance, nested: chance within a world, choice of model within a draw, draws. What chance adds to
    the scatter of the means is taken off (ANOVA). Luck that all worlds share moves all means alike and adds nothing to
    their scatter, so only its interaction with the worlds is taken off.

    >>> rng = np.random.default_rng(1)
    >>> world, luck = rng.normal(0, 2, (400, 1, 1)), rng.normal(0, 1, (400, 1, 8))
    >>> parts = layers(world + luck)
    >>> bool(abs(parts.parameters - world.var()) < 0.1), bool(abs(parts.chance - 1.0) < 0.1), float(parts.model)
    (True, True, 0.0)
    """
    draws, ways, replicates = values.shape
    chance = float(values.var(axis=2, ddof=1).mean()) if replicates > 1 else 0.0
    by_draw = values.mean(axis=1)
    noise = interaction(by_draw) / replicates if replicates > 1 else 0.0
    spread = float(by_draw.mean(axis=1).var(ddof=1)) - noise if draws > 1 else 0.0
    model = 0.0
    if ways > 1:
        within = values.mean(axis=2).var(axis=1)               # choices are all there are: no n - 1
        own = [interaction(each) / replicates for each in values] if replicates > 1 else [0.0]
        model = float(within.mean()) - float(np.mean(own)) * (ways - 1) / ways
    return Layers(chance, max(spread, 0.0), max(model, 0.0))


def interaction(table: Array) -> float:
    """Mean square of what is left in ``[row, replicate]`` after rows' and replicates' means."""
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return 0.0
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + table.mean()
    return float((left**2).sum() / ((rows - 1) * (columns - 1)))


def tail(values: Array, share: float = WORST) -> float:
    """Mean of the worst ``share`` of equally likely values (conditional value at risk).

    >>> round(tail(np.arange(100.0), 0.05), 2)
    2.0
    """
    ordered = np.sort(np.asarray(values, dtype=float).ravel())
    weight = np.clip(share * len(ordered) - np.arange(len(ordered)), 0.0, 1.0)
    return float((ordered * weight).sum() / weight.sum())


def advise(mean: float, error: float, parts: Layers, loss: float) -> Advice:
    """What would make the answer surer.

    ``runs``: the mean is not told from zero by the replicates there are, and chance is what hides it. ``enough``: a
    loss is as good as excluded, or certain. ``chance``: what remains is luck of one future, which nothing removes.
    ``knowledge``: what remains is what is not known.
    """
    chance, parameters, model = parts.shares
    if parts.total == 0.0 or loss in (0.0, 1.0) and abs(mean) > 3.0 * sqrt(parts.total):
        return "enough"
    if abs(mean) < 2.0 * error and chance >= 0.5:
        return "runs"
    return "knowledge" if parameters + model >= 0.5 else "chance"


def as_known(drawn: Draws) -> Array:
    """Values of what was drawn as shares of their laws, ``[draw, thing]``: ranks between 0 and 1."""
    order = drawn.values.argsort(axis=0).argsort(axis=0)
    return np.asarray((order + 0.5) / max(len(drawn.values), 1))


def moved_most(drawn: Draws) -> list[int]:
    """Places of the assumptions, the one first with which some plan's worth moves most (rank correlation over draws).

    With few draws a weak assumption may stand before another weak one; strong ones come first.
    """
    ranks = as_known(drawn)
    worth = drawn.net.mean(axis=(2, 3)).argsort(axis=-1).argsort(axis=-1)
    strength = [
        max(abs(float(np.corrcoef(ranks[:, place], plan)[0, 1]))
            for name, plan in zip(drawn.family, worth, strict=True) if thing.scenario in ("", name))
        for place, thing in enumerate(drawn.known)
    ]  # fmt: skip
    return sorted(range(len(strength)), key=lambda place: -strength[place])


__all__ = [
    "Draws", "Layers", "Risk", "advise", "as_known", "draw", "interaction", "layers", "moved_most", "risks", "summary",
    "tail",
]  # fmt: skip
